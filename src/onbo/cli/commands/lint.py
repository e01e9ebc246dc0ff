"""Find faults in customers' files and templates."""

import os
import shlex
from collections.abc import Sequence
from typing import Annotated, NamedTuple

import typer

from onbo.cli.case import Case
from onbo.cli.choices import one_of
from onbo.cli.context import App, of
from onbo.cli.options import Commit, DryRun, Json
from onbo.cli.survey import Unread, survey, why_unread
from onbo.document.parse import parse
from onbo.document.source import Edit, apply_edits
from onbo.effects.time_limit import limited
from onbo.effects.workspace import Customer
from onbo.errors import OnboError, UnacceptableError, UsageError
from onbo.lint.rule import ERROR, Finding, Subject
from onbo.lint.run import lint, mending
from onbo.onboarding.fields import facts
from onbo.onboarding.gate import read_rules
from onbo.onboarding.guard import said
from onbo.present import lint as present

EXAMPLES = """\
onbo lint  # all customers, and the workspace's templates
onbo lint acme  # one
onbo lint --fix --dry-run  # what would be fixed
onbo lint acme --fix --commit  # fix and commit
onbo lint --format github  # annotations for GitHub Actions
"""
EXITS: dict[int, str | None] = {0: "no errors; there may be warnings", 1: "there are errors"}
FORMATS = ("text", "json", "github")


def run(
    context: typer.Context,
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH]...", help="Files or customers; all, and the templates, if none."),
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Fix what has a single safe fix.")] = False,
    form: Annotated[str, typer.Option("--format", metavar="|".join(FORMATS), help="How to print findings.")] = "text",
    dry_run: DryRun = False,
    commit: Commit = False,
    as_json: Json = False,
) -> int:
    app = of(context)
    if commit and not fix:
        raise UsageError("--commit needs --fix", hint="add --fix, or leave out --commit")
    one_of("--format", "format", form, FORMATS)
    if as_json and form == "github":
        raise UsageError("--json cannot be combined with --format github", hint="leave one out")
    form = "json" if as_json else form
    files = _named(app, paths or []) or _everything(app)
    _ = app.customer_paths  # read once, before several processes look at the files
    unreadable: list[Unread] = []
    if fix:
        app.expect_git(wanted=commit and not dry_run)
        mended = _mend_all(app, files, dry_run=dry_run, quiet=form != "text")
        files, unreadable = mended.kept, mended.failed
        # Of files named, also what an earlier run fixed and could not commit.
        wanted = [] if dry_run else files if paths else mended.changed
        # Without names the same command would find nothing more to fix, and so nothing to commit.
        named = shlex.join(app.workspace.shown(customer.path) for customer in wanted)
        for customer in wanted:
            again = f"run `onbo lint --fix --commit {named}`"
            app.commit([customer.path], f"{customer.slug}: lint --fix", wanted=commit, again=again)

    def look(case: Case) -> list[present.Located]:
        return [present.Located(case.document.source.path, finding) for finding in findings(app, case)]

    found: list[present.Located] = []
    for entry in survey(app, files, look):
        if isinstance(entry, Unread):
            app.terminal.problem(entry.said, entry.path)
            unreadable.append(entry)
        else:
            found += entry
    _show(app, found, form)
    if form == "github":
        app.terminal.commands(present.github_annotation("error", entry.path, None, entry.said) for entry in unreadable)
    if unreadable:
        return UnacceptableError.status
    return int(any(entry.finding.severity == ERROR for entry in found))


def _named(app: App, paths: list[str]) -> list[Customer]:
    """The files named; a directory stands for the Markdown files below it."""
    found: list[Customer] = []
    for path in paths:
        found += app.workspace.below(path) if os.path.isdir(path) else [app.customer(path)]
    return found


def _everything(app: App) -> list[Customer]:
    return [*app.workspace.customers(), *app.workspace.own_templates()]


def findings(app: App, case: Case) -> list[Finding]:
    """All rules over one file."""
    return lint(subject(app, case))


def subject(app: App, case: Case) -> Subject:
    """The file with all that rules look at."""
    document = case.document
    template = os.path.dirname(case.customer.path) == app.workspace.path("templates")
    origin = case.values.values if template else case.origin.values.values if case.origin else {}
    listed = origin.get("gate")
    return Subject(
        document,
        case.values,
        app.settings,
        app.today,
        facts(document, app.settings),
        case.forms(app.settings),
        template,
        case.gate(),
        case.criteria(app.settings),
        tuple(listed) if isinstance(listed, list) else (),
        read_rules(listed),
        None if template else _drift(case),
        app.workspace.inside(case.customer.path),
        {} if template else app.customer_paths,
    )


def _drift(case: Case) -> str | None:
    """Today's template of the copy's name, where it is another than the copy was made from."""
    name, base = case.template_name, case.values.text("base")
    today = case.workspace.readable_template(name)
    if today is None or base is None or today.is_base(base):
        return None
    return f"{name}, now {today.version}" if today.version else name


class Mending(NamedTuple):
    """Edits that may bring items to light, and change nothing else."""

    edits: Sequence[Edit]
    expected: dict[tuple[object, ...], object]


class Mended(NamedTuple):
    """The files that could be read, those of them that were changed, and those that could not be read or written."""

    kept: list[Customer]
    changed: list[Customer]
    failed: list[Unread]


def _mend_all(app: App, files: list[Customer], *, dry_run: bool, quiet: bool) -> Mended:
    """Mend each."""
    done = Mended([], [], [])
    for customer in files:
        try:
            if _mend(app, customer, dry_run=dry_run, quiet=quiet):
                done.changed.append(customer)
        except (OnboError, OSError) as error:
            done.failed.append(Unread(customer, app.workspace.shown(customer.path), why_unread(error)))
            app.terminal.problem(done.failed[-1].said, done.failed[-1].path)
        else:
            done.kept.append(customer)
    return done


def _mend(app: App, customer: Customer, *, dry_run: bool, quiet: bool) -> bool:
    """Gives whether the file was written."""
    with limited(app.workspace.shown(customer.path)):
        if not mending(findings(app, app.read(customer))):
            return False

    def plan(case: Case) -> Mending:
        document = case.document
        edits = mending(findings(app, case))
        before, after = said(document), said(parse(document.source.path, apply_edits(document.source.data, edits)))
        return Mending(edits, {key: value for key, value in after.items() if before.get(key) != value})

    applied = app.apply(customer, plan, dry_run=dry_run, commit=False, quiet=quiet)
    if applied.written:
        app.terminal.message(f"fixed {app.workspace.shown(customer.path)}")
    return applied.written


def _show(app: App, found: list[present.Located], form: str) -> None:
    if form == "json":
        app.envelope("lint", present.findings_json(found))
    elif form == "github":
        app.terminal.commands(present.github_lines(found))
    else:
        app.terminal.out(present.text_lines(found))
        if any(entry.finding.edits for entry in found):
            app.terminal.invite("onbo lint --fix --dry-run")
        elif found:
            app.terminal.invite("onbo edit CUSTOMER; docs/lint.md says why each matters")
        else:
            app.terminal.invite("onbo status")
