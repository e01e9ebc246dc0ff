"""Customers and items as rows, with the names that `--json` has for the same things."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from onbo.onboarding.reckoning import ItemProgress
from onbo.onboarding.status import Progress
from onbo.present.checklist import item_json
from onbo.present.export.exporter import SCHEMA, Column, Record, Row, Snapshot, whole
from onbo.present.status import Row as Standing
from onbo.present.status import as_json

WHO = (
    Column("customer", str, 16),
    Column("name", str, 20),
    Column("segment", str, 12),
    Column("csm", str, 16),
    Column("kickoff", date, 12),
)
STANDING = (
    Column("state", str, 12),
    Column("why", str, 40),
    Column("done", int, 8),
    Column("total", int, 8),
    Column("na", int, 8),
    Column("overdue", int, 10),
    Column("gate_done", int, 11),
    Column("gate_total", int, 11),
    Column("day", int, 8),
    Column("length", int, 8),
    Column("next_due", date, 12),
    Column("target_first_value", date, 18),
    Column("first_value", date, 12),
    Column("target_go_live", date, 15),
    Column("go_live", date, 12),
)
ITEM = (
    Column("phase", str, 28),
    Column("section", str, 28),
    Column("number", str, 10),
    Column("text", str, 60),
    Column("state", str, 10),
    Column("mark", str, 8),
    Column("done", bool, 8),
    Column("gate", bool, 8),
    Column("owner", str, 12),
    Column("due", date, 12),
    Column("overdue_days", int, 14),
    Column("waiting", str, 14),
    Column("reason", str, 30),
    Column("id", str, 12),
    Column("line", int, 8),
    Column("key", str, 20),
    Column("uid", str, 20),
)
ORIGIN = (
    Column("template", str, 12),
    Column("version", str, 9),
    Column("path", str, 24),
    Column("customer_id", str, 12),
)
SNAPSHOT = (
    Column("schema", int, 9),
    Column("workspace", str, 16),
    Column("snapshot_date", date, 15),
    Column("commit", str, 12),
)
CUSTOMERS = (*WHO, *STANDING, *ORIGIN, *SNAPSHOT)
ITEMS = (*WHO, Column("customer_state", str, 15), *ITEM, *ORIGIN, *SNAPSHOT)


def record(snapshot: Snapshot, standing: Standing, progress: Progress, gate: Collection[str]) -> Record:
    """A customer and its items. gate: the numbers of the gate's items."""
    facts = progress.facts
    said = as_json(standing) | {
        "customer": standing.slug,
        "kickoff": facts.kickoff,
        "next_due": progress.next_item.due if progress.next_item else None,
        "gate_done": progress.gate.done if progress.gate else None,
        "gate_total": progress.gate.total if progress.gate else None,
        "target_first_value": facts.target_first_value,
        "first_value": facts.achieved,
        "target_go_live": facts.target_go_live,
        "go_live": facts.go_live,
    }
    known = said | {"schema": SCHEMA, "workspace": snapshot.workspace, "commit": snapshot.commit}
    known |= {"snapshot_date": snapshot.day, "customer_state": progress.state}
    own = _row(CUSTOMERS, known)
    first, last = _row(ITEMS[: len(WHO) + 1], known), own[-len(ORIGIN + SNAPSHOT) :]
    # A path begins with a slash here, so that no id can be taken for one.
    stem = f"{standing.customer_id}/" if standing.customer_id else f"/{_stem(standing.path)}/"
    items = [(*first, *_item(entry, stem, gate, snapshot.day), *last) for entry in progress.items]
    return Record(own, items)


def _item(entry: ItemProgress, stem: str, gate: Collection[str], today: date) -> Row:
    late = (today - entry.due).days if entry.state == "overdue" and entry.due else None
    said = item_json(entry, lambda _item, _note: True)
    own = {"uid": f"{stem}{said['key']}", "due": entry.due, "done": entry.item.done, "overdue_days": late}
    return _row(ITEM, said | own | {"gate": entry.item.number in gate})


def _stem(path: str) -> str:
    """What tells a customer from others, in the archive or not: customers/archive/emea/acme.md -> emea/acme."""
    return path.removesuffix(".md").removeprefix("customers/").removeprefix("archive/")


def _row(columns: tuple[Column, ...], values: Mapping[str, Any]) -> Row:
    return tuple(whole(value) if isinstance(value := values[name], str) else value for name, _, _ in columns)


def by_name(columns: tuple[Column, ...], row: Row) -> dict[str, str | int | bool | None]:
    """A row for JSON."""
    return {
        column.name: value.isoformat() if isinstance(value, date) else value
        for column, value in zip(columns, row, strict=True)
    }
