"""What a repository brings in place of the files that onbo reads and writes: no command writes elsewhere for it.

Every place is planted with every kind of thing, every command that writes is run, and after each a listing of the
workspace and of all around it is compared: only what the command was asked for may differ.
"""

import hashlib
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

import pytest

from onbo.effects import locks
from runner import Result, onbo
from workspace import PLAN, TABLES, customer, git, put

# Traced, it would take twice as long, and it reaches no line that others do not.
pytestmark = pytest.mark.no_cover

SECRET = "the words of a file outside"  # noqa: S105
OUTSIDE = f"# Outside\n\n**CSM:** {SECRET}\n\n## {SECRET}\n\n- [ ] {SECRET}\n"
SNAPSHOT = "essentials-*.md"


def listing(top: Path) -> dict[str, tuple[object, ...]]:
    """Everything below: kind and mode, and of files bytes and time, of links their target."""
    found: dict[str, tuple[object, ...]] = {}
    for folder, names, files in os.walk(top):
        for name in (*names, *files):
            path = os.path.join(folder, name)
            status = os.lstat(path)
            known: tuple[object, ...] = (status.st_mode, status.st_uid, status.st_gid)
            if stat.S_ISREG(status.st_mode):
                data = b"" if status.st_size > 1 << 20 else Path(path).read_bytes()
                known = (*known, status.st_size, status.st_mtime_ns, hashlib.sha256(data).hexdigest())
            elif stat.S_ISLNK(status.st_mode):
                known = (*known, os.readlink(path), status.st_mtime_ns)
            found[os.path.relpath(path, top)] = known
    return found


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    def ring(*_: object) -> None:
        raise AssertionError("it waits for something")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


# --- What is planted ---

Plant = Callable[[Path, Path], object]


def _socket(path: Path, _: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # the path of a socket must be short
    try:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(path.name)
    finally:
        os.chdir(here)


def _device(path: Path, _: Path) -> None:
    try:
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root makes devices")


def _huge(path: Path, _: Path) -> None:
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)


KINDS: dict[str, Plant] = {
    "link to a file outside": lambda path, outside: path.symlink_to(outside / "precious.md"),
    "link to a directory outside": lambda path, outside: path.symlink_to(outside),
    "link to nothing outside": lambda path, outside: path.symlink_to(outside / "new.md"),
    "link to a file of git's": lambda path, _: path.symlink_to(Path.cwd() / ".git" / "config"),
    "link to a directory of git's": lambda path, _: path.symlink_to(Path.cwd() / ".git" / "refs" / "heads"),
    "link to a new branch": lambda path, _: path.symlink_to(Path.cwd() / ".git" / "refs" / "heads" / "new"),
    "link to another customer": lambda path, _: path.symlink_to(Path.cwd() / "customers" / "other.md"),
    "link to the customers": lambda path, _: path.symlink_to(Path.cwd() / "customers"),
    "link to itself": lambda path, _: path.symlink_to(path.name),
    "link to /dev/zero": lambda path, _: path.symlink_to("/dev/zero"),
    "pipe": lambda path, _: os.mkfifo(path),
    "socket": _socket,
    "device": _device,
    "huge file": _huge,
    "binary file": lambda path, _: path.write_bytes(bytes(range(256)) * 8),
    "empty file": lambda path, _: path.write_bytes(b""),
    "directory": lambda path, _: path.mkdir(),
}


def of_acme(name: Callable[[str], str]) -> str:
    return os.path.relpath(name(os.path.realpath("customers/acme.md")))


