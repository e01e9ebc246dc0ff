"""Where a file's comments go on over several lines: what stands in one is not meant to be seen.

CommonMark ends a comment that does not begin a line with its paragraph, and knows nothing of `%%`. Whoever put one around
three items meant all three.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from onbo.document.blocks import CODE, Block
from onbo.document.marks import PAIRS, STARTS, comment_says_internal, ends_internal, words_of

# A mark stands in the first lines of a comment.
LONGEST = 20
SIGN = re.compile(r"(?<!\\)(\\*)(<!--|-->|(?<!%)%%(?!%)|\{>>|<<\}|\{--|--\}|\{~~|~~\})")
FIRST_OF = {end: first for first, end in PAIRS.items()}
# What may stand before a sign that begins a line.
BEFORE = " \t>-*+"
BACKTICKS = re.compile(r"`+")


class Stretch(NamedTuple):
    """Lines in which nothing is shown, 1-based: those after `first`, up to `last`. because: why, in words."""

    first: int
    last: int
    because: str


def stretches(texts: Sequence[str], skip: int, blocks: Sequence[Block]) -> list[Stretch]:
    """Those of a file's lines; the first `skip` are front matter."""
    code = {line for top in blocks for block in top.walk() if block.kind == CODE for line in _lines(block)}
    lines = [
        (number, without_code(text)) for number, text in enumerate(texts, 1) if number > skip and number not in code
    ]
    return [*_commented(lines, texts), *_percented(lines, len(texts))]


def _lines(block: Block) -> range:
    return range(block.line, block.end + 1)


def without_code(text: str) -> str:
    """A line with blanks for its code: a run of backticks up to the next run that is as long."""
    if "`" not in text:
        return text
    runs = list(BACKTICKS.finditer(text))
    following: dict[int, list[int]] = {}
    for at, run in reversed(list(enumerate(runs))):
        following.setdefault(len(run[0]), []).append(at)
    kept: list[str] = []
    at = end = 0
    while at < len(runs):
        run = runs[at]
        same = following[len(run[0])]
        while same and same[-1] <= at:
            same.pop()
        if same:
            kept += (text[end : run.start()], " " * (runs[same[-1]].end() - run.start()))
            at = same[-1]
            end = runs[at].end()
        at += 1
    return "".join([*kept, text[end:]])


def _signs(text: str) -> Iterator[tuple[str, int]]:
    for match in SIGN.finditer(text):
        if match[2] in FIRST_OF or len(match[1]) % 2 == 0:
            yield match[2], match.start(2)


def _commented(lines: Sequence[tuple[int, str]], texts: Sequence[str]) -> Iterator[Stretch]:
    """Comments over several lines, and what stands between `<!-- internal -->` and `<!-- /internal -->`."""
    internal: list[tuple[int, int]] = []  # lines, and how sure it is that one begins something
    for first, start, last, end in _comments(lines):
        if first < last:
            yield Stretch(first, last, f"in a comment that begins on line {first}")
        shown = [*texts[first - 1 : min(last, first + LONGEST) - 1], texts[last - 1][:end]]
        said = "\n".join(shown)[start:].lstrip("<!-{>~%")
        if ends_internal(said) and internal:
            begun = _begun(internal)
            yield Stretch(begun, last, f"between internal comments, from line {begun}")
        elif comment_says_internal(said):
            alone = not texts[first - 1][:start].strip(BEFORE) and not texts[last - 1][end:].lstrip("->%<}~").strip()
            internal.append((last, 2 if not STARTS.isdisjoint(words_of(said)) else int(alone)))
    for begun, sure in internal:
        if sure == 2:
            yield Stretch(begun, len(texts), f"below an internal comment, on line {begun}")


def _begun(internal: list[tuple[int, int]]) -> int:
    """The line of the comment that the next one ends, taken out with those behind it.

    The last that says that it starts something, else the last that stands alone on its line, else the last.
    """
    surest = max(sure for _, sure in internal)
    at = max(at for at, (_, sure) in enumerate(internal) if sure == surest)
    begun, _ = internal[at]
    del internal[at:]
    return begun


def _comments(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, int, int, int]]:
    """The line and column where each comment begins, and those where its end does; `%%` only within one line."""
    opened: dict[str, list[tuple[int, int]]] = {first: [] for first in PAIRS}
    for number, text in lines:
        percent: int | None = None
        for sign, at in _signs(text):
            if sign in PAIRS:
                opened[sign].append((number, at))
            elif sign in FIRST_OF:
                if opened[FIRST_OF[sign]]:
                    yield (*opened[FIRST_OF[sign]].pop(), number, at)
            elif sign == "%%" and percent is None:
                percent = at
            elif sign == "%%" and percent is not None:
                yield number, percent, number, at
                percent = None


def _percented(lines: Sequence[tuple[int, str]], last: int) -> Iterator[Stretch]:
    """`%%` up to the next line with an odd number of them. One that begins a line and is not closed goes to the end."""
    opened: tuple[int, bool, bool] | None = None  # the line; whether it begins one; whether it may have been an end
    for number, text in lines:
        if "%%" not in text or sum(sign == "%%" for sign, _ in _signs(text)) % 2 == 0:
            continue
        begins = text.lstrip(BEFORE).startswith("%%")
        if opened is None:
            opened = number, begins, False
            continue
        first, began, _ = opened
        yield Stretch(first, number, f"in a comment that begins on line {first}")
        # After a stray sign within a line, one that begins a line may begin a comment as well as end one.
        opened = (number, True, True) if begins and not began else None
    if opened is not None and opened[1] and not opened[2]:
        yield Stretch(opened[0], last, f"below `%%` on line {opened[0]}, which is never closed")


class Hidden:
    """Which lines stand in a stretch."""

    def __init__(self, found: Sequence[Stretch]) -> None:
        self._because: dict[int, str] = {}
        self._firsts = {stretch.first for stretch in found}
        covered = 0
        for stretch in sorted(found, key=lambda stretch: (stretch.first, -stretch.last)):
            for line in range(max(stretch.first, covered) + 1, stretch.last + 1):
                self._because[line] = stretch.because
            covered = max(covered, stretch.last)

    def begins(self, line: int) -> bool:
        """Whether a stretch begins behind that line."""
        return line in self._firsts

    def around(self, line: int) -> str:
        """What hides a line; "" where nothing does."""
        return self._because.get(line, "")
