"""What the keys do, from the bindings themselves: at the foot of a screen, and the help."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from textual.binding import Binding, BindingType

from onbo.present.text import Line, Piece, line

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


def help_lines(bindings: Iterable[BindingType]) -> list[Line]:
    keys = list(helped(bindings))
    widest = max(len(key.shown) for key in keys)
    return [line(Piece(key.shown.ljust(widest), "strong"), f"  {key.does}") for key in keys]
