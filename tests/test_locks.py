"""One lock and one temporary file for one real file, usable by everybody who may write the file."""

import errno
import fcntl
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from onbo.effects import files, locks
from runner import ENVIRONMENT, onbo
from workspace import PLAN, customer, git, put

CHECK = ("check", "acme", "1.1")
SKIP = ("skip", "acme", "1.1", "--why", "none")


def lock_files(folder: str = ".") -> list[str]:
    return sorted(path.name for path in Path(folder).glob(".onbo/locks/*.lock"))


def temporary(path: Path) -> str:
    with locks.held(str(path)) as name:
        return name


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# --- One real file, one lock ---


def test_a_link_and_its_file_share_a_lock_and_a_temporary_file(tmp_path: Path) -> None:
    put("plans/acme.md", PLAN)
    Path("customers").mkdir()
    Path("customers/acme.md").symlink_to("../plans/acme.md")
    Path("customers/all").symlink_to("../plans")
    put("onbo.toml", "")
    (tmp_path / "other").symlink_to(Path.cwd())
    inside = ["plans/acme.md", "customers/acme.md", "customers/all/acme.md"]
    names = {temporary(folder / path) for path in inside for folder in (Path.cwd(), tmp_path / "other")}
    assert {os.path.dirname(name) for name in names} == {str(Path("plans").resolve())}
    assert len(names) == len(lock_files()) == 1


@pytest.mark.parametrize("words", [CHECK, SKIP])
def test_a_writer_by_another_path_waits(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.05)
    customer()
    for name in ("first", "second"):
        (tmp_path / name).symlink_to(Path.cwd())
    with locks.held(str(tmp_path / "first" / "customers" / "acme.md")):
        said = onbo("-C", str(tmp_path / "second"), *words)
        assert said.status == 4
        assert f"is locked by process {os.getpid()}; wait for it" in said.err
    assert onbo("-C", str(tmp_path / "second"), *words).status == 0


@pytest.mark.parametrize(
    ("marks", "root"),
    [
        (["onbo.toml", "a/onbo.toml", "a/b/customers/"], "a"),
        (["onbo.toml", "a/.git/", "a/b/customers/"], "."),
        ([".git/", "a/b/customers/"], "."),
        (["a/b/customers/deep/"], "a/b"),
        (["a/customers/b/templates/"], "a/customers/b"),
        (["a/.onbo/base/"], "a"),
        (["a/plans/"], "a/plans"),
    ],
)
def test_the_lock_lies_in_the_workspace_nearest_to_the_file(marks: list[str], root: str) -> None:
    for mark in marks:
        put(mark, "") if not mark.endswith("/") else Path(mark).mkdir(parents=True)
    path = Path(marks[-1], "acme.md").resolve()
    assert locks.lock_root(str(path)) == str(Path(root).resolve())
    assert locks.lock_root(str(path.with_name("onbo.toml"))) == str(path.parent)


def test_the_lock_does_not_depend_on_where_the_command_is_run(tmp_path: Path) -> None:
    """A workspace within another: as a customer of the outer one, and from its own top directory."""
    put("onbo.toml", "")
    put("customers/inner/onbo.toml", "")
    put("customers/inner/customers/acme.md", PLAN)
    assert onbo(*CHECK).status == 0
    assert onbo("-C", "customers/inner", "check", "acme", "2.1").status == 0
    assert lock_files() == []
    assert len(lock_files("customers/inner")) == 1
    assert str(tmp_path)


# --- Names of any length ---

LONG = ["a" * 64 + tail for tail in ("-one", "-two")]


def test_long_names_that_begin_alike_share_nothing() -> None:
    names = [str(customer(slug).resolve()) for slug in LONG]
    assert len({locks.temporary_name(name) for name in names}) == 2
    assert len({locks.lock_name(name) for name in names}) == 2


