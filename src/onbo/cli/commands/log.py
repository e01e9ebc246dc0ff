"""Show who changed the state of which item when, from git."""

from collections.abc import Sequence
from typing import Annotated

import typer

from onbo.cli.context import App, no_repository, of
from onbo.cli.histories import Gap, Gaps, first_day, gap, never_committed
from onbo.cli.options import Json, Limit
from onbo.document.identity import ItemKey
from onbo.effects.histories import Archive, Trail
from onbo.errors import UsageError
from onbo.history.transitions import History, Transition
from onbo.onboarding.select import section_or_item
from onbo.onboarding.typed import as_typed
from onbo.present.log import log_table, transition_json
from onbo.present.text import line

EXAMPLES = """\
onbo log  # all customers, newest first
onbo log acme --since 30d  # one, of the last thirty days
onbo log acme 1.1.1  # one item
onbo log --author dana  # one person's
"""
EXITS: dict[int, str | None] = {}


def run(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[CUSTOMER] [ITEM]", help="All customers, one, or one item of it.")
    ] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DATE|Nd", help="Not older than that.")] = None,
    author: Annotated[str | None, typer.Option("--author", metavar="WORDS", help="Only this author's.")] = None,
    limit: Limit = None,
    everything: Annotated[bool, typer.Option("--all", help="The same as --limit 0.")] = False,
    as_json: Json = False,
) -> None:
    app = of(context)
    first = first_day(since, app.today)
    app.require_settings()
    if app.repository is None:
        raise no_repository(
            app.workspace.root,
            "this is not in a git repository, and git tells what happened when",
            "run `git init` and commit customers/; what comes after that is known",
        )
    archive = Archive(app.workspace, app.repository, app.settings, app.today)
    trails = archive.trails(first)
    chosen, keys = _chosen(app, trails, words or [])
    known = [trail for trail in chosen if trail.committed]
    gaps = Gaps()
    found: list[Transition] = []

    def look(_: Trail, history: History) -> tuple[Gap, list[Transition]]:
        return gap(history), [entry for entry in history.transitions() if keys is None or entry.key in keys]

    for lacking, transitions in app.terminal.progress(archive.each(known, look), len(known)):
        gaps.add(lacking)
        found += transitions
    notes = [*never_committed(app.repository, chosen), *gaps.notes()]
    if first:
        found = [entry for entry in found if entry.when >= first]
    if author is not None:
        wanted = author.casefold().split()
        found = [entry for entry in found if all(word in (entry.author or "").casefold() for word in wanted)]
    found = _newest_first(found)
    limit = 0 if everything else limit
    if as_json:
        shown = found[: limit or None]
        app.envelope("log", {"transitions": [transition_json(entry) for entry in shown], "notes": notes})
    else:
        _show(app, found, notes, several=not words, limit=limit)


def _chosen(app: App, trails: Sequence[Trail], words: Sequence[str]) -> tuple[Sequence[Trail], set[ItemKey] | None]:
    """The customers meant, and the keys of the items meant, None for all."""
    if not words:
        return trails, None
    gone = [trail for trail in trails if trail.customer is None and trail.slug == words[0]]
    if gone and app.workspace.resolve(words[0], app.settings) is None:
        if len(words) > 1:
            raise UsageError(
                f"{gone[0].path} is gone, and its items with it", hint=f"onbo log {as_typed(words[0])} tells of it"
            )
        return gone, None
    customer, rest = app.customer_and_rest(words)
    trail = next((trail for trail in trails if trail.customer and trail.customer.path == customer.path), None)
    if trail is None:
        raise UsageError(f"{app.workspace.shown(customer.path)} is not below customers/", hint="only those are known")
    if not rest:
        return [trail], None
    case = app.read(customer)
    section, item = section_or_item(case.document, rest, case.gate)
    items = section.all_items() if section else [item] if item else []
    return [trail], {item.key for item in items}


def _newest_first(found: Sequence[Transition]) -> list[Transition]:
    """Those not committed, then by time; those of one commit by customer, in their order in the file."""
    places: dict[tuple[str, str | None], int] = {}
    for entry in found:
        places.setdefault((entry.customer, entry.commit), len(places))

    def order(entry: Transition) -> tuple[bool, float, str, int]:
        at = entry.at.timestamp() if entry.at else 0.0
        return entry.commit is not None, -at, entry.customer, -places[entry.customer, entry.commit]

    return sorted(found, key=order)


def _show(app: App, found: Sequence[Transition], notes: Sequence[str], *, several: bool, limit: int | None) -> None:
    if found:
        if limit is None and app.terminal.screen:
            limit = max(app.terminal.height() - 3, 5)
        shown = found[: limit or None]
        app.terminal.table(log_table(shown, several=several))
        if len(shown) < len(found):
            app.terminal.out([line(f"... and {len(found) - len(shown)} more; --limit 0 shows them")])
    else:
        app.terminal.out([line("no changes found")])
    for note in notes:
        app.terminal.message(f"note: {note}")
    app.terminal.invite("onbo report" if several else "onbo status --as-of DATE")
