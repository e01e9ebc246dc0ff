"""Ticking, unticking, and setting aside as not applicable: intentions -> Edits."""

from collections.abc import Sequence
from typing import NamedTuple

from onbo.document.model import NOT_APPLICABLE, OPEN, Document, Item, Token
from onbo.document.source import Edit, Span, encode
from onbo.errors import UsageError
from onbo.onboarding.guard import Said, item_key, item_value
from onbo.onboarding.typed import as_typed

DONE = "x"


class Marking(NamedTuple):
    """changed holds the items as they will be; already those that were so before."""

    edits: tuple[Edit, ...]
    changed: tuple[Item, ...]
    already: tuple[Item, ...]

    @property
    def expected(self) -> Said:
        return {item_key(item): item_value(item) for item in self.changed}


def check(document: Document, items: Sequence[Item], *, whole: bool = False) -> Marking:
    """Tick: one byte each. Of a whole section, what is not applicable is passed over."""
    items = [item for item in items if item.applies or not whole]
    for item in items:
        if not item.applies:
            raise UsageError(
                f"{item.number} {item.text} is marked not applicable",
                path=document.source.path,
                line=item.line,
                hint=f"first: onbo uncheck {as_typed(document.source.stem)} {item.number}",
            )
    changed = [item for item in items if not item.done]
    return Marking(
        tuple(_mark(item, DONE) for item in changed),
        tuple(item._replace(mark=DONE) for item in changed),
        tuple(item for item in items if item.done),
    )


def uncheck(document: Document, items: Sequence[Item]) -> Marking:
    """Open again; the reason of what was not applicable goes too."""
    changed = [item for item in items if not item.open]
    edits = [_mark(item, OPEN) for item in changed]
    for item in changed:
        reason = item.token("reason")
        if reason is not None and not item.applies:
            edits.append(Edit(with_blanks_before(document, reason.span), b""))
    return Marking(
        tuple(edits),
        tuple(
            item._replace(mark=OPEN, tokens=item.tokens if item.applies else without(item, "reason"))
            for item in changed
        ),
        tuple(item for item in items if item.open),
    )


def skip(document: Document, items: Sequence[Item], why: str) -> Marking:
    """Not applicable, with the reason at the end of the line."""
    from onbo.onboarding.values import UNPRINTABLE  # a tick does without it

    reason = " ".join(why.split())
    if not reason:
        raise UsageError("a reason is needed", hint='give --why "self-serve plan"')
    if UNPRINTABLE.search(reason):
        raise UsageError("the reason holds a control character", hint="leave it out")
    edits, changed, already = [], [], []
    for item in items:
        if item.done:
            raise UsageError(
                f"{item.number} {item.text} is done",
                path=document.source.path,
                line=item.line,
                hint=f"first: onbo uncheck {as_typed(document.source.stem)} {item.number}",
            )
        if not item.applies and item.value("reason") == reason:
            already.append(item)
            continue
        if item.applies:
            edits.append(_mark(item, NOT_APPLICABLE))
        edits.append(put_token(item, "reason", f"(n/a: {reason})"))
        token = Token("reason", reason, Span(0, 0))
        changed.append(item._replace(mark=NOT_APPLICABLE, tokens=(*without(item, "reason"), token)))
    return Marking(tuple(edits), tuple(changed), tuple(already))


def put_token(item: Item, kind: str, text: str) -> Edit:
    """Put a token in the place of the one of its kind, else at the end of the item's words, before attributes."""
    old = item.token(kind)
    if old is not None:
        return Edit(old.span, encode(text))
    attributes = item.token("attributes")
    if attributes is not None and attributes.span.end == item.words.end:
        return Edit(Span(attributes.span.start, attributes.span.start), encode(f"{text} "))
    return Edit(Span(item.words.end, item.words.end), encode(f" {text}"))


def with_blanks_before(document: Document, span: Span) -> Span:
    start = span.start
    while document.source.data[start - 1 : start] in (b" ", b"\t"):
        start -= 1
    return Span(start, span.end)


def _mark(item: Item, mark: str) -> Edit:
    return Edit(Span(item.box.start + 1, item.box.start + 2), mark.encode())


def without(item: Item, kind: str) -> tuple[Token, ...]:
    return tuple(token for token in item.tokens if token.kind != kind)
