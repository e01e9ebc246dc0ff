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

    A file that goes and comes elsewhere with the same customer_id is the same, in one commit or in several. Without
    ids, so is a file that one commit takes away and puts elsewhere: of equal bytes, of equal name, or naming the same
    customer. Copies of one template are so alike that likeness of text would say nothing.
    """
    now: dict[str, str] = {}
    found: dict[str, list[Version]] = {}
    # By customer_id, of files that came in a commit that took none away: the path now, and which of its versions.
    arrived: dict[str, tuple[str, int]] = {}
    any_went = any(not change.after for step in steps for change in step.changes)
    for step in steps:
        moved = renames(step.changes, who)
        for new, old in moved.items():
            now[old] = now.get(new, new)
            now.pop(new, None)
            gone, came = _change(step.changes, old), _change(step.changes, new)
            version = Version(step.revision, gone.before, came.after)
            found.setdefault(now[old], []).append(version)
        for change in step.changes:
            if change.path in moved or change.path in moved.values():
                continue
            path = now.get(change.path, change.path)
            if any_went and not change.after and change.path not in now:
                lost = who.first_id(change.before)
                if lost is not None and lost in arrived:  # it came back elsewhere in a later commit
                    path, at = arrived.pop(lost)
                    now[change.path] = path
                    found[path][at] = found[path][at]._replace(before=change.before)
                    continue
            versions = found.setdefault(path, [])
            own = who.first_id([change.after]) if any_went and not any(change.before) else None
            if own is not None:
                arrived[own] = (path, len(versions))
            versions.append(Version(step.revision, change.before, change.after))
    return found


def _change(changes: Sequence[FileChange], path: str) -> FileChange:
    return next(change for change in changes if change.path == path)


def renames(changes: Sequence[FileChange], who: Who) -> Mapping[str, str]:
    """New path -> old path, for the files that one commit gave another name."""
    came = [change for change in changes if change.after and not any(change.before)]
    gone = [change for change in changes if not change.after and any(change.before)]
    found: dict[str, str] = {}
    if not came or not gone:
        return found

    def pair(same: Callable[[FileChange, FileChange], bool]) -> None:
        for new in came:
            fits = [old for old in gone if old.path not in found.values() and not differ(new, old) and same(new, old)]
            if new.path not in found and len(fits) == 1:
                found[new.path] = fits[0].path

    def name(blob: Blob | None) -> str | None:
        return who.name_of(blob) if blob else None

    ids = {change.path: who.first_id([change.after] if change.after else change.before) for change in (*came, *gone)}

    def differ(new: FileChange, old: FileChange) -> bool:
        return None not in (ids[new.path], ids[old.path]) and ids[new.path] != ids[old.path]

    pair(lambda new, old: ids[new.path] is not None and ids[new.path] == ids[old.path])
    pair(lambda new, old: new.after in old.before and stem(new.path) == stem(old.path))
    pair(lambda new, old: stem(new.path) == stem(old.path))
    pair(lambda new, old: new.after in old.before)
    pair(lambda new, old: name(new.after) is not None and name(new.after) in {name(blob) for blob in old.before})
    return found
