"""Naming what is set: LABEL=VALUE -> the field or cell meant, and a name for each where several could be meant."""

from collections.abc import Iterable, Iterator, Sequence

from onbo.document.identity import field_key, normal, table_key
from onbo.document.model import Document, Field, Table
from onbo.errors import UsageError
from onbo.onboarding.naming import (
    CellTarget,
    FieldTarget,
    Target,
    column_names,
    find_tables,
    is_named_by_section,
    readings,
)
from onbo.onboarding.near import near_or_all

# More than that are not listed.
MOST_CHOICES = 12


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
        raise UsageError(f"{setting!r} has no `=`", hint='put the whole setting in quotes: "Kickoff Date=2026-03-12"')
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
    """The field or cell of that name. Raises UsageError where there is none, or several, with a name for each."""
    found = readings(document, label)
    if not found:
        raise _unknown(document, label)
    if len(found) > 1:
        kinds = "fields" if all(isinstance(target, FieldTarget) for target in found) else "table cells"
        kinds = kinds if len({type(target) for target in found}) == 1 else "fields and table cells"
        listed = [_choice(document, target) for target in found[:MOST_CHOICES]]
        raise _ambiguous(document, label, f"{len(found)} {kinds}", listed)
    return found[0]


def field_name(document: Document, field: Field) -> str:
    """The shortest name that means this field and no other; its label, which means several, where there is none."""
    names = _with_numbered(_names(field.path, field.label), field_key(document, field).repeat)
    return next((name for name in names if readings(document, name) == [FieldTarget(field)]), field.label)


def table_name(document: Document, table: Table) -> str:
    """The shortest name that means this table and no other; the name it shares with others, where there is none."""
    names = _with_numbered(_table_names(table), table_key(document, table).repeat)
    return next((name for name in names if find_tables(document, name) == [table]), table.name or "")


def ambiguous_tables(document: Document, message: str, tables: Sequence[Table], hint: str) -> UsageError:
    """The error that there are several tables where one is needed, with a name for each."""
    return _error(
        document, message, [(table_name(document, table), table.line) for table in tables[:MOST_CHOICES]], hint
    )


def ambiguous_fields(document: Document, label: str, fields: Sequence[Field]) -> UsageError:
    """The error that several fields of one label are called for where one is needed, with a name for each."""
    listed = [_choice(document, FieldTarget(field)) for field in fields[:MOST_CHOICES]]
    return _ambiguous(document, label, f"{len(fields)} fields", listed)


def _ambiguous(document: Document, label: str, what: str, choices: Sequence[tuple[str, int]]) -> UsageError:
    return _error(document, f"{label!r} matches {what}", choices, "name one of these")


def _error(document: Document, message: str, choices: Sequence[tuple[str, int]], hint: str) -> UsageError:
    return UsageError(
        message,
        path=document.source.path,
        hint=hint,
        choices=tuple(f"{name}  (line {line})" for name, line in choices),
    )


def _choice(document: Document, target: Target) -> tuple[str, int]:
    """A name that means just this, or several where there is none; and its line."""
    if isinstance(target, FieldTarget):
        part = f"/{target.part}" if target.part > 1 else ""
        return f"{field_name(document, target.field)}{part}", target.field.line
    row, column = _as_shown(target), column_names(target.table, target.column)[-1]
    for table in _with_numbered(_table_names(target.table), table_key(document, target.table).repeat):
        name = f"{table}/{row}/{column}"
        match readings(document, name):
            case [CellTarget(where, place, _, at)] if (where, place, at) == (target.table, target.row, target.column):
                return name, target.line
    return f"{target.table.name or ''}/{target.name}/{column}", target.line


def _as_shown(target: CellTarget) -> str:
    """The row's name, with its number where the table has several of it."""
    if target.row is None:
        return target.name
    name = target.row.cells[0].text
    same = [row for row in target.table.rows if row.cells and normal(row.cells[0].text) == normal(name)]
    return f"{name}#{same.index(target.row) + 1}" if len(same) > 1 else name


def _names(path: Sequence[str], name: str) -> Iterator[str]:
    """A name, then with more and more titles of enclosing sections, then with a slash before all of them."""
    yield name
    for count in range(1, len(path) + 1):
        yield "/".join([*path[-count:], name])
    yield "/".join(["", *path, name])


def _with_numbered(names: Iterable[str], repeat: int) -> Iterator[str]:
    """The names, then the last two, which have the most titles, as those of the n-th so called."""
    listed = list(names)
    yield from listed
    yield from (f"{name}#{repeat}" for name in listed[-2:])


def _table_names(table: Table) -> Iterator[str]:
    """As `_names`; a table that is called what its section is called has that title once."""
    return _names(table.path[:-1] if is_named_by_section(table) else table.path, table.name or "")


def _unknown(document: Document, label: str) -> UsageError:
    labels = list(dict.fromkeys(field.label for field in document.fields))
    none = "the file has no fields; write one as `**Kickoff Date:** 2026-03-12`"
    hint = near_or_all(label, labels) if labels else none
    return UsageError(f"no field or table cell {label!r}", path=document.source.path, hint=hint)
