"""Take back the last write of this clone, if its file has not changed since."""

import typer

from onbo.cli.context import of
from onbo.cli.options import DryRun, Json
from onbo.cli.undoing import take_back, taking_back
from onbo.effects import files, undo
from onbo.present.text import line

EXAMPLES = """\
onbo undo --dry-run  # what would be taken back
onbo undo  # take it back; again: the write before
"""
EXITS: dict[int, str | None] = {4: None}


def run(context: typer.Context, dry_run: DryRun = False, as_json: Json = False) -> None:
    app = of(context)
    root = app.workspace.root
    found = next((record for record in undo.records(root) if _was_made(record)), None)
    if found is None:
        app.terminal.message("nothing to undo")
        if as_json:
            app.envelope("undo", {"path": None, "removed": False})
        return
    shown = app.workspace.shown(found.path)
    if dry_run:
        change = taking_back(app, found)
        if not as_json:
            app.show_diffs([change])
        return
    change = take_back(app, found)
    if as_json:
        app.envelope("undo", {"path": shown, "removed": found.before is None})
        return
    app.show_diffs([change])
    app.terminal.out([line(f"removed {shown}" if found.before is None else f"restored {shown}")])
    app.terminal.suggest("onbo status")


def _was_made(record: undo.Record) -> bool:
    """Whether a recorded write happened: a process may have died between the record and the write."""
    try:
        return files.read(record.path) != record.before
    except FileNotFoundError:
        return record.before is not None
    except OSError:
        return True
