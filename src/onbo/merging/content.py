"""What a thing says, merged component by component: an item's state, words, tokens and notes; a field's value;
a row's cells.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from onbo.document.model import Document, Field, Item, Row
from onbo.document.source import Edit, Span, apply_edits, encode
from onbo.merging.chunks import Chunk
from onbo.merging.sequence import Clash, delta, merge
from onbo.onboarding.forms import Model, model_of, parts, placeholders
from onbo.onboarding.tick import put_token, with_blanks_before

Value = TypeVar("Value")


class Side(NamedTuple):
    """A chunk with the document that it stands in."""

    document: Document
    chunk: Chunk

    @property
    def lines(self) -> list[bytes]:
        """Without their line ends."""
        return [line.rstrip(b"\r") for line in self.chunk.text.split(b"\n")]


class Merged(NamedTuple):
    """data: without the last line end. conflict: what the sides disagree about, None for nothing; `ours`, `base` and
    `theirs` are then what each would have it say, states merged where they can be.
    """

    data: bytes
    conflict: str | None = None
    ours: bytes = b""
    base: bytes = b""
    theirs: bytes = b""


class _DisagreeError(Exception):
    """The sides changed one component to different values."""


def three(base: Value, ours: Value, theirs: Value) -> Value:
    """The side that changed it wins. Raises where both did, differently."""
    if ours in (base, theirs):
        return theirs
    if theirs == base:
        return ours
    raise _DisagreeError


def merge_chunks(base: Side | None, ours: Side, theirs: Side, *, keep_state: bool) -> Merged:
    """One thing in three versions. keep_state: theirs is a template, which never changes a state."""
    mine, other = ours.chunk.ref, theirs.chunk.ref
    if ours.chunk.text == theirs.chunk.text or (base is not None and theirs.chunk.text == base.chunk.text):
        return Merged(ours.chunk.text)
    if isinstance(mine, Item) and isinstance(other, Item):
        return _merge_items(base, ours, theirs, keep_state=keep_state)
    same = _unchanged(base, ours, theirs)
    if same is not None:
        return Merged(same.chunk.text)
    if isinstance(mine, Field) and isinstance(other, Field):
        return _merge_fields(base, ours, theirs)
    if isinstance(mine, Row) and isinstance(other, Row):
        return _merge_rows(base, ours, theirs)
    return _conflict("what it is", base, ours, theirs)


def _unchanged(base: Side | None, ours: Side, theirs: Side) -> Side | None:
    """The side to take whole, where only one changed or both alike."""
    if ours.lines == theirs.lines:
        return ours
    if base is None:
        return None
    if ours.lines == base.lines:
        return theirs
    return ours if theirs.lines == base.lines else None


def _conflict(what: str, base: Side | None, ours: Side, theirs: Side) -> Merged:
    return Merged(ours.chunk.text, what, ours.chunk.text, base.chunk.text if base else b"", theirs.chunk.text)


def _item(side: Side) -> Item:
    if not isinstance(side.chunk.ref, Item):
        raise AssertionError(side.chunk)
    return side.chunk.ref


TOKENS = ("owner", "due", "waiting", "reason", "attributes")


def _merge_items(base: Side | None, ours: Side, theirs: Side, *, keep_state: bool) -> Merged:
    mine, other = _item(ours), _item(theirs)
    origin = _item(base) if base else None
    try:
        mark = mine.mark if keep_state and base else _merge_marks(origin, mine, other)
    except _DisagreeError:
        return _conflict("its state", base, ours, theirs)
    try:
        words = three(origin.text, mine.text, other.text) if origin else _same(mine, other)
        values = {kind: _merge_token(kind, origin, mine, other) for kind in TOKENS}
        rest = _merge_lines(_rest(base), _rest(ours), _rest(theirs))
    except _DisagreeError:
        marked = [_with_mark(side, mark) for side in (ours, theirs)]
        return Merged(marked[0], "its words", marked[0], base.chunk.text if base else b"", marked[1])
    skeleton = ours if mine.text == words else theirs
    first = _rebuilt(skeleton, mark, {kind: (values[kind], ours, theirs) for kind in TOKENS})
    return Merged(b"\n".join([first, *rest]))


def _same(mine: Item, other: Item) -> str:
    if mine.text != other.text:
        raise _DisagreeError
    return mine.text


def _merge_marks(origin: Item | None, mine: Item, other: Item) -> str:
    """Ticked wins over open where nobody knows what it was; done and not applicable never merge."""
    marks = [item.mark.lower() for item in (mine, other)]
    if origin is None:
        if set(marks) == {"x", "~"}:
            raise _DisagreeError
        return next((item.mark for item in (mine, other) if not item.open), mine.mark)
    if marks[0] == marks[1]:
        return mine.mark
    return mine.mark if other.mark.lower() == origin.mark.lower() else three(origin.mark.lower(), *marks)


def _merge_token(kind: str, origin: Item | None, mine: Item, other: Item) -> str | None:
    before = origin.value(kind) if origin else None
    return three(before, mine.value(kind), other.value(kind))


def _rest(side: Side | None) -> list[bytes]:
    """An item's lines below its first: what its text runs on to, and its notes."""
    if side is None:
        return []
    return side.lines[_item(side).line - 1 - side.chunk.line + 1 :]


