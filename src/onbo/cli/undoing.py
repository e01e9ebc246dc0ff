"""Taking a write back, from what was kept of it."""

import os

from onbo.cli.context import App
from onbo.document.source import Change
from onbo.effects import files, undo
from onbo.errors import ConflictError
from onbo.present.diff import changed_lines


def taking_back(app: App, record: undo.Record) -> Change:
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


def take_back(app: App, record: undo.Record) -> Change:
    """Write the change back, and forget the record."""
    change = taking_back(app, record)
    root = app.workspace.root
    if record.before is None:
        files.remove(record.path, record.after, root)
    else:
        files.write([change], root, undoable=False)
    undo.forget(root, record.name)
    return change
