"""Whether git, this clone and the merge driver are set up, and if not, why and what to do."""

import os
import shutil
from collections.abc import Iterator
from typing import NamedTuple

from onbo.effects import files, git, git_process
from onbo.effects.git_causes import BARE, IDENTITY, cause
from onbo.errors import OnboError, SystemFailedError

INIT = "run `onbo init --git`"


class Check(NamedTuple):
    """problem: what is wrong, None where nothing is; fix: what to do then, as an instruction."""

    name: str
    problem: str | None = None
    fix: str | None = None

    @property
    def hint(self) -> str | None:
        return f"{self.problem}: {self.fix}" if self.problem else None


def checks(root: str) -> Iterator[Check]:
    """Each check, in the order in which to fix what fails. Without a usable repository, those that need one are left out."""
    repository = _repository(root)
    yield repository
    if repository.problem is None:
        yield _identity(root)
        yield _history(root)
        wired = git.configured(root, git.DRIVER_KEY) == git.DRIVER
        yield Check("driver") if wired else Check("driver", "the merge driver is not set up in this clone", INIT)
        yield _attributes(root)
    if shutil.which("onbo-merge") is not None:
        yield Check("onbo-merge")
    else:
        yield Check("onbo-merge", "onbo-merge is not on PATH", "add its directory to PATH")


def _repository(root: str) -> Check:
    try:
        git.refuse_too_old(root)
        if git.top_level(root) is None:
            if git.is_bare(root):
                return Check("git", *BARE)
            return Check("git", "this is not a git repository", "run `git init`")
        if git.ask(root, "rev-parse", "--is-inside-work-tree").strip() != b"true":
            return Check("git", BARE[0], "if it should have files, run `git config core.bare false`")
        git.revision(root, "HEAD")
        git.read_index(root)
    except git_process.NotInstalledError:
        return Check("git", "git is not installed, or not on PATH", "install it")
    except SystemFailedError as error:
        return Check("git", error.message, error.hint)
    return Check("git")


def _identity(root: str) -> Check:
    """Git works them out as it would for a commit."""
    for name in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        done = git_process.call(root, "var", name)
        if done.returncode:
            found = cause(done.stderr.decode("utf-8", "replace"))
            return Check("identity", found.message, found.fix) if found else Check("identity", *IDENTITY)
    return Check("identity")


def _history(root: str) -> Check:
    if git.ask(root, "rev-parse", "--is-shallow-repository").strip() == b"true":
        return Check(
            "history",
            "this clone is shallow, so reports and merges lack what came before",
            "run `git fetch --unshallow`",
        )
    return Check("history")


def _attributes(root: str) -> Check:
    try:
        data = files.read(os.path.join(root, ".gitattributes"), root)
    except FileNotFoundError:
        data = b""
    except OnboError as error:
        return Check("attributes", f".gitattributes {error.message}", error.hint or "make it a file")
    if git.ATTRIBUTE.strip() in [line.strip() for line in data.split(b"\n")]:
        return Check("attributes")
    return Check("attributes", ".gitattributes lacks the merge driver", INIT)
