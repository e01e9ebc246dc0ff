"""The completion gate: each criterion read from its evidence, not from its tick.

Rules stand in the template's front matter, one for each gate item that evidence can speak for:

    gate:
      - {item: User activation rate above 80%, field: Activation Rate, above: 80}
      - {item: First value within 30 days, field: Date Achieved, within_days: 30}
      - {item: Success plan established, ticked: Establish ongoing success plan}
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from onbo.document.identity import normal
from onbo.document.model import Document, Item, Section
from onbo.document.syntax import unescape
from onbo.errors import RefusedError, UsageError
from onbo.onboarding.answers import Part
from onbo.onboarding.dates import ISO
from onbo.onboarding.fields import facts
from onbo.onboarding.forms import Forms
from onbo.onboarding.labels import find_target
from onbo.onboarding.naming import FieldTarget
from onbo.onboarding.settings import Settings
from onbo.onboarding.values import NUMBER, number_in

PASS = "pass"  # noqa: S105  a verdict
FAIL = "fail"
UNKNOWN = "unknown"


class Rule(NamedTuple):
    """One entry of `gate:`. item: the gate item's text; field or ticked: where the evidence is."""

    item: str
    field: str | None = None
    above: Decimal | None = None
    at_least: Decimal | None = None
    within_days: int | None = None
    ticked: str | None = None


class Criterion(NamedTuple):
    """A gate item and what its evidence says: pass, fail or unknown."""

    item: Item
    result: str
    evidence: str

    @property
    def contradicted(self) -> bool:
        """Ticked, while its evidence says no."""
        return self.item.done and self.result == FAIL


class Evidence(NamedTuple):
    """What a gate is read from."""

    document: Document
    forms: Forms
    settings: Settings
    rules: Sequence[Rule]


def read_rules(listed: Any) -> tuple[Rule, ...]:
    """The rules of a template's front matter; entries that are none are left out, lint names them."""
    entries = listed if isinstance(listed, list) else []
    return tuple(rule for rule in map(read_rule, entries) if rule is not None)


def read_rule(entry: Any) -> Rule | None:
    """One entry, or None where it says no rule that can be read."""
    if not isinstance(entry, dict) or not isinstance(entry.get("item"), str):
        return None
    limits = {key: entry[key] for key in ("above", "at_least", "within_days") if key in entry}
    if isinstance(entry.get("ticked"), str) and not limits and set(entry) == {"item", "ticked"}:
        return Rule(entry["item"], ticked=entry["ticked"])
    if not isinstance(entry.get("field"), str) or len(limits) != 1 or len(entry) != 3:
        return None
    (kind, limit), *_ = limits.items()
    if not NUMBER.fullmatch(str(limit)) or isinstance(limit, bool):
        return None
    if kind == "within_days":
        return Rule(entry["item"], entry["field"], within_days=int(Decimal(str(limit))))
    number = Decimal(str(limit))
    above, at_least = (number, None) if kind == "above" else (None, number)
    return Rule(entry["item"], entry["field"], above=above, at_least=at_least)


def criteria(gate: Section, evidence: Evidence) -> tuple[Criterion, ...]:
    """Each gate item that applies, with what its evidence says."""
    by_text = {normal(rule.item): rule for rule in evidence.rules}
    return tuple(
        _criterion(item, by_text.get(normal(item.text)), evidence) for item in gate.all_items() if item.applies
    )


def _criterion(item: Item, rule: Rule | None, evidence: Evidence) -> Criterion:
    if rule is None:
        said = "ticked by a person" if item.done else "no rule: a person ticks it"
        return Criterion(item, PASS if item.done else UNKNOWN, said)
    if rule.ticked is not None:
        return Criterion(item, *_ticked(rule.ticked, evidence.document))
    return Criterion(item, *_field(rule, evidence))


def _ticked(text: str, document: Document) -> tuple[str, str]:
    found = _find(document, text)
    if found is None:
        return UNKNOWN, f"there is no item {text!r}"
    name = f"{found.number} {found.text}"
    if not found.applies:
        return UNKNOWN, f"{name} is not applicable"
    return (PASS, f"{name} is done") if found.done else (FAIL, f"{name} is not done")


def _find(document: Document, text: str) -> Item | None:
    """The first item of that text. Of the other sections no item is made."""
    wanted = normal(text)
    for section in document.walk():
        for index, task in enumerate(section.own.tasks):
            if normal(task.box.said.text) == wanted:
                return section.items[index]
    return None


def _field(rule: Rule, evidence: Evidence) -> tuple[str, str]:
    label = rule.field or ""
    try:
        target = find_target(evidence.document, label)
    except UsageError as error:
        return UNKNOWN, error.message
    if not isinstance(target, FieldTarget):
        return UNKNOWN, f"{label} is no field"
    part = evidence.forms.of(target.field)[target.part - 1]
    if not part.filled:
        return UNKNOWN, f"{label} is not filled"
    if rule.within_days is not None:
        return _within(label, part, rule.within_days, evidence)
    number = number_in(unescape(part.text))
    if number is None:
        return UNKNOWN, f"{label} is {part.text}, no number"
    if rule.above is not None:
        passes, limit = number > rule.above, f"above {rule.above}"
    else:
        passes, limit = number >= (rule.at_least or 0), f"at least {rule.at_least}"
    return (PASS, f"{label} is {part.text}, {limit}") if passes else (FAIL, f"{label} is {part.text}, not {limit}")


def _within(label: str, part: Part, days: int, evidence: Evidence) -> tuple[str, str]:
    kickoff = facts(evidence.document, evidence.settings).kickoff
    if kickoff is None:
        return UNKNOWN, "there is no kickoff date"
    match = ISO.match(part.text)
    try:
        day = date.fromisoformat(match[0]) if match else None
    except ValueError:
        day = None
    if day is None:
        return UNKNOWN, f"{label} is {part.text}, no date"
    after = (day - kickoff).days
    words = f"{label} is {day}, {after} days after kickoff" if after >= 0 else f"{label} is {day}, before kickoff"
    return (PASS, f"{words}, within {days}") if 0 <= after <= days else (FAIL, f"{words}, not within {days}")


def refuse_contradicted(document: Document, items: Sequence[Item], found: Sequence[Criterion]) -> None:
    """Raise RefusedError where one of these items is about to be ticked against its evidence."""
    wrong = {criterion.item.number: criterion for criterion in found if criterion.result == FAIL}
    for item in items:
        if item.number in wrong and not item.done:
            raise RefusedError(
                f"{item.number} {item.text}: {wrong[item.number].evidence}",
                path=document.source.path,
                line=item.line,
                hint="--force ticks it anyway",
            )


def refuse_complete(document: Document, gate: Section | None, said: str | None) -> None:
    """Raise RefusedError where Onboarding Status is to say Complete while gate items are open."""
    if said is None or gate is None or normal(said) != "complete":
        return
    left = [item.number for item in gate.all_items() if item.open]
    if left:
        raise RefusedError(
            f"the gate has open items: {', '.join(left)}",
            path=document.source.path,
            hint="`onbo gate` shows the evidence; --force writes it anyway",
        )


def failing(found: Sequence[Criterion]) -> Iterator[str]:
    """Why an onboarding is not complete although its gate is ticked."""
    for criterion in found:
        if criterion.result == FAIL:
            yield f"gate {criterion.item.number} {criterion.item.text}: {criterion.evidence}"
