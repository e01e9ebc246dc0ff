"""The merge driver in real repositories and real clones, as git runs it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from onbo.cli import merge_driver
from onbo.effects.git import DRIVER, newest
from runner import onbo
from workspace import git, put

TEXT = """\
# Acme plan

**Customer:** Acme Corp
**CSM:** [CSM Name]
**Kickoff Date:** [Date]

## Account Setup

- [ ] Invite the users
- [ ] Configure SSO
- [ ] Import data
"""
ACME = "customers/acme.md"
INSTALLED = os.path.dirname(sys.executable)


def attempt(*arguments: str) -> int:
    """A git command that may end in a conflict."""
    return subprocess.run(["git", *arguments], check=False, capture_output=True).returncode


def read() -> str:
    return Path(ACME).read_text(encoding="utf-8")


def change(*edits: tuple[str, str]) -> None:
    text = read()
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    put(ACME, text)
    git("commit", "--quiet", "--all", "--message", f"Change {edits[0][1]}")


@pytest.fixture
def clone(own_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of a workspace, wired by `init --git`, and the current directory. Its branch `side` is where main began."""
    monkeypatch.setenv("PATH", f"{INSTALLED}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(put("first/README.md", "hello\n").parent)
    git("init", "--quiet", "--initial-branch=main")
    put(ACME, TEXT)
    assert onbo("init", "--git").status == 0
    git("add", ".")
    git("commit", "--quiet", "--message", "Begin")
    git("clone", "--quiet", str(own_directory / "first"), str(own_directory / "second"))
    monkeypatch.chdir(own_directory / "second")
    assert onbo("doctor").status == 1
    assert onbo("init", "--git").status == 0
    assert git("status", "--porcelain") == ""
    git("branch", "side")
    return own_directory / "second"


def two_branches(main: list[tuple[str, str]], side: list[tuple[str, str]]) -> None:
    """Both changed; main is checked out."""
    git("checkout", "--quiet", "side")
    change(*side)
    git("checkout", "--quiet", "main")
    change(*main)


TICKED = [("[ ] Invite", "[x] Invite")]
BESIDE = [("[ ] Configure", "[x] Configure"), ("[CSM Name]", "Ann")]
ANN = [("[CSM Name]", "Ann"), ("[ ] Invite", "[x] Invite")]
BOB = [("[CSM Name]", "Bob"), ("[ ] Configure", "[x] Configure")]
TOGETHER = TEXT.replace("[ ] Invite", "[x] Invite").replace("[ ] Configure", "[x] Configure")


# --- With git ---


@pytest.mark.usefixtures("clone")
@pytest.mark.parametrize("how", [("merge", "--no-edit", "side"), ("rebase", "side"), ("cherry-pick", "side")])
def test_adjacent_ticks_and_a_field_merge_clean(how: tuple[str, ...]) -> None:
    two_branches(TICKED, BESIDE)
    assert attempt(*how) == 0
    assert read() == TOGETHER.replace("[CSM Name]", "Ann")
    assert git("status", "--porcelain") == ""


@pytest.mark.usefixtures("clone")
def test_they_do_not_without_the_driver() -> None:
    """Else the tests above would show nothing."""
    two_branches(TICKED, BESIDE)
    git("config", "--remove-section", "merge.onbo")
    assert attempt("merge", "--no-edit", "side") == 1


@pytest.mark.usefixtures("clone")
@pytest.mark.parametrize(
    ("how", "first", "second"),
    [(("merge", "side"), "Ann", "Bob"), (("rebase", "side"), "Bob", "Ann"), (("cherry-pick", "side"), "Ann", "Bob")],
)
def test_two_values_in_a_field_are_one_conflict_and_every_tick_is_merged(
    how: tuple[str, ...], first: str, second: str
) -> None:
    two_branches(ANN, BOB)
    assert attempt(*how) == 1
    marked = f"<<<<<<< ours\n**CSM:** {first}\n||||||| base\n**CSM:** [CSM Name]\n=======\n**CSM:** {second}\n"
    assert read() == TOGETHER.replace("**CSM:** [CSM Name]\n", f"{marked}>>>>>>> theirs\n")
    assert git("ls-files", "--unmerged") != ""
    said = onbo("check", "acme", "Import data")
    assert (said.status, "unresolved merge conflict" in said.err) == (4, True)


@pytest.mark.usefixtures("clone")
def test_work_of_two_clones_meets() -> None:
    """One pushes, the other pulls, with changes in neighbouring lines."""
    git("checkout", "--quiet", "side")
    onbo("check", "acme", "1.2", "--commit")
    git("push", "--quiet", "origin", "side")
    os.chdir("../first")
    onbo("check", "acme", "1.1", "--commit")
    assert attempt("pull", "--quiet", "--no-rebase", "--no-edit", ".", "side") == 0
    assert read() == TOGETHER


@pytest.mark.usefixtures("clone")
def test_a_file_that_both_added() -> None:
    git("checkout", "--quiet", "side")
    put("customers/beta.md", TEXT.replace("[ ] Invite", "[x] Invite"))
    git("add", ".")
    git("commit", "--quiet", "--message", "Add beta")
    git("checkout", "--quiet", "main")
    put("customers/beta.md", TEXT.replace("[ ] Configure", "[x] Configure"))
    git("add", ".")
    git("commit", "--quiet", "--message", "Add beta too")
    assert attempt("merge", "--no-edit", "side") == 0
    assert Path("customers/beta.md").read_text(encoding="utf-8") == TOGETHER


# A template that lists a section and a bold line, and the next version, which has neither. What the side adds below them.
LISTING = """\
---
template: plan
version: 1
internal: [Account planning, Our homework]
---
# Plan

## Setup

- [ ] Invite the users

**Our homework**

- [ ] Ask their old vendor

## Account planning

- [ ] Map the stakeholders

## Training

- [ ] Train the admins
"""
UNLISTED = (
    LISTING.replace("version: 1", "version: 2")
    .replace("internal: [Account planning, Our homework]\n", "")
    .replace("**Our homework**\n\n- [ ] Ask their old vendor\n\n", "")
    .replace("## Account planning\n\n- [ ] Map the stakeholders\n\n", "")
)
COPIED = [TICKED[0], ("- [ ] Train the admins\n", "- [ ] Train the admins\n- [ ] Map the stakeholders\n")]
ADDED = [TICKED[0], ("old vendor\n", "old vendor\n- [ ] Ask Bob how low we can go\n")]


@pytest.mark.usefixtures("clone")
@pytest.mark.parametrize("how", [("merge", "--no-edit"), ("rebase",), ("cherry-pick",), ("resolve",)])
@pytest.mark.parametrize("updated", ["main", "side"])
@pytest.mark.parametrize(("added", "hidden"), [(COPIED, "Map the stakeholders"), (ADDED, "how low we can go")])
def test_what_one_side_lists_as_internal_stays_so(
    how: tuple[str, ...], updated: str, added: list[tuple[str, str]], hidden: str
) -> None:
    Path(ACME).unlink()
    put("templates/plan.md", LISTING)
    assert onbo("new", "acme", "--template", "plan").status == 0
    git("add", ".")
    git("commit", "--quiet", "--message", "Begin again")
    git("checkout", "--quiet", "-B", "side")
    git("checkout", "--quiet", "main" if updated == "main" else "side")
    put("templates/plan.md", UNLISTED)
    assert onbo("update", "acme").status == 0
    assert onbo("due", "acme", "1.1", "2026-12-20").status == 0
    git("add", ".")
    git("commit", "--quiet", "--message", "Update")
    git("checkout", "--quiet", "side" if updated == "main" else "main")
    change(*added)
    git("checkout", "--quiet", "main")
    if how == ("resolve",):
        git("config", "--remove-section", "merge.onbo")
        assert attempt("merge", "--no-edit", "side") == 1
        assert onbo("resolve", "acme").status == 0
    else:
        assert attempt(*how, "side") == 0
    assert f"{hidden} <!-- internal -->" in read()
    shared = onbo("share", "acme", "--format", "md")
    assert shared.status == 0
    assert "Train the admins" in shared.out
    assert hidden not in shared.out


# A listed section and a listed bold line, each with an item to be moved out of it.
PLANNING = """\
---
template: plan
internal: [Account planning, Our homework]
---
# Plan

## Setup

{place}

- [ ] Ask who decides
- [ ] Draft the offer
  - [ ] Have it read

### Training

- [ ] Train the admins
- [ ] Train the users
"""


@pytest.mark.usefixtures("clone")
@pytest.mark.parametrize("place", ["### Account planning", "**Our homework**"])
@pytest.mark.parametrize("moved", ["main", "side"])
def test_what_one_side_moves_and_the_other_rewords_stays_internal(moved: str, place: str) -> None:
    """By where it stood, in the one, and by where it stands, in the other."""
    Path(ACME).unlink()
    put("templates/plan.md", PLANNING.format(place=place))
    assert onbo("new", "acme", "--template", "plan").status == 0
    git("add", ".")
    git("commit", "--quiet", "--message", "Begin again")
    git("checkout", "--quiet", "-B", "side")
    ask = "- [ ] Ask who decides\n"
    for branch in ("side", "main"):
        git("checkout", "--quiet", branch)
        if branch == moved:
            change((ask, ""), ("### Training\n\n", f"### Training\n\n{ask}"))
        else:
            change(("who decides", "who of them decides"))
    assert attempt("merge", "--no-edit", "side") == 0
    assert "### Training\n\n- [ ] Ask who of them decides <!-- internal -->\n" in read()
    shared = onbo("share", "acme", "--format", "md")
    assert shared.status == 0
    assert "Train the admins" in shared.out
    assert "decides" not in shared.out


@pytest.mark.usefixtures("clone")
def test_a_file_that_only_another_branch_has_is_found_unless_it_is_too_large_or_gone() -> None:
    git("checkout", "--quiet", "side")
    put(".onbo/base/plan-1.md", "# Plan\n")
    git("add", ".")
    git("commit", "--quiet", "--message", "Add")
    git("checkout", "--quiet", "main")
    root, path = os.getcwd(), os.path.abspath(".onbo/base/plan-1.md")
    assert newest(root, path, 100) == b"# Plan\n"
    assert newest(root, path, 5) is None
    assert newest(root, os.path.abspath(".onbo/base/plan-2.md"), 100) is None
    git("checkout", "--quiet", "side")
    git("rm", "--quiet", path)
    git("commit", "--quiet", "--message", "Remove")
    assert newest(root, path, 100) is None


@pytest.mark.usefixtures("clone")
def test_onbo_merge_finds_the_templates_in_the_workspace_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    put("templates/plan.md", LISTING)
    assert onbo("new", "beta", "--template", "plan").status == 0
    beta = Path("customers/beta.md")
    base = beta.read_text()
    put("templates/plan.md", UNLISTED)
    assert onbo("update", "beta").status == 0
    paths = [
        put(f"../{name}.md", text).resolve()
        for name, text in (("base", base), ("ours", base.replace(*ADDED[1])), ("theirs", beta.read_text()))
    ]
    workspace = os.getcwd()
    monkeypatch.chdir("/")
    assert onbo("-C", workspace, "merge", *map(str, paths)).status == 0
    assert "how low we can go <!-- internal -->" in paths[1].read_text()


# --- Where the driver fails ---


@pytest.mark.usefixtures("clone")
@pytest.mark.parametrize("how", ["missing", "killed", "fails", "half"])
def test_where_the_driver_dies_nobodys_tick_is_lost(how: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    for program in ("git", "sh", "cat", "kill"):
        (folder / program).symlink_to(shutil.which(program) or "")
    bodies = {"killed": "kill -9 $$", "fails": "exit 1", "half": "exit 20"}
    if how in bodies:
        (folder / "onbo-merge").write_text(f"#!/bin/sh\n{bodies[how]}\n")
        (folder / "onbo-merge").chmod(0o755)
    two_branches(TICKED, BESIDE)
    monkeypatch.setenv("PATH", str(folder))
    assert attempt("merge", "--no-edit", "side") == 1
    text = read()
    assert text.count("<<<<<<<") == text.count(">>>>>>>") == 1
    assert "- [x] Invite" in text
    assert "- [x] Configure" in text
    assert "**CSM:** Ann" in text


def test_the_command_that_git_runs_falls_back_for_any_status_but_two() -> None:
    assert "0) exit 0;; 10) exit 1;; esac; git merge-file" in DRIVER


# --- resolve and doctor ---


@pytest.mark.usefixtures("clone")
def test_resolve_merges_what_git_left_in_conflict() -> None:
    git("config", "merge.onbo.driver", "false")
    two_branches(TICKED, BESIDE)
    assert attempt("merge", "side") == 1
    before = read()
    dry = onbo("resolve", "acme", "--dry-run")
    assert (dry.status, "+- [x] Configure SSO" in dry.out, read()) == (0, True, before)
    said = onbo("resolve", "acme")
    assert (said.status, said.out) == (0, "customers/acme.md: merged\n")
    assert said.err == "next: git add customers/acme.md\n"
    assert read() == TOGETHER.replace("[CSM Name]", "Ann")
    git("add", ACME)
    again = onbo("resolve", ACME)
    assert (again.status, "is not in conflict in git" in again.err) == (2, True)


@pytest.mark.usefixtures("clone")
def test_resolve_leaves_one_conflict_where_the_values_differ() -> None:
    git("config", "--remove-section", "merge.onbo")
    two_branches(ANN, BOB)
    assert attempt("merge", "side") == 1
    said = onbo("resolve", "acme")
    assert (said.status, said.out) == (4, "customers/acme.md: resolve by hand: CSM\n")
    assert read().count("<<<<<<<") == 1
    assert read().count("[x]") == 2


@pytest.mark.usefixtures("clone")
def test_resolve_refuses_what_it_cannot_keep() -> None:
    git("config", "--remove-section", "merge.onbo")
    two_branches([("## Account Setup\n", "## Account Setup\n\n```\n")], TICKED)
    attempt("merge", "side")
    if git("ls-files", "--unmerged"):
        assert onbo("resolve", "acme").status == 4
    assert onbo("resolve").err.startswith("error: resolve needs a file")


@pytest.mark.usefixtures("clone")
def test_doctor_says_what_is_amiss(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("git", "identity", "history", "driver", "attributes", "onbo-merge")
    assert onbo("doctor").out == "".join(f"ok       {name}\n" for name in names)
    git("config", "merge.onbo.driver", "true")
    put(".gitattributes", "")
    said = onbo("doctor")
    assert said.status == 1
    assert said.out.count("run `onbo init --git`") == 2
    Path(".gitattributes").unlink()
    assert onbo("doctor").out.count("missing") == 2
    monkeypatch.setenv("PATH", os.path.dirname(shutil.which("git") or ""))
    assert "missing  onbo-merge" in onbo("doctor").out


def test_doctor_and_init_outside_a_repository() -> None:
    assert onbo("doctor").out.startswith("missing  git: this is not a git repository: run `git init`\n")
    said = onbo("init", "--git")
    assert (said.status, "this is not a git repository" in said.err) == (2, True)


# --- The driver by itself ---


@pytest.fixture
def versions() -> list[str]:
    texts = {"base": TEXT, "ours": TEXT.replace(*TICKED[0]), "theirs": TEXT.replace(*BESIDE[0])}
    return [str(put(name, text)) for name, text in texts.items()]


def test_it_writes_ours_and_exits_0(versions: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert merge_driver.run(versions) == 0
    assert Path("ours").read_text(encoding="utf-8") == TOGETHER
    assert Path("theirs").read_text(encoding="utf-8") == TEXT.replace(*BESIDE[0])
    assert capsys.readouterr().err == ""


def test_a_shorter_result_leaves_nothing_behind_it(versions: list[str]) -> None:
    put("theirs", "# Acme plan\n")
    put("ours", TEXT)
    assert merge_driver.run(versions) == 0
    assert Path("ours").read_text(encoding="utf-8") == "# Acme plan\n"


def test_it_exits_10_for_a_conflict_and_says_which(versions: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    for name, value in (("ours", "Ann\x1b"), ("theirs", "Bob")):
        put(name, TEXT.replace("[CSM Name]", value))
    assert merge_driver.run([*versions, "9", "customers/a\x07é.md"]) == 10
    assert "<<<<<<<<< ours\n" in Path("ours").read_text(encoding="utf-8")
    assert capsys.readouterr().err == "onbo-merge: customers/a?\\xe9.md: conflict: CSM (both changed its value)\n"


@pytest.mark.parametrize("broken", ["missing", "utf-16"])
def test_any_other_status_means_that_nothing_was_written(
    versions: list[str], broken: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if broken == "missing":
        Path("theirs").unlink()
    else:
        Path("theirs").write_bytes(TEXT.encode("utf-16"))
    before = Path("ours").read_bytes()
    assert merge_driver.run(versions) == 20
    assert Path("ours").read_bytes() == before
    assert capsys.readouterr().err.endswith("falling back to git merge-file\n")


def test_without_three_files_it_says_how_to_call_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["onbo-merge", "base"])
    monkeypatch.setattr(os, "_exit", sys.exit)
    with pytest.raises(SystemExit, match="20"):
        merge_driver.main()
    assert capsys.readouterr().err == "usage: onbo-merge BASE OURS THEIRS [MARKER-SIZE [PATH]]\n"


def test_onbo_merge_is_the_same_with_statuses_of_onbo(versions: list[str]) -> None:
    assert onbo("merge", *versions).status == 0
    assert Path("ours").read_text(encoding="utf-8") == TOGETHER
    put("theirs", TEXT.replace("[ ] Invite", "[~] Invite"))
    assert onbo("merge", *versions).status == 4
    Path("theirs").unlink()
    assert onbo("merge", *versions).status == 3


def test_it_starts_without_typer_and_rich(versions: list[str]) -> None:
    code = "import sys; from onbo.cli.merge_driver import run; sys.exit(run(sys.argv[1:]))"
    command = [sys.executable, "-X", "importtime", "-c", code, *versions]
    said = subprocess.run(command, check=True, capture_output=True).stderr.decode()
    imported = {line.rsplit("|", 1)[1].strip().split(".")[0] for line in said.splitlines() if "|" in line}
    assert "onbo" in imported
    assert not imported & {"typer", "rich", "click", "yaml", "pathlib"}
