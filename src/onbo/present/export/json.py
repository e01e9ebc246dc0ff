"""JSON: one object, as `--json` of other commands prints it; a line a customer, with its items."""

import json
from collections.abc import Iterator

from onbo.present.export.exporter import SCHEMA, Export, Exporter, Record, ThroughFile
from onbo.present.export.records import CUSTOMERS, ITEM, ITEMS, SNAPSHOT, by_name

# Where an item's own columns begin.
FIRST = ITEMS.index(ITEM[0])


def pieces(export: Export, _: ThroughFile) -> Iterator[bytes]:
    """Written as it comes: the object is never held whole."""
    day, workspace, commit = export.snapshot.day, export.snapshot.workspace, export.snapshot.commit
    head = {"schema": SCHEMA, "kind": "export", "today": day.isoformat(), "workspace": workspace, "commit": commit}
    yield json.dumps(head).encode()[:-1] + b', "customers": ['
    between = b"\n"
    for record in export.records:
        yield between + json.dumps(_customer(record)).encode()
        between = b",\n"
    yield b"\n]}\n"


def _customer(record: Record) -> dict[str, object]:
    """What the head says already, or the customer of its items, is not said again."""
    own = by_name(CUSTOMERS[: -len(SNAPSHOT)], record.customer[: -len(SNAPSHOT)])
    return own | {"items": [by_name(ITEM, row[FIRST : FIRST + len(ITEM)]) for row in record.items]}


EXPORTER = Exporter("json", pieces)
