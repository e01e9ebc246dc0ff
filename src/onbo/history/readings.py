"""What one version of a file says of its items: no more than history asks for, and read fast."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from onbo.document.identity import ItemKey, item_key
from onbo.document.model import Document
from onbo.document.parse import parse
from onbo.errors import OnboError
from onbo.history.revisions import Blob

OPEN = "open"
DONE = "done"
NOT_APPLICABLE = "n/a"
STATES = {b" "[0]: OPEN, b"x"[0]: DONE, b"X"[0]: DONE, b"~"[0]: NOT_APPLICABLE}
# How many bytes are compared at once.
STRETCH = 512


class Seen(NamedTuple):
    """An item as one version has it. state: open, done or n/a; party: for whom its token says that it waits."""

    number: str
    text: str
    state: str
    party: str | None = None

    @property
    def waiting(self) -> str | None:
        """For whom it waits; a token means nothing once the item is not open."""
        return self.party if self.state == OPEN else None


class Reading(NamedTuple):
    """items by key; boxes: the key of the item whose mark is at that byte."""

    data: bytes
    items: Mapping[ItemKey, Seen]
    boxes: Mapping[int, ItemKey]


def read(path: str, data: bytes) -> Reading | None:
    """The items of a version; None where it cannot be read, or where an unresolved merge conflict stands in it."""
    try:
        document = parse(path, data)
    except OnboError:
        return None
    return None if document.conflict_line else of(document)


def of(document: Document) -> Reading:
    """From the outlined tasks: items in full cost far more, and there are many versions."""
    items: dict[ItemKey, Seen] = {}
    boxes: dict[int, ItemKey] = {}
    times: dict[ItemKey, int] = {}
    for section in document.walk():
        for number, line, task in section.own.numbered():
            said = task.box.said
            first = item_key(said.attributes.id, section.path, said.text)
            times[first] = times.get(first, 0) + 1
            key = first if times[first] == 1 else first._replace(repeat=times[first])
            party = next((mark.value for mark in said.marks if mark.kind == "waiting"), None)
            items[key] = Seen(number, said.text, STATES[ord(task.box.mark)], party)
            boxes[document.source.offset(line + task.line, task.box.start + 1)] = key
    return Reading(document.source.data, items, boxes)


def ticked(old: Reading, data: bytes) -> Reading | None:
    """The reading of a version that differs from another in marks alone; None where it differs in more.

    Nearly every version is a tick, and a tick cannot change what stands where: this spares the parsing.
    """
    if len(data) != len(old.data):
        return None
    items = dict(old.items)
    for place in _differences(old.data, data):
        key, state = old.boxes.get(place), STATES.get(data[place])
        if key is None or state is None:
            return None
        items[key] = items[key]._replace(state=state)
    return Reading(data, items, old.boxes)


def _differences(one: bytes, other: bytes) -> Iterator[int]:
    """The bytes in which two of equal length differ. Whole stretches are compared first: that is fast."""
    for start in range(0, len(one), STRETCH):
        first, second = one[start : start + STRETCH], other[start : start + STRETCH]
        if first != second:
            yield from (start + at for at, (a, b) in enumerate(zip(first, second, strict=True)) if a != b)


class Readings:
    """The readings of one file's versions, each blob read once."""

    def __init__(self, path: str, blobs: Mapping[Blob, bytes]) -> None:
        self.path = path
        self.blobs = blobs
        self.known: dict[Blob, Reading | None] = {}
        self.last: Reading | None = None

    def __call__(self, blob: Blob) -> Reading | None:
        """The reading of a blob; None where it cannot be read, or is not here."""
        if blob not in self.known:
            data = self.blobs.get(blob)
            found = None
            if data is not None:
                found = (self.last and ticked(self.last, data)) or read(self.path, data)
            self.known[blob] = found
            self.last = found or self.last
        return self.known[blob]
