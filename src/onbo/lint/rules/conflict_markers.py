"""Unresolved merge conflicts in a file."""

from collections.abc import Iterator

from onbo.document.conflicts import stray_lines
from onbo.lint.rule import ERROR, Fault, Rule, Subject


def check(subject: Subject) -> Iterator[Fault]:
    line = subject.document.conflict_line
    if line is not None:
        yield Fault(subject.line_span(line), "an unresolved merge conflict begins here")
    for stray in stray_lines(subject.document.source, subject.document.opaque):
        yield Fault(subject.line_span(stray + 1), "a marker of a merge conflict is left over here; delete the line")


RULE = Rule(
    "ONB501",
    ERROR,
    "Conflict markers of an unresolved merge.",
    "The file holds both sides: items count twice, and onbo does not write to it until the conflict is resolved.",
    check,
    templates=True,
)
