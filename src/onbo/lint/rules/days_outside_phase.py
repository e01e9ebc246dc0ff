"""Sections whose days lie outside their phase's."""

from collections.abc import Iterator

from onbo.document.model import DayRange, Section
from onbo.lint.rule import WARNING, Fault, Rule, Subject


def check(subject: Subject) -> Iterator[Fault]:
    for section in subject.document.sections:
        yield from _below(subject, section, section.days)


def _below(subject: Subject, section: Section, around: DayRange | None) -> Iterator[Fault]:
    for inner in section.sections:
        days = inner.days
        if around and days and _outside(days, around):
            yield Fault(
                subject.line_span(inner.line),
                f"Days {days.first}-{days.last} lie outside those of {section.title}, {around.first}-{around.last}",
            )
        yield from _below(subject, inner, days or around)


def _outside(days: DayRange, around: DayRange) -> bool:
    """Day 0 is preparation, before any phase; a range that runs backwards is another rule's business."""
    if days.first > days.last or days.first == days.last == 0:
        return False
    return not around.first <= days.first <= days.last <= around.last


RULE = Rule(
    "ONB203",
    WARNING,
    "A section whose days lie outside its phase's (Day 0 excepted).",
    "The phase would be over before one of its sections is.",
    check,
    templates=True,
)
