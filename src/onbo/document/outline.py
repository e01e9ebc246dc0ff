"""A file's blocks, as far as checklists care, with where they stand. Two readers make them: plain and commonmark."""

from collections.abc import Mapping
from typing import NamedTuple


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


class Task(NamedTuple):
    """A list item that begins with a box.

    column  of the box on its line, in characters
    first   the line its marker stands on
    words   line and column of its text, after the box
    parent  index among the tasks
    head    the line after its own paragraph
    notes   the paragraphs and quotes nested right under it, paragraph by paragraph
    """

    line: int
    column: int
    first: int
    end: int
    words: tuple[int, int]
    parent: int | None
    head: int
    notes: list[Quote]


Block = Heading | Paragraph | Quote | TableLines | Task


class Opaque(NamedTuple):
    """Lines that are no Markdown inside, at any depth. kind: fence, code_block, html_block. Lines are 0-based."""

    kind: str
    line: int
    end: int


class Outline(NamedTuple):
    blocks: tuple[Block, ...]
    references: Mapping[str, object]
    opaque: tuple[Opaque, ...] = ()
