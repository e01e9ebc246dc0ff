"""What people typed stays: in notes, beside placeholders, in rows, and everywhere else in the file."""

import re
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from onbo.document.model import Document, Field
from onbo.document.parse import parse
from onbo.document.source import Edit, apply_edits
from onbo.errors import OnboError
from onbo.onboarding import notes, registers
from onbo.onboarding.field_types import looks_like_a_form, option_in
from onbo.onboarding.fill import Filler
from onbo.onboarding.forms import Forms
from onbo.onboarding.guard import verify
from onbo.onboarding.labels import field_name, find_target, table_name
from onbo.onboarding.naming import CellTarget, FieldTarget
from onbo.onboarding.settings import Settings
from onbo.onboarding.values import Circumstances
from runner import onbo
from workspace import customer, put

# --- In copies whose template is known ---


@pytest.fixture
def gamma(own_directory: Path) -> Path:
    onbo("new", "gamma", "--segment", "mid-market", "--kickoff", "2026-12-01")
    return own_directory / "customers" / "gamma.md"


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


FORM = "> [Document key takeaways, concerns raised, decisions made]"


def test_the_form_of_the_template_gives_way_to_the_first_note(gamma: Path) -> None:
    before = gamma.read_text()
    assert onbo("note", "gamma", "Kickoff Meeting Notes", "SSO first", "-q").status == 0
    assert gamma.read_text() == before.replace(FORM, "> SSO first")


@pytest.mark.parametrize(
    "typed",
    [
        "> [call Bob]",
        "> [Document everything, says Ann]",
        f"{FORM}\n> Ann was here",
        f"> Ann: {FORM[2:]}",
        f"> {FORM}",
        f"{FORM} (by Friday)",
        ">[Mr Orr]",
        "> Ann\nand [Bob], lazily",
    ],
)
def test_a_quote_that_somebody_typed_is_kept(typed: str, gamma: Path) -> None:
    replace(gamma, FORM, typed)
    before = gamma.read_text()
    assert onbo("note", "gamma", "Kickoff Meeting Notes", "SSO first", "-q").status == 0
    assert gamma.read_text() == before.replace(typed, f"{typed}\n>\n> SSO first")


@pytest.mark.parametrize(("typed", "filled"), [(FORM, False), ("> [call Bob]", True), ("> Mr [Orr]", True)])
def test_notes_are_filled_when_they_are_more_than_the_form(typed: str, filled: bool, gamma: Path) -> None:
    replace(gamma, FORM, typed)
    said = onbo("show", "gamma", "--json").out
    fields = [line for line in said.replace("\n", "").split("{") if '"label": "Kickoff Meeting Notes"' in line]
    assert ('"filled": true' in fields[0]) is filled
    asked = onbo("fill", "gamma", stdin="\n" * 20, tty=True).err
    assert ("Kickoff Meeting Notes" in asked) is not filled


def test_a_form_with_words_of_its_own_is_unfilled_until_somebody_writes(own_directory: Path) -> None:
    put("templates/plan.md", "**Call Notes:**\n> Present: [Names]\n> Agreed: [List]\n\n- [ ] one\n")
    onbo("new", "delta", "--template", "plan")
    path = own_directory / "customers" / "delta.md"
    assert '"filled": false' in onbo("show", "delta", "--json").out
    onbo("note", "delta", "Call Notes", "Ann was there")
    assert "> Present: [Names]\n> Agreed: [List]\n>\n> Ann was there\n" in path.read_text()
    assert '"filled": true' in onbo("show", "delta", "--json").out


def test_a_note_at_the_end_of_a_file_without_a_line_end() -> None:
    path = put("customers/acme.md", "- [ ] a\n\n**Setup Notes:**\n> Ann [Orr]")
    onbo("note", "acme", "Setup Notes", "More")
    assert path.read_text() == "- [ ] a\n\n**Setup Notes:**\n> Ann [Orr]\n>\n> More"
    path = put("customers/acme.md", "- [ ] a\n\n**Setup Notes:**\n> [Document it]")
    onbo("note", "acme", "Setup Notes", "More")
    assert path.read_text() == "- [ ] a\n\n**Setup Notes:**\n> More"


