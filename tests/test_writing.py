"""Writes: links, locks, changes underneath, and a system that says no."""

import errno
import fcntl
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from onbo.document.source import Change, Edit, Span
from onbo.effects import files, locks, renames
from onbo.errors import ConflictError, UnacceptableError
from runner import onbo
from workspace import PLAN, customer, put

TICKED = PLAN.replace("- [ ] Invite", "- [x] Invite")
SKIP = ("skip", "acme", "1.1", "--why", "none")
CHECK = ("check", "acme", "1.1")


def leftovers() -> list[str]:
    return [name for name in os.listdir("customers") if name.startswith(".")]


# --- links ---


def test_a_link_inside_the_workspace_is_followed_and_stays_one() -> None:
    put("plans/acme.md", PLAN)
    Path("customers").mkdir()
    Path("customers/acme.md").symlink_to("../plans/acme.md")
    assert onbo(*CHECK).status == 0
    assert onbo("skip", "acme", "2.1", "--why", "none").status == 0
    assert Path("customers/acme.md").is_symlink()
    assert "- [x] Invite" in Path("plans/acme.md").read_text()
    assert "- [~] Users can log in (n/a: none)" in Path("plans/acme.md").read_text()
    assert len(onbo("status").out.splitlines()) == 3


@pytest.mark.parametrize("words", [CHECK, SKIP, ("show", "acme"), ("status", "acme")])
def test_a_link_that_leaves_the_workspace_is_refused(words: tuple[str, ...], tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text(PLAN)
    Path("customers").mkdir()
    Path("customers/acme.md").symlink_to(outside)
    said = onbo(*words)
    assert said.status == 3
    assert "customers/acme.md is a link that leaves the workspace; put the file itself there" in said.err
    assert outside.read_text() == PLAN


def test_a_link_to_nothing_and_one_to_itself() -> None:
    Path("customers").mkdir()
    Path("customers/acme.md").symlink_to("gone.md")
    assert "is a link to nothing; remove it or mend it" in onbo(*CHECK).err
    Path("customers/loop.md").symlink_to("loop.md")
    said = onbo("status")
    assert said.status == 3
    assert len(said.out.splitlines()) == 4


def test_what_is_no_file_is_refused() -> None:
    Path("customers/acme.md").mkdir(parents=True)
    assert (onbo(*CHECK).status, onbo(*CHECK).err) == (3, "error: customers/acme.md is no regular file\n")
    os.mkfifo("customers/pipe.md")
    assert onbo("check", "pipe", "1").status == 3


def test_ten_megabytes_are_read_and_more_refused() -> None:
    path = customer(text="- [ ] a\n")
    with path.open("r+b") as file:
        file.truncate(files.LARGEST + 1)
    said = onbo("check", "acme", "0.1")
    assert said.status == 3
    assert said.err == "error: customers/acme.md is 10 MB, over the 10 MB that a checklist may have\n"


def test_hard_links_take_ticks_only() -> None:
    path = customer()
    os.link(path, "other.md")
    assert onbo(*CHECK).status == 0
    assert Path("other.md").read_text() == TICKED
    said = onbo("skip", "acme", "2.1", "--why", "none")
    assert (said.status, said.out) == (3, "")
    assert "has several hard links; only ticks are written to it" in said.err
    assert path.read_text() == TICKED
    assert leftovers() == []


def test_the_mode_is_kept() -> None:
    path = customer()
    path.chmod(0o640)
    assert onbo(*SKIP).status == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_tick_is_written_in_place_and_another_edit_beside() -> None:
    path = customer()
    inode = path.stat().st_ino
    onbo("check", "acme", "2.1")
    assert path.stat().st_ino == inode
    onbo(*SKIP)
    assert path.stat().st_ino != inode
    assert leftovers() == []


# --- changed underneath ---


def change_before_writing(monkeypatch: pytest.MonkeyPatch, path: Path, *texts: str) -> None:
    """Somebody else saves these, one before each of the next writes."""
    left = list(texts)
    write = files.write

    def slow(*args: object) -> None:
        if left:
            path.write_text(left.pop(0))
        write(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "write", slow)


@pytest.mark.parametrize(("words", "mark"), [(CHECK, "- [x] Invite"), (SKIP, "- [~] Invite")])
def test_a_change_that_leaves_the_item_is_kept(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], mark: str
) -> None:
    path = customer()
    change_before_writing(monkeypatch, path, f"New first line\n\n{PLAN}", f"Two new\n\nlines\n\n{PLAN}")
    assert onbo(*words).status == 0
    assert path.read_text().startswith("Two new\n\nlines\n\n# Acme plan")
    assert mark in path.read_text()


