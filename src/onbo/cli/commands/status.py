"""Show how customers stand: one with its phases, or all, worst first."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from onbo.cli import past
from onbo.cli.case import Case, warnings
from onbo.cli.choices import one_of, refuse_unknown_segment, refuse_unknown_template
from onbo.cli.context import App, of
from onbo.cli.options import Json
from onbo.cli.survey import Unread, survey
from onbo.effects.time_limit import limited
from onbo.effects.workspace import Customer
from onbo.errors import OnboError, UnacceptableError
from onbo.onboarding.customer_ids import customer_id
from onbo.onboarding.fields import segment_id
from onbo.onboarding.status import WORST_FIRST, Progress
from onbo.onboarding.typed import as_typed
from onbo.present import status as present
from onbo.present.status import Row, slim
from onbo.present.text import line

if TYPE_CHECKING:
    from onbo.effects.idle import IdleClock

EXAMPLES = """\
onbo status  # all customers, worst first
onbo status acme  # one, with its phases
onbo status acme --explain  # and the rule that decided its state
onbo status --state "off track" --csm dana  # only some
onbo status --as-of HEAD~1  # as it was a commit ago; or a day
onbo status --json  # for scripts
"""
EXITS: dict[int, str | None] = {}


def run(
    context: typer.Context,
    customers: Annotated[list[str] | None, typer.Argument(metavar="[CUSTOMER]...")] = None,
    segment: Annotated[str | None, typer.Option("--segment", metavar="S", help="Only this segment.")] = None,
    csm: Annotated[str | None, typer.Option("--csm", metavar="NAME", help="Only this CSM's.")] = None,
    state: Annotated[str | None, typer.Option("--state", metavar="STATE", help="Only in this state.")] = None,
    template: Annotated[str | None, typer.Option("--template", metavar="T", help="Only from this template.")] = None,
    sort: Annotated[str, typer.Option("--sort", metavar="|".join(present.SORTS), help="Order.")] = "state",
    everything: Annotated[bool, typer.Option("--all", help="All rows, however many.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Print the rules, and the one that decided.")] = False,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE|REV", help="As committed up to that day, or in a revision.")
    ] = None,
    as_json: Json = False,
) -> int:
    app = of(context)
    one_of("--sort", "order", sort, present.SORTS)
    state = state.casefold().replace("-", " ") if state else None
    if state is not None:
        one_of("--state", "state", state, WORST_FIRST)
    if as_of is not None:
        app = past.as_of(app, as_of)
    app.require_settings()
    chosen = [app.customer(name) for name in customers or []]
    if len(chosen) == 1:
        return _one(app, chosen[0], explain=explain, as_json=as_json)
    among = chosen or app.workspace.customers()
    rows = read_rows(app, among, whole=as_json, clock=idle_clock(app) if among else None)
    unreadable = [row for row in rows if row.progress is None]
    kept = [row for row in rows if _keeps(row, segment, csm, state, template)]
    if rows and not kept:
        _refuse_unknown(app, rows, segment, template)
    kept.sort(key=present.SORTS[sort])
    if as_json:
        app.envelope("status", {"customers": [present.as_json(row) for row in kept]})
    elif not rows:
        app.terminal.out([line(text) for text in _nobody(app, then=as_of is not None)])
    else:
        _portfolio(app, kept, everything=everything)
    if explain and not as_json:
        app.terminal.out(present.explain(app.settings))
    return UnacceptableError.status if unreadable else 0


def idle_clock(app: App) -> "IdleClock | None":
    """What tells how long files have not changed; None where git cannot, which no list of customers fails for."""
    from onbo.effects.idle import IdleClock

    try:
        if isinstance(app, past.PastApp):
            return app.past.clock(app.today)
        commit = app.repository.head if app.repository else None
        return IdleClock(app.repository, commit, app.today) if app.repository and commit else None
    except OnboError as error:
        app.terminal.message(f"note: idle days are not known: {error.message}")
        return None


def read_rows(app: App, customers: Sequence[Customer], *, whole: bool, clock: "IdleClock | None" = None) -> list[Row]:
    """How each customer stands; what stops one from being read is in its row. whole: with the phases."""

    def look(case: Case) -> Row:
        row, progress = row_of(app, case, clock)
        return row._replace(phases=progress.phases) if whole else row

    found = survey(app, customers, look)
    known: dict[str, str] = {}
    return [Row(e.customer.slug, e.path, error=e.said) if isinstance(e, Unread) else slim(e, known) for e in found]


def row_of(app: App, case: Case, clock: "IdleClock | None" = None) -> tuple[Row, Progress]:
    """How a customer stands whose file was read."""
    progress = case.progress(app.today, app.settings)
    values = case.values
    row = Row(
        case.customer.slug,
        case.document.source.path,
        case.template_name,
        values.text("version"),
        progress.summary,
        _error(case),
        tuple(warnings(case)),
        customer_id=customer_id(case.document),
        idle=clock.of(app.workspace.inside(case.customer.path), case.document.source.data) if clock else None,
    )
    return row, progress


def _error(case: Case) -> str | None:
    """What is wrong with a file that could be read."""
    return case.values.error or ("an unresolved merge conflict" if case.document.conflict_line else None)


def _one(app: App, customer: Customer, *, explain: bool, as_json: bool) -> int:
    # On the screen one customer does without git: that would take longer than all the rest.
    with limited(app.workspace.shown(customer.path)):
        row, progress = row_of(app, app.read(customer), idle_clock(app) if as_json else None)
    if as_json:
        app.envelope("status", {"customers": [present.as_json(row._replace(phases=progress.phases))]})
        return 0
    _warn(app, row)
    app.terminal.out(present.one(row, progress))
    if explain:
        app.terminal.out([[], *present.explain(app.settings, progress.state)])
    app.terminal.invite(f"onbo next {as_typed(customer.slug)}")
    return 0


def _warn(app: App, row: Row) -> None:
    for text in row.warnings:
        app.terminal.warning(f"{row.path}{text}")


def _keeps(row: Row, segment: str | None, csm: str | None, state: str | None, template: str | None) -> bool:
    """Whether a row passes the filters. One that could not be read always does: it must not go unseen."""
    if row.progress is None:
        return True
    facts = row.progress.facts
    return (
        (segment is None or facts.segment == segment_id(segment))
        and (csm is None or csm.casefold() in (facts.csm or "").casefold())
        and (state is None or row.progress.state == state)
        and (template is None or row.template == template)
    )


def _refuse_unknown(app: App, rows: Sequence[Row], segment: str | None, template: str | None) -> None:
    """Raise UsageError where nobody passes because of a slip of the pen."""
    if segment is not None:
        refuse_unknown_segment(app, segment, [row.progress.facts.segment for row in rows if row.progress])
    if template is not None:
        refuse_unknown_template(app, template, [row.template for row in rows])


def _nobody(app: App, *, then: bool) -> tuple[str, ...]:
    if then:
        return ("There were no customers.",)
    archived = app.workspace.customers(archived=True)
    if archived:
        return "No customers but archived ones.", f"Bring one back: onbo archive {archived[0].slug} --undo"
    return "No customers yet.", "Make the first: onbo new acme --segment smb"


def _portfolio(app: App, rows: Sequence[Row], *, everything: bool) -> None:
    if not rows:
        app.terminal.out([line("No customer is like that.")])
        return
    room = max(app.terminal.height() - 5, 5)
    left = app.terminal.table(present.portfolio(rows), most=None if everything else room)
    if left:
        app.terminal.out([line(f"... and {left} more; --all shows them")])
    app.terminal.out([present.totals(rows)])
    for row in rows:
        _warn(app, row)
    app.terminal.invite("onbo next, or onbo status CUSTOMER")
