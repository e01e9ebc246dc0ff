"""The same item twice."""

from collections.abc import Iterator

from onbo.document.identity import normal
from onbo.lint.rule import WARNING, Fault, Rule, Subject


def check(subject: Subject) -> Iterator[Fault]:
    seen: dict[tuple[object, ...], str] = {}
    for item in subject.document.items:
        key = (item.path, item.parent, normal(item.text))
        if key in seen:
            yield Fault(item.words, f"the same item as {seen[key]} in this section")
        else:
            seen[key] = item.number


RULE = Rule(
    "ONB105",
    WARNING,
    "The same item twice in one section.",
    "Their words no longer tell them apart, and a merge can go only by their order.",
    check,
    templates=True,
)
