"""Set items aside as not applicable, with the reason."""

from typing import Annotated

import typer

from onbo.cli.context import of
from onbo.cli.marking import Request, carry_out, choose
from onbo.cli.options import Commit, CustomerAndItems, DryRun, Expect, Json, Whole
from onbo.onboarding import tick

EXAMPLES = """\
onbo skip acme 1.3.2 --why "no SSO on this plan"
onbo skip acme 1.4 --all --why "self-serve"  # a whole section
onbo uncheck acme 1.3.2  # take it up again
"""
EXITS: dict[int, str | None] = {1: "you said no", 4: None}


def run(
    context: typer.Context,
    words: CustomerAndItems = None,
    why: Annotated[str | None, typer.Option("--why", metavar="TEXT", help="Why it does not apply.")] = None,
    whole: Whole = False,
    expect: Expect = None,
    dry_run: DryRun = False,
    commit: Commit = False,
    as_json: Json = False,
) -> None:
    app = of(context)
    customer, keys = choose(app, words, whole=whole, expect=expect)
    if why is None:
        app.terminal.require_input("skip needs a reason", 'give --why "self-serve plan"')
        why = app.terminal.ask("Why does it not apply?")
    reason = why
    request = Request("skip", customer, keys, lambda case, items: tick.skip(case.document, items, reason))
    carry_out(app, request, dry_run=dry_run, commit=commit, as_json=as_json)
