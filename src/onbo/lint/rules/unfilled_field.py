"""Fields that should be filled by kickoff."""

from collections.abc import Iterator

from onbo.document.model import Field
from onbo.lint.rule import WARNING, Fault, Rule, Subject
from onbo.onboarding import settings as known

WANTED = (known.CUSTOMER, known.SEGMENT, known.CSM, known.TARGET_GO_LIVE, known.TARGET_FIRST_VALUE)


def check(subject: Subject) -> Iterator[Fault]:
    kickoff = subject.facts.kickoff
    if kickoff is None or kickoff > subject.today:
        return
    wanted = [field for field in map(subject.field, WANTED) if field is not None]
    for field in subject.forms.unfilled():
        if field in wanted or _required(subject, field):
            yield Fault(subject.line_span(field.line), f"{field.label} is not filled, and kickoff was {kickoff}")


def _required(subject: Subject, field: Field) -> bool:
    spec = subject.forms.declared.get(field.label)
    return isinstance(spec, dict) and spec.get("required") is True


RULE = Rule(
    "ONB301",
    WARNING,
    "A field that should be filled by kickoff and is not: customer, segment, CSM, the target dates, and what the"
    " template declares `required: true`.",
    "Without its target dates nobody can say whether an onboarding is late.",
    check,
)
