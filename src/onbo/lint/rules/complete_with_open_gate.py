"""Onboarding Status: Complete, with the gate open."""

from collections.abc import Iterator

from onbo.document.identity import normal
from onbo.lint.rule import ERROR, Fault, Rule, Subject
from onbo.onboarding import settings as known


def check(subject: Subject) -> Iterator[Fault]:
    field = subject.field(known.ONBOARDING_STATUS)
    if field is None or subject.gate is None or normal(subject.facts.onboarding_status or "") != "complete":
        return
    left = [item.number for item in subject.gate.all_items() if item.open]
    if left:
        yield Fault(subject.line_span(field.line), f"says Complete, and gate items are open: {', '.join(left)}")


RULE = Rule(
    "ONB402",
    ERROR,
    "Onboarding Status says Complete while gate items are open.",
    "Two places of the same file say different things.",
    check,
)
