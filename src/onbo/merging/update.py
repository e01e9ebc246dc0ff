"""Merges a template's changes into a customer's copy. base: the template it was made from; theirs: today's."""

import re
from typing import NamedTuple

from onbo.document import front_matter
from onbo.document.model import OPEN, Document
from onbo.document.parse import parse_again
from onbo.document.source import Edit, Span, apply_edits, encode
from onbo.merging.kept_internal import kept_internal
from onbo.merging.lines import Text
from onbo.merging.report import Bodies, explain
from onbo.merging.threeway import LineMerge, Outcome, is_too_long, merge
from onbo.onboarding.instantiate import front_matter_lines
from onbo.onboarding.segments import as_in, for_segment, resolve
from onbo.onboarding.template import Template


class Origin(NamedTuple):
    """The template that a copy was made from, and today's template of the same name."""

    base: Template
    theirs: Template


def update(copy: Document, origin: Origin, segment: str | None, *, line_merge: LineMerge) -> Outcome:
    """The copy with the changes of its template.

    Parts for certain segments count as in base if the copy has them. They are added or removed to match the segment
    that the copy names now.
    """
    base = _body(resolve(origin.base.document, as_in(copy, origin.base.document)))
    theirs = _body(resolve(origin.theirs.document, for_segment(segment)))
    ours = copy.source.data[copy.body_start :]
    merged = merge_template(base, ours, theirs, line_merge=line_merge)
    merged = merged._replace(data=_front(copy, origin.theirs) + merged.data)
    return kept_internal(copy, origin.base, origin.theirs, merged)


def merge_template(base: bytes, copy: bytes, theirs: bytes, *, line_merge: LineMerge) -> Outcome:
    """The changes between two states of a template, in a copy; all three without front matter."""
    before, after = with_open_boxes(base), with_open_boxes(theirs)
    merged = merge(before, copy, after, line_merge=line_merge, template=True)
    if is_too_long((Text.of(before), Text.of(copy), Text.of(after))):
        return merged  # all that changed is in its one conflict
    return merged._replace(decisions=explain(Bodies(before, copy, after, merged.data), merged))


def _body(data: bytes) -> bytes:
    """A template without its front matter."""
    document = parse_again(data)
    return document.source.data[document.body_start :]


def with_open_boxes(data: bytes) -> bytes:
    """A template with all its boxes open, as new copies have them."""
    edits = [
        Edit(Span(item.box.start + 1, item.box.start + 2), OPEN.encode())
        for item in parse_again(data).items
        if not item.open
    ]
    return apply_edits(data, edits) if edits else data


def _front(copy: Document, template: Template) -> bytes:
    """The copy's front matter, in which only template, version and base are replaced."""
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
