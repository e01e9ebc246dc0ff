"""Merges the contents of one unit (an item, a field, a table row or a line) from three versions."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from onbo.document.model import NOT_APPLICABLE, Document, Field, Item, Row
from onbo.document.source import Edit, Span, apply_edits, encode
from onbo.merging.likeness import likeness
from onbo.merging.units import TICK_CROSSES, Unit, words_of

if TYPE_CHECKING:
    from onbo.onboarding.answers import Model

Value = TypeVar("Value")

# The last list marker before a box, with what comes before and after it: b"  ", b"12.", b" ".
MARKER = re.compile(rb"(.*?)([-*+]|(?<!\d)\d+[.)])([ \t]*)$")
NAMES = {"owner": "owner", "due": "due date", "waiting": "waiting", "reason": "n/a reason", "attributes": "attributes"}
TOKENS = tuple(NAMES)
# What the sides disagree about if they indent something differently.
PLACE = "where it stands"
STATE_AND_WORDS = "its state and its words"


class DisagreeError(Exception):
    """Both sides changed the same thing, to different values. The message names it for people."""


class Version(NamedTuple):
    """A unit and its document. start: the offset of its first line in the document's bytes."""

    document: Document
    unit: Unit

    @property
    def start(self) -> int:
        return self.document.source.starts[self.unit.first]

    @property
    def text(self) -> bytes:
        return b"\n".join(self.unit.lines)

    def edited(self, edits: Sequence[Edit]) -> tuple[bytes, ...]:
        """Its lines with the edits applied; edits count from the beginning of the file."""
        start = self.start
        moved = [Edit(Span(edit.span.start - start, edit.span.end - start), edit.new) for edit in edits]
        return tuple(apply_edits(self.text, moved).split(b"\n"))


def three(base: Value, ours: Value, theirs: Value, what: str) -> Value:
    """The side that changed it wins. Raises DisagreeError if both did, to different values."""
    if theirs in (ours, base):
        return ours
    if ours == base:
        return theirs
    raise DisagreeError(what)


def merge_unit(base: Version | None, ours: Version, theirs: Version) -> tuple[bytes, ...]:
    """The merged lines of a unit that both sides have. base: None if both added it.

    Raises DisagreeError if the two sides' changes contradict each other.
    """
    before = base.unit.lines if base else None
    if theirs.unit.lines in (ours.unit.lines, before):
        return ours.unit.lines
    if ours.unit.lines == before:
        return theirs.unit.lines
    refs = (base.unit.ref if base else None, ours.unit.ref, theirs.unit.ref)
    if isinstance(refs[1], Item) and isinstance(refs[2], Item):
        origin = refs[0] if isinstance(refs[0], Item) else None
        return _merge_items((base, origin), (ours, refs[1]), (theirs, refs[2]))
    if isinstance(refs[1], Field) and isinstance(refs[2], Field):
        return _merge_fields(base if isinstance(refs[0], Field) else None, ours, theirs)
    if isinstance(refs[1], Row) and isinstance(refs[2], Row):
        return _merge_rows(base if isinstance(refs[0], Row) else None, ours, theirs)
    return _merge_indented(before, ours.unit.lines, theirs.unit.lines)


def _merge_indented(
    before: tuple[bytes, ...] | None, mine: tuple[bytes, ...], other: tuple[bytes, ...]
) -> tuple[bytes, ...]:
    """Lines that differ only in indentation: those of the side that changed it."""
    stripped = [line.strip() for line in mine]
    if stripped != [line.strip() for line in other]:
        raise DisagreeError("this text")
    return three(before if before is not None else mine, mine, other, "its indentation")


def what_changed(base: Unit | None, side: Unit) -> str:
    """What one side did with a unit, for people: "ticked, reworded"."""
    if base is None:
        return "added"
    before, now = base.ref, side.ref
    if not isinstance(before, Item) or not isinstance(now, Item):
        return "changed"
    words = []
    if before.mark.lower() != now.mark.lower():
        words.append("ticked" if now.done else "reopened" if now.open else "skipped")
    words += ["reworded"] if before.text != now.text else []
    words += [f"{NAMES[kind]} changed" for kind in TOKENS if before.value(kind) != now.value(kind)]
    return ", ".join(words) or "indented or spaced differently"


# --- Items ---


