"""The plain subset: files whose every line has a form that means the same whatever else the file says.

This reader recognises a whole file or declines it, and what it declines CommonMark reads. It exists because
importing a Markdown parser costs more than all the rest of a tick. The tests show that both see the same.
"""

import re
from typing import Any

from onbo.document.outline import Block, Heading, Outline, Paragraph, Quote, TableLines, Task
from onbo.document.source import Source

# What a paragraph may begin with so that it surely is one: no list, fence, heading, quote, rule, table, HTML,
# or reference definition begins so.
WORDS = r"""(?!\d{1,9}[.)](?:[ ]|$))(?:[^\W_]|\*\*[^\W_]|[("'@$][^\W_]|\[[^\[\]]*\](?!:))"""
LINE = re.compile(
    rf"""(?P<blank>[ ]*$)
    |(?P<heading>\#{{1,6}})[ ]+(?P<title>[^\s\#](?:.*[^\s\#])?)[ ]*$
    |(?P<rule>---)[ ]*$
    |(?P<delimiter>\|(?:[ ]*:?-+:?[ ]*\|)+)[ ]*$
    |(?P<row>\|.*\|)[ ]*$
    |(?P<indent>[ ]*)(?:(?P<quote>>(?:[ ](?={WORDS})|[ ]*$))|(?P<item>[-*+][ ](?={WORDS}))|(?P<text>(?={WORDS})))
    """,
    re.VERBOSE,
)
BOX = re.compile(r"\[[ xX~]\](?:(?P<gap>[ ]+)(?=[^\s])|$|\s)")
# White space that Python strips and Markdown keeps, or the other way round; and NUL, which Markdown replaces.
ODD_CHARACTERS = re.compile(r"[^\S ]|\x00")
# Deeper lists are left to CommonMark, which refuses them at some depth.
DEEPEST = 20
# Which lines may come before one of a form; one that is not listed may follow anything but a table.
AFTER = {
    "blank": {"blank", "heading", "rule", "text", "quote", "item", "delimiter", "row"},
    "rule": {"blank"},
    "text": {"blank", "heading", "rule", "text"},
    "header": {"blank", "heading", "rule", "text"},
    "delimiter": {"header"},
    "row": {"delimiter", "row"},
    "bare": {"quote"},
    "quote": {"blank", "heading", "rule", "text", "quote", "item", "bare"},
}
NO_TABLE = {"blank", "heading", "rule", "text", "quote", "item"}


def outline(source: Source, skip: int) -> Outline | None:
    """The blocks of a source, or None where a line is of no plain form. The first `skip` lines count as blank."""
    reading = _Reading(source)
    for number in range(skip, len(source.texts)):
        if not reading.take(number, source.texts[number]):
            return None
    return Outline(tuple(reading.blocks), {}) if reading.before not in ("header", "bare") else None


class _Reading:
    """The blocks so far. around: the items that a line stands in, by depth, None for one without a box."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.blocks: list[Block] = []
        self.before = "blank"
        self.around: list[int | None] = []
        self.tasks: list[int] = []  # where they are in blocks

    def take(self, number: int, text: str) -> bool:
        """Read one line; False where it is not plain."""
        match = LINE.match(text)
        if match is None or ODD_CHARACTERS.search(text):
            return False
        kind = {"title": "heading"}.get(match.lastgroup or "", match.lastgroup or "")
        if kind == "quote" and not text[match.end() :].strip(" "):
            kind = "bare"
        if kind == "row" and self.before not in ("delimiter", "row"):
            kind = "header"
        indent = len(match["indent"] or "")
        depth = indent // 2
        if self.before not in AFTER.get(kind, NO_TABLE) or indent % 2 or depth > min(len(self.around), DEEPEST):
            return False
        del self.around[depth:]
        if kind in ("item", "quote", "bare"):
            fits = self._item(number, text, match.end()) if kind == "item" else self._quote(number, text, depth)
        else:
            fits = not indent and self._line(kind, number, text, match)
        self.before = kind
        return fits

    def _line(self, kind: str, number: int, text: str, match: re.Match[str]) -> bool:
        """A line that stands at document level."""
        if kind == "heading":
            self.blocks.append(Heading(number, len(match["heading"]), match["title"]))
        elif kind == "text":
            first = self.blocks.pop().line if self.before == "text" else number
            self.blocks.append(Paragraph(first, number + 1))
        elif kind == "delimiter":
            header = self.source.texts[number - 1]
            if header.count("|") != text.count("|") or "\\" in header:
                return False
            self.blocks.append(TableLines(number - 1, number + 1))
        elif kind == "row":
            self.blocks.append(TableLines(self.blocks.pop().line, number + 1))
        return True

    def _item(self, number: int, text: str, start: int) -> bool:
        self._extend(number + 1)
        box = BOX.match(text, start)
        if box is None:
            self.around.append(None)
            return True
        parent = next((at for at in reversed(self.around) if at is not None), None)
        self.around.append(len(self.tasks))
        self.tasks.append(len(self.blocks))
        self.blocks.append(Task(number, start, number, number + 1, (number, box.end()), parent, number + 1, []))
        return bool(box["gap"])

    def _quote(self, number: int, text: str, depth: int) -> bool:
        """A quoted line: at document level all of a quote is one block, under a task each paragraph."""
        self._extend(number + 1)
        words = text[2 * depth + 2 :]
        notes = self._notes_at(depth)
        if notes is None or words.endswith(" "):
            return False
        last = notes[-1] if notes else None
        gap = int(self.before == "bare")
        if not isinstance(last, Quote) or last.end != number - gap or self.before not in ("quote", "bare"):
            last = None
        if last is None:
            if not words or gap:
                return False
            notes.append(Quote(number, number + 1, words))
        elif words and gap and depth:
            notes.append(Quote(number, number + 1, words))
        elif words:
            between = "\n\n" if gap else "\n"
            notes[-1] = Quote(last.line, number + 1, f"{last.text}{between}{words}")
        return True

    def _notes_at(self, depth: int) -> "list[Any] | None":
        """Where a quote at this depth goes: the document's blocks, or its task's notes."""
        if not depth:
            return self.blocks
        at = self.around[-1]
        task = self.blocks[self.tasks[at]] if at is not None else None
        return task.notes if isinstance(task, Task) else None

    def _extend(self, end: int) -> None:
        """The items around go on to here."""
        for at in self.around:
            if at is not None:
                where = self.tasks[at]
                task = self.blocks[where]
                if isinstance(task, Task):
                    self.blocks[where] = task._replace(end=end)
