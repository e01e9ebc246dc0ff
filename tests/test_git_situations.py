"""Git that is missing, too old, untrusting, damaged or unconfigured: a line that says why and what to do, and no more."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from onbo.effects.git_causes import cause
from runner import onbo
from workspace import PLAN, customer, git, put

BIN = os.path.dirname(shutil.which("git") or "/usr/bin/git")
SYSTEM = 5
OWNER = "fatal: detected dubious ownership in repository at '/srv/plans; touch x'\\nTo add an exception for this ..."


class Situation(NamedTuple):
    """arrange: makes it, and gives variables to run with. names and fix: what the line of doctor must say.

    log       the exit status of the commands that need history
    silent    whether status and report get along without a word
    """

    arrange: Callable[[], dict[str, str] | None]
    problem: str
    fix: str
    log: int = SYSTEM
    silent: bool = False


def path_with(name: str, text: str | None) -> dict[str, str]:
    """A PATH on which a program has this text, or is not there."""
    folder = Path("../bin").absolute()
    folder.mkdir()
    if text is not None:
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return {"PATH": str(folder)}


def write(name: str, text: str) -> None:
    Path(name).write_text(text)


def shallow() -> None:
    git("commit", "--quiet", "--allow-empty", "--message", "Second")
    git("clone", "--quiet", "--depth", "1", f"file://{os.getcwd()}", "../shallow")
    os.chdir("../shallow")
    git("config", "merge.onbo.driver", git("-C", "../work", "config", "merge.onbo.driver").rstrip("\n"))


def bare() -> None:
    git("clone", "--quiet", "--bare", ".", "../bare.git")
    os.chdir("../bare.git")


def nobody() -> dict[str, str]:
    git("config", "user.useConfigOnly", "true")
    return dict.fromkeys((f"GIT_{who}_{what}" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")), "")


def lose_objects() -> None:
    shutil.rmtree(".git/objects")
    Path(".git/objects").mkdir()


def point_nowhere() -> None:
    shutil.rmtree(".git")
    write(".git", "gitdir: /nowhere\n")


def unknown_extension() -> None:
    git("config", "core.repositoryFormatVersion", "1")
    git("config", "extensions.later", "true")


def be_bare() -> None:
    git("config", "core.bare", "true")


def begin_again() -> None:
    shutil.rmtree(".git")
    git("init", "--quiet")


DAMAGED = "the git repository is damaged"
AGAIN = "or clone the repository again"
SITUATIONS = {
    "no git": Situation(lambda: path_with("git", None), "git is not installed, or not on PATH", "install it"),
    "git is no program": Situation(
        lambda: path_with("git", ""), "git cannot be run: exec format error", "correct PATH"
    ),
    "git is too old": Situation(
        lambda: path_with("git", "#!/bin/sh\ncase $* in *version) echo git version 2.20.1;; *) exit 1;; esac\n"),
        "git 2.20.1 is too old",
        "install git 2.30 or newer",
    ),
    "no repository": Situation(
        lambda: shutil.rmtree(".git"), "this is not a git repository", "run `git init`", log=2, silent=True
    ),
    "bare": Situation(bare, "this is a bare git repository", "work in a clone of it", log=2, silent=True),
    "bare by a setting": Situation(
        be_bare,
        "this is a bare git repository",
        "run `git config core.bare false`",
        log=0,
        silent=True,
    ),
    "HEAD is empty": Situation(lambda: write(".git/HEAD", ""), DAMAGED, f"restore .git/HEAD, {AGAIN}"),
    "HEAD is nonsense": Situation(lambda: write(".git/HEAD", "nonsense\n"), DAMAGED, f"restore .git/HEAD, {AGAIN}"),
    "HEAD is no commit": Situation(lambda: write(".git/HEAD", f"{'1' * 40}\n"), DAMAGED, f"run `git fsck`, {AGAIN}"),
    "the branch is nonsense": Situation(
        lambda: write(".git/refs/heads/main", "nonsense\n"), DAMAGED, f"run `git fsck`, {AGAIN}"
    ),
    "no objects": Situation(
        lose_objects,
        DAMAGED,
        f"run `git fsck`, {AGAIN}",
    ),
    ".git names nothing": Situation(
        point_nowhere,
        "the repository that .git names is not there: /nowhere",
        "correct .git",
    ),
    "bad configuration": Situation(
        lambda: write(".git/config", "[[[\n"),
        "git cannot read its configuration: bad config line 1",
        "correct that line",
    ),
    "the index is damaged": Situation(
        lambda: write(".git/index", "nonsense " * 20),
        "git's index is damaged: bad signature",
        "run `rm .git/index`, then `git reset`",
        log=0,
        silent=True,
    ),
    "an extension that git does not know": Situation(
        unknown_extension,
        "this git does not know an extension that the repository uses: later",
        "use a newer git",
    ),
    "nobody": Situation(
        nobody, "git does not know your name and email", "git config --global user.name NAME", log=0, silent=True
    ),
    "shallow": Situation(shallow, "this clone is shallow", "run `git fetch --unshallow`", log=0, silent=True),
    "nothing is wrong": Situation(lambda: None, "", "", log=0, silent=True),
    "nothing is committed": Situation(begin_again, "", "", log=0, silent=True),
}


@pytest.fixture(autouse=True)
def repository(own_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    git("init", "--quiet", "--initial-branch=main")
    customer(text=PLAN)
    monkeypatch.setenv("PATH", f"{os.path.dirname(os.path.abspath(shutil.which('python') or ''))}:{os.environ['PATH']}")
    onbo("init", "--git")
    git("add", ".")
    git("commit", "--quiet", "--message", "Begin")
    return own_directory


def arranged(name: str) -> tuple[Situation, dict[str, str]]:
    situation = SITUATIONS[name]
    return situation, situation.arrange() or {}


@pytest.mark.parametrize("name", SITUATIONS)
def test_doctor_names_the_cause_and_the_fix(name: str) -> None:
    situation, env = arranged(name)
    said = onbo("doctor", env=env)
    assert said.err == ""
    missing = [line for line in said.out.splitlines() if line.startswith("missing ") and "onbo-merge" not in line]
    if situation.problem:
        assert said.status == 1
        assert situation.problem in missing[0]
        assert situation.fix in missing[0]
    else:
        missing = [line for line in missing if "driver" not in line]  # a new repository has none yet
        assert missing == []
    assert all(line.startswith(("ok       ", "missing  ")) for line in said.out.splitlines())
    found = onbo("doctor", "--json", env=env)
    assert (found.status, found.err) == (said.status, "")
    checks = json.loads(found.out)["checks"]
    assert [check["ok"] for check in checks] == [line.startswith("ok") for line in said.out.splitlines()]
    assert all((check["hint"] is None) is check["ok"] for check in checks)


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_other_commands(name: str) -> None:
    situation, env = arranged(name)
    here = Path("customers/acme.md").exists()
    for words in (["log"], ["log", "--json"], ["status", "--as-of", "HEAD"]):
        said = onbo(*words, env=env)
        allowed = (situation.log, 2) if "--as-of" in words else (situation.log,)
        assert said.status in allowed, (words, said.both)
        if said.status:
            assert (said.err.startswith("error: "), said.err.count("\n")) == (True, 1), said.err
            assert "onbo itself failed" not in said.err
    for words in (["status"], ["report"], ["status", "--json"], ["report", "--json"], ["export", "--format", "csv"]):
        said = onbo(*words, env=env)
        assert said.status == 0, (words, said.both)
        assert words[0] != "status" or ("Acme Corp" in said.out) is here
        if words == ["status"]:
            assert (said.err == "") is situation.silent, said.err
            assert said.err == "" or said.err.startswith("note: idle days are not known: ")
    if here:
        for words in (["show", "acme"], ["check", "acme", "1.1"], ["undo"], ["set", "acme", "CSM=x", "--force"]):
            assert onbo(*words, env=env).status == 0, words


@pytest.mark.parametrize("name", [name for name in SITUATIONS if name not in ("bare", "shallow")])
def test_commits(name: str) -> None:
    situation, env = arranged(name)
    said = onbo("check", "acme", "1.1", "--commit", env=env)
    if name in ("nothing is wrong", "nothing is committed"):
        assert said.status == 0, said.err
    elif name == "no repository":
        assert (said.status, said.out) == (2, "")
    else:
        assert said.status == SYSTEM, said.err
        error = said.err.splitlines()[-1]
        assert error.startswith("error: ")
        assert "--commit" in error or "saved but not committed" in error
        assert "onbo itself failed" not in error
        assert "[x] Invite" in Path("customers/acme.md").read_text()
        assert situation.fix.split(", or")[0] in error or name in ("no git", "git is no program", "bare by a setting")


@pytest.mark.parametrize("name", [name for name in SITUATIONS if name not in ("bare", "shallow", "nothing is wrong")])
def test_merging(name: str) -> None:
    _, env = arranged(name)
    for words in (["resolve", "acme"], ["init", "--git"], ["update", "acme"]):
        said = onbo(*words, env=env)
        assert said.status in (0, 2, SYSTEM), (words, said.both)
        assert "onbo itself failed" not in said.both
        if said.status:
            assert said.err.count("\n") == 1, said.err
    for version, text in (("base", "- [ ] a\n"), ("ours", "- [x] a\n"), ("theirs", "- [ ] a\n- [ ] b\n")):
        put(version, text)
    said = onbo("merge", "base", "ours", "theirs", env=env)
    assert said.status in (0, 3, 4, 5)
    assert said.status == 0 or said.err.count("\n") == 1


def test_init_writes_nothing_where_git_cannot_be_set_up() -> None:
    write(".git/HEAD", "nonsense\n")
    before = sorted(map(str, Path().rglob("*.md")))
    Path(".gitattributes").unlink()
    said = onbo("init", "--git")
    assert (said.status, said.out) == (SYSTEM, "")
    assert sorted(map(str, Path().rglob("*.md"))) == before
    assert not Path(".gitattributes").exists()


def test_the_path_in_a_fix_is_quoted() -> None:
    """It may be pasted into a shell, and the name of a directory is anybody's."""
    for text in (OWNER, "fatal: unsafe repository ('/srv/plans; touch x' is owned by someone else)"):
        found = cause(text)
        assert found is not None
        assert found.owned_by_another
        assert found.fix.endswith("--add safe.directory '/srv/plans; touch x'`")
    assert cause("fatal: something new") is None


def test_a_pipe_in_place_of_the_attributes() -> None:
    Path(".gitattributes").unlink()
    os.mkfifo(".gitattributes")
    said = onbo("doctor")
    assert (said.status, "attributes: .gitattributes is no regular file: make it a file" in said.out) == (1, True)


def test_the_version_is_that_of_this_git() -> None:
    done = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("git version ")
    assert BIN
