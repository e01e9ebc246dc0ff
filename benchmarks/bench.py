# ruff: noqa: INP001, SLF001 - a script, which looks inside
"""Start-up, portfolios, memory and other tools, side by side in one run: `./dev bench [--large] [--quick]`.

Prints Markdown tables, and with --write puts them into docs/performance.md and the chart beside the pictures. Nothing
is asserted: times are for people to read. What is to be compared takes turns within one run, as ratios do not depend on
the day.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TypeVar

from chart import chart
from peers import installed
from portfolio import TODAY, customers, write
from timing import Command, Timing, measure, memory

from onbo.document import commonmark, front_matter, plain
from onbo.document.parse import parse
from onbo.document.source import Source

Value = TypeVar("Value")
Figures = Mapping[str, Mapping[int, Value]]
TOP = Path(__file__).parent.parent
PYTHON = sys.executable
ONBO = str(Path(PYTHON).with_name("onbo"))
MERGE = str(Path(PYTHON).with_name("onbo-merge"))
QUICK = "--quick" in sys.argv
SIZES = (100, 1_000) if QUICK else (100, 1_000, 10_000)
LARGE = 100_000
# In so many of `python3 -c pass`.
AT_MOST = {"--version": 7, "--help": 9, "check acme 1.2.3": 9, "status acme": 13, "onbo-merge": 5}
# Half a minute each for ten thousand customers: one run must do.
SLOW = ("onbo next", "onbo lint", "onbo export --format jsonl", "markdown-it-py alone")
# The same as another, for memory.
ALIKE = ("onbo status, one core", "onbo status, with git")
DRAWN = ("onbo status", "onbo status, one core", "rg -c", "git status", "markdown-it-py alone")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def seconds(timing: Timing | None) -> str:
    """0.123 ± 0.004: the median, and how far apart the middle half of the runs was."""
    if timing is None:
        return ""
    places = 1 if timing.median >= 10 else 2 if timing.median >= 1 else 3
    spread = f" ± {timing.spread:.{places}f}" if timing.runs > 1 else ""
    return f"{timing.median:.{places}f}{spread}"


# --- Start-up ---


def start_up(folder: Path, runs: int) -> str:
    """One customer made of the 90-day template, and one merge of a file like it."""
    write(folder, 1)
    path = folder / "customers" / "c000000.md"
    path.rename(path.with_name("acme.md"))
    path = path.with_name("acme.md")
    data = path.read_bytes()
    versions = [folder / name for name in ("base", "ours", "theirs")]

    def three() -> None:
        boxes = [match.start() + 3 for match in re.finditer(rb"- \[ \]", data)]
        for at, version in zip((None, boxes[0], boxes[1]), versions, strict=True):
            version.write_bytes(data if at is None else data[:at] + b"x" + data[at + 1 :])

    commands = {
        "python3 -c pass": Command([PYTHON, "-c", "pass"], folder),
        "--version": Command([ONBO, "--version"], folder),
        "--help": Command([ONBO, "--help"], folder),
        "check acme 1.2.3": Command([ONBO, "check", "acme", "1.2.3"], folder, lambda: path.write_bytes(data)),
        "check acme 1.2.3 -q": Command([ONBO, "check", "acme", "1.2.3", "-q"], folder, lambda: path.write_bytes(data)),
        "status acme": Command([ONBO, "status", "acme"], folder),
        "onbo-merge": Command([MERGE, *map(str, versions)], folder, three),
    }
    found = measure(commands, runs)
    base = found["python3 -c pass"].median
    rows = [
        [
            f"`{name if name.startswith(('python', 'onbo')) else f'onbo {name}'}`",
            f"{timing.median * 1000:.0f}",
            f"{timing.spread * 1000:.0f}",
            f"{timing.median / base:.1f}",
            str(AT_MOST.get(name, "")),
        ]
        for name, timing in found.items()
    ]
    return table(["", "ms", "±", "times python3", "at most"], rows)


def reading() -> str:
    """One customer's file of 7 KB, in this process: by the plain reader, at first and again, and by markdown-it."""
    files = [data for _, data in customers(40)]

    def clocked(work: object, *arguments: object) -> float:
        start = time.perf_counter()
        work(*arguments)  # type: ignore[operator]
        return time.perf_counter() - start

    def lines(data: bytes) -> tuple[Source, int]:
        source = Source.of("acme.md", data)
        return source, front_matter.find(source)[1]

    first, authority, alone = [], [], []
    block_parser = commonmark._block_parser()
    for data in files:
        plain._kept_part.cache_clear()
        plain._kept_form.cache_clear()
        first.append(clocked(parse, "acme.md", data))
        source, skip = lines(data)
        authority.append(clocked(commonmark.outline, source, skip))
        alone.append(clocked(block_parser.parse, data.decode()))
    again = [clocked(parse, "acme.md", data) for data in files]
    base = median(alone)
    rows = [
        [
            name,
            f"{median(times) * 1000:.2f}",
            f"1/{base / median(times):.0f}" if median(times) < base else f"{median(times) / base:.1f}",
        ]
        for name, times in (
            ("markdown-it-py, blocks alone", alone),
            ("onbo by markdown-it-py", authority),
            ("onbo by its plain reader, nothing known", first),
            ("onbo by its plain reader, in a portfolio", again),
        )
    ]
    return table(["one file of 7 KB", "ms", "of markdown-it-py"], rows)


