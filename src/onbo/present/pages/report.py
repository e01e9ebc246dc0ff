"""The page of figures over the portfolio."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from onbo.history.figures import ENOUGH, Figure, PhaseReach, Report
from onbo.onboarding.status import WORST_FIRST
from onbo.present.counts import fraction
from onbo.present.pages.drawing import burn_up, share, stack, weekly
from onbo.present.pages.page import render
from onbo.present.report import left_out, number
from onbo.present.sharing import day_words as day_text
from onbo.present.status import Row, day_words, worst_first
from onbo.present.text import ROLES

UNREADABLE = "unreadable"


class Column(NamedTuple):
    """kind: text or number, for sorting."""

    title: str
    kind: str = "text"


class Cell(NamedTuple):
    """A cell of the portfolio. key: what it is sorted by; role: of a state; more: in small letters; done: a bar."""

    text: str
    key: str | float = ""
    role: str = ""
    more: str = ""
    done: float | None = None


class Tally(NamedTuple):
    """How many customers are in a state."""

    state: str
    many: int


class Funnel(NamedTuple):
    """The phases of one template, each with how long its bars are."""

    template: str
    phases: tuple[tuple[PhaseReach, float, float], ...]


COLUMNS = (
    Column("Customer"),
    Column("State", "number"),
    Column("Done", "number"),
    Column("Overdue", "number"),
    Column("Day", "number"),
    Column("Phase"),
    Column("Segment"),
    Column("CSM"),
    Column("Next due"),
)


def report_page(report: Report, rows: Sequence[Row]) -> bytes:
    counted = Counter(row.progress.state if row.progress else UNREADABLE for row in rows)
    tallies = [Tally(state, counted[state]) for state in (UNREADABLE, *WORST_FIRST) if counted[state]]
    return render(
        "report",
        {
            "report": report,
            "title": f"Onboarding report · {report.today}",
            "tallies": tallies,
            "states": stack((tally.many, ROLES.get(tally.state, "bad")) for tally in tallies),
            "columns": COLUMNS,
            "rows": [cells(row) for row in sorted(rows, key=worst_first)],
            "enough": ENOUGH,
            "number": number,
            "burn_up": burn_up(report.weeks),
            "weekly": weekly(report.weeks),
            "funnels": tuple(_funnels(report)),
            "longest": max((entry.days for entry in report.waiting), default=0),
            "share": share,
            "figures": figure_words,
            "left_out": tuple(left_out(report)),
        },
        script="sort.js",
    )


def cells(row: Row) -> tuple[Cell, ...]:
    """A customer's cells, in the order of COLUMNS."""
    if row.progress is None:
        empty = [Cell("") for _ in COLUMNS[2:]]
        return (Cell(row.name, row.name), Cell(UNREADABLE, -1, "bad", row.error or ""), *empty)
    progress = row.progress
    counts, facts, coming = progress.counts, progress.facts, progress.next_item
    done = share(counts.done, counts.total)
    return (
        Cell(row.name, row.name),
        Cell(progress.state, WORST_FIRST.index(progress.state), ROLES[progress.state], "; ".join(progress.why)),
        Cell(fraction(counts), done, done=done),
        Cell(str(counts.overdue or ""), counts.overdue, "bad"),
        Cell(day_words(progress).removeprefix("day "), progress.day if progress.day is not None else ""),
        Cell(progress.phase.partition(" ")[2] or progress.phase, progress.phase),
        Cell(facts.segment_title or "", facts.segment or ""),
        Cell(facts.csm or "", facts.csm or ""),
        Cell(day_text(coming.due), coming.due.isoformat(), "", coming.text) if coming else Cell(""),
    )


def figure_words(figure: Figure) -> str:
    """Over how many customers a median is."""
    return f"n = {figure.n}" + (", too few to generalise" if figure.too_few else "")


def _funnels(report: Report) -> Iterator[Funnel]:
    """Template by template, in the order of the report."""
    by_template: dict[str, list[PhaseReach]] = {}
    for entry in report.funnel:
        by_template.setdefault(entry.template, []).append(entry)
    for template, entries in by_template.items():
        phases = [(e, share(e.reached, e.customers), share(e.finished, e.customers)) for e in entries]
        yield Funnel(template, tuple(phases))
