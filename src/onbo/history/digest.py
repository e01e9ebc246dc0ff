"""What a report needs of one customer: worked out once, small, and free of the document."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import accumulate
from operator import or_
from typing import NamedTuple

from onbo.document.identity import ItemKey, SectionKey, section_keys
from onbo.document.model import Document
from onbo.history.figures import Forecast
from onbo.history.forecasts import Subject, finished_on, forecast
from onbo.history.replay import Delta, Wait, replay
from onbo.history.transitions import History
from onbo.onboarding.fields import Facts
from onbo.onboarding.reckoning import ItemProgress
from onbo.onboarding.schedule import Schedule, ranges
from onbo.onboarding.select import find_gate
from onbo.onboarding.settings import Settings
from onbo.onboarding.status import COMPLETE, Progress


class SectionPace(NamedTuple):
    """A section's days, from its start to its last tick, and by the plan; None where they are not known."""

    key: SectionKey
    phase: str
    section: str
    taken: int | None
    planned: int | None


class DueItem(NamedTuple):
    """An item that was due by today, and whether it is, or was done, late."""

    key: ItemKey
    text: str
    phase: str
    section: str
    late: bool


class PhaseState(NamedTuple):
    """reached: something in it, or in a later phase, is done; finished: nothing in it is open."""

    key: SectionKey
    number: str
    title: str
    reached: bool
    finished: bool


class Digest(NamedTuple):
    """One customer in a report.

    template   the name of the one it was made from, empty for none
    completed  the day it was complete; None where it is not, or nobody knows
    ticks      items done and done still, by the day
    """

    slug: str
    facts: Facts
    template: str
    completed: date | None
    sections: tuple[SectionPace, ...]
    due: tuple[DueItem, ...]
    waits: tuple[Wait, ...]
    ticks: Mapping[date, int]
    deltas: tuple[Delta, ...]
    phases: tuple[PhaseState, ...]
    forecast: Forecast | None


def digest(
    history: History,
    document: Document,
    progress: Progress,
    today: date,
    settings: Settings,
    template: str = "",
    gate_title: str | None = None,
) -> Digest:
    """What a report needs of the customer of this document. gate_title: as in `status`."""
    played = replay(history)
    schedule = Schedule(progress.facts.kickoff, settings.calendar)
    subject = Subject(history.customer, document, progress, schedule, played)
    return Digest(
        slug=history.customer,
        facts=progress.facts,
        template=template,
        completed=_completed(subject, gate_title),
        sections=tuple(_sections(subject)),
        due=tuple(_due(progress, played.done_on, today)),
        waits=played.waits,
        ticks=Counter(day for day in played.done_on.values() if day is not None),
        deltas=played.deltas,
        phases=tuple(_phases(document, progress)),
        forecast=forecast(subject, today),
    )


def _completed(subject: Subject, gate_title: str | None) -> date | None:
    """Of a complete customer: the field Completion Date, else the day the last gate item was ticked."""
    if subject.progress.state != COMPLETE:
        return None
    if subject.progress.facts.completion is not None:
        return subject.progress.facts.completion
    gate = find_gate(subject.document, gate_title)
    items = list(gate.all_items()) if gate else []
    return finished_on(items or subject.document.items, subject.replay)


def _sections(subject: Subject) -> Iterator[SectionPace]:
    keys = {section.at: key for key, section in section_keys(subject.document)}
    for section, days in ranges(subject.document):
        if not section.own.parts:
            continue
        last = finished_on(section.items, subject.replay)
        ticks = [day for item in section.items if (day := subject.replay.done_on.get(item.key)) is not None]
        start = subject.schedule.start(days) or min(ticks, default=None)
        yield SectionPace(
            keys[section.at],
            section.path[0],
            section.title,
            (last - start).days if last is not None and start is not None else None,
            days.last - days.first if days else None,
        )


def _due(progress: Progress, done_on: Mapping[ItemKey, date | None], today: date) -> Iterator[DueItem]:
    for row in progress.items:
        late = _is_late(row, done_on, today)
        if late is not None:
            yield DueItem(row.item.key, row.item.text, row.item.path[0], row.item.path[-1], late)


def _is_late(row: ItemProgress, done_on: Mapping[ItemKey, date | None], today: date) -> bool | None:
    """Whether an item is, or was done, past its date; None where it was not due yet, or nobody knows when it was done."""
    if not row.item.applies or row.due is None or row.due > today:
        return None
    if row.item.open:
        return row.state == "overdue"
    when = done_on.get(row.item.key)
    return when > row.due if when is not None else None


def _phases(document: Document, progress: Progress) -> Iterator[PhaseState]:
    keys = {section.number: key for key, section in section_keys(document)}
    reached = [bool(phase.counts.done) for phase in progress.phases]
    reached = list(accumulate(reversed(reached), or_))[::-1]
    for phase, is_reached in zip(progress.phases, reached, strict=True):
        yield PhaseState(keys[phase.number], phase.number, phase.title, is_reached, not phase.counts.open)
