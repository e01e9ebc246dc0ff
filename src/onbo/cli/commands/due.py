"""Pin items to a due date, or leave it to their section's days again."""

from typing import Annotated

import typer

from onbo.cli.case import Case
from onbo.cli.context import of
from onbo.cli.marking import Request, carry_out, choose, last_word
from onbo.cli.options import Commit, DryRun, Expect, Json, Whole
from onbo.document.model import Item
from onbo.onboarding import tokens
from onbo.onboarding.dates import READABLE, read_date
from onbo.onboarding.fields import facts
from onbo.onboarding.tick import Marking


def run(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[CUSTOMER] ITEM... DATE", help=f"DATE as in {READABLE}.")
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="No pinned date.")] = False,
    whole: Whole = False,
    expect: Expect = None,
    dry_run: DryRun = False,
    commit: Commit = False,
    as_json: Json = False,
) -> None:
    app = of(context)
    rest, typed = last_word(words, none=none, what="a date", example="2026-03-12")
    customer, keys = choose(app, rest, whole=whole, expect=expect)

    def decide(case: Case, items: list[Item]) -> Marking:
        kickoff = facts(case.document, app.settings).kickoff
        day = read_date(typed, app.today, kickoff, app.settings.calendar) if typed is not None else None
        return tokens.pin(case.document, items, day)

    carry_out(app, Request("due", customer, keys, decide), dry_run=dry_run, commit=commit, as_json=as_json)