@pytest.mark.parametrize(
    ("typed", "setting", "line"),
    [
        ("72/100 -- Yellow (their words)", "30-Day Health Score=80", "80/100 -- Green (their words)"),
        ("72/100 -- Yellow (was Red)", "30-Day Health Score=80", "80/100 -- Green (was Red)"),
        ("72/100 -- still Yellow", "30-Day Health Score=80", "80/100 -- still Green"),
        ("72/100 -- ask Ann", "30-Day Health Score=80", "80/100 -- ask Ann"),
        ("72/100 -- ask Ann", "30-Day Health Score/2=Yellow", "72/100 -- Yellow"),
        ("[Score]/100 -- Yellow, see mail of 3 May", "30-Day Health Score=40", "40/100 -- Red, see mail of 3 May"),
        ("72/100 -- [Green/Yellow/Red] (by Ann)", "30-Day Health Score=80", "80/100 -- Green (by Ann)"),
        ("about [Score]/100", "30-Day Health Score=80", "about 80/100"),
        ("good", "30-Day Health Score=80", "80/100 -- Green"),
    ],
)
def test_of_a_score_only_the_answers_change(typed: str, setting: str, line: str, gamma: Path) -> None:
    replace(gamma, "[Score]/100 -- [Green/Yellow/Red]", typed)
    before = gamma.read_text()
    said = onbo("set", "gamma", setting, "-q")
    assert said.out.startswith(f"**30-Day Health Score:** {line}"), said.both
    assert gamma.read_text() == before.replace(f"Score:** {typed}", f"Score:** {line}")


def test_lines_below_that_are_the_form_s_own_tear_nothing(own_directory: Path) -> None:
    put("templates/plan.md", "**Kickoff Date:** [Date]\n**Rate:** [___%]\nof all users\n\n- [ ] one\n")
    onbo("new", "delta", "--template", "plan")
    for value in ("85", "90"):
        assert onbo("set", "delta", f"Rate={value}").status == 0
    path = own_directory / "customers" / "delta.md"
    assert "**Rate:** 90%\nof all users\n" in path.read_text()
    replace(path, "of all users", "of those who were invited")
    assert onbo("set", "delta", "Rate=95").status == 1


def test_a_gap_that_somebody_typed_stays(gamma: Path) -> None:
    cell = "Current vs. Benchmark/Feature Adoption"
    onbo("set", "gamma", f"{cell}/Current=62", f"{cell}/Benchmark=70")
    replace(gamma, "| 62% | 70% | -8 pp |", "| 62% | 70% | about 8 |")
    assert (
        onbo("set", "gamma", f"{cell}/Current=65", "-q").out == "Feature Adoption | 65% | 70% | about 8  (was: 62%)\n"
    )
    replace(gamma, "| 65% | 70% | about 8 |", "| 65% | 70% | -5 pp |")
    assert onbo("set", "gamma", f"{cell}/Current=66", "-q").out == "Feature Adoption | 66% | 70% | -4 pp  (was: 65%)\n"


PROTOTYPE = "| [Item] | [High/Med/Low] | [Action] | [Open/Resolved] |"
TYPED = "| [call Bob] | [soon] | [Ann] | [open] |"


@pytest.mark.parametrize("typed", [TYPED, "| [Risk] | [High/Med/Low] | [Action] | [Status] |"])
def test_a_row_in_brackets_that_the_template_has_not_is_somebody_s(typed: str, gamma: Path) -> None:
    replace(gamma, PROTOTYPE, typed)
    before = gamma.read_text()
    onbo("risk", "add", "gamma", "No admin")
    assert gamma.read_text() == before.replace(typed, f"{typed}\n| No admin | [High/Med/Low] | [Action] | Open |")
    assert onbo("risk", "list", "gamma", "-q").out.count("\n") == 3


def test_the_template_s_own_row_is_taken_wherever_it_stands(gamma: Path) -> None:
    replace(gamma, PROTOTYPE, f"{TYPED}\n{PROTOTYPE}")
    onbo("risk", "add", "gamma", "No admin")
    assert f"{TYPED}\n| No admin | [High/Med/Low] | [Action] | Open |\n" in gamma.read_text()


def test_without_the_snapshot_forms_are_known_by_their_looks(gamma: Path) -> None:
    for snapshot in Path(".onbo/base").iterdir():
        snapshot.unlink()
    replace(gamma, PROTOTYPE, f"{TYPED}\n{PROTOTYPE}")
    onbo("risk", "add", "gamma", "No admin")
    assert f"{TYPED}\n| No admin | [High/Med/Low] | [Action] | Open |\n" in gamma.read_text()
    onbo("note", "gamma", "Kickoff Meeting Notes", "SSO first")
    assert FORM not in gamma.read_text()


def test_fill_names_what_it_asks_for_by_its_sections() -> None:
    text = "# A\n\n## M1\n\n### Review\n\n**Owner:** [Name]\n\n## M2\n\n### Review\n\n**Owner:** [Name]\n"
    path = customer(text=text)
    said = onbo("fill", "acme", stdin="Ann\nBob\n", tty=True)
    assert "M1/Review/Owner (text" in said.err
    assert path.read_text() == text.replace("[Name]", "Ann", 1).replace("[Name]", "Bob", 1)


