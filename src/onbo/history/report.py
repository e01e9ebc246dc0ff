"""Digests of customers -> a Report."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from statistics import median

from onbo.document.identity import ItemKey, SectionKey
from onbo.history.digest import Digest, DueItem
from onbo.history.figures import Bottleneck, Figure, Group, PhaseReach, Report, SectionTime, WaitingTime, Week, figure
from onbo.history.replay import Wait

ITEMS_LISTED = 10


def report(digests: Sequence[Digest], today: date, since: date | None = None, notes: Iterable[str] = ()) -> Report:
    """The figures over these customers.

    since  weeks before it are left out; whose kickoff was earlier is for the caller to leave out
    """
    forecasts = [digest.forecast for digest in digests if digest.forecast]
    forecasts.sort(key=lambda entry: (entry.expected is None, -(entry.expected or today).toordinal(), entry.slug))
    return Report(
        today,
        since,
        tuple(digest.slug for digest in digests),
        tuple(_groups(digests)),
        tuple(_section_times(digests)),
        tuple(_waiting(digests, today)),
        tuple(_bottlenecks(digests)),
        tuple(_weeks(digests, today, since)),
        tuple(forecasts),
        tuple(_funnel(digests)),
        tuple(notes),
    )


def _groups(digests: Sequence[Digest]) -> Iterator[Group]:
    yield _group("all", "", digests)
    ways: tuple[tuple[str, Callable[[Digest], str | None]], ...] = (
        ("segment", lambda digest: digest.facts.segment),
        ("csm", lambda digest: digest.facts.csm),
    )
    for by, of in ways:
        groups: dict[str, list[Digest]] = {}
        for digest in digests:
            groups.setdefault(of(digest) or "", []).append(digest)
        for name in sorted(groups):
            yield _group(by, name, groups[name])


def _group(by: str, name: str, digests: Sequence[Digest]) -> Group:
    def days(to: Callable[[Digest], date | None]) -> Figure:
        pairs = [(digest.facts.kickoff, to(digest)) for digest in digests]
        return figure((end - kickoff).days for kickoff, end in pairs if kickoff and end)

    return Group(
        by,
        name,
        len(digests),
        first_value=days(lambda digest: digest.facts.achieved),
        go_live=days(lambda digest: digest.facts.go_live),
        complete=days(lambda digest: digest.completed),
    )


def _section_times(digests: Sequence[Digest]) -> Iterator[SectionTime]:
    """Section by section, those of one key together."""
    taken: dict[SectionKey, list[float]] = {}
    planned: dict[SectionKey, list[int]] = {}
    titles: dict[SectionKey, tuple[str, str]] = {}
    for pace in (pace for digest in digests for pace in digest.sections):
        titles.setdefault(pace.key, (pace.phase, pace.section))
        if pace.taken is not None:
            taken.setdefault(pace.key, []).append(pace.taken)
        if pace.planned is not None:
            planned.setdefault(pace.key, []).append(pace.planned)
    for key, (phase, title) in titles.items():
        if key in taken:
            lengths = planned.get(key)
            yield SectionTime(phase, title, figure(taken[key]), median(lengths) if lengths else None)


def _waiting(digests: Sequence[Digest], today: date) -> Iterator[WaitingTime]:
    waits: dict[str, list[tuple[str, Wait]]] = {}
    for digest in digests:
        for wait in digest.waits:
            waits.setdefault(wait.party, []).append((digest.slug, wait))
    found = []
    for party, of_party in waits.items():
        # Commits may be dated before those that they follow: such a wait took no time.
        days = [max(((wait.until or today) - wait.since).days, 0) for _, wait in of_party]
        still = sum(wait.until is None for _, wait in of_party)
        customers = len({slug for slug, _ in of_party})
        found.append(WaitingTime(party, sum(days), len(days), customers, still, median(days)))
    yield from sorted(found, key=lambda entry: (-entry.days, entry.party))


def _bottlenecks(digests: Sequence[Digest]) -> list[Bottleneck]:
    due: Counter[ItemKey] = Counter()
    late: Counter[ItemKey] = Counter()
    items: dict[ItemKey, DueItem] = {}
    for item in (item for digest in digests for item in digest.due):
        due[item.key] += 1
        late[item.key] += item.late
        items[item.key] = item
    found = [
        Bottleneck(key, item.text, item.phase, item.section, late[key], due[key], late[key] / due[key])
        for key, item in items.items()
        if late[key]
    ]
    found.sort(key=lambda entry: (entry.too_few, -entry.share, -entry.late))
    return found[:ITEMS_LISTED]


def _weeks(digests: Sequence[Digest], today: date, since: date | None) -> Iterator[Week]:
    done: Counter[date] = Counter()
    for digest in digests:
        for day, count in digest.ticks.items():
            done[monday(day)] += count
    deltas = sorted(delta for digest in digests for delta in digest.deltas)
    if not deltas:
        return
    cumulative = total = at = 0
    week = monday(min(deltas[0].day, today))
    while week <= today:
        following = week + timedelta(days=7)
        while at < len(deltas) and (deltas[at].day < following or following > today):
            cumulative += deltas[at].done
            total += deltas[at].total
            at += 1
        if since is None or following > since:
            yield Week(week, done[week], cumulative, total)
        week = following


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def _funnel(digests: Sequence[Digest]) -> Iterator[PhaseReach]:
    """Template by template, phase by phase."""
    groups: dict[str, list[Digest]] = {}
    for digest in digests:
        groups.setdefault(digest.template, []).append(digest)
    for template in sorted(groups):
        found: dict[SectionKey, PhaseReach] = {}
        for phase in (phase for digest in groups[template] for phase in digest.phases):
            so_far = found.get(phase.key) or PhaseReach(template, phase.number, phase.title, 0, 0, 0)
            found[phase.key] = so_far._replace(
                reached=so_far.reached + phase.reached,
                finished=so_far.finished + phase.finished,
                customers=so_far.customers + 1,
            )
        yield from found.values()
