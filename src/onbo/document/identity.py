"""Which thing of a file is which: keys for sections, items, fields, tables and rows.

Two different things of one kind in one file never have equal keys. A key says what a thing is, not where: it stays the
same when lines are added above it, and changes with what it is made of. Titles and texts are normalised (`normal`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from onbo.document.model import Document, Field, Item, Row, Section, Table

SEPARATOR = " > "


class SectionKey(NamedTuple):
    """A section. path: its titles, outermost first; repeat: 1 for the first section of this path, 2 for the next."""

    path: tuple[str, ...]
    repeat: int = 1


class ItemKey(NamedTuple):
    """An item: its id, else the titles of its sections and its text.

    An item with an id keeps its key wherever it is moved and however it is reworded.

    id      from its attributes, None without one
    path    titles of the sections it stands in, outermost first; empty where it has an id
    text    without box, tokens and attributes; empty where it has an id
    repeat  1 for the first item of this id, or of this path and text, in the file; 2 for the next
    """

    id: str | None
    path: tuple[str, ...]
    text: str
    repeat: int = 1

    @property
    def name(self) -> tuple[str | None, tuple[str, ...], str]:
        """What all items of one id, or of the same words in sections of the same titles, have in common."""
        return (self.id, self.path, self.text)

    @property
    def plain_text(self) -> str:
        """The key as people and JSON have it; two different keys may have the same."""
        name = f"id={self.id}" if self.id is not None else SEPARATOR.join((*self.path, self.text))
        return f"{name} #{self.repeat}" if self.repeat > 1 else name

    @property
    def escaped_text(self) -> str:
        r"""The same with a backslash wherever `plain_text` could be another key's: `sso \> enable`."""
        name = f"id={self.id}" if self.id is not None else SEPARATOR.join(map(_escaped, (*self.path, self.text)))
        return f"{name} #{self.repeat}" if self.repeat > 1 else name


class FieldKey(NamedTuple):
    """A field. path: titles of the sections it stands in; repeat: among those of this label there."""

    path: tuple[str, ...]
    label: str
    repeat: int = 1


class TableKey(NamedTuple):
    """A table. name: of the label above it, else of its section; repeat: among those of this name there."""

    path: tuple[str, ...]
    name: str
    repeat: int = 1


class RowKey(NamedTuple):
    """A row: its table, and its place in it from 1. What its cells say is what edits change."""

    table: TableKey
    row: int


def normal(text: str) -> str:
    """Text for comparing: NFC, case-folded, white space as single spaces."""
    return _kept_normal(text) if len(text) < 200 else _normal(text)


def _normal(text: str) -> str:
    if not text.isascii():
        from unicodedata import normalize  # nearly all text does without

        text = normalize("NFC", normalize("NFC", text).casefold())
    return " ".join(text.casefold().split())


# The same few texts are compared again and again.
_kept_normal = lru_cache(8192)(_normal)


@lru_cache(8192)
def item_key(identifier: str | None, path: tuple[str, ...], text: str, repeat: int = 1) -> ItemKey:
    """The key of the item of that id, else of that text in sections of these titles; of several, which one."""
    if identifier:
        return ItemKey(identifier, (), "", repeat)
    return ItemKey(None, tuple([normal(title) for title in path]), normal(text), repeat)


def _escaped(part: str) -> str:
    part = part.replace("\\", "\\\\").replace(SEPARATOR, " \\> ")
    before, sign, number = part.rpartition(" #")
    if sign and number.isdigit():
        part = f"{before} \\#{number}"
    return f"\\{part}" if part.startswith("id=") else part


def ambiguous(keys: Iterable[ItemKey]) -> frozenset[ItemKey]:
    """Those of these keys whose plain text another of them has as well, but for one that needs no escaping."""
    known: dict[str, ItemKey] = {}
    alike: set[ItemKey] = set()
    for key in keys:
        other = known.setdefault(key.plain_text, key)
        if other != key:
            alike.update((key, other))
    escaped = {key for key in alike if key.escaped_text != key.plain_text}
    while more := {known[text] for key in escaped if (text := key.escaped_text) in known} - escaped:
        escaped |= more  # a text that has such backslashes of its own
    return frozenset(escaped)


def key_text(item: "Item") -> str:
    """An item's key for JSON and exports: its plain text, escaped where the file has another item of the same."""
    return item.key.escaped_text if item.ambiguous else item.key.plain_text


def key_texts(keys: Iterable[ItemKey], gone: Iterable[ItemKey] = ()) -> dict[ItemKey, str]:
    """The texts of keys that are known without their items: escaped where another of them has the same plain text.

    gone  keys of items that were in the file once: these change no text of those that are there
    """
    known = list(dict.fromkeys(keys))
    every = list(dict.fromkeys((*known, *gone)))
    alike = ambiguous(known)
    texts = {key: key.escaped_text if key in alike else key.plain_text for key in known}
    alike, taken = ambiguous(every), set(texts.values())
    for key in every[len(known) :]:
        text = key.escaped_text if key in alike else key.plain_text
        while text in taken:
            text = f"\\{text}"
        taken.add(text)
        texts[key] = text
    return texts


def section_keys(document: "Document") -> "Iterator[tuple[SectionKey, Section]]":
    """Every section with its key, in document order."""
    counts: Counter[tuple[str, ...]] = Counter()
    for section in document.walk():
        path = tuple(map(normal, section.path))
        counts[path] += 1
        yield SectionKey(path, counts[path]), section


def field_keys(document: "Document") -> "Iterator[tuple[FieldKey, Field]]":
    """Every field with its key, in document order."""
    counts: Counter[tuple[tuple[str, ...], str]] = Counter()
    for field in document.fields:
        name = (tuple(map(normal, field.path)), normal(field.label))
        counts[name] += 1
        yield FieldKey(*name, counts[name]), field


def field_key(document: "Document", field: "Field") -> FieldKey:
    """The key of one of the document's fields."""
    return next(key for key, other in field_keys(document) if other.line == field.line)


def table_keys(document: "Document") -> "Iterator[tuple[TableKey, Table]]":
    """Every table with its key, in document order."""
    counts: Counter[tuple[tuple[str, ...], str]] = Counter()
    for table in document.tables:
        name = (tuple(map(normal, table.path)), normal(table.name or ""))
        counts[name] += 1
        yield TableKey(*name, counts[name]), table


def table_key(document: "Document", table: "Table") -> TableKey:
    """The key of one of the document's tables."""
    return next(key for key, other in table_keys(document) if other.line == table.line)


def row_keys(document: "Document") -> "Iterator[tuple[RowKey, Row]]":
    """Every row with its key, in document order."""
    for key, table in table_keys(document):
        for number, row in enumerate(table.rows, 1):
            yield RowKey(key, number), row
