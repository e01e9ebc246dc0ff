"""What holds for every file, shown on many that nobody would write.

`./dev run pytest --long tests/test_properties.py` looks longer.
"""

import re
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import assume, event, example, given, settings
from hypothesis import strategies as st

from onbo.document import commonmark, front_matter, plain
from onbo.document.inline import inline_spans
from onbo.document.model import Document
from onbo.document.parse import parse
from onbo.document.source import LINE_END, Edit, Source, Span, apply_edits
from onbo.document.syntax import ATTRIBUTES
from onbo.document.words import spans_of
from onbo.errors import OnboError, UnacceptableError, UsageError
from onbo.onboarding import guard, tick
from onbo.onboarding.answers import placeholders
from onbo.onboarding.dates import read_date
from onbo.onboarding.select import select
from runner import onbo

# Traced, it would take twice as long, and it reaches no line that others do not.
pytestmark = pytest.mark.no_cover

# --- Markdown from the pieces of its grammar ---

PIECES = r"""
Call the customer Configure SSO (Slack, email) due:2026-12-24 @ann waiting:customer 90% 2-3 -- "win" 'x' a_b *b* **c**
[Date] [Green/Yellow/Red] [x](y) [ref] \[d] `code` ` `` <b> <!-- --> <https://a.b> & &amp; a|b \| | # ## ~~~ ``` ---
=== 1. 12) - + * > ! ![i](j) [^1] [a]: /url : é 日本 [ ] [x] [~] \ $5 ** __ _ ~ [] **Label:**
"""
ODD_WORDS = [
    "[ ]",
    "[x] y",
    "due: 2",
    "(n/a: no phone)",
    "<!-- id=a internal -->",
    *"\u00a0\u2028\x00\ufeff\u200b\u0301\x0c",
]
WORD = st.sampled_from([*re.findall(r"\S+", PIECES), *ODD_WORDS])
WORDS = st.lists(WORD, min_size=1, max_size=5).map(" ".join)
TAME = st.sampled_from(
    ["Call them", "Configure SSO", "(maybe) [Date] x", '"win" it', "90% of [#]", "@ann calls", "日本"]
)
# Anything may stand behind a word that begins no block: that is what the plain reader takes for granted.
MILD_WORD = st.sampled_from(re.findall(r"\S+", PIECES))
MILD = st.tuples(TAME, st.lists(MILD_WORD, min_size=1, max_size=4)).map(lambda parts: " ".join([parts[0], *parts[1]]))
TEXT = st.one_of(TAME, MILD, MILD, MILD, MILD, MILD, WORDS)
MARK = st.sampled_from(["[ ] ", "[x] ", "[~] ", "[X]  ", ""])
BULLET = st.sampled_from(["- ", "- ", "- ", "* ", "+ "])


@st.composite
def item_list(draw: st.DrawFn) -> list[str]:
    """Items with what stands below them, each no deeper than one level below the last."""
    lines: list[str] = []
    depth = 0
    for _ in range(draw(st.integers(1, 6))):
        depth = draw(st.integers(0, min(depth + 1, 4)))
        lines.append("  " * depth + draw(BULLET) + draw(MARK) + draw(TEXT))
        below = draw(st.sampled_from(["", "", "", "quote", "quotes", "blank"]))
        if below.startswith("quote"):
            lines += ["  " * (depth + 1) + "> " + draw(TEXT) for _ in range(1 + (below == "quotes"))]
        if below == "blank":
            lines += [""] * draw(st.integers(1, 2))
        depth += 1
    return lines


@st.composite
def table(draw: st.DrawFn) -> list[str]:
    columns = draw(st.integers(1, 3))

    def row(cell: st.SearchStrategy[str]) -> str:
        return "| " + " | ".join(draw(cell) for _ in range(columns)) + " |" + draw(st.sampled_from(["", "", " "]))

    cells = st.one_of(TAME, TAME, st.just(""), WORDS)
    rows = [row(cells) for _ in range(draw(st.integers(0, 3)))]
    return [row(TEXT), row(st.sampled_from(["---", ":-:", "-"])), *rows]


