"""The shortcuts past typer give what typer gives; and what a command imports is what it uses."""

import subprocess
import sys
from pathlib import Path

import pytest

from onbo.cli import start
from runner import Result, onbo
from workspace import PLAN, customer

TORN = "- [ ] a\n\n<<<<<<< a\n=======\n>>>>>>> b\n"


def bytes_below(folder: str) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(Path(folder).rglob("*")) if path.is_file()}


def by_each_road(words: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[Result, object]]:
    """What a command line says and leaves behind, by the shortcut and by typer, in two workspaces that are alike."""
    results: list[tuple[Result, object]] = []
    for name in ("short", "long"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        customer()
        customer("other")
        customer("torn", TORN)
        Path("customers/utf16.md").write_bytes(PLAN.encode("utf-16"))
        if name == "long":
            monkeypatch.setattr(start, "_shortcut", lambda _: None)
        results.append((onbo(*words), bytes_below("customers")))
    return results


@pytest.mark.parametrize(
    "words",
    [
        ["--version"],
        ["check", "acme", "1.1"],
        ["check", "acme", "1.2", "1.1", "2.1"],
        ["check", "acme", "1"],  # a section
        ["check", "acme", "9.9"],
        ["check", "ac", "1.1"],  # the beginning of a name
        ["check", "nobody", "1.1"],
        ["check", "torn", "0.1"],
        ["check", "utf16", "1.1"],
    ],
    ids=" ".join,
)
def test_a_shortcut_does_what_the_long_road_does(
    words: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert start._shortcut(words) is not None
    short, long = by_each_road(words, monkeypatch, tmp_path)
    assert short == long


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--version", "--json"],
        ["check"],
        ["check", "acme"],
        ["check", "1.1"],
        ["check", "acme", "1.1", "-n"],
        ["check", "acme", "invite"],
        ["check", "Acme Corp", "1.1"],
        ["-q", "check", "acme", "1.1"],
        ["uncheck", "acme", "1.1"],
    ],
    ids=" ".join,
)
def test_all_else_goes_the_long_road(words: list[str]) -> None:
    assert start._shortcut(words) is None


# --- What is imported ---

LOADED = """
import sys
before = set(sys.modules)
from onbo.cli.{module} import main
try:
    main()
except SystemExit:
    pass
sys.stderr.write("\\nloaded:" + " ".join(set(sys.modules) - before))
"""
# What makes a start slow, and what nothing but drawing, old YAML or a rare file needs.
HEAVY = frozenset(["dataclasses", "inspect", "json", "logging", "pathlib", "subprocess", "tomllib", "asyncio"])
TYPER = frozenset(["annotated_doc", "shellingham", "typer"])


def loaded(*words: str, module: str = "start") -> set[str]:
    """The modules that a command line loads, in a process of its own."""
    code = LOADED.format(module=module)
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    return set(done.stderr.rpartition("loaded:")[2].split())


def outside(modules: set[str]) -> set[str]:
    """Top-level packages that neither Python nor onbo brings."""
    tops = {name.partition(".")[0] for name in modules}
    return {name for name in tops if name not in sys.stdlib_module_names and name not in ("onbo", "__mp_main__")}


def rooms(modules: set[str]) -> set[str]:
    """The packages of onbo that something was loaded from."""
    return {name.split(".")[1] for name in modules if name.startswith("onbo.")}


def test_what_the_version_imports() -> None:
    modules = loaded("--version")
    assert outside(modules) == set()
    assert not modules & (HEAVY | {"re", "typing"})
    assert {name for name in modules if name.startswith("onbo.")} == {
        "onbo.cli",
        "onbo.cli.outcome",
        "onbo.cli.start",
        "onbo.cli.streams",
        "onbo.errors",
    }


def test_what_a_tick_imports() -> None:
    customer()
    modules = loaded("check", "acme", "1.1")
    assert outside(modules) == set()
    assert not modules & HEAVY
    assert rooms(modules) == {"cli", "document", "effects", "errors", "onboarding", "present"}
    assert {name for name in modules if name.startswith("onbo.onboarding.")} == {
        "onbo.onboarding.counts",
        "onbo.onboarding.guard",
        "onbo.onboarding.near",
        "onbo.onboarding.select",
        "onbo.onboarding.settings",
        "onbo.onboarding.tick",
        "onbo.onboarding.typed",
    }


@pytest.mark.parametrize("words", [["--help"], ["status", "acme"], ["status"]], ids=" ".join)
def test_what_looking_imports(words: list[str]) -> None:
    customer()
    customer("other")
    modules = loaded(*words)
    assert outside(modules) == TYPER
    # typer itself brings the rest of HEAVY.
    assert not modules & {"json", "logging", "tomllib", "asyncio"}
    assert not rooms(modules) & {"lint", "merging", "tui"}


def test_what_the_help_imports() -> None:
    assert {name for name in loaded("--help") if name.startswith("onbo.")} == {
        "onbo.cli",
        "onbo.cli.app",
        "onbo.cli.catalog",
        "onbo.cli.outcome",
        "onbo.cli.start",
        "onbo.cli.streams",
        "onbo.cli.teaching",
        "onbo.errors",
        "onbo.onboarding",
        "onbo.onboarding.near",
    }


def test_markdown_is_parsed_by_library_only_where_a_file_is_not_plain() -> None:
    customer("plain")
    customer("odd", PLAN + "\n```\ncode\n```\n")
    assert "markdown_it" not in loaded("status", "plain")
    assert "markdown_it" in loaded("status", "odd")


def test_what_completion_imports() -> None:
    customer()
    modules = loaded("onbo", "check", "acme", "", module="completing")
    assert outside(modules) == set()
    assert not modules & HEAVY
    assert rooms(modules) <= {"cli", "document", "effects", "errors", "onboarding", "present"}


def test_what_the_merge_driver_imports(tmp_path: Path) -> None:
    names = [str(tmp_path / name) for name in ("base", "ours", "theirs")]
    for number, name in enumerate(names):
        Path(name).write_bytes(PLAN.replace("[ ]", "[x]", number).encode())
    modules = loaded(*names, module="merge_driver")
    assert outside(modules) == set()
    assert not modules & HEAVY
    assert rooms(modules) <= {"cli", "document", "effects", "errors", "merging", "onboarding"}
