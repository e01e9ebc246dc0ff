"""Anything may stand where a checklist should: it gets its one line, and the other customers are shown anyway."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from onbo.document.parse import parse
from onbo.effects import files, locks
from onbo.errors import OnboError
from runner import Result, onbo
from workspace import PLAN, customer, git, put

DEEP = "".join(f"{'  ' * level}- [ ] level {level}\n" for level in range(500))
NOT_UTF_8 = "is not UTF-8 text (UTF-16 or binary)"
NESTED = "is nested too deeply to be read"
IRREGULAR = "is no regular file"


@pytest.fixture(autouse=True)
def other_customer() -> Path:
    return customer("zz-other", PLAN.replace("Acme", "Other"))


def raw(data: bytes, path: str = "customers/acme.md") -> Path:
    place = put(path, "")
    place.write_bytes(data)
    return place


def others_are_shown(said: Result) -> None:
    assert re.search(r'^(Other Corp|zz-other) +unscheduled +1 / 4|"slug": "zz-other"', said.out, re.MULTILINE)
    assert "onbo itself failed" not in said.both


def refused(why: str, *, listed: bool = True) -> None:
    """One line and exit 3 for the customer, a row and exit 3 among others."""
    for command in (["status", "acme"], ["show", "acme"], ["check", "acme", "1.1"], ["note", "acme", "1.1", "x", "-n"]):
        said = onbo(*command)
        assert (said.status, said.out) == (3, ""), said.both
        assert said.err.startswith("error: customers/acme.md ")
        assert why in said.err
        assert said.err.count("\n") == 1
    for command in (["status"], ["status", "--json"]):
        said = onbo(*command)
        others_are_shown(said)
        assert (said.status == 3) is listed
        assert (why in said.out) is listed
    for command in (["next"], ["lint"]):
        said = onbo(*command)
        assert (said.status == 3) is listed
        assert (f"customers/acme.md {why}" in said.err) is listed
    assert "Other" in onbo("status", "zz-other").out


def works(*commands: list[str]) -> None:
    for command in (["status", "acme"], ["show", "acme"], ["next"], ["lint"], *commands):
        said = onbo(*command)
        assert said.status in (0, 1), said.err
        assert "onbo itself failed" not in said.err
    said = onbo("status")
    assert said.status == 0
    others_are_shown(said)


# --- Bytes ---


@pytest.mark.parametrize(
    "data",
    [
        PLAN.encode("utf-16"),
        PLAN.encode("utf-16-le"),
        PLAN.encode("utf-16-be"),
        PLAN.encode("utf-32"),
        b"\x7fELF" + bytes(4096),
        bytes(100),
    ],
    ids=["utf-16", "utf-16-le", "utf-16-be", "utf-32", "program", "NUL bytes"],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    path = raw(data)
    refused(NOT_UTF_8)
    assert path.read_bytes() == data


@pytest.mark.parametrize(
    "odd", [b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x80\xa8", b"\x0c"]
)
def test_an_odd_byte_is_read_and_ticked_around(odd: bytes) -> None:
    data = PLAN.encode().replace(b"Invite", b"Inv" + odd + b"ite")
    path = raw(data)
    works()
    assert onbo("check", "acme", "1.1").status == 0
    assert path.read_bytes() == data.replace(b"- [ ] Inv", b"- [x] Inv")


def test_a_huge_file_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    path = customer()
    with path.open("r+b") as file:
        file.truncate(100 * 1024 * 1024)

    def never(*_: object) -> bytes:
        raise AssertionError("read")

    assert onbo("status", "acme").err == (
        "error: customers/acme.md is 100 MB, over the 10 MB that a checklist may have\n"
    )
    Path("customers/zz-other.md").unlink()
    monkeypatch.setattr(files, "_read_all", never)
    assert onbo("status", "acme").status == 3


@pytest.mark.parametrize("data", [b"", b"   \n\n\t\n", b"\n" * 5000, b"\xef\xbb\xbf", b"---\n---\n", b"---", b"---\n"])
def test_nothing_is_a_checklist_without_items(data: bytes) -> None:
    raw(data)
    works()
    assert onbo("check", "acme", "1.1").status == 2


# --- Too much ---


def timed(*words: str, seconds: int = 60) -> subprocess.CompletedProcess[bytes]:
    """A run of its own that must end: never a promise about how fast."""
    program = [sys.executable, "-c", "from onbo.cli.start import main; main()", *words]
    return subprocess.run(program, capture_output=True, timeout=seconds, check=False)


def test_100_000_items_are_read() -> None:
    raw(b"# P\n\n## S\n\n" + b"- [ ] Call them\n- [x] Mail them\n" * 50_000)
    done = timed("status", "acme")
    assert (done.returncode, b"50000 / 100000 done" in done.stdout) == (0, True)


@pytest.mark.parametrize(
    "line",
    [
        "a" * 200_000,
        "[" * 5_000,
        "[" * 5_000 + "]" * 5_000,
        "[a](" * 5_000,
        "![" * 5_000,
        "`" * 5_000 + "a",
        "` `` " * 5_000,
        "<" * 50_000,
        "<!-- " * 10_000,
        "*a **b " * 10_000,
        "\\" * 50_000,
        "(n/a: " * 10_000,
        "@a" * 50_000,
        "due:2026-12-24 " * 5_000,
        "| " * 50_000,
        "( day " * 10_000,
        " " * 200_000 + "x",
        "&" * 50_000,
        "[[due:: " * 5_000,
    ],
    ids=lambda line: f"{len(line)} of {line[:6].strip()}",
)
def test_a_long_line_is_read(line: str) -> None:
    text = f"# P\n\n## S {line}\n\n**CSM:** {line}\n\n- [ ] one {line}\n- [ ] two\n  > {line}\n\n| a | b |\n|---|---|\n| {line} | x |\n\n{line}\n"
    raw(text.encode())
    done = timed("lint", "acme")
    assert done.returncode in (0, 1), done.stderr[-300:]
    assert b"onbo itself failed" not in done.stderr
    assert [onbo(*words).status for words in (["show", "acme"], ["status"], ["check", "acme", "1.2"])] == [0, 0, 0]


@pytest.mark.parametrize(
    "data",
    [
        DEEP,
        "> " * 500 + "a\n",
        "".join("> " * level + "a\n\n" for level in range(220)),
        "- " * 500 + "[ ] a\n",
        "1. > " * 300 + "[ ] a\n",
    ],
    ids=["lists", "quotes", "a stair of quotes", "lists in a line", "both"],
)
def test_deep_nesting_is_refused_and_never_read_in_part(data: str) -> None:
    raw(f"# P\n\n## S\n\n- [ ] one\n\n{data}\n".encode())
    refused(NESTED)


@pytest.mark.parametrize("bracket", "[{")
def test_front_matter_nested_deeply_is_a_warning(bracket: str) -> None:
    raw(f"---\na: {bracket * 3000}\n---\n# P\n\n- [ ] one\n".encode())
    said = onbo("lint", "acme")
    assert "front matter is nested too deeply to be read" in said.out
    works()


def test_21_quotes_deep_is_read() -> None:
    raw(f"# P\n\n## S\n\n{'> ' * 21}- [ ] deep\n".encode())
    works()
    assert onbo("show", "acme").out.endswith("1.1 deep\n")
    assert onbo("check", "acme", "1.1").status == 0


# --- What hides, and what conflicts ---


@pytest.mark.parametrize(
    ("opening", "what"), [("```\n", "a code fence"), ("~~~~ x\n", "a code fence"), ("<!--\n", "a comment")]
)
def test_what_never_ends_is_warned_of(opening: str, what: str) -> None:
    raw(f"{PLAN}\n{opening}- [ ] hidden\n".encode())
    works()
    line = PLAN.count("\n") + 2
    for words in (["status"], ["status", "acme"], ["show", "acme"], ["check", "acme", "1.1"]):
        warned = f"warning: customers/acme.md:{line}: {what} that is never closed hides everything after it\n"
        assert warned in onbo(*words).err, words


CONFLICT = "<<<<<<< ours\n- [x] Invite\n=======\n- [ ] Invite\n>>>>>>> theirs\n"


def test_conflict_markers_are_warned_of_and_stop_writes() -> None:
    path = raw(f"{PLAN}\n{CONFLICT}".encode())
    before = path.read_bytes()
    for words in (["status"], ["status", "acme"], ["show", "acme"], ["gate", "acme"]):
        said = onbo(*words)
        assert said.status == 0
        assert f"warning: customers/acme.md:{PLAN.count(chr(10)) + 2}: an unresolved merge conflict" in said.err
    for words in (
        ["check", "acme", "1.1"],
        ["uncheck", "acme", "1.2"],
        ["skip", "acme", "1.1", "--why", "x"],
        ["assign", "acme", "1.1", "@a"],
        ["due", "acme", "1.1", "2026-12-24"],
        ["wait", "acme", "1.1", "--on", "it"],
        ["note", "acme", "1.1", "x"],
        ["add", "acme", "x", "--in", "1"],
        ["set", "acme", "CSM=x"],
    ):
        said = onbo(*words)
        assert said.status == 4, words
        assert said.err.endswith("holds an unresolved merge conflict; resolve it first\n")
    assert path.read_bytes() == before


def test_conflict_markers_in_a_fence_are_text() -> None:
    raw(f"{PLAN}\n```\n{CONFLICT}```\n".encode())
    works()
    said = onbo("check", "acme", "1.1")
    assert (said.status, "conflict" in said.err) == (0, False)


# --- No regular files ---


def test_a_pipe_is_never_waited_for() -> None:
    os.mkfifo("customers/acme.md")
    refused(IRREGULAR)


def test_a_socket_is_told_of() -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("customers/acme.md")
        refused(IRREGULAR)


@pytest.mark.parametrize(
    ("target", "why"),
    [("../team", "is a link to a directory, which is not followed"), ("../..", "is a link that leaves the workspace")],
)
def test_a_link_to_a_directory_is_told_of(target: str, why: str) -> None:
    put("team/beta.md", PLAN)
    Path("customers/eu").symlink_to(target)
    said = onbo("status")
    others_are_shown(said)
    assert said.status == 3
    assert re.search(rf"^eu +unreadable +{why}$", said.out, re.MULTILINE)
    assert "customers/eu" in onbo("lint").err


@pytest.mark.parametrize("target", [".", "archive", "../customers", "nowhere", "loop"])
def test_a_link_to_what_is_looked_at_anyway_is_left_alone(target: str) -> None:
    Path("customers/archive").mkdir()
    Path("customers/loop").symlink_to(target)
    assert onbo("status").status == 0


def test_a_link_to_a_pipe_is_never_waited_for() -> None:
    os.mkfifo("pipe")
    Path("customers/acme.md").symlink_to("../pipe")
    refused(IRREGULAR)


@pytest.mark.parametrize("target", ["/dev/zero", "/dev/tty", "/etc/passwd", "../../outside.md", "/proc/self/mem"])
def test_a_link_that_leaves_the_workspace_is_refused(target: str) -> None:
    put("../outside.md", PLAN)
    Path("customers/acme.md").symlink_to(target)
    why = "is a link that leaves the workspace"
    for command in (["show", "acme"], ["check", "acme", "1.1"], ["set", "acme", "CSM=x"]):
        said = onbo(*command)
        assert (said.status, why in said.err) == (3, True)
    said = onbo("status")
    others_are_shown(said)
    assert (said.status, why in said.out) == (3, True)
    assert Path("../outside.md").read_text() == PLAN


@pytest.mark.parametrize("target", ["nothing.md", "acme.md", "../customers/none/../x.md"])
def test_a_link_to_nothing_is_refused(target: str) -> None:
    Path("customers/acme.md").symlink_to(target)
    refused("is a link to nothing")


def test_a_link_inside_the_workspace_is_its_target() -> None:
    target = put("elsewhere/real.md", PLAN)
    Path("customers/acme.md").symlink_to("../elsewhere/real.md")
    works()
    assert onbo("check", "acme", "1.1").status == 0
    assert onbo("note", "acme", "1.1", "called").status == 0
    assert Path("customers/acme.md").is_symlink()
    assert "[x] Invite" in target.read_text()
    assert "> called" in target.read_text()


def test_directories_called_like_files() -> None:
    Path("customers/acme.md/inner.md").mkdir(parents=True)
    refused(IRREGULAR, listed=False)
    put("customers/group.md/beta.md", PLAN)
    assert '"slug": "beta"' in onbo("status", "--json").out
    Path("customers/linked.md").symlink_to("group.md")
    said = onbo("status")
    assert (said.status, "is a link to a directory" in said.out) == (3, True)
    others_are_shown(said)


def test_a_file_that_may_not_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    path = customer()
    if os.geteuid():
        path.chmod(0)
    else:  # the superuser may read anything
        opened = os.open

        def refuse(name: str, *rest: int) -> int:
            if name == str(path.absolute()):
                raise PermissionError(13, "Permission denied", name)
            return opened(name, *rest)

        monkeypatch.setattr(os, "open", refuse)
    said = onbo("status")
    assert (said.status, "cannot be read: permission denied" in said.out) == (3, True)
    others_are_shown(said)
    assert onbo("status", "--json").status == 3
    assert (onbo("show", "acme").status, onbo("show", "acme").err) == (
        5,
        "error: customers/acme.md: permission denied\n",
    )


@pytest.mark.parametrize(
    "name",
    [
        *(".acme.md", ".#acme.md", "#acme.md", "~acme.md", "acme.md~", "acme.md.bak", ".acme.md.swp", "acme.md.orig"),
        *("acme.sync-conflict-20261212-120000-ABC.md", "acme (conflicted copy 2026-12-12).md", "README.md", "acme.MD"),
        *(
            "acme_BACKUP_12.md",
            "acme_LOCAL_12.md",
            "acme_BASE_12.md",
            "acme_REMOTE_12.md",
            "acme.txt",
            ".acme.md.onbo-tmp",
        ),
    ],
)
def test_what_tools_leave_behind_is_no_customer(name: str) -> None:
    put(f"customers/{name}", PLAN)
    said = onbo("status", "--json")
    assert said.status == 0
    assert said.out.count('"slug"') == 1
    for slug in (name, name.removesuffix(".md"), "acme"):
        assert onbo("status", slug).status == 2
    assert onbo("check", name.removesuffix(".md"), "1.1").status == 2
    assert Path("customers", name).read_text() == PLAN


# --- Front matter ---

UNREADABLE = [
    "a: 1\na: 2",
    "a: &x 1\nb: *x",
    "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: &d [*c,*c]\ne: [*d,*d]",
    "a: &a [*a]",
    "\ta: 1",
    "a: @dana",
    "a: `x`",
    "a: !!python/object/apply:os.system [touch pwned]",
    "!!python/object/new:os.system [touch pwned]",
    "a: !!binary aGk=",
    "a: !custom x",
    "- a\n- b",
    "just words",
    "42",
    "? [a, b]\n: c",
    "a: " + "[" * 1000,
    "a: " + "[" * 1000 + "]" * 1000,
    "a: " + "{b: " * 1000 + "}" * 1000,
    "a: 'x",
    "a: x\u2028y",  # YAML ends a line there
    'a: "\\xZZ"',
    "a: \x07",
    "%YAML 9.9",
    "a: 1\n--- # second",
    "x" * 70_000,
    "a: " + "y" * 70_000,
]
READABLE = [
    "date: 2026-02-30\nalso: 9999-99-99\ntime: 2026-12-12T99:99:99",
    "a: " + "9" * 5000,
    "version: " + "9" * 5000,
    "a: 0x" + "f" * 5000,
    "a: 1e999999\nb: .inf\nc: .nan\nd: 1:99:99",
    "on: yes\n2026: a\ncontent: b\nhandler: c\nnull: d\ntrue: e\n1.5: f\n~: g",
    "a: 'x\u2028y'\nb: 'x\u2029y'\nc: 'x\x85y'",
    "template: ../../etc/passwd\nbase: abc",
    'template: "/etc/passwd"\nbase: "../../x"',
    "template: nosuch\nbase: 000000000000",
    "template: [a]\nversion: {a: b}\nbase: [1]\ngate_section: [x]",
    "gate_section: '\\1(.*)'",
    "gate: [1, [], {}, {item: 1}, {item: [a]}, {item: a, field: [b], above: x}]",
    "gate: {a: b}\nfields: [1]\nsegments: 3\ninternal: {x: y}",
    "# only a comment",
    "",
]


@pytest.mark.parametrize("text", UNREADABLE, ids=lambda text: text[:20])
def test_front_matter_that_cannot_be_read_is_a_warning(text: str) -> None:
    path = raw(f"---\n{text}\n---\n{PLAN}".encode())
    works()
    said = onbo("status", "acme")
    assert said.err.startswith("warning: customers/acme.md:")
    assert said.err.count("\n") == 1
    assert "1 / 4 done" in said.out
    assert '"error": "front matter' in onbo("status", "--json").out
    assert onbo("check", "acme", "1.1").status == 0
    assert path.read_bytes() == f"---\n{text}\n---\n{PLAN}".replace("[ ] Inv", "[x] Inv").encode()
    assert not Path("pwned").exists()


@pytest.mark.parametrize("text", READABLE, ids=lambda text: text[:20])
def test_odd_front_matter_is_read(text: str) -> None:
    raw(f"---\n{text}\n---\n{PLAN}".encode())
    works()
    assert onbo("status", "acme").err == ""
    assert '"error": "' not in onbo("status", "--json").out
    assert onbo("check", "acme", "1.1").status == 0


def test_front_matter_that_never_ends_is_body() -> None:
    raw(f"---\ntemplate: x\n{PLAN}".encode())
    works()
    assert "1 / 4 done" in onbo("status", "acme").out


def test_binary_front_matter_is_a_warning() -> None:
    raw(b"---\n\xff\xfe\x01\x02: \x00\n---\n" + PLAN.encode())
    works()
    assert "front matter" in onbo("status", "acme").err


# --- Dates at the calendar's ends ---


@pytest.mark.parametrize("way", ["none", "back", "forward"])
@pytest.mark.parametrize("kickoff", ["9999-12-31", "0001-01-01", "2026-02-30", "2026-12-12"])
def test_dates_at_the_ends_of_the_calendar(way: str, kickoff: str) -> None:
    put("onbo.toml", f'[calendar]\nroll = "{way}"\nweekend = ["mon", "tue", "wed", "fri", "sat", "sun"]\n')
    text = PLAN.replace("## Account Setup", "## Account Setup (Day 0-1)").replace("Gate", "Gate (Day 99999)")
    customer(text=text.replace("**CSM:**", f"**Kickoff Date:** {kickoff}\n**Target Go-Live:** {kickoff}\n**CSM:**"))
    for words in (["status"], ["status", "acme"], ["show", "acme"], ["next"], ["lint"], ["gate", "acme"]):
        for today in ("2026-12-12", "9999-12-31", "0001-01-01"):
            assert onbo(*words, "--today", today).status in (0, 1)


# --- Settings ---


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe",
        bytes(50),
        b"a = " + b"[" * 5000,
        b"[status]\ndue_soon = " + b"9" * 5000,
        b"[status]\nat_risk = " + b"9" * 5000,
        b"[status]\nat_risk = nan",
        b"[status]\nat_risk = inf",
        b"[status]\ndue_soon = 99999999",
        b"[calendar]\nholidays = [2026-02-30]",
        b"[calendar]\nholidays = 3",
        b"[calendar]\ncountry = 'ZZ'",
        b"[calendar]\nweekend = [[]]",
        b"[templates]\nsmb = ['x']",
        b"[fields]\n'\x1b[31m' = 'x'",
        b"[health]\ngreen = 'x'",
        b"[git]\ncommit = 'yes'",
        b"[tool]\nrun = 'touch pwned'",
        b"x" * 300_000,
    ],
    ids=lambda data: repr(data[:30]),
)
def test_hostile_settings_are_one_line(data: bytes) -> None:
    raw(data, "onbo.toml")
    for words in (["status"], ["next"], ["show", "zz-other"], ["check", "zz-other", "1.1"], ["lint"]):
        said = onbo(*words)
        assert said.status == 3, said.both
        assert said.err.startswith("error: onbo.toml")
        assert said.err.count("\n") == 1
        assert "\x1b" not in said.err
    assert Path("customers/zz-other.md").read_text() == PLAN.replace("Acme", "Other")


def test_settings_that_are_no_file() -> None:
    os.mkfifo("onbo.toml")
    assert onbo("status").err == "error: onbo.toml is no regular file\n"
    Path("onbo.toml").unlink()
    Path("onbo.toml").symlink_to("/dev/zero")
    assert "is a link that leaves the workspace" in onbo("status").err
    Path("onbo.toml").unlink()
    Path("onbo.toml").mkdir()
    assert onbo("status").status == 3


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "x\x00y", "nosuch", ".."])
def test_a_template_named_in_settings_is_a_name(name: str) -> None:
    put("onbo.toml", f"[templates]\nsmb = {name!r}\n" if "\x00" not in name else '[templates]\nsmb = "x\\u0000y"\n')
    said = onbo("new", "beta", "--segment", "smb")
    assert (said.status, "there is no template" in said.err) == (2, True)
    assert not Path("customers/beta.md").exists()


# --- Templates and snapshots ---

BROKEN = {
    "utf-16": "# T\n\n- [ ] a\n".encode("utf-16"),
    "binary": bytes(5000),
    "deep": DEEP.encode(),
    "front matter": b"---\na: [\ngate_section: x\n---\n# T\n\n- [ ] a\n",
    "rules": b"---\ngate_section: [x]\ngate: [1, {item: [], above: {}}]\nfields: {CSM: 3, 7: {type: x}}\n---\n# T\n\n- [ ] a\n",
    "options": b"---\nfields: {CSM: {type: choice, options: 9}}\nsegments: {a: b}\n---\n**CSM:** [a]\n\n- [ ] a\n",
    "empty": b"",
    "brackets": b"# T\n\n**CSM:** " + b"[" * 5000 + b"\n\n- [ ] a\n",
}
READING = [
    *(["status"], ["status", "acme"], ["show", "acme"], ["show", "acme", "--json"], ["next"], ["gate", "acme"]),
    *(["gate", "acme", "--json"], ["lint", "acme"], ["check", "acme", "gate.1", "-n"], ["set", "acme", "CSM=x", "-n"]),
]


@pytest.mark.parametrize("words", READING, ids=" ".join)
@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("place", [".onbo/base/t-abc.md", "templates/t.md"], ids=["snapshot", "template"])
def test_a_broken_origin_never_stops_a_copy_from_being_read(place: str, broken: str, words: list[str]) -> None:
    raw(BROKEN[broken], place)
    raw(f'---\ntemplate: t\nbase: "abc"\n---\n{PLAN}'.encode())
    said = onbo(*words)
    assert said.status in (0, 1) or (words[0], said.status) == ("set", 2), said.err


@pytest.mark.parametrize("kind", ["pipe", "link", "zero", "directory"])
def test_an_origin_that_is_no_file(kind: str) -> None:
    raw(f'---\ntemplate: t\nbase: "abc"\n---\n{PLAN}'.encode())
    for place in (Path("templates/t.md"), Path(".onbo/base/t-abc.md")):
        place.parent.mkdir(parents=True)
        if kind == "pipe":
            os.mkfifo(place)
        elif kind == "directory":
            place.mkdir()
        else:
            place.symlink_to("/dev/zero" if kind == "zero" else "nothing")
    for words in READING:
        said = onbo(*words)
        assert said.status in (0, 1), said.err


@pytest.mark.parametrize("broken", ["utf-16", "binary", "deep", "front matter"])
def test_a_broken_template_makes_no_customer(broken: str) -> None:
    raw(BROKEN[broken], "templates/t.md")
    said = onbo("new", "beta", "--template", "t")
    assert (said.status, said.err.count("\n")) == (3, 1)
    assert said.err.startswith("error: templates/t.md")
    assert not Path("customers/beta.md").exists()
    said = onbo("lint")
    assert said.status == (0 if broken == "x" else said.status)
    assert "templates/t.md" in said.both


@pytest.mark.parametrize("broken", ["utf-16", "binary", "deep", "front matter"])
def test_a_broken_template_stops_only_itself(broken: str) -> None:
    path = raw(BROKEN[broken], "templates/a.md")
    listed = onbo("template", "list")
    assert (listed.status, listed.err.count("\n")) == (3, 1)
    assert listed.err.startswith("error: templates/a.md")
    assert re.search(r"^essentials .* built-in$", listed.out, re.MULTILINE)
    payload = json.loads(onbo("template", "list", "--json").out)
    assert [entry["path"] for entry in payload["failed"]] == ["templates/a.md"]
    assert "essentials" in [entry["name"] for entry in payload["templates"]]
    made = onbo("new", "beta", "--segment", "smb", "-n")
    assert made.status == 0
    assert made.err.startswith("warning: templates/a.md")
    assert made.err.split("\n")[0].endswith("; it is left out")
    data = path.read_bytes()
    assert onbo("init").status == 0
    assert path.read_bytes() == data
    assert Path("templates/essentials.md").exists()


def test_a_template_is_data() -> None:
    text = "# T {{ 7*7 }} ${HOME} `touch pwned` {% include '/etc/passwd' %} <!-- include: /etc/passwd -->\n\n- [ ] a\n"
    put("templates/t.md", text)
    assert onbo("new", "beta", "--template", "t").status == 0
    assert Path("customers/beta.md").read_text().endswith(text)
    assert not Path("pwned").exists()


# --- Directories and records that somebody put into the repository ---


@pytest.fixture
def outside(own_directory: Path) -> Path:
    """A directory beside the workspace, with something in it."""
    place = own_directory.parent / "outside"
    place.mkdir()
    (place / "precious").write_text("known\n")
    return place


def untouched(outside: Path) -> None:
    assert [path.name for path in outside.iterdir()] == ["precious"]
    assert (outside / "precious").read_text() == "known\n"


WRITING = [
    *(["check", "zz-other", "1.1"], ["note", "zz-other", "1.1", "x"], ["new", "beta", "--segment", "smb"]),
    *(["archive", "zz-other"], ["init"]),
]


@pytest.mark.parametrize("words", WRITING, ids=" ".join)
@pytest.mark.parametrize("link", [".onbo", ".onbo/locks", ".onbo/undo", ".onbo/base", "customers/archive", "templates"])
def test_directories_that_are_links_lead_no_write_outside(link: str, words: list[str], outside: Path) -> None:
    Path(link).parent.mkdir(exist_ok=True)
    Path(link).symlink_to(outside)
    said = onbo(*words)
    assert said.status in (0, 3), said.err
    assert said.err.count("error") == (said.status == 3)
    untouched(outside)


def test_customers_may_not_be_a_link_that_leaves(outside: Path) -> None:
    Path("customers/zz-other.md").unlink()
    Path("customers").rmdir()
    Path("customers").symlink_to(outside)
    for words in (["status"], ["show", "x"], ["new", "beta", "--segment", "smb"], ["lint"], ["next"]):
        said = onbo(*words)
        assert (said.status, said.err) == (
            3,
            "error: customers is a link that leaves the workspace; put the directory itself there\n",
        )
    untouched(outside)


def test_a_planted_lock_is_no_link(outside: Path) -> None:
    path = Path("customers/zz-other.md")
    name = locks.lock_name(os.path.realpath(path))
    Path(".onbo/locks").mkdir(parents=True)
    Path(".onbo/locks", name).symlink_to(outside / "precious")
    said = onbo("check", "zz-other", "1.1")
    assert (said.status, said.err) == (3, f"error: .onbo/locks/{name} is no regular file; remove it\n")
    untouched(outside)


def test_undo_records_that_a_repository_brings_are_never_used() -> None:
    """Neither what earlier versions kept in .onbo/undo nor today's form, wherever in a repository it lies."""
    beta = raw(PLAN.encode(), "customers/beta.md")
    head = b"customers/beta.md\0created"
    raw(b"%d\n" % len(head) + head + PLAN.encode(), ".onbo/undo/99999999")
    onbo("check", "beta", "1.1")
    [kept] = Path(os.environ["XDG_STATE_HOME"], "onbo/undo").iterdir()
    for place in (".onbo/undo", "onbo/undo", ".local/state/onbo/undo"):
        shutil.copytree(kept, f"{place}/{kept.name}", dirs_exist_ok=True)
    before = beta.read_bytes()
    shutil.rmtree(kept)
    for words in (["undo", "-n"], ["undo"], ["undo", "--list"]):
        said = onbo(*words)
        assert (said.status, said.err) == (0, "nothing to undo\n")
    assert beta.read_bytes() == before


