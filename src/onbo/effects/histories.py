"""What git and the working files tell of customers, customer by customer."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from onbo.document.parse import parse
from onbo.effects.revisions import Repository
from onbo.effects.time_limit import limited, weigh
from onbo.effects.workers import each
from onbo.effects.workspace import CUSTOMERS, Customer, Workspace
from onbo.errors import OnboError
from onbo.history.readings import Readings
from onbo.history.revisions import Blob, Revision, Version, Who, follow, stem
from onbo.history.transitions import History
from onbo.history.transitions import history as told
from onbo.onboarding.customer_ids import id_in
from onbo.onboarding.fields import field_meaning
from onbo.onboarding.settings import CUSTOMER, Settings

Look = TypeVar("Look")


class Trail(NamedTuple):
    """The versions of one customer's file, the newest first, the working file among them where it differs.

    path       in the workspace; where it is now, or was last
    customer   None where the file is gone
    committed  whether any commit has it
    data       the working file's bytes, where they are not committed
    """

    path: str
    customer: Customer | None
    versions: tuple[Version, ...]
    committed: bool
    data: bytes | None = None

    @property
    def slug(self) -> str:
        return stem(self.path)


class Archive:
    """The histories of a workspace's customers."""

    def __init__(self, workspace: Workspace, repository: Repository, settings: Settings, today: date) -> None:
        self.workspace = workspace
        self.repository = repository
        self.settings = settings
        self.today = today

    def trails(self, since: date | None = None) -> list[Trail]:
        """One for each file that is here, archived ones too, and for each that is gone; by path."""
        found = follow(self.repository.steps(since), Who(self._id_of, self._name_of))
        here = {self.workspace.inside(customer.path): customer for customer in self.workspace.customers(archived=True)}
        committed = self._committed()
        moved = self._moved(here, committed)
        left = set(moved.values())
        trails = []
        for path in sorted({*found, *here}):
            if path in left:
                continue
            customer = here.get(path)
            was = moved.get(path, path)
            versions = [*found.get(path, ()), *(found.get(was, ()) if was != path else ())]
            data = self._uncommitted(customer, committed.get(was)) if customer else None
            if data is not None:
                now = Version(Revision(None, self.today), (committed.get(was),), self.repository.id_of(data))
                versions.insert(0, now)
            known = was in committed or any(version.revision.commit for version in versions)
            trails.append(Trail(path, customer, tuple(versions), known, data))
        return trails

    def each(self, trails: Sequence[Trail], look: Callable[[Trail, History], Look]) -> Iterator[Look]:
        """What `look` makes of each with what became of its items, in order.

        It may come from another process, and so must be small; never a document.
        """

        def one(trail: Trail) -> Look:
            return look(trail, self.history(trail))

        yield from each(one, trails)

    def history(self, trail: Trail) -> History:
        """What became of a customer's items."""
        wanted = (blob for version in trail.versions for blob in (*version.before, version.after) if blob is not None)
        blobs = dict(self.repository.objects.read(wanted))
        if trail.data is not None:
            blobs[self.repository.id_of(trail.data)] = trail.data
        with limited(trail.path):
            weigh(sum(map(len, blobs.values())))
            return told(trail.slug, trail.versions[::-1], Readings(trail.path, blobs))

    def _committed(self) -> dict[str, Blob]:
        """The customers' files of the commit that is checked out."""
        head = self.repository.head
        entries = self.repository.files(head, CUSTOMERS) if head else {}
        return {path: entry.blob for path, entry in entries.items() if entry.regular}

    def _moved(self, here: Iterable[str], committed: dict[str, Blob]) -> dict[str, str]:
        """New path -> old path, of files that were moved and not committed since, as by `onbo archive`."""
        gone = {stem(path): path for path in committed if path not in here}
        came = [path for path in here if path not in committed]
        if not gone or not came:
            return {}
        by_id = {own: path for path in gone.values() if (own := self._id_of(committed[path])) is not None}
        identified = set(by_id.values())
        found: dict[str, str] = {}
        for path in came:
            own = self._own_id(path)
            if own in by_id:
                found[path] = by_id[own]
            elif stem(path) in gone and (own is None or gone[stem(path)] not in identified):
                found[path] = gone[stem(path)]
        return found

    def _own_id(self, path: str) -> str | None:
        try:
            return id_in(self.workspace.read_bytes(self.workspace.path(*path.split("/"))))
        except (OnboError, OSError):
            return None

    def _uncommitted(self, customer: Customer, blob: Blob | None) -> bytes | None:
        """The working file's bytes, where they are another blob than the one committed; line ends do not count."""
        try:
            data = self.workspace.read_bytes(customer.path)
        except (OnboError, OSError):
            return None
        return None if same_blob(self.repository, data, blob) else data

    def _id_of(self, blob: Blob) -> str | None:
        data = self.repository.objects.read([blob]).get(blob)
        return id_in(data) if data else None

    def _name_of(self, blob: Blob) -> str | None:
        data = self.repository.objects.read([blob]).get(blob)
        try:
            field = field_meaning(parse(blob, data), self.settings, CUSTOMER) if data else None
        except OnboError:
            return None
        return field.value.casefold() if field else None


def same_blob(repository: Repository, data: bytes, blob: Blob | None) -> bool:
    """Whether bytes are what was committed; git may have changed their line ends on the way."""
    return blob is not None and (
        repository.id_of(data) == blob or (b"\r\n" in data and repository.id_of(data.replace(b"\r\n", b"\n")) == blob)
    )
