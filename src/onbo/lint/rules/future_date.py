"""Things done in the future."""

from collections.abc import Iterator
from datetime import date

from onbo.lint.rule import ERROR, Fault, Rule, Subject
from onbo.onboarding import settings as known
from onbo.onboarding.dates import ISO


def check(subject: Subject) -> Iterator[Fault]:
    for meaning in (known.DATE_ACHIEVED, known.COMPLETION_DATE, known.GO_LIVE):
        field = subject.field(meaning)
        match = ISO.match(field.value) if field and field.filled else None
        if field is None or match is None:
            continue
        try:
            day = date.fromisoformat(match[0])
        except ValueError:
            continue
        if day > subject.today:
            yield Fault(subject.line_span(field.line), f"{field.label} {day} lies in the future")


RULE = Rule(
    "ONB306",
    ERROR,
    "A date of something achieved or completed that lies in the future.",
    "It would count as done today.",
    check,
)
