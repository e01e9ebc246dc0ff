"""What --commit does where git or a hook refuses, and on the second try."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from runner import Result, onbo
from workspace import PLAN, TABLES, customer, git, put

ACME = "customers/acme.md"
TICKED = PLAN.replace("[ ] Invite", "[x] Invite")
REFUSED = (
    "error: git commit failed: the pre-commit hook refused it; customers/acme.md is saved but not committed;"
    " fix what it reports, then run the same command again\n"
)
CHECK = ("check", "acme", "1.1", "--commit")


@pytest.fixture(autouse=True)
def repository(own_directory: Path) -> Path:
    git("init", "--quiet", "--initial-branch=main")
    put("README.md", "hello\n")
    customer(text=PLAN + TABLES)
    put(".gitignore", "*.log\n.onbo/undo/\n.onbo/locks/\n")
    assert onbo("init").status == 0
    git("add", ".")
    git("commit", "--quiet", "--message", "Begin")
    return own_directory


def hook(body: str, name: str = "pre-commit") -> Path:
    path = Path(".git/hooks") / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{textwrap.dedent(body)}\n")
    path.chmod(0o755)
    return path


def index() -> str:
    """All that the index records."""
    return git("ls-files", "--stage") + git("diff", "--cached")


def subject() -> str:
    return git("log", "-1", "--format=%s").rstrip("\n")


def process(*words: str) -> subprocess.CompletedProcess[str]:
    """A process in a group of its own, for hooks that do something to it.

    Ctrl-C interrupts it even if the tests run in the background of a shell, which ignores that for all that it starts.
    """
    command = [sys.executable, "-c", "from onbo.cli.start import main; main()", *words]
    return subprocess.run(
        command,
        input="",
        capture_output=True,
        check=False,
        timeout=60,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


# --- The second try ---

ITEM = [
    (["check", "acme", "1.1"], "acme: check 1.1 Invite the users (2 / 4 done)"),
    (["uncheck", "acme", "1.2"], "acme: uncheck 1.2 Configure SSO (0 / 4 done)"),
    (["skip", "acme", "1.1", "--why", "x"], "acme: skip 1.1 Invite the users (1 / 3 done)"),
    (["wait", "acme", "1.1", "--on", "legal"], "acme: wait 1.1 Invite the users (1 / 4 done)"),
    (["assign", "acme", "1.1", "@ann"], "acme: assign 1.1 Invite the users (1 / 4 done)"),
    (["due", "acme", "1.1", "2026-12-24"], "acme: due 1.1 Invite the users (1 / 4 done)"),
    (["set", "acme", "CSM=Zoe"], "acme: set CSM"),
    (["check", "acme", "1.1", "2.1"], "acme: check 1.1, 2.1 (3 / 4 done)"),
]


@pytest.mark.parametrize(("words", "message"), ITEM)
def test_the_same_command_again_commits(words: list[str], message: str) -> None:
    path = hook("exit 1")
    before, head = index(), git("rev-parse", "HEAD")
    assert onbo(*words, "--commit").status == 5
    assert git("ls-files", "--stage") in before
    assert git("rev-parse", "HEAD") == head
    path.unlink()
    said = onbo(*words, "--commit")
    assert (said.status, subject()) == (0, message)
    assert f"committed {git('rev-parse', '--short', 'HEAD').strip()}: {message}\n" in said.err
    assert git("status", "--porcelain") == ""
    again = onbo(*words, "--commit")
    assert (again.status, "nothing to commit\n" in again.err) == (0, True)
    assert git("rev-list", "--count", "HEAD").strip() == "2"


@pytest.mark.parametrize(("words", "message"), ITEM[:1])
def test_under_the_setting_too(words: list[str], message: str) -> None:
    put("onbo.toml", "[git]\ncommit = true\n")
    path = hook("exit 1")
    assert onbo(*words).status == 5
    path.unlink()
    assert onbo(*words).status == 0
    assert subject() == message
    assert "nothing to commit\n" in onbo(*words).err


def test_what_was_ticked_by_hand_is_committed() -> None:
    put(ACME, TICKED + TABLES)
    assert onbo(*CHECK).status == 0
    assert subject() == "acme: check 1.1 Invite the users (2 / 4 done)"


@pytest.mark.parametrize(
    "words",
    [
        ["note", "acme", "1.1", "called"],
        ["add", "acme", "Book it", "--in", "1"],
        ["risk", "add", "acme", "No admin"],
        ["decision", "add", "acme", "Go"],
    ],
)
@pytest.mark.parametrize("name", [ACME, "customers/new one.md"])
def test_what_would_be_added_twice_is_committed_as_the_error_says(words: list[str], name: str) -> None:
    """A file that git knows, and one that it does not and whose name has a blank."""
    put(name, PLAN + TABLES)
    words = [name if word == "acme" else word for word in words]
    path = hook("exit 1")
    said = onbo(*words, "--commit")
    assert said.status == 5
    assert said.err.startswith(
        f"error: git commit failed: the pre-commit hook refused it; {name} is saved but not committed;"
        " fix what it reports, then commit it with `git add "
    )
    path.unlink()
    follow(said)
    assert git("status", "--porcelain", "--", name) == ""


def follow(said: Result) -> None:
    """Run the last command that an error names, as a person would, with a text for the commit message."""
    command = said.err.rsplit("`", 2)[1]
    editor = 'f() { echo By hand >"$1"; }; f'
    subprocess.run(["bash", "-c", command], check=True, env=os.environ | {"GIT_EDITOR": editor}, capture_output=True)


@pytest.mark.parametrize("words", [("check", "acme", "1.1"), ("archive", "acme"), ("new", "beta", "--segment", "smb")])
def test_an_undo_that_was_refused_is_committed_as_the_error_says(words: tuple[str, ...]) -> None:
    assert onbo(*words, "--commit").status == 0
    path = hook("exit 1")
    Path("sub").mkdir()
    os.chdir("sub")  # the command is for where one stands
    said = onbo("-C", "..", "undo", "--commit")
    assert said.status == 5
    assert "run the same command" not in said.err
    os.chdir("..")
    path.unlink()
    os.chdir("sub")
    follow(said)
    os.chdir("..")
    assert git("status", "--porcelain") == ""
    assert Path(ACME).read_text() == PLAN + TABLES


def test_a_new_customer_again() -> None:
    words = ["new", "beta", "--segment", "smb", "--commit"]
    path = hook("exit 1")
    before = index()
    said = onbo(*words)
    assert said.status == 5
    assert (
        "customers/beta.md is saved but not committed; fix what it reports, then run the same command again\n"
        in said.err
    )
    assert index() == before
    other = onbo("new", "beta", "--segment", "enterprise", "--commit")
    assert (other.status, "customers/beta.md is there already" in other.err) == (2, True)
    assert onbo(*words[:-1]).status == 2
    path.unlink()
    made = onbo(*words)
    assert (made.status, made.out.split(":")[0]) == (0, "already made")
    assert subject() == "beta: new from essentials (0 / 30 done)"
    assert git("status", "--porcelain") == ""
    assert onbo(*words).status == 2


@pytest.mark.parametrize("staged", [False, True])
def test_an_archived_customer_again(staged: bool) -> None:
    path = hook("exit 1")
    before = index()
    assert onbo("archive", "acme", "--commit").status == 5
    assert git("ls-files", "--stage") in before
    path.unlink()
    if staged:
        git("add", "--all")
    assert onbo("archive", "acme").status == 2
    assert onbo("archive", "acme", "--commit").status == 0
    assert subject() == "acme: archive"
    assert (
        git("show", "--format=", "--name-status", "--no-renames").split()
        == [
            *("D", ACME),
            *("A", "customers/archive/acme.md"),
        ]
        or git("status", "--porcelain") == ""
    )
    assert git("status", "--porcelain") == ""
    assert onbo("archive", "acme", "--commit").status == 2
    assert onbo("archive", "acme", "--undo", "--commit").status == 0
    assert subject() == "acme: back from the archive"
    assert git("status", "--porcelain") == ""


def test_a_customer_that_git_never_knew_is_archived() -> None:
    customer("beta")
    assert onbo("archive", "beta", "--commit").status == 0
    assert git("show", "--format=", "--name-only") == "customers/archive/beta.md\n"


def test_an_update_again() -> None:
    put("templates/plan.md", "---\nversion: 1\n---\n# Plan\n\n## Setup\n\n- [ ] One\n")
    assert onbo("new", "beta", "--template", "plan", "--commit").status == 0
    put("templates/plan.md", "---\nversion: 2\n---\n# Plan\n\n## Setup\n\n- [ ] One\n- [ ] Two\n")
    git("add", "templates")
    git("commit", "--quiet", "--message", "Template")
    path = hook("exit 1")
    before = index()
    assert onbo("update", "beta", "--commit").status == 5
    assert git("ls-files", "--stage") in before
    path.unlink()
    assert onbo("update", "beta", "--commit").status == 0
    assert subject() == "beta: update from plan 2"
    assert git("status", "--porcelain") == ""


def test_fill_stops_where_a_commit_is_refused() -> None:
    put("customers/beta.md", "# Beta\n\n**CSM:** [CSM Name]\n\n**Sponsor:** [Name]\n\n- [ ] One\n")
    git("add", ".")
    git("commit", "--quiet", "--message", "Beta")
    path = hook("exit 1")
    said = onbo("fill", "beta", "--commit", tty=True, stdin="Ann\nBob\n")
    assert (said.status, "run the same command again" in said.err) == (5, True)
    assert "**CSM:** Ann" in Path("customers/beta.md").read_text()
    path.unlink()
    assert onbo("fill", "beta", "--commit", tty=True, stdin="Bob\n").status == 0
    assert git("status", "--porcelain") == ""
    put("customers/beta.md", Path("customers/beta.md").read_text().replace("Bob", "Carl"))
    assert onbo("fill", "beta", "--commit", tty=True).status == 0
    assert subject() == "beta: fill"


# --- The index ---


def test_what_was_staged_of_the_file_stays_staged() -> None:
    put(ACME, f"{PLAN}staged\n")
    git("add", ACME)
    put(ACME, f"{PLAN}staged\nand more\n")
    put("README.md", "staged\n")
    git("add", "README.md")
    put("new.txt", "new\n")
    git("add", "new.txt")
    path = hook("exit 1")
    before = index()
    assert onbo(*CHECK).status == 5
    assert index() == before
    assert git("show", f":{ACME}") == f"{PLAN}staged\n"
    path.unlink()
    assert onbo(*CHECK).status == 0
    assert git("show", f"HEAD:{ACME}") == f"{TICKED}staged\nand more\n"
    assert git("diff", "--cached", "--name-only").split() == ["README.md", "new.txt"]


def test_a_file_that_was_staged_as_new_stays_so() -> None:
    customer("beta", f"{PLAN}staged\n")
    git("add", "customers/beta.md")
    put("customers/beta.md", f"{PLAN}later\n")
    customer("gamma")
    git("add", "--intent-to-add", "customers/gamma.md")
    path = hook("exit 1")
    for slug in ("beta", "gamma"):
        before = git("ls-files", "--stage"), git("diff", "--cached")
        assert onbo("check", slug, "1.1", "--commit").status == 5
        assert (git("ls-files", "--stage"), git("diff", "--cached")) == before
    path.unlink()
    for slug in ("beta", "gamma"):
        assert onbo("check", slug, "1.1", "--commit").status == 0
        assert git("show", "--format=", "--name-only") == f"customers/{slug}.md\n"


def test_a_file_that_was_taken_out_of_the_index() -> None:
    git("rm", "--quiet", "--cached", ACME)
    path = hook("exit 1")
    before = index()
    assert onbo(*CHECK).status == 5
    assert index() == before
    path.unlink()
    assert onbo(*CHECK).status == 0
    assert git("status", "--porcelain") == ""


def test_a_new_file_is_forgotten_again() -> None:
    customer("beta")
    path = hook("exit 1")
    before = index()
    assert onbo("check", "beta", "1.1", "--commit").status == 5
    assert index() == before
    path.unlink()
    assert onbo("check", "beta", "1.1", "--commit").status == 0
    assert git("show", "--format=", "--name-only") == "customers/beta.md\n"


def test_a_hook_that_formats_and_adds_leaves_nothing_staged() -> None:
    hook(f"sed -i 's/Invite the/Invite all/' {ACME}; git add {ACME}")
    assert onbo(*CHECK).status == 0
    assert "Invite all users" in git("show", f"HEAD:{ACME}")
    assert git("status", "--porcelain") == ""


def test_a_hook_that_formats_and_adds_nothing() -> None:
    hook(f"sed -i 's/Invite the/Invite all/' {ACME}")
    said = onbo(*CHECK)
    assert said.status == 0
    assert git("show", f"HEAD:{ACME}") == TICKED + TABLES
    assert git("status", "--porcelain") == f" M {ACME}\n"


def test_pathspecs_mean_in_a_hook_what_they_always_mean() -> None:
    hook("git diff --cached --quiet -- 'customers/*.md' && exit 1; exit 0")
    assert onbo(*CHECK).status == 0


# --- What hooks print ---


def test_what_a_hook_prints_is_shown_whole() -> None:
    hook("echo one; echo two >&2; printf 'three\\nbad \\377 byte'; exit 1")
    said = onbo(*CHECK, "-q")
    assert (said.status, said.out.count("\n")) == (5, 2)
    assert said.out.startswith("[x] 1.1 Invite the users")
    assert said.err == f"one\ntwo\nthree\nbad \\xff byte\n{REFUSED}"


def test_of_a_hook_that_succeeds_too() -> None:
    hook("echo checked; printf '\\033[2Jcleared\\n' >&2")
    said = onbo(*CHECK)
    assert said.err.startswith("checked\n\\x1b[2Jcleared\ncommitted ")
    put(ACME, PLAN)
    assert onbo(*CHECK, "-q").err == ""


def test_with_json_the_error_is_one_object() -> None:
    hook("echo no; exit 1")
    said = onbo(*CHECK, "--json")
    assert '"kind": "error"' in said.out
    assert '"status": 5' in said.out
    assert said.err == f"no\n{REFUSED}"


def test_a_hook_that_prints_without_end() -> None:
    hook("yes 0123456789 | head -c 50000000; exit 1")
    said = onbo(*CHECK)
    assert said.status == 5
    assert len(said.err) < 1_100_000
    assert said.err.endswith(f"[output truncated after 1 MB]\n{REFUSED}")


def test_a_hook_that_leaves_something_running() -> None:
    hook("sleep 300 & echo started $!")
    said = process(*CHECK)
    assert said.returncode == 0
    assert "started" in said.stderr
    subprocess.run(["kill", said.stderr.split()[1]], check=True)


def test_a_hook_that_is_no_program() -> None:
    path = hook("")
    path.write_text("#!/nowhere/at/all\n")
    said = onbo(*CHECK)
    assert said.status == 5
    assert "is saved but not committed; fix what it reports, then run the same command again\n" in said.err


def test_who_refused_is_said_only_where_it_is_known() -> None:
    hook('[ "$1" = prepared ] && exit 1; exit 0', "reference-transaction")
    said = onbo(*CHECK)
    assert (said.status, "hook refused it" in said.err) == (5, False)
    assert "error: git commit failed: ref updates aborted by hook; " in said.err
    hook("git nonsense; exit 0")  # a failure inside a hook that succeeds
    said = onbo(*CHECK)
    assert (said.status, "pre-commit hook refused" in said.err) == (5, False)


# --- Where git refuses ---


def one_line(said: Result, why: str) -> None:
    assert (said.status, said.err.count("\n")) == (5, 1), said.err
    assert said.out.startswith("[x] 1.1 Invite the users")
    assert said.err.startswith(f"error: {why}; customers/acme.md is saved but not committed; "), said.err
    assert Path(ACME).read_text() == TICKED + TABLES


def test_nobody_is_known_to_git(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    git("config", "user.useConfigOnly", "true")
    before = index()
    said = onbo(*CHECK)
    one_line(said, "git commit failed: git does not know your name and email")
    assert "`git config --global user.name NAME`" in said.err
    assert git("ls-files", "--stage") in before


def test_the_index_is_locked() -> None:
    Path(".git/index.lock").touch()
    said = onbo(*CHECK)
    one_line(said, f"git commit failed: another git process holds {Path.cwd()}/.git/index.lock")
    assert said.err.endswith(
        "wait for it to end (remove that file if no git is running), then run the same command again\n"
    )


def test_a_cherry_pick_is_in_progress() -> None:
    git("checkout", "--quiet", "-b", "side")
    put("README.md", "side\n")
    git("commit", "--quiet", "--all", "--message", "Side")
    git("checkout", "--quiet", "main")
    put("README.md", "main\n")
    git("commit", "--quiet", "--all", "--message", "Main")
    subprocess.run(["git", "cherry-pick", "side"], capture_output=True, check=False)
    assert git("ls-files", "--unmerged")
    before = git("ls-files", "--stage")
    one_line(onbo(*CHECK), "git commit failed: a cherry-pick is in progress")
    assert git("ls-files", "--stage") == before


def test_a_file_that_is_ignored() -> None:
    put(".gitignore", "customers/\n.onbo/undo/\n.onbo/locks/\n")
    git("rm", "--quiet", "--cached", ACME)
    git("commit", "--quiet", "--all", "--message", "Ignore")
    said = onbo(*CHECK)
    one_line(said, "git add failed: customers is ignored by .gitignore")
    assert git("status", "--porcelain") == ""


def test_a_commit_that_cannot_be_signed() -> None:
    git("config", "commit.gpgsign", "true")
    git("config", "gpg.program", "false")
    said = onbo(*CHECK)
    assert said.status == 5
    assert "error: git commit failed: gpg failed to sign the data; customers/acme.md is saved" in said.err


def test_no_head_and_a_detached_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git("checkout", "--quiet", "--detach")
    assert onbo(*CHECK).status == 0
    assert subject().startswith("acme: check 1.1")
    monkeypatch.chdir(tmp_path)
    git("init", "--quiet", "--initial-branch=main")
    customer()
    put("README.md", "staged\n")
    git("add", "README.md")
    path = hook("exit 1")
    before = index()
    assert onbo(*CHECK).status == 5
    assert index() == before
    path.unlink()
    assert onbo(*CHECK).status == 0
    assert git("show", "--format=", "--name-only") == f"{ACME}\n"
    assert git("diff", "--cached", "--name-only") == "README.md\n"


def test_a_worktree_and_a_submodule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git("worktree", "add", "--quiet", str(tmp_path / "tree"))
    git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(Path.cwd()), "inner")
    for place in (tmp_path / "tree", Path.cwd() / "inner"):
        monkeypatch.chdir(place)
        assert onbo(*CHECK).status == 0
        assert subject().startswith("acme: check 1.1")
        assert git("status", "--porcelain") == ""


def test_line_ends_are_no_news() -> None:
    git("config", "core.autocrlf", "true")
    said = onbo(*CHECK)
    assert said.err.startswith("committed ")


def test_a_commit_that_is_interrupted_leaves_the_index(repository: Path) -> None:
    customer("beta")
    hook("kill -INT 0; sleep 1")
    before = index()
    said = process("check", "beta", "1.1", "--commit")
    assert said.returncode == 130
    assert index() == before
    assert not (repository / ".git" / "index.lock").exists()


# --- The message ---


def body() -> str:
    return git("log", "-1", "--format=%B").rstrip("\n")


def test_m_adds_paragraphs() -> None:
    said = onbo(*CHECK, "-m", "They called.\nTwice.\r\n\n", "--message", "# not a comment", "-m", " ")
    assert said.status == 0
    first = "acme: check 1.1 Invite the users (2 / 4 done)"
    assert body() == f"{first}\n\nThey called.\nTwice.\n\n# not a comment"
    assert f"{first}\n" in said.err
    assert "They called" not in said.err


def test_m_is_made_visible() -> None:
    assert onbo(*CHECK, "-m", "a\x1b[2J\u202eb\nc").status == 0
    assert body().endswith("\n\na\\x1b[2J\\u202eb\nc")


@pytest.mark.parametrize(
    "words",
    [
        *(words for words, _ in ITEM),
        ["note", "acme", "1.1", "called"],
        ["add", "acme", "Book it", "--in", "1"],
        ["risk", "add", "acme", "No admin"],
        ["decision", "add", "acme", "Go"],
        ["new", "beta", "--segment", "smb"],
        ["archive", "acme"],
    ],
)
def test_m_needs_commit(words: list[str]) -> None:
    before = git("status", "--porcelain")
    said = onbo(*words, "-m", "why")
    assert (said.status, said.out) == (2, "")
    assert said.err == "error: -m needs --commit; add it, or set `commit = true` under [git] in onbo.toml\n"
    assert onbo(*words, "-m", "why", "--dry-run").status == 0
    assert git("status", "--porcelain") == before
    put("onbo.toml", "[git]\ncommit = true\n")
    assert onbo(*words, "-m", "why").status == 0
    assert body().endswith("\n\nwhy")


def test_the_subject_that_a_hook_made_is_the_one_that_is_said() -> None:
    hook("printf 'TICKET-1 edited\\n' > \"$1\"", "commit-msg")
    said = onbo(*CHECK)
    assert said.err.startswith(f"committed {git('rev-parse', '--short', 'HEAD').strip()}: TICKET-1 edited\n")


@pytest.mark.parametrize("key", ["commit.cleanup=strip", "commit.template=README.md", "i18n.commitEncoding=latin1"])
def test_no_setting_takes_words_from_the_message(key: str) -> None:
    git("config", *key.split("=", 1))
    put("customers/#1.md", "# P\n\n## S\n\n- [ ] Grüße 日本\n")
    assert onbo("check", "customers/#1.md", "1.1", "--commit", "-m", "# é").status == 0
    assert body() == "#1: check 1.1 Grüße 日本 (1 / 1 done)\n\n# é"


# --- lint --fix ---


def test_lint_commits_what_it_fixed() -> None:
    put("customers/beta.md", PLAN.replace("- [ ] Users", "-[ ] Users"))
    git("add", ".")
    git("commit", "--quiet", "--message", "Beta")
    put(ACME, TICKED + TABLES)
    assert onbo("lint", "--commit").err == "error: --commit needs --fix; add --fix, or leave out --commit\n"
    path = hook("exit 1")
    said = onbo("lint", "--fix", "--commit")
    again = "run `onbo lint --fix --commit customers/beta.md`"  # the same command would find nothing more to fix
    assert (said.status, again in said.err) == (5, True)
    path.unlink()
    assert onbo("lint", "beta", "--fix", "--commit", "-m", "tidy").status in (0, 1)
    assert body() == "beta: lint --fix\n\ntidy"
    assert git("status", "--porcelain") == f" M {ACME}\n"


def test_what_somebody_else_committed_meanwhile_is_not_called_uncommitted() -> None:
    """Many at once: one may commit what another has just written. Whatever is said of the commit must be true."""
    put(ACME, "".join(f"- [ ] item {number}\n" for number in range(1, 11)))
    git("commit", "--quiet", "--all", "--message", "Ten")
    command = [os.path.join(os.path.dirname(sys.executable), "onbo"), "check", "acme"]
    running = [
        subprocess.Popen([*command, f"0.{number}", "--commit"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for number in range(1, 11)
    ]
    errors = [process.communicate()[1].decode() for process in running]
    assert Path(ACME).read_text().count("[x]") == 10
    assert [text for text in errors if "nothing added to commit" in text or "no changes added" in text] == []
