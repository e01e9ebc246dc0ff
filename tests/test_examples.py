"""The example workspace: what lies there is what its history leads to, and it shows what it says."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from runner import onbo
from workspace import git

EXAMPLES = Path(__file__).parent.parent / "examples"
ABOUT_IT = {"README.md", "history.txt", "replay.py"}
MADE_HERE = {".git", "__pycache__", "locks", "undo"}


def files(top: Path) -> dict[str, bytes]:
    """What is in a workspace, with its bytes."""
    paths = {path.relative_to(top): path for path in top.rglob("*") if path.is_file()}
    left_out = ABOUT_IT | MADE_HERE
    return {str(name): path.read_bytes() for name, path in paths.items() if not left_out & set(name.parts)}


def replay(name: str) -> str:
    """Replay the history into a directory here, and give the id of its last commit."""
    subprocess.run([sys.executable, EXAMPLES / "replay.py", name], check=True, capture_output=True)
    return git("-C", name, "rev-parse", "HEAD").strip()


@pytest.fixture
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("replay", EXAMPLES / "replay.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def copied() -> None:
    """The workspace as it lies there, in `made`."""
    shutil.copytree(EXAMPLES, "made")


def test_the_history_ends_with_what_lies_there() -> None:
    """If not: replay into DIR, look, and copy DIR/customers over examples/customers."""
    replay("made")
    assert files(Path("made")) == files(EXAMPLES)
    assert git("-C", "made", "status", "--porcelain") == ""


def test_the_history_is_the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    first = replay("one")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody Else")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert replay("two") == first


def test_several_people_worked_for_months_and_one_customer_is_in_the_archive() -> None:
    replay("made")
    days = git("-C", "made", "log", "--reverse", "--format=%as").split()
    assert days == sorted(days)
    assert (days[0], days[-1]) == ("2026-08-13", "2026-12-10")
    authors = git("-C", "made", "log", "--format=%an").strip().split("\n")
    assert set(authors) == {"Ann Meyer", "Ben Okoro", "Chris Lind"}
    assert [path.name for path in Path("made/customers/archive").iterdir()] == ["soylent.md"]


@pytest.mark.usefixtures("copied")
@pytest.mark.parametrize(("template", "segment"), [("essentials", "SMB"), ("30-day", "SMB"), ("90-day", "Mid-Market")])
def test_copies_begin_as_onbo_new_makes_them(script: ModuleType, template: str, segment: str) -> None:
    assert onbo("-C", "made", "new", "Wayne", "--template", template, "--segment", segment).status == 0
    [snapshot] = EXAMPLES.glob(f".onbo/base/{template}-*.md")
    [own] = re.findall(r"customer_id: (\w+)", Path("made/customers/wayne.md").read_text("utf-8"))
    copy = script.copy(snapshot.stem, snapshot.read_bytes().decode(), own)
    for field in ("Customer = Wayne", f"Segment = {segment}"):
        copy = script.filled(copy, field)
    assert Path("made/customers/wayne.md").read_bytes().decode() == copy


@pytest.mark.usefixtures("copied")
def test_each_customer_is_in_another_state() -> None:
    said = json.loads(onbo("-C", "made", "status", "--json").out)
    assert {row["slug"]: row["state"] for row in said["customers"]} == {
        "umbrella": "blocked",
        "vandelay": "off track",
        "globex": "at risk",
        "acme-corp": "on track",
        "hooli": "upcoming",
        "initech": "complete",
    }


@pytest.mark.usefixtures("copied")
def test_lint_has_one_thing_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("made")
    said = onbo("lint")
    assert said.status == 0
    assert said.both == (
        "customers/vandelay.md:13: warning ONB301 Target Go-Live is not filled, and kickoff was 2026-10-26\n"
        "0 errors, 1 warning\n"
    )


def test_a_step_that_does_not_fit_is_refused(script: ModuleType) -> None:
    with pytest.raises(SystemExit, match="does not stand there once"):
        script.done("- [ ] Sign up\n- [ ] Sign off\n", "Sign")
