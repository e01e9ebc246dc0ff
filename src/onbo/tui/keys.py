"""What the keys do, from the bindings themselves: at the foot of a screen, and the help."""

from collections.abc import Iterable, Iterator
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from onbo.present.text import Line, Piece, line
from onbo.tui.drawing import content

GAP = 2


class Key(NamedTuple):
    """A key as it is called, and what it does."""

    shown: str
    does: str


def helped(bindings: Iterable[BindingType]) -> Iterator[Key]:
    """The keys in the order in which they are bound."""
    for binding in bindings:
        if isinstance(binding, Binding) and binding.key_display:
            yield Key(binding.key_display, binding.description)


def foot(bindings: Iterable[BindingType], columns: int) -> Line:
    """As many hints as there is room for. The last two, how to get help and how to get out, go last."""
    hints = [
        (binding.key_display or "", binding.tooltip)
        for binding in bindings
        if isinstance(binding, Binding) and binding.tooltip
    ]
    lengths = [len(f"{shown} {hint}") + GAP for shown, hint in hints]
    while hints and sum(lengths) > columns + GAP:
        at = len(hints) - 3 if len(hints) > 2 else 0
        del hints[at], lengths[at]
    return [piece for shown, hint in hints for piece in (Piece(shown, "strong"), Piece(f" {hint}  ", "muted"))]


class Help(ModalScreen[None]):
    """All keys, over the screen that has them."""

    DEFAULT_CSS = """
    Help { align: center middle; background: ansi_default; }
    Help VerticalScroll { width: auto; max-width: 100%; height: auto; max-height: 100%; padding: 0 1;
        border: solid ansi_default; background: ansi_default; }
    Help Static { width: auto; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter,space", "dismiss", "leave", key_display="Escape")
    ]

    def __init__(self, keys: Iterable[Key]) -> None:
        super().__init__()
        self.keys = list(keys)

    def compose(self) -> ComposeResult:
        widest = max(len(key.shown) for key in self.keys)
        lines = [line(Piece(key.shown.ljust(widest), "strong"), f"  {key.does}") for key in self.keys]
        with VerticalScroll():
            yield Static(
                content(
                    [line(Piece("Keys", "strong"), Piece("  (Escape leaves; Down shows more)", "muted")), [], *lines]
                )
            )
