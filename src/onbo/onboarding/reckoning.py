"""Counting a checklist: states and due dates of items, counts of sections and phases."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from onbo.document.model import NOT_APPLICABLE, OPEN, DayRange, Document, Item, Section
from onbo.document.outline import Task
from onbo.onboarding.counts import Counts
from onbo.onboarding.schedule import Schedule, ranges


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
    """states: done, n/a, overdue, due soon, waiting, open. section: its number."""

    item: Item
    section: str | None
    state: str
    due: date | None


class Coming(NamedTuple):
    """The open item due next, from today on."""

    number: str
    text: str
    due: date


class Reckoning:
    """Counts a document's tasks section by section, and finds the open one that is due next."""

    def __init__(self, document: Document, schedule: Schedule, today: date, due_soon: int) -> None:
        self.document = document
        self.schedule = schedule
        self.today = today
        self.due_soon = due_soon
        self.nearest: tuple[date, Section, int] | None = None

    def counts(self, section: Section, above: DayRange | None = None) -> Counts:
        """All that stands in a section."""
        found: list[Counts] = []
        self._gather(section, above, found)
        return found[0] if len(found) == 1 else add_up(found) if found else Counts()

    def _gather(self, section: Section, above: DayRange | None, found: list[Counts]) -> None:
        days = section.days or above
        if section.own.parts:
            found.append(self._own(section, self.schedule.due(days)))
        for inner in section.sections:
            if inner.number is not None:
                self._gather(inner, days, found)

    def phases(self) -> tuple[SectionProgress, ...]:
        """How each phase stands, with its sections."""
        return tuple(self._section(s, None) for s in self.document.sections if s.number is not None)

    def _section(self, section: Section, above: DayRange | None) -> SectionProgress:
        days = section.days or above
        start, due = self.schedule.start(days), self.schedule.due(days)
        inner = tuple(self._section(s, days) for s in section.sections if s.number is not None)
        counts = add_up([self._own(section, due), *(progress.counts for progress in inner)])
        state = section_state(counts, start, self.today)
        return SectionProgress(section.number or "", section.title, state, counts, start, due, inner)

    def _own(self, section: Section, by_range: date | None) -> Counts:
        """The section's own tasks. Those that carry no token, nearly all, have one date and are counted by marks."""
        own = section.own
        marks, tasks = own.marks, own.tasks
        waiting, na = marks.count(OPEN), marks.count(NOT_APPLICABLE)
        total = len(marks) - na
        overdue = due = 0
        if by_range is not None:
            if by_range <= self.today:
                due = total
                overdue = waiting if by_range < self.today else 0
            if waiting and self._is_nearer(by_range):
                index = next(at for at, t in enumerate(tasks) if t.box.mark == OPEN and not t.box.said.marks)
                self.nearest = (by_range, section, index)
        counts = Counts(total - waiting, total, na, overdue, due)
        if len(marks) == len(tasks):
            return counts
        return add_up([counts, *self._marked(section, by_range)])

    def _marked(self, section: Section, by_range: date | None) -> Iterator[Counts]:
        """The tasks that carry tokens, and so may have a date of their own, one by one."""
        for index, task in enumerate(section.own.tasks):
            if not task.box.said.marks:
                continue
            if task.box.mark == NOT_APPLICABLE:
                yield Counts(na=1)
                continue
            is_open = task.box.mark == OPEN
            day = pinned(task) or by_range
            due = day is not None and day <= self.today
            overdue = is_open and day is not None and day < self.today
            yield Counts(int(not is_open), 1, 0, int(overdue), int(due))
            if is_open and day is not None and self._is_nearer(day, section, index):
                self.nearest = (day, section, index)

    def _is_nearer(self, day: date, section: Section | None = None, index: int = 0) -> bool:
        """Whether an item due on that day comes before the nearest found; of one day, the first in the file does."""
        if day < self.today:
            return False
        if self.nearest is None or day < self.nearest[0]:
            return True
        return day == self.nearest[0] and section is self.nearest[1] and index < self.nearest[2]

    @property
    def next_item(self) -> Coming | None:
        """Of the sections counted so far."""
        if self.nearest is None:
            return None
        day, section, index = self.nearest
        number, _, task = list(section.own.numbered())[index]
        return Coming(number, task.box.said.text, day)

    def items(self) -> Iterator[ItemProgress]:
        """Each item, section by section, with its due date and state."""
        for section, days in ranges(self.document):
            by_range = self.schedule.due(days)
            for item in section.items:
                due = self.schedule.item_due(item, days) if item.tokens else by_range
                yield ItemProgress(item, section.number, item_state(item, due, self.today, self.due_soon), due)


def pinned(task: Task) -> date | None:
    return next((date.fromisoformat(mark.value) for mark in task.box.said.marks if mark.kind == "due"), None)


def add_up(counts: Iterable[Counts]) -> Counts:
    """Their sum; none add up to nothing."""
    return Counts(*map(sum, zip(*counts, strict=True)))


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


def section_state(counts: Counts, start: date | None, today: date) -> str:
    """done, overdue, active, upcoming, not started"""
    if not counts.open:
        return "done"
    if counts.overdue:
        return "overdue"
    if counts.done or (start is not None and start <= today):
        return "active"
    return "upcoming" if start is not None else "not started"
