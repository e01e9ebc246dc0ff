"""Tick items, one byte each."""

import typer

from onbo.cli.context import of
from onbo.cli.marking import Request, carry_out, choose
from onbo.cli.options import Commit, CustomerAndItems, DryRun, Expect, Json, Whole
from onbo.onboarding import tick


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
    request = Request("check", customer, keys, lambda case, items: tick.check(case.document, items))
    carry_out(app, request, dry_run=dry_run, commit=commit, as_json=as_json)
