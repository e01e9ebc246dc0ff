"""Random merges through the engine, judged by the oracle."""

import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from typing import NamedTuple

from merges.edits import edit
from merges.oracle import Finding, judge, lines_of
from merges.plans import Plan, Words, make


class Triple(NamedTuple):
    """Three versions. steps: the seeds of each side's edits; fewer of them make a smaller triple."""

    base: bytes
    ours: bytes
    theirs: bytes
    seed: int
    alphabet: str
    steps: tuple[tuple[int, ...], tuple[int, ...]]


class Result(NamedTuple):
    """data is None where the engine refused."""

    data: bytes | None
    clean: bool


def triple(seed: int, alphabet: str, steps: tuple[tuple[int, ...], tuple[int, ...]] | None = None) -> Triple:
    """The triple of a seed. A seed in twenty makes both sides add the same."""
    random = Random(seed)
    colliding = alphabet == "colliding"
    words = Words(random, colliding=colliding)
    base = make(random, words)
    counts = [random.choice([1, 1, 2, 3, 5]) for _ in range(2)]
    numbers = tuple(tuple(random.randrange(1 << 30) for _ in range(count)) for count in counts)
    if random.random() < 0.05:
        numbers = (numbers[0], (numbers[0][0], *numbers[1]))
    if steps is None:
        steps = (numbers[0], numbers[1])
    sides = [_edited(base, own, colliding, words.count + 1000 * (at + 1)) for at, own in enumerate(steps)]
    if base.end == "\n" and sides[0].end != sides[1].end and random.random() < 0.5:
        sides[0].end = sides[1].end = "\n"
    return Triple(base.render(), sides[0].render(), sides[1].render(), seed, alphabet, steps)


def _edited(base: Plan, steps: tuple[int, ...], colliding: bool, first: int) -> Plan:
    plan = base.copy()
    for at, step in enumerate(steps):
        random = Random(step)
        edit(plan, random, Words(random, colliding=colliding, first=first + 20 * at if not colliding else 0))
    return plan


# --- Engines ---


def engine(base: bytes, ours: bytes, theirs: bytes) -> Result:
    from onbo.effects.line_merge import line_merge
    from onbo.merging.threeway import merge_bytes

    outcome = merge_bytes(base, ours, theirs, line_merge=line_merge)
    return Result(outcome.data, not outcome.conflicts)


def driver(base: bytes, ours: bytes, theirs: bytes) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("base", base), ("ours", ours), ("theirs", theirs)):
            Path(folder, name).write_bytes(data)
        command = [str(Path(sys.executable).with_name("onbo-merge")), "base", "ours", "theirs", "7", "acme.md"]
        status = subprocess.run(command, cwd=folder, check=False, capture_output=True).returncode
        return Result(Path(folder, "ours").read_bytes() if status in (0, 10) else None, status == 0)


def git(base: bytes, ours: bytes, theirs: bytes) -> Result:
    """Git's merge of the texts with LF line ends."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("base", base), ("ours", ours), ("theirs", theirs)):
            text = "".join(f"{line}\n" for line in lines_of(data))
            Path(folder, name).write_bytes(text.encode())
        command = ["git", "merge-file", "-p", "--diff3", "ours", "base", "theirs"]
        done = subprocess.run(command, cwd=folder, check=False, capture_output=True)
        return Result(done.stdout, done.returncode == 0)


ENGINES = {"triples": engine, "driver": driver, "git": git}


def judged(kind: str, case: Triple) -> tuple[list[Finding], Result]:
    if kind == "updates":
        from merges.updating import judged_update

        return judged_update(case.base, case.ours, case.theirs)
    result = ENGINES[kind](case.base, case.ours, case.theirs)
    if result.data is None:
        return [], result
    findings = judge(case.base, case.ours, case.theirs, result.data)
    by_git = git(case.base, case.ours, case.theirs) if kind != "git" and findings else None
    if by_git is not None and by_git.data is not None and (not result.clean or by_git.clean):
        # Git's clean parts stand as they are, unless the checker refuses them.
        own = set(judge(case.base, case.ours, case.theirs, by_git.data))
        findings = [finding for finding in findings if finding not in own]
    return findings, result


def hunt(kind: str, first: int, count: int, alphabet: str) -> tuple[Counter[str], dict[str, int]]:
    tally: Counter[str] = Counter()
    seeds: dict[str, int] = {}
    for seed in range(first, first + count):
        case = triple(seed, alphabet)
        findings, result = judged(kind, case)
        if kind in ("triples", "driver") and result.clean and result.data is not None:
            by_git = git(case.base, case.ours, case.theirs)
            if by_git.clean and by_git.data is not None and lines_of(by_git.data) != lines_of(result.data):
                findings.append(Finding("differs", "git's merge is clean, and another"))
        tally[f"{alphabet} {'refused' if result.data is None else 'clean' if result.clean else 'conflict'}"] += 1
        if kind == "triples" and not result.clean:
            by_git = git(case.base, case.ours, case.theirs)
            if by_git.clean and by_git.data is not None:
                wrong = bool(judge(case.base, case.ours, case.theirs, by_git.data))
                tally[f"{alphabet} conflict where git is clean and {'wrong' if wrong else 'right'}"] += 1
                if not wrong:
                    seeds.setdefault(f"{alphabet} conflict where git is clean and right", seed)
        for name in {f"{alphabet} FOUND {finding.kind}" for finding in findings}:
            tally[name] += 1
            seeds.setdefault(name, seed)
    return tally, seeds


def shrunk(kind: str, case: Triple) -> tuple[Triple, list[Finding], bytes]:
    """With as few edits as show the same kind of finding."""
    findings, result = judged(kind, case)
    kinds = {finding.kind for finding in findings}
    again = bool(kinds)
    while again:
        again = False
        for side in (0, 1):
            for at in range(len(case.steps[side])):
                own = case.steps[side][:at] + case.steps[side][at + 1 :]
                steps = (own, case.steps[1]) if side == 0 else (case.steps[0], own)
                smaller = triple(case.seed, case.alphabet, steps)
                found, answer = judged(kind, smaller)
                if kinds & {finding.kind for finding in found}:
                    case, findings, result, again = smaller, found, answer, True
                    break
            if again:
                break
    return case, findings, result.data or b""
