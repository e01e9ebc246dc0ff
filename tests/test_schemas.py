"""What `--json` prints is what docs/schema says, whatever the situation, and docs/json.md lists it."""

import ast
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from onbo.cli.catalog import COMMANDS
from onbo.lint.run import all_rules
from onbo.onboarding.status import WORST_FIRST
from runner import onbo
from workspace import customer, git, put

DOCS = Path(__file__).parent.parent / "docs"
SCHEMAS = {path.stem: json.loads(path.read_bytes()) for path in sorted((DOCS / "schema").glob("*.json"))}
DATED = """\
# Plan

**Customer:** Acme Corp
**Segment:** Mid-Market
**CSM:** Ann
**Kickoff Date:** 2026-12-01
**Rate:** [___%]

- [ ] before any heading

## Start (Days 1-5)

- [x] done <!-- id=done -->
- [ ] late @ann waiting:customer
- [ ] pinned due:2026-12-14
  > a note
- [~] none (n/a: no phone)

### Later

- [ ] later

**Notes:**
> [Document what was said]

| Risk | Impact | Mitigation |
|---|---|---|
| No admin | High | [Action] |

| Date | Decision | Made By |
|---|---|---|
| 2026-12-01 | Go |  |

## Gate

- [ ] one
- [x] two
"""


def kinds(schema: dict[str, Any]) -> list[str]:
    """None for the form of a line of JSON Lines."""
    kind = schema["properties"].get("kind", {"enum": []})
    return kind["enum"] if "enum" in kind else [kind["const"]]


