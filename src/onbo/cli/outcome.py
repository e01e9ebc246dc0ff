"""What comes of a command line: its exit status, and one line for every error. Nobody sees a traceback."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import pairwise

from onbo.errors import OnboError, SystemFailedError, UsageError

INTERRUPTED = 130


def outcome(work: Callable[[Sequence[str]], int], arguments: Sequence[str]) -> int:
    """Let a command line be worked on, and give the exit status."""
    try:
        status = work(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # Whoever read us has enough, for which typer leaves; what is left to flush must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001  the one place that turns whatever happens into a line and a status
        return _report(error, as_json="--json" in arguments or _format_json(arguments))
    return status


def _format_json(arguments: Sequence[str]) -> bool:
    """`lint --format json` is `--json` too."""
    return "--format=json" in arguments or ("--format", "json") in pairwise(arguments)


def _report(error: Exception, *, as_json: bool) -> int:
    if os.environ.get("ONBO_DEBUG"):
        raise error
    from onbo.cli.terminal import Terminal

    said = _as_onbo_error(error)
    terminal = Terminal()
    # On a full or closed stream nobody reads it; the exit status still says it.
    if as_json:
        with suppress(OSError):
            terminal.json(
                {
                    "schema": 1,
                    "kind": "error",
                    "status": said.status,
                    "message": said.message,
                    "path": said.path,
                    "line": said.line,
                    "hint": said.hint,
                    "choices": list(said.choices),
                }
            )
    with suppress(OSError):
        terminal.error(said)
    return said.status


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
