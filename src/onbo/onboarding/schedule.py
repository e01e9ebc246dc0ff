"""Day ranges and kickoff -> dates. Day 1 is the kickoff date, Day 0 the day before."""

from datetime import date, timedelta
from typing import NamedTuple

from onbo.document.model import DayRange, Document, Item, Section
from onbo.onboarding.settings import Calendar


class Schedule(NamedTuple):
    kickoff: date | None
    calendar: Calendar = Calendar()

    def day(self, number: int) -> date | None:
        """The date of Day N; None without a kickoff, or where it leaves the calendar."""
        if self.kickoff is None:
            return None
        try:
            return self.kickoff + timedelta(days=number - 1)
        except OverflowError:
            return None

    def start(self, days: DayRange | None) -> date | None:
        return self.day(days.first) if days else None

    def due(self, days: DayRange | None) -> date | None:
        """The range's last day, rolled off non-working days as the calendar says."""
        day = self.day(days.last) if days else None
        return roll(day, self.calendar, self.calendar.roll) if day and self.calendar.roll != "none" else day

    def item_due(self, item: Item, days: DayRange | None) -> date | None:
        """Its pinned date as written, else the due date of the range it stands in."""
        pinned = item.value("due")
        return date.fromisoformat(pinned) if pinned else self.due(days)


def roll(day: date, calendar: Calendar, way: str) -> date:
    """The nearest day that is worked, `back` or `forward`; the day itself for `none`, or at the calendar's end."""
    step = {"back": -1, "forward": 1}.get(way, 0)
    rolled = day
    while step and not calendar.works(rolled):
        try:
            rolled += timedelta(days=step)
        except OverflowError:
            return day
    return rolled


def deadline(kickoff: date, days: int, calendar: Calendar) -> date | None:
    """The last day "within N days" of kickoff; never moved forward, whatever the calendar says."""
    try:
        last = kickoff + timedelta(days=days)
    except OverflowError:
        return None
    return roll(last, calendar, "none" if calendar.roll == "none" else "back")


def ranges(document: Document) -> list[tuple[Section, DayRange | None]]:
    """Each section, in document order, with the day range that holds for it: its own, else the nearest above."""
    found: list[tuple[Section, DayRange | None]] = []
    for section in document.sections:
        _gather(section, None, found)
    return found


def _gather(section: Section, above: DayRange | None, found: list[tuple[Section, DayRange | None]]) -> None:
    days = section.days or above
    found.append((section, days))
    for inner in section.sections:
        _gather(inner, days, found)


def plan_length(document: Document) -> int | None:
    """The last day that any range names."""
    return max([days.last for section, days in ranges(document) if days and section.number], default=None)
