"""Source -> Document: numbers, ranges, tokens, fields and tables, from the blocks that CommonMark sees."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from onbo.document import commonmark, front_matter, plain
from onbo.document.model import (
    NO_ATTRIBUTES,
    Attributes,
    Cell,
    DayRange,
    Document,
    Field,
    Item,
    Note,
    Row,
    Section,
    Table,
    Token,
    conflict_lines,
    normal,
)
from onbo.document.outline import Block, Heading, Outline, Paragraph, Quote, TableLines, Task
from onbo.document.source import Source, Span
from onbo.document.syntax import ATTRIBUTES, BLANKS, DAY_RANGE, FIELD, NESTED, NOT_PLAIN, TOKEN, unescape


def parse(path: str, data: bytes) -> Document:
    """What a file says. Raises UnacceptableError for bytes that are no text or nested beyond reading."""
    source = Source.of(path, data)
    matter, lines = front_matter.find(source)
    read = plain.outline(source, lines) or commonmark.outline(source, lines)
    markers = conflict_lines(source, read.opaque)
    if markers:  # else `=======` would make a heading of what stands above it
        read = commonmark.outline(source, lines, markers)
    title, roots = _tree(read.blocks)
    builder = _Builder(source, read)
    sections = tuple(builder.section(root, number, ()) for root, number in _numbered(roots))
    fields, tables = _fields_and_tables(source, read.blocks, title)
    return Document(source, matter, title, sections, fields, tables, read.references, read.opaque)


class _Node(NamedTuple):
    """A section while its items are being gathered; `title` is None for section 0, which has no heading."""

    heading: Heading | None
    level: int
    tasks: list[Task]
    nodes: "list[_Node]"

    def holds_items(self) -> bool:
        return bool(self.tasks) or any(node.holds_items() for node in self.nodes)


def _tree(blocks: Iterable[Block]) -> tuple[str | None, list[_Node]]:
    """The document's title and its top-level sections; section 0 comes first where it has items."""
    headings = [block for block in blocks if isinstance(block, Heading)]
    firsts = [heading for heading in headings if heading.level == 1]
    title = firsts[0] if len(firsts) == 1 else None
    zero = _Node(None, 0, [], [])
    roots: list[_Node] = []
    stack = [zero]
    for block in blocks:
        if isinstance(block, Task):
            stack[-1].tasks.append(block)
        elif isinstance(block, Heading) and block is not title:
            while stack and (stack[-1].level >= block.level or stack[-1] is zero):
                stack.pop()
            node = _Node(block, block.level, [], [])
            (stack[-1].nodes if stack else roots).append(node)
            stack.append(node)
    plain_title = _heading(title.text)[0] if title else None
    return plain_title, ([zero] if zero.tasks else []) + roots


def _numbered(nodes: Sequence[_Node], prefix: str = "") -> Iterator[tuple[_Node, str | None]]:
    """Each node with its number among those of its siblings that have items."""
    count = 0
    for node in nodes:
        if node.heading is None:
            yield node, "0"
        elif node.holds_items():
            count += 1
            yield node, f"{prefix}{count}"
        else:
            yield node, None


def _heading(text: str) -> tuple[str, DayRange | None, Attributes]:
    """A heading's title, day range and attributes."""
    attributes = NO_ATTRIBUTES
    found = ATTRIBUTES.search(text)
    if found and found.end() == len(text.rstrip()):
        attributes = read_attributes(found[1])
        text = text[: found.start()]
    days = None
    match = DAY_RANGE.search(text)
    if match:
        days = DayRange(int(match[1]), int(match[2] or match[1]))
        text = f"{text[: match.start()].rstrip()} {text[match.end() :].lstrip()}"
    return " ".join(text.split()), days, attributes


def read_attributes(text: str) -> Attributes:
    """`id=sso only=smb internal` -> Attributes."""
    values = dict(word.split("=", 1) for word in text.split() if "=" in word)
    only = tuple(part for part in values.get("only", "").lower().split(",") if part)
    return Attributes(values.get("id"), only, "internal" in text.split())


