"""What the whole files say about which unit is which, for settling a part of them."""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

from onbo.document.model import Item
from onbo.merging.likeness import WordIndex
from onbo.merging.units import Key, Unit, text_of, words

Lines = tuple[bytes, ...]
Name = tuple[str, Key]
# Kinds that may occur several times with the same words.
TWINS = ("item", "field", "row")
# How many items that only a copy has are compared with those that its template changed.
MOST_OWN = 400
# The bullet or number of an item of a list.
LIST_MARKER = re.compile(rb"^(?:[-*+]|\d+[.)])(?=\s)")


class Around(NamedTuple):
    """Facts about the whole files, by kind and key.

    known  how many of each base has
    grown  units that both sides have more of than base
    left   units that ours has as many of as base, or has in a new place, by their words
    alike  words that occur several times in a version
    twins  names of units that cannot be told apart
    moved  repeated words of units where one side moved one and the other changed one
    own    the words of the items of ours whose text base does not have, of the first MOST_OWN
    replaced  how many items, fields and rows are in neither side, by kind
    fewer  by side, units that it has fewer of in some place than base, by their words
    lacks  by side, units that it has fewer of in the whole file than base, by their words
    often  headings that occur several times under one heading
    """

    known: Mapping[Name, int] = MappingProxyType({})
    grown: Container[Name] = ()
    left: Container[Key] = ()
    alike: Container[Key] = ()
    twins: Container[Key] = ()
    moved: Container[Key] = ()
    own: WordIndex = WordIndex((), 0)
    replaced: Mapping[str, int] = MappingProxyType({})
    fewer: Sequence[Container[Key]] = ((), (), ())
    lacks: Sequence[Container[Key]] = ((), (), ())
    often: Container[Key] = ()

    @classmethod
    def of(cls, base: Sequence[Unit], ours: Sequence[Unit], theirs: Sequence[Unit]) -> "Around":
        before, mine, other = (Counter((unit.kind, unit.key) for unit in units) for units in (base, ours, theirs))
        grown = {name for name in mine if name[0] in TWINS and min(mine[name], other[name]) > before[name]}
        here, there, beyond = (Counter(map(said_name, units)) for units in (base, ours, theirs))
        lacks = ((), frozenset(here - there), frozenset(here - beyond))
        came = Counter(_by_section(ours)) - Counter(_by_section(base))
        left = {name for name, count in here.items() if there[name] >= count} | {name for _, _, name in came}
        alike = _named_alike(base, ours, theirs)
        reordered = [frozenset(_reordered(base, side)) for side in (ours, theirs)]
        twins, moved = frozenset(_unknown_twins(alike)), frozenset(_moved_twins(alike, reordered))
        often = {name for units in (base, ours, theirs) for name, count in _headings(units).items() if count > 1}
        fewer = ((), *(frozenset(_fewer(base, side)) for side in (ours, theirs)))
        came_in = (words(unit) for unit in ours if unit.kind == "item" and said_name(unit) not in here)
        own = WordIndex(tuple(islice(came_in, MOST_OWN)), MOST_OWN)
        replaced = gone_in_both(base, ours, theirs)
        return cls(before, grown, left, frozenset(alike), twins, moved, own, replaced, fewer, lacks, often)


def said_name(unit: Unit) -> Key:
    """The kind and text of a unit, whatever else it says."""
    return (unit.kind, text_of(unit) if isinstance(unit.ref, Item) else unit.key)


def twin_name(unit: Unit) -> Key:
    """The same, with the unit's place."""
    return (unit.place, *said_name(unit))


def _by_section(units: Sequence[Unit]) -> Iterator[tuple[int, Key, Key]]:
    """For each unit: the number of its section among those with the same title, its place, and its words."""
    headings: Counter[Key] = Counter()
    number = 0
    for unit in units:
        if unit.kind == "heading":
            headings[twin_name(unit)] += 1
            number = headings[twin_name(unit)]
        yield number, unit.place, said_name(unit)


Alike = tuple[Key, Lines, tuple[Key, ...]]


