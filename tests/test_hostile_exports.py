"""What files say goes into every export whole, and nothing of it is obeyed by the program that opens it."""

import csv
import html
import io
import json
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onbo.present.export.csv import inert
from onbo.present.export.xlsx import fitting
from onbo.present.text import visible
from runner import onbo
from test_export import MAIN, calendar_in, rows, sheet, sql
from test_hostile_terminal import EVIL, OBEYED
from workspace import put

FORMULAS = (
    "=cmd|'/c calc'!A1",
    "+1+1",
    "-1-1",
    "@=SUM(A1:A9)",
    '=HYPERLINK("http://example.com","see")',
    "\uff1dcmd|'/c calc'!A1",
)
TEXTS = (
    *FORMULAS,
    "Call; =1+1",
    'Call;"=1+1"',
    "javascript:alert(1)",
    "http://example.com/ and mailto:a@example.com",
    "<script>alert(1)</script>",
    '" onload="alert(1)',
    "<r><t>rich</t></r>",
    "<r></row></sheetData></r>",
    "_x0041_ and _x000D_",
    "&amp; &lt; ]]> <![CDATA[ x",
    "BEGIN:VEVENT",
    "comma, semicolon; colon: backslash \\ and \\n",
    'quotes "" and "," in the middle',
    "true",
    "007",
    "1.10",
    "1e5",
    "{=1+1}",
    "NULL",
    "\u202egnp.exe\u202c",
    "zero\u200bwidth \ufeff mark",
    "x" * 74 + "\U0001f600" * 40,
    "é" * 200,
    "e\u0301" * 100,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 30,
    "long " * 20_000 + "end",
    "\ufffe\uffff not characters",
    "nel\x85ls\u2028ps\u2029end",
    "".join(chr(code) for code in (*range(1, 9), 11, 12, *range(14, 32), *range(127, 160))) + " controls",
)
FORMATS = ("csv", "html", "ics", "json", "jsonl", "xlsx", "parquet")


@pytest.fixture
def texts() -> list[str]:
    """The items' texts, as `show` reads them: some are no item, or lose white space, before any export sees them."""
    items = "\n".join(f"- [ ] {text}" for text in TEXTS)
    put(
        "customers/=1+1.md",
        f'---\ntemplate: "=1+1\\r\\nBEGIN:VEVENT\\t"\nversion: "\\t=1+1"\n---\n# Plan\n\n**Customer:** =1+1 {EVIL}\n'
        f"**CSM:** @SUM(A1)\n**Segment:** -1 {EVIL}\n**Kickoff Date:** 2026-12-01\n\n"
        f"## +Setup {EVIL} (Days 1-20)\n\n{items}\n- [~] none (n/a: =1+1)\n- [ ] wait waiting:-1\n",
    )
    shown = json.loads(onbo("show", "=1+1", "--json").out)["items"]
    found = [item["text"] for item in shown]
    assert len(found) == len(TEXTS) + 2
    assert sum(text in found for text in TEXTS) > len(TEXTS) - 4
    return found


def export(form: str) -> str:
    said = onbo("export", "--format", form, "-o", f"all.{form}")
    assert (said.status, said.err) == (0, "")
    return f"all.{form}"


# --- each format, read back by a reader of its own ---


def test_csv(texts: list[str]) -> None:
    data = Path(export("csv")).read_bytes()
    found = rows(data.decode())
    assert len(found) == len(texts)
    for row, text in zip(found, texts, strict=True):
        assert row["text"].replace("'", "") == text.replace("'", "")
        for cell in row.values():
            assert cell[:1] not in tuple("=+-@\t\r\n\uff1d")
    as_told = {text: row["text"] for row, text in zip(found, texts, strict=True)}
    assert [as_told[text] for text in FORMULAS] == [f"'{text}" for text in FORMULAS]
    assert as_told["Call; =1+1"] == "Call;' =1+1"
    assert as_told['Call;"=1+1"'] == 'Call;\'"=1+1"'
    assert all(text == told for text, told in as_told.items() if not re.search(r"^\W|; ?\W|;\W", text))


