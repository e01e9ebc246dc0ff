"""A customer's file as commands see it: read, with the template that it was made from."""

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from onbo.document import front_matter
from onbo.document.model import Document, Item, Note, Section
from onbo.effects.workspace import Customer, Workspace
from onbo.errors import ConflictError, OnboError
from onbo.onboarding.settings import Settings

if TYPE_CHECKING:
    from onbo.onboarding.forms import Forms
    from onbo.onboarding.gate import Criterion
    from onbo.onboarding.status import Progress
    from onbo.onboarding.template import Template
    from onbo.present.checklist import TellTip


NO_TEMPLATE = "none"


class _Read(NamedTuple):
    customer: Customer
    document: Document
    values: front_matter.Values
    workspace: Workspace


class Case(_Read):
    """A customer, read: its document, its front matter, and, on demand, the template that it was made from."""

    @cached_property
    def _kept(self) -> "Template | None":
        """Read when somebody asks: most commands do not."""
        return self.workspace.snapshot(self.values)

    @cached_property
    def snapshot(self) -> "Template | None":
        """A broken one is as good as none: it must not stop its copies from being read."""
        try:
            return self._kept if self._kept and self._kept.document else None
        except OnboError:
            return None

    @property
    def says_no_template(self) -> bool:
        """Whether the file says that it was made from no template: `template: none`, and no `base`."""
        return self.values.text("template") == NO_TEMPLATE and "base" not in self.values.values

    @property
    def template_name(self) -> str | None:
        """The template that the file names."""
        return None if self.says_no_template else self.values.text("template")

    @property
    def gate_title(self) -> str | None:
        own = self.values.text("gate_section")
        origin = None if own else self._kept or self.workspace.readable_template(self.template_name)
        if origin is None or b"gate_section" not in origin.data or self.origin is None:
            return own  # spares nearly everybody the YAML of the template
        return self.origin.values.text("gate_section")

    def forms(self, settings: Settings) -> "Forms":
        """What the template that it was made from says of the fields' types."""
        return self._forms_by(self.snapshot, settings)

    def _forms_by(self, origin: "Template | None", settings: Settings) -> "Forms":
        from onbo.onboarding.forms import Forms

        return Forms(self.document, origin.document if origin else None, origin.declared if origin else {}, settings)

    @cached_property
    def origin(self) -> "Template | None":
        """The template whose rules hold: the snapshot, else today's of that name."""
        return self.snapshot or self.workspace.readable_template(self.template_name)

    @property
    def rules_from(self) -> str | None:
        """Where the gate's rules come from, in words; None where there is no template to have them."""
        if self.origin is None:
            return None
        return "the template it was made from" if self.snapshot else f"today's template {self.origin.name}"

    def criteria(self, settings: Settings) -> "tuple[Criterion, ...]":
        """The gate's criteria with their evidence; none without a gate."""
        from onbo.onboarding.gate import Evidence, criteria, read_rules

        gate = self.gate()
        if gate is None:
            return ()
        rules = read_rules(self.origin.values.values.get("gate")) if self.origin else ()
        return criteria(gate, Evidence(self.document, self._forms_by(self.origin, settings), settings, rules))

    def progress(self, today: date, settings: Settings) -> "Progress":
        """How the customer stands."""
        from onbo.onboarding.gate import failing
        from onbo.onboarding.status import status

        def evidence_against() -> tuple[str, ...]:
            return tuple(failing(self.criteria(settings)))

        return status(self.document, today, settings, self.gate_title, evidence_against)

    def gate(self) -> Section | None:
        from onbo.onboarding.select import find_gate

        return find_gate(self.document, self.gate_title)

    def tips(self) -> "TellTip":
        """A note is a tip where the template has the same under the same item."""
        known = set()
        if self.snapshot is not None:
            known = {(item.key, note.text) for item in self.snapshot.document.items for note in item.notes}

        def is_tip(item: Item, note: Note) -> bool:
            return (item.key, note.text) in known

        return is_tip


def warnings(case: Case) -> list[str]:
    """What is wrong in a file without stopping it from being read; each begins with where."""
    found = []
    if case.values.error:
        found.append(f":{case.values.line}: {case.values.error}")
    if case.document.opaque:
        from onbo.lint.task_lines import unclosed

        for block in unclosed(case.document):
            what = "a code fence" if block.kind == "fence" else "a comment"
            found.append(f":{block.line + 1}: {what} that is never closed hides everything after it")
    if case.document.conflict_line:
        found.append(f":{case.document.conflict_line}: an unresolved merge conflict begins here")
    return found


def writable(document: Document) -> Document:
    """The document, unless it stands in a merge conflict: then nobody can say which side a change is for."""
    if document.conflict_line is not None:
        raise ConflictError(
            "holds an unresolved merge conflict",
            path=document.source.path,
            line=document.conflict_line,
            hint="resolve it first",
        )
    return document
