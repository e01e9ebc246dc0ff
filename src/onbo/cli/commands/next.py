"""Show what to do next, for one customer or all, each with its reason."""

from typing import Annotated

import typer

from onbo.cli.context import of
from onbo.cli.options import Json
from onbo.errors import OnboError, UnacceptableError, UsageError
from onbo.onboarding.ranking import Ranked, rank
from onbo.present import ranking as present


def run(
    context: typer.Context,
    customers: Annotated[list[str] | None, typer.Argument(metavar="[CUSTOMER]...")] = None,
    days: Annotated[int | None, typer.Option("--days", metavar="N", help="Only what is due within N days.")] = None,
    owner: Annotated[str | None, typer.Option("--owner", metavar="WHO", help="Only this owner's.")] = None,
    as_json: Json = False,
) -> int:
    app = of(context)
    if days is not None and not 0 <= days <= 36_500:
        raise UsageError(f"--days {days}: not a number of days")
    today, settings = app.today, app.settings  # what is wrong with these is no customer's fault
    found: list[Ranked] = []
    unreadable = 0
    for customer in [app.customer(name) for name in customers or []] or app.workspace.customers():
        try:
            progress = app.read(customer).progress(today, settings)
        except (OnboError, OSError) as error:
            app.terminal.problem(error, app.workspace.shown(customer.path))
            unreadable += 1
        else:
            found += rank(customer.slug, progress, today, days, settings.due_soon)
    if owner is not None:
        wanted = owner.removeprefix("@").casefold()
        found = [entry for entry in found if (entry.row.item.value("owner") or "").casefold() == wanted]
    found.sort(key=lambda entry: entry.order)
    if as_json:
        app.envelope("next", {"items": [present.ranked_json(entry) for entry in found]})
    elif found:
        app.terminal.out(present.ranked_lines(found))
    else:
        app.terminal.out(present.nothing())
    return UnacceptableError.status if unreadable else 0
