"""Day ranges that overlap."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from onbo.document.model import Section
from onbo.lint.rule import WARNING, Fault, Rule, Subject


def check(subject: Subject) -> Iterator[Fault]:
    yield from _siblings(subject, subject.document.sections)


def _siblings(subject: Subject, sections: Sequence[Section]) -> Iterator[Fault]:
    dated = [section for section in sections if section.days and section.days.first <= section.days.last]
    for before, after in pairwise(dated):
        first, second = before.days, after.days
        # Sections may share an end day: one ends where the next begins, or both end together.
        if first and second and second.first < first.last != second.last and first.first < second.last:
            yield Fault(
                subject.line_span(after.line),
                f"Days {second.first}-{second.last} overlap those of {before.title}, {first.first}-{first.last}",
            )
    for section in sections:
        yield from _siblings(subject, section.sections)


RULE = Rule(
    "ONB202",
    WARNING,
    "Day ranges of neighbouring sections that overlap by more than an end day.",
    "Whoever plans by them has two sections at once; most often a number is wrong.",
    check,
    templates=True,
)
