"""Merges three versions of a checklist: git's line merge, then its conflicts as far as possible, then the checker.

Git's clean parts stay as they are. Whatever the checker refuses goes back to git's conflict markers.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from onbo.document.parse import parse, parse_again
from onbo.document.source import LINE_END
from onbo.errors import OnboError
from onbo.merging.around import Around
from onbo.merging.hunks import Conflict, Decision, Lines, Part, Settled, UnsettledError, settle
from onbo.merging.lines import Text, joined, restored
from onbo.merging.moves import Patch, Whole, applied, follow
from onbo.merging.units import Unit, cut_again

if TYPE_CHECKING:
    from onbo.merging.checker import Refusal
    from onbo.merging.kept_internal import TemplateOf

MARKER = 7
# The markup before the words of a list item or heading.
LIST_ITEM = re.compile(r"^[\s>]*(?:[-*+]|\d+[.)]|#+)\s+(?:\[[ xX~]\]\s+)?")
# The lines that say what stands where, and the part of them that only says what is done.
OUTLINE = re.compile(rb"[ \t>]*[-#*+_\d]")
BOX_STATE = re.compile(rb"\[[ xX~]\]")
# To find the hunks that the checker refuses, at most this many checks are made, of at most this many lines in all; the
# other hunks keep git's markers.
MOST_CHECKS = 64
MOST_LINES_CHECKED = 10_000

# A longer text is not merged: all changes to it are one conflict. Three thousand items, edited everywhere on both sides,
# take about three seconds. Each line counts once, and again for every so many bytes, because long lines take longer.
MOST_LINES = 6_000
LONG_LINE = 150

# Front matter is looked for no further than this.
LONGEST_MATTER = 10_000

# Takes three files with LF line ends and a marker length; returns git's merge with diff3 markers.
LineMerge = Callable[[bytes, bytes, bytes, int], bytes]


class Outcome(NamedTuple):
    """The merged bytes, what was decided, and what is in conflict, by name."""

    data: bytes
    decisions: tuple[Decision, ...]
    conflicts: tuple[str, ...]


class Hunk(NamedTuple):
    """A conflict that git leaves: the lines of each version.

    tail  clean lines after it that belong to its last item, and go wherever that goes
    """

    base: Lines
    ours: Lines
    theirs: Lines
    tail: Lines = ()


Segment = Lines | Hunk
Texts = tuple[Text, Text, Text]


class Attempt(NamedTuple):
    """A settled hunk. patches: by clean segment, the changes to units that were moved there."""

    settled: Settled
    patches: Mapping[int, Sequence[Patch]]


class _Reading:
    """One version: git's clean parts as merged, and each hunk as that version has it.

    places  for each segment, its first line and the line after its last, 0-based
    """

    def __init__(self, segments: "Sequence[Segment]", side: int) -> None:
        self.side = side
        self.place(segments)
        lines = [line for segment in segments for line in self._lines(segment)]
        data = joined(lines)
        try:
            document = parse_again(data)  # the version itself, if git merged nothing, which is read again soon
        except OnboError:
            document = parse(("base", "ours", "theirs")[side], data)
        self.part = Part(document, cut_again(data))
        self.firsts = [unit.first for unit in self.part.units]

    def _lines(self, segment: "Segment") -> Lines:
        return segment[self.side] + segment.tail if isinstance(segment, Hunk) else segment

    def place(self, segments: "Sequence[Segment]") -> None:
        """Find the places of the segments."""
        stops = list(accumulate((len(self._lines(segment)) for segment in segments), initial=0))
        self.places = list(pairwise(stops))
        self.stops = stops[1:]

    def within(self, at: int) -> Part | None:
        """The units of a segment; None if it cuts one in two. Blank lines at its beginning count as a unit."""
        start, stop = self.places[at]
        first = max(0, bisect_left(self.firsts, start) - 1)
        found: list[Unit] = []
        for unit in self.part.units[first : bisect_left(self.firsts, stop)]:
            behind = unit.first + len(unit.lines)
            if behind + len(unit.blanks) <= start:
                continue
            if unit.first < start < behind or behind > stop:
                return None
            blanks = unit.blanks[max(0, start - behind) : stop - behind]
            if unit.first >= start:
                found.append(unit._replace(blanks=blanks))
            elif blanks:
                found.append(Unit("start", ("start",), (), start, (), blanks))
        after = self._behind(at)
        return Part(self.part.document, tuple(found), after.holder if after is not None else -1)

    def _behind(self, at: int) -> Unit | None:
        """The unit after a segment, if it belongs to a unit in the segment."""
        start, stop = self.places[at]
        after = bisect_left(self.firsts, stop)
        unit = self.part.units[after] if after < len(self.firsts) else None
        return unit if unit is not None and start <= unit.holder < stop else None

    def lines_below(self, at: int, most: int) -> int:
        """How many lines after a segment belong to its last item: notes and sub-items. most: no more are counted."""
        unit = self._behind(at)
        if unit is None or self.part.units[bisect_left(self.firsts, unit.holder)].kind == "heading":
            return 0
        inside = {unit.holder}
        end = stop = self.places[at][1]
        for place in range(bisect_left(self.firsts, stop), len(self.firsts)):
            below = self.part.units[place]
            if below.holder not in inside or end - stop >= most:
                break
            inside.add(below.first)
            end = below.first + len(below.lines)
        return end - stop

    def segment_of(self, patch: Patch) -> int | None:
        at = bisect_left(self.stops, max(patch.stop, patch.start + 1))
        return at if at < len(self.places) and self.places[at][0] <= patch.start else None


def merge_bytes(
    base: bytes,
    ours: bytes,
    theirs: bytes,
    marker: int = MARKER,
    *,
    line_merge: LineMerge,
    template_of: "TemplateOf | None" = None,
) -> Outcome:
    """Merge three versions of a file, as git gives them. Raises OnboError if one cannot be read.

    template_of  finds the templates that they were made from, with their lists of what is internal: these may differ,
                 and what is hidden by where it stands may have been moved by one side and reworded by the other
    """
    if theirs in (ours, base):
        return Outcome(ours, (), ())
    if ours == base:
        return Outcome(theirs, (), ())
    merged = merge(base, ours, theirs, marker, line_merge=line_merge)
    if template_of is None or (
        _version(ours) == _version(theirs) and _outline(merged.data) in (_outline(ours), _outline(theirs))
    ):
        return merged
    from onbo.merging.kept_internal import kept_between

    return kept_between(ours, theirs, merged, template_of)


def _version(copy: bytes) -> bytes:
    """The line of front matter that names the version of the template, however it is written."""
    return next((line for line in LINE_END.split(copy[:LONGEST_MATTER]) if line.startswith(b"base:")), b"")


def _outline(copy: bytes) -> list[bytes]:
    """Its headings, items and bold lines, without the states of items."""
    return [BOX_STATE.sub(b"[ ]", line, count=1) for line in LINE_END.split(copy) if OUTLINE.match(line)]


def merge(
    base: bytes,
    ours: bytes,
    theirs: bytes,
    marker: int = MARKER,
    *,
    line_merge: LineMerge,
    template: bool = False,
) -> Outcome:
    """As merge_bytes, without its short ways. template: theirs is a template, base the one that ours was made from."""
    texts = (Text.of(base), Text.of(ours), Text.of(theirs))
    return _Merge(texts, marker, line_merge, template=template).outcome()


class _Merge:
    def __init__(self, texts: Texts, marker: int, line_merge: LineMerge, *, template: bool) -> None:
        self.texts = texts
        self.marker = marker
        self.template = template
        self.is_too_long = is_too_long(texts)
        self.segments = [] if self.is_too_long else segments_of(texts, line_merge)
        self.hunks = [at for at, segment in enumerate(self.segments) if isinstance(segment, Hunk)]

    def outcome(self) -> Outcome:
        if self.is_too_long:
            return self._in_one("the file is too long to merge item by item")
        settled = self._attempted() if self.hunks else {}
        refusal = self._refused(settled)
        if refusal is None:
            return self._result(settled)
        if self.hunks and refusal.rule != "customer":
            most = min(MOST_CHECKS, MOST_LINES_CHECKED // max(len(text.lines) for text in self.texts))
            kept = self._accepted({}, settled, [most])
            if not self.template or self._refused(kept) is None:
                return self._result(kept)
        return self._whole(refusal.what) if refusal.rule == "customer" else self._in_one(refusal.what)

    def _accepted(self, kept: dict[int, Attempt], more: dict[int, Attempt], left: list[int]) -> dict[int, Attempt]:
        """The settled hunks that the checker accepts together with those it has accepted already."""
        if not more or left[0] <= 0:
            return kept
        if len(kept) + len(more) < len(self.hunks) or kept:
            left[0] -= 1
            if self._refused(kept | more) is None:
                return kept | more
        if len(more) == 1:
            return kept
        hunks = list(more)
        for half in (hunks[: len(hunks) // 2], hunks[len(hunks) // 2 :]):
            kept = self._accepted(kept, {at: more[at] for at in half}, left)
        return kept

    def _refused(self, settled: dict[int, Attempt]) -> "Refusal | None":
        """Why the checker refuses a result; None if it accepts it."""
        from onbo.merging.checker import Versions, check

        versions = Versions(*(text.data for text in self.texts))
        data = joined([line for piece in self._pieces(settled) for line in piece])
        return check(versions, data, marker=self.marker, template=self.template, settled=bool(settled))

    # --- Settling ---

    @cached_property
    def around(self) -> Around:
        """Facts about the three whole texts that are needed to settle a part of them."""
        base, ours, theirs = (cut_again(text.data) for text in self.texts)
        return Around.of(base, ours, theirs)

    def _attempted(self) -> dict[int, Attempt]:
        """The hunks that can be settled, at least in part, by segment."""
        readings = [_Reading(self.segments, side) for side in range(3)]
        self._take_what_is_below(readings)
        whole = Whole((readings[0].part, readings[1].part, readings[2].part))
        attempts: dict[int, Attempt] = {}
        for hunk in self.hunks:
            base, ours, theirs = (reading.within(hunk) for reading in readings)
            if base is None or ours is None or theirs is None:
                continue
            followed = follow((base, ours, theirs), whole)
            try:
                settled = settle(followed.parts, self.around, template=self.template)
            except UnsettledError:
                continue
            patches = {side: self._into_clean(made, readings[side]) for side, made in followed.patches.items()}
            if any(found is None for found in patches.values()):
                continue
            # The change to a moved item is made only if the hunk that it comes from is settled too.
            by_segment = {at: made for found in patches.values() if found for at, made in found.items()}
            moved = {decision.item for decision in followed.decisions}
            told = [decision for decision in settled.decisions if decision.item not in moved]
            settled = settled._replace(decisions=(*followed.decisions, *told))
            attempts[hunk] = Attempt(settled, by_segment)
        return attempts

    def _take_what_is_below(self, readings: Sequence[_Reading]) -> None:
        """Give each hunk the clean lines that are below its last item in some version."""
        for at in self.hunks:
            hunk, clean = self.segments[at], self.segments[at + 1] if at + 1 < len(self.segments) else ()
            if isinstance(hunk, Hunk) and not isinstance(clean, Hunk) and clean:
                count = min(len(clean), max(reading.lines_below(at, len(clean)) for reading in readings))
                self.segments[at] = hunk._replace(tail=clean[:count])
                self.segments[at + 1] = clean[count:]
        for reading in readings:
            reading.place(self.segments)

    def _into_clean(self, patches: Sequence[Patch], reading: "_Reading") -> dict[int, list[Patch]] | None:
        """Patches by clean segment, counted from its first line; None if a patch is not within a clean segment."""
        found: dict[int, list[Patch]] = {}
        for patch in patches:
            at = reading.segment_of(patch)
            if at is None or isinstance(self.segments[at], Hunk):
                return None
            start = reading.places[at][0]
            found.setdefault(at, []).append(Patch(patch.start - start, patch.stop - start, patch.lines))
        return found

    # --- Results ---

    def _pieces(self, settled: dict[int, Attempt]) -> list[Sequence[bytes]]:
        pieces: list[Sequence[bytes]] = []
        patches: defaultdict[int, list[Patch]] = defaultdict(list)
        for attempt in settled.values():
            for at, made in attempt.patches.items():
                patches[at] += made
        for at, segment in enumerate(self.segments):
            if not isinstance(segment, Hunk):
                pieces.append(applied(segment, patches.get(at, ())))
            elif at not in settled:
                pieces += [self._marked(segment.ours, segment.base, segment.theirs), segment.tail]
            else:
                pieces += [
                    self._marked(piece.ours, piece.base, piece.theirs) if isinstance(piece, Conflict) else piece
                    for piece in settled[at].settled.pieces
                ]
        return pieces

    def _marked(self, ours: Lines, base: Lines, theirs: Lines) -> list[bytes]:
        """diff3 markers, labelled ours, base and theirs."""
        signs = {sign: sign.encode() * self.marker for sign in "<|=>"}
        return [
            *(signs["<"] + b" ours", *ours),
            *(signs["|"] + b" base", *base),
            *(signs["="], *theirs),
            signs[">"] + b" theirs",
        ]

    def _result(self, settled: dict[int, Attempt]) -> Outcome:
        lines = [line for piece in self._pieces(settled) for line in piece]
        decisions: list[Decision] = []
        conflicts: list[str] = []
        for at, segment in enumerate(self.segments):
            if not isinstance(segment, Hunk):
                continue
            left = [_unsettled(segment)]
            if at in settled:
                decisions += settled[at].settled.decisions
                left = settled[at].settled.conflicts
            conflicts += [conflict.name for conflict in left]
            decisions += [Decision("conflict", conflict.name, conflict.reason) for conflict in left]
        return Outcome(self._restored(lines), tuple(decisions), tuple(conflicts))

    def _whole(self, reason: str) -> Outcome:
        """The whole file as one conflict."""
        return self._conflict("the whole file", reason, 0, 0)

    def _in_one(self, reason: str) -> Outcome:
        """One conflict, from the first line that is not the same in all three versions to the last."""
        base, ours, theirs = (text.lines for text in self.texts)
        most = min(map(len, (base, ours, theirs)))
        before = next((at for at in range(most) if not base[at] == ours[at] == theirs[at]), most)
        most -= before
        behind = next((at for at in range(most) if not base[~at] == ours[~at] == theirs[~at]), most)
        return self._conflict("all the changes", reason, before, behind)

    def _conflict(self, name: str, reason: str, before: int, behind: int) -> Outcome:
        """All between so many lines before it and so many behind it."""
        base, ours, theirs = (text.lines[before : len(text.lines) - behind] for text in self.texts)
        around = self.texts[1].lines
        lines = [*around[:before], *self._marked(ours, base, theirs), *around[len(around) - behind :]]
        return Outcome(self._restored(lines), (Decision("conflict", name, reason),), (name,))

    def _restored(self, lines: Sequence[bytes]) -> bytes:
        """With the line ends of the versions; those of a template do not count."""
        base, ours, theirs = self.texts
        return restored(lines, ours, ours, ours) if self.template else restored(lines, base, ours, theirs)


def is_too_long(texts: Texts) -> bool:
    """Whether a text has so many lines that merging would take too long."""
    return max(len(text.lines) + sum(map(len, text.lines)) // LONG_LINE for text in texts) > MOST_LINES


def segments_of(texts: Texts, line_merge: LineMerge) -> list[Segment]:
    """Git's merge of three files: clean lines and conflicts, in turn."""
    marker = MARKER
    signs = tuple(sign * MARKER for sign in (b"<", b"|", b"=", b">"))
    for text in texts:
        for line in text.lines:
            if line.startswith(signs):
                marker = max(marker, len(line) - len(line.lstrip(line[:1])) + 1)
    merged = line_merge(texts[0].data, texts[1].data, texts[2].data, marker)
    begins, bases, halves, ends = (sign * marker for sign in (b"<", b"|", b"=", b">"))
    segments: list[Segment] = []
    lines: list[bytes] = []
    parts: list[Lines] = []
    for line in merged.split(b"\n")[:-1]:
        if line.startswith(begins):
            segments += [tuple(lines)] if lines else []
            lines = []
        elif line.startswith((bases, halves)):
            parts.append(tuple(lines))
            lines = []
        elif line.startswith(ends):
            segments.append(Hunk(parts[1], parts[0], tuple(lines)))
            lines, parts = [], []
        else:
            lines.append(line)
    return [*segments, tuple(lines)] if lines else segments


def _unsettled(hunk: Hunk) -> Conflict:
    """Git's own conflict, named after its first words."""
    texts = [line.decode("utf-8", "replace") for line in (*hunk.ours, *hunk.theirs)]
    names = (LIST_ITEM.sub("", text).strip() for text in texts)
    return Conflict(hunk.ours, hunk.base, hunk.theirs, next(filter(None, names), ""), "both changed this text")
