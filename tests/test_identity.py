"""Which thing is which, where names repeat and look like each other: keys, and all that goes by them."""

import json
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, event, example, given
from hypothesis import strategies as st

from onbo.document.identity import (
    ItemKey,
    ambiguous,
    field_keys,
    key_text,
    key_texts,
    row_keys,
    section_keys,
    table_keys,
)
from onbo.document.model import Document
from onbo.document.parse import parse
from onbo.document.source import Edit, Span, apply_edits
from onbo.effects.line_merge import line_merge
from onbo.errors import UsageError
from onbo.history.readings import of
from onbo.merging.threeway import merge
from onbo.onboarding.comparing import compare
from onbo.onboarding.fill import Filler
from onbo.onboarding.forms import Forms
from onbo.onboarding.guard import item_key, item_value, verify
from onbo.onboarding.labels import field_name, find_target, table_name
from onbo.onboarding.naming import CellTarget, FieldTarget, Target, find_tables, readings
from onbo.onboarding.segments import as_in, resolve
from onbo.onboarding.select import select_all
from onbo.onboarding.settings import Settings
from onbo.onboarding.values import Circumstances
from onbo.onboarding.visibility import Rules, Visibility
from repository import commit
from runner import onbo
from workspace import customer, git, put

TEXTS = st.sampled_from(
    ["A", "B", "A > B", "A > B > A", "Session", "Session #2", "Session #2 #2", "1.1", "id=x", "A \\> B", "ß", "SS"]
)
LINES = st.one_of(
    st.builds("{}- [{}] {}".format, st.sampled_from(["", "", "  "]), st.sampled_from(" x"), TEXTS),
    st.builds("- [ ] {} <!-- id={} -->".format, TEXTS, st.sampled_from(["x", "a"])),
    st.builds("\n{} {}\n".format, st.sampled_from(["##", "###"]), TEXTS),
    st.builds("\n**{}:** {}\n".format, TEXTS, TEXTS),
    st.builds("\n| {} | V |\n|---|---|\n| {} | 1 |\n| {} | 2 |\n".format, TEXTS, TEXTS, TEXTS),
)  # fmt: skip
PLANS = st.lists(LINES, max_size=14).map(lambda lines: ("# Plan\n\n" + "\n".join(lines) + "\n").encode())

KEYS = st.lists(st.builds(ItemKey, st.none(), st.lists(TEXTS, max_size=2).map(tuple), TEXTS, st.integers(1, 3)))

# Fields and tables whose names look like sections, numbers and each other.
NAMES = st.sampled_from(["A", "a", "B", "A/B", "2", "#2", "Session", "Session #2", "Session#2", "Session#2=A"])
FIELDS = st.lists(NAMES, min_size=1, max_size=3).map(lambda labels: "\n".join(f"**{label}:** v" for label in labels))
TABLES = st.tuples(st.sampled_from(["", "", "**A:**\n", "**Session:**\n"]), st.lists(NAMES, max_size=4)).map(
    lambda made: "\n".join([f"{made[0]}| Name | Value |", "|---|---|", *(f"| {name} | v |" for name in made[1])])
)
HEADINGS = st.builds("{} {}".format, st.sampled_from(["##", "##", "###"]), NAMES)
FORMS = st.lists(st.one_of(HEADINGS, FIELDS, FIELDS, TABLES), min_size=1, max_size=8).map(
    lambda blocks: "\n\n".join(["# Plan", *blocks, ""])
)


def document_of(text: str) -> Document:
    return parse("customers/acme.md", text.encode())


def distinct(keys: Sequence[object]) -> bool:
    return len(set(keys)) == len(keys)


@given(PLANS)
def test_no_two_things_of_one_kind_have_equal_keys(data: bytes) -> None:
    document = parse("x", data)
    assert distinct([item.key for item in document.items])
    for keys in (section_keys, field_keys, table_keys, row_keys):
        assert distinct([key for key, _ in keys(document)])
    assert distinct([key_text(item) for item in document.items])
    texts = key_texts(item.key for item in document.items)
    assert distinct(list(texts.values()))
    assert texts == {item.key: key_text(item) for item in document.items}


