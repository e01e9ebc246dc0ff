"""Writing notes under sections and items, and adding items: text -> lines -> Edits."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from onbo.document.identity import FieldKey, field_keys, normal
from onbo.document.inline import inline_spans
from onbo.document.marks import comments
from onbo.document.model import Document, Field, Item, Section
from onbo.document.parse import parse
from onbo.document.source import Edit, Span, encode
from onbo.document.syntax import BLANKS, BLOCK_START, RULE, SHARED_MARK, escape
from onbo.errors import UsageError
from onbo.onboarding.forms import Forms
from onbo.onboarding.guard import field_key, item_key, item_value
from onbo.onboarding.values import UNPRINTABLE

ORDERED = re.compile(r"(\d{1,9})(?=[.)][ \t]+$)")


class Addition(NamedTuple):
    """Edits, what the document shall say then by guard's keys, and the lines that came to be."""

    edits: tuple[Edit, ...]
    expected: Mapping[tuple[object, ...], Any]
    told: tuple[str, ...]


def paragraphs(text: str) -> list[list[str]]:
    """A note's paragraphs, each its lines. Raises UsageError for an empty note, or one with control characters."""
    lines = [" ".join(line.split()) for line in re.split(r"\r\n|\n|\r", text)]
    if any(UNPRINTABLE.search(line) for line in lines):
        raise UsageError("the note holds a control character", hint="leave it out")
    found = [block.split("\n") for block in re.split(r"\n\n+", "\n".join(lines).strip("\n")) if block]
    if not found:
        raise UsageError("the note is empty")
    return found


def marked_shared(text: str) -> str:
    """A note with the mark that shows it to the customer at the end of each line, as the mark holds for one.

    Raises UsageError where something that is not closed would keep the mark from being read.
    """
    found: list[str] = []
    for paragraph in paragraphs(text):
        lines = [f"{line} {SHARED_MARK}" for line in paragraph]
        # As it is written, and as it is read: without the backslashes that keep a line from beginning a list or a fence.
        marked = _lines_marked([_as_prose(line) for line in lines]) & _lines_marked(lines)
        if len(marked) < len(lines):
            line = next(line for at, line in enumerate(paragraph) if at not in marked)
            raise UsageError(
                f"{line!r} cannot be shared: a comment, code or a link in it is not closed",
                hint="close it in the same line",
            )
        found.append("\n".join(lines))
    return "\n\n".join(found)


def _lines_marked(lines: Sequence[str]) -> set[int]:
    """Those lines of a paragraph, from 0, whose mark at the end stands in nothing else."""
    text = "\n".join(lines)
    read = inline_spans(text, {})
    marks = {span.start for span in read if span.kind == "html" and text[span.start : span.end] == SHARED_MARK}
    around = [(span.start, span.end) for span in read]
    around += [(comment.start, comment.end) for comment in comments(text)]
    found = set()
    end = -1
    for at, line in enumerate(lines):
        end += len(line) + 1
        mark = end - len(SHARED_MARK)
        in_line = len(line) - len(SHARED_MARK)
        if (
            mark in marks
            and not any(start < mark < stop for start, stop in around)
            and not any(comment.start < in_line < comment.end for comment in comments(line))
        ):
            found.add(at)
    return found


def _quoted(note: list[list[str]], prefix: str) -> list[str]:
    """Paragraphs as a block quote that says just what they say."""
    lines: list[str] = []
    for paragraph in note:
        lines += [f"{prefix}>"] * bool(lines)
        lines += [f"{prefix}> {_as_prose(line)}" for line in paragraph]
    return lines


def _as_prose(line: str) -> str:
    """A line that begins no list, heading or fence: the sign that would is escaped."""
    text = escape(line)
    return BLOCK_START.sub(lambda match: f"{match[0]}\\", text, count=1) if BLOCK_START.match(text) else text


def note_item(document: Document, item: Item, text: str) -> Addition:
    """A note below the item's own lines and the notes it has."""
    note = paragraphs(text)
    lines = _quoted(note, item.prefix)
    last = item.notes[-1] if item.notes else None
    if last is not None and last.quoted:
        lines = [f"{item.prefix}>", *lines]
    at = last.span.end if last else item.head
    mark, words, tokens, notes = item_value(item)
    said = (*notes, *("\n".join(paragraph) for paragraph in note))
    return _insert(document, at, lines, {item_key(item): (mark, words, tokens, said)})


