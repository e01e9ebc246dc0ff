"""Lines of pieces -> what textual draws. Text of files is never markup, and unsafe characters are made visible."""

from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.strip import Strip

from onbo.present.text import STYLES, Line, Piece, visible

# The terminal's own colours, as textual calls them; a static widget takes these, a strip those of rich.
CONTENT_STYLES = {"strong": "bold", "muted": "dim", "good": "ansi_green", "warn": "ansi_yellow", "bad": "ansi_red"}
GAP = 2


def clean(text: str) -> str:
    """One line of text, each character as wide as it is counted."""
    return visible(text).replace("\t", " ")


def cleaned(pieces: Line) -> list[Piece]:
    return [Piece(clean(piece.text), piece.role) for piece in pieces]


def cells(pieces: Line) -> int:
    """Columns on the screen."""
    return sum(cell_len(piece.text) for piece in pieces)


def fit(left: Line, right: Line, columns: int) -> Line:
    """What stands at the left, cut where it must be, and what stands at the right end."""
    left, right = cleaned(left), cleaned(right)
    room = columns - cells(right) - GAP if right else columns
    if cells(left) > room:
        left = cut(left, max(room, 0))
    return [*left, Piece(" " * (columns - cells(left) - cells(right))), *right]


def cut_to(pieces: Line, columns: int) -> Line:
    """One line in at most so many columns."""
    pieces = cleaned(pieces)
    return cut(pieces, columns) if cells(pieces) > columns else pieces


def cut(pieces: Line, columns: int) -> Line:
    """Pieces in so many columns, with an ellipsis at the end."""
    kept: list[Piece] = []
    room = columns - 1
    for piece in pieces:
        if cell_len(piece.text) > room:
            kept.append(Piece(set_cell_size(piece.text, room).rstrip(), piece.role))
            break
        kept.append(piece)
        room -= cell_len(piece.text)
    return [*kept, Piece("…" if columns > 0 else "")]


def strip(pieces: Line, columns: int, *, lit: bool) -> Strip:
    """One row of a list; the lit one is reversed, in no colour but the terminal's own two."""
    reverse = Style(reverse=True, bold=True)
    segments = [
        Segment(piece.text, reverse if lit else Style.parse(STYLES.get(piece.role, ""))) for piece in cleaned(pieces)
    ]
    return Strip(segments).adjust_cell_length(columns, reverse if lit else None)


def content(lines: Iterable[Line]) -> Content:
    """Lines for a widget that wraps them."""
    made: list[str | tuple[str, str]] = []
    for index, pieces in enumerate(lines):
        if index:
            made.append("\n")
        made += [(piece.text, CONTENT_STYLES.get(piece.role, "")) for piece in cleaned(pieces)]
    return Content.assemble(*made)
