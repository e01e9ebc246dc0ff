"""`onbo log` in real repositories: ticks by whatever hand, merges, renames, and what cannot be known."""

import json
import os
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onbo.document.identity import ItemKey
from onbo.history.readings import Reading, read, ticked
from onbo.history.transitions import Transition
from onbo.present.log import log_table
from onbo.present.text import plain_rows
from repository import commit, dated
from runner import Result, onbo
from workspace import PLAN, customer, git, put

ACME = Path("customers/acme.md")


@pytest.fixture(autouse=True)
def repository(own_directory: Path) -> Path:
    git("init", "--quiet", "--initial-branch=main")
    put("onbo.toml", "")
    customer()
    commit("2026-12-01")
    return own_directory


def edit(old: str, new: str, path: Path = ACME) -> None:
    """As an editor does: the tool has no part in it."""
    text = path.read_bytes()
    assert old.encode() in text
    path.write_bytes(text.replace(old.encode(), new.encode(), 1))


def tick(text: str, path: Path = ACME) -> None:
    edit(f"[ ] {text}", f"[x] {text}", path)


def told(*words: str) -> list[dict[str, Any]]:
    said = onbo("log", *words, "--json")
    assert said.status == 0, said.err
    entries: list[dict[str, Any]] = json.loads(said.out)["transitions"]
    return entries


def short(*words: str) -> list[str]:
    """Day, number, change and author of each, the newest first."""
    return [
        f"{entry['when']} {entry['number']} {entry['before']}>{entry['after']} {entry['author']}"
        for entry in told(*words)
    ]


def notes(*words: str) -> list[str]:
    found: list[str] = json.loads(onbo("log", *words, "--json").out)["notes"]
    return found


# --- What is told ---


def test_what_stood_in_the_first_commit_came_with_it() -> None:
    assert short("acme") == ["2026-12-01 1.2 None>done Dana Doe", "2026-12-01 1.3 None>n/a Dana Doe"]


def test_ticks_by_whatever_hand() -> None:
    tick("Invite")
    commit("2026-12-03", "Ann")
    edit("[x] Configure", "[ ] Configure")
    commit("2026-12-04", "Bob")
    assert onbo("check", "acme", "2.1", "--commit").status == 0  # dated by the environment: 2026-12-12
    assert short("acme")[:3] == [
        "2026-12-12 2.1 open>done Dana Doe",
        "2026-12-04 1.2 done>open Bob",
        "2026-12-03 1.1 open>done Ann",
    ]
    assert short("acme", "1.2") == ["2026-12-04 1.2 done>open Bob", "2026-12-01 1.2 None>done Dana Doe"]
    assert short("acme", "invite") == ["2026-12-03 1.1 open>done Ann"]
    assert short("acme", "gate") == ["2026-12-12 2.1 open>done Dana Doe"]
    assert [entry["text"] for entry in told("acme", "1.1")] == ["Invite the users"]
    assert told("acme", "1.1")[0]["key"] == "id=invite"


def test_on_the_screen_and_in_a_pipe() -> None:
    tick("Invite")
    ticked_in = commit("2026-12-03", "Ann")
    assert onbo("log", "acme", "1.1").out == (
        "DAY         ITEM  CHANGE        BY   COMMIT     TEXT\n"
        f"2026-12-03  1.1   open -> done  Ann  {ticked_in[:9]}  Invite the users\n"
    )
    assert "acme" in onbo("log").out.split("\n")[1]
    assert onbo("log", screen=True).out.count("\n") == 4
    assert onbo("log", "--author", "nobody").out == "no changes found\n"


def test_a_screen_shows_what_fits() -> None:
    put("customers/long.md", "# P\n\n## S\n\n" + "".join(f"- [x] item {n}\n" for n in range(60)))
    commit("2026-12-02")
    assert onbo("log", "long", screen=True).out.endswith("... and 39 more; --limit 0 shows them\n")
    for everything in (["--all"], ["--limit", "0"]):
        assert onbo("log", "long", *everything, screen=True).out.count("\n") == 61
    assert onbo("log", "long", "--limit", "3").out.endswith("\n... and 57 more; --limit 0 shows them\n")
    assert onbo("log", "long").out.count("\n") == 61
    assert len(json.loads(onbo("log", "long", "--limit", "3", "--json").out)["transitions"]) == 3
    assert onbo("log", "long", "--limit", "-1").status == 2
    assert onbo("log", "long").out.count("\n") == 61
    assert [entry["number"] for entry in told("long")[:2]] == ["1.1", "1.2"]  # of one commit: as in the file