# --- Portfolios ---


def portfolio_commands(folder: Path) -> dict[str, Command]:
    alone = (
        "import sys; from pathlib import Path; from markdown_it import MarkdownIt;"
        "parser = MarkdownIt('commonmark').enable('table'); parser.core.ruler.enableOnly(['normalize', 'block']);"
        "[parser.parse(path.read_bytes().decode()) for path in Path('customers').iterdir()]"
    )
    read = "from pathlib import Path; [path.read_bytes() for path in Path('customers').iterdir()]"
    return {
        "onbo status": Command([ONBO, "status"], folder),
        "onbo status, one core": Command([ONBO, "status"], folder, cores=1),
        "onbo next": Command([ONBO, "next"], folder),
        "onbo lint": Command([ONBO, "lint"], folder, fine=(0, 1)),
        "onbo outdated": Command([ONBO, "outdated"], folder, fine=(0, 1)),
        "onbo export --format jsonl": Command([ONBO, "export", "--format", "jsonl"], folder),
        "rg -c": Command(["rg", "-c", r"\[x\]", "customers"], folder),
        "git status": Command(["git", "status", "--short"], folder),
        "reading all bytes in Python": Command([PYTHON, "-c", read], folder),
        "markdown-it-py alone": Command([PYTHON, "-c", alone], folder),
    }


def made(folder: Path, size: int) -> None:
    write(folder, size)
    for words in (
        ["init", "--quiet"],
        ["add", "."],
        ["-c", "user.name=b", "-c", "user.email=b@example.com", "commit", "-qm", "b"],
    ):
        subprocess.run(["git", *words], cwd=folder, check=True)
    os.sync()  # else the disk is still busy with it while it is read
    # Commits of today would be read for idle days; a portfolio without git is what is compared.
    (folder / ".git").rename(folder / "git")


