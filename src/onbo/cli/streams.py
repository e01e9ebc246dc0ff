"""The three standard streams where they are closed, full, or nobody reads them any longer.

Python flushes them once more when it ends, and what fails then ends in a traceback and exit status 120, whatever the
program said before. So a stream that has failed is pointed at the null device, which takes the rest.
"""

import os
import sys
from io import TextIOWrapper

from onbo.errors import SystemFailedError

TYPE_CHECKING = False  # typing's own would cost a good part of what `--version` takes
if TYPE_CHECKING:
    from typing import TextIO


def open_missing() -> None:
    """Put something in the place of streams that were closed before we began.

    Otherwise the next file that we open would get the number of one of them, and be written into. Writing to a closed
    stdout then fails as it does where the reader of a pipe has left.
    """
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            if descriptor == 1:
                _open_unread_pipe(descriptor)
            else:
                os.open(os.devnull, os.O_RDWR)  # the lowest number that is free, so this one
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  it stays for as long as we run
    sys.stdout = sys.stdout or _stream(1)
    sys.stderr = sys.stderr or _stream(2)


def _open_unread_pipe(descriptor: int) -> None:
    ends = os.pipe()
    os.dup2(ends[1], descriptor)
    for end in ends:
        if end != descriptor:
            os.close(end)


def _stream(descriptor: int) -> TextIOWrapper:
    return TextIOWrapper(os.fdopen(descriptor, "wb", closefd=False), encoding="utf-8")


def read_by_ci() -> bool:
    """Whether a CI service reads what we print, and obeys lines of a certain form: see `present.ci`."""
    return any(os.environ.get(name) for name in ("GITHUB_ACTIONS", "TF_BUILD"))


def flush_results() -> None:
    """Write out what stdout holds back. Raises SystemFailedError, to tell this from a file that cannot be written."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        message = f"stdout: {(error.strerror or str(error)).lower()}"
        raise SystemFailedError(message, hint="what the command wrote to files is there") from error


def settle() -> None:
    """Write out what is still held back; drop it where that fails, so that Python's own end cannot fail on it."""
    for stream in (sys.stdout, sys.stderr):
        flush_or_drop(stream)


def flush_or_drop(stream: "TextIO") -> None:
    try:
        stream.flush()
    except OSError:
        drop(stream)


def drop(stream: "TextIO") -> None:
    """Let the null device take whatever else is written to a stream."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)


def complain(text: str) -> None:
    """A line on stderr. Where it cannot be written there is nobody to be told, and that must not change the outcome."""
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except OSError:
        drop(sys.stderr)
