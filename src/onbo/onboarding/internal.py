"""What a customer is not shown: by marks in the file, by the template's list, the gate and notes."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from onbo.document.identity import ItemKey, normal
from onbo.document.inline import plain_text
from onbo.document.model import Document, Item, Section
from onbo.document.source import Span
from onbo.document.syntax import INTERNAL, INTERNAL_TITLE, NOTES_TITLE, TAGGED_INTERNAL
from onbo.document.words import heading_words, item_words
from onbo.errors import UnacceptableError


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


# What items of one id, or of the same text in sections of the same titles, have in common.
Name = tuple[str | None, tuple[str, ...], str]


class _Origin(NamedTuple):
    """What of a copy is internal because its template says so.

    keys    of items that are told apart by their order
    names   of items that are not
    gone    words of items that the copy lacks where the template has them
    came    the names of which the copy has more items
    """

    keys: frozenset[ItemKey]
    names: frozenset[Name]
    gone: frozenset[str]
    came: frozenset[Name]


class _Said(NamedTuple):
    document: Document
    gate: Section | None = None
    names: tuple[str, ...] = ()
    origin: "Internal | None" = None


class Internal(_Said):
    """What of a document is internal.

    gate    its last section; None where it has none
    names   of sections and items, as the template and the file itself list them
    origin  the same of the template: what was internal there is so wherever it was moved
    """

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(form for name in self.names for form in _forms_of_entry(name))

    @cached_property
    def _begun(self) -> tuple[str, ...]:
        return _beginnings(self._names)

    def _is_named(self, text: str) -> bool:
        return bool(self._names) and _fits(_forms(text, self.document), self._names, self._begun)

    @cached_property
    def unmatched(self) -> tuple[str, ...]:
        """The names that nothing in the document has: it may have been reworded, and then it would be shown."""
        if not self.names:
            return ()
        found = {form for section in self.document.walk() for form in _forms(section.title, self.document)}
        found |= {form for item in self.document.items for form in _forms(item.text, self.document)}
        names = {name: _forms_of_entry(name) for name in self.names}
        return tuple(name for name, forms in names.items() if not _fits(found, forms, _beginnings(forms)))

    def hides(self, section: Section) -> bool:
        """Whether a section is internal in itself, whatever it stands in."""
        return (
            section.attributes.internal
            or (self.gate is not None and section.at == self.gate.at)
            or any(pattern.fullmatch(section.title) for pattern in (NOTES_TITLE, INTERNAL_TITLE))
            or self._is_named(section.title)
            or _says_internal(self.document, section)
        )

    def shown(self, section: Section) -> list[Item]:
        """The items of a section that is shown, without internal ones and all that is nested under these."""
        kept: list[Item] = []
        hidden: set[str | None] = set()
        for item in section.items:
            if item.parent in hidden or self._hides(item):
                hidden.add(item.number)
            else:
                kept.append(item)
        return kept

    def _hides(self, item: Item) -> bool:
        return (
            item.attributes.internal
            or self._is_named(item.text)
            or _item_says_internal(self.document, item)
            or self._was_internal(item)
        )

    def _was_internal(self, item: Item) -> bool:
        """Whether it was internal in the template, and no mark in the file itself says which one was.

        Items of one name are told apart by their order, while there are as many as in the template; where one came or
        went, all are internal if one was. Of an item that may have been moved here the words tell.
        """
        there = self._in_origin
        if there is None:
            return False
        name = item.key.name
        moved = name in there.came and _words(item.text) in there.gone
        return moved or name in there.names or item.key in there.keys

    @cached_property
    def _in_origin(self) -> _Origin | None:
        if self.origin is None:
            return None
        there = list(self.origin.hidden(self.origin.document.sections))
        marked = Counter(_words(item.text) for item in self._replace(origin=None).hidden(self.document.sections))
        wanted = Counter(_words(item.text) for item in there)
        left = [item for item in there if marked[_words(item.text)] < wanted[_words(item.text)]]
        here, known = (
            Counter(item.key.name for item in document.items) for document in (self.document, self.origin.document)
        )
        in_order = {name for name, count in known.items() if here[name] == count}
        return _Origin(
            frozenset(item.key for item in left if item.key.name in in_order),
            frozenset(item.key.name for item in left if item.key.name not in in_order),
            frozenset(_words(item.text) for item in left if here[item.key.name] < known[item.key.name]),
            frozenset(name for name, count in here.items() if count > known[name]),
        )

    def hidden(self, sections: Iterable[Section], *, whole: bool = False) -> Iterator[Item]:
        """The internal items of these sections and of those below. whole: what these stand in is internal."""
        for section in sections:
            below = whole or self.hides(section)
            shown = set() if below else {item.number for item in self.shown(section)}
            yield from (item for item in section.items if item.number not in shown)
            yield from self.hidden(section.sections, whole=below)


def _forms_of_entry(name: str) -> set[str]:
    """Every form in which an entry of the list could name a heading or an item."""
    texts = (name, heading_words(name)[0], item_words(name).text)
    return {_words(form) for text in texts for form in (text, plain_text(text, {}))}


def _forms(text: str, document: Document) -> set[str]:
    return {_words(text), _words(plain_text(text, document.references))}


def _words(text: str) -> str:
    """Letters and digits alone: a comma more or less makes nothing that is internal another thing."""
    same = normal(text)
    return " ".join("".join(char if char.isalnum() else " " for char in same).split()) or same


def _beginnings(names: Iterable[str]) -> tuple[str, ...]:
    """What a text may begin with and be meant; of a word or two it would say too little."""
    return tuple(f"{name} " for name in names if name.count(" ") >= 2)


def _fits(forms: Iterable[str], names: Collection[str], begun: tuple[str, ...]) -> bool:
    return any(form in names or form.startswith(begun) for form in forms)


def _says_internal(document: Document, section: Section) -> bool:
    """Whether brackets say so, or a comment that is not quite an attribute, in the heading or right below it."""
    source = document.source
    if INTERNAL.search(section.title) or TAGGED_INTERNAL.search(section.title):
        return True
    if section.level == 0:
        return False
    below = source.texts[section.line : section.line + 4]  # past the rule of a setext heading and a blank line
    first = next((text for text in below if text.strip(" \t=-")), "")
    return INTERNAL.match(first.lstrip()) is not None


def _item_says_internal(document: Document, item: Item) -> bool:
    """The same, in the item's own lines or as the first thing below them."""
    source = document.source
    own = source.text(Span(item.box.start, item.head))
    if INTERNAL.search(item.text) or INTERNAL.search(own) or TAGGED_INTERNAL.search(item.text):
        return True
    below = source.text(Span(item.head, item.span.end))
    return INTERNAL.match(below.lstrip()) is not None
