"""Undo the last command in every file it wrote."""

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import typer

from onbo.cli import undoing
from onbo.cli.committing import by_hand
from onbo.cli.context import App, of
from onbo.cli.options import Commit, DryRun, Json, Limit
from onbo.cli.undoing import Reversal, Step
from onbo.effects import git, state, undo
from onbo.errors import SystemFailedError
from onbo.present.text import Line, Piece, Table, line

EXAMPLES = """\
onbo undo --list  # the commands you can undo, newest first
onbo undo --dry-run  # what would be undone
onbo undo  # undo the last command; run again for the one before
"""
EXITS: dict[int, str | None] = {4: "a file has changed since, or is locked; nothing was undone"}


def run(
    context: typer.Context,
    listed: Annotated[bool, typer.Option("--list", help="List the commands you can undo.")] = False,
    limit: Limit = None,
    dry_run: DryRun = False,
    commit: Commit = False,
    as_json: Json = False,
) -> None:
    app = of(context)
    if listed:
        _list(app, limit, as_json=as_json)
        return
    app.expect_git(wanted=commit and not dry_run)
    command = next(_commands(app), None)
    if command is None:
        app.terminal.message("nothing to undo")
        if as_json:
            app.envelope("undo", _payload(app, None, dry_run=dry_run))
        return
    found = undoing.plan(command, undoing.Files(app))
    undoing.refuse_faults(app, found)
    if not dry_run:
        undoing.take_back(app, found)
    if not as_json:
        _tell(app, found, dry_run=dry_run)
    if not dry_run:
        _commit(app, found, wanted=commit)
    if as_json:
        app.envelope("undo", _payload(app, found, dry_run=dry_run))
    elif not dry_run:
        app.terminal.suggest("onbo status")


def _commands(app: App) -> Iterator[undo.Command]:
    """The commands kept; none, with a warning, where what is kept is not the user's own."""
    try:
        yield from undo.commands(app.workspace.root)
    except SystemFailedError as error:
        where = f"{state.shown(error.path)}: " if error.path else ""
        app.terminal.warning(f"ignoring undo records: {where}{error.message}")


def _tell(app: App, found: Reversal, *, dry_run: bool) -> None:
    """The diff of a single file, or of each in a dry run; otherwise a line for each file."""
    words = undoing.short(found.command.words)
    if found.empty:
        # Done by hand, or killed before it wrote. To take back another command instead would be a surprise.
        app.terminal.message(f"nothing left to undo for `{words}`; run `onbo undo` again for the command before it")
        return
    if dry_run or len(found.steps) == 1:
        app.show_diffs([step.change for step in found.steps if step.change])
    app.terminal.out(_line(app, step, dry_run=dry_run) for step in found.steps if not (dry_run and step.change))
    app.terminal.message(f"{'would undo' if dry_run else 'undid'} `{words}`")


def _line(app: App, step: Step, *, dry_run: bool) -> Line:
    shown = app.workspace.shown(step.path)
    if step.target is not None:
        return line(f"{'would move' if dry_run else 'moved'} {shown} -> {app.workspace.shown(step.target)}")
    if step.action == undoing.KEPT:
        return line(f"kept {shown}: other customers need it")
    return line(f"{step.action} {shown}")


def _commit(app: App, found: Reversal, *, wanted: bool) -> None:
    paths = [path for step in reversed(found.steps) for path in step.paths if step.action != undoing.KEPT]
    if not paths or not (wanted or app.settings.commit):
        return
    # A file that was never committed and is gone again is nothing that git could be asked about.
    known = git.tracked(app.workspace.root, paths)
    paths = [path for path in paths if os.path.lexists(path) or path in known]
    slugs = {os.path.basename(path).removesuffix(".md") for path in paths if ".onbo" not in path.split(os.sep)}
    about = f"{slugs.pop()}: " if len(slugs) == 1 else ""
    if paths:
        message = f"{about}undo `{undoing.short(found.command.words)}`"
        app.commit(paths, message, wanted=wanted, again=by_hand(app, paths))


def _payload(app: App, found: Reversal | None, *, dry_run: bool) -> dict[str, Any]:
    steps = found.steps if found else ()
    return {
        "path": app.workspace.shown(steps[0].path) if steps else None,
        "removed": bool(steps) and steps[0].action == undoing.REMOVED,
        "dry_run": dry_run,
        "command": undoing.spoken(found.command.words) if found else None,
        "when": found.command.when if found else None,
        "files": [_file(app, step) for step in steps],
    }


def _file(app: App, step: Step) -> dict[str, Any]:
    target = app.workspace.shown(step.target) if step.target else None
    return {"path": app.workspace.shown(step.path), "action": step.action, "to": target}


def _list(app: App, limit: int | None, *, as_json: bool) -> None:
    """What is kept, newest first; `now` goes back with each, so that older ones are judged by what they would find."""
    now = undoing.Files(app)
    found = [reversal for command in _commands(app) if not (reversal := undoing.plan(command, now)).empty]
    if limit is None and app.terminal.screen and not as_json:
        limit = max(app.terminal.height() - 3, 5)
    shown = found[: limit or None]
    if as_json:
        app.envelope("undo", {"commands": [_entry(app, *pair) for pair in enumerate(shown, 1)]})
        return
    if not found:
        app.terminal.message("nothing to undo")
        return
    rows = [
        [Piece(str(number)), Piece(_when(each)), Piece(undoing.short(each.command.words)), Piece(_files(app, each))]
        for number, each in enumerate(shown, 1)
    ]
    app.terminal.table(Table(("#", "when", "command", "files"), rows, frozenset(["#"]), ("files", "command")))
    if len(shown) < len(found):
        app.terminal.out([line(f"... and {len(found) - len(shown)} more; --limit 0 shows them")])
    app.terminal.invite("onbo undo --dry-run")


def _when(found: Reversal) -> str:
    """The local time, to the minute; as it is kept where somebody else's version wrote it in another way."""
    try:
        return datetime.fromisoformat(found.command.when).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return found.command.when


def _files(app: App, found: Reversal) -> str:
    written = _written(app, found)
    more = f" and {len(written) - 1} more" if len(written) > 1 else ""
    faults = len(found.faults)
    changed = f" ({'changed since' if len(written) == faults else f'{faults} changed since'})" if faults else ""
    return f"{written[0]}{more}{changed}"


def _written(app: App, found: Reversal) -> list[str]:
    """The files that a command wrote, the last first."""
    places = [record.target or record.path for record in reversed(found.command.records)]
    return [app.workspace.shown(path) for path in dict.fromkeys(places)]


def _entry(app: App, number: int, found: Reversal) -> dict[str, Any]:
    return {
        "number": number,
        "when": found.command.when,
        "command": undoing.spoken(found.command.words),
        "files": _written(app, found),
        "changed": [app.workspace.shown(fault.path) for fault in found.faults],
    }
