# ruff: noqa: INP001 - a module of the benchmarks
"""Other tools on the same items: counting what is done, and marking one item done. Those that are installed."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from portfolio import customers
from timing import Command

from onbo.document.parse import parse

COOKIES = '(progn (require (quote org)) (find-file "all.org") (org-update-statistics-cookies t) (save-buffer))'
TICK = '(progn (require (quote org)) (find-file "c000000.org") (goto-char (point-min)) (search-forward "[ ]") (org-toggle-checkbox) (save-buffer))'


class Item(NamedTuple):
    customer: str
    text: str
    done: bool


class Peer(NamedTuple):
    """program: what must be there; make: lays its files out; count, mark: what is measured."""

    name: str
    program: str
    make: Callable[[Path, int], None]
    count: Callable[[Path], Command]
    mark: Callable[[Path], Command]


def items(count: int) -> Iterator[Item]:
    for slug, data in customers(count):
        for item in parse("", data).items:
            yield Item(slug, item.text, item.done)


def _restoring(folder: Path, name: str) -> Callable[[], object]:
    """Puts a file back as it is now."""
    data = (folder / name).read_bytes()
    return lambda: (folder / name).write_bytes(data)


# --- taskwarrior: a database in its own format ---


def _make_tasks(folder: Path, count: int) -> None:
    (folder / "taskrc").write_bytes(b"data.location=.\nconfirmation=off\nverbose=nothing\ngc=off\nhooks=off\n")
    dated = {True: {"status": "completed", "end": "20261201T000000Z"}, False: {"status": "pending"}}
    rows = [
        {"description": item.text, "project": item.customer, "entry": "20261101T000000Z"} | dated[item.done]
        for item in items(count)
    ]
    words = [_found("task"), "rc:taskrc", "import", "-"]
    subprocess.run(words, cwd=folder, input=json.dumps(rows).encode(), capture_output=True, check=True)


def _count_tasks(folder: Path) -> Command:
    return Command([_found("task"), "rc:taskrc", "count", "status:completed"], folder)


def _mark_task(folder: Path) -> Command:
    back = [_restoring(folder, name) for name in ("pending.data", "undo.data", "backlog.data")]
    return Command([_found("task"), "rc:taskrc", "1", "done"], folder, lambda: [put() for put in back], fine=(0, 1))


# --- todo.txt: a line an item, in one file ---


def _make_lines(folder: Path, count: int) -> None:
    lines = [f"{'x 2026-12-01 ' if i.done else ''}{i.text.replace(':', '')} +{i.customer}\n" for i in items(count)]
    (folder / "todo.txt").write_bytes("".join(lines).encode())
    (folder / "config").write_bytes(
        b"export TODO_DIR=.\nexport TODO_FILE=./todo.txt\nexport DONE_FILE=./done.txt\nexport REPORT_FILE=./report.txt\n"
    )


def _mark_line(folder: Path, *words: str) -> Command:
    lines = (folder / "todo.txt").read_bytes().split(b"\n")
    first = next(number for number, line in enumerate(lines, 1) if not line.startswith(b"x "))
    return Command([*words, str(first)], folder, _restoring(folder, "todo.txt"), {"HOME": str(folder)})


# --- org: an outline an item, cookies that count ---


def _make_outline(folder: Path, count: int) -> None:
    found: dict[str, list[str]] = {}
    for item in items(count):
        found.setdefault(item.customer, [f"* {item.customer} [/]\n"]).append(
            f"- [{'X' if item.done else ' '}] {item.text}\n"
        )
    (folder / "all.org").write_bytes("".join(line for lines in found.values() for line in lines).encode())
    (folder / "c000000.org").write_bytes("".join(found["c000000"]).encode())


def _emacs(folder: Path, name: str, code: str) -> Command:
    return Command([_found("emacs"), "-Q", "--batch", "--eval", code], folder, _restoring(folder, name))


# --- onbo itself ---


def _make_workspace(folder: Path, count: int) -> None:
    from portfolio import write

    write(folder, count)


def _mark_item(folder: Path) -> Command:
    first = next(item.number for item in parse("", (folder / "customers/c000000.md").read_bytes()).items if item.open)
    back = _restoring(folder, "customers/c000000.md")
    return Command([_found("onbo"), "check", "c000000", first], folder, back)


def _found(program: str) -> str:
    beside = Path(sys.executable).with_name(program)
    return str(beside) if beside.exists() else shutil.which(program) or program


PEERS = (
    Peer("onbo", "onbo", _make_workspace, lambda folder: Command([_found("onbo"), "status"], folder), _mark_item),
    Peer("taskwarrior", "task", _make_tasks, _count_tasks, _mark_task),
    Peer(
        "todo.txt-cli",
        "todo-txt",
        _make_lines,
        lambda folder: Command(
            [_found("todo-txt"), "-d", "config", "ls", "x"], folder, environment={"HOME": str(folder)}
        ),
        lambda folder: _mark_line(folder, _found("todo-txt"), "-d", "config", "-a", "do"),
    ),
    Peer(
        "topydo",
        "topydo",
        _make_lines,
        lambda folder: Command([_found("topydo"), "-t", "todo.txt", "ls", "-x", "x"], folder),
        lambda folder: _mark_line(folder, _found("topydo"), "-t", "todo.txt", "-d", "done.txt", "do"),
    ),
    Peer(
        "org, Emacs in batch",
        "emacs",
        _make_outline,
        lambda folder: _emacs(folder, "all.org", COOKIES),
        lambda folder: _emacs(folder, "c000000.org", TICK),
    ),
)


def installed() -> list[Peer]:
    return [peer for peer in PEERS if shutil.which(_found(peer.program))]
