"""Make a customer's own page: what is done, due and waiting."""

from typing import Annotated

import typer

from onbo.cli.case import Case
from onbo.cli.context import App, of
from onbo.cli.options import Json
from onbo.cli.pages import STDOUT, write_page
from onbo.document.conflicts import code_lines, stray_lines
from onbo.document.model import Document
from onbo.document.syntax import RULE
from onbo.errors import ConflictError, UnacceptableError, UsageError
from onbo.onboarding.schedule import Schedule
from onbo.onboarding.select import find_gate
from onbo.onboarding.sharing import parties, share, shown_fields
from onbo.onboarding.template import Template
from onbo.onboarding.visibility import Rules, Visibility, listed
from onbo.present import sharing as present

EXAMPLES = """\
onbo share acme -o acme.html  # a page of its own, with nothing internal in it
onbo share acme --format md  # to paste into a mail
onbo share acme --explain  # what is shown and what is hidden, line by line
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
    explain: Annotated[bool, typer.Option("--explain", help="List what is shown, and what is hidden and why.")] = False,
    no_template: Annotated[bool, typer.Option("--no-template", help="Share a file that names no template.")] = False,
    dry_run: Annotated[
        bool, typer.Option("-n", "--dry-run", help="Say what would be written and write nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    app = of(context)
    target = None if target == STDOUT else target
    _check(form, target, as_json=as_json, explain=explain)
    case = app.read_aloud(app.only_customer(customer), writing=True)
    visibility = _visibility(app, case, no_template=no_template)
    if explain:
        if as_json:
            app.envelope("share", present.explain_json(visibility.decisions))
        else:
            app.terminal.out(present.explain_lines(visibility.decisions))
        return
    progress = case.progress(app.today, app.settings)
    schedule = Schedule(progress.facts.kickoff, app.settings.calendar)
    who = parties(case.customer.slug, progress.facts, app.settings)
    shared = share(progress, visibility, schedule, app.today, who)
    if not shared.phases:
        app.terminal.message("note: nothing is shown but the header: see why with --explain")
    if as_json:
        app.envelope("share", present.share_json(shared))
    elif form == "md":
        app.terminal.document(present.share_markdown(shared), "md")
    else:
        from onbo.present.pages.share import share_page

        write_page(app, share_page(shared), target, f"{shared.done} / {shared.total} done", dry_run=dry_run)


def _check(form: str | None, target: str | None, *, as_json: bool, explain: bool) -> None:
    if form is not None and form not in FORMATS:
        raise UsageError(f"--format {form}: no such format", hint=f"choose {', '.join(FORMATS)}")
    if form == "md" and as_json:
        raise UsageError("--format md and --json: only one of them", hint="leave one out")
    if target is not None and (as_json or form == "md"):
        # A checklist ends in .md too, and no file of that name may be taken for a page made before.
        raise UsageError("-o writes the page alone", hint="use > to put text into a file")
    if explain and (target is not None or form is not None):
        raise UsageError("--explain makes no page", hint="leave out -o and --format")


def _visibility(app: App, case: Case, *, no_template: bool) -> Visibility:
    """What the customer may see. Raises UnacceptableError where nobody can tell what is internal."""
    path = case.document.source.path
    if case.values.error:
        raise UnacceptableError(
            case.values.error, path=path, line=case.values.line, hint="it tells what is internal: fix it first"
        )
    for line in stray_lines(case.document.source, case.document.opaque):
        raise ConflictError(
            "has a marker of a merge conflict left over", path=path, line=line + 1, hint="delete the line"
        )
    names = listed(case.values.values, path)
    origin = _origin(app, case, no_template=no_template)
    fields = shown_fields(case.document, app.settings)
    before = None
    if origin is not None:
        names = (*listed(origin.values.values, origin.origin), *names)
        gate = find_gate(origin.document, origin.values.text("gate_section"))
        before = Visibility(origin.document, Rules(gate, origin.values.text("gate_section"), names))
    visibility = Visibility(case.document, Rules(case.gate(), case.gate_title, names, fields), before)
    for name in visibility.unmatched:
        app.terminal.message(
            f"note: no section or item is called {name!r}, which is listed as internal: check the page before you send it"
        )
    if visibility.lacks_gate:
        app.terminal.message(
            f"note: no section is called {case.gate_title!r}, which is set as the gate: check the page before you send it"
        )
    return visibility


def _origin(app: App, case: Case, *, no_template: bool) -> Template | None:
    """The template that tells what is internal; None for a file that is known to have been made from none."""
    origin, path, tells = case.origin, case.document.source.path, "it tells what is internal"
    _expect_one_matter(case.document, path)
    if origin is not None:
        _expect_one_matter(origin.document, origin.origin)
    if origin is None:
        name = case.values.text("template")
        if name is not None and not case.says_no_template:
            raise UnacceptableError(f"the template {name!r} is gone", path=path, hint=tells)
        if not case.says_no_template and not case.values.values.keys().isdisjoint(("template", "base")):
            raise UnacceptableError("no longer says which template it was made from", path=path, hint=tells)
        if not (no_template or case.says_no_template):
            raise UnacceptableError(
                "does not say which template it was made from",
                path=path,
                hint="if it was made from none, write `template: none` in its front matter, or give --no-template",
            )
        return None
    base = case.values.text("base")
    if case.snapshot is None and base and (other := app.workspace.template_of(base)):
        raise UnacceptableError(
            f"says that it was made from {origin.name}, but its `base` is a version of {other}",
            path=path,
            hint=f"write `template: {other}`",
        )
    if origin.values.error:
        raise UnacceptableError(origin.values.error, path=origin.origin, line=origin.values.line, hint="fix it first")
    if case.snapshot is None:
        app.terminal.message(
            f"note: what is internal comes from {case.rules_from}: the version it was made from is gone from .onbo/base"
        )
    elif not origin.is_base(base):
        raise UnacceptableError("is not the template it was", path=origin.origin, hint=tells)
    return origin


def _expect_one_matter(document: Document, path: str) -> None:
    if (line := _displaced_matter(document)) is not None:
        raise UnacceptableError(
            "has front matter that does not begin on the first line, does not end, or comes twice",
            path=path,
            line=line,
            hint="it tells what is internal",
        )


def _displaced_matter(document: Document) -> int | None:
    """Where a file has front matter that a slip has made plain text, 1-based.

    It has something above it, has lost its end, or was pasted with another file. A formatter may have made a heading of it.
    """
    is_code = code_lines(document.opaque)
    skip = document.front_matter.end if document.front_matter else 0
    above, is_rule = "", False
    for line, text in enumerate(document.source.texts[skip:], skip):
        if is_rule and text.lstrip(" #").startswith(FRONT_KEYS):
            return line + 1
        if text.strip():
            # Below words it makes a heading of them.
            is_rule = RULE.match(text) is not None and not is_code(line) and (not above.strip() or above[0] in "<#")
        above = text
    return None