@pytest.mark.parametrize(
    ("form", "column", "is_form"),
    [
        ("Date", "", True),
        ("Date -- must be within 30 days", "", True),
        ("Date of the mail: 3 May", "", False),
        ("High/Med/Low", "", True),
        ("#", "", True),
        ("...", "", True),
        ("Metric 1", "", True),
        ("Supplier", "Supplier", True),
        ("Ann", "Owner", False),
        ("call Bob", "Risk", False),
        ("risk", "Risk", False),
        ("Next", "", True),
        ("Ask Ann about risk", "Risk", False),
    ],
)
def test_forms_by_their_looks(form: str, column: str, is_form: bool) -> None:
    assert looks_like_a_form(form, column) is is_form


def test_an_option_among_other_words() -> None:
    colours = ("Green", "Yellow", "Red")
    assert option_in("yellow, they say", colours) == (0, 6)
    assert option_in("from Red to Green", colours) is None
    assert option_in("Redder", colours) is None
    assert option_in("x", ()) is None


# --- In any document ---

FORMS = ("[Name]", "[Date]", "[#]", "[Document it]", "[Green/Yellow/Red]", "[Risk]", "[Open/Resolved]", "[Score]/100")
PEOPLE = ("Ann", "soon", "[call Bob]", "[Ann]", "[soon]", "3", "2026-12-01", "Yellow", "a|b", "-")
WORD = st.one_of(st.sampled_from(FORMS), st.sampled_from(PEOPLE))
WORDS = st.lists(WORD, max_size=3).map(" ".join)
CELL = st.one_of(st.sampled_from(FORMS), WORDS).map(lambda text: text.replace("|", "\\|"))
HEADERS = (["Risk", "Status"], ["Date", "Decision", "By"], ["Metric", "Current", "Benchmark", "Gap"])
PROPER_FORM = re.compile("|".join(map(re.escape, FORMS)))


@st.composite
def table(draw: st.DrawFn) -> list[str]:
    header = draw(st.sampled_from(HEADERS))
    rows = draw(st.lists(st.lists(CELL, min_size=1, max_size=len(header)), max_size=3))
    return [f"| {' | '.join(cells)} |" for cells in [header, ["---"] * len(header), *rows]]


FIELD = st.tuples(st.sampled_from(["CSM", "Kickoff Date", "Score", "Call Notes"]), WORDS).map(
    lambda words: [f"**{words[0]}:** {words[1]}".rstrip()]
)
QUOTE = st.lists(st.tuples(st.sampled_from(["> ", ">", "> > ", ""]), WORDS), min_size=1, max_size=3).map(
    lambda lines: [f"> {lines[0][1]}", *(mark + words for mark, words in lines[1:])]
)
NOTED = st.tuples(FIELD.map(lambda lines: [lines[0].partition(":**")[0] + ":**"]), st.sampled_from([[], [""]]), QUOTE)
BLOCK = st.one_of(
    st.sampled_from([["# Plan"], ["## A"], ["### B"], ["## A"]]),
    FIELD,
    st.lists(FIELD, min_size=2, max_size=2).map(lambda two: two[0] + two[1]),
    NOTED.map(lambda parts: parts[0] + parts[1] + parts[2]),
    QUOTE,
    table(),
    table(),
    WORDS.map(lambda words: [f"- [ ] {words or 'a'}", "  > [Document it]"]),
    WORDS.map(lambda words: [words or "text"]),
)
DOCUMENT = st.tuples(
    st.lists(st.tuples(BLOCK, st.sampled_from([[""], [""], []])), max_size=8),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
).map(
    lambda parts: (
        parts[1].join([line for block, gap in parts[0] for line in [*block, *gap]]) + parts[1] * parts[2]
    ).encode()
)


class Asked(NamedTuple):
    """Edits, what is expected of them, and the text that was to be replaced."""

    edits: Sequence[Edit]
    expected: dict[tuple[object, ...], object]
    replaced: str = ""


