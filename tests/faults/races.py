"""Many processes tick in one file at once, alone and while an editor saves it all the time: nothing is lost.

    ./dev faults races [EDITOR...]

`by two links` is the race without an editor in which each process reaches the workspace by one of two links. In
`long names` processes rewrite two customers whose names begin alike, some of them by links too.

The editor is honest: it reads right before it saves, and adds a line. Yet what is ticked between its reading and its
saving it overwrites itself; such a tick counts as overwritten, and only what that cannot explain counts as lost.
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from driver import lay_out, quiet_environment, workspace

from runner import onbo

ITEMS_EACH = 4
JOURNAL_LINES = 100
# Between two saves; without it no tick ever finds the file as it was read a moment ago.
PAUSE_SECONDS = 0.02
# A worker gives up on a tick that is refused this often: then something is very wrong.
MOST_TRIES = 200
HEAD = b"# Acme plan\n\n**Customer:** Acme Corp\n\n## Setup\n\n"
PROSE = b"\n## Journal\n\n"


class Tick(NamedTuple):
    """A tick that ended with exit 0; monotonic seconds.

    synced  when its byte was on the disk; after that it is only looked at whether it is still there.
            An editor that had saved by then is no excuse: the look must have seen that.
    """

    item: int
    done: bool
    synced: float
    ended: float


class Report(NamedTuple):
    """What a worker saw. undone: ticks of exit 0 that were gone when the same item's turn came again."""

    done: list[Tick]
    undone: list[Tick]
    refused: int
    wrong: list[str]


class Save(NamedTuple):
    """What the editor wrote, when it had read it, and until when it wrote; whether a line of its own was gone."""

    read: float
    wrote: float
    data: bytes
    robbed: bool


class Tally(NamedTuple):
    """overwritten: ticks that an editor's save with older bytes undid. refused: tried again after an exit not 0."""

    name: str
    ticks: int
    refused: int
    overwritten: int
    lost: tuple[str, ...]
    saves: int
    lost_saves: tuple[str, ...]

    def line(self) -> str:
        ticks = f"ticks: {self.ticks} (refused and given again: {self.refused}), lost: {len(self.lost)}"
        if self.name not in EDITORS:
            return f"{self.name}: {ticks}"
        return (
            f"{self.name}: {ticks} (and overwritten by the editor: {self.overwritten}); "
            f"editor saves: {self.saves}, lost: {len(self.lost_saves)}"
        )


def in_place(path: Path, data: bytes) -> None:
    """Truncate and write, as many editors do."""
    path.write_bytes(data)


def by_rename(path: Path, data: bytes) -> None:
    """Write beside it and rename over it."""
    beside = path.with_name(".acme.md.swp")
    beside.write_bytes(data)
    beside.replace(path)


def with_backup(path: Path, data: bytes) -> None:
    """Rename it away and write anew: for a moment there is no file."""
    path.replace(path.with_name("acme.md~"))
    path.write_bytes(data)


EDITORS: dict[str, Callable[[Path, bytes], None]] = {
    "editor in place": in_place,
    "editor by rename": by_rename,
    "editor with backup": with_backup,
}


def plan(workers: int) -> bytes:
    return HEAD + b"".join(b"- [ ] Item number %d\n" % item for item in range(workers * ITEMS_EACH)) + PROSE


def boxes(data: bytes) -> list[bytes]:
    """The byte in each box."""
    return [text[3:4] for text in data.split(b"\n") if text.startswith(b"- [")]


def unticked(data: bytes) -> bytes:
    return data.replace(b"- [x]", b"- [ ]")


LINKS = "by two links"
TWINS = "long names"


