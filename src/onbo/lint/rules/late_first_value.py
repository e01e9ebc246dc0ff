"""A first-value date beyond its rule."""

from collections.abc import Iterator
from datetime import date

from onbo.lint.rule import ERROR, Fault, Rule, Subject
from onbo.onboarding.dates import ISO
from onbo.onboarding.schedule import deadline


def check(subject: Subject) -> Iterator[Fault]:
    kickoff = subject.facts.kickoff
    if kickoff is None:
        return
    for field in subject.document.fields:
        part = subject.forms.of(field)[0]
        within = part.type.within_days
        match = ISO.fullmatch(part.text.strip()) if part.filled else None
        if within is None or match is None:
            continue
        try:
            day = date.fromisoformat(match[0])
        except ValueError:
            continue
        last = deadline(kickoff, within, subject.settings.calendar)
        if last is not None and day > last:
            words = f"{field.label} {day} is beyond {last}, {within} days after kickoff"
            yield Fault(subject.line_span(field.line), words)


RULE = Rule(
    "ONB304",
    ERROR,
    "A date beyond its form's own rule, as a first value more than 30 days after kickoff.",
    "The plan promises what its own gate will refuse.",
    check,
)
