"""Values that are not of their field's type."""

import re
from collections.abc import Iterator

from onbo.document.syntax import unescape
from onbo.errors import OnboError
from onbo.lint.rule import ERROR, Fault, Rule, Subject
from onbo.onboarding.answers import Part
from onbo.onboarding.dates import ISO
from onbo.onboarding.values import Circumstances, read_value

PINNED = re.compile(r"(?<![^\s(])due:(\d{4}-\d\d-\d\d)(?![\w-])")


def check(subject: Subject) -> Iterator[Fault]:
    yield from _pins(subject)
    for field in subject.document.fields:
        for part in subject.forms.of(field):
            if part.filled and part.type.kind not in ("text", "notes") and not _reads(subject, part):
                yield Fault(part.span, f"{field.label}: {part.text!r} cannot be read as {_kind(part)}")


def _pins(subject: Subject) -> Iterator[Fault]:
    """A `due:` that is no date is no token: it stands in the item's text."""
    for item in subject.document.items:
        for word in PINNED.finditer(item.text):
            if word[1] != item.value("due"):
                yield Fault(item.words, f"{item.number}: {word[0]!r} is no date")


def _reads(subject: Subject, part: Part) -> bool:
    text = unescape(part.text).strip()
    if part.type.kind == "date":
        match = ISO.match(text)
        text = match[0] if match else ""
    try:
        read_value(part.type, "", text, Circumstances(subject.today, force=True))
    except OnboError:
        return False
    return bool(text)


def _kind(part: Part) -> str:
    if part.type.kind == "choice":
        return f"one of {', '.join(part.type.options)}"
    if part.type.kind == "date":
        return "a date, as in 2026-03-12"
    return "a percentage" if part.type.kind == "percent" else "a number"


RULE = Rule(
    "ONB302",
    ERROR,
    "A value that is not of its field's type: a date that does not exist, 180 %, an option that the field does not have.",
    "What cannot be read counts as missing: a kickoff of `1 Dec` leaves the whole plan unscheduled.",
    check,
)
