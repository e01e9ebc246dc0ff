"""Say whom items wait for, or that the waiting is over."""

from typing import Annotated

import typer

from onbo.cli.context import of
from onbo.cli.marking import Request, carry_out, choose
from onbo.cli.options import Commit, CustomerAndItems, DryRun, Expect, Json, Whole
from onbo.errors import UsageError
from onbo.onboarding import tokens

EXAMPLES = """\
onbo wait acme 1.3.4 --on customer  # they owe us something
onbo wait acme 1.3.4 --end  # they gave it
"""
EXITS: dict[int, str | None] = {1: "you said no", 4: None}


def run(
    context: typer.Context,
    words: CustomerAndItems = None,
    on: Annotated[str | None, typer.Option("--on", metavar="WHO", help="As in customer, or legal.")] = None,
    end: Annotated[bool, typer.Option("--end", "--over", help="Stop waiting.")] = False,
    whole: Whole = False,
    expect: Expect = None,
    dry_run: DryRun = False,
    commit: Commit = False,
    as_json: Json = False,
) -> None:
    app = of(context)
    if (on is None) == (not end):
        raise UsageError("wait needs either --on or --end", hint="for example: --on customer")
    customer, keys = choose(app, words, whole=whole, expect=expect, finished=end)
    request = Request("wait", customer, keys, lambda case, items: tokens.wait(case.document, items, on))
    carry_out(app, request, dry_run=dry_run, commit=commit, as_json=as_json)
