"""A workspace as it was in a commit: customers, settings, templates and snapshots, read from git."""

import errno
import os
from collections.abc import Mapping
from datetime import date

from onbo.effects import config
from onbo.effects.idle import IdleClock
from onbo.effects.revisions import Entry, Repository
from onbo.effects.settled import SettledWorkspace
from onbo.effects.workspace import ARCHIVE, CUSTOMERS, TEMPLATES, Customer, Workspace, is_found
from onbo.errors import UnacceptableError, UsageError
from onbo.onboarding.dates import ISO
from onbo.onboarding.settings import SETTINGS_FILE, Settings


class Past(SettledWorkspace):
    """Reads what a commit holds, and nothing that lies in the directory now. What was stays as it was."""

    repository: Repository
    commit: str
    day: date
    entries: Mapping[str, Entry]

    @classmethod
    def at(cls, workspace: Workspace, repository: Repository, when: str) -> "Past":
        """The workspace as of a day (its last commit up to the day's end, by committer date) or a revision.

        Raises UsageError where there is no such commit.
        """
        past = cls(workspace.root, workspace.here)
        past.repository = repository
        past.commit, past.day = _find(repository, when)
        past.entries = repository.files(past.commit, CUSTOMERS, TEMPLATES, ".onbo/base", SETTINGS_FILE)
        return past

    def settled(self) -> Workspace:
        return self

    def settings(self) -> Settings:
        """Those of then; defaults where there were none."""
        path = self.path(SETTINGS_FILE)
        return config.read(SETTINGS_FILE, self.read_bytes(path)) if self.has(path) else Settings()

    def clock(self, today: date) -> IdleClock:
        """How long files had not changed then."""
        return IdleClock(self.repository, self.commit, today)

    def customers(self, *, archived: bool = False) -> list[Customer]:
        found = [
            Customer(os.path.basename(path)[:-3], self.path(*path.split("/")))
            for path in self._checklists(CUSTOMERS)
            if archived or not path.startswith(f"{CUSTOMERS}/{ARCHIVE}/")
        ]
        return sorted(found, key=lambda customer: (customer.slug, customer.path))

    def own_templates(self) -> list[Customer]:
        paths = [path for path in self._checklists(TEMPLATES) if path.count("/") == 1]
        return [Customer(os.path.basename(path)[:-3], self.path(*path.split("/"))) for path in sorted(paths)]

    def read_bytes(self, path: str) -> bytes:
        entry = self.entries.get(self.inside(os.path.abspath(path)))
        if entry is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        if not entry.regular:
            raise UnacceptableError(f"is no regular file in {self.commit[:9]}", path=path)
        data = self.repository.objects.read([entry.blob]).get(entry.blob)
        if data is None:
            raise UnacceptableError(f"is too large, or not in this clone, in {self.commit[:9]}", path=path)
        return data

    def has(self, path: str) -> bool:
        return self.inside(os.path.abspath(path)) in self.entries

    def _same_below(self, slug: str) -> list[Customer]:
        top = self.path(CUSTOMERS)
        return [c for c in self.customers() if c.slug == slug and os.path.dirname(c.path) != top]

    def _checklists(self, folder: str) -> list[str]:
        """The paths below a folder that would be found there were they checked out."""
        return [path for path in self.entries if is_found(path, folder)]


def _find(repository: Repository, when: str) -> tuple[str, date]:
    """The commit that is meant, and the day to stand on."""
    if repository.head is None:
        raise UsageError(f"--as-of {when}: nothing is committed yet", hint="it reads what was committed")
    if not ISO.fullmatch(when):
        commit = repository.commit(when)
        if commit is None:
            raise UsageError(
                f"--as-of {when!r}: no date, and no revision that git knows", hint="write 2026-03-12, HEAD~3 or a tag"
            )
        return commit, repository.line(commit, most=1)[0].day
    try:
        day = date.fromisoformat(when)
    except ValueError as error:
        raise UsageError(f"--as-of {when}: there is no such day", hint="write 2026-03-12") from error
    line = repository.line(repository.head)
    commit = next((point.commit for point in line if point.day <= day), None)
    if commit is None:
        here = "this clone" if repository.cut_at else "this repository"
        raise UsageError(f"--as-of {when}: the first commit in {here} is of {min(point.day for point in line)}")
    return commit, day
