"""A document cut into units that are merged each by its own rules, and which unit of one version is which of another.

Every line belongs to one unit, in order. Blank lines belong to the unit above them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from onbo.document.identity import normal
from onbo.document.model import Document, Field, Item, Row
from onbo.merging.lines import Text

# Of the words of the longer text, how many two texts must share to be one item reworded, and how many for a tick to
# cross from the one to the other.
REWORDED = 0.6
TICK_CROSSES = 0.8
# A word that stands in more items than this tells nobody which item it is.
COMMON_WORD = 40
PUNCTUATION = ".,;:!?()[]{}'\"*_`"

Key = tuple[object, ...]


class Unit(NamedTuple):
    """Whole lines: an item's own lines, a field, a table row, a heading, or one line of anything else.

    kind    item, note, field, quote, row, heading, matter, text, or start for blank lines above everything
    key     what it is called, the same in another version
    place   keys of what it stands in: headings, then the item, field or table above it
    first   its first line, 0-based
    lines   without line ends
    blanks  the blank lines behind it
    holder  first line of the item, field, table or else heading that it stands in; -1 for none
    ref     the item, field or row that it is
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
        """What people call it."""
        if isinstance(self.ref, Item):
            return self.ref.text
        if isinstance(self.ref, Field):
            return self.ref.label
        text = " ".join(line.decode("utf-8", "replace").strip() for line in self.lines)
        return text.strip("# ") if self.kind == "heading" else text


class _Line(NamedTuple):
    """What begins at a line. end: the line after its last, 0-based."""

    kind: str
    key: Key
    end: int
    holder: int
    ref: Item | Field | Row | None = None


def is_blank(line: bytes) -> bool:
    """Whether nothing stands on a line but white space and the marks of a quote."""
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
            if units:
                units[-1] = units[-1]._replace(blanks=(*units[-1].blanks, lines[at]))
            else:
                units.append(Unit("start", ("start",), (), at, (), (lines[at],)))
            at += 1
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


