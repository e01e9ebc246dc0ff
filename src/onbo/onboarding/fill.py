"""Writing into fields and table cells: settings -> edits, with what follows from them.

What is computed from a cell, and the colour of a score, follow what they are computed from.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from onbo.document.model import Document, Field, Row, Table
from onbo.document.source import Edit, Span, apply_edits, encode
from onbo.document.syntax import BLANKS, escape, unescape
from onbo.errors import RefusedError, UsageError
from onbo.onboarding.dates import weekday
from onbo.onboarding.fields import Facts, facts, field_meaning
from onbo.onboarding.forms import Forms, Part, is_prototype
from onbo.onboarding.guard import Said, said
from onbo.onboarding.health import Score, bands_for, colour, score_of
from onbo.onboarding.labels import CellTarget, FieldTarget, Target
from onbo.onboarding.settings import KICKOFF, Settings
from onbo.onboarding.tables import NewRow, change_row
from onbo.onboarding.values import Circumstances, number_in, read_value


class Filling(NamedTuple):
    """What settings come to.

    told      labels and the line, or row, that each now reads
    weekdays  of the dates among them, by the line
    """

    edits: tuple[Edit, ...]
    expected: Mapping[tuple[object, ...], Any]
    told: tuple[tuple[str, str], ...]
    weekdays: Mapping[str, str] = MappingProxyType({})


class Filler:
    """Gathers settings of one document; `finish` gives what they come to."""

    def __init__(self, document: Document, forms: Forms, settings: Settings, now: Circumstances) -> None:
        self.document = document
        self.forms = forms
        self.settings = settings
        self.facts: Facts = facts(document, settings)
        self.now = now if now.kickoff else now._replace(kickoff=self.facts.kickoff)
        self.spans: dict[Span, bytes] = {}
        self.fields: list[Field] = []
        self.weekdays: dict[Field, str] = {}
        self.rows: list[tuple[Table, Row | None, str, dict[int, str]]] = []

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
        found = self.forms.of(field)
        if field.notes:
            raise UsageError(f"{field.label} holds notes", hint="write into it with `onbo note`")
        if target.part > len(found):
            raise UsageError(f"{field.label} has {len(found)} part{'s' * (len(found) > 1)}, no {target.part}")
        part = found[target.part - 1]
        written = read_value(part.type, field.label, typed, self.now)
        self._put(part, written)
        self.fields.append(field)
        if part.type.kind == "date":
            self.weekdays[field] = weekday(date.fromisoformat(written))
        score = score_of(found)
        if score is not None:
            self._follow_score(field, score, target.part, written)
        return written

    def _follow_score(self, field: Field, score: Score, part: int, written: str) -> None:
        """A new score brings its colour; a colour that its score contradicts is refused."""
        new = self.spans.get(score.score.span)
        text = score.score.text if new is None else new.decode()
        number = number_in(text) if new is not None or score.score.filled else None
        if number is None:
            return
        right = colour(number, bands_for(self.facts.segment, self.settings))
        if part == 1:
            self._put(score.colour, right)
        elif written != right and not self.now.force:
            raise RefusedError(
                f"{field.label}: a score of {text} is {right}, not {written}", hint="--force writes it all the same"
            )

    def _put(self, part: Part, written: str) -> None:
        bare = (
            part.span.start == part.span.end
            and self.document.source.data[part.span.start - 1 : part.span.start] == b"*"
        )
        gap = " " * bare  # `**CSM:**Dana` would be no field
        self.spans[part.span] = encode(f"{gap}{part.before}{written}{part.after}")

    def _set_cell(self, target: CellTarget, typed: str) -> None:
        begun = next((entry for entry in self.rows if entry[0] is target.table and entry[2] == target.name), None)
        row = target.row or (begun[1] if begun else self._prototype(target.table))
        shape = row or (target.table.rows[-1] if target.table.rows else target.table.header)
        part = self.forms.cell(target.table, shape, target.column)
        name = f"{target.table.name}/{target.name}"
        cells = {target.column: read_value(part.type, name, typed, self.now)}
        if begun is not None:
            begun[3].update(cells)
            return
        if target.row is None:
            cells = {0: escape(target.name), **cells}
        self.rows.append((target.table, row, target.name, cells))

    def _prototype(self, table: Table) -> Row | None:
        """The first row that is all placeholders and not yet taken."""
        taken = [row for _, row, _, _ in self.rows]
        free = [row for row in table.rows if is_prototype(self.document, row) and row not in taken]
        return free[0] if free else None

    def value_of(self, field: Field | None) -> str | None:
        """What a field is about to say; None where it is not being set."""
        if field is None or field not in self.fields:
            return None
        edits = [Edit(span, new) for span, new in self.spans.items()]
        return self._value_after(field, _inside(field, edits))

    def finish(self) -> Filling:
        edits = [Edit(span, new) for span, new in self.spans.items()]
        expected: Said = {}
        told = []
        weekdays = {}
        before = said(self.document)
        for field in dict.fromkeys(self.fields):
            value = self._value_after(field, _inside(field, edits))
            expected |= _field_expectation(before, self.document, field, value)
            told.append((field.label, f"**{field.label}:** {value}"))
            if field in self.weekdays:
                weekdays[told[-1][1]] = self.weekdays[field]
        for table, row, _, cells in self.rows:
            made = change_row(self.document, self.forms, NewRow(table, row, cells))
            edits += made.edits
            expected[made.key] = made.cells
            told.append((table.name or "", " | ".join(made.cells)))
        return Filling(tuple(edits), expected, tuple(told), weekdays)

    def _value_after(self, field: Field, edits: Sequence[Edit]) -> str:
        start = field.span.start
        moved = [Edit(Span(e.span.start - start, e.span.end - start), e.new) for e in edits]
        raw = apply_edits(self.document.source.data[start : field.span.end], moved)
        return unescape(raw.decode("utf-8", "surrogateescape").strip(BLANKS))


def _inside(field: Field, edits: Sequence[Edit]) -> list[Edit]:
    return [edit for edit in edits if field.span.start <= edit.span.start and edit.span.end <= field.span.end]


def _field_expectation(before: Said, document: Document, field: Field, value: str) -> Said:
    """The key of this very field among those of its label, with what it shall say."""
    same = [f for f in document.fields if (f.section, f.label) == (field.section, field.label)]
    key = ("field", field.section, field.label, same.index(field) + 1)
    if key not in before:
        raise AssertionError(key)
    return {key: value}