@given(PLANS)
def test_a_key_keeps_its_plain_text_unless_another_has_it(data: bytes) -> None:
    document = parse("x", data)
    plain = [item.key.plain_text for item in document.items]
    for item in document.items:
        if plain.count(item.key.plain_text) == 1 and not any("\\" in text for text in plain):
            assert key_text(item) == item.key.plain_text


def ticked(document: Document, number: str) -> bytes:
    item = next(item for item in document.items if item.number == number)
    at = item.box.start + 1
    return apply_edits(document.source.data, [Edit(Span(at, at + 1), b"~")])


@given(PLANS, st.data())
def test_selecting_verifying_and_history_agree(data: bytes, draw: st.DataObject) -> None:
    document = parse("x", data)
    if not document.items:
        return
    item = draw.draw(st.sampled_from(document.items))
    assert [found.items for found in select_all(document, [item.number], lambda: None)] == [(item,)]
    after = parse("x", ticked(document, item.number))
    changed = [new for old, new in zip(document.items, after.items, strict=True) if old.mark != new.mark]
    assert [new.key for new in changed] == [item.key]
    verify(document, after, {item_key(item): item_value(item._replace(mark="~"))})
    seen = (of(document).items, of(after).items)
    assert seen[0].keys() == {other.key for other in document.items}
    assert [key for key in seen[0] if seen[0][key].state != seen[1][key].state] == [item.key]


@given(PLANS, st.data())
def test_merging_agrees(data: bytes, draw: st.DataObject) -> None:
    """A tick of one side is on the same item after a merge with what the other side added at the end."""
    document = parse("x", data)
    if not document.items:
        return
    item = draw.draw(st.sampled_from(document.items))
    theirs = data + b"\n## The end\n\n- [ ] Wrap up\n"
    outcome = merge(data, ticked(document, item.number), theirs, line_merge=line_merge)
    assert outcome.conflicts == ()
    expected = {i.key: "~" if i.key == item.key else i.mark for i in parse("x", theirs).items}
    assert {i.key: i.mark for i in parse("x", outcome.data).items} == expected


def column(document: Document, line: int) -> int:
    text = document.source.texts[line - 1].expandtabs(4)
    return len(text) - len(text.lstrip(" >"))


@given(PLANS, st.data())
def test_share_agrees(data: bytes, draw: st.DataObject) -> None:
    """What is marked internal is hidden, with what stands below it or is indented deeper, and nothing else."""
    document = parse("x", data)
    plain = [item for item in document.items if item.token("attributes") is None]
    if not plain:
        return
    item = draw.draw(st.sampled_from(plain))
    marked = apply_edits(data, [Edit(Span(item.words.end, item.words.end), b" <!-- internal -->")])
    hidden = {item.number}
    for other in document.items:
        hidden |= {other.number} if other.parent in hidden else set()
    marked_document = parse("x", marked)
    before, after = shown(document), shown(marked_document)
    assert hidden <= before - after
    own = column(document, item.line)
    deeper = {other.number for other in document.items if other.line > item.line and column(document, other.line) > own}
    assert before - after <= hidden | deeper
    assert after <= before
    # The same where the copy lost the mark, and only its template tells; and where both tell.
    assert shown(document, marked_document) == shown(marked_document, marked_document) == after


def shown(document: Document, template: Document | None = None) -> set[str]:
    visibility = Visibility(document, Rules(), Visibility(template, Rules()) if template else None)
    return {item.number for item in document.items if visibility.item(item) is not None}


