"""JSON Lines: one object an item."""

import json
from collections.abc import Iterator

from onbo.present.export.exporter import Export, Exporter, ThroughFile
from onbo.present.export.records import ITEMS, by_name


def pieces(export: Export, _: ThroughFile) -> Iterator[bytes]:
    # Escaped to ASCII: nothing in it is obeyed by a terminal, or ends a line.
    for record in export.records:
        yield b"".join(json.dumps(by_name(ITEMS, row)).encode() + b"\n" for row in record.items)


EXPORTER = Exporter("jsonl", pieces)