def tick(worker: int, ticks: int, way: tuple[str, ...], report: Any) -> None:
    """Tick and untick own items in turn; each tick until it is taken. way: options that lead to the workspace."""
    mine = Report([], [], 0, [])
    refused = 0
    synced = 0.0
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        nonlocal synced
        fsync(descriptor)
        synced = time.monotonic()

    patch.object(os, "fsync", noted).start()  # for good: this process ends with the work
    last: dict[int, Tick] = {}
    for turn in range(ticks):
        item = worker * ITEMS_EACH + turn % ITEMS_EACH
        to_do = turn // ITEMS_EACH % 2 == 0
        before = refused
        for _ in range(MOST_TRIES):
            began = time.monotonic()
            said = onbo(*way, "check" if to_do else "uncheck", "acme", f"1.{item + 1}")
            if said.status == 0:
                break
            refused += 1
            if said.status not in (2, 4, 5) or "Traceback" in said.err:
                mine.wrong.append(f"exit {said.status}: {said.err.strip()}")
        else:
            mine.wrong.append(f"refused {MOST_TRIES} times: {said.err.strip()}")
            break
        # Else it is there from an earlier try, refused or within the command, that an editor has carried over.
        untried = refused == before and synced < began
        if untried and said.out.startswith("already") and item in last:
            mine.undone.append(last[item])
        last[item] = Tick(item, to_do, max(began, synced), time.monotonic())
        mine.done.append(last[item])
    report.put(mine._replace(refused=refused))


def edit(path: Path, save: Callable[[Path, bytes], None], stop: Any, report: Any) -> None:
    """Read, add a line, save, until told to stop. Every so often the journal begins anew, or reading it would be slow."""
    saves: list[Save] = []
    prose = b""
    while not stop.is_set():
        began = time.monotonic()
        data = path.read_bytes()
        plan, mark, found = data.partition(PROSE)
        line = b"Line %d of the editor.\n" % len(saves)
        anew = len(saves) % JOURNAL_LINES == 0
        save(path, plan + mark + (b"" if anew else found) + line)
        ended = time.monotonic()
        saves.append(Save(began, ended, data, found != prose))
        prose = line if anew else prose + line
        time.sleep(PAUSE_SECONDS)
    report.put((saves, prose))


def race(name: str, workers: int, ticks: int) -> Tally:
    """`workers` processes with `ticks` ticks each, and the editor of this name."""
    context = get_context("fork")
    stop, ticked, edited = context.Event(), context.SimpleQueue(), context.SimpleQueue()
    with workspace() as root:
        start = plan(workers)
        lay_out(root, {"onbo.toml": b"", "customers/acme.md": start})
        os.chdir(root)
        path = root / "customers" / "acme.md"
        onbo("check", "acme", "1.1", "--dry-run")  # imports, once for all
        ways = links_to(root) if name == LINKS else [()]
        running = [
            context.Process(target=tick, args=(worker, ticks, ways[worker % len(ways)], ticked), daemon=True)
            for worker in range(workers)
        ]
        editor = context.Process(target=edit, args=(path, EDITORS.get(name), stop, edited), daemon=True)
        for process in running:
            process.start()
        if name in EDITORS:
            editor.start()
        reports = [ticked.get() for _ in running]
        stop.set()
        saves, prose = edited.get() if name in EDITORS else ([], b"")
        for process in running:
            process.join()
        with suppress(ValueError, AssertionError):
            editor.join()
        data = path.read_bytes()
    return judge(name, unticked(data) == start + prose, data, reports, saves)


def links_to(root: Path) -> list[tuple[str, ...]]:
    """Options that lead to a workspace by two links."""
    links = [root.parent / name for name in ("first", "second")]
    for link in links:
        link.symlink_to(root)
    return [("-C", str(link)) for link in links]


class Rewritten(NamedTuple):
    """What came of two customers written at once."""

    writes: int
    refused: int
    wrong: tuple[str, ...]

    def line(self) -> str:
        return f"{TWINS}: {self.writes} writes (refused and given again: {self.refused}), wrong: {len(self.wrong)}"


