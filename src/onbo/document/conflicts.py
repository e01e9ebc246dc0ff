"""Where a merge left its markers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from onbo.document.source import Source

if TYPE_CHECKING:
    from onbo.document.outline import Opaque

SIZE = 7
CONFLICT = tuple(sign * SIZE for sign in "<|=>")
# A line of equals signs alone is a heading's underline.
STRAY = tuple(sign * SIZE for sign in "<|>")


def conflict_lines(source: Source, opaque: "Sequence[Opaque]") -> list[int]:
    """The 0-based lines of conflict markers, outside code, that belong to a whole conflict."""
    if b"<<<<<<< " not in source.data:
        return []
    whole: list[int] = []
    begun: list[int] = []
    wanted = 0
    for line, text in enumerate(source.texts):
        if text[:SIZE] not in CONFLICT or _is_code(line, opaque):
            continue
        sign, behind = text[0], text.lstrip(text[0])  # longer ones too, as by git's attribute conflict-marker-size
        if sign == "<" and behind.startswith(" "):
            begun, wanted = [line], 1
        elif wanted == 1 and sign == "|" and behind.startswith(" "):
            begun.append(line)
        elif wanted == 1 and sign == "=" and not behind:
            begun.append(line)
            wanted = 2
        elif wanted == 2 and sign == ">" and behind.startswith(" "):
            whole += [*begun, line]
            wanted = 0
    return whole


def stray_lines(source: Source, opaque: "Sequence[Opaque]") -> list[int]:
    """The 0-based lines of markers, outside code, that a conflict mended by hand has left behind."""
    if not any(marker.encode() + b" " in source.data for marker in STRAY):
        return []
    whole = set(conflict_lines(source, opaque))
    return [
        line
        for line, text in enumerate(source.texts)
        if text.startswith(STRAY) and text.lstrip(text[0]).startswith(" ")
        if line not in whole and not _is_code(line, opaque)
    ]


def _is_code(line: int, opaque: "Sequence[Opaque]") -> bool:
    return any(part.line <= line < part.end for part in opaque if part.kind != "html_block")
