"""Which thing is which, where names repeat and look like each other: keys, and all that goes by them."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
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
from onbo.history.readings import of
from onbo.merging.threeway import merge
from onbo.onboarding.guard import item_key, item_value, verify
from onbo.onboarding.internal import Internal
from onbo.onboarding.select import select_all
from runner import onbo
from workspace import put

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


@given(PLANS, st.data())
def test_share_agrees(data: bytes, draw: st.DataObject) -> None:
    """What is marked internal is hidden, with what stands below it, and nothing else."""
    document = parse("x", data)
    plain = [item for item in document.items if item.token("attributes") is None]
    if not plain:
        return
    item = draw.draw(st.sampled_from(plain))
    marked = apply_edits(data, [Edit(Span(item.words.end, item.words.end), b" <!-- internal -->")])
    hidden = {item.number}
    for other in document.items:
        hidden |= {other.number} if other.parent in hidden else set()
    before, after = (shown(parse("x", version)) for version in (data, marked))
    assert before - after == hidden
    assert after <= before


def shown(document: Document) -> set[str]:
    internal = Internal(document)
    return {item.number for section in document.walk() for item in internal.shown(section)}


@given(st.lists(st.builds(ItemKey, st.none(), st.lists(TEXTS, max_size=2).map(tuple), TEXTS, st.integers(1, 3))))
def test_texts_of_any_keys_are_distinct(keys: list[ItemKey]) -> None:
    texts = key_texts(keys)
    assert distinct(list(texts.values()))
    assert all(text == key.plain_text for key, text in texts.items() if key not in ambiguous(keys))


# --- By the commands ---

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


def test_exports_have_one_uid_for_each_item() -> None:
    put("customers/acme.md", SESSIONS + PATHS.removeprefix("# Plan\n"))
    rows = [json.loads(line) for line in onbo("export", "--format", "jsonl").out.splitlines()]
    items = [row for row in rows if "uid" in row]
    assert len(items) == 5
    assert distinct([row["uid"] for row in items])
    keys = [item["key"] for item in json.loads(onbo("show", "acme", "--json").out)["items"]]
    assert distinct(keys)
    assert keys[:3] == [" > session", " > session #2", " > session \\#2"]


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
    put("templates/none.md", "# Plan\n")
    said = onbo("share", "acme", "--json")
    assert said.status == 0, said.err
    [phase] = json.loads(said.out)["phases"]
    assert (phase["title"], phase["sections"][0]["title"]) == ("A", "B")
    assert [item["text"] for item in phase["sections"][0]["items"]] == ["C"]
