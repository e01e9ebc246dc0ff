"""Source -> Document: sections with their numbers and tasks at once; items, fields and tables when they are asked for.

What stands at the screen of a portfolio is counted from tasks; an item with all its places in the file costs ten
times as much, and only what edits or lists items needs it.
"""

from collections.abc import Iterable, Iterator, Sequence
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
from onbo.document.outline import Block, Heading, Outline, Paragraph, Quote, TableLines, Task, Tasks
from onbo.document.source import Source, Span
from onbo.document.syntax import BLANKS, NESTED, unescape
from onbo.document.words import FieldWords, field_words, heading_words, placeholder_spans


def parse(path: str, data: bytes) -> Document:
    """What a file says. Raises UnacceptableError for bytes that are no text or nested beyond reading."""
    source = Source.of(path, data)
    matter, lines = front_matter.find(source)
    read = plain.outline(source, lines) or commonmark.outline(source, lines)
    markers = conflict_lines(source, read.opaque)
    if markers:  # else `=======` would make a heading of what stands above it
        read = commonmark.outline(source, lines, markers)
    title, roots = _tree(read.blocks)
    reading = Reading(source, read, title)
    sections = tuple(reading.section(root, number, ()) for root, number in _numbered(roots))
    return Document(source, matter, title, sections, read.references, read.opaque, reading)


class _Node:
    """A section while its tasks are gathered; `heading` is None for section 0.

    first  how many tasks come before
    holds  whether any stands in it or below
    """

    __slots__ = ("first", "heading", "holds", "level", "nodes", "tasks")

    def __init__(self, heading: Heading | None, level: int, first: int) -> None:
        self.heading = heading
        self.level = level
        self.first = first
        self.holds = False
        self.tasks: list[Task] = []
        self.nodes: list[_Node] = []


def _tree(blocks: Iterable[Block]) -> tuple[str | None, list[_Node]]:
    """The document's title and its top-level sections; section 0 comes first where it has items."""
    firsts = [block for block in blocks if isinstance(block, Heading) and block.level == 1]
    title = firsts[0] if len(firsts) == 1 else None
    zero = _Node(None, 0, 0)
    roots: list[_Node] = []
    stack = [zero]
    count = 0
    for block in blocks:
        if isinstance(block, Task):
            stack[-1].tasks.append(block)
            count += 1
        elif isinstance(block, Heading) and block is not title:
            _mark(stack)
            while stack and (stack[-1].level >= block.level or stack[-1] is zero):
                stack.pop()
            node = _Node(block, block.level, count)
            (stack[-1].nodes if stack else roots).append(node)
            stack.append(node)
    _mark(stack)
    plain_title = heading_words(title.text)[0] if title else None
    return plain_title, ([zero] if zero.tasks else []) + roots


def _mark(stack: list[_Node]) -> None:
    """The innermost section is read: if it has tasks, all around it hold some."""
    if stack[-1].tasks:
        for node in stack:
            node.holds = True


def _numbered(nodes: Sequence[_Node], prefix: str = "") -> list[tuple[_Node, str | None]]:
    """Each node with its number among those of its siblings that have items."""
    count = 0
    numbered: list[tuple[_Node, str | None]] = []
    for node in nodes:
        count += node.holds and node.heading is not None
        numbered.append((node, "0" if node.heading is None else f"{prefix}{count}" if node.holds else None))
    return numbered


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

    def section(self, node: _Node, number: str | None, above: tuple[str, ...]) -> Section:
        title, days, attributes = heading_words(node.heading.text) if node.heading else ("", None, NO_ATTRIBUTES)
        path = (*above, title)
        at = len(self.own)
        below = _numbered(node.nodes, f"{number}.") if node.nodes else []
        prefix = f"{number}.0" if any(inner for _, inner in below) else number or ""
        own = Tasks(tuple(node.tasks), prefix, node.first, path)
        self.own.append(own)
        sections = tuple(self.section(inner, inner_number, path) for inner, inner_number in below)
        line = node.heading.line + 1 if node.heading else 1
        return Section(number, title, node.level, line, days, attributes, own, sections, at, self)

    @cached_property
    def items(self) -> tuple[tuple[Item, ...], ...]:
        """The items of each section, in document order."""
        seen: dict[tuple[str, ...], int] = {}
        return tuple(tuple(self._items(own, seen)) for own in self.own)

    def _items(self, own: Tasks, seen: dict[tuple[str, ...], int]) -> Iterator[Item]:
        titles = tuple(normal(title) for title in own.path)
        numbers: dict[int | None, str] = {}
        for index, (number, task) in enumerate(own.numbered(), own.first):
            numbers[index] = number
            said = task.box.said
            name = ("id", said.attributes.id) if said.attributes.id else (*titles, normal(said.text))
            seen[name] = seen.get(name, 0) + 1
            yield self._item(task, number, numbers.get(task.parent), own.path, seen[name])

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
