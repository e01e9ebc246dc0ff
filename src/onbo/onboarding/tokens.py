"""Owners, pinned due dates and waiting: tokens of an item's line, put there, replaced or taken away."""

import re
from collections.abc import Sequence
from datetime import date

from onbo.document.model import Document, Item, Token
from onbo.document.source import Edit, Span, encode
from onbo.errors import UsageError
from onbo.onboarding.tick import Marking, put_token, with_blanks_before, without

OWNER = re.compile(r"@?(\w(?:[\w.\-]*\w)?)")


def assign(document: Document, items: Sequence[Item], who: str | None) -> Marking:
    """The owner of items; None takes it away."""
    match = OWNER.fullmatch(who) if who is not None else None
    if who is not None and match is None:
        raise UsageError(f"{who!r} is no owner", hint="write it as @ann: letters, digits, . and -")
    return _set(document, items, "owner", match[1] if match else None, "@")


def pin(document: Document, items: Sequence[Item], day: date | None) -> Marking:
    """The pinned due date of items; None leaves it to the day range."""
    return _set(document, items, "due", day.isoformat() if day else None, "due:")


def wait(document: Document, items: Sequence[Item], who: str | None) -> Marking:
    """Whom open items wait for; None when that is over."""
    for item in items:
        if who is not None and not item.open:
            state = "done" if item.done else "not applicable"
            raise UsageError(
                f"{item.number} {item.text} is {state} and waits for nobody",
                path=document.source.path,
                line=item.line,
            )
    called = "-".join(re.findall(r"[\w.@]+", who)) if who is not None else None
    if called == "":
        raise UsageError(f"{who!r} is nobody", hint="for example: --on customer")
    return _set(document, items, "waiting", called, "waiting:")


def _set(document: Document, items: Sequence[Item], kind: str, value: str | None, prefix: str) -> Marking:
    edits, changed, already = [], [], []
    for item in items:
        old = item.token(kind)
        if (old.value if old else None) == value:
            already.append(item)
        elif value is None and old is not None:
            edits.append(Edit(with_blanks_before(document, old.span), b""))
            changed.append(item._replace(tokens=without(item, kind)))
        elif value is not None:
            edits.append(_replaced(document, old, value) if old else put_token(item, kind, f"{prefix}{value}"))
            changed.append(item._replace(tokens=(*without(item, kind), Token(kind, value, Span(0, 0)))))
    return Marking(tuple(edits), tuple(changed), tuple(already))


def _replaced(document: Document, token: Token, value: str) -> Edit:
    """A new value in the form in which the old one was written: `[due:: 2026-03-12]` stays in brackets."""
    return Edit(token.span, encode(document.source.text(token.span).replace(token.value, value, 1)))
