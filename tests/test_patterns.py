"""Every regular expression is in docs/patterns.md, with the reason why it takes linear time, and does."""

import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from patterns import METHODS, Known, adversaries, discovered

# Traced, it would take twice as long, and it reaches no line that others do not.
pytestmark = pytest.mark.no_cover

DOCS = Path(__file__).parent.parent / "docs" / "patterns.md"
ROW = re.compile(r"^\| `(?P<name>[^`]+)` \| (?P<how>[a-z, ]+) \| (?P<why>.+) \|$", re.MULTILINE)
SIZE = 6000
# A quadratic pattern takes 18 million steps or more for such a text, 0.03 s, and a linear one a few milliseconds at most.
MOST_SECONDS = 0.015
ALL = list(discovered())


def rows() -> dict[str, tuple[str, ...]]:
    """How each pattern is used, as the table says."""
    return {row["name"]: tuple(row["how"].split(", ")) for row in ROW.finditer(DOCS.read_text(encoding="utf-8"))}


def test_every_pattern_is_listed_with_its_reason() -> None:
    listed = rows()
    known = {pattern.name for pattern in ALL}
    assert not known - listed.keys(), "add these to docs/patterns.md, and why they take linear time"
    assert not listed.keys() - known, "these are gone; take them out of docs/patterns.md"
    assert {how for used in listed.values() for how in used} <= set(METHODS)


def methods(pattern: "re.Pattern[Any]", used: Iterable[str]) -> list[Callable[[Any], object]]:
    """What to call with a text: of those that search on after a match, one does for all."""
    return [getattr(pattern, how) for how in dict.fromkeys("findall" if how in METHODS[3:] else how for how in used)]


@pytest.mark.parametrize("known", ALL, ids=lambda known: known.name)
def test_a_pattern_takes_linear_time(known: Known) -> None:
    for call in methods(known.pattern, rows().get(known.name, ("search",))):
        for text in adversaries(known.pattern, SIZE):
            start = time.process_time()
            call(text)
            if time.process_time() - start > MOST_SECONDS:
                again = min(_timed(call, text) for _ in range(3))
                assert again < MOST_SECONDS, f"{again:.2f} s for {text[:60]!r}, {len(text)} characters"


def _timed(call: Callable[[Any], object], text: str | bytes) -> float:
    start = time.process_time()
    call(text)
    return time.process_time() - start


@pytest.mark.parametrize(
    ("slow", "size"),
    [
        (r"\s*$", SIZE),
        (r"a.*b", 2 * SIZE),
        (r"<!--.*?-->", SIZE),
        (r"\s*\[\s*([^\[\]]+?)\s*\]", 600),
        (r"(?:a|aa)*b", 25),
    ],
)
def test_a_slow_pattern_would_be_found(slow: str, size: int) -> None:
    """The fourth is cubic and the last exponential: shorter texts must do."""
    pattern = re.compile(slow)
    assert any(_timed(pattern.search, text) > MOST_SECONDS for text in adversaries(pattern, size))
