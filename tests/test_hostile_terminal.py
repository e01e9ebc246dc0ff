"""What files say reaches the screen as text: nothing in it is obeyed, and nothing of it is lost."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from runner import Result, onbo
from workspace import customer, git, put

# What a terminal obeys (C0, DEL, C1), what ends lines, and what reorders them; with what is to be seen instead.
UNSAFE = {
    "\x1b[2J": r"\x1b[2J",
    "\x07": r"\x07",
    "\x08": r"\x08",
    "\x7f": r"\x7f",
    "\x9b31m": r"\x9b31m",
    "\x85": r"\x85",
    "\u2028": r"\u2028",
    "\u200f": r"\u200f",
    "\u202e": r"\u202e",
    "\u2066": r"\u2066",
    "\ufeff": r"\ufeff",
}
EVIL = "".join(UNSAFE)
SEEN = "".join(UNSAFE.values())
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
MARKUP = "[x] [/] [bold]b[/bold] :smile: [link=file:///x]l[/link] [@click=f()]c {0} %s"

PLAN = f"""\
---
template: t{EVIL}
---
# Plan {EVIL}

**Customer:** Acme {EVIL}
**CSM:** Dana {EVIL}
**Kickoff Date:** 2026-12-01
**Go-Live Date:** soon {EVIL}

## Setup {EVIL} (Day 1-5)

- [ ] Configure SSO {EVIL} due:2026-12-01 waiting:it
  > Tip {EVIL}
- [ ] Configure SSO {EVIL} again
- [ ] Invite {EVIL}
- [ ]
- [-] Odd {EVIL}
- [~] Import (n/a: {EVIL})

## Risks

| Risk | Impact | Mitigation | Status |
|---|---|---|---|
| No admin {EVIL} | High | {EVIL} | Open |

| Date | Decision | By |
|---|---|---|
| 2026-12-02 | Go {EVIL} | Dana |

## Gate

