"""Show figures over all customers: lengths, bottlenecks, waiting, forecasts."""

from typing import Annotated

import typer

from onbo.cli.context import of
from onbo.cli.histories import first_day
from onbo.cli.options import Json
from onbo.cli.pages import write_page
from onbo.cli.reporting import Wanted, gather
from onbo.errors import UnacceptableError, UsageError
from onbo.present import report as present
from onbo.present.counts import plural
from onbo.present.text import line

EXAMPLES = """\
onbo report  # over all customers
onbo report --segment enterprise --since 2026-01-01  # those kicked off since
onbo report --html report.html  # a page for the team
onbo report --json  # for scripts
"""
EXITS: dict[int, str | None] = {}


def run(
    context: typer.Context,
    segment: Annotated[str | None, typer.Option("--segment", metavar="S", help="Only this segment.")] = None,
    csm: Annotated[str | None, typer.Option("--csm", metavar="NAME", help="Only this CSM's.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE|Nd", help="Only customers with a kickoff since then.")
    ] = None,
    page: Annotated[
        str | None, typer.Option("--html", metavar="FILE", help="Write all of it as a page; - is stdout.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("-n", "--dry-run", help="With --html: say what would be written and write nothing.")
    ] = False,
    as_json: Json = False,
) -> int:
    app = of(context)
    if page is not None and as_json:
        raise UsageError("--html and --json: only one of them", hint="leave one out")
    gathered = gather(app, Wanted(segment, csm, first_day(since, app.today)))
    if as_json:
        app.envelope("report", present.report_json(gathered.report))
    elif page is not None:
        from onbo.present.pages.report import report_page

        what = plural(len(gathered.report.customers), "customer")
        write_page(app, report_page(gathered.report, gathered.rows), page, what, dry_run=dry_run)
    elif not gathered.report.customers:
        app.terminal.out([line("no customers to report on")])
    else:
        for number, part in enumerate(present.parts(gathered.report)):
            app.terminal.out([[], part.title] if number else [part.title])
            app.terminal.table(part.table)
        app.terminal.out(present.footnotes(gathered.report))
    for row in gathered.unreadable:
        app.terminal.error(UnacceptableError(row.error or "", path=row.path))
    for note in gathered.report.notes if not as_json and page is None else ():
        app.terminal.message(f"note: {note}")
    if not as_json and page is None:
        app.terminal.invite("onbo next")
    return UnacceptableError.status if gathered.unreadable else 0
