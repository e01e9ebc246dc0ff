"""Tick items, one byte each; without ITEM, open the checklist."""

import typer

from onbo.cli.context import App, of
from onbo.cli.deciding import check
from onbo.cli.options import Commit, CustomerAndItems, DryRun, Expect, Force, Json, Whole
from onbo.effects.workspace import Customer

EXAMPLES = """\
onbo check acme 1.3.2  # by number
onbo check acme "configure sso"  # by words of its text
onbo check acme 1.3.1 1.3.3 1.3.4  # several
onbo check acme 1.3 --all  # a whole section
onbo check acme gate.1 --force  # a gate item that its evidence does not bear out
onbo check acme 1.3.2 --dry-run  # show the change and write nothing
onbo check acme 1.3.2 --commit  # and commit that file alone
onbo check acme  # the checklist, to tick with space
"""
EXITS: dict[int, str | None] = {1: "a gate item without its evidence, or you said no", 4: None}


def run(
    context: typer.Context,
    words: CustomerAndItems = None,
    whole: Whole = False,
    expect: Expect = None,
    force: Force = False,
    dry_run: DryRun = False,
    commit: Commit = False,
    as_json: Json = False,
) -> int:
    app = of(context)
    if app.terminal.full_screen and not (whole or expect or force or dry_run or as_json):
        from onbo.cli.screens import can_open, open_checklist

        customer = _customer_alone(app, words or [])
        if customer is not None and can_open(app):
            return open_checklist(app, customer, commit=commit)
    check(
        app,
        words or [],
        whole=whole,
        expect=expect,
        force=force,
        dry_run=dry_run,
        commit=commit,
        as_json=as_json,
    )
    return 0


def _customer_alone(app: App, words: list[str]) -> Customer | None:
    """The customer, where no item is named."""
    if len(words) > 1:
        return None
    customer, items = app.customer_and_rest(words)
    if items:
        return None
    app.read_aloud(customer, writing=True)
    return customer
