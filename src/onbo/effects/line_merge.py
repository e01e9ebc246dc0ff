"""Git's own merge of three files, line by line."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from onbo.effects import git_process
from onbo.errors import UnacceptableError

# `git merge-file` exits with the number of conflicts, capped at this; a higher status is a failure.
MOST_CONFLICTS = 127
NAMES = ("ours", "base", "theirs")


def line_merge(base: bytes, ours: bytes, theirs: bytes, marker: int) -> bytes:
    """Merge three files with LF line ends. Conflicts stand between diff3 markers of this length.

    The files are in a temporary directory, so that no repository's configuration has any effect. Raises
    UnacceptableError for files that git considers binary, NotInstalledError if git is not installed.
    """
    with _folder() as folder:
        paths = [os.path.join(folder, name) for name in NAMES]
        for path, data in zip(paths, (ours, base, theirs), strict=True):
            with open(path, "wb") as file:
                file.write(data)
        options = ("--stdout", "--quiet", "--diff3", f"--marker-size={marker}")
        done = git_process.into_files(folder, "merge-file", *options, *paths)
    if not 0 <= done.status <= MOST_CONFLICTS:
        words = done.err.decode("utf-8", "replace").strip().partition("\n")[0]
        words = words or "it holds bytes that are no text"
        raise UnacceptableError(f"git cannot merge it: {words}", hint="merge it by hand")
    return done.out


@contextmanager
def _folder() -> Iterator[str]:
    """A new directory that nobody else can read; `tempfile` would load twenty modules for it."""
    parent = next(filter(None, (os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP"))), None)
    if parent is None:
        parent = "/tmp" if os.path.isdir("/tmp") else os.curdir  # noqa: S108  the name below cannot be foretold
    folder = os.path.abspath(os.path.join(parent, f"onbo-{os.urandom(16).hex()}"))
    os.mkdir(folder, 0o700)
    try:
        yield folder
    finally:
        for name in (*NAMES, "stdout", "stderr"):
            with suppress(OSError):
                os.unlink(os.path.join(folder, name))
        with suppress(OSError):
            os.rmdir(folder)
