"""Handles what one side moved and the other changed: the change is made in the new place.

Git shows such a move as a conflict at the old place, where one side has nothing and the other has the change.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from onbo.merging.around import said
from onbo.merging.contents import DisagreeError, Version, merge_unit
from onbo.merging.hunks import BASE, OURS, THEIRS, Decision, Lines, Part
from onbo.merging.units import Key, Unit, pair

# The kinds of unit that can be found again by name.
MOVABLE = ("item", "field", "row")


class Patch(NamedTuple):
    """Replace lines `start` (0-based) to `stop` (exclusive) of the mover's version with `lines`."""

    start: int
    stop: int
    lines: Lines


class Followed(NamedTuple):
    """One hunk from which the moves have been taken out.

    parts    base, ours and theirs; in them the moved units are as in base
    patches  by the side that moved: the changes to make in the new places
    """

    parts: tuple[Part, Part, Part]
    patches: Mapping[int, tuple[Patch, ...]]
    decisions: tuple[Decision, ...]


Inside = Mapping[int, Sequence[Unit]]


def _inside(units: Sequence[Unit]) -> Inside:
    """What is directly below each unit, by the first line of that."""
    found: dict[int, list[Unit]] = {}
    for unit in units:
        found.setdefault(unit.holder, []).append(unit)
    return found


class Whole:
    """All units of each version, and where each of them is; looked up on first use."""

    def __init__(self, parts: tuple[Part, Part, Part]) -> None:
        self.parts = parts
        self._places: dict[int, dict[tuple[str, Key], list[Unit]]] = {}
        self._insides: dict[int, Inside] = {}
        self._names: dict[int, dict[tuple[int, str, Key], list[Unit]]] = {}

    def places(self, side: int) -> Mapping[tuple[str, Key], list[Unit]]:
        """By kind and key."""
        if side not in self._places:
            found = self._places[side] = {}
            for unit in self.parts[side].units:
                if unit.kind in MOVABLE:
                    found.setdefault((unit.kind, unit.key), []).append(unit)
        return self._places[side]

    def inside(self, side: int) -> Inside:
        """What is directly below each unit, by the first line of that."""
        if side not in self._insides:
            self._insides[side] = _inside(self.parts[side].units)
        return self._insides[side]

    def called(self, side: int, holder: int, unit: Unit) -> Sequence[Unit]:
        """The units directly below one, given by its first line, that have the kind and key of this unit."""
        if side not in self._names:
            found = self._names[side] = {}
            for other in self.parts[side].units:
                found.setdefault((other.holder, other.kind, other.key), []).append(other)
        return self._names[side].get((holder, unit.kind, unit.key), ())


def follow(parts: tuple[Part, Part, Part], whole: Whole) -> Followed:
    """Find the units that a side moved out of a hunk and the other side changed."""
    patches: dict[int, tuple[Patch, ...]] = {}
    decisions: list[Decision] = []
    for mover, other in ((OURS, THEIRS), (THEIRS, OURS)):
        if len(parts[mover].units) == len(whole.parts[mover].units):
            continue
        moves = _Moves(parts, whole, mover, other)
        made = tuple(moves.patches())
        if made:
            patches[mover] = made
            decisions += moves.decisions
            changed = list(parts)
            changed[other] = parts[other]._replace(units=tuple(moves.left()))
            units = (unit for at, unit in enumerate(parts[BASE].units) if at not in moves.gone)
            changed[BASE] = parts[BASE]._replace(units=tuple(units))
            parts = (changed[0], changed[1], changed[2])
    return Followed(parts, patches, tuple(decisions))


