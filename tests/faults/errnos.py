"""Errors of the system at every call of the write path: exit 0 only where the bytes are there.

./dev faults errnos [SCENARIO...]
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from driver import (
    Call,
    Ended,
    Files,
    calls,
    files_below,
    hit,
    outcome,
    quiet_environment,
    scenarios,
    spread,
    state_of,
    was_hit,
    workspace,
    write_path,
    wrong_here,
)

from runner import onbo

ERRORS = ("ENOSPC", "EIO", "EROFS", "EACCES", "EINTR", "EDQUOT")
SCENARIOS = ("check", "skip", "set", "new", "archive", "update")
FAILED = (3, 4, 5)
WARNING = "warning: this change cannot be undone: "


class Job(NamedTuple):
    """Some errors at the calls of one scenario: every `step`-th from `first` on; `only`: those of one call."""

    scenario: str
    errors: tuple[str, ...] = ERRORS
    first: int = 0
    step: int = 1


class Tally(NamedTuple):
    """missed: runs in which the error did not come. warned: exit 0 with the warning that it cannot be undone.

    lies: exit 0 without the bytes, or without a warning where it cannot be undone. bad: anything else amiss.
    """

    faults: int
    missed: int
    succeeded: int
    warned: int
    lies: tuple[str, ...]
    bad: tuple[str, ...]

    def line(self) -> str:
        return (
            f"faults: {self.faults} (and {self.missed} that did not come; exit 0 in {self.succeeded}, of these "
            f"{self.warned} that cannot be undone and say so), "
            f"false successes: {len(self.lies)}, other failings: {len(self.bad)}"
        )


def fail_everywhere(job: Job) -> Tally:
    """Each error at each call, from the same files."""
    scenario = scenarios()[job.scenario]
    faults, missed, succeeded, warned = 0, 0, 0, 0
    lies: list[str] = []
    bad: list[str] = []
    with workspace() as root:
        old, new = outcome(root, scenario, begun=False)[0], outcome(root, scenario, begun=True)[0]
        scenario.lay_out(root)
        made = write_path(calls(root, scenario.arguments))
        for error, call in [(error, call) for call in made for error in job.errors][job.first :: job.step]:
            scenario.lay_out(root)
            ended = hit(root, scenario.arguments, call, f"error={error}")
            if not (ended.hung or was_hit(ended, kill=False)):
                missed += 1
                continue
            faults += 1
            succeeded += ended.status == 0
            now = files_below(root)
            where = f"{scenario.name}: {error} at {_shown(call, str(root))}: exit {ended.status}"
            unsafe = call.name == "fsync" and error != "EINTR"  # which is tried again
            if ended.status == 0 and (unsafe or not _is_there(now, old, new)):
                lies.append(where)
            bad += [f"{where}: {what}" for what in [*failings(ended), *damage(now, old, new)]]
            if str(state_of(root)) in call.line and ended.status:
                bad.append(f"{where}: the write did not go on: {ended.err.strip()}")
            if ended.status == 0 and WARNING in ended.err:
                warned += 1
            elif ended.status == 0:
                lies += [f"{where}: {what}" for what in not_undone(root, old)]
    return Tally(faults, missed, succeeded, warned, tuple(lies), tuple(bad))


def not_undone(root: Path, old: Files) -> list[str]:
    """What is not as it was once a command is taken back that did not warn."""
    os.chdir(root)
    said = onbo("undo")
    now = files_below(root)
    differ = [name for name in {*now, *old} if not name.startswith(".onbo/.git") and now.get(name) != old.get(name)]
    return [f"undo: exit {said.status}: {said.err.strip()}: {', '.join(differ)}"] if differ else []


def _shown(call: Call, root: str) -> str:
    return call.line.replace(root, "")


def _is_there(now: Files, old: Files, new: Files) -> bool:
    """Whether all of what the command was to change says what it was to say."""
    return all(now.get(name) == new[name] for name in new if name.startswith("customers/") or name in old)


def failings(ended: Ended) -> list[str]:
    """What is wrong with how it ended."""
    if ended.hung:
        return ["hung"]
    if ended.signal:
        return [f"died of signal {ended.signal}"]
    found = []
    if "Traceback" in ended.err + ended.out:
        found.append(f"a traceback: {ended.err}")
    said = [text for text in ended.err.split("\n") if text.startswith("error: ")]
    if ended.status and ended.status not in FAILED:
        found.append(f"not one of {FAILED}: {ended.err.strip()}")
    if ended.status and (len(said) != 1 or ended.err.count("\n") != 1):
        found.append(f"not one line: {ended.err.strip()!r}")
    if ended.err.count(WARNING) > 1:
        found.append(f"more than one warning: {ended.err.strip()!r}")
    if not ended.status and said:
        found.append(f"an error with exit 0: {ended.err.strip()!r}")
    return found


def damage(now: Files, old: Files, new: Files) -> list[str]:
    """Files that are neither what they were nor what they shall be."""
    return [f"{name} is damaged" for name in {*now, *old, *new} if now.get(name) not in (old.get(name), new.get(name))]


def total(tallies: Sequence[Tally]) -> Tally:
    return Tally(
        sum(tally.faults for tally in tallies),
        sum(tally.missed for tally in tallies),
        sum(tally.succeeded for tally in tallies),
        sum(tally.warned for tally in tallies),
        tuple(text for tally in tallies for text in tally.lies),
        tuple(text for tally in tallies for text in tally.bad),
    )


def main(names: Sequence[str]) -> int:
    wrong = wrong_here()
    if wrong:
        sys.stdout.write(f"faults: skipped: {wrong}\n")
        return 1
    quiet_environment()
    jobs = [Job(name, first=first, step=8) for name in names or SCENARIOS for first in range(8)]
    done = total(spread(fail_everywhere, jobs))
    sys.stdout.write("".join(f"{text}\n" for text in (*done.lies, *done.bad, done.line())))
    return 1 if done.lies or done.bad or not done.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
