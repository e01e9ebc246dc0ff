"""How a customer stands. Every rule here is one that `onbo status --explain` prints."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from onbo.document.model import Document
from onbo.onboarding.counts import Counts
from onbo.onboarding.fields import Facts, facts
from onbo.onboarding.reckoning import Coming, ItemProgress, Reckoning, SectionProgress, add_up
from onbo.onboarding.schedule import Schedule, deadline, plan_length
from onbo.onboarding.select import find_gate
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


class Summary(NamedTuple):
    """What a row of the portfolio needs: small, and free of the document.

    day is 1 at kickoff; length is the plan's last day; phase is the first that is not done, with its number;
    against what the evidence says against a gate that is ticked.
    """

    facts: Facts
    state: str
    why: tuple[str, ...]
    counts: Counts
    day: int | None
    length: int | None
    phase: str
    gate: Counts | None
    next_item: Coming | None
    against: tuple[str, ...]


class Progress(Summary):
    """How a customer stands, with its document to ask for more."""

    reckoning: Reckoning

    @property
    def summary(self) -> Summary:
        """The same without the document."""
        return Summary(*self)

    @cached_property
    def phases(self) -> tuple[SectionProgress, ...]:
        """Each phase with its sections. A row of the portfolio needs none."""
        return self.reckoning.phases()

    @cached_property
    def items(self) -> tuple[ItemProgress, ...]:
        """Each item, section by section, with its due date and state. Only who lists items asks."""
        return tuple(self.reckoning.items())


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
    reckoning = Reckoning(document, schedule, today, settings.due_soon)
    by_phase = [(section, reckoning.counts(section)) for section in document.sections if section.number is not None]
    counts = add_up(counted for _, counted in by_phase)
    gate_section = find_gate(document, gate_title)
    gate = None
    if gate_section is not None:
        gate = next((counted for section, counted in by_phase if section is gate_section), Counts())
    length = plan_length(document)
    last_day = schedule.day(length) if length is not None else None
    complete = _complete(gate if gate is not None and gate.total else None, counts)
    against = tuple(evidence_against()) if complete and gate is not None else ()
    state, why = (COMPLETE, complete) if complete and not against else _state(said, counts, today, last_day, settings)
    progress = Progress(
        facts=said,
        state=state,
        why=tuple(why),
        counts=counts,
        day=(today - said.kickoff).days + 1 if said.kickoff else None,
        length=length,
        phase=next((f"{section.number} {section.title}" for section, counted in by_phase if counted.open), ""),
        gate=gate,
        next_item=reckoning.next_item,
        against=against,
    )
    progress.reckoning = reckoning
    return progress


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