PLACES: dict[str, Callable[[], str]] = {
    ".onbo": lambda: ".onbo",
    ".onbo/locks": lambda: ".onbo/locks",
    ".onbo/base": lambda: ".onbo/base",
    ".onbo/undo": lambda: ".onbo/undo",
    ".onbo/.gitignore": lambda: ".onbo/.gitignore",
    ".onbo/.gitattributes": lambda: ".onbo/.gitattributes",
    "the snapshot": lambda: str(next(Path(".onbo/base").glob(SNAPSHOT))),
    "another snapshot": lambda: ".onbo/base/essentials-000000000000.md",
    "the lock": lambda: f".onbo/locks/{of_acme(locks.lock_name)}",
    "the temporary file": lambda: of_acme(locks.temporary_name),
    "templates": lambda: "templates",
    "the template": lambda: "templates/essentials.md",
    "another template": lambda: "templates/aaa.md",
    "customers/archive": lambda: "customers/archive",
    "a customer in the archive": lambda: "customers/archive/acme.md",
    "a directory of customers": lambda: "customers/sub",
    "another customer": lambda: "customers/evil.md",
    "onbo.toml": lambda: "onbo.toml",
    ".gitattributes": lambda: ".gitattributes",
    ".gitignore": lambda: ".gitignore",
    ".mailmap": lambda: ".mailmap",
    ".onbo/base/.gitattributes": lambda: ".onbo/base/.gitattributes",
}
# The temporary name of a file goes with its lock: what is left there of one that died is taken away.
OWN = (
    "customers/.acme.md.*.onbo-tmp",
    ".onbo",
    ".onbo/locks",
    ".onbo/locks/*",
    ".onbo/.gitignore",
    ".onbo/.gitattributes",
)
# Each command with what it was asked to write, beside the lock: patterns of paths.
WRITING: tuple[tuple[list[str], tuple[str, ...]], ...] = (
    (["check", "acme", "1.1"], ("customers/acme.md",)),
    (["uncheck", "acme", "1.1"], ("customers/acme.md",)),
    (["note", "acme", "1.1", "called"], ("customers/acme.md",)),
    (["set", "acme", "CSM=Ann", "--force"], ("customers/acme.md",)),
    (["note", "evil", "1.1", "called"], ("customers/other.md",)),
    (["check", "evil", "1.1"], ("customers/other.md",)),
    (["update", "acme"], ("customers/acme.md", ".onbo/base", ".onbo/base/*")),
    (["update", "--all"], ("customers/*.md", ".onbo/base", ".onbo/base/*")),
    (["new", "beta", "--segment", "smb"], ("customers/beta.md", ".onbo/base", ".onbo/base/*")),
    (["lint", "acme", "--fix"], ("customers/acme.md",)),
    (["undo"], ("customers/*.md", ".onbo/base/*")),
    (["export", "-o", "made.csv"], ("made.csv",)),
    (["archive", "acme"], ("customers/acme.md", "customers/archive", "customers/archive/acme.md")),
    (["archive", "acme", "--undo"], ("customers/acme.md", "customers/archive/acme.md")),
    (["init"], ("templates", "templates/*", "onbo.toml", ".gitattributes")),
    (["share", "other", "--no-template", "-o", "made.html"], ("made.html",)),
    (["template", "import", "list.txt", "-o", "templates/made.md"], ("templates", "templates/made.md")),
    (["report", "--html", "made2.html"], ("made2.html",)),
)
READING = (
    *(["status"], ["status", "acme"], ["show", "acme"], ["next"], ["gate", "acme"], ["lint"], ["outdated"], ["log"]),
    *(["report"], ["template", "list"], ["template", "diff", "essentials"], ["doctor"], ["undo", "--list"], ["config"]),
    *(["share", "acme"], ["export", "--format", "csv"], ["resolve", "acme"], ["status", "--json"]),
)
# What a sample of the above shall have in it.
SHORT = (["status"], ["template", "diff", "essentials"], ["doctor"])


@pytest.fixture
def outside(own_directory: Path) -> Path:
    """A directory beside the workspace, which is made ready to be planted in."""
    place = own_directory.parent / "outside"
    place.mkdir()
    (place / "precious.md").write_text(OUTSIDE)
    (place / "essentials-111111111111.md").write_text(OUTSIDE)
    git("init", "--quiet", "--initial-branch=main", "--template=")
    customer("other", f"{PLAN}{TABLES}")
    put("list.txt", "Plan\n\n- Call\n")
    assert onbo("new", "acme", "--template", "essentials", "--kickoff", "2026-12-01").status == 0
    git("add", ".")
    git("commit", "--quiet", "--message", "Begin")
    return place


def judged(words: list[str], said: Result, before: dict[str, tuple[object, ...]], asked: tuple[str, ...]) -> None:
    """No more was written than was asked for, nothing of what is outside was told, and nothing failed badly."""
    top = Path.cwd().parent
    now = listing(top)
    differ = [path for path in {*before, *now} if before.get(path) != now.get(path)]
    allowed = [os.path.join("work", pattern) for pattern in (*OWN, *asked)]
    wrong = [path for path in differ if not path.startswith("state") and not any(fnmatch(path, p) for p in allowed)]
    assert wrong == [], (words, said.both)
    assert "onbo itself failed" not in said.both, (words, said.both)
    assert SECRET not in said.both, words
    if said.status > 1:
        assert "error: " in said.err or said.status == 3 or "conflict" in said.out, (words, said.both)


def plant(place: str, kind: str, outside: Path) -> bool:
    path = Path(PLACES[place]())
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        path.rename(outside / "moved-away")
    path.unlink(missing_ok=True)
    KINDS[kind](path, outside)
    return True


