"""Fields and table rows in three versions: answer by answer, cell by cell."""

from collections.abc import Sequence
from typing import NamedTuple

from onbo.document.model import Field, Row
from onbo.document.source import Edit, Span, apply_edits, encode
from onbo.merging.sides import DisagreeError, Merged, Side, conflict, merge_lines, rebased, start_of, three
from onbo.onboarding.answers import Model, model_of, parts, placeholders


def _field(side: Side) -> Field:
    if not isinstance(side.chunk.ref, Field):
        raise AssertionError(side.chunk)
    return side.chunk.ref


def merge_fields(base: Side | None, ours: Side, theirs: Side) -> Merged:
    mine, other = _field(ours), _field(theirs)
    try:
        if mine.notes or other.notes:
            label = ours.lines[0]
            rest = merge_lines(_notes(base), _notes(ours), _notes(theirs))
            return Merged(ours.joined([label, *(rest or (ours if mine.notes else theirs).lines[1:])]))
        value = _merge_values(base, ours, theirs)
    except DisagreeError:
        return conflict("its value", base, ours, theirs)
    return Merged(_with_span(ours, mine.span, value))


def _notes(side: Side | None) -> list[bytes]:
    """The lines of a notes field; none where only its form stands there."""
    if side is None or not _field(side).notes or not _field(side).filled:
        return []
    return side.lines[1:]


class Answer(NamedTuple):
    """What stands in the place of a placeholder, or the placeholder itself."""

    text: str
    filled: bool


def _merge_answers(base: Answer | None, ours: Answer, theirs: Answer) -> Answer:
    """Filled wins over unfilled; of two fillings, the one that changed. Raises where both did."""
    if ours.text == theirs.text or not theirs.filled:
        return ours if ours.filled or base is None or ours.text != base.text else theirs
    if not ours.filled:
        return theirs
    if base is None or not base.filled:
        raise DisagreeError
    return three(base, ours, theirs)


def _merge_values(base: Side | None, ours: Side, theirs: Side) -> str:
    """Answer by answer where the form is known, in the newest words of the form; else whole."""
    sides = [side for side in (base, ours, theirs) if side is not None]
    model = next((found for found in map(_model, sides) if found is not None), None)
    if model is None:
        return _merge_answers(_whole(base) if base else None, _whole(ours), _whole(theirs)).text
    answers = [_answers(side, model) for side in sides]
    words = [(_model(side) or model).words for side in sides]
    if any(len(found) != len(model.types) for found in answers):
        return _merge_answers(_whole(base) if base else None, _whole(ours), _whole(theirs)).text
    before: Sequence[Answer | None] = answers[0] if base else [None] * len(model.types)
    merged = [_merge_answers(*three_of).text for three_of in zip(before, answers[-2], answers[-1], strict=True)]
    kept = [found if len(found) == len(model.words) else model.words for found in words]
    form = three(kept[0], kept[-2], kept[-1])
    return "".join(word + answer for word, answer in zip(form, [*merged, ""], strict=True))


def _model(side: Side) -> Model | None:
    return model_of(side.document, _field(side).span)


def _answers(side: Side, model: Model) -> list[Answer]:
    """By the side's own form where it still has all of it, else by the model."""
    own = _model(side)
    form = own if own is not None and len(own.types) == len(model.types) else model
    return [Answer(part.text, part.filled) for part in parts(side.document, _field(side).span, form)]


def _whole(side: Side) -> Answer:
    text = side.document.source.text(_field(side).span)
    return Answer(text, bool(text) and _model(side) is None)


def _with_span(side: Side, span: Span, value: str) -> bytes:
    return apply_edits(side.chunk.text, rebased([Edit(span, encode(value))], start_of(side)))


def _row(side: Side) -> Row:
    if not isinstance(side.chunk.ref, Row):
        raise AssertionError(side.chunk)
    return side.chunk.ref


def merge_rows(base: Side | None, ours: Side, theirs: Side) -> Merged:
    """Cell by cell."""
    rows = [_row(side) for side in (base, ours, theirs) if side is not None]
    if len({len(row.cells) for row in rows}) > 1:
        return conflict("its cells", base, ours, theirs)
    edits = []
    for at, cell in enumerate(_row(ours).cells):
        found = [_cell(side, at) if side else None for side in (base, ours, theirs)]
        if found[1] is None or found[2] is None:
            raise AssertionError(at)
        try:
            merged = _merge_answers(found[0], found[1], found[2])
        except DisagreeError:
            return conflict("its cells", base, ours, theirs)
        if merged != found[1]:
            edits.append(Edit(cell.span, encode(merged.text)))
    return Merged(apply_edits(ours.chunk.text, rebased(edits, start_of(ours))))


def _cell(side: Side, at: int) -> Answer:
    span = _row(side).cells[at].span
    text = side.document.source.text(span)
    return Answer(text, bool(text) and not placeholders(side.document, span))
