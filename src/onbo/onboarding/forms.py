"""What the template of a copy says of its fields and cells: their types, their forms, and which of them are filled.

Brackets are also what people type: `[call Bob]`. What the template's snapshot has is a form. Where no snapshot tells,
brackets count as a form only where they look like one, and what is in doubt is left alone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

from onbo.document.identity import FieldKey, TableKey, field_keys, table_keys
from onbo.document.model import Cell, Document, Field, Row, Table
from onbo.document.source import Span
from onbo.document.words import is_notes_form, is_one_placeholder, placeholder_spans, quoted_words
from onbo.onboarding import settings as known
from onbo.onboarding.answers import Model, Part, Sheet, answers, is_rewritten, model_of, parts, placeholders, sheet_of
from onbo.onboarding.field_types import DATE, KINDS, NOTES, TEXT, FieldType, looks_like_a_form, looks_like_a_prototype
from onbo.onboarding.settings import Settings

# Of the rows of a template's table that could tell of a cell, so many are looked at.
MOST_LOOKED_AT = 100
Key = FieldKey | TableKey
Thing = TypeVar("Thing", Field, Table)


class Forms:
    """What the template says of the fields and cells of a copy, or of a plain file what can still be seen."""

    def __init__(
        self, document: Document, template: Document | None, declared: Mapping[str, Any], settings: Settings
    ) -> None:
        self.document = document
        self.template = template
        self.declared = declared
        self._known: dict[int, tuple[Part, ...]] = {}
        # Of tables, by their lines.
        self._shapes: dict[int, _Shape] = {}
        self._places: dict[int, dict[int, int]] = {}
        self.dates = {settings.label(label) for label in known.DATE_LABELS} | set(known.DATE_LABELS)

    # --- Fields ---

    def of(self, field: Field) -> tuple[Part, ...]:
        """A field's answers; one for a notes field."""
        if field.line not in self._known:
            self._known[field.line] = self._read(field)
        return self._known[field.line]

    def _read(self, field: Field) -> tuple[Part, ...]:
        if field.notes:
            return (Part(field.span, field.value, NOTES, self.filled(field)),)
        model = self._model(field)
        kind = self._kind(field.label, model.types[0] if model else TEXT)
        return self._typed(field.label, answers(self.document, field.span, model, kind))

    def _typed(self, label: str, found: tuple[Part, ...]) -> tuple[Part, ...]:
        """With what the label and the template's front matter say of the first answer's type."""
        first, *rest = found
        return (first._replace(type=self._kind(label, first.type)), *rest)

    def _kind(self, label: str, kind: FieldType) -> FieldType:
        if label in self.dates and kind.kind != "date":
            kind = DATE
        return self._as_declared(label, kind)

    def type(self, field: Field) -> FieldType:
        return self.of(field)[0].type

    def sheet(self, field: Field) -> Sheet:
        """What an answer to the field is written into."""
        found, model = self.of(field), self._model(field)
        origin = self.origin(field)
        if (
            model is None
            or origin is None
            or self.template is None
            or not is_rewritten(self.document, field.span, model, found)
        ):
            return sheet_of(self.document, field.span, found)
        form = parts(self.template, origin.span, model)
        return sheet_of(self.template, origin.span, self._typed(field.label, form))._replace(replaced=True)

    def filled(self, field: Field) -> bool:
        """Whether there is a value with no placeholder left in it, or notes that are more than the template's."""
        form = self._notes_form(field)
        if form is None or self.template is None:
            return field.filled
        own = self._quoted(self.document, field)
        return bool(own) and (own != form or not placeholder_spans(form, self.template.references))

    def unfilled(self) -> tuple[Field, ...]:
        return tuple(field for field in self.document.fields if not self.filled(field))

    def is_untouched(self, field: Field) -> bool:
        """Whether a notes field still is its form, one placeholder and no more, so that notes may take its place."""
        form, own = self._notes_form(field), self._quoted(self.document, field)
        if form is None or self.template is None:
            return is_notes_form(own, self.document.references)
        return own == form and is_one_placeholder(form, self.template.references)

    def _notes_form(self, field: Field) -> str | None:
        """What the quote of the template's field says; None where it is not known."""
        origin = self.origin(field) if field.notes else None
        return (
            None if origin is None or self.template is None or not origin.notes else self._quoted(self.template, origin)
        )

    def _quoted(self, document: Document, field: Field) -> str:
        source = document.source
        first, last = source.line_at(field.span.start), source.line_at(max(field.span.start, field.span.end - 1))
        return quoted_words(source.texts[first - 1 : last])

    def origin(self, field: Field) -> Field | None:
        """The template's field of that label: in the same sections, else in one so called, else the first.

        Of several of one label in the same sections, the one whose place among them is the field's.
        """
        return self._origins.get(field.line)

    @cached_property
    def _origins(self) -> Mapping[int, Field]:
        return _origins(field_keys(self.document), field_keys(self.template)) if self.template is not None else {}

    def _model(self, field: Field) -> Model | None:
        origin = self.origin(field)
        return None if origin is None or self.template is None else model_of(self.template, origin.span)

    def _as_declared(self, label: str, found: FieldType) -> FieldType:
        spec = self.declared.get(label)
        if not isinstance(spec, dict):
            return found
        kind = spec.get("type", found.kind)
        within = spec.get("within_days", found.within_days)
        options = spec.get("options")
        return FieldType(
            kind if kind in KINDS else found.kind,
            tuple(str(option) for option in options) if isinstance(options, list) else found.options,
            within if isinstance(within, int) else None,
            spec.get("optional", found.optional) is True,
            100 if kind == "percent" else found.high,
        )

    # --- Tables ---

    def table(self, table: Table) -> Table | None:
        """As `origin`, by the table's name."""
        return self._table_origins.get(table.line)

    @cached_property
    def _table_origins(self) -> Mapping[int, Table]:
        return _origins(table_keys(self.document), table_keys(self.template)) if self.template is not None else {}

    def prototype(self, table: Table) -> tuple[str, ...]:
        """The cells of a new row: those of the template's first prototype row, else empty."""
        origin = self.table(table)
        row = next(iter(self._shape(origin).prototypes), None) if origin is not None else None
        if row is not None and self.template is not None:
            return tuple(self.template.source.text(cell.span) for cell in row.cells)
        return ("",) * len(table.header.cells)

    def _shape(self, origin: Table) -> "_Shape":
        """What a table of the template says, looked up once for all rows of the copy's."""
        if origin.line not in self._shapes:
            self._shapes[origin.line] = _Shape(origin, self.template)
        return self._shapes[origin.line]

    def is_prototype(self, table: Table, row: Row) -> bool:
        """Whether a row counts as empty: it still is what the template has, or, where no template tells, looks so."""
        if not _is_all_placeholders(self.document, row):
            return False
        origin = self.table(table)
        if origin is None:
            header = [cell.text for cell in table.header.cells]
            return looks_like_a_prototype([cell.text for cell in row.cells], header)
        return self._shape(origin).is_prototype(frozenset([cell.text for cell in row.cells]))

    def is_empty_cell(self, table: Table, row: Row, column: int) -> bool:
        """Whether a cell says nothing yet: there is none, it is blank, or it still is its form."""
        if column >= len(row.cells) or not row.cells[column].text:
            return True
        cell = row.cells[column]
        if not _is_placeholder(self.document, cell):
            return False
        origin = self.table(table)
        if origin is None:
            return self._looks_like_a_form(table, row, column)
        return cell.text in self._shape(origin).texts

    def _looks_like_a_form(self, table: Table, row: Row, column: int) -> bool:
        header = table.header.cells
        name = header[column].text if column < len(header) else ""
        return looks_like_a_form(row.cells[column].text[1:-1], name)

    def cell(self, table: Table, row: Row, column: int) -> Part:
        """What a cell asks for: by its own form, else by the template's row of that name, or its prototype."""
        return self._cell(table, row, column)[0]

    def cell_sheet(self, table: Table, row: Row | None, column: int) -> Sheet:
        """What an answer to a cell is written into; of a row to be added, the template's form."""
        shape = row if row is not None else self.new_row_shape(table)
        if row is not None and column < len(row.cells):
            part, model = self._cell(table, row, column)
            if model is None or not is_rewritten(self.document, row.cells[column].span, model, (part,)):
                return sheet_of(self.document, row.cells[column].span, (part,))
        form = self._cell_form(table, shape, column)
        if form is None or self.template is None:
            return Sheet(
                b"", (Part(Span(0, 0), "", self.cell(table, shape, column).type, filled=False),), replaced=True
            )
        model = model_of(self.template, form.span)
        return sheet_of(self.template, form.span, parts(self.template, form.span, model)[:1])._replace(replaced=True)

    def new_row_shape(self, table: Table) -> Row:
        """The row that tells what the cells of a new one take."""
        return table.rows[-1] if table.rows else table.header

    def _cell(self, table: Table, row: Row, column: int) -> tuple[Part, Model | None]:
        """The answer in a cell, and the form that the template has for it."""
        form = self._cell_form(table, row, column)
        model = model_of(self.template, form.span) if form is not None and self.template is not None else None
        if column >= len(row.cells):
            return Part(Span(0, 0), "", model.types[0] if model else TEXT, filled=False), model
        return answers(self.document, row.cells[column].span, model, model.types[0] if model else TEXT)[0], model

    def _cell_form(self, table: Table, row: Row, column: int) -> Cell | None:
        """The template's cell with a placeholder: in its row of that name, else in its prototype.

        Of several rows of that name, the one whose place among them is the row's.
        """
        origin = self.table(table)
        if origin is None or self.template is None:
            return None
        first = row.cells[0].text if row.cells else ""
        shape = self._shape(origin)
        same = shape.called.get(first, [])
        if len(same) > 1:
            place = self._place(table, row)
            same = same[place : place + 1] or same
        for other in (same or shape.prototypes)[:MOST_LOOKED_AT]:
            if column < len(other.cells) and placeholders(self.template, other.cells[column].span):
                return other.cells[column]
        return None

    def _place(self, table: Table, row: Row) -> int:
        """How many rows of the same name stand before a row."""
        if table.line not in self._places:
            seen: Counter[str] = Counter()
            places = self._places[table.line] = {}
            for other in table.rows:
                if other.cells:
                    places[other.line] = seen[other.cells[0].text]
                    seen[other.cells[0].text] += 1
        return self._places[table.line].get(row.line, 0)


