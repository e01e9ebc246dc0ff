"""What holds for every merge, shown on random edits of random plans and on files that nobody would write.

`./dev run pytest --long tests/test_merge_laws.py` looks longer.
"""

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from functools import partial

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from onbo.document.model import Document, Item
from onbo.document.parse import parse
from onbo.document.source import Edit, Span, apply_edits
from onbo.effects.line_merge import line_merge
from onbo.errors import OnboError
from onbo.merging import threeway
from onbo.merging import update as updating
from onbo.merging.threeway import Outcome
from onbo.merging.update import Origin
from onbo.onboarding.template import Template
from test_properties import ANY_BYTES, markdown

# Traced, it would take twice as long, and it reaches no line that others do not.
pytestmark = pytest.mark.no_cover

# --- Plans: every item carries a word of its own (k1, k2 ...), by which a test can follow it without the aligner ---

# So unlike each other that none is another one reworded.
SAYINGS = [
    "Provision a workspace",
    "Configure single sign-on",
    "Import their old records",
    "Book the weekly meeting",
    "Teach every administrator",
    "Agree upon success metrics",
    "Send out welcome mail",
    "Check billing details",
    "Review security questionnaire",
    "Launch to all users",
    "Hand over to support",
    "Plan for renewal",
    "Collect first feedback",
    "Name an executive sponsor",
    "Write public case study",
]


@st.composite
def plans(draw: st.DrawFn) -> bytes:
    """Sections of items, some with tips and items below them; fields, notes and a table."""
    sayings = list(draw(st.permutations(SAYINGS)))
    lines = ["# Plan", "", "**Customer:** [Customer Name]", "**CSM:** [CSM Name]", "**Kickoff Date:** [Date]", ""]
    for section in range(draw(st.integers(1, 3))):
        lines += [f"## Phase {section + 1}", ""]
        depth = -1
        for _ in range(draw(st.integers(1, 5))):
            count = len(SAYINGS) - len(sayings) + 1
            depth = draw(st.sampled_from([0, 0, 0, min(depth + 1, 2)]))
            mark = draw(st.sampled_from("   x~"))
            lines.append(f"{'  ' * depth}- [{mark}] {sayings.pop()} k{count}")
            if draw(st.integers(0, 3)) == 0:
                lines.append(f"{'  ' * depth}  > Tip for k{count}.")
        lines.append("")
        if draw(st.booleans()):
            lines += ["Some prose.", ""]
    lines += ["## Risks", "", "| Risk | Impact |", "|---|---|"]
    lines += [f"| risk{n} | [High/Low] |" for n in range(draw(st.integers(1, 3)))]
    lines += ["", "**Notes:**", "> [Document it]"]
    end = draw(st.sampled_from(["\n", "\n", "\n", "\r\n"]))
    return (end.join(lines) + draw(st.sampled_from([end, end, ""]))).encode()


def edit_once(draw: st.DrawFn, data: bytes, what: str, new: str) -> bytes:
    """The file after one edit as a person makes it; `new` is a word that stands nowhere else."""
    document = parse("x", data)
    items, end = document.items, document.source.line_end()
    if what in ("fill", "row", "cell"):
        return in_values(draw, document, what, new)
    if not items:
        return data
    item = items[draw(st.integers(0, len(items) - 1))]
    first, last = lines_of(document, item)
    if what in ("tick", "untick", "skip"):
        mark = {"tick": b"x", "untick": b" ", "skip": b"~"}[what]
        return apply_edits(data, [Edit(Span(item.box.start + 1, item.box.start + 2), mark)])
    if what == "reword":
        words = document.source.text(item.words).split(" ")
        words.insert(draw(st.integers(0, 1)), new)
        return apply_edits(data, [Edit(item.words, " ".join(words).encode())])
    if what == "owner":
        return apply_edits(data, [Edit(Span(item.words.end, item.words.end), f" @{new}".encode())])
    if what == "note":
        at = item.words.end
        return apply_edits(data, [Edit(Span(at, at), end + b" " * (item.box.start - first) + f"> {new}".encode())])
    if what == "add":
        return apply_edits(data, [Edit(Span(first, first), data[first : item.box.start] + f"[ ] {new}".encode() + end)])
    taken = apply_edits(data, [Edit(Span(first, last), b"")])
    if what == "delete":
        return taken
    after = parse("x", taken)
    level = item.box.start - first
    places = [(lines_of(after, other)[0], other) for other in after.items]
    targets = [start for start, other in places if other.box.start - start == level]
    if not targets or level:
        return data
    target = draw(st.sampled_from(targets))
    moved = data[first:last] if data[first:last].endswith(end) else data[first:last] + end
    return taken[:target] + moved + taken[target:]


