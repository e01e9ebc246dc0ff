"""Versions of one thing, and the rule that decides between them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from onbo.document.model import Document
from onbo.document.source import LINE_END, Edit, Span
from onbo.merging.chunks import Chunk
from onbo.merging.sequence import Clash, delta, merge

Value = TypeVar("Value")


class Side(NamedTuple):
    """A chunk with the document that it stands in."""

    document: Document
    chunk: Chunk

    @property
    def lines(self) -> list[bytes]:
        """Without their line ends."""
        return LINE_END.split(self.chunk.text)

    def joined(self, lines: Iterable[bytes]) -> bytes:
        """Lines as one text, with the line ends of this side's file between them."""
        return self.document.source.line_end().join(lines)


class Merged(NamedTuple):
    """data: without the last line end. conflict: what the sides disagree about, None for nothing; `ours`, `base` and
    `theirs` are then what each would have it say, states merged where they can be.
    """

    data: bytes
    conflict: str | None = None
    ours: bytes = b""
    base: bytes = b""
    theirs: bytes = b""


class DisagreeError(Exception):
    """The sides changed one component to different values."""


def three(base: Value, ours: Value, theirs: Value) -> Value:
    """The side that changed it wins. Raises where both did, differently."""
    if ours in (base, theirs):
        return theirs
    if theirs == base:
        return ours
    raise DisagreeError


def unchanged(base: Side | None, ours: Side, theirs: Side) -> Side | None:
    """The side to take whole, where only one changed or both alike."""
    if ours.lines == theirs.lines:
        return ours
    if base is None:
        return None
    if ours.lines == base.lines:
        return theirs
    return ours if theirs.lines == base.lines else None


def conflict(what: str, base: Side | None, ours: Side, theirs: Side) -> Merged:
    return Merged(ours.chunk.text, what, ours.chunk.text, base.chunk.text if base else b"", theirs.chunk.text)


def merge_lines(base: Sequence[bytes], ours: Sequence[bytes], theirs: Sequence[bytes]) -> list[bytes]:
    """Notes: both sides' stay, one after the other. Raises where both changed the same line."""
    found: list[bytes] = []
    if any(a != b for a, b in ((ours, base), (theirs, base))) and _both_replaced(base, ours, theirs):
        raise DisagreeError
    for step in merge(base, ours, theirs):
        if isinstance(step, Clash) or isinstance(step.token, int):
            raise DisagreeError
        found.append(step.token)
    return found


def _both_replaced(base: Sequence[bytes], ours: Sequence[bytes], theirs: Sequence[bytes]) -> bool:
    """Whether both sides put something else in the place of one and the same line."""
    mine, other = delta(base, ours), delta(base, theirs)
    for place in mine.deleted & other.deleted:
        start = place
        while start - 1 in mine.deleted and start - 1 in other.deleted:
            start -= 1
        first, second = mine.inserted.get(start), other.inserted.get(start)
        if first is not None and second is not None and first != second:
            return True
    return False


def start_of(side: Side) -> int:
    """Where the chunk begins in its file."""
    starts = side.document.source.starts
    return 0 if side.chunk.line == 0 else starts[side.chunk.line]


def rebased(edits: Iterable[Edit], start: int) -> list[Edit]:
    return [Edit(Span(edit.span.start - start, edit.span.end - start), edit.new) for edit in edits]
