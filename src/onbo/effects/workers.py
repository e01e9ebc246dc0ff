"""Work on many files, in two processes or more where that pays."""

import os
import pickle
import signal
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from typing import Any, BinaryIO, NamedTuple, TypeVar

Thing = TypeVar("Thing")
Result = TypeVar("Result")
# Below this many, starting a process costs more than it spares: 3 ms against 0.3 ms a file.
FEWEST = 200
MOST_PROCESSES = 4
# How many things a process takes at a time: enough that handing over costs nothing, few enough to hold.
BATCH = 32


def each(work: Callable[[Thing], Result], things: Sequence[Thing]) -> Generator[Result, None, None]:
    """What `work` makes of each thing, in order.

    Processes take turns, batch by batch; one waits with its next results until they are asked for, so no more than a
    few batches are ever held. Results go from process to process as pickles, so they must be small and whole. What a
    process that died did not send is worked on here. Processes are forked, which is quick and needs no imports again;
    where the system does not fork safely, all is done here.
    """
    batches = [things[at : at + BATCH] for at in range(0, len(things), BATCH)]
    count = _processes(len(things))
    helpers: list[_Helper | None] = [None, *(_start(work, batches[share::count]) for share in range(1, count))]
    try:
        for number, batch in enumerate(batches):
            helper = helpers[number % count]
            sent = _received(helper) if helper else None
            if sent is None:
                yield from map(work, batch)
            else:
                yield from sent
    finally:
        for helper in helpers:
            if helper:
                _stop(helper)


def _processes(count: int) -> int:
    if count < FEWEST or sys.platform != "linux":
        return 1
    return min(len(os.sched_getaffinity(0)), MOST_PROCESSES)


class _Helper(NamedTuple):
    process: int
    results: BinaryIO


def _start(work: Callable[[Thing], Result], batches: Sequence[Sequence[Thing]]) -> _Helper:
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return _Helper(process, os.fdopen(reading, "rb"))
    status = 1
    try:
        os.close(reading)
        with os.fdopen(writing, "wb") as file:
            for batch in batches:
                file.write(pickle.dumps([work(thing) for thing in batch], pickle.HIGHEST_PROTOCOL))
                file.flush()
        status = 0
    finally:
        # Nothing of the parent's may run here: no buffer flushed twice, no traceback. What is not sent it does itself.
        os._exit(status)


def _received(helper: _Helper) -> Any:
    """The next batch of results; None where the process is no more."""
    try:
        return pickle.load(helper.results)  # noqa: S301  from our own fork
    except (EOFError, pickle.UnpicklingError):
        return None


def _stop(helper: _Helper) -> None:
    helper.results.close()
    with suppress(ProcessLookupError):
        os.kill(helper.process, signal.SIGKILL)
    os.waitpid(helper.process, 0)
