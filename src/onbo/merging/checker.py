"""Accepts or refuses a merge, from the three versions and the result alone.

It knows nothing of how the merge was made. It looks for anything lost, duplicated or misplaced: it counts everything by
name, compares the contents and place of each thing, and finally compares the words. Conflicts are cut out of all four
texts first; the lines they show must be lines of their sides. docs/merging.md lists what it cannot see.
"""

import re
from bisect import bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import pairwise
from typing import NamedTuple

from onbo.document.identity import normal
from onbo.document.marks import says_internal
from onbo.document.model import NOT_APPLICABLE, OPEN, Field, Item
from onbo.document.parse import parse_again
from onbo.document.source import BOM, LINE_END
from onbo.document.syntax import PLACEHOLDER
from onbo.merging.likeness import WordIndex, any_with_same_letters

# What every mark has in it that hides something from the customer. Most merges have none, and save the time to load and
# do what compares them.
MARKS = re.compile(rb"internal|<!--[ \t]*shared|%%|hidden|display|visibility", re.IGNORECASE)
# The share of the longer text's words that an item must keep to be the same item reworded, and for its tick to count
# for the new words too.
REWORDED = 0.6
SAME_ENOUGH = 0.8
# How similar, by letters, a short item with a corrected word must be to the old one.
CORRECTED = 0.7
# Words that occur in more items than this do not help to identify one.
COMMON = 50
# A renamed heading counts as the same if this share of its contents is under the new one.
HALF = 0.5
# If more headings than this have the same name, they are told apart by order alone.
MANY = 100
# How many pairs of headings with the same names are compared in one text; further ones are told apart by order alone.
MOST_FITS = 50_000
# How many lines of a version are looked at to find those that its conflicts show.
MOST_LOOKED_AT = 3_000_000
# Front matter is looked for in this many lines at the start of a file.
MATTER = 200
EDGES = ".,;:!?()[]{}<>'\"*_`~|\\/#-+="
# The list marker before the words of an item, so that its number does not count as a word.
LIST_MARKER = re.compile(r"^[\s>]*(?:[-*+]|\d+[.)])(?=\s)")
TOKENS = ("owner", "due", "waiting", "reason", "attributes")

Key = tuple[Hashable, ...]
BASE, OURS, THEIRS, RESULT = range(4)
SIDES = (OURS, THEIRS)


class Versions(NamedTuple):
    """The three texts that were merged."""

    base: bytes
    ours: bytes
    theirs: bytes


class Refusal(NamedTuple):
    """Why a result may not be used.

    rule  customer, conflict, counts, parts, place, removal, words or privacy
    what  the message: lower case, no full stop
    line  1-based line in the result without its conflicts, if there is one to name
    """

    rule: str
    what: str
    line: int | None = None


class _RefusedError(Exception):
    def __init__(self, rule: str, what: str, line: int | None = None) -> None:
        super().__init__(what)
        self.refusal = Refusal(rule, what, line)


def check(
    versions: Versions, result: bytes, *, marker: int = 7, template: bool = False, settled: bool = False
) -> Refusal | None:
    """Why a merge result may not be used; None if it may.

    marker    how long the conflict markers are
    settled   more than lines was merged: what both added is one thing wherever they put it, and whichever side is
              taken in all conflicts, what is in none of them must be right
    template  ours is a customer's copy, base and theirs are two versions of its template, all without front matter

    Raises OnboError for texts that cannot be read.
    """
    texts = [_lines(data) for data in (*versions, result)]
    if (texts[RESULT] == texts[THEIRS] and texts[OURS] == texts[BASE]) and not template:
        return None
    if texts[RESULT] == texts[OURS] and texts[THEIRS] == texts[BASE]:
        return None
    sides = [list(lines) for lines in texts[OURS:RESULT]]
    full = [list(lines) for lines in texts[:RESULT]]
    try:
        shown = _without_conflicts(texts, marker)
        if not template and any(texts[RESULT]):
            _expect_one_customer(sides)
        if shown.known:
            _Comparison(texts, template=template, settled=settled).run()
            _expect_nothing_shown(texts)
        if shown.known and shown.parts and settled:
            _Readings(full, texts[RESULT], shown).expect_sound(template=template)
    except _RefusedError as error:
        return error.refusal
    return None


def _expect_nothing_shown(texts: Sequence[Sequence[bytes]]) -> None:
    """Raises _RefusedError if the customer would see what one side hides."""
    versions = list(map(_joined, texts))
    if not any(map(MARKS.search, versions)):
        return
    from onbo.merging.privacy import newly_shown

    found = newly_shown(*versions)
    if found is not None:
        raise _RefusedError("privacy", f"{found.text!r} would be shown to the customer", found.line)


def _lines(data: bytes) -> list[bytes]:
    lines = LINE_END.split(data.removeprefix(BOM)) if b"\r" in data else data.removeprefix(BOM).split(b"\n")
    return lines if lines[-1] else lines[:-1]


def _joined(lines: Iterable[bytes]) -> bytes:
    return b"".join([line + b"\n" for line in lines])


# --- Conflicts and customers ---


class _Conflict(NamedTuple):
    """The lines between markers. at: the clean line that follows. parts: ours, base, theirs.

    first  the line where each part begins in its version
    """

    at: int
    parts: list[list[bytes]]
    first: dict[int, int]


class _Shown(NamedTuple):
    """The conflicts of a result. known: whether they show base, which git's default style does not."""

    known: bool
    parts: list[_Conflict]


def _without_conflicts(texts: list[list[bytes]], marker: int) -> _Shown:
    """Cut the conflicts' lines out of all four texts, in place.

    If the conflicts do not show base, base is not cut, and nothing else can be compared. Raises _RefusedError for a
    part whose lines its side does not have.
    """
    begin, middle, half, end = (sign * marker for sign in (b"<", b"|", b"=", b">"))
    own = max(sum(line.startswith(begin) for line in lines) for lines in texts[:RESULT])
    if sum(line.startswith(begin) for line in texts[RESULT]) <= own:
        return _Shown(True, [])  # markers that a version already had are text
    clean: list[bytes] = []
    conflicts: list[_Conflict] = []
    current: list[list[bytes]] | None = None
    known = True
    for line in texts[RESULT]:
        if line.startswith(begin) and current is None:
            current = [[]]
        elif current is not None and line.startswith((middle, half)) and len(current) < len(_SIDES):
            if line.startswith(half) and len(current) == 1:
                known = False
                current.append([])
            current.append([])
        elif current is not None and line.startswith(end):
            conflicts.append(_Conflict(len(clean), current, {}))
            current = None
        else:
            (clean if current is None else current[-1]).append(line)
    conflicts = [conflict for conflict in conflicts if len(conflict.parts) == len(_SIDES)]
    for at, side in enumerate(_SIDES):
        if known or side != BASE:
            _cut(texts, side, [(conflict, conflict.parts[at]) for conflict in conflicts], clean)
    texts[RESULT][:] = clean
    return _Shown(known, conflicts)


# The versions that a conflict shows, in order.
_SIDES = (OURS, BASE, THEIRS)