def _begins(document: Document) -> dict[int, _Line]:
    """By line, what begins there; whatever is not in it is text."""
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
    """By index among `side`: the index among `base` of the same unit.

    Units of one key and place pair in their order; then items of one place and text of which one has an id; then those of one key, where just one is left on each side; then
    items that were reworded; then the notes of items that were reworded or moved.

    moved  whether a unit of another place, or in other words, may be the same
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
    """Pairs found so far. pairs: by index among side, the index among base; taken: the values of it."""

    def __init__(self, base: Sequence[Unit], side: Sequence[Unit]) -> None:
        self.base, self.side = base, side
        self.pairs: dict[int, int] = {}
        self.taken: set[int] = set()

    def _left(self) -> tuple[list[int], list[int]]:
        """The indexes that are in no pair, among base and among side."""
        here = [at for at in range(len(self.base)) if at not in self.taken]
        return here, [at for at in range(len(self.side)) if at not in self.pairs]

    def _add(self, there: Sequence[int], here: Sequence[int]) -> None:
        self.pairs.update(zip(there, here, strict=False))
        self.taken.update(here[: len(there)])

    def by_name(self, name: Callable[[Unit], Key | None], *, alone: bool) -> None:
        """alone: only where just one of the name is left on each side."""
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
                # One of several that are alike came or went: those that are alike to the letter are the same.
                same = self._to_the_letter(origins, places)
                self._add([second for second, _ in same], [first for _, first in same])
            rest = [at for at in places if at not in self.pairs]
            self._add(rest, [at for at in origins if at not in self.taken])

    def given_ids(self) -> None:
        """Items of one place and text, of which there is one on each side, and just one of the two has an id."""
        found: defaultdict[Key, list[list[int]]] = defaultdict(lambda: [[], []])
        for side, (units, indexes) in enumerate(zip((self.base, self.side), self._left(), strict=True)):
            for at in indexes:
                item = units[at].ref
                if isinstance(item, Item):
                    found[units[at].place, normal(item.text)][side].append(at)
        for here, there in found.values():
            if len(here) == len(there) == 1 and self.base[here[0]].key[0] != self.side[there[0]].key[0]:
                self._add(there, here)

    def _to_the_letter(self, origins: Sequence[int], places: Sequence[int]) -> list[tuple[int, int]]:
        by_lines: defaultdict[tuple[bytes, ...], list[int]] = defaultdict(list)
        for at in origins:
            by_lines[self.base[at].lines].append(at)
        found = []
        for at in places:
            fitting = by_lines[self.side[at].lines]
            if fitting:
                found.append((at, fitting.pop(0)))
        return found

    def by_likeness(self) -> None:
        here, there = self._left()
        here = [at for at in here if isinstance(self.base[at].ref, Item)]
        there = [at for at in there if isinstance(self.side[at].ref, Item)]
        if here and there:
            likest_pairs = likest([words(self.base[at]) for at in here], [words(self.side[at]) for at in there])
            for second, first in likest_pairs.items():
                new, old = self.side[there[second]], self.base[here[first]]
                elsewhere = new.place != old.place  # and then it has neither its words nor its place any more
                if elsewhere and ("id" in (new.key[0], old.key[0]) or likeness(words(old), words(new)) < TICK_CROSSES):
                    continue
                self._add([there[second]], [here[first]])

    def notes(self) -> None:
        """Notes of the same words whose items are paired, or whose items stand outside what is looked at."""
        lines = {unit.first: at for at, unit in enumerate(self.side)}
        origins = {unit.first: at for at, unit in enumerate(self.base)}
        first = {id(unit): origins.get(unit.holder, -1) for unit in self.base}
        second = {id(unit): self.pairs.get(lines.get(unit.holder, -1), -1) for unit in self.side}
        known = first | second
        self.by_name(lambda unit: (unit.key, known[id(unit)]) if unit.kind == "note" else None, alone=False)


def item_pairs(base: Document, side: Document) -> list[tuple[Item | None, Item | None]]:
    """Each item of two states of a document beside itself in the other; None where it is in one only."""
    units = [cut(document) for document in (base, side)]
    items = [[unit for unit in found if isinstance(unit.ref, Item)] for found in units]
    origins = pair(items[0], items[1])
    there = {origin: items[1][at].ref for at, origin in origins.items()}
    both = [(unit.ref, there.get(at)) for at, unit in enumerate(items[0])]
    new = [(None, unit.ref) for at, unit in enumerate(items[1]) if at not in origins]
    return [(a if isinstance(a, Item) else None, b if isinstance(b, Item) else None) for a, b in (*both, *new)]


def words(unit: Unit) -> tuple[str, ...]:
    """The words of an item, without punctuation at their edges."""
    return words_of(unit.ref) if isinstance(unit.ref, Item) else ()


def words_of(item: Item) -> tuple[str, ...]:
    return tuple(word for raw in normal(item.text).split() if (word := raw.strip(PUNCTUATION)))


def likeness(first: Sequence[str], second: Sequence[str]) -> float:
    """The share of the longer text's words that both have."""
    longer = max(len(first), len(second))
    return sum((Counter(first) & Counter(second)).values()) / longer if longer else 1.0


def likest(base: Sequence[Sequence[str]], side: Sequence[Sequence[str]]) -> dict[int, int]:
    """By index among `side`: the one text of `base` that is likest it and reworded at most, each the other's best.

    Only texts that share one of their rarer words are compared, so that thousands are paired in little time.
    """
    index: defaultdict[str, list[int]] = defaultdict(list)
    for at, text in enumerate(base):
        for word in set(text):
            index[word].append(at)
    best: dict[int, list[tuple[float, int]]] = defaultdict(list)
    chosen: dict[int, int] = {}
    for there, text in enumerate(side):
        near = {here for word in set(text) if len(index.get(word, ())) <= COMMON_WORD for here in index.get(word, ())}
        scores = sorted(((likeness(base[here], text), here) for here in near), reverse=True)[:2]
        if scores and scores[0][0] >= REWORDED and (len(scores) == 1 or scores[1][0] < scores[0][0]):
            chosen[there] = scores[0][1]
            best[scores[0][1]].append((scores[0][0], there))
    pairs: dict[int, int] = {}
    for there, here in chosen.items():
        rivals = sorted(best[here], reverse=True)
        if rivals[0][1] == there and (len(rivals) == 1 or rivals[1][0] < rivals[0][0]):
            pairs[there] = here
    return pairs
