"""`onbo resolve` and what was done by hand since git left a file in conflict."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from runner import onbo
from workspace import git, put

ACME = "customers/acme.md"
INSTALLED = os.path.dirname(sys.executable)
TEXT = """\
# Acme plan

**CSM:** [CSM Name]

**Sponsor:** [Name]

## Setup

- [ ] Invite the users
- [ ] Configure SSO

- [ ] Import data
"""
REFUSED = (
    "error: customers/acme.md has changed since the merge, so it may have been edited by hand;"
    " use --force to merge it again anyway\n"
)
OURS = TEXT.replace("[CSM Name]", "Ann").replace("[Name]", "Carl").replace("[ ] Invite", "[x] Invite")
THEIRS = (
    TEXT.replace("[CSM Name]", "Bob")
    .replace("[Name]", "Dora")
    .replace("[ ] Configure", "[x] Configure")
    .replace("[ ] Import", "[x] Import")
)


def taking_ours(text: str) -> str:
    """The first conflict, by taking ours."""
    start = text.index("<<<<<<<")
    end = text.index("\n", text.index(">>>>>>>")) + 1
    hunk = text[start:end]
    ours = hunk[hunk.index("\n") + 1 :].split("=======")[0].split("|||||||")[0]
    return text[:start] + ours + text[end:]


HANDS: dict[str, Callable[[str], str]] = {
    "resolved whole": lambda _: TEXT.replace("[CSM Name]", "Ann and Bob").replace("[Name]", "Dora"),
    "a word outside": lambda text: text.replace("# Acme plan", "# Acme's plan"),
    "a word inside": lambda text: text.replace("Bob", "Robert"),
    "one conflict of several": taking_ours,
    "a line more": lambda text: f"{text}\nMore.\n",
    "theirs": lambda _: THEIRS,
    "emptied": lambda _: "",
}


@pytest.fixture(autouse=True)
def repository(own_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{INSTALLED}{os.pathsep}{os.environ['PATH']}")
    git("init", "--quiet", "--initial-branch=main")
    assert onbo("init", "--git").status == 0
    return own_directory


def conflict(driver: str | None, *options: str, base: str = TEXT, how: str = "merge") -> str:
    """Leave the file in conflict, and give what is in it. driver: None for onbo's, "" for none."""
    if driver is not None:
        git("config", "merge.onbo.driver", driver)
    if driver == "":
        git("config", "--remove-section", "merge.onbo")
    put(ACME, base)
    git("add", ".")
    git("commit", "--quiet", "--message", "Base")
    git("checkout", "--quiet", "-b", "side")
    put(ACME, THEIRS.replace("\n", "\r\n") if "\r" in base else THEIRS)
    git("commit", "--quiet", "--all", "--message", "Theirs")
    git("checkout", "--quiet", "main")
    put(ACME, OURS.replace("\n", "\r\n") if "\r" in base else OURS)
    git("commit", "--quiet", "--all", "--message", "Ours")
    done = subprocess.run(["git", *options, how, "side"], capture_output=True, check=False)
    assert done.returncode == 1, done
    assert git("ls-files", "--unmerged")
    return Path(ACME).read_bytes().decode()


MERGES = [
    (None, ()),
    ("false", ()),
    ("", ()),
    *(("", ("-c", f"merge.conflictStyle={style}")) for style in ("merge", "diff3", "zdiff3")),
    ("git merge-file %A %O %B", ()),
    ("git merge-file --diff3 -L mine -L old -L yours %A %O %B", ()),
]


@pytest.mark.parametrize("how", ["merge", "cherry-pick", "rebase"])
@pytest.mark.parametrize(("driver", "options"), MERGES)
def test_what_git_left_is_merged(driver: str | None, options: tuple[str, ...], how: str) -> None:
    conflict(driver, *options, how=how)
    first = onbo("resolve", "acme")
    assert (first.status, "resolve by hand: CSM, Sponsor" in first.out) == (4, True)
    text = Path(ACME).read_text()
    assert text.count("[x]") == 3
    again = onbo("resolve", "acme")
    assert (again.status, again.out) == (4, first.out)
    assert Path(ACME).read_text() == text


@pytest.mark.parametrize(("driver", "options"), [(None, ()), ("", ()), ("", ("-c", "merge.conflictStyle=diff3"))])
@pytest.mark.parametrize("hand", HANDS)
def test_what_was_done_by_hand_is_not_overwritten(driver: str | None, options: tuple[str, ...], hand: str) -> None:
    left = conflict(driver, *options)
    put(ACME, HANDS[hand](left))
    before = Path(ACME).read_bytes()
    said = onbo("resolve", "acme")
    assert (said.status, said.out, said.err) == (4, "", REFUSED)
    dry = onbo("resolve", "acme", "--dry-run")
    assert (dry.status, dry.out != "") == (4, True)
    assert dry.err.endswith("; without --force nothing would be written\n")
    assert Path(ACME).read_bytes() == before
    forced = onbo("resolve", "acme", "--force")
    assert (forced.status, Path(ACME).read_text().count("[x]")) == (4, 3)
    assert onbo("undo").status == 0
    assert Path(ACME).read_bytes() == before


@pytest.mark.parametrize("side", ["--ours", "--theirs"])
@pytest.mark.parametrize("driver", [None, ""])
def test_a_side_that_was_taken_whole_is_not_overwritten(driver: str | None, side: str) -> None:
    conflict(driver)
    git("checkout", "--quiet", side, "--", ACME)
    before = Path(ACME).read_bytes()
    assert onbo("resolve", "acme").err == REFUSED
    assert Path(ACME).read_bytes() == before


