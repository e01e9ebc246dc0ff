"""Writing values into fields: typed text -> what the file shall say -> Edits."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from onbo.document.model import Document, Field
from onbo.document.source import Edit, encode
from onbo.document.syntax import PLACEHOLDER
from onbo.errors import RefusedError, UsageError
from onbo.onboarding.dates import read_date, spoken
from onbo.onboarding.fields import FieldType, field_type, placeholders, segment_id
from onbo.onboarding.settings import Calendar, Settings

NUMBER = re.compile(r"[-+]?\d{1,15}(?:\.\d{1,6})?", re.ASCII)
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


def read_value(field_type: FieldType, label: str, text: str, now: Circumstances) -> str:
    """What the file shall say for what was typed.

    Raises UsageError where it is not of its type, RefusedError where it breaks its rule.
    """
    typed = text.strip()
    if UNPRINTABLE.search(typed):
        raise UsageError(f"{label}: the value holds a control character", hint="leave it out")
    if not typed:
        raise UsageError(f"{label}: the value is empty")
    if field_type.kind == "date":
        return _date(field_type, label, typed, now)
    if field_type.kind in ("percent", "number"):
        return _number(field_type, label, typed)
    if field_type.kind == "value":
        return escape(typed)
    if field_type.kind == "choice":
        return _choice(field_type, label, typed)
    return escape(typed)


def _date(field_type: FieldType, label: str, typed: str, now: Circumstances) -> str:
    try:
        day = read_date(typed, now.today, now.kickoff, now.calendar)
    except UsageError as error:
        raise UsageError(f"{label}: {error.message}", hint=error.hint) from error
    within = field_type.within_days
    if within is not None and now.kickoff is not None and not now.force:
        last = now.kickoff + timedelta(days=within)
        if not now.kickoff <= day <= last:
            raise RefusedError(
                f"{label}: {spoken(day)} is not within {within} days of kickoff, {now.kickoff} to {last}",
                hint="--force writes it all the same",
            )
    return day.isoformat()


def _number(field_type: FieldType, label: str, typed: str) -> str:
    percent = field_type.kind == "percent"
    digits = typed.removesuffix("%").rstrip() if percent else typed
    try:
        number = Decimal(digits) if NUMBER.fullmatch(digits) else None
    except InvalidOperation:
        number = None
    kind = "a percentage" if percent else "a number"
    if number is None or (field_type.high is not None and not 0 <= number <= field_type.high):
        limits = f" from 0 to {field_type.high}" if field_type.high is not None else ""
        raise UsageError(f"{label}: {typed!r} is not {kind}{limits}")
    return f"{digits}%" if percent else digits


def _choice(field_type: FieldType, label: str, typed: str) -> str:
    for option in field_type.options:
        if segment_id(option) == segment_id(typed):
            return option
    raise UsageError(f"{label}: {typed!r} is not offered", hint=f"choose {', '.join(field_type.options)}")


def escape(text: str) -> str:
    r"""Brackets that would read as a placeholder are written `\[`; links stay as typed."""
    return PLACEHOLDER.sub(lambda m: m[0] if text[m.end() :].startswith(("(", "[")) else "\\" + m[0], text)


def fill_field(
    document: Document, field: Field, typed: str, declared: Mapping[str, Any], settings: Settings, now: Circumstances
) -> tuple[Edit, str]:
    """The edit that fills a field's first placeholder, and what it will say there."""
    kind = field_type(document, field, dict(declared), settings)
    written = read_value(kind, field.label, typed, now)
    left = placeholders(document, field.span)
    span = left[0].span if left else field.span
    return Edit(span, encode(written)), written
