"""Ask for each field that is not filled yet, and write each answer."""

from typing import Annotated, NamedTuple

import typer

from onbo.cli.case import Case
from onbo.cli.commands.set import fill_in
from onbo.cli.context import App, of
from onbo.cli.editing import add_lines
from onbo.cli.options import Commit
from onbo.document.identity import FieldKey, field_keys
from onbo.document.model import Document, Field
from onbo.effects.workspace import Customer
from onbo.errors import ConflictError, OnboError, SystemFailedError
from onbo.onboarding.dates import READABLE
from onbo.onboarding.field_types import FieldType
from onbo.onboarding.labels import field_name
from onbo.onboarding.naming import FieldTarget
from onbo.onboarding.notes import note_field
from onbo.onboarding.typed import as_typed

EXAMPLES = """\
onbo fill acme  # one question a field; Enter leaves it
"""
EXITS: dict[int, str | None] = {4: None}


class Asked(NamedTuple):
    """A field that was asked for. alike: how many of its label its section had, itself included."""

    key: FieldKey
    alike: int


def run(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[CUSTOMER]")] = None,
    commit: Commit = False,
) -> None:
    app = of(context)
    app.terminal.require_input("fill asks questions", "off a terminal use onbo set")
    customer = app.only_customer(name)
    case = app.read_aloud(customer)
    waiting = case.forms(app.settings).unfilled()
    if not waiting:
        app.terminal.message("every field is filled")
    written = [_ask(app, customer, case, field, commit=commit) for field in waiting]
    if not any(written):  # each answer was committed; an earlier one may not have been
        app.expect_git(wanted=commit)
        app.commit([customer.path], f"{customer.slug}: fill", wanted=commit)
    app.terminal.suggest(f"onbo status {as_typed(customer.slug)}")


def _ask(app: App, customer: Customer, case: Case, field: Field, *, commit: bool) -> bool:
    """Ask until the answer can be written; nothing leaves the field as it is. Gives whether it was written."""
    kind = case.forms(app.settings).type(field)
    label, asked = field_name(case.document, field), _identified(case.document, field)
    while answer := app.terminal.ask(f"{label} ({choices(kind)}; Enter to skip)"):
        try:
            if field.notes:
                _write_note(app, customer, asked, label, answer, commit=commit)
            else:
                _write(app, customer, asked, answer, commit=commit)
        except SystemFailedError:
            raise  # as where a commit is refused: another answer would not help
        except OnboError as error:
            app.terminal.error(error)
        else:
            return True
    return False


def _write_note(app: App, customer: Customer, asked: Asked, label: str, answer: str, *, commit: bool) -> None:
    add_lines(
        app,
        customer,
        lambda case: note_field(case.forms(app.settings), _still_there(case.document, asked), answer),
        message=f"note on {label}",
        kind="note",
        dry_run=False,
        commit=commit,
        as_json=False,
    )


def _write(app: App, customer: Customer, asked: Asked, answer: str, *, commit: bool) -> None:
    fill_in(
        app,
        customer,
        lambda document: [(FieldTarget(_still_there(document, asked)), answer)],
        force=False,
        dry_run=False,
        commit=commit,
        as_json=False,
        suggest=False,
    )


def _identified(document: Document, field: Field) -> Asked:
    keys = {other.line: key for key, other in field_keys(document)}
    own = keys[field.line]
    return Asked(own, sum(key[:2] == own[:2] for key in keys.values()))


def _still_there(document: Document, asked: Asked) -> Field:
    """The field by what it is: its name may mean another, and the file may have changed since the question."""
    field = next((field for key, field in field_keys(document) if key == asked.key), None)
    if field is None or _identified(document, field) != asked:
        raise ConflictError(
            "was changed by somebody else meanwhile and no longer has the field",
            path=document.source.path,
            hint="look at it and try again",
        )
    return field


def choices(kind: FieldType) -> str:
    """What may be answered, in a few words."""
    if kind.kind == "choice":
        return ", ".join(kind.options)
    if kind.kind == "date":
        within = f", within {kind.within_days} days of kickoff" if kind.within_days is not None else ""
        return f"a date: {READABLE}{within}"
    if kind.high is not None:
        return f"a {'percentage' if kind.kind == 'percent' else 'number'} from 0 to {kind.high}"
    return {"number": "a number", "value": "a number, with a unit if you like"}.get(kind.kind, "text")
