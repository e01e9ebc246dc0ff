"""Source -> Document: sections with their numbers and tasks at once; items, fields and tables when they are asked for.

A portfolio is counted from tasks; an item with all its places in the file costs ten times as much.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from onbo.document import commonmark, front_matter, plain
from onbo.document.conflicts import conflict_lines
from onbo.document.model import (
    NO_ATTRIBUTES,
    Cell,
    Document,
    Field,
    Item,
    Note,
    Row,
    Section,
    Table,
    Token,
    normal,
)
from onbo.document.outline import Heading, Outline, Paragraph, Quote, TableLines, Task, Tasks
from onbo.document.source import Source, Span
from onbo.document.syntax import BLANKS, NESTED, unescape
from onbo.document.tree import Node, numbered, tree
from onbo.document.words import FieldWords, field_words, heading_words, placeholder_spans


def parse(path: str, data: bytes) -> Document:
    """What a file says. Raises UnacceptableError for bytes that are no text or nested beyond reading."""
    source = Source.of(path, data)
    matter, lines = front_matter.find(source)
    read = plain.outline(source, lines) or commonmark.outline(source, lines)
    markers = conflict_lines(source, read.opaque)
    if markers:  # else `=======` would make a heading of what stands above it
        read = commonmark.outline(source, lines, markers)
    title, roots = tree(read.blocks)
    reading = Reading(source, read, title)
    sections = tuple(reading.section(root, number, ()) for root, number in numbered(roots))
    return Document(source, matter, title, sections, read.references, read.opaque, reading)


class _Label(NamedTuple):
    """A field's line, 0-based, and the quote below it that is its value."""

    words: FieldWords
    section: str | None
    line: int
    notes: Quote | None = None


class _TableAt(NamedTuple):
    lines: TableLines
    label: str | None
    section: str | None