HEADING = st.tuples(st.sampled_from(["# ", "## ", "### ", "###### "]), TEXT).map(lambda parts: ["".join(parts)])
FIELD = st.tuples(st.sampled_from(["**Kickoff:** ", "**A B:**", "**C:** "]), TEXT).map(lambda parts: ["".join(parts)])
FIELDS = st.lists(FIELD, min_size=1, max_size=3).map(lambda fields: [line for field in fields for line in field])
QUOTE = st.lists(TEXT.map("> {}".format), min_size=1, max_size=2)
PROSE = st.lists(TEXT, min_size=1, max_size=3)
ANY_LINE = st.tuples(st.sampled_from(["", "", " ", "  ", "   ", "    ", "\t", "> ", "- ", "1. "]), WORDS).map(
    lambda parts: ["".join(parts)]
)
ODD = st.sampled_from([["```"], ["---"], ["==="], ["<div>"], ["[ref]: /url"], ["<!--", "-->"], ["   "], ["***"]])
BLANK = st.sampled_from([[], [""], [""], [""], ["", ""]])
USUAL = st.one_of(HEADING, item_list(), item_list(), FIELDS, QUOTE, PROSE, table(), st.just(["---"]))
FRONT = st.sampled_from([[], [], [], ["---", "template: x", 'version: "1.0"', "---"], ["---", "a: [1", "..."]])
RARELY_ODD = st.integers(0, 30).flatmap(lambda n: ANY_LINE if n == 30 else ODD if n == 29 else USUAL)


@st.composite
def markdown(draw: st.DrawFn, block: st.SearchStrategy[list[str]] = RARELY_ODD) -> bytes:
    lines = list(draw(FRONT))
    for _ in range(draw(st.integers(1, 6))):
        lines += draw(block) + draw(BLANK)
    end = draw(st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"]))
    return (end.join(lines) + draw(st.sampled_from([end, ""]))).encode()


ANY_BYTES = st.one_of(
    st.binary(max_size=200),
    st.lists(st.sampled_from([*b"-*[] x~\n\r\t>#|:`<!1.)\xff\xe6\x00"]), max_size=80).map(bytes),
    markdown(st.one_of(ANY_LINE, ODD, item_list())),
)


# --- What holds ---


@given(ANY_BYTES)
def test_lines_and_their_ends_rejoin_to_the_file(data: bytes) -> None:
    try:
        source = Source.of("x", data)
    except OnboError:
        assume(False)
    stops = [*source.starts[1:], len(data)]
    ends = [LINE_END.search(data, start) for start in source.starts]
    lines = [text.encode("utf-8", "surrogateescape") for text in source.texts]
    assert data[: source.starts[0]] in (b"", b"\xef\xbb\xbf")
    rejoined = b"".join(line + (end[0] if end else b"") for line, end in zip(lines, ends, strict=True))
    assert data[: source.starts[0]] + rejoined == data
    assert [source.offset(n, len(text)) for n, text in enumerate(source.texts)] == [
        end.start() if end else stop for end, stop in zip(ends, stops, strict=True)
    ]


@given(st.data())
def test_edits_touch_nothing_outside_themselves(data: st.DataObject) -> None:
    before = data.draw(st.binary(max_size=60))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(before)), max_size=8)))
    spans = [Span(*cuts[at : at + 2]) for at in range(0, len(cuts) - 1, 2)]
    edits = [Edit(span, data.draw(st.binary(max_size=4))) for span in spans]
    after = apply_edits(before, data.draw(st.permutations(edits)) if len(set(spans)) == len(spans) else edits)
    at = shift = 0
    for edit in edits:
        assert after[at + shift : edit.span.start + shift] == before[at : edit.span.start]
        assert after[edit.span.start + shift :].startswith(edit.new)
        shift += len(edit.new) - (edit.span.end - edit.span.start)
        at = edit.span.end
    assert after[at + shift :] == before[at:]


