"""Writing into fields and table cells: settings -> edits, with what follows from them.

What is computed from a cell, and the colour of a score, follow what they are computed from.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from onbo.document.identity import normal
from onbo.document.model import Document, Field, Row, Table
from onbo.document.source import Edit, Span, apply_edits, encode
from onbo.document.syntax import BLANKS, escape, unescape
from onbo.errors import RefusedError, UsageError
from onbo.onboarding.answers import Sheet, placeholders
from onbo.onboarding.dates import weekday
from onbo.onboarding.fields import Facts, facts, field_meaning
from onbo.onboarding.forms import Forms
from onbo.onboarding.guard import Said, field_key
from onbo.onboarding.health import bands_for, colour, score_of
from onbo.onboarding.naming import CellTarget, FieldTarget, Target
from onbo.onboarding.settings import KICKOFF, Settings
from onbo.onboarding.tables import NewRow, change_row, in_cell
from onbo.onboarding.values import Circumstances, number_in, read_value


class Told(NamedTuple):
    """What one setting came to.

    label    of the field, or the table's name
    reads    the line, or the row's cells, as they are now
    weekday  of a date
    was      the value, or the cells, that it replaces; None where there was only a form
    """

    label: str
    reads: str
    weekday: str | None = None
    was: str | None = None


class Filling(NamedTuple):
    """What settings come to."""

    edits: tuple[Edit, ...]
    expected: Mapping[tuple[object, ...], Any]
    told: tuple[Told, ...]


class Writing:
    """A field that is being written into: its sheet, and the answers by their place."""

    def __init__(self, document: Document, field: Field, sheet: Sheet) -> None:
        self.document = document
        self.field = field
        self.sheet = sheet
        self.answers: dict[int, str] = {}
        self.weekday: str | None = None

    def edits(self) -> list[Edit]:
        start = self.field.span.start
        if self.sheet.replaced:
            return [Edit(self.field.span, self._spaced(apply_edits(self.sheet.text, self._inside())))]
        return [
            Edit(Span(edit.span.start + start, edit.span.end + start), self._spaced(edit.new))
            for edit in self._inside()
        ]

    def _inside(self) -> list[Edit]:
        """Within the sheet's text."""
        return [Edit(self.sheet.parts[at].span, encode(text)) for at, text in sorted(self.answers.items())]

    def _spaced(self, new: bytes) -> bytes:
        """`**CSM:**Dana` would be no field."""
        span, data = self.field.span, self.document.source.data
        bare = span.start == span.end and data[span.start - 1 : span.start] == b"*"
        return b" " * bare + new

    def value(self) -> str:
        """What the field is about to say."""
        raw = apply_edits(self.sheet.text, self._inside())
        return unescape(raw.decode("utf-8", "surrogateescape").strip(BLANKS))

    def was(self) -> str | None:
        """The value that somebody typed, where any of it is replaced."""
        typed = self.sheet.replaced or any(self.sheet.parts[at].filled for at in self.answers)
        return self.field.value if typed and self.field.value and self.field.value != self.value() else None


class RowWriting(NamedTuple):
    """A row that is being written into, None for one to be added; new cells, and typed ones that they replace."""

    table: Table
    row: Row | None
    name: str
    cells: dict[int, str]
    was: dict[int, str]

    def is_of(self, target: CellTarget) -> bool:
        """Whether the target is in this row; one to be added is known by its name."""
        if self.table is not target.table:
            return False
        return self.row == target.row if target.row is not None else normal(self.name) == normal(target.name)


