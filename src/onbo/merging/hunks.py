"""Settles the conflicts of git's line merge, using what is known of items, fields, rows and notes.

A hunk's three parts are cut into units, and the units of the three parts are matched. A unit that both sides have is
merged on its own. A unit that only one side added comes in where that side has it, and one that only one side removed
goes. Disagreements stay conflicts, as small as possible, with the lines of each side as they are.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple

from onbo.document.model import Document, Item, Row
from onbo.document.words import is_notes_form
from onbo.merging.around import TWINS, Around, gone_in_both, said, said_name, twin_name
from onbo.merging.contents import PLACE, STATE_AND_WORDS, TOKENS, DisagreeError, Version, merge_unit, what_changed
from onbo.merging.likeness import likeness, same_letters
from onbo.merging.units import REWORDED, Key, Unit, pair, words
from onbo.onboarding.answers import placeholders

BASE, OURS, THEIRS = 0, 1, 2
Lines = tuple[bytes, ...]
# Kinds whose text only a person can combine with other text.
TEXTS = ("text", "matter")
# Kinds that are identified by their words alone.
LINES = ("note", "quote", "text")
TICKED_ON_OTHER_WORDS = "one side changed its state, the other its words"
# The share of a removed item's words that a new item must have to count as its replacement.
REPLACED = 1 / 3
# How similar, by letters, an item with a corrected word must be to the old one; and how many pairs are compared.
CORRECTED = 0.7
MOST_COMPARED = 400
# How many pairs of texts, notes, fields or rows are compared in one place to find what replaced what.
MOST_CORRECTED = 2500


class Conflict(NamedTuple):
    """A conflict left to a person: the lines of each version, as they are there."""

    ours: Lines
    base: Lines
    theirs: Lines
    name: str
    reason: str


class Decision(NamedTuple):
    """What was done, and why. action: merged, added, removed, kept, reworded, changed, moved, conflict."""

    action: str
    item: str
    reason: str


class Settled(NamedTuple):
    """A hunk as lines and smaller conflicts, in order."""

    pieces: tuple[Lines | Conflict, ...]
    decisions: tuple[Decision, ...]

    @property
    def conflicts(self) -> list[Conflict]:
        return [piece for piece in self.pieces if isinstance(piece, Conflict)]


class UnsettledError(Exception):
    """The hunk cannot be settled with what is known."""


class Part(NamedTuple):
    """One version's part of a hunk: its units and their document.

    behind  first line of the unit in this part that the first unit after the hunk belongs to; -1 for none
    """

    document: Document
    units: tuple[Unit, ...]
    behind: int = -1


_Rank = tuple[int, int, int, int]


class _Region(NamedTuple):
    """Consecutive units of one side that are left to a person."""

    side: int
    uids: frozenset[int]
    conflict: Conflict


class _Element(NamedTuple):
    """A unit or conflict of one side that goes into the result."""

    uid: int
    conflict: Conflict | None = None


class _Placed(NamedTuple):
    """A unit as it will be in the result, or a conflict.

    sides  which of ours and theirs have it
    own    by side: the blank lines after it there
    uid    its number; -1 for a conflict about more than one unit
    depth  how many items it is nested in
    whole  whether it is a conflict about a unit with everything below it
    """

    unit: Unit | None
    sides: frozenset[int]
    conflict: Conflict | None = None
    own: Mapping[int, Lines] = MappingProxyType({})
    uid: int = -1
    depth: int = 0
    whole: bool = False


def settle(parts: tuple[Part, Part, Part], around: Around, *, template: bool = False) -> Settled:
    """Settle one hunk.

    parts     base, ours, theirs
    template  theirs is a template, which takes nothing from a copy

    Raises UnsettledError if the sides have the same units in different orders or places, or if units with the same
    words cannot be told apart.
    """
    hunk = _Hunk(parts, around, template=template)
    hunk.expect_known_twins()
    hunk.expect_no_twins_added()
    hunk.expect_known_moves()
    hunk.expect_known_lines()
    hunk.expect_nothing_replaced_elsewhere()
    return hunk.settled()


class _Hunk:
    def __init__(self, parts: tuple[Part, Part, Part], around: Around, *, template: bool) -> None:
        self.parts = parts
        self.around = around
        self.template = template
        self.decisions: list[Decision] = []
        base, ours, theirs = (part.units for part in parts)
        # By side: the number of each of its units. A unit has the same number in all three; base's are its indexes.
        self.uids: list[list[int]] = [list(range(len(base))), *self._numbered(base, ours, theirs)]
        self.at: list[dict[int, int]] = [{uid: at for at, uid in enumerate(uids)} for uids in self.uids]
        self.holder: list[dict[int, int]] = [self._holders_of(side) for side in (BASE, OURS, THEIRS)]
        self._below: dict[tuple[int, int], list[int]] = {}
        self.regions: dict[int, _Region] = {}  # by the number of its first unit
        self.covered: Counter[int] = Counter()  # the units in regions, and in how many
        self._gone_whole: dict[tuple[int, int], bool] = {}
        self.dropped: set[int] = set()  # units that the result does not have
        self.kept: set[int] = set()  # units that a template removed and the copy keeps

    def _numbered(self, base: Sequence[Unit], ours: Sequence[Unit], theirs: Sequence[Unit]) -> list[list[int]]:
        pairs = [pair(base, ours), pair(base, theirs)]
        new = [
            [at for at in range(len(side)) if at not in known]
            for side, known in zip((ours, theirs), pairs, strict=True)
        ]
        both = pair([ours[at] for at in new[0]], [theirs[at] for at in new[1]], moved=False)
        uids = [
            [known.get(at, -1) for at in range(len(side))] for side, known in zip((ours, theirs), pairs, strict=True)
        ]
        for count, at in enumerate(new[0]):
            uids[0][at] = len(base) + count
        for count, at in enumerate(new[1]):
            uids[1][at] = len(base) + both[count] if count in both else len(base) + len(new[0]) + count
        return uids

    # --- What is alike ---

    def expect_known_twins(self) -> None:
        """Raises UnsettledError if units with the same words cannot be told apart."""
        for part in self.parts:
            for unit in part.units:
                if twin_name(unit) in self.around.twins or said_name(unit) in self.around.moved:
                    raise UnsettledError
        headings = [[u.key for u in part.units if twin_name(u) in self.around.often] for part in self.parts]
        if headings[0] != headings[1] or headings[0] != headings[2]:
            raise UnsettledError

    def expect_no_twins_added(self) -> None:
        """Raises UnsettledError if both sides added the same unit to the file in different places."""
        own = [self._added_by(side) for side in (OURS, THEIRS)]
        names = [{(unit.kind, unit.key) for unit in units} for units in own]
        moved = any(name in self.around.known for name in names[0] & names[1])
        if moved or any(name in self.around.grown for name in names[0] | names[1]):
            raise UnsettledError
        for uid in self.at[OURS].keys() & self.at[THEIRS].keys():
            both = [unit for side in (OURS, THEIRS) if (unit := self.unit(side, uid)) is not None]
            moved = self.is_new(uid) and any((unit.kind, unit.key) in self.around.known for unit in both)
            if moved and said(both[0]) != said(both[1]):
                raise UnsettledError  # both moved it here, and one changed it
            fewer = [any(said_name(unit) in names for unit in both) for names in self.around.fewer[OURS:]]
            if moved and fewer[0] != fewer[1]:
                raise UnsettledError  # one moved it here, and the other added another one next to it
        for side, units in zip((OURS, THEIRS), own, strict=True):
            for unit in units:
                if (unit.kind, unit.key) in self.around.known and said_name(unit) in self.around.fewer[3 - side]:
                    raise UnsettledError  # the other side no longer has it, and may have replaced it

    def expect_known_moves(self) -> None:
        """Raises UnsettledError if one side moved an item and changed it, and the other changed it too.

        The words may then have been moved to another item's box, rather than the item to another place. And if both
        moved an item to different places, neither place is right.
        """
        moved = {side: {*self._out_of_order(side), *self._elsewhere(side)} for side in (OURS, THEIRS)}
        for side in (OURS, THEIRS):
            for uid in moved[side]:
                unit = self.unit(side, uid)
                if unit is None or unit.kind not in TWINS:
                    continue
                if not self._says_more(3 - side, uid) and uid not in moved[3 - side]:
                    continue
                if self._says_more(side, uid) or self._has_new(side, self.parts[BASE].units[uid]):
                    raise UnsettledError
        for uid, unit in enumerate(self.parts[BASE].units):
            lacks = [said_name(unit) in names for names in self.around.lacks[OURS:]]
            if self._gone_in_both(uid) and lacks[0] != lacks[1]:
                raise UnsettledError  # one moved it, and the other removed it or put something in its place

    def _added_by(self, side: int) -> list[Unit]:
        """The units that only this side has, and base does not."""
        numbered = zip(self.parts[side].units, self.uids[side], strict=True)
        return [unit for unit, uid in numbered if self.is_new(uid) and uid not in self.at[3 - side]]

    def _has_new(self, side: int, before: Unit) -> bool:
        """Whether a side has a new unit of the same kind and place as a unit of base."""
        return (before.kind, before.place) in self._new_places[side]

    @cached_property
    def _new_places(self) -> Sequence[Container[tuple[str, Key]]]:
        """By side, the kinds and places of its new units."""
        return [
            {(unit.kind, unit.place) for unit, uid in zip(part.units, uids, strict=True) if self.is_new(uid)}
            for part, uids in zip(self.parts, self.uids, strict=True)
        ]

    def _out_of_order(self, side: int) -> Iterator[int]:
        """Units whose order relative to another unit differs from base."""
        order = [uid for uid in self.uids[side] if not self.is_new(uid)]
        before = accumulate(order, max)
        behind = reversed(list(accumulate(reversed(order), min)))
        return (uid for uid, most, least in zip(order, before, behind, strict=True) if most > uid or least < uid)

    def _elsewhere(self, side: int) -> Iterator[int]:
        """Items that are below a different item or heading than in base."""
        for uid, at in self.at[side].items():
            now = self.parts[side].units[at]
            if now.kind == "item" and not self.is_new(uid) and self.parts[BASE].units[uid].place != now.place:
                yield uid

    def _says_more(self, side: int, uid: int) -> bool:
        before, now = self.unit(BASE, uid), self.unit(side, uid)
        return before is not None and now is not None and said(before) != said(now)

    def expect_known_lines(self) -> None:
        """Raises UnsettledError if notes or lines with the same words cannot be told apart."""
        groups: defaultdict[Key, list[list[tuple[Key, Lines]]]] = defaultdict(lambda: [[], [], []])
        for side, part in enumerate(self.parts):
            for unit in part.units:
                if unit.kind in LINES:
                    groups[unit.kind, unit.key][side].append((unit.place, said(unit)))
        for base, ours, theirs in groups.values():
            if max(map(len, (base, ours, theirs))) > 1 and base not in (ours, theirs):
                raise UnsettledError

    def expect_nothing_replaced_elsewhere(self) -> None:
        """Raises UnsettledError if both may have added something here to replace a unit from elsewhere."""
        here = gone_in_both(*(part.units for part in self.parts))
        new = [{unit.kind for unit in self._added_by(side)} for side in (OURS, THEIRS)]
        both = {unit.kind for uid in self.at[OURS] if self.is_new(uid) and (unit := self.unit(THEIRS, uid))}
        for kind in new[0] & new[1]:
            # What both added alike stands between what went and what may have taken its place.
            if self.around.replaced.get(kind, 0) > here[kind] or (both and here[kind]):
                raise UnsettledError

    # --- What is known of a unit ---

    def unit(self, side: int, uid: int) -> Unit | None:
        at = self.at[side].get(uid)
        return None if at is None else self.parts[side].units[at]

    def version(self, side: int, uid: int) -> Version | None:
        unit = self.unit(side, uid)
        return None if unit is None else Version(self.parts[side].document, unit)

    def is_new(self, uid: int) -> bool:
        return uid not in self.at[BASE]

    def _holders_of(self, side: int) -> dict[int, int]:
        units, uids = self.parts[side].units, self.uids[side]
        by_line = {unit.first: uid for unit, uid in zip(units, uids, strict=True)}
        return {
            uid: by_line[unit.holder]
            for unit, uid in zip(units, uids, strict=True)
            if unit.holder in by_line and unit.holder < unit.first
        }

    def holders(self, side: int, uid: int) -> Iterator[int]:
        """The units that hold a unit, from the inside out, as far as the hunk goes."""
        holder = self.holder[side].get(uid)
        while holder is not None:
            yield holder
            holder = self.holder[side].get(holder)

    def below(self, side: int, uid: int) -> list[int]:
        """A unit and everything in it, in order."""
        if (side, uid) not in self._below:
            uids, stop = self.uids[side], self.at[side][uid] + 1
            inside = {uid}
            while stop < len(uids) and self.holder[side].get(uids[stop]) in inside:
                inside.add(uids[stop])
                stop += 1
            self._below[side, uid] = uids[self.at[side][uid] : stop]
        return self._below[side, uid]

    def is_changed(self, side: int, uid: int) -> bool:
        """Whether a side changed a unit of base, or put something new into it."""
        if self.is_worked_on(side, uid):
            return True
        now = self.unit(side, uid)
        gone = [other for other in self.below(BASE, uid) if other not in self.at[side]] if not self.is_new(uid) else []
        return now is not None and now.kind == "item" and any(self.holder[BASE].get(other) == uid for other in gone)

    def is_worked_on(self, side: int, uid: int) -> bool:
        """The same, except for what a side only removed from it."""
        before, now = self.unit(BASE, uid), self.unit(side, uid)
        if before is None or now is None:
            return False
        if said(before) != said(now):
            return True
        holders = [self.holder[at].get(uid) for at in (BASE, side)]
        if now.kind == "note":
            return holders[0] != holders[1]
        if _depth(before) != _depth(now) and (None in holders or holders[0] != holders[1]):
            return True
        if now.kind != "item":
            return False
        below = (other for other in self.below(side, uid) if self.holder[side].get(other) == uid)
        return any(self.is_new(other) or self.holder[BASE].get(other) != uid for other in below)

    # --- Removals ---

    def remove(self) -> None:
        """Decide what happens to each unit that one or both sides removed.

        Raises UnsettledError if the template changed a unit that the copy moved elsewhere.
        """
        for side, other in ((OURS, THEIRS), (THEIRS, OURS)):
            gone = {uid for uid in self.uids[BASE] if uid not in self.at[side] and uid in self.at[other]}
            if self.template and side == OURS:
                self._leave_deleted(gone)
                continue
            if self.template:
                self._keep_what_was_worked_on(gone)
            for uid in self.uids[other]:
                if uid in gone and uid not in self.kept and uid not in self.dropped:
                    if self.is_changed(other, uid):
                        self._clash(other, uid, gone, must=True)
                    else:
                        self.dropped.add(uid)
                elif self.is_new(uid) and uid not in self.at[side] and not self.template:
                    self._clash(other, uid, gone, must=False)
        self.dropped |= {uid for uid in self.uids[BASE] if uid not in self.at[OURS] and uid not in self.at[THEIRS]}

    def _leave_deleted(self, gone: set[int]) -> None:
        """Leave out what the copy deleted, whatever its template now says there."""
        for uid in self.uids[BASE]:
            alike = said_name(self.parts[BASE].units[uid]) in self.around.alike
            if self._gone_in_both(uid) and (alike or self._was_moved(uid)):
                raise UnsettledError  # the template removed what the copy had moved elsewhere
        for uid in gone:
            if self._is_changed_below(uid) and (self._was_moved(uid) or self._may_be_there(uid)):
                raise UnsettledError
            self.dropped.update(other for other in self.below(THEIRS, uid) if other in gone or self.is_new(other))
        for uid in self._corrected():
            self.dropped.update(other for other in self.below(THEIRS, uid) if self.is_new(other))

    def _is_changed_below(self, uid: int) -> bool:
        """Whether the template changed a unit of base, or added anything below it."""
        before, now = (set(self.below(side, uid)) for side in (BASE, THEIRS))
        return self.is_changed(THEIRS, uid) or not now <= before

    def _may_be_there(self, uid: int) -> bool:
        """Whether the copy may still have a unit in other words, or may have removed another with the same words."""
        unit = self.parts[BASE].units[uid]
        if unit.kind == "heading":
            return unit.key[1] in self._new_levels
        if said_name(unit) in self.around.alike:
            return True
        return unit.kind == "item" and self.around.own.has_like(words(unit), REWORDED)

    @cached_property
    def _new_levels(self) -> Container[object]:
        """The levels of the headings that are new in the copy."""
        units = zip(self.parts[OURS].units, self.uids[OURS], strict=True)
        return {unit.key[1] for unit, uid in units if unit.kind == "heading" and self.is_new(uid)}

    def _was_moved(self, uid: int) -> bool:
        """Whether the copy has a unit of base in a different place."""
        unit = self.unit(BASE, uid)
        return uid not in self.at[OURS] and unit is not None and said_name(unit) in self.around.left

    def _corrected(self) -> Iterator[int]:
        """The template's items that correct a word in an item of base which the copy deleted.

        Two short texts may share too few words to be paired otherwise.
        """
        own = [self.parts[OURS].units[self.at[OURS][uid]] for uid in self.uids[OURS] if self.is_new(uid)]
        gone = [uid for uid in self.uids[BASE] if self._gone_in_both(uid)]
        new = [uid for uid in self.uids[THEIRS] if self.is_new(uid) and uid not in self.at[OURS]]
        if len(gone) * (len(new) + len(own)) > MOST_COMPARED:
            return
        gone = [uid for uid in gone if not any(_is_like(unit, self.parts[BASE].units[uid]) for unit in own)]
        left = [uid for uid in self.uids[BASE] if uid in self.at[OURS] and uid not in self.at[THEIRS]]
        for uid in new:
            # It may also correct an item that the copy still has.
            corrected = any(self._is_corrected(uid, other) for other in gone)
            if corrected and not any(self._is_corrected(uid, other) for other in left):
                yield uid

    def _is_corrected(self, new: int, before: int) -> bool:
        """Whether a template's item is an item of base with a word corrected."""
        units = (self.unit(THEIRS, new), self.unit(BASE, before))
        texts = [unit.ref.text.casefold() for unit in units if unit and isinstance(unit.ref, Item)]
        return len(texts) == len(units) and same_letters(texts[0], texts[1], CORRECTED)

    def _keep_what_was_worked_on(self, gone: set[int]) -> None:
        """Keep what the template no longer has if something in the copy was done with it."""
        for uid in self.uids[OURS]:
            worked_on = uid in gone and self.is_worked_on(OURS, uid)
            around = [holder for holder in self.holders(OURS, uid) if holder in gone]
            if worked_on or (self.is_new(uid) and around):
                self.kept.update((uid, *around) if worked_on else around)
        for uid in self.uids[OURS]:
            unit = self.unit(OURS, uid)
            if uid in gone and unit is not None and unit.kind in ("note", "quote"):
                self.kept.update([uid] if next(self.holders(OURS, uid), None) in self.kept else [])

    def _clash(self, other: int, uid: int, gone: set[int], *, must: bool) -> None:
        """Leave to a person what one side removed and the other changed, with everything removed around it.

        must: raise UnsettledError if that is not possible.
        """
        if self.covered[uid]:
            return
        if must and self._has_new(3 - other, self.parts[BASE].units[uid]):
            raise UnsettledError  # what is new there may be what it became: both belong into one conflict
        around = [uid, *self.holders(other, uid)] if must else list(self.holders(other, uid))
        wide = [holder for holder in around if holder in gone]
        fitting = [holder for holder in wide if self._is_gone_whole(other, holder, gone)]
        if not fitting:
            if must:
                raise UnsettledError
            return
        top = fitting[-1]
        span = self.below(other, top)
        lines = _lines(unit for own in span if (unit := self.unit(other, own)) is not None)
        before = _lines(unit for own in self.below(BASE, top) if (unit := self.unit(BASE, own)) is not None)
        ours, theirs = (lines, ()) if other == OURS else ((), lines)
        unit = self.unit(other, uid)
        name = unit.name if unit else ""
        reason = f"{_name(3 - other)} removed it, {_name(other)} changed it"
        for inner in span:
            if inner in self.regions:
                self.covered.subtract(self.regions.pop(inner).uids)
        self.covered.update(span)
        self.regions[top] = _Region(other, frozenset(span), Conflict(ours, before, theirs, name, reason))

    def _is_gone_whole(self, other: int, uid: int, gone: set[int]) -> bool:
        if (other, uid) not in self._gone_whole:
            there, below = self.at[3 - other], self.below(other, uid)
            self._gone_whole[other, uid] = all(own in gone or (self.is_new(own) and own not in there) for own in below)
        return self._gone_whole[other, uid]

    # --- Order ---

    def settled(self) -> Settled:
        self.remove()
        lead = THEIRS if self._is_reordered(THEIRS) and not self._is_reordered(OURS) else OURS
        if self._is_reordered(OURS) and self._is_reordered(THEIRS):
            common = [
                [uid for uid in uids if uid in self.at[OURS] and uid in self.at[THEIRS]] for uids in self.uids[1:]
            ]
            if common[0] != common[1]:
                raise UnsettledError
        for side in (OURS, THEIRS):
            if self._is_reordered(side) and self._replaced_something(3 - side):
                raise UnsettledError  # what came in its place would not know where that is now
        placed: list[_Placed] = []
        for group in self._groups(lead):
            placed += self._merged(group, lead)
        placed = [*self._first_blanks(placed), *placed]
        self._expect_nesting(placed)
        self._expect_holder(placed)
        self._tell_removals()
        return Settled(tuple(_joined(placed)), tuple(self.decisions))

    def _first_blanks(self, placed: Sequence[_Placed]) -> Iterator[_Placed]:
        """The blank lines at the beginning of the hunk before a unit that only one side has."""
        first = placed[0] if placed else None
        if first is None or first.unit is None or first.unit.kind == "start" or len(first.sides) > 1:
            return
        for side in first.sides:
            start = next(iter(self.parts[side].units))
            if start.kind == "start":
                yield _Placed(start, first.sides)

    def _expect_nesting(self, placed: Sequence[_Placed]) -> None:
        """Raises UnsettledError if an item or a note would be below an item that no side has it below."""
        around: list[tuple[int, int]] = []  # depth and number of the items that the next unit may be below
        broken = False  # whether something ended the list that goes on from above the hunk
        for here in placed:
            kind = here.unit.kind if here.unit is not None else "item" if here.uid >= 0 else "conflict"
            if kind in ("item", "note"):
                depth = here.depth
                around = [entry for entry in around if entry[0] < depth]
                holder = around[-1][1] if around and around[-1][0] == depth - 1 else None
                wanted = {
                    self.holder[side].get(here.uid)
                    for side in here.sides
                    if here.unit is None or _depth_on(self.unit(side, here.uid)) == depth
                }
                if depth and (holder not in wanted or (holder is None and broken)):
                    raise UnsettledError
                around += [(depth, here.uid)] if kind == "item" else []
            elif kind != "start" and not here.whole:
                around, broken = [], True

    def _expect_holder(self, placed: Sequence[_Placed]) -> None:
        """Raises UnsettledError if the unit after the hunk would belong to something else than on both sides."""
        holders = set()
        for side in (OURS, THEIRS):
            lines = {unit.first: uid for unit, uid in zip(self.parts[side].units, self.uids[side], strict=True)}
            holders.add(lines.get(self.parts[side].behind))
        if holders == {None}:
            return
        if len(holders) > 1:
            raise UnsettledError
        holder = holders.pop()
        at = next((at for at, here in enumerate(placed) if here.uid == holder), None)
        if at is None or any(self._takes_over(here, placed[at]) for here in placed[at + 1 :]):
            raise UnsettledError

    def _takes_over(self, here: _Placed, holder: _Placed) -> bool:
        """Whether the unit after the hunk would belong to this one rather than to its holder."""
        if here.unit is None or holder.unit is None or here.unit.kind == "heading":
            return True
        return here.unit.kind == "item" and holder.unit.kind == "item" and _depth(here.unit) <= _depth(holder.unit)

    def _tell_removals(self) -> None:
        left = {uid for region in self.regions.values() for uid in region.uids}
        dropped = self.dropped - left
        for uid in self.uids[BASE]:
            unit = self.unit(BASE, uid)
            sides = [side for side in (OURS, THEIRS) if uid not in self.at[side]]
            told = unit is not None and unit.kind in ("item", "field", "row")
            if unit is not None and told and len(sides) == 1 and uid in dropped:
                self.decisions.append(Decision("removed", unit.name, f"removed in {_name(sides[0])}"))

    def _replaced_something(self, side: int) -> bool:
        """Whether a side removed something here, and added something that the other side does not have."""
        return bool(self._added_by(side)) and any(uid not in self.at[side] for uid in self.at[BASE])

    def _is_reordered(self, side: int) -> bool:
        order = [uid for uid in self.uids[side] if not self.is_new(uid)]
        return order != sorted(order)

    def _elements(self, side: int) -> Iterator[_Element]:
        """The units and conflicts of a side that go into the result."""
        covered = {uid for region in self.regions.values() if region.side == side for uid in region.uids}
        for uid in self.uids[side]:
            if uid in self.regions and self.regions[uid].side == side:
                yield _Element(uid, self.regions[uid].conflict)
            elif uid not in covered and uid not in self.dropped:
                yield _Element(uid)

    def _groups(self, lead: int) -> list["_Group"]:
        """The units that both sides have, in the leading side's order, each with what follows it up to the next."""
        follow = 3 - lead
        shared = self.at[OURS].keys() & self.at[THEIRS].keys()
        groups = [_Group(None, [], [], [])]
        by_anchor: dict[int | None, _Group] = {None: groups[0]}
        for element in self._elements(lead):
            if element.uid in shared:
                groups.append(_Group(element.uid, [], [], []))
                by_anchor[element.uid] = groups[-1]
            else:
                groups[-1].lead.append(element)
        for side, units in ((follow, self._elements(follow)), (BASE, map(_Element, self.uids[BASE]))):
            anchor: int | None = None
            for element in units:
                if element.uid in shared:
                    anchor = element.uid
                elif side == BASE:
                    by_anchor[anchor].base.append(element.uid)
                else:
                    by_anchor[anchor].follow.append(element)
        return groups

    def _merged(self, group: "_Group", lead: int) -> Iterator[_Placed]:
        if group.anchor is not None:
            yield self._both(group.anchor)
        follow = 3 - lead
        if self.template:
            group = self._without_replaced(group, lead)
        if self._cannot_both_stand(group, lead):
            yield _Placed(None, frozenset((OURS, THEIRS)), self._whole_group(group, lead))
            return
        runs = [
            (self._ranked(lead, group.lead, group.base), lead),
            (self._ranked(follow, group.follow, group.base), follow),
        ]
        ordered = sorted((rank, side, at, element) for run, side in runs for at, (rank, element) in enumerate(run))
        for _, side, _, element in ordered:
            if element.conflict is not None:
                yield _Placed(None, frozenset((side,)), element.conflict, whole=True)
            else:
                yield self._both(element.uid)

    def _both(self, uid: int) -> _Placed:
        """A unit as the result has it: merged where both sides have it."""
        ours, theirs, base = self.version(OURS, uid), self.version(THEIRS, uid), self.version(BASE, uid)
        sides = frozenset(side for side, version in ((OURS, ours), (THEIRS, theirs)) if version is not None)
        if ours is None or theirs is None:
            version = ours or theirs
            if version is None:
                raise AssertionError(uid)
            unit = version.unit
            if self.template and theirs is not None and isinstance(unit.ref, Item):
                unit = unit._replace(lines=_opened(theirs))
            return _Placed(unit, sides, uid=uid, depth=_depth(unit))
        if base is not None and len({base.unit.place, ours.unit.place, theirs.unit.place}) == len(self.parts):
            raise UnsettledError  # both moved it, to different places
        own = {OURS: ours.unit.blanks, THEIRS: theirs.unit.blanks}
        depth = _depth(theirs.unit if base is not None and _depth(ours.unit) == _depth(base.unit) else ours.unit)
        blanks = _blanks(base.unit if base else None, ours.unit, theirs.unit)
        try:
            self._expect_no_untold_change(base, ours, theirs)
            lines = merge_unit(base, ours, theirs)
        except DisagreeError as error:
            if self.template and isinstance(ours.unit.ref, Item) and str(error) == STATE_AND_WORDS:
                # The tick belongs to the old words: it stays with them, and the new item comes in open.
                lines = (*ours.unit.lines, *_opened(theirs))
                return _Placed(ours.unit._replace(lines=lines, blanks=blanks), sides, own=own, uid=uid, depth=depth)
            below = [
                {own for own in self.below(side, uid) if self.holder[side].get(own) == uid} for side in (OURS, THEIRS)
            ]
            if below[0] != below[1] or ours.unit.kind == "note" or str(error) == PLACE:
                # Units that only one side has below it would lose their parent, and half a note makes no sense. And
                # indentation means nothing without the lines around it.
                raise UnsettledError from error
            before = base.unit.whole if base else ()
            reason = TICKED_ON_OTHER_WORDS if str(error) == STATE_AND_WORDS else f"both changed {error}"
            conflict = Conflict(ours.unit.whole, before, theirs.unit.whole, ours.unit.name, reason)
            return _Placed(None, sides, conflict, uid=uid, depth=depth)
        changed = [base is None or version.unit.lines != base.unit.lines for version in (ours, theirs)]
        if all(changed) and ours.unit.lines != theirs.unit.lines:
            reason = "added by both"
            if base is not None:
                reason = f"ours: {what_changed(base.unit, ours.unit)}; theirs: {what_changed(base.unit, theirs.unit)}"
            self.decisions.append(Decision("merged", ours.unit.name, reason))
        return _Placed(ours.unit._replace(lines=lines, blanks=blanks), sides, own=own, uid=uid, depth=depth)

    def _expect_no_untold_change(self, base: Version | None, ours: Version, theirs: Version) -> None:
        """Raises an error if both sides added a unit that may replace one of base's, and they differ.

        DisagreeError for an item with two states: done does not win over open, because one side may have reopened it.
        Also for an item with a token on one side only, because the other side may have removed the token.
        UnsettledError if only one side removed the unit that it may replace.
        """
        if base is not None:
            return
        mine, other = ours.unit.ref, theirs.unit.ref
        if isinstance(mine, Item) and isinstance(other, Item):
            gone = self._items_gone
            if mine.mark != other.mark and not all(item.open for item in gone):
                raise DisagreeError("its state")
            if gone and any(mine.value(kind) != other.value(kind) for kind in TOKENS):
                raise DisagreeError("its owner, date or other attributes")
        if (ours.unit.kind, ours.unit.place) in self._removed_by_one:
            raise UnsettledError  # one side may have replaced a unit that it removed with it

    @cached_property
    def _items_gone(self) -> Sequence[Item]:
        """The items of base that neither side has; of those with one state, the first is enough."""
        units = (unit for uid, unit in enumerate(self.parts[BASE].units) if self._gone_in_both(uid))
        return list({unit.ref.open: unit.ref for unit in units if isinstance(unit.ref, Item)}.values())

    @cached_property
    def _removed_by_one(self) -> Container[tuple[str, Key]]:
        """The kinds and places of the units of base that one side alone removed."""
        units = enumerate(self.parts[BASE].units)
        return {(unit.kind, unit.place) for uid, unit in units if (uid in self.at[OURS]) != (uid in self.at[THEIRS])}

    # --- Between two units that both sides have ---

    def _cannot_both_stand(self, group: "_Group", lead: int) -> bool:
        """Whether a person must combine what each side has here.

        That is so if both sides wrote text of their own, if both replaced the same item, field, row, note or text with
        something else, or if one replaced what the other removed.
        """
        new = {side: self._new_of(side, run) for side, run in ((lead, group.lead), (3 - lead, group.follow))}
        if all(any(unit.kind in TEXTS for unit in units) for units in new.values()):
            return True
        gone = [
            unit
            for uid in group.base
            if self._gone_in_both(uid) and (unit := self.unit(BASE, uid)) is not None and not self._is_form(unit)
        ]
        replaced = {_kind(unit) for unit in gone}
        items = [unit for unit in gone if unit.kind == "item"]
        kinds = [{_kind(unit) for unit in units} for units in new.values()]
        both, either = kinds[0] & kinds[1], kinds[0] | kinds[1]
        if self.template:
            many = max(map(len, new.values())) * len(items) > MOST_COMPARED
            like = many or all(any(_is_like(u, g) for u in units for g in items) for units in new.values())
            return bool(replaced & both - {"item"}) or ("item" in replaced & both and like)
        return bool(replaced & either)

    def _without_replaced(self, group: "_Group", lead: int) -> "_Group":
        """The group without the template's replacements for a text, note, field or row that the copy deleted.

        Raises UnsettledError if the copy moved it instead, or if there are too many to compare.
        """
        runs = {lead: group.lead, 3 - lead: group.follow}
        own = {_kind(unit) for unit in self._new_of(OURS, runs[OURS])}
        gone = [(unit, uid) for uid in group.base if self._gone_in_both(uid) and (unit := self.unit(BASE, uid))]
        new = [
            (unit, element.uid)
            for element in runs[THEIRS]
            if (unit := self.unit(THEIRS, element.uid)) is not None
            and not element.conflict
            and self.is_new(element.uid)
            and unit.kind != "item"
            and _kind(unit) not in own
        ]
        if len(new) * len(gone) > MOST_CORRECTED:
            raise UnsettledError
        replaced: set[int] = set()
        for unit, uid in new:
            before = [(was, at) for was, at in gone if _kind(was) == _kind(unit)]
            if any(self._was_moved(at) and _is_correction(unit, was) for was, at in before):
                raise UnsettledError
            if any(_is_correction(unit, was) for was, _ in before):
                replaced.add(uid)
        runs[THEIRS] = [e for e in runs[THEIRS] if e.uid not in replaced]
        return group._replace(lead=runs[lead], follow=runs[3 - lead])

    def _new_of(self, side: int, run: Sequence[_Element]) -> list[Unit]:
        """Units that only this side has here, except those inside a section or an item that is itself new."""
        return [
            unit
            for element in run
            if element.conflict is None
            and self.is_new(element.uid)
            and (unit := self.unit(side, element.uid)) is not None
            and not any(self.is_new(holder) for holder in self.holders(side, element.uid))
        ]

    def _gone_in_both(self, uid: int) -> bool:
        return uid not in self.at[OURS] and uid not in self.at[THEIRS]

    def _is_form(self, unit: Unit) -> bool:
        """Whether a unit of base is only a placeholder."""
        if isinstance(unit.ref, Row):
            return any(placeholders(self.parts[BASE].document, cell.span) for cell in unit.ref.cells[:1])
        return unit.kind in ("note", "quote") and is_notes_form(unit.name.lstrip("> "))

    def _whole_group(self, group: "_Group", lead: int) -> Conflict:
        """A conflict with everything that each version has there."""
        uids = {lead: [e.uid for e in group.lead], 3 - lead: [e.uid for e in group.follow]}
        parts = []
        headings: list[list[int]] = []
        for side in (OURS, THEIRS):
            start = self.at[side].get(group.anchor, -1) if group.anchor is not None else -1
            stop = start + 1
            while stop < len(self.uids[side]) and not self._is_anchor(self.uids[side][stop]):
                stop += 1
            own = self.uids[side][start + 1 : stop]
            if not set(uids[side]) - {u for u in uids[side] if u not in self.at[side]} <= set(own):
                raise UnsettledError
            headings.append([self._level(side, uid) for uid in self._holding_more(side, own)])
            parts.append(_lines(self.parts[side].units[at] for at in range(start + 1, stop)))
        if headings[0] != headings[1]:
            # Which side is taken here would decide the heading or item that the text after it belongs to.
            raise UnsettledError
        before = _lines(unit for uid in group.base if (unit := self.unit(BASE, uid)) is not None)
        first = next(
            unit for side in (OURS, THEIRS) for uid in uids[side] if (unit := self.unit(side, uid)) is not None
        )
        return Conflict(parts[0], before, parts[1], first.name, "both changed this text")

    def _holding_more(self, side: int, uids: Sequence[int]) -> Iterator[int]:
        """The units that hold anything which is not one of these."""
        every = set(uids)
        return (uid for uid in uids if not every.issuperset(self.below(side, uid)))

    def _level(self, side: int, uid: int) -> int:
        """The level of a heading; 0 for anything else."""
        unit = self.unit(side, uid)
        level = unit.key[1] if unit is not None and unit.kind == "heading" else 0
        return level if isinstance(level, int) else 0

    def _is_anchor(self, uid: int) -> bool:
        return uid in self.at[OURS] and uid in self.at[THEIRS]

    def _ranked(self, side: int, run: Sequence[_Element], base: Sequence[int]) -> list[tuple[_Rank, _Element]]:
        """Elements with their rank, which decides what comes first in one place.

        First comes what belongs to the item above, then its sub-items, then its siblings, then new sections. Within a
        rank, what replaced a removed unit comes after what stood before that unit, and before what followed it.
        """
        ranked: list[tuple[_Rank, _Element]] = []
        rank: tuple[int, int, int] = (0, -MOST_COMPARED, 0)
        late = 1 if any(uid not in self.at[side] and uid in self.at[3 - side] for uid in base) else 0
        for element in run:
            unit = self.unit(side, element.uid)
            if unit is None:
                raise AssertionError(element)
            if unit.kind == "heading":
                level = unit.key[1]
                own = (1, -level if isinstance(level, int) else 0, 0)
            else:
                own = (0, -_depth(unit), 0 if unit.kind in ("note", "quote") else 1)
            rank = max(rank, own)
            late = 2 if self._follows_removed(side, element.uid) else late
            ranked.append(((*rank, late), element))
        return ranked

    def _follows_removed(self, side: int, uid: int) -> bool:
        """Whether a unit comes right after a unit of base that the result does not have."""
        at = self.at[side][uid]
        before = self.uids[side][at - 1] if at else -1
        return before in self.dropped and before in self.at[BASE]