def ask(data: st.DataObject, document: Document, forms: Forms) -> Asked:
    """One of the commands, on one of the places it could be about."""
    now = Circumstances(date(2026, 12, 12))
    what = data.draw(st.sampled_from(["note", "note item", "risk", "decision", "field", "cell", "close"]))
    event(what)
    if what == "note":
        wanted = [*document.walk(), *(field for field in document.fields if field.notes)]
        assume(wanted)
        place = data.draw(st.sampled_from(wanted))
        made = (notes.note_field if isinstance(place, Field) else notes.note_section)(forms, place, "New")
        return Asked(made.edits, dict(made.expected))
    if what == "note item":
        assume(document.items)
        made = notes.note_item(document, data.draw(st.sampled_from(document.items)), "New")
        return Asked(made.edits, dict(made.expected))
    if what in ("risk", "decision", "close"):
        columns = registers.DECISION if what == "decision" else registers.RISK
        register = registers.find_register(document, columns, "decision" if what == "decision" else "risk")
        if what == "close":
            row = registers.close_entry(document, forms, register, 1)
            status = registers.entries(forms, register)[0].cells["status"]
            return Asked(row.edits, dict(row.expected), re.sub("^Open", "", status))
        row = registers.add_entry(document, forms, register, {what: "New"}, now)
        return Asked(row.edits, dict(row.expected))
    filler = Filler(document, forms, Settings(), now)
    if what == "field":
        assume(document.fields)
        field = data.draw(st.sampled_from(document.fields))
        filler.set_all([(find_target(document, field_name(document, field)), "2026-12-12")])
        replaced = "" if PROPER_FORM.search(field.value) and field.label != "Kickoff Date" else field.value
    else:
        assume(any(table.rows for table in document.tables))
        table = data.draw(st.sampled_from([table for table in document.tables if table.rows]))
        row_there = data.draw(st.sampled_from(table.rows))
        column = data.draw(st.integers(1, len(table.header.cells) - 1))
        filler.set_all([(CellTarget(table, row_there, row_there.cells[0].text, column), "5")])
        cells = [cell.text for cell in row_there.cells]
        replaced = cells[column] if column < len(cells) and not PROPER_FORM.search(cells[column]) else ""
    made_of = filler.finish()
    return Asked(made_of.edits, dict(made_of.expected), replaced)


def words(text: str) -> Counter[str]:
    """The words outside of forms."""
    return Counter(re.findall(r"[\w\[\]-]+", PROPER_FORM.sub(" ", text.replace("\\|", "|"))))


@settings(deadline=None)
@given(DOCUMENT, st.sampled_from(["none", "own", "another"]), DOCUMENT, st.data())
def test_no_word_is_gone_but_what_was_to_be_replaced(
    before: bytes, origin: str, other: bytes, data: st.DataObject
) -> None:
    document = parse("customers/acme.md", before)
    template = {"none": None, "own": document, "another": parse("t", other)}[origin]
    try:
        asked = ask(data, document, Forms(document, template, {}, Settings()))
    except OnboError:
        event("refused")
        return
    after = apply_edits(before, asked.edits)
    try:
        verify(document, parse("customers/acme.md", after), asked.expected)
    except OnboError:
        event("does not read back")
        return
    if origin == "none":  # else the template decides what is a form, and everything can be one
        gone = words(before.decode()) - words(after.decode()) - words(asked.replaced)
        assert not gone
    touched = {document.source.line_at(edit.span.start) for edit in asked.edits} | {
        document.source.line_at(edit.span.end) for edit in asked.edits
    }
    for edit in asked.edits:
        touched |= set(range(document.source.line_at(edit.span.start), document.source.line_at(edit.span.end) + 1))
    kept = [line for number, line in enumerate(before.splitlines(keepends=True), 1) if number not in touched]
    left = iter(after.splitlines(keepends=True))
    assert all(any(line == other_line for other_line in left) for line in kept)


@given(DOCUMENT)
def test_every_field_and_table_has_a_name_that_means_just_it(data: bytes) -> None:
    document = parse("x", data)
    for field in document.fields:
        assert find_target(document, field_name(document, field)) == FieldTarget(field)
    for one in document.tables:
        name = table_name(document, one)
        for row in one.rows:
            same = [other for other in one.rows if other.cells[0].text == row.cells[0].text]
            if len(same) == 1 and row.cells[0].text:
                target = find_target(document, f"{name}/{row.cells[0].text}/{one.header.cells[-1].text}")
                assert isinstance(target, CellTarget)
                assert (target.table, target.row) == (one, row)


def test_many_tables_and_fields_of_one_name_are_told_apart_in_time() -> None:
    text = "".join(f"## A\n\n**Owner:** x\n\n| M | V |\n|---|---|\n| r | {n} |\n\n" for n in range(1000))
    path = customer(text=text)
    began = time.monotonic()
    assert onbo("set", "acme", "A/r/V=5").status == 2
    assert onbo("set", "acme", "Owner=5").status == 2
    assert onbo("set", "acme", "A#999/r/V=5").status == 0
    assert "| r | 5 |" in path.read_text()
    assert time.monotonic() - began < 10
