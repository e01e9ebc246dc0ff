"""List, show, import and compare templates."""

import os
import sys
from typing import Annotated, Any

import typer

from onbo.cli.context import App, of
from onbo.cli.options import DryRun, Json
from onbo.cli.survey import why_unread
from onbo.document.source import Change
from onbo.errors import OnboError, UnacceptableError, UsageError
from onbo.merging.units import item_pairs
from onbo.onboarding.comparing import Difference, compare
from onbo.onboarding.importing import import_list
from onbo.onboarding.settings import Settings
from onbo.onboarding.status import status
from onbo.onboarding.template import Template
from onbo.onboarding.typed import as_typed
from onbo.present import checklist
from onbo.present import templates as present
from onbo.present.counts import plural
from onbo.present.text import line

EXAMPLES = """\
onbo template list  # your own and the built-in ones
onbo template show 90-day  # its phases, days, fields and items
onbo template import plan.txt  # a plain list as a template, on stdout
onbo template import plan.txt -o templates/plan.md  # as a file to edit
onbo template diff 90-day  # what changed since the last customer was made from it
"""
EXITS: dict[int, str | None] = {4: None}
app = typer.Typer()


@app.command("list", help="List the templates: the workspace's own and the built-in ones.")
def listing(context: typer.Context, as_json: Json = False) -> int:
    here = of(context)
    failed: list[dict[str, str]] = []

    def skipped(path: str, error: OnboError | OSError) -> None:
        failed.append({"path": here.workspace.shown(path), "error": why_unread(error)})
        here.terminal.problem(failed[-1]["error"], failed[-1]["path"])

    found = sorted(here.workspace.readable_templates(skipped), key=lambda template: template.name)
    if as_json:
        shown = [present.template_json(template) for template in found]
        here.envelope("template", {"templates": shown, "failed": failed})
    else:
        here.terminal.table(present.template_table(found))
        if found:
            here.terminal.invite(f"onbo template show {as_typed(found[0].name)}")
    return UnacceptableError.status if failed else 0


@app.command("show", help="Show a template's plan: phases, days, fields, gate rules, items.")
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    as_json: Json = False,
) -> None:
    here = of(context)
    template = here.workspace.template(name)
    if as_json:
        here.envelope("template", present.plan_json(template, here.settings))
        return
    here.terminal.out(present.plan_lines(template, here.settings))
    progress = status(template.document, here.today, Settings())
    here.terminal.out([[], *checklist.checklist(template.document, progress, lambda _item, _note: True)])
    here.terminal.invite(f"onbo new NAME --template {as_typed(name)}")


@app.command("import", help="Make a template of a plain list or an existing checklist; shows it, or writes it with -o.")
def bring(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FILE|-", help="- reads stdin.")],
    target: Annotated[str | None, typer.Option("-o", metavar="OUT.md", help="Write it there.")] = None,
    dry_run: DryRun = False,
) -> None:
    here = of(context)
    if source != "-" and not os.path.lexists(source):
        raise UsageError(f"there is no file {source!r}")
    data = sys.stdin.buffer.read() if source == "-" else here.workspace.read_bytes(os.path.abspath(source))
    title = "Customer Onboarding" if source == "-" else os.path.splitext(os.path.basename(source))[0]
    made = import_list(data.decode("utf-8", "replace"), title)
    text = made.text.encode("utf-8", "surrogateescape")  # the file's name, its title, may be no UTF-8
    if target is None:
        here.terminal.document([text])
    else:
        path = os.path.abspath(target)
        if here.workspace.has(path):
            raise UsageError(f"{target} is there already", hint="give another name; it is not touched")
        if here.write(lambda: [Change(path, None, text)], dry_run=dry_run):
            here.terminal.out([line(f"wrote {target}")])
    counted = (plural(made.sections, "section"), plural(made.items, "item"), plural(made.tips, "tip"))
    dropped = f"; left out, it is computed: {', '.join(made.dropped)}" if made.dropped else ""
    here.terminal.message(f"{', '.join(counted)}{dropped}")
    if target is None:
        here.terminal.suggest("the same with -o templates/NAME.md")
    elif not dry_run:
        here.terminal.suggest(f"onbo lint {as_typed(target)}")


@app.command("diff", help="Compare a template with an earlier state of it: added, removed, reworded, moved.")
def diff(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    base: Annotated[
        str | None,
        typer.Option("--from", metavar="BASE", help="A file, or the hash of a snapshot; the latest if none."),
    ] = None,
    as_json: Json = False,
) -> None:
    here = of(context)
    today = here.workspace.template(name)
    old = _earlier(here, today, base)
    found = differences(old, today)
    if as_json:
        payload: dict[str, Any] = {"template": name, "from": old.hash12, "to": today.hash12}
        here.envelope("template", payload | {"differences": [entry._asdict() for entry in found]})
    elif found:
        here.terminal.out(present.difference_lines(found))
    else:
        here.terminal.message("no item or field differs")
    if not as_json:
        here.terminal.invite("onbo outdated")


def _earlier(here: App, today: Template, base: str | None) -> Template:
    """The state to compare with: a file, a snapshot by its hash, else the built-in one or the newest snapshot."""
    if base is not None and os.path.isfile(base):
        return Template(today.name, base, here.workspace.read_bytes(os.path.abspath(base)))
    known = here.workspace.snapshots(today.name)
    chosen = [path for path in known if base is None or base in os.path.basename(path)]
    read = [_read(here, today.name, path) for path in chosen]
    others = [template for template in read if template is not None and template.hash12 != today.hash12]
    if base is None and not others and (built_in := here.workspace.built_in(today.name)) is not None:
        return built_in
    if not others:
        what = f"no earlier state of {today.name} is known" if base is None else f"there is no state {base!r}"
        raise UsageError(what, hint="name a file or a snapshot in .onbo/base with --from")
    return others[0]


def _read(here: App, name: str, path: str) -> Template | None:
    """A snapshot; None for one that cannot be read, which must not hide the others."""
    try:
        template = Template(name, here.workspace.shown(path), here.workspace.read_bytes(path))
        _ = template.document
    except (OnboError, OSError):
        return None
    return template


def differences(old: Template, new: Template) -> list[Difference]:
    """Items paired as an update would pair them, and what differs."""
    return compare(old.document, new.document, item_pairs(old.document, new.document))
