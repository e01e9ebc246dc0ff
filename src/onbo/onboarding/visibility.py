"""What of a customer's file that customer may see, decided on the parsed file before any text is made of it.

An allow-list: a heading, an item or a note is shown if nothing hides it, and then only in its words
(`shown_words`); of the fields, three; of everything else, nothing.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from html import unescape
from itertools import accumulate
from typing import Any, NamedTuple

from onbo.document.blocks import HEADING, HTML, ITEM, LIST, PARAGRAPH, QUOTE, Block, blocks, plain_comments
from onbo.document.identity import ItemKey, normal
from onbo.document.inline import STRESS, VOID, InlineSpan, as_read, hides_contents, inline_spans, rendered
from onbo.document.marks import (
    blanked_comments,
    bold_title,
    comment_says_internal,
    comments,
    ends_internal,
    is_gate_title,
    is_internal_title,
    is_label,
    is_notes_title,
    is_register_title,
    mentions_internal,
    says_internal,
    summaries,
    without_brackets,
    without_comments,
    without_hashtags,
    without_internal,
    without_quoted_signs,
    without_summaries,
    words_of,
)
from onbo.document.model import Document, Field, Item, Note, Section
from onbo.document.source import Span
from onbo.document.stretches import Hidden, stretches, without_code
from onbo.document.syntax import BOX, RULE, SHARED
from onbo.document.words import heading_words, item_words
from onbo.errors import UnacceptableError
from onbo.onboarding.shown_words import (
    COLON,
    MONTH,
    OWNER_FOLLOWS,
    WEEKDAY,
    Words,
    first_line,
    shown_note,
    shown_words,
    stressed_words,
)

NO_WORDS = Words("")
# What the kinds of blocks are called that are never shown.
NAMES = {HTML: "HTML"}
EMPTY = "nothing below it is shown"
BY_ITEMS = "half of its items were internal in the template"
LONGEST_QUOTED = 40
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)(?![A-Za-z0-9-])[^<>]*>")
# How a note begins: with a day, a name or a label.
#   "2026-12-01 They ...", "3 Dec: They ...", "@bob: They ...", "**Owner:** Jane", "Dana - they ...", "(Dana) They ..."
NOTE_START = re.compile(
    rf"""[\W_]{{0,4}}(?:\d{{1,4}}[-./_\u2010-\u2015]W?\d|\d{{8}}|@|[(\[][^()\[\]]{{1,40}}[)\]](?![(\[])
    |\w[\w @.,/&+()'\u2019-]{{0,40}}?(?:{COLON}|\ (?:--?|[|\u2013\u2014])\ |\ \(\d)
    |{WEEKDAY}\b|\d{{1,2}}(?:st|nd|rd|th)?\.?[ -]?(?:of\ )?{MONTH}|{MONTH}[ -]?\d)""",
    re.VERBOSE | re.IGNORECASE,
)
# How a line ends that the next may go on with: a word, and no tag. How it does not: with a break, or a sentence's end
# among its last words.
#   "They said no. - dana", "They said no (Bob knows)", "They said no #crm"
GOES_ON = re.compile(r"(?:\A|\s)[^\s#@^]*[^\W_][)\"'\u2019\u201d]?[,/\u2013\u2014-]?\Z")
BROKEN = re.compile(r"  \Z|\\\Z|<br ?/?>\W*\Z")
ENDED = re.compile(r"[.!?\u2026\u3002\uff01\uff1f:;]\S{0,40}(?:\s\S{1,40}){0,4}\Z")
# What begins a list's item.
#   "- ", "  2. "
MARKER = re.compile(r"^[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+")
# What numbers a title, in folded letters and digits.
#   "1 2 contract", "phase 1 contract"
NUMBERED = re.compile(r"\A(?:(?:phase|step|stage|part|week) )?(?:\d{1,4} ){1,4}(?=\S)")
# A label in bold, with a colon, whatever follows it.
LABEL = re.compile(r"\*\*([^*\n]{1,80})(?::\*\*|\*\*:)|__([^_\n]{1,80})(?::__|__:)")
# Fields that follow another on its line.
#   "**Customer:** Acme **Segment:** SMB", "**Customer:** Acme<br>**CSM:** Dana"
NEXT_FIELD = re.compile(r"<br|\*\*[^*\n]{1,80}:\*\*|\*\*[^*\n]{1,80}\*\*:|__[^_\n]{1,80}:__", re.IGNORECASE)
# What may begin a bold line as a page has it.
BOLD_TAG = re.compile(r"<(?:b|strong)>", re.IGNORECASE)
# Elements that people put around several blocks.
WRAPPERS = frozenset(("article", "aside", "center", "details", "div", "footer", "header", "main", "nav", "section"))
# What begins a callout: "[!warning]- "
CALLOUT = re.compile(r"\[![^\[\]\n]{1,60}\][+-]? ?")


class Decision(NamedTuple):
    """Whether a part of the file is shown.

    line       where it begins, 1-based
    kind       title, heading, item, bullet, note, field, text, quote, table, code, HTML, comment, front matter
    text       as it is written, on one line
    because    what hides it; "" where it is shown
    words      what is shown of it, and what was taken out
    inherited  whether it is hidden by what stands above it or around it
    """

    line: int
    kind: str
    text: str
    because: str
    words: Words = NO_WORDS
    inherited: bool = False

    @property
    def shown(self) -> bool:
        return not self.because


class Rules(NamedTuple):
    """What says which sections and items are internal, beside the marks in the file.

    gate    the section that is the gate; None where there is none
    title   that the gate is set to have, if it is
    names   of sections and items, as the template and the file itself list them under `internal:`
    fields  those that may be shown; None for one that the file lacks
    """

    gate: Section | None = None
    title: str | None = None
    names: tuple[str, ...] = ()
    fields: tuple[Field | None, ...] = ()


def listed(values: Mapping[str, Any], path: str) -> tuple[str, ...]:
    """The sections and items that front matter lists under `internal`.

    Raises UnacceptableError for what is no list of texts: passed over, it would be shown.
    """
    entries: list[Any] = []
    for key, value in values.items():
        if key.casefold() == "internal" and value is not None:  # a key spelt otherwise would be passed over
            entries += value if isinstance(value, list) else [value]
            if isinstance(value, str):  # "Account planning, References", which is no list to YAML
                entries += [part.strip(" -") for part in re.split(r"[,\n]", value) if part.strip(" -") != value]
    if not all(isinstance(entry, str | int) and not isinstance(entry, bool) for entry in entries):
        raise UnacceptableError(
            "`internal:` is no list of sections and items", path=path, hint="write internal: [Title of a section]"
        )
    return tuple(str(entry) for entry in entries)


class Visibility:
    """The decisions about one file.

    origin  those about the template that it was made from: what was internal there is so wherever it was moved
    """

    def __init__(self, document: Document, rules: Rules, origin: "Visibility | None" = None) -> None:
        self.document = document
        self.rules = rules
        self.names = _Names(rules.names, document)
        self.gate = _Names((rules.title,) if rules.title else (), document)
        before = _Reader(document, rules, self, None).decisions if origin else ()
        self._origin = _Origin(document, before, origin) if origin else None
        reader = _Reader(document, rules, self, self._origin)
        self.decisions = reader.decisions
        self._notes = reader.shared
        self._above_lists = reader.above_lists
        self._sections = {decision.line: decision for decision in self.decisions if decision.kind == "heading"}
        self._items = {decision.line: decision for decision in self.decisions if decision.kind == "item"}
        self._fields = {decision.line: decision for decision in self.decisions if decision.kind == "field"}

    def section(self, section: Section) -> str | None:
        """The words of a section's title; None where it is hidden."""
        return "" if section.level == 0 else _words_of(self._sections.get(section.line))

    def hides(self, section: Section) -> bool:
        """Whether a section is internal, and not merely empty."""
        decision = self._sections.get(section.line) if section.level else None
        return decision is not None and decision.because not in ("", EMPTY)

    def item(self, item: Item) -> str | None:
        """The words of an item; None where it is hidden."""
        return _words_of(self._items.get(item.line))

    def hides_list_of(self, item: Item) -> bool:
        """Whether an item is internal with what it stands below or in, and not by itself."""
        decision = self._items.get(item.line)
        return decision is not None and decision.inherited

    def names_above_lists(self, *, hidden: bool) -> set[str]:
        """Every form of what sections, bold lines and bullets are called that are hidden, or that are not."""
        texts = [section.title for section in self.document.walk() if section.level and self.hides(section) == hidden]
        for text, is_hidden in self._above_lists:
            texts += [text, *_bold_titles(text)] if is_hidden == hidden else []
        return {form for text in texts for form in _forms(text, self.document)} - {""}

    def notes(self, item: Item) -> tuple[str, ...]:
        """The words of those of an item's notes that are shown."""
        return tuple(self._notes.get(item.number, ()))

    def field(self, field: Field | None) -> str | None:
        return None if field is None else _words_of(self._fields.get(field.line))

    @property
    def lacks_gate(self) -> bool:
        """Whether nothing has the title that the gate is set to have."""
        return bool(self.gate.unmatched)

    @property
    def unmatched(self) -> tuple[str, ...]:
        """The names that nothing in the document has: it may have been reworded, and then it would be shown."""
        return self.names.unmatched


def _words_of(decision: Decision | None) -> str | None:
    return decision.words.text if decision is not None and decision.shown else None


def _line_of(document: Document, span: Span) -> int:
    return document.source.line_at(span.start)


class _Names:
    """The sections and items that a list names."""

    def __init__(self, names: Sequence[str], document: Document) -> None:
        self.names = names
        self.document = document
        self.known = frozenset(form for name in names for form in _forms_of_entry(name))
        self.begun = tuple(form for name in names for form in _beginnings(name))
        self.labelled: set[str] = set()

    def has(self, text: str) -> bool:
        return bool(self.known) and _fits(_forms(text, self.document), self.known, self.begun)

    def labels(self, text: str) -> bool:
        """Whether a line or a bullet names what is below it."""
        if not self.known:
            return False
        text = without_comments(text).strip()
        lines = [text, heading_words(text)[0]] if "\n" not in text else []
        named = [each for each in (*lines, *_bold_titles(text)) if self.has(each)]
        self.labelled |= {form for each in named for form in _forms(each, self.document)}
        return bool(named)

    @cached_property
    def unmatched(self) -> tuple[str, ...]:
        if not self.names:
            return ()
        found = {form for section in self.document.walk() for form in _forms(section.title, self.document)}
        found |= {form for item in self.document.items for form in _forms(item.text, self.document)} | self.labelled
        return tuple(name for name in self.names if not _fits(found, _forms_of_entry(name), _beginnings(name)))


def _forms_of_entry(name: str) -> set[str]:
    """Every form in which an entry of the list could name a heading or an item."""
    return _joined(_readings(name))


def _readings(name: str) -> Iterator[str]:
    for text in (name, heading_words(name)[0], item_words(name).text):
        yield from (_letters(text), _letters(_rendered(text, {})))


def _forms(text: str, document: Document, least: int = 1) -> set[str]:
    """Every form of a heading or an item that an entry could mean: as it is written and as it is read, without its tokens
    and without its number. least: of how many words.
    """
    words = shown_words(text, document.references).text
    texts = (without_comments(text), _rendered(text, document.references), words, without_hashtags(words))
    return _joined(map(_letters, texts), least)


def _joined(found: Iterable[str], least: int = 1) -> set[str]:
    """Words with a number in front and without, and with no blanks: "kick-off", "kick off" and "kickoff" are the same.

    least  how many words there must be
    """
    forms = (form for words in found for form in (words, NUMBERED.sub("", words)))
    return {form.replace(" ", "") for form in forms if form.count(" ") + 1 >= least}


def _rendered(text: str, references: Mapping[str, object]) -> str:
    bare = without_comments(text)
    seen = rendered(bare, references)
    return bare if seen is None else as_read(seen)


def _letters(text: str) -> str:
    """Letters and digits alone: a comma more or less makes nothing that is internal another thing."""
    same = normal(text)
    return " ".join("".join(char if char.isalnum() else " " for char in same).split()) or same


def _beginnings(name: str) -> tuple[str, ...]:
    """What a text may begin with and be meant by an entry; of a word or two it would say too little."""
    return tuple(_joined(_readings(name), 3))


def _fits(forms: Iterable[str], names: Collection[str], begun: tuple[str, ...]) -> bool:
    return any(form in names or form.startswith(begun) for form in forms)


# What items of one id, or of the same text in sections of the same titles, have in common.
Name = tuple[str | None, tuple[str, ...], str]


class _Origin:
    """What of a copy is internal because it was so in its template, and no mark in the copy says where that went.

    Items of one name are told apart by their order, while there are as many as in the template; where one came or went,
    all are internal if one was. Of an item that was moved or copied its words tell, and of a section, bold line or bullet
    what it is called, if all of that name were internal. Of a section that the template lacks, its items tell, less those
    in sections that it has: half of them, or half of those of an internal section that is gone. Likewise of a list, by
    what stands above it.
    """

    def __init__(self, document: Document, before: Iterable[Decision], origin: Visibility) -> None:
        gone = {decision.line for decision in before if decision.kind == "item" and not decision.shown}
        self.document = document
        there = [item for item in origin.document.items if origin.item(item) is None]
        marked = Counter(_letters(item.text) for item in document.items if item.line in gone)
        wanted = Counter(_letters(item.text) for item in there)
        left = [item for item in there if marked[_letters(item.text)] < wanted[_letters(item.text)]]
        here, known = (Counter(item.key.name for item in some.items) for some in (document, origin.document))
        in_order = {name for name, count in known.items() if here[name] == count}
        shown = {
            form
            for item in origin.document.items
            if origin.item(item) is not None
            for form in _item_forms(item, origin)
        }
        # Words that only internal items have there, and those of items that are so with all of their list. More may stand
        # behind them, if there are three or more.
        self.shown = shown
        self.words, self.begun = _all_forms(there, origin, shown)
        self.words_in_lists, self.begun_in_lists = _all_forms(filter(origin.hides_list_of, there), origin, shown)
        self.lengths = sorted({len(form) for form in self.begun})
        self.keys: frozenset[ItemKey] = frozenset(item.key for item in left if item.key.name in in_order)
        self.names: frozenset[Name] = frozenset(item.key.name for item in left if item.key.name not in in_order)
        self.gone = frozenset(_letters(item.text) for item in left if here[item.key.name] < known[item.key.name])
        self.came = frozenset(name for name, count in here.items() if count > known[name])
        self.titles = {normal(section.title) for section in origin.document.walk()}
        lines = [MARKER.sub("", text).strip() for text in origin.document.source.texts]
        self.lines = {normal(text) for line in lines for text in (line, bold_title(line))}
        hidden, seen = origin.names_above_lists(hidden=True), origin.names_above_lists(hidden=False)
        # What stands above items and is called so is internal, or is or is not.
        self.internal, self.either = hidden - seen, hidden & seen
        titles = {normal(section.title) for section in document.walk()}
        internal = [section for section in origin.document.walk() if origin.hides(section) and section.items]
        self.gone_sections = [
            [_item_forms(item, origin) for item in section.items]
            for section in internal
            if normal(section.title) not in titles
        ]

    def hides(self, item: Item) -> bool:
        name = item.key.name
        moved = name in self.came and _letters(item.text) in self.gone
        return moved or name in self.names or item.key in self.keys

    def knows(self, item: Item, text: str) -> bool:
        """Whether an item has the words of one that was internal, or of what internal ones stood below.

        text  all of its paragraph, not its first line alone
        """
        forms = _forms(item.text, self.document) | _forms(text, self.document)
        if not item.applies:
            forms |= _joined([_letters(shown_words(item.text, self.document.references, applies=False).text)])
        return self._has_words(forms - {""}) or not self.internal.isdisjoint(forms)

    def _has_words(self, forms: Collection[str]) -> bool:
        """Whether a text has the words of an internal item, or begins with them."""
        return not self.words.isdisjoint(forms) or self._begins_with(self.begun, forms)

    def _begins_with(self, begun: Collection[str], forms: Collection[str]) -> bool:
        return self.shown.isdisjoint(forms) and any(form[:end] in begun for form in forms for end in self.lengths)

    def has(self, section: Section) -> bool:
        """Whether the template has a section of that title."""
        return normal(section.title) in self.titles

    def knows_section(self, section: Section) -> bool:
        """Whether a section is called as only internal ones are in the template, or as an internal item is there."""
        forms = _forms(section.title, self.document) - {""}
        return not self.internal.isdisjoint(forms) or (not self.has(section) and self._has_words(forms))

    def hides_by_items(self, section: Section) -> bool:
        """Whether a section of which its title does not tell is internal by the items in it and below it."""
        if self.has(section) and self.either.isdisjoint(_forms(section.title, self.document)):
            return False
        return self._hides_half(list(self._own_items(section))) or self._keeps_half(section.items)

    def _own_items(self, section: Section) -> Iterator[Item]:
        """A section's items, but for those in sections that the template has."""
        yield from section.items
        for inner in section.sections:
            if not self.has(inner) and not self.knows_section(inner):
                yield from self._own_items(inner)

    def _keeps_half(self, items: Sequence[Item]) -> bool:
        """Whether half of the items of an internal section that is gone are among some."""
        words = {form for item in items for form in _forms(item.text, self.document)}
        there = [sum(not words.isdisjoint(forms) for forms in known) for known in self.gone_sections]
        return any(2 * count >= len(known) for count, known in zip(there, self.gone_sections, strict=True))

    def hides_list(self, labels: Sequence[str], items: Sequence[Item]) -> bool:
        """Whether the items below a bold line or a bullet are internal.

        labels  what the line may be called
        """
        forms = {form for label in labels for form in _forms(label, self.document)} - {""}
        if not self.internal.isdisjoint(forms):
            return True
        if self.either.isdisjoint(forms) and not self.lines.isdisjoint(map(normal, labels)):
            return False
        return self._has_words(forms) or (bool(items) and self._hides_half(items))

    def _was_in_list(self, forms: Collection[str]) -> bool:
        return not self.words_in_lists.isdisjoint(forms) or self._begins_with(self.begun_in_lists, forms)

    def _hides_half(self, items: Sequence[Item]) -> bool:
        """Whether half of some items stood in sections or lists that were internal."""
        known = sum(self._was_in_list(_forms(item.text, self.document)) for item in items)
        return bool(known) and 2 * known >= len(items)


def _item_forms(item: Item, visibility: Visibility, least: int = 1) -> set[str]:
    """Every form of an item's words, and without the mark that may be among them. least: of how many words."""
    texts = {item.text, without_internal(item.text)}
    return {form for text in texts for form in _forms(text, visibility.document, least)} - {""}


def _all_forms(items: Iterable[Item], visibility: Visibility, shown: set[str]) -> tuple[set[str], set[str]]:
    """The forms of some items, and those of three words or more, without what is shown."""
    found = [(_item_forms(item, visibility), _item_forms(item, visibility, 3)) for item in items]
    every, longer = (set[str]().union(*(pair[at] for pair in found)) for at in (0, 1))
    return every - shown, longer - shown


class _Elements:
    """The HTML elements that are open, in the order of the file, and what one that hides its contents says of them."""

    def __init__(self, says_internal: Callable[[str], bool]) -> None:
        self.says_internal = says_internal
        self.open: list[tuple[str, str]] = []  # the name, and what it hides
        self.places: dict[str, list[int]] = {}  # of each name, where it stands among those
        self.first: int | None = None  # the outermost that hides

    @property
    def because(self) -> str:
        return "" if self.first is None else self.open[self.first][1]

    def read(self, html: str, line: int, names: Collection[str] | None = None) -> None:
        """What some text opens and closes. names: of those that count, if not all do."""
        if "<" not in html:
            return
        internal = {
            start for start, said in summaries(without_quoted_signs(html)) if any(map(self.says_internal, said))
        }
        html = without_quoted_signs(blanked_comments(html))
        because = f"in HTML that hides it, from line {line}"
        for match in TAG.finditer(html):
            name = match[2].casefold()
            if name in VOID or (names is not None and name not in names and name != "summary"):
                continue
            if match[1]:
                self._close(name)
                continue
            if match.start() in internal and self.places.get("details"):
                self._hide(self.places["details"][-1], because)
            self.places.setdefault(name, []).append(len(self.open))
            self.open.append((name, ""))
            if hides_contents(match[0]):
                self._hide(len(self.open) - 1, because)

    def read_summary(self, block: Block) -> None:
        """Past a block that stands in a summary, between blank lines: a mark in it hides the folded part."""
        if not self.because and self.places.get("summary") and self.places.get("details"):
            inner = [block, *block.blocks]
            if any(self.says_internal(each.text) for each in inner):
                self._hide(self.places["details"][-1], f"in HTML that hides it, from line {block.line}")

    def _hide(self, at: int, because: str) -> None:
        self.open[at] = self.open[at][0], because
        self.first = at if self.first is None else min(self.first, at)

    def leave(self, depth: int) -> None:
        """Past a list item or a quote in which those above `depth` began: it ends all but what people put around blocks."""
        if not any(name in WRAPPERS for name, _ in self.open[depth:]):
            self._end(depth)

    def _close(self, name: str) -> None:
        """The last of a name, and all that are open in it."""
        if self.places.get(name):
            self._end(self.places[name][-1])

    def _end(self, at: int) -> None:
        while len(self.open) > at:
            self.places[self.open.pop()[0]].pop()
        if self.first is not None and self.first >= at:
            self.first = None


class _Around:
    """What hides the next of several blocks that follow one another.

    above      hides all of them
    headings   those around that hide what is below: their levels, and the words for it
    following  hides lists and quotes, up to the next heading or the next line that names a list
    comment    hides whatever comes next, and then as `following`
    """

    def __init__(self, above: str) -> None:
        self.above = above
        self.headings: list[tuple[int, str]] = []
        self.following = ""
        self.comment = ""

    def hides(self, block: Block) -> str:
        if block.kind == HEADING:
            while self.headings and self.headings[-1][0] >= block.level:
                self.headings.pop()
        because = self.above or ("" if block.kind == HTML else self.comment)
        because = because or (self.headings[-1][1] if self.headings else "")
        return because or (self.following if block.kind in (LIST, QUOTE) else "")

    def leave(self, block: Block, below: str, mark: str, *, names_a_list: bool, for_all: bool) -> None:
        """Past a block.

        below  what it hides of what comes after it
        mark   the same of a mark by itself
        for_all  whether that hides whatever comes next, and not lists alone
        """
        if _is_end(block):
            self.following = self.comment = ""
        elif mark and for_all:
            self.comment = mark
        elif mark:
            self.following = mark
        elif below and for_all and (block.kind == QUOTE or (block.kind == PARAGRAPH and _bold_titles(block.text))):
            self.comment = below
        elif block.kind != HTML:
            if block.kind == HEADING:
                self.headings.append((block.level, below))
            if block.kind == HEADING:
                below = ""
            if block.kind == HEADING or below or (names_a_list and _bold_titles(block.text)):
                self.following = below
            self.following = self.following or self.comment
            self.comment = ""


class _Reader:
    """Goes through a file's blocks and decides about each."""

    def __init__(self, document: Document, rules: Rules, names: Visibility, origin: _Origin | None) -> None:
        self.document = document
        self.rules = rules
        self.names = names.names
        self.gate = names.gate
        self.origin = origin
        self.texts = document.source.texts
        skip = document.front_matter.end if document.front_matter else 0
        top = blocks(document.source, skip)
        self.stretches = Hidden(stretches([*map(plain_comments, self.texts)], skip, top))
        self.sections = {section.line: section for section in document.walk() if section.level}
        self.items = {item.line: item for item in document.items}
        self.fields = {field.line: field for field in document.fields}
        self.notes_fields = {_line_of(document, field.span) for field in document.fields if field.notes}
        self.found: list[Decision] = []
        self.shared: dict[str, list[str]] = {}
        self.above_lists: list[tuple[str, bool]] = []
        self.by_items: set[str] = set()  # what hides all below sections of which their items tell
        self.wordless: set[str] = set()
        self.noted: Item | None = None
        self.notes: dict[int, Note] = {}
        self.elements = _Elements(lambda text: self._is_title(text) or self._says_internal(text))
        # What hides items that are indented deeper than so many columns, and whether that was in a quote.
        self.deeper: tuple[int, bool, str] | None = None
        if document.front_matter:
            self._add(1, "front matter", "---", "front matter is never shown")
        self._siblings(top, "", None, top=True)
        self.decisions = tuple(_without_empty_sections(document, self.found))

    def _add(
        self, line: int, kind: str, text: str, because: str, words: Words = NO_WORDS, *, inherited: bool = False
    ) -> None:
        if not because and not words.text and kind != "heading":
            because = "no words to show"
        self.found.append(Decision(line, kind, " ".join(text.split()), because, words, inherited))

    def _words(self, text: str) -> Words:
        return shown_words(text, self.document.references)

    def _says_internal(self, text: str) -> bool:
        """Whether a text, or one of its lines, says that it is internal, with its tokens or without them."""
        lines = text.split("\n")
        texts = [text, *lines] if len(lines) > 1 else lines
        return any(self._one_says_internal(each) for each in texts)

    def _one_says_internal(self, text: str) -> bool:
        words, left_out = self._words(text)
        # A mark may stand behind an owner or a reason that takes all that follows it.
        taken = [token for token in map(without_comments, left_out) if mentions_internal(token)]
        if not mentions_internal(words):
            return says_internal(text, *taken)
        references = self.document.references
        no_reason = shown_words(text, references, applies=False).text
        return says_internal(text, words, no_reason, stressed_words(text, references), *taken)

    def _is_title(self, text: str) -> bool:
        """Whether a line says that it is internal and no more, as it is written or without its tokens."""
        if is_internal_title(text):
            return True
        words = self._words(heading_words(text)[0]).text
        return mentions_internal(words) and is_internal_title(words)

    def _siblings(
        self, siblings: Sequence[Block], above: str, item: Item | None, *, top: bool = False, quoted: bool = False
    ) -> None:
        """Blocks one after another.

        above   what hides all of them
        item    the one that they are nested under
        top     at document level
        quoted  in a quote, about which was decided as a whole
        """
        around = _Around(above)
        depth = len(self.elements.open)
        for at, block in enumerate(siblings):
            because = around.hides(block) or self.elements.because
            self.elements.read_summary(block)
            following = siblings[at + 1] if at + 1 < len(siblings) else None
            named = [*_named(siblings, at)]
            names_a_list = bool(named)
            below = ""
            if block.kind == HEADING or names_a_list:
                self.deeper = None
            if block.kind == HEADING:
                later = (siblings[index] for index in range(at + 1, len(siblings)))
                below = self._heading(block, later, because, top=top)
            elif block.kind == PARAGRAPH:
                below = self._paragraph(block, because, item, named, listed=not quoted)
            elif block.kind == LIST:
                self._list(block, because, self._mark_touching(siblings, at), item)
            elif block.kind == QUOTE:
                label = siblings[at - 1] if at else None
                noted = label is not None and bool(_bold_titles(label.text)) and _labels_notes(label)
                below = self._quote(block, because or self._mark_touching(siblings, at), item, noted=noted)
            else:
                kind = (
                    "comment" if block.kind == HTML and _is_comment(block.text) else NAMES.get(block.kind, block.kind)
                )
                self._add(block.line, kind, self.texts[block.line - 1], because or f"{kind} is never shown")
            mark = ""
            if self._is_mark(block) and not names_a_list and not self._is_meant_for(siblings, at):
                mark = f"below an internal mark, on line {block.line}"
            is_bare = bool(mark) and block.kind != LIST and not (block.kind == PARAGRAPH and _has_words(block))
            for_all = is_bare or (following is not None and following.kind == HEADING)
            around.leave(block, below, mark, names_a_list=names_a_list, for_all=for_all)
            self._read_elements(block)
        if not top:
            self.elements.leave(depth)

    def _read_elements(self, block: Block) -> None:
        if block.kind == HTML:
            self.elements.read(block.text, block.line)
        elif block.kind == PARAGRAPH:
            self.elements.read(without_code(block.text), block.line)
        elif block.kind == HEADING:
            self.elements.read(without_code(block.text), block.line, WRAPPERS)

    def _is_mark(self, block: Block) -> bool:
        """Whether a block is a mark and nothing else, and not the beginning of a stretch that is ended further on."""
        return self._is_bare_mark(block) and not self.stretches.begins(block.end)

    def _is_bare_mark(self, block: Block) -> bool:
        """An internal comment, or a paragraph, quote or bullet that says internal."""
        if block.kind == HTML:
            html = without_summaries(block.text)
            bare = without_comments(html)
            return _has_internal_comment(html) or self._says_internal(unescape(TAG.sub(" ", bare)))
        if block.kind == LIST:
            return len(block.blocks) == 1 and self._is_bare_bullet(block.blocks[0])
        if block.kind == QUOTE:
            first = block.blocks[0] if len(block.blocks) == 1 else None
            return first is not None and first.kind in (PARAGRAPH, HTML) and self._is_bare_mark(first)
        if block.kind != PARAGRAPH or _is_end(block):
            return False
        text = CALLOUT.sub("", block.text)
        if self._is_title(text):
            return True
        return not without_comments(text).strip() and _has_internal_comment(text)

    def _heading(self, block: Block, following: Iterable[Block], around: str, *, top: bool) -> str:
        """Decides about a heading; what hides all below it."""
        section = self.sections.get(block.line) if top else None
        if section is not None and around in self.by_items and self.origin is not None and self.origin.has(section):
            around = self.elements.because  # of this one the template tells
        because = around or self._own_mark(block, following) or (self._named(section) if section else "")
        below = around or (because and f"under {_quoted(block)}")
        if because == BY_ITEMS:
            self.by_items.add(below)
        if section is not None:
            words = Words(self._words(section.title).text, self._words(block.text).left_out)
            self._add(block.line, "heading", self.texts[block.line - 1], because, words)
        else:
            never = "the title is never shown" if top else "a heading in a list or quote is never shown"
            self._add(block.line, "title", self.texts[block.line - 1], because or never)
        return below

    def _own_mark(self, block: Block, following: Iterable[Block]) -> str:
        """What in a heading, item or bullet says that it is internal, or in the comments right below it."""
        if where := self.stretches.around(block.line):
            return where
        whole = self._without_beginnings(block)
        text = heading_words(whole)[0] if block.kind == HEADING else _without_box(whole)
        if self._says_internal(text) or self._says_internal(whole):
            return "marked internal"
        if mentions_internal(text) and not self._words(text).text:
            return "marked internal"
        line = (self._mark_under_heading if block.kind == HEADING else self._mark_in_item)(following)
        if line is not None:
            return f"marked internal on line {line}"
        return "its title says that it is internal" if is_internal_title(self._words(text).text) else ""

    def _without_beginnings(self, block: Block) -> str:
        """The text of a heading, item or bullet without the marks in it that begin a stretch and are ended further on."""
        first, *others = block.text.split("\n")
        lines = [line for at, line in enumerate(others, block.line) if not self.stretches.begins(at + 1)]
        return "\n".join([first, *lines])

    def _mark_in_item(self, following: Iterable[Block]) -> int | None:
        """The line of a mark by itself in what is nested under an item or a bullet."""
        for inner in following:
            if inner.kind == PARAGRAPH and not self.stretches.begins(inner.end):
                line = inner.line if self._is_mark(inner) else self._line_marked(inner)
                if line is not None:
                    return line
            elif self._is_mark(inner):
                return inner.line
            if (bullet := self._bare_bullet(inner)) is not None:
                return bullet.line
        return None

    def _mark_under_heading(self, following: Iterable[Block]) -> int | None:
        """The line of a mark by itself below a heading, with nothing but comments between them."""
        for inner in following:
            if inner.kind not in (HTML, PARAGRAPH, QUOTE):
                return None
            if inner.kind == PARAGRAPH and not self.stretches.begins(inner.end):
                if (line := self._line_marked(inner)) is not None:
                    return line
            elif self._is_mark(inner):
                return inner.line
            if inner.kind == QUOTE or _has_words(inner):
                return None
        return None

    def _line_marked(self, paragraph: Block) -> int | None:
        """The line of a paragraph below a heading or an item that is a mark of that: its first, or any that is a comment.

        One that is bold or has a colon is a mark of the list below it.
        """
        if _is_end(paragraph):
            return None
        if self._is_bare_mark(paragraph):
            return None if is_label(paragraph.text) else paragraph.line
        first = paragraph.text.partition("\n")[0]
        if not is_label(first) and self._is_title(first) and not self.stretches.begins(paragraph.line):
            return paragraph.line
        top, last = _internal_comment_alone(paragraph.text) or (0, None)
        return None if last is None or self.stretches.begins(paragraph.line + last) else paragraph.line + top

    def _bare_bullet(self, block: Block) -> Block | None:
        """The bullet of a list that says that what it stands under is internal, and has nothing below it."""
        bullets = block.blocks if block.kind == LIST else ()
        return next((bullet for bullet in bullets if self._is_bare_bullet(bullet, boxed=True)), None)

    def _is_bare_bullet(self, bullet: Block, *, boxed: bool = False) -> bool:
        """boxed: whether it may have a box, as an editor gives to every line below an item."""
        if BOX.match(bullet.text) and not boxed:
            return False
        if not all(self._is_bare_mark(inner) and not _is_remark(inner) for inner in bullet.blocks):
            return False
        if self._is_title(_without_box(bullet.text)):
            return True
        return not without_comments(bullet.text).strip() and (bool(bullet.blocks) or _has_internal_comment(bullet.text))

    def _named(self, section: Section) -> str:
        if self.rules.gate is not None and section.at == self.rules.gate.at:
            return "the gate is never shown"
        if self.gate.has(section.title):
            return "the gate is never shown"
        titles = (section.title, section.title.strip("[]"), self._words(section.title).text)
        if any(map(is_gate_title, titles)):
            return "a gate is never shown"
        if any(map(is_notes_title, titles)):
            return "a section of notes is never shown"
        if any(map(is_register_title, titles)):
            return "risks and decisions are never shown"
        if self.names.has(section.title):
            return "listed as internal"
        if self.origin is not None and self.origin.knows_section(section):
            return "internal in the template"
        return BY_ITEMS if self.origin is not None and self.origin.hides_by_items(section) else ""

    def _paragraph(self, block: Block, around: str, item: Item | None, named: Sequence[Block], *, listed: bool) -> str:
        """Decides about a paragraph; what it hides of the lists below it.

        named   what it names
        listed  whether the paragraph is a part of its own in the explanation
        """
        where = around or self.stretches.around(block.line)
        if item is not None:
            self._notes(block, where, item)
        fields = [self.fields[line] for line in range(block.line, block.end + 1) if line in self.fields]
        for field in fields:
            because = where or self._hides_field(field)
            if not because and self._says_internal(field.value):
                because = "marked internal"
            words = NO_WORDS if because else self._field_words(field, block)
            self._add(field.line, "field", self.texts[field.line - 1], because, words)
        if not fields and item is None and listed:
            never = "a line above a list is never shown" if named else "prose is never shown"
            self._add(block.line, "text", self.texts[block.line - 1], where or never)
        # The notes are the quote, if one follows: what stands below it is none.
        of_notes = bool(named) and _labels_notes(block, above_quote=named[0].kind == QUOTE)
        listed_so = (item is None or bool(named)) and self.names.labels(block.text)
        was_internal = bool(named) and self._was_internal(block, named)
        hides = (
            of_notes
            or listed_so
            or was_internal
            or self._says_internal(block.text)
            or self._is_internal_line(block.text)
        )
        if named or _bold_titles(block.text):
            self.above_lists.append((block.text, bool(where or hides)))
        return f"under {_quoted(block)}" if hides else ""

    def _was_internal(self, label: Block, below: Iterable[Block]) -> bool:
        """Whether a bold line or a bullet names a list that was internal in the template."""
        if self.origin is None:
            return False
        inner = (block for each in below for block in each.walk())
        items = [self.items[block.line] for block in inner if block.kind == ITEM and block.line in self.items]
        return self.origin.hides_list([label.text, *_bold_titles(label.text)], items)

    def _field_words(self, field: Field, block: Block) -> Words:
        """What is shown of a field's value: up to the next field on its line."""
        rest = block.text.split("\n")[field.line - block.line + 1 :]
        value = first_line("\n".join([field.value, *rest]), self.document.references)
        end = NEXT_FIELD.search(value)
        if end is None:
            return self._words(value)
        words = self._words(value[: end.start()].rstrip(" |\u00b7/,;-"))
        return Words(words.text, (*words.left_out, value[end.start() :].strip()))

    def _hides_field(self, field: Field) -> str:
        if field not in self.rules.fields:
            return "this field is never shown"
        return "" if field.filled else "not filled in"

    def _mark_touching(self, siblings: Sequence[Block], at: int) -> str:
        """Whether a mark by itself stands right below a list or a quote, with nothing but comments between them.

        It may mean the last item, or all of the quote.
        """
        for index in range(at + 1, len(siblings)):
            below = siblings[index]
            if not self._touches(below):
                break
            if self._is_mark(below):
                return f"right above an internal mark, on line {below.line}"
            if not self._is_other_comment(below):
                break
        return ""

    def _is_meant_for(self, siblings: Sequence[Block], at: int) -> bool:
        """Whether a mark stands right below an item's own line, and is indented or has nothing right below it."""
        mark, first = siblings[at], at
        while first and self._touches(siblings[first]) and self._is_other_comment(siblings[first - 1]):
            first -= 1
        if not first or siblings[first - 1].kind not in (LIST, QUOTE) or siblings[first].line - 1 not in self.items:
            return False
        is_indented = self.texts[mark.line - 1][:1].isspace()
        return is_indented or not "".join(self.texts[mark.end : mark.end + 1]).strip()

    def _touches(self, block: Block) -> bool:
        above = self.texts[block.line - 2]
        return bool(above.strip()) and not RULE.match(above)

    def _is_other_comment(self, block: Block) -> bool:
        return block.kind == HTML and _is_comment(block.text) and not _has_internal_comment(block.text)

    def _list(self, block: Block, above: str, last: str, item_above: Item | None) -> None:
        """last: what hides its last item.

        Items that are indented deeper than a hidden one before them were meant to be nested under it.
        """
        for at, entry in enumerate(block.blocks):
            text = self.texts[entry.line - 1]
            if self.deeper is not None and _indent(text, quoted=self.deeper[1]) <= self.deeper[0]:
                self.deeper = None
            because = above or (last if at == len(block.blocks) - 1 else "") or self.elements.because
            because = because or (self.deeper[2] if self.deeper is not None else "")
            item = self.items.get(entry.line)
            if item is not None:
                because = self._item(item, entry, because)
            else:
                if not because and item_above is None and self._is_bare_bullet(entry):
                    above = f"below an internal mark, on line {entry.line}"
                because = because or self._own_mark(entry, entry.blocks)
                if not because and self.names.labels(entry.text):
                    because = "listed as internal"
                if not because and self._names_notes(entry):
                    because = "notes, risks and decisions are never shown"
                if not because and entry.text and self._was_internal(entry, [entry]):
                    because = "internal in the template"
                if entry.blocks:
                    self.above_lists.append((entry.text, bool(because)))
                self._add(entry.line, "bullet", text, because or "a bullet without a box is never shown")
                self.elements.read(without_code(entry.text), entry.line, WRAPPERS)
                self._siblings(entry.blocks, because and (above or f"under {_quoted(entry)}"), None)
            quoted = text.lstrip().startswith(">")
            indent = _indent(text, quoted=quoted)
            if because and (self.deeper is None or indent < self.deeper[0]):
                self.deeper = indent, quoted, f"under {_quoted(entry)}"

    def _names_notes(self, bullet: Block) -> bool:
        """Whether the first line of a bullet, or its label, names notes, risks or decisions."""
        line = without_comments(bullet.text.partition("\n")[0])
        label = LABEL.match(line)
        titles = (line, self._words(line).text, *_bold_titles(line), *([label[1] or label[2]] if label else []))
        titles = (*titles, *(title.strip("[]") for title in titles))
        return any(map(is_notes_title, titles)) or any(map(is_register_title, titles))

    def _item(self, item: Item, block: Block, above: str) -> str:
        """Decides about an item; what hides it."""
        because = above or self._own_mark(block, block.blocks)
        text = _without_box(block.text)
        whole = "\n".join([self.document.source.text(item.words), *self._lines_below(item, block)])
        line = first_line(whole, self.document.references)
        words = shown_words(line, self.document.references, applies=item.applies)
        if not because and any(map(self.names.has, (item.text, text, words.text))):
            because = "listed as internal"
        if not because and self.origin is not None and (self.origin.hides(item) or self.origin.knows(item, text)):
            because = "internal in the template"
        rest = whole[len(line) :].strip()
        left_out = (*words.left_out, *rest.split("\n")) if rest else words.left_out
        words = words._replace(left_out=left_out)
        inherited = bool(above or self.stretches.around(block.line))
        self._add(item.line, "item", self.texts[item.line - 1], because, words, inherited=inherited)
        self.elements.read(without_code(block.text), item.line, WRAPPERS)
        if not because and not words.text:
            self.wordless.add(item.number)
        self._siblings(block.blocks, because and (above or f"under {_quoted(block)}"), item)
        return because

    def _lines_below(self, item: Item, block: Block) -> list[str]:
        """The lines of an item's paragraph below the one that its words stand on."""
        words = _line_of(self.document, item.words)
        return block.text.split("\n")[words - block.line + 1 :] if block.line <= words else []

    def _quote(self, block: Block, above: str, item: Item | None, *, noted: bool) -> str:
        """Decides about a quote; what it hides of the lists below it. noted: whether the line above it names notes."""
        above = above or self._callout(block)
        where = above or self.stretches.around(block.line)
        if item is not None:
            self._notes(block, where, item)
        elif not self._is_notes_field(block) and block.blocks[:1] and block.blocks[0].kind != LIST:
            self._add(block.line, "quote", self.texts[block.line - 1], where or "a quote is never shown")
        inside = "in a note" if noted or self._is_notes_field(block) else ""
        self._siblings(block.blocks, where or inside, None, quoted=True)
        if any(inner.kind == LIST for inner in block.walk()):
            return ""
        for last in block.blocks[-1:]:
            is_label = last.kind == PARAGRAPH and bool(_bold_titles(last.text))
            if is_label and (self.names.labels(last.text) or _labels_notes(last)):
                return f"under {_quoted(last)}"
        return self._callout(block)

    def _callout(self, block: Block) -> str:
        """What hides all of a quote that begins by saying that it is internal, behind the title of a callout or without."""
        first = block.blocks[0] if block.blocks else None
        if first is not None and first.kind == QUOTE:
            return self._callout(first)
        if first is None or first.kind not in (PARAGRAPH, HTML, HEADING):
            return ""
        line, *others = first.text.split("\n")
        kind = CALLOUT.match(line)
        if kind is not None and not line[kind.end() :].strip() and others:
            line += f" {others[0]}"
        following = block.blocks[1] if kind is not None and not others and len(block.blocks) > 1 else None
        if (
            self._is_internal_line(first.text)
            or any(map(self._says_internal, (line, CALLOUT.sub("", line))))
            or (kind is not None and others and self._is_title(others[0]))
            or (following is not None and self._is_bare_mark(following))
        ):
            return f"under {_quoted(first)}"
        return ""

    def _is_internal_line(self, text: str) -> bool:
        """Whether the first line of a paragraph says that it is internal, and no more."""
        line = text.partition("\n")[0]
        return self._is_title(text) or self._is_title(CALLOUT.sub("", line)) or self._is_title(line)

    def _is_notes_field(self, block: Block) -> bool:
        return block.line in self.notes_fields

    def _notes(self, block: Block, where: str, item: Item) -> None:
        """Decides about the paragraphs of a note under an item."""
        if item is not self.noted:
            self.noted, self.notes = item, {_line_of(self.document, note.span): note for note in item.notes}
        # Of a quote, its own paragraphs: what stands deeper in it belongs to something else.
        for paragraph in [block] if block.kind == PARAGRAPH else block.blocks:
            line = paragraph.line
            note = self.notes.get(line) if paragraph.kind == PARAGRAPH else None
            if note is not None:
                where = where or ("its item has no words to show" if item.number in self.wordless else "")
                shared = self._shared_parts(note)
                because = where or ("" if shared is not None else "a note without <!-- shared -->")
                if not because and self._says_internal(note.text):
                    because = "marked internal"
                kept = "\n".join(shared or ()).split("\n")
                before = () if shared is None else tuple(line for line in note.text.split("\n") if line not in kept)
                parts = [shown_note(part, self.document.references) for part in shared or ()]
                words = " ".join(part.text for part in parts if part.text)
                left_out = [text for part in parts for text in part.left_out]
                self._add(line, "note", self.texts[line - 1], because, Words(words, (*filter(None, before), *left_out)))
                if words and not because:
                    self.shared.setdefault(item.number, []).append(words)

    def _shared_parts(self, note: Note) -> list[str] | None:
        """The parts of a note that its marks make shared, in the order of the marks; None where it has none.

        A mark is a comment of its own, and not a part of another, or of code. It holds for its line, and for those
        above as long as a sentence goes on: two notes may have come to stand in one paragraph.
        """
        lines = note.text.split("\n")
        if not any(map(SHARED.search, lines)):
            return None
        spans = inline_spans(note.text, self.document.references)
        marked = self._lines_shared(note, lines, spans)
        if not marked:
            return None
        starts = [0, *accumulate(len(line) + 1 for line in lines)]
        # What begins before a line and goes on in it is no part of it: a picture, a comment, brackets.
        brackets = list(_brackets(note.text))
        around = [(found.start, found.end) for found in comments(note.text)]
        around += [(span.start, span.end) for span in spans]
        parts: list[str] = []
        at = 0
        for last in sorted(marked):
            first = last
            while first > at and _goes_on(
                lines[first - 1], lines[first], *map(self._words, lines[first - 1 : first + 1])
            ):
                first -= 1
            begun = starts[first]
            closed = max((stop for start, stop in brackets if start < begun < stop), default=0)
            begun = max((stop for start, stop in around if start < begun < stop), default=begun)
            if closed or not first or not OWNER_FOLLOWS.search(lines[first - 1]):
                parts.append(note.text[max(begun, closed) : starts[last + 1] - 1])
            at = last + 1
        return parts

    def _lines_shared(self, note: Note, lines: Sequence[str], spans: Sequence[InlineSpan]) -> set[int]:
        """Those of a note's lines that end with a mark, from 0."""
        html = {
            span.end for span in spans if span.kind == "html" and SHARED.fullmatch(note.text[span.start : span.end])
        }
        top = _line_of(self.document, note.span) - 1
        found: set[int] = set()
        start = 0
        for at, line in enumerate(lines):
            # In the file a backslash shows.
            if start + len(line.rstrip()) in html and SHARED.search(self.texts[top + at]):
                found.add(at)
            start += len(line) + 1
        return found


def _brackets(text: str) -> Iterator[tuple[int, int]]:
    """From where each bracket opens to behind where it closes."""
    opened: list[int] = []
    for place, char in enumerate(text):
        if char in "([{":
            opened.append(place)
        elif char in ")]}" and opened:
            yield opened.pop(), place + 1


def _goes_on(before: str, line: str, read: Words, line_read: Words) -> bool:
    """Whether a line plainly goes on with the sentence of the line before it. read, line_read: their words."""
    if any(map(NOTE_START.match, (line, before, read.text, line_read.text))) or BROKEN.search(before) or read.left_out:
        return False
    first = next((char for char in line if char.isalnum()), "")
    return first.islower() and GOES_ON.search(read.text) is not None and not ENDED.search(read.text)


def _indent(text: str, *, quoted: bool) -> int:
    """The columns before a line's first words or list marker. In a quote, its marks count as blanks."""
    text = text.expandtabs(4)
    return len(text) - len(text.lstrip(" >" if quoted else " "))


def _without_box(text: str) -> str:
    return BOX.sub("", text, count=1) if text.startswith("[") else text


def _quoted(block: Block) -> str:
    words = " ".join(without_comments(_without_box(block.text)).split())
    short = words if len(words) <= LONGEST_QUOTED else f"{words[:LONGEST_QUOTED].rstrip()}..."
    return f'"{short}" (line {block.line})'


def _is_comment(html: str) -> bool:
    return html.lstrip().startswith("<!--") and not without_comments(html).strip()


def _has_words(block: Block) -> bool:
    """Whether a paragraph or HTML says anything outside its comments."""
    return bool(without_comments(block.text).strip())


def _is_remark(block: Block) -> bool:
    """Whether words follow an internal comment in HTML: it stands for what they say, as in a bullet that begins with it."""
    return (
        block.kind == HTML
        and _has_internal_comment(block.text)
        and bool(words_of(TAG.sub(" ", without_comments(block.text))))
    )


def _has_internal_comment(html: str) -> bool:
    return any(comment_says_internal(comment.words) for comment in comments(html))


def _internal_comment_alone(text: str) -> tuple[int, int] | None:
    """The lines, from 0, of an internal comment that has them to itself and other comments: its first and its last."""
    known = None
    for comment in comments(text):
        begin, end = text.rfind("\n", 0, comment.start) + 1, text.find("\n", comment.end)
        if known != (begin, end) and comment_says_internal(comment.words):
            known = begin, end
            lines = text[begin:] if end < 0 else text[begin:end]
            if not without_comments(lines).strip():
                first = text.count("\n", 0, begin)
                return first, first + lines.count("\n")
    return None


def _is_end(block: Block) -> bool:
    """Whether a block is a comment that ends what is internal."""
    return block.kind in (HTML, PARAGRAPH) and any(ends_internal(found.words) for found in comments(block.text))


def _labels_notes(block: Block, *, above_quote: bool = False) -> bool:
    """Whether a paragraph is, or begins with, a label that names notes, or is one that names risks or decisions.

    above_quote  a quote follows: then notes are that, and not the list below it
    """
    if block.kind != PARAGRAPH:
        return False
    text = without_comments(block.text)
    label = LABEL.match(text)
    title = label[1] or label[2] if label else text
    titles = _bold_titles(text)
    names_notes = not above_quote and any(map(is_notes_title, (title, *titles)))
    return names_notes or any(map(is_register_title, (text, *titles)))


def _bold_titles(text: str) -> list[str]:
    """What the bold lines of a paragraph say: its first line or its last may be one."""
    lines = text.split("\n")
    return [title for line in (lines[0], *lines[1:][-1:]) for title in _bold_title(line)]


@lru_cache(1024)
def _bold_title(line: str) -> tuple[str, ...]:
    """What a bold line says: as it is written, and without the tokens in it."""
    if "**" not in line and "__" not in line and not BOLD_TAG.search(line):
        return ()
    title = bold_title(line)
    before, _, rest = stressed_words(line, {}).partition(STRESS)
    inner, _, behind = rest.partition(STRESS)
    is_one = inner.strip() and not words_of(f"{before} {without_brackets(behind)}")
    read = shown_words(title, {}).text if title else ""
    found = (title, read, read.strip("[]"), inner.strip(" []") if is_one else "")
    return tuple(dict.fromkeys(filter(None, found)))


def _named(siblings: Sequence[Block], at: int) -> Iterator[Block]:
    """What a paragraph names that is a bold line, or one with a colon above a list.

    That is all up to the next heading, bold line or line with a colon; nothing where it is followed by a heading at once.
    """
    block = siblings[at]
    following = siblings[at + 1] if at + 1 < len(siblings) else None
    if block.kind != PARAGRAPH or following is None:
        return
    if not _bold_titles(block.text) and not (
        following.kind == LIST and (block.text.rstrip().endswith(":") or _labels_notes(block))
    ):
        return
    for index in range(at + 1, len(siblings)):
        below = siblings[index]
        if below.kind == HEADING:
            return
        if index > at + 1 and below.kind == PARAGRAPH and (is_label(below.text) or _bold_titles(below.text)):
            return
        yield below


def _without_empty_sections(document: Document, found: Sequence[Decision]) -> Iterable[Decision]:
    """The decisions, with those sections hidden too in which nothing is shown."""
    shown = {decision.line for decision in found if decision.kind == "item" and decision.shown}
    filled: set[int] = set()

    def fill(section: Section) -> bool:
        inner = [fill(other) for other in section.sections]
        if any(item.line in shown for item in section.items) or any(inner):
            filled.add(section.line)
            return True
        return False

    for section in document.sections:
        fill(section)
    for decision in found:
        empty = decision.kind == "heading" and decision.shown and decision.line not in filled
        yield decision._replace(because=EMPTY) if empty else decision
