"""List the customers whose template has changed since; exit 1 if there are any."""

from typing import Annotated

import typer

from onbo.cli.context import of
from onbo.cli.options import Json
from onbo.cli.survey import survey_aloud
from onbo.cli.updating import standing
from onbo.errors import RefusedError, UnacceptableError
from onbo.present import updates as present

EXAMPLES = """\
onbo outdated  # all customers
onbo outdated acme  # one
"""
EXITS: dict[int, str | None] = {0: "every copy is of today's template", 1: "there are outdated copies"}


def run(
    context: typer.Context,
    customers: Annotated[list[str] | None, typer.Argument(metavar="[CUSTOMER]...")] = None,
    as_json: Json = False,
) -> int:
    app = of(context)
    chosen = [app.customer(name) for name in customers or []] or app.workspace.customers()
    found, unreadable = survey_aloud(app, chosen, standing)
    late = [entry for entry in found if entry.outdated]
    if as_json:
        app.envelope("outdated", {"customers": [present.standing_json(entry) for entry in late]})
    elif late:
        app.terminal.table(present.standing_table(late))
        app.terminal.suggest("onbo update --all --dry-run")
    else:
        app.terminal.message("every copy is of today's template")
    return UnacceptableError.status if unreadable else RefusedError.status * bool(late)
