"""The only place that runs git, or any program."""

import os
from collections.abc import Sequence

from onbo.errors import SystemFailedError

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


def commit(root: str, paths: Sequence[str], message: str) -> str:
    """Commit these files alone and give the commit's short name. The one call that may run a repository's hooks."""
    relative = [os.path.relpath(os.path.realpath(path), os.path.realpath(root)) for path in paths]
    _run(root, "add", "--all", "--", *relative)
    # Through stdin: an item may be longer than an argument can be.
    _run(root, "commit", "--quiet", "--only", "--file=-", "--", *relative, typed=message)
    return _run(root, "rev-parse", "--short", "HEAD").strip()


def _run(root: str, *arguments: str, typed: str = "") -> str:
    import subprocess

    environment = {key: value for key, value in os.environ.items() if key not in FOREIGN}
    environment |= {key: ENVIRONMENT[key] for key in ("GIT_TERMINAL_PROMPT", "LC_ALL")}
    environment["GIT_LITERAL_PATHSPECS"] = "1"  # a file may be called ":(glob)**"
    try:
        done = subprocess.run(
            ["git", *QUIET, *arguments],
            cwd=root,
            env=environment,
            input=typed.encode("utf-8", "replace"),
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise SystemFailedError("git is not installed", hint="leave out --commit") from error
    if done.returncode:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip().split("\n")[-1]
        raise SystemFailedError(f"git {arguments[0]} failed: {said}", hint="the file is written; commit it yourself")
    return done.stdout.decode("utf-8", "replace")
