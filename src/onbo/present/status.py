"""One customer's status and the portfolio, as lines, a table, and JSON."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from onbo.history.idle import Idle
from onbo.onboarding.counts import Counts
from onbo.onboarding.reckoning import SectionProgress
from onbo.onboarding.settings import Settings
from onbo.onboarding.status import WORST_FIRST, Progress, Summary, rules
from onbo.present.counts import bar, done_words, fraction, iso, plural
from onbo.present.text import Line, Made, Piece, Table, line, pad, state, width


class Row(NamedTuple):
    """A customer and how it stands. `progress` is None where the file could not be read, and `error` says why.

    warnings  what is wrong in the file without stopping it from being read
    idle      how long the file has not changed; None where git does not tell
    phases    only for JSON: a portfolio of thousands is held in memory as rows
    """

    slug: str
    path: str
    template: str | None = None
    version: str | None = None
    progress: Summary | None = None
    error: str | None = None
    warnings: tuple[str, ...] = ()
    phases: tuple[SectionProgress, ...] = ()
    idle: Idle | None = None
    customer_id: str | None = None

    @property
    def name(self) -> str:
        return (self.progress.facts.customer if self.progress else None) or self.slug


def slim(row: Row, known: dict[str, str]) -> Row:
    """The row with each text that other rows have too held once: there may be a hundred thousand of them."""

    def once(text: str) -> str:
        return known.setdefault(text, text)

    progress = row.progress
    if progress is None:
        return row
    facts, coming = progress.facts, progress.next_item
    return row._replace(
        template=row.template and once(row.template),
        version=row.version and once(row.version),
        progress=progress._replace(
            state=once(progress.state),
            phase=once(progress.phase),
            facts=facts._replace(
                segment=facts.segment and once(facts.segment),
                segment_title=facts.segment_title and once(facts.segment_title),
                csm=facts.csm and once(facts.csm),
            ),
            next_item=coming and coming._replace(number=once(coming.number), text=once(coming.text)),
        ),
    )


def one(row: Row, progress: Progress) -> Iterator[Line]:
    """Header, state and why, then phases with their sections where these have dates or have begun."""
    header = " · ".join(part for part in (row.name, progress.facts.segment_title, row.template) if part)
    body = list(_sections(progress.phases))
    widest = max([width(header) + 2, *(width(title) for title, _ in body)], default=0)
    counted = max([9, *(len(_tally(section.counts)) for _, section in body)])
    yield line(Piece(pad(header, widest), "strong"), "  ", Piece(done_words(progress.counts), "strong"))
    yield line(*state_words(progress))
    if progress.next_item and progress.state != "complete":
        coming = progress.next_item
        yield line(Piece(f"next due {coming.due}: {coming.number} {coming.text}", "muted"))
    for title, section in body:
        pieces: list[str | Piece] = [
            pad(title, widest),
            "  ",
            state(section.state, 13),
            _tally(section.counts).ljust(counted),
        ]
        if section.start or section.due:
            pieces.append(Piece(f"  {section.start} to {section.due}", "muted"))
        yield _stripped(line(*pieces))
    if progress.gate is not None and progress.gate.total:
        yield line(Piece(f"gate: {done_words(progress.gate)}", "muted"))
    for words in progress.against:
        yield line(Piece(words, "bad"))


def _stripped(pieces: Line) -> Line:
    *first, last = pieces
    return [*first, Piece(last.text.rstrip(), last.role)]


def _tally(counts: Counts) -> str:
    return fraction(counts) + (f" ({counts.na} n/a)" if counts.na else "")


def _sections(phases: Iterable[SectionProgress], depth: int = 0) -> Iterator[tuple[str, SectionProgress]]:
    for section in phases:
        yield f"{'  ' * depth}{section.number} {section.title or '(before the first heading)'}", section
        yield from _sections(section.sections, depth + 1)


def state_words(progress: Summary) -> Iterator[Piece]:
    """Day 12 of 90, at risk: 6 of 26 items due are overdue (23 %, at risk from 20 %)"""
    day = day_words(progress)
    if day:
        yield Piece(f"{day}, ")
    yield state(progress.state)
    if progress.why:
        yield Piece(f": {'; '.join(progress.why)}")


def day_words(progress: Summary) -> str:
    """Day 12 of 90"""
    if progress.day is None or progress.state in ("complete", "upcoming"):
        return ""
    return f"day {progress.day}" + (f" of {progress.length}" if progress.length else "")


def explain(settings: Settings, state_name: str | None = None) -> Iterator[Line]:
    """The rules for a customer's state, the one that decided marked."""
    yield line(Piece("The first of these that holds is the state:", "strong"))
    for name, rule in rules(settings):
        mark = ">" if name == state_name else " "
        yield line(f"{mark} ", state(name, 13), rule)


def worst_first(row: Row) -> tuple[Any, ...]:
    if row.progress is None:
        return (-1, 0.0, row.name.casefold())
    counts = row.progress.counts
    return (
        WORST_FIRST.index(row.progress.state),
        -counts.overdue / counts.due if counts.due else 0.0,
        row.name.casefold(),
    )


