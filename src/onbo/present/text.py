"""What a screen is made of: pieces of text with a role, in lines and tables. Plain values, drawn elsewhere."""

from collections.abc import Sequence
from typing import NamedTuple


class Piece(NamedTuple):
    """role: strong, muted, good, warn, bad, or none."""

    text: str
    role: str = ""


Line = Sequence[Piece]


class Table(NamedTuple):
    """right: the columns whose cells are numbers; plain: columns left out off a terminal."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Piece, ...], ...]
    right: frozenset[str] = frozenset()


ROLES = {
    "done": "good",
    "complete": "good",
    "on track": "good",
    "overdue": "bad",
    "off track": "bad",
    "blocked": "bad",
    "at risk": "warn",
    "due soon": "warn",
    "waiting": "warn",
    "unscheduled": "warn",
    "upcoming": "muted",
    "not started": "muted",
    "n/a": "muted",
}


def state(name: str, width: int = 0) -> Piece:
    """A state in its colour; the word always says it too."""
    return Piece(name.ljust(width), ROLES.get(name, ""))


def line(*pieces: str | Piece) -> Line:
    return [piece if isinstance(piece, Piece) else Piece(piece) for piece in pieces]


def width(text: str) -> int:
    """Columns on a screen: wide characters take two."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(ch) else 2 if east_asian_width(ch) in "WF" else 1 for ch in text)


def pad(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def plain_rows(table: Table) -> list[Line]:
    """The table as aligned rows without lines or truncation."""
    widths = [
        max([width(column), *(width(row[index].text) for row in table.rows)])
        for index, column in enumerate(table.columns)
    ]

    def cells(row: Sequence[Piece]) -> Line:
        pieces = []
        for index, piece in enumerate(row):
            blanks = " " * (widths[index] - width(piece.text))
            right = table.columns[index] in table.right
            text = blanks + piece.text if right else piece.text + blanks
            gap = "  " if index + 1 < len(row) else ""
            pieces.append(Piece(text + gap, piece.role))
        while pieces and not pieces[-1].text.strip():
            pieces.pop()
        return [*pieces[:-1], Piece(pieces[-1].text.rstrip(), pieces[-1].role)] if pieces else []

    header = [Piece(column.upper(), "muted") for column in table.columns]
    return [cells(header), *(cells(row) for row in table.rows)]
