"""A repository may configure programs; no command runs one of them, but for --commit, which says so."""

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from runner import ENVIRONMENT, onbo
from workspace import PLAN, TABLES, customer, git, put

HOOKS = (
    *("applypatch-msg", "pre-applypatch", "post-applypatch", "pre-commit", "pre-merge-commit", "prepare-commit-msg"),
    *(
        "commit-msg",
        "post-commit",
        "pre-rebase",
        "post-checkout",
        "post-merge",
        "pre-push",
        "post-rewrite",
        "pre-auto-gc",
    ),
    *("reference-transaction", "post-index-change", "fsmonitor-watchman", "sendemail-validate"),
)
# Settings that name a program, each of which leaves its own mark.
PROGRAMS = (
    *("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass", "core.gitProxy"),
    *("core.alternateRefsCommand", "sequence.editor", "credential.helper", "diff.external", "diff.x.command"),
    *(
        "diff.x.textconv",
        "filter.x.clean",
        "filter.x.smudge",
        "filter.x.process",
        "merge.x.driver",
        "merge.onbo.driver",
    ),
    *("pager.log", "pager.status", "pager.diff", "pager.show", "gpg.program", "gpg.ssh.program", "gpg.x509.program"),
    *("uploadpack.packObjectsHook", "interactive.diffFilter", "difftool.x.cmd", "mergetool.x.cmd", "web.browser"),
    *("browser.x.cmd", "man.x.cmd", "trailer.x.command", "diff.tool", "remote.origin.uploadpack"),
)
ALIASES = ("status", "diff", "log", "add", "commit", "rev-parse", "x")
VARIABLES = (
    "EDITOR",
    "VISUAL",
    "ONBO_EDITOR",
    "PAGER",
    "GIT_PAGER",
    "GIT_EDITOR",
    "GIT_ASKPASS",
    "SSH_ASKPASS",
    "BROWSER",
)
READING = (
    *(
        ["status"],
        ["status", "acme"],
        ["status", "--json"],
        ["status", "--explain"],
        ["show", "acme"],
        ["show", "acme", "1.1"],
    ),
    *(["show", "acme", "--json"], ["next"], ["next", "acme", "--json"], ["gate", "acme"], ["gate", "acme", "--strict"]),
    *(
        ["lint"],
        ["lint", "--json"],
        ["lint", "--format", "github"],
        ["risk", "list", "acme"],
        ["decision", "list", "acme"],
    ),
    *(["log"], ["log", "acme", "1.1"], ["log", "--json", "--since", "9d"], ["status", "--as-of", "HEAD"]),
    *(["status", "acme", "--as-of", "2026-12-12"], ["status", "--as-of", "HEAD^2"], ["status", "--as-of", "nobody"]),
    *(
        ["report"],
        ["report", "--json"],
        ["report", "--html", "-"],
        ["share", "acme", "--no-template"],
        ["share", "acme", "--no-template", "--json"],
    ),
    *(["export", "--format", "csv"], ["export", "--json"], ["export", "--format", "ics"]),
    *(["undo", "-n"], ["--help"], ["check", "--help"], ["--version"], ["status", "nobody"], ["show", "acme", "zzz"]),
    *(["resolve", "acme"], ["resolve", "acme", "-n"]),
    *(["check", "acme", "9.9"], ["nonsense"], ["status", "--nonsense"]),
)
WRITING = (
    *(
        ["check", "acme", "1.1"],
        ["uncheck", "acme", "1.1"],
        ["skip", "acme", "1.1", "--why", "x"],
        ["uncheck", "acme", "1.1"],
    ),
    *(["wait", "acme", "1.1", "--on", "it"], ["assign", "acme", "1.1", "@ann"], ["due", "acme", "1.1", "2026-12-24"]),
    *(["note", "acme", "1.1", "called"], ["add", "acme", "Book it", "--in", "1"], ["set", "acme", "CSM=Ann"]),
    *(["risk", "add", "acme", "No admin"], ["risk", "close", "acme", "1"], ["decision", "add", "acme", "Go"]),
    *(
        ["lint", "--fix"],
        ["new", "beta", "--segment", "smb"],
        ["archive", "beta"],
        ["archive", "beta", "--undo"],
        ["init"],
    ),
)


