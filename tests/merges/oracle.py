"""Says what is wrong with a merge, from what each side did to the plan; knows nothing of how merges are made.

Everything in the plans has an identity. Texts that one identity has had, or that several share, make a class, and the
units of a result are told by their class: exactly where no two texts are equal, and by counting where some are.
What a text says is broken into facts ("this item is done", "this note stands under that item"), and each fact has a
least and a most number of times that the result may have it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from merges.engines import Merged, lf
from merges.plans import NOTES_FORMS, likeness
from merges.reader import Line, Unit, plan_units, read, split, view
from merges.triples import Triple

Fact = tuple[object, ...]
Class = tuple[object, ...]

LOSS, MISPLACED, DUPLICATE, RESURRECTED, DIFFERS, ENDS = (
    "LOSS",
    "MISPLACED",
    "DUPLICATE",
    "RESURRECTED",
    "DIFFERS",
    "ENDS",
)
SIDES = ("ours", "theirs")
IN_ORDER = ("heading", "table", "field", "item", "row")
# The share of common words at which reworded things are surely known again.
SURE = 0.8
BRACKETS = re.compile(r"\[[^\]]*\]")
WORDS = re.compile(r"\w+")


class Finding(NamedTuple):
    kind: str
    detail: str


def key_of(unit: Unit) -> Class:
    return (unit.kind, " ".join(unit.text.casefold().split()))


def is_form(unit: Unit) -> bool:
    return unit.text in NOTES_FORMS or (unit.kind == "row" and all(cell.startswith("[") for cell in unit.cells))


def words(text: str) -> list[str]:
    return WORDS.findall(BRACKETS.sub(" ", text.casefold()))


class Version:
    """Units of one text, what each is by identity, and its facts."""

    def __init__(self, units: list[Unit]) -> None:
        self.units = units
        self.by_uid = {unit.uid: unit for unit in units if unit.uid}
        self.facts: Counter[Fact] = Counter()
        self.own: list[list[Fact]] = []

    def above(self, unit: Unit) -> Iterator[Unit]:
        while unit.parent is not None:
            unit = unit.parent
            yield unit


def holder_uid(unit: Unit) -> int:
    return unit.parent.uid if unit.parent else 0


class Classes:
    """What is taken for one thing: texts of one identity are of one class, and so are equal texts."""

    def __init__(self, versions: list[Version], results: list[Version], *, exact: bool) -> None:
        self.exact = exact
        self.above: dict[Class, Class] = {}
        for version in versions:
            for unit in version.units:
                self.above.setdefault(key_of(unit), key_of(unit))
        base = versions[0]
        for version in versions[1:]:
            for uid, unit in version.by_uid.items():
                if uid in base.by_uid:
                    self.join(key_of(unit), key_of(base.by_uid[uid]))
        for uid, unit in versions[1].by_uid.items():
            if uid in versions[2].by_uid:
                self.join(key_of(unit), key_of(versions[2].by_uid[uid]))
        self.classes: dict[int, Class] = {}
        for kind in IN_ORDER:
            uids = [[unit.uid for unit in version.units if unit.kind == kind] for version in versions]
            if uids[0] == uids[1] == uids[2]:
                self.number(kind, [*versions, *results])
        self.stable: set[Class] = set()
        self.find_stable(versions)
        self.qualified: dict[int, Class] = {}

    def find(self, key: Class) -> Class:
        while self.above[key] != key:
            key = self.above[key]
        return key

    def join(self, first: Class, second: Class) -> None:
        self.above[self.find(first)] = self.find(second)

    def number(self, kind: str, texts: list[Version]) -> None:
        """Where no text has a unit of this kind more, less or elsewhere, the nth is the nth, whatever it is called."""
        rows = [[unit for unit in text.units if unit.kind == kind] for text in texts]
        keys = [key_of(unit) for unit in rows[0]]
        if len(set(keys)) == len(keys) or any([key_of(unit) for unit in row] != keys for row in rows[1:]):
            return
        for row in rows:
            for at, unit in enumerate(row):
                self.classes[id(unit)] = (kind, at)

    def of(self, unit: Unit) -> Class:
        if id(unit) not in self.classes:
            self.classes[id(unit)] = self.find_text(unit)
        return self.classes[id(unit)]

    def find_text(self, unit: Unit) -> Class:
        key = key_of(unit)
        if key in self.above:
            return self.find(key)
        own = set(words(unit.text))
        alike = [(len(own & set(words(str(other[1])))), other) for other in self.above if other[0] == unit.kind]
        best = max(alike, default=(0, key), key=lambda pair: pair[0])
        return self.find(best[1]) if best[0] else ("?", *key)

    def find_stable(self, versions: list[Version]) -> None:
        """Classes of which nothing moved: these are told by what they stand in, too."""
        moved: set[Class] = set()
        holders: dict[tuple[Class, int], int] = {}
        for version in versions:
            for unit in version.units:
                own = self.of(unit)
                self.stable.add(own)
                holder = holder_uid(unit)
                if holders.setdefault((own, unit.uid), holder) != holder:
                    moved.add(own)
        self.stable -= moved

    def single(self, versions: list[Version]) -> dict[Class, int]:
        """The identity of each class that has one only."""
        uids: dict[Class, set[int]] = {}
        for version in versions:
            for unit in version.units:
                uids.setdefault(self.of(unit), set()).add(unit.uid)
        return {own: next(iter(there)) for own, there in uids.items() if len(there) == 1}

    def qualify(self, unit: Unit | None) -> Class:
        if unit is None:
            return ()
        if id(unit) not in self.qualified:
            own = self.of(unit)
            if self.exact and own in self.stable:
                self.qualified[id(unit)] = (own, self.qualify(unit.parent))
            else:
                self.qualified[id(unit)] = (own,)
        return self.qualified[id(unit)]

    def facts(self, unit: Unit) -> list[Fact]:
        own = self.qualify(unit)
        facts: list[Fact] = [("unit", key_of(unit)), ("in", self.of(unit), self.qualify(unit.parent))]
        said = "" if is_form(unit) else unit.text
        if unit.kind == "item":
            facts.append(("mark", own, unit.mark))
            facts += [("token", own, *token) for token in unit.tokens]
        elif unit.kind in ("field", "front"):
            values = words(unit.value)
            facts += [("value", own, value) for value in values]
            said = f"{said} {unit.value}"
        elif unit.kind == "row":
            facts += [("cell", own, at, cell) for at, cell in enumerate(unit.cells) if at and not cell.startswith("[")]
            said = " ".join([said, *unit.cells[1:]])
        return facts + [("word", word) for word in words(said)]


class Judge:
    """One merge: `findings` after `judge`. update: theirs is a template, and ours a copy that keeps its state."""

    def __init__(self, versions: Sequence[list[Unit]], merged: Merged, *, update: bool = False) -> None:
        assert merged.data is not None
        self.update = update
        self.conflicts = merged.conflicts
        lines = split(merged.data)
        self.versions = [Version(self.without_front(units)) for units in versions]
        self.base, self.sides = self.versions[0], self.versions[1:]
        if update:
            self.calm(self.sides[1])
        first = Version(self.result_units(lines, "ours"))
        self.results = [first, Version(self.result_units(lines, "theirs")) if self.conflicts else first]
        self.classes = Classes(self.versions, self.results, exact=not self.conflicts)
        for version in (*self.versions, *self.results[: 1 + self.conflicts]):
            version.own = [self.classes.facts(unit) for unit in version.units]
            version.facts = Counter(fact for facts in version.own for fact in facts)
        counts = [merged_facts(result) for result in self.results]
        self.merged = counts[0] & counts[1]
        self.single = self.classes.single(self.versions)
        self.new_marks = [self.marks_of_new(side) for side in self.sides]
        self.slack: Counter[Fact] = Counter()
        self.extra: Counter[Fact] = Counter()
        self.blends: set[str] = set()
        self.shifted = [self.moves(side) for side in self.sides]
        self.carried = self.carry()
        self.busy = [self.touched(at) for at in (0, 1)]
        self.gains, self.losses = zip(*(self.changes(side) for side in self.sides), strict=True)
        self.found: list[Finding] = []
        self.wrong: set[object] = set()

    def without_front(self, units: list[Unit]) -> list[Unit]:
        """In an update the front matter is the copy's own."""
        return [unit for unit in units if unit.kind != "front"] if self.update else units

    def result_units(self, lines: list[Line], side: str) -> list[Unit]:
        return self.without_front(read(view(lines, side)))

    def calm(self, theirs: Version) -> None:
        """Templates say nothing of marks."""
        for unit in theirs.units:
            if unit.kind == "item":
                unit.mark = " "

    def moves(self, side: Version) -> set[int]:
        """What this side moved: into something else, or past something that stands beside it."""
        moved = set()
        beside: dict[int, list[int]] = {}
        for was in self.base.units:
            there = side.by_uid.get(was.uid)
            if there is None:
                continue
            if holder_uid(there) != holder_uid(was):
                moved.add(was.uid)
            else:
                beside.setdefault(holder_uid(was), []).append(was.uid)
        at = {unit.uid: number for number, unit in enumerate(side.units)}
        for uids in beside.values():
            places = [at[uid] for uid in uids]
            if places != sorted(places):
                moved.update(
                    uid
                    for number, uid in enumerate(uids)
                    if max(places[:number], default=-1) > at[uid] or min(places[number:]) < at[uid]
                )
        return moved

    def touched(self, at: int) -> set[int]:
        """What this side changed, and what has anything in it that this side added, removed or changed."""
        side = self.sides[at]
        touched = {node.uid for unit in side.units if self.changed(at, unit) for node in (unit, *side.above(unit))}
        gone = [unit for unit in self.base.units if unit.uid not in side.by_uid]
        return touched | {node.uid for unit in gone for node in self.base.above(unit)}

    def carry(self) -> set[int]:
        """What a side moved, and what is in it."""
        carried = {*self.shifted[0], *self.shifted[1]}
        for version in self.versions:
            for unit in version.units:
                if unit.parent is not None and unit.parent.uid in carried:
                    carried.add(unit.uid)
        return carried

    def changes(self, side: Version) -> tuple[Counter[Fact], dict[int, Counter[Fact]]]:
        """Facts that this side added; and by thing, those it took away."""
        gains: Counter[Fact] = Counter()
        losses: dict[int, Counter[Fact]] = {}
        own = {unit.uid: facts for unit, facts in zip(side.units, side.own, strict=True)}
        for unit, before in zip(self.base.units, self.base.own, strict=True):
            now = own.pop(unit.uid, [])
            if now != before:
                gains += Counter(now) - Counter(before)
                losses[unit.uid] = Counter(before) - Counter(now)
        for facts in own.values():
            gains.update(facts)
        return gains, losses

    def marks_of_new(self, side: Version) -> Counter[Fact]:
        """Of items that are new, or that both gave the same words, all others."""
        pairs = zip(side.units, side.own, strict=True)
        return Counter(facts[2] for unit, facts in pairs if unit.kind == "item" and self.is_new(unit))

    def allow_marks_of_new(self) -> None:
        """What is done on one side stays done where both took the item for a new one."""
        for side, new in zip(self.sides, self.new_marks, strict=True):
            pairs = zip(side.units, side.own, strict=True)
            marks = {facts[2] for unit, facts in pairs if unit.kind == "item" and unit.uid in self.base.by_uid}
            self.extra.update({fact: count for fact, count in new.items() if fact in marks})

    def is_new(self, unit: Unit) -> bool:
        was = self.base.by_uid.get(unit.uid)
        texts = {side.by_uid[unit.uid].text for side in self.sides if unit.uid in side.by_uid}
        return was is None or (len(texts) == 1 and likeness(was.text, unit.text) < SURE)

    def judge(self) -> list[Finding]:
        self.allow_both_changed()
        self.allow_places()
        self.allow_marks_of_new()
        self.allow_kept()
        for at in (0, 1):
            self.check_least(at)
        self.check_most()
        self.check_values()
        self.check_order()
        return self.found

    def report(self, kind: str, fact: Fact, text: str) -> None:
        """Of one thing's findings the first is told."""
        about = fact[1]
        if kind != LOSS and about in self.wrong:
            return
        self.wrong.add(about)
        if fact[0] in ("unit", "in"):
            self.wrong.add((about,))
        self.found.append(Finding(kind, text))

    # --- What is allowed ---

    def allow_both_changed(self) -> None:
        """Where both gave a thing other words, neither text need stand there as it is; its words must."""
        ours, theirs = self.sides
        for uid, was in self.base.by_uid.items():
            own, other = ours.by_uid.get(uid), theirs.by_uid.get(uid)
            if own is None or other is None or was.text in (own.text, other.text) or own.text == other.text:
                continue
            self.blends.add(was.kind)
            for unit in (own, other):
                self.slack[("unit", key_of(unit))] += 1

    def allow_places(self) -> None:
        """Where both gave a thing a place, either will do; where its new place is gone, the old one will."""
        new = [{key_of(unit) for unit in side.units if unit.uid not in self.base.by_uid} for side in self.sides]
        for at in (0, 1):
            side, other = self.sides[at], self.sides[1 - at]
            own = {unit.uid: facts for unit, facts in zip(other.units, other.own, strict=True)}
            for unit, facts in zip(side.units, side.own, strict=True):
                was, there = self.base.by_uid.get(unit.uid), other.by_uid.get(unit.uid)
                gone = any(self.removed(holder, other) for holder in side.above(unit))
                both = all(unit.uid in shifted for shifted in self.shifted) or (
                    was is None and key_of(unit) in new[1 - at]
                )
                if gone or both or (was is not None and there is None):
                    self.slack[facts[1]] += 1
                if gone and unit.uid in own:
                    self.extra[own[unit.uid][1]] += 1
                if self.update and at == 1 and (gone or self.copy_let_go(unit)):
                    self.slack.update(facts)

    def copy_let_go(self, unit: Unit) -> bool:
        """In an update: what the copy removed stays so, and what it gave quite other words is the copy's own."""
        for node in (unit, *self.sides[1].above(unit)):
            was, there = self.base.by_uid.get(node.uid), self.sides[0].by_uid.get(node.uid)
            if was is not None and (there is None or likeness(was.text, there.text) < SURE):
                return True
        return False

    def changed(self, at: int, unit: Unit) -> bool:
        was = self.base.by_uid.get(unit.uid)
        return was is None or was.said != unit.said or unit.uid in self.shifted[at]

    def allow_kept(self) -> None:
        """What one side removed and the other changed may be left in conflict, or kept; so may what can be read twice."""
        for at in (0, 1):
            side, other = self.sides[at], self.sides[1 - at]
            kept = {
                node.uid
                for unit in side.units
                if self.changed(at, unit)
                for node in (unit, *side.above(unit))
                if self.removed(node, other)
            }
            for unit, facts in zip(side.units, side.own, strict=True):
                holders = (unit, *side.above(unit))
                stays = self.removed(unit, other) and any(node.uid in kept for node in holders)
                if stays or any(self.two_ways(node) for node in holders):
                    self.extra.update(facts)

    def two_ways(self, unit: Unit) -> bool:
        """Whether other words may be another thing: both did something with it, and one of them gave it other words.

        A line is known by nothing but its words; an item or heading may be left in conflict beside its new words, and
        an update may keep the old one beside the new one.
        """
        versions = [side.by_uid.get(unit.uid) for side in self.sides]
        was, ours, theirs = self.base.by_uid.get(unit.uid), *versions
        if was is None or ours is None or theirs is None or was.text == ours.text == theirs.text:
            return False
        if unit.kind in ("item", "heading"):
            return (self.conflicts or self.update) and all(unit.uid in busy for busy in self.busy)
        moved = [unit.uid in shifted for shifted in self.shifted]
        reworded = [ours.text != was.text, theirs.text != was.text]
        return unit.kind in ("prose", "quote") and any(moved[at] and reworded[1 - at] for at in (0, 1))

    def removed(self, unit: Unit, other: Version) -> bool:
        return unit.uid in self.base.by_uid and unit.uid not in other.by_uid

    # --- Bounds ---

    def taken(self, at: int) -> Counter[Fact]:
        """What the other side took away of what this side still has."""
        side = self.sides[at]
        own = {unit.uid: facts for unit, facts in zip(side.units, side.own, strict=True)}
        taken: Counter[Fact] = Counter()
        for uid, facts in self.losses[1 - at].items():
            taken += facts & Counter(own.get(uid, ()))
        return taken

    def check_least(self, at: int) -> None:
        """What this side has, and the other did not take away, is in the result as this side sees it."""
        side, other = self.sides[at], self.sides[1 - at]
        result, elsewhere = self.results[at], self.results[1 - at]
        gains, other_gains = self.gains[at], self.gains[1 - at]
        taken = self.taken(at)
        for fact, count in side.facts.items():
            least = count - taken[fact] - self.slack[fact]
            if fact[0] == "mark" and fact[2] == " ":
                # What is new and open here may be done there; a tick too many is looked for below.
                least = min(least, gains[fact]) - self.new_marks[at][fact]
            if not self.conflicts:
                both = min(gains[fact], other_gains[fact])
                more = other.facts[fact] - self.base.facts[fact] - both
                least = min(least + other_gains[fact] - both, least + taken[fact] + more)
            # Git may show what is beside a conflict in one part alone; what a side did is in its own part.
            strict = gains[fact] if fact[0] != "in" else 0
            there = result.facts[fact] + (elsewhere.facts[fact] - self.merged[fact] if self.conflicts else 0)
            if there >= least and result.facts[fact] >= min(least, strict):
                continue
            alone = count == other.facts[fact] == self.base.facts[fact]
            if alone or not self.is_form_fact(fact):
                kind = MISPLACED if fact[0] == "in" else LOSS
                self.report(kind, fact, f"{SIDES[at]}: {tell(fact)}: {result.facts[fact]} of {least}")

    def is_form_fact(self, fact: Fact) -> bool:
        text = str(fact[1][1]) if fact[0] in ("unit", "in") and isinstance(fact[1], tuple) else ""
        return text.startswith("[")

    def check_most(self) -> None:
        base, ours, theirs = (version.facts for version in self.versions)
        gone: Counter[Fact] = Counter()
        for uid in self.losses[0].keys() | self.losses[1].keys():
            # Git leaves what one side moved in its new place as it was, and shows what the other made of it beside.
            if self.conflicts and uid in self.carried:
                continue
            gone += self.losses[0].get(uid, Counter()) | self.losses[1].get(uid, Counter())
        for fact, count in self.merged.items():
            if fact[0] in ("word", "value") or (fact[0] == "mark" and fact[2] == " "):
                continue
            by_thing = base[fact] - gone[fact] + self.gains[0][fact] + self.gains[1][fact]
            most = max(most_of(base[fact], ours[fact], theirs[fact]), by_thing) + self.extra[fact]
            if self.conflicts and any(self.shifted):
                most = max(most, base[fact], ours[fact], theirs[fact])
            if count > most and not self.is_blend(fact) and not (self.conflicts and self.is_vague(fact)):
                self.report(self.excess(fact), fact, f"{tell(fact)}: {count} of {most}")

    def is_vague(self, fact: Fact) -> bool:
        """In a conflict: forms, and what is said of one of several that are called the same."""
        if fact[0] not in ("mark", "token"):
            return self.is_form_fact(fact)
        own = fact[1]
        assert isinstance(own, tuple)
        return own[0] not in self.single

    def excess(self, fact: Fact) -> str:
        base, ours, theirs = (version.facts[fact] for version in self.versions)
        if not (base or ours or theirs):
            return MISPLACED
        return RESURRECTED if base > min(ours, theirs) else DUPLICATE

    def is_blend(self, fact: Fact) -> bool:
        """A text that no side has, where both changed one: its words are looked at, no more."""
        if fact[0] not in ("unit", "in") or not self.blends:
            return False
        key = fact[1]
        assert isinstance(key, tuple)
        if fact[0] == "in":
            return key[0] == "?" and key[1] in self.blends
        return key not in self.classes.above and key[0] in self.blends

    def check_values(self) -> None:
        """A value is one that a side has, but for values of several parts; an item has one token of a kind."""
        values: dict[tuple[Class, int], set[str]] = {}
        most: Counter[tuple[Class, str]] = Counter()
        for version in self.versions:
            for unit in version.units:
                own = self.classes.qualify(unit)
                for at, value in values_of(unit):
                    values.setdefault((own, at), set()).add(value)
                for kind, count in kinds_of(unit).items():
                    most[own, kind] = max(most[own, kind], count)
        for unit in self.results[0].units:
            own = self.classes.qualify(unit)
            if not unit.merged or self.classes.of(unit)[0] == "?":
                continue
            for at, value in values_of(unit):
                known = values.get((own, at), {value})
                if value not in known and not any("/100" in text for text in known):
                    self.report(MISPLACED, ("value", own), f"no side has {value!r}: {unit!r}")
            if any(count > most[own, kind] for kind, count in kinds_of(unit).items()):
                self.report(DUPLICATE, ("token", own), f"two of one kind: {unit!r}")

    def check_order(self) -> None:
        """Two that stand one after the other do not stand the other way round on both sides."""
        if self.conflicts:
            return
        single = self.single
        orders = [{uid: at for at, uid in enumerate(version.by_uid)} for version in self.sides]
        before: dict[tuple[int, str], int] = {}
        for unit in self.results[0].units:
            uid = single.get(self.classes.of(unit))
            if uid is None or any(uid not in order for order in orders):
                continue
            if self.update and any(self.two_ways(side.by_uid[uid]) for side in self.sides):
                continue  # the copy's words and the template's may both be there
            beside = (id(unit.parent), unit.kind)
            last = before.get(beside)
            before[beside] = uid
            beside_each_other = last is not None and all(
                holder_uid(side.by_uid[last]) == holder_uid(side.by_uid[uid]) for side in self.sides
            )
            if last is not None and beside_each_other and all(order[last] > order[uid] for order in orders):
                self.report(MISPLACED, ("order", uid), f"in another order than on both sides: {unit!r}")