def test_csv_cut_at_semicolons_as_spreadsheets_do_where_the_comma_is_a_decimal_mark(texts: list[str]) -> None:
    text = Path(export("csv")).read_bytes().decode()
    assert "Call; =1+1" in texts
    for cell in re.split(r"[;\t\r\n]", text):
        assert not re.match(r'[ "]*[=+\-@\uff1d]', cell), cell[:80]


@given(st.text(alphabet=st.sampled_from("=+-@\t\r\n;\", 'aä\uff1d"), max_size=12))
def test_any_cell_is_inert_and_whole(text: str) -> None:
    made = inert(text)
    out = io.StringIO(newline="")
    csv.writer(out).writerow([made, "next"])
    [[cell, _]] = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert not cell or cell[0] not in "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
    assert not re.search('[;\t\r\n][ "]*[=+@\uff1d-]', cell)
    assert cell.replace("'", "") == text.replace("'", "")
    assert inert("a" + text.translate({ord(mark): None for mark in ";\t\r\n"})) == "a" + text.translate(
        {ord(mark): None for mark in ";\t\r\n"}
    )


def test_json(texts: list[str]) -> None:
    for form in ("json", "jsonl"):
        data = Path(export(form)).read_bytes()
        assert data.isascii()
        assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", data)
    whole = json.loads(Path("all.json").read_bytes())
    assert [item["text"] for item in whole["customers"][0]["items"]] == texts
    lines = Path("all.jsonl").read_bytes().split(b"\n")
    assert [json.loads(line)["text"] for line in lines[:-1]] == texts
    assert json.loads(lines[0])["template"] == "=1+1\r\nBEGIN:VEVENT\t"


