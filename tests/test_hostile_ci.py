"""In the log of a CI service no text of a file, a name or the environment is a command, whatever prints it."""

import csv
import html
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onbo.present.ci import GUARDS, without_commands
from onbo.present.export.csv import inert
from runner import onbo
from workspace import customer, git, put

# Traced, it would take twice as long, and it reaches no line that others do not.
pytestmark = pytest.mark.no_cover

SERVICES = ("GITHUB_ACTIONS", "TF_BUILD")
COMMANDS = (
    "::error file=x::y",
    "  ::set-output name=a::b",
    "\t::warning::w",
    "\u3000\u00a0::debug::w",
    ":::error::x",
    "a\r::error::b",
    "a\x0b::error::b",
    "a\x85::error::b",
    "a\u2028::error::b",
    "a ##[group]b",
    "###[error]b",
    "##vso[task.setvariable variable=a]b",
    "a ##VSO[task.complete]b",
    "words to be broken before a colon at whatever width " * 3 + "::error::wrapped",
)
# What can be part of a file's name.
NAMES = ("::error::slug", "a ##[group]slug", "a ##vso[task.x]slug", " ::warning::slug")


def obeyed(output: str) -> list[str]:
    """The lines that a runner may take for a command, judged as it does: it ends lines at CR too."""
    return [
        line
        for line in re.split("\r\n|\n|\r", output)
        if line.lstrip().startswith("::") or "##[" in line or "##vso[" in line.casefold()
    ]


def plan(text: str) -> str:
    quoted = json.dumps(text)
    return f"""\
---
template: {quoted}
version: {quoted}
base: abc
internal: [{quoted}]
customer_id: {quoted}
---
# {text}

**Customer:** {text}
**Segment:** {text}
**CSM:** {text}
**{text}:** {text}
**Kickoff Date:** 2026-12-01
**Go-Live Date:** {text}

## {text} (Day 1-5)

- [ ] {text}
  > {text}
- [ ] {text} due:2026-12-01 waiting:it
- [x] {text}
- [~] Import (n/a: {text})
- [-] {text}

## Risks

| Risk | Impact | Mitigation | Status |
|---|---|---|---|
| {text} | High | {text} | Open |

| Date | Decision | By |
|---|---|---|
| 2026-12-02 | {text} | {text} |

## Gate

- [ ] {text}
"""


