"""A second box in an item's text."""

from collections.abc import Iterator

from onbo.lint.rule import WARNING, Fault, Rule, Subject


def check(subject: Subject) -> Iterator[Fault]:
    for item in subject.document.items:
        text = subject.document.source.text(item.words)
        if item.open and ("[x]" in text or "[X]" in text):
            yield Fault(item.words, "GitHub shows this open item as ticked: `[x]` stands in its text")


RULE = Rule(
    "ONB103",
    WARNING,
    "An open item with `[x]` in its text.",
    "GitHub's parser looks for `[x]` in the whole line and shows the item as ticked; onbo counts it as open.",
    check,
    templates=True,
)