@pytest.mark.parametrize("words", [CHECK, SKIP])
def test_a_change_that_takes_the_item_away_is_not_overwritten(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    path = customer()
    gone = PLAN.replace("- [ ] Invite the users <!-- id=invite -->\n", "")
    change_before_writing(monkeypatch, path, gone)
    said = onbo(*words)
    assert (said.status, said.out) == (4, "")
    assert "was changed by somebody else meanwhile and no longer has the item" in said.err
    assert path.read_text() == gone


def test_a_change_that_makes_the_item_one_of_several_is_not_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    path = customer(text="- [ ] a <!-- id=x -->\n")
    both = "- [ ] new <!-- id=x -->\n- [ ] a <!-- id=x -->\n"
    change_before_writing(monkeypatch, path, both)
    assert onbo("check", "acme", "0.1").status == 4
    assert path.read_text() == both


def test_who_never_stops_saving_gets_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    path = customer()
    change_before_writing(monkeypatch, path, *(f"{n}\n\n{PLAN}" for n in range(100)))
    said = onbo(*CHECK)
    assert (said.status, said.out) == (4, "")
    assert "was changed by somebody else meanwhile; look at it and try again" in said.err
    assert "[x] Invite" not in path.read_text()


def test_a_file_put_in_its_place_during_a_tick_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    path = customer()
    fsync = os.fsync
    times: list[int] = []

    def replace_once(descriptor: int) -> None:
        fsync(descriptor)
        if not times:
            times.append(1)
            put("customers/.new", f"Saved\n\n{PLAN}").replace(path)

    monkeypatch.setattr(os, "fsync", replace_once)
    assert onbo(*CHECK).status == 0
    assert path.read_text() == f"Saved\n\n{TICKED}"


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_file_saved_just_before_the_exchange_survives(monkeypatch: pytest.MonkeyPatch, can_exchange: bool) -> None:
    path = customer()
    exchange = renames.exchange
    times: list[int] = []

    def late(first: str, second: str) -> bool:
        if not times:
            times.append(1)
            path.write_text(f"Saved\n\n{PLAN}")
        return exchange(first, second)

    if can_exchange:
        monkeypatch.setattr(files, "exchange", late)
    else:
        monkeypatch.setattr(renames, "_renameat2", lambda: None)
    assert onbo(*SKIP).status == 0
    assert path.read_text().startswith("Saved\n" if can_exchange else "# Acme")
    assert "- [~] Invite the users (n/a: none)" in path.read_text()
    assert leftovers() == []


def test_a_file_changed_between_reading_and_replacing(tmp_path: Path) -> None:
    path = customer()
    change = Change(str(path.absolute()), b"what it was", b"what it shall be")
    with pytest.raises(files.ChangedUnderneathError):
        files.write([change], str(tmp_path))
    edit = Edit(Span(0, 1), b"x")
    with pytest.raises(files.ChangedUnderneathError):
        files.write([Change.edited(str(path.absolute()), b"other", [edit])], str(tmp_path))
    assert path.read_text() == PLAN


def test_a_new_file_is_never_put_over_another(tmp_path: Path) -> None:
    path = customer()
    with pytest.raises(ConflictError, match="is there already"):
        files.write([Change(str(path.absolute()), None, b"new")], str(tmp_path))
    assert path.read_text() == PLAN


def test_where_files_cannot_be_exchanged_one_is_renamed(monkeypatch: pytest.MonkeyPatch) -> None:
    import ctypes

    def not_here(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(ctypes, "CDLL", not_here)
    assert renames.exchange("a", "b") is False


@pytest.mark.parametrize(("number", "outcome"), [(errno.EINVAL, False), (errno.ENOSYS, False), (errno.EACCES, OSError)])
def test_what_the_system_says_to_an_exchange(monkeypatch: pytest.MonkeyPatch, number: int, outcome: object) -> None:
    import ctypes

    monkeypatch.setattr(renames, "_renameat2", lambda: lambda *_: -1)
    monkeypatch.setattr(ctypes, "get_errno", lambda: number)
    if outcome is False:
        assert renames.exchange("a", "b") is False
    else:
        with pytest.raises(PermissionError):
            renames.exchange("a", "b")


# --- locks ---


def test_a_held_lock_names_its_holder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.05)
    path = customer()
    onbo("check", "acme", "2.1")
    [lock] = Path(".onbo/locks").iterdir()
    before = path.read_bytes()
    with lock.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(0)
        file.write(b"process %d\n" % os.getppid())
        file.flush()
        said = onbo(*CHECK)
        assert (said.status, said.out) == (4, "")
        assert f"is locked by process {os.getppid()}; wait for it to end and try again" in said.err
        for note in (b"", b"process 999999999\n", b"process %d0\n" % 2**70, b"process x\n"):
            file.seek(0)
            file.truncate()
            file.write(note)
            file.flush()
            assert "is locked by another process" in onbo(*CHECK).err
        assert path.read_bytes() == before
    assert onbo(*CHECK).status == 0


def test_a_lock_that_is_let_go_is_waited_for() -> None:
    customer()
    onbo("check", "acme", "2.1")
    [lock] = Path(".onbo/locks").iterdir()
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import fcntl, time; f = open({str(lock)!r}); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); time.sleep(0.3)",
        ],
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    assert onbo(*CHECK).status == 0
    holder.stdout.close()
    holder.wait()


