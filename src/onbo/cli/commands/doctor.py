"""Check that git and merging are set up in this clone."""

import typer

from onbo.cli.context import of
from onbo.cli.options import Json
from onbo.effects.diagnosis import checks
from onbo.present.text import Piece, line

EXAMPLES = """\
onbo doctor  # each check, and what to run where it fails
"""
EXITS: dict[int, str | None] = {1: "something is missing"}


def run(context: typer.Context, as_json: Json = False) -> int:
    app = of(context)
    found = list(checks(app.workspace.root))
    if as_json:
        told = [{"check": check.name, "ok": check.problem is None, "hint": check.hint} for check in found]
        app.envelope("doctor", {"checks": told})
    else:
        app.terminal.out(
            line(
                Piece("missing  " if check.problem else "ok       ", "bad" if check.problem else "good"),
                check.name,
                f": {check.hint}" if check.problem else "",
            )
            for check in found
        )
    return int(any(check.problem for check in found))