def _named_alike(*versions: Sequence[Unit]) -> Mapping[Key, list[list[Alike]]]:
    """Items, fields and rows that occur several times with the same words in some version.

    By words and version: the place of each, what it says, and what is directly below it.
    """
    groups: defaultdict[Key, list[list[Alike]]] = defaultdict(lambda: [[], [], []])
    for side, units in enumerate(versions):
        below: defaultdict[int, list[Key]] = defaultdict(list)
        for unit in units:
            below[unit.holder].append(unit.key)
        for unit in units:
            if unit.kind in TWINS:
                groups[said_name(unit)][side].append((unit.place, said(unit), tuple(below[unit.first])))
    return {name: sides for name, sides in groups.items() if max(map(len, sides)) > 1}


def _unknown_twins(alike: Mapping[Key, list[list[Alike]]]) -> Iterator[Key]:
    """Items, fields and rows with the same words in one place that cannot be told apart.

    That is so if both sides changed any of them, or if one side has more or fewer of them and changed one.
    """
    for name, sides in alike.items():
        places: dict[Key, list[list[Alike]]] = {}
        for side, units in enumerate(sides):
            for unit in units:
                places.setdefault(unit[0], [[], [], []])[side].append(unit)
        for place, (base, ours, theirs) in places.items():
            if max(len(base), len(ours), len(theirs)) == 1:
                continue
            if base not in (ours, theirs) or any(
                len(side) != len(base) and Counter(base) - Counter(side) and Counter(side) - Counter(base)
                for side in (ours, theirs)
            ):
                yield (place, *name)


def _headings(units: Sequence[Unit]) -> Counter[Key]:
    return Counter(twin_name(unit) for unit in units if unit.kind == "heading")


def _reordered(base: Sequence[Unit], side: Sequence[Unit]) -> Iterator[Key]:
    """Places in which a side has the units of base in a different order."""
    orders: list[defaultdict[Key, list[Key]]] = []
    for units in (base, side):
        orders.append(defaultdict(list))
        for unit in units:
            if unit.kind in TWINS:
                orders[-1][unit.place].append(said_name(unit))
    for place, before in orders[0].items():
        now = orders[1].get(place, [])
        if before != now:
            counts = Counter(before), Counter(now)
            both = {name for name in counts[0] if counts[0][name] == counts[1][name]}
            if [name for name in before if name in both] != [name for name in now if name in both]:
                yield place


def _moved_twins(alike: Mapping[Key, list[list[Alike]]], reordered: Sequence[Container[Key]]) -> Iterator[Key]:
    """Repeated words of items, fields and rows, anywhere, if one side moved one and the other changed any of them."""
    for name, (base, *sides) in alike.items():
        places = [Counter(place for place, _, _ in units) for units in (base, *sides)]
        for mover, other in ((1, 2), (2, 1)):
            side = sides[mover - 1]
            changed = Counter(side) - Counter(base) and Counter(base) - Counter(side)
            elsewhere = changed and (places[mover] - places[0] or len(side) != len(base))
            moved = elsewhere or any(place in reordered[mover - 1] for place in places[0])
            if moved and sides[other - 1] != base:
                yield name


def _fewer(base: Sequence[Unit], side: Sequence[Unit]) -> Iterator[Key]:
    for _, *name in Counter(map(twin_name, base)) - Counter(map(twin_name, side)):
        yield tuple(name)


def gone_in_both(*versions: Sequence[Unit]) -> Counter[str]:
    """How many items, fields and rows of base are in neither side, by kind."""
    base, ours, theirs = (Counter(map(said_name, units)) for units in versions)
    gone: Counter[str] = Counter()
    for name, kind in {said_name(unit): unit.kind for unit in versions[0] if unit.kind in TWINS}.items():
        gone[kind] += max(0, base[name] - max(ours[name], theirs[name]))
    return gone


def said(unit: Unit) -> Lines:
    """The lines of a unit without indentation, and with the same bullet for every list marker."""
    lines = tuple(line.strip() for line in unit.lines)
    return (LIST_MARKER.sub(b"-", lines[0]), *lines[1:]) if unit.kind == "item" else lines
