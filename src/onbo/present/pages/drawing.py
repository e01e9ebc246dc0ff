"""Drawings as numbers: where bars, lines and marks stand. The templates make SVG of them; words stand beside it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from onbo.history.figures import Week

# The sides of every drawing, in its own units: it is stretched to the room there is.
WIDTH = 1000
HEIGHT = 200
# How much of a week's room its bar takes.
FILLED = 0.7


class Bar(NamedTuple):
    x: float
    y: float
    width: float
    height: float


class Part(NamedTuple):
    """A stretch of a bar that is made of several. role: its colour."""

    x: float
    width: float
    role: str


class BurnUp(NamedTuple):
    """done, total: points of the lines; area: the points around all that lies below `done`; top: what HEIGHT is."""

    done: str
    total: str
    area: str
    top: int


class Weekly(NamedTuple):
    bars: tuple[Bar, ...]
    top: int


class Axis(NamedTuple):
    """Days from left to right."""

    first: date
    last: date

    def at(self, day: date) -> float:
        """Where a day begins."""
        share = (day - self.first).days / ((self.last - self.first).days + 1)
        return round(WIDTH * min(max(share, 0), 1), 1)

    def bar(self, start: date, due: date) -> Part:
        """From the beginning of one day to the end of another."""
        end = (due - self.first).days + 1
        right = WIDTH * min(max(end / ((self.last - self.first).days + 1), 0), 1)
        return Part(self.at(start), round(max(right - self.at(start), 4), 1), "")


def axis(days: Iterable[date | None]) -> Axis | None:
    """One that all these days are on; None without any."""
    known = [day for day in days if day is not None]
    return Axis(min(known), max(known)) if known else None


def burn_up(weeks: Sequence[Week]) -> BurnUp:
    top = max((max(week.total, week.cumulative) for week in weeks), default=0)
    step = WIDTH / max(len(weeks) - 1, 1)
    # One week alone is as long as the drawing.
    shown = list(weeks) if len(weeks) != 1 else [*weeks, *weeks]
    done = [(step * at, _height(week.cumulative, top)) for at, week in enumerate(shown)]
    total = [(step * at, _height(week.total, top)) for at, week in enumerate(shown)]
    return BurnUp(_points(done), _points(total), _points([(0, HEIGHT), *done, (WIDTH, HEIGHT)]), top)


def weekly(weeks: Sequence[Week]) -> Weekly:
    top = max((week.done for week in weeks), default=0)
    room = WIDTH / max(len(weeks), 1)
    bars = []
    for at, week in enumerate(weeks):
        y = _height(week.done, top)
        bars.append(Bar(round(room * (at + (1 - FILLED) / 2), 1), y, round(room * FILLED, 1), round(HEIGHT - y, 1)))
    return Weekly(tuple(bars), top)


def stack(parts: Iterable[tuple[int, str]]) -> tuple[Part, ...]:
    """Counts with their roles, one beside the other over the whole width."""
    counted = [(count, role) for count, role in parts if count]
    total = sum(count for count, _ in counted)
    found: list[Part] = []
    before = 0
    for count, role in counted:
        found.append(Part(round(WIDTH * before / total, 1), round(WIDTH * count / total, 1), role))
        before += count
    return tuple(found)


def share(part: float, whole: float) -> float:
    """How long a bar is that shows a part of a whole."""
    return round(WIDTH * min(max(part / whole, 0), 1), 1) if whole else 0


def _height(value: int, top: int) -> float:
    return round(HEIGHT * (1 - value / top), 1) if top else HEIGHT


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
