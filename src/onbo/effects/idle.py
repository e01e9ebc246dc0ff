"""When customers' files last changed, from the trees of the last days: no commit is compared with another."""

import os
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from onbo.effects.histories import same_blob
from onbo.effects.revisions import Point, Repository
from onbo.effects.workspace import ARCHIVE, CUSTOMERS
from onbo.history.idle import Idle

# A portfolio of thousands has tens of thousands of commits a month, but only thirty days.
HORIZON = 30
# Files by the folder they are in, each as git's tree has it: mode, name and id.
Listing = Mapping[bytes, frozenset[bytes]]


class IdleClock:
    """Asks git once, for all files, when it is made. Raises SystemFailedError where git cannot be read."""

    def __init__(self, repository: Repository, commit: str, today: date) -> None:
        self.repository = repository
        self.today = today
        self.looked = HORIZON
        since = today - timedelta(days=HORIZON)
        self.points = [point for point in repository.line(commit, since) if point.day >= since]
        self.now = self._listing(commit)
        self.committed = dict(_named(self.now))
        self.changed: dict[str, date] = {}
        self._look()

    def of(self, path: str, data: bytes) -> Idle:
        """How long a file has been as it is. path: in the workspace, with `/`."""
        if not same_blob(self.repository, data, self.committed.get(path)):
            return Idle(0, self.today)
        since = self.changed.get(path)
        return Idle(max((self.today - since).days, 0), since) if since else Idle(self.looked, None)

    def _look(self) -> None:
        left = dict(self.now)
        for day, before in _days(self.points):
            then = self._listing(before)
            if before == f"{self.points[-1].commit}^" and not then and self.points[-1].commit in self.repository.cut_at:
                self.looked = max((self.today - day).days, 0)
                return
            same = {folder: entries & then.get(folder, frozenset()) for folder, entries in left.items()}
            differing = {folder: entries - same[folder] for folder, entries in left.items()}
            self.changed |= {path: day for path, _ in _named(differing)}
            left = same
            if not any(left.values()):
                return

    def _listing(self, commit: str) -> Listing:
        """The files below customers/ in a commit, but those in the archive."""
        tree = self.repository.tree(commit, CUSTOMERS)
        return dict(self._below(tree, f"{CUSTOMERS}/".encode())) if tree else {}

    def _below(self, tree: str, folder: bytes) -> Iterator[tuple[bytes, frozenset[bytes]]]:
        entries = self.repository.entries(tree)
        files = frozenset(entry for entry in entries if not entry.startswith(b"40000 "))
        yield folder, files
        for entry in entries - files:
            head, _, inner = entry.partition(b"\0")
            below = folder + head.partition(b" ")[2] + b"/"
            if below != f"{CUSTOMERS}/{ARCHIVE}/".encode():
                yield from self._below(inner.hex(), below)


def _named(listing: Listing) -> Iterator[tuple[str, str]]:
    """Path and id of each file."""
    for folder, entries in listing.items():
        for entry in entries:
            head, _, blob = entry.partition(b"\0")
            yield os.fsdecode(folder + head.partition(b" ")[2]), blob.hex()


def _days(points: list[Point]) -> Iterator[tuple[date, str]]:
    """Each day that has commits, the newest first, with the last commit before it.

    Days that go back and forth, as those of committers around the world do, count as the earliest so far.
    """
    if not points:
        return
    day = points[0].day
    for point in points[1:]:
        if point.day < day:
            yield day, point.commit
            day = point.day
    yield day, f"{points[-1].commit}^"
