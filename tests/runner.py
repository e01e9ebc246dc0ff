"""Running `onbo` inside the test process, with streams that behave as real ones do."""

import io
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from typing import NamedTuple
from unittest.mock import patch

from onbo.cli.app import hoist
from onbo.cli.catalog import STATUSES, command_names, manual
from onbo.cli.start import run

TODAY = "2026-12-12"
# What the person who runs the tests may have set, and the tests must not see.
FOREIGN = (
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR_FORCE",
    "ONBO_DEBUG",
    "ONBO_ACCESSIBLE",
    "ONBO_EDITOR",
    "VISUAL",
    "EDITOR",
)
# A git that knows nothing of this machine, and makes the same commit twice from the same things.
GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Dana Doe",
    "GIT_AUTHOR_EMAIL": "dana@example.com",
    "GIT_AUTHOR_DATE": "2026-12-12T12:00:00+00:00",
    "GIT_COMMITTER_NAME": "Dana Doe",
    "GIT_COMMITTER_EMAIL": "dana@example.com",
    "GIT_COMMITTER_DATE": "2026-12-12T12:00:00+00:00",
}
ENVIRONMENT = {
    "ONBO_TODAY": TODAY,
    "ONBO_SEED": "tests",
    "TERM": "xterm",
    "COLUMNS": "200",
    "LINES": "24",
    "LC_ALL": "C.UTF-8",
} | GIT


class Result(NamedTuple):
    """both: what was written to either stream, in the order written."""

    status: int
    out: str
    err: str
    both: str


class Recorder(io.BytesIO):
    """Bytes written, also in the order of both streams; a terminal where it is told to be one."""

    def __init__(self, both: bytearray, *, tty: bool) -> None:
        super().__init__()
        self.both = both
        self.tty = tty

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.both += data
        return super().write(data)

    def isatty(self) -> bool:
        return self.tty

    def fileno(self) -> int:
        if not self.tty:
            raise io.UnsupportedOperation("fileno")
        return 1


class Keyboard(io.BytesIO):
    """A terminal at which these lines have been typed already."""

    def isatty(self) -> bool:
        return True


def statuses(words: Sequence[str]) -> Collection[int]:
    """The exit statuses that the help of this command lists."""
    known = command_names()
    name = next((word for word in hoist(words) if word in known), None)
    if name is None or "--help" in words or "-h" in words:
        return STATUSES
    return manual([name], import_module(f"onbo.cli.commands.{name}")).exits


def onbo(
    *args: str,
    stdin: str | None = None,
    tty: bool = False,
    screen: bool = False,
    columns: int = 200,
    env: Mapping[str, str] | None = None,
) -> Result:
    """Run a command line. `tty`: stdin is a terminal, `stdin` what is typed there; `screen`: stdout is one."""
    typed = (stdin or "").encode()
    both = bytearray()
    out, err = Recorder(both, tty=screen), Recorder(both, tty=screen)
    # An encoding that cannot say much shows whether the tool relies on it.
    stdin_stream = io.TextIOWrapper(Keyboard(typed) if tty else io.BytesIO(typed), encoding="utf-8")
    stdout_stream = io.TextIOWrapper(out, encoding="ascii", write_through=True)
    stderr_stream = io.TextIOWrapper(err, encoding="ascii", write_through=True)
    size = os.terminal_size((columns, 24))
    with (
        patch.object(sys, "stdin", stdin_stream),
        patch.object(sys, "stdout", stdout_stream),
        patch.object(sys, "stderr", stderr_stream),
        patch.dict(os.environ, env or {}),
        patch.object(os, "get_terminal_size", lambda *_: size),
    ):
        status = run(list(args))
        stdout_stream.flush()
        stderr_stream.flush()
    debug = bool(env and env.get("ONBO_DEBUG"))  # then the program may die as it likes
    assert debug or status in statuses(args), (
        f"onbo {' '.join(args)}: exit status {status} is not in the command's EXITS"
    )
    said = [data.decode("utf-8") for data in (out.getvalue(), err.getvalue(), bytes(both))]
    return Result(status, *said)
