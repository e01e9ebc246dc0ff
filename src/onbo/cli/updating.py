"""Whether a copy is up to date with its template, and merging the template's changes into it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from onbo.cli.case import Case
from onbo.cli.context import App
from onbo.cli.survey import survey_aloud
from onbo.document.parse import parse
from onbo.document.source import Change, Edit, Span
from onbo.errors import ConflictError, RefusedError, UnacceptableError, UsageError
from onbo.onboarding.fields import facts

if TYPE_CHECKING:
    from onbo.merging.threeway import Outcome
    from onbo.onboarding.template import Template


class Standing(NamedTuple):
    """A copy compared with today's version of its template.

    before, after  the two versions of the template: their version numbers, or hashes if these are missing or equal
    hashes         of both; the second is None if there is no template of that name any more
    """

    slug: str
    name: str | None
    before: str | None
    after: str | None
    hashes: tuple[str | None, str | None]

    @property
    def states(self) -> tuple[str | None, ...]:
        """The two versions, then their hashes."""
        return self.before, self.after, *self.hashes

    @property
    def outdated(self) -> bool:
        return None not in self.hashes and self.hashes[0] != self.hashes[1]


def todays_template(case: Case, template: str | None = None) -> "Template | None":
    """Today's template of the copy's name, or the one given; None where there is none."""
    name = template or case.template_name
    return case.workspace.template(name) if name is not None and name in case.workspace.template_names() else None


def expect_front_matter(case: Case) -> None:
    if case.values.error is not None:
        raise UnacceptableError(case.values.error, path=case.document.source.path, line=case.values.line)


def standing(case: Case, template: str | None = None) -> Standing:
    """How a copy stands to today's template of its name, or of the one given.

    Raises UnacceptableError where its front matter, which names the template, cannot be read.
    """
    expect_front_matter(case)
    today = todays_template(case, template)
    base = case.values.text("base")
    now = None if today is None else base if today.is_base(base) else today.hash12
    hashes = (base, now)
    versions = (case.values.text("version"), today.version if today else None)
    if None in versions or versions[0] == versions[1]:
        versions = hashes
    return Standing(case.customer.slug, template or case.template_name, *versions, hashes)


class Updated(NamedTuple):
    """An updated copy. changes: the new snapshot if there is one, then the copy; empty if nothing changes.

    version  of today's template, or its hash
    """

    standing: Standing
    outcome: "Outcome"
    changes: tuple[Change, ...]
    version: str | None = None

    @property
    def changed(self) -> bool:
        return bool(self.changes)


def updated(app: App, case: Case, template: str | None) -> Updated:
    """The copy with its template's changes. Raises UsageError if the template it came from is not known."""
    from onbo.effects.line_merge import line_merge
    from onbo.merging.update import Origin, update

    found = standing(case, template)
    today = todays_template(case, template)
    shown = case.document.source.path
    if today is None:
        hint = f"adopt one: onbo update {case.customer.slug} --template 90-day"
        what = f"there is no template {found.name!r}" if found.name else "was not made from a template"
        raise UsageError(what, path=shown, hint=hint)
    base = case.snapshot
    if base is None and template is None:
        raise UsageError(
            f"the version of template {found.name} that it was made from is missing from .onbo/base",
            path=shown,
            hint="it may not have been committed after the last update; to skip the template's changes so far: "
            f"onbo update {case.customer.slug} --template {found.name}",
        )
    if base is not None and not base.is_base(case.values.text("base")):
        raise UnacceptableError(
            "is not what its name says: it was changed or cut short",
            path=base.origin,
            hint=f"get it back from git: git checkout HEAD -- {base.origin}",
        )
    segment = facts(case.document, app.settings).segment
    origin = Origin(base if base is not None and base.name == found.name else today, today)
    outcome = update(case.document, origin, segment, line_merge=line_merge)
    if outcome.conflicts and parse(shown, outcome.data).conflict_line is None:
        # Code that does not end would hide the markers from everybody.
        reason = next(decision.reason for decision in outcome.decisions if decision.action == "conflict")
        raise ConflictError(f"cannot be updated: {reason}", path=shown, hint="nothing was written")
    data = case.document.source.data
    if outcome.data == data:
        return Updated(found, outcome, (), today.version or today.hash12)
    whole = Edit(Span(0, len(data)), outcome.data)
    changes = [Change(case.customer.path, data, outcome.data, (whole,))]
    snapshot = app.workspace.snapshot_path(today.name, found.hashes[1] or today.hash12)
    if not app.workspace.has(snapshot):
        changes.insert(0, Change(snapshot, None, today.kept))
    return Updated(found, outcome, tuple(changes), today.version or today.hash12)


def list_outdated(app: App, names: Sequence[str], *, as_json: bool) -> int:
    """List the customers, named or all, whose template has changed. Returns the exit status: 1 if there are any."""
    from onbo.present import updates as present

    chosen = [app.customer(name) for name in names] or app.workspace.customers()
    found, unreadable = survey_aloud(app, chosen, standing)
    late = [entry for entry in found if entry.outdated]
    if as_json:
        app.envelope("outdated", {"customers": [present.standing_json(entry) for entry in late]})
    elif late:
        app.terminal.table(present.standing_table(late))
        app.terminal.suggest("onbo update --all --dry-run")
    else:
        app.terminal.message("every copy that can be read is up to date" if unreadable else "every copy is up to date")
    return UnacceptableError.status if unreadable else RefusedError.status * bool(late)
