"""Where a merge left its markers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from onbo.document.source import Source

if TYPE_CHECKING:
    from onbo.document.outline import Opaque

CONFLICT = ("<" * 7, "|" * 7, "=" * 7, ">" * 7)
# A line of equals signs alone is a heading's underline.
STRAY = ("<" * 7, "|" * 7, ">" * 7)


def conflict_lines(source: Source, opaque: "Sequence[Opaque]") -> list[int]:
    """The 0-based lines of conflict markers, outside code, that belong to a whole conflict."""
    if b"<<<<<<< " not in source.data:
        return []
    whole: list[int] = []
    begun: list[int] = []
    wanted = 0
    for line, text in enumerate(source.texts):
        if text[:7] not in CONFLICT or _is_code(line, opaque):
            continue
        if text.startswith("<<<<<<< "):
            begun, wanted = [line], 1
        elif wanted == 1 and text.startswith("||||||| "):
            begun.append(line)
        elif wanted == 1 and text == "=======":
            begun.append(line)
            wanted = 2
        elif wanted == 2 and text.startswith(">>>>>>> "):
            whole += [*begun, line]
            wanted = 0
    return whole


def stray_lines(source: Source, opaque: "Sequence[Opaque]") -> list[int]:
    """The 0-based lines of markers, outside code, that a conflict mended by hand has left behind."""
    if not any(marker.encode() + b" " in source.data for marker in STRAY):
        return []
    whole = set(conflict_lines(source, opaque))
    signs = tuple(f"{marker} " for marker in STRAY)
    return [
        line
        for line, text in enumerate(source.texts)
        if text.startswith(signs) and line not in whole and not _is_code(line, opaque)
    ]


def _is_code(line: int, opaque: "Sequence[Opaque]") -> bool:
    return any(part.line <= line < part.end for part in opaque if part.kind != "html_block")
