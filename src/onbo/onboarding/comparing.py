"""Two states of a template in checklist terms: what was added, removed, reworded, moved."""

from collections.abc import Sequence
from typing import NamedTuple

from onbo.document.model import Document, Item


class Difference(NamedTuple):
    """action: added, removed, reworded, moved, or field added/removed. before, after: texts, None where there is none."""

    action: str
    before: str | None
    after: str | None
    section: str


def compare(old: Document, new: Document, pairs: Sequence[tuple[Item | None, Item | None]]) -> list[Difference]:
    """The differences; `pairs` says which item of the old is which of the new."""
    found = []
    for before, after in pairs:
        if before is None and after is not None:
            found.append(Difference("added", None, after.text, " > ".join(after.path)))
        elif after is None and before is not None:
            found.append(Difference("removed", before.text, None, " > ".join(before.path)))
        elif before is not None and after is not None and before.text != after.text:
            found.append(Difference("reworded", before.text, after.text, " > ".join(after.path)))
        elif before is not None and after is not None and before.path[-1] != after.path[-1]:
            found.append(Difference("moved", before.text, after.text, " > ".join(after.path)))
    labels = [{field.label: field for field in document.fields} for document in (old, new)]
    found += [
        Difference("field added", None, label, f.section or "")
        for label, f in labels[1].items()
        if label not in labels[0]
    ]
    found += [
        Difference("field removed", label, None, f.section or "")
        for label, f in labels[0].items()
        if label not in labels[1]
    ]
    return found
