"""How the time of merges, updates and comparisons grows with the input. From the top directory:

PYTHONPATH=tests ./dev run python tests/hang/merging_growth.py
PYTHONPATH=tests ./dev run python tests/hang/merging_growth.py --kinds like --modes merge --sizes 500,1000
PYTHONPATH=tests ./dev run python tests/hang/merging_growth.py --bytes 2000000       # files of 2 MB

A doubled input may take up to three times as long (above 50 ms), and none may take longer than --most seconds of CPU.
"""

import argparse
import gc
import os
import resource
import signal
import sys
import time
from collections.abc import Callable

from hang.merging_inputs import KINDS, Triple, of_size

NOISE = 0.05
MOST_GROWTH = 3.0


def merge(triple: Triple) -> str:
    """As `onbo-merge`."""
    from onbo.effects.line_merge import line_merge
    from onbo.merging.threeway import merge_bytes

    base, ours, theirs = (text.encode() for text in triple)
    outcome = merge_bytes(base, ours, theirs, line_merge=line_merge)
    return f"{len(outcome.conflicts)} conflicts"


def update(triple: Triple) -> str:
    """As `onbo update` of a copy: ours; the template is base, and is theirs now."""
    from onbo.document.parse import parse
    from onbo.effects.line_merge import line_merge
    from onbo.merging.update import Origin
    from onbo.merging.update import update as update_copy
    from onbo.onboarding.template import Template

    base, ours, theirs = (text.encode() for text in triple)
    origin = Origin(Template("plan", "1", base), Template("plan", "2", theirs))
    outcome = update_copy(parse("copy", ours), origin, None, line_merge=line_merge)
    return f"{len(outcome.conflicts)} conflicts, {len(outcome.decisions)} decisions"


def compare(triple: Triple) -> str:
    """As `onbo template diff` and `onbo outdated`."""
    from onbo.document.parse import parse
    from onbo.merging.units import item_pairs
    from onbo.onboarding.comparing import compare as differences

    old, new = parse("old", triple.base.encode()), parse("new", triple.theirs.encode())
    return f"{len(differences(old, new, item_pairs(old, new)))} differences"


def log(triple: Triple) -> str:
    """As `onbo log` and `onbo report`: three versions, one after the other."""
    from datetime import date

    from onbo.history.readings import Readings
    from onbo.history.replay import replay
    from onbo.history.revisions import Revision, Version
    from onbo.history.transitions import history

    blobs = {str(at): text.encode() for at, text in enumerate(triple)}
    revisions = [Revision(name, date(2026, 1, 1 + at), None, "Sam") for at, name in enumerate(blobs)]
    versions = [Version(revision, (str(at - 1),) if at else (None,), str(at)) for at, revision in enumerate(revisions)]
    told = history("acme", versions, Readings("acme.md", blobs))
    replay(told)
    return f"{len(list(told.transitions()))} transitions"


MODES: dict[str, Callable[[Triple], str]] = {"merge": merge, "update": update, "compare": compare, "log": log}


def load() -> None:
    """Import everything once, so that no child does it."""
    for run in MODES.values():
        run(KINDS["conflicts_settled"](40))


def seconds(mode: str, triple: Triple, limit: float) -> tuple[float, str]:
    """The CPU time of one run in a process of its own, git's included; infinite if it took longer than the limit."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        gc.disable()  # as the commands do
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit) + 1, int(limit) + 1))
        start = time.process_time()
        try:
            said = MODES[mode](triple)
        except Exception as error:  # noqa: BLE001 - a refusal is an outcome too
            said = f"{type(error).__name__}: {error}"[:100]
        of_git = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = time.process_time() - start + of_git.ru_utime + of_git.ru_stime
        os.write(write, f"{spent} {said}".encode())
        os._exit(0)
    os.close(write)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, limit * 4)
    with open(read, "rb") as file:
        answer = file.read().decode()
    os.waitpid(child, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    if not answer:
        return float("inf"), "killed"
    time_spent, _, said = answer.partition(" ")
    return float(time_spent), said


def lines(text: str) -> int:
    return text.count("\n")


def grow(name: str, mode: str, options: argparse.Namespace) -> bool:
    """Try a kind at each size; gives whether it was slow or grew too fast."""
    sizes = [int(size) for size in options.sizes.split(",")]
    before = 0.0
    row: list[str] = []
    worst = 0.0
    said = ""
    slow = False
    for size in sizes:
        triple = KINDS[name](size)
        if options.bytes or options.lines:
            triple = (
                of_size(KINDS[name], options.bytes) if options.bytes else of_size(KINDS[name], options.lines, lines)
            )
        now, said = seconds(mode, triple, options.limit)
        growth = now / before if before else 0.0
        if growth > MOST_GROWTH and now > NOISE and before > NOISE / 5:
            again = seconds(mode, triple, options.limit)[0]
            now, growth = min(now, again), min(now, again) / before
        worst = max(worst, growth if now > NOISE and before > NOISE / 5 else 0.0)
        row.append(f"{now:7.2f}")
        slow = slow or now > options.most or worst > MOST_GROWTH
        if now > options.limit or options.bytes or options.lines:
            break
        before = now
    sys.stdout.write(f"{'SLOW' if slow else 'ok  '} {mode:8}{name:36}{''.join(row):42} x{worst:5.2f}  {said}\n")
    sys.stdout.flush()
    return slow


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", default="", help="only kinds with one of these in their names, between commas")
    parser.add_argument("--modes", default=",".join(MODES))
    parser.add_argument("--sizes", default="500,1000,2000,4000,8000", help="each twice the one before")
    parser.add_argument("--bytes", type=int, default=0, help="once, with files of this size, instead")
    parser.add_argument("--lines", type=int, default=0, help="the same, with so many lines")
    parser.add_argument("--most", type=float, default=5.0, help="seconds that no run may exceed (5)")
    parser.add_argument("--limit", type=float, default=20.0, help="seconds after which a run is killed (20)")
    options = parser.parse_args()
    load()
    wanted = options.kinds.split(",")
    names = [name for name in KINDS if any(part in name for part in wanted)]
    slow = [grow(name, mode, options) for mode in options.modes.split(",") for name in names]
    sys.stdout.write(f"{sum(slow)} of {len(slow)} too slow\n")
    return 1 if any(slow) else 0


if __name__ == "__main__":
    sys.exit(main())
