"""Gate rules that speak for nothing."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from onbo.document.identity import normal
from onbo.errors import UsageError
from onbo.lint.rule import ERROR, Fault, Rule, Subject
from onbo.onboarding.gate import Rule as GateRule
from onbo.onboarding.gate import read_rule
from onbo.onboarding.labels import find_target


def check(subject: Subject) -> Iterator[Fault]:
    line = subject.line_span(1)
    for place, entry in enumerate(subject.entries, 1):
        if read_rule(entry) is None:
            yield Fault(line, f"gate rule {place} cannot be read: it takes item, and field with a limit, or ticked")
    gate = {normal(item.text) for item in subject.gate.all_items()} if subject.gate else set()
    everywhere = {normal(item.text) for item in subject.document.items} if subject.rules else set()
    elsewhere = _for_other_segments(subject)
    for rule in subject.rules:
        if normal(rule.item) in elsewhere - gate:
            continue
        if normal(rule.item) not in gate:
            yield Fault(line, f"gate rule: no gate item says {rule.item!r}")
        elif missing := _missing(subject, rule, everywhere):
            yield Fault(line, f"gate rule for {rule.item!r}: {missing}")


def _for_other_segments(subject: Subject) -> set[str]:
    """The items that the template keeps for certain segments: a copy may rightly be without them."""
    origin = subject.forms.template
    return {normal(item.text) for item in origin.items if item.attributes.only} if origin else set()


def _missing(subject: Subject, rule: GateRule, everywhere: AbstractSet[str]) -> str | None:
    """What a rule speaks of that is not there. everywhere: the texts of all items, normalised."""
    if rule.ticked is not None:
        return None if normal(rule.ticked) in everywhere else f"there is no item {rule.ticked!r}"
    try:
        find_target(subject.document, rule.field or "")
    except UsageError as error:
        return error.message
    return None


RULE = Rule(
    "ONB403",
    ERROR,
    "A gate rule that matches no item, names no field, or cannot be read.",
    "The gate would ask a person where the template meant to ask for evidence.",
    check,
    templates=True,
)
