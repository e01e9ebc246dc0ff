"""Keep the table of risks and blockers: add, list, close."""

from collections.abc import Mapping
from typing import Annotated

import typer

from onbo.cli.case import Case
from onbo.cli.context import App, of
from onbo.cli.editing import add_lines
from onbo.cli.options import Commit, DryRun, Json
from onbo.document.model import Document
from onbo.errors import UsageError
from onbo.onboarding import registers
from onbo.onboarding.labels import table_name
from onbo.onboarding.registers import RISK, Register, find_register
from onbo.onboarding.tables import ChangedRow
from onbo.onboarding.typed import as_typed
from onbo.onboarding.values import Circumstances
from onbo.present import registers as present

EXAMPLES = """\
onbo risk add acme "No admin named" --impact High --mitigation "Ask the sponsor"
onbo risk list acme  # numbered
onbo risk close acme 1  # resolved
"""
EXITS: dict[int, str | None] = {4: None}
app = typer.Typer()
Words = Annotated[list[str] | None, typer.Argument(metavar="[CUSTOMER] TEXT")]
WhichTable = Annotated[str | None, typer.Option("--table", metavar="NAME", help="Which table, if there are several.")]


@app.command("add", help="Add a risk.")
def add(
    context: typer.Context,
    words: Words = None,
    impact: Annotated[str | None, typer.Option("--impact", metavar="High|Med|Low", help="How bad.")] = None,
    mitigation: Annotated[str | None, typer.Option("--mitigation", metavar="TEXT", help="What is done.")] = None,
    table: WhichTable = None,
    dry_run: DryRun = False,
    commit: Commit = False,
    as_json: Json = False,
) -> None:
    here = of(context)
    customer, rest = here.customer_and_rest(words or [])
    if len(rest) != 1:
        raise UsageError(
            "risk add needs one text", hint='put it in quotes: onbo risk add acme "No admin named" --impact High'
        )

    def plan(case: Case) -> ChangedRow:
        document = case.document
        values = {"risk": rest[0], "impact": impact, "mitigation": mitigation, "status": "Open"}
        now = Circumstances(here.today, None, here.settings.calendar)
        register = choose_register(here, document, RISK, "risk", table)
        return registers.add_entry(document, case.forms(here.settings), register, values, now)

    add_lines(
        here,
        customer,
        plan,
        message=f"risk {rest[0]}",
        kind="risk",
        dry_run=dry_run,
        commit=commit,
        as_json=as_json,
        then="onbo risk list",
    )


@app.command("list", help="List the risks.")
def show(
    context: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="[CUSTOMER]")] = None,
    table: WhichTable = None,
    as_json: Json = False,
) -> None:
    here = of(context)
    list_entries(here, words, RISK, "risk", table, as_json=as_json)


@app.command("close", help="Set a risk's status to resolved.")
def close(
    context: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="[CUSTOMER] N")] = None,
    table: WhichTable = None,
    dry_run: DryRun = False,
    commit: Commit = False,
    as_json: Json = False,
) -> None:
    here = of(context)
    customer, rest = here.customer_and_rest(words or [])
    if len(rest) != 1 or not rest[0].isdecimal():
        raise UsageError("risk close needs a number", hint="`onbo risk list` shows them")

    def plan(case: Case) -> ChangedRow:
        document = case.document
        register = choose_register(here, document, RISK, "risk", table)
        return registers.close_entry(document, case.forms(here.settings), register, int(rest[0]))

    add_lines(
        here,
        customer,
        plan,
        message=f"close risk {rest[0]}",
        kind="risk",
        dry_run=dry_run,
        commit=commit,
        as_json=as_json,
        then="onbo risk list",
    )


def choose_register(
    here: App, document: Document, columns: Mapping[str, tuple[str, ...]], noun: str, table: str | None
) -> Register:
    """The table meant; where others could be, say which one it is."""
    chosen = find_register(document, columns, noun, table)
    if table is None and len(registers.registers(document, columns, noun)) > 1:
        name = table_name(document, chosen.table)
        here.terminal.message(f"using table {name} (most matching columns); use --table to pick another")
    return chosen


def list_entries(
    here: App,
    words: list[str] | None,
    columns: Mapping[str, tuple[str, ...]],
    noun: str,
    table: str | None,
    *,
    as_json: bool,
) -> None:
    """The rows that say something, numbered."""
    if len(words or []) > 1:
        raise UsageError(f"{noun} list takes one customer")
    customer = here.only_customer(words[0] if words else None)
    case = here.read_aloud(customer)
    register = choose_register(here, case.document, columns, noun, table)
    found = registers.entries(case.forms(here.settings), register)
    if as_json:
        here.envelope(noun, {"customer": customer.slug, f"{noun}s": present.entries_json(found)})
    elif found:
        here.terminal.table(present.entries_table(found))
    else:
        here.terminal.message(f"no {noun}s yet")
    if not as_json:
        here.terminal.invite(f"onbo {noun} add {as_typed(customer.slug)} ...   (onbo {noun} add --help has examples)")