@pytest.mark.parametrize("spans", [[(0, 3), (2, 4)], [(4, 9)], [(3, 2)], [(-1, 1)]])
def test_edits_that_overlap_or_lie_outside_are_refused(spans: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="overlaps another or lies outside"):
        apply_edits(b"abcdef", [Edit(Span(*span), b"") for span in spans])


@given(markdown())
@example(b"text\n---\n")
@example(b"# a\x00b\n\n- [ ] a\n  > c\x00\n")
@example(b"- [ ] a\n> lazy?\n\n  > note\n")
@example(b"| a |\n| b |\n|---|\n")
@example(b"- [ ] a\n\n\n    - [ ] b\n")
def test_the_plain_reader_declines_or_sees_what_commonmark_sees(data: bytes) -> None:
    source = Source.of("x", data)
    _, skip = front_matter.find(source)
    seen = plain.outline(source, skip)
    event("declined" if seen is None else "accepted")
    if seen is not None:
        assert seen == commonmark.outline(source, skip)


def nested(depth: int) -> bytes:
    return "".join(f"{'  ' * level}- [ ] level {level}\n" for level in range(depth)).encode()


def test_deep_lists_are_read_and_deeper_ones_refused() -> None:
    assert parse("x", nested(90)).items[-1].number == "0" + ".1" * 90
    for depth in (110, 1_000):
        with pytest.raises(UnacceptableError, match="is nested too deeply"):
            parse("x", nested(depth))


@given(markdown(USUAL))
def test_the_plain_reader_knows_usual_files(data: bytes) -> None:
    """Not a law: it keeps the test above from passing for want of files that are accepted."""
    source = Source.of("x", data)
    _, skip = front_matter.find(source)
    COUNTS.append(plain.outline(source, skip) is not None)


COUNTS: list[bool] = []


def test_the_plain_reader_accepts_a_fair_share() -> None:
    if COUNTS:
        assert sum(COUNTS) > len(COUNTS) / 10


COMMENT = st.sampled_from(
    ["<!-- id=sso -->", "<!-- internal-->", "<!-- id=a--->", "<!-- id=a--b -->", "<!-- only=smb id=x.y internal -->"]
)
ODD_WORD = st.sampled_from(
    ["](", "[a](", "]", "`", "\\", "<b", ">", "<!--", "-->", "a", "[x]", "*", "<", "@ann", "due:2026-03-12"]
)
AROUND = st.lists(ODD_WORD, max_size=4).map("".join)


@given(st.tuples(AROUND, COMMENT, AROUND).map("".join))
@example("a](<!-- id=sso -->)")
@example("<!-- id=a--->")
def test_a_plain_comment_is_what_markdown_says(text: str) -> None:
    comment = ATTRIBUTES.search(text)
    spans = spans_of(text, comment, {})
    assert [s for s in inline_spans(text, {}) if s.kind != "placeholder"] == [
        s for s in spans if s.kind != "placeholder"
    ]


@given(ANY_BYTES)
def test_reading_raises_nothing_but_our_own(data: bytes) -> None:
    try:
        document = parse("x", data)
    except OnboError:
        return
    front_matter.read(document.front_matter)
    assert [item.number for item in document.items] == list(dict.fromkeys(item.number for item in document.items))
    for item in document.items:
        assert re.fullmatch(rb"\[[ xX~]\]", data[item.box.start : item.box.end])
        assert item.span.start <= item.box.start < item.box.end <= item.words.start <= item.words.end
        for token in item.tokens:
            assert item.words.start <= token.span.start < token.span.end <= item.words.end
    for field in document.fields:
        for hole in placeholders(document, field.span):
            assert data[hole.span.start : hole.span.start + 1] == b"["
            assert data[hole.span.end - 1 : hole.span.end] == b"]"