@pytest.mark.parametrize(("text", "kept"), [
    ("## S\n\n- [ ] Call\n- [ ] Call\n- [ ] Ask\n", {"1.1", "1.3"}),
    ("## S\n\n- [ ] Call <!-- internal -->\n- [ ] Call\n", {"1.2"}),  # moved, and still marked
    ("## S\n\n- [ ] Call\n- [ ] Ask\n", {"1.2"}),  # either may have gone
    ("## S\n\n- [ ] Call\n- [ ] Call\n- [ ] Call\n", set()),
    ("## S\n\n- [ ] Call\n- [ ] Call <!-- internal -->\n- [ ] Call\n", {"1.1", "1.3"}),
    ("## S\n\n- [ ] Call\n- [ ] Call\n\n## T\n\n- [ ] Call\n", {"1.1", "2.1"}),
    ("## S\n\n- [ ] Call\n\n## T\n\n- [ ] Call\n", set()),  # moved, perhaps
    ("## S\n\n- [ ] Ask\n\n## T\n\n- [ ] call!\n", {"1.1"}),
    ("## S\n\n- [ ] Call\n\n## T\n\n- [ ] Call <!-- internal -->\n", {"1.1"}),
])  # fmt: skip
def test_share_hides_the_internal_one_of_several(text: str, kept: set[str]) -> None:
    template = document_of("## S\n\n- [ ] Call\n- [ ] Call <!-- internal -->\n- [ ] Ask\n")
    assert shown(document_of(text), template) == kept


def test_share_hides_an_internal_item_that_was_moved_beside_its_namesake() -> None:
    template = document_of("## S\n\n- [ ] Call <!-- internal -->\n\n## T\n\n- [ ] Call\n")
    assert shown(document_of("## S\n\n- [ ] Ask\n\n## T\n\n- [ ] Call\n- [ ] Call\n"), template) == {"1.1"}
    assert shown(document_of("## S\n\n- [ ] Call\n\n## T\n\n- [ ] Call\n- [ ] Call\n"), template) == {"2.1", "2.2"}


@given(KEYS, KEYS)
@example([ItemKey(None, ("a",), "b > c")], [ItemKey(None, ("a > b",), "c"), ItemKey(None, ("a", "b"), "c")])
def test_texts_of_any_keys_are_distinct(keys: list[ItemKey], gone: list[ItemKey]) -> None:
    texts = key_texts(keys)
    assert distinct(list(texts.values()))
    assert all(text == key.plain_text for key, text in texts.items() if key not in ambiguous(keys))
    later = key_texts(keys, gone)
    assert distinct(list(later.values()))
    assert later.keys() == {*keys, *gone}
    assert texts.items() <= later.items()


# --- Fields and cells by their names ---


def filled(document: Document, target: Target) -> Document:
    """The document with a value in a field or cell, verified."""
    filler = Filler(document, Forms(document, None, {}, Settings()), Settings(), Circumstances(date(2026, 12, 12)))
    filler.set_all([(target, "new")])
    filling = filler.finish()
    after = parse(document.source.path, apply_edits(document.source.data, filling.edits))
    verify(document, after, filling.expected)
    return after


@given(FORMS)
@example("**Owner:** v\n**owner:** v\n")
@example("**Owner:** v\n**Owner:** v\n**Owner#2:** v\n")
def test_a_field_by_its_name_is_that_field_or_refused(text: str) -> None:
    document = document_of(text)
    for field in document.fields:
        name = field_name(document, field)
        if readings(document, name) != [FieldTarget(field)]:
            event("refused")
            with pytest.raises(UsageError, match="matches"):
                find_target(document, name)
            continue
        values = {key: other.value for key, other in field_keys(filled(document, find_target(document, name)))}
        assert values == {
            key: "new" if other.line == field.line else other.value for key, other in field_keys(document)
        }


