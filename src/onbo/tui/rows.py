"""A list of rows of one line each, of which one is lit. Draws what is seen, however many there are."""

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from onbo.present.text import Line, Piece
from onbo.tui.drawing import strip

# The row's line for so many columns.
Draw = Callable[[int, int], Line]
GUTTER = 2
# Rows that are seen before and behind the lit one.
MARGIN = 3


def key(keys: str, action: str, shown: str, does: str, *, hint: str = "") -> Binding:
    """A key with what the help says of it; a hint stands at the foot of the screen too.

    A priority: what is typed fast is then taken in the order in which it was typed.
    """
    return Binding(keys, action, does, key_display=shown, tooltip=hint, show=bool(hint), priority=True)


class Rows(ScrollView, can_focus=True):
    """The lit row is marked with `>` as well, for screens without colours."""

    DEFAULT_CSS = """
    Rows { width: 1fr; height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("up,k", "step(-1)", "Up, k", "one row up"),
        key("down,j", "step(1)", "Down, j", "one row down"),
        key("pageup,ctrl+b", "page(-1)", "PageUp", "a screen up"),
        key("pagedown,ctrl+f", "page(1)", "PageDown", "a screen down"),
        key("home,g", "step(-1000000)", "Home, g", "the first row"),
        key("end,G", "step(1000000)", "End, G", "the last row"),
    ]

    class Clicked(Message):
        """A row was clicked at a column of its own; again: it was lit already."""

        def __init__(self, index: int, column: int, *, again: bool) -> None:
            super().__init__()
            self.index = index
            self.column = column
            self.again = again

    def __init__(self, draw: Draw, moved: Callable[[], None]) -> None:
        """`moved` is told at once, not by a message: the next key may be there already."""
        super().__init__()
        self.draw = draw
        self.moved = moved
        self.count = 0
        self.lit = 0

    def show(self, count: int, lit: int) -> None:
        """So many rows there are now, and this one is lit."""
        self.count = count
        self.virtual_size = Size(1, count)
        self._light(lit)
        self.refresh()

    def _light(self, index: int) -> None:
        self.lit = max(0, min(index, self.count - 1))
        self.follow()

    def follow(self) -> None:
        """Scroll so that the lit row is seen."""
        height = self.scrollable_content_region.height
        top = round(self.scroll_y)
        if not height:
            return
        margin = min(MARGIN, (height - 1) // 2)
        top = max(min(top, self.lit - margin), self.lit + margin - height + 1)
        self.scroll_to(y=top, animate=False, force=True, immediate=True)

    def on_resize(self) -> None:
        self.follow()

    def render_line(self, y: int) -> Strip:
        index = y + round(self.scroll_y)
        columns = self.scrollable_content_region.width
        if index >= self.count:
            return Strip.blank(columns)
        lit = index == self.lit
        mark = Piece("> " if lit else "  ")
        return strip([mark, *self.draw(index, max(columns - GUTTER, 0))], columns, lit=lit)

    def action_step(self, by: int) -> None:
        self.move(self.lit + by)

    def action_page(self, by: int) -> None:
        self.move(self.lit + by * max(self.scrollable_content_region.height - 1, 1))

    def move(self, index: int) -> None:
        """Light a row as the user does."""
        before = self.lit
        self._light(index)
        if self.lit != before:
            self.refresh()
            self.moved()

    def on_click(self, event: events.Click) -> None:
        index = event.y + round(self.scroll_y)
        if index < self.count:
            again = index == self.lit
            self.move(index)
            self.post_message(self.Clicked(index, event.x - GUTTER, again=again))
