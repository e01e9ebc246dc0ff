"""Parquet: the datasets `items` and `customers`, partitioned by workspace and day as query engines expect it."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date

from onbo.errors import UsageError
from onbo.present.export.exporter import Column, Export, Exporter, Product, Row, ThroughFile
from onbo.present.export.records import CUSTOMERS, ITEMS, by_name

TYPES = {str: "VARCHAR", int: "INTEGER", bool: "BOOLEAN", date: "DATE"}
# Engines read these from the path, and some refuse to find them in the file as well.
IN_PATH = ("workspace", "snapshot_date")
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
# Nothing is fetched.
LOCAL: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
LARGEST = 16 * 1024 * 1024  # what a line may take, unless one takes more


def products(export: Export, through_file: ThroughFile) -> Iterator[Product]:
    """One file a dataset, in the partition of workspace and day. Raises UsageError for a name that no path can have."""
    workspace, day = export.snapshot.workspace, export.snapshot.day
    if not NAME.fullmatch(workspace):
        raise UsageError(
            f"the workspace's name {workspace!r} becomes part of a path",
            hint="give one of letters, digits, - and _ with --workspace",
        )
    customers: list[Row] = []

    def items() -> Iterator[Row]:
        for record in export.records:
            customers.append(record.customer)
            yield from record.items

    for name, columns, rows in (("items", ITEMS, items()), ("customers", CUSTOMERS, customers)):
        path = f"{name}/workspace={workspace}/snapshot_date={day}/{name}.parquet"
        yield Product(path, _packed(columns, rows, through_file))


def _packed(columns: tuple[Column, ...], rows: Iterable[Row], through_file: ThroughFile) -> bytes:
    """The rows as one file, by way of JSON on disk: the database reads that in bits, and no row is held."""
    longest = LARGEST

    def lines() -> Iterator[bytes]:
        nonlocal longest
        for row in rows:
            line = json.dumps(by_name(columns, row)).encode() + b"\n"
            longest = max(longest, len(line))
            yield line

    def pack(folder: str) -> None:
        import duckdb

        where = folder.replace("'", "''")
        kinds = json.dumps({column.name: TYPES[column.kind] for column in columns if column.name not in IN_PATH})
        form = f"format = 'newline_delimited', columns = {kinds}, maximum_object_size = {longest}"
        with duckdb.connect(":memory:", config=LOCAL) as database:
            source = f"FROM read_json('{where}/given', {form})"
            database.execute(f"COPY ({source}) TO '{where}/made' (FORMAT parquet, COMPRESSION zstd)")

    return through_file(pack, lines())


EXPORTER = Exporter("parquet", products=products, needs="duckdb", extra="analytics", binary=True)
