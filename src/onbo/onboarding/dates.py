"""Dates as people type them, by a small strict grammar; civil dates, no time zones."""

import re
from datetime import date, timedelta

from onbo.errors import UsageError
from onbo.onboarding.settings import WEEKDAYS, Calendar

READABLE = "2026-03-12, today, tomorrow, fri, next mon, +3d, +2w, +5bd, kickoff+14"
DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
STEP = re.compile(r"\+(\d{1,5})(d|w|bd)", re.ASCII)
FROM_KICKOFF = re.compile(r"kickoff\s*(?:([+-])\s*(\d{1,5}))?", re.ASCII)
WEEKDAY = re.compile(rf"(next\s+)?({'|'.join((*DAY_NAMES, *WEEKDAYS))})")


def read_date(text: str, today: date, kickoff: date | None = None, calendar: Calendar | None = None) -> date:
    """The date that `text` means on `today`. Raises UsageError with the list of what can be read.

    >>> read_date("next mon", date(2026, 12, 9))
    datetime.date(2026, 12, 14)
    """
    words = " ".join(text.casefold().split())
    try:
        found = _read(words, today, kickoff, calendar or Calendar())
    except (ValueError, OverflowError):
        found = None
    if found is not None:
        return found
    if FROM_KICKOFF.fullmatch(words) and kickoff is None:
        raise UsageError(f"{text!r} needs a kickoff date, and there is none yet", hint="set Kickoff Date first")
    why = "there is no such day" if ISO.fullmatch(words) else "not a date that can be read one way only"
    raise UsageError(f"{text!r}: {why}", hint=f"write {READABLE}")


def looks_like_a_date(text: str) -> bool:
    """Whether it has the form of a date that can be read, even of a day that does not exist.

    >>> looks_like_a_date("next mon"), looks_like_a_date("2026-02-30"), looks_like_a_date("1.3.2")
    (True, True, False)
    """
    words = " ".join(text.casefold().split())
    forms = (ISO, STEP, WEEKDAY, FROM_KICKOFF)
    return words in ("today", "tomorrow") or any(form.fullmatch(words) for form in forms)


def _read(words: str, today: date, kickoff: date | None, calendar: Calendar) -> date | None:
    if ISO.fullmatch(words):
        return date.fromisoformat(words)
    if words in ("today", "tomorrow"):
        return today + timedelta(days=int(words == "tomorrow"))
    if match := STEP.fullmatch(words):
        count = int(match[1])
        if match[2] == "bd":
            return add_working_days(today, count, calendar)
        return today + timedelta(days=count * (7 if match[2] == "w" else 1))
    if match := WEEKDAY.fullmatch(words):
        wanted = WEEKDAYS.index(match[2][:3])
        if match[1]:  # the one in the week after this one; weeks begin on Monday
            return today + timedelta(days=7 - today.weekday() + wanted)
        return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)
    if kickoff is not None and (match := FROM_KICKOFF.fullmatch(words)):
        return kickoff + timedelta(days=int(f"{match[1] or '+'}{match[2] or 0}"))
    return None


def add_working_days(day: date, count: int, calendar: Calendar) -> date:
    """The `count`-th day after `day` that is worked."""
    while count:
        day += timedelta(days=1)
        count -= calendar.works(day)
    return day


def spoken(day: date) -> str:
    """2026-12-01 (Tuesday)"""
    return f"{day.isoformat()} ({weekday(day)})"


def weekday(day: date) -> str:
    return DAY_NAMES[day.weekday()].capitalize()
