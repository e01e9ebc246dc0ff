"""A malformed customer_id."""

from collections.abc import Iterator

from onbo.lint.rule import ERROR, Fault, Rule, Subject
from onbo.onboarding.customer_ids import KEY, LENGTH, written_id


def check(subject: Subject) -> Iterator[Fault]:
    written = written_id(subject.document)
    if written is not None and not written.valid:
        texts = subject.document.source.texts
        line = next(at for at, text in enumerate(texts, 1) if text.startswith(f"{KEY}:"))
        message = f"the {KEY} {written.value!r} is not {LENGTH} characters of a-z and 0-9; delete the line and run onbo lint --fix"
        yield Fault(subject.line_span(line), message)


RULE = Rule(
    "ONB506",
    ERROR,
    "A `customer_id` that is not eight characters of a-z and 0-9.",
    "It is ignored, and the file is treated as one without an id.",
    check,
)