def test_since_and_author() -> None:
    for day, who, text in (
        ("2026-12-03", "Ann Lee", "Invite"),
        ("2026-12-09", "Bob", "Users"),
        ("2026-12-10", "Ann", "Sp"),
    ):
        tick(text)
        commit(day, who)
    assert len(short("--since", "2026-12-09")) == 2
    assert len(short("--since", "2026-12-03")) == 3
    assert len(short("--since", "3d")) == 2
    assert len(short("--since", "99999d")) == 5
    assert [line[-7:] for line in short("--author", "ann lee")] == ["Ann Lee"]
    assert len(short("acme", "--author", "ANN", "--since", "4d")) == 1
    assert len(short("--since", "today")) == 0
    for words in ("fri", "+3d", "yesterday"):
        assert onbo("log", "--since", words).err == (
            f"error: --since {words}: not a day in the past; write 2026-03-12, today, or 30d for thirty days ago\n"
        )
    assert onbo("log", "--since", "2026-02-30").status == 2


def test_the_day_is_where_the_author_was() -> None:
    tick("Invite")
    commit("2026-12-03T23:30:00-0800", committed="2026-12-20")
    assert told("acme")[0]["when"] == "2026-12-03"
    assert told("acme")[0]["at"] == "2026-12-03T23:30:00-08:00"


def test_a_narrow_screen_has_who_and_what_rather_than_the_commit() -> None:
    change = Transition(
        "acme",
        "1.1",
        ItemKey(None, (), "k"),
        "k",
        "Configure SSO and more",
        "open",
        "done",
        date(2026, 12, 3),
        "Ann Lee",
        "f" * 40,
    )
    table = log_table([change, change._replace(author=None, commit=None)], several=True)
    for columns, has_commit in ((80, True), (70, False)):
        lines = ["".join(piece.text for piece in row) for row in plain_rows(table, columns)]
        assert all("open -> done" in row and "Configure" in row for row in lines[1:])
        assert ("Ann Lee" in lines[1], "uncommitted" in lines[2]) == (True, True)
        assert ("fffffffff" in lines[1]) == has_commit


def test_not_committed_is_today() -> None:
    tick("Invite")
    [entry] = told("acme", "1.1")
    assert (entry["when"], entry["commit"], entry["author"], entry["at"]) == ("2026-12-12", None, None, None)
    assert "uncommitted" in onbo("log", "acme", "1.1").out
    commit("2026-12-13", "Ann")
    assert short("acme", "1.1") == ["2026-12-13 1.1 open>done Ann"]


def test_line_ends_alone_are_no_change() -> None:
    ACME.write_bytes(ACME.read_bytes().replace(b"\n", b"\r\n"))
    assert len(told("acme")) == 2
    tick("Invite")
    assert told("acme")[0]["commit"] is None


# --- What is no change of state ---


def test_items_that_come_and_go_move_and_are_reworded() -> None:
    edit("- [x] Configure SSO", "- [x] Set up single sign-on\n- [ ] More\n- [x] Arrived done")
    commit("2026-12-03", "Ann")
    assert short("acme")[0] == "2026-12-03 1.4 None>done Ann"
    edit("- [ ] More\n", "")
    edit("## Account Setup", "## Getting Started")
    commit("2026-12-04", "Bob")
    assert len(short("acme")) == 3
    edit("[x] Set up single", "[ ] Set up single")
    commit("2026-12-05", "Cleo")
    assert short("acme", "1.2") == ["2026-12-05 1.2 done>open Cleo", "2026-12-01 1.2 None>done Dana Doe"]


def test_a_name_that_another_item_takes_later() -> None:
    edit("Configure SSO", "Old words")
    commit("2026-12-03")
    edit("- [x] Old words", "- [x] Old words\n- [ ] Configure SSO")
    commit("2026-12-04")
    tick("Configure SSO")
    commit("2026-12-05", "Ann")
    assert short("acme", "configure sso") == ["2026-12-05 1.3 open>done Ann"]
    assert short("acme", "old words") == ["2026-12-01 1.2 None>done Dana Doe"]


# --- Names ---


def test_an_archived_customer_keeps_its_history() -> None:
    tick("Invite")
    commit("2026-12-03", "Ann")
    assert onbo("archive", "acme").status == 0
    before = short("acme")
    assert before[0] == "2026-12-03 1.1 open>done Ann"  # moved and not committed yet
    commit("2026-12-04")
    tick("Users", Path("customers/archive/acme.md"))
    commit("2026-12-05", "Bob")
    assert short("acme") == ["2026-12-05 2.1 open>done Bob", *before]
    onbo("archive", "acme", "--undo")
    commit("2026-12-06")
    assert len(short("acme")) == 4


