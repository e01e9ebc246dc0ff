"""`onbo export`: where it writes, what it refuses, and what each format holds."""

import csv
import io
import json
import os
import re
import stat
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import duckdb
import pytest
from icalendar import Calendar

from onbo.cli.commands.export import Gathered
from onbo.cli.context import App
from onbo.cli.terminal import Terminal
from onbo.effects.products import through_file
from onbo.present.export.exporter import Export, Snapshot, exporters
from onbo.present.export.records import CUSTOMERS, ITEMS, STANDING
from runner import onbo
from workspace import PLAN, customer, git, put

DATED = PLAN.replace("**CSM:**", "**Kickoff Date:** 2026-12-01\n**CSM:**").replace("Setup", "Setup (Days 1-5)")
FORMATS = ["csv", "html", "ics", "json", "jsonl", "parquet", "xlsx"]
FILES = [name for name in FORMATS if name != "parquet"]
DAY = "snapshot_date=2026-12-12"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def exported(*words: str) -> str:
    said = onbo("export", *words)
    assert (said.status, said.err) == (0, "")
    return said.out


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def sheet(path: str, number: int) -> list[list[str]]:
    """The cells of a sheet as text, empty ones too."""
    with zipfile.ZipFile(path) as book:
        tree = ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314  of our own making
    found = []
    for row in tree.iter(f"{MAIN}row"):
        cells = {re.sub(r"\d", "", cell.get("r", "")): "".join(cell.itertext()) for cell in row}
        found.append([cells.get(_letters(index), "") for index in range(len(ITEMS if number == 1 else CUSTOMERS))])
    return found


