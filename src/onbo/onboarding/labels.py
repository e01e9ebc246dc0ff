"""Naming what is set: LABEL, Section/Label, Label/2, Table/Row/Column -> the field or cell meant.

Titles of enclosing sections may come first, outermost first, as many as it takes: `Month 1/Usage/Logins/Value`. A
leading slash says that they are all there: `/Owner` is in no section. Where titles do not help, `#2` behind a name is
the second of that name: `Usage/Logins#2/Value`. Something whose real name is `Logins#2` takes precedence.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from onbo.document.model import Document, Field, Row, Table, normal
from onbo.document.syntax import unescape
from onbo.errors import UsageError
from onbo.onboarding.near import near_or_all

Thing = TypeVar("Thing")
# More than that are not listed.
MOST_CHOICES = 20


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

    @property
    def line(self) -> int:
        return self.row.line if self.row is not None else self.table.line


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
    """The field or cell of that name. Raises UsageError where there is none, or several, with a name for each."""
    found = _readings(document, label)
    if not found:
        raise _unknown(document, label)
    if len(found) > 1:
        kinds = "fields" if all(isinstance(target, FieldTarget) for target in found) else "table cells"
        kinds = kinds if len({type(target) for target in found}) == 1 else "fields and table cells"
        listed = [_choice(document, target) for target in found[:MOST_CHOICES]]
        raise _ambiguous(document, label, f"{len(found)} {kinds}", listed)
    return found[0]


def find_fields(document: Document, name: str) -> list[Field]:
    """The fields of that name: a label, with titles of sections before it or without."""
    wanted = normal(name)
    found = [field for field in document.fields if _is_named(wanted, field.path, field.label)]
    stem, number = _numbered(wanted)
    if found or number is None:
        return found
    same = [field for field in document.fields if _is_named(stem, field.path, field.label)]
    return _nth(same, number) if len({field.path for field in same}) == 1 else []


def find_tables(document: Document, name: str) -> list[Table]:
    """The tables of that name, with titles of sections before it or without."""
    wanted = normal(name)
    found = [table for table in document.tables if _is_table(wanted, table)]
    stem, number = _numbered(wanted)
    if found or number is None:
        return found
    same = [table for table in document.tables if _is_table(stem, table)]
    return _nth(same, number) if len({table.path for table in same}) == 1 else []


def field_name(document: Document, field: Field) -> str:
    """The shortest name that means this field and no other."""
    *names, full = _names(field.path, field.label)
    for name in (*names, full):
        if _readings(document, name) == [FieldTarget(field)]:
            return name
    same = [other for other in document.fields if (other.path, other.label) == (field.path, field.label)]
    return f"{names[-1]}#{same.index(field) + 1}"


def table_name(document: Document, table: Table) -> str:
    """The shortest name that means this table and no other."""
    *names, full = _table_names(table)
    for name in (*names, full):
        if find_tables(document, name) == [table]:
            return name
    same = [other for other in document.tables if (other.path, other.name) == (table.path, table.name)]
    return f"{names[-1]}#{same.index(table) + 1}"


def ambiguous_tables(document: Document, message: str, tables: Sequence[Table], hint: str) -> UsageError:
    """The error that there are several tables where one is needed, with a name for each."""
    return _error(document, message, [(table_name(document, table), table.line) for table in tables], hint)


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
    """A name that means just this, and its line."""
    if isinstance(target, FieldTarget):
        part = f"/{target.part}" if target.part > 1 else ""
        return f"{field_name(document, target.field)}{part}", target.field.line
    tables = [*_table_names(target.table), table_name(document, target.table)]
    row, column = _as_shown(target), _column_names(target.table, target.column)[-1]
    for table in tables:
        found = _readings(document, f"{table}/{row}/{column}")
        if [one[:2] for one in found] == [target[:2]] and found[0][-1] == target.column:
            return f"{table}/{row}/{column}", target.line
    return f"{tables[-1]}/{row}/{column}", target.line


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


def _table_names(table: Table) -> Iterator[str]:
    """As `_names`; a table that is called what its section is called has that title once."""
    return _names(table.path[:-1] if _is_named_by_section(table) else table.path, table.name or "")


def _is_named_by_section(table: Table) -> bool:
    return bool(table.path) and table.path[-1] == table.name


def _readings(document: Document, label: str) -> list[Target]:
    """What a name can mean. A row that is there comes before one to be added; a part after all else."""
    cells = list(_cells(document, label))
    there = [cell for cell in cells if cell.row is not None]
    found: list[Target] = [FieldTarget(field) for field in find_fields(document, label)]
    found += there
    if found:
        return found
    stem, _, number = label.rpartition("/")
    if stem and number.isdecimal() and len(number) < 3 and int(number):
        found += [FieldTarget(field, int(number)) for field in find_fields(document, stem)]
    shortest = min((len(cell.name) for cell in cells), default=0)
    return found or [cell for cell in cells if len(cell.name) == shortest]


def _is_named(wanted: str, path: Sequence[str], name: str) -> bool:
    """Whether a name, with titles of sections before it or without, is the one wanted."""
    last = normal(name)
    if not wanted.endswith(last):
        return False
    return "" in _behind_titles(wanted[: len(wanted) - len(last)], path)


def _is_table(wanted: str, table: Table) -> bool:
    name = table.name or ""
    return _is_named(wanted, table.path, name) or (
        _is_named_by_section(table) and _is_named(wanted, table.path[:-1], name)
    )


def _behind_titles(text: str, path: Sequence[str]) -> set[str]:
    """What is left of a text behind any of the titles, in their order, each with a slash; behind all, if it begins so.

    >>> sorted(_behind_titles("a/b/c", ["A", "B"])), _behind_titles("/a/b/c", ["A", "B"])
    (['a/b/c', 'b/c', 'c'], {'c'})
    """
    if text.startswith("/"):
        start = "".join(f"/{normal(title)}" for title in path) + "/"
        return {text[len(start) :]} if text.startswith(start) else set()
    rests = {text}
    for title in path:
        start = f"{normal(title)}/"
        rests |= {rest[len(start) :] for rest in rests if rest.startswith(start)}
    return rests


def _cells(document: Document, label: str) -> Iterator[CellTarget]:
    """Every way to read Table/Row/Column; names may hold slashes themselves."""
    wanted = normal(label)
    for table in document.tables:
        for rest in {rest for start in _starts(document, table) for rest in _behind(wanted, table, start)}:
            for column in range(len(table.header.cells)):
                for end in {f"/{normal(name)}" for name in _column_names(table, column)}:
                    if rest.endswith(end) and len(rest) > len(end):
                        name = rest[: -len(end)]
                        for row in _rows(table, name):
                            yield CellTarget(table, row, _as_typed(label, name), column)


def _column_names(table: Table, column: int) -> list[str]:
    """A column's name; with its number too where there are several of it."""
    names = [normal(cell.text) for cell in table.header.cells]
    own, shown = names[column], table.header.cells[column].text
    numbered = f"{shown}#{names[: column + 1].count(own)}"
    return [shown, numbered] if names.count(own) > 1 and normal(numbered) not in names else [shown]