def in_values(draw: st.DrawFn, document: Document, what: str, new: str) -> bytes:
    data = document.source.data
    if what == "fill":
        field = document.fields[draw(st.integers(0, len(document.fields) - 1))]
        value = f"> {new}" if field.notes else new
        return apply_edits(data, [Edit(field.span, value.encode())])
    rows = [row for table in document.tables for row in table.rows]
    if not rows:
        return data
    row = rows[draw(st.integers(0, len(rows) - 1))]
    if what == "cell":
        return apply_edits(data, [Edit(row.cells[1].span, new.encode())])
    at = document.source.starts[row.line - 1]
    return apply_edits(data, [Edit(Span(at, at), f"| {new} | Low |".encode() + document.source.line_end())])


def lines_of(document: Document, item: Item) -> tuple[int, int]:
    """Where an item's lines begin and end, those below it too."""
    source = document.source
    after = source.line_at(item.span.end)
    first = source.starts[source.line_at(item.span.start) - 1]
    return first, source.starts[after] if after < len(source.starts) else len(source.data)


EDITS = [*["tick"] * 4, "untick", "skip", "reword", "reword", "owner", "note", "add", "delete", "move"]
EDITS += ["fill", "fill", "row", "cell"]


@st.composite
def edited(draw: st.DrawFn, data: bytes, side: str, most: int = 6, edits: Iterable[str] = EDITS) -> bytes:
    for number in range(draw(st.integers(0, most))):
        data = edit_once(draw, data, draw(st.sampled_from(list(edits))), f"n{number}{side}")
    return data


@st.composite
def three_versions(draw: st.DrawFn) -> tuple[bytes, bytes, bytes]:
    base = draw(plans())
    return base, draw(edited(base, "a")), draw(edited(base, "b"))


merge_bytes = partial(threeway.merge_bytes, line_merge=line_merge)
update = partial(updating.update, line_merge=line_merge)


def by_engine(base: bytes, ours: bytes, theirs: bytes) -> Outcome:
    """The merge without the short ways for versions that are equal."""
    return threeway.merge(base, ours, theirs, line_merge=line_merge)


def own_words(data: bytes) -> set[str]:
    """What a test put in: each stands for one thing."""
    return set(re.findall(r"\b(?:k\d+|n\d[ab]|risk\d)\b", data.decode()))


CONFLICT = re.compile(rb"(?s)<{7} ours\r?\n(.*?)(?:\|{7} base\r?\n.*?)?={7}\r?\n(.*?)>{7} theirs\r?\n?")


def marks(data: bytes) -> dict[str, set[str]]:
    """By an item's own word: the states in which it is there; of a conflict, those of both sides."""
    found: dict[str, set[str]] = {}
    for item in parse("x", CONFLICT.sub(rb"\1\2", data)).items:
        for word in re.findall(r"\bk\d+\b", item.text):
            found.setdefault(word, set()).add(item.mark.lower())
    return found


# --- Laws ---


@given(st.one_of(ANY_BYTES, markdown()), st.one_of(ANY_BYTES, markdown()))
def test_what_one_side_did_is_the_result_byte_for_byte(base: bytes, other: bytes) -> None:
    assert merge_bytes(base, base, other).data == other
    assert merge_bytes(base, other, base).data == other
    assert merge_bytes(base, other, other).data == other


@given(plans(), st.data())
def test_so_it_is_without_short_ways(base: bytes, data: st.DataObject) -> None:
    """But for removals: what is done stays, unless nothing at all happened on the other side."""
    other = data.draw(edited(base, "a", edits=[edit for edit in EDITS if edit != "delete"]))
    assert by_engine(base, base, other).data == other
    assert by_engine(base, other, base).data == other
    assert by_engine(base, other, other).data == other


