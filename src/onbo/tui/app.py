"""The application around the screens: the terminal's own colours, one way out, no traceback."""

import asyncio
import gc
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import LineFilter, NoColor
from textual.screen import Screen

from onbo.tui.page import Page

LEAVING = ("ctrl+c", "ctrl+z")
INTERRUPTED = 128 + signal.SIGINT
RARELY = 50_000


class FullScreen(App[None]):
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(LEAVING[0], "interrupt", "leave", show=False, priority=True),
        Binding(LEAVING[1], "suspend_process", "suspend", show=False, priority=True),
    ]

    def __init__(self, first: Callable[[], Screen[None]], *, colored: bool) -> None:
        super().__init__(ansi_color=True)
        self.first = first
        self.colored = colored
        self.failure: Exception | None = None
        self.theme = "ansi-dark"

    def get_default_screen(self) -> Screen[None]:
        return self.first()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Whether there are colours is decided once, for all that onbo writes."""
        return [] if self.colored else [NoColor()]

    def on_mount(self) -> None:
        with suppress(NotImplementedError, AttributeError):  # Windows has neither all signals nor handlers in a loop
            self._heed_signals()
        self.call_after_refresh(self._drawn)
        self.app_resume_signal.subscribe(self, self._resumed)

    async def on_event(self, event: events.Event) -> None:
        """What is typed while something is asked goes to the answer at once, so that it stays in order."""
        screen = self.screen_stack[-1] if self.screen_stack else None
        if (
            isinstance(event, events.Key | events.Paste)
            and isinstance(screen, Page)
            and screen.prompt.asking
            and not (isinstance(event, events.Key) and event.key in LEAVING)
        ):
            await screen.prompt.take(event)
        else:
            await super().on_event(event)

    def _heed_signals(self) -> None:
        """Leave as by a key, so that the terminal is given back."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, partial(self.exit, return_code=128 + number))

    def _resumed(self, _: App[None]) -> None:
        """Draw everything anew, borders too: an editor or a shell had the terminal."""
        for widget in self.screen.walk_children():
            widget.refresh()

    def _drawn(self) -> None:
        """What was imported stays; garbage is collected from here on, rarely: a document holds no circles."""
        gc.freeze()
        gc.set_threshold(RARELY, *gc.get_threshold()[1:])
        gc.enable()

    def action_interrupt(self) -> None:
        self.exit(return_code=INTERRUPTED)

    def _handle_exception(self, error: Exception) -> None:
        """Leave; the command line says in a line what it was."""
        if os.environ.get("ONBO_DEBUG"):
            super()._handle_exception(error)
            return
        self._return_code = 1
        if self.failure is None:
            self.failure = self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()


def show(first: Callable[[], Screen[None]], *, colored: bool, **options: Any) -> int:
    """Run until the user leaves; gives the exit status. What went wrong inside is raised here."""
    app = FullScreen(first, colored=colored)
    app.run(**options)
    if app.failure is not None:
        raise app.failure
    return app.return_code or 0
