"""What of a customer's file that customer may see, decided on the parsed file before any text is made of it.

An allow-list: a heading, an item or a note is shown if nothing hides it, and then only in its words
(`shown_words`); of the fields, three; of everything else, nothing.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from onbo.document.blocks import HEADING, HTML, LIST, PARAGRAPH, QUOTE, Block, blocks
from onbo.document.identity import ItemKey, normal
from onbo.document.inline import inline_spans, rendered
from onbo.document.marks import (
    comment_says_internal,
    comments,
    is_internal_title,
    is_notes_title,
    says_internal,
    without_comments,
)
from onbo.document.model import Document, Field, Item, Note, Section
from onbo.document.source import Span
from onbo.document.stretches import Hidden, stretches
from onbo.document.syntax import BOX, SHARED
from onbo.document.words import heading_words, item_words
from onbo.errors import UnacceptableError
from onbo.onboarding.shown_words import STAMP, Words, shown_note, shown_words

NO_WORDS = Words("")
EMPTY = "nothing below it is shown"
LONGEST_QUOTED = 40
TAG_WHOLE = re.compile(r"<[^<>]*>")
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")
# HTML by which a browser hides what is in it, or that says that it is internal.
#   <div hidden>, <section class="internal">, <p style="display: none">, <template>
HIDING = re.compile(
    r"<[a-z][^<>]*\b(?:hidden|internal|display\s*:\s*none|visibility\s*:\s*hidden)\b|<(?:template|script|style|noscript)\b",
    re.IGNORECASE,
)


class Decision(NamedTuple):
    """Whether a part of the file is shown.

    line      where it begins, 1-based
    kind      title, heading, item, bullet, note, field, text, quote, table, code, HTML, comment, front matter
    text      as it is written, on one line
    because   what hides it; "" where it is shown
    words     what is shown of it, and what was taken out
    """

    line: int
    kind: str
    text: str
    because: str
    words: Words = NO_WORDS

    @property
    def shown(self) -> bool:
        return not self.because


class Rules(NamedTuple):
    """What says which sections and items are internal, beside the marks in the file.

    gate    the section that is the gate; None where there is none
    names   of sections and items, as the template and the file itself list them under `internal:`
    fields  those that may be shown; None for one that the file lacks
    """

    gate: Section | None = None
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
        before = _Reader(document, rules, self.names, None).decisions if origin else ()
        self._origin = _Origin(document, before, origin) if origin else None
        self.decisions = _Reader(document, rules, self.names, self._origin).decisions
        self._sections = {decision.line: decision for decision in self.decisions if decision.kind == "heading"}
        self._items = {decision.line: decision for decision in self.decisions if decision.kind == "item"}
        self._notes = {decision.line: decision for decision in self.decisions if decision.kind == "note"}
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

    def notes(self, item: Item) -> tuple[str, ...]:
        """The words of those of an item's notes that are shown."""
        found = [_words_of(self._notes.get(_line_of(self.document, note.span))) for note in item.notes]
        return tuple(words for words in found if words)

    def field(self, field: Field | None) -> str | None:
        return None if field is None else _words_of(self._fields.get(field.line))

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
        self.begun = _beginnings(self.known)

    def has(self, text: str) -> bool:
        return bool(self.known) and _fits(_forms(text, self.document), self.known, self.begun)

    @cached_property
    def unmatched(self) -> tuple[str, ...]:
        if not self.names:
            return ()
        found = {form for section in self.document.walk() for form in _forms(section.title, self.document)}
        found |= {form for item in self.document.items for form in _forms(item.text, self.document)}
        names = {name: _forms_of_entry(name) for name in self.names}
        return tuple(name for name, forms in names.items() if not _fits(found, forms, _beginnings(forms)))


def _forms_of_entry(name: str) -> set[str]:
    """Every form in which an entry of the list could name a heading or an item."""
    texts = (name, heading_words(name)[0], item_words(name).text)
    return {_letters(form) for text in texts for form in (text, _rendered(text, {}))}


def _forms(text: str, document: Document) -> set[str]:
    return {_letters(text), _letters(_rendered(text, document.references))}


def _rendered(text: str, references: Mapping[str, object]) -> str:
    bare = without_comments(text)
    seen = rendered(bare, references)
    return bare if seen is None else seen


def _letters(text: str) -> str:
    """Letters and digits alone: a comma more or less makes nothing that is internal another thing."""
    same = normal(text)
    return " ".join("".join(char if char.isalnum() else " " for char in same).split()) or same


def _beginnings(names: Iterable[str]) -> tuple[str, ...]:
    """What a text may begin with and be meant; of a word or two it would say too little."""
    return tuple(f"{name} " for name in names if name.count(" ") >= 2)