def note_field(forms: Forms, field: Field, text: str) -> Addition:
    """A note into a notes field: in the place of its form where nobody wrote there, else below what stands there."""
    document = forms.document
    note = paragraphs(text)
    lines = _quoted(note, "")
    said = "\n\n".join("\n".join(paragraph) for paragraph in note)
    key = field_key(document, field)
    if not field.notes:
        return _insert(document, field.span.end, lines, {key: said})
    if forms.is_untouched(field):
        end = document.source.line_end().decode()
        return Addition((Edit(field.span, encode(end.join(lines))),), {key: said}, tuple(lines))
    return _insert(document, field.span.end, [">", *lines], {key: "\n\n".join(filter(None, [field.value, said]))})


def notes_field(document: Document, section: Section) -> Field | None:
    """The field of a section that holds its notes: a label with a quote below, else an empty label of that name."""
    end = _body_end(document, section)
    own = [field for field in document.fields if section.line <= field.line <= end]
    held = [field for field in own if field.notes]
    empty = [field for field in own if is_blank(field)]
    return next(iter(held or empty), None)


def is_blank(field: Field) -> bool:
    """Whether a label asks for notes by its name, and nothing stands there yet."""
    return not (field.value or field.below or field.notes) and field.label.casefold().endswith("notes")


def note_section(forms: Forms, section: Section, text: str) -> Addition:
    """A note into the section's notes; where it has none, they begin at the end of its own text."""
    document = forms.document
    field = notes_field(document, section)
    if field is not None:
        return note_field(forms, field, text)
    note = paragraphs(text)
    line = _body_end(document, section) - 1
    source = document.source
    at = source.offset(line, len(source.texts[line]))
    said = "\n\n".join("\n".join(paragraph) for paragraph in note)
    path = tuple(map(normal, section.path)) if section.number != "0" else ()
    # Sections of one title may have notes already: those further down count one more then.
    same = [(key, other) for key, other in field_keys(document) if (key.path, key.label) == (path, "notes")]
    before = sum(other.line <= line for _, other in same)
    expected: dict[tuple[object, ...], object] = {("field", FieldKey(path, "notes", before + 1)): said}
    expected |= {("field", key._replace(repeat=key.repeat + 1)): other.value for key, other in same[before:]}
    return _insert(document, at, ["", "**Notes:**", *_quoted(note, "")], expected)


def _body_end(document: Document, section: Section) -> int:
    """The 1-based last line of a section's own text, without blank lines and rules at its end."""
    source = document.source
    later = [other.line for other in document.walk() if other.line > section.line]
    last = min(later) - 1 if later else len(source.texts)
    while last > section.line and (not source.texts[last - 1].strip(BLANKS) or RULE.match(source.texts[last - 1])):
        last -= 1
    return last


def _insert(document: Document, at: int, lines: list[str], expected: Mapping[tuple[object, ...], Any]) -> Addition:
    """Lines below the one that ends at `at`."""
    end = document.source.line_end()
    new = b"".join(end + encode(line) for line in lines)
    return Addition((Edit(Span(at, at), new),), expected, tuple(line for line in lines if line))


def add_item(document: Document, section: Section, text: str, after: Item | None) -> Addition:
    """A new open item, at the end of a section's own items or after one of them."""
    words = " ".join(text.split())
    if not words or UNPRINTABLE.search(words):
        raise UsageError("the item's text is empty or holds a control character")
    model = after or next((item for item in reversed(section.items) if item.parent is None), None)
    made = parse(document.source.path, encode(f"- [ ] {words}")).items
    if len(made) != 1 or not made[0].text:
        raise UsageError(f"{words!r} cannot be an item's text", hint="begin it with a word")
    new = made[0]._replace(path=section.path)
    same = [item for item in section.items if normal(item.text) == normal(new.text)]
    if same or any(item.key.name == new.key.name for item in document.items):
        raise UsageError(f"{section.title or 'the file'} has that item already", hint="word it otherwise")
    expected = {item_key(new): item_value(new)}
    if model is None:
        line = _body_end(document, section) - 1
        at = document.source.offset(line, len(document.source.texts[line]))
        return _insert(document, at, ["", f"- [ ] {words}"], expected)
    return _insert(document, model.span.end, [f"{_marker(document, model)}[ ] {words}"], expected)


def _marker(document: Document, item: Item) -> str:
    """What stands before a sibling's box, counted on by one in a numbered list."""
    source = document.source
    start = source.starts[item.line - 1]
    before = source.text(Span(start, item.box.start))
    if not before.strip(BLANKS + ">"):  # its box is on the line after its marker
        return f"{item.prefix[:-2]}- "
    return ORDERED.sub(lambda match: str(int(match[1]) + 1), before)