def test_calendar(texts: list[str]) -> None:
    data = Path(export("ics")).read_bytes()
    lines = data.split(b"\r\n")
    assert lines[-1] == b""
    for line in lines:
        assert len(line) <= 75
        line.decode()  # no character is cut in two
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line)
    # Readers that end lines where Python does find the same lines.
    assert len(data.decode().splitlines()) == len(lines) - 1
    unfolded = data.decode().replace("\r\n ", "").split("\r\n")
    assert sum(line.startswith("BEGIN:VTODO") for line in unfolded) == len(texts)
    names = {re.split("[;:]", line)[0] for line in unfolded if line}
    assert names == {
        *("BEGIN", "END", "VERSION", "PRODID", "X-WR-CALNAME", "UID", "DTSTAMP", "SUMMARY", "DESCRIPTION"),
        *("CATEGORIES", "STATUS", "DUE", "DTSTART", "TRANSP"),
    }
    calendar = calendar_in(data)
    # Control characters may not stand in a calendar, and some readers end a line at other marks.
    expected = [re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", "\ufffd", text) for text in texts]
    told = [str(part["summary"]).split(": ", 1)[1] for part in calendar.walk("VTODO")]
    assert told == expected
    assert len({str(part["uid"]) for part in calendar.walk() if "uid" in part}) == 2 * len(texts) - 1


def test_spreadsheet(texts: list[str]) -> None:
    path = export("xlsx")
    with zipfile.ZipFile(path) as book:
        assert book.testzip() is None
        names = book.namelist()
        for name in names:
            ET.fromstring(book.read(name))  # noqa: S314  of our own making
        first = book.read("xl/worksheets/sheet1.xml").decode()
    assert not [name for name in names if "rels" in name and "sheet" in name]  # no link leads out
    tree = ET.fromstring(first)  # noqa: S314  of our own making
    assert {cell.get("t") for cell in tree.iter(f"{MAIN}c")} == {"inlineStr", "b", None}
    for tag in ("f", "hyperlink", "r"):
        assert not list(tree.iter(f"{MAIN}{tag}"))
    header, *found = sheet(path, 1)
    told = [dict(zip(header, row, strict=True))["text"] for row in found]
    assert [unescaped(text) for text in told] == [fitting(text) for text in texts]
    assert told[texts.index("<r><t>rich</t></r>")] == "'<r><t>rich</t></r>"
    longest = next(text for text in told if text.startswith("long long"))
    assert len(longest.encode("utf-16-le")) // 2 == 32_767
    assert longest.endswith("…")


def unescaped(text: str) -> str:
    """As spreadsheets read `_x001B_`."""
    return re.sub("_x([0-9A-F]{4})_", lambda match: chr(int(match[1], 16)), text)


def test_a_cut_does_not_halve_a_character() -> None:
    text = fitting("\U0001f600" * 20_000)
    assert text == "\U0001f600" * 16_383 + "…"
    assert fitting("a" * 32_767) == "a" * 32_767


def test_parquet(texts: list[str]) -> None:
    export("parquet")
    found = sql("SELECT text, template, csm, reason FROM read_parquet('all.parquet/items/*/*/*.parquet')")
    assert [row[0] for row in found] == texts
    assert found[0][1:3] == ("=1+1\r\nBEGIN:VEVENT\t", "@SUM(A1)")


def test_one_line_as_long_as_a_checklist_may_be() -> None:
    put("customers/acme.md", f"- [ ] {'long ' * 1_900_000}end\n")
    export("parquet")
    found = sql("SELECT length(text) FROM 'all.parquet/items/*/*/*.parquet'")
    assert found == [(9_500_003,)]


# --- names ---


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ["=1+1", "a\r\nSUMMARY:b", "\udcff", "a'b", "x y"])
def test_names_of_files(form: str, name: str) -> None:
    put(f"customers/{name}.md", "- [ ] a\n")
    path = export(form)
    shown = name.replace("\udcff", "\ufffd")
    if form == "csv":
        assert rows(Path(path).read_bytes().decode())[0]["customer"] in (shown, f"'{shown}")
    elif form == "ics":
        [todo] = calendar_in(Path(path).read_bytes()).walk("VTODO")
        assert str(todo["summary"]) == f"{shown}: a".replace("\r\n", "\n")
    elif form == "html":
        assert html.escape(visible(shown), quote=False) in Path(path).read_bytes().decode().replace("&#39;", "'")
    elif form == "xlsx":
        assert unescaped(sheet(path, 1)[1][0]).replace("\r", "") == shown.replace("\r", "")
    elif form == "parquet":
        assert sql("SELECT customer FROM 'all.parquet/items/*/*/*.parquet'") == [(shown,)]
    else:
        assert json.loads(Path(path).read_bytes().split(b"\n")[0] + (b"]}" if form == "json" else b""))


@pytest.mark.parametrize("name", ["it's", 'a"b', "a{b}", "%s"])
def test_a_directory_for_what_is_passed_on(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library is told a path, in SQL."""
    odd = tmp_path / name
    odd.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(odd))
    put("customers/acme.md", "- [ ] a\n")
    export("parquet")
    export("xlsx")
    assert sql("SELECT text FROM 'all.parquet/items/*/*/*.parquet'") == [("a",)]
    assert not list(odd.iterdir())


# --- at a terminal ---


@pytest.mark.parametrize("form", ["csv", "ics", "json", "jsonl"])
def test_nothing_is_obeyed_at_a_terminal(form: str, texts: list[str]) -> None:
    said = onbo("export", "--format", form, screen=True)
    assert said.status == 0
    assert OBEYED.search(said.both) is None
    assert len(said.out) > sum(len(text) for text in texts)


def test_a_pipe_gets_the_bytes(texts: list[str]) -> None:
    del texts
    assert onbo("export", "--format", "csv").out == Path(export("csv")).read_bytes().decode()