def rewrite(way: tuple[str, ...], slug: str, field: str, times: int, report: Any) -> None:
    """Set one field again and again, and see each time that the file has the value and is nobody else's."""
    refused = 0
    wrong: list[str] = []
    for number in range(times):
        for _ in range(MOST_TRIES):
            said = onbo(*way, "-q", "set", f"customers/{slug}.md" if not way else slug, f"{field}={number}")
            if said.status == 0:
                break
            refused += 1
        else:
            wrong.append(f"refused {MOST_TRIES} times: {said.err.strip()}")
            break
        data = Path("customers", f"{slug}.md").read_text(encoding="utf-8")
        if f"# {slug}\n" not in data or f"**{field}:** {number}\n" not in data:
            wrong.append(f"{slug}: {field}={number} with exit 0, and the file says {data!r}")
    report.put((refused, wrong))


def twins(workers: int, times: int) -> Rewritten:
    """`workers` processes for each of two customers, each with a field of its own."""
    context = get_context("fork")
    reported = context.SimpleQueue()
    slugs = [f"{'a' * 64}-{name}" for name in ("one", "two")]
    fields = [f"Field {worker}" for worker in range(workers)]
    body = "".join(f"**{field}:** x\n" for field in fields)
    with workspace() as root:
        plans = {f"customers/{slug}.md": f"# {slug}\n\n{body}\n- [ ] a\n".encode() for slug in slugs}
        lay_out(root, {"onbo.toml": b""} | plans)
        os.chdir(root)
        ways = [(), *links_to(root)]
        onbo("set", slugs[0], "Field 0=x", "--dry-run")  # imports, once for all
        running = [
            context.Process(target=rewrite, args=(ways[worker % 3], slug, field, times, reported), daemon=True)
            for slug in slugs
            for worker, field in enumerate(fields)
        ]
        for process in running:
            process.start()
        reports = [reported.get() for _ in running]
        for process in running:
            process.join()
        wrong = [text for _, found in reports for text in found]
        left = sorted(path.name for path in Path("customers").iterdir() if path.suffix != ".md")
        wrong += [f"{name} is left" for name in left]
    return Rewritten(len(running) * times, sum(refused for refused, _ in reports), tuple(wrong))


def judge(name: str, intact: bool, data: bytes, reports: Sequence[Report], saves: Sequence[Save]) -> Tally:
    """intact: whether the file is as it was but for ticks and the editor's lines.

    Every exit 0 must show when the item's turn comes again, or at the end; or the editor has overwritten it.
    """
    done = [entry for report in reports for entry in report.done]
    last = {entry.item: entry for entry in done}  # of one process each, so in order
    now = boxes(data)
    gone = [entry for report in reports for entry in report.undone]
    gone += [entry for item, entry in last.items() if item >= len(now) or (now[item] == b"x") != entry.done]
    unexplained = [entry for entry in gone if not any(explains(save, entry) for save in saves)]
    lost = [text for report in reports for text in report.wrong]
    lost += [
        f"item {entry.item + 1}: {'' if entry.done else 'un'}checked with exit 0, and gone" for entry in unexplained
    ]
    robbed = [f"line {number - 1} was gone" for number, save in enumerate(saves) if save.robbed]
    if not intact:
        robbed.append("at the end the file is not as it was, but for ticks and the editor's lines")
    return Tally(
        name,
        len(done),
        sum(report.refused for report in reports),
        len(gone) - len(unexplained),
        tuple(lost),
        len(saves),
        tuple(robbed),
    )


def explains(save: Save, entry: Tick) -> bool:
    """Whether the editor had read the box before it was ticked, and put that back afterwards."""
    had = boxes(save.data)
    stale = entry.item < len(had) and (had[entry.item] == b"x") != entry.done
    return stale and save.read < entry.ended and save.wrote > entry.synced


def main(names: Sequence[str]) -> int:
    quiet_environment()
    failed = False
    for name in names or ("alone", LINKS, *EDITORS, TWINS):
        if name == TWINS:
            rewritten = twins(workers=5, times=100)
            sys.stdout.write("".join(f"{text}\n" for text in (*rewritten.wrong, rewritten.line())))
            failed |= bool(rewritten.wrong)
            continue
        done = race(name, workers=10, ticks=200)
        sys.stdout.write("".join(f"{text}\n" for text in (*done.lost, *done.lost_saves, done.line())))
        sys.stdout.flush()
        failed |= bool(done.lost or done.lost_saves)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
