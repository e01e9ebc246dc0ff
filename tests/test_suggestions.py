"""Each result says what to do next, and what it says can be done."""

import re
import shlex
from pathlib import Path

import pytest

from onbo.cli.catalog import command_names
from runner import onbo
from workspace import customer, git, put

# Commands that end a piece of work, and why they suggest nothing.
SILENT = {
    "board": "is a screen of its own",
    "merge": "is run by git",
    "export": "hands its result to another program",
    "share": "makes a page for somebody else",
    "doctor": "says for each check what to run",
    "config": "is no step of any work",
    "completion": "prints a script",
    "agents": "prints a page",
}
WROTE = [
    (["init"], "onbo status"),
    (["init", "there"], "onbo new acme --segment smb"),
    (["new", "beta", "--segment", "enterprise"], "onbo status beta, then onbo check beta 1.1.1"),
    (["check", "acme", "1.1"], "onbo check acme 2.1   (Users can log in)"),
    (["uncheck", "acme", "1.2"], "onbo check acme 1.1   (Invite the users)"),
    (["check", "done", "1.1"], "onbo archive done   (nothing is open)"),
    (["skip", "acme", "1.1", "--why", "x"], "onbo check acme 2.1   (Users can log in)"),
    (["wait", "acme", "1.1", "--on", "customer"], "onbo check acme 2.1   (Users can log in)"),
    (["assign", "acme", "1.1", "@ann"], "onbo check acme 1.1   (Invite the users)"),
    (["due", "acme", "1.1", "fri"], "onbo check acme 1.1   (Invite the users)"),
    (["add", "acme", "x", "--in", "1"], "onbo show acme"),
    (["note", "acme", "1.1", "x"], "onbo show acme"),
    (["set", "acme", "CSM=Ann"], "onbo status acme"),
    (["risk", "add", "globex", "x"], "onbo risk list globex"),
    (["decision", "add", "globex", "x"], "onbo decision list globex"),
    (["archive", "acme"], None),
    (["undo"], "onbo status"),
    (["outdated"], "onbo update --all --dry-run"),
    (["update", "globex"], "onbo status"),
    (["update", "globex", "--dry-run"], "the same without --dry-run"),
    (["template", "import", "plan.txt"], "the same with -o templates/NAME.md"),
    (["template", "import", "plan.txt", "-o", "templates/plan.md"], "onbo lint templates/plan.md"),
]
READ = [
    (["status"], "onbo next, or onbo status CUSTOMER"),
    (["status", "acme"], "onbo next acme"),
    (["show", "acme"], "onbo check acme 1.1"),
    (["show", "acme", "2"], "onbo check acme 2.1"),
    (["next", "acme"], "onbo check acme 1.1"),
    (["next", "--owner", "nobody"], "onbo status"),
    (["gate", "acme"], "onbo check acme 2.1"),
    (["gate", "globex"], "onbo fill globex"),
    (["lint", "acme"], "onbo status"),
    (["lint", "bad"], "onbo lint --fix --dry-run"),
    (["log"], "onbo report"),
    (["log", "acme"], "onbo status --as-of DATE"),
    (["report"], "onbo next"),
    (["risk", "list", "globex"], "onbo risk add globex ...   (onbo risk add --help has examples)"),
    (["template", "list"], "onbo template show 30-day"),
    (["template", "show", "90-day"], "onbo new NAME --template 90-day"),
    (["template", "diff", "90-day"], "onbo outdated"),
]


@pytest.fixture(autouse=True)
def plans() -> None:
    git("init", "-q")
    customer()
    customer("done", "## A\n\n- [ ] a\n- [x] b\n")
    customer("bad", "## A\n\n-[ ] a\n- [ ] b\n")
    put("plan.txt", "Setup\n- Invite\n- Configure\n")
    assert onbo("new", "globex", "--segment", "enterprise").status == 0
    assert onbo("init", "elsewhere").status == 0
    template = Path("elsewhere/templates/90-day.md")
    put("templates/90-day.md", template.read_text("utf-8").replace("kickoff meeting with", "kickoff with"))
    git("add", "-A")
    git("commit", "-qm", "plans")


def named(value: list[str] | str | None) -> str:
    return " ".join(value) if isinstance(value, list) else "then"


def next_of(said: str) -> str | None:
    found = re.findall(r"^next: (.*)$", said, re.MULTILINE)
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize(("words", "expected"), WROTE, ids=named)
def test_after_a_write(words: list[str], expected: str | None) -> None:
    assert next_of(onbo(*words).err) == expected
    if words != ["init", "there"]:
        _follow(expected)


@pytest.mark.parametrize(("words", "expected"), READ, ids=named)
def test_after_a_look_where_a_person_looks(words: list[str], expected: str) -> None:
    assert next_of(onbo(*words, screen=True, env={"NO_COLOR": "1"}).err) == expected
    assert "next: " not in onbo(*words).both
    assert "next: " not in onbo(*words, "-q", screen=True).both
    _follow(expected)


def _follow(suggested: str | None) -> None:
    """Run what is suggested, where it names no word to put in."""
    for command in re.split(r", (?:then|or) ", (suggested or "").partition("   (")[0]):
        if command.startswith("onbo ") and not re.search(r"\b[A-Z]{4,}\b|\.\.\.|^onbo (?:fill|edit)", command):
            assert onbo(*shlex.split(command)[1:]).status in (0, 1), command


def test_nothing_is_suggested_in_json_or_when_quiet() -> None:
    for words in (["check", "acme", "1.1"], ["note", "acme", "1.1", "x"], ["risk", "add", "globex", "x"], ["undo"]):
        assert "next: " not in onbo(*words, "--json", screen=True).both
        assert "next: " not in onbo(*words, "-q").both


def test_commands_that_suggest_nothing_say_why() -> None:
    suggesting = {words[0] for words, _ in (*WROTE, *READ)}
    by_others = {"edit", "fill", "resolve"}  # at a terminal, or in a conflict: see the tests of these
    assert suggesting | by_others | SILENT.keys() == set(command_names())