@given(FORMS, st.data())
def test_a_cell_by_its_name_is_that_cell_or_refused(text: str, draw: st.DataObject) -> None:
    document = document_of(text)
    cells = [
        CellTarget(table, row, row.cells[0].text, 1)
        for table in document.tables
        for row in table.rows
        if row.cells[0].text
    ]
    assume(cells)
    cell = draw.draw(st.sampled_from(cells))
    for name in names_of(document, cell):
        try:
            target = find_target(document, name)
        except UsageError as error:
            assert "matches" in error.message  # noqa: PT017
            continue
        event("meant")
        line = target.line if isinstance(target, CellTarget) else target.field.line
        assert line == cell.line
        after = filled(document, target)
        assert [row.line for table in after.tables for row in table.rows if row.cells[1].text == "new"] == [line]


def names_of(document: Document, cell: CellTarget) -> list[str]:
    """Its bare name where that means it alone; else the names that the error gives for its line."""
    bare = f"{cell.table.name or ''}/{cell.name}/Value"
    if [target[:2] for target in readings(document, bare)] == [cell[:2]]:
        return [bare]
    with pytest.raises(UsageError) as raised:
        find_target(document, bare)
    suffix = f"  (line {cell.line})"
    return [choice.removesuffix(suffix) for choice in raised.value.choices if choice.endswith(suffix)]


@given(FORMS)
@example("## A\n\n| M |\n|---|\n\n## a\n\n| M |\n|---|\n")
def test_a_table_by_its_name_is_that_table_or_one_of_several(text: str) -> None:
    document = document_of(text)
    for table in document.tables:
        found = find_tables(document, table_name(document, table))
        assert found == [table] or (len(found) > 1 and table in found)


def test_a_number_counts_fields_that_only_it_tells_apart() -> None:
    document = document_of("# Plan\n\n## x\n\n**x/Owner:** Ann\n**Owner:** Bob\n")
    assert readings(document, "x/Owner#2") == []


# --- By the commands ---


def test_fill_writes_into_the_field_it_asks_for() -> None:
    path = customer(text="# P\n\n**Owner:** Ann\n**Owner:**\n**Owner#2:** Bob\n**Owner#2=x:**\n**owner:** [Name]\n")
    said = onbo("fill", "acme", stdin="Second\nFourth\nThird\n", tty=True)
    assert said.status == 0, said.err
    assert path.read_text() == (
        "# P\n\n**Owner:** Ann\n**Owner:** Second\n**Owner#2:** Bob\n**Owner#2=x:** Fourth\n**owner:** Third\n"
    )


def test_fill_writes_a_note_into_the_field_it_asks_for() -> None:
    path = customer(text="# P\n\n**Log:**\n> One\n\n**Log:**\n> [Write]\n\n**Log#2:**\n> Other\n")
    said = onbo("fill", "acme", stdin="Two\n", tty=True)
    assert said.status == 0, said.err
    assert path.read_text() == "# P\n\n**Log:**\n> One\n\n**Log:**\n> Two\n\n**Log#2:**\n> Other\n"


def test_fill_does_not_write_where_one_of_the_same_label_came_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    path = customer(text="# P\n\n**Owner:**\n")
    answers = iter(["Ann", ""])

    def ask(_terminal: object, _question: str) -> str:
        path.write_text("# P\n\n**Owner:** Eve\n**Owner:**\n")
        return next(answers)

    monkeypatch.setattr("onbo.cli.terminal.Terminal.ask", ask)
    said = onbo("fill", "acme", tty=True)
    assert "no longer has the field" in said.err
    assert path.read_text() == "# P\n\n**Owner:** Eve\n**Owner:**\n"


def test_a_new_customer_has_kickoff_and_csm_in_the_first_fields_of_these_labels() -> None:
    put(
        "templates/t.md",
        "# P\n\n**CSM:** [Name]\n**Kickoff Date:** [Date]\n\n## A\n\n**CSM:** [Name]\n**kickoff date:** x\n",
    )
    words = ("new", "acme", "--template", "t", "--csm", "Ann", "--kickoff", "2026-12-01")
    said = onbo(*words, "--set", "A/CSM=Bob")
    assert said.status == 0, said.err
    assert (
        Path("customers/acme.md")
        .read_text()
        .endswith("# P\n\n**CSM:** Ann\n**Kickoff Date:** 2026-12-01\n\n## A\n\n**CSM:** Bob\n**kickoff date:** x\n")
    )
    assert onbo(*words, "--slug", "beta", "--set", "/CSM=Bob").status == 2


