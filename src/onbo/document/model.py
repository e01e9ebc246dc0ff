"""The types a document is made of. Immutable; lines are 1-based, spans are bytes.

Named tuples, here and elsewhere in the core: making a frozen dataclass costs 0.7 ms at every start, and
instances take three times as long.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from onbo.document.source import Source, Span

if TYPE_CHECKING:
    from onbo.document.outline import Opaque

OPEN = " "
CONFLICT = ("<" * 7, "|" * 7, "=" * 7, ">" * 7)
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
    def key(self) -> str:
        """What the item is, whatever its line or number: its id, else sections, text and occurrence."""
        return f"{self.kin} #{self.repeat}" if self.repeat > 1 else self.kin

    @property
    def kin(self) -> str:
        """The key without the occurrence: what items of one id, or of the same words, have in common."""
        if self.attributes.id:
            return f"id={self.attributes.id}"
        return " > ".join(normal(part) for part in (*self.path, self.text))


def normal(text: str) -> str:
    """Text for comparing: case-folded, white space as single spaces."""
    return " ".join(text.casefold().split())


class Section(NamedTuple):
    """A heading with what stands below it, up to the next heading of its level or above.

    number   None where no item stands in it
    items    its own, nested ones included; those of subsections are theirs
    line     of its heading; 1 for section 0, which has none
    """

    number: str | None
    title: str
    level: int
    line: int
    days: DayRange | None
    attributes: Attributes
    items: tuple[Item, ...]
    sections: "tuple[Section, ...]"
    path: tuple[str, ...]

    def walk(self) -> "Iterator[Section]":
        yield self
        for section in self.sections:
            yield from section.walk()

    def all_items(self) -> Iterator[Item]:
        for section in self.walk():
            yield from section.items


class Field(NamedTuple):
    """`**Label:** value`. A label with a block quote below it is a notes field: its value is the quote.

    section  title of the section it stands in, None before the first
    span     the value
    """

    label: str
    section: str | None
    value: str
    span: Span
    line: int
    notes: bool = False


class Cell(NamedTuple):
    text: str
    span: Span


class Row(NamedTuple):
    line: int
    cells: tuple[Cell, ...]


class Table(NamedTuple):
    """A GFM table at document level. `name` is the label line directly above it, else its section's title."""

    name: str | None
    section: str | None
    line: int
    header: Row
    rows: tuple[Row, ...]


class FrontMatter(NamedTuple):
    """The YAML between the fences, unread. `span` covers the fences and the line end after the last."""

    span: Span
    text: str
    line: int


class _Said(NamedTuple):
    source: Source
    front_matter: FrontMatter | None
    title: str | None
    sections: tuple[Section, ...]
    fields: tuple[Field, ...]
    tables: tuple[Table, ...]
    references: Mapping[str, object]
    opaque: "tuple[Opaque, ...]"


class Document(_Said):
    """What a file says.

    sections    the top-level ones: the phases
    references  link reference labels, normalised as CommonMark does, that make `[label]` a link
    opaque      stretches of code and HTML
    """

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


def conflict_lines(source: Source, opaque: "Sequence[Opaque]") -> list[int]:
    """The 0-based lines of conflict markers, outside code, that belong to a whole conflict."""
    whole: list[int] = []
    begun: list[int] = []
    wanted = 0
    for line, text in enumerate(source.texts):
        if text[:7] not in CONFLICT or any(o.line <= line < o.end for o in opaque if o.kind != "html_block"):
            continue
        if text.startswith("<<<<<<< "):
            begun, wanted = [line], 1
        elif wanted == 1 and text.startswith("||||||| "):
            begun.append(line)
        elif wanted == 1 and text == "=======":
            begun.append(line)
            wanted = 2
        elif wanted == 2 and text.startswith(">>>>>>> "):
            whole += [*begun, line]
            wanted = 0
    return whole
