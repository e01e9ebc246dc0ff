"""SIGKILL at every system call of every writing command: a file is as before or as after, and onbo goes on.

./dev faults kills [SCENARIO...]
"""

import os
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from driver import (
    Files,
    Scenario,
    calls,
    files_below,
    hit,
    outcome,
    quiet_environment,
    scenarios,
    spread,
    was_hit,
    workspace,
    write_path,
    wrong_here,
)

from onbo.effects.workspace import Workspace
from runner import onbo


class Job(NamedTuple):
    """One part of the calls of one scenario: every `step`-th from `first` on."""

    scenario: str
    first: int = 0
    step: int = 1
    only_writing: bool = False


class Tally(NamedTuple):
    """missed: runs in which the kill did not come. torn: a file neither as before nor as after, with where."""

    kills: int
    missed: int
    torn: tuple[str, ...]
    stuck: tuple[str, ...]

    def line(self) -> str:
        return f"kills: {self.kills} (and {self.missed} that did not come), torn: {len(self.torn)}, stuck: {len(self.stuck)}"


def kill_everywhere(job: Job) -> Tally:
    """Each call once, from the same files."""
    scenario = scenarios()[job.scenario]
    kills, missed = 0, 0
    torn: list[str] = []
    stuck: list[str] = []
    with workspace() as root:
        old, new = outcome(root, scenario, begun=False)[0], outcome(root, scenario, begun=True)[0]
        scenario.lay_out(root)
        made = calls(root, scenario.arguments)
        for call in (write_path(made) if job.only_writing else made)[job.first :: job.step]:
            scenario.lay_out(root)
            if not was_hit(hit(root, scenario.arguments, call, "signal=KILL"), kill=True):
                missed += 1
                continue
            kills += 1
            where = f"{scenario.name}: {call.line.replace(str(root), '')}"
            torn += [f"{where}: {what}" for what in damage(root, old, new)]
            stuck += [f"{where}: {what}" for what in hindrance(root, scenario)]
    return Tally(kills, missed, tuple(torn), tuple(stuck))


def damage(root: Path, old: Files, new: Files) -> list[str]:
    """Files that are neither what they were nor what they shall be."""
    now = files_below(root)
    found = [name for name in {*old, *new, *now} if now.get(name) not in (old.get(name), new.get(name))]
    # What only changes its place is whole in one of the two at least.
    moved = [name for name in old if name not in new and old[name] in new.values()]
    found += [f"{name} is gone" for name in moved if old[name] not in now.values()]
    seen = {
        os.path.relpath(customer.path, root) for customer in Workspace(str(root), str(root)).customers(archived=True)
    }
    return found + [f"{name} is taken for a customer" for name in seen - {*old, *new}]


@cache
def _expected(name: str) -> list[Files]:
    """What may come out of all that comes afterwards, last that of the finished command."""
    scenario = scenarios()[name]
    with workspace() as root:
        finished = outcome(root, scenario, begun=True)[1]
        return [finished] if scenario.again else [outcome(root, scenario, begun=False)[1], finished]


def hindrance(root: Path, scenario: Scenario) -> list[str]:
    """What no longer works, or comes out otherwise than without the kill."""
    os.chdir(root)
    found = []
    if scenario.again:
        said = onbo(*scenario.arguments)
        # 2 is for what is there already.
        if said.status not in (0, 2) or "Traceback" in said.err:
            found.append(f"again: exit {said.status}: {said.err.strip()}")
    for arguments in scenario.after:
        said = onbo(*arguments)
        if said.status:
            found.append(f"{' '.join(arguments)}: exit {said.status}: {said.err.strip()}")
    now = files_below(root)
    allowed = _expected(scenario.name)
    if now not in allowed:
        differ = [name for name in {*allowed[-1], *now} if now.get(name) != allowed[-1].get(name)]
        found.append(f"afterwards {', '.join(sorted(differ))} is not as it should be")
    return found


def total(tallies: Sequence[Tally]) -> Tally:
    return Tally(
        sum(tally.kills for tally in tallies),
        sum(tally.missed for tally in tallies),
        tuple(text for tally in tallies for text in tally.torn),
        tuple(text for tally in tallies for text in tally.stuck),
    )


def main(names: Sequence[str]) -> int:
    wrong = wrong_here()
    if wrong:
        sys.stdout.write(f"kills: skipped: {wrong}\n")
        return 1
    quiet_environment()
    jobs = [Job(name, first, 4) for name in names or scenarios() for first in range(4)]
    done = total(spread(kill_everywhere, jobs))
    sys.stdout.write("".join(f"{text}\n" for text in (*done.torn, *done.stuck, done.line())))
    return 1 if done.torn or done.stuck or not done.kills else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
