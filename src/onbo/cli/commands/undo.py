"""Take back the last write of this clone, if its file has not changed since."""

import os

import typer

from onbo.cli.context import App, of
from onbo.cli.options import DryRun, Json
from onbo.document.source import Change
from onbo.effects import files, undo
from onbo.errors import ConflictError
from onbo.present.diff import changed_lines
from onbo.present.text import line


def run(context: typer.Context, dry_run: DryRun = False, as_json: Json = False) -> None:
    app = of(context)
    root = app.workspace.root
    found = next((record for record in undo.records(root) if _was_made(record)), None)
    if found is None:
        app.terminal.message("nothing to undo")
        if as_json:
            app.envelope("undo", {"path": None, "removed": False})
        return
    change = _taking_back(app, found)
    shown = app.workspace.shown(found.path)
    if dry_run:
        if not as_json:
            app.show_diffs([change])
        return
    if found.before is None:
        files.remove(found.path, found.after, root)
    else:
        files.write([change], root, undoable=False)
    undo.forget(root, found.name)
    if as_json:
        app.envelope("undo", {"path": shown, "removed": found.before is None})
        return
    app.show_diffs([change])
    app.terminal.out([line(f"removed {shown}" if found.before is None else f"restored {shown}")])


def _was_made(record: undo.Record) -> bool:
    """Whether a recorded write happened: a process may have died between the record and the write."""
    try:
        return files.read(record.path) != record.before
    except FileNotFoundError:
        return record.before is not None
    except OSError:
        return True


def _taking_back(app: App, record: undo.Record) -> Change:
    """The change back. Raises ConflictError, with what changed, where the file is not as the write left it."""
    shown = app.workspace.shown(record.path)
    if not os.path.lexists(record.path):
        raise ConflictError("is no longer there", path=shown, hint="if it is in the archive, bring it back first")
    now = files.read(record.path, app.workspace.root)
    if now != record.after:
        raise ConflictError(
            "was changed since the last write",
            path=shown,
            hint="nothing is undone",
            choices=changed_lines(record.after, now, 12),
        )
    return Change.edited(record.path, now, record.back)
