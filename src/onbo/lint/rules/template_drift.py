"""Copies of a template that has moved on."""

from collections.abc import Iterator

from onbo.lint.rule import WARNING, Fault, Rule, Subject


def check(subject: Subject) -> Iterator[Fault]:
    matter = subject.document.front_matter
    if subject.drift is not None and matter is not None:
        line = subject.document.source.line_at(matter.span.start)
        yield Fault(subject.line_span(line), f"made from an older state of the template {subject.drift}")


RULE = Rule(
    "ONB503",
    WARNING,
    "A copy whose template has changed since.",
    "What was learned with other customers has not reached this one.",
    check,
)
