"""The one place that writes to the terminal and asks at it.

Text of files goes out as it is, never as markup, with what a terminal would obey made visible.
"""

import os
import re
import stat
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from io import TextIOWrapper
from typing import Any, TypeVar

from onbo.cli import streams
from onbo.errors import OnboError, UnacceptableError, UsageError
from onbo.present.text import STYLES, Line, Piece, Table, plain_rows, visible, wrapped

Thing = TypeVar("Thing")
# Seconds before a bar is shown, and how many things it then moves by.
PATIENCE = 0.5
STEP = 50


class Terminal:
    """stdout for results, stderr for messages; questions only where somebody can answer.

    attached  whether stdout is a terminal; screen: whether to draw on it as on one
    """

    def __init__(self, color: str = "auto", *, quiet: bool = False, no_input: bool = False) -> None:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(encoding="utf-8", errors="replace")
        self.quiet = quiet
        self.interactive = not no_input and _is_terminal(sys.stdin)
        self.attached = _is_terminal(sys.stdout)
        self.screen = self.attached and not os.environ.get("ONBO_ACCESSIBLE")
        self._colored = {stream: _wants_color(color, stream) for stream in (sys.stdout, sys.stderr)}
        self._read_by_ci = streams.read_by_ci()
        self._bar: Any = None
        self._streaming = False  # whether a result is on its way to a screen while files are read
        # A full screen is drawn on stderr, and takes over all three.
        able = _is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb" and not self._read_by_ci
        self.full_screen = self.interactive and self.screen and able

    @property
    def full_screen_colored(self) -> bool:
        return self._colored[sys.stderr]

    def commands(self, lines: Iterable[Line]) -> None:
        """Lines that a CI service is to obey, each one command: no text in them can be another."""
        from onbo.present.ci import without_hashes

        for pieces in lines:
            sys.stdout.write(without_hashes(visible("".join([piece.text for piece in pieces]))) + "\n")

    def out(self, lines: Iterable[Line], *, whole: bool = False) -> None:
        """Lines of a result; on a screen those that are too long are broken between words, unless `whole`."""
        columns = self._columns() if self.screen and not whole else 0
        for pieces in lines:
            for row in wrapped(pieces, columns) if columns else (pieces,):
                self._write(sys.stdout, row)

    def document(self, pieces: Iterable[bytes], form: str = "text") -> None:
        """A result that is a file of its own, in whole lines: as it is into a pipe, made visible on a screen.

        form  as `--format` has it, or "binary": how to keep a CI service from obeying it. Into a file it goes as it is
        """
        if self._read_by_ci and (self.attached or not _is_regular_file(sys.stdout)):
            pieces = self._without_commands(pieces, form)
        if not self.attached:
            sys.stdout.flush()
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            return
        self._streaming = True
        for piece in pieces:
            lines = piece.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
            sys.stdout.write("\n".join(visible(line) for line in lines))

    def _without_commands(self, pieces: Iterable[bytes], form: str) -> Iterator[bytes]:
        from onbo.present.ci import ANY_TEXT, GUARDS, WHOLE

        guard = GUARDS.get(form, ANY_TEXT)
        changed = False
        for lines in _whole_lines(pieces):
            if form == "binary":
                if WHOLE.search(lines):
                    raise UnacceptableError("holds what the CI service would obey", hint="write it to a file with -o")
                yield lines
                continue
            text = lines.decode("utf-8", "surrogateescape")
            guarded = guard.apply(text)
            changed = changed or (guarded != text and not guard.exact)
            yield guarded.encode("utf-8", "surrogateescape")
        if changed:
            self.warning(
                "a backslash was put into what the CI service would obey; -o, or > FILE, writes the text as it is"
            )

    def json(self, payload: Mapping[str, Any]) -> None:
        import json

        # Escaped to ASCII: nothing in it can reach the terminal as a control character.
        text = json.dumps(_whole(payload), indent=2)
        if self._read_by_ci:
            from onbo.present.ci import GUARDS

            text = GUARDS["json"].apply(text)
        sys.stdout.write(f"{text}\n")

    def table(self, table: Table, *, most: int | None = None) -> int:
        """Show a table; on a screen what fits, and at most `most` rows. Gives how many were left out."""
        if not self.screen:
            self.out(plain_rows(table))
            return 0
        shown = table if most is None else table._replace(rows=table.rows[:most])
        self.out(plain_rows(shown, self._columns()), whole=True)
        return len(table.rows) - len(shown.rows)

    def _columns(self) -> int:
        return os.get_terminal_size(sys.stdout.fileno()).columns

    def height(self) -> int:
        return os.get_terminal_size(sys.stdout.fileno()).lines if self.screen else 0

    def message(self, *texts: str, role: str = "muted") -> None:
        """Something to know beside the result."""
        if not self.quiet:
            self._write(sys.stderr, [Piece(text, role) for text in texts])

    def relay(self, lines: Iterable[str]) -> None:
        """What another program printed before it failed: shown even with -q, as it belongs to the error."""
        for text in lines:
            self._write(sys.stderr, [Piece(text)])

    def suggest(self, command: str) -> None:
        """What to do next, beside the result of a command that wrote."""
        self.message(f"next: {command}")

    def invite(self, command: str) -> None:
        """The same for a command that only read: where a person reads it, and not beside every pipe."""
        if self.attached:
            self.suggest(command)

    def warning(self, text: str) -> None:
        self._write(sys.stderr, [Piece("warning: ", "warn"), Piece(text)])

    def problem(self, said: str, path: str) -> None:
        """What stopped one file of many from being read."""
        self.error(UnacceptableError(said, path=path))

    def progress(self, things: Iterable[Thing], total: int) -> Iterator[Thing]:
        """The things as they come, with a bar on stderr where somebody waits for them longer than half a second."""
        if self.quiet or self._streaming or not _is_terminal(sys.stderr) or os.environ.get("ONBO_ACCESSIBLE"):
            yield from things
            return
        begun = False
        try:
            start = time.monotonic()
            for count, thing in enumerate(things):
                if not begun and time.monotonic() - start > PATIENCE:
                    begun = True
                    bar = self._begin_bar(total)
                if self._bar is not None and count % STEP == 0:
                    self._bar.update(bar, completed=count, refresh=True)
                yield thing
        finally:
            self._end_bar()

    def _begin_bar(self, total: int) -> Any:
        from rich.progress import Progress

        # No thread of its own: processes may be forked while it shows. Nor may it take what is written to the streams:
        # it would put results on stderr, in lines as wide as the screen.
        self._bar = Progress(
            console=self._console(sys.stderr),
            transient=True,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._bar.start()
        return self._bar.add_task("reading", total=total)

    def _end_bar(self) -> None:
        """Take the bar away for good, before a message or when all is read."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def error(self, error: OnboError) -> None:
        from onbo.present.problem import error_words

        self._write(sys.stderr, [Piece("error: ", "bad"), Piece(error_words(error))])
        for choice in error.choices:
            self._write(sys.stderr, [Piece(f"  {choice}")])

    def ask(self, question: str, default: str | None = None) -> str:
        """A line typed by the user, or `default` for none. Ctrl-D is an interruption."""
        hint = f" [{default}]" if default else ""
        sys.stderr.write(self._harmless(visible(f"{question}{hint}: ")))
        sys.stderr.flush()
        answer = sys.stdin.readline()
        if not answer:
            sys.stderr.write("\n")
            raise KeyboardInterrupt
        return answer.strip() or default or ""

    def lines(self, what: str) -> Iterator[str]:
        """What is on stdin, a line each, without blank ones. Raises UsageError where nothing could be waiting there."""
        if _is_terminal(sys.stdin):
            raise UsageError(f"- reads {what} from stdin", hint=f"pipe them in, or name the {what}")
        for text in sys.stdin:
            if text.strip():
                yield text.strip()

    def confirm(self, question: str) -> bool:
        return self.ask(f"{question} (y/n)", "n").casefold() in ("y", "yes")

    def require_input(self, what: str, hint: str) -> None:
        if not self.interactive:
            raise UsageError(what, hint=hint)

    def _write(self, stream: Any, pieces: Line) -> None:
        self._end_bar()
        if stream is not sys.stderr:
            self._print(stream, pieces)
            return
        streams.flush_results()  # in the order in which things were said, where both go to one place
        try:
            self._print(stream, pieces)
            stream.flush()
        except OSError:
            streams.drop(stream)  # nobody can be told, and the result is what it is

    def _print(self, stream: Any, pieces: Line) -> None:
        plain = visible("".join([piece.text for piece in pieces]))
        if self._read_by_ci and (harmless := self._harmless(plain)) != plain:
            stream.write(f"{harmless}\n")
        elif self._colored[stream] and any(piece.role for piece in pieces):
            from rich.text import Text

            text = Text()
            for piece in pieces:
                text.append(visible(piece.text), STYLES.get(piece.role, ""))
            self._console(stream).print(text, soft_wrap=True)
        else:
            stream.write(f"{plain}\n")

    def _harmless(self, line: str) -> str:
        """A line that no CI service obeys."""
        if not self._read_by_ci:
            return line
        from onbo.present.ci import without_commands

        return without_commands(line)

    def _console(self, stream: Any) -> Any:
        from rich.console import Console

        colored = self._colored[stream]
        return Console(
            file=stream,
            force_terminal=colored or None,
            no_color=not colored,
            color_system="standard" if colored else None,
            highlight=False,
            markup=False,
            emoji=False,
        )


def _whole(value: Any) -> Any:
    """The same value with bytes that were not UTF-8 as U+FFFD: half a surrogate pair is no JSON text."""
    if isinstance(value, str):
        return value if value.isascii() else re.sub("[\ud800-\udfff]", "\ufffd", value)
    if isinstance(value, Mapping):
        return {key: _whole(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(entry) for entry in value]
    return value


def _is_terminal(stream: Any) -> bool:
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):  # closed, or none at all
        return False


def _whole_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, each piece ending where a line does: half a line cannot be judged."""
    left = b""
    for piece in pieces:
        lines, end, left = (left + piece).rpartition(b"\n")
        if end:
            yield lines + end
    if left:
        yield left


def _is_regular_file(stream: Any) -> bool:
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):  # none that the system knows, as in tests
        return False


def _wants_color(color: str, stream: Any) -> bool:
    """--color, else NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE (0 is off), else whether the stream is a terminal."""
    if color in ("always", "never"):
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        if os.environ.get(name):
            return os.environ[name] != "0"
    return _is_terminal(stream) and os.environ.get("TERM") != "dumb"
