"""Git's own merge of three files, line by line."""

import os

from onbo.effects import git_process
from onbo.errors import UnacceptableError

# `git merge-file` gives the number of conflicts, at most this; more is a failure.
MOST_CONFLICTS = 127


def line_merge(base: bytes, ours: bytes, theirs: bytes, marker: int) -> bytes:
    """Merge three files with LF line ends. Conflicts stand between diff3 markers of this length.

    The files lie in a directory of their own, so that no repository's configuration plays a part. Raises
    UnacceptableError for files that git takes for binary, NotInstalledError where there is no git.
    """
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="onbo-") as folder:
        for name, data in (("base", base), ("ours", ours), ("theirs", theirs)):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
        options = ("--stdout", "--quiet", "--diff3", f"--marker-size={marker}")
        done = git_process.apart(folder, "merge-file", *options, "ours", "base", "theirs")
    if not 0 <= done.returncode <= MOST_CONFLICTS:
        words = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise UnacceptableError(f"git cannot merge it: {words}", hint="merge it by hand")
    return done.stdout
