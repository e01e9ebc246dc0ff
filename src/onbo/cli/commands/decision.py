"""Keep the table of key decisions: add, list."""

from typing import Annotated

import typer

from onbo.cli.case import Case
from onbo.cli.commands.risk import WhichTable, Words, choose_register, list_entries
from onbo.cli.context import of
from onbo.cli.editing import add_lines
from onbo.cli.options import Commit, DryRun, Json
from onbo.errors import UsageError
from onbo.onboarding import registers
from onbo.onboarding.dates import READABLE, read_date
from onbo.onboarding.fields import facts
from onbo.onboarding.registers import DECISION
from onbo.onboarding.tables import ChangedRow
from onbo.onboarding.values import Circumstances

EXAMPLES = """\
onbo decision add acme "Start with one region" --by "Dana Doe" --impact "Two weeks earlier"
onbo decision list acme  # numbered
"""
EXITS: dict[int, str | None] = {4: None}
app = typer.Typer()


@app.command("add", help="Add a decision.")
def add(
    context: typer.Context,
    words: Words = None,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who made it.")] = None,
    impact: Annotated[str | None, typer.Option("--impact", metavar="TEXT", help="What it changes.")] = None,
    table: WhichTable = None,
    on: Annotated[str, typer.Option("--date", metavar="DATE", help=f"When; today if not given: {READABLE}")] = "today",
    dry_run: DryRun = False,
    commit: Commit = False,
    as_json: Json = False,
) -> None:
    here = of(context)
    customer, rest = here.customer_and_rest(words or [])
    if len(rest) != 1:
        raise UsageError(
            "decision add needs one text", hint='put it in quotes: onbo decision add acme "Start with one region"'
        )

    def plan(case: Case) -> ChangedRow:
        document = case.document
        now = Circumstances(here.today, facts(document, here.settings).kickoff, here.settings.calendar)
        day = read_date(on, now.today, now.kickoff, now.calendar).isoformat()
        values = {"date": day, "decision": rest[0], "by": by, "impact": impact}
        register = choose_register(here, document, DECISION, "decision", table)
        return registers.add_entry(document, case.forms(here.settings), register, values, now)

    add_lines(
        here,
        customer,
        plan,
        message=f"decision {rest[0]}",
        kind="decision",
        dry_run=dry_run,
        commit=commit,
        as_json=as_json,
        then="onbo decision list",
    )


@app.command("list", help="List the decisions.")
def show(
    context: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="[CUSTOMER]")] = None,
    table: WhichTable = None,
    as_json: Json = False,
) -> None:
    list_entries(of(context), words, DECISION, "decision", table, as_json=as_json)
