"""Running `onbo` under strace, with a kill or an error at one chosen system call.

A process that has imported everything forks one child a run. The child waits until strace watches it, looks at BEGIN,
runs the command, looks at END and leaves. Calls are counted in one run and hit in another, from the same files.
"""

import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, TypeVar

from onbo.cli.start import run
from onbo.effects import undo
from onbo.effects.state import existing, private
from onbo.effects.workspace import _built_in
from runner import ENVIRONMENT, FOREIGN, onbo

BEGIN, END = "/onbo-begins", "/onbo-ends"
# Half of the time goes into waiting for the disk.
PROCESSES = 4
# Longer than the wait for a lock, so that only what hangs is taken for hanging.
PATIENCE_SECONDS = 60.0
CALL = re.compile(r"^(\w+)\(")
# Looking at the marker must itself be one call, whatever the C library makes of it.
LOOKS = ("newfstatat", "statx", "stat")
INSTALL = "install strace, for example with `apt-get install strace`"

Files = Mapping[str, bytes]
NONE: dict[str, bytes] = {}
Work = TypeVar("Work")
Done = TypeVar("Done")


class Call(NamedTuple):
    """The `nth` call (from 1) of this name since strace watches."""

    name: str
    nth: int
    line: str


class Ended(NamedTuple):
    """How a watched run ended. signal: what killed it, 0 for nothing; status: else its exit status."""

    status: int
    signal: int
    hung: bool
    out: str
    err: str
    trace: list[str]


def wrong_here() -> str | None:
    """Why faults cannot be injected here; None where they can."""
    if not sys.platform.startswith("linux"):
        return "only Linux has strace"
    if shutil.which("strace") is None:
        return INSTALL
    tried = subprocess.run(
        ["strace", "-o", os.devnull, "-e", "inject=chdir:error=EIO:when=1", "true"], capture_output=True, check=False
    )
    return None if tried.returncode == 0 else f"strace may not watch processes here: {tried.stderr.decode().strip()}"


def quiet_environment() -> None:
    """What conftest.py does for pytest."""
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ.update(ENVIRONMENT | {"HOME": "/nowhere"})


def state_of(root: Path) -> Path:
    """Where the commands of a workspace are kept that can be taken back: beside it, on the same disk."""
    return root.parent / "state"


def lay_out(root: Path, files: Files, state: Files = NONE) -> None:
    """Exactly these files and no others. state: what is kept outside, by its path below the workspace's own directory.

    That directory's name depends on the workspace, and each run has one of its own.
    """
    os.environ["XDG_STATE_HOME"] = str(state_of(root))
    for folder, wanted in ((root, files), (state_of(root), {})):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _write(folder, wanted)
    if state:
        _write(Path(private(*undo._place(str(root)))), state)


def _write(folder: Path, files: Files) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def kept(root: Path) -> dict[str, bytes]:
    """What is kept outside, as `lay_out` takes it."""
    own = existing(*undo._place(str(root)))
    return {} if own is None else files_below(Path(own))


def files_below(root: Path, *, machinery: bool = False) -> dict[str, bytes]:
    """Every file by its relative path, without what a killed process left behind and, unless `machinery`, locks."""
    own = () if machinery else (".onbo/locks/",)
    found = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if path.is_file() and not name.startswith(own) and not name.endswith(".onbo-tmp"):
            found[name] = path.read_bytes()
    return found


