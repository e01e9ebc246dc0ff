"""Risks and decisions, listed."""

from collections.abc import Sequence
from typing import Any

from onbo.onboarding.registers import Entry, is_open
from onbo.present.text import Piece, Table


def entries_table(entries: Sequence[Entry]) -> Table:
    columns = tuple(entries[0].cells)
    rows = tuple(
        (Piece(str(entry.number)), *(Piece(entry.cells[key], "" if is_open(entry) else "muted") for key in columns))
        for entry in entries
    )
    return Table(("N", *(key.capitalize() for key in columns)), rows, frozenset(["N"]))


def entries_json(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Null for a cell that says nothing yet: blank, or still its form."""
    return [
        {"number": entry.number, "line": entry.row.line}
        | {key: None if key in entry.empty else text for key, text in entry.cells.items()}
        for entry in entries
    ]
