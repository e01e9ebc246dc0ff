"""How many items are done, apply, and do not."""

from typing import NamedTuple


class Counts(NamedTuple):
    """Items. total leaves n/a out; due counts those due up to today, done or not."""

    done: int = 0
    total: int = 0
    na: int = 0
    overdue: int = 0
    due: int = 0

    @property
    def open(self) -> int:
        return self.total - self.done
