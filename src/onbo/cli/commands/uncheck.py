"""Open items again, done or not applicable."""

import typer

from onbo.cli.context import of
from onbo.cli.marking import Request, carry_out, choose
from onbo.cli.options import Commit, CustomerAndItems, DryRun, Expect, Json, Whole
from onbo.onboarding import tick

EXAMPLES = """\
onbo uncheck acme 1.1.1  # open again
onbo uncheck acme "review signed contract"
onbo uncheck acme 1.1 --all  # a whole section
"""
EXITS: dict[int, str | None] = {1: "you said no", 4: None}


def run(
    context: typer.Context,
    words: CustomerAndItems = None,
    whole: Whole = False,
    expect: Expect = None,
    dry_run: DryRun = False,
    commit: Commit = False,
    as_json: Json = False,
) -> None:
    app = of(context)
    customer, keys = choose(app, words, whole=whole, expect=expect)
    request = Request("uncheck", customer, keys, lambda case, items: tick.uncheck(case.document, items))
    carry_out(app, request, dry_run=dry_run, commit=commit, as_json=as_json)
