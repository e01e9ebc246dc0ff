"""A text to read, over the screen that has it: the help, or all about an item."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from onbo.present.text import Line, Piece, line
from onbo.tui.drawing import content


class Sheet(ModalScreen[None]):
    """Scrolled by the keys that scroll; most others leave."""

    DEFAULT_CSS = """
    Sheet { align: center middle; background: ansi_default; }
    Sheet VerticalScroll { width: 100%; max-width: 90; height: auto; max-height: 100%; padding: 0 1;
        border: solid ansi_default; background: ansi_default; }
    Sheet Static { width: 100%; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,i,q,enter,space", "dismiss", "leave", key_display="Escape")
    ]

    def __init__(self, title: str, lines: Iterable[Line]) -> None:
        super().__init__()
        self.title = title
        self.lines = list(lines)

    def compose(self) -> ComposeResult:
        head = line(Piece(self.title or "", "strong"), Piece("  (Escape leaves; Down shows more)", "muted"))
        with VerticalScroll():
            yield Static(content([head, [], *self.lines]))
