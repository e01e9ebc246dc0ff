"""Scores and colours that disagree."""

from collections.abc import Iterator

from onbo.lint.rule import ERROR, Fault, Rule, Subject
from onbo.onboarding.health import bands_for, colour, score_of
from onbo.onboarding.values import number_in


def check(subject: Subject) -> Iterator[Fault]:
    bands = bands_for(subject.facts.segment, subject.settings)
    for field in subject.document.fields:
        score = score_of(subject.forms.of(field))
        if score is None or not score.score.filled or not score.colour.filled:
            continue
        number = number_in(score.score.text)
        if number is not None and score.colour.text.strip() != colour(number, bands):
            right = colour(number, bands)
            yield Fault(score.colour.span, f"{field.label}: {number} is {right}, not {score.colour.text.strip()}")


RULE = Rule(
    "ONB305",
    ERROR,
    "A health score whose colour is not that of its band.",
    "People read the colour, the gate reads the score.",
    check,
)
