"""Blocks -> the tree of sections by heading level, with the numbers of those that hold tasks."""

from collections.abc import Iterable, Sequence

from onbo.document.outline import Block, Heading, Task
from onbo.document.words import heading_words


class Node:
    """A section while its tasks are gathered; `heading` is None for section 0.

    first  how many tasks come before
    holds  whether any stands in it or below
    """

    __slots__ = ("first", "heading", "holds", "level", "nodes", "tasks")

    def __init__(self, heading: Heading | None, level: int, first: int) -> None:
        self.heading = heading
        self.level = level
        self.first = first
        self.holds = False
        self.tasks: list[Task] = []
        self.nodes: list[Node] = []


def tree(blocks: Iterable[Block]) -> tuple[str | None, list[Node]]:
    """The document's title and its top-level sections; section 0 comes first where it has items."""
    firsts = [block for block in blocks if isinstance(block, Heading) and block.level == 1]
    title = firsts[0] if len(firsts) == 1 else None
    zero = Node(None, 0, 0)
    roots: list[Node] = []
    stack = [zero]
    count = 0
    for block in blocks:
        if isinstance(block, Task):
            stack[-1].tasks.append(block)
            count += 1
        elif isinstance(block, Heading) and block is not title:
            _mark(stack)
            while stack and (stack[-1].level >= block.level or stack[-1] is zero):
                stack.pop()
            node = Node(block, block.level, count)
            (stack[-1].nodes if stack else roots).append(node)
            stack.append(node)
    _mark(stack)
    plain_title = heading_words(title.text)[0] if title else None
    return plain_title, ([zero] if zero.tasks else []) + roots


def _mark(stack: list[Node]) -> None:
    """The innermost section is read: if it has tasks, all around it hold some."""
    if stack[-1].tasks:
        for node in stack:
            node.holds = True


def numbered(nodes: Sequence[Node], prefix: str = "") -> list[tuple[Node, str | None]]:
    """Each node with its number among those of its siblings that have items."""
    count = 0
    pairs: list[tuple[Node, str | None]] = []
    for node in nodes:
        count += node.holds and node.heading is not None
        pairs.append((node, "0" if node.heading is None else f"{prefix}{count}" if node.holds else None))
    return pairs
