"""Boxes with nothing behind them."""

from collections.abc import Iterator

from onbo.lint.rule import WARNING, Fault, Rule, Subject
from onbo.lint.task_lines import task_lines


def check(subject: Subject) -> Iterator[Fault]:
    for found in task_lines(subject.document):
        right = found.match["mark"] in (" ", "x", "X", "~") and found.match["marker"] and found.match["gap"]
        if right and not found.item and not found.opaque and not found.match["rest"].strip():
            yield Fault(subject.line_span(found.line + 1), "a box with nothing behind it is no item")


RULE = Rule(
    "ONB102",
    WARNING,
    "A box with nothing behind it.",
    "It is no item by GitHub's rules, and nobody can tell what it was to be.",
    check,
    templates=True,
)
