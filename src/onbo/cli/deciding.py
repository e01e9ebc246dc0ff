"""What commands and the full screen decide about items, where there is more to it than one call."""

from collections.abc import Sequence

from onbo.cli.case import Case
from onbo.cli.context import App
from onbo.cli.marking import Decide, Request, carry_out, choose
from onbo.document.model import Item
from onbo.onboarding import tick
from onbo.onboarding.tick import Marking


def check(
    app: App,
    words: Sequence[str],
    *,
    whole: bool = False,
    expect: str | None = None,
    force: bool = False,
    dry_run: bool = False,
    commit: bool = False,
    as_json: bool = False,
) -> None:
    """Tick the items named, and say so."""
    customer, keys = choose(app, words, whole=whole, expect=expect)
    request = Request("check", customer, keys, ticking(app, force=force, whole=whole))
    carry_out(app, request, dry_run=dry_run, commit=commit, as_json=as_json)


def ticking(app: App, *, force: bool, whole: bool = False) -> Decide:
    """Ticks; against a gate's evidence only by force."""

    def decide(case: Case, items: list[Item]) -> Marking:
        gate = case.gate()
        if gate is not None and not force and any(item.path[0] == gate.title for item in items):
            from onbo.onboarding.gate import refuse_contradicted

            refuse_contradicted(case.document, items, case.criteria(app.settings))
        return tick.check(case.document, items, whole=whole)

    return decide


def pinning(app: App, typed: str | None) -> Decide:
    """Pins the date that was typed; none for None."""
    from onbo.onboarding import tokens
    from onbo.onboarding.dates import read_date
    from onbo.onboarding.fields import facts

    def decide(case: Case, items: list[Item]) -> Marking:
        kickoff = facts(case.document, app.settings).kickoff
        day = read_date(typed, app.today, kickoff, app.settings.calendar) if typed is not None else None
        return tokens.pin(case.document, items, day)

    return decide
