"""Commits with what they did to customers' files, and which file of now each of them was about."""

from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain, islice
from typing import NamedTuple

# Blobs by their git object id.
Blob = str


class Revision(NamedTuple):
    """A commit, or what is not committed yet.

    commit  its full id; None for what is not committed
    when    the author's date, a civil day where the author was; today for what is not committed
    at      the same with its time, aware; None for what is not committed
    first   where a shallow clone begins: what it brought in came from commits that are not here
    """

    commit: str | None
    when: date
    at: datetime | None = None
    author: str | None = None
    first: bool = False


class FileChange(NamedTuple):
    """What a commit did to a file. before: its blob in each parent that git compared with; None where it was not."""

    path: str
    before: tuple[Blob | None, ...]
    after: Blob | None


class Step(NamedTuple):
    revision: Revision
    changes: tuple[FileChange, ...]


class Version(NamedTuple):
    """A version of one customer's file: what made it, its blob, and the blobs it was made from."""

    revision: Revision
    before: tuple[Blob | None, ...]
    after: Blob | None


def stem(path: str) -> str:
    """customers/archive/acme.md -> acme"""
    return path.rpartition("/")[2].removesuffix(".md")


class Who(NamedTuple):
    """Of which customer a blob is: its customer_id, and what its Customer field says."""

    id_of: Callable[[Blob], str | None]
    name_of: Callable[[Blob], str | None]

    def first_id(self, blobs: Iterable[Blob | None]) -> str | None:
        return next((own for blob in blobs if blob and (own := self.id_of(blob)) is not None), None)


def follow(steps: Sequence[Step], who: Who) -> dict[str, list[Version]]:
    """The versions of each file, the newest first, under the path it has now, or had last.

    steps  the newest first, no commit before one of its children
    who    of which customer a blob is

    A file that goes and comes elsewhere with the same customer_id is the same, in one commit or in several; a file that
    gets another customer_id under the same path is another from then on, and what it was before is told under the path
    that it went to, or not at all. Without ids, so is a file that one commit takes away and puts elsewhere: of equal bytes, of equal name, or naming the same
    customer. Copies of one template are so alike that likeness of text would say nothing.
    """
    steps = _with_replaced(steps, who)
    followed = _Followed(who, any(not change.after for step in steps for change in step.changes))
    for step in steps:
        followed.take(step)
    return followed.found


class _Followed:
    """The versions found so far, from the newest on.

    now      the path that a file of an older commit has today; None for one whose path is another customer's today
    arrived  by customer_id, of files that came in a commit that took none away: the path, and which of its versions
    """

    def __init__(self, who: Who, any_went: bool) -> None:
        self.who = who
        self.any_went = any_went
        self.found: dict[str, list[Version]] = {}
        self.now: dict[str, str | None] = {}
        self.arrived: dict[str, tuple[str, int]] = {}

    def take(self, step: Step) -> None:
        moved = renames(step.changes, self.who)
        here = {change.path: self.now.get(change.path, change.path) for change in step.changes}
        left = set(moved.values())
        came = {change.path: change for change in step.changes if change.after and not any(change.before)}
        gone = {change.path: change for change in step.changes if not change.after}
        for path in came.keys() & gone.keys():
            self.now[path] = None
        for new in moved.keys() - gone.keys():
            self.now.pop(new, None)
        for new, old in moved.items():
            self.now[old] = here[new]
            self._add(here[new], Version(step.revision, gone[old].before, came[new].after))
        for change in step.changes:
            went = not change.after
            if change.path in (left if went else moved) or (went and self._came_back(change)):
                continue
            self._note_arrival(here[change.path], change)
            self._add(None if went and change.path in came else here[change.path], Version(step.revision, *change[1:]))

    def _add(self, path: str | None, version: Version) -> None:
        if path is not None:
            self.found.setdefault(path, []).append(version)

    def _note_arrival(self, path: str | None, change: FileChange) -> None:
        own = self.who.first_id([change.after]) if self.any_went and not any(change.before) else None
        if own is not None and path is not None:
            self.arrived[own] = (path, len(self.found.get(path, ())))

    def _came_back(self, change: FileChange) -> bool:
        """Whether a file that went came back elsewhere in a later commit; then it is the same from there on."""
        lost = self.who.first_id(change.before) if self.now.get(change.path, "") in ("", None) else None
        if lost is None or lost not in self.arrived:
            return False
        path, at = self.arrived.pop(lost)
        self.now[change.path] = path
        self.found[path][at] = self.found[path][at]._replace(before=change.before)
        return True