@pytest.mark.parametrize("place", PLACES)
def test_what_is_planted_leads_no_write_astray(place: str, outside: Path, request: pytest.FixtureRequest) -> None:
    begin = Path.cwd()
    in_full = request.config.getoption("--long")
    reading = READING if in_full else SHORT
    writing = WRITING if in_full else WRITING[::2]
    kinds = list(KINDS) if in_full else list(KINDS)[list(PLACES).index(place) % 3 :: 3]
    for number, kind in enumerate(kinds):
        copy = begin.parent / f"{number}" / "work"
        around = copy.parent / "outside"
        for source, target in ((begin, copy), (outside, around)):
            target.mkdir(parents=True)
            shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
        os.chdir(copy)
        plant(place, kind, around)
        before = listing(copy.parent)
        for words in reading:
            with at_most(20):
                said = onbo(*words)
            judged(words, said, before, ())
            if words == ["status"] and place != "onbo.toml":
                assert "Acme Corp" in said.out, (kind, said.both)
        for words, asked in writing:
            before = listing(copy.parent)
            with at_most(20):
                said = onbo(*words)
            # A link inside the workspace is followed.
            linked = ("customers/*.md",) if (place, kind) == ("templates", "link to the customers") else ()
            judged(words, said, before, (*asked, *linked))
        assert not any(
            SECRET in path.read_text("utf-8", "replace") for path in Path("customers").glob("*.md") if is_file(path)
        )


def is_file(path: Path) -> bool:
    return stat.S_ISREG(path.lstat().st_mode) and path.lstat().st_size < 1 << 20


# --- What files say ---

NAMES = (
    *("../../outside/precious", "/etc/passwd", "..", ".", "", "a/b", "a\\b", "-rf", "--help", "x\ny", "x\x1b[31my"),
    *("x\x00y", "\ud800", "\udc80", "*", "x" * 300, "é", "precious\n", "~", "$HOME", "con", "a b", ":x", "[x]", "{x}"),
)
BASES = ("abc", "../x", "abc/..", "..", "*", "000000000000", "x\x00y", "\ud800", "é" * 12, "1" * 300, "abc\n", "-x", "")


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_template_named_in_a_copy_is_a_name(name: str, outside: Path, request: pytest.FixtureRequest) -> None:
    bases = BASES if request.config.getoption("--long") else BASES[NAMES.index(name) % 3 :: 3]
    for base in bases:
        put(
            "customers/acme.md", f"---\ntemplate: {json.dumps(name)}\nbase: {json.dumps(base)}\nversion: 1\n---\n{PLAN}"
        )
        before = listing(Path.cwd().parent)
        for words in (["status"], ["show", "acme"], ["gate", "acme"], ["share", "acme"], ["outdated"], ["lint"]):
            judged(words, onbo(*words), before, ())
        for words in (["update", "acme"], ["check", "acme", "1.1"], ["set", "acme", "CSM=x"]):
            before = listing(Path.cwd().parent)
            judged(words, onbo(*words), before, ("customers/acme.md",))
    assert outside.exists()


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_template_named_in_the_settings_is_a_name(name: str, outside: Path) -> None:
    text = json.dumps(name).replace("\\ud800", "\\uFFFD").replace("\\udc80", "\\uFFFD")
    put("onbo.toml", f"[templates]\nsmb = {text}\n{text} = {text}\ndefault = {text}\n[fields]\ncsm = [{text}]\n")
    for words in (["status"], ["config"], ["new", "beta", "--segment", "smb"], ["new", "beta"], ["lint"], ["doctor"]):
        before = listing(Path.cwd().parent)
        judged(words, onbo(*words), before, ())
    assert outside.exists()


FILES = (
    "a\nb",
    "a\x1b[31mb",
    "-rf",
    "--help",
    "$(touch pwned)",
    "`touch pwned`",
    "a;b",
    "a b",
    "é",
    "..x",
    "a\udcffb",
    "'",
    '"',
)


@pytest.mark.parametrize("name", FILES, ids=ascii)
@pytest.mark.usefixtures("outside")
def test_a_name_of_a_file_is_a_name(name: str) -> None:
    path = f"customers/{name}.md"
    customer(name, PLAN)
    put(f"templates/{name}.md", PLAN)
    put(f".onbo/base/{name}-000000000000.md", PLAN)
    for words, asked in (
        (["check", path, "1.1"], (path,)),
        (["note", path, "1.1", "called"], (path,)),
        (["undo"], (path,)),
        (["check", path, "2.1", "--commit"], (path, ".git*")),
        (["archive", "--", path], (path, f"customers/archive/{name}.md", "customers/archive")),
        (["new", "--template", name, "gamma"], ("customers/gamma.md", f".onbo/base/{name}-*.md", ".onbo/base")),
        (["new", name], ("customers/*.md", ".onbo/base/*", ".onbo/base")),
        (["template", "diff", name], ()),
        (["lint", "--fix"], ("customers/*.md", "customers/archive/*.md", "templates/*.md")),
    ):
        before = listing(Path.cwd().parent)
        said = onbo(*[word.replace("[", "[") for word in words])
        judged(words, said, before, tuple(pattern.replace("[31m", "[[]31m") for pattern in asked))
    assert not Path("pwned").exists()


