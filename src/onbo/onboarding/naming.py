"""What a typed name can mean: LABEL, Section/Label, Label/2, Table/Row/Column -> the fields and cells so called.

Titles of enclosing sections may come first, outermost first, as many as it takes: `Month 1/Usage/Logins/Value`. A
leading slash says that they are all there: `/Owner` is in no section. Where titles do not help, `#2` behind a name is
the second of that name: `Usage/Logins#2/Value`. Something whose real name is `Logins#2` takes precedence.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from onbo.document.identity import TableKey, normal, table_keys
from onbo.document.model import Document, Field, Row, Table
from onbo.document.syntax import unescape

Thing = TypeVar("Thing")


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


def find_fields(document: Document, name: str) -> list[Field]:
    """The fields of that name: a label, with titles of sections before it or without."""
    wanted = normal(name)
    found = [field for field in document.fields if _is_named(wanted, field.path, field.label)]
    stem, number = _numbered(wanted)
    if found or number is None:
        return found
    same = [field for field in document.fields if _is_named(stem, field.path, field.label)]
    return _nth(same, number) if len({_name(field.path, field.label) for field in same}) == 1 else []


def find_tables(document: Document, name: str) -> list[Table]:
    """The tables of that name, with titles of sections before it or without."""
    wanted = normal(name)
    found = [table for table in document.tables if _is_table(wanted, table)]
    stem, number = _numbered(wanted)
    if found or number is None:
        return found
    same = [table for table in document.tables if _is_table(stem, table)]
    return _nth(same, number) if len({_name(table.path, table.name or "") for table in same}) == 1 else []


def readings(document: Document, label: str) -> list[Target]:
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


def _name(path: Sequence[str], name: str) -> tuple[str, ...]:
    """What fields, or tables, have in common that only a number tells apart."""
    return tuple(map(normal, (*path, name)))


def _is_named(wanted: str, path: Sequence[str], name: str) -> bool:
    """Whether a name, with titles of sections before it or without, is the one wanted."""
    last = normal(name)
    if not wanted.endswith(last):
        return False
    return "" in _behind_titles(wanted[: len(wanted) - len(last)], path)


def _is_table(wanted: str, table: Table) -> bool:
    name = table.name or ""
    return _is_named(wanted, table.path, name) or (
        is_named_by_section(table) and _is_named(wanted, table.path[:-1], name)
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
    numbers = _table_numbers(document) if "#" in wanted else {}
    for table in document.tables:
        rests = _behind(wanted, table, normal(table.name or ""))
        if table.line in numbers:
            rests |= _behind(wanted, table, numbers[table.line])
        for rest in rests:
            for column in range(len(table.header.cells)):
                for end in {f"/{normal(name)}" for name in column_names(table, column)}:
                    if rest.endswith(end) and len(rest) > len(end):
                        name = rest[: -len(end)]
                        for row in _rows(table, name):
                            yield CellTarget(table, row, _as_typed(label, name), column)


def _table_numbers(document: Document) -> dict[int, str]:
    """By their lines, the tables that share name and sections, as `usage#2`; real names come before these."""
    keys: dict[int, TableKey] = {table.line: key for key, table in table_keys(document)}
    several = {(key.path, key.name) for key in keys.values() if key.repeat > 1}
    real = {key.name for key in keys.values()}
    numbered = {line: f"{key.name}#{key.repeat}" for line, key in keys.items() if (key.path, key.name) in several}
    return {line: name for line, name in numbered.items() if name not in real}


def column_names(table: Table, column: int) -> list[str]:
    """A column's name; with its number too where there are several of it."""
    names = [normal(cell.text) for cell in table.header.cells]
    own, shown = names[column], table.header.cells[column].text
    numbered = f"{shown}#{names[: column + 1].count(own)}"
    return [shown, numbered] if names.count(own) > 1 and normal(numbered) not in names else [shown]


def _behind(wanted: str, table: Table, name: str) -> set[str]:
    """What stands behind the table's name, with titles of sections before it or without."""
    start = f"{name}/"
    rests = {wanted} if table.name is None else _behind_titles(wanted, table.path)
    if is_named_by_section(table):
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
    """A row's name with the case that was typed; it stands before the column, which comes last."""
    parts = label.split("/")
    typed = ("/".join(parts[start:end]) for end in range(len(parts) - 1, 0, -1) for start in range(end))
    return next((" ".join(text.split()) for text in typed if normal(text) == name), name)


def is_named_by_section(table: Table) -> bool:
    return bool(table.path) and table.path[-1] == table.name
