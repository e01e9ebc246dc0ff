"""A template's changes into a customer's copy: base is the template that it was made from, theirs today's."""

import re
from typing import NamedTuple

from onbo.document.model import Document, normal
from onbo.document.parse import parse
from onbo.document.source import Edit, Span, apply_edits, encode
from onbo.merging.threeway import Merger, Outcome, Three
from onbo.onboarding.instantiate import front_matter_lines
from onbo.onboarding.segments import as_in, for_segment, resolve
from onbo.onboarding.template import Template


class Origin(NamedTuple):
    """The template that a copy was made from, and today's of its name."""

    base: Template
    theirs: Template


def update(copy: Document, origin: Origin, segment: str | None) -> Outcome:
    """The copy with what changed in its template. Raises LostError rather than lose anything.

    What is for certain segments counts, in base, where the copy has it, and comes in or goes by the segment that
    the copy says now.
    """
    base = parse("base", resolve(origin.base.document, as_in(copy)))
    theirs = parse("theirs", resolve(origin.theirs.document, for_segment(segment)))
    skip = tuple(_body_line(document) for document in (base, copy, theirs))
    # An item that both states of the template have is not another one reworded, whatever segment it is for.
    distinct = _texts(origin.base.document) & _texts(origin.theirs.document)
    three = Three(base, copy, theirs, (skip[0], skip[1], skip[2]))
    merged = Merger(three, keep_state=True, distinct=distinct).outcome()
    return merged._replace(data=_front(copy, origin.theirs) + merged.data)


def _texts(document: Document) -> set[str]:
    return {normal(item.text) for item in document.items}


def _body_line(document: Document) -> int:
    """The 0-based line where the body begins."""
    return document.front_matter.end if document.front_matter else 0


def _front(copy: Document, template: Template) -> bytes:
    """The copy's front matter, of which only template, version and base are another."""
    end = copy.source.line_end()
    lines = [encode(line) for line in front_matter_lines(template)]
    matter = copy.front_matter
    if matter is None:
        return end.join([b"---", *lines, b"---", b""])
    data = copy.source.data[: copy.body_start]
    edits = []
    for line in lines:
        key = line.split(b":")[0]
        old = re.search(rb"(?m)^" + key + rb":[^\r\n]*", data)
        if old is not None:
            edits.append(Edit(Span(*old.span()), line))
        else:
            at = copy.source.starts[matter.line - 1]
            edits.append(Edit(Span(at, at), line + end))
    gathered: dict[Span, bytes] = {}
    for edit in edits:
        gathered[edit.span] = gathered.get(edit.span, b"") + edit.new
    return apply_edits(data, [Edit(span, new) for span, new in gathered.items()])
