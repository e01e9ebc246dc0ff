"""An item in three versions: state, words, tokens and notes, each merged by itself."""

from collections.abc import Iterable

from onbo.document.model import Item
from onbo.document.source import Edit, Span, apply_edits
from onbo.merging.sides import DisagreeError, Merged, Side, conflict, merge_lines, rebased, start_of, three
from onbo.onboarding.tick import put_token, with_blanks_before


def _item(side: Side) -> Item:
    if not isinstance(side.chunk.ref, Item):
        raise AssertionError(side.chunk)
    return side.chunk.ref


TOKENS = ("owner", "due", "waiting", "reason", "attributes")


def merge_items(base: Side | None, ours: Side, theirs: Side, *, keep_state: bool) -> Merged:
    mine, other = _item(ours), _item(theirs)
    origin = _item(base) if base else None
    try:
        mark = mine.mark if keep_state and base else _merge_marks(origin, mine, other)
    except DisagreeError:
        return conflict("its state", base, ours, theirs)
    what = "its words"
    try:
        words = three(origin.text, mine.text, other.text) if origin else _same(mine, other)
        what = "its owner, date or other marks"
        values = {kind: _merge_token(kind, origin, mine, other) for kind in TOKENS}
        what = "its notes"
        rest = merge_lines(_rest(base), _rest(ours), _rest(theirs))
    except DisagreeError:
        marked = [_with_mark(side, mark) for side in (ours, theirs)]
        return Merged(marked[0], what, marked[0], base.chunk.text if base else b"", marked[1])
    skeleton = ours if mine.text == words else theirs
    first = _rebuilt(skeleton, mark, {kind: (values[kind], ours, theirs) for kind in TOKENS})
    return Merged(ours.joined([first, *rest]))


def _same(mine: Item, other: Item) -> str:
    if mine.text != other.text:
        raise DisagreeError
    return mine.text


def _merge_marks(origin: Item | None, mine: Item, other: Item) -> str:
    """Ticked wins over open where nobody knows what it was; done and not applicable never merge."""
    marks = [item.mark.lower() for item in (mine, other)]
    if origin is None:
        if set(marks) == {"x", "~"}:
            raise DisagreeError
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
    return side.joined(side.lines[: _item(side).line - side.chunk.line])


def _with_mark(side: Side, mark: str) -> bytes:
    item = _item(side)
    at = item.box.start + 1 - start_of(side)
    text = side.chunk.text
    return text[:at] + mark.encode() + text[at + 1 :]


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
    start = start_of(skeleton)
    first = _first(skeleton)
    return apply_edits(first, rebased(_joined(edits), start))


def _joined(edits: Iterable[Edit]) -> list[Edit]:
    """Insertions at one place as one, in the order given."""
    found: dict[Span, bytes] = {}
    for edit in edits:
        found[edit.span] = found.get(edit.span, b"") + edit.new
    return [Edit(span, new) for span, new in found.items()]