@pytest.fixture
def marks(own_directory: Path) -> Path:
    place = own_directory.parent / "marks"
    place.mkdir()
    return place


@pytest.fixture(autouse=True)
def repository(own_directory: Path) -> Path:
    git("init", "--quiet", "--initial-branch=main")
    customer(text=PLAN + TABLES)
    put("README.md", "hello\n")
    git("add", ".")
    git("commit", "--quiet", "--message", "Begin")
    return own_directory


def merge() -> None:
    """A history with two parents, and a merge that says something of its own."""
    git("checkout", "--quiet", "-b", "side")
    customer("side")
    git("add", ".")
    git("commit", "--quiet", "--message", "Side")
    git("checkout", "--quiet", "main")
    put("README.md", "hello again\n")
    git("commit", "--quiet", "--all", "--message", "Main")
    git("merge", "--quiet", "--no-commit", "side")
    customer("side", PLAN.replace("- [ ] Invite", "- [x] Invite"))
    git("add", ".")
    git("commit", "--quiet", "--message", "Merge")


def program(folder: Path, marks: Path, name: str) -> Path:
    """A program that leaves a mark of its own."""
    path = folder / f"run-{name}"
    path.write_text(f"#!/bin/sh\n: > '{marks}/{name}'\ncat 2>/dev/null\nexit 0\n")
    path.chmod(0o755)
    return path


def plant(repository: Path, marks: Path) -> int:
    """Everything that could make git, or somebody who calls git, run a program. Gives how many there are."""
    tools = repository / ".git" / "tools"
    tools.mkdir()
    before = len(os.listdir(tools))
    hooks = repository / "hooks"
    for folder in (hooks, repository / ".git" / "hooks"):
        folder.mkdir(exist_ok=True)
        for hook in HOOKS:
            target = program(tools, marks, f"{folder.parent.name}-{hook}")
            (folder / hook).unlink(missing_ok=True)
            (folder / hook).symlink_to(target)
    config = [("core.hooksPath", str(hooks))]
    config += [(name, str(program(tools, marks, name))) for name in PROGRAMS]
    config += [(f"alias.{name}", f"!{program(tools, marks, f'alias.{name}')}") for name in ALIASES]
    config += [("log.showSignature", "true"), ("commit.gpgSign", "true"), ("filter.x.required", "true")]
    # A partial clone whose promisor is a program.
    config += [("extensions.partialClone", "origin"), ("remote.origin.promisor", "true")]
    config += [("remote.origin.url", f"ext::{program(tools, marks, 'promisor')} %S"), ("protocol.ext.allow", "always")]
    included = repository / ".git" / "included"
    included.write_text(f"[core]\n\tpager = {program(tools, marks, 'included')}\n\tfsmonitor = {tools}/run-included\n")
    config += [("includeIf.gitdir:**.path", str(included)), ("include.path", str(included))]
    put(".gitattributes", "* filter=x diff=x merge=x\n*.md filter=x diff=x merge=x\n")
    for place in (Path("customers/bare"), Path("templates/bare.git")):  # bare repositories below ours
        git("init", "--quiet", "--bare", str(place))
        bare = ["--git-dir", str(place), "config"]
        git(*bare, "core.fsmonitor", str(program(tools, marks, f"bare-{place.name}")))
        git(*bare, "core.hooksPath", str(hooks))
    with (repository / ".git" / "config").open("a") as file:
        for name, value in config:
            section, _, key = name.rpartition(".")
            first, _, rest = section.partition(".")
            head = f'[{first} "{rest}"]' if rest else f"[{first}]"
            file.write(f'{head}\n\t{key} = "{value}"\n')
        file.write("[core]\n\trepositoryFormatVersion = 1\n")
    return len(os.listdir(tools)) - before


def run_everything(commands: Iterable[list[str]], monkeypatch: pytest.MonkeyPatch, marks: Path) -> None:
    """Run each from the top, from below, and from inside a bare repository: nothing may leave a mark."""
    for name in VARIABLES:
        monkeypatch.setenv(name, str(program(marks.parent, marks, f"variable-{name}")))
    top = Path.cwd()
    for words in commands:
        for place in (top, top / "customers", top / "customers" / "bare"):
            os.chdir(place)
            assert "onbo itself failed" not in onbo(*words).err
        os.chdir(top)
        assert os.listdir(marks) == [], words


