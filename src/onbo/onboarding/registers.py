"""Risks and decisions: the tables they stand in, rows added and closed."""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from onbo.document.identity import normal
from onbo.document.model import Document, Row, Table
from onbo.errors import UsageError
from onbo.onboarding.field_types import DATE
from onbo.onboarding.forms import Forms
from onbo.onboarding.labels import ambiguous_tables, table_name
from onbo.onboarding.naming import find_tables
from onbo.onboarding.tables import ChangedRow, NewRow, change_row, fill_row, in_cell
from onbo.onboarding.values import Circumstances, read_value

# What each column is called, as the beginnings of its name.
RISK = {"risk": ("risk",), "impact": ("impact",), "mitigation": ("mitigation",), "status": ("status",)}
OPEN = "Open"
# A status that says more than the word: `Open, ask Ann in May`. The more stays when the risk is closed.
STILL_OPEN = re.compile(rf"{OPEN}(?!\w)", re.IGNORECASE)
DECISION = {"date": ("date",), "decision": ("decision",), "by": ("made by", "by", "owner"), "impact": ("impact",)}


class Entry(NamedTuple):
    """A row that says something.

    number  counted from 1 among those
    cells   by what they are
    empty   which of them are blank or still a form
    """

    number: int
    row: Row
    cells: Mapping[str, str]
    empty: AbstractSet[str] = frozenset()


class Register(NamedTuple):
    """A table of risks or decisions, and where each of its columns is."""

    table: Table
    columns: Mapping[str, int]


def registers(document: Document, columns: Mapping[str, tuple[str, ...]], noun: str) -> list[Register]:
    """The tables that have the column named `noun` and at least one more of these columns."""
    found = []
    for table in document.tables:
        names = [normal(cell.text) for cell in table.header.cells]
        at = {key: column for key, words in columns.items() if (column := _column(names, words)) is not None}
        if noun in at and len(at) > 1:
            found.append(Register(table, at))
    return found


def _column(names: Sequence[str], words: tuple[str, ...]) -> int | None:
    """The column of one of these names: the whole name before one of several (`Risk/Blocker`) or its beginning."""
    ranked = [
        (place, column)
        for column, name in enumerate(names)
        for place, fits in enumerate(
            (name in words, any(part.strip() in words for part in name.split("/")), name.startswith(words))
        )
        if fits
    ]
    return min(ranked)[1] if ranked else None


def find_register(
    document: Document, columns: Mapping[str, tuple[str, ...]], noun: str, name: str | None = None
) -> Register:
    """The table with the most of such columns, or the one of that name, written as `onbo set` takes it.

    Raises UsageError where there is none, or where several have as many.
    """
    found = registers(document, columns, noun)
    if name is not None:
        named = find_tables(document, name)
        found = [register for register in found if register.table in named]
        if not found:
            there = [table_name(document, register.table) for register in registers(document, columns, noun)]
            hint = f"available: {', '.join(there)}" if there else _how_to_add(columns)
            raise UsageError(f"no table of {noun}s named {name!r}", path=document.source.path, hint=hint)
    if not found:
        raise UsageError(f"no table of {noun}s", path=document.source.path, hint=_how_to_add(columns))
    most = max(len(register.columns) for register in found)
    best = [register for register in found if len(register.columns) == most]
    if len(best) > 1:
        message = f"found {len(best)} tables of {noun}s" if name is None else f"{name!r} matches {len(best)} tables"
        raise ambiguous_tables(document, message, [register.table for register in best], "choose one with --table")
    return best[0]


def _how_to_add(columns: Mapping[str, tuple[str, ...]]) -> str:
    return f"add one with the columns {' | '.join(key.capitalize() for key in columns)}"


def entries(forms: Forms, register: Register) -> list[Entry]:
    """The rows that are no prototypes."""
    table = register.table
    rows = [row for row in table.rows if not forms.is_prototype(table, row)]
    return [
        Entry(
            number,
            row,
            {key: row.cells[at].text if at < len(row.cells) else "" for key, at in register.columns.items()},
            frozenset(key for key, at in register.columns.items() if forms.is_empty_cell(table, row, at)),
        )
        for number, row in enumerate(rows, 1)
    ]


def add_entry(
    document: Document, forms: Forms, register: Register, values: Mapping[str, str | None], now: Circumstances
) -> ChangedRow:
    """A row with these values by what they are; what is not given keeps its placeholder."""
    table = register.table
    shape = table.rows[0] if table.rows else table.header
    cells = {}
    for key, typed in values.items():
        at = register.columns.get(key)
        if typed is None:
            continue
        if at is None:
            raise UsageError(f"the table has no column for {key}", path=document.source.path, line=table.line)
        kind = DATE if key == "date" else forms.cell(table, shape, at).type
        cells[at] = in_cell(read_value(kind, key, " ".join(typed.split()), now))
    return fill_row(document, forms, table, cells)


def close_entry(document: Document, forms: Forms, register: Register, number: int) -> ChangedRow:
    """The status of a risk set to what is offered beside Open, else to Resolved."""
    listed = entries(forms, register)
    found = next((entry for entry in listed if entry.number == number), None)
    if found is None:
        hint = f"numbers run to {len(listed)}" if listed else "no risks yet"
        raise UsageError(f"no risk {number}", path=document.source.path, hint=hint)
    at = register.columns.get("status")
    if at is None:
        raise UsageError("the table has no Status column", path=document.source.path, line=register.table.line)
    kind = forms.cell(register.table, found.row, at).type
    closed = next((option for option in kind.options if normal(option) != "open"), "Resolved")
    typed = document.source.text(found.row.cells[at].span) if at < len(found.row.cells) else ""
    written = f"{closed}{typed[len(OPEN) :]}" if STILL_OPEN.match(typed) else closed
    return change_row(document, forms, NewRow(register.table, found.row, {at: written}))


def is_open(entry: Entry) -> bool:
    """A risk counts as open unless its status says otherwise."""
    return normal(entry.cells.get("status", "")) not in ("resolved", "closed", "done", "mitigated")
