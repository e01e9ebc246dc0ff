"""Front matter that cannot be read."""

from collections.abc import Iterator

from onbo.lint.rule import ERROR, Fault, Rule, Subject


def check(subject: Subject) -> Iterator[Fault]:
    values = subject.values
    if values.error is not None:
        yield Fault(subject.line_span(values.line or 1), values.error)


RULE = Rule(
    "ONB502",
    ERROR,
    "Front matter that cannot be read, or has a key twice.",
    "The template that a copy was made from, and so its types and gate rules, are not known.",
    check,
    templates=True,
)