@given(markdown(), st.data())
def test_a_tick_is_one_byte_and_an_untick_takes_it_back(data: bytes, choice: st.DataObject) -> None:
    document = parse("x", data)
    open_items = [item for item in document.items if item.open]
    assume(open_items)
    item = choice.draw(st.sampled_from(open_items))
    ticked = apply_edits(data, tick.check(document, [item]).edits)
    assert [(a, b) for a, b in zip(data, ticked, strict=True) if a != b] == [(ord(" "), ord("x"))]
    after = parse("x", ticked)
    assert [(i.number, i.text, i.done) for i in after.items] == [
        (i.number, i.text, i.done or i.number == item.number) for i in document.items
    ]
    [same] = [other for other in after.items if other.number == item.number]
    assert apply_edits(ticked, tick.uncheck(after, [same]).edits) == data


@given(markdown(), st.text(max_size=20))
def test_setting_aside_changes_nothing_else_or_is_refused(data: bytes, why: str) -> None:
    document = parse("x", data)
    open_items = [item for item in document.items if item.open]
    assume(open_items)
    try:
        marking = tick.skip(document, open_items[:1], why)
        after = parse("x", apply_edits(data, marking.edits))
        guard.verify(document, after, marking.expected)
    except (OnboError, UnicodeEncodeError):
        return
    assert [item.number for item in after.items] == [item.number for item in document.items]
    assert [item.text for item in after.items] == [item.text for item in document.items]


@settings(max_examples=settings().max_examples * 3 // 10)
@given(ANY_BYTES)
def test_commands_take_every_file(own_directory: Path, data: bytes) -> None:
    folder = own_directory / "customers"
    folder.mkdir(exist_ok=True)
    (folder / "acme.md").write_bytes(data)
    commands = (
        ["status"],
        ["status", "acme"],
        ["show", "acme"],
        ["show", "acme", "--json"],
        ["check", "acme", "0.1", "-n"],
    )
    for words in commands:
        said = onbo(*words)
        assert said.status in (0, 2, 3, 4), said.err
        assert not any(ord(ch) < 32 and ch not in "\n\t" for ch in said.both)


# --- One change, and nothing but that ---


class Everything(NamedTuple):
    """All that a document says, in its order; without numbers, which an added item moves."""

    items: list[tuple[object, ...]]
    fields: list[tuple[object, ...]]
    rows: list[tuple[object, ...]]
    sections: list[tuple[object, ...]]
    rest: tuple[object, ...]


def everything(document: Document) -> Everything:
    values = front_matter.read(document.front_matter)
    # Each reference also has the lines it stands on, which an added line moves.
    references = {label: place for label, place in document.references.items() if isinstance(place, dict)}
    targets = {label: (place["href"], place["title"]) for label, place in references.items()}
    return Everything(
        [
            (i.path, i.mark, i.text, frozenset((t.kind, t.value) for t in i.tokens), tuple(n.text for n in i.notes))
            for i in document.items
        ],
        [(f.section, f.label, f.value, f.notes) for f in document.fields],
        [(t.name, t.section, *(c.text for c in row.cells)) for t in document.tables for row in (t.header, *t.rows)],
        [(s.path, s.level, s.days, s.attributes) for s in document.walk()],
        (document.title, targets, values.values, values.error),
    )


def only_adds(before: bytes, after: bytes) -> bool:
    """Whether `after` is `before` with bytes put in at one place."""
    at = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(before))
    return len(after) > len(before) and after.endswith(before[at:])


def only_within(span: Span, before: bytes, after: bytes) -> bool:
    same_ends = after.startswith(before[: span.start]) and after.endswith(before[span.end :])
    return same_ends and len(after) >= len(before) - (span.end - span.start)


def one_change(folder: Path, data: bytes, *words: str) -> tuple[Document, Document] | None:
    """Run a command on a file. None where it is refused, and then the file is as it was."""
    path = folder / "customers" / "acme.md"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    (folder / "onbo.toml").touch()  # found at once, without asking git
    said = onbo(*words)
    after = path.read_bytes()
    event(f"{words[0]} exit {said.status}")
    if said.status != 0:
        assert said.status in (1, 2, 3, 4), said.err
        assert after == data
        return None
    return parse("x", data), parse("x", after)


