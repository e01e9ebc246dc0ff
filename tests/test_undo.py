"""Taking back the last command, with all files that it wrote; what is kept for that, and where."""

import errno
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path

import pytest

from onbo.document.source import Change
from onbo.effects import files, state, undo
from onbo.effects.digest import digest
from runner import Result, onbo
from workspace import PLAN, customer, git, put

ACME = Path("customers/acme.md")
TEMPLATE = (
    '---\ntemplate: plan\nversion: "1.0"\n---\n# The plan\n\n**Customer:** [Customer Name]\n\n- [ ] one\n- [ ] two\n'
)


def ok(*words: str, status: int = 0, **options: str) -> Result:
    said = onbo(*words, **options)  # type: ignore[arg-type]
    assert said.status == status, said.both
    return said


def acme() -> str:
    return ACME.read_text("utf-8")


def bytes_below(folder: str = ".") -> dict[str, bytes]:
    """All files but locks and what git keeps."""
    found = {str(path): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}
    return {name: data for name, data in found.items() if "locks/" not in name and ".git/" not in name}


def kept() -> Path:
    """The directory of this workspace's commands."""
    [folder] = Path(os.environ["XDG_STATE_HOME"], "onbo", "undo").iterdir()
    return folder


def portfolio(*slugs: str) -> None:
    """Customers made from a template that has changed since."""
    put("templates/plan.md", TEMPLATE)
    for slug in slugs:
        ok("new", slug, "--template", "plan")
    put("templates/plan.md", TEMPLATE.replace("1.0", "1.1").replace("two", "two and three"))


# --- A command is taken back as a whole ---


def test_a_tick_an_edit_and_a_creation_one_after_the_other() -> None:
    ok("new", "acme")
    made = acme()
    ok("check", "acme", "1.1.1")
    ticked = acme()
    ok("set", "acme", "CSM=Ann")
    said = ok("undo")
    assert "-**CSM:** Ann\n+**CSM:** [" in said.out
    assert said.out.endswith("restored customers/acme.md\n")
    assert said.err == "undid `set acme CSM=Ann`\nnext: onbo status\n"
    assert acme() == ticked
    ok("undo", "--dry-run")
    assert acme() == ticked
    ok("undo")
    assert acme() == made
    said = ok("undo")
    [snapshot] = re.findall(r"removed (\.onbo/base/\S+)\n", said.out)
    assert said.out == f"removed customers/acme.md\nremoved {snapshot}\n"
    assert not ACME.exists()
    assert not Path(snapshot).exists()
    assert ok("undo").err == "nothing to undo\n"
    assert json.loads(ok("undo", "--json").out)["path"] is None


def test_a_tick_is_undone_in_place() -> None:
    customer()
    place = ACME.stat().st_ino
    ok("check", "acme", "1.1")
    ok("undo")
    assert ACME.stat().st_ino == place
    assert acme() == PLAN


def test_an_update_of_everybody_is_one_command() -> None:
    slugs = [f"c{number:02}" for number in range(50)]
    portfolio(*slugs)
    before = bytes_below()
    ok("update", "--all")
    updated = bytes_below()
    assert len([name for name in updated if before.get(name) != updated[name]]) == 51  # and the new snapshot
    said = ok("undo", "--dry-run", "--json")
    assert bytes_below() == updated
    found = json.loads(said.out)
    assert (found["dry_run"], found["command"], len(found["files"])) == (True, "update --all", 51)
    said = ok("undo")
    assert said.out.count("restored customers/") == 50
    assert bytes_below() == before
    assert ok("undo").out.endswith("removed customers/c49.md\n")  # and the command before


def test_a_snapshot_that_others_need_by_now_stays() -> None:
    put("templates/plan.md", TEMPLATE)
    ok("new", "acme", "--template", "plan")
    shutil.copy("customers/acme.md", "customers/beta.md")  # as a colleague's, pulled
    said = ok("undo")
    assert re.fullmatch(
        r"removed customers/acme.md\nkept .onbo/base/plan-\w{12}.md: other customers need it\n", said.out
    )
    assert [path.name for path in Path("customers").iterdir()] == ["beta.md"]
    assert len(list(Path(".onbo/base").iterdir())) == 1