@pytest.fixture
def workspace(own_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in which everything that has a name or a text would like to be a command."""
    place = own_directory / "::notice::w ##[group]"
    place.mkdir()
    monkeypatch.chdir(place)
    git("init", "--quiet", "--initial-branch=main")
    for number, text in enumerate(COMMANDS):
        customer(f"c{number}", plan(text))
        customer(f"s{number}", plan(text).split("---\n", 2)[2])
    for name in NAMES:
        customer(name, plan(name))
        put(f"templates/{name}.md", plan(name))
    put("customers/archive/::error::old.md", plan("::error::old"))
    put("list.txt", "".join(f"{text}\n\n- {text}\n" for text in COMMANDS))
    git("add", ".")
    for text in ("::error::subject", "##[group]subject"):
        git("-c", f"user.name={text}", "commit", "--quiet", "--allow-empty", f"--author={text} <a@b>", "-m", text)
    return place


READING = (
    *(
        ["status"],
        ["status", "--all", "--explain"],
        ["status", "--json"],
        ["status", "c0"],
        ["status", "--as-of", "HEAD"],
    ),
    *(["show", "c0"], ["show", "c0", "1.1"], ["show", "c0", "--json"], ["next"], ["next", "c0", "--json"]),
    *(["gate", "c0"], ["gate", "c0", "--json"], ["lint"], ["lint", "--json"], ["lint", "--format", "github"]),
    *(["risk", "list", "c0"], ["decision", "list", "c0"], ["log"], ["log", "c0", "--json"], ["log", "--author", "::"]),
    *(["report"], ["report", "--json"], ["report", "--html", "-"], ["outdated"], ["update", "--check"]),
    *(
        *(
            ["share", f"s{n}", "--no-template", *more]
            for n in (0, 1, 9, 11, 13)
            for more in ([], ["--json"], ["--format", "md"])
        ),
        ["config", "--all"],
    ),
    *(["export", "--format", form] for form in ("csv", "html", "ics", "json", "jsonl", "xlsx")),
    *(["template", "list"], ["template", "show", NAMES[0]], ["template", "diff", NAMES[0]], ["doctor"], ["agents"]),
    *(["template", "import", "list.txt"], ["undo", "--list"], ["undo", "-n"], ["completion", "bash"]),
    *(["--help"], ["check", "--help"], ["--version"]),
)
FAILING = (
    *(["status", "::error::nobody"], ["show", "c0", "::error::x"], ["check", "c0", "##[group]"], ["::error::x"]),
    *(["status", "--::error::x"], ["status", "--sort", "::error::x"], ["--today", "::error::x", "status"]),
    *(["-C", "::error::x", "status"], ["check", "c0", "1.1", "--expect", "::error::x"], ["new", "::error::x"]),
    *(["new", "x", "--template", "::error::x"], ["log", "--since", "##[group]"], ["export", "--format", "##[x]"]),
    *(
        ["set", "c0", "##[group]=1"],
        ["set", "c0", "::error::=1"],
        ["status", "--as-of", "::error::"],
        ["resolve", "c0"],
    ),
    *(["gate", "c0", "--strict"], ["template", "import", "::error::none"], ["merge", "::a", "##[b]", "::c"]),
)
WRITING = (
    *(["check", "c0", "1.1", "-n"], ["check", "c0", "1.1"], ["uncheck", "c0", "1.3"], ["undo"]),
    *(["skip", "c0", "1.1", "--why", "::error::no"], ["wait", "c0", "1.2", "--on", "::error::it"]),
    *(["assign", "c0", "1.1", "@ann"], ["due", "c0", "1.1", "2026-12-24", "-n"], ["note", "c0", "1.1", "::error::n"]),
    *(["add", "c0", "::error::Book", "--in", "1", "-n"], ["add", "c0", "##[group]Book", "--in", "1"]),
    *(["set", "c0", "CSM=::error::Ann"], ["risk", "add", "c0", "::error::r"], ["decision", "add", "c0", "##[group]"]),
    *(["new", "Beta", "--template", "90-day"], ["archive", "c1"], ["archive", "c1", "--undo"], ["lint", "--fix"]),
    *(["check", "c2", "1.1", "--commit"], ["template", "import", "list.txt", "-o", "templates/made.md"]),
    *(
        ["export", "-o", "##[group].csv"],
        ["share", "s0", "--no-template", "-o", "::error::.html"],
        ["update", "c0", "-n"],
    ),
)
SHOWN: dict[str, dict[str, Any]] = {
    "pipe": {},
    "screen": {"screen": True},
    "narrow": {"screen": True, "columns": 30},
    "narrower": {"screen": True, "columns": 9},
}


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("shown", SHOWN)
def test_no_output_is_a_command(service: str, shown: str) -> None:
    for words in (*READING, *FAILING, *WRITING):
        for slug in ("c0", "c9", "c11", "c13", NAMES[0]) if words in READING[:16] and "c0" in words else ("c0",):
            given = [slug if word == "c0" else word for word in words]
            said = (
                onbo(*given, env={service: "true"}, **SHOWN[shown]) if words[-1] != "xlsx" else binary(given, service)
            )
            ours = words[1:] == ["--format", "github"]  # these are commands, each of them ours
            found = [line for line in obeyed(said.both) if not (ours and OURS.fullmatch(line))]
            assert found == [], (given, found)
            assert "onbo itself failed" not in said.both


OURS = re.compile(r"::(?:error|warning) file=[^:,]*(?:,line=\d+,title=ONB\d+)?::(?:(?!##\[|##vso\[).)*", re.IGNORECASE)


def binary(words: list[str], service: str) -> "Said":
    program = [sys.executable, "-c", "from onbo.cli.start import main; main()", *words]
    done = subprocess.run(program, capture_output=True, check=False, env=os.environ | {service: "true"})
    assert done.returncode == 0
    return Said(done.stderr.decode())


class Said:
    def __init__(self, both: str) -> None:
        self.both = both


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("service", SERVICES)
def test_prompts_are_no_commands(service: str) -> None:
    for typed, words in (
        ("77\n\n", ["check", "c0"]),
        ("n\n", ["check", "c0", "::errr::x"]),
        ("::error::x\n" * 9, ["fill", "c0"]),
        ("::error::x\nBeta\n\n##[group]\n\n\n", ["new"]),
    ):
        said = onbo(*words, stdin=typed, tty=True, env={service: "true"})
        assert obeyed(said.both) == [], words


@pytest.mark.usefixtures("workspace")
def test_bad_files_and_settings_are_no_commands() -> None:
    put("customers/::error::bad.md", "")
    Path("customers/::error::bad.md").write_bytes(b"\xff\xfe::error::")
    Path("customers/##[group]link.md").symlink_to("/nowhere")
    for words in (["status"], ["next"], ["lint"], ["lint", "--format", "github"], ["export", "--format", "csv"]):
        said = onbo(*words, env={"GITHUB_ACTIONS": "true"})
        assert said.status in (1, 3)
        assert [line for line in obeyed(said.both) if not OURS.fullmatch(line)] == []
    for text in (
        "::error::x",
        "[status]\n'::error::x' = 1\n",
        "[status]\nat_risk = '##[group]'\n",
        "[templates]\nsmb = '::error::'\n'##[group]' = 'x'\n",
        "'::error::x' = 1\n",
    ):
        put("onbo.toml", text)
        for words in (["status"], ["config"], ["config", "--json"], ["new", "x", "--segment", "smb"]):
            said = onbo(*words, env={"GITHUB_ACTIONS": "true"})
            assert obeyed(said.both) == [], (text, words)


@pytest.mark.usefixtures("workspace")
def test_the_environment_is_no_command() -> None:
    for name in ("ONBO_TODAY", "ONBO_EDITOR", "ONBO_SEED", "COLUMNS", "TERM", "XDG_STATE_HOME", "HOME"):
        for text in ("::error::x", "##[group]x", "/::error::x", "\n::error::'"):
            for words in (["status"], ["config"], ["edit", "c0"], ["check", "c0", "1.1"]):
                said = onbo(*words, env={name: text, "GITHUB_ACTIONS": "true"})
                assert obeyed(said.both) == [], (name, words)


def run(*words: str, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    program = [os.path.join(os.path.dirname(sys.executable), words[0]), *words[1:]]
    return subprocess.run(program, capture_output=True, check=False, env=os.environ | environment)


@pytest.mark.usefixtures("workspace")
def test_hooks_the_merge_driver_completion_and_tracebacks() -> None:
    hook = Path(".git/hooks/pre-commit")
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nprintf '::error::hook\\n##[group]hook\\rx\\r::error::y\\n'\nexit ${HOOK:-0}\n")
    hook.chmod(0o755)
    for number in ("0", "7"):
        done = run("onbo", "check", "c0", "1.1", "--commit", GITHUB_ACTIONS="true", HOOK=number)
        assert b"error" in done.stderr
        assert obeyed((done.stdout + done.stderr).decode()) == []
    for name, value in (("base", "[Name]"), ("ours", "##[group]"), ("theirs", "##vso[x]")):
        put(name, f"**::error::##[x]:** {value}\n\n- [ ] ##[group]a\n")
    for words in (
        ["base", "ours", "theirs"],
        ["base", "::ours", "theirs"],
        ["base", "ours", "theirs", "7", "##[group]"],
    ):
        done = run("onbo-merge", *words, GITHUB_ACTIONS="true")
        assert done.stderr
        assert obeyed(done.stderr.decode()) == []
    for words in (["status", ""], ["show", "c0", ""], ["set", "c0", ""], ["new", "x", "--template", ""]):
        offered = run("onbo-complete", "onbo", *words).stdout.decode()
        assert obeyed(offered) != [] or "c0" in words
        done = run("onbo-complete", "onbo", *words, GITHUB_ACTIONS="true")
        assert obeyed(done.stdout.decode()) == []
        assert done.stderr == b""
    done = run("onbo", "status", "x\n::error::y ##[group]", GITHUB_ACTIONS="true", ONBO_DEBUG="1")
    assert b"Traceback" in done.stderr
    assert obeyed((done.stdout + done.stderr).decode()) == []


@pytest.mark.usefixtures("workspace")
def test_a_file_that_stdout_goes_to_gets_the_text_as_it_is() -> None:
    script = os.path.join(os.path.dirname(sys.executable), "onbo")
    for words in ("export --format csv", "export --format ics", "template import list.txt", "share s0 --no-template"):
        made = []
        for service in ("", "true"):
            env = os.environ | {"GITHUB_ACTIONS": service}
            subprocess.run(["sh", "-c", f"{script} {words} > out"], check=True, capture_output=True, env=env)
            made.append(Path("out").read_bytes())
        assert made[0] == made[1], words
        assert obeyed(Path("out").read_text()) or words.startswith("share")


def test_what_is_changed_is_said() -> None:
    put("customers/acme.md", "- [ ] a ##[group]b\n")
    for form, changed in (("csv", True), ("ics", False), ("json", False), ("jsonl", False), ("html", False)):
        said = onbo("export", "--format", form, env={"GITHUB_ACTIONS": "true"})
        assert ("warning: a backslash was put into" in said.err) is changed, form
    assert "a #\\#[group]b" in onbo("export", "--format", "csv", env={"GITHUB_ACTIONS": "true"}).out


def test_a_binary_that_would_be_a_command_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    customer()
    from onbo.cli.terminal import Terminal
    from onbo.errors import UnacceptableError

    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    with pytest.raises(UnacceptableError):
        list(Terminal()._without_commands([b"PK\x00\n ::error::x\n"], "binary"))
    assert (
        b"".join(Terminal()._without_commands([b"PK", b"#\x00\n", b"##[\x00 ::"], "binary")) == b"PK#\x00\n##[\x00 ::"
    )


# --- Any text ---

ANY = st.text(st.sampled_from("::::##[[]vsoVSO \t\r\n\x0b\x85\u2028\u3000ae\\\"',;|&<"), max_size=40)


def unfolded(text: str) -> str:
    return text.replace("\r\n ", "")


@given(ANY)
def test_no_text_gets_through_a_guard(text: str) -> None:
    assert obeyed(without_commands(text)) == []
    for form, guard in GUARDS.items():
        quoted = json.dumps(text) if form.startswith("json") else html.escape(text) if form == "html" else text
        guarded = guard.apply(quoted)
        assert obeyed(guarded) == [], form
        if form.startswith("json"):
            assert json.loads(guarded) == text
        if form == "html":
            assert html.unescape(guarded) == text
        if form == "ics":
            assert unfolded(guarded) == unfolded(text)


@given(ANY, ANY)
def test_any_text_in_any_export(first: str, second: str) -> None:
    """All that a file can hold: without line ends, and as front matter with them."""
    flat = " ".join(second.split())
    put(
        "customers/x.md",
        f"---\ntemplate: {json.dumps(first)}\n---\n**Customer:** {flat}\n\n## S {flat}\n\n- [ ] {flat} due:2026-12-24\n",
    )
    for form in ("csv", "html", "ics", "json", "jsonl"):
        said = onbo("export", "--format", form, env={"GITHUB_ACTIONS": "true"})
        assert obeyed(said.both) == [], form
    said = onbo("export", "--format", "jsonl", env={"GITHUB_ACTIONS": "true"})
    if said.out:
        assert json.loads(said.out.split("\n")[0])["template"] in (first, first or None)


@pytest.mark.parametrize("slug", NAMES)
def test_a_row_of_csv_that_begins_with_a_colon_is_quoted_and_the_same(slug: str) -> None:
    customer(slug)
    plain = onbo("export", "--format", "csv").out
    assert not any(line.lstrip().startswith("::") for line in plain.split("\n"))
    assert next(csv.DictReader(io.StringIO(plain)))["customer"] == inert(slug)
