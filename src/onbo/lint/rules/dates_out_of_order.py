"""Dates that cannot follow one another."""

from collections.abc import Iterator
from itertools import pairwise

from onbo.lint.rule import ERROR, Fault, Rule, Subject
from onbo.onboarding import settings as known


def check(subject: Subject) -> Iterator[Fault]:
    facts = subject.facts
    planned = [
        (known.KICKOFF, facts.kickoff),
        (known.TARGET_FIRST_VALUE, facts.target_first_value),
        (known.TARGET_GO_LIVE, facts.target_go_live),
    ]
    happened = [(known.KICKOFF, facts.kickoff), (known.DATE_ACHIEVED, facts.achieved)]
    gone_live = [(known.KICKOFF, facts.kickoff), (known.GO_LIVE, facts.go_live)]
    told = set()
    for order in (planned, happened, gone_live):
        dated = [(label, day) for label, day in order if day is not None]
        for (first, before), (second, after) in pairwise(dated):
            field = subject.field(second)
            if after < before and field is not None and second not in told:
                told.add(second)
                yield Fault(subject.line_span(field.line), f"{second} {after} is before {first} {before}")


RULE = Rule(
    "ONB303",
    ERROR,
    "Dates out of order: kickoff <= first value <= go-live.",
    "One of them is wrong, and every due date and figure made from it too.",
    check,
)
