"""Reports item by item what an update did to a copy, by comparing the texts, however they were merged."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from onbo.document.model import Item
from onbo.merging.hunks import Decision
from onbo.merging.lines import Text
from onbo.merging.threeway import MARKER, Outcome
from onbo.merging.units import Key, Unit, cut_again, pair

TOLD = ("item", "field", "row")
HAS_WORDS = re.compile(rb"[^\W_]|[\x80-\xff]")
TAKEN_OUT = "the copy removed what it belongs to or replaces"


class Bodies(NamedTuple):
    """The old template, the copy, the new template and the updated copy, without front matter."""

    base: bytes
    ours: bytes
    theirs: bytes
    result: bytes


class _Units(NamedTuple):
    """The units of one text, the unit of base that each corresponds to, and their kinds and keys."""

    units: list[Unit]
    origin: dict[int, int]
    names: frozenset[tuple[str, Key]]

    @classmethod
    def of(cls, base: list[Unit], units: list[Unit]) -> "_Units":
        return cls(units, pair(base, units), frozenset((unit.kind, unit.key) for unit in units))

    @property
    def by_origin(self) -> dict[int, Unit]:
        return {origin: self.units[at] for at, origin in self.origin.items()}


def explain(bodies: Bodies, outcome: Outcome) -> tuple[Decision, ...]:
    """What happened to each change of the template, conflicts first."""
    base = _units(bodies.base)
    result = _without_conflicts(bodies.result) if outcome.conflicts else bodies.result
    ours, theirs, settled = (_Units.of(base, _units(data)) for data in (bodies.ours, bodies.theirs, result))
    conflicts = tuple(decision for decision in outcome.decisions if decision.action == "conflict")
    named = {decision.item for decision in conflicts}
    lines = frozenset(line.strip() for line in Text.of(bodies.result).lines)
    story = _Story(base, ours, theirs, settled, lines)
    texts = cut_again(bodies.theirs), Text.of(bodies.base), Text.of(bodies.ours)
    left_out = story.texts_left_out(texts[0], frozenset(line.strip() for text in texts[1:] for line in text.lines))
    told = sorted([*story.changes(), *story.removals(), *left_out], key=lambda entry: entry[0])
    return (*conflicts, *dict.fromkeys(decision for _, decision in told if decision.item not in named))


def _without_conflicts(data: bytes) -> bytes:
    """The text without its conflicts: what becomes of those is known only when a person has decided."""
    lines: list[bytes] = []
    inside = False
    for line in data.split(b"\n"):
        inside = inside or line.startswith(b"<" * MARKER + b" ours")
        lines += [] if inside else [line]
        inside = inside and not line.startswith(b">" * MARKER + b" theirs")
    return b"\n".join(lines)


def _units(data: bytes) -> list[Unit]:
    return [unit for unit in cut_again(data) if unit.kind in TOLD]


class _Story(NamedTuple):
    """The texts to report on. lines: those of the updated copy, because lines in a conflict are not parsed as units."""

    base: list[Unit]
    ours: _Units
    theirs: _Units
    result: _Units
    lines: frozenset[bytes]

    def changes(self) -> Iterator[tuple[int, Decision]]:
        """Changes in the template, each with the index in the old template that it is at or after."""
        here, now = self.ours.by_origin, self.result.by_origin
        last = -1
        for at, unit in enumerate(self.theirs.units):
            origin = self.theirs.origin.get(at)
            if origin is None:
                decision = self._new(unit)
                if decision is not None:
                    yield last, decision
                continue
            last = origin
            if origin in here:
                if origin in now or not self._is_shown(here[origin]):
                    found = _changed(self.base[origin], here[origin], unit, now.get(origin))
                    yield from ((last, decision) for decision in found)
            elif _differs(self.base[origin], unit) and not self._is_shown(unit):
                yield last, Decision("omitted", unit.name, "changed in the template, but removed from the copy")

    def texts_left_out(self, theirs: Sequence[Unit], known: frozenset[bytes]) -> Iterator[tuple[int, Decision]]:
        """Notes, quotes, headings and prose of the new template that the copy did not get, with indexes as above.

        known: lines of the old template and of the copy
        """
        origins = {unit.first: self.theirs.origin.get(at) for at, unit in enumerate(self.theirs.units)}
        last = -1
        for unit in theirs:
            origin = origins.get(unit.first)
            last = last if origin is None else origin
            for line in () if unit.kind in TOLD else unit.lines:
                text = line.strip()
                if text not in known and text not in self.lines and HAS_WORDS.search(text):
                    name = unit.name if unit.kind == "heading" else text.decode("utf-8", "replace")
                    yield last, Decision("omitted", name, TAKEN_OUT)

    def _new(self, unit: Unit) -> Decision | None:
        """What happened to something that is new in the template."""
        if (unit.kind, unit.key) in self.ours.names:
            return None
        if (unit.kind, unit.key) in self.result.names:
            return Decision("added", unit.name, "new in the template")
        if self._is_shown(unit):
            return None
        return Decision("omitted", unit.name, TAKEN_OUT)

    def removals(self) -> Iterator[tuple[int, Decision]]:
        """What the template removed, with indexes as above."""
        here, there, now = (units.by_origin for units in (self.ours, self.theirs, self.result))
        for origin, unit in enumerate(self.base):
            if origin in there or origin not in here:
                continue
            if origin in now:
                reason = f"the template removed it, but {_why_kept(unit, here[origin])}"
                yield origin, Decision("kept", here[origin].name, reason)
            elif not self._is_shown(here[origin]):
                yield origin, Decision("removed", here[origin].name, "the template removed it")

    def _is_shown(self, unit: Unit) -> bool:
        """Whether the updated copy shows it at all, if only in a conflict."""
        return unit.lines[0].strip() in self.lines


def _changed(before: Unit, here: Unit, there: Unit, now: Unit | None) -> Iterator[Decision]:
    """What the template changed in something that the copy has."""
    if not _differs(before, there):
        return
    reworded = isinstance(there.ref, Item) and before.key != there.key
    if now is None or (reworded and now.key == here.key != there.key):
        yield Decision("kept", here.name, "reworded in the template after it was ticked or changed here")
        yield Decision("added", there.name, "new wording of an item that was ticked or changed here")
    elif now.lines == here.lines:
        return
    elif reworded:
        done = isinstance(here.ref, Item) and here.ref.done
        yield Decision("reworded", here.name, "reworded after it was ticked" if done else "reworded in the template")
    else:
        yield Decision("changed", now.name, "changed in the template")


def _differs(first: Unit, second: Unit) -> bool:
    return [line.strip() for line in first.lines] != [line.strip() for line in second.lines]


def _why_kept(base: Unit, here: Unit) -> str:
    if isinstance(here.ref, Item) and not here.ref.open:
        return "it is done" if here.ref.done else "it is skipped (n/a)"
    return "it was changed here" if _differs(base, here) else "something below it stays"
