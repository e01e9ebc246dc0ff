"""List copies that are out of date (same as update --check)."""

from typing import Annotated

import typer

from onbo.cli.context import of
from onbo.cli.options import Json
from onbo.cli.updating import list_outdated

EXAMPLES = """\
onbo outdated  # all customers
onbo outdated acme  # one
"""
EXITS: dict[int, str | None] = {0: "every copy is up to date", 1: "some copies are out of date"}


def run(
    context: typer.Context,
    customers: Annotated[list[str] | None, typer.Argument(metavar="[CUSTOMER]...")] = None,
    as_json: Json = False,
) -> int:
    return list_outdated(of(context), customers or [], as_json=as_json)
