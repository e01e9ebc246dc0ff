"""Keys that identify the sections, items, fields, tables and rows of a file.

Two sections, items, fields, tables or rows of one file never have equal keys. A key does not depend on line numbers: it
stays the same when lines are added above, and changes only with the titles and texts that it consists of. Those are
normalised (`normal`).
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
    repeat  1 for the first item in the file with this id, or with this path and text; 2 for the next
    """

    id: str | None
    path: tuple[str, ...]
    text: str
    repeat: int = 1

    @property
    def name(self) -> tuple[str | None, tuple[str, ...], str]:
        """The key without `repeat`: the same for all items that share an id, or a path and text."""
        return (self.id, self.path, self.text)

    @property
    def plain_text(self) -> str:
        """The key as shown to people and in JSON; two different keys may have the same text."""
        name = f"id={self.id}" if self.id is not None else SEPARATOR.join((*self.path, self.text))
        return f"{name} #{self.repeat}" if self.repeat > 1 else name

    @property
    def escaped_text(self) -> str:
        r"""`plain_text` with backslashes wherever it could be taken for another key: `sso \> enable`."""
        name = f"id={self.id}" if self.id is not None else SEPARATOR.join(map(_escaped, (*self.path, self.text)))
        return f"{name} #{self.repeat}" if self.repeat > 1 else name


class FieldKey(NamedTuple):
    """A field. path: titles of its sections; repeat: 1 for the first field with this path and label, 2 for the next."""

    path: tuple[str, ...]
    label: str
    repeat: int = 1


class TableKey(NamedTuple):
    """A table. name: the label above it, else its section's; repeat: 1 for the first with this path and name."""

    path: tuple[str, ...]
    name: str
    repeat: int = 1


class RowKey(NamedTuple):
    """A row: its table and its 1-based position. Cells are not part of the key, because edits change them."""

    table: TableKey
    row: int


def normal(text: str) -> str:
    """Text normalised for comparison: NFC, case-folded, runs of white space as single spaces."""
    return _kept_normal(text) if len(text) < 200 else _normal(text)


def _normal(text: str) -> str:
    if not text.isascii():
        from unicodedata import normalize  # rarely needed, so imported late

        text = normalize("NFC", normalize("NFC", text).casefold())
    return " ".join(text.casefold().split())


# The same few texts are compared again and again.
_kept_normal = lru_cache(8192)(_normal)


@lru_cache(8192)
def item_key(identifier: str | None, path: tuple[str, ...], text: str, repeat: int = 1) -> ItemKey:
    """The key of an item with this id or, without an id, with this path and text. repeat: as in `ItemKey`."""
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
    """The keys that must be written with backslashes, because another key has the same plain text."""
    known: dict[str, ItemKey] = {}
    alike: set[ItemKey] = set()
    for key in keys:
        other = known.setdefault(key.plain_text, key)
        if other != key:
            alike.update((key, other))
    escaped = {key for key in alike if key.escaped_text != key.plain_text}
    while more := {known[text] for key in escaped if (text := key.escaped_text) in known} - escaped:
        escaped |= more  # a plain text that happens to contain such backslashes
    return frozenset(escaped)


def key_text(item: "Item") -> str:
    """An item's key for JSON and exports: its plain text, escaped if another item of the file has the same."""
    return item.key.escaped_text if item.ambiguous else item.key.plain_text


def key_texts(keys: Iterable[ItemKey], gone: Iterable[ItemKey] = ()) -> dict[ItemKey, str]:
    """The texts of keys whose items are not at hand: escaped if another of the keys has the same plain text.

    gone  keys of items that used to be in the file; they never change the text of a key that is still there
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
