"""Fields: their placeholders, what type a placeholder's form means, and what the known ones say."""

import re
from datetime import date
from typing import Any, NamedTuple

from onbo.document.commonmark import MAX_BRACKETS, inline_spans
from onbo.document.model import Document, Field
from onbo.document.source import Span
from onbo.document.syntax import NOT_PLAIN, PLACEHOLDER
from onbo.onboarding import settings as known
from onbo.onboarding.dates import ISO
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
NOTES = FieldType("notes")
WITHIN = re.compile(r"within (\d{1,4}) days")
PERCENT = re.compile(r"_*\s*%")


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
    source = document.source
    text = source.text(span)
    if "[" not in text:
        return ()
    if NOT_PLAIN.search(text) or document.references or text.count("[") > MAX_BRACKETS:
        found = [(s.start, s.end) for s in inline_spans(text, document.references) if s.kind == "placeholder"]
    else:
        found = [match.span() for match in PLACEHOLDER.finditer(text)]
    quoted = text.lstrip().startswith(">")
    result = []
    for start, end in found:
        form = text[start + 1 : end - 1]
        first = span.start + len(text[:start].encode("utf-8", "surrogateescape"))
        last = first + len(text[start:end].encode("utf-8", "surrogateescape"))
        result.append(Placeholder(form, Span(first, last), NOTES if quoted else infer(form, text[end:])))
    return tuple(result)


def filled(document: Document, field: Field) -> bool:
    """A field with a placeholder left, or with nothing, is unfilled."""
    return bool(field.value) and not placeholders(document, field.span)


def unfilled(document: Document) -> tuple[Field, ...]:
    return tuple(field for field in document.fields if not filled(document, field))


def field_type(document: Document, field: Field, declared: dict[str, Any], settings: Settings) -> FieldType:
    """A field's type: as the template's front matter declares it, else from its form, else from its label."""
    left = placeholders(document, field.span)
    found = NOTES if field.notes else left[0].type if left else TEXT
    if any(field.label == settings.label(label) for label in known.DATE_LABELS):
        found = found._replace(kind="date") if found.kind == "date" else FieldType("date")
    spec = declared.get(field.label)
    return _declared(found, spec) if isinstance(spec, dict) else found


def _declared(found: FieldType, spec: dict[str, Any]) -> FieldType:
    kind = spec.get("type", found.kind)
    within = spec.get("within_days", found.within_days)
    options = spec.get("options")
    return FieldType(
        kind if kind in ("date", "percent", "number", "value", "choice", "text", "notes") else found.kind,
        tuple(str(option) for option in options) if isinstance(options, list) else found.options,
        within if isinstance(within, int) else None,
        spec.get("optional", found.optional) is True,
        100 if kind == "percent" else found.high,
    )


def segment_id(text: str) -> str:
    """Mid-Market -> mid-market"""
    return "-".join(text.casefold().split())


class Facts(NamedTuple):
    """What the fields with a meaning say; None where they are missing or unfilled.

    has_go_live  whether there is a Go-Live Date field at all
    """

    customer: str | None = None
    segment: str | None = None
    segment_title: str | None = None
    csm: str | None = None
    kickoff: date | None = None
    target_go_live: date | None = None
    go_live: date | None = None
    has_go_live: bool = False
    target_first_value: date | None = None
    achieved: date | None = None
    onboarding_status: str | None = None


def find_field(document: Document, label: str) -> Field | None:
    """The first field of that label, whatever its case."""
    folded = label.casefold()
    return next((field for field in document.fields if field.label.casefold() == folded), None)


def facts(document: Document, settings: Settings) -> Facts:
    def text(meaning: str) -> str | None:
        field = find_field(document, settings.label(meaning))
        return field.value if field and filled(document, field) else None

    def day(meaning: str) -> date | None:
        value = text(meaning)
        match = ISO.match(value) if value else None
        try:
            return date.fromisoformat(match[0]) if match else None
        except ValueError:
            return None

    segment = text(known.SEGMENT)
    return Facts(
        customer=text(known.CUSTOMER),
        segment=segment_id(segment) if segment else None,
        segment_title=segment,
        csm=text(known.CSM),
        kickoff=day(known.KICKOFF),
        target_go_live=day(known.TARGET_GO_LIVE),
        go_live=day(known.GO_LIVE),
        has_go_live=find_field(document, settings.label(known.GO_LIVE)) is not None,
        target_first_value=day(known.TARGET_FIRST_VALUE),
        achieved=day(known.DATE_ACHIEVED),
        onboarding_status=text(known.ONBOARDING_STATUS),
    )
