"""Commits with what they did to customers' files, and which file of now each of them was about."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
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


def follow(steps: Iterable[Step], name_of: Callable[[Blob], str | None]) -> dict[str, list[Version]]:
    """The versions of each file, the newest first, under the path it has now, or had last.

    steps    the newest first, no commit before one of its children
    name_of  the customer's name that a blob says

    A file that one commit takes away and puts elsewhere is the same: of equal bytes, of equal name, or naming
    the same customer. Copies of one template are so alike that likeness of text would say nothing.
    """
    now: dict[str, str] = {}
    found: dict[str, list[Version]] = {}
    for step in steps:
        moved = renames(step.changes, name_of)
        for new, old in moved.items():
            now[old] = now.get(new, new)
            now.pop(new, None)
            gone, came = _change(step.changes, old), _change(step.changes, new)
            version = Version(step.revision, gone.before, came.after)
            found.setdefault(now[old], []).append(version)
        for change in step.changes:
            if change.path not in moved and change.path not in moved.values():
                path = now.get(change.path, change.path)
                found.setdefault(path, []).append(Version(step.revision, change.before, change.after))
    return found


def _change(changes: Sequence[FileChange], path: str) -> FileChange:
    return next(change for change in changes if change.path == path)


def renames(changes: Sequence[FileChange], name_of: Callable[[Blob], str | None]) -> Mapping[str, str]:
    """New path -> old path, for the files that one commit gave another name."""
    came = [change for change in changes if change.after and not any(change.before)]
    gone = [change for change in changes if not change.after and any(change.before)]
    found: dict[str, str] = {}
    if not came or not gone:
        return found

    def pair(same: Callable[[FileChange, FileChange], bool]) -> None:
        for new in came:
            fits = [old for old in gone if old.path not in found.values() and same(new, old)]
            if new.path not in found and len(fits) == 1:
                found[new.path] = fits[0].path

    def name(blob: Blob | None) -> str | None:
        return name_of(blob) if blob else None

    pair(lambda new, old: new.after in old.before and stem(new.path) == stem(old.path))
    pair(lambda new, old: stem(new.path) == stem(old.path))
    pair(lambda new, old: new.after in old.before)
    pair(lambda new, old: name(new.after) is not None and name(new.after) in {name(blob) for blob in old.before})
    return found
