"""The plain subset: files whose every line has a form that means the same whatever else the file says.

This reader recognises a whole file or declines it, and what it declines CommonMark reads. It exists because
importing a Markdown parser costs more than all the rest of a tick, and because a portfolio has a million lines.
The tests show that both see the same.

A file is read part by part, from heading to heading, and a part line by line. What a line or a part says is a
function of its text, so those that come again are kept. A line has a form; the letters of a part's forms, put
together, must be a word of one small grammar.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from onbo.document.outline import NO_WORDS, Block, Box, Heading, Lines, Paragraph, Quote, TableLines, Task
from onbo.document.part import Outline, Part, Placed
from onbo.document.source import Source
from onbo.document.words import KEPT, LONGEST_KEPT, item_words

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
# Parts that a portfolio made from a few templates needs, with the ticks that are usual; longer ones are not kept.
KEPT_PARTS = 4096
LONGEST_PART = 4000
# Which form may stand where, by the letters below. A table needs a blank line behind it; an item or a quote would
# take a line of text for its own; a rule under text would make it a heading. Each alternative begins with a letter of
# its own, so there is one way to read a word, and giving up on one takes as many steps as reading it.
# Not possessive: Python 3.11.2 matches a possessive repeat of a group wrongly.
GRAMMAR = re.compile(r"(?:[BHIT]|(?<![^BHRP])P|(?<![^B])R|Q(?:EQ)*|(?<![^BHRP])\|D\|*(?![^B]))*")
BLANK, HEADING, RULE, TEXT, ROW, DELIMITER, QUOTE, EMPTY_QUOTE, ITEM, TASK = "BHRP|DQEIT"
LETTERS = {"blank": BLANK, "rule": RULE, "text": TEXT, "row": ROW, "delimiter": DELIMITER}


class Form(NamedTuple):
    """A line by itself.

    depth  how many items it stands in: two blanks each
    text   a heading's title, a quote's words
    level  of a heading
    box    of a task
    """

    letter: str
    depth: int = 0
    text: str = ""
    level: int = 0
    box: Box = Box(0, 0, "", NO_WORDS)


NOT_PLAIN = Form("?")


def form(text: str) -> Form:
    """The form of a line; NOT_PLAIN where it has none."""
    match = LINE.match(text)
    if match is None or (not (text.isascii() and text.isprintable()) and ODD_CHARACTERS.search(text)):
        return NOT_PLAIN
    kind = match.lastgroup or ""
    depth, odd = divmod(len(match["indent"] or ""), 2)
    if odd or depth > DEEPEST or (depth and kind == "text"):
        return NOT_PLAIN
    if kind == "title":
        return Form(HEADING, text=match["title"], level=len(match["heading"]))
    if kind == "quote":
        words = text[2 * depth + 2 :]
        return NOT_PLAIN if words.endswith(" ") else Form(QUOTE if words else EMPTY_QUOTE, depth, words)
    if kind == "item":
        return _item(text, depth, match.end())
    return Form(LETTERS[kind])


def _item(text: str, depth: int, start: int) -> Form:
    box = BOX.match(text, start)
    if box is None:
        return Form(ITEM, depth)
    if not box["gap"]:
        return NOT_PLAIN
    said = item_words(text[box.end() :].rstrip(" "))
    return Form(TASK, depth, box=Box(start, box.end(), text[start + 1], said))


_kept_form = lru_cache(KEPT)(form)


def outline(source: Source, skip: int) -> Outline | None:
    """The parts of a source, or None where a line is of no plain form. The first `skip` lines count as blank."""
    before, *below = ("\n" + "\n".join(source.texts[skip:])).split("\n#")
    placed: list[Placed] = []
    line = skip
    for text in [before[1:], *map("#".__add__, below)] if before else map("#".__add__, below):
        part = _kept_part(text) if len(text) <= LONGEST_PART else _part(text)
        if part is None or (placed and placed[-1].part.texts[-1].startswith("|")):
            return None  # a table must end before the next heading
        placed.append(Placed(line, part))
        line += len(part.texts)
    if before and not placed[0].part.blocks:
        del placed[0]
    return Outline(tuple(placed), {})


def first_odd_line(source: Source, skip: int) -> int | None:
    """The first line, 0-based, that has no form; None where each has one and some stand in a wrong place."""
    return next((at for at, text in enumerate(source.texts) if at >= skip and form(text) == NOT_PLAIN), None)


def _part(text: str) -> Part | None:
    """What a part of a file says, up to the next heading; None where a line is of no plain form."""
    texts = tuple(text.split("\n"))
    lines = [_kept_form(text) if len(text) <= LONGEST_KEPT else form(text) for text in texts]
    letters = "".join([line.letter for line in lines])
    if not GRAMMAR.fullmatch(letters):
        return None
    reading = _Reading(texts)
    before = BLANK
    for number, line in enumerate(lines):
        letter = line.letter
        if letter == TASK and not line.depth:  # nearly all that there is
            reading.around = [len(reading.tasks)]
            reading.tasks.append(len(reading.blocks))
            reading.blocks.append(Task(number, line.box))
        elif letter == BLANK:
            reading.around = []
        elif not reading.take(number, line, before):
            return None
        before = letter
    blocks = reading.ended()
    heading = blocks[0] if blocks and isinstance(blocks[0], Heading) else None
    return Part(heading, blocks[1:] if heading else blocks, texts)


_kept_part = lru_cache(KEPT_PARTS)(_part)


class _Quoted:
    """A quote while its lines are gathered: putting a growing text together line by line would take quadratic time."""

    __slots__ = ("end", "line", "words")

    def __init__(self, line: int, words: str) -> None:
        self.line = line
        self.end = line + 1
        self.words = [words]

    def add(self, line: int, between: str, words: str) -> None:
        self.end = line + 1
        self.words += (between, words)

    def quote(self) -> Quote:
        return Quote(self.line, self.end, "".join(self.words))


class _Reading:
    """The blocks so far.

    around  the items that a line stands in, by depth, as indices among the tasks, None for one without a box
    tasks   where they are in blocks
    ends    of tasks with something nested under them, and notes, by the task's index in blocks
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.blocks: list[Block | _Quoted] = []
        self.around: list[int | None] = []
        self.tasks: list[int] = []
        self.ends: dict[int, int] = {}
        self.notes: dict[int, list[_Quoted]] = {}

    def take(self, number: int, line: Form, before: str) -> bool:
        """Read one line; False where it does not fit to what stands around it."""
        letter = line.letter
        if line.depth > len(self.around):
            return False
        del self.around[line.depth :]
        if letter in (TASK, ITEM):
            self._item(number, line)
        elif letter == HEADING:
            self.blocks.append(Heading(number, line.level, line.text))
        elif letter == TEXT:
            first = self.blocks.pop().line if before == TEXT else number
            self.blocks.append(Paragraph(first, number + 1))
        elif letter in (QUOTE, EMPTY_QUOTE):
            return self._quote(number, line, before)
        elif letter == DELIMITER:
            return self._delimiter(number)
        elif letter == ROW and before in (DELIMITER, ROW):
            self.blocks.append(TableLines(self.blocks.pop().line, number + 1))
        return True

    def _delimiter(self, number: int) -> bool:
        header, text = self.texts[number - 1 : number + 1]
        self.blocks.append(TableLines(number - 1, number + 1))
        return header.count("|") == text.count("|") and "\\" not in header

    def _item(self, number: int, line: Form) -> None:
        self._extend(number + 1)
        if line.letter == ITEM:
            self.around.append(None)
            return
        parent = next((at for at in reversed(self.around) if at is not None), None)
        self.around.append(len(self.tasks))
        self.tasks.append(len(self.blocks))
        self.blocks.append(Task(number, line.box, parent))

    def _quote(self, number: int, line: Form, before: str) -> bool:
        """A quoted line: at document level all of a quote is one block, under a task each paragraph."""
        self._extend(number + 1)
        words = line.text
        notes = self._notes_at(line.depth)
        if notes is None:
            return False
        last = notes[-1] if notes else None
        gap = int(before == EMPTY_QUOTE)
        if not isinstance(last, _Quoted) or last.end != number - gap or before not in (QUOTE, EMPTY_QUOTE):
            last = None
        if last is None:
            if not words or gap:
                return False
            notes.append(_Quoted(number, words))
        elif words and gap and line.depth:
            notes.append(_Quoted(number, words))
        elif words:
            last.add(number, "\n\n" if gap else "\n", words)
        return True

    def _notes_at(self, depth: int) -> "list[Block | _Quoted] | list[_Quoted] | None":
        """Where a quote at this depth goes: among the document's blocks, or its task's notes."""
        if not depth:
            return self.blocks
        at = self.around[-1]
        return None if at is None else self.notes.setdefault(self.tasks[at], [])

    def _extend(self, end: int) -> None:
        """The items around go on to here."""
        for at in self.around:
            if at is not None:
                self.ends[self.tasks[at]] = end

    def ended(self) -> tuple[Block, ...]:
        for at, end in self.ends.items():
            task = self.blocks[at]
            if isinstance(task, Task):
                line = task.line
                notes = tuple([note.quote() for note in self.notes.get(at, ())])
                self.blocks[at] = task._replace(lines=Lines(line, line, line + 1, end), notes=notes)
        return tuple([block.quote() if isinstance(block, _Quoted) else block for block in self.blocks])
