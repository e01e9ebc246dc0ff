"""`show`: the whole checklist with numbers, tips, owners and due dates."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from onbo.document.identity import key_text
from onbo.document.model import Document, Field, Item, Note, Section
from onbo.onboarding.counts import Counts
from onbo.onboarding.field_types import FieldType
from onbo.onboarding.reckoning import ItemProgress
from onbo.onboarding.status import Progress
from onbo.present.counts import fraction, iso
from onbo.present.text import Line, Piece, line, state

TellTip = Callable[[Item, Note], bool]


def checklist(
    document: Document, progress: Progress, is_tip: TellTip, sections: Iterable[Section] | None = None
) -> Iterator[Line]:
    """Section by section; `sections` narrows it to these, with what stands below them."""
    rows = {row.item.number: row for row in progress.items}
    for index, section in enumerate(document.sections if sections is None else sections):
        if section.number is None:
            continue
        if index:
            yield []
        yield from _section(section, rows, is_tip, 0)


def _section(section: Section, rows: dict[str, ItemProgress], is_tip: TellTip, depth: int) -> Iterator[Line]:
    if section.number is None:
        return
    items = list(section.all_items())
    counts = Counts(sum(item.done for item in items), sum(item.applies for item in items))
    yield line(
        Piece(f"{'  ' * depth}{section.number} {section.title}", "strong"), Piece(f"  {fraction(counts)}", "muted")
    )
    for item in section.items:
        yield from item_lines(rows[item.number], is_tip, depth + 1)
    for inner in section.sections:
        yield from _section(inner, rows, is_tip, depth + 1)


def item_lines(row: ItemProgress, is_tip: TellTip, depth: int) -> Iterator[Line]:
    item = row.item
    nested = item.number.count(".") - row.section.count(".") - 1 if row.section else 0
    indent = "  " * (depth + max(nested, 0))
    role = {"done": "good", "n/a": "muted"}.get(row.state, "")
    pieces = [Piece(f"{indent}[{item.mark}] {item.number} {item.text}", role)]
    if owner := item.value("owner"):
        pieces.append(Piece(f"  @{owner}", "muted"))
    if row.due and item.open:
        pieces.append(Piece(f"  due {row.due}", "muted"))
    if row.state in ("overdue", "due soon"):
        pieces += [Piece("  "), state(row.state)]
    if item.open and (who := item.value("waiting")):
        pieces.append(Piece(f"  waiting for {who}", "warn"))
    if not item.applies and (reason := item.value("reason")):
        pieces.append(Piece(f"  (n/a: {reason})", "muted"))
    yield pieces
    for note in item.notes:
        label = "tip" if is_tip(item, note) else "note"
        for number, text in enumerate(note.text.split("\n")):
            yield line(Piece(f"{indent}      {f'{label}: ' if not number else '  '}{text}", "muted"))


def item_json(row: ItemProgress, is_tip: TellTip) -> dict[str, Any]:
    item = row.item
    tips = [note.text for note in item.notes if is_tip(item, note)]
    notes = [note.text for note in item.notes if not is_tip(item, note)]
    return {
        "number": item.number,
        "key": key_text(item),
        "id": item.attributes.id,
        "text": item.text,
        "mark": item.mark,
        "state": row.state,
        "owner": item.value("owner"),
        "due": iso(row.due),
        "waiting": item.value("waiting"),
        "reason": item.value("reason"),
        "section": item.path[-1],
        "phase": item.path[0],
        "line": item.line,
        "tip": "\n\n".join(tips) or None,
        "notes": notes,
    }


def field_json(field: Field, kind: FieldType, *, filled: bool) -> dict[str, Any]:
    return {
        "label": field.label,
        "section": field.section,
        "value": (field.value or None) if filled else None,
        "type": kind.kind,
        "filled": filled,
    }
