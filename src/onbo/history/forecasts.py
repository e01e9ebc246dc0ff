"""When an open customer will be complete, if it goes on as it has."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

from onbo.document.model import Document, Item, Section
from onbo.history.figures import Forecast
from onbo.history.replay import Replay
from onbo.onboarding.schedule import Schedule, ranges
from onbo.onboarding.status import COMPLETE, Progress


class Subject(NamedTuple):
    """A customer's file, and what became of its items."""

    slug: str
    document: Document
    progress: Progress
    schedule: Schedule
    replay: Replay


class Finished(NamedTuple):
    """A section that is done. planned: the plan's day it was due; taken: the day it was finished, from Day 1."""

    planned: int
    taken: int
    section: Section


def forecast(subject: Subject, today: date) -> Forecast | None:
    """By the pace up to the finished section that was due last; None for who is complete or has no kickoff."""
    progress, facts = subject.progress, subject.progress.facts
    if progress.state == COMPLETE or facts.kickoff is None:
        return None
    length = progress.length
    planned = subject.schedule.day(length) if length else None
    plain = Forecast(
        subject.slug,
        facts.customer or subject.slug,
        facts.segment,
        facts.csm,
        facts.kickoff,
        planned,
        expected=None,
        pace=None,
        section=None,
    )
    if facts.kickoff > today:
        return plain._replace(why_not="it has not begun")
    if length is None or planned is None:
        return plain._replace(why_not="the plan names no days")
    last = max(_finished(subject, facts.kickoff), default=None, key=lambda found: (found.planned, found.taken))
    if last is None:
        return plain._replace(why_not="no section with days is finished, or it is not known when")
    pace = last.taken / last.planned
    section = f"{last.section.number} {last.section.title}"
    try:
        expected = facts.kickoff + timedelta(days=ceil(length * last.taken / last.planned) - 1)
    except OverflowError:
        return plain._replace(why_not="the pace leads out of the calendar")
    # What is open today is complete today at the earliest.
    return plain._replace(expected=max(expected, today), pace=pace, section=section)


def _finished(subject: Subject, kickoff: date) -> list[Finished]:
    """Day 0 comes before the plan, and what is finished before kickoff took no day of it: the first is the least."""
    found = []
    for section, days in ranges(subject.document):
        if not section.own.parts or days is None or days.last < 1:
            continue
        when = finished_on(section.items, subject.replay)
        if when is not None:
            found.append(Finished(days.last, max((when - kickoff).days + 1, 1), section))
    return found


def finished_on(items: Sequence[Item], replay: Replay) -> date | None:
    """The day of the last tick of items none of which is open; None where one is, or where a day is not known."""
    done = [replay.done_on.get(item.key) for item in items if item.done]
    if not done or any(item.open for item in items):
        return None
    known = [day for day in done if day is not None]
    return max(known) if len(known) == len(done) else None
