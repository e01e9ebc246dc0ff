"""Plain lists -> a template: bullets, numbered lists, headings or bare heading lines, existing checklists."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from onbo.document.syntax import TOKEN
from onbo.errors import UsageError

# In all of these, words begin and end with something that is no blank, so that there is one way to share out the blanks
# around them.
HEADING = re.compile(r"(#{1,6})\s+(.*)$")
# The bullets of word processors and wikis, as they arrive by the clipboard; Word's second one is an "o" and a tab.
#   "- a", "1. a", "\u2022 a", "\u25cf a", "\u2610 a", "o\ta"
DRAWN_BOXES = "\\u2610\\u2611\\u2612\\u2705"
DRAWN_BULLETS = "\\u2022\\u2013\\u25e6\\u25aa\\u2023\\u00b7\\u25cf\\u25cb\\u25a0\\uf0b7\\uf0a7"
BULLET = re.compile(
    rf"(?P<indent>\s*)(?:[-*+{DRAWN_BULLETS}{DRAWN_BOXES}]|o(?=\t)|\d{{1,3}}[.)])\s+(?P<text>\S(?:.*\S)?)\s*$"
)
BOX = re.compile(rf"(?:\[[ xX~]\]|[{DRAWN_BOXES}])\s+(?P<text>\S(?:.*\S)?)$")
# A box that nobody put a bullet before.
BARE_BOX = re.compile(r"(?P<indent>\s*)(?P<text>\[[ xX~]\]\s+\S(?:.*\S)?)\s*$")
# The end of a sentence with the next one glued to it: "import data.Imported data ..." but not "Node.JS", "v2.Next".
GLUED = re.compile(r"(?<=[a-z)\]\"'\u2019])([.!?])(?=[A-Z][a-z]|[A-Z]\s)")
STORED_COUNT = re.compile(r"\s*\d+\s*/\s*\d+\s+done\s*$", re.IGNORECASE)
TIP = re.compile(r"\s*>\s?(?P<text>.*\S)\s*$")


class Imported(NamedTuple):
    """The template's text, and what went into it; dropped: the lines that are computed and so left out."""

    text: str
    sections: int
    items: int
    tips: int
    dropped: tuple[str, ...]


def import_list(text: str, title: str) -> Imported:
    """A checklist made of a plain list. Raises UsageError where there is nothing like one."""
    source = re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))
    dropped = tuple(line.strip() for line in source if STORED_COUNT.match(line))
    lines = [line.rstrip() for line in source if not STORED_COUNT.match(line)]
    body: list[str] = []
    counts = {"sections": 0, "items": 0, "tips": 0}
    headings = [m for m in map(HEADING.match, lines) if m]
    titles = [_title(m) for m in headings if len(m[1]) == 1]
    heading_level = min((len(m[1]) for m in headings if len(m[1]) > 1 or len(titles) > 1), default=2)
    for line, following in zip(lines, _followed_by(lines), strict=True):
        body += _line(line, following, counts, one_title=len(titles) == 1, heading_level=heading_level)
    if not counts["items"]:
        raise UsageError("there is no list in it", hint="it takes bullets, numbered lines or a checklist")
    own = titles[0] if len(titles) == 1 else title
    front = ["---", 'version: "1.0"', "---", f"# {own}", ""]
    header = [] if any(line.startswith("**Customer:**") for line in body) else [*FIELDS, ""]
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join([*front, *header, *body])).strip("\n") + "\n"
    return Imported(joined, counts["sections"], counts["items"], counts["tips"], dropped)


def _followed_by(lines: Sequence[str]) -> list[str]:
    """For each line, the next one with words; an empty one where there is none."""
    following = []
    last = ""
    for line in reversed(lines):
        following.append(last)
        last = line if line.strip() else last
    return following[::-1]


def _title(heading: re.Match[str]) -> str:
    """A heading's words, without the signs that may close it."""
    return heading[2].rstrip().rstrip("#").rstrip()


FIELDS = (
    "**Customer:** [Customer Name]",
    "**Segment:** [Enterprise / Mid-Market / SMB]",
    "**CSM:** [CSM Name]",
    "**Kickoff Date:** [Date]",
    "**Target Go-Live:** [Date]",
)


def _line(line: str, following: str, counts: dict[str, int], *, one_title: bool, heading_level: int) -> list[str]:
    heading = HEADING.match(line)
    if heading:
        if len(heading[1]) == 1 and one_title:
            return []
        counts["sections"] += 1
        return ["", f"{'#' * (len(heading[1]) - heading_level + 2)} {_title(heading)}", ""]
    bullet = BULLET.match(line) or BARE_BOX.match(line)
    if bullet:
        return _item(bullet, counts)
    tip = TIP.match(line)
    if tip and counts["items"]:
        counts["tips"] += 1
        return [f"  > {tip['text']}"]
    # A bare line right above a list is its heading.
    if line.strip() and BULLET.match(following) and not line.startswith((" ", "\t", "*", "|")):
        counts["sections"] += 1
        return ["", f"## {line.strip().rstrip(':')}", ""]
    return [line]


def _without_dates(token: re.Match[str]) -> str:
    """An owner stays; a date, a waiting and a reason were one customer's own."""
    return token[0] if token["owner"] else ""


def _item(bullet: re.Match[str], counts: dict[str, int]) -> list[str]:
    """An open item; a sentence glued to its end becomes its tip."""
    box = BOX.match(bullet["text"])
    words = TOKEN.sub(_without_dates, box["text"] if box else bullet["text"]).strip()
    counts["items"] += 1
    indent = "  " * (len(bullet["indent"].expandtabs(4)) // 2)
    found = GLUED.search(words)
    if found is None:
        return [f"{indent}- [ ] {words}"]
    counts["tips"] += 1
    return [f"{indent}- [ ] {words[: found.end()]}", f"{indent}  > {words[found.end() :]}"]
