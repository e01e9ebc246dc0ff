"""CSV: one row an item, RFC 4180, with no cell that a spreadsheet takes for a formula."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date

from onbo.present.export.exporter import Export, Exporter, Row, ThroughFile, Value
from onbo.present.export.records import ITEMS

# OWASP, "CSV Injection": what begins a formula at the beginning of a cell, the full-width forms too. Where a comma
# is the decimal mark, spreadsheets take a semicolon for the end of a cell and do not see our quotes: so behind one,
# or behind a tab or a line end, as well.
FORMULA = "=+\\-@\uff1d\uff0b\uff0d\uff20"
DANGEROUS = re.compile(rf'^(?=[{FORMULA}\t\r\n])|(?<=[;\t\r\n])(?=[ "]*[{FORMULA}])')


def pieces(export: Export, _: ThroughFile) -> Iterator[bytes]:
    """A line with the columns' names, then the rows, customer by customer."""
    if export.bom:
        yield b"\xef\xbb\xbf"
    yield _lines([tuple(column.name for column in ITEMS)])
    for record in export.records:
        yield _lines(record.items)


def _lines(rows: list[Row]) -> bytes:
    text = io.StringIO(newline="")
    plain, quoted = csv.writer(text), csv.writer(text, quoting=csv.QUOTE_ALL)
    for row in rows:
        # In the log of a CI service a line that begins with `::` would be a command: see `present.ci`.
        colon = isinstance(row[0], str) and row[0].lstrip().startswith(":")
        (quoted if colon else plain).writerow([_cell(value) for value in row])
    return text.getvalue().encode()


def _cell(value: Value) -> Value:
    if isinstance(value, str):
        return inert(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else value


def inert(text: str) -> str:
    """=1+1 -> '=1+1"""
    return DANGEROUS.sub("'", text)


EXPORTER = Exporter("csv", pieces)