def test_a_new_row_is_called_what_was_typed_for_it() -> None:
    path = customer(text="# P\n\n## Apps\n\n| Name | Value |\n|---|---|\n| A | 1 |\n")
    assert onbo("set", "acme", "apps/Apps/Value=2").status == 0
    assert path.read_text().endswith("| A | 1 |\n| Apps | 2 |\n")


def test_several_rows_are_added_at_once() -> None:
    text = "# P\n\n## Apps\n\n| Name | Value |\n|---|---|\n| A | 1 |\n\n**Seats:**\n| Name | Value |\n|---|---|\n"
    path = customer(text=text)
    settings = ("Apps/B/Value=2", "Seats/X/Value=3", "Apps/C/Value=4", "Apps/B/Name=D", "Seats/Y/Value=5")
    said = onbo("set", "acme", *settings)
    assert said.status == 0, said.err
    assert path.read_text() == text.replace("| A | 1 |\n", "| A | 1 |\n| D | 2 |\n| C | 4 |\n") + (
        "| X | 3 |\n| Y | 5 |\n"
    )


@pytest.mark.parametrize(("template", "copy", "given"), [
    ("A Call, B Call*, B Ask", "A Call, B Ask", "A Call, B Ask"),
    ("A Call, B Call*, B Ask", "A Call, B Call, B Ask", None),
    ("A Call, B Call*, B Ask", "A Call, B Ask, C Call", "A Call, B Call, B Ask"),  # moved
    ("A Call, B Call*, B Ask", "A Call, A Call, B Ask", "A Call, B Call, B Ask"),
    ("A Call, A Call*", "A Call", None),
    ("A Call, A Call*", "A Call, A call", "A Call, A Call"),
    ("A Call*, A Call*, A Call", "A Call, A Call", None),
    ("A* Call, A* Ask", "A Ask", None),
    ("A* Call, A* Ask", "A Ask, A Call", "A Call, A Ask"),
    ("A* Call, B Ask", "A Another, B Ask", "A Call, B Ask"),
])  # fmt: skip
def test_a_copy_was_given_what_it_has(template: str, copy: str, given: str | None) -> None:
    document = document_of(segmented(template))
    found = document_of(resolve(document, as_in(document_of(segmented(copy)), document)).decode())
    assert ", ".join(f"{item.path[0]} {item.text}" for item in found.items) == (given or copy)


def segmented(items: str) -> str:
    """Items after the titles of their sections; a star is for what is for one segment."""
    lines: list[str] = []
    for item in items.split(", "):
        title, text = (word.replace("*", " <!-- only=enterprise -->") for word in item.split())
        if f"## {title}\n" not in lines or "only" in title:
            lines.append(f"## {title}\n")
        lines.append(f"- [ ] {text}\n")
    return "\n".join(lines)


@pytest.mark.parametrize(("old", "new", "found"), [
    ("A Owner, B Due", "A Owner, B Owner, C Due", [("field added", None, "Owner", "B")]),
    ("A Owner, A Owner", "A Owner", [("field removed", "Owner", None, "A")]),
    ("A Owner", "B Owner, A Owner, A Owner", [("field added", None, "Owner", "B"), ("field added", None, "Owner", "A")]),
    ("A Owner, B Owner", "C Owner, B Owner", []),
    ("A Owner", "A Customer", [("field added", None, "Customer", "A"), ("field removed", "Owner", None, "A")]),
])  # fmt: skip
def test_templates_differ_by_each_field(
    old: str, new: str, found: list[tuple[str, str | None, str | None, str]]
) -> None:
    before, after = (document_of(fields_of(text)) for text in (old, new))
    assert compare(before, after, []) == found


