"""Days since the last change, as others say how to read them: fine up to 5, to be watched up to 10, then chased."""

from datetime import date
from typing import NamedTuple

FINE = 5
WATCH = 10


class Idle(NamedTuple):
    """How long a customer's file has not changed.

    days   since the last change; the days looked through, where it is longer ago
    since  the day of the last change; None where it is longer ago
    """

    days: int
    since: date | None

    @property
    def words(self) -> str:
        """3, or 30+"""
        return f"{self.days}{'' if self.since else '+'}"

    @property
    def verdict(self) -> str:
        """fine, watch or chase"""
        return "fine" if self.days <= FINE else "watch" if self.days <= WATCH else "chase"