class Reading:
    """Reads on where a document was only outlined: its items, fields and tables, once somebody asks."""

    def __init__(self, source: Source, read: Outline, title: str | None) -> None:
        self.source = source
        self.blocks = read.blocks
        self.references = read.references
        self.title = title
        # Of each section, in document order. Not the sections: they hold this, and a circle is not freed at once.
        self.own: list[Tasks] = []
        self._items: dict[int, tuple[Item, ...]] = {}

    def section(self, node: Node, number: str | None, above: tuple[str, ...]) -> Section:
        title, days, attributes = heading_words(node.heading.text) if node.heading else ("", None, NO_ATTRIBUTES)
        path = (*above, title)
        at = len(self.own)
        below = numbered(node.nodes, f"{number}.") if node.nodes else []
        prefix = f"{number}.0" if any(inner for _, inner in below) else number or ""
        own = Tasks(tuple(node.tasks), prefix, node.first, path)
        self.own.append(own)
        sections = tuple(self.section(inner, inner_number, path) for inner, inner_number in below)
        line = node.heading.line + 1 if node.heading else 1
        return Section(number, title, node.level, line, days, attributes, own, sections, at, self)

    def items(self, at: int) -> tuple[Item, ...]:
        """The items of the section at that place."""
        if at not in self._items:
            self._items[at] = tuple(self._read_items(self.own[at], self._repeats[at]))
        return self._items[at]

    def _read_items(self, own: Tasks, repeats: Sequence[int]) -> Iterator[Item]:
        numbers: dict[int | None, str] = {}
        for index, ((number, task), repeat) in enumerate(zip(own.numbered(), repeats, strict=True), own.first):
            numbers[index] = number
            yield self._item(task, number, numbers.get(task.parent), own.path, repeat)

    @cached_property
    def _repeats(self) -> list[list[int]]:
        """Of each section's tasks, the how-manieth of its name each is in the file."""
        seen: dict[tuple[str, ...], int] = {}
        repeats: list[list[int]] = []
        for own in self.own:
            titles = tuple([normal(title) for title in own.path])
            repeats.append([])
            for task in own.tasks:
                said = task.box.said
                name = ("id", said.attributes.id) if said.attributes.id else (*titles, normal(said.text))
                seen[name] = seen.get(name, 0) + 1
                repeats[-1].append(seen[name])
        return repeats

    def _item(self, task: Task, number: str, parent: str | None, path: tuple[str, ...], repeat: int) -> Item:
        source, box = self.source, task.box
        first, line, head, end = task.all_lines()
        text, said = source.texts[line], box.said
        last = self._line_end(end - 1)
        return Item(
            number,
            path,
            box.mark,
            source.span(task.line, box.start, box.start + 3),
            task.line + 1,
            Span(source.starts[first], last),
            said.text,
            source.span(line, box.words, len(text.rstrip(BLANKS))),
            tuple(
                [Token(m.kind, m.value, source.span(line, box.words + m.start, box.words + m.end)) for m in said.marks]
            )
            if said.marks
            else (),
            said.attributes,
            tuple([self._note(note) for note in task.notes]) if task.notes else (),
            last if head == end else self._line_end(head - 1),
            NESTED.sub(" ", source.texts[task.line][: box.start]),
            repeat,
            parent,
        )

    def _line_end(self, line: int) -> int:
        return self.source.offset(line, len(self.source.texts[line]))

    def _note(self, quote: Quote) -> Note:
        return Note(unescape(quote.text), self._lines(quote), quote.quoted)

    def _lines(self, quote: Quote) -> Span:
        """Whole lines, without the last line end."""
        last = quote.end - 1
        return Span(self.source.starts[quote.line], self.source.offset(last, len(self.source.texts[last])))

    @cached_property
    def _labels_and_tables(self) -> tuple[list[_Label], list[_TableAt]]:
        """Label lines, each a field unless it names the table right below it."""
        labels: list[_Label] = []
        tables: list[_TableAt] = []
        section: str | None = None
        label = False  # the block before ended in a label without a value
        for block in self.blocks:
            if isinstance(block, Task):  # first, being most of them
                label = False
                continue
            if isinstance(block, Paragraph):
                for line in range(block.line, block.end):
                    words = field_words(self.source.texts[line])
                    if words is not None:
                        labels.append(_Label(words, section, line))
                label = bool(labels) and labels[-1].line == block.end - 1 and not labels[-1].words.value
                continue
            if isinstance(block, Heading):
                name = heading_words(block.text)[0]
                section = None if block.level == 1 and name == self.title else name
            elif isinstance(block, Quote) and label:
                labels[-1] = labels[-1]._replace(notes=block)
            elif isinstance(block, TableLines):
                tables.append(_TableAt(block, labels.pop().words.label if label else None, section))
            label = False
        return labels, tables

    @cached_property
    def answers(self) -> dict[str, str | None]:
        """What the fields say by label, case-folded; None where one is unfilled. Of one label, the first counts."""
        answers: dict[str, str | None] = {}
        for label in self._labels_and_tables[0]:
            words = label.words
            if words.folded not in answers:
                answers[words.folded] = words.value if self._filled(label) else None
        return answers

    def _filled(self, label: _Label) -> bool:
        """Whether there is a value, and no placeholder left in it."""
        if label.notes is None and not self.references:
            return label.words.filled
        words, notes = label.words, label.notes
        lines = (
            self.source.texts[notes.line : notes.end]
            if notes
            else [self.source.texts[label.line][words.start : words.end]]
        )
        text = "\n".join(lines)
        return bool(text) and not placeholder_spans(text, self.references)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return tuple(self._field(label) for label in self._labels_and_tables[0])

    def _field(self, label: _Label) -> Field:
        words = label.words
        notes = label.notes
        value = unescape(notes.text) if notes else words.value
        span = self._value_span(label)
        return Field(words.label, label.section, value, span, label.line + 1, notes is not None, self._filled(label))

    def _value_span(self, label: _Label) -> Span:
        if label.notes is not None:
            return self._lines(label.notes)
        return self.source.span(label.line, label.words.start, label.words.end)

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        return tuple(self._table(table) for table in self._labels_and_tables[1])

    def _table(self, table: _TableAt) -> Table:
        first, end = table.lines
        rows = [_row(self.source, line) for line in range(first, end) if line != first + 1]
        return Table(table.label or table.section, table.section, first + 1, rows[0], tuple(rows[1:]))


def _row(source: Source, line: int) -> Row:
    """The cells of a table line, split at `|` that no backslash escapes, as GFM splits them."""
    text = source.texts[line]
    start = len(text) - len(text.lstrip(BLANKS))
    end = len(text.rstrip(BLANKS))
    if text[start : start + 1] == "|":
        start += 1
    bars = [at for at in range(start, end) if text[at] == "|" and text[at - 1 : at] != "\\"]
    if bars and bars[-1] == end - 1:
        end = bars.pop()
    cells = []
    for first, last in zip([start, *(bar + 1 for bar in bars)], [*bars, end], strict=True):
        raw = text[first:last]
        left = first + len(raw) - len(raw.lstrip(BLANKS))
        right = max(left, first + len(raw.rstrip(BLANKS)))
        cells.append(Cell(unescape(text[left:right]), source.span(line, left, right)))
    return Row(line + 1, tuple(cells))
