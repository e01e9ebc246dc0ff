"""Handles what one side moved and the other changed: the change is made in the new place.

Git shows such a move as a conflict at the old place, where one side has nothing and the other has the change.
"""

from collections.abc import Iterator, Mapping, Sequence
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


class Whole:
    """All units of each version, and where each of them is; looked up on first use."""

    def __init__(self, parts: tuple[Part, Part, Part]) -> None:
        self.parts = parts
        self._places: dict[int, dict[tuple[str, Key], list[Unit]]] = {}

    def places(self, side: int) -> Mapping[tuple[str, Key], list[Unit]]:
        """By kind and key."""
        if side not in self._places:
            found = self._places[side] = {}
            for unit in self.parts[side].units:
                if unit.kind in MOVABLE:
                    found.setdefault((unit.kind, unit.key), []).append(unit)
        return self._places[side]


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
        self.handled: dict[int, Unit | None] = {}  # by index in the other side's units: what stays in their place
        self.gone: set[int] = set()  # by index in base's units: what the other side removed below a moved unit
        self.decisions: list[Decision] = []

    def patches(self) -> Iterator[Patch]:
        """The other side's changes, for the new places."""
        units = self.parts[self.other].units
        for at, origin in self.origin.items():
            before = self.parts[BASE].units[origin]
            places = [
                unit
                for unit in self.whole.places(self.mover).get((before.kind, before.key), ())
                if unit.first not in self.own
            ]
            if len(places) != 1:
                continue
            place, now = places[0], units[at]
            below = [inner for inner in range(at + 1, len(units)) if self._is_new_below(inner, at)]
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

    def _is_new_below(self, inner: int, at: int) -> bool:
        """Whether the other side added the unit `inner` below the one at `at`, at any depth."""
        units = self.parts[self.other].units
        by_line = {unit.first: unit for unit in units}
        unit: Unit | None = units[inner]
        if inner in self.known:
            return False
        while unit is not None and unit.holder != units[at].first:
            unit = by_line.get(unit.holder) if unit.holder < unit.first else None
        return unit is not None

    def _gone_below(self, origin: int) -> list[int]:
        """The units directly below a unit of base that the other side no longer has."""
        units, here = self.parts[BASE].units, set(self.known.values())
        return [at for at, unit in enumerate(units) if unit.holder == units[origin].first and at not in here]

    def _is_changed_there(self, before: Unit, place: Unit) -> bool:
        """Whether the mover changed the unit too; then it may be a different one with the same words."""
        below = [
            [(unit.kind, unit.key) for unit in units if unit.holder == holder.first]
            for units, holder in ((self.parts[BASE].units, before), (self.whole.parts[self.mover].units, place))
        ]
        return said(before) != said(place) or below[0] != below[1]

    def _same_below(self, unit: Unit, place: Unit) -> Unit:
        """The same note below the moved unit in its new place. Raises DisagreeError if it has changed there."""
        fitting = [
            other
            for other in self.whole.parts[self.mover].units
            if other.holder == place.first and (other.kind, other.key) == (unit.kind, unit.key)
        ]
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
        inside = {place.first}
        for unit in self.whole.parts[self.mover].units:
            if unit.first >= end and unit.holder in inside and (unit.kind == "note" or not notes):
                inside.add(unit.first)
                end = unit.first + len(unit.lines)
        return end


def _indentation(line: bytes) -> bytes:
    return line[: len(line) - len(line.lstrip(b" \t"))]


def applied(lines: Sequence[bytes], patches: Sequence[Patch]) -> Sequence[bytes]:
    """Lines with the patches applied; patches count from the first of the lines."""
    patched = list(lines)
    for patch in sorted(patches, key=lambda patch: (patch.start, patch.stop), reverse=True):
        patched[patch.start : patch.stop] = patch.lines
    return patched if patches else lines
