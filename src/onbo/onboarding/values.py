"""Typed values: what a person typed -> what the file shall say, by the type of what is filled."""

import re
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from onbo.document.syntax import escape
from onbo.errors import RefusedError, UsageError
from onbo.onboarding.dates import read_date, spoken
from onbo.onboarding.field_types import FieldType
from onbo.onboarding.fields import segment_id
from onbo.onboarding.near import near_or
from onbo.onboarding.schedule import deadline
from onbo.onboarding.settings import Calendar

NUMBER = re.compile(r"[-+]?\d{1,15}(?:\.\d{1,6})?", re.ASCII)
# A number with an optional unit before or behind: "120", "4.5 days", "$1,200".
VALUE = re.compile(
    r"(?P<before>[^\d\s+-]{0,4}\s?)(?P<number>[-+]?\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?|[-+]?\d{1,15}(?:\.\d{1,6})?)(?P<after>\s?[^\d]{0,24})"
)
# C0, C1, line and paragraph separators, and what reorders text on a screen.
UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)


class Circumstances(NamedTuple):
    """What a typed value is read against. force: write also what breaks its field's rule."""

    today: date
    kickoff: date | None = None
    calendar: Calendar = Calendar()
    force: bool = False


def read_value(kind: FieldType, label: str, text: str, now: Circumstances) -> str:
    """What the file shall say for what was typed.

    Raises UsageError where it is not of its type, RefusedError where it breaks its rule.
    """
    typed = text.strip()
    if UNPRINTABLE.search(typed):
        raise UsageError(f"{label}: the value holds a control character", hint="leave it out")
    if not typed:
        raise UsageError(f"{label}: the value is empty")
    if kind.computed:
        raise UsageError(f"{label} is computed", hint="set what it is computed from")
    if kind.kind == "date":
        return _date(kind, label, typed, now)
    if kind.kind in ("percent", "number"):
        return _number(kind, label, typed)
    if kind.kind == "value" and not VALUE.fullmatch(typed):
        raise UsageError(f"{label}: {typed!r} is not a number, with or without a unit")
    if kind.kind == "choice":
        return _choice(kind, label, typed)
    return escape(typed)


def _date(kind: FieldType, label: str, typed: str, now: Circumstances) -> str:
    try:
        day = read_date(typed, now.today, now.kickoff, now.calendar)
    except UsageError as error:
        raise UsageError(f"{label}: {error.message}", hint=error.hint) from error
    if kind.within_days is not None and now.kickoff is not None and not now.force:
        last = deadline(now.kickoff, kind.within_days, now.calendar)
        if last is not None and not now.kickoff <= day <= last:
            raise RefusedError(
                f"{label}: {spoken(day)} is not within {kind.within_days} days of kickoff, {now.kickoff} to {last}",
                hint="--force writes it anyway",
            )
    return day.isoformat()


def _number(kind: FieldType, label: str, typed: str) -> str:
    percent = kind.kind == "percent"
    digits = typed.removesuffix("%").rstrip() if percent else typed
    number = Decimal(digits) if NUMBER.fullmatch(digits) else None
    if number is None or (kind.high is not None and not 0 <= number <= kind.high):
        what = "a percentage" if percent else "a number"
        limits = f" from 0 to {kind.high}" if kind.high is not None else ""
        raise UsageError(f"{label}: {typed!r} is not {what}{limits}")
    return f"{digits}%" if percent else digits


def _choice(kind: FieldType, label: str, typed: str) -> str:
    for option in kind.options:
        if segment_id(option) == segment_id(typed):
            return option
    raise UsageError(
        f"{label}: {typed!r} is not one of its options",
        hint=near_or(typed, kind.options, f"choose {', '.join(kind.options)}"),
    )


def number_in(text: str) -> Decimal | None:
    """The number that a filled value holds, whatever its unit: 85 in `85%`, 1200 in `$1,200`."""
    match = VALUE.fullmatch(text.strip())
    return Decimal(match["number"].replace(",", "")) if match else None


def gap(current: str, benchmark: str) -> str | None:
    """Current - benchmark, always signed, in `pp` between percents; None where either is no number."""
    first, second = number_in(current), number_in(benchmark)
    if first is None or second is None:
        return None
    points = " pp" if current.strip().endswith("%") and benchmark.strip().endswith("%") else ""
    return f"{_short(first - second):+f}{points}"


def change(baseline: str, current: str) -> str | None:
    """(current - baseline) / baseline in percent, signed, to one decimal; `n/a` on a baseline of 0."""
    first, second = number_in(baseline), number_in(current)
    if first is None or second is None or _units(baseline) != _units(current):
        return None
    if not first:
        return "n/a"
    return f"{_short(((second - first) / first * 100).quantize(Decimal('0.1'))):+f}%"


def _units(text: str) -> tuple[str, str] | None:
    """What stands before and behind the number."""
    match = VALUE.fullmatch(text.strip())
    return (match["before"].strip(), match["after"].strip()) if match else None


def _short(number: Decimal) -> Decimal:
    """Without zeros behind the point."""
    short = number.normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral() else short
