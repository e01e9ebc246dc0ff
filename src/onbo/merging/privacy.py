"""Whether a merge shows the customer what one of its sides hides.

Marks hide what stands below them, so a merge that moves a mark, or moves something away from one, can show what nobody
meant to show, although no line is lost. So what `share` would show of the result is compared with what it shows of the
three versions.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from onbo.document import front_matter
from onbo.document.identity import normal
from onbo.document.marks import mentions_internal, without_internal
from onbo.document.parse import parse_again
from onbo.errors import OnboError
from onbo.onboarding.visibility import Rules, Visibility, listed

# Above this many items, what `share` shows is not worked out: four times that takes seconds.
MOST_ITEMS = 2_000
# The share of words that an item keeps that is the same, reworded.
SAME = 0.6


class Shown(NamedTuple):
    """Something that the customer would see and must not. line: in the result, 1-based."""

    text: str
    line: int


def newly_shown(base: bytes, ours: bytes, theirs: bytes, result: bytes) -> Shown | None:
    """The first item or note of a merge that one side hides and the result shows."""
    try:
        if len(parse_again(result).items) > MOST_ITEMS:
            return None
        before, mine, other, after = map(_view, (base, ours, theirs, result))
    except OnboError:  # then `share` makes no page of it either
        return None
    for key, text, line in after.shown:
        states = before.state(key), mine.state(key), other.state(key)
        if _is_hidden(*states) or _is_reworded(key, before, mine, other) or _is_reworded(key, before, other, mine):
            return Shown(text, line)
    return None


def _is_hidden(base: bool | None, ours: bool | None, theirs: bool | None) -> bool:
    """Whether a merge of three states hides it; of two changes, the one that hides counts. None: it is not there."""
    if ours == theirs:
        return ours is not True
    if ours == base:
        return theirs is False
    if theirs == base:
        return ours is False
    return False in (ours, theirs)


def _is_reworded(key: str, base: "_View", side: "_View", other: "_View") -> bool:
    """Whether one side reworded what the other hides."""
    if side.state(key) is None or base.state(key) is not None or other.state(key) is not None:
        return False
    words = set(key.split())
    gone = (old for old in base.states if old not in side.states and other.states.get(old) is False)
    return any(len(words & {*old.split()}) >= SAME * max(len(words), len({*old.split()})) for old in gone)


class _View:
    """What `share` shows of a text.

    states  by the words of items, titles and notes, whether any of them is shown; an item may become a title
    """

    def __init__(self, data: bytes) -> None:
        document = parse_again(data)
        names = listed(front_matter.read(document.front_matter).values, "text")
        visibility = Visibility(document, Rules(names=names))
        self.states: dict[str, bool] = {}
        self.shown: list[tuple[str, str, int]] = []
        for section in document.walk():
            is_hidden = visibility.hides(section)
            if section.level and (is_hidden or visibility.section(section) is not None):
                self._add(f"item {letters(section.title)}", section.title, section.line, shown=not is_hidden)
        for item in document.items:
            words = visibility.item(item)
            notes = visibility.notes(item)
            for key, shown in _parts(item.text, words is not None, notes):
                self._add(key, item.text, item.line, shown=shown)

    def _add(self, key: str, text: str, line: int, *, shown: bool) -> None:
        self.states[key] = self.states.get(key, False) or shown
        if shown:
            self.shown.append((key, text, line))

    def state(self, key: str) -> bool | None:
        return self.states.get(key)


# A merge is checked several times against the same three versions.
_view = lru_cache(8)(_View)


def _parts(text: str, shown: bool, notes: Sequence[str]) -> Iterator[tuple[str, bool]]:
    yield f"item {letters(text)}", shown
    if not shown and mentions_internal(text):  # what it is called without its mark
        yield f"item {letters(without_internal(text))}", False
    for note in notes:
        yield f"note {letters(note)}", True


def letters(text: str) -> str:
    """The words by which items and headings are told apart here: letters and digits alone."""
    return " ".join("".join(char if char.isalnum() else " " for char in normal(text)).split())