def _starts(document: Document, table: Table) -> Iterator[str]:
    """What a table may be called: its name, and its name with its number among those of the same sections."""
    yield f"{normal(table.name or '')}/"
    same = [other for other in document.tables if (other.path, other.name) == (table.path, table.name)]
    if len(same) > 1:
        yield f"{normal(table.name or '')}#{same.index(table) + 1}/"


def _behind(wanted: str, table: Table, start: str) -> set[str]:
    """What stands behind the table's name, with titles of sections before it or without."""
    rests = {wanted} if table.name is None else _behind_titles(wanted, table.path)
    if _is_named_by_section(table):
        rests |= _behind_titles(wanted, table.path[:-1])
    return {rest[len(start) :] for rest in rests if rest.startswith(start)}


def _rows(table: Table, name: str) -> Sequence[Row | None]:
    """The rows whose first cell says so, as it is typed or as Markdown has it; else the n-th of a repeated name.

    None is a row to be added. Of a repeated name there is no row behind the last.
    """
    for wanted in dict.fromkeys([name, normal(unescape(name))]):
        found = [row for row in table.rows if row.cells and normal(row.cells[0].text) == wanted]
        if found:
            return found
    stem, number = _numbered(name)
    same = [row for row in table.rows if row.cells and normal(row.cells[0].text) == stem]
    if number is None or len(same) < 2:
        return [None]
    return _nth(same, number)


def _numbered(name: str) -> tuple[str, int | None]:
    """`Logins#2` -> Logins and 2."""
    stem, _, number = name.rpartition("#")
    return (stem, int(number)) if number.isdecimal() and number.isascii() and len(number) < 4 else (name, None)


def _nth(found: "list[Thing]", number: int) -> "list[Thing]":
    """The n-th of several; none where there are no several."""
    return found[number - 1 : number] if len(found) > 1 and number > 0 else []


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
