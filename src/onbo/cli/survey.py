"""Looking at every customer of a portfolio, one file after the other; what cannot be read stops nobody."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

from onbo.cli.case import Case
from onbo.cli.context import App
from onbo.effects.time_limit import limited
from onbo.effects.workers import each
from onbo.effects.workspace import Customer
from onbo.errors import OnboError

Look = TypeVar("Look")
# A document holds no circles of references, and looking for some costs a tenth of the time.
RARELY = 50_000


class Unread(NamedTuple):
    """A customer whose file could not be read, and why in the fewest words."""

    customer: Customer
    path: str
    said: str


def survey(app: App, customers: Sequence[Customer], look: Callable[[Case], Look]) -> Iterator[Look | Unread]:
    """What `look` makes of each customer, in order.

    It is kept while the portfolio is read, and may come from another process: give what is small, never a document.
    """
    app.require_settings()
    settled = app.workspace.settled()

    def one(customer: Customer) -> Look | Unread:
        try:
            with limited(app.workspace.shown(customer.path)):
                return look(app.read(customer, settled))
        except (OnboError, OSError) as error:
            return Unread(customer, app.workspace.shown(customer.path), why_unread(error))

    with collecting_rarely():
        yield from app.terminal.progress(each(one, customers), len(customers))


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """For what makes very many small objects that live on: merging three long files takes two thirds of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(RARELY, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def why_unread(error: OnboError | OSError) -> str:
    return (
        error.message if isinstance(error, OnboError) else f"cannot be read: {(error.strerror or str(error)).lower()}"
    )


def survey_aloud(app: App, customers: Sequence[Customer], look: Callable[[Case], Look]) -> tuple[list[Look], int]:
    """What was found; what could not be read is told at once, and counted."""
    found: list[Look] = []
    unreadable = 0
    for entry in survey(app, customers, look):
        if isinstance(entry, Unread):
            app.terminal.problem(entry.said, entry.path)
            unreadable += 1
        else:
            found.append(entry)
    return found, unreadable