class _Group(NamedTuple):
    """A unit that both sides have, and what each version has between it and the next."""

    anchor: int | None
    lead: list[_Element]
    follow: list[_Element]
    base: list[int]


def _depth(unit: Unit) -> int:
    """How many items a unit is nested in."""
    return sum(isinstance(key, tuple) and key[0] in ("item", "id") for key in unit.place)


def _depth_on(unit: Unit | None) -> int:
    return -1 if unit is None else _depth(unit)


def _kind(unit: Unit) -> str:
    return "text" if unit.kind in ("heading", *TEXTS) else unit.kind


def _is_like(item: Unit, before: Unit) -> bool:
    """Whether one item may be the replacement of another that was removed."""
    return before.kind == "item" and likeness(words(item), words(before)) >= REPLACED


def _is_correction(text: Unit, before: Unit) -> bool:
    """Whether one text is another with some words corrected."""
    names = text.name.casefold(), before.name.casefold()
    return likeness(names[0].split(), names[1].split()) >= REWORDED or same_letters(*names, CORRECTED)


def _name(side: int) -> str:
    return ("base", "ours", "theirs")[side]


def _lines(units: Iterator[Unit]) -> Lines:
    return tuple(line for unit in units for line in unit.whole)


def _opened(version: Version) -> Lines:
    """A template's item with its box open."""
    item = version.unit.ref
    if not isinstance(item, Item) or item.open:
        return version.unit.lines
    at = item.box.start + 1 - version.start
    return tuple((version.text[:at] + b" " + version.text[at + 1 :]).split(b"\n"))