@pytest.fixture
def deep() -> Iterator[None]:
    """2,500 directories, each in the one before: deeper than a path may be long, and than Python's own tools go."""
    put("customers/d/deep.md", PLAN)
    for _ in range(2500):
        Path("e").mkdir()
        Path("customers/d").rename("e/d")
        Path("e").rename("customers/d")
    yield
    subprocess.run(["rm", "-rf", "customers/d"], check=True)


@pytest.mark.usefixtures("deep")
def test_thousands_of_directories_hide_nobody() -> None:
    customer("zz")
    for words in (["status"], ["next"], ["lint"], ["outdated"], ["export", "--format", "jsonl"]):
        said = onbo(*words)
        assert said.status == 3
        assert "file name too long" in said.both
        assert "onbo itself failed" not in said.both
    assert "Acme Corp" in onbo("status").out
    assert onbo("check", "zz", "1.1").status == 0


def test_a_directory_that_may_not_be_read_hides_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    customer("zz")
    customer("private/acme")
    listed = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("private"):
            raise PermissionError(13, "Permission denied", path)
        return listed(path)

    monkeypatch.setattr(os, "scandir", refuse)
    said = onbo("status")
    assert (said.status, "Acme Corp" in said.out) == (3, True)
    assert "private" in said.out


# --- What git itself would wait for, or run ---


@pytest.mark.parametrize("name", [".gitattributes", ".gitignore", "customers/.gitattributes", "customers/.gitignore"])
@pytest.mark.parametrize("link", [False, True])
@pytest.mark.usefixtures("outside")
def test_git_is_not_asked_where_it_would_wait(name: str, link: bool) -> None:
    put("customers/new.md", PLAN)
    for side in ("side", "main"):
        git("checkout", "--quiet", "-B", side, "HEAD" if side == "side" else "main")
        put("customers/other.md", PLAN.replace("Dana", side))
        git("commit", "--quiet", "--all", "--message", side)
    git("merge", "side", check=False)
    os.mkfifo("pipe" if link else name)
    if link:
        Path(name).symlink_to(Path("pipe").absolute())
    for words in (["check", "acme", "1.1", "--commit"], ["check", "new", "1.1", "--commit"], ["resolve", "other"]):
        with at_most(20):
            said = onbo(*words)
        assert (said.status, f"error: {name} is no regular file; remove it\n" in said.err) == (3, True), said.both


def _linked_directory() -> None:
    Path(".git/hooks").symlink_to("../tools")


def _linked_hook() -> None:
    Path(".git/hooks").mkdir(exist_ok=True)
    Path(".git/hooks/pre-commit").symlink_to("../../tools/pre-commit")


IN_TREE: dict[str, Callable[[], object]] = {
    "a directory of the tree": lambda: git("config", "core.hooksPath", "tools"),
    "its absolute path": lambda: git("config", "core.hooksPath", os.path.abspath("tools")),
    "a link to the directory": _linked_directory,
    "a link to a hook": _linked_hook,
}


@pytest.mark.parametrize("way", IN_TREE)
@pytest.mark.usefixtures("outside")
def test_settings_alone_run_no_hook_that_the_repository_brings(way: str) -> None:
    put("onbo.toml", "[git]\ncommit = true\n")
    for hook in ("pre-commit", "commit-msg", "post-commit", "post-index-change", "reference-transaction"):
        put(f"tools/{hook}", f"#!/bin/sh\n: > ran-{hook}\n").chmod(0o755)
    IN_TREE[way]()
    for words in (["check", "acme", "1.1"], ["new", "beta"], ["archive", "beta"], ["undo"]):
        said = onbo(*words)
        assert said.status == 0, said.err
        assert "did not run: they are part of the repository; --commit runs them" in said.err
    assert git("log", "-1", "--format=%s").startswith("beta: undo")
    assert list(Path().glob("ran-*")) == []
    onbo("uncheck", "acme", "1.1", "--commit")
    assert Path("ran-pre-commit").exists()


@pytest.mark.usefixtures("outside")
def test_settings_alone_run_the_hooks_of_this_clone() -> None:
    put("onbo.toml", "[git]\ncommit = true\n")
    put(".git/hooks/pre-commit", "#!/bin/sh\n: > ran\n").chmod(0o755)
    said = onbo("check", "acme", "1.1")
    assert (said.status, "did not run" in said.err, Path("ran").exists()) == (0, False, True)
