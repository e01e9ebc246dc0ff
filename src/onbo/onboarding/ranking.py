"""What to do next: open items in the order in which they press, each with the reason for its rank."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from onbo.onboarding.reckoning import ItemProgress, SectionProgress
from onbo.onboarding.status import COMPLETE, Progress

OVERDUE, SOON, ACTIVE, WAITING = range(4)


class Ranked(NamedTuple):
    """An item in its customer, with its rank and why."""

    customer: str
    row: ItemProgress
    rank: int
    reason: str

    @property
    def order(self) -> tuple[int, date, str]:
        """Overdue first, the oldest first; waiting last."""
        return self.rank, self.row.due or date.max, self.customer


def rank(customer: str, progress: Progress, today: date, days: int | None, due_soon: int) -> list[Ranked]:
    """The items of one customer that press.

    days  how far to look ahead; nothing but what is due by then is listed. None: as far as "due soon", and the
          earliest open item of each section that is under way.
    """
    if progress.state == COMPLETE:
        return []
    ahead = due_soon if days is None else days
    horizon = today + timedelta(days=min(ahead, (date.max - today).days))
    found: dict[str, Ranked] = {}
    for row in progress.items:
        if row.item.open:
            ranked = _by_date(customer, row, today, horizon)
            if ranked is not None:
                found[row.item.number] = ranked
    if days is None:
        for row, title in _first_open(progress):
            found.setdefault(row.item.number, Ranked(customer, row, ACTIVE, f"next in {title}"))
    return [_waiting(entry) for entry in found.values()]


def _by_date(customer: str, row: ItemProgress, today: date, horizon: date) -> Ranked | None:
    if row.due is None or row.due > horizon:
        return None
    if row.due < today:
        return Ranked(customer, row, OVERDUE, f"overdue since {row.due} ({_days((today - row.due).days)})")
    left = (row.due - today).days
    return Ranked(customer, row, SOON, f"due {'today' if not left else f'in {_days(left)}'}, {row.due}")


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


def _waiting(entry: Ranked) -> Ranked:
    """An item that waits for somebody comes last, and says what else presses."""
    who = entry.row.item.value("waiting")
    if who is None:
        return entry
    return entry._replace(rank=WAITING, reason=f"waiting for {who}; {entry.reason}")


def _first_open(progress: Progress) -> Iterator[tuple[ItemProgress, str]]:
    """The earliest open item of each section under way; of the first section with one, where none is under way."""
    by_section: dict[str, list[ItemProgress]] = {}
    for row in progress.items:
        if row.item.open and row.section:
            by_section.setdefault(row.section, []).append(row)
    states = {section.number: section.state for section in _walk(progress.phases)}
    active = [number for number in by_section if states.get(number) in ("active", "overdue")]
    for number in active or list(by_section)[:1]:
        first = next((row for row in by_section[number] if row.state != "waiting"), by_section[number][0])
        yield first, first.item.path[-1] or "the first items"


def _walk(sections: Sequence[SectionProgress]) -> Iterator[SectionProgress]:
    for section in sections:
        yield section
        yield from _walk(section.sections)