WITH_ALL = markdown().map(lambda data: data + b"\n\n## Last\n\n**Last:** [Name] of all\n\n- [ ] last\n  - [ ] of all\n")
SAYING = st.one_of(TEXT, TEXT, st.text(max_size=12), st.lists(TEXT, min_size=2, max_size=3).map("\n\n".join))


def as_paragraphs(text: str) -> tuple[str, ...]:
    lines = [" ".join(line.split()) for line in re.split(r"\r\n|\r|\n", text)]
    return tuple(part.strip("\n") for part in re.split(r"\n\n+", "\n".join(lines)) if part.strip("\n"))


@given(WITH_ALL, st.data(), st.sampled_from(["assign", "due", "wait"]))
def test_a_token_is_put_and_nothing_else(own_directory: Path, data: bytes, choice: st.DataObject, verb: str) -> None:
    document = parse("x", data)
    assume(document.items)
    at = choice.draw(st.integers(0, len(document.items) - 1))
    likely = {"assign": ["ann", "@bob.b"], "due": ["2026-12-24", "+3d", "fri"], "wait": ["legal", "Ann Lee"]}[verb]
    value = choice.draw(st.one_of(*[st.sampled_from(likely)] * 3, SAYING))
    number = document.items[at].number
    words = ["wait", "acme", "--on", value, "--", number] if verb == "wait" else [verb, "acme", "--", number, value]
    done = one_change(own_directory, data, *words)
    if done is None:
        return
    before, after = (everything(document) for document in done)
    path, mark, text, tokens, notes = before.items[at]
    kind = {"assign": "owner", "due": "due", "wait": "waiting"}[verb]
    assert isinstance(tokens, frozenset)
    put = {token for token in done[1].items[at].tokens if token.kind == kind}
    assert len(put) == 1
    [token] = put
    assert token.value.casefold() in value.casefold() or verb != "assign"
    kept = frozenset(entry for entry in tokens if entry[0] != kind) | {(kind, token.value)}
    before.items[at] = (path, mark, text, kept, notes)
    assert after == before
    assert only_within(document.items[at].words, data, done[1].source.data)


@given(WITH_ALL, st.data(), SAYING)
def test_a_note_on_an_item_is_added_and_nothing_else(
    own_directory: Path, data: bytes, choice: st.DataObject, text: str
) -> None:
    document = parse("x", data)
    assume(document.items)
    at = choice.draw(st.integers(0, len(document.items) - 1))
    done = one_change(own_directory, data, "note", "acme", "--", document.items[at].number, text)
    if done is None:
        return
    before, after = (everything(document) for document in done)
    path, mark, said, tokens, notes = before.items[at]
    assert isinstance(notes, tuple)
    before.items[at] = (path, mark, said, tokens, (*notes, *as_paragraphs(text)))
    assert after == before
    assert only_adds(data, done[1].source.data)


@given(WITH_ALL, st.data(), SAYING)
def test_a_note_on_a_section_is_added_and_nothing_else(
    own_directory: Path, data: bytes, choice: st.DataObject, text: str
) -> None:
    sections = [section for section in parse("x", data).walk() if section.number]
    assume(sections)
    section = choice.draw(st.sampled_from(sections))
    done = one_change(own_directory, data, "note", "acme", "--", section.number or "", text)
    if done is None:
        return
    before, after = (everything(document) for document in done)
    new = [field for field in after.fields if field not in before.fields]
    gone = [field for field in before.fields if field not in after.fields]
    assert (len(new), len(gone)) in ((1, 0), (1, 1), (0, 0))
    assert len(after.fields) - len(before.fields) == len(new) - len(gone) or not new
    if new:
        assert str(new[0][2]).endswith("\n\n".join(as_paragraphs(text)))
        assert new[0][3] is True
    assert after._replace(fields=[]) == before._replace(fields=[])


