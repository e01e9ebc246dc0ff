"""Output of `outdated` and `update`."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from onbo.merging.threeway import Outcome
from onbo.present.counts import plural
from onbo.present.text import Line, Piece, Table, line

ROLES = {"conflict": "bad", "kept": "warn", "reworded": "warn", "added": "good", "removed": "muted"}


class Standing(Protocol):
    """A copy compared with its template."""

    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def before(self) -> str | None: ...
    @property
    def after(self) -> str | None: ...
    @property
    def states(self) -> tuple[str | None, ...]: ...


class Updated(Protocol):
    """A copy, updated."""

    @property
    def standing(self) -> Standing: ...
    @property
    def outcome(self) -> Outcome: ...
    @property
    def changed(self) -> bool: ...


def standing_table(found: Sequence[Standing]) -> Table:
    rows = tuple(
        (Piece(e.slug, "strong"), Piece(e.name or ""), Piece(e.before or "-", "muted"), Piece(e.after or "-"))
        for e in found
    )
    return Table(("Customer", "Template", "Made from", "Today"), rows)


def standing_json(entry: Standing) -> dict[str, Any]:
    return {"slug": entry.slug, "template": entry.name} | _states(entry)


def _states(entry: Standing) -> dict[str, Any]:
    """The versions for people, and their hashes, which always differ if the templates do."""
    return dict(zip(("from", "to", "from_hash", "to_hash"), entry.states, strict=True))


def updated_lines(found: Updated, *, written: bool) -> Iterator[Line]:
    standing = found.standing
    name = Piece(standing.slug, "strong")
    if not found.changed:
        yield line(name, " is up to date")
        return
    verb = "updated" if written else "would be updated"
    versions = f"{standing.before or '-'} to {standing.after or '-'}"
    yield line(
        name, f" {verb} from {standing.name} {standing.after if standing.before == standing.after else versions}"
    )
    for decision in found.outcome.decisions:
        action = Piece(f"  {decision.action:<9} ", ROLES.get(decision.action, ""))
        yield line(action, decision.item, Piece(f"  ({decision.reason})", "muted"))
    if found.outcome.conflicts:
        yield line(Piece(f"  {plural(len(found.outcome.conflicts), 'conflict')} to resolve by hand", "bad"))


def failed_json(slug: str, path: str, error: str) -> dict[str, Any]:
    """A copy that could not be updated."""
    return {"slug": slug, "path": path, "error": error}


def updated_json(found: Updated) -> dict[str, Any]:
    return {
        "slug": found.standing.slug,
        **_states(found.standing),
        "decisions": [decision._asdict() for decision in found.outcome.decisions],
        "conflicts": list(found.outcome.conflicts),
    }