def test_conflicts_made_again_by_checkout_are_gits() -> None:
    conflict("")
    for style in ("merge", "diff3"):
        git("checkout", "--quiet", f"--conflict={style}", "--", ACME)
        assert onbo("resolve", "acme", "--dry-run").status == 4
        assert onbo("resolve", "acme", "--dry-run").err == ""


@pytest.mark.parametrize("driver", [None, ""])
def test_line_ends_do_not_matter(driver: str | None) -> None:
    git("config", "core.autocrlf", "true")
    left = conflict(driver)
    if driver == "":
        assert "\r\n" in left
    assert "resolve by hand" in onbo("resolve", "acme").out


def test_files_with_crlf_in_git() -> None:
    conflict("", base=TEXT.replace("\n", "\r\n"))
    assert "resolve by hand" in onbo("resolve", "acme").out


@pytest.mark.parametrize("driver", [None, ""])
def test_markers_of_another_size(driver: str | None) -> None:
    put(".gitattributes", "customers/**/*.md merge=onbo conflict-marker-size=12\n")
    left = conflict(driver)
    assert "<<<<<<<<<<<< " in left
    assert "resolve by hand" in onbo("resolve", "acme").out
    assert "<<<<<<<<<<<< ours\n" in Path(ACME).read_text()
    put(ACME, Path(ACME).read_text().replace("Bob", "Robert"))
    assert onbo("resolve", "acme").err == REFUSED


def test_a_file_that_both_added() -> None:
    git("config", "--remove-section", "merge.onbo")
    git("commit", "--quiet", "--allow-empty", "--message", "Base")
    git("checkout", "--quiet", "-b", "side")
    put(ACME, THEIRS)
    git("add", ".")
    git("commit", "--quiet", "--message", "Theirs")
    git("checkout", "--quiet", "main")
    put(ACME, OURS)
    git("add", ".")
    git("commit", "--quiet", "--message", "Ours")
    assert subprocess.run(["git", "merge", "side"], capture_output=True, check=False).returncode == 1
    assert "customers/acme.md" in onbo("resolve", "acme").out
    put(ACME, Path(ACME).read_text().replace("Bob", "Robert"))
    assert onbo("resolve", "acme").err == REFUSED


def test_of_several_files_the_others_are_merged() -> None:
    conflict("")
    put("customers/beta.md", TEXT)
    said = onbo("resolve", "beta", "acme")
    assert said.status == 4
    assert "error: customers/beta.md is not in conflict in git" in said.err
    assert "customers/acme.md: resolve by hand" in said.out


def test_nothing_that_is_configured_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = conflict("")
    mark = tmp_path / "ran"
    program = put("program", f"#!/bin/sh\n: > '{mark}'\ncat\n")
    program.chmod(0o755)
    command = str(Path("program").resolve())
    settings = "".join(
        f'[{section}]\n\t{key} = "{command}"\n'
        for section, key in [
            ('merge "x"', "driver"),
            ('filter "x"', "clean"),
            ('filter "x"', "smudge"),
            ("core", "fsmonitor"),
            ('diff "x"', "textconv"),
        ]
    )
    home = put(
        "home/.gitconfig", settings + f"[core]\n\thooksPath = {Path('hooks').resolve()}\n[merge]\n\tdefault = x\n"
    )
    attributes = put("home/attributes", "* merge=x filter=x diff=x\n")
    for hook in ("pre-merge-commit", "post-checkout", "post-index-change", "reference-transaction", "post-merge"):
        put(f"hooks/{hook}", program.read_text()).chmod(0o755)
    with Path(".git/config").open("a") as file:
        file.write(f"{home.read_text()}[core]\n\tattributesFile = {attributes.resolve()}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home.resolve()))
    monkeypatch.setenv("HOME", str(home.parent.resolve()))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.fsmonitor")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", command)
    put(ACME, left.replace("Bob", "Robert"))
    assert onbo("resolve", "acme").err == REFUSED
    put(ACME, left)
    assert "resolve by hand" in onbo("resolve", "acme").out
    assert not mark.exists()


def test_many_conflicts_are_not_all_named() -> None:
    labels = [f"Field {number}" for number in range(25)]
    text = "# P\n\n" + "".join(f"**{label}:** [Name]\n\n" for label in labels)
    put(ACME, text)
    git("init", "--quiet", "--initial-branch=main")
    git("add", ".")
    git("commit", "--quiet", "--message", "Begin")
    git("checkout", "--quiet", "-b", "other")
    for branch, name in (("other", "Ann"), ("main", "Bob")):
        git("checkout", "--quiet", branch)
        put(ACME, text.replace("[Name]", name))
        git("commit", "--quiet", "--all", "--message", name)
    subprocess.run(["git", "merge", "other"], capture_output=True, check=False)
    said = onbo("resolve", "acme")
    assert said.status == 4
    assert "Field 19, and 5 more\n" in said.out
    assert "Field 20" not in said.out


def test_a_damaged_index_is_not_taken_for_no_conflict() -> None:
    conflict(None)
    put(".git/index", "nonsense " * 20)
    said = onbo("resolve", "acme")
    assert (said.status, said.out) == (5, "")
    assert "git's index is damaged" in said.err
    assert "rm .git/index" in said.err
