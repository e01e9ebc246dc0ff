"""`next`: one line an item, with its reason."""

from collections.abc import Iterator, Sequence
from typing import Any

from onbo.onboarding.ranking import OVERDUE, SOON, WAITING, Ranked
from onbo.present.checklist import item_json
from onbo.present.text import Line, Piece, line, pad, width

ROLES = {OVERDUE: "bad", SOON: "warn", WAITING: "muted"}


def ranked_lines(found: Sequence[Ranked]) -> Iterator[Line]:
    names = max(width(entry.customer) for entry in found)
    numbers = max(len(entry.row.item.number) for entry in found)
    for entry in found:
        item = entry.row.item
        owner = f"  @{item.value('owner')}" if item.token("owner") else ""
        yield line(
            Piece(pad(entry.customer, names), "strong"),
            f"  {item.number:<{numbers}}  {item.text}{owner}  ",
            Piece(entry.reason, ROLES.get(entry.rank, "muted")),
        )


def nothing() -> Iterator[Line]:
    yield line("nothing presses")


def ranked_json(entry: Ranked) -> dict[str, Any]:
    # Tips need each template read; a list of what to do next does without them.
    row = item_json(entry.row, lambda _item, _note: False)
    return row | {"customer": entry.customer, "reason": entry.reason}
