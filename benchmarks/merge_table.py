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

## Account Setup

- [ ] Invite the users
- [ ] Configure SSO
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
    title: str
    ours: Edits
    theirs: Edits


PAIRS = (
    Pair("Adjacent ticks", (("[ ] Invite", "[x] Invite"),), (("[ ] Configure", "[x] Configure"),)),
    Pair("A tick beside other words", (("[ ] Invite", "[x] Invite"),), (("Configure SSO", "Configure the SSO"),)),
    Pair("A tick and other words, one item", (("[ ] Conf", "[x] Conf"),), (("Configure SSO", "Configure the SSO"),)),
    Pair("An owner and a date, one item", (("SSO", "SSO @ann"),), (("SSO", "SSO due:2026-12-24"),)),
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
    ),
    Pair("Done here, not applicable there", (("[ ] Conf", "[x] Conf"),), (("[ ] Conf", "[~] Conf"),)),
    Pair("Two values in one field", (("[CSM Name]", "Ann"),), (("[CSM Name]", "Bob"),)),
    Pair(
        "Other words by both, one item", (("Configure SSO", "Configure Okta"),), (("Configure SSO", "Configure Entra"),)
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
            rows.append(f"| {pair.title} | {' | '.join('conflict' if left else 'merged' for left in found)} |")
    head = ["| what the two did | git alone | with onbo |", "|---|---|---|"]
    return (
        "\n".join([*head, *rows, f"| left to a person | {sums[0]} of {len(PAIRS)} | {sums[1]} of {len(PAIRS)} |"])
        + "\n"
    )


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
