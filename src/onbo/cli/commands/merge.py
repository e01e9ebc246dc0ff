"""Merge three versions of a checklist, as git's driver does."""

from typing import Annotated

import typer

from onbo.cli import merge_driver
from onbo.cli.context import of
from onbo.cli.survey import collecting_rarely
from onbo.errors import ConflictError, UnacceptableError

EXAMPLES = """\
onbo merge base.md ours.md theirs.md  # the result is in ours.md
"""
EXITS: dict[int, str | None] = {4: "conflicts remain, between markers"}


def run(
    context: typer.Context,
    base: Annotated[str, typer.Argument(metavar="BASE", help="The version both sides started from.")],
    ours: Annotated[str, typer.Argument(metavar="OURS", help="Your version; replaced by the result.")],
    theirs: Annotated[str, typer.Argument(metavar="THEIRS")],
    marker: Annotated[str, typer.Argument(metavar="[MARKER-SIZE]")] = "7",
    path: Annotated[str | None, typer.Argument(metavar="[PATH]", help="File name to show in messages.")] = None,
) -> int:
    with collecting_rarely():
        status = merge_driver.run(
            [base, ours, theirs, marker, path or ours],
            fallback="; nothing was written",
            workspace=of(context).workspace,
        )
    if status == merge_driver.CONFLICT:
        return ConflictError.status
    return UnacceptableError.status if status else 0