@given(WITH_ALL, st.data(), SAYING)
def test_an_item_is_added_and_nothing_else(own_directory: Path, data: bytes, choice: st.DataObject, text: str) -> None:
    document = parse("x", data)
    place = ["--in", choice.draw(st.sampled_from([s.number for s in document.walk() if s.number] or ["0"]))]
    behind = choice.draw(st.booleans())
    if behind and document.items:
        place = ["--after", choice.draw(st.sampled_from([item.number for item in document.items]))]
    done = one_change(own_directory, data, "add", "acme", *place, "--", text)
    if done is None:
        return
    before, after = (everything(document) for document in done)
    at = next((n for n, pair in enumerate(zip(before.items, after.items, strict=False)) if pair[0] != pair[1]), None)
    at = len(before.items) if at is None else at
    new = done[1].items[at]
    assert (new.mark, done[1].source.text(new.words)) == (" ", " ".join(text.split()))
    before.items.insert(at, after.items[at])
    assert after == before
    assert only_adds(data, done[1].source.data)


@given(WITH_ALL, st.data(), SAYING)
def test_a_field_is_set_and_nothing_else(own_directory: Path, data: bytes, choice: st.DataObject, text: str) -> None:
    document = parse("x", data)
    assume(document.fields)
    at = choice.draw(st.integers(0, len(document.fields) - 1))
    field = document.fields[at]
    done = one_change(own_directory, data, "set", "acme", "--", f"{field.label}={text}")
    if done is None:
        return
    before, after = (everything(document) for document in done)
    value = str(after.fields[at][2])
    before.fields[at] = (field.section, field.label, value, False)
    assert after == before
    holes = placeholders(document, field.span)
    if not holes:
        assert value == text.strip()
    elif holes[0].type.kind == "text":
        assert text.strip() in value
    assert only_within(field.span, data, done[1].source.data)


@st.composite
def with_table(draw: st.DrawFn) -> bytes:
    """A table whose rows are named, with anything below it."""
    cell = st.one_of(TEXT.map(lambda text: text.replace("|", "/")), st.sampled_from(["[%]", "[#]", "[Date]", "", "12"]))
    rows = [[f"row {n}", draw(cell), draw(cell)] for n in range(draw(st.integers(0, 3)))]
    rows += [["[Item]", "[Value]", "[High/Low]"]] * draw(st.integers(0, 2))
    lines = ["**T:**", "| A | B | C |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    return "".join(f"{line}\n" for line in [*lines, ""]).encode() + draw(markdown())


@given(with_table(), st.data(), SAYING)
def test_a_cell_is_set_and_nothing_else(own_directory: Path, data: bytes, choice: st.DataObject, text: str) -> None:
    document = parse("x", data)
    rows = document.tables[0].rows
    named = len(rows) - sum(row.cells[0].text == "[Item]" for row in rows)
    at = choice.draw(st.integers(0, named))  # the last is one that is not there yet
    column = choice.draw(st.integers(1, 2))
    done = one_change(own_directory, data, "set", "acme", "--", f"T/row {at}/{'ABC'[column]}={text}")
    if done is None:
        return
    before, after = (everything(document) for document in done)
    if at == len(rows):
        before.rows.insert(at + 1, ())
    now = done[1].tables[0].rows[at]
    assert now.cells[0].text == f"row {at}"
    rest = [cell.text for n, cell in enumerate(now.cells) if n not in (0, column)]
    old = [cell.text for n, cell in enumerate(rows[at].cells) if n not in (0, column)] if at < len(rows) else [""]
    assert rest == old
    if at == len(rows) or not placeholders(document, rows[at].cells[column].span):
        assert now.cells[column].text == text.strip()
    before.rows[at + 1] = after.rows[at + 1]
    assert after == before


@given(markdown(), TEXT)
def test_a_selector_names_something_or_is_refused(data: bytes, words: str) -> None:
    document = parse("x", data)
    with suppress(UsageError):
        found = select(document, words, lambda: None, whole=True)
        assert set(found.items) <= set(document.items)


@given(st.one_of(st.text(max_size=12), st.from_regex(r"\+\d{1,5}(d|w|bd)|(next )?(mon|sunday)|kickoff ?[+-] ?\d+")))
def test_a_date_is_read_or_refused(text: str) -> None:
    with suppress(UsageError):
        assert isinstance(read_date(text, date(2026, 12, 12), date(2026, 12, 1)), date)
