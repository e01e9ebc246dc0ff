"""Edits that mend a file without changing anything else that it says."""

from collections import Counter
from collections.abc import Iterable, Sequence

from onbo.document import front_matter
from onbo.document.identity import section_keys
from onbo.document.model import Document
from onbo.document.parse import parse
from onbo.document.source import Edit, apply_edits
from onbo.onboarding.guard import item_value, said

# Where most edits do harm, finding the others takes two readings of the file for each. So many bytes are read for that,
# about two seconds, and what has not been tried by then is left as it is.
MOST_READ = 1024 * 1024
LEAST_TRIALS = 8


def mendable(document: Document, edits: Iterable[Edit]) -> list[Edit]:
    """Those edits, first to last, that each bring an item to light, or add a key to front matter, and leave the rest as it was.

    None of them where a merge conflict stands in the file: nothing is written to it then.
    """
    apart: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: edit.span):
        if not apart or edit.span.start >= apart[-1].span.end:
            apart.append(edit)
    return [] if document.conflict_line is not None else _Trials(document).kept([], apart)


class _Trials:
    """Tries edits by reading the file as it would be with them."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.left = max(LEAST_TRIALS, MOST_READ // max(len(document.source.data), 1))

    def kept(self, kept: list[Edit], edits: Sequence[Edit]) -> list[Edit]:
        """Halving finds the few that do harm without reading the file once for each."""
        if not edits or self.left <= 0:
            return kept
        self.left -= 1
        if _safe(self.document, [*kept, *edits]):
            return [*kept, *edits]
        if len(edits) == 1:
            return kept
        half = len(edits) // 2
        return self.kept(self.kept(kept, edits[:half]), edits[half:])


def _safe(document: Document, edits: Sequence[Edit]) -> bool:
    after = parse(document.source.path, apply_edits(document.source.data, edits))
    below = sum(edit.span.start >= document.body_start for edit in edits)
    if _rest(document) != _rest(after) or len(after.items) < len(document.items) + below:
        return False
    if below < len(edits) and not _only_adds_keys(document, after):
        return False
    if document.opaque != after.opaque:  # a paragraph that becomes a list takes indented code below it in
        return False
    return _items(document) <= _items(after)


def _only_adds_keys(document: Document, after: Document) -> bool:
    """Whether front matter says all that it said."""
    old, new = front_matter.read(document.front_matter), front_matter.read(after.front_matter)
    return new.error is None and all(new.values.get(key) == value for key, value in old.values.items())


def _items(document: Document) -> "Counter[tuple[object, ...]]":
    """Items without their occurrence: one more of the same words before them moves it."""
    return Counter((item.key.name, item_value(item)) for item in document.items)


def _rest(document: Document) -> dict[tuple[object, ...], object]:
    """All but items; and the section before the first heading, which is there once an item is in it."""
    numbered = {("section", key) for key, section in section_keys(document) if section.level}
    found = said(document)
    return {key: value for key, value in found.items() if key[0] not in ("item", "section") or key in numbered}
