"""Merge a template's changes into customers' copies."""

from typing import Annotated

import typer

from onbo.cli.case import Case, writable
from onbo.cli.context import App, of
from onbo.cli.options import Commit, DryRun, Json
from onbo.cli.survey import Unread, collecting_rarely, survey, why_unread
from onbo.cli.updating import Updated, expect_front_matter, list_outdated, updated
from onbo.document.source import Change
from onbo.effects.time_limit import limited
from onbo.effects.workspace import Customer
from onbo.errors import ConflictError, OnboError, UnacceptableError, UsageError
from onbo.onboarding.status import COMPLETE
from onbo.onboarding.typed import as_typed
from onbo.present import updates as present

EXAMPLES = """\
onbo update --check  # which copies are out of date
onbo update acme --dry-run  # what would change
onbo update acme  # merge the template's changes into one copy
onbo update --all  # for all customers that are not complete
"""
EXITS: dict[int, str | None] = {1: "with --check: some copies are out of date", 4: None}


def run(
    context: typer.Context,
    customers: Annotated[list[str] | None, typer.Argument(metavar="CUSTOMER...")] = None,
    everyone: Annotated[bool, typer.Option("--all", help="All customers that are not complete.")] = False,
    template: Annotated[
        str | None, typer.Option("--template", metavar="T", help="Adopt this template if the copy has none.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="List copies that are out of date; exit 1 if any.")] = False,
    dry_run: DryRun = False,
    commit: Commit = False,
    as_json: Json = False,
) -> int:
    app = of(context)
    if check:
        return list_outdated(app, customers or [], as_json=as_json)
    app.expect_git(wanted=commit and not dry_run)
    chosen, failed = _chosen(app, customers or [], everyone=everyone)
    done: list[Updated] = []
    problems = [UnacceptableError.status] * len(failed)
    for customer in chosen:
        try:
            found = _one(app, customer, template, dry_run=dry_run, quiet=as_json)
            if not dry_run:
                _commit(app, customer, found, commit=commit, alone=len(chosen) == 1)
        except (OnboError, OSError) as error:
            if len(chosen) == 1:
                raise
            failed.append(Unread(customer, app.workspace.shown(customer.path), why_unread(error)))
            app.terminal.problem(failed[-1].said, failed[-1].path)
            problems.append(error.status if isinstance(error, OnboError) else UnacceptableError.status)
            continue
        done.append(found)
        if not as_json:
            app.terminal.out(present.updated_lines(found, written=not dry_run))
    if done and not as_json:
        app.terminal.suggest(_what_next(done, dry_run=dry_run))
    if as_json:
        updated_copies = [present.updated_json(found) for found in done]
        problem_copies = [present.failed_json(entry.customer.slug, entry.path, entry.said) for entry in failed]
        app.envelope("update", {"customers": updated_copies, "failed": problem_copies})
    if any(found.outcome.conflicts for found in done):
        problems.append(ConflictError.status)
    return max(problems, default=0)


def _what_next(done: list[Updated], *, dry_run: bool) -> str:
    if dry_run:
        return "the same without --dry-run"
    conflict = next((found for found in done if found.outcome.conflicts), None)
    return f"onbo edit {as_typed(conflict.standing.slug)}" if conflict else "onbo status"


def _chosen(app: App, names: list[str], *, everyone: bool) -> tuple[list[Customer], list[Unread]]:
    """The customers named, or with --all, those that are not complete and have a template; and the unreadable ones."""
    if names and everyone:
        raise UsageError("name customers or say --all, not both")
    if names:
        return [app.customer(name) for name in names], []
    if not everyone:
        implied = app.workspace.implied()
        if implied is None:
            raise UsageError("update needs a customer", hint="or --all; `onbo outdated` lists them")
        return [implied], []

    def wanted(case: Case) -> Customer | None:
        expect_front_matter(case)
        unfinished = case.progress(app.today, app.settings).state != COMPLETE
        return case.customer if unfinished and case.template_name is not None else None

    chosen: list[Customer] = []
    failed: list[Unread] = []
    for entry in survey(app, app.workspace.customers(), wanted):
        if isinstance(entry, Unread):
            app.terminal.problem(entry.said, entry.path)
            failed.append(entry)
        elif entry is not None:
            chosen.append(entry)
    return chosen, failed


def _one(app: App, customer: Customer, template: str | None, *, dry_run: bool, quiet: bool) -> Updated:
    made: list[Updated] = []

    def changes() -> list[Change]:
        with limited(app.workspace.shown(customer.path)), collecting_rarely():
            case = app.read(customer)
            writable(case.document)
            made[:] = [updated(app, case, template)]
        return list(made[0].changes)

    app.write(changes, dry_run=dry_run, quiet=quiet)
    return made[0]


def _commit(app: App, customer: Customer, found: Updated, *, commit: bool, alone: bool) -> None:
    """Commit the copy and the snapshot: of several customers, those that have something to commit.

    Either may be there from an earlier try whose commit was refused.
    """
    if not app.commits(wanted=commit):
        return
    from onbo.effects.commits import uncommitted

    standing = found.standing
    name, now = standing.name, standing.hashes[1]
    snapshot = [app.workspace.snapshot_path(name, now)] if name and now else []
    paths = [*app.workspace.own_files(), *snapshot, customer.path]
    if alone or found.changes or uncommitted(app.workspace.root, paths):
        version = standing.after if found.changes else found.version
        app.commit(paths, f"{customer.slug}: update from {name} {version}", wanted=commit)
