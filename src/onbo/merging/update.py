"""A template's changes into a customer's copy: base is the template that it was made from, theirs today's."""

import re
from typing import NamedTuple

from onbo.document import front_matter
from onbo.document.model import OPEN, Document
from onbo.document.parse import parse_again
from onbo.document.source import Edit, Span, apply_edits, encode
from onbo.merging.report import Bodies, explain
from onbo.merging.threeway import LineMerge, Outcome, merge
from onbo.onboarding.instantiate import front_matter_lines
from onbo.onboarding.segments import as_in, for_segment, resolve
from onbo.onboarding.template import Template


class Origin(NamedTuple):
    """The template that a copy was made from, and today's of its name."""

    base: Template
    theirs: Template


def update(copy: Document, origin: Origin, segment: str | None, *, line_merge: LineMerge) -> Outcome:
    """The copy with what changed in its template.

    What is for certain segments counts, in base, where the copy has it, and comes in or goes by the segment that
    the copy says now.
    """
    base = _body(resolve(origin.base.document, as_in(copy, origin.base.document)))
    theirs = _body(resolve(origin.theirs.document, for_segment(segment)))
    ours = copy.source.data[copy.body_start :]
    merged = merge_template(base, ours, theirs, line_merge=line_merge)
    return merged._replace(data=_front(copy, origin.theirs) + merged.data)


def merge_template(base: bytes, copy: bytes, theirs: bytes, *, line_merge: LineMerge) -> Outcome:
    """The changes between two states of a template, in a copy; all three without front matter."""
    before, after = with_open_boxes(base), with_open_boxes(theirs)
    merged = merge(before, copy, after, line_merge=line_merge, template=True)
    return merged._replace(decisions=explain(Bodies(before, copy, after, merged.data), merged))


def _body(data: bytes) -> bytes:
    """A template without its front matter."""
    document = parse_again(data)
    return document.source.data[document.body_start :]


def with_open_boxes(data: bytes) -> bytes:
    """A template as copies are made of it: it never ticks anything."""
    edits = [
        Edit(Span(item.box.start + 1, item.box.start + 2), OPEN.encode())
        for item in parse_again(data).items
        if not item.open
    ]
    return apply_edits(data, edits) if edits else data


def _front(copy: Document, template: Template) -> bytes:
    """The copy's front matter, of which only template, version and base are another."""
    end = copy.source.line_end()
    matter = copy.front_matter
    known = template.is_base(front_matter.read(matter).text("base"))
    lines = [encode(line) for line in front_matter_lines(template) if not (known and line.startswith("base:"))]
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
