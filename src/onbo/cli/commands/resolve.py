"""Merge files that git left in conflict again, item by item."""

from collections.abc import Sequence
from typing import Annotated

import typer

from onbo.cli.context import App, no_repository, of
from onbo.cli.options import DryRun
from onbo.document.source import Change, Edit, Span
from onbo.effects import git
from onbo.effects.conflicts import Versions, marker_size, may_leave_ours, untouched
from onbo.effects.line_merge import line_merge
from onbo.effects.workspace import Customer
from onbo.errors import ConflictError, OnboError, UsageError
from onbo.merging.threeway import Outcome, merge_bytes
from onbo.onboarding.typed import as_typed
from onbo.present.text import line

EXAMPLES = """\
onbo resolve acme  # a customer
onbo resolve customers/acme.md --dry-run  # a file; show what would be written
onbo resolve acme --force  # merge it again and drop edits made since; `onbo undo` brings them back
"""
EXITS: dict[int, str | None] = {4: "conflicts remain, or the file may have been edited by hand"}
# How many conflicts to name.
MOST_TOLD = 20


def run(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="FILE...", help="Files or customers.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite edits made since the merge.")] = False,
    dry_run: DryRun = False,
) -> int:
    app = of(context)
    if not names:
        raise UsageError("resolve needs a file", hint="`git status` lists those in conflict")
    return max(_status(app, names, name, force=force, dry_run=dry_run) for name in names)


def _status(app: App, names: Sequence[str], name: str, *, force: bool, dry_run: bool) -> int:
    """The exit status for one file. If there are several, a file that cannot be merged does not stop the others."""
    try:
        left = _resolve(app, app.customer(name), force=force, dry_run=dry_run)
    except OnboError as error:
        if len(names) == 1:
            raise
        app.terminal.error(error)
        return error.status
    return ConflictError.status if left else 0


def _resolve(app: App, customer: Customer, *, force: bool, dry_run: bool) -> bool:
    """Merge one file from the three stages in the index. Returns whether conflicts remain to resolve by hand."""
    path, root = customer.path, app.workspace.root
    shown = app.workspace.shown(path)
    if git.top_level(root) is None:
        raise no_repository(root, "this is not in a git repository", "only what git left in conflict can be resolved")
    stages = git.stages(root, path)
    if stages is None:
        raise UsageError("is not in conflict in git", path=shown, hint="`git status` lists the files that are")
    marker, ours = marker_size(root, path), may_leave_ours(root, path)
    template_of = app.workspace.snapshot_of_any_branch
    outcome = merge_bytes(*stages, marker, line_merge=line_merge, template_of=template_of)

    def changes() -> list[Change]:
        now = app.workspace.read_bytes(path)
        edited = not force and not untouched(now, Versions(*stages), outcome.data, marker, ours=ours)
        whole = Change(path, now, outcome.data, (Edit(Span(0, len(now)), outcome.data),))
        if edited:
            if dry_run:
                app.show_diffs([whole])
            raise ConflictError(
                "has changed since the merge, so it may have been edited by hand",
                path=shown,
                hint="without --force nothing would be written" if dry_run else "use --force to merge it again anyway",
            )
        return [whole]

    written = app.write(changes, dry_run=dry_run)
    if written:
        app.terminal.out([line(_words(shown, outcome))])
        app.terminal.suggest(
            f"onbo edit {as_typed(customer.slug)}" if outcome.conflicts else f"git add {as_typed(shown)}"
        )
    return bool(outcome.conflicts)


def _words(shown: str, outcome: Outcome) -> str:
    if outcome.conflicts:
        more = len(outcome.conflicts) - MOST_TOLD
        told = [*outcome.conflicts[:MOST_TOLD], *([f"and {more} more"] if more > 0 else [])]
        return f"{shown}: resolve by hand: {', '.join(told)}"
    return f"{shown}: merged"
