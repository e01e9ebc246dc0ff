# ruff: noqa: INP001 - a module of the benchmarks
"""Running a command many times and saying how long it took: medians, and how far apart the runs were."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

NOTHING: Mapping[str, str] = {}


class Timing(NamedTuple):
    """Seconds on the clock. spread: between the first and the third quarter of the runs."""

    median: float
    spread: float
    runs: int

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Timing":
        quarters = quantiles(seconds, n=4) if len(seconds) > 1 else [seconds[0]] * 3
        return cls(median(seconds), quarters[2] - quarters[0], len(seconds))


class Command(NamedTuple):
    """words; where it runs; what is done before each run, which is not measured; statuses that are no failure."""

    words: Sequence[str]
    folder: Path
    before: Callable[[], object] = lambda: None
    environment: Mapping[str, str] = NOTHING
    fine: tuple[int, ...] = (0,)
    cores: int = 0


# A process counts the memory of the one that started it as its own, so a small one must start it.
LAUNCHER = "import os, resource, sys; os.spawnvp(os.P_WAIT, sys.argv[1], sys.argv[1:]); \
os.write(1, str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss).encode())"


def memory(command: Command) -> float:
    """The most memory that a process of it takes, in MB."""
    command.before()
    quiet = f"exec {shlex.join(command.words)} >/dev/null 2>&1 </dev/null"
    words = [sys.executable, "-S", "-E", "-c", LAUNCHER, "sh", "-c", quiet]
    done = subprocess.run(
        words, cwd=command.folder, env={**os.environ, **command.environment}, capture_output=True, check=True
    )
    return int(done.stdout) / 1024


def once(command: Command) -> float:
    """Seconds on the clock of one run."""
    command.before()
    narrow = (lambda: os.sched_setaffinity(0, {0})) if command.cores == 1 else None
    start = time.perf_counter()
    process = subprocess.Popen(
        command.words,
        cwd=command.folder,
        env={**os.environ, **command.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=narrow,  # noqa: PLW1509  no threads here
    )
    process.wait()
    took = time.perf_counter() - start
    if process.returncode not in command.fine:
        raise RuntimeError(f"{' '.join(command.words)} ended with {process.returncode}")
    return took


def measure(commands: Mapping[str, Command], runs: int) -> dict[str, Timing]:
    """Each command's timing. They take turns, so that what slows the machine down slows all of them down."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for command in commands.values() if runs > 1 else ():
        once(command)  # not counted: from here on files are in memory
    for _ in range(runs):
        for name, command in commands.items():
            seconds[name].append(once(command))
    return {name: Timing.of(seconds[name]) for name in commands}
