"""Tick items, one byte each."""

import typer

from onbo.cli.case import Case
from onbo.cli.context import of
from onbo.cli.marking import Request, carry_out, choose
from onbo.cli.options import Commit, CustomerAndItems, DryRun, Expect, Force, Json, Whole
from onbo.document.model import Item
from onbo.onboarding import tick
from onbo.onboarding.gate import refuse_contradicted


def run(
    context: typer.Context,
    words: CustomerAndItems = None,
    whole: Whole = False,
    expect: Expect = None,
    force: Force = False,
    dry_run: DryRun = False,
    commit: Commit = False,
    as_json: Json = False,
) -> None:
    app = of(context)
    customer, keys = choose(app, words, whole=whole, expect=expect)

    def decide(case: Case, items: list[Item]) -> tick.Marking:
        gate = case.gate()
        if gate is not None and not force and any(item.path[0] == gate.title for item in items):
            refuse_contradicted(case.document, items, case.criteria(app.settings))
        return tick.check(case.document, items, whole=whole)

    carry_out(app, Request("check", customer, keys, decide), dry_run=dry_run, commit=commit, as_json=as_json)