def _merge_items(
    before: tuple[Version | None, Item | None], here: tuple[Version, Item], there: tuple[Version, Item]
) -> tuple[bytes, ...]:
    """Merges indentation, list marker, state, words and each token separately."""
    (base, origin), (ours, mine), (theirs, other) = before, here, there
    mark = merge_marks(origin, mine, other)
    text = three(origin.text, mine.text, other.text, "its words") if origin else mine.text
    skeleton, item = (ours, mine) if mine.text == text else (theirs, other)
    if origin is not None and mark.lower() != origin.mark.lower():
        marker = mine if mine.mark.lower() == mark.lower() else other
        if not crosses(marker, item):
            raise DisagreeError(STATE_AND_WORDS)
    prefix = _merge_prefixes(
        _prefix(base, origin) if base and origin else None, _prefix(ours, mine), _prefix(theirs, other)
    )
    edits = [Edit(Span(item.box.start + 1, item.box.start + 2), mark.encode())] if item.mark != mark else []
    edits += _token_edits(origin, (ours, mine), (theirs, other), (skeleton, item))
    lines = skeleton.edited(edits)
    own = _prefix(skeleton, item)
    if len(skeleton.unit.lines) > 1 or not lines[0].startswith(own):
        if prefix != own:
            raise DisagreeError(PLACE)
        return lines
    return (prefix + lines[0][len(own) :], *lines[1:])


def crosses(marked: Item, reworded: Item) -> bool:
    """Whether a tick on one wording may be kept on the other."""
    if marked.attributes.id and marked.attributes.id == reworded.attributes.id:
        return True
    return likeness(words_of(marked), words_of(reworded)) >= TICK_CROSSES


def merge_marks(origin: Item | None, mine: Item, other: Item) -> str:
    """If both added the item, ticked wins over open; done and not applicable never merge."""
    marks = (mine.mark.lower(), other.mark.lower())
    if origin is None:
        if set(marks) == {"x", NOT_APPLICABLE}:
            raise DisagreeError("its state")
        return mine.mark if not mine.open or other.open else other.mark
    merged = three(origin.mark.lower(), *marks, "its state")
    return mine.mark if merged == marks[0] else other.mark


def _prefix(version: Version, item: Item) -> bytes:
    """The text before the box on its line."""
    source = version.document.source
    return source.data[source.starts[item.line - 1] : item.box.start]


def _merge_prefixes(base: bytes | None, ours: bytes, theirs: bytes) -> bytes:
    """Merges indentation and list marker separately; a numbered list keeps our numbers."""
    parts = [MARKER.fullmatch(prefix) if prefix is not None else None for prefix in (base, ours, theirs)]
    before, mine, other = parts
    if ours == theirs or (base is not None and theirs == base):
        return ours
    if mine is None or other is None or (base is not None and before is None):
        return three(base, ours, theirs, PLACE) or b""
    merged = b""
    for group in (1, 2, 3):
        values = [mine[group], other[group]]
        if group == 2 and all(value[:1].isdigit() for value in values):
            merged += values[0] if before is None or values[0] != before[2] else values[1]
        else:
            merged += three(before[group] if before else values[0], values[0], values[1], PLACE)
    return merged


def _token_edits(
    origin: Item | None, ours: tuple[Version, Item], theirs: tuple[Version, Item], skeleton: tuple[Version, Item]
) -> list[Edit]:
    """Edits that give the skeleton each token from the side that changed it."""
    from onbo.onboarding.tick import put_token, with_blanks_before

    version, item = skeleton
    edits: dict[Span, bytes] = {}
    for kind in TOKENS:
        values = [giver.value(kind) for giver in (ours[1], theirs[1])]
        before = origin.value(kind) if origin else None
        value = three(before, values[0], values[1], "its owner, date or other attributes")
        old = item.token(kind)
        if item.value(kind) == value:
            continue
        if value is None:
            if old is not None:
                edits[with_blanks_before(version.document, old.span)] = b""
            continue
        document, giver = (ours[0].document, ours[1]) if values[0] == value else (theirs[0].document, theirs[1])
        token = giver.token(kind)
        if token is None:
            raise AssertionError(kind)
        edit = put_token(item, kind, document.source.text(token.span))
        edits[edit.span] = edits.get(edit.span, b"") + edit.new
    return _without_overlaps(edits)


def _without_overlaps(edits: Mapping[Span, bytes]) -> list[Edit]:
    """Combines edits: an insertion where another edit deletes something becomes a replacement."""
    taken = {span: new for span, new in edits.items() if span.end > span.start}
    for span, new in edits.items():
        if span not in taken:
            around = next((other for other in taken if other.start <= span.start <= other.end), None)
            taken[around or span] = (taken[around] if around else b"") + new
    return [Edit(span, new) for span, new in taken.items()]


