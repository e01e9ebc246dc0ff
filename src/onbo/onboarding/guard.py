"""Only what was asked: after an edit the file must read back as asked, and everything else as before."""

from collections.abc import Mapping
from typing import Any

from onbo.document import identity
from onbo.document.identity import RowKey, field_keys, row_keys, section_keys
from onbo.document.model import Document, Field, Item, Table
from onbo.errors import UsageError

# By kind and key.
Said = dict[tuple[object, ...], Any]


def said(document: Document) -> Said:
    """Everything a document says, by what it is rather than where: items, fields, cells, sections."""
    found: Said = {item_key(item): item_value(item) for item in document.items}
    found |= {("section", key): (section.days, section.attributes) for key, section in section_keys(document)}
    found |= {("field", key): field.value for key, field in field_keys(document)}
    found |= {("row", key): tuple(cell.text for cell in row.cells) for key, row in row_keys(document)}
    return found


def item_key(item: Item) -> tuple[object, ...]:
    return ("item", item.key)


def field_key(document: Document, field: Field) -> tuple[object, ...]:
    return ("field", identity.field_key(document, field))


def row_key(document: Document, table: Table, row: int) -> tuple[object, ...]:
    """The row of that place in a table, from 1; it may be one that is only to be added."""
    return ("row", RowKey(identity.table_key(document, table), row))


def item_value(item: Item) -> tuple[str, str, tuple[tuple[str, str], ...], tuple[str, ...]]:
    tokens = tuple(sorted((token.kind, token.value) for token in item.tokens))
    return item.mark, item.text, tokens, tuple(note.text for note in item.notes)


def verify(before: Document, after: Document, expected: Mapping[tuple[object, ...], Any]) -> None:
    """Raise UsageError unless what differs is just what is expected, by key, saying what it should.

    A reason such as "see `this" could swallow what stands behind it: then it is not written.
    """
    old, new = said(before), said(after)
    differing = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    surprising = differing - expected.keys()
    unmet = [key for key, value in expected.items() if new.get(key) != value]
    if surprising or unmet:
        raise UsageError(
            "the text cannot be written so that it reads back as given",
            path=before.source.path,
            hint="leave out what Markdown would read as something else: backticks, brackets, comment marks",
        )
