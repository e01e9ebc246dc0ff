"""Move a customer to customers/archive/, or back."""

import os
from typing import Annotated

import typer

from onbo.cli.context import App, of
from onbo.cli.options import Commit, DryRun, Json
from onbo.effects import files
from onbo.effects.workspace import ARCHIVE, CUSTOMERS, Customer, Workspace
from onbo.errors import UsageError
from onbo.onboarding.typed import as_typed
from onbo.present.text import line

EXAMPLES = """\
onbo archive acme  # to customers/archive/
onbo archive oldco --undo  # back
"""
EXITS: dict[int, str | None] = {4: None}


def run(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[CUSTOMER]")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Back from the archive.")] = False,
    dry_run: DryRun = False,
    commit: Commit = False,
    as_json: Json = False,
) -> None:
    app = of(context)
    place = app.workspace
    customer = app.only_customer(name)
    archived = place.is_archived(customer)
    if archived != undo:
        if not dry_run and _commit_earlier_move(app, customer, undo=undo, commit=commit):
            if as_json:
                shown = place.shown(customer.path)
                app.envelope("archive", {"from": shown, "to": shown})
            return
        where = "in the archive already" if archived else "not in the archive"
        raise UsageError(f"{place.shown(customer.path)} is {where}")
    target = _counterpart(place, customer)
    if place.has(target):
        raise UsageError(f"{place.shown(target)} is there already", hint="rename one of them")
    told = f"{place.shown(customer.path)} -> {place.shown(target)}"
    if not dry_run:
        app.expect_git(wanted=commit)
        files.move(customer.path, target, place.root, app.recorder)
        app.warn_unkept()
        app.commit([customer.path, target], _message(customer, undo=undo), wanted=commit)
    if as_json:
        app.envelope("archive", {"from": place.shown(customer.path), "to": place.shown(target)})
        return
    app.terminal.out([line(f"would move {told}" if dry_run else f"moved {told}")])
    if not undo:
        app.terminal.message(f"back: onbo archive {as_typed(customer.slug)} --undo")
    elif not dry_run:
        app.terminal.suggest(f"onbo status {as_typed(customer.slug)}")


def _counterpart(place: Workspace, customer: Customer) -> str:
    """Where the file goes, to the archive or back: its directory below customers/ goes along, so that it comes back to it."""
    source, target = place.path(CUSTOMERS), place.path(CUSTOMERS, ARCHIVE)
    if place.is_archived(customer):
        source, target = target, source
    if not customer.path.startswith(os.path.join(source, "")):
        raise UsageError(f"{place.shown(customer.path)} is not in {CUSTOMERS}/", hint="only customers can be archived")
    return os.path.join(target, os.path.relpath(customer.path, source))


def _message(customer: Customer, *, undo: bool) -> str:
    return f"{customer.slug}: {'back from the archive' if undo else 'archive'}"


def _commit_earlier_move(app: App, customer: Customer, *, undo: bool, commit: bool) -> bool:
    """Commit a move that was made before and not committed, as when a hook refused it. Gives whether there was one."""
    if not app.commits(wanted=commit):
        return False
    from onbo.effects import commits

    app.expect_git(wanted=commit)
    place = app.workspace
    earlier = _counterpart(place, customer)
    gone = earlier in commits.removed(place.root, os.path.dirname(earlier))
    if not gone and not commits.is_new(place.root, customer.path):
        return False
    paths = [earlier, customer.path] if gone else [customer.path]
    return app.commit(paths, _message(customer, undo=undo), wanted=commit)
