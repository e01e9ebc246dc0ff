"""Open a file in your editor at an item or a section, then lint."""

from typing import Annotated

import typer

from onbo.cli.context import App, of
from onbo.effects.workspace import Customer
from onbo.errors import RefusedError
from onbo.onboarding.select import section_or_item
from onbo.onboarding.typed import as_typed
from onbo.present.lint import Located, text_lines
from onbo.present.text import line

EXAMPLES = """\
onbo edit acme  # the file, in $ONBO_EDITOR, $VISUAL or $EDITOR
onbo edit acme 1.3.2  # at that item
"""
EXITS: dict[int, str | None] = {1: "the file has errors now, as lint finds them", 4: None}


def run(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[CUSTOMER] [SELECTOR]", help="An item, or a section.")
    ] = None,
) -> int:
    from onbo.cli.in_editor import edit

    app = of(context)
    customer, selectors = app.customer_and_rest(words or [])
    app.terminal.require_input("edit opens an editor, which needs a terminal", "for scripts: onbo set, note and add")
    shown = app.workspace.shown(customer.path)
    edited = edit(app, customer, _line(app, customer, selectors) if selectors else 1)
    if not edited.changed:
        app.terminal.message(f"{shown} is as it was")
    elif edited.found:
        app.terminal.out(text_lines([Located(shown, finding) for finding in edited.found]))
    else:
        app.terminal.out([line(f"changed {shown}: no new findings")])
        app.terminal.suggest(f"onbo status {as_typed(customer.slug)}")
    return RefusedError.status if edited.errors else 0


def _line(app: App, customer: Customer, selectors: list[str]) -> int:
    """Where the item or section that is meant stands."""
    case = app.read(customer)
    found = [thing for thing in section_or_item(case.document, selectors, case.gate) if thing is not None]
    return found[0].line
