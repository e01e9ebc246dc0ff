"""What holds for every command: options, errors, exit status, and what reaches the terminal."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from onbo.cli import catalog
from onbo.errors import OnboError
from onbo.present.text import visible
from runner import onbo
from workspace import PLAN, customer, put

PROGRAM = str(Path(sys.executable).with_name("onbo"))
COMMANDS = catalog.command_names()


# --- the installed program ---


def test_the_installed_program() -> None:
    done = subprocess.run([PROGRAM, "new", "Zoë", "--segment", "smb"], capture_output=True, check=True)
    assert done.stdout.decode() == "made customers/zoe.md from essentials: 0 / 30 done, 3 fields to fill\n"
    done = subprocess.run(
        [PROGRAM, "status", "zoe"],
        capture_output=True,
        check=True,
        env={**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
    )
    assert done.stdout.decode().startswith("Zoë · SMB · essentials")
    done = subprocess.run([PROGRAM, "check", "zoe", "9.9"], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")


def test_a_reader_that_has_enough_gets_no_error_message() -> None:
    customer(text="".join(f"- [ ] item {n}\n" for n in range(20_000)))
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; '{PROGRAM}' show acme | head -1"], capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (141, b"acme  0 / 20000 done\n", b"")


def test_a_directory_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    said = onbo("status")
    assert (said.status, said.err) == (5, "error: the current directory is gone; change to one that is there\n")


# --- help and version ---


def test_help_without_arguments() -> None:
    for words in ([], ["--help"], ["-h"]):
        said = onbo(*words)
        assert (said.status, said.err) == (0, "")
        assert all(f"  {name} " in said.out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command(name: str) -> None:
    said = onbo(name, "-h")
    assert (said.status, said.err) == (0, "")
    assert catalog.summary(name) in " ".join(said.out.split())


def test_version() -> None:
    from onbo import __version__

    assert onbo("--version").out == f"onbo {__version__}\n"


# --- exit status ---


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["check", "acme", "1.1"], 0),
        (["check", "acme", "1.2"], 0),
        (["status"], 0),
        (["new", "b", "--kickoff", "2026-12-01", "--set", "Target First Value Date=2027-06-01"], 1),
        (["check", "nobody", "1.1"], 2),
        (["check", "acme", "9.9"], 2),
        (["new", "b", "--template", "none"], 2),
        (["new", "b", "--set", "None=1"], 2),
        (["new", "b", "--kickoff", "never"], 2),
        (["new", "acme"], 2),
        (["check", "acme"], 2),
        (["skip", "acme", "1.1"], 2),
        (["frob"], 2),
        (["check", "--frob"], 2),
        (["--color", "blue", "status"], 2),
        (["status", "--state", "happy"], 2),
        (["-C"], 2),
        (["check", "utf16", "1.1"], 3),
        (["check", "acme", "1.1", "--expect", "x"], 4),
        (["check", "torn", "0.1"], 4),
    ],
)
def test_exit_status(words: list[str], status: int) -> None:
    customer()
    if words[1:2] == ["utf16"]:
        Path("customers/utf16.md").write_bytes(PLAN.encode("utf-16"))
    customer("torn", "- [ ] a\n\n<<<<<<< a\n=======\n>>>>>>> b\n")
    said = onbo(*words)
    assert said.status == status
    assert ("error: " in said.err) is bool(status)
    assert "Traceback" not in said.both


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ["status", "x", "--json"],
            {"status": 2, "message": "there is no customer 'x'", "path": None, "line": None, "hint": "available: acme"},
        ),
        (
            ["check", "acme", "1.1", "--expect", "x", "--json"],
            {
                "status": 4,
                "message": "1.1 is 'Invite the users', not 'x'",
                "path": "customers/acme.md",
                "line": 9,
                "hint": None,
            },
        ),
        (
            ["status", "--frob", "--json"],
            {
                "status": 2,
                "message": "no such option: --frob",
                "path": None,
                "line": None,
                "hint": "`--help` lists them; put -- before a text that begins with a dash",
            },
        ),
    ],
)
def test_errors_as_json(words: list[str], expected: dict[str, object]) -> None:
    customer()
    said = onbo(*words)
    assert said.status == expected["status"]
    assert json.loads(said.out) == {"schema": 1, "kind": "error", "choices": [], **expected}
    assert said.err.startswith("error: ")
    assert str(expected["message"]) in said.err


def test_ambiguous_as_json_lists_the_choices() -> None:
    customer(text="- [ ] call a\n- [ ] call b\n")
    assert json.loads(onbo("check", "acme", "call", "--json").out)["choices"] == ["0.1  call a", "0.2  call b"]


def test_an_error_of_our_own_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by \x1b zero")

    monkeypatch.setattr("onbo.effects.workspace.Workspace.customers", broken)
    said = onbo("status")
    assert said.status == 5
    assert (
        said.err
        == "error: onbo itself failed (ZeroDivisionError: by \\x1b zero); please report it; ONBO_DEBUG=1 shows where\n"
    )
    with pytest.raises(ZeroDivisionError):
        onbo("status", env={"ONBO_DEBUG": "1"})


def test_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("onbo.effects.workspace.Workspace.customers", interrupted)
    said = onbo("status")
    assert (said.status, said.both.strip()) == (130, "")


def test_every_kind_of_error_has_its_own_status() -> None:
    statuses = [kind.status for kind in OnboError.__subclasses__()]
    assert sorted(statuses) == [1, 2, 3, 4, 5]


# --- options of onbo itself ---


def test_global_options_stand_anywhere() -> None:
    customer("acme", "**Kickoff Date:** 2026-12-01\n\n- [ ] a\n")
    first = onbo("--today", "2026-12-03", "status", "acme").out
    for words in (["status", "--today", "2026-12-03", "acme"], ["status", "acme", "--today=2026-12-03"]):
        assert onbo(*words).out == first
    assert "day 3" in first
    assert onbo("status", "acme", "--today").status == 2


def test_what_stands_behind_two_dashes_is_no_option() -> None:
    customer(text="- [ ] -q is quiet\n")
    assert onbo("check", "acme", "--", "-q").out == "[x] 0.1 -q is quiet\n1 / 1 done\n"


def test_today_from_option_environment_and_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    def today(*words: str) -> str:
        return str(json.loads(onbo("status", "--json", *words).out)["today"])

    assert today() == "2026-12-12"
    assert today("--today", "2027-01-02") == "2027-01-02"
    monkeypatch.delenv("ONBO_TODAY")
    assert abs((date.fromisoformat(today()) - date.today()).days) <= 1  # noqa: DTZ011


def test_a_wrong_today_names_its_source() -> None:
    customer()
    said = onbo("status", env={"ONBO_TODAY": "yesterday"})
    assert (said.status, said.err) == (2, "error: ONBO_TODAY: 'yesterday' is no date; write 2026-03-12\n")
    assert onbo("status", "--today", "2026-13-01").err.startswith("error: --today: '2026-13-01' is no date")


def test_another_directory() -> None:
    put("ws/customers/acme.md", PLAN)
    said = onbo("-C", "ws", "check", "acme", "1.1", "--json")
    assert json.loads(said.out)["path"] == "ws/customers/acme.md"
    assert "- [x] Invite" in Path("ws/customers/acme.md").read_text()
    assert onbo("status", "-C", "none").err == "error: -C none: there is no such directory\n"


def test_the_root_is_where_the_settings_are(monkeypatch: pytest.MonkeyPatch) -> None:
    put("onbo.toml", "")
    customer()
    Path("a/b").mkdir(parents=True)
    monkeypatch.chdir("a/b")
    assert onbo("check", "acme", "1.1", "--json").out.find('"path": "../../customers/acme.md"') > 0


def test_quiet_leaves_results_and_errors() -> None:
    customer()
    assert onbo("check", "acme", "1.1", "-q") == (
        0,
        *["[x] 1.1 Invite the users <!-- id=invite -->\n2 / 4 done (1 n/a)\n", ""],
        "[x] 1.1 Invite the users <!-- id=invite -->\n2 / 4 done (1 n/a)\n",
    )
    assert onbo("check", "acme", "9.9", "--quiet").err.startswith("error: ")


# --- settings ---


def test_settings() -> None:
    put(
        "onbo.toml",
        '[fields]\n"Kickoff Date" = "Start"\n[templates]\nsmb = "90-day"\ndefault = "essentials"\n'
        "[status]\nat_risk = 0.5\noff_track = 1\ndue_soon = 10\nfirst_value_days = 60\n"
        '[calendar]\nroll = "back"\nweekend = ["fri", "sat"]\nholidays = [2026-12-24]\n[git]\ncommit = false\n',
    )
    customer(text="**Start:** 2026-12-01\n\n## A (Days 1-25)\n\n- [ ] a\n- [ ] b due:2026-12-01\n")
    assert "first of these" not in onbo("status", "acme").out
    said = onbo("show", "acme").out
    assert "a  due 2026-12-23\n" in said  # Day 25 is Friday, the 24th a holiday
    assert "at risk: 1 of 1 items due is overdue (100 %, at risk from 50 %)" in onbo("status", "acme").out
    assert "kickoff + 60 days" in onbo("status", "--explain").out
    assert json.loads(onbo("new", "b", "--segment", "smb", "--json").out)["template"] == "90-day"
    assert json.loads(onbo("new", "c", "--json").out)["template"] == "essentials"


def test_a_due_date_rolls_forward() -> None:
    put("onbo.toml", '\ufeff[calendar]\nroll = "forward"\n')
    customer(text="**Kickoff Date:** 2026-12-12\n\n## A (Day 1)\n\n- [ ] a\n")
    assert onbo("show", "acme", "1.1").out == "[ ] 1.1 a  due 2026-12-14  due soon\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a = 1", "setting a is not a setting"),
        (
            "[x]",
            "onbo.toml:1: setting [x] is unknown; available: calendar, fields, git, health, share, status, templates",
        ),
        ("[git]\npush = true", "onbo.toml:2: setting git.push is unknown; available: commit"),
        ("[git]\ncommit = 1", "setting git.commit must be true or false"),
        ("[status]\nat_risk = 2", "setting status.at_risk must be a number from 0 to 1"),
        ("[status]\nat_risk = true", "setting status.at_risk must be a number from 0 to 1"),
        ("[status]\ndue_soon = -1", "setting status.due_soon must be a number of days"),
        ("[calendar]\nroll = 1", 'setting calendar.roll must be "none", "back" or "forward"'),
        ('[calendar]\nweekend = ["sunday"]', "setting calendar.weekend must list at most six of mon, tue"),
        (
            '[calendar]\nweekend = ["mon","tue","wed","thu","fri","sat","sun"]',
            "setting calendar.weekend must list at most six",
        ),
        ("[calendar]\nholidays = [2026-12-24T00:00:00]", "setting calendar.holidays must list dates"),
        ('[fields]\n"Start" = "x"', "setting fields.Start renames no known field; "),
        ('[fields]\nCSM = ""', "setting fields.CSM must be a text"),
        ("[templates]\nsmb = 3", "setting templates.smb must be a text"),
        ("[status]\nat-risk = 0.5", "onbo.toml:2: setting status.at-risk is unknown; did you mean at_risk?"),
        ("[sttaus]\nat_risk = 0.5", "onbo.toml:1: setting [sttaus] is unknown; did you mean status?"),
        ('[fields]\n"Kickof Date" = "x"', "fields.Kickof Date renames no known field; did you mean Kickoff Date?"),
        ("a = ", "cannot be read as TOML: Invalid value"),
        ("a = 1\na = 2", "cannot be read as TOML: Cannot overwrite a value"),
    ],
)
def test_settings_that_cannot_be_accepted(text: str, why: str) -> None:
    put("onbo.toml", text)
    customer()
    for words in (["status"], ["check", "acme", "1.1"]):
        said = onbo(*words)
        assert said.status == 3
        assert why in said.err
        assert "onbo.toml" in said.err


def test_settings_that_are_no_text() -> None:
    Path("onbo.toml").write_bytes(b"\xff\xfe")
    customer()
    assert onbo("status").status == 3


# --- the terminal ---


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 日本 ✓ \t", "plain é 日本 ✓ \t"),
        ("\x1b[2J\x07\r\n", "\\x1b[2J\\x07\\x0d\\x0a"),
        ("\x85\x9b", "\\x85\\x9b"),
        ("\u202e\u2066\u200f\ufeff\u2028", "\\u202e\\u2066\\u200f\\ufeff\\u2028"),
        (b"\xff\xe9".decode("utf-8", "surrogateescape"), "\\xff\\xe9"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_a_terminal_would_obey_is_made_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_text_of_files_is_never_markup() -> None:
    customer("acme", "**Customer:** \\[bold]x\\[/] :smile:\n\n- [x] [red]a[/red] [/] \\[x]\n")
    for options in ([], ["--color", "always"]):
        assert "[red]a[/red] [/] \\[x]" in onbo("show", "acme", *options).out
    assert "[bold]x[/] :smile:" in onbo("status", screen=True).out


def test_control_characters_in_every_place() -> None:
    customer("acme", "**Customer:** a\x1b[35mb\n**CSM:** c\u202ed\n\n## \x07bell\n\n- [ ] x\x1by\n  > no\x1bte\n")
    for words in (
        ["status"],
        ["status", "acme"],
        ["show", "acme"],
        ["check", "acme", "1.1"],
        ["check", "acme", "a\x1bb"],
    ):
        for screen in (False, True):
            said = onbo(*words, screen=screen)
            assert "\x1b[35m" not in said.both
            assert "x\x1by" not in said.both
            assert "\u202e" not in said.both
            assert "\x07" not in said.both


BOLD = "\x1b["


@pytest.mark.parametrize(
    ("words", "env", "screen", "colored"),
    [
        ([], {}, False, False),
        ([], {}, True, True),
        ([], {"NO_COLOR": "1"}, True, False),
        ([], {"NO_COLOR": ""}, True, True),
        ([], {"TERM": "dumb"}, True, False),
        ([], {"FORCE_COLOR": "1"}, False, True),
        ([], {"FORCE_COLOR": "0"}, True, False),
        ([], {"CLICOLOR_FORCE": "1"}, False, True),
        ([], {"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False, False),
        (["--color", "always"], {"NO_COLOR": "1"}, False, True),
        (["--color=never"], {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour(words: list[str], env: dict[str, str], screen: bool, colored: bool) -> None:
    customer()
    said = onbo(*words, "status", "acme", env=env, screen=screen)
    assert (BOLD in said.out) is colored
    said = onbo(*words, "status", env=env, screen=screen)
    assert (BOLD in said.out) is colored


def test_colour_changes_no_word() -> None:
    import re

    customer()
    for words in (["status", "acme"], ["show", "acme"], ["check", "acme", "1.1", "-n"]):
        plain, colored = onbo(*words).out, onbo(*words, "--color", "always").out
        assert re.sub(r"\x1b\[[\d;]*m", "", colored) == plain


def test_a_screen_shows_as_many_rows_as_it_has() -> None:
    for number in range(30):
        customer(f"c{number:02}", f"**Customer:** Customer {number:02}\n\n- [ ] a\n")
    said = onbo("status", screen=True)
    assert said.out.count("unscheduled") == 19 + 1
    assert "... and 11 more; --all shows them\n" in said.out
    assert onbo("status", "--all", screen=True).out.count("unscheduled") == 30 + 1
    assert onbo("status").out.count("unscheduled") == 30 + 1
    plain = onbo("status", screen=True, env={"ONBO_ACCESSIBLE": "1"}).out
    assert plain.count("unscheduled") == 30 + 1


def test_a_closed_or_missing_stream_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    from onbo.cli.terminal import Terminal

    monkeypatch.setattr(sys, "stdin", None)
    assert Terminal().interactive is False


def test_a_customer_named_by_display_name_skips_what_cannot_be_read() -> None:
    Path("customers").mkdir()
    Path("customers/bad.md").write_bytes("x".encode("utf-16"))
    customer("beta", "**Customer:** Zed\n\n- [ ] b\n")
    customer("none", "- [ ] b\n")
    assert onbo("check", "zed", "0.1").status == 0


# --- init ---


def test_init_makes_what_is_missing_and_touches_nothing() -> None:
    put("ws/onbo.toml", "[git]\ncommit = false\n")
    put("ws/templates/90-day.md", "- [ ] ours\n")
    put("ws/.gitattributes", "*.png binary")
    said = onbo("init", "ws", "--dry-run")
    added = ["templates/30-day.md", "templates/essentials.md", ".gitattributes"]
    assert said.out == "".join(f"would write ws/{name}\n" for name in added)
    assert not Path("ws/customers").exists()
    assert onbo("init", "ws").out == "".join(f"wrote ws/{name}\n" for name in added)
    assert Path("ws/.gitattributes").read_text() == "*.png binary\n.onbo/base/*.md -text\n"
    assert Path("ws/templates/90-day.md").read_text() == "- [ ] ours\n"
    assert Path("ws/customers").is_dir()
    assert onbo("-C", "ws", "init").out == "everything is there already\n"


def test_the_settings_of_init_can_be_read() -> None:
    onbo("init")
    assert onbo("new", "acme").status == 0
    text = Path("onbo.toml").read_text().replace("# [", "[")
    Path("onbo.toml").write_text(
        "\n".join(line.removeprefix("# ") for line in text.splitlines() if " = " in line or line.startswith("["))
    )
    assert onbo("status").status == 0
