# ruff: noqa: INP001 - a module of the benchmarks
"""Running a command many times and saying how long it took: medians, and how far apart the runs were."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

NOTHING: Mapping[str, str] = {}


class Timing(NamedTuple):
    """Seconds on the clock. spread: between the first and the third quarter of the runs. memory: the most, in MB."""

    median: float
    spread: float
    runs: int
    memory: float = 0.0

    @classmethod
    def of(cls, seconds: Sequence[float], memory: float = 0.0) -> "Timing":
        quarters = quantiles(seconds, n=4) if len(seconds) > 1 else [seconds[0]] * 3
        return cls(median(seconds), quarters[2] - quarters[0], len(seconds), memory)


class Command(NamedTuple):
    """words; where it runs; what is done before each run, which is not measured; statuses that are no failure."""

    words: Sequence[str]
    folder: Path
    before: Callable[[], object] = lambda: None
    environment: Mapping[str, str] = NOTHING
    fine: tuple[int, ...] = (0,)
    cores: int = 0


def once(command: Command) -> tuple[float, float]:
    """Seconds on the clock and the most memory in MB of one run."""
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
    _, status, used = os.wait4(process.pid, 0)
    took = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in command.fine:
        raise RuntimeError(f"{' '.join(command.words)} ended with {process.returncode}")
    return took, used.ru_maxrss / 1024


def measure(commands: Mapping[str, Command], runs: int) -> dict[str, Timing]:
    """Each command's timing. They take turns, so that what slows the machine down slows all of them down."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    memory = dict.fromkeys(commands, 0.0)
    for command in commands.values() if runs > 1 else ():
        once(command)  # not counted: from here on files are in memory
    for _ in range(runs):
        for name, command in commands.items():
            took, most = once(command)
            seconds[name].append(took)
            memory[name] = max(memory[name], most)
    return {name: Timing.of(seconds[name], memory[name]) for name in commands}
