"""What a customer may see, as JSON and as Markdown to paste into a mail."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from onbo.document.syntax import BLOCK_START
from onbo.onboarding.sharing import Shared, SharedItem, SharedSection, Step
from onbo.onboarding.visibility import Decision
from onbo.present.counts import iso
from onbo.present.text import Line, Piece, cut, line, visible

# Whatever could be more than itself within a line of Markdown.
SIGNIFICANT = re.compile(r"[\\`*_\[\]<>~|]|&(?=#?\w+;)")
BOXES = {"done": "x", "n/a": "~"}
# Columns of a text in the explanation.
LONGEST = 60
UNTITLED = "To begin with"


def share_json(shared: Shared) -> dict[str, Any]:
    return {
        "customer": shared.customer,
        "kickoff": iso(shared.kickoff),
        "target_go_live": iso(shared.target_go_live),
        "done": shared.done,
        "total": shared.total,
        "phases": [_section_json(phase) for phase in shared.phases],
        "waiting": [_step_json(step) for step in shared.waiting],
        "next": [_step_json(step) for step in shared.next],
    }


def _section_json(section: SharedSection) -> dict[str, Any]:
    return {
        "title": section.title,
        "state": section.state,
        "done": section.done,
        "total": section.total,
        "start": iso(section.start),
        "due": iso(section.due),
        "items": [item._asdict() | {"due": iso(item.due), "notes": list(item.notes)} for item in section.items],
        "sections": [_section_json(inner) for inner in section.sections],
    }


def _step_json(step: Step) -> dict[str, Any]:
    return step._asdict() | {"due": iso(step.due)}


def explain_json(decisions: Sequence[Decision]) -> dict[str, Any]:
    return {
        "parts": [
            {
                "line": decision.line,
                "kind": decision.kind,
                "text": decision.text,
                "shown": decision.shown,
                "because": decision.because or None,
                "as": decision.words.text if decision.shown else None,
                "left_out": list(decision.words.left_out) if decision.shown else [],
            }
            for decision in decisions
        ]
    }


def explain_lines(decisions: Sequence[Decision]) -> Iterator[Line]:
    """Each part of the file on a line of its own: where it stands, whether it is shown, what hides it."""
    wide = len(str(max((decision.line for decision in decisions), default=1)))
    for decision in decisions:
        number = Piece(f"{decision.line:>{wide}}  ", "muted")
        state = Piece("shown   " if decision.shown else "hidden  ", "good" if decision.shown else "warn")
        yield [number, state, Piece(cut(decision.text, LONGEST)), Piece(_why(decision), "muted")]
    shown = sum(decision.shown for decision in decisions)
    yield line(f"{shown} shown, {len(decisions) - shown} hidden")


def _why(decision: Decision) -> str:
    if not decision.shown:
        return f": {decision.because}"
    left_out = decision.words.left_out
    return f": without {', '.join(cut(part, LONGEST) for part in left_out)}" if left_out else ""


def day_words(day: date) -> str:
    """14 Dec 2026: no country reads it as another day."""
    return f"{day.day} {day:%b %Y}"


def span_words(start: date | None, due: date | None) -> str:
    """1 Dec to 14 Dec 2026"""
    if start is None or due is None:
        only = due or start
        return f"{'by' if due else 'from'} {day_words(only)}" if only else ""
    if start == due:
        return day_words(due)
    first = day_words(start) if start.year != due.year else f"{start.day} {start:%b}"
    return f"{first} to {day_words(due)}"


def title_words(title: str) -> str:
    return title or UNTITLED


def share_markdown(shared: Shared) -> Iterator[bytes]:
    """A text for a mail, in whole lines."""
    for text in _lines(shared):
        yield f"{text}\n".encode()


def inert(text: str) -> str:
    r"""Words that Markdown reads as just these.

    >>> inert("<b>1_000</b> [x](javascript:y)")
    '\\<b\\>1\\_000\\</b\\> \\[x\\](javascript:y)'
    """
    escaped = SIGNIFICANT.sub(lambda match: f"\\{match[0]}", visible(text))
    return BLOCK_START.sub(lambda match: f"{match[0]}\\", escaped, count=1) if BLOCK_START.match(escaped) else escaped


def _lines(shared: Shared) -> Iterator[str]:
    yield f"# Onboarding plan{f': {inert(shared.customer)}' if shared.customer else ''}"
    yield ""
    dates = [("Kickoff", shared.kickoff), ("Target go-live", shared.target_go_live)]
    told = [f"{label} {day_words(day)}" for label, day in dates if day]
    yield f"{shared.done} / {shared.total} done as of {day_words(shared.today)}" + "".join(f" · {d}" for d in told)
    for title, steps in (("Waiting", shared.waiting), ("Next steps", shared.next)):
        if steps:
            yield from ("", f"## {title}", "")
            yield from (f"- {_step(step)}" for step in steps)
    for phase in shared.phases:
        yield from _section(phase, 2)


def _step(step: Step) -> str:
    due = f"{'was due' if step.state == 'overdue' else 'due'} {day_words(step.due)}" if step.due else ""
    waits = f"waiting on {inert(step.waiting)}" if step.waiting else ""
    more = ", ".join(part for part in (waits, due) if part)
    return inert(step.text) + (f": {more}" if more else "")


def _section(section: SharedSection, level: int) -> Iterator[str]:
    yield from ("", f"{'#' * min(level, 6)} {inert(title_words(section.title))}", "")
    if section.total:
        state = section.state if section.state != "done" else ""
        said = (f"{section.done} / {section.total} done", state, span_words(section.start, section.due))
        yield " · ".join(part for part in said if part)
    else:
        yield "does not apply"
    if section.items:
        yield ""
    for item in section.items:
        yield from _item(item, section)
    for inner in section.sections:
        yield from _section(inner, level + 1)


def _item(item: SharedItem, section: SharedSection) -> Iterator[str]:
    indent = "  " * item.depth
    said = ["does not apply"] if item.state == "n/a" else []
    if item.waiting:
        said.append(f"waiting on {inert(item.waiting)}")
    if item.due and item.due != section.due and item.state not in BOXES:
        said.append(f"due {day_words(item.due)}")
    more = f": {', '.join(said)}" if said else ""
    yield f"{indent}- [{BOXES.get(item.state, ' ')}] {inert(item.text)}{more}"
    for note in item.notes:
        yield f"{indent}  > {inert(note)}"
