"""Opening the full screen, where there is one: textual is imported here and nowhere else on the way."""

import gc
from importlib.util import find_spec

from onbo.cli.context import App
from onbo.effects import time_limit
from onbo.effects.workspace import Customer
from onbo.errors import UsageError
from onbo.present.counts import done_words
from onbo.present.text import Piece, line

INSTALL = "pip install 'onbo[tui]'"


def can_open(app: App) -> bool:
    """Whether there is a whole terminal to draw on, and what draws."""
    return app.terminal.full_screen and find_spec("textual") is not None


def _hurry() -> None:
    """Collect no garbage until the first picture is drawn: a fifth of the time until then. The application ends it."""
    gc.disable()
    time_limit.end()  # a screen stays open for as long as one likes


def open_checklist(app: App, customer: Customer, *, commit: bool) -> int:
    """The checklist until the user leaves it; then, in a line, how it stands."""
    _hurry()
    from onbo.cli.desk import FileDesk
    from onbo.tui.app import show
    from onbo.tui.checklist import Checklist

    app.require_settings()
    app.expect_git(wanted=commit)
    desk = FileDesk(app, customer, commit)
    first = desk.look()
    status = show(lambda: Checklist(desk, first), colored=app.terminal.full_screen_colored)
    app.terminal.out([line(Piece(f"{customer.slug}: {done_words(desk.look().progress.counts)}", "strong"))])
    return status


def open_board(app: App) -> int:
    """The portfolio until the user leaves it. Raises UsageError where it cannot be drawn."""
    if not app.terminal.full_screen:
        raise UsageError("the board needs a terminal of its own", hint="`onbo status` prints the same")
    if find_spec("textual") is None:
        raise UsageError("the board needs textual", hint=f"{INSTALL}; `onbo status` prints the same")
    _hurry()
    from onbo.cli.desk import FileOffice
    from onbo.tui.app import show
    from onbo.tui.board import Board

    app.require_settings()
    return show(lambda: Board(FileOffice(app)), colored=app.terminal.full_screen_colored)