def within(schema: Any) -> Iterator[dict[str, Any]]:
    """Each schema in a schema."""
    if isinstance(schema, dict):
        yield schema
        for inner in schema.values():
            yield from within(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from within(inner)


def closed(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that takes what is described and nothing else: fields may be added, but not without a word."""
    copy: dict[str, Any] = json.loads(json.dumps(schema))
    for inner in within(copy):
        if "required" in inner and "properties" in inner and "description" in inner:
            inner["additionalProperties"] = False
    return copy | {"unevaluatedProperties": False}


def printed(name: str, *words: str, status: int = 0) -> dict[str, Any]:
    """What a command prints with --json, once it fits the schema of that name."""
    said = onbo(*words, "--json")
    assert said.status == status, said.err
    payload: dict[str, Any] = json.loads(said.out)
    check(name, payload)
    return payload


def check(name: str, payload: dict[str, Any]) -> None:
    validator = Draft202012Validator(closed(SCHEMAS[name]), format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert [error.message for error in validator.iter_errors(payload)] == []
    USED.add(name)


USED: set[str] = set()


# --- The schemas themselves ---


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_valid_and_says_what_everything_is(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"]
    for inner in within(schema):
        for key, described in inner.get("properties", {}).items():
            assert {"description", "const"} & described.keys(), f"{name}: {key}"
        if "additionalProperties" in inner:
            raise AssertionError("fields may be added")


def test_each_command_with_json_has_a_schema() -> None:
    offering = {path.stem for path in Path(COMMANDS).glob("*.py") if re.search(r": Json\b", path.read_text("utf-8"))}
    assert len(offering) >= 18
    described = {kind for schema in SCHEMAS.values() for kind in kinds(schema)}
    assert described == offering | {"error"}


def test_each_kind_that_is_printed_has_a_schema() -> None:
    for path in Path(COMMANDS).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".envelope"):
                kind = node.args[0]
                if isinstance(kind, ast.Constant):
                    assert any(kind.value in kinds(schema) for schema in SCHEMAS.values()), path.name


def test_the_words_are_those_of_the_code() -> None:
    states = SCHEMAS["status"]["$defs"]["customer"]["properties"]["state"]["enum"]
    assert set(states) == {*WORST_FIRST, None}
    code = SCHEMAS["lint"]["properties"]["findings"]["items"]["properties"]["code"]["pattern"]
    assert all(re.search(code, rule.code) for rule in all_rules())


def test_the_page_lists_every_schema() -> None:
    page = (DOCS / "json.md").read_text("utf-8")
    for name, schema in SCHEMAS.items():
        assert f"(schema/{name}.json)" in page
        for kind in kinds(schema):
            assert re.search(rf"\b{kind}\b", page), kind


def test_a_wrong_object_is_noticed() -> None:
    good: dict[str, Any] = {"schema": 1, "kind": "gate", "today": "2026-12-12", "customer": "acme"}
    criterion: dict[str, Any] = {"number": "5.1", "text": "a", "result": "pass", "done": True, "evidence": "e"}
    check("gate", good | {"criteria": [criterion]})
    wrong: list[dict[str, Any]] = [
        {"result": "passed"},
        {"done": "yes"},
        {"number": "gate"},
        {"text": None},
        {"more": 1},
    ]
    for change in wrong:
        with pytest.raises(AssertionError):
            check("gate", good | {"criteria": [criterion | change]})
    changes: list[dict[str, Any]] = [{"kind": "show"}, {"today": "12 Dec"}, {"customer": ""}, {"schema": 2}]
    for change in changes:
        with pytest.raises(AssertionError):
            check("gate", good | {"criteria": []} | change)


# --- What is printed ---


def test_nothing_there() -> None:
    assert printed("status", "status")["customers"] == []
    assert printed("next", "next")["items"] == []
    assert printed("lint", "lint")["findings"] == []
    assert printed("error", "show", status=2)["hint"] == "make one with `onbo new NAME`"


@pytest.mark.parametrize("text", ["", "# Acme\n", "- [ ] a\n", DATED])
def test_any_customer(text: str) -> None:
    customer(text=text)
    for words in (("status",), ("status", "acme"), ("show", "acme"), ("next",), ("next", "acme", "--days", "9")):
        printed(words[0], *words)
    printed("lint", "lint")


def test_dated() -> None:
    customer(text=DATED)
    [row] = printed("status", "status")["customers"]
    assert (row["state"], row["segment"], row["gate"]) == ("off track", "mid-market", {"done": 1, "total": 2})
    assert [phase["state"] for phase in row["phases"]] == ["not started", "overdue", "active"]
    shown = printed("show", "show", "acme")
    assert {item["state"] for item in shown["items"]} == {"open", "done", "overdue", "due soon", "n/a"}
    assert [item["id"] for item in printed("show", "show", "acme", "done")["items"]] == ["done"]
    assert printed("next", "next")["items"][-1]["reason"].startswith("waiting for customer; overdue")


@pytest.mark.parametrize("segment", ["smb", "mid-market", "enterprise"])
def test_made_from_a_template(segment: str) -> None:
    made = printed("new", "new", "Acme Corp", "--segment", segment)
    assert made["slug"] == "acme-corp"
    for words in (("status",), ("show",), ("next",), ("lint",)):
        printed(words[0], *words)
    tips = [item["tip"] for item in printed("show", "show")["items"]]
    assert any(tips) is (segment == "smb")
    printed("new", "new", "beta", "--segment", segment, "--kickoff", "2026-12-01", "--dry-run")
    assert not Path("customers/beta.md").exists()


def test_marks() -> None:
    customer(text=DATED)
    assert [item["mark"] for item in printed("check", "check", "acme", "late", "pinned")["changed"]] == ["x", "x"]
    assert len(printed("check", "check", "acme", "late")["already"]) == 1
    printed("check", "check", "acme", "later", "--dry-run")
    printed("check", "uncheck", "acme", "late", "none")
    printed("check", "skip", "acme", "late", "--why", "none")
    printed("check", "wait", "acme", "later", "--on", "customer")
    printed("check", "wait", "acme", "later", "--over")
    printed("check", "assign", "acme", "pinned", "ann")
    printed("check", "assign", "acme", "pinned", "--none")
    printed("check", "due", "acme", "pinned", "2026-12-24")
    printed("check", "due", "acme", "pinned", "--none")


def test_fields() -> None:
    customer(text=DATED)
    filled = printed("set", "set", "acme", "Rate=85", "Kickoff Date=2026-12-02")
    assert [move["before"] for move in filled["moved"]] == ["2026-12-05"] * len(filled["moved"])
    assert [item["due"] for item in filled["pinned"]] == ["2026-12-14"]
    assert printed("set", "set", "acme", "Rate=85", "-n")["moved"] == []
    fields = {field["label"]: field for field in printed("show", "show", "acme")["fields"]}
    assert (fields["Rate"]["value"], fields["Notes"]["value"]) == ("85%", None)


def test_lines_written() -> None:
    customer(text=DATED)
    assert printed("reads", "note", "acme", "late", "They want it first")["kind"] == "note"
    assert printed("reads", "add", "acme", "Book the venue", "--in", "Start")["reads"] == ["- [ ] Book the venue"]
    printed("reads", "decision", "add", "acme", "Start small", "--by", "Ann")
    printed("error", "risk", "add", "acme", "No admin", "--mitigation", "x", status=2)
    put(
        "customers/beta.md",
        DATED.replace("Mitigation |", "Mitigation | Status |").replace("---|\n| No", "---|---|\n| No"),
    )
    printed("reads", "risk", "add", "beta", "No time", "--impact", "Low", "--dry-run")
    printed("reads", "risk", "add", "beta", "No time", "--impact", "Low")
    printed("reads", "risk", "close", "beta", "2")


def test_settings() -> None:
    put("onbo.toml", "[calendar]\nholidays = [2026-12-25]\n[git]\ncommit = false\n")
    assert printed("config", "config")["root"] == os.getcwd()


def test_registers() -> None:
    customer(text=DATED)
    [risk] = printed("register", "risk", "list", "acme")["risks"]
    assert risk == {"number": 1, "line": 28, "risk": "No admin", "impact": "High", "mitigation": None}
    [decision] = printed("register", "decision", "list", "acme")["decisions"]
    assert (decision["date"], decision["by"]) == ("2026-12-01", None)
    onbo("new", "globex", "--segment", "enterprise")
    assert printed("register", "risk", "list", "globex")["risks"] == []
    printed("reads", "risk", "add", "globex", "No admin")
    [risk] = printed("register", "risk", "list", "globex")["risks"]
    assert (risk["risk"], risk["mitigation"], risk["status"]) == ("No admin", None, "Open")


@pytest.mark.parametrize("text", ["", "# Acme\n", "- [ ] a\n", DATED])
def test_exported(text: str) -> None:
    assert printed("export", "export")["customers"] == []
    customer(text=text)
    [acme] = printed("export", "export", "--format", "json")["customers"]
    assert [item["text"] for item in acme["items"]] == [
        item["text"] for item in printed("show", "show", "acme")["items"]
    ]
    lines = onbo("export", "--format", "jsonl").out.splitlines()
    assert len(lines) == len(acme["items"])
    for line in lines:
        check("export-item", json.loads(line))
    customer("beta", "\ufeff\0")
    printed("error", "export", "--format", "json", "--bom", status=2)


def test_archived() -> None:
    customer(text=DATED)
    printed("archive", "archive", "acme", "--dry-run")
    assert printed("archive", "archive", "acme")["to"] == "customers/archive/acme.md"
    printed("archive", "archive", "customers/archive/acme.md", "--undo")


def test_gate() -> None:
    customer(text=DATED)
    assert [c["result"] for c in printed("gate", "gate", "acme")["criteria"]] == ["unknown", "pass"]
    onbo("new", "globex", "--segment", "enterprise", "--kickoff", "2026-12-01", "--set", "Activation Rate=70")
    results = [criterion["result"] for criterion in printed("gate", "gate", "globex", "--strict", status=1)["criteria"]]
    assert set(results) == {"fail", "unknown"}


def test_lint() -> None:
    customer(text=f"{DATED}\n- []Call\n")
    found = printed("lint", "lint", status=1)
    assert (found["errors"], [f["code"] for f in found["findings"] if f["fixable"]]) == (1, ["ONB101"])
    printed("lint", "lint", "--fix")


def test_a_file_that_cannot_be_read() -> None:
    customer(text=DATED)
    Path("customers/beta.md").write_bytes(b"\xff\xfea")
    put("customers/gamma.md", "---\na: [\n---\n- [ ] a\n")
    rows = printed("status", "status", status=3)["customers"]
    assert [(row["state"], bool(row["error"])) for row in rows] == [
        (None, True),
        ("off track", False),
        ("unscheduled", True),
    ]
    printed("next", "next", status=3)
    printed("lint", "lint", status=3)
    for words in (("status", "beta"), ("show", "beta"), ("gate", "beta"), ("check", "beta", "1.1"), ("archive",)):
        printed("error", *words, status=2 if words == ("archive",) else 3)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("status", "nobody"), 2),
        (("show", "acme", "zebra"), 2),
        (("check", "acme", "e"), 2),
        (("gate", "acme", "--bad"), 2),
        (("set", "acme", "Rate=180"), 2),
        (("set", "acme", "Zebra=1"), 2),
        (("check", "acme", "late", "--expect", "other"), 4),
        (("risk", "close", "acme", "9"), 2),
        (("lint", "--format", "xml"), 2),
    ],
)
def test_errors(words: tuple[str, ...], status: int) -> None:
    customer(text=DATED)
    assert printed("error", *words, status=status)["status"] == status


def test_a_conflict() -> None:
    customer(text=f"<<<<<<< a\n=======\n>>>>>>> b\n{DATED}")
    assert printed("error", "check", "acme", "late", status=4)["line"] == 1


def test_templates_and_updates() -> None:
    put("customers/raw.md", "- [ ] a\n")
    assert printed("outdated", "outdated")["customers"] == []
    onbo("init")
    onbo("new", "acme", "--segment", "mid-market", "--template", "30-day")
    assert {entry["origin"] for entry in printed("template", "template", "list")["templates"]} >= {
        "templates/30-day.md"
    }
    for name in ("30-day", "90-day", "essentials"):
        assert printed("template", "template", "show", name)["sections"]
    path = Path("templates/30-day.md")
    text = path.read_text("utf-8").replace("- [ ] Review contract for", "- [ ] Read the contract for")
    path.write_text(text.replace('version: "1.0"\n', "").replace("**CSM:** [CSM Name]\n", ""), "utf-8")
    assert {entry["action"] for entry in printed("template", "template", "diff", "30-day")["differences"]} == {
        "reworded",
        "field removed",
    }
    [late] = printed("outdated", "outdated", status=1)["customers"]
    assert (late["slug"], len(late["to"])) == ("acme", 12)
    assert printed("update", "update", "--all", "--dry-run")["customers"][0]["conflicts"] == []
    assert printed("update", "update", "acme")["customers"][0]["decisions"]
    printed("error", "update", "raw", status=2)
    printed("error", "template", "diff", "30-day", "--from", "f00", status=2)


def test_undone_and_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}")
    assert printed("undo", "undo")["path"] is None
    onbo("new", "acme")
    onbo("check", "acme", "1.1.1")
    assert [entry["command"] for entry in printed("undo-list", "undo", "--list")["commands"]] == [
        "check acme 1.1.1",
        "new acme",
    ]
    ticked = {"path": "customers/acme.md", "action": "restored", "to": None}
    for dry_run in (True, False):
        undone = printed("undo", "undo", *["--dry-run"] * dry_run)
        assert undone.pop("when")
        assert undone | {"today": ""} == {
            "schema": 1,
            "kind": "undo",
            "today": "",
            "path": "customers/acme.md",
            "removed": False,
            "dry_run": dry_run,
            "command": "check acme 1.1.1",
            "files": [ticked],
        }
    assert printed("undo", "undo")["removed"] is True
    assert printed("undo-list", "undo", "--list")["commands"] == []
    onbo("new", "acme")
    onbo("archive", "acme")
    assert printed("undo", "undo")["files"] == [
        {"path": "customers/archive/acme.md", "action": "moved", "to": "customers/acme.md"}
    ]
    assert not printed("doctor", "doctor", status=1)["checks"][0]["ok"]
    git("init", "--quiet")
    onbo("init", "--git")
    assert [check["hint"] for check in printed("doctor", "doctor")["checks"][:3]] == [None, None, None]


def test_history() -> None:
    git("init", "--quiet", "--initial-branch=main")
    customer(text=DATED)
    assert printed("log", "log")["notes"] == ["nothing is committed yet, so nothing is known of what happened when"]
    git("add", ".")
    git("commit", "--quiet", "--message", "Begin")
    onbo("check", "acme", "late")
    assert [entry["before"] for entry in printed("log", "log")["transitions"]] == ["open", None, None, None]
    assert printed("status", "status")["customers"][0]["last_change"] == "2026-12-12"
    customer("beta", DATED.replace("- [~] none", "- [~] nothing"))
    git("add", ".")
    git("commit", "--quiet", "--message", "Beta")
    assert onbo("check", "beta", "1.1.1").status == 0
    report = printed("report", "report", "--since", "2026-01-01")
    assert [name for name, value in report.items() if not value] == ["notes"]
    printed("error", "log", "--since", "once", status=2)


def test_shared() -> None:
    customer(text=DATED)
    shared = printed("share", "share", "acme", "--no-template")
    assert [phase["title"] for phase in shared["phases"]] == ["", "Start"]
    assert {item["state"] for item in shared["phases"][1]["items"]} == {"done", "overdue", "due soon", "n/a"}
    assert [step["waiting"] for step in shared["waiting"]] == ["you"]
    for segment in ("enterprise", "smb"):
        onbo("new", segment, "--segment", segment)
        assert printed("share", "share", segment)["phases"]
        assert {part["shown"] for part in printed("share-explain", "share", segment, "--explain")["parts"]} == {
            True,
            False,
        }
    printed("error", "share", "acme", "-o", "a.html", status=2)


def test_every_schema_was_used() -> None:
    """Runs last, as it stands last; alone it has nothing to say."""
    if len(USED) > 3:
        assert {*SCHEMAS} == USED
