"""What the words of one line say: an item's text, tokens and attributes; a heading's title; a field's label.

A pure function of the line, so that lines which many files share are read once. The caches are small and hold
nothing that could be stale.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from onbo.document.inline import MAX_BRACKETS, InlineSpan, covering, inline_spans
from onbo.document.model import NO_ATTRIBUTES, Attributes, DayRange
from onbo.document.outline import Mark, Words
from onbo.document.syntax import (
    ATTRIBUTES,
    BLANKS,
    DAY_RANGE,
    FIELD,
    NOT_PLAIN,
    NOTES_FORM,
    PLACEHOLDER,
    QUOTE_MARK,
    TOKEN,
    unescape,
)

if TYPE_CHECKING:
    from re import Match

NO_REFERENCES: Mapping[str, object] = {}
# What a portfolio made from a few templates needs; longer lines are not kept, so that memory stays small.
KEPT = 8192
LONGEST_KEPT = 400
# One of these stands in every token and in every comment.
SIGNS = ("@", ":", "<!--", "\U0001f4c5")


def item_words(text: str, references: Mapping[str, object] = NO_REFERENCES) -> Words:
    """The words behind a box. A token in code, a link or HTML is text; so is a due date that does not exist."""
    if not any(sign in text for sign in SIGNS):  # nearly all lines
        return Words(text, (), NO_ATTRIBUTES)
    matches = list(TOKEN.finditer(text))
    comment = ATTRIBUTES.search(text)
    if not matches and comment is None:
        return Words(text, (), NO_ATTRIBUTES)
    spans = spans_of(text, comment, references)
    found: dict[str, tuple[int, int, str]] = {}
    is_no_text = covering(span for span in spans if span.kind != "placeholder")
    for match in matches:
        if is_no_text(match.start()):
            continue
        kind = (match.lastgroup or "").removeprefix("boxed_")
        value = match[match.lastgroup or 0].strip()
        if kind not in found and (kind != "due" or _is_date(value)):
            found[kind] = (match.start(), match.end(), value)
    if comment and any(s.kind == "html" and (s.start, s.end) == comment.span() for s in spans):
        found["attributes"] = (comment.start(), comment.end(), comment[1].strip())
    marks = []
    kept = text
    for kind, (start, end, value) in sorted(found.items(), key=lambda entry: entry[1], reverse=True):
        marks.append(Mark(kind, value, start, end))
        around = int(kept[:start].endswith("(") and kept[end:].startswith(")"))  # brackets put around it
        kept = f"{kept[: start - around].rstrip(BLANKS)}{kept[end + around :]}"
    attributes = read_attributes(found["attributes"][2]) if "attributes" in found else NO_ATTRIBUTES
    return Words(kept.strip(BLANKS), tuple(reversed(marks)), attributes)


def spans_of(text: str, comment: "Match[str] | None", references: Mapping[str, object]) -> list[InlineSpan]:
    """What in a line is no text. A line with nothing odd but one plain comment needs no Markdown parser."""
    if references:
        return inline_spans(text, references)
    if comment is not None and "--" not in f"{comment[1]}-":
        start, end = comment.span()
        if not NOT_PLAIN.search(text[:start]) and not NOT_PLAIN.search(text[end:]):
            return [InlineSpan("html", start, end)]
    return inline_spans(text, references) if NOT_PLAIN.search(text) else []


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def read_attributes(text: str) -> Attributes:
    """`id=sso only=smb internal` -> Attributes."""
    values = dict(word.split("=", 1) for word in text.split() if "=" in word)
    only = tuple(part for part in values.get("only", "").lower().split(",") if part)
    return Attributes(values.get("id"), only, "internal" in text.split())


@lru_cache(KEPT)
def heading_words(text: str) -> tuple[str, DayRange | None, Attributes]:
    """A heading's title, day range and attributes."""
    attributes = NO_ATTRIBUTES
    found = ATTRIBUTES.search(text)
    if found and found.end() == len(text.rstrip()):
        attributes = read_attributes(found[1])
        text = text[: found.start()]
    days = None
    match = DAY_RANGE.search(text)
    if match:
        days = DayRange(int(match[1]), int(match[2] or match[1]))
        text = f"{text[: match.start()].rstrip()} {text[match.end() :].lstrip()}"
    return " ".join(text.split()), days, attributes


def placeholder_spans(text: str, references: Mapping[str, object] = NO_REFERENCES) -> list[tuple[int, int]]:
    """Where placeholders stand in a value, brackets and all. Links and code are none."""
    if "[" not in text:
        return []
    if NOT_PLAIN.search(text) or references or text.count("[") > MAX_BRACKETS:
        return [(s.start, s.end) for s in inline_spans(text, references) if s.kind == "placeholder"]
    return [match.span() for match in PLACEHOLDER.finditer(text)]


def quoted_words(lines: Sequence[str]) -> str:
    """What the lines of a block quote say, without its own marks; a quote within it keeps its marks."""
    words = [QUOTE_MARK.sub("", line, count=1).strip(BLANKS) for line in lines]
    return "\n".join(words).strip("\n")


def is_one_placeholder(text: str, references: Mapping[str, object] = NO_REFERENCES) -> bool:
    return bool(text) and placeholder_spans(text, references) == [(0, len(text))]


def is_notes_form(text: str, references: Mapping[str, object] = NO_REFERENCES) -> bool:
    """Whether what a quote says is a form by its looks: one placeholder alone that tells what to write."""
    return bool(NOTES_FORM.match(text)) and is_one_placeholder(text, references)


class FieldWords(NamedTuple):
    """A field's line.

    folded      the label, case-folded
    start, end  the columns of the value
    filled      whether there is a value and no placeholder left in it, where the file has no link references
    """

    label: str
    folded: str
    value: str
    start: int
    end: int
    filled: bool


def field_words(text: str) -> FieldWords | None:
    """What a line says as a field; None where it is none."""
    return _kept_field_words(text) if len(text) <= LONGEST_KEPT else _field_words(text)


def _field_words(text: str) -> FieldWords | None:
    match = FIELD.match(text)
    if match is None:
        return None
    label, value = match["label"], match["value"]
    filled = bool(value) and not placeholder_spans(value)
    return FieldWords(label, label.casefold(), unescape(value), *match.span("value"), filled)


_kept_field_words = lru_cache(KEPT)(_field_words)
