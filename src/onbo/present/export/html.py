"""HTML: one page with a table of items for each customer, to read, print or put on an intranet."""

from collections.abc import Iterator
from typing import Any

from onbo.present.export.exporter import Export, Exporter, ThroughFile
from onbo.present.export.records import CUSTOMERS, ITEMS

TITLES = ("Item", "Text", "State", "Due", "Owner", "Waiting for", "Section")


def pieces(export: Export, _: ThroughFile) -> Iterator[bytes]:
    """The page, customer by customer."""
    from onbo.present.pages.page import stream

    title = f"Onboarding items · {export.snapshot.workspace}"
    yield from stream(
        "export", {"title": title, "titles": TITLES, "snapshot": export.snapshot, "records": _named(export)}
    )


def _named(export: Export) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Each customer and its items by the names of their columns."""
    customers, items = ([column.name for column in columns] for columns in (CUSTOMERS, ITEMS))
    for customer, rows in export.records:
        yield dict(zip(customers, customer, strict=True)), [dict(zip(items, row, strict=True)) for row in rows]


EXPORTER = Exporter("html", pieces)
