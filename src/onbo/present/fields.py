"""What `set` and `fill` did: the lines as they read now, and the dates that moved."""

from collections.abc import Iterator
from typing import Any

from onbo.onboarding.fill import Filling
from onbo.onboarding.moves import Moves
from onbo.present.counts import iso
from onbo.present.text import Line, Piece, Table, line, plain_rows


def told(filling: Filling) -> Iterator[Line]:
    """The lines as they now read, each with what it read before where somebody had typed that.

    A date has its weekday beside it, so that a wrong reading shows.
    """
    for told in filling.told:
        beside = [word for word in (told.weekday, f"was: {told.was}" if told.was is not None else None) if word]
        yield line(told.reads, Piece(f"  ({'; '.join(beside)})", "muted")) if beside else line(told.reads)


def moved(moves: Moves) -> Iterator[Line]:
    """Old and new dates side by side."""
    if moves.sections:
        rows = tuple(
            (
                Piece(f"{move.number} {move.title}"),
                Piece(iso(move.before) or "-", "muted"),
                Piece(iso(move.after) or "-"),
            )
            for move in moves.sections
        )
        yield from plain_rows(Table(("Due dates that move", "from", "to"), rows))
    for item in moves.pinned:
        yield line(Piece(f"stays, pinned: {item.number} {item.text}  due {item.value('due')}", "muted"))


def filling_json(filling: Filling, moves: Moves) -> dict[str, Any]:
    return {
        "changed": [{"label": told.label, "reads": told.reads, "was": told.was} for told in filling.told],
        "moved": [
            {"number": move.number, "title": move.title, "before": iso(move.before), "after": iso(move.after)}
            for move in moves.sections
        ],
        "pinned": [{"number": item.number, "text": item.text, "due": item.value("due")} for item in moves.pinned],
    }
