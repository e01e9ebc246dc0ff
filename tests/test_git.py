"""--commit, in real repositories."""

from pathlib import Path

import pytest

from runner import onbo
from workspace import PLAN, customer, git, put


@pytest.fixture(autouse=True)
def repository(own_directory: Path) -> Path:
    git("init", "--quiet", "--initial-branch=main")
    put("README.md", "hello\n")
    customer()
    git("add", ".")
    git("commit", "--quiet", "--message", "Begin")
    return own_directory


def test_a_tick_is_committed_alone() -> None:
    put("README.md", "staged\n")
    git("add", "README.md")
    put("other.txt", "untracked\n")
    said = onbo("check", "acme", "1.1", "--commit")
    assert said.status == 0
    assert git("log", "-1", "--format=%s") == "acme: check 1.1 Invite the users (2 / 4 done)\n"
    assert git("show", "--format=", "--name-only") == "customers/acme.md\n"
    assert git("diff", "--cached", "--name-only") == "README.md\n"
    short = git("rev-parse", "--short", "HEAD").strip()
    assert f"committed {short}: acme: check 1.1 Invite the users (2 / 4 done)\n" in said.err


def test_other_lines_of_the_file_go_with_it_and_nothing_else() -> None:
    put("customers/acme.md", f"{PLAN}\nMore.\n")
    customer("beta")
    onbo("check", "acme", "1.1", "--commit")
    assert git("status", "--porcelain").split() == ["??", ".onbo/", "??", "customers/beta.md"]


def test_several_items_are_one_commit() -> None:
    onbo("check", "acme", "gate", "--all", "--commit")
    assert git("log", "-1", "--format=%s") == "acme: check 2.1, 2.2 (3 / 4 done)\n"


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        (["uncheck", "acme", "1.2"], "acme: uncheck 1.2 Configure SSO (0 / 4 done)"),
        (["skip", "acme", "1.1", "--why", "x"], "acme: skip 1.1 Invite the users (1 / 3 done)"),
        (["new", "beta", "--segment", "smb"], "beta: new from essentials (0 / 30 done)"),
    ],
)
def test_every_writing_command_commits(words: list[str], subject: str) -> None:
    assert onbo(*words, "--commit").status == 0
    assert git("log", "-1", "--format=%s") == f"{subject}\n"


def test_a_new_customer_is_committed_with_its_snapshot() -> None:
    onbo("new", "beta", "--segment", "smb", "--commit")
    committed = git("show", "--format=", "--name-only").splitlines()
    snapshot = f".onbo/base/{next(Path('.onbo/base').iterdir()).name}"
    assert committed == [".onbo/.gitattributes", ".onbo/.gitignore", snapshot, "customers/beta.md"]
    onbo("new", "gamma", "--segment", "smb", "--commit")
    assert "customers/gamma.md\n" in git("show", "--format=", "--name-only")


def test_nothing_changed_or_a_dry_run_commits_nothing() -> None:
    before = git("rev-parse", "HEAD")
    assert onbo("check", "acme", "1.2", "--commit").status == 0
    assert onbo("check", "acme", "1.1", "--commit", "--dry-run").status == 0
    assert git("rev-parse", "HEAD") == before


def test_settings_make_it_the_default() -> None:
    put("onbo.toml", "[git]\ncommit = true\n")
    onbo("check", "acme", "1.1")
    assert git("log", "-1", "--format=%s").startswith("acme: check 1.1")


def test_without_git(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    said = onbo("check", "acme", "1.1", "--commit")
    assert (said.status, said.err) == (5, "error: git is not installed; leave out --commit\n")


def test_outside_a_repository(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    customer()
    path = Path("customers/acme.md")
    before = path.read_bytes()
    said = onbo("check", "acme", "1.1", "--commit")
    assert (said.status, said.out) == (2, "")
    assert said.err == "error: --commit: this is not in a git repository; leave it out, or run `git init`\n"
    assert path.read_bytes() == before


def test_the_workspace_is_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("deep/er").mkdir(parents=True)
    monkeypatch.chdir("deep/er")
    assert onbo("check", "acme", "1.1", "--commit").status == 0
    assert git("show", "--format=", "--name-only") == "customers/acme.md\n"
    put("../onbo.toml", "")
    assert onbo("status").out.startswith("No customers yet.")
