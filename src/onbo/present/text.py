"""What a screen is made of: pieces of text with a role, in lines and tables. Plain values, drawn elsewhere."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

# C0 without tab, DEL, C1, line separators, everything that reorders text, and bytes that were not UTF-8.
UNSAFE = re.compile(
    r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
# How a role looks on a terminal, in its own eight colours.
STYLES = {"strong": "bold", "muted": "dim", "good": "green", "warn": "yellow", "bad": "red"}


def visible(text: str) -> str:
    r"""Text with each unsafe character as its code, `\x1b` or `\u202e`, and each stray byte as `\xff`."""
    return UNSAFE.sub(_code, text)


def _code(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # how Python carries a byte that is not UTF-8
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


class Piece(NamedTuple):
    """role: strong, muted, good, warn, bad, or none."""

    text: str
    role: str = ""


Line = Sequence[Piece]


class Table(NamedTuple):
    """right: the columns whose cells are numbers; elastic: those that give way on a narrow screen, the first first."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Piece]]
    right: frozenset[str] = frozenset()
    elastic: tuple[str, ...] = ()


class Made(Sequence[Sequence[Piece]]):
    """Rows that are made of things when they are looked at: a portfolio of thousands is not held twice."""

    def __init__(self, things: Sequence[Any], make: Callable[[Any], Sequence[Piece]]) -> None:
        self.things = things
        self.make = make

    def __len__(self) -> int:
        return len(self.things)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return Made(self.things[index], self.make)
        return self.make(self.things[index])

    def __iter__(self) -> Iterator[Sequence[Piece]]:
        return map(self.make, self.things)


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
    return len(text) if text.isascii() else _odd_width(text)


@lru_cache(1024)
def _odd_width(text: str) -> int:
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(ch) else 2 if east_asian_width(ch) in "WF" else 1 for ch in text)


def pad(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


GAP = 2
# A word with the blanks before it.
#   "6 of 26" -> "6", " of", " 26"
WORDS = re.compile(r" *[^ ]+| +")
BETWEEN = Piece(" " * GAP)
NARROWEST = 12


class Layout(NamedTuple):
    """A table with how wide each column is; one without a width is left out."""

    table: Table
    widths: tuple[int, ...]

    def header(self) -> Line:
        return self.cells([Piece(column.upper(), "muted") for column in self.table.columns])

    def cells(self, row: Sequence[Piece]) -> Line:
        pieces: list[Piece] = []
        for index, column in enumerate(self.table.columns):
            if column and not self.widths[index]:
                continue
            text, role = row[index]
            blanks = self.widths[index] - width(text)
            if blanks < 0:
                text = cut(text, self.widths[index])
                blanks = self.widths[index] - width(text)
            padded = " " * blanks + text if column in self.table.right else text + " " * blanks
            pieces += (Piece(padded, role), BETWEEN)
        while pieces and not pieces[-1].text.strip():
            pieces.pop()
        return [*pieces[:-1], Piece(pieces[-1].text.rstrip(), pieces[-1].role)] if pieces else []


def natural(table: Table) -> list[int]:
    """How wide each column must be to show every cell whole."""
    widths = [width(column) for column in table.columns]
    for row in table.rows:
        for index, (text, _) in enumerate(row):
            if len(text) > widths[index] or not text.isascii():
                widths[index] = max(widths[index], width(text))
    return widths


def layout(table: Table, widths: Sequence[int], columns: int | None = None) -> Layout:
    """Columns of these widths; or cut to so many columns of a screen, elastic ones giving way."""
    given = list(widths)
    if columns is not None:
        _squeeze(table, given, columns)
    return Layout(table, tuple(given))


def plain_rows(table: Table, columns: int | None = None) -> Iterator[Line]:
    """The table as aligned rows, whole; or cut to so many columns of a screen."""
    laid = layout(table, natural(table), columns)
    yield laid.header()
    for row in table.rows:
        yield laid.cells(row)


def _squeeze(table: Table, widths: list[int], columns: int) -> None:
    """Narrow the elastic columns until the table fits, the first to the narrowest before the next; then drop them."""
    for least in (NARROWEST, 0):
        for name in table.elastic:
            over = sum(wide + GAP for wide in widths if wide) - GAP - columns
            index = table.columns.index(name)
            if over > 0:
                widths[index] = max(min(least, widths[index]), widths[index] - over) if least else 0


def wrapped(pieces: Line, columns: int) -> Iterator[Line]:
    """A line as several of at most so many columns, broken at blanks; those that follow stand two further in.

    A word longer than that stays whole, for the terminal to break.
    """
    if sum(width(piece.text) for piece in pieces) <= columns:
        yield pieces
        return
    whole = "".join(piece.text for piece in pieces)
    indent = " " * min(len(whole) - len(whole.lstrip()) + GAP, columns // 2)
    row: list[Piece] = []
    used, begun = 0, False
    for piece in pieces:
        for word in WORDS.findall(piece.text):
            if begun and used + width(word.rstrip()) > columns:
                yield row
                row, used, begun = [Piece(indent)], len(indent), False
            text = word if begun or not row else word.lstrip()
            row.append(Piece(text, piece.role))
            used += width(text)
            begun = begun or bool(text.strip())
    yield row


def cut(text: str, columns: int) -> str:
    """Text in at most so many columns, with an ellipsis where it was longer."""
    if width(text) <= columns:
        return text
    end = used = 0
    for char in text:
        used += width(char)
        if used > columns - 1:
            break
        end += 1
    return f"{text[:end]}…" if columns else ""