def test_reading_runs_nothing(repository: Path, marks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    merge()
    assert plant(repository, marks) >= 60
    run_everything(READING, monkeypatch, marks)
    run_everything([[*words, "-n"] for words in WRITING], monkeypatch, marks)


def test_what_a_partial_clone_lacks_is_not_fetched(repository: Path, marks: Path) -> None:
    merge()
    plant(repository, marks)
    for revision in ("HEAD~1:customers/acme.md", "HEAD:customers/side.md"):
        blob = git("rev-parse", revision).strip()
        (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    for words in (["log"], ["status", "--as-of", "HEAD"], ["status"], ["log", "side"]):
        said = onbo(*words)
        assert said.err.count("\n") <= 1
        assert os.listdir(marks) == [], words


def test_writing_without_commit_runs_nothing(repository: Path, marks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(repository, marks)
    for name in VARIABLES:
        monkeypatch.setenv(name, str(program(marks.parent, marks, f"variable-{name}")))
    for words in (*WRITING, ["undo"]):
        said = onbo(*words)
        assert said.status == 0, (words, said.err)
        assert os.listdir(marks) == [], words
    assert "Ann" in Path("customers/acme.md").read_text()


def test_what_is_planted_does_run_when_git_is_asked(repository: Path, marks: Path) -> None:
    """Else the tests above would show nothing."""
    plant(repository, marks)
    put("customers/acme.md", PLAN.replace("Acme", "Changed"))
    for words in (["status"], ["diff"], ["add", "--all"], ["commit", "--message", "x"], ["log", "-p", "-1"], ["x"]):
        subprocess.run(["git", *words], env=os.environ | ENVIRONMENT, capture_output=True, check=False, timeout=30)
    ran = os.listdir(marks)
    assert {"core.fsmonitor", "included"} & set(ran)
    assert {"filter.x.clean", "filter.x.process"} & set(ran)
    assert "alias.x" in ran
    assert len(ran) >= 3, ran


def test_commit_says_that_it_runs_hooks(repository: Path, marks: Path) -> None:
    assert "git hooks run" in " ".join(onbo("check", "--help").out.split())
    program(marks.parent, marks, "hook")
    hook = repository / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.symlink_to(marks.parent / "run-hook")
    assert onbo("check", "acme", "1.1").status == 0
    assert os.listdir(marks) == []
    assert onbo("uncheck", "acme", "1.2", "--commit").status == 0
    assert os.listdir(marks) == ["hook"]


def test_commit_takes_that_file_alone() -> None:
    put("README.md", "staged\n")
    git("add", "README.md")
    put("README.md", "unstaged\n")
    put("new.txt", "staged and new\n")
    git("add", "new.txt")
    put("other.txt", "untracked\n")
    customer("beta")
    assert onbo("check", "acme", "1.1", "--commit").status == 0
    assert git("show", "--format=", "--name-only") == "customers/acme.md\n"
    assert git("diff", "--cached", "--name-only").split() == ["README.md", "new.txt"]
    assert git("show", ":README.md") == "staged\n"
    assert git("diff", "--name-only").split() == ["README.md"]
    assert Path("README.md").read_text() == "unstaged\n"
    assert {"customers/beta.md", "other.txt"} <= set(git("ls-files", "--others").split())


@pytest.mark.parametrize("hook", ["pre-commit", "commit-msg", "prepare-commit-msg"])
def test_what_a_hook_prints_before_it_fails_is_made_visible(repository: Path, hook: str) -> None:
    path = repository / ".git" / "hooks" / hook
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\nprintf 'first\\n\\033[31mno \\342\\200\\256tickets\\n' >&2\nexit 7\n")
    path.chmod(0o755)
    head = git("rev-parse", "HEAD")
    said = onbo("check", "acme", "1.1", "--commit")
    assert said.status == 5
    assert said.out.startswith("[x] 1.1 Invite the users")
    assert said.err == (
        "first\n\\x1b[31mno \\u202etickets\n"
        f"error: git commit failed: the {hook} hook refused it; customers/acme.md is saved but not committed;"
        " fix what it reports, then run the same command again\n"
    )
    assert "- [x] Invite" in Path("customers/acme.md").read_text()
    assert git("rev-parse", "HEAD") == head


def test_in_the_middle_of_a_merge_it_fails_cleanly() -> None:
    git("checkout", "--quiet", "-b", "side")
    put("README.md", "side\n")
    git("commit", "--quiet", "--all", "--message", "Side")
    git("checkout", "--quiet", "main")
    put("README.md", "main\n")
    git("commit", "--quiet", "--all", "--message", "Main")
    subprocess.run(["git", "merge", "side"], capture_output=True, check=False)
    head = git("rev-parse", "HEAD")
    said = onbo("check", "acme", "1.1", "--commit")
    assert (said.status, said.err.count("\n")) == (5, 1)
    assert said.err == (
        "error: git commit failed: a merge is in progress; customers/acme.md is saved but not committed;"
        " finish the merge, then run the same command again\n"
    )
    assert "- [x] Invite" in Path("customers/acme.md").read_text()
    assert git("rev-parse", "HEAD") == head
    assert git("diff", "--name-only", "--diff-filter=U").split() == ["README.md"]
    assert Path(".git/MERGE_HEAD").exists()


def test_the_environment_of_a_calling_hook_leads_to_no_other_repository(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    put(str(other / "customers" / "acme.md"), PLAN)
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "Other"]):
        git("-C", str(other), *words)
    theirs = git("-C", str(other), "rev-parse", "HEAD")
    index = (other / ".git" / "index").read_bytes()
    with monkeypatch.context() as calling:
        calling.setenv("GIT_DIR", str(other / ".git"))
        calling.setenv("GIT_WORK_TREE", str(other))
        calling.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
        calling.setenv("GIT_OBJECT_DIRECTORY", str(other / ".git" / "objects"))
        calling.setenv("GIT_COMMON_DIR", str(other / ".git"))
        calling.setenv("GIT_PREFIX", "customers/")
        calling.setenv("GIT_NAMESPACE", "elsewhere")
        said = onbo("check", "acme", "1.1", "--commit")
    assert said.status == 0, said.err
    assert git("log", "-1", "--format=%s").startswith("acme: check 1.1")
    assert git("status", "--porcelain", "--untracked-files=no") == ""
    assert git("-C", str(other), "rev-parse", "HEAD") == theirs
    assert (other / ".git" / "index").read_bytes() == index


@pytest.mark.parametrize("magic", ["GIT_GLOB_PATHSPECS", "GIT_ICASE_PATHSPECS", "GIT_NOGLOB_PATHSPECS", ""])
@pytest.mark.parametrize(
    "slug", [":(glob)**", ":!x", ":(top)", "*", "a[b]c", "-n", "--all", ":", "\\*", "a\nb", "日本 x"]
)
def test_file_names_are_no_pathspecs_and_no_options(slug: str, magic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    customer(slug)
    customer("bystander")
    put("customers/acme.md", f"{PLAN}\nSomebody's own change.\n")
    if magic:
        monkeypatch.setenv(magic, "1")
    said = onbo("check", f"customers/{slug}.md", "1.1", "--commit")
    assert said.status == 0, said.err
    monkeypatch.delenv(magic, raising=False)
    assert git("show", "--format=", "--name-only", "-z") == f"customers/{slug}.md\0"
    assert git("diff", "--name-only").split() == ["customers/acme.md"]
    assert "customers/bystander.md" in git("ls-files", "--others")


def test_a_workspace_that_begins_with_a_dash(own_directory: Path) -> None:
    Path("-C").mkdir()
    put("-C/onbo.toml", "")
    put("-C/customers/-x.md", PLAN)
    os.chdir(own_directory / "-C")
    said = onbo("check", "customers/-x.md", "1.1", "--commit")
    assert said.status == 0, said.err
    assert git("show", "--format=", "--name-only") == "-C/customers/-x.md\n"


def test_messages_are_no_options_and_no_comments() -> None:
    for number, text in enumerate(["--amend", "-F/etc/passwd", "# heading", "fixup! x", "a\tb"], 1):
        put("customers/acme.md", f"# P\n\n## S\n\n- [ ] {text}\n- [ ] other {number}\n")
        assert onbo("check", "acme", "1.1", "--commit").status == 0
        assert git("log", "-1", "--format=%s").strip() == f"acme: check 1.1 {text} (1 / 2 done)"
    assert git("rev-list", "--count", "HEAD").strip() == "6"