def sql(query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(":memory:") as database:
        return database.execute(query).fetchall()


def calendar_in(data: str | bytes) -> Any:
    """A calendar, read by the library: its parts are of more types than a test can tell apart."""
    return Calendar.from_ical(data)


def _letters(index: int) -> str:
    return ("" if index < 26 else chr(64 + index // 26)) + chr(65 + index % 26)


# --- what is in it ---


def test_every_format_is_found() -> None:
    assert list(exporters()) == FORMATS


def test_csv_has_one_row_an_item() -> None:
    customer(text=DATED)
    text = exported("--format", "csv")
    assert text.count("\r\n") == text.count("\n") == 6
    found = rows(text)
    assert list(found[0]) == [column.name for column in ITEMS]
    invite = found[0]
    assert {key: value for key, value in invite.items() if value} == {
        "customer": "acme",
        "name": "Acme Corp",
        "segment": "smb",
        "csm": "Dana Doe",
        "kickoff": "2026-12-01",
        "customer_state": "off track",
        "phase": "Account Setup",
        "section": "Account Setup",
        "number": "1.1",
        "text": "Invite the users",
        "state": "overdue",
        "mark": " ",
        "done": "false",
        "gate": "false",
        "due": "2026-12-05",
        "overdue_days": "7",
        "id": "invite",
        "line": "10",
        "key": "id=invite",
        "uid": "/acme/id=invite",
        "path": "customers/acme.md",
        "schema": "1",
        "workspace": "work",
        "snapshot_date": "2026-12-12",
    }
    assert [row["state"] for row in found] == ["overdue", "done", "n/a", "open", "open"]
    assert [row["gate"] for row in found] == ["false"] * 3 + ["true"] * 2
    assert found[2]["reason"] == "nothing to import"


def test_csv_for_excel_begins_with_a_byte_order_mark() -> None:
    customer()
    assert exported("--format", "csv", "--bom") == "\ufeff" + exported("--format", "csv")


def test_json_nests_what_json_lines_repeats() -> None:
    customer(text=DATED)
    customer("beta")
    whole = json.loads(exported("--format", "json"))
    assert whole == json.loads(exported("--json"))
    assert whole | {"customers": []} == {
        "schema": 1,
        "kind": "export",
        "today": "2026-12-12",
        "workspace": "work",
        "commit": None,
        "customers": [],
    }
    flat = [json.loads(line) for line in exported("--format", "jsonl").splitlines()]
    assert [row["uid"] for row in flat] == [item["uid"] for one in whole["customers"] for item in one["items"]]
    acme = whole["customers"][0]
    assert (acme["state"], acme["done"], acme["gate_total"], acme["kickoff"]) == ("off track", 1, 2, "2026-12-01")
    nested = acme["items"][0]
    assert nested.items() <= flat[0].items()


def test_what_json_says_is_what_status_and_show_say() -> None:
    onbo("new", "Globex", "--segment", "enterprise", "--kickoff", "2026-12-01", "--set", "Target Go-Live=2027-02-15")
    onbo("wait", "globex", "1.3.2", "--on", "customer")
    [globex] = json.loads(exported("--format", "json"))["customers"]
    [status] = json.loads(onbo("status", "--json").out)["customers"]
    shown = json.loads(onbo("show", "globex", "--json").out)["items"]
    same = ("name", "path", "template", "version", "segment", "csm", "state", "why", "done", "total", "na", "overdue")
    assert [globex[key] for key in (*same, "kickoff", "day", "length", "next_due")] == [
        status[key] for key in (*same, "kickoff", "day", "length", "next_due")
    ]
    assert (globex["target_go_live"], globex["go_live"]) == ("2027-02-15", None)
    for item, row in zip(globex["items"], shown, strict=True):
        assert {key: item[key] for key in item.keys() & row.keys()} == {
            key: row[key] for key in item.keys() & row.keys()
        }


def test_items_are_known_by_what_they_are_not_where_they_stand() -> None:
    customer(text=DATED)
    before = {row["text"]: row["uid"] for row in rows(exported("--format", "csv"))}
    onbo("archive", "acme")
    assert rows(exported("--format", "csv")) == []
    again = rows(exported("customers/archive/acme.md", "--format", "csv"))
    assert {row["text"]: row["uid"] for row in again} == before
    put("customers/emea/acme.md", PLAN)
    put("customers/apac/acme.md", PLAN)
    uids = [row["uid"] for row in rows(exported("--format", "csv"))]
    assert len(set(uids)) == len(uids) == 10
    assert uids[0] == "/apac/acme/id=invite"


def test_calendar_has_todos_and_whole_days() -> None:
    customer(text=DATED)
    calendar = calendar_in(exported("--format", "ics"))
    todos = {str(part["summary"]): part for part in calendar.walk("VTODO")}
    assert [str(part["status"]) for part in todos.values()] == [
        "NEEDS-ACTION",
        "COMPLETED",
        "CANCELLED",
        "NEEDS-ACTION",
        "NEEDS-ACTION",
    ]
    late = todos["Acme Corp: Invite the users"]
    assert late["due"].dt == date(2026, 12, 5)
    assert late["dtstamp"].dt == datetime(2026, 12, 12, tzinfo=UTC)
    assert "due" not in todos["Acme Corp: Sponsor confirms"]
    assert todos["Acme Corp: Configure SSO"]["percent-complete"] == 100
    assert str(todos["Acme Corp: Import data"]["description"]).split("\n") == [
        "Account Setup",
        "number: 1.3",
        "reason: nothing to import",
    ]
    [event] = calendar.walk("VEVENT")
    assert event["dtstart"].dt == date(2026, 12, 5)
    assert event["uid"] != late["uid"]
    onbo("check", "acme", "invite")
    after = calendar_in(exported("--format", "ics"))
    assert after.walk("VEVENT") == []
    assert [part["uid"] for part in after.walk("VTODO")] == [part["uid"] for part in todos.values()]


def test_spreadsheet_has_two_sheets_with_real_dates() -> None:
    customer(text=DATED)
    exported("-o", "all.xlsx")
    header, invite, *_ = sheet("all.xlsx", 1)
    cells = dict(zip(header, invite, strict=True))
    assert (cells["text"], cells["mark"], cells["done"], cells["csm"]) == ("Invite the users", " ", "0", "Dana Doe")
    assert cells["due"] == str((date(2026, 12, 5) - date(1899, 12, 30)).days)
    assert [row[0] for row in sheet("all.xlsx", 2)] == ["customer", "acme"]
    with zipfile.ZipFile("all.xlsx") as book:
        first = book.read("xl/worksheets/sheet1.xml").decode()
        core = book.read("docProps/core.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    assert 'state="frozen"' in first
    assert f'<autoFilter ref="A1:{_letters(len(ITEMS) - 1)}6"/>' in first
    assert "2026-12-12T00:00:00Z" in core
    assert "yyyy-mm-dd" in styles


def test_dates_before_spreadsheets_count_days_are_text() -> None:
    customer(text=DATED.replace("2026-12-01", "1850-02-03"))
    exported("-o", "all.xlsx")
    header, invite, *_ = sheet("all.xlsx", 1)
    assert dict(zip(header, invite, strict=True))["kickoff"] == "1850-02-03"


def test_more_rows_than_a_sheet_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onbo.present.export.xlsx.MOST_ROWS", 5)
    customer()
    said = onbo("export", "-o", "all.xlsx")
    assert (said.status, said.err) == (
        2,
        "error: a sheet takes 5 rows and there are more; name some customers, or take csv\n",
    )
    assert os.listdir() == ["customers"]


def test_parquet_holds_both_datasets_by_day() -> None:
    customer(text=DATED)
    assert exported("--format", "parquet", "-o", "data") == "wrote data: 1 customer, 5 items\n"
    paths = sorted(str(path) for path in Path("data").rglob("*") if path.is_file())
    assert paths == [f"data/{name}/workspace=work/{DAY}/{name}.parquet" for name in ("customers", "items")]
    alone = f"read_parquet('data/items/workspace=work/{DAY}/items.parquet', hive_partitioning = false)"
    described = sql(f"DESCRIBE FROM {alone}")
    kinds = {str: "VARCHAR", int: "INTEGER", bool: "BOOLEAN", date: "DATE"}
    in_path = ("workspace", "snapshot_date")
    assert [row[:2] for row in described] == [
        (column.name, kinds[column.kind]) for column in ITEMS if column.name not in in_path
    ]
    found = sql(
        "SELECT workspace, snapshot_date, text, done, due, overdue_days"
        " FROM read_parquet('data/items/*/*/*.parquet', hive_partitioning = true)"
    )
    assert found[0] == ("work", date(2026, 12, 12), "Invite the users", False, date(2026, 12, 5), 7)
    assert len(found) == 5


def test_parquet_written_again_replaces_its_day() -> None:
    customer(text=DATED)
    for _ in range(2):
        exported("--format", "parquet", "-o", "data")
    onbo("check", "acme", "invite")
    exported("--format", "parquet", "-o", "data")
    onbo("--today", "2026-12-13", "export", "--format", "parquet", "-o", "data")
    found = sql(
        "SELECT CAST(snapshot_date AS VARCHAR), count(*) FILTER (done), count(*)"
        " FROM read_parquet('data/items/*/*/*.parquet', hive_partitioning = true) GROUP BY 1 ORDER BY 1"
    )
    assert found == [("2026-12-12", 2, 5), ("2026-12-13", 2, 5)]


def test_two_workspaces_are_queried_as_one() -> None:
    put("one/customers/acme.md", DATED)
    put("two/customers/acme.md", PLAN)
    put("two/customers/beta.md", PLAN)
    for name in ("one", "two"):
        assert onbo("-C", name, "export", "--format", "parquet", "-o", "data").status == 0
    found = sql(
        "SELECT workspace, count(DISTINCT customer), count(DISTINCT uid), count(*) FILTER (state = 'overdue')"
        " FROM read_parquet('data/items/*/*/*.parquet', hive_partitioning = true) GROUP BY 1 ORDER BY 1"
    )
    assert found == [("one", 1, 5, 1), ("two", 2, 10, 0)]
    joined = sql(
        "SELECT count(*) FROM read_parquet('data/items/*/*/*.parquet', hive_partitioning = true)"
        " JOIN read_parquet('data/customers/*/*/*.parquet', hive_partitioning = true)"
        " USING (workspace, snapshot_date, customer)"
    )
    assert joined == [(15,)]


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_workspace_gives_the_same_bytes(form: str) -> None:
    customer(text=DATED)
    found = []
    for name in ("one", "two"):
        exported("--format", form, "--workspace", "mine", "-o", name)
        path = f"{name}/items/workspace=mine/{DAY}/items.parquet" if form == "parquet" else name
        found.append(Path(path).read_bytes())
    assert found[0] == found[1]
    assert len(found[0]) > 100


@pytest.mark.parametrize("form", FORMATS)
def test_nobody_is_there(form: str) -> None:
    assert exported("--format", form, "-o", "made") == "wrote made: 0 customers, 0 items\n"


def test_the_commit_is_told_where_there_is_one() -> None:
    customer()
    git("init", "--quiet")
    assert json.loads(exported("--json"))["commit"] is None
    git("add", ".")
    git("commit", "--quiet", "-m", "first")
    assert json.loads(exported("--json"))["commit"] == git("rev-parse", "HEAD").strip()


def test_no_git_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    customer()
    git("init", "--quiet")
    monkeypatch.setenv("PATH", os.getcwd())
    assert json.loads(exported("--json"))["commit"] is None


def test_the_page_lists_every_column() -> None:
    page = (Path(__file__).parent.parent / "docs" / "export.md").read_bytes().decode()
    listed = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert sorted(listed[: len(exporters())]) == list(exporters())
    assert listed[len(exporters()) :] == [column.name for column in (*ITEMS, *STANDING)]
    assert (*ITEMS[:5], *STANDING, *ITEMS[-8:]) == CUSTOMERS


# --- who ---


def test_some_customers() -> None:
    for slug in ("acme", "beta", "gamma"):
        customer(slug)
    assert {row["customer"] for row in rows(exported("acme", "gam", "--format", "csv"))} == {"acme", "gamma"}
    assert len(rows(exported("acme", "acme", "customers/acme.md", "--format", "csv"))) == 5
    said = onbo("export", "delta", "--format", "csv")
    assert (said.status, said.out) == (2, "")


def test_what_cannot_be_read_is_told_and_left_out() -> None:
    customer()
    Path("customers/bad.md").write_bytes(b"\xff\xfea")
    said = onbo("export", "-o", "all.csv")
    assert (said.status, said.out) == (3, "wrote all.csv: 1 customer, 5 items\n")
    assert said.err.startswith("error: customers/bad.md")
    assert {row["customer"] for row in rows(Path("all.csv").read_bytes().decode())} == {"acme"}
    assert json.loads(onbo("export", "--json").out)["customers"][0]["customer"] == "acme"


def test_what_is_wrong_in_a_file_is_a_warning() -> None:
    customer(text=f"{PLAN}\n<<<<<<< a\n=======\n>>>>>>> b\n")
    said = onbo("export", "--format", "csv")
    assert said.status == 0
    assert said.err.startswith("warning: customers/acme.md:18: an unresolved merge conflict")
    assert len(rows(said.out)) == 5


# --- where to ---


@pytest.mark.parametrize("form", FILES)
def test_the_format_is_that_of_the_name(form: str) -> None:
    customer()
    path = Path(f"sub/all.{form}")
    assert exported("-o", str(path)) == f"wrote sub/all.{form}: 1 customer, 5 items\n"
    assert path.stat().st_size > 100
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_without_a_name_the_bytes_go_to_stdout() -> None:
    customer()
    for form in ("csv", "ics", "json", "jsonl"):
        exported("--format", form, "-o", f"all.{form}")
        text = Path(f"all.{form}").read_bytes().decode()
        assert exported("--format", form) == exported("--format", form, "-o", "-") == text


def test_a_spreadsheet_goes_into_a_pipe_but_not_to_a_terminal() -> None:
    customer()
    for name in ("TERM", "ONBO_ACCESSIBLE"):
        said = onbo("export", "--format", "xlsx", screen=True, env={"NO_COLOR": "1", name: "1"})
        assert (said.status, said.out) == (2, "")
        assert said.err == "error: xlsx is nothing for a terminal; write it to a file with -o\n"
    script = os.path.join(os.path.dirname(sys.executable), "onbo")
    piped = subprocess.run([script, "export", "--format", "xlsx"], check=True, capture_output=True).stdout
    exported("-o", "all.xlsx")
    assert piped == Path("all.xlsx").read_bytes()


def test_an_export_is_made_again_over_the_one_before() -> None:
    customer()
    exported("-o", "all.csv")
    Path("all.csv").chmod(0o640)
    onbo("check", "acme", "invite")
    exported("-o", "all.csv")
    assert rows(Path("all.csv").read_bytes().decode())[0]["done"] == "true"
    assert stat.S_IMODE(Path("all.csv").stat().st_mode) == 0o640


def test_what_was_never_an_export_is_not_written_over() -> None:
    path = customer()
    put("notes.txt", "mine\n")
    for name in (str(path), "notes.txt"):
        for words in ((), ("-n",)):
            said = onbo("export", "--format", "csv", "-o", name, *words)
            assert (said.status, said.err) == (
                2,
                f"error: {name} is there already; only a file named *.csv is replaced\n",
            )
    assert path.read_text() == PLAN
    assert Path("notes.txt").read_text() == "mine\n"


@pytest.mark.parametrize(
    ("name", "what"), [("customers/beta.md", "a checklist"), ("report.MD", "a checklist"), ("onbo.toml", "settings")]
)
def test_an_export_takes_no_name_that_the_workspace_reads(name: str, what: str) -> None:
    customer()
    said = onbo("export", "--format", "csv", "-o", name)
    assert (said.status, said.err) == (2, f"error: {name} is a name for {what}; name it *.csv\n")
    assert not Path(name).exists()


def test_a_path_outside_the_workspace(tmp_path: Path) -> None:
    customer()
    target = tmp_path / "elsewhere" / "all.csv"
    exported("-o", str(target))
    exported("-o", str(target))
    assert len(rows(target.read_bytes().decode())) == 5


def test_links(tmp_path: Path) -> None:
    customer()
    outside = tmp_path / "outside.csv"
    outside.write_text("mine\n")
    put("kept/all.csv", "old\n")
    Path("in.csv").symlink_to("kept/all.csv")
    Path("out.csv").symlink_to(outside)
    (tmp_path / "link.csv").symlink_to(outside)
    exported("-o", "in.csv")
    assert Path("in.csv").is_symlink()
    assert len(rows(Path("kept/all.csv").read_bytes().decode())) == 5
    said = onbo("export", "-o", "out.csv")
    assert (said.status, said.err) == (
        3,
        "error: out.csv is a link that leaves the workspace; put the file itself there\n",
    )
    said = onbo("export", "-o", str(tmp_path / "link.csv"))
    assert (said.status, said.err) == (3, "error: ../link.csv is a link; name the file itself\n")
    assert outside.read_text() == "mine\n"


def test_a_partition_does_not_leave_the_workspace(tmp_path: Path) -> None:
    customer()
    Path("data").mkdir()
    Path("data/items").symlink_to(tmp_path)
    said = onbo("export", "--format", "parquet", "-o", "data")
    assert (said.status, said.err) == (
        3,
        "error: data/items is a link that leaves the workspace; put the directory itself there\n",
    )
    assert not list(tmp_path.glob("workspace=*"))


def test_what_is_no_file_to_write_to() -> None:
    customer()
    os.mkfifo("pipe.csv")
    put("linked.csv", "a\n")
    os.link("linked.csv", "other.csv")
    put("kept.csv", "a\n").chmod(0o444)
    for name, status, words in (
        ("customers", 2, "-o 'customers': is a directory; name a file, as in all.csv"),
        ("new/", 2, "-o 'new/': is a directory; name a file, as in all.csv"),
        ("", 2, "-o '': is a directory; name a file, as in all.csv"),
        ("pipe.csv", 3, "pipe.csv is no regular file"),
        ("linked.csv", 3, "linked.csv has several hard links; they would part"),
    ):
        said = onbo("export", "--format", "csv", "-o", name)
        assert (said.status, said.err) == (status, f"error: {words}\n")
    assert Path("linked.csv").read_text() == "a\n"


def test_a_directory_that_appears_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    customer()
    monkeypatch.setattr("os.path.isdir", lambda _: False)
    Path("all.csv").mkdir()
    said = onbo("export", "-o", "all.csv")
    assert (said.status, said.err) == (2, "error: all.csv is a directory; name a file, as in all.csv\n")


def test_a_read_only_file(monkeypatch: pytest.MonkeyPatch) -> None:
    customer()
    path = put("all.csv", "a\n")
    monkeypatch.setattr("os.access", lambda *_: False)  # as it is for anybody but root
    said = onbo("export", "-o", "all.csv")
    assert (said.status, said.err) == (5, "error: all.csv is read-only; make it writable first\n")
    assert path.read_text() == "a\n"


def test_a_failure_leaves_the_export_before(monkeypatch: pytest.MonkeyPatch) -> None:
    customer()
    exported("-o", "all.csv")
    before = Path("all.csv").read_bytes()
    onbo("check", "acme", "invite")

    def broken(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("onbo.present.export.csv._lines", broken)
    said = onbo("export", "-o", "all.csv")
    assert (said.status, said.err) == (5, "error: all.csv: no space left on device\n")
    assert Path("all.csv").read_bytes() == before
    assert sorted(os.listdir()) == [".onbo", "all.csv", "customers"]


def test_what_the_system_refuses_is_told_of_the_path_that_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    customer()

    def refused(path: str, *_: object) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("os.replace", refused)
    said = onbo("export", "-o", "all.csv")
    assert (said.status, said.err) == (5, "error: all.csv: permission denied\n")
    assert os.listdir() == ["customers"]


@pytest.mark.parametrize("form", FORMATS)
def test_a_dry_run_says_what_it_would_write(form: str) -> None:
    customer()
    assert exported("--format", form, "-o", "made", "-n") == "would write made: 1 customer, 5 items\n"
    assert os.listdir() == ["customers"]


# --- what is asked for wrongly ---


@pytest.mark.parametrize("words", [("export",), ("report", "--html"), ("share", "acme", "--no-template", "-o")])
def test_no_link_leads_over_a_checklist(words: tuple[str, ...]) -> None:
    path = customer()
    before = path.read_bytes()
    name = "out.csv" if words == ("export",) else "out.html"
    os.symlink("customers/acme.md", name)
    said = onbo(*words, *(["-o"] if words == ("export",) else []), name)
    assert (said.status, path.read_bytes()) == (2, before), said.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "which format?; choose csv, "),
        (("-o", "all"), "which format?; choose csv, "),
        (("-o", "all.pdf"), "which format?; choose csv, "),
        (("--format", "pdf"), "--format pdf: no such format; choose csv, "),
        (("--format", "cvs"), "--format cvs: no such format; did you mean csv?"),
        (("-o", "a.csv", "--json"), "--json and -o a.csv are different formats; leave one of them out"),
        (
            ("-o", "a.csv", "--format", "json"),
            "--format json and -o a.csv are different formats; leave one of them out",
        ),
        (("--format", "csv", "--json"), "--format csv and --json are different formats; leave one of them out"),
        (("--format", "ics", "--bom"), "--bom: ics has none; leave it out"),
        (("--format", "parquet"), "parquet makes several files; name a directory with -o"),
        (("--format", "parquet", "-o", "-"), "parquet makes several files; name a directory with -o"),
        (("--format", "parquet", "-o", "notes.txt"), "notes.txt is no directory; parquet makes several files"),
        (
            ("--format", "parquet", "-o", "data", "--workspace", "a/b"),
            "the workspace's name 'a/b' becomes part of a path; give one of letters, digits, - and _ with --workspace",
        ),
    ],
)
def test_usage(words: tuple[str, ...], message: str) -> None:
    put("notes.txt", "mine\n")
    said = onbo("export", *words)
    assert said.status == 2
    assert said.err.startswith(f"error: {message}")
    assert os.listdir() == ["notes.txt"]


@pytest.mark.parametrize(
    ("form", "module", "extra"),
    [("ics", "icalendar", "ics"), ("xlsx", "xlsxwriter", "xlsx"), ("parquet", "duckdb", "analytics")],
)
def test_an_extra_that_is_missing(form: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    customer()
    said = onbo("export", "--format", form, "-o", "made")
    assert (said.status, said.err) == (2, f"error: {form} needs the {extra} extra; pip install 'onbo[{extra}]'\n")
    assert onbo("export", "--format", "csv").status == 0


@pytest.mark.parametrize("form", ["csv", "html", "ics", "json", "jsonl"])
def test_rows_go_out_as_they_come(form: str) -> None:
    """No more than one customer is held."""
    for number in range(4):
        customer(f"c{number}", DATED)
    exporter = exporters()[form]
    assert exporter.pieces is not None
    app = App(Terminal(), None, None)
    snapshot = Snapshot("work", None, app.today)
    gathered = Gathered(app, app.workspace.customers())
    written = 0
    for piece in exporter.pieces(Export(snapshot, gathered.records(snapshot)), through_file):
        assert gathered.customers - written <= 1
        written += "Sponsor confirms" in piece.decode()
    assert written == gathered.customers == 4
