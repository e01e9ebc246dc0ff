"""Make a customer's own page: what is done, due and waiting."""

from collections.abc import Sequence
from typing import Annotated

import typer

from onbo.cli.case import Case
from onbo.cli.context import App, of
from onbo.cli.options import Json
from onbo.cli.pages import STDOUT, write_page
from onbo.errors import UnacceptableError, UsageError
from onbo.onboarding.internal import Internal, listed
from onbo.onboarding.schedule import Schedule
from onbo.onboarding.select import find_gate
from onbo.onboarding.sharing import Shared, share
from onbo.onboarding.template import Template
from onbo.present import sharing as present

EXAMPLES = """\
onbo share acme -o acme.html  # a page of its own, with nothing internal in it
onbo share acme --format md  # to paste into a mail
onbo share acme -o acme.html --dry-run  # what would be written
"""
EXITS: dict[int, str | None] = {4: "the file holds an unresolved merge conflict"}
FORMATS = ("html", "md")
# What front matter that matters here begins with; a template's name comes first in a copy.
FRONT_KEYS = ("template:", "version:", "base:", "internal:", "gate_section:")


def run(
    context: typer.Context,
    customer: Annotated[str | None, typer.Argument(metavar="[CUSTOMER]")] = None,
    target: Annotated[str | None, typer.Option("-o", metavar="FILE.html", help="Write the page there.")] = None,
    form: Annotated[
        str | None, typer.Option("--format", metavar="|".join(FORMATS), help="md: a text to paste into a mail.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("-n", "--dry-run", help="Say what would be written and write nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    app = of(context)
    target = None if target == STDOUT else target
    _check(form, target, as_json=as_json)
    shared = _shared(app, app.read_aloud(app.only_customer(customer), writing=True))
    if as_json:
        app.envelope("share", present.share_json(shared))
    elif form == "md":
        app.terminal.document(present.share_markdown(shared), "md")
    else:
        from onbo.present.pages.share import share_page

        write_page(app, share_page(shared), target, f"{shared.done} / {shared.total} done", dry_run=dry_run)


def _check(form: str | None, target: str | None, *, as_json: bool) -> None:
    if form is not None and form not in FORMATS:
        raise UsageError(f"--format {form}: no such format", hint=f"choose {', '.join(FORMATS)}")
    if form == "md" and as_json:
        raise UsageError("--format md and --json: only one of them", hint="leave one out")
    if target is not None and (as_json or form == "md"):
        # A checklist ends in .md too, and no file of that name may be taken for a page made before.
        raise UsageError("-o writes the page alone", hint="use > to put text into a file")


def _shared(app: App, case: Case) -> Shared:
    """What the customer may see. Raises UnacceptableError where nobody can tell what is internal."""
    progress = case.progress(app.today, app.settings)
    internal = _internal(app, case)
    for name in internal.unmatched:
        app.terminal.message(f"note: nothing is called {name!r}, which is to be internal: look at the page first")
    if case.gate_title is not None and internal.gate is None:
        app.terminal.message(
            f"note: nothing is called {case.gate_title!r}, which is to be the gate: look at the page first"
        )
    return share(progress, internal, Schedule(progress.facts.kickoff, app.settings.calendar), app.today)


def _internal(app: App, case: Case) -> Internal:
    path = case.document.source.path
    if case.values.error:
        raise UnacceptableError(
            case.values.error, path=path, line=case.values.line, hint="it tells what is internal: mend it first"
        )
    names = listed(case.values.values, path)
    origin = _origin(app, case)
    if origin is None:
        return Internal(case.document, case.gate(), names)
    names = (*listed(origin.values.values, origin.origin), *names)
    gate = find_gate(origin.document, origin.values.text("gate_section"))
    return Internal(case.document, case.gate(), names, Internal(origin.document, gate, names))


def _origin(app: App, case: Case) -> Template | None:
    """The template that tells what is internal; None where the file was made from none."""
    origin, path, tells = case.origin, case.document.source.path, "it tells what is internal"
    if case.document.front_matter is None and _was_front_matter(case.document.source.texts):
        raise UnacceptableError(
            "has front matter that does not begin on the first line, or does not end", path=path, hint=tells
        )
    if origin is None:
        name = case.values.text("template")
        if name is not None:
            raise UnacceptableError(f"the template {name!r} is gone", path=path, hint=tells)
        if not case.values.values.keys().isdisjoint(("template", "base")):
            raise UnacceptableError("no longer says which template it was made from", path=path, hint=tells)
        return None
    if origin.values.error:
        raise UnacceptableError(origin.values.error, path=origin.origin, line=origin.values.line, hint="mend it first")
    if case.snapshot is None:
        app.terminal.message(f"note: what is internal is read from {case.rules_from}: the one it was made from is gone")
    elif not origin.is_base(case.values.text("base")):
        raise UnacceptableError("is not the template it was", path=origin.origin, hint=tells)
    return origin


def _was_front_matter(texts: Sequence[str]) -> bool:
    """Whether a file begins with what a slip has made plain text: a blank line above it, or its end taken away."""
    first = [text for text in texts if text.strip()][:2]
    return len(first) == 2 and first[0].rstrip() == "---" and first[1].startswith(FRONT_KEYS)
