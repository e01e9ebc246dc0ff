"""`report`: figures as tables and JSON."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from onbo.document.identity import key_texts
from onbo.history.figures import ENOUGH, Figure, Forecast, Report
from onbo.present.counts import iso, plural
from onbo.present.text import Line, Piece, Table, line

FEW = "*"
WEEKS_SHOWN = 8
BAR = 30


class Part(NamedTuple):
    title: Line
    table: Table


def parts(report: Report) -> Iterator[Part]:
    """The tables of a report, those that have a row."""
    makers: tuple[tuple[str, Callable[[Report], Table]], ...] = (
        (f"{plural(len(report.customers), 'customer')}: median days from kickoff", _figures),
        ("Median days a section takes", _sections),
        ("Waiting", _waiting),
        ("Late most often", _bottlenecks),
        ("Items done a week", _weeks),
        ("When it will be done, at the pace so far", _forecasts),
        ("How far they are", _funnel),
    )
    for title, make in makers:
        table = make(report)
        if table.rows:
            yield Part(line(Piece(title, "strong")), table)


def footnotes(report: Report) -> Iterator[Line]:
    """What the stars mean, and what was left out."""
    figures = [figure for group in report.groups for figure in (group.first_value, group.go_live, group.complete)]
    figures += [section.days for section in report.sections]
    few = any(figure.too_few and figure.n for figure in figures)
    if few or any(entry.too_few for entry in report.bottlenecks):
        yield line(Piece(f"{FEW} fewer than {ENOUGH} customers: too few to generalise", "muted"))
    for words in left_out(report):
        yield line(Piece(words, "muted"))


def left_out(report: Report) -> Iterator[str]:
    """What is in no figure."""
    first = report.groups[0]
    for name, figure in (("first value", first.first_value), ("go-live", first.go_live), ("complete", first.complete)):
        if figure.left_out:
            yield f"{name}: {figure.left_out} before kickoff, left out"
    early = sum(section.days.left_out for section in report.sections)
    if early:
        yield f"sections: {early} finished before they were to start, left out"


def number(value: float | None) -> str:
    """12, or 12.5"""
    return "" if value is None else f"{value:.1f}".removesuffix(".0")


def _figure(figure: Figure) -> Piece:
    """12 of 7 customers: `12 (7)`"""
    if figure.median is None:
        return Piece("", "muted")
    return Piece(f"{number(figure.median)} ({figure.n}{FEW if figure.too_few else ''})")


def _figures(report: Report) -> Table:
    names = {"all": "all", "segment": "segment", "csm": "CSM"}
    rows = tuple(
        (
            Piece(f"{names[group.by]} {group.name or '-'}" if group.by != "all" else "all", "strong"),
            Piece(str(group.customers)),
            _figure(group.first_value),
            _figure(group.go_live),
            _figure(group.complete),
        )
        for group in report.groups
    )
    right = frozenset(["Customers", "First value", "Go-live", "Complete"])
    return Table(("Of", "Customers", "First value", "Go-live", "Complete"), rows, right, ("Of",))


def _sections(report: Report) -> Table:
    rows = tuple(
        (
            Piece(entry.section or "(before the first heading)"),
            _figure(entry.days),
            Piece(number(entry.planned)),
            _in(entry.phase, entry.section),
        )
        for entry in report.sections
    )
    return Table(("Section", "Days", "Planned", "Phase"), rows, frozenset(["Days", "Planned"]), ("Phase", "Section"))


def _in(phase: str, section: str) -> Piece:
    return Piece(phase if phase != section else "", "muted")


def _waiting(report: Report) -> Table:
    rows = tuple(
        (
            Piece(entry.party, "strong"),
            Piece(str(entry.days)),
            Piece(number(entry.median)),
            Piece(str(entry.items)),
            Piece(str(entry.customers)),
            Piece(str(entry.still or ""), "warn"),
        )
        for entry in report.waiting
    )
    columns = ("For", "Days", "Median", "Items", "Customers", "Still")
    return Table(columns, rows, frozenset(columns[1:]), ("For",))


def _bottlenecks(report: Report) -> Table:
    rows = tuple(
        (
            Piece(f"{round(entry.share * 100)} %", "bad"),
            Piece(f"{entry.late} of {entry.customers}{FEW if entry.too_few else ''}"),
            Piece(entry.text),
            Piece(entry.section, "muted"),
        )
        for entry in report.bottlenecks
    )
    return Table(("Late", "Customers", "Item", "Section"), rows, frozenset(["Late"]), ("Section", "Item"))


def _weeks(report: Report) -> Table:
    shown = report.weeks[-WEEKS_SHOWN:]
    most = max((week.done for week in shown), default=0) or 1
    rows = tuple(
        (
            Piece(f"{week.monday}"),
            Piece(str(week.done)),
            Piece("█" * -(-week.done * BAR // most), "muted"),
            Piece(f"{week.cumulative} / {week.total}"),
        )
        for week in shown
    )
    return Table(("Week of", "Done", "", "In all"), rows, frozenset(["Done", "In all"]))


def _forecasts(report: Report) -> Table:
    rows = tuple(
        (
            Piece(entry.name, "strong"),
            Piece(iso(entry.expected) or "-", _role(entry)),
            Piece(iso(entry.planned) or ""),
            Piece(f"{entry.pace:.2f}" if entry.pace is not None else ""),
            Piece(entry.section or entry.why_not or "", "muted"),
        )
        for entry in report.forecasts
    )
    columns = ("Customer", "Expected", "Planned", "Pace", "By")
    return Table(columns, rows, frozenset(["Pace"]), ("By", "Customer"))


def _role(entry: Forecast) -> str:
    if entry.expected is None or entry.planned is None:
        return "muted"
    return "bad" if entry.expected > entry.planned else "good"


def _funnel(report: Report) -> Table:
    rows = tuple(
        (
            Piece(f"{entry.number} {entry.title}"),
            Piece(str(entry.customers)),
            Piece(str(entry.reached)),
            Piece(str(entry.finished)),
            Piece(entry.template, "muted"),
        )
        for entry in report.funnel
    )
    columns = ("Phase", "Customers", "Reached", "Finished", "Template")
    return Table(columns, rows, frozenset(columns[1:4]), ("Template", "Phase"))


def report_json(report: Report) -> dict[str, Any]:
    return {
        "since": iso(report.since),
        "customers": list(report.customers),
        "figures": [_plain(group) for group in report.groups],
        "sections": [_plain(section) for section in report.sections],
        "waiting": [_plain(entry) for entry in report.waiting],
        "bottlenecks": _bottleneck_values(report),
        "weekly": [_plain(week) for week in report.weeks],
        "forecasts": [_plain(entry) for entry in report.forecasts],
        "funnel": [_plain(entry) for entry in report.funnel],
        "notes": list(report.notes),
    }


def _bottleneck_values(report: Report) -> list[dict[str, Any]]:
    texts = key_texts(entry.key for entry in report.bottlenecks)
    return [_plain(entry) | {"key": texts[entry.key]} for entry in report.bottlenecks]


def _plain(value: Any) -> Any:
    """A named tuple as an object, dates in ISO."""
    if hasattr(value, "_asdict"):
        return {name: _plain(entry) for name, entry in value._asdict().items()}
    return value.isoformat() if hasattr(value, "isoformat") else value
