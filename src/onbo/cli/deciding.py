"""What commands and the full screen decide about items, where there is more to it than one call."""

from onbo.cli.case import Case
from onbo.cli.context import App
from onbo.cli.marking import Decide
from onbo.document.model import Item
from onbo.onboarding import tick
from onbo.onboarding.tick import Marking


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
