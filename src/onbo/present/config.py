"""The settings in force, as a table."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

from onbo.present.text import Piece, Table


class InForce(Protocol):
    """A setting with its value and where it comes from."""

    @property
    def name(self) -> str: ...
    @property
    def value(self) -> Any: ...
    @property
    def source(self) -> str: ...
    @property
    def what(self) -> str: ...
    @property
    def path(self) -> str | None: ...
    @property
    def line(self) -> int | None: ...


def table(found: Sequence[InForce], *, whole: bool) -> Table:
    columns = ("Setting", "Value", "From", *(("What it does",) if whole else ()))
    return Table(columns, tuple(_row(entry, whole=whole) for entry in found))


def _row(entry: InForce, *, whole: bool) -> tuple[Piece, ...]:
    own = entry.source != "default"
    source = f"{entry.path}:{entry.line}" if entry.path and entry.line else entry.path or entry.source
    cells = (
        Piece(entry.name, "strong" if own else ""),
        Piece("-" if entry.value is None else written(entry.value), "" if own else "muted"),
        Piece(source, "" if own else "muted"),
    )
    return (*cells, Piece(entry.what, "muted")) if whole else cells


def written(value: Any) -> str:
    """As TOML has it; a text bare, as the environment has it.

    >>> written(["sat", "sun"])
    '["sat", "sun"]'
    """
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(json.dumps(entry) if isinstance(entry, str) else written(entry) for entry in value)}]"
    return json.dumps(value)