class Filler:
    """Gathers settings of one document; `finish` gives what they come to."""

    def __init__(self, document: Document, forms: Forms, settings: Settings, now: Circumstances) -> None:
        self.document = document
        self.forms = forms
        self.settings = settings
        self.facts: Facts = facts(document, settings)
        self.now = now if now.kickoff else now._replace(kickoff=self.facts.kickoff)
        self.fields: dict[int, Writing] = {}  # by their lines
        self.rows: list[RowWriting] = []

    def set_all(self, wanted: Sequence[tuple[Target, str]]) -> None:
        """The kickoff first: other dates may count from it. A score before its colour, which follows from it."""
        kickoff = field_meaning(self.document, self.settings, KICKOFF)

        def later(setting: tuple[Target, str]) -> int:
            target = setting[0]
            if isinstance(target, FieldTarget):
                return target.part if target.field != kickoff else 0
            return 1

        for target, typed in sorted(wanted, key=later):
            if isinstance(target, CellTarget):
                self._set_cell(target, typed)
            else:
                written = self._set_field(target, typed)
                if not later((target, typed)):
                    self.now = self.now._replace(kickoff=date.fromisoformat(written))

    def _set_field(self, target: FieldTarget, typed: str) -> str:
        field = target.field
        if field.notes:
            raise UsageError(f"{field.label} holds notes", hint="write into it with `onbo note`")
        writing = self.fields.get(field.line) or Writing(self.document, field, self.forms.sheet(field))
        found = writing.sheet.parts
        if target.part > len(found):
            raise UsageError(f"{field.label} has {len(found)} part{'s' * (len(found) > 1)}, no {target.part}")
        part = found[target.part - 1]
        written = read_value(part.type, field.label, typed, self.now)
        self._refuse_to_tear(writing, target.part - 1)
        if writing.sheet.replaced or part.span == Span(0, len(writing.sheet.text)):
            self._refuse_to_drop(field.label, field.span, field.line)
        writing.answers[target.part - 1] = written
        self.fields[field.line] = writing
        if part.type.kind == "date":
            writing.weekday = weekday(date.fromisoformat(written))
        self._follow_score(writing, target.part, written)
        return written

    def _refuse_to_drop(self, name: str, span: Span, line: int) -> None:
        """Raise RefusedError where the whole of a value is to be replaced that holds brackets and other words.

        Whether the brackets are a form to fill in or somebody's remark cannot be told, and either way words would go.
        """
        found = placeholders(self.document, span)
        if self.now.force or not found or (len(found) == 1 and found[0].span == span):
            return
        raise RefusedError(
            f"{name} is {self.document.source.text(span)!r}; replacing it would lose words beside the brackets",
            path=self.document.source.path,
            line=line,
            hint="use --force to replace it anyway, or edit the file",
        )

    def _refuse_to_tear(self, writing: Writing, at: int) -> None:
        """Raise RefusedError where the value goes on below its line, so that only its beginning would be replaced."""
        field, part = writing.field, writing.sheet.parts[at]
        if not field.below or self.now.force or not (writing.sheet.replaced or part.filled or not field.value):
            return
        if not writing.sheet.replaced and part.span.end < len(writing.sheet.text):
            return
        origin, template = self.forms.origin(field), self.forms.template
        below = _lines_below(template, origin) if template is not None and origin is not None else ()
        if below == _lines_below(self.document, field):
            return  # the form's own words
        raise RefusedError(
            f"the value of {field.label} continues on the next line",
            path=self.document.source.path,
            line=field.line + 1,
            hint="edit the file, or use --force to replace only the first line",
        )

    def _follow_score(self, writing: Writing, part: int, written: str) -> None:
        """A new score brings its colour; a colour that its score contradicts is refused."""
        score = score_of(writing.sheet.parts)
        if score is None:
            return
        text = writing.answers.get(0, score.score.text)
        number = number_in(text) if 0 in writing.answers or score.score.filled else None
        if number is None:
            return
        right = colour(number, bands_for(self.facts.segment, self.settings))
        if part == 1:
            if not score.colour.filled or score.colour.text.casefold() in map(str.casefold, score.colour.type.options):
                writing.answers[1] = right
        elif written != right and not self.now.force:
            raise RefusedError(
                f"{writing.field.label}: a score of {text} is {right}, not {written}",
                hint="use --force to write it anyway",
            )

    def _set_cell(self, target: CellTarget, typed: str) -> None:
        begun = next((entry for entry in self.rows if entry.is_of(target)), None)
        row = target.row or (begun.row if begun else self._prototype(target.table))
        sheet = self.forms.cell_sheet(target.table, row, target.column)
        name = f"{target.table.name}/{target.name}"
        part = sheet.parts[0]
        written = read_value(part.type, name, typed, self.now)
        if (
            row is not None
            and target.column < len(row.cells)
            and (sheet.replaced or part.span == Span(0, len(sheet.text)))
        ):
            self._refuse_to_drop(name, row.cells[target.column].span, row.line)
        made = apply_edits(sheet.text, [Edit(part.span, encode(in_cell(written)))]).decode("utf-8", "surrogateescape")
        if begun is None:
            begun = RowWriting(target.table, row, target.name, {}, {})
            self.rows.append(begun)
            if target.row is None:
                begun.cells[0] = in_cell(escape(target.name))
        begun.cells[target.column] = made
        if row is not None and (part.filled or sheet.replaced) and not self._says(target, row, made):
            begun.was[target.column] = row.cells[target.column].text

    def _says(self, target: CellTarget, row: Row, text: str) -> bool:
        """Whether a cell says the same as the text, or nothing yet."""
        if self.forms.is_empty_cell(target.table, row, target.column):
            return True
        return self.document.source.text(row.cells[target.column].span) == text

    def _prototype(self, table: Table) -> Row | None:
        """The first row that counts as empty and is not yet taken."""
        taken = [entry.row for entry in self.rows]
        free = [row for row in table.rows if self.forms.is_prototype(table, row) and row not in taken]
        return free[0] if free else None

    def value_of(self, field: Field | None) -> str | None:
        """What a field is about to say; None where it is not being set."""
        writing = self.fields.get(field.line) if field is not None else None
        return writing.value() if writing is not None else None

    def finish(self) -> Filling:
        edits: list[Edit] = []
        expected: Said = {}
        told = []
        for writing in self.fields.values():
            edits += writing.edits()
            label, value = writing.field.label, writing.value()
            expected[field_key(self.document, writing.field)] = value
            told.append(Told(label, f"**{label}:** {value}", writing.weekday, writing.was()))
        added: Counter[int] = Counter()  # rows by the lines of their tables
        for table, row, _, cells, old in self.rows:
            made = change_row(self.document, self.forms, NewRow(table, row, cells, added[table.line]))
            added[table.line] += row is None
            edits += made.edits
            expected[made.key] = made.cells
            was = ", ".join(old.values()) or None
            told.append(Told(table.name or "", " | ".join(made.cells), was=was))
        return Filling(tuple(edits), expected, tuple(told))


def _lines_below(document: Document, field: Field) -> tuple[str, ...]:
    """The lines on which a field's paragraph goes on."""
    return document.source.texts[field.line : field.line + field.below]
