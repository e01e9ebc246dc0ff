"""`PYTHONPATH=tests ./dev run python -m merges --triples 20000 --seed 1`: look for merges that go wrong."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path
from typing import NamedTuple

from merges.hunt import hunt, shrunk, triple
from merges.mutations import mutate


class Job(NamedTuple):
    kind: str
    first: int
    number: int
    alphabet: str


def work(job: Job) -> tuple[Counter[str], dict[str, int]]:
    """A tally, and by kind of finding the first seed that shows it."""
    if job.kind == "mutations":
        return mutate(job.first, job.number, job.alphabet)
    return hunt(job.kind, job.first, job.number, job.alphabet)


def jobs(kind: str, seed: int, count: int, alphabets: list[str]) -> Iterator[Job]:
    step = 250
    for alphabet in alphabets:
        share = count // len(alphabets)
        for first in range(0, share, step):
            yield Job(kind, seed * 10_000_000 + first, min(step, share - first), alphabet)


def main() -> int:
    parser = argparse.ArgumentParser()
    for name in ("triples", "driver", "updates", "mutations", "git"):
        parser.add_argument(f"--{name}", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--alphabet", choices=["unique", "colliding", "both"], default="both")
    parser.add_argument("--show", type=int, metavar="SEED", help="one triple, shrunk, in full")
    wanted = parser.parse_args()
    alphabets = ["unique", "colliding"] if wanted.alphabet == "both" else [wanted.alphabet]
    if wanted.show is not None:
        kind = next((k for k in ("driver", "updates", "git") if getattr(wanted, k)), "triples")
        return show(kind, wanted.show, alphabets[0])
    failed = False
    for kind in ("triples", "driver", "updates", "mutations", "git"):
        count = getattr(wanted, kind)
        if not count:
            continue
        total: Counter[str] = Counter()
        seeds: dict[str, int] = {}
        with Pool(wanted.jobs) as pool:
            for tally, found in pool.imap_unordered(work, list(jobs(kind, wanted.seed, count, alphabets))):
                total.update(tally)
                for name, seed in found.items():
                    seeds[name] = min(seed, seeds.get(name, seed))
        sys.stdout.write(f"{kind}, seed {wanted.seed}:\n")
        for name, number in sorted(total.items()):
            sys.stdout.write(f"  {number:>8}  {name}{f'   (--show {seeds[name]})' if name in seeds else ''}\n")
        sys.stdout.flush()
        failed = failed or bool(seeds)
    return int(failed)


def show(kind: str, seed: int, alphabet: str) -> int:
    small, findings, result = shrunk(kind, triple(seed, alphabet))
    folder = Path(tempfile.mkdtemp(prefix="merges-"))
    for name, data in zip(("base", "ours", "theirs", "result"), (*small[:3], result), strict=True):
        (folder / name).write_bytes(data)
        sys.stdout.write(f"--- {name}\n{data.decode()}\n")
    git = subprocess.run(
        ["git", "merge-file", "-p", "--diff3", folder / "ours", folder / "base", folder / "theirs"],
        check=False,
        capture_output=True,
    )
    sys.stdout.write(f"--- git ({git.returncode})\n{git.stdout.decode()}\n--- {folder}\n")
    for finding in findings:
        sys.stdout.write(f"{finding.kind}: {finding.what}\n")
    return int(bool(findings))


if __name__ == "__main__":
    sys.exit(main())
