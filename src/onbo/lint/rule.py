"""What a rule is, what it looks at, and what it finds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from onbo.document.front_matter import Values
from onbo.document.model import Document, Field, Section
from onbo.document.source import Edit, Span
from onbo.onboarding.fields import Facts, field_meaning
from onbo.onboarding.forms import Forms
from onbo.onboarding.gate import Criterion
from onbo.onboarding.gate import Rule as GateRule
from onbo.onboarding.settings import Settings

ERROR = "error"
WARNING = "warning"


class Subject(NamedTuple):
    """A file to be looked at.

    template  whether it is one: nothing is filled or done there, so rules about that pass it over
    entries   the `gate:` entries of its template, as they stand; rules those that can be read
    drift     what today's template of its name is called, where it is another than the copy was made from
    place     its path in the workspace, with `/`
    ids       of all customers, archived ones too: by customer_id the places that have it
    """

    document: Document
    values: Values
    settings: Settings
    today: date
    facts: Facts
    forms: Forms
    template: bool = False
    gate: Section | None = None
    criteria: tuple[Criterion, ...] = ()
    entries: tuple[object, ...] = ()
    rules: tuple[GateRule, ...] = ()
    drift: str | None = None
    place: str = ""
    ids: Mapping[str, Sequence[str]] = MappingProxyType({})

    def field(self, meaning: str) -> Field | None:
        return field_meaning(self.document, self.settings, meaning)

    def line_span(self, line: int) -> Span:
        """A line, 1-based, as bytes."""
        return self.document.source.span(line - 1, 0, len(self.document.source.texts[line - 1]))


class Fault(NamedTuple):
    """One fault: where, what in words, and the edits that mend it where there is one safe reading."""

    span: Span
    message: str
    edits: tuple[Edit, ...] = ()


class Rule(NamedTuple):
    """code never changes; what and why go into the documentation; fix says what --fix does, None for nothing."""

    code: str
    severity: str
    what: str
    why: str
    check: Callable[[Subject], Iterator[Fault]]
    fix: str | None = None
    templates: bool = False


class Finding(NamedTuple):
    """A fault with the rule that found it. line is 1-based."""

    code: str
    severity: str
    line: int
    span: Span
    message: str
    edits: tuple[Edit, ...] = ()
