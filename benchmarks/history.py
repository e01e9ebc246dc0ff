# ruff: noqa: INP001 - a script
"""A repository of many customers with long histories, made at once, and how long `onbo` takes to read it.

./dev run python benchmarks/history.py [CUSTOMERS] [VERSIONS] [FILES A COMMIT]
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

TEMPLATE = Path(__file__).parent.parent / "templates" / "90-day.md"
BOX = re.compile(rb"- \[ \]")
BEGIN = 1767607200  # 2026-01-05
DAY = 86400
COMMANDS = (
    ["log"],
    ["log", "c00001"],
    ["log", "--since", "2026-10-25"],
    ["report"],
    ["status"],
    ["status", "c00001"],
    ["status", "--as-of", "2026-06-01"],
)


def customers(count: int) -> Iterator[tuple[str, bytearray]]:
    text = re.sub(rb"\A---\n.*?\n---\n", b"---\ntemplate: 90-day\n---\n", TEMPLATE.read_bytes(), flags=re.DOTALL)
    text = re.sub(rb" *<!-- only=[^>]*-->", b"", text)
    for number in range(count):
        kickoff = f"2026-0{number % 9 + 1}-05".encode()
        said = {b"Customer": b"Customer %05d" % number, b"Kickoff Date": kickoff, b"CSM": b"Ann %d" % (number % 9)}
        filled = text
        for label, value in said.items():
            filled = re.sub(rb"(?m)^\*\*%b:\*\* .*$" % label, b"**%b:** %b" % (label, value), filled, count=1)
        yield f"customers/c{number:05}.md", bytearray(filled)


def stream(count: int, versions: int, together: int) -> Iterator[bytes]:
    """What `git fast-import` reads: each customer ticked from the top, in random turns, over 300 days."""
    files = dict(customers(count))
    boxes = {path: [match.start() + 3 for match in BOX.finditer(data)] for path, data in files.items()}
    yield from commit(1, BEGIN, [(path, bytes(data)) for path, data in files.items()])
    turns = [path for path in files for _ in range(versions - 1)]
    Random(1).shuffle(turns)  # noqa: S311  the same every time, and no secret
    groups = [turns[at : at + together] for at in range(0, len(turns), together)]
    for number, group in enumerate(groups, 2):
        for path in group:
            files[path][boxes[path].pop(0)] = ord("x")
        when = BEGIN + 300 * DAY * number // (len(groups) + 1)
        yield from commit(number, when, [(path, bytes(files[path])) for path in dict.fromkeys(group)])


def commit(number: int, when: int, files: list[tuple[str, bytes]]) -> Iterator[bytes]:
    who = b"Person %d <p%d@example.com> %d +0100" % (number % 7, number % 7, when)
    yield b"commit refs/heads/main\nmark :%d\nauthor %b\ncommitter %b\ndata 4\ntick\n" % (number, who, who)
    for path, data in files:
        yield b"M 100644 inline %b\ndata %d\n%b\n" % (path.encode(), len(data), data)


def main() -> None:
    count, versions, together = (*map(int, sys.argv[1:]), *(2000, 30, 1)[len(sys.argv) - 1 :])
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        subprocess.run(["git", "init", "--quiet", "--initial-branch=main"], check=True)
        with subprocess.Popen(["git", "fast-import", "--quiet"], stdin=subprocess.PIPE) as importing:
            if importing.stdin:
                importing.stdin.writelines(stream(count, versions, together))
        subprocess.run(["git", "reset", "--quiet", "--hard"], check=True)
        onbo = str(Path(sys.executable).parent / "onbo")
        for words in COMMANDS:
            before, started = os.times(), time.perf_counter()
            done = subprocess.run([onbo, "--today", "2026-11-01", *words], stdout=subprocess.PIPE, check=True)
            after = os.times()
            used = after.children_user + after.children_system - before.children_user - before.children_system
            lines = done.stdout.count(b"\n")
            took = time.perf_counter() - started
            sys.stdout.write(f"{took:7.2f} s, {used:7.2f} s of processors, {lines:6} lines: onbo {' '.join(words)}\n")


if __name__ == "__main__":
    main()
