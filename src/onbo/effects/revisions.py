"""A workspace's history as git keeps it: commits, files of a commit, blobs."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cached_property
from typing import NamedTuple

from onbo.effects import files, git, git_process
from onbo.effects.workspace import CUSTOMERS, is_found
from onbo.errors import SystemFailedError
from onbo.history.revisions import Blob, FileChange, Revision, Step

# `log` runs nothing that a repository configures without a patch (-p), a signature, or an external diff. --sparse
# spares git to compare each tree twice; merges are still compared, and a parent that explains all is followed alone.
LOG = (
    "log",
    "--no-show-signature",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-notes",
    "--no-mailmap",
    "--encoding=UTF-8",
)
RAW = (
    "--raw",
    "-z",
    "--no-abbrev",
    "--no-renames",
    "--no-relative",
    "--no-follow",
    "--root",
    "-c",
    "--sparse",
    "--topo-order",
)
COMMIT = "\x01"
FORMAT = "--format=%x01%H%x00%ad%x00%an"
RAW_DATE = re.compile(r"(-?\d+) ([+-])(\d\d)(\d\d)", re.ASCII)
UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
# By the length of ids, in hexadecimal: SHA-1 and SHA-256.
TREE_ENTRY = {
    40: re.compile(rb"[0-7]{5,6} [^\0]+\0[\s\S]{20}"),
    64: re.compile(rb"[0-7]{5,6} [^\0]+\0[\s\S]{32}"),
}
REGULAR = ("100644", "100755", "100664")


class Entry(NamedTuple):
    """A file in a commit: its mode, as in 100644, and its blob."""

    mode: str
    blob: Blob

    @property
    def regular(self) -> bool:
        return self.mode in REGULAR


class Point(NamedTuple):
    """A commit of this branch, with the committer's day."""

    commit: str
    day: date


