"""Looking for inputs whose time grows faster than their size: `./dev hang [OPTIONS]`.

Each piece of the grammar, and each two of them in turn, again and again, in every place of a checklist, a template and
onbo.toml, is read by the commands in this process, and the processor time is measured, less that for a file of a few
bytes. An input of 20 KB that takes little more than four times as long as one of 5 KB passes (`--thorough` leaves that
out). Of others 20, 40 and 80 KB are measured: where 80 KB take over 50 ms, twice as much may take three times as long,
and no more. What looks worse is measured again, and the best of three counts.

Without options it takes ten minutes and does what chance brings: single pieces with every command for the first half,
then pairs with `lint` and `share`, which read a file in more ways than others, and, where one is slow, with all. More
seconds do more; another seed does other things. Every job runs in a process of its own, which is killed when it takes
too long, so this ends whatever it finds.
"""

import argparse
import gc
import json
import os
import random
import resource
import select
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NamedTuple
from unittest.mock import patch

from hang.pieces import LINES, PIECES, PLACES, SETTINGS, encoded, hash12
from onbo.cli import merge_driver
from runner import ENVIRONMENT, FOREIGN, onbo
from workspace import git

KB = 1024
SIZE_KB = 80
# Below this, times are mostly chance.
LEAST = 0.05
MOST_GROWTH = 3.0
# How many times as long four times as much may take before it is looked at more closely, and what is no time at all.
QUICK_GROWTH = 4.8
QUICK_LEAST = 0.003
# Of one run, then of all runs of a job.
RUN_SECONDS = 10.0
JOB_SECONDS = 300
SECONDS = 600.0
LISTED = 25
# What any command can work on: it has to, or nothing would be measured.
SMALL = b"# P\n\n- [ ] one\n"
Place = Callable[[str, int], str]


class TookTooLongError(BaseException):
    """A run was stopped. No Exception: the program under test must not catch it."""


class Found(NamedTuple):
    """One input measured. growth: how many times as long as half of it took; 0 where it is quick."""

    growth: float
    seconds: float
    command: str
    place: str
    piece: str


class Job(NamedTuple):
    """One or two pieces in these places, given to these commands; `also` to those only where the first is slow."""

    piece: str
    text: str
    places: Sequence[str]
    commands: Sequence[str]
    also: Sequence[str] = ()
    size: int = SIZE_KB * KB
    thorough: bool = False


# --- What commands are given ---


def _put(name: str, data: bytes) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _customer(data: bytes) -> None:
    _put("customers/acme.md", data)


def _with_risks(data: bytes) -> None:
    _customer(data + b"\n\n## Risks\n\n| Risk | Impact |\n|---|---|\n| Late | High |\n")


def _copy(data: bytes) -> None:
    """A copy of a template that has one more item since."""
    _put(f".onbo/base/t-{hash12(data)}.md", data)
    _put("templates/t.md", data + b"\n- [ ] one more\n")
    _customer(f"---\ntemplate: t\nbase: {hash12(data)}\n---\n".encode() + data + b"\n- [x] our own\n")


def _template(data: bytes) -> None:
    _put("templates/t.md", data)


def _plain_list(data: bytes) -> None:
    _put("list.md", data)


def _three(data: bytes) -> None:
    _put("base", data)
    _put("ours", data + b"\n- [ ] ours\n")
    _put("theirs", data.replace(b"- [ ] one", b"- [x] one", 1) + b"\n- [ ] theirs\n")


def _committed(data: bytes) -> None:
    _customer(data)
    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "x")
    _customer(data + b"\n- [ ] one more\n")


# What is laid out for a command, and its words.
COMMANDS: dict[str, tuple[Callable[[bytes], None], tuple[str, ...]]] = {
    "lint": (_customer, ("lint", "acme")),
    "status": (_customer, ("status", "acme")),
    "show": (_customer, ("show", "acme")),
    "show --json": (_customer, ("show", "acme", "--json")),
    "share": (_customer, ("share", "acme", "--no-template")),
    "risk": (_with_risks, ("risk", "list", "acme")),
    "update": (_copy, ("update", "acme")),
    "lint of a copy": (_copy, ("lint", "acme")),
    "merge": (_three, ("merge",)),
    "new": (_template, ("new", "beta", "--template", "t")),
    "import": (_plain_list, ("template", "import", "list.md")),
    "log": (_committed, ("log",)),
}
ALWAYS = ("lint", "status", "show", "share", "update", "merge", "new", "import", "log")
PAIRED = ("lint", "share")


