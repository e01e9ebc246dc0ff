"""Lay out a workspace: settings, templates to edit, and a place for customers."""

import os
from typing import Annotated

import typer

from onbo.cli.context import no_repository, of
from onbo.cli.options import DryRun
from onbo.document.source import Change
from onbo.effects import files, git, locks
from onbo.effects.workspace import CUSTOMERS, TEMPLATES, Workspace
from onbo.errors import UnacceptableError
from onbo.onboarding.settings import SETTINGS_FILE
from onbo.present.text import line

EXAMPLES = """\
onbo init  # here
onbo init plans  # in a directory of its own
onbo init --git  # also set up item-by-item merging in this clone
"""
EXITS: dict[int, str | None] = {4: None}
ATTRIBUTES = b".onbo/base/*.md -text\n"
SETTINGS = b"""\
# Settings of this onbo workspace; every one is optional. This file marks its top directory.

# [templates]             # which template a segment gets
# smb = "essentials"

# [status]                # shares of what was due
# at_risk = 0.20
# off_track = 0.60

# [calendar]
# roll = "back"           # a due date on a day off moves to the working day before
# holidays = [2026-12-25]

# [git]
# commit = true           # commit each change
"""


def run(
    context: typer.Context,
    directory: Annotated[str | None, typer.Argument(metavar="[DIR]", help="Where; here if not given.")] = None,
    wire: Annotated[bool, typer.Option("--git", help="Set up the merge driver in this clone too.")] = False,
    dry_run: DryRun = False,
) -> None:
    app = of(context)
    here = app.workspace.here
    root = os.path.abspath(directory or app.directory or here)
    if wire:
        _require_repository(root)
    place = Workspace(root, here)
    templates = [Change(place.path(TEMPLATES, f"{own.name}.md"), None, own.data) for own in place.all_built_in()]
    changes = [Change(place.path(SETTINGS_FILE), None, SETTINGS), *templates]
    changes = [change for change in changes if not os.path.lexists(change.path)]
    changes += _attributes(place, [ATTRIBUTES, *([git.ATTRIBUTE] if wire else [])])
    if dry_run:
        app.terminal.out(line(f"would write {place.shown(change.path)}") for change in changes)
        return
    os.makedirs(place.path(CUSTOMERS), exist_ok=True)
    locks.own_directory(root)
    files.write(changes, root)
    for change in changes:
        app.terminal.out([line(f"wrote {place.shown(change.path)}")])
    if wire:
        git.configure(root)
        app.terminal.out([line("set up the merge driver in this clone")])
    elif not changes:
        app.terminal.out([line("everything is there already")])
    app.terminal.suggest("onbo status" if place.customers() else "onbo new acme --segment smb")


def _require_repository(root: str) -> None:
    """Raise OnboError, before anything is written, where git cannot be set up."""
    if git.top_level(root) is None:
        raise no_repository(root, "--git: this is not a git repository", "run `git init` first")
    git.ask(root, "rev-parse", "--git-dir")


def _attributes(place: Workspace, wanted: list[bytes]) -> list[Change]:
    """The lines that git needs and `.gitattributes` lacks, added to it."""
    path = place.path(".gitattributes")
    if os.path.islink(path):  # what it leads to would get lines that were meant for git
        raise UnacceptableError("is a link, which git does not follow", path=path, hint="make it a file")
    before = files.read(path, place.root) if os.path.lexists(path) else None
    known = [text.strip() for text in (before or b"").split(b"\n")]
    missing = b"".join(text for text in wanted if text.strip() not in known)
    if not missing:
        return []
    gap = b"" if not before or before.endswith(b"\n") else b"\n"
    return [Change(path, before, (before or b"") + gap + missing)]
