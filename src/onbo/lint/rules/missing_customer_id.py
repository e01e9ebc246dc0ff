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
        yield Fault(subject.line_span(1), f"has no {KEY}, and the id for its path already belongs to {taken[0]}")
        return
    source = subject.document.source
    at = source.starts[matter.end - 1]
    line = f"{KEY}: {own}".encode() + source.line_end()
    yield Fault(subject.line_span(1), f"has no {KEY}", (Edit(Span(at, at), line),))


RULE = Rule(
    "ONB505",
    WARNING,
    "A `customer_id` missing from a copy of a template.",
    "After a rename, onbo cannot be sure which history and which uids in exports belong to the file.",
    check,
    fix="Adds one derived from the path and the Customer field, so that two clones add the same id.",
)
