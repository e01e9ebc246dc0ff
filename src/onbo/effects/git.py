"""The only place that runs git, or any program."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from onbo.errors import SystemFailedError

if TYPE_CHECKING:
    import subprocess

# Nothing that a repository configures may run, nothing is fetched, no lock is taken for reading.
QUIET = ("--no-pager", "-c", "safe.bareRepository=explicit")
ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
# A hook that calls us sets some of these: they would lead git to another repository, or another index.
FOREIGN = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
)


# The driver as git runs it: where it dies or is missing, the plain merge with markers, never `ours` as it was.
DRIVER_KEY = "merge.onbo.driver"
DRIVER = (
    "onbo-merge %O %A %B %L %P; s=$?; case $s in 0) exit 0;; 10) exit 1;; esac;"
    " git merge-file --marker-size=%L %A %O %B"
)
ATTRIBUTE = b"customers/**/*.md merge=onbo\n"


def top_level(start: str) -> str | None:
    """The directory that holds `.git`, found without running git."""
    folder = os.path.abspath(start)
    while True:
        if os.path.lexists(os.path.join(folder, ".git")):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def commit(root: str, paths: Sequence[str], message: str) -> str | None:
    """Commit these files alone and give the commit's short name, None where they are as committed already.

    The one call that may run a repository's hooks.
    """
    relative = [os.path.relpath(os.path.realpath(path), os.path.realpath(root)) for path in paths]
    _run(root, "add", "--all", "--", *relative)
    if _call(root, "diff-index", "--cached", "--quiet", "HEAD", "--", *relative, reading=False).returncode == 0:
        return None
    # Through stdin: an item may be longer than an argument can be.
    _run(root, "commit", "--quiet", "--only", "--file=-", "--", *relative, typed=message)
    return _run(root, "rev-parse", "--short", "HEAD").strip()


def head(root: str) -> str | None:
    """The commit that HEAD names; None without a repository, a commit in it, or git."""
    if top_level(root) is None:
        return None
    try:
        done = _call(root, "rev-parse", "--verify", "--quiet", "HEAD")
    except SystemFailedError:
        return None
    return done.stdout.decode("ascii", "replace").strip() or None


def configure(root: str) -> None:
    """Set the merge driver up in this clone's own configuration."""
    _run(root, "config", "--local", "merge.onbo.name", "onbo checklists")
    _run(root, "config", "--local", DRIVER_KEY, DRIVER)


def configured(root: str, key: str) -> str | None:
    """A value of this repository's configuration, None where it is not set."""
    done = _call(root, "config", "--get", key)
    return done.stdout.decode("utf-8", "replace").rstrip("\n") if done.returncode == 0 else None


def has_attribute(root: str) -> bool:
    """Whether .gitattributes sends customers' files to the driver."""
    try:
        with open(os.path.join(root, ".gitattributes"), "rb") as file:
            return ATTRIBUTE.strip() in [line.strip() for line in file]
    except FileNotFoundError:
        return False


def stages(root: str, path: str) -> tuple[bytes, bytes, bytes] | None:
    """The three versions that the index holds of a file in conflict: base (empty where both added it), ours, theirs."""
    relative = os.path.relpath(os.path.realpath(path), os.path.realpath(root)).replace(os.sep, "/")
    blobs = [_call(root, "cat-file", "blob", f":{stage}:./{relative}") for stage in (1, 2, 3)]
    if blobs[1].returncode or blobs[2].returncode:
        return None
    return (blobs[0].stdout if blobs[0].returncode == 0 else b"", blobs[1].stdout, blobs[2].stdout)


def _run(root: str, *arguments: str, typed: str = "") -> str:
    done = _call(root, *arguments, reading=False, typed=typed)
    if done.returncode:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip().split("\n")[-1]
        raise SystemFailedError(f"git {arguments[0]} failed: {said}", hint="the file is written; commit it yourself")
    return done.stdout.decode("utf-8", "replace")


def _call(root: str, *arguments: str, reading: bool = True, typed: str = "") -> "subprocess.CompletedProcess[bytes]":
    import subprocess

    environment = {key: value for key, value in os.environ.items() if key not in FOREIGN}
    quiet = ENVIRONMENT if reading else {key: ENVIRONMENT[key] for key in ("GIT_TERMINAL_PROMPT", "LC_ALL")}
    # A file may be called ":(glob)**".
    environment |= {**quiet, "GIT_LITERAL_PATHSPECS": "1"}
    try:
        return subprocess.run(
            ["git", *QUIET, *arguments],
            cwd=root,
            env=environment,
            input=typed.encode("utf-8", "replace"),
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise SystemFailedError("git is not installed", hint="leave out --commit") from error
