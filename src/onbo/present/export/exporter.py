"""What an export is made of, and what a format has to offer. Values and functions from values to bytes."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import NamedTuple, Protocol

SCHEMA = 1
Value = str | int | bool | date | None
Row = tuple[Value, ...]
NOT_UTF_8 = re.compile("[\ud800-\udfff]")


class Column(NamedTuple):
    """kind: str, int, bool or date; any cell may be None. width: characters that most cells need."""

    name: str
    kind: type
    width: int


class Snapshot(NamedTuple):
    """Where and when: the workspace's name, the commit that HEAD names (None where there is none), and today."""

    workspace: str
    commit: str | None
    day: date


class Record(NamedTuple):
    """A customer and its items: rows with the columns CUSTOMERS and ITEMS of `records`."""

    customer: Row
    items: list[Row]


class Export(NamedTuple):
    """records come one by one, for formats that need not hold them. bom: begin with a byte order mark."""

    snapshot: Snapshot
    records: Iterator[Record]
    bom: bool = False


class Product(NamedTuple):
    """A file of a format that makes several. path: below the directory asked for, with slashes."""

    path: str
    data: bytes


class ThroughFile(Protocol):
    """For libraries that read and write paths alone: gives the bytes of the file `made` that `fill` leaves.

    fill   is called with the path of a new directory
    given  goes into a file of that name there, before
    """

    def __call__(self, fill: Callable[[str], object], given: Iterable[bytes] = ()) -> bytes: ...


class Exporter(NamedTuple):
    """A format: with `pieces` or with `products`.

    name      as given to --format; files are named so too, as in items.csv
    pieces    the bytes of one file; of text, whole lines
    products  the files of a directory
    needs     the module that it imports when it runs
    extra     the extra of onbo that brings it
    binary    no text for a terminal
    """

    name: str
    pieces: Callable[[Export, ThroughFile], Iterable[bytes]] | None = None
    products: Callable[[Export, ThroughFile], Iterable[Product]] | None = None
    needs: str | None = None
    extra: str | None = None
    binary: bool = False

    @property
    def suffix(self) -> str:
        return f".{self.name}"


@cache
def exporters() -> dict[str, Exporter]:
    """Every format by name."""
    package = __name__.rpartition(".")[0]
    modules = [import_module(f"{package}.{found.name}") for found in iter_modules(import_module(package).__path__)]
    found = [module.EXPORTER for module in modules if hasattr(module, "EXPORTER")]
    return {exporter.name: exporter for exporter in sorted(found, key=lambda exporter: exporter.name)}


def whole(text: str) -> str:
    """The text with bytes that were not UTF-8 as U+FFFD: half a surrogate pair fits into no format."""
    return text if text.isascii() else NOT_UTF_8.sub("\ufffd", text)
