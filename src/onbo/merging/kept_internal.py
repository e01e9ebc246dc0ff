"""Keeps internal what was so in an earlier template, where a later one counts from now on.

A later template that lacks a section neither marks nor lists it any more. What a copy has of it would then be shown, so
it gets a mark of its own.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from onbo.document import front_matter
from onbo.document.front_matter import Values
from onbo.document.marks import INTERNAL_MARK
from onbo.document.model import Document, Item, Section
from onbo.document.parse import parse_again
from onbo.document.source import Edit, Span, apply_edits, encode
from onbo.document.syntax import ATTRIBUTES
from onbo.errors import OnboError, UnacceptableError
from onbo.merging.hunks import Decision
from onbo.merging.privacy import MOST_ITEMS, letters
from onbo.merging.threeway import Outcome
from onbo.onboarding.template import Template
from onbo.onboarding.tick import put_token
from onbo.onboarding.visibility import Rules, Visibility, listed

# Finds the template that a copy with that front matter was made from; None where it is not known.
TemplateOf = Callable[[Values], Template | None]


# What every template has in it in which anything is hidden.
HIDING = re.compile(rb"internal|hidden|display|visibility|notes?\b|risk|decision|raid|gate|<!--|%%", re.IGNORECASE)


def kept_internal(copy: Document, base: Template, theirs: Template, merged: Outcome) -> Outcome:
    """A merge with a mark for all that the copy hides by the template `base`, and that `theirs` no longer has.

    They are one where the copy and the merge have the same template: something is hidden by where it stands in the copy.
    """
    if not HIDING.search(base.data):
        return merged
    result = parse_again(merged.data)
    sections, items = _no_longer_listed(copy, result, base, theirs)
    edits = [put_token(item, "internal", INTERNAL_MARK) for item in items]
    edits += [_mark_heading(result, section.line) for section in sections]
    names = [section.title for section in sections] + [item.text for item in items]
    why = "it was internal in the earlier template" if base is not theirs else "one side hides it from the customer"
    marked = [Decision("marked", name, why) for name in dict.fromkeys(names)]
    return merged._replace(data=apply_edits(merged.data, edits), decisions=(*merged.decisions, *marked))


def kept_between(ours: bytes, theirs: bytes, merged: Outcome, template_of: TemplateOf) -> Outcome:
    """A merge of two copies with such marks. Of their templates, each may have lists of its own."""
    try:
        copies = [parse_again(data) for data in (ours, theirs)]
        result = front_matter.read(parse_again(merged.data).front_matter)
        now = template_of(result)
        if now is None:
            return merged
        for copy in copies:
            values = front_matter.read(copy.front_matter)
            before = template_of(values) if values.text("base") != result.text("base") else now
            if before is not None:
                merged = kept_internal(copy, before, now, merged)
    except UnacceptableError:  # then `share` makes no page of it either
        pass
    return merged


class _Unlisted(NamedTuple):
    """What of an updated copy was hidden because it was in base, and is neither hidden now nor in today's template."""

    sections: tuple[Section, ...] = ()
    items: tuple[Item, ...] = ()


def _no_longer_listed(copy: Document, result: Document, base: Template, theirs: Template) -> _Unlisted:
    """Items that stand in one of the sections are left out."""
    try:
        own = listed(front_matter.read(copy.front_matter).values, "")
        old, new = (listed(template.values.values, "") for template in (base, theirs))
    except OnboError:  # then `share` makes no page of it either
        return _Unlisted()
    if len(copy.items) > MOST_ITEMS:
        return _Unlisted()
    before = _of_copy(copy, base, (*old, *own))
    after = _of_copy(result, theirs, (*new, *own))
    titles = {letters(section.title) for section in copy.walk() if before.hides(section)}
    titles -= {letters(section.title) for section in theirs.document.walk()}
    sections = [each for each in result.walk() if not after.hides(each) and letters(each.title) in titles]
    inside = {item.line for section in sections for item in section.all_items()}
    texts = {letters(item.text) for item in copy.items if before.item(item) is None}
    texts -= {letters(item.text) for item in (*theirs.document.items, *filter(before.item, copy.items))}
    items = [each for each in result.items if after.item(each) and letters(each.text) in texts]
    return _Unlisted(tuple(sections), tuple(item for item in items if item.line not in inside))


def _of_copy(copy: Document, template: Template, names: tuple[str, ...]) -> Visibility:
    return Visibility(copy, Rules(names=names), Visibility(template.document, Rules(names=names)))


def _mark_heading(document: Document, line: int) -> Edit:
    """A mark behind a heading's words, before its attributes and the `#` that may close it."""
    text = document.source.texts[line - 1].rstrip()
    words = text.rstrip("#")
    if not words.endswith((" ", "\t")):
        words = text
    words = words.rstrip()
    attributes = ATTRIBUTES.search(words)
    if attributes is not None and attributes.end() == len(words):
        words = words[: attributes.start()].rstrip()
    at = document.source.offset(line - 1, len(words))
    return Edit(Span(at, at), encode(f" {INTERNAL_MARK}"))
