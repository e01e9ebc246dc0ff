"""Fenced blocks of the Markdown files that hold cases and transcripts, and putting others in their place."""

import re
from typing import NamedTuple

FENCE = re.compile(r"(?P<mark>`{3,}|~{3,})(?P<info>[^`]*)$")
HEADING = re.compile(r"#{1,6} +(?P<title>.*)$")


class Block(NamedTuple):
    """Lines `first` up to, not including, `end` (0-based) stand between the fences. title: the heading above."""

    info: str
    title: str
    first: int
    end: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)


def blocks(text: str) -> list[Block]:
    found: list[Block] = []
    lines = text.split("\n")
    title = ""
    at = 0
    while at < len(lines):
        fence = FENCE.match(lines[at])
        if heading := HEADING.match(lines[at]):
            title = heading["title"]
        if fence:
            first = at + 1
            at = next(n for n in range(first, len(lines)) if lines[n] == fence["mark"])
            found.append(Block(fence["info"].strip(), title, first, at, tuple(lines[first:at])))
        at += 1
    return found


def replaced(text: str, news: dict[Block, list[str]]) -> str:
    """The text with other lines between the fences of these blocks."""
    lines = text.split("\n")
    for block in sorted(news, key=lambda block: -block.first):
        lines[block.first : block.end] = news[block]
    return "\n".join(lines)
