"""A document cut into chunks that are merged each by its own rules: items, fields, table rows, lines.

Every byte of the file is in exactly one chunk, in order.
"""

from bisect import bisect_right
from typing import NamedTuple

from onbo.document.model import Document, Field, Item, Row, Table, normal

ITEM = "item"
FIELD = "field"
ROW = "row"
LINE = "line"


class Chunk(NamedTuple):
    """Whole lines. name: what pairs it with its like in another version; None for a line, which is what it says.

    ref   the item, field, or row that it is
    line  of its first line, 0-based
    """

    kind: str
    name: tuple[object, ...] | None
    data: bytes
    line: int
    ref: Item | Field | Row | None = None

    @property
    def text(self) -> bytes:
        """Without the line end of its last line."""
        return self.data.rstrip(b"\r\n")


def cut(document: Document, skip: int = 0) -> list[Chunk]:
    """The chunks of a document from line `skip` (0-based) on."""
    owned = _owned(document)
    source = document.source
    ends = [*source.starts[1:], len(source.data)]
    chunks: list[Chunk] = []
    line = skip
    while line < len(source.starts):
        kind, name, ref, end = owned.get(line, (LINE, None, None, line + 1))
        start = 0 if line == 0 else source.starts[line]
        data = source.data[start : ends[end - 1]]
        if data:
            chunks.append(Chunk(kind, name, data, line, ref))
        line = end
    return chunks


Owned = dict[int, tuple[str, tuple[object, ...], Item | Field | Row, int]]


def _owned(document: Document) -> Owned:
    """By first line: the chunk that begins there, and the line after its last."""
    found: Owned = {}
    for index, field in enumerate(document.fields):
        same = sum((f.section, f.label) == (field.section, field.label) for f in document.fields[:index])
        end = document.source.line_at(field.span.end) if field.notes else field.line
        found[field.line - 1] = (FIELD, (FIELD, field.section, field.label, same), field, end)
    for table in document.tables:
        for index, row in enumerate(table.rows):
            found[row.line - 1] = (ROW, _row_name(table, row, index), row, row.line)
    firsts = sorted({_first_line(document, item) for item in document.items})
    for item in document.items:
        first = _first_line(document, item)
        if first in found:  # two items on one line: the outer one stands for both
            continue
        after = bisect_right(firsts, first)
        last = document.source.line_at(item.span.end)
        found[first] = (ITEM, (ITEM, item.key), item, min([last, *firsts[after : after + 1]]))
    return found


def _first_line(document: Document, item: Item) -> int:
    return document.source.line_at(item.span.start) - 1


def _row_name(table: Table, row: Row, index: int) -> tuple[object, ...]:
    """A row by its table and first cell; the first of that name, the second ..."""
    first = normal(row.cells[0].text) if row.cells else ""
    same = sum(bool(other.cells) and normal(other.cells[0].text) == first for other in table.rows[:index])
    return (ROW, table.name, table.section, first, same)
