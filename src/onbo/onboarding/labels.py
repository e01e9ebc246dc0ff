"""Naming what is set: LABEL, Section/Label, Label/2, Table/Row/Column -> the field or cell meant."""

from collections.abc import Iterator
from typing import NamedTuple

from onbo.document.model import Document, Field, Row, Table, normal
from onbo.errors import UsageError
from onbo.onboarding.near import near_or_all


class FieldTarget(NamedTuple):
    """part: 1 for a field's first answer."""

    field: Field
    part: int = 1


class CellTarget(NamedTuple):
    """row is None for a name that no row has yet."""

    table: Table
    row: Row | None
    name: str
    column: int


Target = FieldTarget | CellTarget


def split_setting(document: Document, setting: str) -> tuple[Target, str]:
    """As split_label, with the field or cell that the label names."""
    label, value = split_label(document, setting)
    return find_target(document, label), value


def split_label(document: Document, setting: str) -> tuple[str, str]:
    """LABEL=VALUE at the first `=` that leaves a label the document knows.

    Raises UsageError for an unknown or ambiguous label.
    """
    pieces = setting.split("=")
    if len(pieces) < 2:
        raise UsageError(f"{setting!r} has no `=`", hint='write "Kickoff Date=2026-03-12"')
    unknown: UsageError | None = None
    for count in range(1, len(pieces)):
        label, value = "=".join(pieces[:count]), "=".join(pieces[count:])
        try:
            find_target(document, label)
        except UsageError as error:
            if error.choices:
                raise
            unknown = unknown or error
        else:
            return label, value
    raise unknown or AssertionError(setting)


def find_target(document: Document, label: str) -> Target:
    """The field or cell of that name. Raises UsageError where there is none, or several."""
    wanted = normal(label)
    named = list(_field_names(document, wanted))
    if len(named) > 1:
        raise UsageError(
            f"there are {len(named)} fields {label!r}",
            path=document.source.path,
            hint="name the section too",
            choices=tuple(f"{target.field.section or ''}/{target.field.label}" for target in named),
        )
    if named:
        return named[0]
    cell = max(_cells(document, wanted, label), key=lambda c: len(c.table.name or "") - len(c.name), default=None)
    if cell is not None:
        return cell
    raise _unknown(document, label)


def _field_names(document: Document, wanted: str) -> Iterator[FieldTarget]:
    """Fields by label; else by section and label; a last `/2` is the part."""
    stem, _, number = wanted.rpartition("/")
    part = int(number) if stem and number.isdecimal() and len(number) < 3 else 1
    for name, index in ((wanted, 1), (stem, part)):
        if not name or (name == stem and part == 1 and number != "1"):
            continue
        plain = [field for field in document.fields if normal(field.label) == name]
        found = plain or [f for f in document.fields if normal(f"{f.section or ''}/{f.label}") == name]
        if found:
            yield from (FieldTarget(field, index) for field in found)
            return


def _cells(document: Document, wanted: str, label: str) -> Iterator[CellTarget]:
    """Every way to read Table/Row/Column; names may hold slashes themselves."""
    for table in document.tables:
        start = f"{normal(table.name or '')}/"
        if not wanted.startswith(start):
            continue
        for column, cell in enumerate(table.header.cells):
            end = f"/{normal(cell.text)}"
            if wanted.endswith(end) and len(wanted) > len(start) + len(end):
                name = wanted[len(start) : -len(end)]
                row = next((row for row in table.rows if row.cells and normal(row.cells[0].text) == name), None)
                yield CellTarget(table, row, _as_typed(label, name), column)


def _as_typed(label: str, name: str) -> str:
    """A row's name with the case that was typed."""
    words = " ".join(label.split())
    at = words.casefold().find(name)
    return words[at : at + len(name)] if at >= 0 else name


def _unknown(document: Document, label: str) -> UsageError:
    labels = list(dict.fromkeys(field.label for field in document.fields))
    none = "the file has no fields; write one as `**Kickoff Date:** 2026-03-12`"
    hint = near_or_all(label, labels) if labels else none
    return UsageError(f"no field or table cell {label!r}", path=document.source.path, hint=hint)