def portfolios(folder: Path, sizes: Sequence[int]) -> tuple[Figures[Timing], Figures[float]]:
    """Seconds, and MB, by command and number of customers."""
    found: dict[str, dict[int, Timing]] = {}
    most: dict[str, dict[int, float]] = {}
    for size in sizes:
        place = folder / str(size)
        made(place, size)
        commands = portfolio_commands(place)
        commands["git status"] = commands["git status"]._replace(
            environment={"GIT_DIR": str(place / "git"), "GIT_WORK_TREE": str(place)}
        )
        if size == LARGE:
            kept = ("onbo status", "onbo status, one core", "rg -c", "git status")
            commands = {name: commands[name] for name in kept}
        slow = {name: commands.pop(name) for name in SLOW if size > 1_000 and name in commands}
        runs = 9 if size <= 1_000 else 5 if size < LARGE else 1
        measured = measure(commands, runs) | measure(slow, 1)
        (place / "git").rename(place / ".git")
        with_git = {"onbo status, with git": commands["onbo status"]}
        for name, timing in (measured | measure(with_git, runs)).items():
            found.setdefault(name, {})[size] = timing
        for name, command in (commands | slow | with_git).items():
            if name.startswith("onbo") and name not in ALIKE:
                most.setdefault(name, {})[size] = memory(command)
        say(f"  {size} customers: done")
    return found, most


def portfolio_table(found: Figures[Timing], sizes: Sequence[int]) -> str:
    head = ["seconds", *(f"{size:,} customers" for size in sizes), "growth, 1 is linear"]
    rows = []
    for name, by_size in found.items():
        one, other = [size for size in sizes if size in by_size][-2:]
        growth = by_size[other].median / by_size[one].median / (other / one)
        rows.append([name, *(seconds(by_size.get(size)) for size in sizes), f"{growth:.2f}"])
    return table(head, rows)


def memory_table(most: Figures[float], sizes: Sequence[int]) -> str:
    rows = [[n, *(f"{by_size[size]:.0f}" if size in by_size else "" for size in sizes)] for n, by_size in most.items()]
    return table(["MB at most, a process", *(f"{size:,} customers" for size in sizes)], rows)


# --- Other tools ---


def other_tools(folder: Path, count: int, runs: int) -> str:
    rows = []
    for peer in installed():
        place = folder / peer.program
        place.mkdir()
        peer.make(place, count)
        try:
            found = measure({"count": peer.count(place), "mark": peer.mark(place)}, runs)
        except RuntimeError as error:
            say(f"  {peer.name}: left out, {error}")
            continue
        rows.append([peer.name, seconds(found["count"]), seconds(found["mark"])])
        say(f"  {peer.name}: done")
    return table([f"seconds, {count * 86:,} items", "count what is done", "mark one done"], rows)


def main() -> None:
    os.environ |= {"ONBO_TODAY": TODAY, "GIT_CONFIG_GLOBAL": os.devnull}
    for name in ("ONBO_DEBUG", "FORCE_COLOR", "CLICOLOR_FORCE"):
        os.environ.pop(name, None)
    sizes = (*SIZES, LARGE) if "--large" in sys.argv else SIZES
    with TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        say("start-up ...")
        show({"start-up": start_up(folder / "one", 5 if QUICK else 31), "reading": reading()})
        say("other tools ...")
        show({"peers": other_tools(folder, 10 if QUICK else 1_000, 3)})
        say("portfolios ...")
        found, most = portfolios(folder, sizes)
        show({"portfolio": portfolio_table(found, sizes), "memory": memory_table(most, sizes)})
    if "--write" in sys.argv:
        drawn = {name: [(size, t.median) for size, t in found[name].items()] for name in DRAWN}
        (TOP / "docs" / "pictures" / "performance.svg").write_bytes(chart(drawn).encode())


def show(tables: Mapping[str, str]) -> None:
    """Print tables, and with --write put them into the page, as soon as they are there."""
    for made_table in tables.values():
        say(f"\n{made_table}")
    if "--write" in sys.argv:
        page = TOP / "docs" / "performance.md"
        page.write_bytes(put_into(page.read_bytes().decode(), tables).encode())


def put_into(page: str, tables: Mapping[str, str]) -> str:
    """The page with these tables, each behind its mark."""
    for name, text in tables.items():
        page = re.sub(rf"(?s)(?<=<!-- {name} -->\n).*?(?=<!-- end -->)", lambda _, text=text: f"\n{text}\n", page)
    return page


if __name__ == "__main__":
    main()
