"""The command-line application: finds its commands and parses the words."""

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any

import typer

from onbo.cli.catalog import command_names
from onbo.cli.teaching import TaughtCommand, TaughtGroup, format_topics
from onbo.errors import UsageError

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
        from onbo.cli.start import say_version

        say_version()
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

    words = context.obj or ()  # as `run` gives them
    context.obj = App(Terminal(color, quiet=quiet, no_input=no_input), directory, today, words)
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
    first, rest = _parted(arguments)
    return first + rest


def _parted(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """The options of `onbo` itself, and all other words."""
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
    return first, rest


def run(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit status."""
    first, rest = _parted(arguments)
    status = build().main(
        first + rest or ["--help"], prog_name="onbo", standalone_mode=False, windows_expand_args=False, obj=tuple(rest)
    )
    return status if isinstance(status, int) else 0