def _first(side: Side) -> bytes:
    return b"\n".join(side.lines[: _item(side).line - side.chunk.line])


def _merge_lines(base: Sequence[bytes], ours: Sequence[bytes], theirs: Sequence[bytes]) -> list[bytes]:
    """Notes: both sides' stay, one after the other. Raises where both changed the same line."""
    found: list[bytes] = []
    if any(a != b for a, b in ((ours, base), (theirs, base))) and _both_replaced(base, ours, theirs):
        raise _DisagreeError
    for step in merge(base, ours, theirs):
        if isinstance(step, Clash) or isinstance(step.token, int):
            raise _DisagreeError
        found.append(step.token)
    return found


def _both_replaced(base: Sequence[bytes], ours: Sequence[bytes], theirs: Sequence[bytes]) -> bool:
    """Whether both sides put something else in the place of one and the same line."""
    mine, other = delta(base, ours), delta(base, theirs)
    for place in mine.deleted & other.deleted:
        start = place
        while start - 1 in mine.deleted and start - 1 in other.deleted:
            start -= 1
        first, second = mine.inserted.get(start), other.inserted.get(start)
        if first is not None and second is not None and first != second:
            return True
    return False


def _with_mark(side: Side, mark: str) -> bytes:
    item = _item(side)
    at = item.box.start + 1 - _start(side)
    text = side.chunk.text
    return text[:at] + mark.encode() + text[at + 1 :]


def _start(side: Side) -> int:
    """Where the chunk begins in its file."""
    starts = side.document.source.starts
    return 0 if side.chunk.line == 0 else starts[side.chunk.line]


def _rebuilt(skeleton: Side, mark: str, values: dict[str, tuple[str | None, Side, Side]]) -> bytes:
    """An item's first line with this mark and these tokens, in the words of the skeleton."""
    item, document = _item(skeleton), skeleton.document
    edits = [Edit(Span(item.box.start + 1, item.box.start + 2), mark.encode())] if item.mark != mark else []
    for kind, (value, ours, theirs) in values.items():
        old = item.token(kind)
        if (old.value if old else None) == value:
            continue
        if value is None:
            if old is not None:
                edits.append(Edit(with_blanks_before(document, old.span), b""))
            continue
        giver = ours if _item(ours).value(kind) == value else theirs
        token = _item(giver).token(kind)
        if token is None:
            raise AssertionError(kind)
        edits.append(put_token(item, kind, giver.document.source.text(token.span)))
    start = _start(skeleton)
    first = _first(skeleton)
    return apply_edits(first, _rebased(_joined(edits), start))


def _joined(edits: Iterable[Edit]) -> list[Edit]:
    """Insertions at one place as one, in the order given."""
    found: dict[Span, bytes] = {}
    for edit in edits:
        found[edit.span] = found.get(edit.span, b"") + edit.new
    return [Edit(span, new) for span, new in found.items()]


def _rebased(edits: Iterable[Edit], start: int) -> list[Edit]:
    return [Edit(Span(edit.span.start - start, edit.span.end - start), edit.new) for edit in edits]


def _field(side: Side) -> Field:
    if not isinstance(side.chunk.ref, Field):
        raise AssertionError(side.chunk)
    return side.chunk.ref


def _merge_fields(base: Side | None, ours: Side, theirs: Side) -> Merged:
    mine, other = _field(ours), _field(theirs)
    try:
        if mine.notes or other.notes:
            label = ours.lines[0]
            rest = _merge_lines(_notes(base), _notes(ours), _notes(theirs))
            return Merged(b"\n".join([label, *(rest or (ours if mine.notes else theirs).lines[1:])]))
        value = _merge_values(base, ours, theirs)
    except _DisagreeError:
        return _conflict("its value", base, ours, theirs)
    return Merged(_with_span(ours, mine.span, value))


def _notes(side: Side | None) -> list[bytes]:
    """The lines of a notes field; none where only its placeholder stands there."""
    if side is None or not _field(side).notes or placeholders(side.document, _field(side).span):
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
        raise _DisagreeError
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
    return apply_edits(side.chunk.text, _rebased([Edit(span, encode(value))], _start(side)))


def _row(side: Side) -> Row:
    if not isinstance(side.chunk.ref, Row):
        raise AssertionError(side.chunk)
    return side.chunk.ref


def _merge_rows(base: Side | None, ours: Side, theirs: Side) -> Merged:
    """Cell by cell."""
    rows = [_row(side) for side in (base, ours, theirs) if side is not None]
    if len({len(row.cells) for row in rows}) > 1:
        return _conflict("its cells", base, ours, theirs)
    edits = []
    for at, cell in enumerate(_row(ours).cells):
        found = [_cell(side, at) if side else None for side in (base, ours, theirs)]
        if found[1] is None or found[2] is None:
            raise AssertionError(at)
        try:
            merged = _merge_answers(found[0], found[1], found[2])
        except _DisagreeError:
            return _conflict("its cells", base, ours, theirs)
        if merged != found[1]:
            edits.append(Edit(cell.span, encode(merged.text)))
    return Merged(apply_edits(ours.chunk.text, _rebased(edits, _start(ours))))


def _cell(side: Side, at: int) -> Answer:
    span = _row(side).cells[at].span
    text = side.document.source.text(span)
    return Answer(text, bool(text) and not placeholders(side.document, span))
