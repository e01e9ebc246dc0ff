"""Characters that cannot be seen."""

import re
from collections.abc import Iterator

from onbo.lint.rule import ERROR, Fault, Rule, Subject

# C0 but tab, DEL, C1, soft hyphen, zero-width space, word joiner, and all that reorders text on a screen.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)


def check(subject: Subject) -> Iterator[Fault]:
    source = subject.document.source
    for line, text in enumerate(source.texts):
        found = UNSEEN.search(text)
        if found:
            yield Fault(source.span(line, *found.span()), f"holds the invisible character U+{ord(found[0]):04X}")


RULE = Rule(
    "ONB504",
    ERROR,
    "Bidirectional and invisible control characters.",
    "What people read is not what the file says.",
    check,
    templates=True,
)
