"""Make a customer's checklist from a template."""

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from onbo.cli.context import App, of
from onbo.cli.options import Commit, DryRun, Json
from onbo.cli.survey import why_unread
from onbo.document.parse import parse
from onbo.document.source import Change
from onbo.effects.workspace import CUSTOMERS
from onbo.errors import ConflictError, OnboError, UnacceptableError, UsageError
from onbo.onboarding.counts import Counts
from onbo.onboarding.customer_ids import id_in
from onbo.onboarding.dates import READABLE, read_date, spoken
from onbo.onboarding.fields import facts, field_meaning
from onbo.onboarding.forms import Forms
from onbo.onboarding.instantiate import Answers, check_segment, instantiate, segments_offered, slug_for
from onbo.onboarding.labels import find_target, split_label
from onbo.onboarding.naming import FieldTarget
from onbo.onboarding.settings import CSM, KICKOFF, SEGMENTS
from onbo.onboarding.template import Template
from onbo.onboarding.typed import as_typed
from onbo.onboarding.values import Circumstances
from onbo.present.counts import done_words, plural
from onbo.present.problem import error_words
from onbo.present.text import Piece, line

EXAMPLES = """\
onbo new initech  # asks on a terminal for what is missing
onbo new "Beta Corp" --segment smb  # customers/beta-corp.md, from the template for that segment
onbo new initech --segment enterprise --kickoff "next mon" --csm "Dana Doe"  # with dates from day 1
onbo new initech --template 30-day --set "Target Go-Live=2027-02-01"  # another template, one more field
onbo new initech --segment smb --dry-run  # show the file and write nothing
"""
EXITS: dict[int, str | None] = {1: "a value is refused by its field's rule", 4: None}
KICKOFF_READABLE = READABLE.removesuffix(", kickoff+14")


def run(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The customer's name.")] = None,
    segment: Annotated[
        str | None, typer.Option("--segment", metavar="S", help="enterprise, mid-market, smb, or a template's own.")
    ] = None,
    template: Annotated[str | None, typer.Option("--template", metavar="T", help="Which template.")] = None,
    kickoff: Annotated[str | None, typer.Option("--kickoff", metavar="DATE", help=f"Day 1: {KICKOFF_READABLE}")] = None,
    csm: Annotated[str | None, typer.Option("--csm", metavar="NAME", help="Customer success manager.")] = None,
    values: Annotated[
        list[str] | None, typer.Option("--set", metavar="LABEL=VALUE", help="Any other field; may be repeated.")
    ] = None,
    slug: Annotated[str | None, typer.Option("--slug", metavar="SLUG", help="The file's name.")] = None,
    dry_run: DryRun = False,
    commit: Commit = False,
    as_json: Json = False,
) -> None:
    app = of(context)
    app.terminal.require_input("new needs a name", "for example: onbo new acme") if name is None else None
    name = _ask(app, "Customer", lambda text: slug_for(text, slug)) if name is None else name
    called = slug_for(name, slug)
    path = app.workspace.path(CUSTOMERS, f"{called}.md")
    again = not dry_run and _written_but_not_committed(app, path, commit=commit)
    if not again:
        _refuse_twin(app, called)

    def skipped(path: str, error: OnboError | OSError) -> None:
        """It may have been the one for this segment, which nobody can tell."""
        said = UnacceptableError(why_unread(error), path=app.workspace.shown(path), hint="it is left out")
        app.terminal.warning(error_words(said))

    chosen = app.workspace.template(template) if template else None
    segment = segment or _ask_segment(app, chosen)
    made_from = chosen or app.workspace.template_for(_canonical(segment), app.settings, skipped)
    if segment is not None:
        check_segment(made_from, segment, app.settings)
    meant, typed = _typed(app, made_from, kickoff, csm, values or [])
    now = Circumstances(app.today, None, app.settings.calendar)
    # What an earlier try wrote has its id already.
    own_id = (id_in(app.workspace.read_bytes(path)) if again else None) or app.new_customer_id(called)
    data = instantiate(made_from, Answers(name, segment, meant, typed), app.settings, now, own_id)
    if again and app.workspace.read_bytes(path) != data:
        _refuse_twin(app, called)
    _make(app, called, made_from, data, dry_run=dry_run, commit=commit, as_json=as_json, again=again)


def _written_but_not_committed(app: App, path: str, *, commit: bool) -> bool:
    """Whether the file is there and git does not know it, where a commit is asked for: an earlier one was refused."""
    if not app.workspace.has(path) or not app.commits(wanted=commit):
        return False
    from onbo.effects import commits

    app.expect_git(wanted=commit)
    return commits.is_new(app.workspace.root, path)


