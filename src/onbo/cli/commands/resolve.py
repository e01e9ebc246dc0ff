"""Merge again, by checklist rules, files that git left in conflict."""

from typing import Annotated

import typer

from onbo.cli.context import App, of
from onbo.cli.options import DryRun
from onbo.document.source import Change, Edit, Span
from onbo.effects import git
from onbo.errors import ConflictError, UsageError
from onbo.merging.threeway import LostError, Outcome, merge_bytes
from onbo.present.text import line

EXAMPLES = """\
onbo resolve acme  # a customer
onbo resolve customers/acme.md --dry-run  # a file; show what would be written
"""
EXITS: dict[int, str | None] = {4: None}


def run(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="FILE...", help="Files or customers.")] = None,
    dry_run: DryRun = False,
) -> int:
    app = of(context)
    if not names:
        raise UsageError("resolve needs a file", hint="`git status` lists those in conflict")
    conflicts = [_resolve(app, name, dry_run=dry_run) for name in names]
    return ConflictError.status if any(conflicts) else 0


def _resolve(app: App, name: str, *, dry_run: bool) -> bool:
    """Merge one file from the index's three stages. Gives whether something is left to be done by hand."""
    customer = app.customer(name)
    path = customer.path
    shown = app.workspace.shown(path)
    stages = git.stages(app.workspace.root, path)
    if stages is None:
        raise UsageError("is not in conflict in git", path=shown, hint="`git status` lists the files that are")
    try:
        outcome = merge_bytes(*stages)
    except LostError as error:
        raise ConflictError(f"cannot be merged: {error}", path=shown, hint="resolve it by hand") from error
    now = app.workspace.read_bytes(path)
    whole = Edit(Span(0, len(now)), outcome.data)
    written = app.write(lambda: [Change(path, now, outcome.data, (whole,))], dry_run=dry_run)
    if written:
        app.terminal.out([line(_words(shown, outcome))])
        app.terminal.suggest(f"onbo edit {customer.slug}" if outcome.conflicts else f"git add {shown}")
    return bool(outcome.conflicts)


def _words(shown: str, outcome: Outcome) -> str:
    if outcome.conflicts:
        return f"{shown}: to be resolved by hand: {', '.join(outcome.conflicts)}"
    return f"{shown}: merged"
