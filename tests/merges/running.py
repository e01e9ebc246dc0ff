"""Trying merges of triples, and making what is found small."""

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from merges import engines, oracle
from merges.engines import Merge, Merged
from merges.oracle import DIFFERS, DUPLICATE, ENDS, LOSS, MISPLACED, RESURRECTED
from merges.triples import Spec, Triple, build, make_spec

CRASH = "CRASH"
FALSE_CONFLICT, GIT_WRONG = "FALSE-CONFLICT", "GIT-WRONG"
# What a merge must never do; the first that a merge does is what it is counted as.
FAULTS = (CRASH, LOSS, MISPLACED, DUPLICATE, RESURRECTED, DIFFERS, ENDS)
# What it may do, but not often, and what git does.
OTHERS = (FALSE_CONFLICT, GIT_WRONG)


class Finding(NamedTuple):
    """kind: one of FAULTS and OTHERS; details: what the oracle says of it; merged: None where it crashed."""

    kind: str
    details: tuple[str, ...]
    spec: Spec
    merged: bytes | None

    def tell(self) -> str:
        """The whole of it: edits, versions and result."""
        base, ours, theirs = build(self.spec).render()
        parts = [
            f"{self.kind}  seed {self.spec.seed}, {self.spec.alphabet}{', update' if self.spec.template else ''}",
            *(f"  {detail}" for detail in self.details),
            "ours:   " + ", ".join(step.name for step in self.spec.ours),
            "theirs: " + ", ".join(step.name for step in self.spec.theirs),
        ]
        for name, data in (
            ("base", base),
            ("ours", ours),
            ("theirs", theirs),
            ("result", self.merged or b"(none)\n"),
        ):
            parts.append(f"--- {name}\n{data.decode('utf-8', 'replace')}")
        return "\n".join(parts)


class Verdict(NamedTuple):
    """findings: by kind; counts: how the merge went, beside git's."""

    finding: Finding | None
    counts: tuple[str, ...]


def examine(spec: Spec, merge: Merge) -> Verdict:
    triple = build(spec)
    versions = triple.render()
    try:
        merged = merge(*versions)
    except Exception as error:  # noqa: BLE001  whatever it is, it is what is looked for
        return Verdict(Finding(CRASH, (f"{type(error).__name__}: {error}",), spec, None), ("crashed",))
    if merged.data is None:
        return Verdict(None, ("refused",))
    found = oracle.judge(triple, merged, update=spec.template)
    if spec.template:
        counts = ("conflict" if merged.conflicts else "clean",)
        # What is left to a person as git leaves it, is said to be.
        as_git = engines.git(*versions) if found else None
        same = as_git is not None and as_git.conflicts == merged.conflicts
        shared = oracle.judge(triple, as_git, update=True) if as_git is not None and same else []
        own = [finding for finding in found if finding not in shared]
        if found and not own:
            return Verdict(Finding(GIT_WRONG, tuple(finding.detail for finding in found), spec, merged.data), counts)
        return verdict(spec, merged, own, counts)
    git = engines.git(*versions)
    git_found = oracle.judge(triple, git) if found or git.conflicts < merged.conflicts else []
    beside = [] if merge is engines.git else oracle.differs(merged, git, versions)
    if beside and oracle.differs(merged, engines.git_raw(*versions), versions):
        found += [finding for finding in beside if not git_found or finding.kind != DIFFERS]
    counts = (
        f"{'conflict' if merged.conflicts else 'clean'}, where git's is {'conflict' if git.conflicts else 'clean'}",
    )
    shared = [finding for finding in found if finding in git_found]
    own = [finding for finding in found if finding not in git_found]
    if shared and not own:
        return Verdict(Finding(GIT_WRONG, tuple(finding.detail for finding in shared), spec, merged.data), counts)
    if not own and merged.conflicts and not git.conflicts:
        if git_found:
            return Verdict(None, (*counts, "git's clean merge is wrong: left in conflict"))
        if not oracle.is_beyond_doubt(triple, git):
            return Verdict(None, (*counts, "git's clean merge is one of two readings: left in conflict"))
        return Verdict(Finding(FALSE_CONFLICT, (), spec, merged.data), counts)
    return verdict(spec, merged, own, counts)


def verdict(spec: Spec, merged: Merged, found: list[oracle.Finding], counts: tuple[str, ...]) -> Verdict:
    kind = next((kind for kind in FAULTS if any(finding.kind == kind for finding in found)), None)
    if kind is None:
        return Verdict(None, counts)
    # The words of a thing that is missing say no more than that it is.
    told = [f"{finding.kind} {finding.detail}" for finding in found if ": word " not in finding.detail]
    return Verdict(Finding(kind, tuple(told or [finding.detail for finding in found]), spec, merged.data), counts)


class Tally(NamedTuple):
    counts: Counter[str]
    examples: dict[str, list[Finding]]

    def add(self, other: "Tally", most: int) -> None:
        self.counts.update(other.counts)
        for kind, findings in other.examples.items():
            held = self.examples.setdefault(kind, [])
            held += findings[: max(0, most - len(held))]


def try_seeds(seeds: range, merge: Merge, alphabet: str, *, template: bool, most: int) -> Tally:
    tally = Tally(Counter(), {})
    for seed in seeds:
        finding, counts = examine(make_spec(seed, alphabet, template=template), merge)
        tally.counts["merges"] += 1
        tally.counts.update(counts)
        if finding is not None:
            tally.counts[finding.kind] += 1
            held = tally.examples.setdefault(finding.kind, [])
            if len(held) < most:
                held.append(finding)
    return tally


def find(merge: Merge, seed: int, triples: int, alphabet: str) -> list[Finding]:
    """What is found in that many triples from that seed on, as it is found; `shrink` makes it small."""
    tally = try_seeds(range(seed, seed + triples), merge, alphabet, template=False, most=triples)
    return [finding for findings in tally.examples.values() for finding in findings]


# --- Making it small ---


def smaller(spec: Spec) -> Iterator[Spec]:
    """With an edit less, then with a part of the base less."""
    for at in range(len(spec.ours)):
        yield spec._replace(ours=spec.ours[:at] + spec.ours[at + 1 :])
    for at in range(len(spec.theirs)):
        yield spec._replace(theirs=spec.theirs[:at] + spec.theirs[at + 1 :])
    base = build(spec).base
    for node in [*base.root.walk(), *base.front]:
        if node is not base.root:
            yield spec._replace(cut=(*spec.cut, node.uid))


def shrink(finding: Finding, merge: Merge, tries: int = 2000) -> Finding:
    """The same kind of finding with less of everything, for as long as there is one."""
    smallest = finding
    at = 0
    for _ in range(tries):
        options = list(smaller(smallest.spec))
        if at >= len(options):
            return smallest
        found = examine(options[at], merge).finding
        if found is not None and found.kind == finding.kind:
            smallest = found
        else:
            at += 1
    return smallest


def save(finding: Finding, directory: str, name: str) -> str:
    """Its versions and result as files, and all of it in `finding.txt`."""
    path = os.path.join(directory, name)
    os.makedirs(path)
    versions = zip(("base.md", "ours.md", "theirs.md"), build(finding.spec).render(), strict=True)
    for file_name, data in (*versions, ("result.md", finding.merged or b""), ("finding.txt", finding.tell().encode())):
        with open(os.path.join(path, file_name), "wb") as file:
            file.write(data)
    return path


def new_directory() -> str:
    return tempfile.mkdtemp(prefix="merge-findings-")


__all__ = ["FAULTS", "OTHERS", "Finding", "Tally", "Triple", "examine", "find", "save", "shrink", "try_seeds"]