@pytest.mark.parametrize("stem", ["a" * 252, "é" * 126, "株" * 84, "🎉" * 63])
def test_names_of_255_bytes(stem: str) -> None:
    path = customer(stem)
    assert 250 <= len(os.fsencode(path.name)) <= 255
    for words in (["check", str(path), "1.1"], ["skip", str(path), "2.1", "--why", "none"]):
        assert onbo(*words).status == 0
    assert "[x] Invite" in path.read_text()
    assert onbo("undo").status == 0
    assert os.listdir("customers") == [path.name]


def test_two_long_names_written_at_once() -> None:
    """Each command reads back what it wrote, and neither finds the other's content."""
    for slug in LONG:
        customer(slug, f"# {slug}\n\n**CSM:** x\n\n- [ ] a\n")
    code = "import sys; from onbo.cli.start import run\nfor n in range(20):\n    assert run(['-q', 'set', sys.argv[1], f'CSM={n}']) == 0"
    running = [
        subprocess.Popen([sys.executable, "-c", code, f"customers/{slug}.md"], stdout=subprocess.DEVNULL)
        for slug in LONG
    ]
    assert [process.wait() for process in running] == [0, 0]
    for slug in LONG:
        assert Path(f"customers/{slug}.md").read_text() == f"# {slug}\n\n**CSM:** 19\n\n- [ ] a\n"


# --- Everybody who may write the file ---


@contextmanager
def umask(bits: int) -> Iterator[None]:
    before = os.umask(bits)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize("bits", [0o002, 0o022, 0o077])
def test_what_is_made_is_as_open_as_where_it_is_made(bits: int) -> None:
    path = customer()
    for shared in (Path(), Path("customers")):
        shared.chmod(0o2775)
    path.chmod(0o664)
    with umask(bits):
        assert onbo(*CHECK).status == 0
        assert onbo("archive", "acme").status == 0
    assert [mode(Path(name)) for name in (".onbo", ".onbo/locks", "customers/archive")] == [0o2775] * 3
    [lock] = Path(".onbo/locks").iterdir()
    assert mode(lock) == 0o664


def test_a_private_file_has_a_private_lock() -> None:
    customer().chmod(0o600)
    onbo(*CHECK)
    [lock] = Path(".onbo/locks").iterdir()
    assert mode(lock) == 0o600


def test_locks_are_open_to_the_group_where_the_file_is_and_the_workspace_is_not() -> None:
    path = customer()
    Path().chmod(0o755)
    path.chmod(0o664)
    with umask(0o022):
        onbo(*CHECK)
    assert (mode(Path(".onbo")), mode(Path(".onbo/locks"))) == (0o755, 0o775)


def refusing(monkeypatch: pytest.MonkeyPatch, refuse: object, number: int = errno.EACCES) -> None:
    """Let the system refuse to open or make what `refuse` says: whoever runs the tests may do everything."""
    real_open, real_mkdir = os.open, os.mkdir

    def opened(path: str, flags: int, *args: int) -> int:
        if refuse(str(path), flags):  # type: ignore[operator]
            raise OSError(number, os.strerror(number), path)
        return real_open(path, flags, *args)

    def made(path: str, *args: int) -> None:
        if refuse(str(path), os.O_CREAT):  # type: ignore[operator]
            raise OSError(number, os.strerror(number), path)
        real_mkdir(path, *args)

    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(os, "mkdir", made)


WRITES = os.O_WRONLY | os.O_RDWR


