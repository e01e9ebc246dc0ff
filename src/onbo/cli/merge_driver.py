"""`onbo-merge BASE OURS THEIRS [MARKER-SIZE [PATH]]`: the git merge driver, an entry point of its own.

Git runs it once for each file of each merge, so it loads no typer, no rich and no settings. It writes OURS last. It
exits with 0 only if every task of all three versions is accounted for and nothing is in conflict, and with 10 if there
are conflicts. Any other status means that nothing was written, and the configured command falls back to `git
merge-file`.
"""

import gc
import os
import sys
from functools import partial
from typing import TYPE_CHECKING

from onbo.cli.streams import complain, open_missing, read_by_ci

if TYPE_CHECKING:
    from onbo.document.front_matter import Values
    from onbo.effects.workspace import Workspace
    from onbo.onboarding.template import Template

CONFLICT = 10
FAILED = 20
# How many decisions to print for one file.
MOST_TOLD = 20


def main() -> None:
    open_missing()  # if stderr fails after OURS was written, git takes the status for "not merged"
    gc.disable()  # a short run: collecting garbage before the end only costs time
    status = run(sys.argv[1:])
    os._exit(status)  # everything is written: a regular exit would take as long as a tenth of the merge


def run(
    arguments: list[str], *, fallback: str = "; falling back to git merge-file", workspace: "Workspace | None" = None
) -> int:
    """Merge the files named and return the exit status.

    fallback   added to the message if that fails
    workspace  where the templates are that the files were made from; else that of the file that git names
    """
    if len(arguments) < 3:
        complain("usage: onbo-merge BASE OURS THEIRS [MARKER-SIZE [PATH]]")
        return FAILED
    from onbo.effects.line_merge import line_merge
    from onbo.effects.time_limit import limited, weigh
    from onbo.errors import OnboError
    from onbo.merging.threeway import MARKER, merge_bytes

    marker = int(arguments[3]) if len(arguments) > 3 and arguments[3].isdecimal() else MARKER
    shown = arguments[4] if len(arguments) > 4 else arguments[1]
    try:
        base, ours, theirs = (_read(path) for path in arguments[:3])
        with limited(shown):
            weigh(len(base) + len(ours) + len(theirs))
            template_of = partial(_template_of, workspace, os.path.dirname(shown))
            outcome = merge_bytes(base, ours, theirs, marker, line_merge=line_merge, template_of=template_of)
        _write(arguments[1], outcome.data)
    except (OnboError, OSError) as error:
        complain(f"onbo-merge: {_plain(shown)}: {_plain(str(error))}{fallback}")
        return FAILED
    for decision in outcome.decisions[:MOST_TOLD]:
        words = _plain(f"{decision.action}: {decision.item} ({decision.reason})")
        complain(f"onbo-merge: {_plain(shown)}: {words}")
    if len(outcome.decisions) > MOST_TOLD:
        complain(f"onbo-merge: {_plain(shown)}: and {len(outcome.decisions) - MOST_TOLD} more")
    return CONFLICT if outcome.conflicts else 0


def _template_of(workspace: "Workspace | None", folder: str, values: "Values") -> "Template | None":
    """The template that a copy was made from, in a workspace or in that of a folder."""
    from onbo.effects.workspace import Workspace, find_root

    here = os.path.abspath(folder)
    return (workspace or Workspace(find_root(here), here)).snapshot_of_any_branch(values)


def _plain(text: str) -> str:
    text = text.encode("ascii", "backslashreplace").decode().translate(dict.fromkeys((*range(32), 127), "?"))
    if "##" in text and read_by_ci():
        from onbo.present.ci import without_hashes

        return without_hashes(text)
    return text


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _write(path: str, data: bytes) -> None:
    """In place: git reads it when we are done; on disk before we say so."""
    with open(path, "r+b") as file:
        file.write(data)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())
