"""A history played through: when each item was done, what waited how long, and how much there was to do when."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from onbo.document.identity import ItemKey
from onbo.history.readings import DONE, NOT_APPLICABLE, Seen
from onbo.history.transitions import Event, History


class Wait(NamedTuple):
    """An item that waited for a party. until: None where it still does."""

    key: ItemKey
    party: str
    since: date
    until: date | None


class Delta(NamedTuple):
    """By how much the items done, and those that apply, became more on a day."""

    day: date
    done: int
    total: int


class Replay(NamedTuple):
    """done_on: the day each item was done that is done at the end; None where it came so, and nobody knows."""

    done_on: Mapping[ItemKey, date | None]
    waits: tuple[Wait, ...]
    deltas: tuple[Delta, ...]


def replay(history: History) -> Replay:
    """Each item's states one after the other. What two branches both did counts once."""
    stands: dict[ItemKey, Seen] = {}
    done_on: dict[ItemKey, date | None] = {}
    waiting: dict[ItemKey, tuple[str, date]] = {}
    waits: list[Wait] = []
    deltas: list[Delta] = []
    for event in history.events:
        before, after = stands.get(event.key), event.after
        delta = Delta(event.revision.when, _done(after) - _done(before), _applies(after) - _applies(before))
        if delta.done or delta.total:
            deltas.append(delta)
        if _done(after) > _done(before):
            done_on[event.key] = event.revision.when if event.before is not None else None
        elif not _done(after):
            done_on.pop(event.key, None)
        _wait(event, waiting, waits)
        if after is None:
            stands.pop(event.key, None)
        else:
            stands[event.key] = after
    waits += [Wait(key, party, since, None) for key, (party, since) in waiting.items()]
    return Replay(done_on, tuple(waits), tuple(deltas))


def _done(seen: Seen | None) -> int:
    return int(seen is not None and seen.state == DONE)


def _applies(seen: Seen | None) -> int:
    return int(seen is not None and seen.state != NOT_APPLICABLE)


def _wait(event: Event, waiting: dict[ItemKey, tuple[str, date]], waits: list[Wait]) -> None:
    """Begin, end or go on waiting: a wait goes on while the party is the same."""
    party = event.after.waiting if event.after else None
    party = party.casefold() if party else None
    now = waiting.get(event.key)
    if now is not None and now[0] != party:
        waits.append(Wait(event.key, *now, event.revision.when))
        del waiting[event.key]
    if party is not None and event.key not in waiting:
        waiting[event.key] = (party, event.revision.when)