def test_a_renamed_customer_keeps_its_history() -> None:
    git("mv", "customers/acme.md", "customers/acme-corp.md")
    commit("2026-12-03")
    renamed = Path("customers/acme-corp.md")
    tick("Invite", renamed)
    git("mv", "customers/acme-corp.md", "customers/roadrunner.md")  # and edited in one commit: by the customer's name
    commit("2026-12-04", "Ann")
    assert short("roadrunner") == [
        "2026-12-04 1.1 open>done Ann",
        "2026-12-01 1.2 None>done Dana Doe",
        "2026-12-01 1.3 None>n/a Dana Doe",
    ]


def test_copies_of_one_template_are_not_taken_for_one_another() -> None:
    git("mv", "customers/acme.md", "customers/beta.md")
    edit("Acme Corp", "Beta Ltd", Path("customers/beta.md"))
    commit("2026-12-03", "Ann")
    assert short("beta") == ["2026-12-03 1.2 None>done Ann", "2026-12-03 1.3 None>n/a Ann"]


def test_a_customer_that_is_gone() -> None:
    ACME.unlink()
    commit("2026-12-03")
    customer("beta")
    commit("2026-12-04")
    assert {entry["customer"] for entry in told()} == {"acme", "beta"}
    assert len(told("acme")) == 2
    assert onbo("log", "acme", "1.1").status == 2
    customer()
    commit("2026-12-05")
    assert [entry["when"] for entry in told("acme")] == ["2026-12-05"] * 2 + ["2026-12-01"] * 2


@pytest.mark.parametrize("slug", ["日本 x", 'quo"te', "tab\tbed", "new\nline", "-n", ":(glob)x", "\\back"])
def test_odd_file_names(slug: str) -> None:
    customer(slug)
    commit("2026-12-02")
    tick("Invite", Path(f"customers/{slug}.md"))
    commit("2026-12-03", "Ann")
    assert [entry["customer"] for entry in told("--since", "2026-12-03")] == [slug]


def test_what_is_no_customer_is_passed_over() -> None:
    for name in ("customers/README.md", "customers/.hidden.md", "customers/.x/a.md", "customers/a.txt", "else/a.md"):
        put(name, PLAN)
    Path("customers/link.md").symlink_to("acme.md")
    commit("2026-12-03")
    assert {entry["customer"] for entry in told()} == {"acme"}


def test_a_workspace_below_the_repository() -> None:
    put("sub/onbo.toml", "")
    put("sub/customers/beta.md", PLAN)
    commit("2026-12-03", "Ann")
    os.chdir("sub")
    assert short() == ["2026-12-03 1.2 None>done Ann", "2026-12-03 1.3 None>n/a Ann"]
    assert onbo("log", "../customers/acme.md").status == 2


# --- Merges ---


def branches() -> None:
    """Ann ticks on a branch, Bob on main; nothing is merged yet."""
    git("checkout", "--quiet", "-b", "side")
    tick("Invite")
    commit("2026-12-03", "Ann")
    git("checkout", "--quiet", "main")
    tick("Sponsor")
    commit("2026-12-04", "Bob")


TWO_TICKS = ["2026-12-04 2.2 open>done Bob", "2026-12-03 1.1 open>done Ann"]


def test_a_merge_does_not_tick_again() -> None:
    branches()
    dated("merge", "--quiet", "--no-edit", "side", day="2026-12-05", who="Merger")
    assert short("acme", "--since", "2026-12-02") == TWO_TICKS


def test_a_fast_forward_without_one_is_the_same() -> None:
    git("checkout", "--quiet", "-b", "side")
    tick("Invite")
    commit("2026-12-03", "Ann")
    git("checkout", "--quiet", "main")
    dated("merge", "--quiet", "--no-ff", "--no-edit", "side", day="2026-12-05", who="Merger")
    assert short("acme", "--since", "2026-12-02") == TWO_TICKS[1:]


def test_what_only_the_merge_changed_is_its_own() -> None:
    branches()
    git("merge", "--quiet", "--no-commit", "side")
    tick("Users")
    git("add", "--all")
    dated("commit", "--quiet", "--message", "Merge", day="2026-12-05", who="Merger")
    assert short("acme", "--since", "2026-12-02") == ["2026-12-05 2.1 open>done Merger", *TWO_TICKS]


def test_a_branch_whose_work_was_dropped() -> None:
    branches()
    dated("merge", "--quiet", "--no-edit", "--strategy=ours", "side", day="2026-12-05", who="Merger")
    assert short("acme", "--since", "2026-12-02") == TWO_TICKS[:1]


