"""A file's blocks, as far as checklists care, with where they stand. Two readers make them: plain and commonmark."""

from typing import NamedTuple

from onbo.document.model import NO_ATTRIBUTES, Attributes


class Heading(NamedTuple):
    """At document level. Lines are 0-based, `end` is the line after."""

    line: int
    level: int
    text: str


class Paragraph(NamedTuple):
    """At document level."""

    line: int
    end: int


class Quote(NamedTuple):
    """At document level, or under a task: there each paragraph of a quote is one of its own."""

    line: int
    end: int
    text: str
    quoted: bool = True


class TableLines(NamedTuple):
    line: int
    end: int


class Mark(NamedTuple):
    """A token in an item's words. kind: owner, due, waiting, reason, attributes. Columns among the words."""

    kind: str
    value: str
    start: int
    end: int


class Words(NamedTuple):
    """What an item's line says behind its box: text without tokens, the first token of each kind, attributes."""

    text: str
    marks: tuple[Mark, ...]
    attributes: Attributes


NO_WORDS = Words("", (), NO_ATTRIBUTES)


class Box(NamedTuple):
    """A task's box on its line, and what the words behind it say. Columns in characters.

    start  of the box
    words  of the words; on another line where `Lines` says so
    mark   the character in the box
    """

    start: int
    words: int
    mark: str
    said: Words


class Lines(NamedTuple):
    """Where a task stands that takes more than its box's line. 0-based.

    first  the line its marker stands on
    words  the line its words stand on
    head   the line after its own paragraph
    end    the line after all that is nested under it
    """

    first: int
    words: int
    head: int
    end: int


class Task(NamedTuple):
    """A list item that begins with a box.

    parent  index among the tasks of its part
    lines   None where it is all on the one line
    notes   the paragraphs and quotes nested right under it, paragraph by paragraph
    """

    line: int
    box: Box
    parent: int | None = None
    lines: Lines | None = None
    notes: tuple[Quote, ...] = ()

    def all_lines(self) -> Lines:
        return self.lines or Lines(self.line, self.line, self.line + 1, self.line + 1)


Block = Heading | Paragraph | Quote | TableLines | Task


class Opaque(NamedTuple):
    """Lines that are no Markdown inside, at any depth. kind: fence, code_block, html_block. Lines are 0-based."""

    kind: str
    line: int
    end: int
