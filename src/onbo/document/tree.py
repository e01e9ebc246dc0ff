"""Headings -> the tree of sections, with the numbers of those that hold tasks.

It depends on the headings and on which parts have tasks, so copies of one template share it.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from onbo.document.model import NO_ATTRIBUTES, Attributes, DayRange
from onbo.document.outline import Heading
from onbo.document.part import Placed
from onbo.document.words import heading_words

# Each part's heading, and whether it has tasks.
Shape = tuple[tuple[Heading | None, bool], ...]
KEPT = 256


class Branch(NamedTuple):
    """A section, of any file of this shape.

    number    None where no task stands in it
    prefix    of its own tasks' numbers
    path      titles of the section and those it stands in, outermost first
    heading   which of the file's parts begins with its heading; None for section 0
    parts     which of the file's parts hold its own tasks
    """

    number: str | None
    title: str
    level: int
    days: DayRange | None
    attributes: Attributes
    prefix: str
    path: tuple[str, ...]
    heading: int | None
    parts: tuple[int, ...]
    branches: "tuple[Branch, ...]"


class Tree(NamedTuple):
    """The document's title and its top-level sections; section 0 comes first where it has items."""

    title: str | None
    branches: tuple[Branch, ...]


def tree(parts: Sequence[Placed]) -> Tree:
    """The sections of a file of these parts."""
    return _tree(tuple([part.shape for _, part in parts]))


class _Node:
    """A section while it is gathered. holds: whether any task stands in it or below."""

    __slots__ = ("at", "heading", "holds", "nodes", "parts")

    def __init__(self, heading: Heading | None = None, at: int | None = None) -> None:
        self.heading = heading
        self.at = at
        self.holds = False
        self.parts: list[int] = []
        self.nodes: list[_Node] = []

    @property
    def level(self) -> int:
        return self.heading.level if self.heading else 0


@lru_cache(KEPT)
def _tree(shape: Shape) -> Tree:
    firsts = [at for at, (heading, _) in enumerate(shape) if heading and heading.level == 1]
    title = firsts[0] if len(firsts) == 1 else None
    zero = _Node()
    roots: list[_Node] = []
    stack = [zero]
    for at, (heading, holds) in enumerate(shape):
        if heading is not None and at != title:
            while stack and (stack[-1].level >= heading.level or stack[-1] is zero):
                stack.pop()
            node = _Node(heading, at)
            (stack[-1].nodes if stack else roots).append(node)
            stack.append(node)
        if holds:
            stack[-1].parts.append(at)
            for node in stack:
                node.holds = True
    heading = shape[title][0] if title is not None else None
    return Tree(
        heading_words(heading.text)[0] if heading else None,
        tuple(_branches(([zero] if zero.parts else []) + roots, "", ())),
    )


def _branches(nodes: Sequence[_Node], before: str, above: tuple[str, ...]) -> Iterator[Branch]:
    """Each node with its number among those of its siblings that have items. before: what their numbers begin with."""
    count = 0
    for node in nodes:
        title, days, attributes = heading_words(node.heading.text) if node.heading else ("", None, NO_ATTRIBUTES)
        count += node.holds and node.heading is not None
        number = "0" if node.heading is None else f"{before}{count}" if node.holds else None
        path = (*above, title)
        below = tuple(_branches(node.nodes, f"{number}.", path))
        prefix = f"{number}.0" if any(branch.number for branch in below) else number or ""
        yield Branch(number, title, node.level, days, attributes, prefix, path, node.at, tuple(node.parts), below)