def test_the_same_tick_by_two_people_and_one_copied() -> None:
    git("checkout", "--quiet", "-b", "side")
    tick("Invite")
    copied = commit("2026-12-03", "Ann")
    git("checkout", "--quiet", "main")
    tick("Sponsor")
    commit("2026-12-04", "Bob")
    subprocess.run(["git", "cherry-pick", copied], check=True, capture_output=True)
    git("checkout", "--quiet", "side")
    tick("Sponsor")
    commit("2026-12-06", "Cleo")
    git("checkout", "--quiet", "main")
    customer("beta", "- [ ] a\n")
    commit("2026-12-07")
    dated("merge", "--quiet", "--no-edit", "side", day="2026-12-08", who="Merger")
    changed = short("acme", "--since", "2026-12-02")
    assert changed.count("2026-12-03 1.1 open>done Ann") == 1
    assert not any("Merger" in line for line in changed)


def test_a_merge_of_a_file_that_one_side_renamed() -> None:
    git("checkout", "--quiet", "-b", "side")
    git("mv", "customers/acme.md", "customers/acme-corp.md")
    tick("Invite", Path("customers/acme-corp.md"))
    commit("2026-12-03", "Ann")
    git("checkout", "--quiet", "main")
    tick("Sponsor")
    commit("2026-12-04", "Bob")
    dated("merge", "--quiet", "--no-edit", "side", day="2026-12-05", who="Merger")
    assert short("acme-corp", "--since", "2026-12-02") == TWO_TICKS


def test_ticked_and_unticked_within_one_second() -> None:
    for old, new in (("[ ] Inv", "[x] Inv"), ("[x] Inv", "[ ] Inv"), ("[ ] Inv", "[x] Inv")):
        edit(old, new)
        commit("2026-12-03")
    assert [entry["after"] for entry in told("acme", "1.1")] == ["done", "open", "done"]


# --- What cannot be known ---


def test_a_shallow_clone(tmp_path: Path) -> None:
    for day, text in (("2026-12-03", "Invite"), ("2026-12-04", "Users"), ("2026-12-05", "Sponsor")):
        tick(text)
        commit(day)
    subprocess.run(["git", "clone", "--quiet", "--depth=2", f"file://{Path.cwd()}", str(tmp_path / "c")], check=True)
    os.chdir(tmp_path / "c")
    assert short() == ["2026-12-05 2.2 open>done Dana Doe"]
    assert notes() == ["this clone is shallow: nothing is known from before 2026-12-04"]
    assert onbo("log").err == "note: this clone is shallow: nothing is known from before 2026-12-04\n"


def test_versions_that_cannot_be_read() -> None:
    text = ACME.read_bytes()
    ACME.write_bytes(text.decode().encode("utf-16"))
    commit("2026-12-03")
    assert notes() == ["1 version of acme could not be read; what it changed shows in the next"]
    ACME.write_bytes(b"<<<<<<< a\n=======\n>>>>>>> b\n" + text)
    commit("2026-12-04")
    ACME.write_bytes(text)
    tick("Invite")
    commit("2026-12-05", "Ann")
    assert short("acme")[0] == "2026-12-05 1.1 open>done Ann"
    assert len(told("acme")) == 3
    assert notes() == ["2 versions of acme could not be read; what they changed shows in the next"]


def test_never_committed() -> None:
    for slug in ("beta", "gamma", "delta", "epsilon"):
        customer(slug)
    assert told("beta") == []
    assert notes("beta") == ["customers/beta.md was never committed, so nothing is known of what happened there when"]
    assert "customers/epsilon.md and 1 more were never committed" in notes()[0]


def test_nothing_committed_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    git("init", "--quiet")
    customer()
    said = onbo("log")
    assert (said.status, said.out) == (0, "no changes found\n")
    assert said.err == "note: nothing is committed yet, so nothing is known of what happened when\n"


def test_settings_of_git_change_nothing() -> None:
    branches()
    dated("merge", "--quiet", "--no-edit", "side", day="2026-12-05", who="Merger")
    before = told()
    for name, value in (
        *(("log.follow", "true"), ("log.showRoot", "false"), ("log.diffMerges", "first-parent"), ("log.date", "human")),
        *(("diff.renames", "copies"), ("diff.relative", "true"), ("color.ui", "always"), ("format.pretty", "oneline")),
        *(("i18n.logOutputEncoding", "latin1"), ("log.abbrevCommit", "true"), ("log.decorate", "full")),
        *(("core.quotePath", "true"), ("diff.noprefix", "true"), ("diff.orderFile", "/dev/null"), ("core.abbrev", "4")),
        *(("diff.ignoreSubmodules", "all"), ("log.mailmap", "true"), ("mailmap.file", "/dev/zero")),
    ):
        git("config", name, value)
    os.chdir("customers")
    assert told() == before
    assert onbo("status", "--as-of", "2026-12-04").status == 0


