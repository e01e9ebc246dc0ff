"""Two files with the same customer_id."""

from collections.abc import Iterator

from onbo.lint.rule import ERROR, Fault, Rule, Subject
from onbo.onboarding.customer_ids import KEY, customer_id


def check(subject: Subject) -> Iterator[Fault]:
    own = customer_id(subject.document)
    others = [place for place in subject.ids.get(own or "", ()) if place != subject.place]
    if own is not None and others:
        texts = subject.document.source.texts
        line = next(at for at, text in enumerate(texts, 1) if text.startswith(f"{KEY}:"))
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        message = f"has the same {KEY} as {others[0]}{more}; delete the line in the newer file and run onbo lint --fix"
        yield Fault(subject.line_span(line), message)


RULE = Rule(
    "ONB507",
    ERROR,
    "Two files with the same `customer_id`.",
    "The copied file passes for the original customer, so histories, exports and merges mix up the two.",
    check,
)