def _blanks(base: Unit | None, ours: Unit, theirs: Unit) -> Lines:
    """The blank lines of the side that changed them."""
    if base is not None and ours.blanks == base.blanks:
        return theirs.blanks
    if base is not None and theirs.blanks == base.blanks:
        return ours.blanks
    return max(ours.blanks, theirs.blanks, key=len)


LISTS = ({"item", "note"}, {"row"}, {"field"}, {"quote"}, {"matter"})


def _joined(placed: Sequence[_Placed]) -> Iterator[Lines | Conflict]:
    """The units as lines, with blank lines where units of different sides meet."""
    for at, here in enumerate(placed):
        if here.conflict is not None:
            yield here.conflict
            continue
        unit = here.unit
        if unit is None:
            raise AssertionError(here)
        after = placed[at + 1] if at + 1 < len(placed) else None
        if len(here.sides) == 2 and after is not None and after.unit is not None and len(after.sides) == 1:
            # If only one side has something after it, its blank lines on that side are kept.
            yield (*unit.lines, *next(here.own[side] for side in after.sides))
            continue
        if after is None or after.unit is None or here.sides & after.sides or unit.kind == "start":
            yield unit.whole
            continue
        kinds = {unit.kind, after.unit.kind}
        if any(kinds <= alike for alike in LISTS):
            yield (*unit.lines, *_between_notes(unit, after.unit))
        else:
            yield (*unit.lines, *(unit.blanks or (b"",)))


def _between_notes(first: Unit, second: Unit) -> Lines:
    """An empty quoted line between two notes, so that they stay separate; nothing between items or rows."""
    quoted = all(unit.lines and unit.lines[0].lstrip().startswith(b">") for unit in (first, second))
    if first.kind in ("note", "quote") and second.kind == first.kind and quoted:
        line = second.lines[0]
        return (line[: len(line) - len(line.lstrip())] + b">",)
    return ()
