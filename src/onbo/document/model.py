"""The types a document is made of. Immutable; lines are 1-based, spans are bytes.

Named tuples, here and elsewhere in the core: making a frozen dataclass costs 0.7 ms at every start, and
instances take three times as long.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol

from onbo.document.conflicts import conflict_lines
from onbo.document.identity import ItemKey, item_key
from onbo.document.source import Source, Span

if TYPE_CHECKING:
    from onbo.document.outline import Opaque
    from onbo.document.part import Tasks

OPEN = " "
NOT_APPLICABLE = "~"


class DayRange(NamedTuple):
    """Day 1 is kickoff. May run backwards as written; lint says so."""

    first: int
    last: int


class Token(NamedTuple):
    """A mark in an item's line. kind: owner, due, waiting, reason, attributes."""

    kind: str
    value: str
    span: Span


class Attributes(NamedTuple):
    """From `<!-- id=... only=... internal -->`."""

    id: str | None = None
    only: tuple[str, ...] = ()
    internal: bool = False


NO_ATTRIBUTES = Attributes()


class Note(NamedTuple):
    """A block quote or paragraph nested under an item. `span` is whole lines, without the last line end."""

    text: str
    span: Span
    quoted: bool


class Item(NamedTuple):
    """A task list item.

    number   "1.2.3"; names one thing in the file as it stands
    path     titles of the sections it stands in, outermost first
    mark     the character in the box
    box      the three bytes of the box
    line     where the box is
    span     the whole lines of the item with all that is nested under it
    text     its line without box, tokens and attributes
    words    where that line's text stands, tokens and all
    head     where its own paragraph ends, before what is nested under it
    prefix   what a line nested under it begins with
    repeat   1 for the first item of this text in sections of these titles, or of this id, 2 for the next
    parent   number of the task it is nested under
    ambiguous  whether the plain text of its key is another item's too
    """

    number: str
    path: tuple[str, ...]
    mark: str
    box: Span
    line: int
    span: Span
    text: str
    words: Span
    tokens: tuple[Token, ...] = ()
    attributes: Attributes = NO_ATTRIBUTES
    notes: tuple[Note, ...] = ()
    head: int = 0
    prefix: str = ""
    repeat: int = 1
    parent: str | None = None
    ambiguous: bool = False

    def token(self, kind: str) -> Token | None:
        return next((token for token in self.tokens if token.kind == kind), None)

    def value(self, kind: str) -> str | None:
        token = self.token(kind)
        return token.value if token else None

    @property
    def done(self) -> bool:
        return self.mark in "xX"

    @property
    def open(self) -> bool:
        return self.mark == OPEN

    @property
    def applies(self) -> bool:
        return self.mark != NOT_APPLICABLE

    @property
    def key(self) -> ItemKey:
        """What tells it from every other item of the file, whatever its line or number."""
        return item_key(self.attributes.id, self.path, self.text, self.repeat)


class Reading(Protocol):
    """What reads on in a file that was only outlined."""

    def items(self, at: int) -> "tuple[Item, ...]": ...
    @property
    def fields(self) -> "tuple[Field, ...]": ...
    @property
    def tables(self) -> "tuple[Table, ...]": ...
    @property
    def answers(self) -> "Mapping[str, str | None]": ...


class Section(NamedTuple):
    """A heading with what stands below it, up to the next heading of its level or above.

    number   None where no item stands in it
    line     of its heading; 1 for section 0, which has none
    at       its place among the file's sections
    """

    number: str | None
    title: str
    level: int
    line: int
    days: DayRange | None
    attributes: Attributes
    own: "Tasks"
    sections: "tuple[Section, ...]"
    at: int
    reading: Reading

    @property
    def path(self) -> tuple[str, ...]:
        return self.own.path

    @property
    def items(self) -> tuple[Item, ...]:
        """Its own, nested ones included; those of subsections are theirs."""
        return self.reading.items(self.at)

    def walk(self) -> "Iterator[Section]":
        yield self
        for section in self.sections:
            yield from section.walk()

    def all_items(self) -> Iterator[Item]:
        for section in self.walk():
            yield from section.items


class Field(NamedTuple):
    """`**Label:** value`. A label with a block quote directly below it is a notes field: its value is the quote.

    section  title of the section it stands in, None before the first
    span     the value
    filled   whether there is a value and no placeholder left in it; of notes, whether they are more than a form
             by its looks (`Forms.filled` also knows the template's)
    path     titles of the sections it stands in, outermost first
    below    how many lines the paragraph goes on below the label's line, up to the next label
    """

    label: str
    section: str | None
    value: str
    span: Span
    line: int
    notes: bool = False
    filled: bool = True
    path: tuple[str, ...] = ()
    below: int = 0


class Cell(NamedTuple):
    text: str
    span: Span


class Row(NamedTuple):
    line: int
    cells: tuple[Cell, ...]


class Table(NamedTuple):
    """A GFM table at document level.

    name  the label line directly above it, else its section's title
    path  titles of the sections it stands in, outermost first
    """

    name: str | None
    section: str | None
    line: int
    header: Row
    rows: tuple[Row, ...]
    path: tuple[str, ...] = ()


class FrontMatter(NamedTuple):
    """The YAML between the fences, unread. line: its first, 1-based; end: how many lines it takes, fences and all."""

    text: str
    line: int
    end: int


class _Said(NamedTuple):
    source: Source
    front_matter: FrontMatter | None
    title: str | None
    sections: tuple[Section, ...]
    references: Mapping[str, object]
    opaque: "tuple[Opaque, ...]"
    reading: Reading


class Document(_Said):
    """What a file says.

    sections    the top-level ones: the phases
    references  link reference labels, normalised as CommonMark does, that make `[label]` a link
    opaque      stretches of code and HTML
    """

    @property
    def fields(self) -> tuple[Field, ...]:
        return self.reading.fields

    @property
    def tables(self) -> tuple[Table, ...]:
        return self.reading.tables

    @property
    def body_start(self) -> int:
        """The byte where the front matter ends and the body begins; 0 without front matter."""
        if self.front_matter is None:
            return 0
        starts = self.source.starts
        return starts[self.front_matter.end] if self.front_matter.end < len(starts) else len(self.source.data)

    @property
    def answers(self) -> Mapping[str, str | None]:
        """What the fields say by label, case-folded; None where one is unfilled. Of one label, the first counts."""
        return self.reading.answers

    def find_field(self, label: str) -> Field | None:
        """The first field of that label, whatever its case."""
        folded = label.casefold()
        return next((field for field in self.fields if field.label.casefold() == folded), None)

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every item, in document order."""
        found = [item for section in self.sections for item in section.all_items()]
        return tuple(sorted(found, key=lambda item: item.box))

    @cached_property
    def conflict_line(self) -> int | None:
        """The 1-based line where an unresolved merge conflict begins, if one stands outside code."""
        found = conflict_lines(self.source, self.opaque)
        return found[0] + 1 if found else None

    def walk(self) -> Iterator[Section]:
        """Every section, in document order."""
        for section in self.sections:
            yield from section.walk()