- [ ] Users log in {EVIL}
"""


def safe(said: Result) -> None:
    """Nothing that a terminal obeys, but for line ends and tabs."""
    found = OBEYED.search(said.both)
    assert found is None, f"{found and found[0]!r} in {said.both!r}"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["status"], 0),
        (["status", "acme"], 0),
        (["status", "--explain"], 0),
        (["show", "acme"], 0),
        (["show", "acme", "1.1"], 0),
        (["next"], 0),
        (["gate", "acme"], 0),
        (["lint"], 1),
        (["lint", "--format", "github"], 1),
        (["risk", "list", "acme"], 0),
        (["decision", "list", "acme"], 0),
        (["check", "acme", "1.1", "-n"], 0),
        (["check", "acme", "1.1"], 0),
        (["check", "acme", "1.6"], 2),
        (["check", "acme", "1.1", "--expect", "x"], 4),
        (["check", "acme", "configure"], 2),
        (["check", "acme", "Setup"], 2),
        (["check", "acme", f"nothing {EVIL}"], 2),
        (["check", f"nobody {EVIL}", "1.1"], 2),
        (["skip", "acme", "1.2", "--why", "no", "-n"], 0),
        (["uncheck", "acme", "1.4"], 0),
        (["assign", "acme", "1.1", "@ann"], 0),
        (["due", "acme", "1.1", "2026-12-24", "-n"], 0),
        (["wait", "acme", "1.2", "--on", "it"], 0),
        (["note", "acme", "1.1", "Called", "-n"], 0),
        (["note", "acme", "1.1", f"Called {EVIL}"], 2),
        (["add", "acme", "Book it", "--in", "1", "-n"], 0),
        (["add", "acme", f"Book {EVIL}", "--in", "1"], 2),
        (["set", "acme", "CSM=Ann", "-n"], 0),
        (["set", "acme", "CSM=Ann"], 0),
        (["set", "acme", f"{EVIL}=1"], 2),
        (["new", f"Beta {EVIL}"], 2),
        (["new", "Beta", "--slug", EVIL], 2),
        (["new", "Beta", "--template", EVIL], 2),
        (["new", "Beta", "--segment", EVIL], 2),
        (["status", "--state", EVIL], 2),
        ([f"command{EVIL}"], 2),
        (["status", f"--{EVIL}"], 2),
        (["--today", EVIL, "status"], 2),
        (["-C", EVIL, "status"], 2),
    ],
)
@pytest.mark.parametrize("color", ["auto", "always"])
def test_control_characters_are_visible(words: list[str], status: int, color: str) -> None:
    customer(text=PLAN)
    said = onbo("--color", color, *words)
    assert said.status == status, said.err
    if color == "always":  # our own colours are all that is left
        said = said._replace(both=re.sub(r"\x1b\[[\d;]*m", "", said.both))
    safe(said)


@pytest.mark.parametrize(
    "words",
    [["status"], ["show", "acme"], ["next"], ["gate", "acme"], ["risk", "list", "acme"], ["decision", "list", "acme"]],
)
def test_every_character_is_shown_as_its_code(words: list[str]) -> None:
    customer(text=PLAN)
    assert SEEN in onbo(*words).out


def test_diffs_show_codes_too() -> None:
    path = customer(text=PLAN)
    assert f"+- [x] Configure SSO {SEEN}" in onbo("check", "acme", "1.1", "-n").out
    onbo("check", "acme", "1.1")
    said = onbo("undo", "-n")
    assert f"-- [x] Configure SSO {SEEN}" in said.out
    safe(said)
    path.write_bytes(path.read_bytes().replace(b"Invite", b"Invited"))
    said = onbo("undo")
    assert said.status == 4
    assert f"+- [ ] Invited {SEEN}" in said.err
    safe(said)


def test_choices_show_codes_too() -> None:
    customer(text=PLAN)
    said = onbo("check", "acme", "configure")
    assert f"  1.1  Configure SSO {SEEN}\n" in said.err
    customer(f"ab{EVIL}")
    customer("ab-other")
    said = onbo("show", "ab")
    assert (said.status, f"customers/ab{SEEN}.md" in said.err) == (2, True)
    safe(said)


def test_prompts_and_numbered_lists_on_a_terminal() -> None:
    customer(text=PLAN)
    said = onbo("check", "acme", stdin="77\n\n", tty=True)
    assert f"  1  1.1 Configure SSO {SEEN}" in said.out
    safe(said)
    said = onbo("check", "acme", "konfigure", "again", stdin="n\n", tty=True)
    safe(said)
    said = onbo("check", "acme", "invjte", stdin="n\n", tty=True)
    assert f"1.3 Invite {SEEN}? (y/n) [n]: " in said.err
    safe(said)
    safe(onbo("fill", "acme", stdin=f"{EVIL}\n\n\n\n\n\n", tty=True))
    safe(onbo("new", stdin=f"{EVIL}\nBeta\n\n{EVIL}\n\n\n", tty=True))


def test_commit_messages_hold_codes_and_are_echoed_so() -> None:
    git("init", "--quiet")
    customer(text=PLAN)
    said = onbo("check", "acme", "1.1", "--commit")
    subject = rf"acme: check 1.1 Configure SSO {SEEN} (1 / 4 done)"
    assert said.status == 0
    assert subject in said.err
    safe(said)
    assert git("log", "-1", "--format=%B").strip() == subject


@pytest.mark.parametrize("color", ["auto", "always", "never"])
def test_markup_comes_out_as_it_is(color: str) -> None:
    text = f"# Plan\n\n**CSM:** {MARKUP}\n\n## Setup {MARKUP} (Day 1)\n\n- [ ] Do {MARKUP}\n  > Tip {MARKUP}\n"
    customer(text=f"{text}\n| Risk | Status |\n|---|---|\n| R {MARKUP} | Open |\n")
    for words in (["status"], ["status", "acme"], ["show", "acme"], ["next"], ["risk", "list", "acme"]):
        said = onbo("--color", color, *words)
        assert MARKUP in re.sub(r"\x1b\[[\d;]*m", "", said.out), words
    assert f"'zz {MARKUP}'" in re.sub(r"\x1b\[[\d;]*m", "", onbo("--color", color, "check", "acme", f"zz {MARKUP}").err)
    said = onbo("--color", color, "check", "acme", "1.1")
    assert f"[x] 1.1 Do {MARKUP}" in re.sub(r"\x1b\[[\d;]*m", "", said.out)


@pytest.mark.parametrize("slug", ["a\x1b[31mb", "a\u202eb", "a\nb", "a[bold]b", "a\udcffb", "-n", "--help", "a b"])
def test_file_names_are_text_too(slug: str) -> None:
    customer(slug, "# P\n\n- [ ] one\n")
    customer("zz", "# P\n\n- [ ] two\n")
    for words in (["status"], ["next"], ["lint"], ["status", "--json"], ["show", "--", f"customers/{slug}.md"]):
        said = onbo(*words)
        assert said.status == 0, said.err
        safe(said)
    Path("customers", f"{slug}.md").write_bytes(b"\xff\xfe")
    said = onbo("status")
    assert said.status == 3
    assert "zz" in said.out
    safe(said)
    said = onbo("show", "--", f"customers/{slug}.md")
    assert said.status == 3
    assert said.err.count("\n") == 1
    safe(said)


@pytest.mark.parametrize(
    "words",
    [
        ["status"],
        ["show", "acme"],
        ["next"],
        ["gate", "acme"],
        ["lint"],
        ["risk", "list", "acme"],
        ["decision", "list", "acme"],
        ["check", "acme", "1.1"],
        ["set", "acme", "CSM=日本"],
        ["show", f"nobody {EVIL} 日本"],
        ["check", "acme", "configure"],
    ],
)
def test_json_is_ascii(words: list[str]) -> None:
    customer(
        text=PLAN.replace("Configure", "日本 \udcff Configure").encode("utf-8", "surrogateescape").decode("latin-1")
    )
    Path("customers/acme.md").write_bytes(PLAN.replace("Invite", "日本 \udcff").encode("utf-8", "surrogateescape"))
    said = onbo(*words, "--json")
    assert said.out.isascii()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", said.out)


# --- Real streams ---


def run(words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A shell line in which `onbo` is the installed command."""
    path = f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", words],
        capture_output=True,
        timeout=30,
        check=False,
        env=os.environ | {"PATH": path} | environment,
    )


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "cp1252"},
        {"PYTHONIOENCODING": "cp1252:strict"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "xx_YY.nothing"},
    ],
    ids=lambda environment: " ".join(f"{key}={value}" for key, value in environment.items()),
)
def test_output_is_utf_8_whatever_the_stream_says(environment: dict[str, str]) -> None:
    put("customers/acme.md", "# 株式会社\n\n- [ ] één ✓ \u202e\n")
    done = run("onbo show acme; onbo status 日本", **environment)
    assert "één ✓ \\u202e" in done.stdout.decode()
    assert "there is no customer" in done.stderr.decode()
    assert b"Traceback" not in done.stderr