def _with_replaced(steps: Sequence[Step], who: Who) -> Sequence[Step]:
    """The same, where a file that became another customer's goes and comes in one commit.

    Only files are looked at whose first and last versions have different ids: reading every version takes too long.
    """
    newest: dict[str, Blob] = {}
    oldest: dict[str, Blob] = {}
    for change in (change for step in steps for change in step.changes):
        blobs = [blob for blob in (change.after, *change.before) if blob]
        newest.setdefault(change.path, blobs[0])
        oldest[change.path] = blobs[-1]
    ends = {path: {who.first_id([blob]) for blob in (newest[path], oldest[path])} for path in newest}
    doubtful = {path for path, ids in ends.items() if len(ids - {None}) > 1}
    return [step._replace(changes=tuple(_split(step.changes, doubtful, who))) for step in steps] if doubtful else steps


def _split(changes: Iterable[FileChange], doubtful: Container[str], who: Who) -> Iterator[FileChange]:
    for change in changes:
        if change.path in doubtful and change.after and any(change.before):
            ids = (who.first_id(change.before), who.first_id([change.after]))
            if None not in ids and ids[0] != ids[1]:
                yield change._replace(after=None)
                yield change._replace(before=(None,) * len(change.before))
                continue
        yield change


def renames(changes: Sequence[FileChange], who: Who) -> Mapping[str, str]:
    """New path -> old path, for the files that one commit gave another name."""
    came = [change for change in changes if change.after and not any(change.before)]
    gone = [change for change in changes if not change.after and any(change.before)]
    found: dict[str, str] = {}
    if not came or not gone:
        return found

    ids = {change: who.first_id([change.after] if change.after else change.before) for change in (*came, *gone)}
    ways: tuple[Called, ...] = (
        lambda change, _: ids[change],
        lambda change, blob: (blob, stem(change.path)),
        lambda change, _: stem(change.path),
        lambda _, blob: blob,
        lambda _, blob: who.name_of(blob),
    )
    for called in ways:
        _pair([new for new in came if new.path not in found], gone, ids, called, found)
    return found


# What a file is known by, given it and one of its blobs; None for nothing.
Called = Callable[[FileChange, Blob], Hashable]


def _pair(
    came: Sequence[FileChange],
    gone: Sequence[FileChange],
    ids: Mapping[FileChange, str | None],
    called: Called,
    found: dict[str, str],
) -> None:
    """Add to `found` each file that came and just one of those that went that is known by the same.

    Files of different ids are never the same.
    """
    if not came:
        return
    taken = set(found.values())
    paths: dict[Hashable, dict[str | None, set[str]]] = {}  # by what the files that went are known by, and their ids
    known: dict[str, tuple[str | None, set[Hashable]]] = {}
    for old in gone:
        if old.path not in taken:
            names = {called(old, blob) for blob in old.before if blob} - {None}
            known[old.path] = (ids[old], names)
            for name in names:
                paths.setdefault(name, {}).setdefault(ids[old], set()).add(old.path)
    for new in came:
        by_id = paths.get(called(new, new.after)) if new.after else None
        if not by_id:
            continue
        alike = by_id.values() if ids[new] is None else (by_id.get(own, set()) for own in (ids[new], None))
        fits = list(islice(chain.from_iterable(alike), 2))
        if len(fits) == 1:
            found[new.path] = fits[0]
            own, names = known[fits[0]]
            for name in names:
                paths[name][own].remove(fits[0])
                if not paths[name][own]:
                    del paths[name][own]
