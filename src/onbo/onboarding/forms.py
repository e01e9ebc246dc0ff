"""Forms: what a placeholder such as `[___%]` asks for, and where its answer stands once it is filled.

A filled value no longer shows its form; the snapshot of the template does, and says which of its bytes are the
answer and which the form's own words: `85% of licensed users active` is 85% and a suffix.

Brackets are also what people type: `[call Bob]`. What the snapshot has is a form. Where no snapshot tells, brackets
count as a form only where they look like one, and what is in doubt is left alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from onbo.document.model import Cell, Document, Field, Row, Table
from onbo.document.source import Span, encode
from onbo.document.words import is_notes_form, is_one_placeholder, placeholder_spans, quoted_words
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
# What forms of cells are made of. A person's own words in brackets are seldom made of these alone.
FORM_WORDS = frozenset(
    [
        "account",
        "action",
        "activity",
        "answer",
        "area",
        "assignee",
        "benchmark",
        "blocker",
        "category",
        "comment",
        "contact",
        "cost",
        "count",
        "csm",
        "customer",
        "date",
        "deadline",
        "decision",
        "department",
        "description",
        "detail",
        "details",
        "duration",
        "email",
        "event",
        "feature",
        "goal",
        "id",
        "impact",
        "initiative",
        "integration",
        "issue",
        "item",
        "kpi",
        "lead",
        "likelihood",
        "link",
        "made",
        "metric",
        "milestone",
        "mitigation",
        "module",
        "name",
        "next",
        "note",
        "notes",
        "number",
        "objective",
        "option",
        "outcome",
        "owner",
        "person",
        "phase",
        "plan",
        "priority",
        "probability",
        "product",
        "question",
        "reason",
        "requirement",
        "response",
        "result",
        "risk",
        "role",
        "score",
        "segment",
        "severity",
        "source",
        "stage",
        "stakeholder",
        "start",
        "state",
        "status",
        "step",
        "system",
        "target",
        "task",
        "team",
        "text",
        "title",
        "topic",
        "type",
        "unit",
        "url",
        "use",
        "user",
        "value",
        "vendor",
        "version",
        "week",
        "who",
    ]
)
FORM_WORD = re.compile(r"[A-Za-z]+|\d{1,2}")
# What may be a form or somebody's own word.
SHORT_FORM = re.compile(r"\[[A-Z][A-Za-z]*(?: [A-Za-z]+)?\]")
# Forms of dates, more narrowly than `infer` has them: `[Date of the mail: 3 May]` is somebody's note.
DATE_FORM = re.compile(r"Date(?: -- must be within \d{1,4} days| if [a-z -]{1,40}[A-Z]{0,5})?|YYYY-MM-DD")


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
    """One answer of a field or cell: what stands there now, where, and what type it is of."""

    span: Span
    text: str
    type: FieldType
    filled: bool


class Model(NamedTuple):
    """A form: the words before, between and behind its placeholders, what is in their brackets, and their types."""

    words: tuple[str, ...]
    forms: tuple[str, ...]
    types: tuple[FieldType, ...]


class Sheet(NamedTuple):
    """What answers are written into.

    text      the value as it stands; where it has nothing of its form left, the form
    parts     the answers in it, with spans that count from its first byte
    replaced  whether `text` takes the place of the whole value
    """

    text: bytes
    parts: tuple[Part, ...]
    replaced: bool = False


def model_of(document: Document, span: Span) -> Model | None:
    """The form that stands in a span, None where there is no placeholder."""
    found = placeholders(document, span)
    if not found:
        return None
    at = [span.start, *(edge for p in found for edge in p.span), span.end]
    words = tuple(document.source.text(Span(a, b)) for a, b in zip(at[::2], at[1::2], strict=True))
    return Model(words, tuple(p.form for p in found), tuple(p.type for p in found))


def _answers_between(text: str, words: Sequence[str]) -> list[tuple[int, int]] | None:
    """Where the answers stand in a text that has a form's words around and between them; None where it has not.

    Each answer is at least one character and as short as it can be, as with `(.+?)` between the words.
    """
    first, *between, last = words
    if not text.startswith(first):
        return None
    found = []
    start = len(first)
    for word in between:
        end = text.find(word, start + 1)
        if end < 0:
            return None
        found.append((start, end))
        start = end + len(word)
    end = len(text) - len(last)
    if end <= start or not text.endswith(last):
        return None
    return [*found, (start, end)]


def parts(document: Document, span: Span, model: Model | None) -> tuple[Part, ...]:
    """The answers in a span, as `model` has them; without one, what still stands there unfilled is."""
    own = model_of(document, span)
    model = model or own
    text = document.source.text(span)
    if model is None:
        return (Part(span, text, TEXT, filled=bool(text)),)
    fitting = _fitting(document, span, model)
    return fitting or (Part(span, text, model.types[0], filled=bool(text) and own is None),)


def _fitting(document: Document, span: Span, model: Model) -> tuple[Part, ...]:
    """The answers in a span that has the words of the form; none where it has not."""
    text = document.source.text(span)
    found = _answers_between(text, model.words)
    if found is None:
        return ()
    left = {p.span for p in placeholders(document, span)}
    places = [_within(span, text, *place) for place in found]
    return tuple(
        Part(at, text[start:end], kind, filled=at not in left)
        for at, (start, end), kind in zip(places, found, model.types, strict=True)
    )


def option_in(text: str, options: Sequence[str]) -> tuple[int, int] | None:
    """Where a text says one of the options, among other words: at its beginning, else once in all of it.

    >>> option_in("Yellow (was Red)", ("Green", "Yellow", "Red"))
    (0, 6)
    """
    if not options:
        return None
    longest_first = sorted(options, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    first = pattern.match(text)
    found = [first] if first else list(pattern.finditer(text))
    return found[0].span() if len(found) == 1 else None


def looks_like_a_form(form: str, column: str) -> bool:
    """Whether what is in a cell's brackets surely is no person's: a typed form, the column's name, or general words.

    >>> looks_like_a_form("Metric 1", ""), looks_like_a_form("Ann", "Owner"), looks_like_a_form("call Bob", "Risk")
    (True, False, False)
    """
    words = form.strip()
    kind = infer(words).kind
    if kind not in ("text", "date") or words == "Score" or DATE_FORM.fullmatch(words):
        return True
    if not any(character.isalnum() for character in words):  # `[...]`, `[___]`
        return True
    known = FORM_WORDS | {word.casefold() for word in FORM_WORD.findall(column)}
    found = words.split()
    return (
        0 < len(found) < 4
        and not words[0].islower()
        and all(FORM_WORD.fullmatch(word) and (word.isdigit() or word.casefold() in known) for word in found)
    )


class Forms:
    """What the template says of the fields and cells of a copy, or of a plain file what can still be seen."""

    def __init__(
        self, document: Document, template: Document | None, declared: Mapping[str, Any], settings: Settings
    ) -> None:
        self.document = document
        self.template = template
        self.declared = declared
        self._known: dict[int, tuple[Part, ...]] = {}
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
        return self._typed(field.label, self._parts(field.span, model, kind))

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
        if model is None or origin is None or self.template is None or not self._is_rewritten(field.span, model, found):
            return _sheet(self.document, field.span, found)
        form = parts(self.template, origin.span, model)
        return _sheet(self.template, origin.span, self._typed(field.label, form))._replace(replaced=True)

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
        """The template's field of that label: in the same sections, else in one so called, else the first."""
        if self.template is None:
            return None
        same = [other for other in self.template.fields if other.label == field.label]
        by_path = [other for other in same if other.path == field.path]
        by_section = [other for other in same if other.section == field.section]
        return next(iter(by_path or by_section or same), None)

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

    # --- What stands in a value ---

    def _parts(self, span: Span, model: Model | None, kind: FieldType) -> tuple[Part, ...]:
        """The answers in a span: by the template's form where it fits, else the placeholders left, else all of it.

        An answer that holds words beside a placeholder is none: the placeholder is.
        """
        left = self._left(span, model, kind)
        if model is not None:
            alone = len(model.types) == 1
            found = [self._narrowed(part, left, alone=alone) for part in _fitting(self.document, span, model)]
            if found and None not in found:
                return tuple(part for part in found if part is not None)
        if left:
            return tuple(Part(p.span, self.document.source.text(p.span), p.type, filled=False) for p in left)
        text = self.document.source.text(span)
        return (Part(span, text, model.types[0] if model else TEXT, filled=bool(text)),)

    def _left(self, span: Span, model: Model | None, kind: FieldType) -> list[Placeholder]:
        """The placeholders in a span that are still to be filled: not what somebody typed in brackets."""
        found = placeholders(self.document, span)
        if len(found) == 1 and found[0].span == span:
            return list(found)
        of_the_form = [p for p in found if model is not None and p.form in model.forms]
        if of_the_form:
            return of_the_form
        kinds = {kind.kind, *(t.kind for t in model.types)} if model else {kind.kind}
        return [p for p in found if not p.form[:1].islower() and (p.type.kind in kinds or kinds == {"text"})]

    def _narrowed(self, part: Part, left: Sequence[Placeholder], *, alone: bool) -> Part | None:
        """An answer without the words beside it: `Yellow (their words)`, `[Name] (deputy: Bob)`.

        None where several placeholders are left in it. A choice that is the whole value keeps its words: they are
        about the choice that was made.
        """
        inside = [p for p in left if part.span.start <= p.span.start and p.span.end <= part.span.end]
        if inside:
            at = inside[0].span
            return (
                part._replace(span=at, text=self.document.source.text(at), filled=False) if len(inside) == 1 else None
            )
        place = option_in(part.text, part.type.options) if part.filled and not alone else None
        if place is None:
            return part
        return part._replace(span=_within(part.span, part.text, *place), text=part.text[place[0] : place[1]])

    def _is_rewritten(self, span: Span, model: Model, found: tuple[Part, ...]) -> bool:
        """Whether the answer is the whole value, since nothing of the form is left in it."""
        return len(found) == 1 and found[0].span == span and not _fitting(self.document, span, model)

    # --- Tables ---

    def table(self, table: Table) -> Table | None:
        """The template's table of that name: in the same sections, else in one so called, else the first."""
        if self.template is None:
            return None
        same = [other for other in self.template.tables if other.name == table.name]
        by_path = [other for other in same if other.path == table.path]
        by_section = [other for other in same if other.section == table.section]
        return next(iter(by_path or by_section or same), None)

    def prototype(self, table: Table) -> tuple[str, ...]:
        """The cells of a new row: those of the template's first prototype row, else empty."""
        row = next(iter(self._prototypes(self.table(table))), None)
        if row is not None and self.template is not None:
            return tuple(self.template.source.text(cell.span) for cell in row.cells)
        return ("",) * len(table.header.cells)

    def _prototypes(self, origin: Table | None) -> list[Row]:
        """The rows of a table of the template that are all placeholders."""
        if origin is None or self.template is None:
            return []
        return [row for row in origin.rows if _is_all_placeholders(self.template, row)]

    def is_prototype(self, table: Table, row: Row) -> bool:
        """Whether a row counts as empty: it still is what the template has, or, where no template tells, looks so."""
        if not _is_all_placeholders(self.document, row):
            return False
        origin = self.table(table)
        if origin is None:
            return self._looks_like_a_prototype(table, row)
        cells = {cell.text for cell in row.cells}
        return any(cells <= {cell.text for cell in form.cells} for form in self._prototypes(origin))

    def _looks_like_a_prototype(self, table: Table, row: Row) -> bool:
        """Whether most cells of a row surely are forms, and the others are a capitalised word or two: `[How]`."""
        sure = [self._looks_like_a_form(table, row, column) for column in range(len(row.cells))]
        likely = all(is_sure or SHORT_FORM.fullmatch(cell.text) for is_sure, cell in zip(sure, row.cells, strict=True))
        return likely and 2 * sum(sure) > len(sure)

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
        return any(cell.text == other.text for other in self._cells(origin))

    def _cells(self, origin: Table) -> Iterator[Cell]:
        for row in origin.rows:
            yield from row.cells

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
            if model is None or not self._is_rewritten(row.cells[column].span, model, (part,)):
                return _sheet(self.document, row.cells[column].span, (part,))
        form = self._cell_form(table, shape, column)
        if form is None or self.template is None:
            return Sheet(
                b"", (Part(Span(0, 0), "", self.cell(table, shape, column).type, filled=False),), replaced=True
            )
        model = model_of(self.template, form.span)
        return _sheet(self.template, form.span, parts(self.template, form.span, model)[:1])._replace(replaced=True)

    def new_row_shape(self, table: Table) -> Row:
        """The row that tells what the cells of a new one take."""
        return table.rows[-1] if table.rows else table.header

    def _cell(self, table: Table, row: Row, column: int) -> tuple[Part, Model | None]:
        """The answer in a cell, and the form that the template has for it."""
        form = self._cell_form(table, row, column)
        model = model_of(self.template, form.span) if form is not None and self.template is not None else None
        if column >= len(row.cells):
            return Part(Span(0, 0), "", model.types[0] if model else TEXT, filled=False), model
        return self._parts(row.cells[column].span, model, model.types[0] if model else TEXT)[0], model

    def _cell_form(self, table: Table, row: Row, column: int) -> Cell | None:
        """The template's cell with a placeholder: in its row of that name, else in its prototype."""
        origin = self.table(table)
        if origin is None or self.template is None:
            return None
        first = row.cells[0].text if row.cells else ""
        same = [other for other in origin.rows if other.cells and other.cells[0].text == first]
        for other in same or self._prototypes(origin):
            if column < len(other.cells) and placeholders(self.template, other.cells[column].span):
                return other.cells[column]
        return None


def _sheet(document: Document, span: Span, found: tuple[Part, ...]) -> Sheet:
    moved = [part._replace(span=Span(part.span.start - span.start, part.span.end - span.start)) for part in found]
    return Sheet(document.source.data[span.start : span.end], tuple(moved))


def _is_all_placeholders(document: Document, row: Row) -> bool:
    return bool(row.cells) and all(_is_placeholder(document, cell) for cell in row.cells)


def _is_placeholder(document: Document, cell: Cell) -> bool:
    return is_one_placeholder(document.source.text(cell.span), document.references)
