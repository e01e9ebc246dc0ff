"""What a customer may see of its plan: an allow-list. What is not a part of `Shared` cannot come out."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from onbo.document.inline import inline_spans, plain_text
from onbo.document.model import DayRange, Document, Item, Note, Section
from onbo.document.syntax import SHARED
from onbo.onboarding.counts import Counts
from onbo.onboarding.internal import Internal
from onbo.onboarding.reckoning import ItemProgress, add_up, section_state
from onbo.onboarding.schedule import Schedule
from onbo.onboarding.status import Progress

# How many next steps are told.
NEXT = 5


class SharedItem(NamedTuple):
    """states: done, n/a, overdue, due soon, waiting, open. depth: in how many other items it is nested."""

    text: str
    state: str
    due: date | None
    waiting: str | None
    notes: tuple[str, ...]
    depth: int


class SharedSection(NamedTuple):
    """states: done, overdue, active, upcoming, not started; over what is shown, as the counts are."""

    title: str
    state: str
    done: int
    total: int
    start: date | None
    due: date | None
    items: tuple[SharedItem, ...]
    sections: "tuple[SharedSection, ...]"

    def walk(self) -> "Iterator[SharedSection]":
        yield self
        for section in self.sections:
            yield from section.walk()


class Step(NamedTuple):
    """An open item, and the title of its section. waiting: for whom."""

    text: str
    section: str
    state: str
    due: date | None
    waiting: str | None


class Shared(NamedTuple):
    """The customer's own page.

    customer  None where the field is not filled
    waiting   what waits for somebody
    next      what waits for nobody and comes next; in both, what is due first comes first
    """

    today: date
    customer: str | None
    kickoff: date | None
    target_go_live: date | None
    done: int
    total: int
    phases: tuple[SharedSection, ...]
    waiting: tuple[Step, ...]
    next: tuple[Step, ...]


def share(progress: Progress, internal: Internal, schedule: Schedule, today: date) -> Shared:
    """What of this document its customer may see, states and counts worked out over just that."""
    reader = _Reader(internal.document, internal, schedule, {row.item.number: row for row in progress.items}, today)
    phases = tuple(reader.sections(internal.document.sections, None))
    said = progress.facts
    steps = [step for phase in phases for section in phase.walk() for step in _steps(section)]
    steps.sort(key=lambda step: step.due or date.max)
    name = plain_text(said.customer, {}) if said.customer else None
    return Shared(
        today,
        name or None,
        said.kickoff,
        said.target_go_live,
        sum(phase.done for phase in phases),
        sum(phase.total for phase in phases),
        phases,
        tuple(step for step in steps if step.waiting),
        tuple([step for step in steps if not step.waiting][:NEXT]),
    )


def _steps(section: SharedSection) -> Iterator[Step]:
    for item in section.items:
        if item.state not in ("done", "n/a"):
            yield Step(item.text, section.title, item.state, item.due, item.waiting)


class _Reader(NamedTuple):
    document: Document
    internal: Internal
    schedule: Schedule
    rows: dict[str, ItemProgress]
    today: date

    def sections(self, sections: Iterable[Section], above: DayRange | None) -> Iterator[SharedSection]:
        """Those in which anything is shown."""
        for section in sections:
            if section.number is not None and not self.internal.hides(section):
                shared = self._section(section, section.days or above)
                if shared.items or shared.sections:
                    yield shared

    def _section(self, section: Section, days: DayRange | None) -> SharedSection:
        worded = [(item, self._words(item.text)) for item in self.internal.shown(section)]
        shown = {item: words for item, words in worded if words}
        inner = tuple(self.sections(section.sections, days))
        own = add_up(_count(self.rows[item.number], self.today) for item in shown) if shown else Counts()
        below = [Counts(s.done, s.total, overdue=s.state == "overdue") for s in inner]
        counts = add_up([own, *below])
        start = self.schedule.start(days) or min((s.start for s in inner if s.start), default=None)
        due = self.schedule.due(days) or max((s.due for s in inner if s.due), default=None)
        return SharedSection(
            self._words(section.title),
            section_state(counts, start, self.today),
            counts.done,
            counts.total,
            start,
            due,
            tuple(self._items(shown)),
            inner,
        )

    def _items(self, shown: Mapping[Item, str]) -> Iterator[SharedItem]:
        depths: dict[str, int] = {}
        for item, words in shown.items():
            depths[item.number] = depths[item.parent] + 1 if item.parent in depths else 0
            row = self.rows[item.number]
            waiting = item.value("waiting") if item.open else None
            notes = tuple(self._words(note.text) for note in item.notes if _is_shared(note, self.document))
            yield SharedItem(
                words,
                row.state,
                row.due if item.applies else None,
                waiting,
                tuple(note for note in notes if note),
                depths[item.number],
            )

    def _words(self, text: str) -> str:
        return plain_text(text, self.document.references)


def _count(row: ItemProgress, today: date) -> Counts:
    if not row.item.applies:
        return Counts(na=1)
    return Counts(int(row.item.done), 1, 0, int(row.item.open and row.due is not None and row.due < today))


def _is_shared(note: Note, document: Document) -> bool:
    """Whether a note ends with the mark, as a comment of its own and not as a part of another, or of code."""
    mark = SHARED.search(note.text)
    if mark is None or not SHARED.search(document.source.text(note.span)):  # there a backslash would show
        return False
    end = len(note.text.rstrip())
    spans = inline_spans(note.text, document.references)
    return any(span.kind == "html" and (span.start, span.end) == (mark.start(), end) for span in spans)
