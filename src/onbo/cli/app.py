"""The command-line application: finds its commands, parses the words, and words every error."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from io import TextIOWrapper
from itertools import pairwise
from typing import Annotated, Any

import typer

from onbo.cli.catalog import command_names
from onbo.cli.teaching import TaughtCommand, TaughtGroup, format_topics
from onbo.errors import OnboError, SystemFailedError, UsageError

INTERRUPTED = 130
# Options of `onbo` itself; people write them behind the command too.
GLOBAL_FLAGS = ("--no-input", "-q", "--quiet")
GLOBAL_VALUES = ("-C", "--today", "--color")


class Commands(TaughtGroup):
    """Commands by discovery: one is imported when it runs."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return command_names()

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        return _command(cmd_name) if cmd_name in command_names() else None

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        format_topics(formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        formatter.write("\n`onbo COMMAND --help` has examples. First: onbo init, then onbo new acme --segment smb\n")


@cache
def _command(name: str) -> Any:
    from importlib import import_module

    module = import_module(f"onbo.cli.commands.{name}")
    app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)
    group = getattr(module, "app", None)
    if group is None:
        app.command(name, cls=TaughtCommand, help=module.__doc__)(module.run)
        return typer.main.get_command(app)
    group.info.help = module.__doc__
    group.info.cls = TaughtGroup
    for verb in group.registered_commands:
        verb.cls = TaughtCommand
    group.info.no_args_is_help = True
    app.add_typer(group, name=name)
    found = typer.main.get_command(app)
    return found.commands[name]  # type: ignore[attr-defined]


def _version(wanted: bool) -> None:
    if wanted:
        from onbo import __version__

        sys.stdout.write(f"onbo {__version__}\n")
        raise typer.Exit


def root(
    context: typer.Context,
    directory: Annotated[str | None, typer.Option("-C", metavar="DIR", help="The workspace.")] = None,
    today: Annotated[str | None, typer.Option("--today", metavar="DATE", help="Take this for today.")] = None,
    no_input: Annotated[bool, typer.Option("--no-input", help="Ask nothing.")] = False,
    color: Annotated[str, typer.Option("--color", metavar="auto|always|never", help="Colour.")] = "auto",
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No messages beside results and errors.")] = False,
    version: Annotated[  # noqa: ARG001
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Print the version.")
    ] = False,
) -> None:
    """Customer onboarding plans as Markdown checklists in git."""
    if color not in ("auto", "always", "never"):
        raise UsageError(f"--color {color}: not auto, always or never")
    from onbo.cli.context import App
    from onbo.cli.terminal import Terminal

    context.obj = App(Terminal(color, quiet=quiet, no_input=no_input), directory, today)
    context.call_on_close(context.obj.at_the_end.close)


def build() -> Any:
    app = typer.Typer(
        cls=Commands,
        rich_markup_mode=None,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(root)
    return typer.main.get_command(app)


def hoist(arguments: Sequence[str]) -> list[str]:
    """The words with the options of `onbo` itself in front, wherever before `--` they stood."""
    first: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word in GLOBAL_FLAGS or word.startswith(("--today=", "--color=")):
            first.append(word)
        elif word in GLOBAL_VALUES:
            first += [word, *[value for value in [next(words, None)] if value is not None]]
        else:
            rest.append(word)
    return first + rest


def run(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit status. Every error becomes one line; nobody sees a traceback."""
    try:
        words = hoist(arguments) or ["--help"]
        status = build().main(words, prog_name="onbo", standalone_mode=False, windows_expand_args=False)
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
    return status if isinstance(status, int) else 0


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
    usage = typer.BadParameter.__mro__[1]  # the parser's own UsageError, which typer does not export
    hint = "`onbo --help` or `onbo COMMAND --help` tells"
    if isinstance(error, usage):
        if type(error).__name__ == "NoArgsIsHelpError":  # a group such as `onbo risk` without its verb
            return UsageError("a command is missing", hint="add --help to see them")
        words = str(error.format_message()).strip().rstrip(".")  # type: ignore[attr-defined]
        if type(error).__name__ == "NoSuchOption":
            words, near, meant = words.partition(" (Possible options: ")
            hint = "`--help` lists them; put -- before a text that begins with a dash"
            hint = f"did you mean {meant.rstrip(')').replace(', ', ' or ')}?" if near else hint
        return UsageError(words[:1].lower() + words[1:], hint=hint)
    return SystemFailedError(
        f"onbo itself failed ({type(error).__name__}: {error})",
        hint="please report it; ONBO_DEBUG=1 shows where",
    )


def _nowhere(descriptor: int) -> TextIOWrapper:
    """A stream for one that was closed when we began."""
    return TextIOWrapper(os.fdopen(descriptor, "wb", closefd=False), encoding="utf-8")


def main() -> None:
    """The entry point."""
    # A closed stdout must not become the number of a file that we open.
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdout = sys.stdout or _nowhere(1)
    sys.stderr = sys.stderr or _nowhere(2)
    sys.exit(run(sys.argv[1:]))
