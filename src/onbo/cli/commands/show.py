"""Show the whole checklist, with numbers, tips, owners and due dates."""

from typing import Annotated

import typer

from onbo.cli.case import Case
from onbo.cli.context import App, of
from onbo.cli.options import Json
from onbo.document.model import Item, Section
from onbo.onboarding.customer_ids import customer_id
from onbo.onboarding.reckoning import ItemProgress
from onbo.onboarding.select import section_or_item
from onbo.onboarding.status import Progress
from onbo.onboarding.typed import as_typed
from onbo.present import checklist
from onbo.present.counts import done_words
from onbo.present.text import Piece, line

EXAMPLES = """\
onbo show acme  # the whole checklist
onbo show acme 1.3  # one section
onbo show acme technical setup  # by words of its title
onbo show acme 1.3.2  # one item, with its tip
"""
EXITS: dict[int, str | None] = {}


def run(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[CUSTOMER] [SELECTOR]", help="All of it, a section, or an item.")
    ] = None,
    as_json: Json = False,
) -> None:
    app = of(context)
    customer, selectors = app.customer_and_rest(words or [])
    case = app.read_aloud(customer)
    progress = case.progress(app.today, app.settings)
    section, item = section_or_item(case.document, selectors, case.gate) if selectors else (None, None)
    if as_json:
        _json(app, case, progress, section, item)
        return
    if item is not None:
        row = next(row for row in progress.items if row.item == item)
        app.terminal.out(checklist.item_lines(row, case.tips(), 0))
        return
    app.terminal.out([line(Piece(f"{customer.slug}  {done_words(progress.counts)}", "strong"), ""), []])
    shown = [section] if section else None
    app.terminal.out(checklist.checklist(case.document, progress, case.tips(), shown))
    among = section.all_items() if section else case.document.items
    following = next((f"onbo check {customer.slug} {item.number}" for item in among if item.open), None)
    app.terminal.invite(following or f"onbo status {as_typed(customer.slug)}")


def _json(app: App, case: Case, progress: Progress, section: Section | None, item: Item | None) -> None:
    def wanted(row: ItemProgress) -> bool:
        return (item is None or row.item == item) and (section is None or row.item in set(section.all_items()))

    document = case.document
    forms = case.forms(app.settings)
    rows = sorted((row for row in progress.items if wanted(row)), key=lambda row: row.item.box)
    tips = case.tips()
    app.envelope(
        "show",
        {
            "customer": case.customer.slug,
            "customer_id": customer_id(case.document),
            "items": [checklist.item_json(row, tips) for row in rows],
            "fields": [
                checklist.field_json(field, forms.type(field), filled=forms.filled(field)) for field in document.fields
            ],
        },
    )