def seconds(command: str, data: bytes, *, settings: bool = False) -> float:
    """The processor time that a command takes for such a file. Raises TookTooLongError after RUN_SECONDS."""
    lay_out, words = COMMANDS[command]
    with _new_directory():
        if settings:
            _put("onbo.toml", data)
            _customer(b"# P\n\n- [ ] a\n")
        else:
            _put("onbo.toml", b"")
            lay_out(data)
        with stopped_after(RUN_SECONDS):
            gc.collect()  # none while it is measured: when one comes is chance
            start = time.process_time()
            if command == "merge":
                merge_driver.run(["base", "ours", "theirs"])
            else:
                said = onbo(*words)
                if "onbo itself failed" in said.err or (data == SMALL and said.status not in (0, 1)):
                    raise AssertionError(f"{command}: {said.err}")
            return time.process_time() - start


@contextmanager
def _new_directory() -> Iterator[None]:
    before = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="onbo-hang-") as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


@contextmanager
def stopped_after(limit: float) -> Iterator[None]:
    """Stop what takes longer in processor time. The tool has a timer of its own; this is another."""

    def stop(_: int, __: FrameType | None) -> None:
        raise TookTooLongError

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, limit, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


# --- Measuring ---


def measure(job: Job) -> Iterator[Found]:
    """Every input of a job."""
    for place in job.places:
        slow = False
        for command in job.commands:
            found = _measured(job, command, place)
            slow = slow or found.growth > 0
            yield found
        if slow:
            for command in job.also:
                yield _measured(job, command, place)


