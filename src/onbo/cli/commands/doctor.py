"""Check that merging is set up in this clone."""

import shutil

import typer

from onbo.cli.context import of
from onbo.cli.options import Json
from onbo.effects import git
from onbo.present.text import Piece, line

EXAMPLES = """\
onbo doctor  # each check, and what to run where it fails
"""
EXITS: dict[int, str | None] = {1: "something is missing"}


def run(context: typer.Context, as_json: Json = False) -> int:
    app = of(context)
    root = app.workspace.root
    checks = [("git", git.top_level(root) is not None, "this is not a git repository: run `git init`")]
    if checks[0][1]:
        wired = git.configured(root, git.DRIVER_KEY) == git.DRIVER
        checks += [
            ("driver", wired, "the merge driver is not set up in this clone: run `onbo init --git`"),
            ("attributes", git.has_attribute(root), ".gitattributes lacks the merge driver: run `onbo init --git`"),
        ]
    checks.append(
        ("onbo-merge", shutil.which("onbo-merge") is not None, "onbo-merge is not on PATH: add its directory to PATH")
    )
    if as_json:
        found = [{"check": name, "ok": ok, "hint": None if ok else hint} for name, ok, hint in checks]
        app.envelope("doctor", {"checks": found})
    else:
        app.terminal.out(
            line(Piece("ok       " if ok else "missing  ", "good" if ok else "bad"), name, "" if ok else f": {hint}")
            for name, ok, hint in checks
        )
    return int(not all(ok for _, ok, _ in checks))