def fields_of(labels: str) -> str:
    """Fields, each after the title of its section."""
    lines: list[str] = []
    for title, label in (field.split() for field in labels.split(", ")):
        lines += [] if f"## {title}\n" in lines else [f"## {title}\n"]
        lines.append(f"**{label}:** x\n")
    return "\n".join(lines)


def test_equal_labels_and_rows_have_the_forms_of_their_places() -> None:
    rows = "| Name | Value |\n|---|---|\n| R | [Date] |\n| R | [Yes/No] |\n"
    fields = "**Owner:** [Name]\n**Owner:** [Date]\n**owner:** [Yes/No]\n"
    text = f"## A\n\n{fields}\nRows:\n\n{rows}\n**A:**\n\n{rows.replace('Date', 'Low/High')}"
    template = document_of(text)
    for filled_in in (text, re.sub(r"\[.*?\]", "", text)):
        document = document_of(filled_in)
        forms = Forms(document, template, {}, Settings())
        assert [forms.type(field).kind for field in document.fields[:3]] == ["text", "date", "choice"]
        assert [forms.cell(table, row, 1).type.kind for table in document.tables for row in table.rows] == [
            *("date", "choice"),
            *("choice", "choice"),
        ]


def test_a_label_spelt_in_two_ways_has_the_form_of_its_spelling() -> None:
    template = document_of("## A\n\n**Owner:** [Name]\n**owner:** [Date]\n\n## B\n\n**OWNER:** [Yes/No]\n")
    document = document_of("## A\n\n**owner:**\n\n## b\n\n**owner:**\n\n## C\n\n**owner:**\n")
    forms = Forms(document, template, {}, Settings())
    assert [forms.type(field).kind for field in document.fields] == ["date", "choice", "date"]


SESSIONS = "# Plan\n\n- [ ] Session\n- [ ] Session\n- [ ] Session #2\n"
PATHS = "# Plan\n\n## A > B\n\n- [ ] C\n\n## A\n\n### B\n\n- [ ] C\n"
ENABLE = "# Plan\n\n## SSO\n\n- [ ] Enable\n\n## Other\n\n- [ ] SSO > Enable\n"


@pytest.mark.parametrize(("text", "number", "line"), [
    (SESSIONS, "0.2", 3),
    (SESSIONS, "0.3", 4),
    (PATHS, "1.1", 4),
    (PATHS, "2.1.1", 10),
    (ENABLE, "2.1", 8),
])  # fmt: skip
def test_a_tick_is_on_the_item_of_that_number(text: str, number: str, line: int) -> None:
    put("customers/acme.md", text)
    said = onbo("check", "acme", number)
    assert said.status == 0, said.err
    lines = Path("customers/acme.md").read_text("utf-8").split("\n")
    assert [at for at, (old, new) in enumerate(zip(text.split("\n"), lines, strict=True)) if old != new] == [line]


@pytest.mark.parametrize(("text", "number"), [
    *((SESSIONS, number) for number in ("0.1", "0.2", "0.3")),
    *((PATHS, number) for number in ("1.1", "2.1.1")),
    *((ENABLE, number) for number in ("1.1", "2.1")),
])  # fmt: skip
def test_all_that_is_done_to_an_item_is_done_to_itself(text: str, number: str) -> None:
    git("init", "--quiet")
    path = customer(text=text)
    commit("2026-12-01")
    assert onbo("check", "acme", number).status == 0
    ticked = path.read_bytes()
    commit("2026-12-02")
    assert onbo("uncheck", "acme", number).status == 0
    assert onbo("wait", "acme", number, "--on", "vendor").status == 0
    assert [item["number"] for item in told("show", "acme")["items"] if item["waiting"]] == [number]
    assert onbo("note", "acme", number, "Said so").status == 0
    assert [item["number"] for item in told("show", "acme")["items"] if item["notes"]] == [number]
    assert [onbo("undo").status for _ in range(3)] == [0, 0, 0]
    assert path.read_bytes() == ticked
    [entry] = told("log", "acme", number)["transitions"]
    keys = {item["number"]: item["key"] for item in told("show", "acme")["items"]}
    assert (entry["number"], entry["after"], entry["key"]) == (number, "done", keys[number])
    assert told("log")["transitions"] == [entry]
    assert {item["number"]: item["key"] for item in told("next", "acme")["items"]}.items() <= keys.items()