def _measured(job: Job, command: str, place: str) -> Found:
    settings = place in SETTINGS
    build = SETTINGS.get(place) or PLACES[place]

    def took(size: int, tries: int = 1) -> float:
        data = encoded(build(job.text, size))
        return min(seconds(command, data, settings=settings) for _ in range(tries)) - nothing(command)

    try:
        if not job.thorough:
            small = took(job.size // 4)
            if small < QUICK_LEAST or small < QUICK_GROWTH * max(took(job.size // 16), QUICK_LEAST):
                return Found(0.0, max(small, 0.0), command, place, job.piece)
        whole = took(job.size)
        if whole < LEAST:
            return Found(0.0, max(whole, 0.0), command, place, job.piece)
        growth = _growth(whole, took(job.size // 2), took(job.size // 4))
        if growth > MOST_GROWTH:
            whole = took(job.size, 3)
            growth = _growth(whole, took(job.size // 2, 3), took(job.size // 4, 3))
    except TookTooLongError:
        return Found(float("inf"), RUN_SECONDS, command, place, job.piece)
    return Found(growth, whole, command, place, job.piece)


def _growth(whole: float, half: float, quarter: float) -> float:
    """How much longer twice as much takes; the larger of both steps, where what is divided by is no mere chance."""
    steps = [whole / max(half, LEAST)]
    if half >= LEAST:
        steps.append(half / max(quarter, LEAST))
    return max(steps)


_NOTHING: dict[str, float] = {}


def nothing(command: str) -> float:
    """What the command takes for a file of a few bytes."""
    if command not in _NOTHING:
        seconds(command, SMALL)  # imports
        _NOTHING[command] = min(seconds(command, SMALL) for _ in range(3))
    return _NOTHING[command]


def run(job: Job, deadline: float) -> Iterator[Found]:
    """The job in a process of its own, until the deadline or JOB_SECONDS are over."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_CPU, (JOB_SECONDS, JOB_SECONDS))
        status = 1
        gc.disable()
        try:
            with os.fdopen(writing, "w", encoding="utf-8") as file:
                for found in measure(job):
                    file.write(json.dumps(found) + "\n")
                    file.flush()
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    ended = False
    with os.fdopen(reading, "rb") as file:
        while (left := deadline - time.monotonic()) > 0 and select.select([file], [], [], left)[0]:
            line = file.readline()
            if not line:
                ended = True
                break
            yield Found(*json.loads(line))
    if not ended:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    _, how = os.waitpid(child, 0)
    if ended and how != 0:
        yield Found(float("inf"), JOB_SECONDS, "any", f"process ended with {how}", job.piece)


def jobs(pieces: Sequence[str], commands: Sequence[str], places: Sequence[str], chance: random.Random) -> Iterator[Job]:
    """Single pieces with all commands, one after the other, and pairs."""
    texts = {**PIECES, **LINES}
    ordinary = [place for place in places if place in PLACES]
    of_settings = [place for place in places if place in SETTINGS]
    singles = [(name, command) for name in pieces for command in commands]
    for name, command in chance.sample(singles, len(singles)):
        yield Job(name, texts[name], ordinary, [command])
        if command == commands[0]:
            yield Job(name, texts[name], of_settings, ["status"])
    pairs = [(one, other) for one in pieces for other in pieces if one != other]
    first = [command for command in commands if command in PAIRED] or commands[:1]
    others = [command for command in commands if command not in first]
    for one, other in chance.sample(pairs, len(pairs)):
        yield Job(f"{one} + {other}", texts[one] + texts[other], ordinary, first, others)
        yield Job(f"{one} + {other}", texts[one] + texts[other], of_settings, ["status"])


# --- Telling ---


def table(found: Sequence[Found]) -> Iterator[str]:
    yield f"{'GROWTH':>7} {'SECONDS':>8}  {'COMMAND':<14} {'PLACE':<18} PIECES"
    for growth, took, command, place, piece in found:
        yield f"{growth:7.1f} {took:8.2f}  {command:<14} {place:<18} {piece}"


def told(found: Sequence[Found], failed: Iterable[Found], took: float) -> Iterator[str]:
    measured = [entry for entry in found if entry.growth]
    yield f"{len(found)} inputs in {took:.0f} s; {len(measured)} took over {LEAST * 1000:.0f} ms"
    yield ""
    yield "worst growth when an input doubles"
    yield from table(sorted(measured, reverse=True)[:LISTED])
    yield ""
    yield "slowest"
    yield from table(sorted(measured, key=lambda entry: -entry.seconds)[:LISTED])
    wrong = sorted(failed, reverse=True)
    if wrong:
        yield ""
        yield f"{len(wrong)} grow more than {MOST_GROWTH:.0f} times"
        yield from table(wrong)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./dev hang", description="Look for inputs that take too long.")
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"how long to look ({SECONDS:.0f})")
    parser.add_argument("--seed", type=int, default=None, help="of the order; other ones find other things")
    parser.add_argument("--pieces", help="only these, by name, with commas between; all pairs of them too")
    parser.add_argument("--places", help="only these")
    parser.add_argument(
        "--commands", default=",".join(ALWAYS), help=f"of {', '.join(COMMANDS)}; pairs get {' and '.join(PAIRED)}"
    )
    parser.add_argument("--size", type=int, default=SIZE_KB, help=f"KB of the largest input ({SIZE_KB})")
    parser.add_argument("--thorough", action="store_true", help="measure every input at its full size")
    parser.add_argument("--pairs", type=float, default=0.5, metavar="SHARE", help="of the time, for pairs (0.5)")
    given = parser.parse_args(arguments)
    seed = given.seed if given.seed is not None else random.randrange(1000)  # noqa: S311
    for name in FOREIGN:
        os.environ.pop(name, None)
    pieces = given.pieces.split(",") if given.pieces else [*PIECES, *LINES]
    places = given.places.split(",") if given.places else [*PLACES, *SETTINGS]
    commands = given.commands.split(",")
    start = time.monotonic()
    found: list[Found] = []
    done = pairs = 0
    say(f"seed {seed}: {len(pieces)} pieces, {len(places)} places, {', '.join(commands)}")
    with tempfile.TemporaryDirectory(prefix="onbo-hang-") as state, patch.dict(os.environ, ENVIRONMENT):
        os.environ["XDG_STATE_HOME"] = os.environ["XDG_CACHE_HOME"] = os.environ["HOME"] = state
        for command in commands:
            nothing(command)
        for job in jobs(pieces, commands, places, random.Random(seed)):  # noqa: S311  an order, no secret
            if " + " not in job.piece and time.monotonic() - start > given.seconds * (1 - given.pairs):
                continue
            job = job._replace(size=given.size * KB, thorough=given.thorough)  # noqa: PLW2901
            for entry in run(job, start + given.seconds):
                found.append(entry)
                if entry.growth > MOST_GROWTH:
                    say(list(table([entry]))[-1])
            done += 1
            pairs += " + " in job.piece
            if time.monotonic() - start > given.seconds:
                break
    failed = [entry for entry in found if entry.growth > MOST_GROWTH]
    say(f"{done} jobs, {pairs} of them of two pieces")
    say("\n".join(told(found, failed, time.monotonic() - start)))
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
