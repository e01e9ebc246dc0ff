"""The house rules that a machine can see."""

import ast
import doctest
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from onbo.cli import catalog

SRC = Path(__file__).parent.parent / "src" / "onbo"
FILES = sorted(SRC.rglob("*.py"))
COMMANDS = sorted(path for path in SRC.glob("cli/commands/*.py") if path.stem != "__init__")


def name(path: Path) -> str:
    return str(path.relative_to(SRC))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Each call with what is called, as in `os.open`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def users(*called: str) -> set[str]:
    """The files that call one of these."""
    return {name(path) for path in FILES for what, _ in calls(path) if what in called}


def importers(module: str) -> set[str]:
    found = set()
    for path in FILES:
        for node in ast.walk(tree(path)):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            if any(entry.split(".")[0] == module for entry in modules):
                found.add(name(path))
    return found


def mentions(text: str) -> set[str]:
    return {name(path) for path in FILES if text in path.read_text(encoding="utf-8")}


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 30
    assert {path.stem for path in COMMANDS} >= {"check", "init", "new", "show", "skip", "status", "uncheck"}
    assert "effects/git_process.py" in mentions("subprocess")


@pytest.mark.parametrize("path", COMMANDS, ids=name)
def test_a_command_has_a_summary_and_runs(path: Path) -> None:
    module = tree(path)
    summary = (ast.get_docstring(module) or "").split("\n")[0]
    assert re.fullmatch(r"[A-Z].{10,90}\.", summary)
    assert catalog.summary(path.stem) == summary
    functions = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
    group = [ast.unparse(node) for node in module.body if isinstance(node, ast.Assign)]
    assert ("run" in functions) != ("app = typer.Typer()" in group)
    assert path.stem in catalog.command_names()


def test_nothing_prints() -> None:
    assert users("print") == set()


def test_only_the_terminal_and_the_application_write_to_the_streams() -> None:
    assert mentions("sys.stdout") | mentions("sys.stderr") == {
        "cli/completing.py",
        "cli/outcome.py",
        "cli/start.py",
        "cli/streams.py",
        "cli/terminal.py",
    }
    text = "".join((SRC / "cli" / name).read_text(encoding="utf-8") for name in ("outcome.py", "start.py"))
    assert len(re.findall(r"sys\.std(?:out|err)\.write", text)) <= 1


def test_nothing_is_written_as_text() -> None:
    for path in FILES:
        for what, call in calls(path):
            mode = (
                ast.unparse(call.args[1]).strip("'\"") if what in ("open", "os.fdopen") and len(call.args) > 1 else "r"
            )
            assert "b" in mode or not set(mode) & set("wax+"), f"{name(path)}:{call.lineno}"
            assert not what.endswith((".write_text", ".dump", ".safe_dump")), f"{name(path)}:{call.lineno}"


def test_lines_end_where_source_says() -> None:
    assert mentions("splitlines(") == set()


def test_one_clock() -> None:
    assert users("date.today", "datetime.now", "datetime.today", "time.time", "time.localtime") == {"cli/context.py"}


def test_two_modules_run_programs() -> None:
    assert importers("subprocess") == {"effects/editor.py", "effects/git_process.py"}
    assert users("os.system", "os.popen", "os.execv", "os.execvp") == set()


def test_one_module_knows_markdown_it() -> None:
    assert importers("markdown_it") == {"document/blocks.py", "document/commonmark.py", "document/inline.py"}


def test_functions_are_short_or_say_why_not() -> None:
    for path in FILES:
        lines = path.read_text(encoding="utf-8").split("\n")
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 50:
                said = "\n".join(lines[node.lineno - 2 : node.end_lineno])
                assert re.search(r"\b(long|together|one place|because)\b", said), f"{name(path)}: {node.name}"


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every compiled pattern of the package, by the module and name that hold it."""
    for path in FILES:
        stem = name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        module = import_module("onbo" if stem == "__init__" else f"onbo.{stem}")
        for key, value in vars(module).items():
            if isinstance(value, re.Pattern):
                yield f"{stem}.{key}", value


def operations(parsed: Any) -> Iterator[str]:
    """The names of all operations in a parsed pattern, nested ones too."""
    for entry in parsed:
        if isinstance(entry, tuple | list):
            yield from operations(entry)
        elif type(entry).__name__ == "_NamedIntConstant":
            yield str(entry)
        elif hasattr(entry, "data"):
            yield from operations(entry.data)


def test_no_pattern_needs_a_certain_patch_release_of_python() -> None:
    """Python 3.11.2 matches possessive repeats and atomic groups wrongly."""
    assert {"POSSESSIVE_REPEAT"} <= set(operations(parser.parse("(?:a|b*)*+").data))
    found = dict(patterns())
    assert len(found) > 40
    wrong = {"POSSESSIVE_REPEAT", "ATOMIC_GROUP"}
    assert [
        key
        for key, pattern in found.items()
        if wrong & set(operations(parser.parse(pattern.pattern, pattern.flags).data))
    ] == []


def test_examples_in_docstrings_are_true() -> None:
    with_examples = [path for path in FILES if ">>> " in path.read_text(encoding="utf-8")]
    assert len(with_examples) >= 5
    for path in with_examples:
        module = import_module(f"onbo.{name(path).removesuffix('.py').replace('/', '.')}")
        assert doctest.testmod(module).failed == 0
