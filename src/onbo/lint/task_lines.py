"""Lines that look like tasks, whatever Markdown makes of them: what several rules look at."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from onbo.document.conflicts import blocks_by_line
from onbo.document.model import Document
from onbo.document.outline import Opaque

# "- [ ] Call", "-[ ] Call", "- []", "* [✓] Call", "1. [x]Call", and "[ ] Call" without a marker. The gap belongs to
# the marker: without one, what stands before could share its blanks with the gap in as many ways as there are blanks.
TASK_LIKE = re.compile(
    r"(?P<before>[ \t>]*)(?:(?P<marker>[-*+]|\d{1,9}[.)])(?P<gap>[ \t]*))?\[(?P<mark>[^\[\]]{0,2})\](?P<rest>.*)$"
)


# "```", "> ~~~~"
FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*$")
# "```python", "- ~~~"
OPENING = re.compile(r"`{3,}|~{3,}")


class TaskLine(NamedTuple):
    """line is 0-based; item: whether it is one; opaque: the kind of code or HTML that it stands in."""

    line: int
    match: re.Match[str]
    item: bool
    opaque: str | None


def unclosed(document: Document) -> Iterator[Opaque]:
    """Code fences and comments that never end, and so swallow what stands below."""
    texts = document.source.texts
    for block in document.opaque:
        if block.kind == "fence":
            opening = OPENING.search(texts[block.line])
            last = FENCE.match(texts[block.end - 1])
            closed = opening and last and last[1].startswith(opening[0]) and block.end - 1 > block.line
            if not closed:
                yield block
        elif block.kind == "html_block":
            text = "\n".join(texts[block.line : block.end])
            if "<!--" in text and "-->" not in text[text.rindex("<!--") :]:
                yield block


def task_lines(document: Document) -> Iterator[TaskLine]:
    """Every line outside front matter and tables that begins with a box, right or wrong."""
    boxes = {item.line - 1 for item in document.items}
    matter = document.front_matter
    first = matter.end if matter else 0
    tabled = {row.line - 1 for table in document.tables for row in (table.header, *table.rows)}
    block_at = blocks_by_line(document.opaque)
    for line, text in enumerate(document.source.texts):
        if line < first or line in tabled or "[" not in text:
            continue
        match = TASK_LIKE.match(text)
        if match:
            block = block_at(line)
            yield TaskLine(line, match, line in boxes, block.kind if block else None)
