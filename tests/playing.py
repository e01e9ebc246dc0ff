"""Playing on the full screen: keys pressed, and the text that is to be seen then."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from textual import _wait
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen

from onbo.cli.context import App
from onbo.cli.desk import FileDesk, FileOffice
from onbo.cli.terminal import Terminal
from onbo.tui.app import FullScreen
from onbo.tui.board import Board
from onbo.tui.checklist import Checklist
from onbo.tui.page import Page

# Textual waits for 20 ms that nothing is done, several times a key; writes and reading are waited for here.
_wait.SLEEP_GRANULARITY = 0.002
_wait.SLEEP_IDLE = 0.0005

SMALL = (80, 24)
WIDE = (120, 40)


class Stage:
    """A screen that is being played on."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self.pilot = pilot
        self.app = pilot.app

    @property
    def page(self) -> Screen[object]:
        return self.app.screen

    async def settle(self) -> None:
        """Until writes and reading have ended and everything is drawn."""
        for _ in range(4):
            await self.pilot.pause()
            page = self.app.screen
            if isinstance(page, Checklist):
                async with page.writing:
                    pass
            await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def press(self, *keys: str) -> str:
        """Keys by name, such as `space`, one after the other. Gives what is then to be seen."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()
        return self.text

    async def type(self, text: str) -> str:
        for character in text:
            await self.pilot.press(_character_to_key(character))
        await self.settle()
        return self.text

    async def click(self, column: int, row: int) -> str:
        await self.pilot.click(offset=(column, row))
        await self.settle()
        return self.text

    @property
    def lines(self) -> list[str]:
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def lit(self) -> str:
        """The row that is lit."""
        return next((line for line in self.lines if line.startswith("> ")), "")

    @property
    def said(self) -> str:
        """The message at the foot, in one line."""
        page = self.app.screen
        assert isinstance(page, Page)
        return str(page.message.content)


Script = Callable[[Stage], Awaitable[None]]


def desk(slug: str = "acme", *, commit: bool = False) -> FileDesk:
    app = App(Terminal(), None, None)
    return FileDesk(app, app.customer(slug), commit)


def play(script: Script, size: tuple[int, int] = SMALL, *, slug: str = "acme", at: FileDesk | None = None) -> None:
    """The checklist of a customer."""
    own = at or desk(slug)
    look = own.look()
    asyncio.run(_play(FullScreen(lambda: Checklist(own, look), colored=True), script, size))


def play_board(script: Script, size: tuple[int, int] = SMALL) -> None:
    office = FileOffice(App(Terminal(), None, None))
    asyncio.run(_play(FullScreen(lambda: Board(office), colored=True), script, size))


async def _play(app: FullScreen, script: Script, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        stage = Stage(pilot)
        await stage.settle()
        with suppress(asyncio.CancelledError):
            await script(stage)
