"""Pin items to a due date, or leave it to their section's days again."""

from collections.abc import Sequence
from typing import Annotated

import typer

from onbo.cli.case import Case
from onbo.cli.context import of
from onbo.cli.deciding import pinning
from onbo.cli.marking import Request, carry_out, chosen_items, value_last
from onbo.cli.options import Commit, DryRun, Expect, Finished, Json, Whole
from onbo.document.syntax import GATE_NUMBER, has_letter
from onbo.onboarding.dates import READABLE, looks_like_a_date
from onbo.onboarding.select import is_numbered, names_an_item

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
    finished: Finished = False,
    expect: Expect = None,
    dry_run: DryRun = False,
    commit: Commit = False,
    as_json: Json = False,
) -> None:
    app = of(context)
    customer, selectors, typed = value_last(app, _dates_joined(words or []), none=none, is_value=_is_date)
    if typed is None and not none:
        app.terminal.require_input("due needs a date", "for example: onbo due acme 1.2 2026-03-12, or --none")
        typed = app.terminal.ask("When?")
    keys = chosen_items(app, customer, selectors, whole=whole, expect=expect, finished=finished)
    request = Request("due", customer, keys, pinning(app, typed))
    carry_out(app, request, dry_run=dry_run, commit=commit, as_json=as_json)


def _is_date(word: str, words: Sequence[str], case: Case) -> bool:
    """Whether a word is a date, or names no item either, so that it must be a mistyped date and is refused as one."""
    if looks_like_a_date(word):
        return True
    if GATE_NUMBER.fullmatch(word):
        return False
    if has_letter(word):
        return not names_an_item(case.document, words)
    return not is_numbered(case.document, word)


def _dates_joined(words: list[str]) -> list[str]:
    """The words, with a date of two words such as `next fri` as one."""
    last = " ".join(words[-2:])
    return [*words[:-2], last] if len(words) > 1 and looks_like_a_date(last) else words
