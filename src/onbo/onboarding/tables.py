"""Rows of tables: filling one, adding one, and the cells that are computed from others."""

from collections.abc import Mapping
from typing import NamedTuple

from onbo.document.model import Document, Row, Table, normal
from onbo.document.source import Edit, Span, encode
from onbo.document.syntax import unescape
from onbo.errors import UsageError
from onbo.onboarding.forms import Forms, is_prototype
from onbo.onboarding.guard import table_key
from onbo.onboarding.values import change, gap


class NewRow(NamedTuple):
    """Cells by column, as the file shall say them; `row` is the one to change, None to add one."""

    table: Table
    row: Row | None
    cells: Mapping[int, str]


class ChangedRow(NamedTuple):
    """The edits, what the row reads then, and guard's key for it."""

    edits: tuple[Edit, ...]
    cells: tuple[str, ...]
    key: tuple[object, ...]

    @property
    def expected(self) -> Mapping[tuple[object, ...], object]:
        return {self.key: self.cells}

    @property
    def told(self) -> tuple[str, ...]:
        return (" | ".join(self.cells),)


def change_row(document: Document, forms: Forms, wanted: NewRow) -> ChangedRow:
    """Put cells into a row, or add one at the end of the table, and compute what follows."""
    cells = {column: text.replace("|", "\\|") for column, text in wanted.cells.items()}
    width = len(wanted.table.header.cells)
    key = row_key(document, wanted.table, wanted.row)
    if wanted.row is None:
        shown = [cells.get(column, text) for column, text in enumerate(forms.prototype(wanted.table)[:width])]
        shown += [""] * (width - len(shown))
        shown = _computed(forms, wanted.table, wanted.table.rows[-1] if wanted.table.rows else None, shown, set(cells))
        return ChangedRow((_added(document, wanted.table, shown),), tuple(unescape(text) for text in shown), key)
    row = wanted.row
    if max(cells) >= len(row.cells):
        raise UsageError(
            f"the row has {len(row.cells)} cells, the table {width} columns", path=document.source.path, line=row.line
        )
    shown = [cells.get(column, document.source.text(cell.span)) for column, cell in enumerate(row.cells)]
    shown = _computed(forms, wanted.table, row, shown, set(cells))
    edits = [
        Edit(cell.span, encode(text if cell.span.start < cell.span.end else f"{text} "))
        for cell, text in zip(row.cells, shown, strict=True)
        if text != document.source.text(cell.span)
    ]
    return ChangedRow(tuple(edits), tuple(unescape(text) for text in shown), key)


def _computed(forms: Forms, table: Table, row: Row | None, shown: list[str], given: set[int]) -> list[str]:
    """The cells with gaps and changes worked out, where what they are computed from is there."""
    if row is None:
        return shown
    columns = {normal(cell.text): index for index, cell in enumerate(table.header.cells)}

    def text(name: str) -> str:
        index = columns.get(name)
        return shown[index] if index is not None and index < len(shown) else ""

    result = list(shown)
    for column in range(len(shown)):
        kind = forms.cell(table, row, column).type.kind if column not in given else ""
        if kind == "gap":
            found = gap(text("current"), text("benchmark"))
        elif kind == "change":
            found = change(text("baseline"), text("current"))
        else:
            continue
        result[column] = found or shown[column]
    return result


def _added(document: Document, table: Table, cells: list[str]) -> Edit:
    """A line below the table's last, with the file's own line end."""
    source = document.source
    last = (table.rows[-1].line if table.rows else table.line + 1) - 1
    at = source.offset(last, len(source.texts[last]))
    return Edit(Span(at, at), source.line_end() + encode(f"| {' | '.join(cells)} |"))


def fill_row(document: Document, forms: Forms, table: Table, cells: Mapping[int, str]) -> ChangedRow:
    """Put cells into the table's first prototype row, or into a new row behind the last. Gives its key by `row_key`."""
    free = next((row for row in table.rows if is_prototype(document, row)), None)
    return change_row(document, forms, NewRow(table, free, cells))


def row_key(document: Document, table: Table, row: Row | None) -> tuple[object, ...]:
    """How guard.said names a row: by its table and place; the place after the last for a row to be added."""
    lines = [other.line for other in table.rows]
    place = lines.index(row.line) + 1 if row else len(lines) + 1
    return (*table_key(document, table), place)
