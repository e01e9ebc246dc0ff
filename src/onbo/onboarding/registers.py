"""Risks and decisions: the tables they stand in, rows added and closed."""

from collections.abc import Mapping
from typing import NamedTuple

from onbo.document.model import Document, Row, Table, normal
from onbo.errors import UsageError
from onbo.onboarding.forms import DATE, Forms, is_prototype
from onbo.onboarding.tables import ChangedRow, NewRow, change_row, fill_row
from onbo.onboarding.values import Circumstances, read_value

# What each column is called, as the beginnings of its name.
RISK = {"risk": ("risk",), "impact": ("impact",), "mitigation": ("mitigation",), "status": ("status",)}
DECISION = {"date": ("date",), "decision": ("decision",), "by": ("made by", "by", "owner"), "impact": ("impact",)}


class Entry(NamedTuple):
    """A row that says something. number: counted from 1 among those; cells by what they are."""

    number: int
    row: Row
    cells: Mapping[str, str]


class Register(NamedTuple):
    """A table of risks or decisions, and where each of its columns is."""

    table: Table
    columns: Mapping[str, int]


def find_register(document: Document, columns: Mapping[str, tuple[str, ...]], noun: str) -> Register:
    """The first table with such columns; the one named `noun` is a must."""
    for table in document.tables:
        names = [normal(cell.text) for cell in table.header.cells]
        at = {
            key: next(index for index, name in enumerate(names) if name.startswith(words))
            for key, words in columns.items()
            if any(name.startswith(words) for name in names)
        }
        if noun in at and len(at) > 1:
            return Register(table, at)
    header = " | ".join(key.capitalize() for key in columns)
    raise UsageError(
        f"there is no table of {noun}s", path=document.source.path, hint=f"add one with the columns {header}"
    )


def entries(document: Document, register: Register) -> list[Entry]:
    """The rows that are no prototypes."""
    rows = [row for row in register.table.rows if not is_prototype(document, row)]
    return [
        Entry(
            number,
            row,
            {key: row.cells[at].text if at < len(row.cells) else "" for key, at in register.columns.items()},
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
        cells[at] = read_value(kind, key, " ".join(typed.split()), now)
    return fill_row(document, forms, table, cells)


def close_entry(document: Document, forms: Forms, register: Register, number: int) -> ChangedRow:
    """The status of a risk set to what is offered beside Open, else to Resolved."""
    found = next((entry for entry in entries(document, register) if entry.number == number), None)
    if found is None:
        count = len(entries(document, register))
        raise UsageError(f"there is no risk {number}", path=document.source.path, hint=f"there are {count}")
    at = register.columns.get("status")
    if at is None:
        raise UsageError("the table has no Status column", path=document.source.path, line=register.table.line)
    kind = forms.cell(register.table, found.row, at).type
    closed = next((option for option in kind.options if normal(option) != "open"), "Resolved")
    return change_row(document, forms, NewRow(register.table, found.row, {at: closed}))


def is_open(entry: Entry) -> bool:
    """A risk counts as open unless its status says otherwise."""
    return normal(entry.cells.get("status", "")) not in ("resolved", "closed", "done", "mitigated")
