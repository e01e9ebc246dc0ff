"""A customer's copy from a template."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from onbo.document import front_matter
from onbo.document.model import Document
from onbo.document.parse import parse
from onbo.document.source import BOM, apply_edits, encode
from onbo.document.syntax import SLUG
from onbo.errors import UsageError
from onbo.onboarding import settings as known
from onbo.onboarding.customer_ids import KEY
from onbo.onboarding.field_types import TEXT, FieldType
from onbo.onboarding.fields import field_meaning, segment_id
from onbo.onboarding.fill import Filler
from onbo.onboarding.forms import Forms
from onbo.onboarding.labels import find_target
from onbo.onboarding.naming import FieldTarget, Target
from onbo.onboarding.near import near_or
from onbo.onboarding.segments import for_segment, resolve
from onbo.onboarding.settings import SEGMENT, Settings
from onbo.onboarding.template import Template
from onbo.onboarding.values import UNPRINTABLE, Circumstances

LONGEST_SLUG = 64
# Letters that are no letter of a-z with a mark on it, as people write them where there are only those.
FOLDED = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ð": "d", "đ": "d", "þ": "th", "ħ": "h", "\u0131": "i", "ĸ": "k", "ł": "l"}
    | {"ŋ": "n", "ŧ": "t", "\u017f": "s", "ß": "ss"}
)
# Names that Windows keeps for devices, and the one file beside customers that is none.
RESERVED = frozenset(
    ["con", "prn", "aux", "nul", "readme", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))]
)


def slug_for(name: str, slug: str | None) -> str:
    """The slug given, checked, or the one that a display name makes. Raises UsageError with the hint to give one.

    >>> slug_for("Beta Corp", None), slug_for("Ørsted", None), slug_for("Łukasz & Þórr", None)
    ('beta-corp', 'orsted', 'lukasz-thorr')
    """
    if not name.strip():
        raise UsageError("the customer's name is empty")
    if UNPRINTABLE.search(name):
        raise UsageError(f"the name {name!r} holds a control or bidirectional character", hint="leave it out")
    if slug is None:
        if "/" in name or "\\" in name:
            raise UsageError(f"the name {name!r} holds a slash", hint="give one: --slug acme")
        import unicodedata

        plain = unicodedata.normalize("NFKD", name.casefold()).translate(FOLDED)
        letters = "".join(ch for ch in plain if not unicodedata.combining(ch))
        slug = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
        if not slug:
            raise UsageError(f"the name {name!r} gives no file name", hint="give one: --slug acme")
    check_slug(slug)
    return slug


def check_slug(slug: str) -> None:
    hint = "give --slug with words of a-z and 0-9 joined by -, 64 characters at most"
    if not SLUG.fullmatch(slug):
        raise UsageError(f"{slug!r} is no slug", hint=hint)
    if len(slug) > LONGEST_SLUG:
        raise UsageError(f"the slug {slug[:20]}... is {len(slug)} characters long", hint=hint)
    if slug in RESERVED:
        raise UsageError(f"the name {slug!r} is reserved", hint="give another with --slug")


def segments_offered(template: Template, settings: Settings) -> tuple[str, ...]:
    """The segments a template is for, as ids: what its front matter lists, else its Segment field's choices."""
    listed = template.values.texts("segments")
    if listed:
        return tuple(segment_id(entry) for entry in listed)
    return tuple(segment_id(option) for option in _segment_type(template, settings).options)


def _segment_type(template: Template, settings: Settings) -> FieldType:
    field = field_meaning(template.document, settings, SEGMENT)
    if field is None:
        return TEXT
    return Forms(template.document, template.document, template.declared, settings).type(field)


def check_segment(template: Template, segment: str, settings: Settings) -> str:
    """The segment's id. Raises UsageError with the list where the template does not know it."""
    offered = segments_offered(template, settings)
    if offered and segment_id(segment) not in offered:
        raise UsageError(
            f"template {template.name} is not for segment {segment!r}",
            hint=near_or(segment, offered, f"it is for {', '.join(offered)}"),
        )
    return segment_id(segment)


class Answers(NamedTuple):
    """What `new` was told: the customer's display name, its segment, and typed values for fields of the template.

    meant   values by the meaning of their field: KICKOFF, CSM
    values  by labels, as somebody typed them
    """

    name: str
    segment: str | None
    meant: Sequence[tuple[str, str]]
    values: Sequence[tuple[str, str]]


def instantiate(
    template: Template, answers: Answers, settings: Settings, now: Circumstances, customer_id: str
) -> bytes:
    """The copy's bytes: its own front matter, then the template's body with what was given filled in."""
    document = parse(
        template.document.source.path,
        resolve(template.document, for_segment(segment_id(answers.segment) if answers.segment else None)),
    )
    forms = Forms(document, document, template.declared, settings)
    filler = Filler(document, forms, settings, now)
    values = [(find_target(document, label), typed) for label, typed in answers.values]
    filler.set_all([*_own_values(document, answers, settings), *values])
    filled = apply_edits(document.source.data, filler.finish().edits)
    bom = BOM if document.source.data.startswith(BOM) else b""
    body = filled[document.body_start :] if document.front_matter else filled.removeprefix(bom)
    end = document.source.line_end()
    own = [*front_matter_lines(template), f"{KEY}: {customer_id}"]
    return bom + end.join(encode(line) for line in ["---", *own, "---", ""]) + body


def _own_values(document: Document, answers: Answers, settings: Settings) -> list[tuple[Target, str]]:
    """Name and segment, where the template has fields for them, and what else was told by its meaning.

    The first field of a label has its meaning, where the label alone would be ambiguous.
    """
    own = [(known.CUSTOMER, answers.name), (SEGMENT, answers.segment or "")]
    fields = [(field_meaning(document, settings, meaning), typed) for meaning, typed in own]
    targets: list[tuple[Target, str]] = [(FieldTarget(field), typed) for field, typed in fields if field and typed]
    for meaning, typed in answers.meant:
        field = field_meaning(document, settings, meaning)
        targets.append((FieldTarget(field) if field else find_target(document, settings.label(meaning)), typed))
    return targets


def front_matter_lines(template: Template) -> list[str]:
    """What a copy says of the template that it was made from; no version where the template has none."""
    import json

    lines = [f"template: {_scalar(template.name)}"]
    if template.version is not None:
        lines.append(f"version: {json.dumps(template.version)}")
    return [*lines, f'base: "{template.hash12}"']


def _scalar(text: str) -> str:
    """A template's name in YAML: plain where it reads back as itself."""
    import json

    plain = re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text) and not text.isdigit() and text not in front_matter.WORDS
    return text if plain else json.dumps(text)
