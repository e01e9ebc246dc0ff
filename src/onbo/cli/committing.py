"""Committing what a command wrote, and saying so."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from onbo.effects import commits
from onbo.present.text import visible

if TYPE_CHECKING:
    from onbo.cli.context import App


def by_hand(app: "App", paths: Sequence[str]) -> str:
    """What to do after a refused commit where the same command would make its change once more."""
    from shlex import join

    # git takes neither a new file nor a moved one unless it is added first.
    names = join(app.workspace.shown(path) for path in paths)
    return f"commit it with `git add --all -- {names} && git commit -- {names}`"


def commit(app: "App", paths: Sequence[str], message: str, again: str | None, *, asked: bool) -> bool:
    """Commit these files alone and say so. Gives whether there was anything to commit.

    Files that this run did not change are committed too if they differ from the last commit. The last path is the one
    that errors name. Raises CommitFailedError, once what git and its hooks printed is shown.

    again  what to do after the cause of an error is gone, where it is not running the same command again
    asked  with --commit, and not by the settings alone
    """
    try:
        made = _commit(app, paths, message, again, asked=asked)
    except commits.CommitFailedError as error:
        app.terminal.relay(error.output)
        raise
    for text in made.output if made else ():
        app.terminal.message(text)
    app.terminal.message(_summary(made))
    return made is not None


def committed(app: "App", paths: Sequence[str], message: str, *, asked: bool) -> str:
    """As `commit`, and give what is to be said."""
    return _summary(_commit(app, paths, message, None, asked=asked))


def _commit(
    app: "App", paths: Sequence[str], message: str, again: str | None, *, asked: bool
) -> commits.Committed | None:
    # It holds text of the file, or typed text, and `git log` shows it.
    paragraphs = [visible(message), *("\n".join(map(visible, text.split("\n"))) for text in app.paragraphs)]
    return commits.commit(
        app.workspace.root,
        paths,
        "\n\n".join(paragraphs),
        about=app.workspace.shown(paths[-1]),
        again=again or commits.SAME_COMMAND,
        asked=asked,
    )


def _summary(made: commits.Committed | None) -> str:
    return f"committed {made.name}: {made.subject}" if made else "nothing to commit"
