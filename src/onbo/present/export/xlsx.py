"""Spreadsheets: a sheet of items and one of customers, with filters, a header that stays, and real dates."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any

from onbo.errors import UsageError
from onbo.present.export.exporter import Column, Export, Exporter, Row, ThroughFile, Value
from onbo.present.export.records import CUSTOMERS, ITEMS

MOST_ROWS = 1_048_576
LONGEST = 32_767  # UTF-16 units, as a cell counts
FIRST_DAY = date(1900, 3, 1)  # before it spreadsheets count a day that never was
# What XlsxWriter would write as marked-up XML, unescaped.
TAKEN_FOR_XML = re.compile(r"<r>.*</r>", re.DOTALL)
# Text stays text, whatever it looks like.
INERT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def pieces(export: Export, through_file: ThroughFile) -> Iterator[bytes]:
    yield through_file(lambda folder: _write(export, folder))


def _write(export: Export, folder: str) -> None:
    """The file `made`. Rows go to disk as they come."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]

    with Workbook(f"{folder}/made", {"constant_memory": True, "tmpdir": folder, **INERT}) as book:
        made = datetime.combine(export.snapshot.day, time(), UTC)
        book.set_properties({"title": "Customer onboarding", "created": made})
        items, customers = _Sheet(book, "Items", ITEMS), _Sheet(book, "Customers", CUSTOMERS)
        for record in export.records:
            customers.add([record.customer])
            items.add(record.items)
        for sheet in (items, customers):
            sheet.finish()


class _Sheet:
    """A sheet that is written from top to bottom. Neither of XlsxWriter's formats can be shared between books."""

    def __init__(self, book: Any, title: str, columns: tuple[Column, ...]) -> None:
        self.sheet = book.add_worksheet(title)
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self.last = len(columns) - 1
        self.rows = 0
        self.sheet.freeze_panes(1, 0)
        for index, column in enumerate(columns):
            self.sheet.set_column(index, index, column.width)
            self.sheet.write_string(0, index, column.name, book.add_format({"bold": True}))

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.rows += 1
            if self.rows >= MOST_ROWS:
                raise UsageError(
                    f"a sheet takes {MOST_ROWS:,} rows and there are more", hint="name some customers, or take csv"
                )
            for index, value in enumerate(row):
                self._cell(index, value)

    def _cell(self, column: int, value: Value) -> None:
        if value is None or value == "":
            return
        if isinstance(value, bool):
            self.sheet.write_boolean(self.rows, column, value)
        elif isinstance(value, int):
            self.sheet.write_number(self.rows, column, value)
        elif isinstance(value, date) and value >= FIRST_DAY:
            self.sheet.write_datetime(self.rows, column, datetime.combine(value, time()), self.day)
        else:
            text = value.isoformat() if isinstance(value, date) else fitting(value)
            self.sheet.write_string(self.rows, column, text)

    def finish(self) -> None:
        self.sheet.autofilter(0, 0, self.rows, self.last)


def fitting(text: str) -> str:
    """Text as a cell can hold it, cut with an ellipsis where it is longer."""
    units = text.encode("utf-16-le")
    if len(units) > LONGEST * 2:
        text = units[: (LONGEST - 1) * 2].decode("utf-16-le", "ignore") + "…"
    return f"'{text}" if TAKEN_FOR_XML.fullmatch(text) else text


EXPORTER = Exporter("xlsx", pieces, needs="xlsxwriter", extra="xlsx", binary=True)
