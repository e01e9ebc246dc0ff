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
        "A tick beside other words", (("[ ] Invite", "[x] Invite"),), (("SSO for the users", "SSO for all the users"),)
    ),
    Pair(
        "A tick and a word put in, one item",
        (("[ ] Conf", "[x] Conf"),),
        (("SSO for the users", "SSO for all the users"),),
    ),
    Pair(
        "An owner and a date, one item",
        (("for the users", "for the users @ann"),),
        (("for the users", "for the users due:2026-12-24"),),
    ),
    Pair("Neighbouring fields filled", (("[CSM Name]", "Ann"),), (("[Date]", "2026-12-01"),)),
    Pair(
        "A note by each on one item", (("first.", "first.\n  > Ann has it."),), (("first.", "first.\n  > Bob asks."),)
    ),
    Pair(
        "Notes of a section begun by both",
        (("[Document what was agreed]", "Small."),),
        (("[Document what was agreed]", "In May."),),
    ),
    Pair(
        "A section moved, an item in it ticked",
        ((f"\n{SECTION}", ""), ("## Training", f"{SECTION}\n## Training")),
        (("[ ] Ask", "[x] Ask"),),
    ),
    Pair(
        "An item moved, the one beside it ticked",
        (("- [ ] Import the data\n", ""), ("- [ ] Invite", "- [ ] Import the data\n- [ ] Invite")),
        (("[ ] Configure", "[x] Configure"),),
    ),
    Pair(
        "CRLF on one side, a tick on each",
        (("[ ] Invite", "[x] Invite"), ("\n", "\r\n")),
        (("[ ] Train", "[x] Train"),),
    ),
    Pair(
        "An item added by each at one place",
        (("data\n", "data\n- [ ] Test it\n"),),
        (("data\n", "data\n- [ ] Show it\n"),),
    ),
    Pair("A first risk added by each", ((ROW, "| No admin | High | Ask |"),), ((ROW, "| No time | Low | Wait |"),)),
    Pair(
        "An item taken away, the one beside it ticked",
        (("- [ ] Import the data\n", ""),),
        (("[ ] Configure", "[x] Configure"),),
    ),
    Pair(
        "An item taken away by one, ticked by the other",
        (("- [ ] Import the data\n", ""),),
        (("[ ] Import", "[x] Import"),),
        "the tick would go with the item",
    ),
    Pair(
        "Done here, not applicable there",
        (("[ ] Conf", "[x] Conf"),),
        (("[ ] Conf", "[~] Conf"),),
        "both cannot be so",
    ),
    Pair("Two values in one field", (("[CSM Name]", "Ann"),), (("[CSM Name]", "Bob"),), "only one can be right"),
    Pair(
        "A score here, a colour there",
        (("[Score]", "72"),),
        (("[Green/Yellow/Red]", "Green"),),
        "the colour was not given to that score",
    ),
    Pair(
        "Other words by both, one item",
        (("Configure SSO", "Configure Okta"),),
        (("Configure SSO", "Configure Entra"),),
        "only one can be meant",
    ),
    Pair(
        "A tick here, mostly other words there",
        (("[ ] Train", "[x] Train"),),
        (("Train the admins", "Train the end users"),),
        "what was done may be something else",
    ),
    Pair(
        "Prose by each at one place",
        (("## Risks\n", "## Risks\n\nNone yet.\n"),),
        (("## Risks\n", "## Risks\n\nTwo.\n"),),
        "only a person can join the words",
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
    head = ["| what the two did | git alone | with onbo | conflict, on purpose |", "|---|---|---|---|"]
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
