"""Copies of a template without a customer_id."""

from collections.abc import Iterator

from onbo.document.source import Edit, Span
from onbo.lint.rule import WARNING, Fault, Rule, Subject
from onbo.onboarding.customer_ids import KEY, derived_id, written_id


def check(subject: Subject) -> Iterator[Fault]:
    matter = subject.document.front_matter
    made = {"template", "base"} <= subject.values.values.keys()
    if matter is None or not made or written_id(subject.document) is not None:
        return
    own = derived_id(subject.place, subject.facts.customer)
    taken = [place for place in subject.ids.get(own, ()) if place != subject.place]
    if taken:
        yield Fault(subject.line_span(1), f"has no {KEY}, and the one made from its path belongs to {taken[0]}")
        return
    source = subject.document.source
    at = source.starts[matter.end - 1]
    line = f"{KEY}: {own}".encode() + source.line_end()
    yield Fault(subject.line_span(1), f"has no {KEY}", (Edit(Span(at, at), line),))


RULE = Rule(
    "ONB505",
    WARNING,
    "A copy made by `onbo new` without a `customer_id`.",
    "Once the file is renamed, its history and the uids in exports can no longer be tied to it for certain.",
    check,
    fix="Adds one made from the path and the Customer field, so that two clones add the same.",
)