def test_another_users_lock_file_is_opened_for_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    path = customer()
    onbo(*CHECK)
    [lock] = Path(".onbo/locks").iterdir()
    lock.write_text("process 1\n")  # as somebody left it who was killed
    refusing(monkeypatch, lambda name, flags: name.endswith(".lock") and flags & WRITES)
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.05)
    with lock.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert onbo("check", "acme", "2.1").status == 4
    assert onbo("check", "acme", "2.1").status == 0
    assert onbo("skip", "acme", "2.2", "--why", "none").status == 0
    assert "[x] Users" in path.read_text()
    assert lock.read_text() == "process 1\n"


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOSPC])
@pytest.mark.parametrize("part", [".onbo", "locks", ".lock"])
def test_where_no_lock_file_can_be_had_the_checklist_is_locked(
    part: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = customer()
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.05)
    if part != ".onbo":
        locks.own_directory(os.getcwd())
        shutil.rmtree(".onbo/locks")
    refusing(monkeypatch, lambda name, flags: name.endswith(part) and flags & (WRITES | os.O_CREAT), number)
    with path.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        said = onbo(*CHECK)
        assert (said.status, "is locked by another process" in said.err) == (4, True)
    assert onbo(*CHECK).status == 0
    assert onbo("skip", "acme", "2.1", "--why", "none").status == 0
    assert "[x] Invite" in path.read_text()
    assert "[~] Users" in path.read_text()
    assert lock_files() == []
    assert os.listdir("customers") == ["acme.md"]


def test_a_lock_on_a_checklist_that_is_replaced_meanwhile_is_taken_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    path = customer()
    refusing(monkeypatch, lambda name, flags: ".onbo" in name and flags & (WRITES | os.O_CREAT))
    code = f"import fcntl, os, time; f = open({str(path)!r}); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); time.sleep(0.3); os.replace({str(path)!r} + '.new', {str(path)!r})"
    put("customers/acme.md.new", PLAN + "New.\n")
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert onbo(*CHECK).status == 0
    assert path.read_text() == PLAN.replace("[ ] Invite", "[x] Invite") + "New.\n"


def test_two_that_have_no_lock_file_share_no_temporary_file(monkeypatch: pytest.MonkeyPatch) -> None:
    path = customer().absolute()
    refusing(monkeypatch, lambda name, flags: ".onbo" in name and flags & (WRITES | os.O_CREAT))
    assert len({temporary(path) for _ in range(5)}) == 5
    assert len({temporary(path.with_name("new.md")) for _ in range(5)}) == 5


@pytest.mark.parametrize("link", [".onbo", ".onbo/locks"])
def test_a_planted_link_is_refused_and_not_gone_round(link: str, tmp_path: Path) -> None:
    path = customer()
    (tmp_path / "outside").mkdir()
    Path(link).parent.mkdir(exist_ok=True)
    Path(link).symlink_to(tmp_path / "outside")
    said = onbo(*CHECK)
    assert (said.status, path.read_text()) == (3, PLAN)
    assert "is a link; make it a directory" in said.err
    assert list((tmp_path / "outside").iterdir()) == []


# --- Real users of one group ---

GROUP = 61234


