"""Set fields and table cells: LABEL=VALUE, Section/Label=VALUE, Table/Row/Column=VALUE."""

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from onbo.cli.case import Case
from onbo.cli.context import App, of
from onbo.cli.options import Commit, DryRun, Force, Json
from onbo.document.model import Document
from onbo.effects.workspace import Customer
from onbo.errors import UsageError
from onbo.onboarding.fields import field_meaning
from onbo.onboarding.fill import Filler, Filling
from onbo.onboarding.gate import refuse_complete
from onbo.onboarding.labels import split_setting
from onbo.onboarding.moves import moves
from onbo.onboarding.naming import Target
from onbo.onboarding.settings import ONBOARDING_STATUS
from onbo.onboarding.typed import as_typed
from onbo.onboarding.values import Circumstances
from onbo.present import fields as present

EXAMPLES = """\
onbo set acme "Kickoff Date=2026-12-08"  # every date that follows from it moves
onbo set acme "Activation Rate=85" "Target Go-Live=2027-02-01"
onbo set acme "30-Day Health Score=82"  # its colour too
onbo set acme "Current vs. Benchmark/Feature Adoption/Current=62%"  # a table's cell: Table/Row/Column
onbo set acme "Onboarding Status=Blocked" --dry-run
"""
EXITS: dict[int, str | None] = {1: "a value is refused by its field's rule", 4: None}


def run(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CUSTOMER] LABEL=VALUE...", help='As in "Kickoff Date=2026-03-12", "Activation Rate=85".'
        ),
    ] = None,
    force: Force = False,
    dry_run: DryRun = False,
    commit: Commit = False,
    as_json: Json = False,
) -> None:
    app = of(context)
    customer, settings = customer_and_settings(app, words or [])

    def wanted(document: Document) -> list[tuple[Target, str]]:
        return [split_setting(document, setting) for setting in settings]

    fill_in(app, customer, wanted, force=force, dry_run=dry_run, commit=commit, as_json=as_json)


def customer_and_settings(app: App, words: list[str]) -> tuple[Customer, list[str]]:
    """What is left of the words are settings; a customer's name holds no `=`."""
    if (
        words
        and "=" in words[0]
        and app.workspace.implied() is None
        and app.workspace.resolve(words[0], app.settings) is None
    ):
        raise UsageError("name the customer first", hint=f"onbo set acme {words[0]!r}")
    customer, settings = app.customer_and_rest(words)
    if not settings:
        raise UsageError("set needs a field and its value", hint='for example: onbo set acme "Kickoff Date=2026-03-12"')
    return customer, settings


def fill_in(
    app: App,
    customer: Customer,
    wanted: Callable[[Document], Sequence[tuple[Target, str]]],
    *,
    force: bool,
    dry_run: bool,
    commit: bool,
    as_json: bool,
    suggest: bool = True,
) -> None:
    """Write values into fields and cells, and show what these read now and which dates move.

    wanted  gives the values with the field or cell for each; called again where the file was changed meanwhile
    """
    made: list[Filling] = []

    def plan(case: Case) -> Filling:
        now = Circumstances(app.today, None, app.settings.calendar, force)
        filler = Filler(case.document, case.forms(app.settings), app.settings, now)
        filler.set_all(wanted(case.document))
        if not force:
            refuse_complete(
                case.document,
                case.gate(),
                filler.value_of(field_meaning(case.document, app.settings, ONBOARDING_STATUS)),
            )
        made[:] = [filler.finish()]
        return made[0]

    app.read_aloud(customer, writing=True)
    applied = app.apply(customer, plan, dry_run=dry_run, commit=commit, quiet=as_json)
    filling = made[0]
    moved = moves(applied.case.document, applied.after, app.settings)
    if not as_json:
        app.terminal.out(present.told(filling) if applied.written else ())
        app.terminal.out(present.moved(moved))
    if applied.written:
        labels = ", ".join(dict.fromkeys(told.label for told in filling.told))
        app.commit([customer.path], f"{customer.slug}: set {labels}", wanted=commit)
    if as_json:
        app.envelope("set", {"path": applied.case.document.source.path} | present.filling_json(filling, moved))
    elif applied.written and suggest:
        app.terminal.suggest(f"onbo status {as_typed(customer.slug)}")
