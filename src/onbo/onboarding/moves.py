"""What a new kickoff moves: the due dates before and after, and the pinned ones that stay."""

from datetime import date
from typing import NamedTuple

from onbo.document.model import Document, Item
from onbo.onboarding.fields import facts
from onbo.onboarding.schedule import Schedule, ranges
from onbo.onboarding.settings import Settings


class Move(NamedTuple):
    """A section whose due date is another now."""

    number: str
    title: str
    before: date | None
    after: date | None


class Moves(NamedTuple):
    """pinned: the open items whose own date stays."""

    sections: tuple[Move, ...]
    pinned: tuple[Item, ...]


def moves(before: Document, after: Document, settings: Settings) -> Moves:
    """The sections whose due dates differ between two states of a document. Empty where the kickoff is the same."""
    old, new = facts(before, settings).kickoff, facts(after, settings).kickoff
    if old == new:
        return Moves((), ())
    first, second = Schedule(old, settings.calendar), Schedule(new, settings.calendar)
    moved = [
        Move(section.number, section.title, first.due(days), second.due(days))
        for section, days in ranges(after)
        if section.number and days
    ]
    pinned = tuple(item for item in after.items if item.open and item.token("due"))
    return Moves(tuple(move for move in moved if move.before != move.after), pinned)