def _cut(
    texts: list[list[bytes]], side: int, parts: Sequence[tuple[_Conflict, list[bytes]]], clean: Sequence[bytes]
) -> None:
    lines = texts[side]
    index: defaultdict[bytes, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        index[line].append(at)
    gone: set[int] = set()
    start = 0
    left = MOST_LOOKED_AT
    for conflict, part in parts:
        place = conflict.at
        if not part:
            continue
        name = ("base", "ours", "theirs")[side]
        around = (clean[place - 1] if place else b"", clean[place] if place < len(clean) else b"")
        where = index[part[0]]
        best: tuple[int, int] | None = None  # of those around it, how many lines fit; where it is
        for spot in range(bisect_right(where, start - 1), len(where)):
            at = where[spot]
            left -= len(part)
            if left < 0:
                raise _RefusedError("conflict", f"which lines of {name} a conflict shows cannot be told", place + 1)
            if lines[at : at + len(part)] == part:
                fit = _fit(lines, at, at + len(part), around)
                best = best if best is not None and best[0] >= fit else (fit, at)
                if fit == len(around):
                    break
        if best is None:
            raise _RefusedError("conflict", f"a conflict shows lines for {name} that {name} does not have", place + 1)
        at = best[1]
        gone.update(range(at, at + len(part)))
        conflict.first[side] = at
        start = at + len(part)
    texts[side][:] = [line for at, line in enumerate(lines) if at not in gone]


def _fit(lines: Sequence[bytes], start: int, stop: int, around: tuple[bytes, bytes]) -> int:
    """How many of the two lines around a run match those around the conflict."""
    before = lines[start - 1] if start else b""
    after = lines[stop] if stop < len(lines) else b""
    return (before == around[0]) + (after == around[1])


def _expect_one_customer(sides: Sequence[Sequence[bytes]]) -> None:
    """Raises _RefusedError if the two sides belong to different customers."""
    from onbo.onboarding.customer_ids import id_in

    ids = [id_in(_joined(lines[:MATTER])) for lines in sides]
    if None not in ids:
        if ids[0] != ids[1]:
            raise _RefusedError("customer", "the files belong to different customers: customer_id differs")
        return
    if [line for line in sides[0] if b"ustomer" in line] == [line for line in sides[1] if b"ustomer" in line]:
        return
    answers = [parse_again(_joined(lines)).answers for lines in sides]
    names = [normal(found.get("customer") or "") for found in answers]
    if all(names) and not any(_begins(first, second) for first, second in (names, names[::-1])):
        raise _RefusedError("customer", "the files belong to different customers: the Customer field differs")


def _begins(text: str, beginning: str) -> bool:
    return text.split()[: len(beginning.split())] == beginning.split()


# --- What a text consists of ---


class _Unit:
    """A heading, item, note, quote, field, table row, line of prose or line of front matter.

    key      its name
    section  the number of the heading above it, the same in all texts; -1 for none
    parent   the item or notes field that it is below
    table    the table that it is a row of
    values   its contents, part by part
    hidden   whether it is hidden from the customer
    nth      which of several items of one name and place it is, if that is known; else 0
    """

    __slots__ = ("hidden", "key", "kind", "line", "name", "nth", "parent", "section", "table", "values")

    def __init__(self, kind: str, key: Key, line: int, name: str) -> None:
        self.kind, self.key, self.line, self.name = kind, key, line, name
        self.nth = 0
        self.section = -1
        self.parent: _Unit | None = None
        self.table: Key | None = None
        self.values: dict[str, Hashable] = {}
        self.hidden = False


class _Heading(NamedTuple):
    """line: 0-based. path: levels and titles of the headings above it and its own. below: the lines under it.

    beside  the titles of the headings before and after it
    """

    line: int
    level: int
    title: str
    path: Key
    below: frozenset[str]
    beside: tuple[str, ...]

    def likeness(self, other: "_Heading") -> tuple[float, int]:
        """The share of their contents that is the same, and how many neighbouring headings are."""
        every = len(self.below | other.below)
        share = len(self.below & other.below) / every if every else 1.0
        return share, sum(mine == theirs for mine, theirs in zip(self.beside, other.beside, strict=True))


class _Text:
    """One text. units: in document order."""

    def __init__(self, lines: Sequence[bytes]) -> None:
        self.document = parse_again(_joined(lines))
        self.source = self.document.source
        self.matter = self.document.front_matter.end if self.document.front_matter else 0
        self.headings = list(self._headings())
        self.units: list[_Unit] = []

    def _headings(self) -> Iterator[_Heading]:
        texts = self.source.texts
        lines = {section.line - 1: section.level for section in self.document.walk() if section.level}
        if self.document.title is not None:
            first = next((at for at in range(self.matter, len(texts)) if texts[at].strip()), None)
            if first is not None and texts[first].lstrip().startswith("# "):
                lines.setdefault(first, 1)
        order = sorted(lines)
        titles = ["", *(normal(texts[line].strip().strip("#")) for line in order), ""]
        around: list[tuple[int, Key]] = []
        for at, line in enumerate(order):
            title = titles[at + 1]
            while around and around[-1][0] >= lines[line]:
                around.pop()
            path = (*(around[-1][1] if around else ()), (lines[line], title))
            around.append((lines[line], path))
            stop = order[at + 1] if at + 1 < len(order) else len(texts)
            below = frozenset(_plain(text) for text in texts[line + 1 : stop] if text.strip())
            yield _Heading(line, lines[line], title, path, below, (titles[at], titles[at + 2]))

    def cut(self, numbers: Mapping[int, int]) -> None:
        """Find the units. numbers: of the headings, by line."""
        around: list[tuple[int, _Unit]] = []  # level, heading
        inside: list[tuple[int, _Unit]] = []  # the line after its last, item
        labels: dict[int, _Unit] = {}
        levels = {heading.line: heading.level for heading in self.headings}
        known = self._known_lines()
        for line, raw in enumerate(self.source.texts):
            text = raw.strip()
            while inside and line >= inside[-1][0]:
                inside.pop()
            while line in levels and around and around[-1][0] >= levels[line]:
                around.pop()
            if line < self.matter:
                self._add_matter(line, text)
                continue
            if line not in known.items and not text.strip("> \t"):
                continue
            unit = self._unit(line, text, numbers, known, nested=bool(inside))
            unit.section = int(str(around[-1][1].key[0])) if around else -1
            unit.parent = labels.get(known.notes.get(line, -1)) or (inside[-1][1] if inside else None)
            holders = (unit.parent, around[-1][1] if around else None)
            unit.hidden = unit.hidden or says_internal(text) or any(h is not None and h.hidden for h in holders)
            self.units.append(unit)
            if unit.kind == "heading":
                around.append((levels[line], unit))
            elif unit.kind == "item":
                inside.append((self.source.line_at(known.items[line].span.end), unit))
            elif unit.kind == "field":
                labels[line] = unit

    @cached_property
    def keys(self) -> frozenset[Key]:
        """The keys of all units."""
        return frozenset(unit.key for unit in self.units)

    @cached_property
    def numbers(self) -> frozenset[Hashable]:
        """The numbers of the headings."""
        return frozenset(unit.key[0] for unit in self.units if unit.kind == "heading")

    def _known_lines(self) -> "_KnownLines":
        items: dict[int, Item] = {}
        for item in self.document.items:  # of two on one line, the outer one
            items.setdefault(item.line - 1, item)
        fields = {field.line - 1: field for field in self.document.fields}
        notes = {
            line: field.line - 1
            for field in self.document.fields
            if field.notes
            for line in range(self.source.line_at(field.span.start) - 1, self.source.line_at(field.span.end))
        }
        return _KnownLines(items, fields, notes, *self._tables())

    def _add_matter(self, line: int, text: str) -> None:
        if text.strip("-."):
            key, _, value = text.partition(":")
            unit = _Unit("matter", (key.strip(),), line + 1, text)
            unit.values["value"] = value.strip()
            self.units.append(unit)

    def _unit(self, line: int, text: str, numbers: Mapping[int, int], known: "_KnownLines", *, nested: bool) -> _Unit:
        """The unit on a line, without its section and parent. nested: whether it is below an item."""
        if line in numbers:
            unit = _Unit("heading", (numbers[line],), line + 1, text.strip("# "))
            unit.values["text"] = text
        elif line in known.items:
            item = known.items[line]
            key: Key = ("id", item.attributes.id) if item.attributes.id else ("text", normal(item.text))
            unit = _Unit("item", key, line + 1, item.text)
            unit.values = {"mark": item.mark.lower(), "text": item.text}
            unit.values |= {kind: item.value(kind) for kind in TOKENS}
            unit.hidden = item.attributes.internal
        elif line in known.fields:
            field = known.fields[line]
            unit = _Unit("field", (normal(field.label),), line + 1, field.label)
            unit.values["value"] = "" if field.notes else field.value
        elif line in known.rows:
            table, cells = known.rows[line]
            unit = _Unit("row", (normal(cells[0]) if cells else "",), line + 1, text)
            unit.table = table
            unit.values = {f"cell {at}": cell for at, cell in enumerate(cells)}
        else:
            kind = "note" if nested else "quote" if text[:1] == ">" else "prose"
            unit = _Unit(kind, (" ".join(text.lstrip("> \t").split()),), line + 1, text)
            unit.table = known.heads.get(line)
        return unit

    def _tables(self) -> tuple[dict[int, tuple[Key, tuple[str, ...]]], dict[int, Key]]:
        """Each row's table and cells, and the table of each header, by line."""
        rows: dict[int, tuple[Key, tuple[str, ...]]] = {}
        heads: dict[int, Key] = {}
        seen: Counter[Key] = Counter()
        headings = [heading.line for heading in self.headings]
        for table in self.document.tables:
            label = normal(table.name or "") if table.name != table.section else ""
            name: Key = (bisect_right(headings, table.line - 1), label, tuple(cell.text for cell in table.header.cells))
            seen[name] += 1
            key: Key = (*name[1:], seen[name])
            heads[table.line - 1] = key
            for row in table.rows:
                rows[row.line - 1] = (key, tuple(cell.text for cell in row.cells))
        return rows, heads


class _KnownLines(NamedTuple):
    """What is on each line, 0-based. notes: for a line of a notes field, the line of its label."""

    items: Mapping[int, Item]
    fields: Mapping[int, Field]
    notes: Mapping[int, int]
    rows: Mapping[int, tuple[Key, tuple[str, ...]]]
    heads: Mapping[int, Key]


def _plain(text: str) -> str:
    """A line without indentation, list marker and box."""
    return normal(text.strip().lstrip("-*+ ").removeprefix("[ ]").removeprefix("[x]").removeprefix("[~]"))


def _words(text: str) -> list[str]:
    return [word for raw in text.split() if any(map(str.isalnum, word := raw.strip(EDGES)))]


# --- Matching headings and items ---


def _number_headings(texts: Sequence[_Text]) -> list[dict[int, int]]:
    """For each text, by line, the number of each heading: the same for the same heading in all texts.

    A heading is identified by its path; else by its level and title, if only one such is left; else, in a side, by
    what stands under it, or beside it where nothing does.
    """
    numbers: list[dict[int, int]] = []
    paths: defaultdict[Key, set[int]] = defaultdict(set)
    known: dict[int, list[_Heading]] = defaultdict(list)  # headings by number
    count = 0
    for text in texts:
        own: dict[int, int] = {}
        taken: set[int] = set()
        left: list[_Heading] = []
        by_path: defaultdict[Key, list[_Heading]] = defaultdict(list)
        for heading in text.headings:
            by_path[heading.path].append(heading)
        pairs = MOST_FITS
        for path, headings in by_path.items():
            fitting = {number: known[number] for number in paths.get(path, ())}
            pairs -= len(headings) * len(fitting)
            for heading, number in _best_fits(headings, fitting, compared=pairs >= 0):
                own[heading.line] = number
                taken.add(number)
            left += [heading for heading in headings if heading.line not in own]
        for heading, number in _renamed(text.headings, own, numbers[0] if numbers else {}, known):
            own[heading.line] = number
            taken.add(number)
        left = [heading for heading in left if heading.line not in own]
        for heading, number in _by_fit(left, known, taken):
            own[heading.line] = number
        for heading in left:
            if heading.line not in own:
                own[heading.line] = count
                count += 1
        for heading in text.headings:
            known[own[heading.line]].append(heading)
            paths[heading.path].add(own[heading.line])
        numbers.append(own)
    return numbers


def _best_fits(
    headings: Sequence[_Heading], known: Mapping[int, Sequence[_Heading]], *, compared: bool
) -> list[tuple[_Heading, int]]:
    """Headings with the same path, paired with known numbers by what is below and next to them.

    compared: else they are paired by order alone
    """
    numbers = sorted(known)
    in_order = list(zip(headings, numbers, strict=False))
    if len(headings) == len(numbers) == 1 or len(headings) > MANY or not compared:
        return in_order
    if len(in_order) == len(headings) and all(_is_same(heading, known[number]) for heading, number in in_order):
        return in_order  # no other pair is a better one
    scores = [
        (max(heading.likeness(other) for other in known[number]), -at, -number)
        for at, heading in enumerate(headings)
        for number in numbers
    ]
    chosen: dict[int, int] = {}
    taken: set[int] = set()
    for _, before, minus in sorted(scores, reverse=True):
        at, number = -before, -minus
        if at not in chosen and number not in taken:
            chosen[at] = number
            taken.add(number)
    return [(headings[at], number) for at, number in chosen.items()]


def _is_same(heading: _Heading, known: Sequence[_Heading]) -> bool:
    return any(heading.below == other.below and heading.beside == other.beside for other in known)


def _by_fit(
    headings: Sequence[_Heading], known: Mapping[int, Sequence[_Heading]], taken: set[int]
) -> Iterator[tuple[_Heading, int]]:
    """Headings that one number alone fits, by level and title, or by what stands under them."""
    if not headings:
        return
    free = {number: others for number, others in known.items() if number not in taken}
    names: defaultdict[Key, set[int]] = defaultdict(set)
    for number, others in free.items():
        for other in others:
            names[other.level, other.title].add(number)
    often = Counter((heading.level, heading.title) for heading in headings)
    found: set[int] = set()
    for heading in headings:
        name = (heading.level, heading.title)
        if len(names[name]) == often[name] == 1:
            (number,) = names[name]
            for other in free.pop(number):
                names[other.level, other.title].discard(number)
            found.add(heading.line)
            yield heading, number
    yield from _by_contents([heading for heading in headings if heading.line not in found], free)


def _by_contents(headings: Sequence[_Heading], free: dict[int, Sequence[_Heading]]) -> Iterator[tuple[_Heading, int]]:
    """Headings that one number alone fits by what stands under them. free: the numbers to choose from."""
    left = {heading.line: heading for heading in headings}
    if not left:
        return
    numbers = _LinesBelow((number, other) for number, others in free.items() for other in others)
    alike = _LinesBelow(left.items())
    for heading in list(left.values()):
        fits = {number for number in numbers.near(heading) if number in free}
        fits = {number for number in fits if any(_same_below(heading, other) for other in free[number])}
        if len(fits) == 1:
            rivals = [left[line] for line in alike.near(heading) if line in left]
            if sum(_same_below(heading, other) for other in rivals) == 1:
                (number,) = fits
                del free[number], left[heading.line]
                yield heading, number


class _LinesBelow:
    """Headings by what stands under them. Lines that stand under many headings do not help to find one."""

    def __init__(self, headings: Iterable[tuple[int, _Heading]]) -> None:
        self.places: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
        for name, heading in headings:
            for line in heading.below:
                self.places[heading.level, line].add(name)

    def near(self, heading: _Heading) -> list[int]:
        """The names of the headings that share most with one: a few, since more than one that fits is no help."""
        shared: Counter[int] = Counter()
        for line in heading.below:
            places = self.places.get((heading.level, line), ())
            if len(places) <= COMMON:
                shared.update(places)
        return [name for name, _ in shared.most_common(COMMON)]


def _same_below(first: _Heading, second: _Heading) -> bool:
    if first.level != second.level or not second.below or not first.below:
        return first is second
    return len(first.below & second.below) >= HALF * len(second.below)


def _renamed(
    headings: Sequence[_Heading],
    own: Mapping[int, int],
    base: Mapping[int, int],
    known: Mapping[int, Sequence[_Heading]],
) -> list[tuple[_Heading, int]]:
    """Headings with new titles, where as many stand between two known ones as in base, and hold much the same.

    own, base  the numbers of the headings known here, and of base's, by line
    """
    found: list[tuple[_Heading, int]] = []
    order = list(base.values())
    at = {number: place for place, number in enumerate(order)}
    gap: list[_Heading] = []
    last = -1
    for heading in (*headings, None):
        number = own.get(heading.line) if heading is not None else None
        if heading is not None and number is None:
            gap.append(heading)
            continue
        place = at.get(number, len(order)) if heading is not None and number is not None else len(order)
        if gap and len(gap) == place - last - 1:
            before = order[last + 1 : place]
            if all(_may_be_renamed(known[other][0], now) for other, now in zip(before, gap, strict=True)):
                found += zip(gap, before, strict=True)
        gap, last = [], place
    return found


def _may_be_renamed(before: _Heading, now: _Heading) -> bool:
    if before.level != now.level or not before.below or not now.below:
        return before.level == now.level and not before.below and not now.below
    return len(before.below & now.below) >= HALF * len(before.below)


class _Pair(NamedTuple):
    """An item of base and the same item reworded in a side."""

    before: _Unit
    after: _Unit
    share: float


def _reworded(base: Sequence[_Unit], side: Sequence[_Unit]) -> list[_Pair]:
    """The items of base that a side reworded: each other's only best match, those in the same place first."""
    pairs = list(_given_an_id(base, side))
    known = {id(unit) for pair in pairs for unit in pair[:2]}
    old, new = ([unit for unit in units if id(unit) not in known] for units in _unmatched(base, side))
    split = {id(unit): _words(normal(unit.name)) for unit in (*old, *new)}
    for same_place in (True, False):
        index = WordIndex([split[id(unit)] for unit in old], COMMON)
        places = list(map(_around, old))
        best: list[tuple[float, int, int]] = []
        for there, unit in enumerate(new):
            place = _around(unit)
            fits = partial(_is_at, places, place) if same_place else None
            found = index.likest(split[id(unit)], REWORDED, fits)
            if found is not None:
                best.append((*found, there))
        rivals = Counter((here, share) for share, here, _ in best)
        top = _tops(best)
        chosen = [b for b in best if b[0] == top[b[1]] and rivals[b[1], b[0]] == 1]
        pairs += [_Pair(old[here], new[there], share) for share, here, there in chosen]
        gone, come = {b[1] for b in chosen}, {b[2] for b in chosen}
        old = [unit for at, unit in enumerate(old) if at not in gone]
        new = [unit for at, unit in enumerate(new) if at not in come]
    return [*pairs, *_same_inside(base, side, old, new)]


def _is_at(places: Sequence[Key], place: Key, at: int) -> bool:
    return places[at] == place


def _given_an_id(base: Sequence[_Unit], side: Sequence[_Unit]) -> Iterator[_Pair]:
    """Items with the same words whose ids differ, or are missing in one of the two.

    There are as many of these words in one place as there were, and their order tells; or just one is left over.
    """
    in_order = [
        pair for here, there in _by_words(base, side, _place) for pair in map(_Pair, here, there, [1.0] * len(here))
    ]
    yield from filter(_is_identified, in_order)
    keys = {unit.key for unit in base}, {unit.key for unit in side}
    known = {id(unit) for pair in in_order for unit in pair[:2]}
    left = [
        [unit for unit in units if id(unit) not in known and unit.key not in others]
        for units, others in ((base, keys[1]), (side, keys[0]))
    ]
    alone = [_Pair(here[0], there[0], 1.0) for here, there in _by_words(left[0], left[1], _text) if len(here) == 1]
    yield from filter(_is_identified, alone)


def _by_words(
    base: Iterable[_Unit], side: Iterable[_Unit], name: Callable[[_Unit], Hashable]
) -> Iterator[tuple[list[_Unit], list[_Unit]]]:
    """The items of each name, where both have as many."""
    here: defaultdict[Hashable, list[_Unit]] = defaultdict(list)
    there: defaultdict[Hashable, list[_Unit]] = defaultdict(list)
    for units, by_name in ((base, here), (side, there)):
        for unit in units:
            if unit.kind == "item":
                by_name[name(unit)].append(unit)
    return ((found, there[own]) for own, found in here.items() if len(found) == len(there.get(own, ())))


def _is_identified(pair: _Pair) -> bool:
    return pair.before.key != pair.after.key and "id" in (pair.before.key[0], pair.after.key[0])


def _text(unit: _Unit) -> str:
    return normal(unit.name)


def _place(unit: _Unit) -> Key:
    """An item's words, and those of what it stands in."""
    return (_text(unit), unit.section, _text(unit.parent) if unit.parent else None, _depth(unit))


def _same_inside(
    base: Sequence[_Unit], side: Sequence[_Unit], old: Sequence[_Unit], new: Sequence[_Unit]
) -> Iterator[_Pair]:
    """Completely reworded items in the same place that keep at least half of what was below them."""
    inside: defaultdict[int, set[Key]] = defaultdict(set)
    for unit in (*base, *side):
        if unit.parent is not None:
            inside[id(unit.parent)].add((unit.kind, *unit.key))
    by_child: defaultdict[Key, list[_Unit]] = defaultdict(list)
    for unit in (*old, *new):
        for child in inside[id(unit)]:
            by_child[_around(unit), child].append(unit)
    news = {id(unit) for unit in new}
    for unit in old:
        was = inside[id(unit)]
        around = _around(unit)
        near = {id(other): other for child in was for other in by_child[around, child][:COMMON]}
        rivals = any(own != id(unit) and own not in news for own in near)
        if rivals:
            continue
        alike = {own: v for own, v in near.items() if own in news and len(was & inside[own]) >= HALF * len(was)}
        if len(alike) == 1:
            yield _Pair(unit, next(iter(alike.values())), 0.0)


def _tops(best: Sequence[tuple[float, int, int]]) -> dict[int, float]:
    top: dict[int, float] = {}
    for share, here, _ in best:
        top[here] = max(share, top.get(here, 0.0))
    return top


def _unmatched(base: Sequence[_Unit], side: Sequence[_Unit]) -> tuple[list[_Unit], list[_Unit]]:
    """The items that base has more of than the side, and vice versa.

    Items with the same name are matched by place first, then by depth, then any with any.
    """
    here, there = _items_by_key(base), _items_by_key(side)
    old: list[_Unit] = []
    new: list[_Unit] = []
    for key in dict.fromkeys((*here, *there)):
        if key[0] == "id":
            continue  # equal ids always pair, and nothing else does
        first, second = here.get(key, []), there.get(key, [])
        if len(first) == len(second) == 1:
            continue
        if first and second:
            for name in (_around, _depth, lambda _unit: None):
                first, second = _without_pairs(first, second, name)
        old += first
        new += second
    return old, new


def _without_pairs(
    first: Sequence[_Unit], second: Sequence[_Unit], name: Callable[[_Unit], Hashable]
) -> tuple[list[_Unit], list[_Unit]]:
    """What is left of two lists when units with the same name are removed from both, in order."""
    common = Counter(map(name, first)) & Counter(map(name, second))
    left: tuple[list[_Unit], list[_Unit]] = ([], [])
    for units, rest in zip((first, second), left, strict=True):
        taken = Counter(common)
        for unit in units:
            if taken[name(unit)] > 0:
                taken[name(unit)] -= 1
            else:
                rest.append(unit)
    return left


def _items_by_key(units: Iterable[_Unit]) -> dict[Key, list[_Unit]]:
    by_key: defaultdict[Key, list[_Unit]] = defaultdict(list)
    for unit in units:
        if unit.kind == "item":
            by_key[unit.key].append(unit)
    return by_key


def _depth(unit: _Unit) -> int:
    """How many items an item is nested in."""
    return 0 if unit.parent is None else 1 + _depth(unit.parent)


def _around(unit: _Unit) -> Key:
    """The section and parent of an item."""
    return (unit.section, unit.parent.key if unit.parent else None)


# --- The comparison ---


class _Comparison:
    """Base, ours, theirs and the result, unit by unit."""

    def __init__(self, lines: Sequence[Sequence[bytes]], *, template: bool, settled: bool) -> None:
        self.template = template
        self.settled = settled
        self.texts = [_Text(of_one) for of_one in lines]
        for text, numbers in zip(self.texts, _number_headings(self.texts), strict=True):
            text.cut(numbers)
        self.units = [text.units for text in self.texts]
        self.uncrossed: set[Key] = set()  # items ticked in a copy whose template words them differently
        self._pair_reworded()
        self.alone = self._alone()
        self._number_alike()

    def run(self) -> None:
        groups: defaultdict[Key, list[list[_Unit]]] = defaultdict(lambda: [[], [], [], []])
        for at, units in enumerate(self.units):
            for unit in units:
                groups[unit.kind, *unit.key][at].append(unit)
        self.present = {(unit.kind, unit.key) for unit in self.units[RESULT]}
        for name, group in groups.items():
            if _is_untouched(group):
                continue
            if name[0] in ("note", "quote", "prose"):
                for part in _by_home(group, self._home):
                    self._count(part)
            elif max(map(len, group)) == 1:
                self._one(group)
            else:
                self._several(group)
        self._order()
        self._compare_words()

    # --- Names ---

    def _pair_reworded(self) -> None:
        """Give a reworded item the same name in base and in the other side."""
        pairs = {side: _reworded(self.units[BASE], self.units[side]) for side in (OURS, THEIRS)}
        by_base = {side: {id(pair.before): pair for pair in found} for side, found in pairs.items()}
        for side, other in ((OURS, THEIRS), (THEIRS, OURS)):
            counterparts = _counterparts(self.units[BASE], self.units[other])
            for pair in pairs[side]:
                both = by_base[other].get(id(pair.before))
                if both is not None:
                    if both.after.key != pair.after.key:
                        raise _RefusedError("parts", f"both sides reworded '{pair.before.name}'", pair.after.line)
                    pair.before.key = pair.after.key
                    continue
                same = counterparts.get(id(pair.before))
                if same is None:
                    pair.before.key = pair.after.key
                    continue
                marked = same.values["mark"] != pair.before.values["mark"]
                if marked and pair.share < SAME_ENOUGH:
                    if not self.template:
                        raise _RefusedError(
                            "parts", f"'{pair.before.name}' was ticked by one side and reworded by the other"
                        )
                    continue  # the old item stays as it is, and the new one comes in open
                pair.before.key = same.key = pair.after.key

    def _alone(self) -> set[Key]:
        """The names of items that occur at most once in each text."""
        often: set[Key] = set()
        for units in self.units:
            counts = Counter(unit.key for unit in units if unit.kind == "item")
            often.update(key for key, count in counts.items() if count > 1)
        return {unit.key for units in self.units for unit in units if unit.kind == "item"} - often

    def _number_alike(self) -> None:
        """Tell items of one name and place apart by their order, if each text has as many of them."""
        found: list[defaultdict[Key, list[_Unit]]] = []
        for units in self.units:
            found.append(defaultdict(list))
            for unit in units:
                if unit.kind == "item" and unit.key not in self.alone:
                    found[-1][unit.key, self._home(unit)].append(unit)
        for spot, units in found[RESULT].items():
            if len(units) > 1 and all(len(of_text.get(spot, ())) == len(units) for of_text in found):
                for of_text in found:
                    for at, unit in enumerate(of_text[spot], 1):
                        unit.nth = at

    def _home(self, unit: _Unit) -> Key:
        """What a unit is in. An item that occurs once is identified by its name, whatever section it is in."""
        if unit.parent is not None and unit.parent.kind == "item":
            if unit.parent.key in self.alone:
                return ("item", unit.parent.key, unit.table)
            return ("item", unit.parent.key, unit.parent.nth, self._home(unit.parent), unit.table)
        return ("section", unit.section, unit.parent.key if unit.parent else None, unit.table)

    # --- Lines that have no parts ---

    def _count(self, group: Sequence[Sequence[_Unit]]) -> None:
        """Count notes, quotes and prose with the same words in one place."""
        b, o, t, r = map(len, group)
        low, high = self._most_and_least(b, o, t)
        if self.template:
            # The tip of an item that was kept stays with it; the tip of an item that the copy deleted does not come in.
            high = max(high, o)
            parents = [unit.parent for units in group for unit in units]
            gone = any(parent is not None and (parent.kind, parent.key) not in self.present for parent in parents)
            gone = gone or self._section_is_gone(group) or any(map(self._was_deleted, group[THEIRS]))
            low = min(low, o) if gone else low
        name = next(unit for units in group for unit in units)
        if r < low:
            raise _RefusedError("counts", f"{name.name!r} would be lost")
        if r > high:
            rule = "removal" if min(o, t) < b else "counts"
            raise _RefusedError(rule, f"{name.name!r} would be duplicated", group[RESULT][-1].line)
        self._expect_hidden(group)

    def _most_and_least(self, b: int, o: int, t: int) -> tuple[int, int]:
        """Like `_bounds`, but except in a line merge, what both sides added counts once, wherever it is."""
        low, high = _bounds(b, o, t)
        return low, b + max(o - b, t - b) if self.settled and b < min(o, t) else high

    def _was_deleted(self, new: _Unit) -> bool:
        """Whether the copy deleted something of the same kind in the same place, which a template may have replaced."""
        return self.deleted[new.kind, self._home(new)] > 0

    @cached_property
    def deleted(self) -> Counter[Key]:
        """By kind and place, how many different things the copy deleted."""
        here = {(unit.kind, unit.key, self._home(unit)) for unit in self.units[OURS]}
        gone = [u for u in self.units[BASE] if (u.kind, u.key, self._home(u)) not in here]
        return Counter((unit.kind, self._home(unit)) for unit in gone)

    def _section_is_gone(self, group: Sequence[Sequence[_Unit]]) -> bool:
        sections = {unit.section for units in group for unit in units}
        return any(section >= 0 and ("heading", (section,)) not in self.present for section in sections)

    def _expect_hidden(self, group: Sequence[Sequence[_Unit]]) -> None:
        sides = [unit for units in group[OURS:RESULT] for unit in units]
        if sides and all(unit.hidden for unit in sides) and not all(unit.hidden for unit in group[RESULT]):
            raise _RefusedError("privacy", f"{sides[0].name!r} would be shown to the customer", group[RESULT][0].line)

    # --- Several things of one name ---

    def _several(self, group: Sequence[Sequence[_Unit]]) -> None:
        """Told apart by what they are in; if that does not help, counted with their full contents."""
        b, o, t, r = map(len, group)
        low, high = self._most_and_least(b, o, t)
        name = next(unit for units in group for unit in units).name
        high = max(high, o) if self.template else high
        low = min(low, o) if self.template else low
        if not low <= r <= high:
            raise _RefusedError("counts", f"{name!r} would be there {r} times instead of {low if r < low else high}")
        for part in _by_home(group, lambda unit: (self._home(unit), unit.nth)):
            if max(map(len, part)) == 1:
                self._one(part)
            else:
                for same in _by_home(part, _said):
                    self._count_whole(same)

    def _count_whole(self, group: Sequence[Sequence[_Unit]]) -> None:
        b, o, t, r = map(len, group)
        low, high = _bounds(b, o, t)
        unit = next(unit for units in group for unit in units)
        if self.template:
            low, high = min(low, o), max(high, o)
        if not low <= r <= high:
            raise _RefusedError("parts", f"{unit.name!r} would match neither side")
        self._expect_hidden(group)

    # --- One thing in each text ---

    def _one(self, group: Sequence[Sequence[_Unit]]) -> None:
        base, ours, theirs, result = (units[0] if units else None for units in group)
        if ours is None and theirs is None:
            if result is not None:
                rule = "removal" if base is not None else "counts"
                raise _RefusedError(rule, f"{result.name!r} is on neither side", result.line)
        elif base is None and ours is not None and theirs is not None and self._home(ours) != self._home(theirs):
            # Each side added one, in different places.
            raise _RefusedError("counts", f"one of two {ours.name!r} would be lost")
        elif base is None:
            self._added(ours, theirs, result)
        elif ours is None or theirs is None:
            self._removed(base, ours, theirs, result)
        elif result is None:
            raise _RefusedError("counts", f"{ours.name!r} would be lost")
        else:
            self._kept(base, ours, theirs, result)

    def _added(self, ours: _Unit | None, theirs: _Unit | None, result: _Unit | None) -> None:
        side = ours or theirs
        if side is None:
            raise AssertionError
        if result is None:
            if self.template and ours is None and theirs is not None and self._may_be_left_out(theirs):
                return
            raise _RefusedError("counts", f"{side.name!r} would be lost")
        if ours is None or theirs is None:
            for part, value in side.values.items():
                self._expect_part(
                    result, part, [OPEN if self.template and side is theirs and part == "mark" else value]
                )
            self._expect_home(result, [side])
        else:
            if ours.values.get("mark") != theirs.values.get("mark") and self._home(ours) in self.replaced:
                raise _RefusedError("parts", f"{result.name!r}: both sides changed its state", result.line)
            for part in side.values.keys() | result.values.keys() | theirs.values.keys():
                self._expect_part(result, part, self._both_added(part, ours.values.get(part), theirs.values.get(part)))
            self._expect_home(result, [ours, theirs])
        if any(unit.hidden for unit in (ours, theirs) if unit is not None) and not result.hidden:
            raise _RefusedError("privacy", f"{result.name!r} would be shown to the customer", result.line)

    @cached_property
    def replaced(self) -> frozenset[Key]:
        """Places where both sides removed an item that was done or n/a, and may have replaced it."""
        kept = {unit.key for units in self.units[OURS:RESULT] for unit in units}
        gone = [unit for unit in self.units[BASE] if unit.kind == "item" and unit.key not in kept]
        return frozenset(self._home(unit) for unit in gone if unit.values["mark"] != OPEN)

    def _both_added(self, part: str, mine: Hashable, other: Hashable) -> list[Hashable]:
        """The allowed values for a part of a unit that both added: done wins over open, a value over a form."""
        if mine == other:
            return [mine]
        if part == "mark":
            return [] if {mine, other} == {"x", NOT_APPLICABLE} else [mine if mine != OPEN else other]
        if part in ("text", "attributes"):
            return [mine] if normal(str(mine)) == normal(str(other)) else []
        filled = [value for value in (mine, other) if isinstance(value, str) and _is_filled(value)]
        return list(filled) if len(filled) == 1 else []

    def _may_be_left_out(self, new: _Unit) -> bool:
        """Whether the copy deleted what a new unit of the template belongs to or replaces."""
        if new.parent is not None and (new.parent.kind, new.parent.key) not in self.present:
            return True
        if new.section >= 0 and ("heading", (new.section,)) not in self.present:
            return True
        if new.kind != "item":
            return self._was_deleted(new)
        return any_with_same_letters(new.name.casefold(), self.gone_in_both, CORRECTED)

    @cached_property
    def gone_in_both(self) -> list[str]:
        """The words of the first of the items that neither side has."""
        here = {unit.key for unit in self.units[OURS]} | {unit.key for unit in self.units[THEIRS]}
        gone = [unit for unit in self.units[BASE] if unit.kind == "item" and unit.key not in here]
        return [unit.name.casefold() for unit in gone[: COMMON * 10]]

    def _removed(self, base: _Unit, ours: _Unit | None, theirs: _Unit | None, result: _Unit | None) -> None:
        left = ours or theirs
        if left is None:
            raise AssertionError
        if self.template:
            self._removed_in_update(base, ours, left, result)
        elif left.values != base.values:
            raise _RefusedError("removal", f"{left.name!r} was removed by one side and changed by the other")
        elif base.kind == "item" and self._home(left) != self._home(base):
            # It stays where the other side moved it: a move is a change too, and nothing is lost.
            if result is None:
                raise _RefusedError("removal", f"{left.name!r} was removed by one side and moved by the other")
            self._expect_home(result, [left])
        elif result is not None:
            raise _RefusedError("removal", f"{result.name!r} was removed by one side but would stay", result.line)

    def _removed_in_update(self, base: _Unit, ours: _Unit | None, left: _Unit, result: _Unit | None) -> None:
        """The template must not remove what was changed in the copy; what the copy deleted stays deleted."""
        if ours is None:
            if result is not None:
                raise _RefusedError("removal", f"{result.name!r} would come back to the copy", result.line)
        elif left.values != base.values and base.kind != "heading":
            if result is None or result.values != left.values:
                raise _RefusedError("removal", f"{left.name!r} was changed in the copy, and would be lost")
            self._expect_kept_home(result, left)
        elif result is not None:
            if not self._holds_something(result):
                raise _RefusedError("removal", f"{result.name!r} would stay in the copy", result.line)
            self._expect_kept_home(result, left)

    def _expect_kept_home(self, result: _Unit, left: _Unit) -> None:
        if self._home(result) != self._home(left):
            raise _RefusedError("place", f"{result.name!r} would end up where the copy does not have it", result.line)

    def _holds_something(self, unit: _Unit) -> bool:
        """Whether anything of the copy is below it."""
        return id(unit) in self.holders or (unit.kind == "heading" and unit.key[0] in self.sections)

    @cached_property
    def holders(self) -> frozenset[int]:
        """The units of the result that have something below them, by id()."""
        return frozenset(id(unit.parent) for unit in self.units[RESULT] if unit.parent is not None)

    @cached_property
    def sections(self) -> frozenset[Hashable]:
        """The numbers of the headings of the result that have something below them."""
        return frozenset(unit.section for unit in self.units[RESULT])

    def _kept(self, base: _Unit, ours: _Unit, theirs: _Unit, result: _Unit) -> None:
        parts = dict.fromkeys((*base.values, *ours.values, *theirs.values, *result.values))
        if base.kind in ("field", "row") and ours.values != base.values != theirs.values:
            self._expect_values(base, ours, theirs, result, list(parts))
        else:
            for part in parts:
                before, mine, other = (unit.values.get(part) for unit in (base, ours, theirs))
                self._expect_part(result, part, _changed(before, mine, other))
        self._expect_moved_home(base, ours, theirs, result)
        wanted = _changed(base.hidden, ours.hidden, theirs.hidden)
        if wanted == [True] and not result.hidden:
            raise _RefusedError("privacy", f"{result.name!r} would be shown to the customer", result.line)

    def _expect_part(self, result: _Unit, part: str, allowed: Sequence[Hashable]) -> None:
        if result.values.get(part) not in allowed:
            names = {"mark": "its state", "text": "its words", "value": "its value", "attributes": "its attributes"}
            what = names.get(part, "a cell" if part.startswith("cell") else f"its {part}")
            why = f"{what} would be lost or invented" if allowed else f"both sides changed {what}"
            raise _RefusedError("parts", f"{result.name!r}: {why}", result.line)

    def _expect_values(self, base: _Unit, ours: _Unit, theirs: _Unit, result: _Unit, parts: Sequence[str]) -> None:
        """Check a field or row that both changed: a value wins over a form, and parts of a value may merge."""
        for part in parts:
            before, mine, other, now = (str(unit.values.get(part) or "") for unit in (base, ours, theirs, result))
            allowed = _changed(before, mine, other)
            if allowed:
                self._expect_part(result, part, allowed)
                continue
            filled = [value for value in (mine, other) if _is_filled(value)]
            if len(filled) == len((mine, other)) or _is_score(before) or _is_score(mine):
                whole = [value for value in filled if len(filled) == 1]
                others = [value for value in (mine, other) if value not in whole]
                fits = whole and all(PLACEHOLDER.findall(value) == PLACEHOLDER.findall(before) for value in others)
                self._expect_part(result, part, whole if fits else [])
                continue
            counts = [Counter(_words(PLACEHOLDER.sub(" ", value))) for value in (before, mine, other, now)]
            for word in counts[OURS] | counts[THEIRS] | counts[RESULT]:
                low, high = _bounds(*(count[word] for count in counts[:RESULT]))
                if not low <= counts[RESULT][word] <= max(high, counts[OURS][word], counts[THEIRS][word]):
                    raise _RefusedError("parts", f"{result.name!r}: its value would be lost or invented", result.line)

    # --- Places ---

    def _expect_home(self, result: _Unit, sides: Sequence[_Unit]) -> None:
        homes = {self._home(side) for side in sides}
        if self._home(result) in homes:
            return
        raise _RefusedError("place", f"{result.name!r} would end up where neither side has it", result.line)

    def _is_gone(self, unit: _Unit) -> bool:
        """Whether the parent or section of a unit is missing from the result."""
        if unit.parent is not None:
            return (unit.parent.kind, unit.parent.key) not in self.present
        return unit.section >= 0 and unit.kind != "matter" and ("heading", (unit.section,)) not in self.present

    def _expect_moved_home(self, base: _Unit, ours: _Unit, theirs: _Unit, result: _Unit) -> None:
        homes = [self._home(unit) for unit in (base, ours, theirs)]
        wanted = _changed(homes[0], homes[1], homes[2]) or homes[1:]
        if self._home(result) in wanted:
            return
        side = ours if wanted == [homes[1]] else theirs
        if self._is_gone(side) and self._home(result) in homes:
            return
        raise _RefusedError("place", f"{result.name!r} would end up where neither side has it", result.line)

    def _order(self) -> None:
        """Expect neighbours that base has too to be in an order that one side has."""
        places: list[dict[Key, int]] = []
        for units in self.units:
            names = [(unit.kind, *unit.key) for unit in units]
            often = Counter(names)
            places.append({name: at for at, name in enumerate(names) if often[name] == 1})
        base, ours, theirs, result = places
        order = [name for name in result if name in base]
        for first, second in pairwise(order):
            sides = [side for side in (ours, theirs) if first in side and second in side]
            if sides and not any(side[first] < side[second] for side in sides):
                unit = self.units[RESULT][result[second]]
                raise _RefusedError("place", f"{unit.name!r} would be in an order that neither side has", unit.line)
        if self.settled:
            self._order_of_siblings(
                [{name: self.units[at][place] for name, place in places[at].items()} for at in SIDES]
            )

    def _order_of_siblings(self, sides: Sequence[Mapping[Key, _Unit]]) -> None:
        """The same for neighbours in the result that are of one kind and in one place on both sides."""
        last: dict[Key, _Unit] = {}
        for unit in self.units[RESULT]:
            home: Key = (unit.kind, self._home(unit))
            before, last[home] = last.get(home), unit
            if before is None:
                continue
            pairs = [[side.get((found.kind, *found.key)) for found in (before, unit)] for side in sides]
            known = [(first, second) for first, second in pairs if first is not None and second is not None]
            if len(known) < len(sides) or any(self._home(first) != self._home(second) for first, second in known):
                continue
            if all(first.line > second.line for first, second in known):
                raise _RefusedError("place", f"{unit.name!r} would be in an order that neither side has", unit.line)

    # --- Words ---

    def _compare_words(self) -> None:
        """Catches losses in text that is no unit of its own. Forms are left out: a value may have replaced them."""
        lines = [Counter(text.source.texts) for text in self.texts]
        common = lines[BASE] & lines[OURS] & lines[THEIRS] & lines[RESULT]
        counts = [_words_of(of_text - common) for of_text in lines]
        base, ours, theirs, _ = lines
        came, went = (_words_of((ours - base) & (theirs - base)), _words_of((base - ours) & (base - theirs)))
        for word in counts[OURS] | counts[THEIRS] | counts[RESULT]:
            b, o, t, r = (count[word] for count in counts)
            grown, shrunk = max(0, min(o - b, t - b)), max(0, min(b - o, b - t))
            bases = (b, b + grown, b + grown - shrunk)
            # Of the same line that both added there is one, and the same line that both removed may go twice.
            low = min(*(max(0, o + t - before) for before in bases), max(0, o + t - b - came[word]))
            high = max(*(max(before, o, t, o + t - before) for before in bases), o + t - b + went[word])
            if self.template:
                low, high = min(low, o), max(high, o + t)
            if not low <= r <= high:
                fate = "would be lost" if r < low else "would be duplicated"
                raise _RefusedError("words", f"the word {word!r} {fate}")


# --- With every conflict decided ---


class _Readings:
    """The result if a person takes the same side in every conflict.

    texts  base, ours, theirs, the result with ours taken, and the result with theirs taken
    lines  by side: the origin of each line of that result, either a clean line or a line of the side, 0-based
    """

    def __init__(self, versions: Sequence[Sequence[bytes]], clean: Sequence[bytes], shown: _Shown) -> None:
        self.lines: dict[int, list[tuple[bool, int]]] = {}
        read = []
        for at, side in enumerate(_SIDES):
            if side == BASE:
                continue
            lines: list[bytes] = []
            origins: list[tuple[bool, int]] = []
            done = 0
            for conflict in shown.parts:
                lines += clean[done : conflict.at]
                origins += [(True, line) for line in range(done, conflict.at)]
                done = conflict.at
                lines += conflict.parts[at]
                first = conflict.first.get(side, 0)
                origins += [(False, line) for line in range(first, first + len(conflict.parts[at]))]
            lines += clean[done:]
            origins += [(True, line) for line in range(done, len(clean))]
            self.lines[side] = origins
            read.append(lines)
        self.texts = [_Text(of_one) for of_one in (*versions, *read)]
        for text, numbers in zip(self.texts, _number_headings(self.texts), strict=True):
            text.cut(numbers)
        self.read = dict(zip((OURS, THEIRS), self.texts[RESULT:], strict=True))

    def expect_sound(self, *, template: bool) -> None:
        """Raises _RefusedError for anything that would be lost, duplicated or misplaced when a side is taken."""
        self._expect_counts(template=template)
        self._expect_same_places()
        for side in (OURS, THEIRS):
            self._expect_own_places(side)

    def _expect_counts(self, *, template: bool) -> None:
        counts = [Counter(_called(unit) for unit in text.units) for text in self.texts]
        for name in counts[RESULT] | counts[RESULT + 1] | counts[OURS] | counts[THEIRS]:
            b, o, t, *taken = (count[name] for count in counts)
            low, high = _bounds(b, o, t)
            if template:
                low, high = min(low, o), max(high, o)
            if max(taken) < low or (b <= min(o, t) and min(taken) < min(b, low)):
                raise _RefusedError("counts", f"{name[1]!r} would be lost if one side is taken")
            if min(taken) > high:
                raise _RefusedError("counts", f"{name[1]!r} would be duplicated whichever side is taken")

    def _expect_same_places(self) -> None:
        """Expect text outside conflicts to be the same thing in the same place, whichever side is taken."""
        units = [{origin[1]: unit for origin, unit in self._by_origin(side) if origin[0]} for side in (OURS, THEIRS)]
        for line in units[0].keys() | units[1].keys():
            mine, other = units[0].get(line), units[1].get(line)
            if mine is None or other is None or not self._fits(mine, other, OURS, self.read[THEIRS]):
                name = (mine or other or units[0][line]).name
                raise _RefusedError("place", f"the place of {name!r} would depend on which side is taken", line + 1)

    def _expect_own_places(self, side: int) -> None:
        """Expect a side's lines in a conflict to be the same, in the same place, as in that side."""
        own = {unit.line - 1: unit for unit in self.texts[side].units}
        for (clean, line), unit in self._by_origin(side):
            there = own.get(line)
            if not clean and (there is None or not self._fits(unit, there, side, self.texts[side])):
                raise _RefusedError("place", f"{unit.name!r} would not be where its side has it")

    def _by_origin(self, side: int) -> Iterator[tuple[tuple[bool, int], _Unit]]:
        return ((self.lines[side][unit.line - 1], unit) for unit in self.read[side].units)

    def _fits(self, unit: _Unit, other: _Unit, side: int, text: _Text) -> bool:
        """Whether a unit is in the same place as another in the text, as far as both have what it is in."""
        if unit.kind != other.kind or _depth(unit) != _depth(other):
            return False
        elsewhere = unit.kind != "heading" and unit.section != other.section
        if elsewhere and (unit.section in text.numbers or other.section in self.read[side].numbers):
            return False
        if unit.parent is not None and other.parent is not None and unit.parent.key != other.parent.key:
            return unit.parent.key not in text.keys and other.parent.key not in self.read[side].keys
        return True


def _called(unit: _Unit) -> Key:
    """The kind of a unit and its words; for a heading, its number."""
    return (unit.kind, normal(unit.name)) if unit.kind == "item" else (unit.kind, *unit.key)


def _words_of(lines: Counter[str]) -> Counter[str]:
    return Counter(_words(PLACEHOLDER.sub(" ", "\n".join(LIST_MARKER.sub("", line) for line in lines.elements()))))


def _counterparts(base: Sequence[_Unit], side: Sequence[_Unit]) -> dict[int, _Unit]:
    """The same item in a side that did not reword it, by the id() of the item of base."""
    here, there = _items_by_key(base), _items_by_key(side)
    found: dict[int, _Unit] = {}
    for key, units in here.items():
        others = there.get(key, [])
        if len(units) == len(others):
            found |= {id(unit): other for unit, other in zip(units, others, strict=True)}
            continue
        left: defaultdict[Key, deque[_Unit]] = defaultdict(deque)
        for other in others:
            left[_around(other)].append(other)
        for unit in units:
            same = left[_around(unit)]
            if same:
                found[id(unit)] = same.popleft()
    return found


def _is_untouched(group: Sequence[Sequence[_Unit]]) -> bool:
    """Whether all four texts have the same one thing in the same place."""
    if not all(len(units) == 1 for units in group):
        return False
    (base,), *others = group
    parent = base.parent.key if base.parent else None
    return all(
        unit.values == base.values
        and unit.section == base.section
        and unit.table == base.table
        and unit.hidden == base.hidden
        and (unit.parent.key if unit.parent else None) == parent
        for (unit,) in others
    )


def _by_home(group: Sequence[Sequence[_Unit]], home: Callable[[_Unit], Hashable]) -> Iterator[list[list[_Unit]]]:
    """A group split by the value of `home` for its units."""
    parts: defaultdict[Hashable, list[list[_Unit]]] = defaultdict(lambda: [[], [], [], []])
    for at, units in enumerate(group):
        for unit in units:
            parts[home(unit)][at].append(unit)
    yield from parts.values()


def _said(unit: _Unit) -> Hashable:
    return tuple(sorted((part, str(value)) for part, value in unit.values.items()))


def _bounds(b: int, o: int, t: int) -> tuple[int, int]:
    """The least and most times that something may be in the result, given its counts in the three versions."""
    if o > b and t > b:
        return b + max(o - b, t - b), o + t - b
    low = max(0, o + t - b)
    if o < b and t < b:
        return low, min(o, t)
    if (o - b) * (t - b) < 0:  # both may have removed the same, before one added more
        return low, max(o, t)
    return low, low


def _changed(base: Hashable, ours: Hashable, theirs: Hashable) -> list[Hashable]:
    """The value of the side that changed it; empty if both did, to different values."""
    if theirs in (ours, base):
        return [ours]
    return [theirs] if ours == base else []


def _is_filled(value: str) -> bool:
    return bool(value.strip("_ ")) and not PLACEHOLDER.search(value)


def _is_score(value: str) -> bool:
    """Whether a value has a score and its colour, which belong together."""
    return "/100" in value