@contextmanager
def workspace() -> Iterator[Path]:
    """A directory of its own, with the current directory in it."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="onbo-faults-") as folder:
        root = Path(folder).resolve() / "work"
        root.mkdir()
        try:
            yield root
        finally:
            os.chdir(before)


def watched(root: Path, arguments: Sequence[str], *options: str) -> Ended:
    """Run a command line in `root` under `strace OPTIONS`."""
    beside = root.parent
    trace, out, err = beside / "trace", beside / "out", beside / "err"
    for path in (trace, out, err):
        path.write_bytes(b"")
    waits, go = os.pipe()
    is_ready, ready = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(go)
        _be_watched(root, arguments, (waits, ready), (out, err))
    os.close(waits)
    os.close(ready)
    os.read(is_ready, 1)  # else strace counts some of what the child does to get there
    os.close(is_ready)
    handle = os.pidfd_open(child)
    command = ["strace", "-y", "-s", "0", "-o", str(trace), *options, "-p", str(child)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL) as strace:
        said = strace.stderr.readline() if strace.stderr else b""
        os.close(go)
        hung = not select.select([handle], [], [], PATIENCE_SECONDS)[0]
        if hung:
            os.kill(child, signal.SIGKILL)
    os.close(handle)
    _, how = os.waitpid(child, 0)
    if b"attached" not in said:
        raise AssertionError(f"strace: {said.decode().strip()}")
    died = os.WTERMSIG(how) if os.WIFSIGNALED(how) else 0
    status = os.WEXITSTATUS(how) if os.WIFEXITED(how) else -1
    lines = trace.read_text(encoding="utf-8", errors="replace").split("\n")
    return Ended(status, died, hung, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"), lines)


def _be_watched(root: Path, arguments: Sequence[str], pipes: tuple[int, int], streams: tuple[Path, Path]) -> None:
    """The child: never comes back."""
    waits, ready = pipes
    sys.settrace(None)  # of no use here, and slow
    os.chdir(root)
    for number, path in enumerate((os.devnull, *map(str, streams))):
        os.dup2(os.open(path, os.O_RDWR), number)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, encoding="utf-8", closefd=False)
    os.write(ready, b".")
    select.select([waits], [], [])
    with suppress(OSError):
        os.stat(BEGIN)
    status = run(arguments)
    with suppress(OSError):
        os.stat(END)
    sys.stdout.flush()
    os._exit(status)


def calls(root: Path, arguments: Sequence[str]) -> list[Call]:
    """The system calls that touch the workspace or write the results, in the order in which a command makes them."""
    touched = (str(root), str(state_of(root)), str(root.parent / "out"))
    ended = watched(root, arguments)
    if ended.signal or ended.status:
        raise AssertionError(f"{arguments}: {ended.status} {ended.err}")
    counted: Counter[str] = Counter()
    found = []
    inside = False
    for line in ended.trace:
        name = CALL.match(line)
        if name is None:
            continue
        counted[name[1]] += 1
        if BEGIN in line or END in line:
            inside = BEGIN in line
        elif inside and any(path in line for path in touched):
            found.append(Call(name[1], counted[name[1]], line))
    if not found:
        raise AssertionError(f"{arguments}: no call is seen, or not the markers")
    return found


def hit(root: Path, arguments: Sequence[str], call: Call, what: str) -> Ended:
    """Run a command with `signal=KILL` or `error=EIO` at one call."""
    traced = ",".join({*LOOKS, call.name})
    return watched(root, arguments, "-e", f"trace={traced}", "-e", f"inject={call.name}:{what}:when={call.nth}")


def was_hit(ended: Ended, *, kill: bool) -> bool:
    """Whether the fault came, and came while the command ran."""
    begun = any(BEGIN in line for line in ended.trace)
    return begun and (ended.signal == signal.SIGKILL if kill else any("(INJECTED)" in line for line in ended.trace))


def write_path(made: Sequence[Call]) -> list[Call]:
    """From the first call that has to do with the write: those before only read."""
    marks = ("/.onbo/locks", "/state/onbo")
    first = next(index for index, call in enumerate(made) if any(mark in call.line for mark in marks))
    return list(made[first:])


class Scenario(NamedTuple):
    """A writing command and the files that it starts from; state: what is kept outside by then.

    again  whether the same command may be given once more, and then all is as if it had not been stopped
    after  what must work afterwards; every command line must end with 0
    """

    name: str
    arguments: tuple[str, ...]
    start: Files
    again: bool
    after: tuple[tuple[str, ...], ...]
    state: Files = NONE

    def lay_out(self, root: Path) -> None:
        lay_out(root, self.start, self.state)


RISKS = b"\n## Risks\n\n| Risk | Impact | Mitigation | Status |\n|------|--------|------------|--------|\n"


def _after(customer: str) -> tuple[tuple[str, ...], ...]:
    """A tick in place, a whole new file, and one of them taken back."""
    return (("check", customer, "2.1"), ("skip", customer, "2.2", "--why", "later"), ("undo",))


class Recipe(NamedTuple):
    """before: command lines that make the start out of the base. template: whether its template has changed since."""

    name: str
    arguments: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()
    again: bool = True
    customer: str = "acme"
    template: bool = False


RECIPES = (
    Recipe("check", ("check", "acme", "1.1")),
    Recipe("uncheck", ("uncheck", "acme", "1.1"), (("check", "acme", "1.1"),)),
    Recipe("skip", ("skip", "acme", "1.1", "--why", "self-serve plan")),
    Recipe("set", ("set", "acme", "CSM=Ann Example")),
    Recipe("note", ("note", "acme", "1.1", "They want it early."), again=False),
    Recipe("add", ("add", "acme", "Book the venue", "--in", "1"), again=False),
    Recipe("assign", ("assign", "acme", "1.1", "@ann")),
    Recipe("due", ("due", "acme", "1.1", "2026-12-30")),
    Recipe("wait", ("wait", "acme", "1.1", "--on", "customer")),
    Recipe("archive", ("archive", "acme")),
    Recipe("archive --undo", ("archive", "acme", "--undo"), (("archive", "acme"),)),
    Recipe("risk add", ("risk", "add", "acme", "No admin is named", "--impact", "High"), again=False),
    Recipe("new", ("new", "beta", "--template", "essentials"), customer="beta"),
    Recipe("init", ("init",), customer=""),
    Recipe("undo of check", ("undo",), (("check", "acme", "1.1"),)),
    Recipe("undo of set", ("undo",), (("set", "acme", "CSM=Ann Example"),)),
    Recipe("undo of new", ("undo",), (("new", "beta", "--template", "essentials"),)),
    Recipe("undo of archive", ("undo",), (("archive", "acme"),)),
    Recipe("update", ("update", "--all"), template=True),
    Recipe("undo of update", ("undo",), (("update", "--all"),), template=True),
)


@cache
def scenarios() -> dict[str, Scenario]:
    """By name. Running them all once also imports all that they need, which is then no part of what is counted."""
    made = {}
    with workspace() as root:
        lay_out(root, {"onbo.toml": b""})
        os.chdir(root)
        expect_success(("new", "acme", "--template", "essentials"))
        checklist = root / "customers" / "acme.md"
        checklist.write_bytes(checklist.read_bytes() + RISKS)
        # As after a `git clone` of somebody who did not commit the rest of .onbo: all of it has to be made.
        base = {name: data for name, data in files_below(root).items() if not name.startswith(".onbo/.git")}
        built_in = Path(_built_in()["essentials"]).read_bytes()
        changed = {"templates/essentials.md": built_in.replace(b"- [ ] ", b"- [ ] Do this: ", 1)}
        for recipe in RECIPES:
            lay_out(root, (base | (changed if recipe.template else NONE)) if recipe.customer else NONE)
            os.chdir(root)
            for arguments in recipe.before:
                expect_success(arguments)
            start = files_below(root, machinery=bool(recipe.before))
            first: tuple[tuple[str, ...], ...] = ()
            if not recipe.customer:
                first = (("new", "gamma", "--template", "essentials"),)
            after = first + _after(recipe.customer or "gamma")
            scenario = Scenario(recipe.name, recipe.arguments, start, recipe.again, after, kept(root))
            made[recipe.name] = scenario
            outcome(root, scenario, begun=True)
    return made


def expect_success(arguments: Sequence[str]) -> None:
    said = onbo(*arguments)
    if said.status:
        raise AssertionError(f"{' '.join(arguments)}: exit {said.status}: {said.err.strip()}")


def outcome(root: Path, scenario: Scenario, *, begun: bool) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The files right after the command, and after what comes afterwards; without the command if not `begun`."""
    scenario.lay_out(root)
    os.chdir(root)
    if begun:
        expect_success(scenario.arguments)
    files = files_below(root)
    for arguments in scenario.after if begun or not scenario.again else ():
        expect_success(arguments)
    return files, files_below(root)


def spread(work: Callable[[Work], Done], jobs: Sequence[Work]) -> list[Done]:
    """The work on every job, by two processes."""
    scenarios()
    with get_context("fork").Pool(PROCESSES) as pool:
        return pool.map(work, jobs, chunksize=1)