def error(said: Result) -> str:
    assert said.status, said.out
    assert said.err.count("\n") == 1
    return said.err


def test_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as nowhere:
        nowhere.setenv("PATH", "/nowhere")
        assert error(onbo("log")) == "error: git is not installed; install it\n"
    monkeypatch.chdir(tmp_path)
    customer()
    said = onbo("log")
    assert said.status == 2
    assert error(said).startswith("error: this is not in a git repository, and git tells what happened when")


def test_a_repository_that_git_does_not_read() -> None:
    Path(".git/HEAD").write_text("nonsense\n")
    assert error(onbo("log")).startswith("error: the git repository is damaged: ")
    status = onbo("status")
    assert (status.status, "IDLE" in status.out) == (0, False)


@pytest.mark.parametrize("raw", ["99999999999999 +0000", "1764590400 +9999", "-99999999999 +0000"])
def test_dates_that_no_calendar_has(raw: str) -> None:
    tree = git("write-tree").strip()
    parent = git("rev-parse", "HEAD").strip()
    text = f"tree {tree}\nparent {parent}\nauthor \x1b[31mEve <e> {raw}\ncommitter E <e> {raw}\n\nx\n"
    made = subprocess.run(
        ["git", "hash-object", "-w", "-t", "commit", "--literally", "--stdin"],
        input=text.encode(),
        capture_output=True,
        check=True,
    )
    git("update-ref", "HEAD", made.stdout.decode().strip())
    tick("Invite")
    commit("2026-12-03")
    for words in (("log",), ("status",), ("status", "--as-of", "HEAD~1"), ("log", "--json")):
        said = onbo(*words)
        assert said.status == 0, said.err
        assert "\x1b" not in said.out


def test_a_repository_of_the_other_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    git("init", "--quiet", "--object-format=sha256", "--initial-branch=main")
    customer()
    commit("2026-12-01")
    tick("Invite")
    commit("2026-12-10", "Ann")
    assert short()[0] == "2026-12-10 1.1 open>done Ann"
    assert len(told()[0]["commit"]) == 64
    assert json.loads(onbo("status", "--json").out)["customers"][0]["last_change"] == "2026-12-10"
    tick("Users")
    assert told()[0]["commit"] is None


# --- Many ---


def test_many_customers_are_read_in_several_processes() -> None:
    for number in range(230):
        customer(f"c{number:03}", PLAN.replace("Acme Corp", f"Customer {number}"))
    commit("2026-12-03")
    for number in range(230):
        tick("Invite", Path(f"customers/c{number:03}.md"))
    commit("2026-12-04", "Ann")
    tick("Users", Path("customers/c007.md"))
    entries = told("--since", "2026-12-04")
    assert [entry["customer"] for entry in entries] == ["c007", *(f"c{number:03}" for number in range(230))]
    report = json.loads(onbo("report", "--json").out)
    assert report["weekly"][-1] == {"monday": "2026-12-07", "done": 1, "cumulative": 462, "total": 231 * 4}
    rows = json.loads(onbo("status", "--as-of", "2026-12-03", "--json").out)["customers"]
    assert {(row["done"], row["last_change"]) for row in rows} == {(1, "2026-12-03"), (1, "2026-12-01")}


# --- Reading a version from the one before ---


LINES = st.sampled_from(
    ["- [ ] a", "- [x] b", "- [~] c (n/a: d)", "  - [ ] e waiting:ann", "## S", "text", "- [ ] é", ""]
)


@given(st.lists(LINES, max_size=12), st.data())
def test_a_version_of_other_marks_reads_as_if_parsed(lines: list[str], data: st.DataObject) -> None:
    before = "\n".join(lines).encode()
    places = [at + 3 for at in range(len(before)) if before.startswith((b"- [ ]", b"- [x]", b"- [~]"), at)]
    after = bytearray(before)
    for place in places:
        after[place] = data.draw(st.sampled_from(b" xX~"))
    old, new = read("p", before), read("p", bytes(after))
    assert isinstance(old, Reading)
    assert ticked(old, bytes(after)) == new


@pytest.mark.parametrize("text", [b"- [ ] a", b"- [ ] ab ", b"- [y] ab", b"- [ ] aB", b"* [ ] ab"])
def test_other_differences_are_parsed(text: bytes) -> None:
    old = read("p", b"- [x] ab")
    assert isinstance(old, Reading)
    assert ticked(old, text) is None
