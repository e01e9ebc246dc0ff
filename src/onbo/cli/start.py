"""Where `onbo` begins. The plainest words are understood here, all others by typer.

Importing typer takes longer than all the work of a tick. So the two things that people and scripts do most are
recognised by their form alone; anything beside it, an option or a customer's name, takes the other road. Both end in
the same functions.
"""

import sys
from collections.abc import Callable, Sequence

from onbo.cli import streams
from onbo.cli.outcome import outcome


def main() -> None:
    """The entry point."""
    streams.open_missing()
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit status. Every error becomes one line."""
    return outcome(_shortcut(arguments) or _by_typer, arguments)


def _by_typer(arguments: Sequence[str]) -> int:
    from onbo.cli import app

    return app.run(arguments)


def _shortcut(arguments: Sequence[str]) -> Callable[[Sequence[str]], int] | None:
    """What to do for `--version` and for `check SLUG NUMBER...`; None for all else."""
    if list(arguments) == ["--version"]:
        return say_version
    if len(arguments) > 2 and arguments[0] == "check":
        from onbo.document.syntax import NUMBER, SLUG

        slug, *numbers = arguments[1:]
        if SLUG.fullmatch(slug) and all(map(NUMBER.fullmatch, numbers)):
            return _check
    return None


def say_version(_: Sequence[str] = ()) -> int:
    from onbo import __version__

    sys.stdout.write(f"onbo {__version__}\n")
    return 0


def _check(arguments: Sequence[str]) -> int:
    import gc

    gc.disable()  # a tick makes little, and is over before anything could be collected
    from onbo.cli.context import App
    from onbo.cli.deciding import check
    from onbo.cli.terminal import Terminal

    app = App(Terminal(), words=tuple(arguments))
    with app.at_the_end:
        check(app, arguments[1:])
    return 0
