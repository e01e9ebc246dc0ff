"""The customer's own page."""

from typing import NamedTuple

from onbo.onboarding.sharing import Shared, SharedSection
from onbo.present.pages.drawing import Axis, Part, axis, share
from onbo.present.pages.page import render
from onbo.present.sharing import title_words


class Lane(NamedTuple):
    """A phase in the timeline. bar: None where it has no dates; done: how long the bar is of what is done."""

    phase: SharedSection
    title: str
    bar: Part | None
    done: float


def share_page(shared: Shared) -> bytes:
    days = axis([*(day for phase in shared.phases for day in (phase.start, phase.due)), shared.target_go_live])
    if days and shared.done < shared.total:
        days = axis([*days, shared.today])
    return render(
        "share",
        {
            "shared": shared,
            "title": f"Onboarding plan{f' · {shared.customer}' if shared.customer else ''}",
            "done": share(shared.done, shared.total),
            "lanes": [_lane(phase, days) for phase in shared.phases],
            "axis": days,
            "today": days.at(shared.today) if days and days.first <= shared.today <= days.last else None,
            "go_live": days.at(shared.target_go_live) if days and shared.target_go_live else None,
            "titled": title_words,
        },
    )


def _lane(phase: SharedSection, days: Axis | None) -> Lane:
    dated = days is not None and phase.start is not None and phase.due is not None and phase.start <= phase.due
    bar = days.bar(phase.start, phase.due) if days and dated and phase.start and phase.due else None
    return Lane(phase, title_words(phase.title), bar, share(phase.done, phase.total))
