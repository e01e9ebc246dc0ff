"""What comes of a command line: its exit status, and one line for every error. Nobody sees a traceback."""

import os
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise

from onbo.cli import streams
from onbo.errors import OnboError, OutOfTimeError, SystemFailedError, UsageError

TYPE_CHECKING = False  # typing's own would cost a good part of what `--version` takes
if TYPE_CHECKING:
    from types import TracebackType

INTERRUPTED = 130
# What a shell reports of a program that SIGPIPE ended.
READER_LEFT = 141


def outcome(work: Callable[[Sequence[str]], int], arguments: Sequence[str]) -> int:
    """Let a command line be worked on, and give the exit status."""
    try:
        status = work(arguments)
        streams.flush_results()
    except KeyboardInterrupt:
        streams.complain("")
        status = INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # typer leaves by SystemExit where it meets a broken pipe, and nowhere else; it hides later failures to flush.
        streams.flush_or_drop(sys.stdout)
        streams.drop(sys.stdout)
        status = READER_LEFT
    except OutOfTimeError as late:
        status = _report(late.as_unacceptable(), _color_given(arguments), as_json=_wants_json(arguments))
    except Exception as error:  # noqa: BLE001  the one place that turns whatever happens into a line and a status
        status = _report(error, _color_given(arguments), as_json=_wants_json(arguments))
    streams.settle()
    return status


def _wants_json(arguments: Sequence[str]) -> bool:
    """`lint --format json` is `--json` too."""
    return "--json" in arguments or "--format=json" in arguments or ("--format", "json") in pairwise(arguments)


def _color_given(arguments: Sequence[str]) -> str:
    """What --color says; the words may be such that nothing else can be read from them."""
    given = "auto"
    for word, following in pairwise([*arguments, ""]):
        if word == "--":
            break
        if word == "--color":
            given = following
        elif word.startswith("--color="):
            given = word.removeprefix("--color=")
    return given


def _report(error: Exception, color: str, *, as_json: bool) -> int:
    if os.environ.get("ONBO_DEBUG"):
        if streams.read_by_ci():
            sys.excepthook = _traceback
        raise error
    from onbo.cli.terminal import Terminal

    said = _as_onbo_error(error)
    streams.flush_or_drop(sys.stdout)
    terminal = Terminal(color)
    if as_json:
        payload = {
            "schema": 1,
            "kind": "error",
            "status": said.status,
            "message": said.message,
            "path": said.path,
            "line": said.line,
            "hint": said.hint,
            "choices": list(said.choices),
        }
        try:
            terminal.json(payload)
            sys.stdout.flush()
        except OSError:
            streams.drop(sys.stdout)  # the exit status and the line on stderr still say it
    terminal.error(said)
    return said.status


def _traceback(kind: type[BaseException], error: BaseException, trace: "TracebackType | None") -> None:
    """Python's own report, in which no text can be a command to a CI service."""
    from traceback import format_exception

    from onbo.present.ci import without_commands
    from onbo.present.text import visible

    for line in "".join(format_exception(kind, error, trace)).rstrip("\n").split("\n"):
        streams.complain(without_commands(visible(line)))


def _as_onbo_error(error: Exception) -> OnboError:
    if isinstance(error, OnboError | OSError):
        from onbo.cli.context import short_path, system_words

        if isinstance(error, OnboError):
            error.path = short_path(error.path)
            return error
        return system_words(error)
    typer = sys.modules.get("typer")  # where it is not even imported, its errors cannot be
    hint = "`onbo --help` or `onbo COMMAND --help` tells"
    # The parser's own UsageError, which typer does not export.
    if typer is not None and isinstance(error, typer.BadParameter.__mro__[1]):
        if type(error).__name__ == "NoArgsIsHelpError":  # a group such as `onbo risk` without its verb
            return UsageError("a command is missing", hint="add --help to see them")
        words = str(error.format_message()).strip().rstrip(".")
        if type(error).__name__ == "NoSuchOption":
            words, near, meant = words.partition(" (Possible options: ")
            hint = "`--help` lists them; put -- before a text that begins with a dash"
            hint = f"did you mean {meant.rstrip(')').replace(', ', ' or ')}?" if near else hint
        return UsageError(words[:1].lower() + words[1:], hint=hint)
    return SystemFailedError(
        f"onbo itself failed ({type(error).__name__}: {error})",
        hint="please report it; ONBO_DEBUG=1 shows where",
    )
