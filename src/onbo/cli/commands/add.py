"""Add an item to a section."""

from typing import Annotated

import typer

from onbo.cli.case import Case
from onbo.cli.context import of
from onbo.cli.editing import add_lines
from onbo.cli.options import Commit, DryRun, Json
from onbo.document.marks import INTERNAL_MARK
from onbo.document.model import Item, Section
from onbo.errors import UsageError
from onbo.onboarding import notes
from onbo.onboarding.select import find_section, select

EXAMPLES = """\
onbo add acme "Book the venue" --in 1.2  # at the end of a section
onbo add acme "Book the venue" --in "kickoff meeting"
onbo add acme "Send the invoice" --after 1.1.6  # below an item
onbo add acme "Prepare the renewal offer" --in 1.2 --internal  # never on the customer's page
"""
EXITS: dict[int, str | None] = {4: None}


def run(
    context: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="[CUSTOMER] TEXT", help="What is to be done.")] = None,
    section: Annotated[
        str | None, typer.Option("--in", metavar="SECTION", help="Number or words of its title.")
    ] = None,
    after: Annotated[str | None, typer.Option("--after", metavar="ITEM", help="Below this one.")] = None,
    internal: Annotated[bool, typer.Option("--internal", help="Keep it off the customer's page.")] = False,
    dry_run: DryRun = False,
    commit: Commit = False,
    as_json: Json = False,
) -> None:
    app = of(context)
    customer, rest = app.customer_and_rest(words or [])
    if len(rest) != 1 or (section is None and after is None):
        raise UsageError(
            "add needs one text and --in or --after",
            hint='put the text in quotes: onbo add acme "Book the venue" --in 1.2',
        )

    text = f"{rest[0]} {INTERNAL_MARK}" if internal else rest[0]

    def plan(case: Case) -> notes.Addition:
        place, item = _place(case, section, after)
        return notes.add_item(case.document, place, text, item)

    add_lines(
        app,
        customer,
        plan,
        message=f"add {rest[0]}",
        kind="add",
        dry_run=dry_run,
        commit=commit,
        as_json=as_json,
        then="onbo show",
    )


def _place(case: Case, section: str | None, after: str | None) -> tuple[Section, Item | None]:
    """The section to add to, and the item to add behind."""
    document = case.document
    named = find_section(document, section, case.gate) if section is not None else None
    if after is None:
        if named is None:
            raise AssertionError("either is given")
        return named, None
    item = select(document, after, case.gate).items[0]
    home = next(place for place in document.walk() if item in place.items)
    if named is not None and home is not named:
        raise UsageError(f"{item.number} {item.text} is not in {named.title}", hint="leave out --in")
    return home, item
