"""What a user of a group can do in a workspace that the group shares, and what not: with real users, so only as root."""

import os
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner import ENVIRONMENT
from workspace import PLAN, TABLES, customer, put

ANN, BEN, EVE = 61001, 61002, 61003
GROUP, OTHERS = 61234, 61999
ACL = "system.posix_acl_access"
Done = subprocess.CompletedProcess[str]


def command(bits: int) -> list[str]:
    return [sys.executable, "-c", f"import os; os.umask({bits}); from onbo.cli.start import main; main()"]


def environment(user: int) -> dict[str, str]:
    home = f"{os.getcwd()}.homes/{user}"
    own = {"HOME": home, "XDG_STATE_HOME": f"{home}/state", "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"]}
    return ENVIRONMENT | own


def start(user: int, *words: str, bits: int = 0o022) -> "subprocess.Popen[str]":
    group = OTHERS if user == EVE else GROUP
    return subprocess.Popen(
        [*command(bits), *words],
        user=user,
        group=group,
        extra_groups=[group],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(user),
    )


def as_user(user: int, *words: str, bits: int = 0o022) -> Done:
    process = start(user, *words, bits=bits)
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    return Done(words, process.returncode, out, err)


def able() -> bool:
    if not sys.platform.startswith("linux") or os.geteuid():
        return False
    try:
        done = subprocess.run(
            [sys.executable, "-c", "import onbo.cli.app"], user=ANN, group=GROUP, extra_groups=[], check=False
        )
    except OSError:
        return False
    return done.returncode == 0


pytestmark = pytest.mark.skipif(not able(), reason="only root becomes other users, who must be able to run Python")


