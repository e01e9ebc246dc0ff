"""Only what was asked: after an edit the file must read back as asked, and everything else as before."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from onbo.document.model import Document, Item, Table
from onbo.errors import UsageError

Said = dict[tuple[object, ...], Any]


def said(document: Document) -> Said:
    """Everything a document says, by what it is rather than where: items, fields, cells, sections."""
    found: Said = {item_key(item): item_value(item) for item in document.items}
    found |= {("section", *section.path): (section.days, section.attributes) for section in document.walk()}
    counts: Counter[tuple[object, ...]] = Counter()
    for field in document.fields:
        key: tuple[object, ...] = ("field", field.section, field.label)
        counts[key] += 1
        found[*key, counts[key]] = field.value
    for table in document.tables:
        name = (table.name, table.section)
        for number, row in enumerate(table.rows, 1):
            found["row", *name, counts[name], number] = tuple(cell.text for cell in row.cells)
        counts[name] += 1
    return found


def item_key(item: Item) -> tuple[object, ...]:
    return ("item", *item.identity)


def item_value(item: Item) -> tuple[str, str, tuple[tuple[str, str], ...], tuple[str, ...]]:
    tokens = tuple(sorted((token.kind, token.value) for token in item.tokens))
    return item.mark, item.text, tokens, tuple(note.text for note in item.notes)


def table_key(document: Document, table: Table) -> tuple[object, ...]:
    """A table by its name and section, and its place among those of the same."""
    same = [other.line for other in document.tables if (other.name, other.section) == (table.name, table.section)]
    return ("row", table.name, table.section, same.index(table.line))


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
