"""What onbo asks of git, apart from committing (`commits`) and comparing conflicts (`conflicts`)."""

import os
import stat
from collections.abc import Sequence

from onbo.effects import git_process
from onbo.effects.git_process import call, failed
from onbo.errors import SystemFailedError, UnacceptableError

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


def is_bare(folder: str) -> bool:
    """Whether a directory is a repository without files, found without running git."""
    return os.path.isfile(os.path.join(folder, "HEAD")) and all(
        os.path.isdir(os.path.join(folder, name)) for name in ("objects", "refs")
    )


def refuse_too_old(root: str) -> None:
    """Raise SystemFailedError for a git that lacks what is needed, or none at all."""
    from onbo.effects.git_causes import OLDEST, version

    said = call(root, "--version").stdout.decode("utf-8", "replace").strip()
    found = version(said)
    if found < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        what = f"git {'.'.join(map(str, found))} is too old" if found else f"git says that it is {said!r}"
        raise SystemFailedError(what, hint=f"install git {oldest} or newer")


def tracked(root: str, paths: Sequence[str]) -> set[str]:
    """Those of these files that the index knows, whether or not they are there."""
    names = {path: relative(root, path) for path in paths}
    known = ask(root, "ls-files", "-z", "--", *names.values()).split(b"\0")
    return {path for path, name in names.items() if os.fsencode(name.replace(os.sep, "/")) in known}


def head(root: str) -> str | None:
    """The commit that HEAD names; None without a repository, a commit in it, or git."""
    if top_level(root) is None:
        return None
    try:
        return revision(root, "HEAD")
    except SystemFailedError:
        return None


# Where a workspace has files that git follows.
FOLDERS = ("", "customers", "customers/archive", "templates", ".onbo", ".onbo/base")


def configure(root: str) -> None:
    """Set the merge driver up in this clone's own configuration."""
    _run(root, "config", "--local", "merge.onbo.name", "onbo checklists")
    _run(root, "config", "--local", DRIVER_KEY, DRIVER)


def configured(root: str, key: str) -> str | None:
    """A value of this repository's configuration, None where it is not set."""
    done = call(root, "config", "--get", key)
    return done.stdout.decode("utf-8", "replace").rstrip("\n") if done.returncode == 0 else None


def refuse_unreadable(root: str, paths: Sequence[str]) -> None:
    """Raise UnacceptableError where git would wait forever: it opens these files without looking at what they are.

    For commands that look at the working tree, with the paths that they look at. To commit, git looks at others too.
    """
    top = top_level(root) or root
    folders = {top, *(os.path.join(root, name) for name in FOLDERS)}
    for path in paths:
        folder = os.path.dirname(os.path.realpath(path))
        while len(folder) > len(top):
            folders.add(folder)
            folder = os.path.dirname(folder)
    for folder in folders:
        for name in (".gitattributes", ".gitignore", ".mailmap"):
            path = os.path.join(folder, name)
            try:
                mode = os.stat(path).st_mode
            except OSError:
                continue
            if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):  # git passes over directories
                raise UnacceptableError("is no regular file", path=path, hint="remove it")


def relative(root: str, path: str) -> str:
    """The path of a file as git takes it when it runs in `root`."""
    return os.path.relpath(os.path.realpath(path), os.path.realpath(root)).replace(os.sep, "/")


def stages(root: str, path: str) -> tuple[bytes, bytes, bytes] | None:
    """The three versions that the index holds of a file in conflict: base (empty where both added it), ours, theirs."""
    blobs = [call(root, "cat-file", "blob", f":{stage}:./{relative(root, path)}") for stage in (1, 2, 3)]
    if blobs[1].returncode or blobs[2].returncode:
        # Either raises if there is another reason than that the index holds none.
        ask(root, "rev-parse", "--git-dir")
        read_index(root)
        return None
    return (blobs[0].stdout if blobs[0].returncode == 0 else b"", blobs[1].stdout, blobs[2].stdout)


def newest(root: str, path: str, largest: int) -> bytes | None:
    """A file as the newest commit left it that changed it, on any branch; None where no branch has it.

    largest  bytes that it may have; None for a larger one too
    """
    inside = relative(root, path)
    commit = ask(root, "log", "--all", "-1", "--no-show-signature", "--format=%H", "--", inside).decode("ascii").strip()
    if not commit:
        return None
    name = call(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}:./{inside}")
    blob = name.stdout.decode("ascii").strip()
    objects = git_process.Objects(root, largest)
    try:
        return objects.read([blob]).get(blob) if blob else None
    finally:
        objects.close()


def read_index(root: str) -> None:
    """Raise SystemFailedError if the index cannot be read."""
    ask(root, "ls-files", "--", "onbo.toml")


def ask(root: str, *arguments: str) -> bytes:
    """What a reading command prints. Raises SystemFailedError with what git said."""
    done = call(root, *arguments)
    if done.returncode:
        raise failed(arguments[0], done.stderr)
    return done.stdout


def revision(root: str, name: str) -> str | None:
    """The full id of the commit that a name means, None where it means none. Raises SystemFailedError as git does."""
    done = call(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if done.returncode > 1:
        refuse_too_old(root)
        raise failed("rev-parse", done.stderr)
    found = done.stdout.decode("ascii", "replace").strip() or None
    if found is None and name == "HEAD":
        _refuse_broken(root)
    return found


def _refuse_broken(root: str) -> None:
    """Raise SystemFailedError where HEAD means no commit for another reason than that there is none yet."""
    refuse_too_old(root)
    done = call(root, "log", "-1", "--no-show-signature", "--format=%H")
    if done.returncode and b"does not have any commits yet" not in done.stderr:
        raise failed("log", done.stderr)


def differs(root: str, commit: str, paths: Sequence[str], *, cached: bool = False) -> bool:
    """Whether any of these files, or what the index has of them, is not as in a commit.

    paths  as git takes them in `root`; an untracked file never differs
    """
    options = ["--quiet", "--no-ext-diff", "--no-textconv", *["--cached"] * cached]
    done = call(root, "diff", *options, commit, "--", *paths)
    if done.returncode > 1:
        raise failed("diff", done.stderr)
    return done.returncode == 1


def _run(root: str, *arguments: str) -> None:
    done = git_process.change(root, *arguments)
    if done.status:
        raise failed(arguments[0], done.output)
