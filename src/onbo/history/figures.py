"""Histories -> figures over many customers: medians, bottlenecks, weeks, forecasts.

Every figure says over how many customers it is. Dates are civil days, lengths calendar days.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from onbo.document.identity import ItemKey

# Fewer customers than this are too few to generalise.
ENOUGH = 5


class Figure(NamedTuple):
    """A median. n: over how many customers; left_out: how many had a negative value, which cannot be."""

    median: float | None
    n: int
    left_out: int = 0

    @property
    def too_few(self) -> bool:
        return self.n < ENOUGH


class Group(NamedTuple):
    """Figures over the customers of one segment or CSM, or over all; days from kickoff.

    by           all, segment or csm
    name         the segment's id, the CSM's name; empty for all, and for customers that have none
    customers    how many there are
    first_value  to Date Achieved
    go_live      to Go-Live Date
    complete     of those complete: to Completion Date, else to the day the last gate item was ticked
    """

    by: str
    name: str
    customers: int
    first_value: Figure
    go_live: Figure
    complete: Figure


class SectionTime(NamedTuple):
    """How long a section takes, over the customers that have finished it.

    phase, section  titles; items right under a phase are those of a section of its title
    days            from the day it starts by the plan, else its first tick, to its last tick; the same day is 0
    planned         the median of what plans give it, from the first of its days to the last; None without days
    """

    phase: str
    section: str
    days: Figure
    planned: float | None


class WaitingTime(NamedTuple):
    """How long items waited for one party, those that still wait counted up to today.

    days       all days, of all items
    items      how many items waited, each wait counted
    customers  of how many customers
    still      how many wait now
    median     days of one wait
    """

    party: str
    days: int
    items: int
    customers: int
    still: int
    median: float


class Bottleneck(NamedTuple):
    """An item that is late for many customers. Those of enough customers come first.

    late       customers for whom it was ticked after it was due, or is open and overdue
    customers  those for whom it was due by today, without n/a and ticks of which nobody knows the day
    share      late / customers, from 0 to 1
    """

    key: ItemKey
    text: str
    phase: str
    section: str
    late: int
    customers: int
    share: float

    @property
    def too_few(self) -> bool:
        return self.customers < ENOUGH


class Week(NamedTuple):
    """monday: its first day; done: items that were done in it and are still; cumulative and total: items done, and
    items that applied, at its end (today, for this week), over all customers of the report.
    """

    monday: date
    done: int
    cumulative: int
    total: int


class Forecast(NamedTuple):
    """When an open customer will be complete, if it goes on as it has.

    section   number and title of the finished section that was due last, by which the pace is taken
    pace      the plan's day it was finished / the plan's day it was due; over 1 is slower than planned
    planned   the plan's last day
    expected  Day (planned length x pace), rounded up, today at the earliest; None where `why_not` says why
    """

    slug: str
    name: str
    segment: str | None
    csm: str | None
    kickoff: date | None
    planned: date | None
    expected: date | None
    pace: float | None
    section: str | None
    why_not: str | None = None


class PhaseReach(NamedTuple):
    """How far customers have come, for one phase of one template.

    template   its name; empty for files of none
    reached    customers that have an item of it, or of a later phase, done
    finished   customers for whom nothing in it is open
    customers  those that have the phase
    """

    template: str
    number: str
    title: str
    reached: int
    finished: int
    customers: int


class Report(NamedTuple):
    """What `onbo report` shows, and what its page is made from.

    customers    slugs of the customers in it, archived ones too
    groups       all first, then segments, then CSMs, by name
    sections     in the order of the plans
    waiting      the longest first
    bottlenecks  the worst first, ten at most
    weeks        the oldest first, without gaps: burn-up and items done a week
    forecasts    open customers with a kickoff, the latest expected first, those without a forecast last
    funnel       phase by phase, template by template
    notes        what cannot be known, a line each
    """

    today: date
    since: date | None
    customers: tuple[str, ...]
    groups: tuple[Group, ...]
    sections: tuple[SectionTime, ...]
    waiting: tuple[WaitingTime, ...]
    bottlenecks: tuple[Bottleneck, ...]
    weeks: tuple[Week, ...]
    forecasts: tuple[Forecast, ...]
    funnel: tuple[PhaseReach, ...]
    notes: tuple[str, ...] = ()


def figure(values: Iterable[float]) -> Figure:
    """The median of those that are not negative.

    >>> figure([3, 10, -2, 4])
    Figure(median=4, n=3, left_out=1)
    """
    from statistics import median

    every = list(values)
    kept = [value for value in every if value >= 0]
    return Figure(median(kept) if kept else None, len(kept), len(every) - len(kept))
