"""What commands share that read histories: since when, and what cannot be known."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from onbo.effects.histories import Trail
from onbo.effects.revisions import Repository
from onbo.errors import UsageError
from onbo.history.transitions import History
from onbo.onboarding.dates import ISO, read_date
from onbo.present.counts import plural

LISTED = 3
DAYS_AGO = re.compile(r"(\d{1,5})d", re.ASCII)


def first_day(since: str | None, today: date) -> date | None:
    """The day that --since means: `30d` is thirty days ago. Of other words `fri` would be a day to come."""
    if since is None:
        return None
    match = DAYS_AGO.fullmatch(since)
    if match is None:
        if since != "today" and not ISO.fullmatch(since):
            raise UsageError(
                f"--since {since}: not a day in the past", hint="write 2026-03-12, today, or 30d for thirty days ago"
            )
        return read_date(since, today)
    try:
        return today - timedelta(days=int(match[1]))
    except OverflowError:
        return date.min


class Gap(NamedTuple):
    """What one history cannot tell: from before when, and how many versions could not be read."""

    customer: str
    begins: date | None
    passed: int


def gap(history: History) -> Gap:
    return Gap(history.customer, history.begins, history.passed)


class Gaps:
    """What histories cannot tell, gathered over many."""

    def __init__(self) -> None:
        self.begins: list[date] = []
        self.unread: dict[str, int] = {}

    def add(self, lacking: Gap) -> None:
        if lacking.begins:
            self.begins.append(lacking.begins)
        if lacking.passed:
            self.unread[lacking.customer] = lacking.passed

    def notes(self) -> Iterator[str]:
        if self.begins:
            yield f"this clone is shallow: nothing is known from before {min(self.begins)}"
        if self.unread:
            count = sum(self.unread.values())
            said = f"{plural(count, 'version')} of {_few(list(self.unread))} could not be read"
            yield f"{said}; what {'it' if count == 1 else 'they'} changed shows in the next"


def never_committed(repository: Repository, chosen: Sequence[Trail]) -> Iterator[str]:
    if repository.head is None:
        yield "nothing is committed yet, so nothing is known of what happened when"
        return
    never = [trail.path for trail in chosen if not trail.committed]
    if never:
        verb = "was" if len(never) == 1 else "were"
        yield f"{_few(never)} {verb} never committed, so nothing is known of what happened there when"


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:LISTED]) + (f" and {len(names) - LISTED} more" if len(names) > LISTED else "")
