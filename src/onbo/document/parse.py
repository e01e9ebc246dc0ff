"""Source -> Document: sections with their numbers and tasks at once; items, fields and tables when they are asked for.

A portfolio is counted from tasks; an item with all its places in the file costs ten times as much.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

from onbo.document import commonmark, front_matter, plain
from onbo.document.conflicts import conflict_lines
from onbo.document.identity import ItemKey, ambiguous, item_key
from onbo.document.model import Cell, Document, Field, Item, Note, Row, Section, Table, Token
from onbo.document.outline import Quote, Task
from onbo.document.part import Label, Outline, Part, Tasks, shifted_task
from onbo.document.source import Source, Span
from onbo.document.syntax import BLANKS, NESTED, unescape
from onbo.document.tree import Branch, tree
from onbo.document.words import heading_words, is_notes_form, placeholder_spans, quoted_words
from onbo.errors import UnacceptableError

# A Markdown parser takes two seconds or more for each megabyte; `plain` reads ten times as fast.
LARGEST_MARKDOWN = 2 * 1024 * 1024


def parse(path: str, data: bytes) -> Document:
    """What a file says. Raises UnacceptableError for bytes that are no text or nested beyond reading."""
    source = Source.of(path, data)
    matter, lines = front_matter.find(source)
    read = plain.outline(source, lines)
    if read is None:
        _refuse_large(source, lines)
        read = commonmark.outline(source, lines)
    markers = conflict_lines(source, read.opaque)
    if markers:  # else `=======` would make a heading of what stands above it
        read = commonmark.outline(source, lines, markers)
    title, branches = tree(read.parts)
    reading = Reading(source, read, title)
    sections = tuple([reading.section(branch) for branch in branches])
    return Document(source, matter, title, sections, read.references, read.opaque, reading)


def _refuse_large(source: Source, skip: int) -> None:
    """Raise UnacceptableError for a file so large that reading it as Markdown of any kind would take very long."""
    size = len(source.data)
    if size <= LARGEST_MARKDOWN:
        return
    line = plain.first_odd_line(source, skip)
    where = "some of it" if line is None else f"line {line + 1}"
    raise UnacceptableError(
        f"is {size / 1024 / 1024:.1f} MB; over {LARGEST_MARKDOWN // 1024 // 1024} MB a checklist must be of plain lines,"
        f" and {where} is not: split it, or make that plain",
        path=source.path,
    )


@lru_cache(8)
def parse_again(data: bytes) -> Document:
    """A text without a name, as `parse` reads it; kept, because a merge looks at the same few texts several times."""
    return parse("text", data)


class Reading:
    """Reads on where a document was only outlined: its items, fields and tables, once somebody asks."""

    def __init__(self, source: Source, read: Outline, title: str | None) -> None:
        self.source = source
        self.parts = read.parts
        self.references = read.references
        self.title = title
        # Of each section, in document order. Not the sections: they hold this, and a circle is not freed at once.
        self.own: list[Tasks] = []
        self._items: dict[int, tuple[Item, ...]] = {}

    def section(self, branch: Branch) -> Section:
        number, title, level, days, attributes, prefix, path, heading, own_parts, branches = branch
        at = len(self.own)
        parts = self.parts
        own = Tasks(tuple([parts[index] for index in own_parts]), prefix, path)
        self.own.append(own)
        sections = tuple([self.section(inner) for inner in branches]) if branches else ()
        line = 1 if heading is None else parts[heading].line + 1
        return Section(number, title, level, line, days, attributes, own, sections, at, self)

    def items(self, at: int) -> tuple[Item, ...]:
        """The items of the section at that place."""
        if at not in self._items:
            self._items[at] = tuple(self._read_items(self.own[at], self._keys[at]))
        return self._items[at]

    def _read_items(self, own: Tasks, keys: Sequence[ItemKey]) -> Iterator[Item]:
        for (number, line, task), key in zip(own.numbered(), keys, strict=True):
            parent = number.rpartition(".")[0] if task.parent is not None else None
            item = self._item(shifted_task(task, line), number, parent, own.path, key.repeat)
            yield item._replace(ambiguous=True) if key in self._ambiguous else item

    @cached_property
    def _keys(self) -> list[list[ItemKey]]:
        """Of each section's tasks, their keys."""
        seen: Counter[ItemKey] = Counter()
        keys: list[list[ItemKey]] = []
        for own in self.own:
            keys.append([])
            for task in own.tasks:
                said = task.box.said
                first = item_key(said.attributes.id, own.path, said.text)
                seen[first] += 1
                keys[-1].append(first if seen[first] == 1 else first._replace(repeat=seen[first]))
        return keys

    @cached_property
    def _ambiguous(self) -> frozenset[ItemKey]:
        """The keys whose plain text is another's too."""
        return ambiguous([key for of_section in self._keys for key in of_section])

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

    def _lines(self, quote: Quote, by: int = 0) -> Span:
        """Whole lines, without the last line end; `by` lines further down."""
        last = quote.end - 1 + by
        return Span(self.source.starts[quote.line + by], self.source.offset(last, len(self.source.texts[last])))

    def _titled(self) -> Iterator[tuple[tuple[str, ...], int, Part]]:
        """Each part with the titles of the sections that its fields and tables are named by, outermost first."""
        around: list[tuple[int, str]] = []  # levels and titles
        for line, part in self.parts:
            if part.heading is not None:
                level, name = part.heading.level, heading_words(part.heading.text)[0]
                while around and around[-1][0] >= level:
                    around.pop()
                if level > 1 or name != self.title:
                    around.append((level, name))
            yield tuple([name for _, name in around]), line, part

    @cached_property
    def answers(self) -> dict[str, str | None]:
        """What the fields say by label, case-folded; None where one is unfilled. Of one label, the first counts."""
        answers: dict[str, str | None] = {}
        for line, part in self.parts:
            for label in part.labels:
                words = label.words
                if words.folded not in answers:
                    filled = words.filled if label.notes is None and not self.references else self._filled(label, line)
                    answers[words.folded] = words.value if filled else None
        return answers

    def _filled(self, label: Label, line: int) -> bool:
        """Whether there is a value and no placeholder left in it, or notes that are no form. line: of its part."""
        words, notes = label.words, label.notes
        if notes is not None:
            said = quoted_words(self.source.texts[line + notes.line : line + notes.end])
            return bool(said) and not is_notes_form(said, self.references)
        if not self.references:
            return words.filled
        text = self.source.texts[line + label.line][words.start : words.end]
        return bool(text) and not placeholder_spans(text, self.references)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return tuple(self._field(path, line, label) for path, line, part in self._titled() for label in part.labels)

    def _field(self, path: tuple[str, ...], line: int, label: Label) -> Field:
        words, notes, at = label.words, label.notes, line + label.line
        section = path[-1] if path else None
        span = self.source.span(at, words.start, words.end) if notes is None else self._lines(notes, line)
        value = words.value if notes is None else unescape(notes.text)
        return Field(
            words.label, section, value, span, at + 1, notes is not None, self._filled(label, line), path, label.below
        )

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        return tuple(
            self._table(path, line + table.line, line + table.end, label)
            for path, line, part in self._titled()
            for table, label in part.tables
        )

    def _table(self, path: tuple[str, ...], first: int, end: int, label: str | None) -> Table:
        rows = [_row(self.source, line) for line in range(first, end) if line != first + 1]
        section = path[-1] if path else None
        return Table(label or section, section, first + 1, rows[0], tuple(rows[1:]), path)


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