class _Builder:
    """Builds sections and their items from the tree, once their numbers are known."""

    def __init__(self, source: Source, read: Outline) -> None:
        self.source = source
        self.references = read.references
        self.tasks = [block for block in read.blocks if isinstance(block, Task)]
        self.indexes = {id(task): index for index, task in enumerate(self.tasks)}
        self.numbers: dict[int, str] = {}
        self.children: dict[int, int] = {}
        self.seen: dict[tuple[str, ...], int] = {}

    def section(self, node: _Node, number: str | None, above: tuple[str, ...]) -> Section:
        title, days, attributes = _heading(node.heading.text) if node.heading else ("", None, NO_ATTRIBUTES)
        path = (*above, title)
        below = list(_numbered(node.nodes, f"{number}."))
        own = f"{number}.0" if any(inner for _, inner in below) else number
        items = tuple(self._items(node.tasks, own or "", path))
        sections = tuple(self.section(inner, number, path) for inner, number in below)
        line = node.heading.line + 1 if node.heading else 1
        return Section(number, title, node.level, line, days, attributes, items, sections, path)

    def _items(self, tasks: list[Task], section: str, path: tuple[str, ...]) -> Iterator[Item]:
        place = 0
        titles = tuple(normal(title) for title in path)
        for task in tasks:
            index = self.indexes[id(task)]
            parent = None if task.parent is None else self.numbers[task.parent]
            if task.parent is None:
                place += 1
                number = f"{section}.{place}"
            else:
                self.children[task.parent] = self.children.get(task.parent, 0) + 1
                number = f"{parent}.{self.children[task.parent]}"
            self.numbers[index] = number
            yield self._item(task, number, parent, path, titles)

    def _item(
        self, task: Task, number: str, parent: str | None, path: tuple[str, ...], titles: tuple[str, ...]
    ) -> Item:
        source = self.source
        line, column = task.words
        text, tokens, attributes = self._words(line, column)
        name = ("id", attributes.id) if attributes.id else (*titles, normal(text))
        self.seen[name] = self.seen.get(name, 0) + 1
        last = task.end - 1
        return Item(
            number=number,
            path=path,
            mark=source.texts[task.line][task.column + 1],
            box=source.span(task.line, task.column, task.column + 3),
            line=task.line + 1,
            span=Span(source.starts[task.first], source.offset(last, len(source.texts[last]))),
            text=text,
            words=source.span(line, column, len(source.texts[line].rstrip(BLANKS))),
            tokens=tokens,
            attributes=attributes,
            notes=tuple(self._note(note) for note in task.notes),
            head=source.offset(task.head - 1, len(source.texts[task.head - 1])),
            prefix=NESTED.sub(" ", source.texts[task.line][: task.column]),
            repeat=self.seen[name],
            parent=parent,
        )

    def _note(self, quote: Quote) -> Note:
        last = quote.end - 1
        span = Span(self.source.starts[quote.line], self.source.offset(last, len(self.source.texts[last])))
        return Note(unescape(quote.text), span, quote.quoted)

    def _words(self, line: int, column: int) -> tuple[str, tuple[Token, ...], Attributes]:
        """An item's text, its tokens (the first of each kind) and attributes."""
        text = self.source.texts[line][column:].rstrip(BLANKS)
        matches = list(TOKEN.finditer(text))
        comment = ATTRIBUTES.search(text)
        if not matches and comment is None:
            return text, (), NO_ATTRIBUTES
        spans = commonmark.inline_spans(text, self.references) if NOT_PLAIN.search(text) or self.references else []
        found: dict[str, tuple[int, int, str]] = {}
        for match in matches:
            if any(span.start <= match.start() < span.end for span in spans if span.kind != "placeholder"):
                continue
            kind = (match.lastgroup or "").removeprefix("boxed_")
            value = match[match.lastgroup or 0].strip()
            if kind not in found and (kind != "due" or _is_date(value)):
                found[kind] = (match.start(), match.end(), value)
        if comment and any(s.kind == "html" and (s.start, s.end) == comment.span() for s in spans):
            found["attributes"] = (comment.start(), comment.end(), comment[1].strip())
        tokens = []
        kept = text
        for kind, (start, end, value) in sorted(found.items(), key=lambda entry: entry[1], reverse=True):
            tokens.append(Token(kind, value, self.source.span(line, column + start, column + end)))
            around = int(kept[:start].endswith("(") and kept[end:].startswith(")"))  # brackets put around it
            kept = f"{kept[: start - around].rstrip(BLANKS)}{kept[end + around :]}"
        attributes = read_attributes(found["attributes"][2]) if "attributes" in found else NO_ATTRIBUTES
        return kept.strip(BLANKS), tuple(reversed(tokens)), attributes


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _fields_and_tables(
    source: Source, blocks: Sequence[Block], title: str | None
) -> tuple[tuple[Field, ...], tuple[Table, ...]]:
    """Label lines, each a field unless it names the table right below it."""
    fields: list[Field] = []
    tables: list[Table] = []
    section: str | None = None
    label = False  # the block before ended in a label without a value
    for block in blocks:
        if isinstance(block, Heading):
            name = _heading(block.text)[0]
            section = None if block.level == 1 and name == title else name
        elif isinstance(block, Paragraph):
            fields += _paragraph_fields(source, block, section)
        elif isinstance(block, Quote) and label:
            fields[-1] = _notes(source, fields[-1], block)
        elif isinstance(block, TableLines):
            tables.append(_table(source, block, fields.pop().label if label else None, section))
        label = isinstance(block, Paragraph) and bool(fields) and fields[-1].line == block.end and not fields[-1].value
    return tuple(fields), tuple(tables)


def _paragraph_fields(source: Source, block: Paragraph, section: str | None) -> Iterator[Field]:
    for line in range(block.line, block.end):
        match = FIELD.match(source.texts[line])
        if match:
            yield Field(
                match["label"], section, unescape(match["value"]), source.span(line, *match.span("value")), line + 1
            )


def _notes(source: Source, label: Field, quote: Quote) -> Field:
    last = quote.end - 1
    span = Span(source.starts[quote.line], source.offset(last, len(source.texts[last])))
    return Field(label.label, label.section, unescape(quote.text), span, label.line, notes=True)


def _table(source: Source, block: TableLines, name: str | None, section: str | None) -> Table:
    rows = [_row(source, line) for line in range(block.line, block.end) if line != block.line + 1]
    return Table(name or section, section, block.line + 1, rows[0], tuple(rows[1:]))


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