class _Shape:
    """A table of the template.

    texts       what its cells say
    called      its rows by their first cells
    prototypes  those that are all placeholders
    """

    def __init__(self, origin: Table, template: Document | None) -> None:
        self.texts = frozenset([cell.text for row in origin.rows for cell in row.cells])
        self.called: dict[str, list[Row]] = {}
        for row in origin.rows:
            if row.cells:
                self.called.setdefault(row.cells[0].text, []).append(row)
        self.prototypes = (
            [row for row in origin.rows if _is_all_placeholders(template, row)] if template is not None else []
        )
        self._forms = list(dict.fromkeys(frozenset([cell.text for cell in row.cells]) for row in self.prototypes))
        self._known: dict[frozenset[str], bool] = {}

    def is_prototype(self, cells: frozenset[str]) -> bool:
        """Whether a row of these cells says no more than one of the prototypes."""
        if cells not in self._known:
            self._known[cells] = any(cells <= form for form in self._forms[:MOST_LOOKED_AT])
        return self._known[cells]


def _origins(copy: Iterable[tuple[Key, Thing]], template: Iterable[tuple[Key, Thing]]) -> dict[int, Thing]:
    """Of fields, or tables, of a copy, by their lines, those of the template that tell of them."""
    first: dict[tuple[object, ...], Thing] = {}
    for key, thing in template:
        for likeness in _likenesses(key, thing):
            first.setdefault(likeness, thing)
    found: dict[int, Thing] = {}
    for key, thing in copy:
        most = next((likeness for likeness in _likenesses(key, thing) if likeness in first), None)
        if most is not None:
            found[thing.line] = first[most]
    return found


def _likenesses(key: Key, thing: Thing) -> Iterator[tuple[object, ...]]:
    """What a thing of the copy and one of the template may have in common, the most telling first; at least the name.

    First of all the sections, or the last of them; then the spelling; then the place among those of one name.
    """
    spelt = _spelt(thing)
    for sections in (("all", *key.path), ("last", *key.path[-1:]), ()):
        for more in ((spelt, key.repeat), (spelt,), (None, key.repeat), ()):
            yield key[1], sections, more


def _spelt(thing: Thing) -> str | None:
    return thing.label if isinstance(thing, Field) else thing.name


def _is_all_placeholders(document: Document, row: Row) -> bool:
    return bool(row.cells) and all(_is_placeholder(document, cell) for cell in row.cells)


def _is_placeholder(document: Document, cell: Cell) -> bool:
    return is_one_placeholder(document.source.text(cell.span), document.references)
