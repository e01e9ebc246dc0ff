"""Starting git: what it may do when it only reads, when it commits, and in a repository of our own."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from onbo.errors import SystemFailedError

if TYPE_CHECKING:
    import subprocess
    from typing import IO

# Nothing that a repository configures may run, nothing is fetched, no lock is taken for reading.
QUIET = ("--no-pager", "-c", "safe.bareRepository=explicit")
# Whatever reads the index asks core.fsmonitor, which may be a program. Empty is off in every version of git.
READING = (*QUIET, "-c", "core.fsmonitor=")
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
    "GIT_LITERAL_PATHSPECS",
)
# Bytes kept of what hooks print, and seconds to wait for the last of it once git has ended.
OUTPUT_KEPT = 1 << 20
LINGER = 0.5


class NotInstalledError(SystemFailedError):
    """There is no git on the PATH."""


def call(root: str, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    """Run a reading command to its end."""
    import subprocess

    try:
        return subprocess.run(
            ["git", *READING, *arguments],
            cwd=root,
            env=_environment(reading=True),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise _cannot_start(error) from error


def start(root: str, *arguments: str) -> "subprocess.Popen[bytes]":
    """A reading command that goes on."""
    import subprocess

    try:
        return subprocess.Popen(
            ["git", *READING, *arguments],
            cwd=root,
            env=_environment(reading=True),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        raise _cannot_start(error) from error


class Finished(NamedTuple):
    """A command that may have run hooks: its exit status, and what it and they wrote to stdout and stderr, in order."""

    status: int
    output: bytes
    cut: bool


def change(root: str, *arguments: str, trace: str | None = None) -> Finished:
    """Run a command that changes the repository, and may run its hooks.

    Paths among the arguments are pathspecs: begin them with `:(literal)`.
    trace  a file for git's trace2 events, see https://git-scm.com/docs/api-trace2
    """
    import subprocess
    from threading import Thread

    extra = {"GIT_TRACE2_EVENT": trace} if trace else {}
    try:
        process = subprocess.Popen(
            ["git", *QUIET, *arguments],
            cwd=root,
            env=_environment(reading=False) | extra,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except OSError as error:
        raise _cannot_start(error) from error
    kept = bytearray()
    cut = False

    def collect(descriptor: int) -> None:
        nonlocal cut
        while piece := os.read(descriptor, 1 << 16):
            room = OUTPUT_KEPT - len(kept)
            kept.extend(piece[:room])
            cut = cut or len(piece) > room
        os.close(descriptor)

    # What a hook leaves running in the background may hold the pipe open for hours; git's own exit is the end.
    with process:
        if process.stdout is None:
            raise AssertionError("it is a pipe")
        # A descriptor of its own: leaving this block must close none that the thread still reads.
        reader = Thread(target=collect, args=(os.dup(process.stdout.fileno()),), daemon=True)
        reader.start()
        try:
            process.wait()
        except KeyboardInterrupt:
            process.wait()  # git was interrupted as well, and removes its lock files on its way out
            raise
        reader.join(LINGER)
    return Finished(process.returncode, bytes(kept), cut)


def apart(folder: str, *arguments: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    """Run a command in a repository that we made and no configuration reaches."""
    import subprocess

    try:
        return subprocess.run(
            ["git", "--no-pager", *arguments],
            cwd=folder,
            env=_environment_apart(folder),
            input=given,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise _cannot_start(error) from error


def _environment_apart(folder: str) -> dict[str, str]:
    """Variables that keep git to one folder, whether there is a repository in it or not."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1", "LC_ALL": "C"}
    own |= {"HOME": folder, "XDG_CONFIG_HOME": folder, "GIT_DIR": os.path.join(folder, ".git")}
    own |= {f"GIT_{who}_{what}": "onbo" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return environment | own


class Output(NamedTuple):
    """A command's exit status and what it wrote."""

    status: int
    out: bytes
    err: bytes


def into_files(folder: str, *arguments: str) -> Output:
    """Run a command as `apart` does, with its output in files of the folder; paths among the arguments are absolute.

    Git's merge driver is started for each file of each merge, and loading `subprocess` takes longer than git does.
    """
    if not hasattr(os, "posix_spawnp"):  # pragma: no cover  Windows
        done = apart(folder, *arguments)
        return Output(done.returncode, done.stdout, done.stderr)
    paths = [os.path.join(folder, name) for name in ("stdout", "stderr")]
    writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        *((os.POSIX_SPAWN_OPEN, at, path, writing, 0o600) for at, path in enumerate(paths, 1)),
    ]
    try:
        process = os.posix_spawnp("git", ["git", *arguments], _environment_apart(folder), file_actions=actions)
    except OSError as error:
        raise _cannot_start(error) from error
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    written = []
    for path in paths:
        with open(path, "rb") as file:
            written.append(file.read())
    return Output(status, written[0], written[1])


def failed(command: str, stderr: bytes) -> SystemFailedError:
    """The error for a command that failed: with its cause and what to do where that is known, else in git's words."""
    from onbo.effects.git_causes import cause

    text = stderr.decode("utf-8", "replace").strip()
    if found := cause(text):
        return SystemFailedError(found.message, hint=found.fix)
    lines = [line.strip() for line in text.split("\n")]
    said = " ".join(lines[: 2 if lines[0].endswith(":") else 1]).removeprefix("fatal: ").removeprefix("error: ")
    return SystemFailedError(f"git {command} failed: {said}", hint="run `git status` to see more")


def _environment(*, reading: bool) -> dict[str, str]:
    environment = {key: value for key, value in os.environ.items() if key not in FOREIGN}
    if reading:
        # A file may be called ":(glob)**".
        return environment | ENVIRONMENT | {"GIT_LITERAL_PATHSPECS": "1"}
    # Hooks inherit this. Pathspecs must mean in them what they always mean, and their text keeps its encoding; only
    # git's own messages are to be in English, for we read them.
    letters = environment.pop("LC_ALL", "") or environment.get("LC_CTYPE") or environment.get("LANG", "")
    return (
        environment
        | {"GIT_TERMINAL_PROMPT": "0", "LC_MESSAGES": "C", "LANGUAGE": ""}
        | ({"LC_CTYPE": letters} if letters else {})
    )


def _cannot_start(error: OSError) -> SystemFailedError:
    if isinstance(error, FileNotFoundError):
        return NotInstalledError("git is not installed", hint="install it")
    return SystemFailedError(f"git cannot be run: {(error.strerror or str(error)).lower()}", hint="correct PATH")


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
        for first in range(0, len(wanted), self.CHUNK):
            found.update(self._ask(wanted[first : first + self.CHUNK], b"blob"))
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
        process = self._process = self._process or start(self.root, "cat-file", "--batch")
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
                "git cat-file ended early", hint="objects may be missing, as in a partial clone; try `git fsck`"
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
