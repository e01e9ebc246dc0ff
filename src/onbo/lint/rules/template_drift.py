"""Copies of a template that has changed since."""

from collections.abc import Iterator

from onbo.lint.rule import WARNING, Fault, Rule, Subject


def check(subject: Subject) -> Iterator[Fault]:
    if subject.drift is not None and subject.document.front_matter is not None:
        yield Fault(subject.line_span(1), f"made from an older version of the template {subject.drift}")


RULE = Rule(
    "ONB503",
    WARNING,
    "A copy whose template has changed since.",
    "The template's latest changes have not reached this customer.",
    check,
)
