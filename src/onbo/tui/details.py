"""All about the row that is lit: what did not fit into it, its dates, its tip and notes. Pure."""

from collections.abc import Iterator
from datetime import date

from onbo.onboarding.dates import spoken
from onbo.onboarding.reckoning import ItemProgress, SectionProgress
from onbo.present.counts import done_words, plural
from onbo.present.gate import ROLES
from onbo.present.text import Line, Piece, line, state
from onbo.tui.desk import Look
from onbo.tui.entries import Entry


def details(entry: Entry, look: Look, today: date) -> Iterator[Line]:
    if entry.section is not None:
        yield from _section(entry.section)
    if entry.row is not None:
        yield from _item(entry.row, look, today)


def _section(section: SectionProgress) -> Iterator[Line]:
    yield line(Piece(f"{section.number} {section.title}", "strong"))
    yield line(state(section.state), f"  {done_words(section.counts)}")
    if section.start or section.due:
        yield line(f"{section.start} to {section.due}")


def _item(row: ItemProgress, look: Look, today: date) -> Iterator[Line]:
    item = row.item
    yield line(Piece(f"{item.number} {item.text}", "strong"))
    waits = item.value("waiting") if item.open else None
    pieces = [Piece(f"waiting for {waits}", "warn") if row.state == "waiting" else state(row.state)]
    if row.due is not None:
        pieces.append(Piece(f"  due {spoken(row.due)}{_distance(row, today)}"))
    if owner := item.value("owner"):
        pieces.append(Piece(f"  @{owner}"))
    if waits and row.state != "waiting":
        pieces.append(Piece(f"  waiting for {waits}", "warn"))
    if not item.applies and (reason := item.value("reason")):
        pieces.append(Piece(f": {reason}", "muted"))
    yield pieces
    criterion = look.evidence().get(item.number)
    if criterion is not None:
        yield line(
            "evidence: ", Piece(criterion.result, ROLES.get(criterion.result, "warn")), f": {criterion.evidence}"
        )
    for note in item.notes:
        label = "tip" if look.is_tip(item, note) else "note"
        for number, text in enumerate(note.text.split("\n")):
            yield line(Piece("" if number else f"{label}: ", "muted"), text)


def _distance(row: ItemProgress, today: date) -> str:
    """How far off the due date of an open item is."""
    if row.due is None or not row.item.open:
        return ""
    days = (row.due - today).days
    if not days:
        return ", today"
    return f", in {plural(days, 'day')}" if days > 0 else f", {plural(-days, 'day')} ago"
