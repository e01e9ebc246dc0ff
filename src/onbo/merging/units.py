"""Cuts a document into units, each merged by its own rules, and matches the units of two versions.

Every line belongs to exactly one unit, in order. Blank lines belong to the unit above them.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from onbo.document.identity import normal
from onbo.document.model import Document, Field, Item, Row
from onbo.document.parse import parse_again
from onbo.merging.likeness import WordIndex, Words, likeness
from onbo.merging.lines import Text

# The share of the longer text's words that two texts must have in common to be one item reworded, and for a tick to
# carry over from one to the other.
REWORDED = 0.6
TICK_CROSSES = 0.8
# A word that occurs in more items than this does not help to identify one.
COMMON_WORD = 40
PUNCTUATION = ".,;:!?()[]{}'\"*_`"

Key = tuple[object, ...]


class Unit(NamedTuple):
    """Whole lines: an item's own lines, a field, a table row, a heading, or one line of anything else.

    kind    item, note, field, quote, row, heading, matter, text, or start (blank lines at the top)
    key     its name, the same in every version
    place   keys of what holds it: headings, then the item, field or table
    first   its first line, 0-based
    lines   without line ends
    blanks  the blank lines after it
    holder  first line of the item, field or table that holds it, else of the heading; -1 for none
    ref     the parsed item, field or row, if it is one
    """

    kind: str
    key: Key
    place: Key
    first: int
    lines: tuple[bytes, ...]
    blanks: tuple[bytes, ...] = ()
    holder: int = -1
    ref: Item | Field | Row | None = None

    @property
    def whole(self) -> tuple[bytes, ...]:
        return self.lines + self.blanks

    @property
    def name(self) -> str:
        """The name shown to people."""
        if isinstance(self.ref, Item):
            return self.ref.text
        if isinstance(self.ref, Field):
            return self.ref.label
        text = " ".join(line.decode("utf-8", "replace").strip() for line in self.lines)
        return text.strip("# ") if self.kind == "heading" else text


class _Line(NamedTuple):
    """What begins on a line. end: the line after its last, 0-based."""

    kind: str
    key: Key
    end: int
    holder: int
    ref: Item | Field | Row | None = None


def is_blank(line: bytes) -> bool:
    """Whether a line holds only white space and quote markers."""
    return not line.strip(b" \t>")


def cut(document: Document) -> list[Unit]:
    """The units of a whole document."""
    lines = Text.of(document.source.data).lines
    begins = _begins(document)
    units: list[Unit] = []
    headings: list[tuple[int, int, Key]] = []  # level, line, key
    places: dict[int, Key] = {}
    at = 0
    while at < len(lines):
        if at not in begins and is_blank(lines[at]):
            stop = at + 1
            while stop < len(lines) and stop not in begins and is_blank(lines[stop]):
                stop += 1
            if units:
                units[-1] = units[-1]._replace(blanks=lines[at:stop])
            else:
                units.append(Unit("start", ("start",), (), at, (), lines[at:stop]))
            at = stop
            continue
        text = lines[at].decode("utf-8", "surrogateescape").strip()
        line = begins.get(at) or _Line("quote" if text[:1] == ">" else "text", ("text", text), at + 1, -1)
        if line.kind == "heading":
            level = line.key[1]
            headings = [heading for heading in headings if isinstance(level, int) and heading[0] < level]
        titles = tuple(key for _, _, key in headings)
        holder = line.holder if line.holder >= 0 else headings[-1][1] if headings else -1
        place = places.get(line.holder, titles)
        end = max(at + 1, line.end)
        units.append(Unit(line.kind, line.key, place, at, lines[at:end], (), holder, line.ref))
        places[at] = (*place, line.key)
        if line.kind == "heading" and isinstance(line.key[1], int):
            headings.append((line.key[1], at, line.key))
        at = end
    return units


@lru_cache(8)
def cut_again(data: bytes) -> tuple[Unit, ...]:
    """The units of a text without a name; kept, because a merge needs those of the same few texts several times."""
    return tuple(cut(parse_again(data)))


def _begins(document: Document) -> dict[int, _Line]:
    """What begins on each line; a line that is not listed is text."""
    begins: dict[int, _Line] = {}
    source = document.source
    for at, text in enumerate(source.texts[: document.front_matter.end if document.front_matter else 0]):
        begins[at] = _Line("matter", ("matter", text.partition(":")[0].strip()), at + 1, -1)
    for section in document.walk():
        at = section.line - 1
        if section.level and at not in begins and source.texts[at].strip():
            title = normal(source.texts[at].strip().strip("#"))
            begins[at] = _Line("heading", ("heading", section.level, title), at + 1, -1)
    for field in document.fields:
        at = field.line - 1
        begins[at] = _Line("field", ("field", normal(field.label)), at + 1, -1, field)
        if field.notes:
            for inner in range(source.line_at(field.span.start) - 1, source.line_at(field.span.end)):
                text = source.texts[inner].strip()
                if text.strip("> \t"):
                    begins.setdefault(inner, _Line("quote", ("quote", text), inner + 1, at))
    for line, row in [(table.line - 1, row) for table in document.tables for row in table.rows]:
        first = normal(row.cells[0].text) if row.cells else ""
        begins[row.line - 1] = _Line("row", ("row", first), row.line, line, row)
    for table in document.tables:  # the line below its header goes with it
        text = source.texts[table.line].strip()
        begins[table.line] = _Line("text", ("text", text), table.line + 1, table.line - 1)
    _add_items(document, begins)
    return begins


def _add_items(document: Document, begins: dict[int, _Line]) -> None:
    source = document.source
    firsts = {item.number: source.line_at(item.span.start) - 1 for item in document.items}
    own: set[int] = set()
    for item in document.items:  # an item comes before what is nested under it
        first = firsts[item.number]
        if first in own:  # two items on one line: the outer one stands for both
            continue
        own.add(first)
        key: Key = ("id", item.attributes.id) if item.attributes.id else ("item", normal(item.text))
        holder = firsts.get(item.parent, -1) if item.parent else -1
        begins[first] = _Line("item", key, item.line, -1 if holder == first else holder, item)
        for inner in range(item.line, source.line_at(item.span.end)):
            text = source.texts[inner].strip()
            if text.strip("> \t") and inner not in own:
                begins[inner] = _Line("note", ("note", text), inner + 1, first)


# --- Which is which ---


def pair(base: Sequence[Unit], side: Sequence[Unit], *, moved: bool = True) -> dict[int, int]:
    """Maps each index in `side` to the index of the same unit in `base`.

    These are paired in turn: units with the same key and place, in order; items with the same place and text if only
    one of the two has an id; units with the same key if only one is left on each side; reworded items; the notes of
    reworded or moved items.

    moved  whether a unit may be paired with one in another place or with other words
    """
    if len(base) == len(side) and all(a.key == b.key and a.place == b.place for a, b in zip(base, side, strict=True)):
        return {at: at for at in range(len(side))}
    pairing = _Pairing(base, side)
    pairing.by_name(lambda unit: (unit.key, unit.place), alone=False)
    pairing.given_ids()
    if moved:
        pairing.by_name(lambda unit: None if unit.kind == "note" else unit.key, alone=True)
        pairing.by_likeness()
        pairing.notes()
    return pairing.pairs


class _Pairing:
    """The pairs found so far. pairs: indexes in base by index in side; taken: the indexes in base that have one."""

    def __init__(self, base: Sequence[Unit], side: Sequence[Unit]) -> None:
        self.base, self.side = base, side
        self.pairs: dict[int, int] = {}
        self.taken: set[int] = set()

    def _left(self) -> tuple[list[int], list[int]]:
        """The unpaired indexes in base and in side."""
        here = [at for at in range(len(self.base)) if at not in self.taken]
        return here, [at for at in range(len(self.side)) if at not in self.pairs]

    def _add(self, there: Sequence[int], here: Sequence[int]) -> None:
        self.pairs.update(zip(there, here, strict=False))
        self.taken.update(here[: len(there)])

    def by_name(self, name: Callable[[Unit], Key | None], *, alone: bool) -> None:
        """Pair units by name. alone: only if a single unit with that name is left on each side."""
        here: defaultdict[Key, list[int]] = defaultdict(list)
        there: defaultdict[Key, list[int]] = defaultdict(list)
        left = self._left()
        for units, indexes, by_name in ((self.base, left[0], here), (self.side, left[1], there)):
            for at in indexes:
                own = name(units[at])
                if own is not None:
                    by_name[own].append(at)
        for own, places in there.items():
            origins = here.get(own, [])
            if alone and not len(places) == len(origins) == 1:
                continue
            if len(places) != len(origins):
                # One of several similar units was added or removed: pair those with identical lines first.
                same = self._to_the_letter(origins, places)
                self._add([second for second, _ in same], [first for _, first in same])
            rest = [at for at in places if at not in self.pairs]
            self._add(rest, [at for at in origins if at not in self.taken])

    def given_ids(self) -> None:
        """Pair items with the same place and text, one on each side, if only one of the two has an id."""
        found: defaultdict[Key, list[list[int]]] = defaultdict(lambda: [[], []])
        for side, (units, indexes) in enumerate(zip((self.base, self.side), self._left(), strict=True)):
            for at in indexes:
                if isinstance(units[at].ref, Item):
                    found[units[at].place, text_of(units[at])][side].append(at)
        for here, there in found.values():
            if len(here) == len(there) == 1 and self.base[here[0]].key[0] != self.side[there[0]].key[0]:
                self._add(there, here)

    def _to_the_letter(self, origins: Sequence[int], places: Sequence[int]) -> list[tuple[int, int]]:
        by_lines: defaultdict[tuple[bytes, ...], deque[int]] = defaultdict(deque)
        for at in origins:
            by_lines[self.base[at].lines].append(at)
        found = []
        for at in places:
            fitting = by_lines[self.side[at].lines]
            if fitting:
                found.append((at, fitting.popleft()))
        return found

    def by_likeness(self) -> None:
        here, there = self._left()
        here = [at for at in here if isinstance(self.base[at].ref, Item)]
        there = [at for at in there if isinstance(self.side[at].ref, Item)]
        if here and there:
            likest_pairs = likest([words(self.base[at]) for at in here], [words(self.side[at]) for at in there])
            for second, first in likest_pairs.items():
                new, old = self.side[there[second]], self.base[here[first]]
                elsewhere = new.place != old.place  # then neither its words nor its place are the same
                if elsewhere and ("id" in (new.key[0], old.key[0]) or likeness(words(old), words(new)) < TICK_CROSSES):
                    continue
                self._add([there[second]], [here[first]])

    def notes(self) -> None:
        """Pair notes with the same words if their items are paired, or if their items are outside the units given."""
        lines = {unit.first: at for at, unit in enumerate(self.side)}
        origins = {unit.first: at for at, unit in enumerate(self.base)}
        first = {id(unit): origins.get(unit.holder, -1) for unit in self.base}
        second = {id(unit): self.pairs.get(lines.get(unit.holder, -1), -1) for unit in self.side}
        known = first | second
        self.by_name(lambda unit: (unit.key, known[id(unit)]) if unit.kind == "note" else None, alone=False)


def item_pairs(base: Document, side: Document) -> list[tuple[Item | None, Item | None]]:
    """The items of two versions of a document in pairs; None if an item is in only one of them."""
    units = [cut(document) for document in (base, side)]
    items = [[unit for unit in found if isinstance(unit.ref, Item)] for found in units]
    origins = pair(items[0], items[1])
    there = {origin: items[1][at].ref for at, origin in origins.items()}
    both = [(unit.ref, there.get(at)) for at, unit in enumerate(items[0])]
    new = [(None, unit.ref) for at, unit in enumerate(items[1]) if at not in origins]
    return [(a if isinstance(a, Item) else None, b if isinstance(b, Item) else None) for a, b in (*both, *new)]


def words(unit: Unit) -> tuple[str, ...]:
    """The words of an item, without surrounding punctuation."""
    return _words(text_of(unit)) if isinstance(unit.ref, Item) else ()


def words_of(item: Item) -> tuple[str, ...]:
    return _words(normal(item.text))


def text_of(unit: Unit) -> str:
    """The text of an item as it is compared; empty for anything else. Without an id it is in the item's key."""
    if unit.kind == "item" and unit.key[0] == "item":
        return str(unit.key[1])
    return normal(unit.ref.text) if isinstance(unit.ref, Item) else ""


def _words(text: str) -> tuple[str, ...]:
    return tuple([word for raw in text.split() if (word := raw.strip(PUNCTUATION))])


def likest(base: Sequence[Words], side: Sequence[Words]) -> dict[int, int]:
    """Maps an index in `side` to its best match in `base`, if it is close enough and each is the other's best match."""
    index = WordIndex(base, COMMON_WORD)
    best: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
    for there, text in enumerate(side):
        found = index.likest(text, REWORDED)
        if found is not None:
            best[found[1]].append((found[0], there))
    pairs: dict[int, int] = {}
    for here, rivals in best.items():
        rivals.sort(reverse=True)
        if len(rivals) == 1 or rivals[1][0] < rivals[0][0]:
            pairs[rivals[0][1]] = here
    return dict(sorted(pairs.items()))
