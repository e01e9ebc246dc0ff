"""The classes of all commands: help with examples and exit statuses, the name that was meant, and -m."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from typer.core import TyperCommand, TyperGroup, TyperOption

from onbo.cli.catalog import by_topic, manual, summary
from onbo.errors import UsageError
from onbo.onboarding.near import near_or

# How wide the names of commands are, and where at most what an example does stands beside it.
WIDEST = 10
COLUMN = 44


class TaughtCommand(TyperCommand):
    """A command whose help ends with examples and exit statuses. One that has --commit has -m as well."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [parameter.name for parameter in self.params]
        self.commits = "commit" in names
        if self.commits:
            self.params.insert(names.index("commit") + 1, _message_option())

    def invoke(self, ctx: Any) -> Any:
        if self.commits:
            app = ctx.obj
            app.paragraphs = _paragraphs(ctx.params.pop("paragraphs"))
            dry_run = ctx.params.get("dry_run", False)
            if app.paragraphs and not dry_run and not app.commits(wanted=ctx.params["commit"]):
                raise UsageError("-m needs --commit", hint="add it, or set `commit = true` under [git] in onbo.toml")
        return super().invoke(ctx)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        _teach(ctx, formatter)


def _message_option() -> TyperOption:
    return TyperOption(
        param_decls=["paragraphs", "-m", "--message"],
        type=str,
        multiple=True,
        metavar="TEXT",
        help="Add a paragraph to the commit message; may be repeated.",
    )


def _paragraphs(typed: Sequence[str]) -> tuple[str, ...]:
    """The texts of -m, without those that are blank."""
    return tuple(text.replace("\r\n", "\n").strip("\n") for text in typed if text.strip())


class TaughtGroup(TyperGroup):
    """The same for a command with verbs."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        _teach(ctx, formatter)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-"):
            raise UsageError(
                f"there is no command {' '.join([*ctx.command_path.split()[1:], args[0]])!r}",
                hint=near_or(args[0], known, f"`{ctx.command_path} --help` lists them"),
            )
        return super().resolve_command(ctx, args)


def format_topics(formatter: Any) -> None:
    for topic, names in by_topic():
        with formatter.section(topic):
            formatter.write_dl([(name.ljust(WIDEST), summary(name)) for name in names])


def _teach(ctx: Any, formatter: Any) -> None:
    words = ctx.command_path.split()[1:]
    page = manual(words, import_module(f"onbo.cli.commands.{words[0]}"))
    with formatter.section("Examples"):
        widths = [len(example.command) for example in page.examples]
        column = max((width for width in widths if width <= COLUMN), default=0)
        for command, says in page.examples:  # as they stand: wrapped they would not run
            beside = f"  {command.ljust(column)}  # {says}"
            fits = says and len(command) <= column and len(beside) <= formatter.width
            below = f"  {command}\n      # {says}" if says else f"  {command}"
            formatter.write(f"{beside if fits else below}\n")
    with formatter.section("Exit status"):
        formatter.write_dl([(str(status), means) for status, means in page.exits.items()])