class Repository:
    """Paths are those in the workspace, with `/`. Git is asked once, when somebody asks."""

    def __init__(self, root: str, top: str) -> None:
        self.top = os.path.realpath(top)
        inside = os.path.relpath(os.path.realpath(root), self.top).replace(os.sep, "/")
        self.prefix = "" if inside == "." else f"{inside}/"
        self.objects = git_process.Objects(self.top, files.LARGEST)
        self._trees: dict[str, frozenset[bytes]] = {}

    @classmethod
    def around(cls, root: str) -> "Repository | None":
        """The repository that a workspace lies in."""
        top = git.top_level(root)
        return cls(root, top) if top is not None else None

    @cached_property
    def head(self) -> str | None:
        """The commit that is checked out; None before the first."""
        return git.revision(self.top, "HEAD")

    @cached_property
    def cut_at(self) -> frozenset[str]:
        """Where a shallow clone begins; empty for a whole one."""
        path = git.ask(self.top, "rev-parse", "--git-path", "shallow").decode("utf-8", "surrogateescape").rstrip("\n")
        try:
            with open(os.path.join(self.top, path), "rb") as file:
                return frozenset(file.read().decode("ascii", "replace").split())
        except FileNotFoundError:
            return frozenset()

    def steps(self, since: date | None = None) -> list[Step]:
        """Every commit with what it did to customers' files, the newest first; with `since`, those from about then on."""
        if self.head is None:
            return []
        paths = ["--", self.prefix + CUSTOMERS]
        said = git.ask(self.top, *LOG, *RAW, "--date=raw", FORMAT, *_bound(since), self.head, *paths)
        return list(self._steps(said))

    def _steps(self, said: bytes) -> Iterator[Step]:
        words = iter(said.split(b"\0"))
        head: list[str] = []
        changes: list[FileChange] = []
        for word in words:
            meta = word.decode("utf-8", "replace").lstrip("\n")
            if meta.startswith(COMMIT):
                if head:
                    yield Step(self._revision(*head), tuple(changes))
                head = [meta[1:], *(next(words, b"").decode("utf-8", "replace") for _ in range(2))]
                changes = []
            elif meta.startswith(":"):
                path = self._inside(next(words, b""))
                change = _change(meta, path) if path is not None and is_found(path, CUSTOMERS) else None
                if change and (change.after or any(change.before)):
                    changes.append(change)
        if head:
            yield Step(self._revision(*head), tuple(changes))

    def _revision(self, commit: str, when: str, author: str) -> Revision:
        at = moment(when)
        return Revision(commit, at.date(), at, author, commit in self.cut_at)

    def _inside(self, path: bytes) -> str | None:
        text = os.fsdecode(path)
        return text[len(self.prefix) :] if text.startswith(self.prefix) else None

    def files(self, commit: str, *below: str) -> dict[str, Entry]:
        """The files of a commit, below these paths of the workspace."""
        paths = [self.prefix + path for path in below]
        said = git.ask(self.top, "ls-tree", "-r", "-z", "--full-tree", commit, "--", *paths)
        found = {}
        for line in said.split(b"\0")[:-1]:
            meta, _, name = line.partition(b"\t")
            mode, _, blob = meta.decode("ascii").split()
            path = self._inside(name)
            if path is not None:
                found[path] = Entry(mode, blob)
        return found

    def commit(self, name: str) -> str | None:
        """The full id of the commit that a revision names, as in HEAD~3; None where it names none."""
        try:
            return git.revision(self.top, name) if "\0" not in name else None
        except SystemFailedError:  # it reads the repository; what it has no answer to is the name
            return None

    def line(self, commit: str, since: date | None = None, most: int | None = None) -> list[Point]:
        """The commits from one back with their committers' days, the newest first; of a merge, the first parent."""
        bound = [*_bound(since), *([f"--max-count={most}"] if most else [])]
        said = git.ask(self.top, *LOG, "--first-parent", "--date=raw", "--format=%H %cd", *bound, commit, "--")
        lines = [line.split(" ", 1) for line in said.decode("ascii", "replace").split("\n") if line]
        return [Point(commit, moment(when).date()) for commit, when in lines]

    def tree(self, commit: str, path: str) -> str | None:
        """The id of the tree that a directory of the workspace is in a commit; None where it is not there."""
        tree = f"{commit}^{{tree}}"
        for name in f"{self.prefix}{path}".split("/"):
            entry = next((e for e in self.entries(tree) if e.startswith(b"40000 %b\0" % os.fsencode(name))), None)
            if entry is None:
                return None
            tree = entry.partition(b"\0")[2].hex()
        return tree

    def entries(self, tree: str) -> frozenset[bytes]:
        """What a tree holds, each as git keeps it: `100644 acme.md`, NUL, and the id in bytes."""
        if tree not in self._trees:
            self._trees[tree] = frozenset(TREE_ENTRY[len(self.head or "")].findall(self.objects.tree(tree) or b""))
        return self._trees[tree]

    def id_of(self, data: bytes) -> Blob:
        """The id that git would give these bytes."""
        import hashlib

        kind = hashlib.sha256 if self.head and len(self.head) == 64 else hashlib.sha1
        return kind(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _bound(since: date | None) -> list[str]:
    """Whoever was the author, it was committed later; a day to spare for time zones."""
    return [f"--since={since - timedelta(days=1)}T00:00:00Z"] if since and since > date.min else []


def moment(raw: str) -> datetime:
    """Git's raw date, `1797076800 +0100`. One that no calendar has is the beginning of time, not a failure."""
    match = RAW_DATE.fullmatch(raw.strip())
    if match is None:
        return UNKNOWN
    minutes = int(match[3]) * 60 + int(match[4])
    try:
        zone = timezone(timedelta(minutes=-minutes if match[2] == "-" else minutes))
        return datetime.fromtimestamp(int(match[1]), zone)
    except (ValueError, OverflowError, OSError):
        return UNKNOWN


def _change(meta: str, path: str) -> FileChange:
    """`:100644 100644 OLD NEW M`, or, of a merge, `::100644 100644 100644 OLD OLD NEW MM`."""
    parents = len(meta) - len(meta.lstrip(":"))
    words = meta[parents:].split()
    modes, blobs = words[: parents + 1], words[parents + 1 : 2 * parents + 2]
    known = [blob if mode in REGULAR else None for mode, blob in zip(modes, blobs, strict=True)]
    return FileChange(path, tuple(known[:-1]), known[-1])