# With output held back, as Python does unless it is told otherwise, much fails only at the very end.
RED = b"\x1b[31m"
BUFFERING = pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])


@BUFFERING
@pytest.mark.parametrize(
    "words",
    [
        "status",
        "status --color always",
        "show acme",
        "status --json",
        "lint",
        "export --format csv",
        "export --format jsonl",
        "template show essentials",
        "--help",
        "check --help",
        "--version",
        "check acme 1.1",
        "show nobody --json",
    ],
)
def test_a_full_device_is_one_line_and_exit_5(words: str, unbuffered: str) -> None:
    customer()
    done = run(f"onbo {words} >/dev/full", PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == (2 if "nobody" in words else 5)
    assert done.stderr.count(b"\n") == 1
    assert done.stderr.removeprefix(RED).startswith(b"error: ")


@BUFFERING
@pytest.mark.parametrize(
    "words", ["status", "show acme", "status --json", "export --format csv", "--help", "--version"]
)
def test_a_reader_that_left_gives_141_and_no_words(words: str, unbuffered: str) -> None:
    customer(text="# P\n\n" + "- [ ] one more\n" * 5_000)
    done = run(f"{{ sleep 1; onbo {words}; echo $? >status; }} | true; cat status", PYTHONUNBUFFERED=unbuffered)
    assert (done.stdout.split(), done.stderr) == ([b"141"], b"")


@BUFFERING
def test_a_reader_that_leaves_early_gives_141(unbuffered: str) -> None:
    customer(text="# P\n\n" + "- [ ] one more\n" * 20_000)
    done = run("onbo show acme | head -c 5 >/dev/null; echo ${PIPESTATUS[0]}", PYTHONUNBUFFERED=unbuffered)
    assert (done.stdout.split(), done.stderr) == ([b"141"], b"")


@BUFFERING
@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-", "2>&-", "<&-"])
def test_streams_closed_at_the_start(closed: str, unbuffered: str) -> None:
    path = customer()
    before = path.read_bytes()
    commands = ("onbo status", "onbo check acme 1.1", "onbo status nobody")
    done = run("; ".join(f'{command} {closed}; echo "exit $?"' for command in commands), PYTHONUNBUFFERED=unbuffered)
    assert b"Traceback" not in done.stderr + done.stdout
    read = b"141" if ">&-" in closed.split() else b"0"  # nobody could have read it
    assert re.findall(rb"exit (\d+)", done.stdout) == [read, read, b"2"]
    assert path.read_bytes() == before.replace(b"- [ ] Invite", b"- [x] Invite")  # nothing was written into the file


@pytest.mark.parametrize("words", ["check acme -", "note acme 1.1 -", "template import -"])
def test_a_closed_stdin_is_an_empty_one(words: str) -> None:
    customer()
    done = run(f"onbo {words} <&-")
    assert done.returncode == 2
    assert b"onbo itself failed" not in done.stderr


@BUFFERING
def test_errors_where_nobody_can_read_them(unbuffered: str) -> None:
    customer()
    done = run(
        "onbo show nobody 2>/dev/full; echo $?; onbo show nobody >/dev/full 2>/dev/full; echo $?",
        PYTHONUNBUFFERED=unbuffered,
    )
    assert done.stdout.split() == [b"2", b"2"]


@BUFFERING
def test_a_message_that_cannot_be_written_changes_nothing(unbuffered: str) -> None:
    path = customer()
    done = run("onbo check acme 1.1 2>/dev/full", PYTHONUNBUFFERED=unbuffered)
    assert (done.returncode, done.stdout.split(b"\n")[1]) == (0, b"2 / 4 done (1 n/a)")
    assert b"- [x] Invite" in path.read_bytes()


@BUFFERING
def test_completion_into_a_full_or_closed_pipe_says_nothing(unbuffered: str) -> None:
    customer()
    done = run(
        "onbo-complete onbo check '' >/dev/full; echo $?; onbo-complete onbo check '' >&-; echo $?",
        PYTHONUNBUFFERED=unbuffered,
    )
    assert (done.stdout.split(), done.stderr) == ([b"0", b"0"], b"")


@BUFFERING
def test_the_merge_driver_is_not_moved_by_a_full_stderr(unbuffered: str) -> None:
    """Git would take the status for a failure, and merge once more what was merged already."""
    plan = "**CSM:** {}\n\n- [ ] a\n"
    for name, csm in (("base", "[CSM Name]"), ("ours", "Ann"), ("theirs", "Bob")):
        put(name, plan.format(csm))
    done = run("onbo-merge base ours theirs 2>/dev/full; echo $?", PYTHONUNBUFFERED=unbuffered)
    assert done.stdout.split() == [b"10"]


# --- Colour, stream by stream ---


def test_color_reaches_errors() -> None:
    assert RED in run("onbo --color always status nobody").stderr
    assert RED in run("onbo status nobody --color=always").stderr
    assert RED in run("onbo status nobody --bad-option --color always").stderr
    assert b"\x1b" not in run("onbo status nobody --color never", FORCE_COLOR="1").stderr
    assert b"\x1b" not in run("onbo status nobody").stderr


@pytest.mark.parametrize(("redirect", "colored"), [("2>err", False), (">out", True), ("", True)])
def test_each_stream_is_coloured_if_it_is_a_terminal(redirect: str, colored: bool) -> None:
    customer()
    script = shutil.which("script")
    if script is None:
        pytest.skip("no script(1)")
    Path("err").touch()
    done = run(f"script -qec 'onbo status nobody {redirect}' /dev/null", TERM="xterm-256color")
    shown = done.stdout + Path("err").read_bytes()
    assert (RED in shown, b"there is no customer" in shown) == (colored, True)


# --- Services that obey what a program prints ---


@pytest.mark.parametrize(
    "text",
    [
        "::error file=x::y",
        "  ::set-output name=a::b",
        "a ##[group]b",
        "##vso[task.setvariable variable=a]b",
        "::warning::",
    ],
)
@pytest.mark.parametrize(
    "words", ["status", "status acme", "show acme", "next", "show acme --json", "check acme 1.1 -n"]
)
def test_no_customer_gives_a_ci_service_commands(text: str, words: str) -> None:
    customer(text=f"# {text}\n\n**Customer:** {text}\n**CSM:** {text}\n\n## {text}\n\n- [ ] {text}\n{text}\n")
    for name in ("GITHUB_ACTIONS", "TF_BUILD"):
        done = run(f"onbo {words} --color always", **{name: "true"})
        for line in (done.stdout + done.stderr).decode().split("\n"):
            assert not line.lstrip().startswith("::"), line
            assert "##[" not in line, line
            assert "##vso[" not in line, line
    assert run("onbo show acme --json", GITHUB_ACTIONS="true").returncode == 0


def test_json_says_the_same_to_a_ci_service() -> None:
    customer(text="- [ ] a ##[group]b\n")
    plain, read = (run("onbo show acme --json", **given).stdout for given in ({}, {"GITHUB_ACTIONS": "true"}))
    assert plain != read
    assert json.loads(plain) == json.loads(read)


def test_annotations_are_still_commands() -> None:
    customer(text="## Setup (Days 9-3)\n\n- [ ] a\n")
    assert run("onbo lint --format github", GITHUB_ACTIONS="true").stdout.startswith(b"::error file=")


def test_a_file_that_goes_to_stdout_goes_there_whole() -> None:
    """Into a pipe as it is, to a screen made visible."""
    put("plan.txt", f"Plan\n\n- Call {EVIL}\n")
    piped = onbo("template", "import", "plan.txt")
    assert f"- [ ] Call {EVIL}\n" in piped.out
    shown = onbo("template", "import", "plan.txt", screen=True, env={"NO_COLOR": "1"})
    assert f"- [ ] Call {SEEN}\n" in shown.out
    safe(shown)


def test_a_list_whose_name_is_not_utf_8() -> None:
    put("pl\udcffan.txt", "- Call\n")
    assert onbo("template", "import", "pl\udcffan.txt", "-o", "made.md").status == 0
    assert b"# pl\xffan\n" in Path("made.md").read_bytes()
    script = os.path.join(os.path.dirname(sys.executable), "onbo")
    said = subprocess.run([script, "template", "import", "pl\udcffan.txt"], check=True, capture_output=True)
    assert said.stdout == Path("made.md").read_bytes()


def test_a_full_stdout_is_told_from_a_full_disk() -> None:
    path = customer()
    done = run("onbo check acme 1.1 >/dev/full", PYTHONUNBUFFERED="")
    assert (
        done.stderr.splitlines()[-1]
        == b"error: stdout: no space left on device; what the command wrote to files is there"
    )
    assert b"- [x] Invite" in path.read_bytes()