def test_what_fill_wrote_is_one_command() -> None:
    customer(text="# Plan\n\n**CSM:** [CSM]\n**Rate:** [___%]\n**Notes:**\n> [Write]\n\n- [ ] a\n")
    before = acme()
    ok("fill", "acme", stdin="Ann\n85\nThey are keen.\n", tty=True)  # type: ignore[arg-type]
    assert "85" in acme()
    assert len(json.loads(ok("undo", "--list", "--json").out)["commands"]) == 1
    ok("undo")
    assert acme() == before


def test_somebody_elses_change_between_two_answers_is_not_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    customer(text="# Plan\n\n**CSM:** [CSM]\n**Rate:** [___%]\n\n- [ ] a\n")
    write = files.write
    writes: list[int] = []

    def interrupted(*args: object) -> None:
        if writes == [1]:
            put("customers/acme.md", acme().replace("- [ ] a", "- [x] a"))
        writes.append(1)
        write(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "write", interrupted)
    ok("fill", "acme", stdin="Ann\n85\n", tty=True)  # type: ignore[arg-type]
    after = acme()
    assert "- [x] a" in after
    assert "nothing was undone" in ok("undo", status=4).err
    assert acme() == after


def test_lint_fix_is_one_command() -> None:
    for slug in ("acme", "beta"):
        customer(slug, "# Plan\n\n- [X] a\n-[ ] b\n- [] c\n")
    before = bytes_below("customers")
    onbo("lint", "--fix")
    assert all(data != before[name] for name, data in bytes_below("customers").items())
    ok("undo")
    assert bytes_below("customers") == before


@pytest.mark.parametrize("words", [["archive", "acme"], ["archive", "acme", "--undo"]])
def test_a_move_is_undone(words: list[str]) -> None:
    customer()
    if "--undo" in words:
        ok("archive", "acme")
    before = bytes_below("customers")
    ok(*words)
    moved = bytes_below("customers")
    assert ok("undo", "--dry-run").out.startswith("would move customers/")
    assert bytes_below("customers") == moved
    assert ok("undo").out.startswith("moved customers/")
    assert bytes_below("customers") == before


def test_a_move_is_not_undone_where_something_is_in_the_way() -> None:
    customer()
    ok("archive", "acme")
    customer(text="another\n")
    assert "customers/acme.md is already there; nothing was undone; rename one of them" in ok("undo", status=4).err
    ACME.unlink()
    archived = put("customers/archive/acme.md", "changed\n")
    assert "customers/archive/acme.md has changed since it was moved" in ok("undo", status=4).err
    archived.unlink()
    assert (
        "customers/archive/acme.md was renamed or removed; nothing was undone; put it back first"
        in ok("undo", status=4).err
    )


def test_a_move_that_was_moved_back_by_hand() -> None:
    customer()
    customer("beta")
    ok("check", "beta", "1.1")
    ok("archive", "acme")
    Path("customers/archive/acme.md").rename(ACME)
    nothing = "nothing left to undo for `archive acme`; run `onbo undo` again for the command before it\n"
    assert ok("undo", "-n").err == nothing
    assert ok("undo").err.startswith(nothing)
    assert "[x] Invite" in Path("customers/beta.md").read_text()
    ok("undo")
    assert "[ ] Invite" in Path("customers/beta.md").read_text()


def test_every_command_of_the_last_fifty() -> None:
    customer()
    for _ in range(26):
        ok("check", "acme", "1.1")
        ok("uncheck", "acme", "1.1")
    assert len(list(kept().iterdir())) == 50
    for number in range(50):
        assert ok("undo").err.startswith("undid"), number
    assert ok("undo").err == "nothing to undo\n"


