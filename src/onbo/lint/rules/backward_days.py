"""Day ranges that run backwards."""

from collections.abc import Iterator

from onbo.lint.rule import ERROR, Fault, Rule, Subject


def check(subject: Subject) -> Iterator[Fault]:
    for section in subject.document.walk():
        days = section.days
        if days and days.last < days.first:
            yield Fault(
                subject.line_span(section.line), f"Days {days.first}-{days.last} run backwards: due before they begin"
            )


RULE = Rule(
    "ONB201",
    ERROR,
    "A day range that runs backwards, `(Days 9-3)`.",
    "The section would be due before it begins.",
    check,
    templates=True,
)