def _fits(forms: Iterable[str], names: Collection[str], begun: tuple[str, ...]) -> bool:
    return any(form in names or form.startswith(begun) for form in forms)


# What items of one id, or of the same text in sections of the same titles, have in common.
Name = tuple[str | None, tuple[str, ...], str]


class _Origin:
    """What of a copy is internal because it was so in its template, and no mark in the copy says where that went.

    Items of one name are told apart by their order, while there are as many as in the template; where one came or went,
    all are internal if one was. Of an item that may have been moved its words tell. A section of a new title in which
    at least half of the items of an internal section stand that is no longer there is that section.
    """

    def __init__(self, document: Document, before: Iterable[Decision], origin: Visibility) -> None:
        gone = {decision.line for decision in before if decision.kind == "item" and not decision.shown}
        there = [item for item in origin.document.items if origin.item(item) is None]
        marked = Counter(_letters(item.text) for item in document.items if item.line in gone)
        wanted = Counter(_letters(item.text) for item in there)
        left = [item for item in there if marked[_letters(item.text)] < wanted[_letters(item.text)]]
        here, known = (Counter(item.key.name for item in some.items) for some in (document, origin.document))
        in_order = {name for name, count in known.items() if here[name] == count}
        self.keys: frozenset[ItemKey] = frozenset(item.key for item in left if item.key.name in in_order)
        self.names: frozenset[Name] = frozenset(item.key.name for item in left if item.key.name not in in_order)
        self.gone = frozenset(_letters(item.text) for item in left if here[item.key.name] < known[item.key.name])
        self.came = frozenset(name for name, count in here.items() if count > known[name])
        titles = {normal(section.title) for section in document.walk()}
        self.titles = {normal(section.title) for section in origin.document.walk()}
        self.renamed = [
            frozenset(_letters(item.text) for item in section.items)
            for section in origin.document.walk()
            if origin.hides(section) and section.items and normal(section.title) not in titles
        ]

    def hides(self, item: Item) -> bool:
        name = item.key.name
        moved = name in self.came and _letters(item.text) in self.gone
        return moved or name in self.names or item.key in self.keys

    def hides_section(self, section: Section) -> bool:
        if not self.renamed or normal(section.title) in self.titles:
            return False
        items = {_letters(item.text) for item in section.items}
        return any(2 * len(items & known) >= len(known) for known in self.renamed)


class _Around:
    """What hides the next of several blocks that follow one another.

    above      hides all of them
    headings   those around that hide what is below: their levels, and the words for it
    following  hides lists and quotes, up to the next heading or paragraph
    comment    hides whatever comes next, and the lists and quotes that follow
    element    an HTML element that hides all in it, and how many of its name are open
    """

    def __init__(self, above: str) -> None:
        self.above = above
        self.headings: list[tuple[int, str]] = []
        self.following = ""
        self.comment = ""
        self.element: tuple[str, int, str] | None = None

    def hides(self, block: Block) -> str:
        if block.kind == HEADING:
            while self.headings and self.headings[-1][0] >= block.level:
                self.headings.pop()
        because = self.above or (self.element[2] if self.element else "")
        because = because or (self.headings[-1][1] if self.headings else "")
        if block.kind != HTML:
            because = because or self.comment
        return because or (self.following if block.kind in (LIST, QUOTE) else "")

    def enter(self, block: Block, mark: str) -> None:
        """Past some HTML. mark: what it hides; "" for nothing."""
        if self.element is not None:
            name, depth, because = self.element
            depth += _depth(block.text, name)
            self.element = (name, depth, because) if depth > 0 else None
        elif mark:
            name = _first_tag(block.text)
            depth = _depth(block.text, name)
            if depth > 0:
                self.element = (name, depth, mark)
            else:
                self.comment = mark

    def leave(self, block: Block, below: str) -> None:
        """Past any other block. below: what it hides of what comes after it."""
        if block.kind == HEADING:
            self.following = ""
            if below:
                self.headings.append((block.level, below))
        elif block.kind == PARAGRAPH:
            self.following = below or self.comment
        else:
            self.following = self.following or self.comment
        self.comment = ""


