"""Versions of a customer's file -> what became of its items, when and by whom."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from onbo.document.identity import ItemKey, key_texts, normal
from onbo.history.readings import OPEN, Reading, Seen
from onbo.history.revisions import Blob, Revision, Version

NOTHING = Reading(b"", {}, {})


class Event(NamedTuple):
    """Something became of an item: it came (before is None), went (after is None), or changed state or waiting."""

    revision: Revision
    key: ItemKey
    before: Seen | None
    after: Seen | None


class Transition(NamedTuple):
    """An item whose state changed between two versions.

    customer  the slug
    number    the item's in the version that changed it
    key       the item's as it is called now
    key_text  the same as JSON has it
    before    open, done or n/a; None where the item came with this version, done or n/a already
    after     open, done or n/a
    when      the author's date; today for what is not committed
    at        the same with its time, aware; None for what is not committed
    commit    full id; None for what is not committed
    """

    customer: str
    number: str
    key: ItemKey
    key_text: str
    text: str
    before: str | None
    after: str
    when: date
    author: str | None
    commit: str | None
    at: datetime | None = None


class History(NamedTuple):
    """What became of one customer's items, the oldest first.

    events   everything, each with the item's key as it is called now
    there    the keys of the items that the last version has
    passed   versions that could not be read, or hold an unresolved conflict: what they changed shows in the next
    begins   where a shallow clone lets the history begin: the day, None where it is whole
    """

    customer: str
    events: tuple[Event, ...]
    there: tuple[ItemKey, ...] = ()
    passed: int = 0
    begins: date | None = None

    def transitions(self) -> Iterator[Transition]:
        """The changes of state. An open item that comes, and any that goes, is none."""
        texts = key_texts(self.there, (event.key for event in self.events))
        for event in self.events:
            before, after, revision = event.before, event.after, event.revision
            if after is None or after.state == (before.state if before else OPEN) or (revision.first and not before):
                continue
            yield Transition(
                self.customer,
                after.number,
                event.key,
                texts[event.key],
                after.text,
                before.state if before else None,
                after.state,
                revision.when,
                revision.author,
                revision.commit,
                revision.at,
            )


def history(customer: str, versions: Sequence[Version], read: Callable[[Blob], Reading | None]) -> History:
    """What became of a customer's items.

    versions  the oldest first
    """
    found: list[Event] = []
    names: list[tuple[int, Mapping[ItemKey, ItemKey]]] = []
    reached: set[tuple[ItemKey, str]] = set()
    passed = 0
    last = NOTHING
    for version in versions:
        after = read(version.after) if version.after else NOTHING
        if after is None:
            passed += 1
            continue
        parents = [(read(blob) or last) if blob else NOTHING for blob in version.before] or [NOTHING]
        before = next((parent for parent in parents if parent is not NOTHING), NOTHING)
        renamed = rewordings(before, after)
        if renamed:
            names.append((len(found), renamed))
        for event in _changes(version.revision, parents, before, after, renamed):
            arrived = (event.key, event.after.state if event.after else "")
            # A merge of a file that was renamed on one side: what the other side did has been seen before.
            if len(parents) == 1 or NOTHING not in parents or arrived not in reached:
                found.append(event)
            reached.add(arrived)
        last = after
    begins = next((version.revision.when for version in versions if version.revision.first), None)
    return History(customer, tuple(_once(_called_now(found, names))), tuple(last.items), passed, begins)


def _changes(
    revision: Revision, parents: Sequence[Reading], before: Reading, after: Reading, renamed: Mapping[ItemKey, ItemKey]
) -> Iterator[Event]:
    """What differs from every parent: what one of them has already is no doing of a merge."""
    back = {new: old for old, new in renamed.items()}
    touched = [key for key, seen in after.items.items() if before.items.get(key) is not seen]
    for key in touched:
        seen = after.items[key]
        was = [parent.items.get(back.get(key, key)) for parent in parents]
        if not any(old and _same(old, seen) for old in was):
            yield Event(revision, key, before.items.get(back.get(key, key)), seen)
    if before.items.keys() <= after.items.keys():
        return
    for key, gone in before.items.items():
        if key not in after.items and key not in renamed and all(key in parent.items for parent in parents):
            yield Event(revision, key, gone, None)


def _same(one: Seen, other: Seen) -> bool:
    return one.state == other.state and one.waiting == other.waiting


def rewordings(before: Reading, after: Reading) -> dict[ItemKey, ItemKey]:
    """Key before -> key after, of items that were reworded or moved: the only one of that text, else of that number."""
    if before.items.keys() == after.items.keys() or before is NOTHING or after is NOTHING:
        return {}
    gone = {key: seen for key, seen in before.items.items() if key not in after.items}
    came = {key: seen for key, seen in after.items.items() if key not in before.items}
    found: dict[ItemKey, ItemKey] = {}
    for of in (lambda seen: normal(seen.text), lambda seen: seen.number):
        old = _only(of, ((key, seen) for key, seen in gone.items() if key not in found))
        taken = set(found.values())
        new = _only(of, ((key, seen) for key, seen in came.items() if key not in taken))
        found |= {old[value]: new[value] for value in old.keys() & new.keys()}
    return found


def _only(of: Callable[[Seen], str], items: Iterable[tuple[ItemKey, Seen]]) -> dict[str, ItemKey]:
    """The keys of the items that are alone in what `of` says of them."""
    found: dict[str, ItemKey | None] = {}
    for key, seen in items:
        found[of(seen)] = None if of(seen) in found else key
    return {value: key for value, key in found.items() if key is not None}


def _called_now(events: Sequence[Event], names: Sequence[tuple[int, Mapping[ItemKey, ItemKey]]]) -> list[Event]:
    """Each event with the key that its item has now. names: what was renamed before the event of that place."""
    if not names:
        return list(events)
    now: dict[ItemKey, ItemKey] = {}
    left = list(names)
    found = []
    for place in range(len(events) - 1, -1, -1):
        while left and left[-1][0] > place:
            _, renamed = left.pop()
            earlier = {old: now.get(new, new) for old, new in renamed.items()}
            later = set(renamed.values())
            now = {key: name for key, name in now.items() if key not in later} | earlier
        event = events[place]
        found.append(event._replace(key=now.get(event.key, event.key)))
    return found[::-1]


def _once(events: Iterable[Event]) -> Iterator[Event]:
    """Without what a commit that was copied to another branch says again: same author, same moment, same change."""
    said = set()
    stands: dict[ItemKey, Seen | None] = {}
    for event in events:
        revision, after = event.revision, event.after
        was = stands.get(event.key)
        change = (event.key, after and after.state, after and after.waiting, revision.author, revision.at)
        if revision.commit is None or change not in said or not (was and after and _same(was, after)):
            yield event
        said.add(change)
        stands[event.key] = after