def told(*words: str) -> Any:
    said = onbo(*words, "--json")
    assert said.status == 0, said.err
    return json.loads(said.out)


def test_a_note_makes_a_field_before_one_of_the_same_label_and_titles() -> None:
    path = customer(text="# P\n\n## S\n\n- [ ] A\n\n## S\n\n- [ ] B\n\n**Notes:**\n> Old\n")
    assert onbo("note", "acme", "1", "New").status == 0
    assert "- [ ] A\n\n**Notes:**\n> New\n\n## S\n" in path.read_text()


def test_exports_have_one_uid_for_each_item() -> None:
    put("customers/acme.md", SESSIONS + PATHS.removeprefix("# Plan\n"))
    rows = [json.loads(line) for line in onbo("export", "--format", "jsonl").out.splitlines()]
    items = [row for row in rows if "uid" in row]
    assert len(items) == 5
    assert distinct([row["uid"] for row in items])
    keys = [item["key"] for item in json.loads(onbo("show", "acme", "--json").out)["items"]]
    assert distinct(keys)
    assert keys[:3] == [" > session", " > session #2", " > session \\#2"]


def test_a_report_tells_sections_and_phases_of_one_title_apart() -> None:
    git("init", "--quiet")
    text = "# P\n\n**Kickoff Date:** 2026-12-01\n\n## A\n\n### X\n\n#### S (Day 1)\n\n- [ ] one\n\n"
    customer(text=text + "### Y\n\n#### S (Day 9)\n\n- [ ] two\n\n## A\n\n- [ ] three\n")
    commit("2026-12-01")
    assert onbo("check", "acme", "1.1.1.1").status == 0
    commit("2026-12-02")
    assert onbo("check", "acme", "1.2.1.1").status == 0
    commit("2026-12-10")
    report = told("report")
    assert [(entry["section"], entry["days"]["median"]) for entry in report["sections"]] == [("S", 1), ("S", 1)]
    assert [(entry["number"], entry["customers"], entry["finished"]) for entry in report["funnel"]] == [
        ("1", 1, 1),
        ("2", 1, 0),
    ]


def test_a_template_that_grows_keeps_the_tick_of_one_of_three() -> None:
    put("templates/t.md", SESSIONS)
    onbo("new", "acme", "--template", "t")
    onbo("check", "acme", "0.2")
    put("templates/t.md", SESSIONS + "- [ ] Wrap up\n")
    assert onbo("update", "acme").status == 0
    body = Path("customers/acme.md").read_text("utf-8").split("# Plan\n\n")[1]
    assert body == "- [ ] Session\n- [x] Session\n- [ ] Session #2\n- [ ] Wrap up\n"


def test_share_hides_the_item_that_is_internal_and_not_its_namesake() -> None:
    put(
        "customers/acme.md",
        "---\ntemplate: none\n---\n# Plan\n\n## A > B\n\n- [ ] C <!-- internal -->\n\n## A\n\n### B\n\n- [ ] C\n",
    )
    said = onbo("share", "acme", "--json")
    assert said.status == 0, said.err
    [phase] = json.loads(said.out)["phases"]
    assert (phase["title"], phase["sections"][0]["title"]) == ("A", "B")
    assert [item["text"] for item in phase["sections"][0]["items"]] == ["C"]
