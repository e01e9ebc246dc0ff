"""Merge conflicts left in a file."""

from collections.abc import Iterator

from onbo.lint.rule import ERROR, Fault, Rule, Subject


def check(subject: Subject) -> Iterator[Fault]:
    line = subject.document.conflict_line
    if line is not None:
        yield Fault(subject.line_span(line), "a merge conflict begins here and is not resolved")


RULE = Rule(
    "ONB501",
    ERROR,
    "Conflict markers of an unresolved merge.",
    "Both sides are in the file: items count twice, and nothing is written to it until that is mended.",
    check,
    templates=True,
)
