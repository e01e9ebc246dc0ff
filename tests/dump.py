"""A document as a few lines that a person can check: what the cases of the document layer expect."""

import json
from collections.abc import Iterator

from onbo.document import front_matter
from onbo.document.model import Document, Item, Section
from onbo.document.parse import parse
from onbo.errors import OnboError
from onbo.onboarding.answers import placeholders
from onbo.onboarding.field_types import FieldType
from onbo.onboarding.forms import Forms
from onbo.onboarding.settings import Settings


def dump(data: bytes) -> list[str]:
    try:
        document = parse("case.md", data)
    except OnboError as error:
        return [f"refused: {error.message} (exit {error.status})"]
    return [*_lines(document)] or ["nothing"]


def _lines(document: Document) -> Iterator[str]:
    yield from _front_matter(document)
    if document.title is not None:
        yield f"title: {document.title}"
    for section in document.sections:
        yield from _section(section, 0)
    for field in document.fields:
        kind = Forms(document, None, {}, Settings()).type(field)
        forms = "".join(f" [{p.form}]" for p in placeholders(document, field.span))
        where = f"{field.section} / " if field.section else ""
        yield f"field {where}{field.label} = {field.value!r}: {_type(kind)}{f', unfilled:{forms}' if forms else ''}"
    for table in document.tables:
        yield f"table {table.name or '-'}: {' | '.join(cell.text for cell in table.header.cells)}"
        for row in table.rows:
            yield f"  {' | '.join(cell.text for cell in row.cells)}"
            types = [_type(p.type) for cell in row.cells for p in placeholders(document, cell.span)]
            if types:
                yield f"    ({'; '.join(types)})"
    if document.conflict_line:
        yield f"conflict at line {document.conflict_line}"


def _front_matter(document: Document) -> Iterator[str]:
    if document.front_matter is None:
        return
    values = front_matter.read(document.front_matter)
    if values.error:
        yield f"front matter error at line {values.line}: {values.error}"
    for key, value in values.values.items():
        yield f"front matter {key}: {json.dumps(value, ensure_ascii=False)}"


def _section(section: Section, depth: int) -> Iterator[str]:
    indent = "  " * depth
    days = f" (days {section.days.first} to {section.days.last})" if section.days else ""
    yield f"{indent}{section.number or '-'} {section.title or '(no heading)'}{days}{_attributes(section)}"
    for item in section.items:
        yield from _item(item, indent + "  ")
    for inner in section.sections:
        yield from _section(inner, depth + 1)


def _attributes(thing: Section | Item) -> str:
    said = thing.attributes
    words = [
        f"id {said.id}" if said.id else "",
        f"only {', '.join(said.only)}" if said.only else "",
        "internal" if said.internal else "",
    ]
    return "".join(f" | {word}" for word in words if word)


def _item(item: Item, indent: str) -> Iterator[str]:
    tokens = "".join(f" | {token.kind} {token.value}" for token in item.tokens if token.kind != "attributes")
    under = f" | under {item.parent}" if item.parent else ""
    yield f"{indent}{item.number} [{item.mark}] {_shown(item.text)}{tokens}{_attributes(item)}{under}"
    for note in item.notes:
        yield f"{indent}  {'quote' if note.quoted else 'paragraph'}: {_shown(note.text)}"


def _shown(text: str) -> str:
    """What cannot be seen, as its code."""
    return "".join(ch if ch.isprintable() else ch.encode("unicode_escape").decode() for ch in text)


def _type(kind: FieldType) -> str:
    words = [
        f"{kind.kind} {' / '.join(kind.options)}" if kind.options else kind.kind,
        f"up to {kind.high}" if kind.high is not None else "",
        f"within {kind.within_days} days" if kind.within_days is not None else "",
        "optional" if kind.optional else "",
        "computed" if kind.computed else "",
    ]
    return ", ".join(word for word in words if word)