# --- Where commands read text from besides ---


def test_a_note_that_is_no_text() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from onbo.cli.start import main; main()", "note", "zz-other", "1.1", "-"],
        input=b"caf\xff\n",
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert b"onbo itself failed" not in done.stderr
    assert done.stderr.count(b"\n") <= 1


def test_an_item_that_no_argument_could_hold_is_committed() -> None:
    git("init", "--quiet")
    raw(b"# P\n\n## S\n\n- [ ] long " + b"a" * 200_000 + b"\n- [ ] nul \x00 here\n")
    assert onbo("check", "acme", "1.1", "--commit").status == 0
    assert onbo("check", "acme", "1.2", "--commit").status == 0
    assert git("log", "-1", "--format=%s") == "acme: check 1.2 nul \\x00 here (2 / 2 done)\n"


def test_status_says_3_and_prints_all_others() -> None:
    names = [f"good-{number}" for number in range(5)]
    for name in names:
        customer(name)
    raw(b"\xff\xfe", "customers/bad-1.md")
    raw(DEEP.encode(), "customers/bad-2.md")
    Path("customers/bad-3.md").symlink_to("/dev/zero")
    for words in (["status", "--json"], ["status", *names, "bad-1", "--json"]):
        said = onbo(*words)
        assert said.status == 3
        assert all(f'"slug": "{name}"' in said.out for name in [*names, "bad-1"])
    for words in (["status"], ["status", "--sort", "name"]):
        said = onbo(*words)
        assert said.status == 3
        assert said.out.count("Acme Corp ") == 5
        assert "6 customers" not in said.out
        assert all(name in said.out for name in ("bad-1", "bad-2", "bad-3"))
    said = onbo("next")
    assert said.status == 3
    assert said.err.count("error: ") == 3
    assert all(name in said.out for name in names)


def test_reading_is_all_or_nothing() -> None:
    """What no command shows: a deep file gives no document at all."""
    with pytest.raises(OnboError):
        parse("x", b"- [ ] first\n\n" + DEEP.encode())
