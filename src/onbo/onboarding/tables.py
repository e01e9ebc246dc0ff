"""Rows of tables: filling one, adding one, and the cells that are computed from others."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from onbo.document.identity import normal
from onbo.document.model import Document, Row, Table
from onbo.document.source import Edit, Span, encode
from onbo.document.syntax import BLANKS, unescape
from onbo.onboarding import guard
from onbo.onboarding.forms import Forms
from onbo.onboarding.values import change, gap


class NewRow(NamedTuple):
    """Cells by column, as the file shall say them, bars escaped.

    row    the one to change, None to add one
    added  how many are added to the table before it
    """

    table: Table
    row: Row | None
    cells: Mapping[int, str]
    added: int = 0


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


def in_cell(text: str) -> str:
    """Text as a cell holds it."""
    return text.replace("|", "\\|")


def change_row(document: Document, forms: Forms, wanted: NewRow) -> ChangedRow:
    """Put cells into a row, or add one at the end of the table, and compute what follows."""
    table, row, cells, _ = wanted
    width = len(table.header.cells)
    key = row_key(document, wanted)
    if row is None:
        shown = [cells.get(column, text) for column, text in enumerate(forms.prototype(table)[:width])]
        shown += [cells.get(column, "") for column in range(len(shown), width)]
        shown = _computed(forms, table, forms.new_row_shape(table), shown, set(cells))
        return ChangedRow((_added(document, table, shown),), tuple(unescape(text) for text in shown), key)
    before = [document.source.text(cell.span) for cell in row.cells]
    before += [""] * (max(cells) + 1 - len(before))
    shown = [cells.get(column, text) for column, text in enumerate(before)]
    typed = {column for column in range(len(before)) if not forms.is_empty_cell(table, row, column)}
    worked_out = {column for column in typed if before[column] == _work_out(forms, table, row, column, before)}
    shown = _computed(forms, table, row, shown, set(cells) | (typed - worked_out))
    edits = [
        Edit(cell.span, encode(text if cell.span.start < cell.span.end else f"{text} "))
        for cell, text, old in zip(row.cells, shown, before, strict=False)
        if text != old
    ]
    if len(before) > len(row.cells):
        edits.append(_lengthened(document, row, shown[len(row.cells) :]))
    return ChangedRow(tuple(edits), tuple(unescape(text) for text in shown), key)


def _lengthened(document: Document, row: Row, cells: Sequence[str]) -> Edit:
    """Cells behind the last of a row that has fewer than the table has columns."""
    source = document.source
    text = source.texts[row.line - 1]
    end = len(text.rstrip(BLANKS))
    at = source.offset(row.line - 1, end)
    barred = source.offset(row.line - 1, end - 1) >= row.cells[-1].span.end and text[end - 1] == "|"
    new = "".join(f" {cell} |" for cell in cells) if barred else "".join(f" | {cell}" for cell in cells)
    return Edit(Span(at, at), encode(new))


def _computed(forms: Forms, table: Table, row: Row, shown: list[str], kept: AbstractSet[int]) -> list[str]:
    """The cells with gaps and changes worked out, but for those that are given or that a person typed."""
    result = list(shown)
    for column in range(len(shown)):
        found = None if column in kept else _work_out(forms, table, row, column, shown)
        if found is not None:
            result[column] = found
    return result


def _work_out(forms: Forms, table: Table, row: Row, column: int, cells: Sequence[str]) -> str | None:
    """What the cell in a column says beside these cells; None where it is not computed or cannot be."""
    columns = {normal(cell.text): index for index, cell in enumerate(table.header.cells)}

    def text(name: str) -> str:
        index = columns.get(name)
        return cells[index] if index is not None and index < len(cells) else ""

    kind = forms.cell(table, row, column).type.kind
    if kind == "gap":
        return gap(text("current"), text("benchmark"))
    return change(text("baseline"), text("current")) if kind == "change" else None


def _added(document: Document, table: Table, cells: list[str]) -> Edit:
    """A line below the table's last, with the file's own line end."""
    source = document.source
    last = (table.rows[-1].line if table.rows else table.line + 1) - 1
    at = source.offset(last, len(source.texts[last]))
    return Edit(Span(at, at), source.line_end() + encode(f"| {' | '.join(cells)} |"))


def fill_row(document: Document, forms: Forms, table: Table, cells: Mapping[int, str]) -> ChangedRow:
    """Put cells into the table's first prototype row, or into a new row behind the last. Gives its key by `row_key`."""
    free = next((row for row in table.rows if forms.is_prototype(table, row)), None)
    return change_row(document, forms, NewRow(table, free, cells))


def row_key(document: Document, wanted: NewRow) -> tuple[object, ...]:
    """How guard.said names a row: by its table and place; rows to be added come after the last."""
    lines = [other.line for other in wanted.table.rows]
    place = lines.index(wanted.row.line) + 1 if wanted.row else len(lines) + 1 + wanted.added
    return guard.row_key(document, wanted.table, place)