# --- Where a file is not as the command left it ---


def test_what_changed_since_is_shown_and_nothing_is_undone() -> None:
    customer()
    ok("check", "acme", "1.1")
    put("customers/acme.md", acme().replace("Configure SSO", "Configure all"))
    before = acme()
    said = ok("undo", status=4)
    assert "customers/acme.md has changed since the last command wrote it; nothing was undone" in said.err
    assert "-- [x] Configure SSO\n+- [x] Configure all\n" in said.err.replace("\n  ", "\n")
    assert acme() == before
    ACME.unlink()
    assert "customers/acme.md was renamed or removed; nothing was undone; put it back first" in ok("undo", status=4).err
    put("customers/acme.md", PLAN.replace("[ ] Invite", "[x] Invite")).rename("customers/beta.md")
    said = ok("undo", status=4)
    assert "customers/acme.md was renamed to customers/beta.md; nothing was undone; rename it back first" in said.err


def test_a_new_customer_that_was_renamed_or_removed_by_hand() -> None:
    ok("new", "acme")
    ACME.rename("customers/beta.md")
    assert "customers/acme.md was renamed to customers/beta.md" in ok("undo", status=4).err
    Path("customers/beta.md").unlink()
    assert re.fullmatch(r"removed .onbo/base/90-day-\w+.md", ok("undo").out.splitlines()[-1])
    assert ok("undo").err == "nothing to undo\n"


def test_of_several_files_all_that_changed_are_named_and_none_is_undone() -> None:
    portfolio("one", "two", "three")
    ok("update", "--all")
    put("customers/one.md", "mine\n")
    Path("customers/two.md").unlink()
    before = bytes_below()
    said = ok("undo", status=4)
    assert said.err == (
        "error: 2 files have changed since `update --all`; nothing was undone\n"
        "  customers/two.md: was renamed or removed\n"
        "  customers/one.md: has changed since the last command wrote it\n"
    )
    assert ok("undo", "-n", status=4).err == said.err
    assert bytes_below() == before
    [entry] = [e for e in json.loads(ok("undo", "--list", "--json").out)["commands"] if e["command"] == "update --all"]
    assert entry["changed"] == ["customers/two.md", "customers/one.md"]


def test_what_cannot_be_read_is_named() -> None:
    customer()
    ok("check", "acme", "1.1")
    ACME.unlink()
    ACME.mkdir()
    assert "customers/acme.md is no regular file; nothing was undone" in ok("undo", status=4).err


def test_a_write_that_fails_half_way_says_what_was_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    portfolio("one", "two", "three")
    before = bytes_below()
    ok("update", "--all")
    write = files.write

    def failing(changes: Sequence[Change], root: str) -> None:
        if changes[0].path.endswith("one.md"):
            raise OSError(errno.EIO, os.strerror(errno.EIO), changes[0].path)
        write(changes, root)

    with monkeypatch.context() as patched:
        patched.setattr(files, "write", failing)
        said = ok("undo", status=5)
    assert said.err.startswith(
        "error: customers/one.md: input/output error; fix the cause, then run `onbo undo` again\n"
        "  restored: customers/two.md\n"
        "  restored: customers/three.md\n"
        "  not restored: customers/one.md\n"
        "  not removed: .onbo/base/plan-"
    )
    assert bytes_below() != before
    ok("undo")
    assert bytes_below() == before


def test_a_write_that_fails_at_the_first_file(monkeypatch: pytest.MonkeyPatch) -> None:
    customer()
    ok("check", "acme", "1.1")

    def failing(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(ACME.absolute()))

    with monkeypatch.context() as patched:
        patched.setattr(files, "write", failing)
        assert ok("undo", status=5).err == "error: customers/acme.md: input/output error\n"
    ok("undo")
    assert acme() == PLAN


# --- Commits ---