def kinds_of(unit: Unit) -> Counter[str]:
    return Counter(kind for kind, _ in unit.tokens)


def values_of(unit: Unit) -> Iterator[tuple[int, str]]:
    """Its value, or its cells."""
    if unit.kind in ("field", "front"):
        yield 0, unit.value
    yield from enumerate(unit.cells)


def merged_facts(version: Version) -> Counter[Fact]:
    pairs = zip(version.units, version.own, strict=True)
    return Counter(fact for unit, facts in pairs if unit.merged for fact in facts)


def most_of(base: int, ours: int, theirs: int) -> int:
    if ours <= base and theirs <= base:
        return min(ours, theirs)
    return max(0, ours + theirs - base)


def tell(fact: Fact) -> str:
    return " ".join(map(str, fact))


# --- Beside git ---


def normal_lines(data: bytes) -> list[bytes]:
    return lf(data).split(b"\n")


def differs(merged: Merged, git: Merged, versions: Iterable[bytes]) -> list[Finding]:
    """Where git's merge is clean, and so is the result, they are the same but for line ends."""
    found = []
    assert merged.data is not None
    assert git.data is not None
    if not git.conflicts and not merged.conflicts and normal_lines(merged.data) != normal_lines(git.data):
        lines = zip(normal_lines(merged.data), normal_lines(git.data), strict=False)
        found.append(Finding(DIFFERS, str(next((pair for pair in lines if pair[0] != pair[1]), "in length"))))
    _, ours, theirs = (b"\r\n" in data for data in versions)
    if ours == theirs and not merged.conflicts and ends_of(merged.data) - {b"\r\n" if ours else b"\n"}:
        found.append(Finding(ENDS, "a line end that neither side has"))
    return found


def ends_of(data: bytes) -> set[bytes]:
    return {line[-2:] if line.endswith(b"\r\n") else line[-1:] for line in data.splitlines(keepends=True)[:-1]}


def judge(triple: Triple, merged: Merged, *, update: bool = False) -> list[Finding]:
    return Judge([plan_units(plan) for plan in triple], merged, update=update).judge()


def is_beyond_doubt(triple: Triple, merged: Merged) -> bool:
    """Whether nothing is wrong with it, and there was nothing that could be settled in two ways."""
    judge = Judge([plan_units(plan) for plan in triple], merged)
    return not judge.judge() and not judge.extra and not judge.blends
