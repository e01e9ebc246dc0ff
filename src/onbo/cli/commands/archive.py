"""Move a customer to customers/archive/, or back."""

import os
from typing import Annotated

import typer

from onbo.cli.context import of
from onbo.cli.options import Commit, DryRun, Json
from onbo.effects import files
from onbo.effects.workspace import ARCHIVE, CUSTOMERS
from onbo.errors import UsageError
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
    archive = place.path(CUSTOMERS, ARCHIVE)
    archived = customer.path.startswith(archive + os.sep)
    if archived != undo:
        where = "in the archive already" if archived else "not in the archive"
        raise UsageError(f"{place.shown(customer.path)} is {where}")
    target = os.path.join(place.path(CUSTOMERS) if undo else archive, os.path.basename(customer.path))
    if place.has(target):
        raise UsageError(f"{place.shown(target)} is there already", hint="rename one of them")
    told = f"{place.shown(customer.path)} -> {place.shown(target)}"
    if not dry_run:
        app.expect_git(wanted=commit)
        files.move(customer.path, target, place.root, app.recorder)
        app.warn_unkept()
        verb = "back from the archive" if undo else "archive"
        app.commit([customer.path, target], f"{customer.slug}: {verb}", wanted=commit)
    if as_json:
        app.envelope("archive", {"from": place.shown(customer.path), "to": place.shown(target)})
        return
    app.terminal.out([line(f"would move {told}" if dry_run else f"moved {told}")])
    if not undo:
        app.terminal.message(f"back: onbo archive {customer.slug} --undo")
    elif not dry_run:
        app.terminal.suggest(f"onbo status {customer.slug}")
