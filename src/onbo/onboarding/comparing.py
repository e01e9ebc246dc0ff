"""Two states of a template in checklist terms: what was added, removed, reworded, moved."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from onbo.document.identity import field_keys
from onbo.document.model import Document, Field, Item


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
    found += [Difference("field added", None, field.label, field.section or "") for field in _lacking(old, new)]
    found += [Difference("field removed", field.label, None, field.section or "") for field in _lacking(new, old)]
    return found


def _lacking(document: Document, other: Document) -> list[Field]:
    """The other's fields that a document lacks; it has one that stands elsewhere in it."""
    here = {key for key, _ in field_keys(document)}
    there = dict(field_keys(other))
    elsewhere = Counter(key.label for key in here - there.keys())
    lacking = []
    for key, field in there.items():
        if key in here:
            continue
        if elsewhere[key.label]:
            elsewhere[key.label] -= 1
        else:
            lacking.append(field)
    return lacking
