"""Gate items ticked against their evidence."""

from collections.abc import Iterator

from onbo.lint.rule import ERROR, Fault, Rule, Subject


def check(subject: Subject) -> Iterator[Fault]:
    for criterion in subject.criteria:
        if criterion.contradicted:
            item = criterion.item
            yield Fault(item.words, f"{item.number} {item.text} is ticked, but {criterion.evidence}")


RULE = Rule(
    "ONB401",
    ERROR,
    "A gate item that is ticked while its evidence says no.",
    "A gate is worth what its evidence is worth.",
    check,
)
