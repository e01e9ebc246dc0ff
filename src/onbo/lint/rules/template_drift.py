"""Copies of a template that has moved on."""

from collections.abc import Iterator

from onbo.lint.rule import WARNING, Fault, Rule, Subject


def check(subject: Subject) -> Iterator[Fault]:
    if subject.drift is not None and subject.document.front_matter is not None:
        yield Fault(subject.line_span(1), f"made from an older state of the template {subject.drift}")


RULE = Rule(
    "ONB503",
    WARNING,
    "A copy whose template has changed since.",
    "What was learned with other customers has not reached this one.",
    check,
)
