"""Where a copy stands beside its template, and bringing the template's changes into it."""

from typing import TYPE_CHECKING, NamedTuple

from onbo.cli.case import Case
from onbo.cli.context import App
from onbo.document.source import Change, Edit, Span
from onbo.errors import ConflictError, UsageError
from onbo.onboarding.fields import facts

if TYPE_CHECKING:
    from onbo.merging.threeway import Outcome
    from onbo.onboarding.instantiate import Template


class Standing(NamedTuple):
    """A copy and its template. today is None where no template of its name is there any more.

    before, after  what the two states of the template are called: their versions, or hashes where these are equal
    """

    case: Case
    name: str | None
    today: "Template | None"
    before: str | None
    after: str | None

    @property
    def states(self) -> tuple[str | None, ...]:
        """What both states are called, then their hashes."""
        return self.before, self.after, self.case.values.text("base"), self.today.hash12 if self.today else None

    @property
    def slug(self) -> str:
        return self.case.customer.slug

    @property
    def outdated(self) -> bool:
        return self.today is not None and self.case.values.text("base") not in (None, self.today.hash12)


def standing(app: App, case: Case, template: str | None = None) -> Standing:
    """How a copy stands to today's template of its name, or of the one given."""
    name = template or case.values.text("template")
    known = name is not None and name in app.workspace.template_names()
    today = app.workspace.template(name) if known and name else None
    base = case.values.text("base")
    versions = (case.values.text("version"), today.version if today else None)
    if None in versions or versions[0] == versions[1]:
        versions = (base, today.hash12 if today else None)
    return Standing(case, name, today, *versions)


class Updated(NamedTuple):
    """A copy as it would be; changes has the new snapshot first, and nothing where nothing changes."""

    standing: Standing
    outcome: "Outcome"
    changes: tuple[Change, ...]

    @property
    def changed(self) -> bool:
        return bool(self.changes)


def updated(app: App, case: Case, template: str | None) -> Updated:
    """The copy with its template's changes. Raises UsageError where it has no known origin."""
    from onbo.merging.threeway import LostError
    from onbo.merging.update import Origin, update

    found = standing(app, case, template)
    shown = case.document.source.path
    if found.today is None:
        hint = f"adopt one: onbo update {case.customer.slug} --template 90-day"
        what = f"its template {found.name!r} is not there" if found.name else "was made from no template"
        raise UsageError(what, path=shown, hint=hint)
    base = case.snapshot
    if base is None and template is None:
        raise UsageError(
            f"the state of the template {found.name} that it was made from is not in .onbo/base",
            path=shown,
            hint=f"take today's for it: onbo update {case.customer.slug} --template {found.name}",
        )
    segment = facts(case.document, app.settings).segment
    origin = Origin(base if base is not None and base.name == found.name else found.today, found.today)
    try:
        outcome = update(case.document, origin, segment)
    except LostError as error:
        raise ConflictError(f"cannot be updated: {error}", path=shown, hint="nothing is written") from error
    data = case.document.source.data
    if outcome.data == data:
        return Updated(found, outcome, ())
    whole = Edit(Span(0, len(data)), outcome.data)
    changes = [Change(case.customer.path, data, outcome.data, (whole,))]
    snapshot = app.workspace.snapshot_path(found.today.name, found.today.hash12)
    if not app.workspace.has(snapshot):
        changes.insert(0, Change(snapshot, None, found.today.data))
    return Updated(found, outcome, tuple(changes))
