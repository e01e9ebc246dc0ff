"""The only place that runs git, or any program."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from onbo.errors import SystemFailedError

if TYPE_CHECKING:
    import subprocess
    from typing import IO

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


def tracked(root: str, paths: Sequence[str]) -> set[str]:
    """Those of these files that the index knows, whether or not they are there."""
    names = {path: os.path.relpath(os.path.realpath(path), os.path.realpath(root)) for path in paths}
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


def ask(root: str, *arguments: str) -> bytes:
    """What a reading command prints. Raises SystemFailedError with what git said."""
    done = _call(root, *arguments)
    if done.returncode:
        raise _failed(arguments[0], done.stderr)
    return done.stdout


def revision(root: str, name: str) -> str | None:
    """The full id of the commit that a name means, None where it means none. Raises SystemFailedError as git does."""
    done = _call(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if done.returncode > 1:
        raise _failed("rev-parse", done.stderr)
    return done.stdout.decode("ascii", "replace").strip() or None


def _failed(command: str, stderr: bytes) -> SystemFailedError:
    said = stderr.decode("utf-8", "replace").strip().split("\n")[0].removeprefix("fatal: ")
    return SystemFailedError(f"git {command} failed: {said}", hint="try git there yourself")


class Objects:
    """One `git cat-file --batch`, asked for blobs and trees by their ids for as long as it is needed."""

    # Fewer than fill a pipe: else git waits for us to read while we wait for it to be told.
    CHUNK = 500

    def __init__(self, root: str, largest: int) -> None:
        self.root = root
        self.largest = largest
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._foreign: list[subprocess.Popen[bytes] | None] = []

    def read(self, ids: Iterable[str]) -> Mapping[str, bytes]:
        """The bytes of each blob that is here; those that are missing, no blobs or too large are left out."""
        wanted = list(dict.fromkeys(ids))
        found: dict[str, bytes] = {}
        for start in range(0, len(wanted), self.CHUNK):
            found.update(self._ask(wanted[start : start + self.CHUNK], b"blob"))
        return found

    def tree(self, name: str) -> bytes | None:
        """A tree as git keeps it; None where there is none. name: an id, or a commit's with `^{tree}`; no path."""
        return dict(self._ask([name], b"tree")).get(name)

    def close(self) -> None:
        if self._process is not None:
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with suppress(OSError):
                        stream.close()
            self._process.wait()
            self._process = None

    def _ask(self, ids: Sequence[str], wanted: bytes) -> "Iterator[tuple[str, bytes]]":
        if self._owner != os.getpid():  # a fork must not talk into its parent's pipes, nor close them
            self._foreign.append(self._process)
            self._process, self._owner = None, os.getpid()
        process = self._process = self._process or _start(self.root, "cat-file", "--batch")
        if process.stdin is None or process.stdout is None:
            raise AssertionError("both are pipes")
        try:
            process.stdin.write("".join(f"{name}\n" for name in ids).encode("ascii"))
            process.stdin.flush()
            for name in ids:
                kind, data = self._answer(process.stdout)
                if kind == wanted:
                    yield name, data
        except BrokenPipeError as error:
            raise SystemFailedError(
                "git cat-file ended early", hint="a partial clone lacks what it was not given; `git fsck` tells more"
            ) from error

    def _answer(self, stream: "IO[bytes]") -> tuple[bytes, bytes]:
        """What kind of object it is, and its bytes; no kind for one that is missing or too large."""
        header = stream.readline().split()
        if not header:
            raise BrokenPipeError
        if len(header) != 3:  # "... missing"
            return b"", b""
        size = int(header[2])
        kept = size <= self.largest
        pieces = []
        left = size + 1  # and a line end
        while left:
            piece = stream.read(min(left, 1 << 20))
            if not piece:
                raise BrokenPipeError
            left -= len(piece)
            if kept:
                pieces.append(piece)
        return (header[1], b"".join(pieces)[:-1]) if kept else (b"", b"")


def _run(root: str, *arguments: str, typed: str = "") -> str:
    done = _call(root, *arguments, reading=False, typed=typed)
    if done.returncode:
        lines = (done.stderr or done.stdout).decode("utf-8", "replace").strip().split("\n")
        # A hook says why at the end; git itself says it first, and then what may help.
        said = next((line for line in lines if line.startswith("fatal: ")), lines[-1]) or "it does not say why"
        raise SystemFailedError(f"git {arguments[0]} failed: {said}", hint="the file is written; commit it yourself")
    return done.stdout.decode("utf-8", "replace")


def _call(root: str, *arguments: str, reading: bool = True, typed: str = "") -> "subprocess.CompletedProcess[bytes]":
    import subprocess

    try:
        return subprocess.run(
            ["git", *QUIET, *arguments],
            cwd=root,
            env=_environment(reading=reading),
            input=typed.encode("utf-8", "replace"),
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise _not_installed(reading=reading) from error


def _start(root: str, *arguments: str) -> "subprocess.Popen[bytes]":
    """A reading command that goes on."""
    import subprocess

    try:
        return subprocess.Popen(
            ["git", *QUIET, *arguments],
            cwd=root,
            env=_environment(reading=True),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except FileNotFoundError as error:
        raise _not_installed(reading=True) from error


def _environment(*, reading: bool) -> dict[str, str]:
    environment = {key: value for key, value in os.environ.items() if key not in FOREIGN}
    quiet = ENVIRONMENT if reading else {key: ENVIRONMENT[key] for key in ("GIT_TERMINAL_PROMPT", "LC_ALL")}
    # A file may be called ":(glob)**".
    return environment | quiet | {"GIT_LITERAL_PATHSPECS": "1"}


def _not_installed(*, reading: bool) -> SystemFailedError:
    return SystemFailedError("git is not installed", hint="install it" if reading else "leave out --commit")
