"""Splits files into lines without line ends for git's line merge, and restores the line ends afterwards."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple, TypeVar

from onbo.document.source import BOM, LINE_END

Value = TypeVar("Value")


class Text(NamedTuple):
    """A file's lines.

    lines   without line ends
    ends    the end of each line; the last one is empty if the file does not end with a line end
    marked  whether the file begins with a byte order mark
    """

    lines: tuple[bytes, ...]
    ends: tuple[bytes, ...]
    marked: bool

    @classmethod
    def of(cls, data: bytes) -> "Text":
        marked = data.startswith(BOM)
        data = data.removeprefix(BOM)
        if b"\r" not in data:
            lines = data.split(b"\n")
            ends = [b"\n"] * len(lines)
        else:
            lines, ends = LINE_END.split(data), LINE_END.findall(data)
            ends.append(b"")
        ends[-1] = b""
        if not lines[-1]:
            lines, ends = lines[:-1], ends[:-1]
        return cls(tuple(lines), tuple(ends), marked)

    @property
    def data(self) -> bytes:
        """Every line followed by LF, including the last: what git merges."""
        return joined(self.lines)

    @property
    def closed(self) -> bool:
        """Whether the last line has a line end."""
        return not self.ends or bool(self.ends[-1])

    @property
    def end(self) -> bytes | None:
        """The file's line end; None if it has several kinds, LF if it has none."""
        used = set(self.ends) - {b""}
        return None if len(used) > 1 else next(iter(used), b"\n")


def joined(lines: Sequence[bytes]) -> bytes:
    """Lines as a file with LF line ends."""
    return b"".join([line + b"\n" for line in lines])


def pick(base: Value, ours: Value, theirs: Value) -> Value:
    """The value of the side that changed it; ours if both did."""
    return theirs if ours == base else ours


def restored(lines: Sequence[bytes], base: Text, ours: Text, theirs: Text) -> bytes:
    """A merge result as bytes: each line with the line end that it has in its own version.

    If one side changed the line ends of the whole file, the last line end or the byte order mark, the result follows
    that side.
    """
    if not lines:
        return b""
    ends = _ends(lines, base, ours, theirs)
    if not pick(base.closed, ours.closed, theirs.closed):
        ends[-1] = b""
    mark = BOM if pick(base.marked, ours.marked, theirs.marked) else b""
    return mark + b"".join([line + end for line, end in zip(lines, ends, strict=True)])


def _ends(lines: Sequence[bytes], base: Text, ours: Text, theirs: Text) -> list[bytes]:
    whole = [text.end for text in (base, ours, theirs)]
    if None not in whole:
        return [pick(whole[0], whole[1], whole[2]) or b"\n"] * len(lines)
    known = [_ends_by_line(lines, text) for text in (base, ours, theirs)]
    usual = ours.end or next((end for end in ours.ends if end), b"\n")
    ends: list[bytes] = []
    for before, mine, other in zip_longest(*known):
        if mine and other:
            usual = pick(before or mine, mine, other)
        elif mine or other:
            usual = mine or other
        ends.append(usual)
    return ends


def _ends_by_line(lines: Sequence[bytes], text: Text) -> list[bytes]:
    """For each line of the result, its line end in one version; empty if that version does not have the line."""
    ends = [b""] * len(lines)
    for own, there in _same_lines(text.lines, lines):
        ends[there] = text.ends[own]
    return ends


def _same_lines(first: Sequence[bytes], second: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """Which line of one text is which of another: those around lines that both have once, then the next equal ones."""
    places: dict[bytes, list[int]] = {}
    for at, line in enumerate(first):
        places.setdefault(line, []).append(at)
    often = Counter(second)
    anchors = [
        (places[line][0], there) for there, line in enumerate(second) if often[line] == len(places.get(line, ())) == 1
    ]
    own = there = 0
    for anchor in [*_ascending(anchors), (len(first), len(second))]:
        back = 0
        while (
            anchor[0] - back > own
            and anchor[1] - back > there
            and first[anchor[0] - back - 1] == second[anchor[1] - back - 1]
        ):
            back += 1
        while there < anchor[1] - back:
            found = places.get(second[there], ())
            at = bisect_left(found, own)
            if at < len(found) and found[at] < anchor[0] - back:
                yield found[at], there
                own = found[at] + 1
            there += 1
        yield from zip(range(anchor[0] - back, anchor[0]), range(anchor[1] - back, anchor[1]), strict=True)
        if anchor[0] < len(first) and anchor[1] < len(second):
            yield anchor
        own, there = anchor[0] + 1, anchor[1] + 1


def _ascending(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs, given in order of their second numbers, in which the first numbers ascend too."""
    tops: list[int] = []  # the least number that a run of each length ends with
    ends: list[int] = []  # the place of the pair that it ends with
    before: list[int] = []
    for place, (own, _) in enumerate(pairs):
        length = bisect_left(tops, own)
        before.append(ends[length - 1] if length else -1)
        tops[length : length + 1] = [own]
        ends[length : length + 1] = [place]
    chosen = []
    place = ends[-1] if ends else -1
    while place >= 0:
        chosen.append(pairs[place])
        place = before[place]
    return chosen[::-1]
