"""What a report is made from: every customer read, reckoned, and with its history."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from onbo.cli.case import Case
from onbo.cli.choices import refuse_unknown_segment
from onbo.cli.commands.status import row_of
from onbo.cli.context import App
from onbo.cli.histories import Gap, Gaps, gap, never_committed
from onbo.cli.survey import Unread, survey
from onbo.effects.histories import Archive, Trail
from onbo.effects.workspace import Customer
from onbo.errors import SystemFailedError
from onbo.history.digest import Digest, digest
from onbo.history.figures import Report
from onbo.history.report import report
from onbo.history.transitions import History
from onbo.onboarding.fields import Facts, segment_id
from onbo.present.status import Row


class Gathered(NamedTuple):
    """report; rows: the customers in it that are not archived, as `status` has them, and those that cannot be read."""

    report: Report
    rows: tuple[Row, ...]

    @property
    def unreadable(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.progress is None)


class Wanted(NamedTuple):
    """Which customers: of a segment, of a CSM, whose kickoff was that day or later."""

    segment: str | None = None
    csm: str | None = None
    since: date | None = None

    def keeps(self, facts: Facts) -> bool:
        return (
            (self.segment is None or facts.segment == segment_id(self.segment))
            and (self.csm is None or self.csm.casefold() in (facts.csm or "").casefold())
            and (self.since is None or (facts.kickoff is not None and facts.kickoff >= self.since))
        )


class Found(NamedTuple):
    """A customer that is wanted."""

    customer: Customer
    row: Row
    digest: Digest
    gap: Gap


def gather(app: App, wanted: Wanted) -> Gathered:
    """The report over the customers that are wanted, archived ones too."""
    app.require_settings()
    customers = app.workspace.customers(archived=True)
    archive = Archive(app.workspace, app.repository, app.settings, app.today) if app.repository else None
    unknown = (
        None if archive else "this is not in a git repository: fields tell their dates, and of ticks nothing is known"
    )
    trails: dict[str, Trail] = {}
    try:
        trails = {trail.customer.path: trail for trail in archive.trails() if trail.customer} if archive else {}
    except SystemFailedError as error:
        # Most of a report comes from the files alone, as where there is no repository.
        unknown = f"{error.message}{f' ({error.hint})' if error.hint else ''}: of ticks nothing is known"

    def look(case: Case) -> Found | None:
        row, progress = row_of(app, case)
        if not wanted.keeps(progress.facts):
            return None
        trail = trails.get(case.customer.path)
        history = archive.history(trail) if archive and trail else History(case.customer.slug, ())
        said = digest(history, case.document, progress, app.today, app.settings, row.template or "", case.gate_title)
        return Found(case.customer, row, said, gap(history))

    entries = list(survey(app, customers, look))
    found = [entry for entry in entries if isinstance(entry, Found)]
    if wanted.segment is not None and entries and not found:
        refuse_unknown_segment(app, wanted.segment)
    unread = [Row(e.customer.slug, e.path, error=e.said) for e in entries if isinstance(e, Unread)]
    known = [trails[entry.customer.path] for entry in found if trails]
    notes = [unknown] if unknown else _notes(app, known, [entry.gap for entry in found])
    rows = [entry.row for entry in found if not app.workspace.is_archived(entry.customer)]
    made = report([entry.digest for entry in found], app.today, wanted.since, notes)
    return Gathered(made, (*rows, *unread))


def _notes(app: App, trails: Sequence[Trail], lacking: Sequence[Gap]) -> list[str]:
    """What cannot be known."""
    gaps = Gaps()
    for entry in lacking:
        gaps.add(entry)
    return [*(never_committed(app.repository, trails) if app.repository else ()), *gaps.notes()]
