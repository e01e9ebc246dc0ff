"""A full disk of 64 KiB: every writing command makes its change or leaves the old bytes and exits 5.

What is kept to take commands back lies on the same disk in one half of the runs, and elsewhere in the other.

./dev faults full_disk
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import product
from pathlib import Path
from typing import NamedTuple

from driver import Files, Scenario, files_below, outcome, quiet_environment, scenarios, state_of, workspace
from errnos import WARNING

from runner import Result, onbo

SIZE_KIB = 64
PAGE = 4096
# From none free to more than any command needs.
FREE_PAGES = range(9)


class Tally(NamedTuple):
    """A line for each run that broke the promise. warned: the change is made and cannot be undone."""

    runs: int
    refused: int
    warned: int
    broken: tuple[str, ...]

    def line(self) -> str:
        return (
            f"full disk: {self.runs} runs, {self.refused} refused, {self.warned} made with a warning that they cannot "
            f"be undone, broken promises: {len(self.broken)}"
        )


def wrong_here() -> str | None:
    """Why no small disk can be had here; None where one can."""
    if not sys.platform.startswith("linux"):
        return "only Linux has tmpfs"
    try:
        with small_disk():
            return None
    except OSError as error:
        return str(error)


@contextmanager
def small_disk() -> Iterator[Path]:
    """A tmpfs of its own. Raises PermissionError where mounting is not allowed."""
    with tempfile.TemporaryDirectory(prefix="onbo-full-") as folder:
        options = f"size={SIZE_KIB}k,mode=700"
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "onbo-full", folder], capture_output=True, check=False
        )
        if made.returncode:
            raise PermissionError(f"mounting is not allowed here: {made.stderr.decode().strip()}")
        try:
            yield Path(folder)
        finally:
            os.chdir("/")
            subprocess.run(["umount", folder], check=True)


def fill(folder: Path, pages: int) -> None:
    """Take up all the space but this."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * PAGE)
    os.truncate(filler, max(0, filler.stat().st_size - pages * PAGE))


def run_everything(names: Sequence[str] = ()) -> Tally:
    """These commands, else every writing one, at every amount of space left."""
    runs, refused, warned = 0, 0, 0
    broken: list[str] = []
    for name in names or scenarios():
        scenario = scenarios()[name]
        with workspace() as root:
            old, new = outcome(root, scenario, begun=False)[0], outcome(root, scenario, begun=True)[0]
        for pages, apart in product(FREE_PAGES, (False, True)):
            with small_disk() as folder, tempfile.TemporaryDirectory(prefix="onbo-state-") as elsewhere:
                scenario.lay_out(folder / "work")
                if apart:
                    os.environ["XDG_STATE_HOME"] = shutil.move(state_of(folder / "work"), elsewhere)
                fill(folder, pages)
                ended, what = attempt(folder / "work", scenario, old, new)
                runs += 1
                refused += ended.status != 0
                warned += WARNING in ended.err
                if apart and WARNING in ended.err:
                    what.append(f"a warning, though there was space for the record: {ended.err.strip()}")
                where = "elsewhere" if apart else "there too"
                broken += [
                    f"{scenario.name}: {pages} pages free, records {where}: exit {ended.status}: {text}"
                    for text in what
                ]
    return Tally(runs, refused, warned, tuple(broken))


def attempt(root: Path, scenario: Scenario, old: Files, new: Files) -> tuple[Result, list[str]]:
    os.chdir(root)
    said = onbo(*scenario.arguments)
    now = files_below(root)
    broken = []
    if said.status not in (0, 5):
        broken.append(said.err.strip())
    if said.status and (said.err.count("\n") != 1 or not said.err.startswith("error: ")):
        several = said.err.startswith("error: ") and "\n  not " in said.err  # an undo that stopped half way
        broken += [] if several else [f"not one line: {said.err!r}"]
    # What tells git about .onbo needs space that a tick does not; the next command makes it.
    if said.status == 0 and asked_for(now) != asked_for(new):
        broken.append("exit 0, but not all is there")
    # Several new files are written one after the other: some may be there, each whole.
    broken += [f"{name} is damaged" for name in {*now, *old} if now.get(name) not in (old.get(name), new.get(name))]
    half = scenario.arguments == ("undo",) and "\n  not " in said.err
    if said.status and scenario.start and not half:
        broken += [f"{name} is changed" for name in old if now.get(name) != old[name]]
    return said, broken


def asked_for(files: Files) -> Files:
    return {name: data for name, data in files.items() if not name.startswith(".onbo/.git")}


def main(names: Sequence[str]) -> int:
    wrong = wrong_here()
    if wrong:
        sys.stdout.write(f"full disk: skipped: {wrong}\n")
        return 0
    quiet_environment()
    done = run_everything(names)
    sys.stdout.write("".join(f"{text}\n" for text in (*done.broken, done.line())))
    return 1 if done.broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
