"""Give items an owner, or take it away."""

from collections.abc import Sequence
from typing import Annotated

import typer

from onbo.cli.case import Case
from onbo.cli.context import of
from onbo.cli.marking import Request, carry_out, chosen_items, value_last
from onbo.cli.options import Commit, DryRun, Expect, Finished, Json, Whole
from onbo.document.syntax import GATE_NUMBER, has_letter
from onbo.onboarding import tokens
from onbo.onboarding.select import names_an_item

EXAMPLES = """\
onbo assign acme 1.3.2 @ann  # one item
onbo assign acme 1.3 --all @ann  # the open items in a section
onbo assign acme 1.3 --all --done @ann  # every item in it
onbo assign acme 1.3.2 --none  # nobody's again
"""
EXITS: dict[int, str | None] = {1: "you said no", 4: None}


def run(
    context: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="[CUSTOMER] ITEM... WHO", help="WHO as in @ann.")] = None,
    none: Annotated[bool, typer.Option("--none", help="No owner.")] = False,
    whole: Whole = False,
    finished: Finished = False,
    expect: Expect = None,
    dry_run: DryRun = False,
    commit: Commit = False,
    as_json: Json = False,
) -> None:
    app = of(context)
    customer, selectors, who = value_last(app, words, none=none, is_value=_is_owner)
    if who is None and not none:
        app.terminal.require_input("assign needs an owner", "for example: onbo assign acme 1.2 @ann, or --none")
        who = app.terminal.ask("Who?")
    keys = chosen_items(app, customer, selectors, whole=whole, expect=expect, finished=finished)
    request = Request("assign", customer, keys, lambda case, items: tokens.assign(case.document, items, who))
    carry_out(app, request, dry_run=dry_run, commit=commit, as_json=as_json)


def _is_owner(word: str, words: Sequence[str], case: Case) -> bool:
    """Whether a word is an owner: it begins with @, or it cannot name an item by number or text."""
    if word.startswith("@"):
        return True
    return has_letter(word) and not GATE_NUMBER.fullmatch(word) and not names_an_item(case.document, words)