@given(ANY_BYTES, ANY_BYTES, ANY_BYTES)
def test_any_bytes_are_merged_or_refused(base: bytes, ours: bytes, theirs: bytes) -> None:
    with suppress(OnboError):
        merge_bytes(base, ours, theirs)


@given(markdown(), st.data())
def test_edits_of_any_file_are_merged_or_refused(base: bytes, data: st.DataObject) -> None:
    """Lines left out, doubled, put elsewhere: nothing above knows what they mean."""
    sides = []
    for _ in range(2):
        lines = base.splitlines(keepends=True)
        for _ in range(data.draw(st.integers(0, 3))):
            if lines:
                at, to = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
                lines[to:to] = [lines.pop(at)] if data.draw(st.booleans()) else [lines[at]]
        sides.append(b"".join(lines))
    with suppress(OnboError):
        outcome = merge_bytes(base, sides[0], sides[1])
        event(f"conflicts: {bool(outcome.conflicts)}")


@given(three_versions())
def test_nothing_that_either_side_put_in_is_lost(versions: tuple[bytes, bytes, bytes]) -> None:
    base, ours, theirs = versions
    outcome = merge_bytes(base, ours, theirs)
    event(f"conflicts: {bool(outcome.conflicts)}")
    before, here, there = map(own_words, versions)
    needed = (here - before) | (there - before) | (here & there)
    assert needed - own_words(outcome.data) == set()


@given(three_versions())
def test_no_state_that_either_side_set_is_lost(versions: tuple[bytes, bytes, bytes]) -> None:
    base, ours, theirs = versions
    merged = marks(merge_bytes(base, ours, theirs).data)
    before, here, there = map(marks, versions)
    for word, was in before.items():
        changed = [side[word] for side in (here, there) if side.get(word, was) != was]
        if len(changed) == 1 or (len(changed) == 2 and changed[0] == changed[1]):
            assert changed[0] <= merged[word], word
        elif changed:
            assert changed[0] | changed[1] <= merged[word], word
        elif word in here and word in there:
            assert merged[word] == was, word


@given(three_versions())
def test_what_was_removed_goes_or_is_left_to_a_person(versions: tuple[bytes, bytes, bytes]) -> None:
    base, ours, theirs = versions
    outcome = merge_bytes(base, ours, theirs)
    before, here, there, merged = map(marks, (*versions, CONFLICT.sub(b"", outcome.data)))
    assert merged.keys() & before.keys() <= here.keys() & there.keys()


@given(three_versions())
def test_the_sides_are_equal(versions: tuple[bytes, bytes, bytes]) -> None:
    base, ours, theirs = versions
    one, other = merge_bytes(base, ours, theirs), merge_bytes(base, theirs, ours)
    assume(not one.conflicts and not other.conflicts)
    counted = [
        Counter((item.text, item.mark.lower()) for item in parse("x", outcome.data).items) for outcome in (one, other)
    ]
    assert counted[0] == counted[1]


# --- Updates ---


@given(plans(), st.data())
def test_a_second_update_changes_nothing(raw: bytes, data: st.DataObject) -> None:
    first = Template("plan", "base", raw)
    second = Template("plan", "theirs", data.draw(edited(raw, "b")))
    copy = parse("copy", data.draw(edited(raw, "a")))
    once = update(copy, Origin(first, second), None)
    assume(not once.conflicts)
    assert update(parse("copy", once.data), Origin(second, second), None).data == once.data
    assert update(parse("copy", once.data), Origin(second, second), None).decisions == ()


@given(plans(), st.data())
def test_an_update_changes_no_state(raw: bytes, data: st.DataObject) -> None:
    copy = data.draw(edited(raw, "a"))
    theirs = data.draw(edited(raw, "b"))
    outcome = update(parse("copy", copy), Origin(Template("plan", "b", raw), Template("plan", "t", theirs)), None)
    merged, here = marks(outcome.data), marks(copy)
    told = " ".join(decision.item for decision in outcome.decisions)
    for word, states in here.items():
        if word in merged:
            assert states <= merged[word]
            assert merged[word] - states <= {" "}
        else:
            assert states == {" "}
            assert word in told
    needed = own_words(copy) - own_words(raw)
    assert needed - own_words(outcome.data) == set()
