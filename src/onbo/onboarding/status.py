"""How a customer stands. Every rule here is one that `onbo status --explain` prints."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from onbo.document.model import DayRange, Document, Item, Section, normal
from onbo.document.syntax import GATE_WORD
from onbo.onboarding.fields import Facts, facts
from onbo.onboarding.schedule import Schedule, deadline, plan_length
from onbo.onboarding.settings import Settings

COMPLETE = "complete"
BLOCKED = "blocked"
UNSCHEDULED = "unscheduled"
UPCOMING = "upcoming"
OFF_TRACK = "off track"
AT_RISK = "at risk"
ON_TRACK = "on track"
# What speaks against the gate.
Evidence = Callable[[], Sequence[str]]
WORST_FIRST = (BLOCKED, OFF_TRACK, AT_RISK, UNSCHEDULED, ON_TRACK, UPCOMING, COMPLETE)


class Counts(NamedTuple):
    """Items. total leaves n/a out; due counts those due up to today, done or not."""

    done: int = 0
    total: int = 0
    na: int = 0
    overdue: int = 0
    due: int = 0

    @property
    def open(self) -> int:
        return self.total - self.done


class SectionProgress(NamedTuple):
    """states: done, overdue, active, upcoming, not started"""

    number: str
    title: str
    state: str
    counts: Counts
    start: date | None
    due: date | None
    sections: "tuple[SectionProgress, ...]"


class ItemProgress(NamedTuple):
    """states: done, n/a, overdue, due soon, waiting, open"""

    item: Item
    section: Section
    state: str
    due: date | None


class Progress(NamedTuple):
    """day is 1 at kickoff; length is the plan's last day; next_item the open item due next, from today on;
    against what the evidence says against a gate that is ticked.
    """

    facts: Facts
    state: str
    why: tuple[str, ...]
    counts: Counts
    day: int | None
    length: int | None
    phases: tuple[SectionProgress, ...]
    items: tuple[ItemProgress, ...]
    gate: Counts | None
    next_item: ItemProgress | None = None
    against: tuple[str, ...] = ()


def status(
    document: Document,
    today: date,
    settings: Settings,
    gate_title: str | None = None,
    evidence_against: Evidence = lambda: (),
) -> Progress:
    """How the customer of this document stands on `today`.

    gate_title        names the gate's section, if not by the word "gate"
    evidence_against  what speaks against the gate's ticks; asked only where all are there
    """
    said = facts(document, settings)
    schedule = Schedule(said.kickoff, settings.calendar)
    items = tuple(item_progress(document, schedule, today, settings.due_soon))
    phases = tuple(_sections(document.sections, schedule, today, {row.item.number: row for row in items}, None))
    counts = _count(items, today)
    gate_section = find_gate(document, gate_title)
    gate_numbers = {item.number for item in gate_section.all_items()} if gate_section else set()
    gate = _count((row for row in items if row.item.number in gate_numbers), today) if gate_section else None
    length = plan_length(document)
    last_day = schedule.day(length) if length is not None else None
    complete = _complete(gate if gate is not None and gate.total else None, counts)
    against = tuple(evidence_against()) if complete and gate is not None else ()
    state, why = (COMPLETE, complete) if complete and not against else _state(said, counts, today, last_day, settings)
    coming = [row for row in items if row.item.open and row.due is not None and row.due >= today]
    return Progress(
        facts=said,
        state=state,
        why=tuple(why),
        against=against,
        counts=counts,
        day=(today - said.kickoff).days + 1 if said.kickoff else None,
        length=length,
        phases=phases,
        items=items,
        gate=gate,
        next_item=min(coming, key=lambda row: row.due or today, default=None),
    )


def find_gate(document: Document, title: str | None = None) -> Section | None:
    """The last phase whose title holds the word "gate", or the one of that title."""
    if title is not None:
        named = [section for section in document.sections if normal(section.title) == normal(title)]
    else:
        named = [section for section in document.sections if GATE_WORD.search(section.title)]
    return named[-1] if named else None


def item_progress(document: Document, schedule: Schedule, today: date, due_soon: int) -> Iterator[ItemProgress]:
    """Each item, section by section, with its due date and state."""

    def walk(section: Section, above: DayRange | None) -> Iterator[ItemProgress]:
        days = section.days or above
        by_range = schedule.due(days)
        for item in section.items:
            due = schedule.item_due(item, days) if item.tokens else by_range
            yield ItemProgress(item, section, item_state(item, due, today, due_soon), due)
        for inner in section.sections:
            yield from walk(inner, days)

    for section in document.sections:
        yield from walk(section, None)


def item_state(item: Item, due: date | None, today: date, due_soon: int) -> str:
    """Overdue wins over waiting; a waiting token means nothing once the item is done."""
    if not item.open:
        return "done" if item.done else "n/a"
    if due is not None and due < today:
        return "overdue"
    if item.token("waiting"):
        return "waiting"
    if due is not None and (due - today).days <= due_soon:
        return "due soon"
    return "open"


def _count(rows: Iterable[ItemProgress], today: date) -> Counts:
    done = total = na = overdue = due = 0
    for row in rows:
        if not row.item.applies:
            na += 1
            continue
        total += 1
        done += row.item.done
        overdue += row.state == "overdue"
        due += row.due is not None and row.due <= today
    return Counts(done, total, na, overdue, due)


def _sections(
    sections: Iterable[Section],
    schedule: Schedule,
    today: date,
    rows: dict[str, ItemProgress],
    above: DayRange | None,
) -> Iterator[SectionProgress]:
    for section in sections:
        if section.number is None:
            continue
        days = section.days or above
        counts = _count((rows[item.number] for item in section.all_items()), today)
        start = schedule.start(days)
        inner = tuple(_sections(section.sections, schedule, today, rows, days))
        state = _section_state(counts, start, today)
        yield SectionProgress(section.number, section.title, state, counts, start, schedule.due(days), inner)


def _section_state(counts: Counts, start: date | None, today: date) -> str:
    if not counts.open:
        return "done"
    if counts.overdue:
        return "overdue"
    if counts.done or (start is not None and start <= today):
        return "active"
    return "upcoming" if start is not None else "not started"


def _complete(gate: Counts | None, counts: Counts) -> list[str]:
    """Why a customer is complete: every gate item done; without a gate, every item. Empty where it is not."""
    finished = gate or counts
    if not finished.total or finished.open:
        return []
    what = "gate item" if gate else "item"
    return [f"the one {what} is done" if finished.total == 1 else f"all {finished.total} {what}s are done"]


def _state(
    said: Facts, counts: Counts, today: date, last_day: date | None, settings: Settings
) -> tuple[str, list[str]]:
    """The first state but `complete` that holds, and every condition of it that does."""
    if said.onboarding_status and said.onboarding_status.casefold().startswith("blocked"):
        return BLOCKED, ["Onboarding Status says Blocked"]
    if said.kickoff is None:
        return UNSCHEDULED, ["no kickoff date"]
    if said.kickoff > today:
        return UPCOMING, [f"kickoff is {said.kickoff}"]
    why = list(_off_track(said, counts, today, last_day, settings))
    if why:
        return OFF_TRACK, why
    why = list(_at_risk(said, counts, today, settings))
    if why:
        return AT_RISK, why
    return ON_TRACK, [_ratio_words(counts, AT_RISK, settings.at_risk)] if counts.due else ["nothing is due yet"]


def _off_track(said: Facts, counts: Counts, today: date, last_day: date | None, settings: Settings) -> Iterator[str]:
    if counts.overdue * 10_000 > settings.off_track * counts.due:
        yield _ratio_words(counts, OFF_TRACK, settings.off_track, "over")
    if last_day is not None and last_day < today:
        yield f"the plan's last day was {last_day}"
    if said.target_go_live and said.target_go_live < today and said.has_go_live and said.go_live is None:
        yield f"go-live was due {said.target_go_live}"


def _at_risk(said: Facts, counts: Counts, today: date, settings: Settings) -> Iterator[str]:
    if counts.due and counts.overdue * 10_000 >= settings.at_risk * counts.due:
        yield _ratio_words(counts, AT_RISK, settings.at_risk)
    deadline = first_value_deadline(said, settings)
    tracked = said.has_achieved or said.target_first_value is not None
    if tracked and deadline is not None and deadline < today and said.achieved is None:
        yield f"first value was due {deadline}"


def first_value_deadline(said: Facts, settings: Settings) -> date | None:
    """Target First Value Date, else kickoff + 30 days."""
    if said.target_first_value is not None or said.kickoff is None:
        return said.target_first_value
    return deadline(said.kickoff, settings.first_value_days, settings.calendar)


def _ratio_words(counts: Counts, state: str, threshold: int, preposition: str = "from") -> str:
    """6 of 26 items due are overdue (23 %, at risk from 20 %)"""
    verb = "is" if counts.overdue == 1 else "are"
    share = f"{percent(counts.overdue, counts.due)} %"
    return (
        f"{counts.overdue} of {counts.due} items due {verb} overdue"
        f" ({share}, {state} {preposition} {percent(threshold, 10_000)} %)"
    )


def percent(part: int, whole: int) -> int:
    """Rounded half up, as people do."""
    return (part * 200 + whole) // (whole * 2)


def rules(settings: Settings) -> tuple[tuple[str, str], ...]:
    """The rules for a customer's state, the first that holds, with the numbers in force."""
    off, risk = percent(settings.off_track, 10_000), percent(settings.at_risk, 10_000)
    return (
        (COMPLETE, "every gate item done and none failing by its evidence; without a gate, every item done"),
        (BLOCKED, "the field Onboarding Status says Blocked"),
        (UNSCHEDULED, "no kickoff date"),
        (UPCOMING, "kickoff after today"),
        (
            OFF_TRACK,
            (
                f"more than {off} % of the items due are overdue, or the plan's last day has passed, or Target Go-Live"
                " has passed while a field Go-Live Date is there and unfilled"
            ),
        ),
        (
            AT_RISK,
            (
                f"{risk} % or more of the items due are overdue, or first value was due (Target First Value Date, else"
                f" kickoff + {settings.first_value_days} days) and the field Date Achieved is there and unfilled"
            ),
        ),
        (ON_TRACK, "otherwise"),
    )
