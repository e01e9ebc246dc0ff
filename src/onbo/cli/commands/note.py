"""Write a note under a section or an item."""

import sys
from typing import Annotated

import typer

from onbo.cli.case import Case
from onbo.cli.context import App, of
from onbo.cli.editing import add_lines
from onbo.cli.options import Commit, DryRun, Json
from onbo.errors import UsageError
from onbo.onboarding import notes
from onbo.onboarding.labels import ambiguous_fields
from onbo.onboarding.naming import find_fields
from onbo.onboarding.select import find_section, names_a_section, section_numbered, select

EXAMPLES = """\
onbo note acme 1.3.2 "They use Okta"  # below an item
onbo note acme 1.3 "Their IT is on leave until Monday"  # below a section
onbo note acme "Kickoff Meeting Notes" "Sponsor wants weekly mails"  # into a notes field
onbo note acme 1.3.2 "Please send us the metadata file" --shared  # shown on the customer's page
echo "They use Okta" | onbo note acme 1.3.2 -  # from stdin
"""
EXITS: dict[int, str | None] = {4: None}


def run(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CUSTOMER] SELECTOR TEXT|-", help="A section, an item or a notes field; - reads stdin."
        ),
    ] = None,
    shared: Annotated[bool, typer.Option("--shared", help="Show it on the customer's page.")] = False,
    dry_run: DryRun = False,
    commit: Commit = False,
    as_json: Json = False,
) -> None:
    app = of(context)
    customer, rest = app.customer_and_rest(words or [])
    if len(rest) != 2:
        raise UsageError(
            "note needs a section or item, and a text",
            hint='put the text in quotes: onbo note acme 1.2 "They want SSO first"',
        )
    selector, text = rest
    said = sys.stdin.read() if text == "-" else text
    if shared:
        said = notes.marked_shared(said)
    add_lines(
        app,
        customer,
        lambda case: plan(app, case, selector, said),
        message=f"note on {selector}",
        kind="note",
        dry_run=dry_run,
        commit=commit,
        as_json=as_json,
        then="onbo show",
    )


def plan(app: App, case: Case, selector: str, text: str) -> notes.Addition:
    """The note where the selector says: a notes field by label, a section, else an item."""
    document = case.document
    forms = case.forms(app.settings)
    labelled = [field for field in find_fields(document, selector) if field.notes or notes.is_blank(field)]
    if len(labelled) == 1:
        return notes.note_field(forms, labelled[0], text)
    section = section_numbered(document, selector, case.gate)
    if section is None and names_a_section(document, selector):
        section = find_section(document, selector, case.gate)
    if section is not None:
        return notes.note_section(forms, section, text)
    try:
        found = select(document, selector, case.gate)
    except UsageError as no_item:
        try:
            return notes.note_section(forms, find_section(document, selector, case.gate), text)
        except UsageError:
            if labelled:
                raise ambiguous_fields(document, selector, labelled) from None
            raise no_item from None
    if found.fuzzy and labelled:
        raise ambiguous_fields(document, selector, labelled)
    if found.fuzzy:
        item = found.items[0]
        raise UsageError(f"no item says {selector!r}", hint=f"did you mean {item.number} {item.text}?")
    return notes.note_item(document, found.items[0], text)