@pytest.mark.parametrize("by", ["option", "setting"])
def test_undo_commits_where_writing_commands_do(by: str) -> None:
    put("onbo.toml", "[git]\ncommit = true\n" if by == "setting" else "")
    commit = [] if by == "setting" else ["--commit"]
    customer()
    git("init", "-q")
    git("add", "--all")
    git("commit", "-qm", "begin")
    ok("check", "acme", "1.1", *commit)
    assert ": acme: undo `check acme 1.1`\n" in ok("undo", *commit).err
    assert git("show", "--format=", "--name-only") == "customers/acme.md\n"
    ok("archive", "acme", *commit)
    ok("undo", *commit)
    assert git("show", "--format=", "--name-status", "-M") == "R100\tcustomers/archive/acme.md\tcustomers/acme.md\n"
    ok("new", "beta", *commit)
    ok("undo", *commit)
    assert re.fullmatch(
        r"D\t.onbo/base/90-day-\w+.md\nD\tcustomers/beta.md\n", git("show", "--format=", "--name-status")
    )
    assert git("status", "--porcelain", "--", "customers") == ""


def test_what_was_never_committed_is_removed_all_the_same() -> None:
    git("init", "-q")
    put("readme.txt", "")
    git("add", "--all")
    git("commit", "-qm", "begin")
    ok("new", "beta")
    ok("undo", "--commit")
    assert not Path("customers/beta.md").exists()
    assert git("log", "--format=%s") == "begin\n"


def test_a_commit_without_a_repository_undoes_nothing() -> None:
    customer()
    ok("check", "acme", "1.1")
    assert "not in a git repository" in ok("undo", "--commit", status=2).err
    assert "[x] Invite" in acme()


# --- The list ---


def test_the_list_is_newest_first() -> None:
    assert ok("undo", "--list").err == "nothing to undo\n"
    customer()
    customer("beta")
    ok("check", "acme", "1.1")
    ok("set", "acme", "CSM=Ann of a long and noble house, the second of her name")
    ok("-q", "archive", "beta", "--today", "2026-12-12")
    rows = ok("undo", "--list").out.splitlines()
    found = [re.split(r"\t|  +", row.strip()) for row in rows]
    assert [(row[0], row[2], row[3]) for row in found if row[0].isdecimal()] == [
        ("1", "archive beta", "customers/archive/beta.md"),
        ("2", "set acme 'CSM=Ann of a long and noble house, th...", "customers/acme.md"),
        ("3", "check acme 1.1", "customers/acme.md"),
    ]
    assert re.fullmatch(r"20\d\d-\d\d-\d\d \d\d:\d\d", found[-1][1])
    put("customers/acme.md", acme() + "more\n")
    listed = json.loads(ok("undo", "--list", "--json").out)["commands"]
    assert [entry["changed"] for entry in listed] == [[], ["customers/acme.md"], ["customers/acme.md"]]
    assert listed[1]["command"] == "set acme 'CSM=Ann of a long and noble house, the second of her name'"
    assert "customers/acme.md (changed since)" in ok("undo", "--list").out


# --- Where it is kept ---


def test_nothing_is_kept_in_the_workspace() -> None:
    customer()
    ok("check", "acme", "1.1")
    assert sorted(os.listdir(".onbo")) == [".gitattributes", ".gitignore", "locks"]
    for folder in (kept(), kept().parent, kept().parent.parent, *kept().iterdir()):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    [record] = [path for command in kept().iterdir() for path in command.iterdir()]
    assert stat.S_IMODE(record.stat().st_mode) == 0o600


def test_the_directory_is_where_platformdirs_says(monkeypatch: pytest.MonkeyPatch) -> None:
    import platformdirs

    for given in ("/somewhere/state", "relative", ""):
        monkeypatch.setenv("XDG_STATE_HOME", given)
        if sys.platform.startswith("linux") and given != "relative":
            assert state.directory() == platformdirs.user_state_dir("onbo")
    assert state.directory() == os.path.join(os.environ["HOME"], ".local/state/onbo")
    assert state.shown(state.directory()) == "~/.local/state/onbo"


