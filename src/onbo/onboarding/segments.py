"""`only=`: which items and sections of a template a segment gets."""

from collections import Counter
from collections.abc import Callable

from onbo.document.identity import normal, section_keys
from onbo.document.model import Document, Item, Section
from onbo.document.source import Edit, Span, apply_edits
from onbo.document.syntax import ATTRIBUTES
from onbo.onboarding.tick import with_blanks_before

Keeps = Callable[[Section | Item], bool]


def for_segment(segment: str | None) -> Keeps:
    """Whatever names no segment, and what names this one."""
    return lambda thing: not thing.attributes.only or segment in thing.attributes.only


def as_in(copy: Document, template: Document) -> Keeps:
    """What a copy was given of its template: an item or a section for certain segments counts where the copy has it.

    Of equal items as many count as the copy has, those for every segment first; one that was moved counts by its text.
    Of sections of the same titles those count of which the copy has an item.
    """
    items = Counter(item.key.name for item in copy.items)
    known = Counter(item.key.name for item in template.items)
    moved = {normal(item.text) for item in copy.items if items[item.key.name] > known[item.key.name]}
    left = items - Counter(item.key.name for item in template.items if not item.attributes.only)
    given = set()
    for item in template.items:
        if item.attributes.only and (left[item.key.name] > 0 or normal(item.text) in moved):
            left[item.key.name] -= 1
            given.add(item.key)
    paths = {key.path for key, _ in section_keys(copy)}
    alike = Counter(key.path for key, _ in section_keys(template))
    sections = {
        section.at
        for key, section in section_keys(template)
        if key.path in paths and (alike[key.path] == 1 or any(item.key.name in items for item in section.all_items()))
    }

    def keeps(thing: Section | Item) -> bool:
        if not thing.attributes.only:
            return True
        return thing.at in sections if isinstance(thing, Section) else thing.key in given

    return keeps


def resolve(document: Document, keeps: Keeps) -> bytes:
    """The template with what is not kept taken out, and `only=` of what is."""
    if not any(item.attributes.only for item in document.items) and not any(s.attributes.only for s in document.walk()):
        return document.source.data
    edits: list[Edit] = []
    gone: list[Span] = []
    for section in document.walk():
        if not keeps(section):
            gone.append(_section_span(document, section))
        elif section.attributes.only:
            edits.append(_without_only(document, _heading_comment(document, section)))
    for item in document.items:
        if not keeps(item):
            gone.append(Span(item.span.start, _line_after(document, item.span.end)))
        elif item.attributes.only:
            token = item.token("attributes")
            if token is not None:
                edits.append(_without_only(document, token.span))
    outer = [span for span in gone if not any(other != span and _inside(span, other) for other in gone)]
    kept = [edit for edit in edits if not any(_inside(edit.span, span) for span in outer)]
    return apply_edits(document.source.data, [*kept, *(Edit(span, b"") for span in dict.fromkeys(outer))])


def _inside(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _line_after(document: Document, offset: int) -> int:
    """Where the line after the one that holds `offset` begins."""
    source = document.source
    line = source.line_at(offset)
    return source.starts[line] if line < len(source.starts) else len(source.data)


def _section_span(document: Document, section: Section) -> Span:
    """From a heading to the next one that is not below it."""
    source = document.source
    below = {inner.line for inner in section.walk()}
    later = [other.line for other in document.walk() if other.line > section.line and other.line not in below]
    end = source.starts[min(later) - 1] if later else len(source.data)
    return Span(source.starts[section.line - 1], end)


def _heading_comment(document: Document, section: Section) -> Span:
    line = section.line - 1
    match = ATTRIBUTES.search(document.source.texts[line])
    if match is None:
        raise AssertionError(section)
    return document.source.span(line, *match.span())


def _without_only(document: Document, comment: Span) -> Edit:
    """The comment without `only=`, or, where nothing is left in it, without it and the blanks before."""
    match = ATTRIBUTES.fullmatch(document.source.text(comment))
    left = [word for word in match[1].split() if not word.startswith("only=")] if match else []
    if left:
        return Edit(comment, f"<!-- {' '.join(left)} -->".encode())
    return Edit(with_blanks_before(document, comment), b"")