class _Moves:
    """What one side moved out of a hunk."""

    def __init__(self, parts: tuple[Part, Part, Part], whole: Whole, mover: int, other: int) -> None:
        self.parts, self.whole, self.mover, self.other = parts, whole, mover, other
        base, mine, theirs = (parts[side].units for side in (BASE, mover, other))
        kept = pair(base, mine)
        stayed = set(kept.values())
        # What came where something went may be what went, in other words.
        self.new = {unit.kind for at, unit in enumerate(mine) if at not in kept}
        self.known = pair(base, theirs) if len(stayed) < len(base) else {}
        self.origin = {at: origin for at, origin in self.known.items() if origin not in stayed}
        self.own = {unit.first for unit in parts[mover].units}
        self._elsewhere: dict[tuple[str, Key], list[Unit]] = {}
        self.handled: dict[int, Unit | None] = {}  # by index in the other side's units: what stays in their place
        self.gone: set[int] = set()  # by index in base's units: what the other side removed below a moved unit
        self.decisions: list[Decision] = []

    @cached_property
    def inside(self) -> Mapping[int, Inside]:
        """By side, what is directly below each unit of the hunk."""
        return {side: _inside(self.parts[side].units) for side in (BASE, self.other)}

    @cached_property
    def at(self) -> Mapping[int, Mapping[int, int]]:
        """By side and first line, the indexes of the hunk's units."""
        sides = (BASE, self.other)
        return {side: {unit.first: at for at, unit in enumerate(self.parts[side].units)} for side in sides}

    @cached_property
    def left_in_base(self) -> frozenset[int]:
        """The indexes of the units of base that the other side still has."""
        return frozenset(self.known.values())

    def patches(self) -> Iterator[Patch]:
        """The other side's changes, for the new places."""
        units = self.parts[self.other].units
        for at, origin in self.origin.items():
            before = self.parts[BASE].units[origin]
            places = self._places(before)
            if len(places) != 1:
                continue
            place, now = places[0], units[at]
            below = self._new_below(at)
            gone = self._gone_below(origin)
            if now.lines == before.lines and not below and not gone:
                continue
            if before.kind in self.new or self._is_changed_there(before, place):
                continue
            try:
                lines = self._merged(before, place, now)
                added = tuple(line for inner in below for line in self._carried(units[inner], now, place))
                removed = [self._same_below(self.parts[BASE].units[inner], place) for inner in gone]
            except DisagreeError:
                continue
            stop = place.first + len(place.lines)
            yield Patch(place.first, stop, lines)
            if added:
                end = self._behind(place, notes=all(units[inner].kind == "note" for inner in below))
                yield Patch(end, end, added)
            for unit in removed:
                yield Patch(unit.first, unit.first + len(unit.lines), ())
            self.gone.update(gone)
            self.handled[at] = now._replace(lines=before.lines)
            self.handled.update(dict.fromkeys(below))
            sides = ("base", "ours", "theirs")
            reason = f"moved in {sides[self.mover]}, changed in {sides[self.other]}"
            self.decisions.append(Decision("moved", place.name, reason))

    def left(self) -> Iterator[Unit]:
        """The other side's units, except for the changes that were carried to the new places."""
        for at, unit in enumerate(self.parts[self.other].units):
            kept = self.handled.get(at, unit)
            if kept is not None:
                yield kept

    def _places(self, before: Unit) -> Sequence[Unit]:
        """Where the mover has units of this name outside the hunk."""
        name = (before.kind, before.key)
        if name not in self._elsewhere:
            places = self.whole.places(self.mover).get(name, ())
            self._elsewhere[name] = [unit for unit in places if unit.first not in self.own]
        return self._elsewhere[name]

    def _new_below(self, at: int) -> list[int]:
        """What the other side added below the unit at this index, at any depth, in order."""
        units, inside, place = self.parts[self.other].units, self.inside[self.other], self.at[self.other]
        found: list[int] = []
        left = [units[at]]
        while left:
            below = inside.get(left.pop().first, ())
            left += below
            found += [place[unit.first] for unit in below]
        return sorted(inner for inner in found if inner > at and inner not in self.known)

    def _gone_below(self, origin: int) -> list[int]:
        """The units directly below a unit of base that the other side no longer has."""
        below = self.inside[BASE].get(self.parts[BASE].units[origin].first, ())
        return [at for unit in below if (at := self.at[BASE][unit.first]) not in self.left_in_base]

    def _is_changed_there(self, before: Unit, place: Unit) -> bool:
        """Whether the mover changed the unit too; then it may be a different one with the same words."""
        insides = (self.inside[BASE].get(before.first, ()), self.whole.inside(self.mover).get(place.first, ()))
        below = [[(unit.kind, unit.key) for unit in units] for units in insides]
        return said(before) != said(place) or below[0] != below[1]

    def _same_below(self, unit: Unit, place: Unit) -> Unit:
        """The same note below the moved unit in its new place. Raises DisagreeError if it has changed there."""
        fitting = self.whole.called(self.mover, place.first, unit)
        if len(fitting) != 1 or unit.kind != "note":
            raise DisagreeError("what is below this")
        return fitting[0]

    def _merged(self, before: Unit, place: Unit, now: Unit) -> Lines:
        base = Version(self.parts[BASE].document, before)
        mine = Version(self.whole.parts[self.mover].document, place)
        other = Version(self.parts[self.other].document, now)
        ours, theirs = (mine, other) if self.mover == OURS else (other, mine)
        return merge_unit(base, ours, theirs)

    def _carried(self, unit: Unit, now: Unit, place: Unit) -> Lines:
        """Lines below an item, indented to fit its new place."""
        old, new = (_indentation(found.lines[0]) for found in (now, place))
        if not all(line.startswith(old) for line in unit.lines):
            raise DisagreeError("how far this is indented")
        return tuple(new + line[len(old) :] for line in unit.lines)

    def _behind(self, place: Unit, *, notes: bool) -> int:
        """The line after an item and its notes, or after everything below it."""
        end = place.first + len(place.lines)
        inside = self.whole.inside(self.mover)
        left = [place]
        while left:
            for unit in inside.get(left.pop().first, ()):
                if unit.kind == "note" or not notes:
                    left.append(unit)
                    end = max(end, unit.first + len(unit.lines))
        return end


def _indentation(line: bytes) -> bytes:
    return line[: len(line) - len(line.lstrip(b" \t"))]


def applied(lines: Sequence[bytes], patches: Sequence[Patch]) -> Sequence[bytes]:
    """Lines with the patches applied; patches count from the first of the lines."""
    if not patches:
        return lines
    # An insertion comes before what it is at, and of several the last is first.
    order = sorted(patches, key=lambda patch: (patch.start, patch.stop), reverse=True)[::-1]
    patched: list[bytes] = []
    done = 0
    for patch in order:
        if patch.start < done:
            return _applied_in_turn(lines, order[::-1])
        patched += lines[done : patch.start]
        patched += patch.lines
        done = patch.stop
    return [*patched, *lines[done:]]


def _applied_in_turn(lines: Sequence[bytes], patches: Sequence[Patch]) -> Sequence[bytes]:
    """The same for patches to the same lines, the last first: each changes what the one before it left."""
    patched = list(lines)
    for patch in patches:
        patched[patch.start : patch.stop] = patch.lines
    return patched
