"""Where a merge left its markers."""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from onbo.document.source import Source

if TYPE_CHECKING:
    from onbo.document.outline import Opaque

SIZE = 7
CONFLICT = tuple(sign * SIZE for sign in "<|=>")
STRAY = tuple(sign * SIZE for sign in "<|>")
# Below words, it is a heading's underline.
MIDDLE = "=" * SIZE
LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")


def conflict_lines(source: Source, opaque: "Sequence[Opaque]") -> list[int]:
    """The 0-based lines of conflict markers, outside code, that belong to a whole conflict."""
    if b"<<<<<<< " not in source.data:
        return []
    is_code = code_lines(opaque)
    whole: list[int] = []
    begun: list[int] = []
    wanted = 0
    for line, text in enumerate(source.texts):
        if text[:SIZE] not in CONFLICT or is_code(line):
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
    if not any(marker.encode() in source.data for marker in CONFLICT):
        return []
    is_code = code_lines(opaque)
    whole = set(conflict_lines(source, opaque))
    return [
        line
        for line, text in enumerate(source.texts)
        if (text.startswith(STRAY) and _is_stray(text.lstrip(text[0]), text[0]))
        or (text == MIDDLE and _is_no_underline(source.texts[line - 1] if line else ""))
        if line not in whole and not is_code(line)
    ]


def _is_stray(behind: str, sign: str) -> bool:
    """Whether what stands behind seven signs or more leaves them a marker: an editor may have cut the blank."""
    return behind.startswith(" ") or (not behind and sign != "|")  # which may be a row of empty cells


def _is_no_underline(above: str) -> bool:
    return not above.strip() or above.startswith("#") or LIST_ITEM.match(above) is not None


def code_lines(opaque: "Sequence[Opaque]") -> Callable[[int], bool]:
    """Whether a line stands in code."""
    block_at = blocks_by_line(opaque)

    def is_code(line: int) -> bool:
        block = block_at(line)
        return block is not None and block.kind != "html_block"

    return is_code


def blocks_by_line(opaque: "Sequence[Opaque]") -> "Callable[[int], Opaque | None]":
    """The stretch of code or HTML that a line stands in. They come in the order of the file and do not overlap."""
    starts = [block.line for block in opaque]

    def block_at(line: int) -> "Opaque | None":
        index = bisect_right(starts, line) - 1
        return opaque[index] if index >= 0 and line < opaque[index].end else None

    return block_at