SORTS: dict[str, Callable[[Row], tuple[Any, ...]]] = {
    "state": worst_first,
    "name": lambda row: (row.name.casefold(),),
    "done": lambda row: (_share(row), row.name.casefold()),
    "kickoff": lambda row: (iso(row.progress.facts.kickoff) or "9999" if row.progress else "", row.name.casefold()),
    "due": lambda row: (_next_due(row) or "9999", row.name.casefold()),
    "overdue": lambda row: (-row.progress.counts.overdue if row.progress else 0, row.name.casefold()),
}


def _share(row: Row) -> float:
    counts = row.progress.counts if row.progress else Counts()
    return counts.done / counts.total if counts.total else 0.0


def _next_due(row: Row) -> str | None:
    item = row.progress.next_item if row.progress else None
    return iso(item.due) if item else None


COLUMNS = ("Customer", "State", "Done", "", "Overdue", "Day", "Phase", "Segment", "CSM", "Next due")
PORTFOLIO = Table(COLUMNS, (), frozenset(["Done", "Overdue"]), ("Next due", "Phase", "CSM", "Segment", "Customer"))
IDLE = "Idle days"
IDLE_ROLES = {"watch": "warn", "chase": "bad"}


def portfolio(rows: Sequence[Row]) -> Table:
    """One row a customer; idle days only where git tells any."""
    if not any(row.idle for row in rows):
        return PORTFOLIO._replace(rows=Made(rows, portfolio_row))
    return PORTFOLIO._replace(
        columns=(*COLUMNS[:-1], IDLE, COLUMNS[-1]), rows=Made(rows, _with_idle), right=PORTFOLIO.right | {IDLE}
    )


def _with_idle(row: Row) -> tuple[Piece, ...]:
    *cells, last = portfolio_row(row)
    return (*cells, _idle(row), last)


def portfolio_row(row: Row) -> tuple[Piece, ...]:
    """A customer's cells in the portfolio."""
    if row.progress is None:
        cells = [Piece(row.name), Piece("unreadable", "bad"), *[Piece("")] * 7, Piece(row.error or "", "bad")]
        return tuple(cells)
    progress = row.progress
    item = progress.next_item
    return (
        Piece(row.name, "strong"),
        state(progress.state),
        Piece(fraction(progress.counts)),
        Piece(bar(progress.counts), "muted"),
        Piece(str(progress.counts.overdue or ""), "bad"),
        Piece(day_words(progress).removeprefix("day ")),
        Piece(progress.phase),
        Piece(progress.facts.segment_title or "", "muted"),
        Piece(progress.facts.csm or "", "muted"),
        Piece(f"{item.due} {item.number} {item.text}" if item else "", "muted"),
    )


def _idle(row: Row) -> Piece:
    """Nobody is chased for what is complete, or has not begun."""
    if row.idle is None or row.progress is None:
        return Piece("")
    role = "" if row.progress.state in ("complete", "upcoming") else IDLE_ROLES.get(row.idle.verdict, "")
    return Piece(row.idle.words, role or "muted")


def totals(rows: Sequence[Row]) -> Line:
    """3 customers: 1 at risk, 2 on track; 12 / 146 items done"""
    states = Counter(row.progress.state if row.progress else "unreadable" for row in rows)
    counts = [row.progress.counts for row in rows if row.progress]
    said = ", ".join(f"{states[name]} {name}" for name in ("unreadable", *WORST_FIRST) if states[name])
    done, total = sum(c.done for c in counts), sum(c.total for c in counts)
    return line(Piece(f"{plural(len(rows), 'customer')}: {said}; {done} / {total} items done", "strong"))


def as_json(row: Row) -> dict[str, Any]:
    base = {"slug": row.slug, "name": row.name, "path": row.path, "template": row.template, "version": row.version}
    base |= {"customer_id": row.customer_id}
    if row.progress is None:
        empty = dict.fromkeys(("segment", "csm", "state", "why", "done", "total", "na", "overdue", "kickoff", "day"))
        return (
            base
            | empty
            | {"length": None, "next_due": None, "error": row.error, "phases": [], "gate": None, "last_change": None}
        )
    progress = row.progress
    facts, counts, gate = progress.facts, progress.counts, progress.gate
    return base | {
        "segment": facts.segment,
        "csm": facts.csm,
        "state": progress.state,
        "why": "; ".join(progress.why),
        "done": counts.done,
        "total": counts.total,
        "na": counts.na,
        "overdue": counts.overdue,
        "kickoff": iso(facts.kickoff),
        "day": progress.day,
        "length": progress.length,
        "next_due": _next_due(row),
        "error": row.error,
        "phases": [_section_json(phase) for phase in row.phases],
        "gate": None if gate is None else {"done": gate.done, "total": gate.total},
        "last_change": iso(row.idle.since) if row.idle else None,
    }


def _section_json(section: SectionProgress) -> dict[str, Any]:
    return {
        "number": section.number,
        "title": section.title,
        "state": section.state,
        "done": section.counts.done,
        "total": section.counts.total,
        "na": section.counts.na,
        "start": iso(section.start),
        "due": iso(section.due),
        "sections": [_section_json(inner) for inner in section.sections],
    }
