"""Parquet: the datasets `items` and `customers`, partitioned by workspace and day as query engines expect it."""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from onbo.errors import UsageError
from onbo.present.export.exporter import Column, Export, Exporter, Product, Row, ThroughFile
from onbo.present.export.records import CUSTOMERS, ITEMS, by_name

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TYPES = {str: "VARCHAR", int: "INTEGER", bool: "BOOLEAN", date: "DATE"}
# What engines read from the path, and some refuse to find in the file as well.
IN_PATH = ("workspace", "snapshot_date")
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
# Nothing is fetched.
LOCAL: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
BATCH = 5_000


def products(export: Export, through_file: ThroughFile) -> Iterator[Product]:
    """One file a dataset, in the partition of the workspace and the day. Raises UsageError for names no path can have."""
    import duckdb

    workspace, day = export.snapshot.workspace, export.snapshot.day
    if not NAME.fullmatch(workspace):
        raise UsageError(
            f"the workspace's name {workspace!r} becomes part of a path", hint="give one of a-z, 0-9, - by --workspace"
        )
    with duckdb.connect(":memory:", config=LOCAL) as database:
        items, customers = _Table(database, "items", ITEMS), _Table(database, "customers", CUSTOMERS)
        for record in export.records:
            customers.add([record.customer])
            items.add(record.items)
        for table in (items, customers):
            data = through_file(table.write)
            yield Product(f"{table.name}/workspace={workspace}/snapshot_date={day}/{table.name}.parquet", data)


class _Table:
    """Rows on their way into a file; the database packs them, so all of them fit."""

    def __init__(self, database: "DuckDBPyConnection", name: str, columns: tuple[Column, ...]) -> None:
        self.database = database
        self.name = name
        self.columns = columns
        self.waiting: list[Row] = []
        kinds = {column.name: TYPES[column.kind] for column in columns if column.name not in IN_PATH}
        self.form = json.dumps([kinds])
        declared = ", ".join(f'"{column}" {kind}' for column, kind in kinds.items())
        database.execute(f"CREATE TABLE {name} ({declared})")

    def add(self, rows: list[Row]) -> None:
        self.waiting += rows
        if len(self.waiting) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        """As one JSON value: row by row takes hundreds of times as long."""
        rows = json.dumps([by_name(self.columns, row) for row in self.waiting])
        self.waiting = []
        into = f"INSERT INTO {self.name} SELECT unnest(from_json(?::JSON, ?), recursive := true)"
        self.database.execute(into, [rows, self.form])

    def write(self, folder: str) -> None:
        self._flush()
        path = f"{folder}/made".replace("'", "''")
        self.database.execute(f"COPY {self.name} TO '{path}' (FORMAT parquet, COMPRESSION zstd)")


EXPORTER = Exporter("parquet", products=products, needs="duckdb", extra="analytics", binary=True)