class _Reader:
    """Goes through a file's blocks and decides about each."""

    def __init__(self, document: Document, rules: Rules, names: _Names, origin: _Origin | None) -> None:
        self.document = document
        self.rules = rules
        self.names = names
        self.origin = origin
        self.texts = document.source.texts
        skip = document.front_matter.end if document.front_matter else 0
        top = blocks(document.source, skip)
        self.stretches = Hidden(stretches(self.texts, skip, top))
        self.sections = {section.line: section for section in document.walk() if section.level}
        self.items = {item.line: item for item in document.items}
        self.fields = {field.line: field for field in document.fields}
        self.notes_fields = {_line_of(document, field.span) for field in document.fields if field.notes}
        self.found: list[Decision] = []
        self.noted: Item | None = None
        self.notes: dict[int, Note] = {}
        if document.front_matter:
            self._add(1, "front matter", "---", "front matter is never shown")
        self._siblings(top, "", None, top=True)
        self.decisions = tuple(_without_empty_sections(document, self.found))

    def _add(self, line: int, kind: str, text: str, because: str, words: Words = NO_WORDS) -> None:
        if not because and not words.text and kind != "heading":
            because = "no words to show"
        self.found.append(Decision(line, kind, " ".join(text.split()), because, words))

    def _words(self, text: str) -> Words:
        return shown_words(text, self.document.references)

    def _says_internal(self, text: str) -> bool:
        return says_internal(text, rendered(without_comments(text), self.document.references))

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
        for at, block in enumerate(siblings):
            because = around.hides(block)
            below = ""
            following = siblings[at + 1 : at + 2]
            if block.kind == HTML:
                mark = self._html(block, because)
                around.enter(block, "" if at and self._is_meant_for(siblings[at - 1], block) else mark)
                continue
            if block.kind == HEADING:
                later = (siblings[index] for index in range(at + 1, len(siblings)))
                below = self._heading(block, later, because, top=top)
            elif block.kind == PARAGRAPH:
                below = self._paragraph(block, because, item, following, listed=not quoted)
            elif block.kind == LIST:
                self._list(block, because, self._comment_touching(following))
            elif block.kind == QUOTE:
                self._quote(block, because, item)
            else:
                self._add(block.line, block.kind, self.texts[block.line - 1], because or f"{block.kind} is never shown")
            around.leave(block, below)

    def _heading(self, block: Block, following: Iterable[Block], around: str, *, top: bool) -> str:
        """Decides about a heading; what hides all below it."""
        section = self.sections.get(block.line) if top else None
        because = around or self._own_mark(block, following) or (self._named(section) if section else "")
        below = around or (because and f"under {_quoted(block)}")
        if section is not None:
            self._add(block.line, "heading", self.texts[block.line - 1], because, self._words(section.title))
        else:
            never = "the title is never shown" if top else "a heading in a list or quote is never shown"
            self._add(block.line, "title", self.texts[block.line - 1], because or never)
        return below

    def _own_mark(self, block: Block, following: Iterable[Block]) -> str:
        """What in a heading, item or bullet says that it is internal, or in the comments right below it."""
        if where := self.stretches.around(block.line):
            return where
        section = self.sections.get(block.line)
        words = section.title if section is not None and block.kind == HEADING else _without_box(block.text)
        if self._says_internal(words) or (section is not None and self._says_internal(block.text)):
            return "marked internal"
        for inner in following:
            if inner.kind != HTML and block.kind == HEADING:
                break
            if inner.kind == HTML and _has_internal_comment(inner.text):
                return f"marked internal on line {inner.line}"
        return "its title says that it is internal" if is_internal_title(words) else ""

    def _named(self, section: Section) -> str:
        if self.rules.gate is not None and section.at == self.rules.gate.at:
            return "the gate is never shown"
        if is_notes_title(section.title):
            return "a section of notes is never shown"
        if self.names.has(section.title):
            return "listed as internal"
        if self.origin is not None and self.origin.hides_section(section):
            return "internal in the template"
        return ""

    def _paragraph(
        self, block: Block, around: str, item: Item | None, following: Sequence[Block], *, listed: bool
    ) -> str:
        """Decides about a paragraph; what hides the list right below it."""
        where = around or self.stretches.around(block.line)
        if item is not None:
            self._notes(block, where, item)
        fields = [self.fields[line] for line in range(block.line, block.end + 1) if line in self.fields]
        for field in fields:
            because = where or self._hides_field(field)
            if not because and self._says_internal(field.value):
                because = "marked internal"
            self._add(field.line, "field", self.texts[field.line - 1], because, self._words(field.value))
        group = bool(following) and following[0].kind == LIST
        if not fields and item is None and listed:
            never = "a line above a list is not shown" if group else "prose is never shown"
            self._add(block.line, "text", self.texts[block.line - 1], where or never)
        if self._says_internal(block.text) or is_internal_title(block.text):
            return f"under {_quoted(block)}"
        return f"under {_quoted(block)}" if group and is_notes_title(block.text) else ""

    def _hides_field(self, field: Field) -> str:
        if field not in self.rules.fields:
            return "this field is never shown"
        return "" if field.filled else "not filled in"

    def _html(self, block: Block, around: str) -> str:
        """Decides about HTML; what it hides of what stands beside it."""
        kind = "comment" if _is_comment(block.text) else "HTML"
        self._add(block.line, kind, self.texts[block.line - 1], around or f"{kind} is never shown")
        if kind == "comment":
            return f"below an internal comment, on line {block.line}" if _has_internal_comment(block.text) else ""
        words = TAG_WHOLE.sub(" ", block.text)
        hides = HIDING.search(block.text) or says_internal(block.text) or says_internal(words)
        return f"in HTML that hides it, from line {block.line}" if hides else ""

    def _comment_touching(self, following: Sequence[Block]) -> str:
        """Whether a comment that says internal stands right below a list: it may mean the last item."""
        comment = following[0] if following else None
        if comment is None or comment.kind != HTML or not _has_internal_comment(comment.text):
            return ""
        touches = bool(self.texts[comment.line - 2].strip())
        return f"right above an internal comment, on line {comment.line}" if touches else ""

    def _is_meant_for(self, before: Block, comment: Block) -> bool:
        """Whether a comment stands right below a list, and nothing right below the comment."""
        touches = before.kind == LIST and bool(self.texts[comment.line - 2].strip())
        return touches and not "".join(self.texts[comment.end : comment.end + 1]).strip()

    def _list(self, block: Block, above: str, last: str) -> None:
        """last: what hides its last item."""
        for at, entry in enumerate(block.blocks):
            because = above or (last if at == len(block.blocks) - 1 else "")
            item = self.items.get(entry.line)
            if item is not None:
                self._item(item, entry, because)
            else:
                because = because or self._own_mark(entry, entry.blocks)
                self._add(
                    entry.line, "bullet", self.texts[entry.line - 1], because or "a bullet without a box is never shown"
                )
                self._siblings(entry.blocks, because and (above or f"under {_quoted(entry)}"), None)

    def _item(self, item: Item, block: Block, above: str) -> None:
        because = above or self._own_mark(block, block.blocks)
        if not because and self.names.has(item.text):
            because = "listed as internal"
        if not because and self.origin is not None and self.origin.hides(item):
            because = "internal in the template"
        self._add(
            item.line, "item", self.texts[item.line - 1], because, self._words(self.document.source.text(item.words))
        )
        self._siblings(block.blocks, because and (above or f"under {_quoted(block)}"), item)

    def _quote(self, block: Block, above: str, item: Item | None) -> None:
        where = above or self.stretches.around(block.line)
        if item is not None:
            self._notes(block, where, item)
        elif not self._is_notes_field(block):
            self._add(block.line, "quote", self.texts[block.line - 1], where or "a quote is never shown")
        inside = "in a note" if item is not None or self._is_notes_field(block) else ""
        self._siblings(block.blocks, where or inside, None, quoted=True)

    def _is_notes_field(self, block: Block) -> bool:
        return block.line in self.notes_fields

    def _notes(self, block: Block, where: str, item: Item) -> None:
        """Decides about the paragraphs of a note under an item."""
        if item is not self.noted:
            self.noted, self.notes = item, {_line_of(self.document, note.span): note for note in item.notes}
        for line in range(block.line, block.end + 1):
            note = self.notes.get(line)
            if note is not None:
                because = where or ("" if self._is_shared(note) else "a note without <!-- shared -->")
                if not because and self._says_internal(note.text):
                    because = "marked internal"
                self._add(line, "note", self.texts[line - 1], because, shown_note(note.text, self.document.references))

    def _is_shared(self, note: Note) -> bool:
        """Whether a note ends with the mark, as a comment of its own and not as a part of another, or of code.

        Where a line within it begins with a stamp, two notes have come to stand in one paragraph.
        """
        mark = SHARED.search(note.text)
        if mark is None or not SHARED.search(self.document.source.text(note.span)):  # there a backslash would show
            return False
        if any(STAMP.match(line.lstrip()) for line in note.text.split("\n")[1:]):
            return False
        end = len(note.text.rstrip())
        spans = inline_spans(note.text, self.document.references)
        return any(span.kind == "html" and (span.start, span.end) == (mark.start(), end) for span in spans)


def _without_box(text: str) -> str:
    return BOX.sub("", text, count=1) if text.startswith("[") else text


def _quoted(block: Block) -> str:
    words = " ".join(without_comments(_without_box(block.text)).split())
    short = words if len(words) <= LONGEST_QUOTED else f"{words[:LONGEST_QUOTED].rstrip()}..."
    return f'"{short}" (line {block.line})'


def _is_comment(html: str) -> bool:
    return html.lstrip().startswith("<!--") and not without_comments(html).strip()


def _has_internal_comment(html: str) -> bool:
    return _is_comment(html) and any(comment_says_internal(comment.words) for comment in comments(html))


def _first_tag(html: str) -> str:
    match = TAG.search(html)
    return match[2].casefold() if match and not match[1] else ""


def _depth(html: str, name: str) -> int:
    """How many elements of a name some HTML opens and does not close."""
    return sum(-1 if end else 1 for end, other in TAG.findall(html) if other.casefold() == name)


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
