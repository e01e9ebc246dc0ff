"""Give items an owner, or take it away."""

from typing import Annotated

import typer

from onbo.cli.context import of
from onbo.cli.marking import Request, carry_out, choose, last_word
from onbo.cli.options import Commit, DryRun, Expect, Json, Whole
from onbo.onboarding import tokens

EXAMPLES = """\
onbo assign acme 1.3.2 @ann  # one item
onbo assign acme 1.3 --all @ann  # a whole section
onbo assign acme 1.3.2 --none  # nobody's again
"""
EXITS: dict[int, str | None] = {1: "you said no", 4: None}


def run(
    context: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="[CUSTOMER] ITEM... WHO", help="WHO as in @ann.")] = None,
    none: Annotated[bool, typer.Option("--none", help="No owner.")] = False,
    whole: Whole = False,
    expect: Expect = None,
    dry_run: DryRun = False,
    commit: Commit = False,
    as_json: Json = False,
) -> None:
    app = of(context)
    rest, who = last_word(words, none=none, what="an owner", example="@ann")
    customer, keys = choose(app, rest, whole=whole, expect=expect)
    request = Request("assign", customer, keys, lambda case, items: tokens.assign(case.document, items, who))
    carry_out(app, request, dry_run=dry_run, commit=commit, as_json=as_json)