# --- Fields and rows ---


class Answer(NamedTuple):
    """What a placeholder was filled in with, or the placeholder itself."""

    text: str
    filled: bool


def _merge_answers(base: Answer | None, ours: Answer, theirs: Answer, what: str) -> Answer:
    """Filled wins over unfilled; of two filled answers, the one that changed wins."""
    if ours.text == theirs.text:
        return ours
    if ours.filled != theirs.filled and (base is None or not base.filled):
        return ours if ours.filled else theirs
    if base is None:
        raise DisagreeError(what)
    return three(base, ours, theirs, what)


def _field(version: Version) -> Field:
    if not isinstance(version.unit.ref, Field):
        raise AssertionError(version.unit)
    return version.unit.ref


def _merge_fields(base: Version | None, ours: Version, theirs: Version) -> tuple[bytes, ...]:
    """Merges the value, answer by answer if its form is known, within the newest wording of the form."""
    mine, other = _field(ours), _field(theirs)
    if mine.notes or other.notes:
        raise DisagreeError("its label")
    value = _merge_values([version for version in (base, ours, theirs) if version is not None], known=base is not None)
    return ours.edited([Edit(mine.span, encode(value))])


def _merge_values(versions: Sequence[Version], *, known: bool) -> str:
    from onbo.onboarding.answers import model_of, parts
    from onbo.onboarding.health import score_of

    places = [(version.document, _field(version).span) for version in versions]
    models = [model_of(*place) for place in places]
    model = next((found for found in models if found is not None), None)
    whole = [
        Answer(text, bool(text) and own is None)
        for own, text in zip(models, (document.source.text(span) for document, span in places), strict=True)
    ]
    before = whole[0] if known else None
    if model is None:
        return _merge_answers(before, whole[-2], whole[-1], "its value").text
    found = [
        parts(*place, own if own is not None and len(own.types) == len(model.types) else model)
        for place, own in zip(places, models, strict=True)
    ]
    if any(len(answers) != len(model.types) for answers in found):
        return _merge_answers(before, whole[-2], whole[-1], "its value").text
    if any(score_of(answers) is not None for answers in found):
        # A colour belongs to its score: one side's score with the other side's colour would be wrong.
        given = [tuple(part.text if part.filled else None for part in answers) for answers in found]
        chosen = three(given[0] if known else (None, None), given[-2], given[-1], "its value")
        return whole[-2 if chosen == given[-2] else -1].text
    answers = [[Answer(part.text, part.filled) for part in answers] for answers in found]
    origins: Sequence[Answer | None] = answers[0] if known else [None] * len(model.types)
    merged = [
        _merge_answers(*versions_of, "its value").text
        for versions_of in zip(origins, answers[-2], answers[-1], strict=True)
    ]
    _expect_same_form(models[0] if known else None, models[-2:])
    forms = [own.words if own is not None and len(own.words) == len(model.words) else model.words for own in models]
    form = three(forms[0], forms[-2], forms[-1], "its form")
    return "".join(word + answer for word, answer in zip(form, [*merged, ""], strict=True))


def _expect_same_form(base: "Model | None", sides: Sequence["Model | None"]) -> None:
    """Raises DisagreeError if one side replaced the form that the other side filled in."""
    for own in sides:
        if base is not None and own is not None and own.words != base.words and set(own.forms) - set(base.forms):
            raise DisagreeError("its form")


def _row(version: Version) -> Row:
    if not isinstance(version.unit.ref, Row):
        raise AssertionError(version.unit)
    return version.unit.ref


def _merge_rows(base: Version | None, ours: Version, theirs: Version) -> tuple[bytes, ...]:
    """Cell by cell."""
    versions = [version for version in (base, ours, theirs) if version is not None]
    if len({len(_row(version).cells) for version in versions}) > 1:
        raise DisagreeError("its cells")
    edits = []
    for at, cell in enumerate(_row(ours).cells):
        answers = [_cell(version, at) for version in versions]
        merged = _merge_answers(answers[0] if base else None, answers[-2], answers[-1], "its cells")
        if merged != answers[-2]:
            edits.append(Edit(cell.span, encode(merged.text)))
    return ours.edited(edits)


def _cell(version: Version, at: int) -> Answer:
    from onbo.onboarding.answers import placeholders

    span = _row(version).cells[at].span
    text = version.document.source.text(span)
    return Answer(text, bool(text) and not placeholders(version.document, span))
