"""Merge conflicts left in a file."""

from collections.abc import Iterator

from onbo.document.conflicts import stray_lines
from onbo.lint.rule import ERROR, Fault, Rule, Subject


def check(subject: Subject) -> Iterator[Fault]:
    line = subject.document.conflict_line
    if line is not None:
        yield Fault(subject.line_span(line), "a merge conflict begins here and is not resolved")
    for stray in stray_lines(subject.document.source, subject.document.opaque):
        yield Fault(subject.line_span(stray + 1), "a marker of a merge conflict is left over here; delete the line")


RULE = Rule(
    "ONB501",
    ERROR,
    "Conflict markers of an unresolved merge.",
    "Both sides are in the file: items count twice, and nothing is written to it until that is mended.",
    check,
    templates=True,
)
