"""The portfolio, full screen: sort, filter, open a customer."""

import typer

from onbo.cli.context import of


def run(context: typer.Context) -> int:
    from onbo.cli.screens import open_board

    return open_board(of(context))