def _refuse_twin(app: App, slug: str) -> None:
    twin = app.workspace.twin(slug)
    if twin is not None:
        raise UsageError(
            f"{app.workspace.shown(twin.path)} is there already", hint="give another name or --slug; it is not touched"
        )


def _canonical(segment: str | None) -> str | None:
    return "-".join(segment.casefold().split()) if segment else None


def _ask(app: App, question: str, check: Callable[[str], object], *, optional: bool = False) -> str:
    """Ask until the answer passes; nothing is an answer where it may be left open."""
    while True:
        answer = app.terminal.ask(question)
        if not answer and optional:
            return ""
        try:
            check(answer)
        except OnboError as error:
            app.terminal.error(error)
        else:
            return answer


def _ask_segment(app: App, template: Template | None) -> str | None:
    if not app.terminal.interactive:
        return None
    offered = segments_offered(template, app.settings) if template else SEGMENTS
    if not offered:
        return None

    def check(answer: str) -> None:
        if _canonical(answer) not in offered:
            raise UsageError(f"{answer!r} is not one of {', '.join(offered)}")

    return _ask(app, f"Segment ({', '.join(offered)}; Enter to skip)", check, optional=True) or None


def _typed(
    app: App, template: Template, kickoff: str | None, csm: str | None, values: Sequence[str]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Kickoff and CSM by their meanings, asked for where they were not given; and values by their labels."""
    document = template.document
    given = [split_label(document, value) for value in values]
    targets = [find_target(document, label) for label, _ in given]
    fields = [target.field for target in targets if isinstance(target, FieldTarget)]

    def missing(meaning: str) -> bool:
        field = field_meaning(document, app.settings, meaning)
        return app.terminal.interactive and field is not None and field not in fields

    for meaning, value in ((KICKOFF, kickoff), (CSM, csm)):
        if value is not None and field_meaning(document, app.settings, meaning) in fields:
            raise UsageError(f"{meaning} is given twice", hint="leave out --set for it")
    if kickoff is None and missing(KICKOFF):
        kickoff = _ask(
            app,
            f"Kickoff date ({KICKOFF_READABLE}; Enter to skip)",
            lambda text: read_date(text, app.today, None, app.settings.calendar),
            optional=True,
        )
    if csm is None and missing(CSM):
        csm = app.terminal.ask("CSM (Enter to skip)")
    return [(meaning, typed) for meaning, typed in ((KICKOFF, kickoff), (CSM, csm)) if typed], given


def _make(
    app: App,
    slug: str,
    template: Template,
    data: bytes,
    *,
    dry_run: bool,
    commit: bool,
    as_json: bool,
    again: bool,
) -> None:
    """Write the file and its snapshot, and say so. again: the file is there and says just that."""
    workspace = app.workspace
    path = workspace.path(CUSTOMERS, f"{slug}.md")
    snapshot = Change(workspace.snapshot_path(template.name, template.hash12), None, template.kept)
    copy = Change(path, None, data)
    had = workspace.has(snapshot.path)
    app.expect_git(wanted=commit and not dry_run)
    try:
        changes = [*[snapshot] * (not had), *[copy] * (not again)]
        written = app.write(lambda: changes, dry_run=dry_run, quiet=as_json)
    except ConflictError as error:  # somebody else made it since we looked
        raise UsageError(f"{workspace.shown(path)} {error.message}", hint="it is not touched") from error
    document = parse(workspace.shown(path), data)
    said = facts(document, app.settings)
    left = len(Forms(document, template.document, template.declared, app.settings).unfilled())
    counts = Counts(sum(item.done for item in document.items), sum(item.applies for item in document.items))
    if written:
        message = f"{slug}: new from {template.name} ({done_words(counts)})"
        app.commit([*workspace.own_files(), snapshot.path, path], message, wanted=commit)
    if as_json:
        payload = {"path": workspace.shown(path), "slug": slug, "template": template.name}
        app.envelope("new", payload | {"done": counts.done, "total": counts.total, "unfilled": left})
    elif written:
        made = f"{'already made:' if again else 'made'} {workspace.shown(path)} from {template.name}"
        app.terminal.out([line(f"{made}: ", Piece(done_words(counts), "strong"), f", {plural(left, 'field')} to fill")])
        if said.kickoff:
            app.terminal.out([line(f"kickoff {spoken(said.kickoff)}")])
        first = next((f", then onbo check {as_typed(slug)} {item.number}" for item in document.items if item.open), "")
        app.terminal.suggest(f"onbo status {as_typed(slug)}{first}")
