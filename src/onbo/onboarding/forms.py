"""Forms: what a placeholder such as `[___%]` asks for, and where its answer stands once it is filled.

A filled value no longer shows its form; the snapshot of the template does, and says which of its bytes are the
answer and which the form's own words: `85% of licensed users active` is 85% and a suffix.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from onbo.document.model import Cell, Document, Field, Row, Table
from onbo.document.source import Span, encode
from onbo.document.words import placeholder_spans
from onbo.onboarding import settings as known
from onbo.onboarding.settings import Settings


class FieldType(NamedTuple):
    """kind: date, percent, number, value (a number with an optional unit), choice, text, notes, gap, change.

    options      of a choice
    within_days  of kickoff, for a date
    high         the largest number
    """

    kind: str
    options: tuple[str, ...] = ()
    within_days: int | None = None
    optional: bool = False
    high: int | None = None

    @property
    def computed(self) -> bool:
        return self.kind in ("gap", "change")


TEXT = FieldType("text")
DATE = FieldType("date")
NOTES = FieldType("notes")
KINDS = ("date", "percent", "number", "value", "choice", "text", "notes")
WITHIN = re.compile(r"within (\d{1,4}) days")
PERCENT = re.compile(r"_*\s*%")


@lru_cache(1024)
def infer(form: str, after: str = "") -> FieldType:
    """The type that a placeholder's form means; `after` is the text behind it.

    >>> infer("Green/Yellow/Red").options
    ('Green', 'Yellow', 'Red')
    """
    words = form.strip()
    if re.match(r"date\b", words, re.IGNORECASE):
        within = WITHIN.search(words)
        return FieldType("date", within_days=int(within[1]) if within else None, optional=" if " in words)
    if PERCENT.fullmatch(words):
        return FieldType("percent", high=100)
    if words == "Score" and after.startswith("/100"):
        return FieldType("number", high=100)
    if words in ("#", "Value"):
        return FieldType("number" if words == "#" else "value")
    if words in ("+/-", "% change"):
        return FieldType("gap" if words == "+/-" else "change")
    options = tuple(option.strip() for option in words.split("/"))
    # An option with a lower-case word is prose: "SE / Implementation team name".
    if len(options) > 1 and all(option and all(w[0].isupper() for w in option.split()) for option in options):
        return FieldType("choice", options=options)
    return TEXT


class Placeholder(NamedTuple):
    """`span` includes the brackets, `form` does not."""

    form: str
    span: Span
    type: FieldType


def placeholders(document: Document, span: Span) -> tuple[Placeholder, ...]:
    """The placeholders in a stretch of text: a field's value, a table cell."""
    text = document.source.text(span)
    found = placeholder_spans(text, document.references)
    quoted = text.lstrip().startswith(">")
    return tuple(
        Placeholder(
            text[a + 1 : b - 1], _within(span, text, a, b), NOTES if quoted else infer(text[a + 1 : b - 1], text[b:])
        )
        for a, b in found
    )


def _within(span: Span, text: str, start: int, end: int) -> Span:
    """Characters of the text of a span, as bytes of the file."""
    first = span.start + len(encode(text[:start]))
    return Span(first, first + len(encode(text[start:end])))


class Part(NamedTuple):
    """One answer of a field or cell: what stands there now, where, and what type it is of.

    before, after  the form's own words around it, to be written too where the whole value is replaced
    """

    span: Span
    text: str
    type: FieldType
    filled: bool
    before: str = ""
    after: str = ""


class Model(NamedTuple):
    """A form: the words before, between and behind its placeholders, and their types."""

    words: tuple[str, ...]
    types: tuple[FieldType, ...]


def model_of(document: Document, span: Span) -> Model | None:
    """The form that stands in a span, None where there is no placeholder."""
    found = placeholders(document, span)
    if not found:
        return None
    at = [span.start, *(edge for p in found for edge in p.span), span.end]
    words = tuple(document.source.text(Span(a, b)) for a, b in zip(at[::2], at[1::2], strict=True))
    return Model(words, tuple(p.type for p in found))


