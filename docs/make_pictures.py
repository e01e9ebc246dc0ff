"""Draw docs/pictures/*.svg from what the tool really shows: `./dev run python docs/make_pictures.py`.

Linux and macOS only: the table of the portfolio is drawn on a terminal alone, so one is made for it.
"""

import asyncio
import fcntl
import html
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Callable, Iterable
from typing import NamedTuple

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from onbo.cli.context import App
from onbo.cli.desk import FileDesk, FileOffice
from onbo.cli.terminal import Terminal
from onbo.tui.app import FullScreen
from onbo.tui.board import Board
from onbo.tui.checklist import Checklist
from onbo.tui.page import Page

ONBO = os.path.join(os.path.dirname(sys.executable), "onbo")
HERE = os.path.dirname(os.path.abspath(__file__))
REPLAY = os.path.join(os.path.dirname(HERE), "examples", "replay.py")
PICTURES = os.path.join(HERE, "pictures")
TODAY = "2026-12-12"
CELL = 12.2  # the width of a character, in the units of the export
TEXT = re.compile(
    r'(<text class="[\w-]+" )x="([\d.]+)"( y="[\d.]+" )textLength="[\d.]+"( clip-path="[^"]*")>([^<]*)</text>'
)
FONTS = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
# An opaque dark window, legible on a light page and on a dark one. The order is the terminal's eight colours.
THEME = TerminalTheme(
    (24, 27, 33),
    (222, 226, 232),
    [
        (24, 27, 33),
        (255, 123, 114),
        (126, 204, 132),
        (232, 190, 96),
        (121, 184, 255),
        (210, 168, 255),
        (118, 211, 214),
        (222, 226, 232),
    ],
)


class Picture(NamedTuple):
    """columns: how wide the terminal is; until: the line before which a long output is left off."""

    name: str
    columns: int
    arguments: tuple[str, ...]
    until: str = ""


class Screen(NamedTuple):
    """A full screen over the examples, as it opens."""

    name: str
    command: str
    size: tuple[int, int]
    opened: Callable[[App], Page]


def checklist(app: App) -> Page:
    desk = FileDesk(app, app.customer("globex"))
    return Checklist(desk, desk.look())


def board(app: App) -> Page:
    return Board(FileOffice(app))


SCREENS = (
    Screen("checklist", "onbo check globex", (108, 28), checklist),
    Screen("board", "onbo board", (120, 14), board),
)
TAKEN = (
    Picture("status", 108, ("status", "globex")),
    Picture("portfolio", 128, ("status",)),
    Picture("log", 120, ("log", "--since", "2026-12-04")),
    Picture("report", 114, ("report",), until="Items done a week"),
)


def main() -> None:
    os.makedirs(PICTURES, exist_ok=True)
    with tempfile.TemporaryDirectory() as parent:
        folder = os.path.join(parent, "plans")
        subprocess.run([sys.executable, REPLAY, folder], check=True, capture_output=True)
        for picture in TAKEN:
            save(picture.name, draw(picture, shown_on_terminal(picture, folder)))
        for screen in SCREENS:
            save(screen.name, svg(screen.name, screen.command, screen.size[0], shown_full_screen(screen, folder)))


def save(name: str, drawn: str) -> None:
    with open(os.path.join(PICTURES, f"{name}.svg"), "w", encoding="utf-8", newline="\n") as file:
        file.write(drawn)


def shown_full_screen(screen: Screen, folder: str) -> list[Text]:
    """The rows of the screen."""
    app = App(Terminal("always"), folder, TODAY)
    shown = FullScreen(lambda: screen.opened(app), colored=True)

    async def play() -> list[Text]:
        async with shown.run_test(size=screen.size) as pilot:
            await pilot.pause()
            await shown.workers.wait_for_complete()
            await pilot.pause()
            rows = shown.screen._compositor.render_strips()  # noqa: SLF001  as textual's own screenshots do
            return [Text.assemble(*((part.text, part.style or "") for part in row)) for row in rows]

    return asyncio.run(play())


def environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG")}
    return kept | {"ONBO_TODAY": TODAY, "TERM": "xterm"}


def shown_on_terminal(picture: Picture, folder: str) -> str:
    """What the command writes to a terminal of that width, colours and all."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, picture.columns, 0, 0))
    command = [ONBO, *picture.arguments, "--color", "always"]
    with subprocess.Popen(
        command, cwd=folder, env=environment(), stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        pieces = []
        while piece := read(ours):
            pieces.append(piece)
    os.close(ours)
    if process.returncode:
        raise SystemExit(b"".join(pieces).decode())
    return erased(b"".join(pieces).decode().replace("\r\n", "\n"))


def erased(output: str) -> str:
    """Output without what was erased again: a progress bar that was shown for a moment, and the cursor with it."""
    output = re.sub(r"\x1b\[\?25[lh]", "", output)
    output = re.sub(r"[^\n]*\n\r?\x1b\[1A\x1b\[2K", "", output)
    return re.sub(r"[^\n]*\r\x1b\[2K", "", output)


def read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65_536)
    except OSError:  # how Linux says that nobody is at the other end any more
        return b""


def draw(picture: Picture, output: str) -> str:
    """The SVG of a terminal that shows the command and its output."""
    command = " ".join(("onbo", *picture.arguments))
    prompt = Text.assemble(("$ ", "dim"), (command, "bold"))
    lines = [Text.from_ansi(line) for line in output.removesuffix("\n").split("\n")]
    if picture.until:
        lines = [*lines[: [line.plain for line in lines].index(picture.until)], Text("...", "dim")]
    # The export cuts the last line's descenders off; an empty one has none.
    return svg(picture.name, command, picture.columns, [prompt, *lines, Text()])


def svg(name: str, title: str, columns: int, lines: Iterable[Text]) -> str:
    """A terminal that shows these lines, with nothing in it that a browser would fetch."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        console = Console(
            record=True,
            file=nowhere,
            width=columns,
            force_terminal=True,
            color_system="standard",
            legacy_windows=False,
        )
        for line in lines:
            console.print(line, end="\n", no_wrap=True, overflow="crop", highlight=False)
        drawn = console.export_svg(title=title, theme=THEME, unique_id=f"onbo-{name}")
    drawn = re.sub(r"\s*@font-face \{.*?\}", "", drawn, flags=re.DOTALL)
    drawn = re.sub(r"font-family: [^;]*;", f"font-family: {FONTS};", drawn)
    drawn = TEXT.sub(words_in_place, drawn)
    drawn = drawn.replace("<!-- Generated with Rich https://www.textualize.io -->", "")
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"


def words_in_place(match: re.Match[str]) -> str:
    """Each stretch of words at its own place: not every viewer keeps blanks at the start or has our font's widths."""
    before, x, between, after, text = match.groups()
    pieces = []
    for words in re.finditer(r"\S+(?: \S+)*", html.unescape(text).replace("\xa0", " ")):
        start, length = float(x) + words.start() * CELL, len(words[0]) * CELL
        said = html.escape(words[0], quote=False).replace(" ", "&#160;")
        pieces.append(f'{before}x="{start:g}"{between}textLength="{length:g}"{after}>{said}</text>')
    return "".join(pieces)


if __name__ == "__main__":
    main()
