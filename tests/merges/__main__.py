"""Looks for merges that lose, misplace or double anything. From the top directory:

PYTHONPATH=tests ./dev run python -m merges --triples 20000
PYTHONPATH=tests ./dev run python -m merges --show LOSS        # one finding, small and in full
PYTHONPATH=tests ./dev run python -m merges --engine git       # what the oracle says of plain git
"""

import argparse
import sys
import time
from collections import Counter
from functools import partial
from multiprocessing import get_context

from merges import engines
from merges.engines import Merge
from merges.mutations import Trial, checker, try_checker
from merges.running import FAULTS, OTHERS, Finding, Tally, new_directory, save, shrink, try_seeds
from merges.triples import ALPHABETS

CHUNK = 100


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def merge_of(engine: str) -> Merge:
    return engines.update if engine == "update" else engines.ENGINES[engine]


def chunk(job: tuple[str, str, int, int], most: int) -> Tally:
    engine, alphabet, first, count = job
    seeds = range(first, first + count)
    return try_seeds(seeds, merge_of(engine), alphabet, template=engine == "update", most=most)


def run(engine: str, alphabets: list[str], count: int, options: argparse.Namespace) -> Tally:
    """That many triples, shared out among the alphabets; the same findings whatever the number of jobs."""
    jobs = [
        (engine, alphabet, options.seed + first, min(CHUNK, count // len(alphabets) - first))
        for first in range(0, count // len(alphabets), CHUNK)
        for alphabet in alphabets
    ]
    tally = Tally(Counter(), {})
    with get_context("fork").Pool(options.jobs) as pool:
        for part in pool.imap(partial(chunk, most=options.examples), jobs):
            tally.add(part, options.examples)
            if options.show and tally.examples.get(options.show):
                break
    return tally


def check_chunk(job: tuple[str, int, int]) -> Trial:
    alphabet, first, count = job
    return try_checker(range(first, first + count), alphabet, checker)


def run_mutations(alphabets: list[str], count: int, options: argparse.Namespace) -> int:
    """That many wrong results and more, and the right ones that they were made of."""
    trial = Trial.empty()
    jobs = ((alphabet, options.seed + first, 20) for first in range(0, count * 10, 20) for alphabet in alphabets)
    with get_context("fork").Pool(options.jobs) as pool:
        for part in pool.imap(check_chunk, jobs):
            trial.add(part)
            if trial.mutants.total() >= count:
                break
    say("\n" + trial.tell(options.examples))
    return trial.mutants.total() - trial.refused.total()


def tell(title: str, engine: str, tally: Tally, seconds: float, directory: str) -> None:
    say(f"\n{title}: {tally.counts['merges']} in {seconds:.0f} s")
    for kind in (*FAULTS, *OTHERS):
        say(f"  {kind:15} {tally.counts[kind]:7}")
    for name, count in sorted(tally.counts.items()):
        if name not in (*FAULTS, *OTHERS, "merges"):
            say(f"    {count:7}  {name}")
    for kind, findings in tally.examples.items():
        for at, finding in enumerate(findings):
            path = save(shrink(finding, merge_of(engine)), directory, f"{title}-{kind}-{at + 1}".replace(" ", "-"))
            say(f"  {kind}: seed {finding.spec.seed}, {finding.spec.alphabet}: {path}")


def show(engine: str, tally: Tally, kind: str) -> int:
    findings: list[Finding] = tally.examples.get(kind, [])
    if not findings:
        say(f"no {kind}")
        return 0
    say(shrink(findings[0], merge_of(engine)).tell())
    return 1


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m merges", description=__doc__)
    parser.add_argument("--triples", type=int, default=2000, help="merges in process (2000)")
    parser.add_argument("--seed", type=int, default=0, help="the first seed (0); each triple has one")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--alphabet", choices=[*ALPHABETS, "both"], default="both")
    parser.add_argument("--engine", choices=["onbo", "git", "driver"], default="onbo")
    parser.add_argument("--driver", type=int, default=0, metavar="N", help="merges through onbo-merge")
    parser.add_argument("--updates", type=int, default=0, metavar="N", help="updates from a changed template")
    parser.add_argument(
        "--mutations", type=int, default=0, metavar="N", help="wrong results that the checker must refuse"
    )
    parser.add_argument(
        "--examples", type=int, default=3, metavar="N", help="findings of each kind that are written out"
    )
    parser.add_argument("--show", choices=[*FAULTS, *OTHERS], help="print one finding of this kind, small and in full")
    return parser.parse_args()


def main() -> int:
    options = parse_options()
    alphabets = list(ALPHABETS) if options.alphabet == "both" else [options.alphabet]
    if options.show:
        engine = "update" if options.updates else options.engine
        return show(engine, run(engine, alphabets, options.updates or options.triples, options), options.show)
    directory = new_directory()
    faults = 0
    runs = (("merges", options.engine, options.triples), ("driver", "driver", options.driver))
    for title, engine, count in (*runs, ("updates", "update", options.updates)):
        if count:
            start = time.monotonic()
            tally = run(engine, alphabets, count, options)
            tell(title, engine, tally, time.monotonic() - start, directory)
            faults += sum(tally.counts[kind] for kind in FAULTS)
    if options.mutations:
        run_mutations(alphabets, options.mutations, options)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
