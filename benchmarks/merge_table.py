# ruff: noqa: INP001 - a script
"""Pairs of edits through `git merge-file` and through the merge driver: `./dev run python benchmarks/merge_table.py`.

Prints how many are left in conflict by each, and writes the table into docs/merging.md. A test checks that it is the
one that comes out today.
"""

import os
import re
import subprocess
import sys
import tempfile
from typing import NamedTuple

from onbo.cli.merge_driver import CONFLICT, run

BASE = """\
# Acme

**Customer:** Acme Corp
**CSM:** [CSM Name]
**Kickoff Date:** [Date]
**Health:** [Score]/100 -- [Green/Yellow/Red]

## Account Setup

- [ ] Invite the users
- [ ] Configure SSO for the users
  > Ask for the metadata first.
- [ ] Import the data

## Training

- [ ] Book the first session
- [ ] Train the admins

**Training Notes:**
> [Document what was agreed]

## Risks

| Risk | Impact | Mitigation |
|---|---|---|
| [Risk] | [High/Med/Low] | [Action] |

## Follow-up

- [ ] Ask for feedback
"""
SECTION = "## Follow-up\n\n- [ ] Ask for feedback\n"
ROW = "| [Risk] | [High/Med/Low] | [Action] |"
Edits = tuple[tuple[str, str], ...]


class Pair(NamedTuple):
    """What each of two people did. why: the reason that a person is to decide, where onbo leaves it to one."""

    title: str
    ours: Edits
    theirs: Edits
    why: str = ""


PAIRS = (
    Pair("Adjacent ticks", (("[ ] Invite", "[x] Invite"),), (("[ ] Configure", "[x] Configure"),)),
    Pair(
        "A tick next to new wording", (("[ ] Invite", "[x] Invite"),), (("SSO for the users", "SSO for all the users"),)
    ),
    Pair(
        "A tick and an added word on one item",
        (("[ ] Conf", "[x] Conf"),),
        (("SSO for the users", "SSO for all the users"),),
    ),
    Pair(
        "An owner and a date on one item",
        (("for the users", "for the users @ann"),),
        (("for the users", "for the users due:2026-12-24"),),
    ),
    Pair("Neighbouring fields filled in", (("[CSM Name]", "Ann"),), (("[Date]", "2026-12-01"),)),
    Pair(
        "A note from each on one item", (("first.", "first.\n  > Ann has it."),), (("first.", "first.\n  > Bob asks."),)
    ),
    Pair(
        "The first notes of a section, from each",
        (("[Document what was agreed]", "Small."),),
        (("[Document what was agreed]", "In May."),),
    ),
    Pair(
        "A section moved, an item in it ticked",
        ((f"\n{SECTION}", ""), ("## Training", f"{SECTION}\n## Training")),
        (("[ ] Ask", "[x] Ask"),),
    ),
    Pair(
        "An item moved, its neighbour ticked",
        (("- [ ] Import the data\n", ""), ("- [ ] Invite", "- [ ] Import the data\n- [ ] Invite")),
        (("[ ] Configure", "[x] Configure"),),
    ),
    Pair(
        "CRLF line ends on one side, a tick on each",
        (("[ ] Invite", "[x] Invite"), ("\n", "\r\n")),
        (("[ ] Train", "[x] Train"),),
    ),
    Pair(
        "An item added by each in the same place",
        (("data\n", "data\n- [ ] Test it\n"),),
        (("data\n", "data\n- [ ] Show it\n"),),
    ),
    Pair("A first risk added by each", ((ROW, "| No admin | High | Ask |"),), ((ROW, "| No time | Low | Wait |"),)),
    Pair(
        "An item removed, its neighbour ticked",
        (("- [ ] Import the data\n", ""),),
        (("[ ] Configure", "[x] Configure"),),
    ),
    Pair(
        "An item removed by one, ticked by the other",
        (("- [ ] Import the data\n", ""),),
        (("[ ] Import", "[x] Import"),),
        "the tick would be lost with the item",
    ),
    Pair(
        "Done on one side, n/a on the other",
        (("[ ] Conf", "[x] Conf"),),
        (("[ ] Conf", "[~] Conf"),),
        "it cannot be both",
    ),
    Pair("Two values for one field", (("[CSM Name]", "Ann"),), (("[CSM Name]", "Bob"),), "only one can be right"),
    Pair(
        "A score on one side, a colour on the other",
        (("[Score]", "72"),),
        (("[Green/Yellow/Red]", "Green"),),
        "the colour was not chosen for that score",
    ),
    Pair(
        "One item, reworded by each",
        (("Configure SSO", "Configure Okta"),),
        (("Configure SSO", "Configure Entra"),),
        "only one wording can stay",
    ),
    Pair(
        "A tick on one side, mostly new words on the other",
        (("[ ] Train", "[x] Train"),),
        (("Train the admins", "Train the end users"),),
        "what was done may not be what it says now",
    ),
    Pair(
        "Prose from each in the same place",
        (("## Risks\n", "## Risks\n\nNone yet.\n"),),
        (("## Risks\n", "## Risks\n\nTwo.\n"),),
        "only a person can combine the text",
    ),
)


def edited(edits: Edits) -> bytes:
    text = BASE
    for old, new in edits:
        if old not in text:
            raise ValueError(old)
        text = text.replace(old, new) if old == "\n" else text.replace(old, new, 1)
    return text.encode()


def conflicts(pair: Pair, folder: str) -> tuple[bool, bool]:
    """Whether git's own merge leaves it in conflict, and whether the driver does."""
    paths = [os.path.join(folder, name) for name in ("ours", "base", "theirs")]
    for path, data in zip(paths, (edited(pair.ours), BASE.encode(), edited(pair.theirs)), strict=True):
        with open(path, "wb") as file:
            file.write(data)
    stock = subprocess.run(["git", "merge-file", "-p", *paths], check=False, capture_output=True).returncode
    ours, base, theirs = paths
    status = run([base, ours, theirs])
    if status not in (0, CONFLICT):
        raise RuntimeError(pair.title)
    return stock != 0, status == CONFLICT


def table() -> str:
    """The rows, and the sums last."""
    rows, sums = [], [0, 0]
    with tempfile.TemporaryDirectory() as folder:
        for pair in PAIRS:
            found = conflicts(pair, folder)
            sums = [total + left for total, left in zip(sums, found, strict=True)]
            words = " | ".join("conflict" if left else "merged" for left in found)
            rows.append(f"| {pair.title} | {words} | {pair.why} |")
    head = ["| the two edits | git alone | with onbo | why it stays a conflict |", "|---|---|---|---|"]
    last = f"| left to a person | {sums[0]} of {len(PAIRS)} | {sums[1]} of {len(PAIRS)} | |"
    return "\n".join([*head, *rows, last]) + "\n"


def put_into(page: str, made: str) -> str:
    """The page with this table between its marks."""
    marks = r"(?s)(?<=<!-- table -->\n\n).*?(?=\n<!-- end -->)"
    return re.sub(marks, lambda _: made, page)


if __name__ == "__main__":
    target = os.path.join(os.path.dirname(os.path.abspath(sys.argv[0])), os.pardir, "docs", "merging.md")
    made = table()
    sys.stdout.write(made)
    with open(target, "rb") as file:
        page = file.read().decode()
    with open(target, "wb") as file:
        file.write(put_into(page, made).encode())
