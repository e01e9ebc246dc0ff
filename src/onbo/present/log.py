"""`log`: who changed what when, the newest first."""

from collections.abc import Sequence
from typing import Any

from onbo.history.transitions import Transition
from onbo.present.text import ROLES, Piece, Table

COLUMNS = ("Day", "Customer", "Item", "Change", "By", "Commit", "Text")
# Who did it is worth more than a commit that `--json` has too.
ELASTIC = ("Commit", "By", "Customer", "Text")
SHORT = 9


def log_table(found: Sequence[Transition], *, several: bool) -> Table:
    """One row a transition. several: whether they are of more than one customer."""
    columns = COLUMNS if several else tuple(column for column in COLUMNS if column != "Customer")
    rows = tuple(tuple(_cells(entry)[column] for column in columns) for entry in found)
    return Table(columns, rows, elastic=tuple(column for column in ELASTIC if column in columns))


def _cells(entry: Transition) -> dict[str, Piece]:
    return {
        "Day": Piece(entry.when.isoformat()),
        "Customer": Piece(entry.customer, "strong"),
        "Item": Piece(entry.number),
        "Change": Piece(f"{entry.before or 'new'} -> {entry.after}", ROLES.get(entry.after, "")),
        "By": Piece(entry.author or "") if entry.commit else Piece("uncommitted", "muted"),
        "Commit": Piece((entry.commit or "")[:SHORT], "muted"),
        "Text": Piece(entry.text),
    }


def transition_json(entry: Transition) -> dict[str, Any]:
    return {
        "customer": entry.customer,
        "number": entry.number,
        "key": entry.key_text,
        "text": entry.text,
        "before": entry.before,
        "after": entry.after,
        "when": entry.when.isoformat(),
        "at": entry.at.isoformat() if entry.at else None,
        "author": entry.author,
        "commit": entry.commit,
    }
