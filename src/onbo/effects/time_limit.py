"""A limit to the processor time that one customer's file may take, so that no file stops the others.

Reading takes time that grows with a file's size alone, and what could take more has limits of its own. This one is for
what nobody has thought of: a file that takes longer is an error like any other file that cannot be read.

It needs a timer of the process's own time and a handler in the main thread, so there is none on Windows and in other
threads. Time that the system or another program takes does not count.
"""

import sys
from _thread import get_ident
from types import FrameType, TracebackType

from onbo.errors import OutOfTimeError

SECONDS = 4.0
# Plain files are read up to 10 MB, and a slow machine may take a second for each.
SECONDS_PER_MB = 2.0
# Smaller files, which are nearly all, are read in a moment whatever they say, and need no timer.
SMALLEST = 16 * 1024
# Where the time is over while something is being written, the timer has to come again.
AGAIN = 0.25
# The modules that read a workspace may be interrupted, as may all that decides and shows. Of the others that touch the
# disk or run git, nobody could say what they have written already.
READERS = ("config", "histories", "idle", "past", "settled", "time_limit", "workers", "workspace")
INTERRUPTIBLE = frozenset(f"onbo.effects.{name}" for name in READERS)


# Who imports this, at the start of every command.
MAIN = get_ident()


class _State:
    """The limit in force.

    path   of the file; None where there is no limit
    size   bytes read so far, of its template too
    armed  the seconds that the timer was set to; 0 while all that was read is small
    """

    path: str | None = None
    size: int = 0
    armed: float = 0.0


_state = _State()


class limited:  # noqa: N801  used as `with limited(path):`; a class, because a generator costs 1 us more for each file
    """A limit to what is done with a file; within another limit, that one holds.

    Raises UnacceptableError when the time is over.
    """

    __slots__ = ("outermost", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.outermost = False

    def __enter__(self) -> None:
        if _state.path is None and get_ident() == MAIN:
            self.outermost = True
            _state.path = self.path

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self.outermost:
            end()
            if isinstance(error, OutOfTimeError):
                raise error.as_unacceptable() from None


def limit_rest(path: str) -> None:
    """From here to the end of the command, or to its first write: then OutOfTimeError is raised."""
    end()
    _state.path = path


def weigh(size: int) -> None:
    """Count what was read; what is not small starts the timer, or gives it more time."""
    if _state.path is None:
        return
    _state.size += size
    if _state.size < SMALLEST or sys.platform == "win32":
        return
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        return
    seconds = max(SECONDS, SECONDS_PER_MB * _state.size / 1024 / 1024)
    left = signal.getitimer(signal.ITIMER_VIRTUAL)[0] if _state.armed else 0.0
    signal.signal(signal.SIGVTALRM, _over)
    signal.setitimer(signal.ITIMER_VIRTUAL, left + seconds - _state.armed or AGAIN, AGAIN)
    _state.armed = seconds


def end() -> None:
    """No limit from here on."""
    if _state.path is None:
        return
    armed = _state.armed
    _state.path, _state.size, _state.armed = None, 0, 0.0
    if armed:
        import signal

        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _over(_: int, frame: FrameType | None) -> None:
    path = _state.path
    if path is not None and not _is_writing(frame):
        raise OutOfTimeError(path, _state.armed)


def _is_writing(frame: FrameType | None) -> bool:
    """Whether what is going on is, or was called by, a module that writes or runs another program."""
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("onbo.effects.") and module not in INTERRUPTIBLE:
            return True
        frame = frame.f_back
    return False
