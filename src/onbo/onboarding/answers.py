"""Where the answers stand in a value: in the place of its form's placeholders, once they are filled.

A filled value no longer shows its form; the template's does, and says which of its bytes are the answer and which the
form's own words: `85% of licensed users active` is 85% and a suffix.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from onbo.document.model import Document
from onbo.document.source import Span, encode
from onbo.document.words import placeholder_spans
from onbo.onboarding.field_types import NOTES, TEXT, FieldType, infer, option_in

# As much of what follows a placeholder as may tell its type: `/100`.
FOLLOWING = 4


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
            text[a + 1 : b - 1], place, NOTES if quoted else infer(text[a + 1 : b - 1], text[b : b + FOLLOWING])
        )
        for (a, b), place in zip(found, _within(span, text, found), strict=True)
    )


def _within(span: Span, text: str, places: Iterable[tuple[int, int]]) -> Iterator[Span]:
    """Characters of the text of a span, as bytes of the file. The places come in the order of the text."""
    at, byte = 0, span.start
    for start, end in places:
        first = byte + len(encode(text[at:start]))
        at, byte = end, first + len(encode(text[start:end]))
        yield Span(first, byte)


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
    places = _within(span, text, found)
    return tuple(
        Part(at, text[start:end], kind, filled=at not in left)
        for at, (start, end), kind in zip(places, found, model.types, strict=True)
    )


def answers(document: Document, span: Span, model: Model | None, kind: FieldType) -> tuple[Part, ...]:
    """The answers in a span: by the template's form where it fits, else the placeholders left, else all of it.

    Where words stand beside a placeholder, only the placeholder is the answer.
    """
    left = _left(document, span, model, kind)
    if model is not None:
        alone = len(model.types) == 1
        starts = [p.span.start for p in left]
        found = []
        for part in _fitting(document, span, model):
            inside = left[bisect_left(starts, part.span.start) : bisect_left(starts, part.span.end)]
            found.append(_narrowed(document, part, inside, alone=alone))
        if found and None not in found:
            return tuple(part for part in found if part is not None)
    if left:
        return tuple(Part(p.span, document.source.text(p.span), p.type, filled=False) for p in left)
    text = document.source.text(span)
    return (Part(span, text, model.types[0] if model else TEXT, filled=bool(text)),)


def _left(document: Document, span: Span, model: Model | None, kind: FieldType) -> list[Placeholder]:
    """The placeholders in a span that are still to be filled: not what somebody typed in brackets."""
    found = placeholders(document, span)
    if len(found) == 1 and found[0].span == span:
        return list(found)
    forms = frozenset(model.forms) if model is not None else frozenset()
    of_the_form = [p for p in found if p.form in forms]
    if of_the_form:
        return of_the_form
    kinds = {kind.kind, *(t.kind for t in model.types)} if model else {kind.kind}
    return [p for p in found if not p.form[:1].islower() and (p.type.kind in kinds or kinds == {"text"})]


def _narrowed(document: Document, part: Part, inside: Sequence[Placeholder], *, alone: bool) -> Part | None:
    """An answer without the words beside it: `Yellow (their words)`, `[Name] (deputy: Bob)`.

    inside: the placeholders that begin in it; one that ends beyond it does not count.

    None where several placeholders are left in it. A choice that is the whole value keeps its words: they are
    about the choice that was made.
    """
    if inside and inside[-1].span.end > part.span.end:
        inside = inside[:-1]
    if inside:
        at = inside[0].span
        return part._replace(span=at, text=document.source.text(at), filled=False) if len(inside) == 1 else None
    place = option_in(part.text, part.type.options) if part.filled and not alone else None
    if place is None:
        return part
    (span,) = _within(part.span, part.text, [place])
    return part._replace(span=span, text=part.text[place[0] : place[1]])


def is_rewritten(document: Document, span: Span, model: Model, found: tuple[Part, ...]) -> bool:
    """Whether the answer is the whole value, since nothing of the form is left in it."""
    return len(found) == 1 and found[0].span == span and not _fitting(document, span, model)


def sheet_of(document: Document, span: Span, found: tuple[Part, ...]) -> Sheet:
    moved = [part._replace(span=Span(part.span.start - span.start, part.span.end - span.start)) for part in found]
    return Sheet(document.source.data[span.start : span.end], tuple(moved))