def parts(document: Document, span: Span, model: Model | None) -> tuple[Part, ...]:
    """The answers in a span. `model` is the template's form; without one, what still stands there unfilled is."""
    own = model_of(document, span)
    model = model or own
    text = document.source.text(span)
    if model is None:
        return (Part(span, text, TEXT, filled=bool(text)),)
    pattern = "(.+?)".join(re.escape(words) for words in model.words)
    match = re.fullmatch(pattern, text, re.DOTALL)
    if match is None:
        if len(model.types) > 1:
            before, after = model.words[0], model.words[1]
        else:
            before, after = model.words
        return (Part(span, text, model.types[0], filled=bool(text) and own is None, before=before, after=after),)
    left = {p.span for p in placeholders(document, span)}
    found = []
    for index, kind in enumerate(model.types, 1):
        at = _within(span, text, *match.span(index))
        found.append(Part(at, match[index], kind, filled=at not in left))
    return tuple(found)


class Forms:
    """What the template says of the fields and cells of a copy, or of a plain file what can still be seen."""

    def __init__(
        self, document: Document, template: Document | None, declared: Mapping[str, Any], settings: Settings
    ) -> None:
        self.document = document
        self.template = template
        self.declared = declared
        self._known: dict[Span, tuple[Part, ...]] = {}
        self.dates = {settings.label(label) for label in known.DATE_LABELS} | set(known.DATE_LABELS)

    def of(self, field: Field) -> tuple[Part, ...]:
        """A field's answers; one for a notes field."""
        if field.span not in self._known:
            self._known[field.span] = self._read(field)
        return self._known[field.span]

    def _read(self, field: Field) -> tuple[Part, ...]:
        if field.notes:
            return (Part(field.span, field.value, NOTES, not placeholders(self.document, field.span)),)
        model = self._model(field)
        first, *rest = parts(self.document, field.span, model)
        kind = first.type
        if field.label in self.dates and kind.kind != "date":
            kind = DATE
        return (first._replace(type=self._as_declared(field.label, kind)), *rest)

    def type(self, field: Field) -> FieldType:
        return self.of(field)[0].type

    def _model(self, field: Field) -> Model | None:
        if self.template is None:
            return None
        same = [other for other in self.template.fields if other.label == field.label]
        there = [other for other in same if other.section == field.section] or same
        return model_of(self.template, there[0].span) if there else None

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

    def table(self, table: Table) -> Table | None:
        """The template's table of that name."""
        if self.template is None:
            return None
        return next((other for other in self.template.tables if other.name == table.name), None)

    def prototype(self, table: Table) -> tuple[str, ...]:
        """The cells of a new row: those of the template's first prototype row, else empty."""
        origin = self.table(table)
        if origin is not None and self.template is not None:
            for row in origin.rows:
                if is_prototype(self.template, row):
                    return tuple(cell.text for cell in row.cells)
        return ("",) * len(table.header.cells)

    def cell(self, table: Table, row: Row, column: int) -> Part:
        """What a cell asks for: by its own form, else by the template's row of that name, or its prototype."""
        cell = row.cells[column] if column < len(row.cells) else Cell("", Span(0, 0))
        found = placeholders(self.document, cell.span)
        if found:
            return Part(cell.span, cell.text, found[0].type, filled=False)
        return Part(cell.span, cell.text, self._cell_type(table, row, column), filled=bool(cell.text))

    def _cell_type(self, table: Table, row: Row, column: int) -> FieldType:
        origin = self.table(table)
        if origin is None or self.template is None:
            return TEXT
        same = [other for other in origin.rows if other.cells and other.cells[0].text == row.cells[0].text]
        for other in same or [other for other in origin.rows if is_prototype(self.template, other)]:
            if column < len(other.cells) and (found := placeholders(self.template, other.cells[column].span)):
                return found[0].type
        return TEXT


def is_prototype(document: Document, row: Row) -> bool:
    """A row whose cells are all placeholders counts as empty."""
    return bool(row.cells) and all(_is_placeholder(document, cell) for cell in row.cells)


def _is_placeholder(document: Document, cell: Cell) -> bool:
    found = placeholders(document, cell.span)
    return len(found) == 1 and found[0].span == cell.span
