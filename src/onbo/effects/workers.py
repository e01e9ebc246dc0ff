"""Work on many files, in two processes or more where that pays."""

import os
import pickle
import signal
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import NamedTuple, TypeVar

Thing = TypeVar("Thing")
Result = TypeVar("Result")
# Below this many, starting a process costs more than it spares: 3 ms against 0.3 ms a file.
FEWEST = 200
MOST_PROCESSES = 4
BATCH = 256


def each(work: Callable[[Thing], Result], things: Sequence[Thing]) -> Generator[Result, None, None]:
    """What `work` makes of each thing, in order.

    Results go from process to process as pickles, so they must be small and whole. A share whose process dies is
    worked on here. Processes are forked, which is quick and needs no imports again; where the system does not fork
    safely, all is done here.
    """
    shares = _shares(len(things))
    helpers = [_start(work, things[first:end]) for first, end in shares[1:]]
    try:
        first, end = shares[0]
        yield from map(work, things[first:end])
        for helper, (begin, stop) in zip(helpers, shares[1:], strict=True):
            count = begin
            for result in _received(helper):  # what `work` gave, in another process
                yield result  # type: ignore[misc]
                count += 1
            yield from map(work, things[count:stop])
    finally:
        for helper in helpers:
            _stop(helper)


def _shares(count: int) -> list[tuple[int, int]]:
    """Stretches of so many things, one a process."""
    processes = 1
    if count >= FEWEST and sys.platform == "linux":
        processes = min(len(os.sched_getaffinity(0)), MOST_PROCESSES)
    ends = [count * share // processes for share in range(processes + 1)]
    return list(pairwise(ends))


class _Helper(NamedTuple):
    process: int
    pipe: int


def _start(work: Callable[[Thing], Result], things: Sequence[Thing]) -> _Helper:
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return _Helper(process, reading)
    status = 1
    try:
        os.close(reading)
        # All results first: whoever reads is at work too, and a full pipe would keep us waiting.
        results = [work(thing) for thing in things]
        with os.fdopen(writing, "wb") as file:
            for at in range(0, len(results), BATCH):
                file.write(pickle.dumps(results[at : at + BATCH], pickle.HIGHEST_PROTOCOL))
        status = 0
    finally:
        # Nothing of the parent's may run here: no buffer flushed twice, no traceback. What is not sent it does itself.
        os._exit(status)


def _received(helper: _Helper) -> "Iterator[object]":
    """The results that a process sent, as far as they came whole."""
    with os.fdopen(os.dup(helper.pipe), "rb") as file:
        while True:
            try:
                batch = pickle.load(file)  # noqa: S301  from our own fork
            except (EOFError, pickle.UnpicklingError):
                return
            yield from batch


def _stop(helper: _Helper) -> None:
    os.close(helper.pipe)
    with suppress(ProcessLookupError):
        os.kill(helper.process, signal.SIGKILL)
    os.waitpid(helper.process, 0)