def test_a_workspace_reached_by_two_paths_has_one_list(tmp_path: Path) -> None:
    customer()
    for name in ("first", "second"):
        (tmp_path / name).symlink_to(Path.cwd())
    ok("-C", str(tmp_path / "first"), "check", "acme", "1.1")
    assert len(os.listdir(kept().parent)) == 1
    ok("-C", str(tmp_path / "second"), "undo")
    assert acme() == PLAN
    ok("-C", str(tmp_path / "second"), "check", "acme", "1.1")
    ok("undo")
    assert acme() == PLAN


def test_numbers_of_any_size_leave_the_last_command_the_last() -> None:
    customer()
    ok("check", "acme", "1.1")
    [first] = kept().iterdir()
    for number in ("99999999", "9" * 60):
        first = first.rename(kept() / f"{number}-{'a' * 16}")
        ok("check", "acme", "2.1")
        ok("undo")
        assert "[ ] Users can log in" in acme()
    for name in ("rubbish", "12", "9-xyz"):
        (kept() / name).mkdir()
    ok("undo")
    assert acme() == PLAN
    assert ok("undo").err == "nothing to undo\n"


@pytest.mark.parametrize("how", ["cut", "changed", "empty", "directory", "link", "pipe", "huge"])
def test_a_record_that_is_not_whole_is_passed_over(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    customer()
    ok("check", "acme", "1.1")
    ok("check", "acme", "2.1")
    newest = max(kept().iterdir())
    [record] = newest.iterdir()
    data = record.read_bytes()
    if how == "huge":
        monkeypatch.setattr(undo, "LARGEST", 10)
        assert ok("undo").err == "nothing to undo\n"
        return
    record.unlink()
    if how == "directory":
        record.mkdir()
    elif how == "link":
        record.symlink_to(shutil.copy(ACME, "elsewhere"))
    elif how == "pipe":
        os.mkfifo(record)
    else:
        record.write_bytes({"cut": data[:-1], "changed": data.replace(b"Invite", b"Invade"), "empty": b""}[how])
    assert "customers/acme.md has changed since" in ok("undo", status=4).err
    put("customers/acme.md", acme().replace("[x] Users", "[ ] Users"))
    ok("undo")
    assert acme() == PLAN


def test_a_record_of_a_file_outside_is_never_used(tmp_path: Path) -> None:
    customer()
    outside = tmp_path / "outside.md"
    outside.write_text(PLAN)
    said = ok("check", "../outside.md", "1.1")
    assert said.err.startswith("warning: this change cannot be undone: ../outside.md: outside the workspace\n")
    assert ok("undo").err == "nothing to undo\n"
    ok("check", "acme", "1.1")
    [command] = kept().iterdir()
    [record] = command.iterdir()
    line, _, payload = record.read_bytes().partition(b"\n")
    assert line == undo.MAGIC + digest(payload).encode()
    moved = payload.replace(b"customers/acme.md", b"../../outside.md9")
    record.write_bytes(undo.MAGIC + digest(moved).encode() + b"\n" + moved)
    assert ok("undo").err == "nothing to undo\n"


# --- Where it cannot be kept ---

WARNING = "warning: this change cannot be undone: "


def is_made(said: Result, why: str) -> None:
    """The change is made, with one warning, and there is nothing to take back."""
    assert said.status == 0
    assert said.err.count(WARNING) == 1
    assert f"{WARNING}{why}\n" in said.err
    assert "[x] Invite" in acme()


def test_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    customer()
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.delenv("HOME")
    is_made(ok("check", "acme", "1.1"), "HOME is not set")
    said = ok("undo")
    assert said.err == "warning: ignoring undo records: HOME is not set\nnothing to undo\n"


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOSPC])
def test_where_nothing_can_be_written(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    customer()
    monkeypatch.delenv("XDG_STATE_HOME")
    home = os.environ["HOME"]
    mkdir = os.mkdir

    def refusing(path: str, *args: int) -> None:
        if str(path).startswith(home):
            raise OSError(number, os.strerror(number), path)
        mkdir(path, *args)

    monkeypatch.setattr(os, "mkdir", refusing)
    is_made(ok("check", "acme", "1.1"), f"~/.local/state/onbo: {os.strerror(number).lower()}")


def test_a_home_that_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    customer()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    is_made(ok("check", "acme", "1.1"), f"{tmp_path}/file/onbo: file exists")


@pytest.mark.parametrize("level", [0, 1, 2])
@pytest.mark.parametrize("how", ["link", "other", "open", "file"])
def test_a_directory_that_is_not_the_users_own(
    how: str, level: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer()
    ok("check", "acme", "1.1")
    folder = [kept().parent.parent, kept().parent, kept()][level]
    ok("undo")
    if how == "open":
        folder.chmod(0o770)
    elif how == "other":
        uid = os.geteuid()
        real = os.lstat

        def foreign(path: str) -> os.stat_result:
            found = real(path)
            return os.stat_result((*found[:4], uid + 1, *found[5:])) if str(path) == str(folder) else found

        monkeypatch.setattr(os, "lstat", foreign)
    else:
        folder.rename(tmp_path / "away")
        folder.symlink_to(tmp_path / "away") if how == "link" else folder.write_text("")
    why = {
        "link": "is a link",
        "other": "belongs to another user",
        "open": "is writable by other users",
        "file": "is not a directory",
    }[how]
    is_made(ok("check", "acme", "1.1"), f"{folder}: {why}")
    for words in (["undo"], ["undo", "--list"]):
        assert ok(*words).err == f"warning: ignoring undo records: {folder}: {why}\nnothing to undo\n"


def test_half_a_command_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk fills up in the middle, what was kept is dropped: it would take back a part."""
    portfolio("one", "two", "three")
    before = len(list(kept().iterdir()))
    rename = os.rename
    left = [2]

    def full(source: str, target: str) -> None:
        if "/undo/" in str(target):
            left[0] -= 1
            if left[0] < 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), target)
        rename(source, target)

    monkeypatch.setattr(os, "rename", full)
    said = ok("update", "--all")
    assert said.err.count(WARNING) == 1
    assert len(list(kept().iterdir())) == before
    assert not list(kept().rglob("*.onbo-tmp"))


def test_a_write_that_is_refused_leaves_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    customer()

    def refused(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patched:
        patched.setattr(files, "_write_one", refused)
        ok("check", "acme", "1.1", status=5)
    assert list(kept().iterdir()) == []


def test_what_a_killed_process_left_goes_with_its_command() -> None:
    customer()
    ok("check", "acme", "1.1")
    [command] = kept().iterdir()
    (command / ".4711-00000002.onbo-tmp").write_bytes(b"half")
    ok("undo")
    assert list(kept().iterdir()) == []


def _tick(number: int) -> None:
    assert onbo("check", "acme", f"0.{number}").status == 0


def test_many_processes_at_once_keep_all_their_records() -> None:
    customer(text="# Plan\n\n" + "".join(f"- [ ] item {number}\n" for number in range(1, 25)))
    before = acme()
    with get_context("fork").Pool(6) as pool:
        pool.map(_tick, range(1, 25), chunksize=1)
    assert len(list(kept().iterdir())) == 24
    assert acme().count("[x]") == 24
    # Two that begin at one moment have no order, but each fits its own state of the file.
    for _ in range(24):
        said = onbo("undo")
        if said.status == 4:
            break
    else:
        assert acme() == before


def test_a_tick_does_not_load_platformdirs() -> None:
    customer()
    code = "import sys; from onbo.cli.start import run; run(['check', 'acme', '1.1']); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for name in ("platformdirs", "hashlib", "shlex"):
        assert f"'{name}'" not in done.stdout
