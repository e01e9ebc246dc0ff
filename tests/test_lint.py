"""Rules: each documented and with its cases; and what holds for every file."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, event, example, given
from hypothesis import strategies as st

from onbo.document import front_matter
from onbo.document.model import Document
from onbo.document.parse import parse
from onbo.document.source import Span, apply_edits
from onbo.errors import OnboError
from onbo.lint.rule import ERROR, WARNING, Finding, Subject
from onbo.lint.run import all_rules, lint, mending
from onbo.onboarding.fields import facts
from onbo.onboarding.forms import Forms
from onbo.onboarding.gate import Evidence, criteria, read_rules
from onbo.onboarding.select import find_gate
from onbo.onboarding.settings import Settings
from onbo.present.lint import Located, github_lines
from runner import onbo
from test_cases import Case, cases
from test_properties import ANY_BYTES, ANY_LINE, ODD, item_list, markdown

CODES = [rule.code for rule in all_rules()]
TODAY = date(2026, 12, 12)


def lint_cases(code: str) -> list[Case]:
    return [case for case in cases() if case.path.parent.name == "lint" and case.title.startswith(f"{code}: ")]


# --- The rules ---


def test_codes_are_used_once() -> None:
    assert len(CODES) == len(set(CODES)) >= 22
    assert all(re.fullmatch(r"ONB[1-5]\d\d", code) for code in CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_rule_has_a_case_that_finds_it_and_one_that_does_not(code: str) -> None:
    printed = ["\n".join(case.parts["expected"].lines) for case in lint_cases(code)]
    assert any(f" {code} " in text for text in printed)
    assert any(f" {code} " not in text for text in printed)


@pytest.mark.parametrize("rule", all_rules(), ids=CODES)
def test_a_rule_says_what_and_why(rule: object) -> None:
    [found] = [other for other in all_rules() if other is rule]
    assert found.severity in (ERROR, WARNING)
    assert all(text[0].isupper() and text.endswith(".") for text in (found.what, found.why, found.fix or "None."))


def test_a_rule_with_a_fix_has_a_case_with_the_file_after() -> None:
    for rule in all_rules():
        if rule.fix:
            assert any("after" in case.parts for case in lint_cases(rule.code)), rule.code


# --- What is printed ---


def test_annotations_are_escaped() -> None:
    found = Located("a,b:c%\n.md", Finding("ONB101", ERROR, 3, Span(0, 1), "50%, a:b\r\n::warning::x"))
    [[piece]] = github_lines([found])
    assert piece.text == ("::error file=a%2Cb%3Ac%25%0A.md,line=3,title=ONB101::50%25, a:b%0D%0A::warning::x")


# --- The built-in templates ---


def test_a_file_that_cannot_be_read_is_annotated() -> None:
    Path("customers").mkdir()
    Path("customers/a,b.md").write_bytes("- [ ] a\n".encode("utf-16"))
    said = onbo("lint", "--format", "github")
    assert (said.status, said.out) == (3, "::error file=customers/a%2Cb.md::is not UTF-8 text (UTF-16 or binary)\n")
    assert onbo("lint", "--format", "github", "--fix").out == said.out
    assert onbo("lint", "--format", "github", "--json").status == 2


def test_the_built_in_templates_have_no_findings() -> None:
    assert onbo("init").status == 0
    assert onbo("lint").both == "no findings\n"
    assert onbo("lint", "templates/90-day.md", "templates/essentials.md").both == "no findings\n"


@pytest.mark.parametrize("segment", ["smb", "mid-market", "enterprise"])
def test_a_fresh_copy_has_none_but_what_is_unfilled_after_kickoff(segment: str) -> None:
    onbo("new", "acme", "--segment", segment, "--kickoff", "2026-12-10")
    assert onbo("lint", "--today", "2026-12-09").both == "no findings\n"
    found = onbo("lint")
    assert found.status == 0
    assert set(re.findall(r"ONB\d+", found.out)) == {"ONB301"}


def test_the_built_in_template_s_gate_follows_its_evidence() -> None:
    onbo("new", "acme", "--segment", "enterprise", "--kickoff", "2026-12-01", "--csm", "Ann")
    onbo("set", "acme", "Activation Rate=70", "Target Go-Live=2026-12-24", "Target First Value Date=2026-12-20")
    assert onbo("lint").both == "no findings\n"
    gate = onbo("check", "acme", "User activation rate above 80%", "--force")
    assert gate.status == 0
    said = onbo("lint")
    assert said.status == 1
    assert "ONB401 5.1 User activation rate above 80% is ticked, but Activation Rate is 70%" in said.out


# --- What holds for every file ---

BOXES = ["[]", "[ ]", "[x]", "[-]", "[ x]", "[✓]", "[X]", "[  ]", "[x]y", "[]y", "[^1]", "[#]", "[x](y)", "[ ]\u00a0z"]
BOX_LINE = st.tuples(
    st.sampled_from(["", "", "", "  ", "    ", "> ", ">", "\t"]),
    st.sampled_from(["-", "*", "+", "1.", "5)", ""]),
    st.sampled_from([" ", " ", "", "   "]),
    st.sampled_from(BOXES),
    st.sampled_from([" Call", "Call", " Call *them*", "", "  ", " [x] `a", "| b |", ": c", " ```"]),
).map(lambda parts: ["".join(parts)])
BOXED = markdown(st.one_of(BOX_LINE, BOX_LINE, ANY_LINE, ODD, item_list()))


def subject(document: Document, *, template: bool = False) -> Subject:
    settings = Settings()
    forms = Forms(document, document, {}, settings)
    values = front_matter.read(document.front_matter)
    gate = find_gate(document, None)
    rules = read_rules(values.values.get("gate"))
    found = criteria(gate, Evidence(document, forms, settings, rules)) if gate else ()
    said = facts(document, settings)
    return Subject(document, values, settings, TODAY, said, forms, template, gate, found, rules, rules)


def content(document: Document) -> tuple["Counter[object]", "Counter[object]"]:
    """Items with their marks, and values of fields and cells."""
    values = [(field.label, field.value) for field in document.fields]
    cells = [tuple(cell.text for cell in row.cells) for table in document.tables for row in table.rows]
    return Counter((item.mark, item.text, item.tokens and item.value("due")) for item in document.items), Counter(
        [*values, *cells]
    )


@given(st.one_of(BOXED, ANY_BYTES), st.booleans())
@example(b"- [x]Call\n- [ ] Call\n", False)
@example(b"a\n5.[ ] b\n", False)
@example(b"-[] Call\n\n    - [] Call\n", False)
@example(b"- [ ] a\n-[ ] b\n5. [ ] c\n", False)
def test_mending_loses_nothing_and_is_done_once(data: bytes, template: bool) -> None:
    try:
        document = parse("x", data)
    except OnboError:
        assume(False)
    edits = mending(lint(subject(document, template=template)))
    event("mended" if edits else "nothing to mend")
    mended = apply_edits(data, edits)
    after = parse("x", mended)
    items, values = content(document)
    items_after, values_after = content(after)
    assert items <= items_after
    assert values == values_after
    assert len(after.items) >= len(document.items) + len(edits)
    assert mending(lint(subject(after, template=template))) == []


@given(BOXED)
@example(b"-[] Call\n\n    - [] Call\n")
def test_the_command_mends_once_or_leaves_the_file(own_directory: Path, data: bytes) -> None:
    path = own_directory / "customers" / "acme.md"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    shown = onbo("lint", "acme", "--fix", "--dry-run")
    assert shown.status in (0, 1, 3), shown.err
    assert path.read_bytes() == data
    assert onbo("lint", "acme", "--fix").status in (0, 1, 3)
    once = path.read_bytes()
    again = onbo("lint", "acme", "--fix")
    assert path.read_bytes() == once
    assert "mended" not in again.err
    assert ("@@" in shown.out) is (once != data)
