"""What `set` and `fill` did: the lines as they read now, and the dates that moved."""

from collections.abc import Iterator
from typing import Any

from onbo.onboarding.fill import Filling
from onbo.onboarding.moves import Moves
from onbo.present.counts import iso
from onbo.present.text import Line, Piece, Table, line, plain_rows


def told(filling: Filling) -> Iterator[Line]:
    """The lines as they now read; a date with its weekday beside it, so that a wrong reading shows."""
    for _, text in filling.told:
        day = filling.weekdays.get(text)
        yield line(text, Piece(f"  ({day})", "muted")) if day else line(text)


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
        "changed": [{"label": label, "reads": text} for label, text in filling.told],
        "moved": [
            {"number": move.number, "title": move.title, "before": iso(move.before), "after": iso(move.after)}
            for move in moves.sections
        ],
        "pinned": [{"number": item.number, "text": item.text, "due": item.value("due")} for item in moves.pinned],
    }
