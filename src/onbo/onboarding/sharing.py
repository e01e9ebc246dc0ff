"""What a customer may see of its plan: an allow-list. What is not a part of `Shared` cannot come out."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from onbo.document.identity import normal
from onbo.document.model import DayRange, Document, Field, Item, Section
from onbo.onboarding import settings as known
from onbo.onboarding.counts import Counts
from onbo.onboarding.fields import Facts, field_meaning
from onbo.onboarding.reckoning import ItemProgress, add_up, section_state
from onbo.onboarding.schedule import Schedule
from onbo.onboarding.settings import Settings
from onbo.onboarding.status import Progress
from onbo.onboarding.visibility import Visibility

# How many next steps are told.
NEXT = 5
# The fields that are shown.
FIELDS = (known.CUSTOMER, known.KICKOFF, known.TARGET_GO_LIVE)
# Whom an item waits for, as the customer reads it.
YOU, US, THIRD_PARTY = "you", "us", "a third party"


class SharedItem(NamedTuple):
    """states: done, n/a, overdue, due soon, waiting, open. depth: in how many other items it is nested.

    waiting  for whom: you, us or a third party, or the words that stand there
    """

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


class Party(NamedTuple):
    """One side.

    titles  what it is always called, normalised
    name    the letters of its name
    ends    where in it a word ends: "Acme" and "Acme Corp" both stand for "Acme Corp"
    """

    titles: frozenset[str]
    name: str
    ends: frozenset[int]

    def is_called(self, letters: str) -> bool:
        return letters in self.titles or (len(letters) in self.ends and self.name.startswith(letters))


class Parties(NamedTuple):
    """Who is who in `waiting:`. full: whether the words themselves are shown."""

    customer: Party
    us: Party
    full: bool = False

    def seen(self, who: str) -> str:
        """Whom an item waits for, as the customer reads it."""
        letters = _letters(who)
        if self.customer.is_called(letters):
            return YOU
        if self.full:
            return who
        return US if self.us.is_called(letters) else THIRD_PARTY


def parties(slug: str, said: Facts, settings: Settings) -> Parties:
    """customer, client, its name and its slug; us, internal, csm and the CSM's name."""
    customer = _party({"customer", "client", _letters(slug)}, said.customer)
    us = _party({"us", "internal", "csm"}, said.csm)
    return Parties(customer, us, settings.share_waiting == "full")


def _party(titles: set[str], name: str | None) -> Party:
    words = [_letters(word) for word in (name or "").split()]
    return Party(frozenset(titles - {""}), "".join(words), frozenset(accumulate(map(len, words))) - {0})


def _letters(name: str) -> str:
    """`wait` joins words by hyphens: what is between them tells nobody from anybody."""
    return "".join(filter(str.isalnum, normal(name)))


def share(progress: Progress, visibility: Visibility, schedule: Schedule, today: date, who: Parties) -> Shared:
    """What of this document its customer may see, states and counts worked out over just that."""
    document = visibility.document
    rows = {row.item.number: row for row in progress.items}
    reader = _Reader(document, visibility, schedule, rows, today, who)
    phases = tuple(reader.sections(document.sections, None))
    said = progress.facts
    steps = [step for phase in phases for section in phase.walk() for step in _steps(section)]
    steps.sort(key=lambda step: step.due or date.max)
    customer, kickoff, target = (visibility.field(field) for field in visibility.rules.fields)
    return Shared(
        today,
        customer or None,
        said.kickoff if kickoff else None,
        said.target_go_live if target else None,
        sum(phase.done for phase in phases),
        sum(phase.total for phase in phases),
        phases,
        tuple(step for step in steps if step.waiting),
        tuple([step for step in steps if not step.waiting][:NEXT]),
    )


def shown_fields(document: Document, settings: Settings) -> tuple[Field | None, ...]:
    return tuple(field_meaning(document, settings, meaning) for meaning in FIELDS)


def _steps(section: SharedSection) -> Iterator[Step]:
    for item in section.items:
        if item.state not in ("done", "n/a"):
            yield Step(item.text, section.title, item.state, item.due, item.waiting)


class _Reader(NamedTuple):
    document: Document
    visibility: Visibility
    schedule: Schedule
    rows: dict[str, ItemProgress]
    today: date
    who: Parties

    def sections(self, sections: Iterable[Section], above: DayRange | None) -> Iterator[SharedSection]:
        """Those in which anything is shown."""
        for section in sections:
            title = self.visibility.section(section)
            if title is None:  # what it was put around may be shown
                yield from self.sections(section.sections, section.days or above)
            else:
                shared = self._section(section, title, section.days or above)
                if shared.items or shared.sections:
                    yield shared

    def _section(self, section: Section, title: str, days: DayRange | None) -> SharedSection:
        words = {item: self.visibility.item(item) for item in section.items}
        shown = {item: text for item, text in words.items() if text}
        inner = tuple(self.sections(section.sections, days))
        own = add_up(_count(self.rows[item.number], self.today) for item in shown) if shown else Counts()
        below = [Counts(s.done, s.total, overdue=s.state == "overdue") for s in inner]
        counts = add_up([own, *below])
        start = self.schedule.start(days) or min((s.start for s in inner if s.start), default=None)
        due = self.schedule.due(days) or max((s.due for s in inner if s.due), default=None)
        return SharedSection(
            title,
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
            yield SharedItem(
                words,
                row.state,
                row.due if item.applies else None,
                self.who.seen(waiting) if waiting else None,
                self.visibility.notes(item),
                depths[item.number],
            )


def _count(row: ItemProgress, today: date) -> Counts:
    if not row.item.applies:
        return Counts(na=1)
    return Counts(int(row.item.done), 1, 0, int(row.item.open and row.due is not None and row.due < today))
