"""Detects whether a file that git left in conflict has been edited since."""

import os
from collections.abc import Iterator
from typing import NamedTuple

from onbo.effects import git, git_process
from onbo.errors import SystemFailedError

DEFAULT_MARKER_SIZE = 7
STYLES = ("merge", "diff3", "zdiff3")
# `git merge`, `rebase` and `cherry-pick` use ort, which diffs by histogram; `git checkout --merge` and versions of git
# before 2.34 diff by myers.
STRATEGIES = (("-s", "ort"), ("-s", "ort", "-X", "diff-algorithm=myers"), ("-s", "recursive"))


class Versions(NamedTuple):
    """What the index holds of a file in conflict. base: empty where both sides added the file."""

    base: bytes
    ours: bytes
    theirs: bytes


def marker_size(root: str, path: str) -> int:
    """How long conflict markers are in this file: the attribute `conflict-marker-size`."""
    value = _attribute(root, path, "conflict-marker-size")
    return int(value) if value.isdigit() and int(value) else DEFAULT_MARKER_SIZE


def may_leave_ours(root: str, path: str) -> bool:
    """Whether a failed merge can leave ours as it was: of a binary file, or by a driver that is not `onbo-merge`."""
    name = _attribute(root, path, "merge").decode("utf-8", "surrogateescape")
    if name in ("set", "unspecified", "text", "union"):
        return False
    driver = git.configured(root, f"merge.{name}.driver")
    return name in ("unset", "binary") or driver not in (None, git.DRIVER)


def _attribute(root: str, path: str, name: str) -> bytes:
    git.refuse_unreadable(root, [path])
    return git.ask(root, "check-attr", "-z", name, "--", git.relative(root, path)).split(b"\0")[2]


def untouched(now: bytes, versions: Versions, own: bytes, marker: int, *, ours: bool) -> bool:
    """Whether a file is still as a failed merge left it.

    That is `own`, the merge driver's result; or what git itself leaves; or, with `ours`, our version. Line ends, and
    the text after a marker, may differ: they depend on settings and branch names. Git's own result is made again in
    each way that git has, and compared as a whole: any other test would mistake some edits by hand for a merge.
    """
    seen = _comparable(now, marker)
    if seen == _comparable(own, marker) or (ours and seen == _comparable(versions.ours, marker)):
        return True
    return any(seen == _comparable(left, marker) for left in _left_by_git(versions, marker))


def _comparable(data: bytes, marker: int) -> list[bytes]:
    signs = [sign * marker for sign in (b"<", b"|", b">")]
    lines = data.replace(b"\r\n", b"\n").split(b"\n")
    return [next((sign for sign in signs if line == sign or line.startswith(sign + b" ")), line) for line in lines]


def _left_by_git(versions: Versions, marker: int) -> Iterator[bytes]:
    """The files that git leaves when it merges these versions with conflicts.

    The merges run in a temporary repository: this one's configuration has no effect, no driver runs, and no file of the
    workspace is touched.
    """
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="onbo-") as folder:
        file = os.path.join(folder, "file")
        git_process.apart(folder, "init", "--quiet", "--template=")
        os.makedirs(os.path.join(folder, ".git", "info"), exist_ok=True)
        with open(os.path.join(folder, ".git", "info", "attributes"), "wb") as attributes:
            attributes.write(b"* -text -filter merge=text conflict-marker-size=%d\n" % marker)
        made = git_process.apart(folder, "fast-import", "--quiet", given=_commits(versions))
        if made.returncode:
            raise SystemFailedError(
                f"git fast-import failed: {made.stderr.decode('utf-8', 'replace').strip()}",
                hint="use --force to merge the file without comparing it",
            )
        git_process.apart(folder, "symbolic-ref", "HEAD", "refs/heads/ours")
        for style in STYLES:
            for strategy in STRATEGIES:
                git_process.apart(folder, "reset", "--quiet", "--hard")
                merge = ("merge", "--quiet", "--no-commit", "--no-ff", *strategy, "theirs")
                if git_process.apart(folder, "-c", f"merge.conflictStyle={style}", *merge).returncode:
                    with open(file, "rb") as merged:
                        yield merged.read()
        # The merge driver's fallback, and what other tools call.
        for name, data in zip(("ours", "base", "theirs"), (versions.ours, versions.base, versions.theirs), strict=True):
            with open(os.path.join(folder, name), "wb") as version:
                version.write(data)
        for style in STYLES:
            options = ["--stdout", "--quiet", f"--marker-size={marker}", *[f"--{style}"] * (style != "merge")]
            done = git_process.apart(folder, "merge-file", *options, "ours", "base", "theirs")
            if done.returncode:
                yield done.stdout


def _commits(versions: Versions) -> bytes:
    """The three versions as branches, for `git fast-import`."""
    stream = b""
    for name, data in zip(Versions._fields, versions, strict=True):
        stream += f"commit refs/heads/{name}\ncommitter onbo <onbo> 0 +0000\ndata 0\n".encode()
        stream += b"from refs/heads/base\n" if name != "base" else b""
        if data or name != "base":
            stream += b"M 100644 inline file\ndata %d\n%b\n" % (len(data), data)
    return stream
