"""What commands share that add lines to a checklist: plan, write, show the lines, commit."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from onbo.cli.case import Case
from onbo.cli.committing import by_hand
from onbo.cli.context import App, Plan
from onbo.effects.workspace import Customer
from onbo.present.text import line


class Told(Plan, Protocol):
    """A plan that says which lines come to be."""

    @property
    def told(self) -> Sequence[str]: ...


def add_lines(
    app: App,
    customer: Customer,
    plan: Callable[[Case], Told],
    *,
    message: str,
    kind: str,
    dry_run: bool,
    commit: bool,
    as_json: bool,
    then: str = "",
) -> None:
    """Carry the plan out and show what the file says now; `then` is the command to suggest, without its customer."""
    made: list[Told] = []

    def planned(case: Case) -> Told:
        made[:] = [plan(case)]
        return made[0]

    app.read_aloud(customer, writing=True)
    applied = app.apply(customer, planned, dry_run=dry_run, commit=commit, quiet=as_json)
    if applied.written and not as_json:
        app.terminal.out(line(text) for text in made[0].told)
    if applied.written:
        paths = [customer.path]
        app.commit(paths, f"{customer.slug}: {message}", wanted=commit, again=by_hand(app, paths))
    if as_json:
        payload: dict[str, Any] = {"path": applied.case.document.source.path, "reads": list(made[0].told)}
        app.envelope(kind, payload)
    elif applied.written and then:
        app.terminal.suggest(f"{then} {customer.slug}")
