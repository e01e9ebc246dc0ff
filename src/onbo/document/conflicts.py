"""Where a merge left its markers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from onbo.document.source import Source

if TYPE_CHECKING:
    from onbo.document.outline import Opaque

CONFLICT = ("<" * 7, "|" * 7, "=" * 7, ">" * 7)


def conflict_lines(source: Source, opaque: "Sequence[Opaque]") -> list[int]:
    """The 0-based lines of conflict markers, outside code, that belong to a whole conflict."""
    if b"<<<<<<< " not in source.data:
        return []
    whole: list[int] = []
    begun: list[int] = []
    wanted = 0
    for line, text in enumerate(source.texts):
        if text[:7] not in CONFLICT or any(o.line <= line < o.end for o in opaque if o.kind != "html_block"):
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
