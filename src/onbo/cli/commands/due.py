"""Pin items to a due date, or leave it to their section's days again."""

from typing import Annotated

import typer

from onbo.cli.context import of
from onbo.cli.deciding import pinning
from onbo.cli.marking import Request, carry_out, choose, last_word
from onbo.cli.options import Commit, DryRun, Expect, Json, Whole
from onbo.onboarding.dates import READABLE

EXAMPLES = """\
onbo due acme 1.3.2 2026-12-18  # pinned, whatever the kickoff
onbo due acme 1.3.2 fri  # the next Friday; its date is said
onbo due acme 1.3.2 kickoff+10  # ten days from the kickoff
onbo due acme 1.3.2 --none  # by its section's days again
"""
EXITS: dict[int, str | None] = {1: "you said no", 4: None}


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

    request = Request("due", customer, keys, pinning(app, typed))
    carry_out(app, request, dry_run=dry_run, commit=commit, as_json=as_json)
