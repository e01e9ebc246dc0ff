"""Show what to do next, for one customer or all, each with its reason."""

from typing import Annotated

import typer

from onbo.cli.case import Case
from onbo.cli.context import of
from onbo.cli.options import Json, Limit
from onbo.cli.survey import survey_aloud
from onbo.errors import UnacceptableError, UsageError
from onbo.onboarding.ranking import Ranked, rank
from onbo.onboarding.typed import as_typed
from onbo.present import ranking as present

EXAMPLES = """\
onbo next  # over all customers, most urgent first
onbo next acme --days 7  # only what is due within a week
onbo next --owner ann  # only what is ann's
"""
EXITS: dict[int, str | None] = {}


def run(
    context: typer.Context,
    customers: Annotated[list[str] | None, typer.Argument(metavar="[CUSTOMER]...")] = None,
    days: Annotated[int | None, typer.Option("--days", metavar="N", help="Only what is due within N days.")] = None,
    owner: Annotated[str | None, typer.Option("--owner", metavar="WHO", help="Only this owner's.")] = None,
    limit: Limit = None,
    as_json: Json = False,
) -> int:
    app = of(context)
    if days is not None and not 0 <= days <= 36_500:
        raise UsageError(f"--days {days}: not a number of days")
    today, settings = app.today, app.settings  # what is wrong with these is no customer's fault

    def look(case: Case) -> list[Ranked]:
        return rank(case.customer.slug, case.progress(today, settings), today, days, settings.due_soon)

    chosen = [app.customer(name) for name in customers or []] or app.workspace.customers()
    looks, unreadable = survey_aloud(app, chosen, look)
    found = [entry for entries in looks for entry in entries]
    if owner is not None:
        wanted = owner.removeprefix("@").casefold()
        found = [entry for entry in found if (entry.row.item.value("owner") or "").casefold() == wanted]
    found.sort(key=lambda entry: entry.order)
    left = len(found) - len(found[: limit or None])
    found = found[: limit or None]
    if as_json:
        app.envelope("next", {"items": [present.ranked_json(entry) for entry in found]})
    elif found:
        app.terminal.out(present.ranked_lines(found))
        if left:
            app.terminal.message(f"... and {left} more; --limit 0 shows them")
        app.terminal.invite(f"onbo check {as_typed(found[0].customer)} {found[0].row.item.number}")
    else:
        app.terminal.out(present.nothing())
        app.terminal.invite("onbo status")
    return UnacceptableError.status if unreadable else 0
