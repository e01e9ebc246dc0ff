"""Bring a changed template into customers' copies, without losing a tick, a value or a note."""

from typing import Annotated

import typer

from onbo.cli.case import Case, writable
from onbo.cli.context import App, of
from onbo.cli.options import Commit, DryRun, Json
from onbo.cli.survey import survey_aloud, why_unread
from onbo.cli.updating import Updated, updated
from onbo.document.source import Change
from onbo.effects.workspace import Customer
from onbo.errors import ConflictError, OnboError, UnacceptableError, UsageError
from onbo.onboarding.status import COMPLETE
from onbo.present import updates as present

EXAMPLES = """\
onbo update acme --dry-run  # what would change
onbo update acme  # bring the template's changes in
onbo update --all  # for everybody who is not complete
"""
EXITS: dict[int, str | None] = {4: None}


def run(
    context: typer.Context,
    customers: Annotated[list[str] | None, typer.Argument(metavar="CUSTOMER...")] = None,
    everyone: Annotated[bool, typer.Option("--all", help="All but those that are complete.")] = False,
    template: Annotated[
        str | None, typer.Option("--template", metavar="T", help="Adopt this template, where there is none.")
    ] = None,
    dry_run: DryRun = False,
    commit: Commit = False,
    as_json: Json = False,
) -> int:
    app = of(context)
    app.expect_git(wanted=commit and not dry_run)
    chosen = _chosen(app, customers or [], everyone=everyone)
    done: list[Updated] = []
    problems: list[int] = []
    for customer in chosen:
        try:
            found = _one(app, customer, template, dry_run=dry_run, commit=commit, quiet=as_json)
        except (OnboError, OSError) as error:
            if len(chosen) == 1:
                raise
            app.terminal.problem(why_unread(error), app.workspace.shown(customer.path))
            problems.append(error.status if isinstance(error, OnboError) else UnacceptableError.status)
            continue
        done.append(found)
        if not as_json:
            app.terminal.out(present.updated_lines(found, written=not dry_run))
    if done and not as_json:
        conflict = next((found for found in done if found.outcome.conflicts), None)
        if dry_run:
            app.terminal.suggest("the same without --dry-run")
        else:
            app.terminal.suggest(f"onbo edit {conflict.standing.slug}" if conflict else "onbo status")
    if as_json:
        app.envelope("update", {"customers": [present.updated_json(found) for found in done]})
    if problems:
        return max(problems)
    return ConflictError.status if any(found.outcome.conflicts for found in done) else 0


def _chosen(app: App, names: list[str], *, everyone: bool) -> list[Customer]:
    """The customers named; with --all, those that are not complete and come from a template."""
    if names and everyone:
        raise UsageError("name customers or say --all, not both")
    if names:
        return [app.customer(name) for name in names]
    if not everyone:
        implied = app.workspace.implied()
        if implied is None:
            raise UsageError("update needs a customer", hint="or --all; `onbo outdated` lists them")
        return [implied]

    def wanted(case: Case) -> Customer | None:
        unfinished = case.progress(app.today, app.settings).state != COMPLETE
        return case.customer if unfinished and case.values.text("template") is not None else None

    found, _ = survey_aloud(app, app.workspace.customers(), wanted)
    return [customer for customer in found if customer is not None]


def _one(app: App, customer: Customer, template: str | None, *, dry_run: bool, commit: bool, quiet: bool) -> Updated:
    made: list[Updated] = []

    def changes() -> list[Change]:
        case = app.read(customer)
        writable(case.document)
        made[:] = [updated(app, case, template)]
        return list(made[0].changes)

    written = app.write(changes, dry_run=dry_run, quiet=quiet)
    found = made[0]
    if written and found.changes:
        paths = [change.path for change in found.changes]
        app.commit(paths, f"{customer.slug}: update from {found.standing.name} {found.standing.after}", wanted=commit)
    return found