@pytest.fixture(autouse=True)
def shared() -> Iterator[Path]:
    """A workspace of the group: a setgid directory, and a plan that the group may write. pytest's own are private."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="onbo-") as folder:
        Path(folder).chmod(0o755)
        place = Path(folder, "work")
        place.mkdir()
        os.chdir(place)
        for user in (ANN, BEN, EVE):
            home = Path(f"{place}.homes/{user}")
            home.mkdir(parents=True)
            os.chown(home, user, OTHERS if user == EVE else GROUP)
            home.chmod(0o700)
        put("onbo.toml", "")
        path = customer(text=PLAN + TABLES)
        for each in (Path(), Path("customers")):
            opened(each, 0o2775)
        for each in (path, Path("onbo.toml")):
            opened(each, 0o664)
        yield place
        os.chdir(before)


def opened(path: Path, mode: int, user: int = ANN, group: int = GROUP) -> None:
    os.chown(path, user, group)
    path.chmod(mode)


def told(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)


ACME = Path("customers/acme.md")
COMMANDS = (
    ["check", "acme", "1.1"],
    ["uncheck", "acme", "1.1"],
    ["skip", "acme", "2.2", "--why", "none"],
    ["note", "acme", "2.1", "called"],
    ["set", "acme", "CSM=Eve", "--force"],
    ["risk", "add", "acme", "No admin"],
    ["add", "acme", "Book it", "--in", "1"],
    ["lint", "acme", "--fix"],
)


@pytest.mark.parametrize("bits", [0o002, 0o022])
def test_one_after_the_other(bits: int) -> None:
    for number, words in enumerate((*COMMANDS, *COMMANDS[:2], *COMMANDS[3:6])):
        done = as_user((ANN, BEN)[number % 2], *words, bits=bits)
        assert (done.returncode, done.stderr.startswith("error")) in ((0, False), (1, False)), (words, done.stderr)
        assert "warning" not in done.stderr
        assert told(ACME)[1:] == (GROUP, 0o664)


@pytest.mark.parametrize("bits", [0o002, 0o022])
@pytest.mark.parametrize("setgid", [True, False])
def test_what_one_makes_the_other_may_write(bits: int, setgid: bool) -> None:
    for place in (Path(), Path("customers")):
        place.chmod(0o2775 if setgid else 0o775)
    assert as_user(ANN, "new", "beta", "--segment", "smb", bits=bits).returncode == 0
    assert told(Path("customers/beta.md")) == (ANN, GROUP, 0o664)
    for words in (
        ["check", "beta", "1.1"],
        ["note", "beta", "1.1", "called"],
        ["new", "gamma"],
        ["archive", "beta"],
        ["archive", "acme"],
    ):
        done = as_user(BEN, *words, bits=bits)
        assert done.returncode == 0, (words, done.stderr)
    assert as_user(ANN, "archive", "beta", "--undo", bits=bits).returncode == 0


def test_both_at_once() -> None:
    put(str(ACME), "# P\n\n## S\n\n" + "- [ ] item\n" * 40)
    running = [start((ANN, BEN)[number % 2], "check", "acme", f"1.{number + 1}") for number in range(40)]
    assert not any("error" in process.communicate()[1] for process in running)
    assert ACME.read_text().count("[x]") == 40
    running = [
        start((ANN, BEN)[number % 2], "note", "acme", f"1.{number + 1}", f"note {number}") for number in range(12)
    ]
    errors = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0] * 12, errors
    assert all(f"> note {number}\n" in ACME.read_text() for number in range(12))
    assert told(ACME)[1:] == (GROUP, 0o664)
    assert [path.name for path in Path("customers").iterdir()] == ["acme.md"]


def test_one_waits_while_the_other_holds_the_lock() -> None:
    as_user(BEN, "check", "acme", "1.1")
    [lock] = Path(".onbo/locks").glob("*.lock")
    held = f"import fcntl, time; f = open({str(lock)!r}); fcntl.flock(f, fcntl.LOCK_EX); print(flush=True); time.sleep(0.7)"
    with subprocess.Popen(
        [sys.executable, "-c", held], user=ANN, group=GROUP, extra_groups=[], stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        began = time.monotonic()
        assert as_user(BEN, "check", "acme", "2.1").returncode == 0
        assert time.monotonic() - began > 0.3


def test_undo_is_each_users_own() -> None:
    as_user(ANN, "check", "acme", "1.1")
    assert as_user(BEN, "undo").stderr == "nothing to undo\n"
    as_user(BEN, "check", "acme", "2.1")
    before = ACME.read_bytes()
    done = as_user(ANN, "undo")
    assert (done.returncode, "has changed since the last command wrote it" in done.stderr) == (4, True)
    assert ACME.read_bytes() == before
    assert as_user(BEN, "undo").returncode == 0  # what Ben did last
    assert as_user(ANN, "undo").returncode == 0  # and then what Ann did
    assert ACME.read_text() == PLAN + TABLES
    state = Path(environment(ANN)["XDG_STATE_HOME"], "onbo")
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    Path(environment(ANN)["HOME"]).chmod(0o755)  # the records are private even where the home is not
    state.parent.chmod(0o755)
    listed = subprocess.run(
        ["ls", str(state)], user=BEN, group=GROUP, extra_groups=[], capture_output=True, check=False
    )
    assert listed.returncode
    assert "ermission denied" in listed.stderr.decode()


def test_a_file_in_a_directory_that_may_not_be_written() -> None:
    for place in (Path(), Path("customers")):
        opened(place, 0o755)
    assert as_user(BEN, "check", "acme", "1.1").returncode == 0
    done = as_user(BEN, "set", "acme", "CSM=Eve", "--force")
    assert (done.returncode, done.stderr) == (
        5,
        (
            "error: customers/acme.md is in a directory that you may not write;"
            " you can tick items, but other changes need write access to the directory\n"
        ),
    )
    assert as_user(BEN, "new", "beta").returncode == 5
    assert as_user(BEN, "archive", "acme").returncode == 5
    assert as_user(BEN, "undo").returncode == 0
    assert ACME.read_text() == PLAN + TABLES
    assert os.listdir("customers") == ["acme.md"]


def test_a_sticky_directory() -> None:
    Path("customers").chmod(0o3775)
    assert as_user(BEN, "check", "acme", "1.1").returncode == 0
    before = ACME.read_bytes()
    done = as_user(BEN, "set", "acme", "CSM=Eve", "--force")
    assert (done.returncode, done.stderr) == (
        5,
        (
            "error: customers/acme.md belongs to another user, and its directory is sticky;"
            " you can tick items, but other changes are for its owner\n"
        ),
    )
    assert as_user(BEN, "archive", "acme").returncode == 5
    assert ACME.read_bytes() == before
    assert os.listdir("customers") == ["acme.md"]
    assert as_user(ANN, "set", "acme", "CSM=Eve", "--force").returncode == 0
    assert as_user(BEN, "new", "beta").returncode == 0
    assert as_user(ANN, "check", "beta", "1.1.1").returncode == 0


def test_a_colleague_who_may_only_read() -> None:
    before = sorted(map(str, Path().rglob("*")))
    for words in (["status"], ["show", "acme"], ["next"], ["gate", "acme"], ["lint"], ["report"], ["undo", "--list"]):
        assert as_user(EVE, *words).returncode in (0, 1), words
    assert as_user(EVE, "export", "--format", "csv").returncode == 0
    for words in (*COMMANDS[:5], ["archive", "acme"], ["new", "beta"], ["undo"], ["init"]):
        done = as_user(EVE, *words)
        assert done.returncode in (0, 5), (words, done.stderr)
        assert done.stderr.count("\n") == 1, (words, done.stderr)
    assert "is read-only; make it writable first" in as_user(EVE, "check", "acme", "1.1").stderr
    assert sorted(map(str, Path().rglob("*"))) == before
    assert ACME.read_text() == PLAN + TABLES


def test_owner_mode_attributes_and_access_lists_are_kept() -> None:
    os.setxattr(ACME, "user.note", b"kept")
    entries = [(1, 6, -1), (2, 6, EVE), (4, 6, -1), (0x10, 6, -1), (0x20, 4, -1)]
    acl = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", tag, may, who & 0xFFFFFFFF) for tag, may, who in entries)
    try:
        os.setxattr(ACME, ACL, acl)
    except OSError:
        pytest.skip("no access control lists here")
    for user, owner in ((ANN, ANN), (BEN, BEN), (0, BEN)):
        words = ["set", "acme", f"CSM={user}", "--force"]
        done = as_user(user, *words) if user else subprocess.run([*command(0o022), *words], check=False)
        assert done.returncode == 0
        assert told(ACME) == (owner, GROUP, 0o664)
        assert os.getxattr(ACME, "user.note") == b"kept"
        assert os.getxattr(ACME, ACL) == acl
    assert as_user(EVE, "check", "acme", "1.1").returncode == 0  # as the list says
    done = as_user(EVE, "set", "acme", "CSM=Eve", "--force")
    assert done.returncode == 5
    Path("customers").chmod(0o2777)
    done = as_user(EVE, "set", "acme", "CSM=Eve", "--force")
    assert done.returncode == 0, done.stderr  # the directory gives new files its group
    assert told(ACME) == (EVE, GROUP, 0o664)


def test_a_file_is_not_taken_from_a_group() -> None:
    """By someone who may write it by an access list, or as anybody may, but cannot give a file to that group."""
    Path("customers").chmod(0o777)
    ACME.chmod(0o676)
    done = as_user(EVE, "set", "acme", "CSM=Eve", "--force")
    assert (done.returncode, done.stderr) == (
        3,
        "error: customers/acme.md belongs to a group that you are not in; you can tick items, but not make other changes\n",
    )
    assert as_user(EVE, "check", "acme", "1.1").returncode == 0
    assert told(ACME) == (ANN, GROUP, 0o676)
    assert os.listdir("customers") == ["acme.md"]


def test_a_directory_of_one_user_hides_nobody() -> None:
    put("customers/mine/beta.md", PLAN)
    opened(Path("customers/mine"), 0o700, BEN)
    done = as_user(ANN, "status")
    assert (done.returncode, "Acme Corp" in done.stdout, "permission denied" in done.stdout) == (3, True, True)
    assert as_user(BEN, "status").returncode == 0


def test_a_repository_of_another_user() -> None:
    """Git uses no repository of another user's: onbo says so, and goes on without history where it can."""
    if shutil.which("git") is None:
        pytest.skip("no git")
    os.chown(".", 0, GROUP)
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run(["git", *words], check=True, capture_output=True, env=os.environ | ENVIRONMENT)
    subprocess.run(["chown", "-R", f"{ANN}:{GROUP}", "."], check=True)
    why = "git does not use this repository, because another user owns it"
    fix = f"if you trust it, run `git config --global --add safe.directory {os.path.realpath('.')}`"
    done = as_user(EVE, "doctor")
    assert (done.returncode, done.stdout.split("\n")[0]) == (1, f"missing  git: {why}: {fix}")
    done = as_user(BEN, "log")
    assert (done.returncode, done.stderr) == (5, f"error: {why}; {fix}\n")
    done = as_user(BEN, "status")
    assert (done.returncode, done.stderr) == (0, f"note: idle days are not known: {why}\n")
    done = as_user(BEN, "report")
    assert (done.returncode, f"note: {why} ({fix}): of ticks nothing is known" in done.stderr) == (0, True)
    done = as_user(BEN, "check", "acme", "1.1", "--commit")
    assert done.returncode == 5
    assert (
        f"error: {why}; customers/acme.md is saved but not committed; {fix}, then run the same command" in done.stderr
    )
    assert ENVIRONMENT["GIT_CONFIG_GLOBAL"] == os.devnull
    for words in (["resolve", "acme"], ["status", "--as-of", "HEAD"], ["init", "--git"], ["log", "acme", "1.1"]):
        done = as_user(BEN, *words)
        assert (done.returncode, done.stderr) == (5, f"error: {why}; {fix}\n"), words