def as_user(number: int, bits: int, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run onbo as another user of the group, who may read everything but write as the modes say."""
    see = "+dac_read_search"
    user = ["setpriv", f"--reuid={number}", f"--regid={GROUP}", "--clear-groups", f"--inh-caps={see}"]
    program = f"import os; os.umask({bits}); from onbo.cli.start import main; main()"
    environment = ENVIRONMENT | {"HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"]}
    return subprocess.run(
        [*user, f"--ambient-caps={see}", sys.executable, "-c", program, *words],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )


def can_be_others() -> bool:
    if not sys.platform.startswith("linux") or os.geteuid() or shutil.which("setpriv") is None:
        return False
    return as_user(61001, 0o022, "--version").returncode == 0


@pytest.fixture
def open_directory() -> Iterator[None]:
    """pytest's own directories are for one user alone."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="onbo-") as folder:
        Path(folder).chmod(0o755)
        os.chdir(folder)
        yield
        os.chdir(before)


with_users = pytest.mark.skipif(not can_be_others(), reason="only root may become other users")


@with_users
@pytest.mark.usefixtures("open_directory")
@pytest.mark.parametrize("setgid", [True, False])
@pytest.mark.parametrize("bits", [0o002, 0o022])
def test_two_users_of_a_group_share_a_workspace(bits: int, setgid: bool) -> None:
    path = customer()
    put("onbo.toml", "")
    for place in (Path(), Path("customers")):
        os.chown(place, 0, GROUP)
        place.chmod(0o2775 if setgid else 0o775)
    os.chown(path, 0, GROUP)
    path.chmod(0o664)
    for number, words in ((61001, CHECK), (61002, ("check", "acme", "2.1")), (61001, ("set", "acme", "CSM=Eve"))):
        said = as_user(number, bits, *words)
        assert said.returncode == 0, said.stderr
        assert said.stderr.startswith("warning: this change cannot be undone: ~/.local/state/onbo: permission denied\n")
    assert (path.stat().st_gid, mode(path)) == (GROUP, 0o664)
    said = as_user(61002, bits, "set", "acme", "CSM=Ann")  # of a file that another user has put in its place
    assert said.returncode == 0, said.stderr
    assert path.read_text().count("[x]") == 3
    assert len(lock_files()) == 1


@with_users
@pytest.mark.usefixtures("open_directory")
@pytest.mark.parametrize("old", [True, False])
def test_who_may_write_the_file_and_not_the_directory_ticks(old: bool) -> None:
    """With another user's lock file, as 0.1.0 made it, and without any."""
    path = customer()
    put("onbo.toml", "")
    for place in (Path(), Path("customers")):
        place.chmod(0o755)
    if old:
        onbo("check", "acme", "2.2")
        Path(".onbo/locks").chmod(0o755)
        for lock in Path(".onbo/locks").iterdir():
            lock.chmod(0o644)
    os.chown(path, 0, GROUP)
    path.chmod(0o664)
    said = as_user(61001, 0o022, *CHECK)
    assert said.returncode == 0, said.stderr
    assert "[x] Invite" in path.read_text()
    said = as_user(61001, 0o022, "skip", "acme", "2.1", "--why", "none")
    assert (said.returncode, said.stderr) == (
        5,
        (
            "error: customers/acme.md is in a directory that you may not write;"
            " you can tick items, but other changes need write access to the directory\n"
        ),
    )


# --- What is made and moved ---


def test_what_a_killed_process_left_of_a_new_file_goes_with_the_next() -> None:
    customer("beta")
    path = Path("customers/acme.md").absolute()
    left = Path(locks.temporary_name(os.path.realpath(path)))
    left.write_bytes(b"half")
    assert onbo("new", "acme").status == 0
    assert sorted(os.listdir("customers")) == ["acme.md", "beta.md"]


def test_a_move_and_a_removal_wait_for_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.05)
    customer()
    with locks.held(str(Path("customers/acme.md").absolute())):
        assert onbo("archive", "acme").status == 4
    onbo("new", "beta")
    with locks.held(str(Path("customers/beta.md").absolute())):
        assert onbo("undo").status == 4
    assert Path("customers/beta.md").exists()


def test_init_locks_in_the_workspace_that_it_makes() -> None:
    git("init", "-q")
    assert onbo("init", "plans").status == 0
    assert not Path(".onbo").exists()
    assert lock_files("plans")


def test_the_time_that_a_lock_takes_is_short() -> None:
    path = str(customer().absolute())
    temporary(Path(path))
    begun = time.perf_counter()
    for _ in range(200):
        with locks.held(path):
            pass
    assert time.perf_counter() - begun < 2


def test_an_export_has_a_temporary_name_of_its_own() -> None:
    names = {locks.temporary_name(str(Path("a" * 64 + tail).absolute()), unique=True) for tail in ("1", "2", "2")}
    assert len(names) == 3
    assert all(len(os.path.basename(name)) < 255 for name in names)


def test_a_file_of_another_group_keeps_its_group(monkeypatch: pytest.MonkeyPatch) -> None:
    path = customer()
    group = path.stat().st_gid
    given: list[tuple[int, int]] = []

    def owner_refused(_: str, owner: int, to: int) -> None:
        given.append((owner, to))
        if owner != -1:
            raise PermissionError

    monkeypatch.setattr(os, "chown", owner_refused)
    files._give_to(str(path), path.stat(), str(path))
    assert given[-1] == (-1, group)