def test_locks_are_kept_out_of_git() -> None:
    customer()
    onbo(*CHECK)
    assert Path(".onbo/.gitignore").read_text() == "locks/\nundo/\n"
    assert Path(".onbo/.gitattributes").read_text() == "base/* -text\n"


# --- the system says no ---


def failing(monkeypatch: pytest.MonkeyPatch, name: str, number: int) -> None:
    def fail(*args: object, **_: object) -> None:
        # What the lock file gets is written before; what is shown goes through another door.
        path = next((arg for arg in args if isinstance(arg, str)), None)
        raise OSError(number, os.strerror(number), path)

    monkeypatch.setattr(os, name, fail)


@pytest.mark.parametrize("words", [CHECK, SKIP])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_a_full_disk(monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], number: int) -> None:
    path = customer()
    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if bytes(data).startswith(b"process "):  # the lock's own note
            return write(descriptor, data)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "write", full)
    said = onbo(*words)
    assert (said.status, said.out) == (5, "")
    assert said.err == f"error: customers/acme.md: {os.strerror(number).lower()}\n"
    assert path.read_text() == PLAN
    assert leftovers() == []


def test_a_write_in_pieces_is_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    path = customer()
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, bytes(data[:7])))
    assert onbo(*SKIP).status == 0
    assert path.read_text() == PLAN.replace("[ ] Invite the users", "[~] Invite the users (n/a: none)")


@pytest.mark.parametrize("words", [CHECK, SKIP])
def test_a_sync_that_fails(monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    customer()
    failing(monkeypatch, "fsync", errno.EIO)
    assert onbo(*words).status == 5
    assert leftovers() == []


@pytest.mark.parametrize("words", [CHECK, SKIP, ("new", "beta")])
def test_a_directory_that_is_read_only(monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    path = customer()
    real = os.open

    def read_only(name: str, flags: int, *args: int) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), name)
        return real(name, flags, *args)

    monkeypatch.setattr(os, "open", read_only)
    said = onbo(*words)
    assert (said.status, said.out) == (5, "")
    assert said.err.startswith("error: ")
    assert said.err.endswith(": read-only file system\n")
    assert path.read_text() == PLAN


def test_a_file_that_may_not_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    customer()
    customer("fine")
    real = os.open

    def locked_up(name: str, flags: int, *args: int) -> int:
        if str(name).endswith("acme.md"):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES), name)
        return real(name, flags, *args)

    monkeypatch.setattr(os, "open", locked_up)
    said = onbo("check", "acme", "1.1")
    assert (said.status, said.err) == (5, "error: customers/acme.md: permission denied\n")
    said = onbo("status")
    assert said.status == 3
    assert "cannot be read: permission denied" in said.out
    assert onbo("status", "acme").status == 5


def test_several_files_are_written_one_after_the_other(tmp_path: Path) -> None:
    same = Change(str(customer().absolute()), PLAN.encode(), PLAN.encode())
    new = Change(str(tmp_path / "deep" / "new.md"), None, b"new")
    files.write([same, new], str(tmp_path))
    assert (tmp_path / "deep" / "new.md").read_bytes() == b"new"


def test_reading_outside_any_root_follows_a_link(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").symlink_to("a")
    assert files.read(str(tmp_path / "b")) == b"x"
    with pytest.raises(UnacceptableError):
        files.read(str(tmp_path))


@pytest.mark.parametrize("words", [["check", "acme", "1.1"], ["skip", "acme", "1.1", "--why", "no phone"]])
def test_what_may_not_be_written_is_left(monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    path = customer()
    before = path.read_bytes()
    monkeypatch.setattr(os, "access", lambda *_: False)  # whoever runs the tests may write everything
    said = onbo(*words)
    assert (said.status, path.read_bytes()) == (5, before)
    assert "is read-only; make it writable first" in said.err


def test_a_mode_without_write_bits_is_kept() -> None:
    path = customer()
    path.chmod(0o444)
    if not os.access(path, os.W_OK):
        pytest.skip("only the superuser may write it")
    assert onbo("check", "acme", "1.1").status == 0
    assert onbo("set", "acme", "CSM=Eve").status == 0
    assert path.stat().st_mode & 0o777 == 0o444
