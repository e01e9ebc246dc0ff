"""Reads the text of a plan into units, by rules of its own: nothing of onbo's is used."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from merges.plans import Node, Plan, Token

ITEM = re.compile(r"([ \t]*)([-*+]|\d+[.)]) \[([ xX~])\] +(\S.*)$")
HEADING = re.compile(r"(#{1,6}) +(.*?)\s*$")
FIELD = re.compile(r"\*\*([^*]+):\*\*\s*(.*)$")
QUOTE = re.compile(r"([ \t]*)> ?(.*)$")
FRONT = re.compile(r"([\w-]+): ?(.*)$")
DELIMITER = re.compile(r"\|( *:?-+:? *\|)+\s*$")
TOKEN = re.compile(
    r"(?:^|\s)(?:@(?P<owner>[\w-]+)|due:(?P<due>\d{4}-\d\d-\d\d)|waiting:(?P<waiting>\S+)"
    r"|\(n/a: (?P<reason>[^)]*)\)|<!-- id=(?P<id>\S+) -->)(?!\S)"
)
MARKER = re.compile(r"(<{7}|\|{7}|={7}|>{7})(?: .*)?$")


class Unit:
    """One thing of a text: heading, item, quote, field, prose, table, row, code, front.

    uid     its identity where it comes from a plan, else 0
    parent  the item, label, table or heading that it stands in
    merged  stands outside conflicts
    line    where it is in the text that was read, from 0
    """

    __slots__ = ("cells", "kind", "line", "mark", "merged", "parent", "text", "tokens", "uid", "value")

    def __init__(self, kind: str, text: str, parent: "Unit | None", uid: int = 0) -> None:
        self.kind = kind
        self.text = text
        self.parent = parent
        self.uid = uid
        self.mark = ""
        self.value = ""
        self.tokens: tuple[Token, ...] = ()
        self.cells: tuple[str, ...] = ()
        self.merged = True
        self.line = 0

    def __repr__(self) -> str:
        above = self.parent.text if self.parent else ""
        return f"{self.kind} {self.mark}{self.text!r} {self.value!r} {self.tokens} {self.cells} in {above!r}"

    @property
    def said(self) -> tuple[object, ...]:
        """All that it says, and where."""
        return (self.kind, self.mark, self.text, self.value, self.tokens, self.cells)


# --- Units of a plan ---


def plan_units(plan: Plan) -> list[Unit]:
    units = []
    for key in plan.front:
        unit = Unit("front", key.text, None, key.uid)
        unit.value = key.value
        units.append(unit)
    units += _units(plan.root, None)
    return units


def _units(node: Node, parent: Unit | None) -> Iterator[Unit]:
    if node.kind == "fence":
        for line in node.kids:
            yield Unit("code", line.text, parent, line.uid)
        return
    if node.kind == "table" and node.text:
        parent = Unit("field", node.text, parent, -node.uid)
        yield parent
    unit = Unit(_KINDS.get(node.kind, node.kind), node.text, parent, node.uid)
    if node.kind == "item":
        unit.mark = node.mark
        unit.tokens = tuple(node.tokens)
    elif node.kind == "field":
        unit.value = node.value
    elif node.kind == "table":
        unit.text = " | ".join(node.cells)
    elif node.kind == "row":
        unit.cells = tuple(node.cells)
    yield unit
    for kid in node.kids:
        yield from _units(kid, unit)


_KINDS = {"note": "quote", "notes": "field"}


# --- Units of a text ---


class Line(NamedTuple):
    """part: "" outside conflicts, else whose part of one it is: ours, base or theirs."""

    text: str
    part: str


def split(data: bytes) -> list[Line]:
    """The lines without their ends, and without the markers of conflicts."""
    text = data.decode("utf-8").replace("\r\n", "\n")
    lines = []
    part = ""
    for line in text.split("\n")[: -1 if text.endswith("\n") else None]:
        match = MARKER.match(line)
        if match and (part or match[1][0] == "<"):
            part = {"<": "ours", "|": "base", "=": "theirs", ">": ""}[match[1][0]]
        else:
            lines.append(Line(line, part))
    return lines


def view(lines: list[Line], side: str) -> list[Line]:
    """The text as it is where every conflict is settled for that side."""
    return [line for line in lines if line.part in ("", side)]


def read(lines: list[Line]) -> list[Unit]:
    return Reader(lines).read()


def columns(blanks: str) -> int:
    return len(blanks.expandtabs(4))


class Reader:
    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.at = 0
        self.units: list[Unit] = []
        self.headings: list[tuple[int, Unit]] = []
        # Where the contents of the items around begin, with these.
        self.list: list[tuple[int, Unit]] = []
        self.label: Unit | None = None
        self.table: Unit | None = None
        self.blanks = 0
        self.fenced = False
        self.quoting = False

    def add(self, kind: str, text: str, parent: Unit | None) -> Unit:
        unit = Unit(kind, text, parent)
        unit.merged = not self.lines[self.at].part
        unit.line = self.at
        self.units.append(unit)
        return unit

    @property
    def section(self) -> Unit | None:
        return self.headings[-1][1] if self.headings else None

    def read(self) -> list[Unit]:
        if self.lines and self.lines[0].text == "---":
            self.front()
        while self.at < len(self.lines):
            text = self.lines[self.at].text
            if text.strip():
                self.line(text)
                self.blanks = 0
            elif self.fenced:
                pass
            else:
                self.blank()
            self.at += 1
        return self.units

    def front(self) -> None:
        self.at = 1
        while self.at < len(self.lines) and self.lines[self.at].text != "---":
            text = self.lines[self.at].text
            match = FRONT.match(text)
            unit = self.add("front", match[1] if match else text, None)
            unit.value = match[2] if match else ""
            self.at += 1
        self.at += 1

    def blank(self) -> None:
        self.blanks += 1
        self.table = None
        if self.quoting or self.blanks > 1:
            self.label = None
        self.quoting = False

    def line(self, text: str) -> None:
        if text.startswith("```"):
            self.fenced = not self.fenced
            self.end_blocks()
        elif self.fenced:
            self.add("code", text, self.section)
        elif match := HEADING.match(text):
            self.heading(len(match[1]), match[2])
        elif match := ITEM.match(text):
            self.item(columns(match[1]), match)
        elif match := QUOTE.match(text):
            self.quote(columns(match[1]), match[2])
        elif match := FIELD.match(text):
            self.end_blocks()
            self.label = self.add("field", match[1], self.section)
            self.label.value = match[2].rstrip()
        elif text.startswith("|"):
            self.row(text)
        else:
            self.prose(text)

    def end_blocks(self) -> None:
        self.list = []
        self.label = self.table = None
        self.quoting = False

    def heading(self, level: int, title: str) -> None:
        self.end_blocks()
        while self.headings and self.headings[-1][0] >= level:
            self.headings.pop()
        self.headings.append((level, self.add("heading", title, self.section)))

    def item(self, indent: int, match: re.Match[str]) -> None:
        self.label = self.table = None
        while self.list and indent < self.list[-1][0]:
            self.list.pop()
        begin, parent = self.list[-1] if self.list else (0, self.section)
        if indent >= begin + 4:
            # Code, or more words of the item above: no item at any rate.
            self.add("prose", match[0].strip(), parent)
            return
        tokens: list[Token] = []

        def take(match: re.Match[str]) -> str:
            kind = str(match.lastgroup)
            tokens.append((kind, match[kind]))
            return " "

        words = TOKEN.sub(take, match[4])
        item = self.add("item", " ".join(words.split()), parent)
        item.mark = match[3].lower()
        item.tokens = tuple(tokens)
        self.list.append((indent + len(match[2]) + 1, item))

    def quote(self, indent: int, text: str) -> None:
        if not text.strip():
            return
        around = [item for begin, item in self.list if begin <= indent]
        if around:
            self.add("quote", text.strip(), around[-1])
            return
        label = self.label if self.label is not None and not self.label.value else None
        self.end_blocks()
        self.label = label
        self.add("quote", text.strip(), label or self.section)
        self.quoting = True

    def row(self, text: str) -> None:
        cells = tuple(cell.strip() for cell in text.strip().strip("|").split("|"))
        if self.table is not None:
            if not DELIMITER.match(text):
                self.add("row", cells[0], self.table).cells = cells
            return
        follows = self.at + 1 < len(self.lines) and DELIMITER.match(self.lines[self.at + 1].text)
        if not follows:
            self.prose(text)
            return
        label = self.label if self.label is not None and not self.label.value and not self.quoting else None
        self.end_blocks()
        self.table = self.add("table", " | ".join(cells), label or self.section)

    def prose(self, text: str) -> None:
        indent = columns(text[: len(text) - len(text.lstrip())])
        if self.blanks:
            self.list = [(begin, item) for begin, item in self.list if begin <= indent]
        within = self.list[-1][1] if self.list else None
        if within is None:
            self.end_blocks()
        self.add("prose", text.strip(), within or self.section)
