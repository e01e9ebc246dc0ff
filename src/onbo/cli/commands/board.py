"""The portfolio, full screen: sort, filter, open a customer."""

import typer

from onbo.cli.context import of

EXAMPLES = """\
onbo board  # ? lists its keys, q leaves
"""
EXITS: dict[int, str | None] = {}


def run(context: typer.Context) -> int:
    from onbo.cli.screens import open_board

    return open_board(of(context))
