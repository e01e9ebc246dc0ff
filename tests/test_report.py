"""`onbo report`: figures worked out by hand, from small histories in real repositories."""

import json
from pathlib import Path
from typing import Any

import pytest

from repository import commit
from runner import onbo
from workspace import git, put

# Two dated sections of two items, and a gate. Kickoff is Day 1, so with kickoff on 1 December, section One is due on
# 5 December (Day 5), Two on the 10th (Day 10), the gate on the 20th (Day 20).
PLAN = """\
---
template: small
---
# Plan

**Customer:** {name}
**Segment:** {segment}
**CSM:** {csm}
**Kickoff Date:** {kickoff}
**Date Achieved:** {achieved}

## One (Days 1-5)

- [ ] alpha
- [ ] beta

## Two (Days 6-10)

- [ ] gamma
- [ ] delta

## Gate (Days 11-20)

- [ ] signed
"""


@pytest.fixture(autouse=True)
def repository(own_directory: Path) -> Path:
    git("init", "--quiet", "--initial-branch=main")
    put("onbo.toml", "")
    return own_directory


def make(slug: str, **said: str) -> None:
    words = {"name": slug.title(), "segment": "SMB", "csm": "Ann", "kickoff": "2026-12-01", "achieved": "[Date]"} | said
    put(f"customers/{slug}.md", PLAN.format(**words))


def edit(slug: str, *changes: tuple[str, str]) -> None:
    path = Path(f"customers/{slug}.md")
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_bytes(text.encode())


def tick(day: str, slug: str, *items: str) -> None:
    edit(slug, *((f"[ ] {item}", f"[x] {item}") for item in items))
    commit(day)


def told(*words: str, today: str = "2026-12-12") -> dict[str, Any]:
    said = onbo("report", "--json", "--today", today, *words)
    assert said.status == 0, said.err
    found: dict[str, Any] = json.loads(said.out)
    return found


def figure(median: float | None, n: int, left_out: int = 0) -> dict[str, Any]:
    return {"median": median, "n": n, "left_out": left_out}


# --- Lengths ---


def test_first_value_go_live_and_completion() -> None:
    # Kickoff 1 December. First value after 4, 9 and 20 days: the median is 9. One date before kickoff cannot be.
    for slug, achieved in (("a", "05"), ("b", "10"), ("c", "21")):
        make(slug, achieved=f"2026-12-{achieved}")
    make("d", achieved="2026-11-20")
    make("e")
    commit("2026-12-01")
    # Go-live after 14 days, of the one that has the field.
    edit("a", ("**CSM:**", "**Go-Live Date:** 2026-12-15\n**CSM:**"))
    # a's gate was ticked on the 11th, 10 days after kickoff; b's on the 13th, but its Completion Date says the 15th: 14
    # days. The median of 10 and 14 is 12. c has a Completion Date and an open gate: not complete.
    tick("2026-12-11", "a", "signed")
    edit("b", ("**CSM:**", "**Completion Date:** 2026-12-15\n**CSM:**"))
    edit("c", ("**CSM:**", "**Completion Date:** 2026-12-15\n**CSM:**"))
    tick("2026-12-13", "b", "signed")
    everyone = told(today="2026-12-30")["figures"][0]
    assert everyone == {
        "by": "all",
        "name": "",
        "customers": 5,
        "first_value": figure(9, 3, 1),
        "go_live": figure(14, 1),
        "complete": figure(12, 2),
    }
    said = onbo("report", "--today", "2026-12-30")
    assert said.out.split("\n")[2].split() == ["all", "5", "9", "(3*)", "14", "(1*)", "12", "(2*)"]
    assert "* fewer than 5 customers: too few to generalise" in said.out
    assert "first value: 1 before kickoff, left out" in said.out


def test_by_segment_and_csm_and_what_is_wanted() -> None:
    make("a", achieved="2026-12-03")
    make("b", achieved="2026-12-05", segment="Mid-Market", csm="Bob Okoro")
    make("c", achieved="2026-12-11", segment="Mid-Market", kickoff="2026-12-05")
    make("d", kickoff="[Date]", csm="[Name]")
    commit("2026-12-01")
    figures = told()["figures"]
    assert [(group["by"], group["name"], group["customers"], group["first_value"]) for group in figures] == [
        ("all", "", 4, figure(4, 3)),
        ("segment", "mid-market", 2, figure(5, 2)),
        ("segment", "smb", 2, figure(2, 1)),
        ("csm", "", 1, figure(None, 0)),
        ("csm", "Ann", 2, figure(4, 2)),
        ("csm", "Bob Okoro", 1, figure(4, 1)),
    ]
    assert told("--segment", "Mid-Market")["customers"] == ["b", "c"]
    assert told("--csm", "bob")["customers"] == ["b"]
    assert told("--since", "2026-12-02")["customers"] == ["c"]
    assert told("--since", "7d")["customers"] == ["c"]
    assert onbo("report", "--csm", "nobody").out == "no customers to report on\n"


def test_enough_customers_to_generalise() -> None:
    for slug in "abcde":
        make(slug, achieved="2026-12-03")
    commit("2026-12-01")
    assert onbo("report").out.split("\n")[2].split() == ["all", "5", "2", "(5)"]
    assert "too few" not in onbo("report").out


def test_archived_customers_are_in_it() -> None:
    make("a", achieved="2026-12-03")
    commit("2026-12-01")
    tick("2026-12-09", "a", "signed")
    onbo("archive", "a")
    commit("2026-12-10")
    assert told()["figures"][0]["complete"] == figure(8, 1)


# --- Sections ---


def test_how_long_a_section_takes() -> None:
    # One begins on 1 December (Day 1). a ticks its last on the 4th: 3 days. b on the 8th: 7 days. The median is 5; the
    # plan gives 4, from Day 1 to Day 5. c has one open, d finished before it was to start (left out), and nobody knows
    # when e's were ticked, which came so.
    for slug in "abc":
        make(slug)
    make("d", kickoff="2026-12-10")
    make("e")
    edit("e", ("[ ] alpha", "[x] alpha"), ("[ ] beta", "[x] beta"))
    commit("2026-12-01")
    tick("2026-12-02", "a", "alpha")
    tick("2026-12-04", "a", "beta")
    tick("2026-12-05", "c", "alpha")
    tick("2026-12-06", "d", "alpha", "beta")
    edit("b", ("[ ] alpha", "[~] alpha (n/a: none)"))
    tick("2026-12-08", "b", "beta")
    report = told()
    assert report["sections"] == [{"phase": "One", "section": "One", "days": figure(5, 2, 1), "planned": 4}]
    assert "sections: 1 finished before they were to start, left out" in onbo("report").out


def test_a_section_without_days_begins_with_its_first_tick() -> None:
    put("customers/a.md", "# P\n\n## S\n\n### T\n\n- [ ] one\n- [ ] two\n- [ ] three\n")
    commit("2026-12-01")
    tick("2026-12-03", "a", "two")
    tick("2026-12-07", "a", "one", "three")
    assert told()["sections"] == [{"phase": "S", "section": "T", "days": figure(4, 1), "planned": None}]


def test_a_tick_that_was_taken_back_is_dated_anew() -> None:
    make("a")
    commit("2026-12-01")
    tick("2026-12-02", "a", "alpha", "beta")
    edit("a", ("[x] beta", "[ ] beta"))
    commit("2026-12-03")
    tick("2026-12-05", "a", "beta")
    report = told()
    assert report["sections"][0]["days"] == figure(4, 1)
    assert sum(week["done"] for week in report["weekly"]) == 2


# --- Waiting ---


def test_waiting_days_per_party() -> None:
    # alpha waits for the customer from the 2nd to the 6th (4 days) and again from the 8th to today, the 12th (4 days);
    # gamma from the 2nd until it is done on the 9th (7 days): 15 days, in three waits, the median is 4. beta waits for
    # IT from the 6th on: 6 days.
    make("a")
    make("b")
    commit("2026-12-01")
    edit("a", ("alpha", "alpha waiting:customer"))
    edit("b", ("gamma", "gamma waiting:Customer"))
    commit("2026-12-02")
    edit("a", ("alpha waiting:customer", "alpha"), ("beta", "beta waiting:it"))
    commit("2026-12-06")
    edit("a", ("alpha", "alpha waiting:customer"))
    commit("2026-12-08")
    tick("2026-12-09", "b", "gamma")
    assert told()["waiting"] == [
        {"party": "customer", "days": 15, "items": 3, "customers": 2, "still": 1, "median": 4},
        {"party": "it", "days": 6, "items": 1, "customers": 1, "still": 1, "median": 6},
    ]
    assert "customer    15       4      3          2      1" in onbo("report").out


def test_waiting_for_another_is_another_wait() -> None:
    make("a")
    edit("a", ("alpha", "alpha waiting:customer"))
    commit("2026-12-01")
    edit("a", ("waiting:customer", "waiting:it"))
    commit("2026-12-04")
    edit("a", ("- [ ] alpha waiting:it\n", ""))
    commit("2026-12-10")
    found = {entry["party"]: (entry["days"], entry["still"]) for entry in told()["waiting"]}
    assert found == {"it": (6, 0), "customer": (3, 0)}


# --- Bottlenecks ---


def test_late_share_per_item() -> None:
    # Today is the 12th: section One was due on the 5th, Two on the 10th, the gate is not due yet.
    # alpha: a in time on the 5th, b late on the 6th, c open and overdue, d n/a: 2 of 3.
    # beta: a and b in time, c came ticked (nobody knows), d open: 1 of 3.  gamma: all four open: 4 of 4.
    # delta: done by all on the 9th.
    for slug in "abcd":
        make(slug)
    edit("c", ("[ ] beta", "[x] beta"))
    edit("d", ("[ ] alpha", "[~] alpha"))
    commit("2026-12-01")
    tick("2026-12-05", "a", "alpha", "beta")
    tick("2026-12-04", "b", "beta")
    tick("2026-12-06", "b", "alpha")
    for slug in "abcd":
        tick("2026-12-09", slug, "delta")
    found = [(entry["text"], entry["late"], entry["customers"]) for entry in told()["bottlenecks"]]
    assert found == [("gamma", 4, 4), ("alpha", 2, 3), ("beta", 1, 3)]
    assert told()["bottlenecks"][1]["share"] == pytest.approx(2 / 3)
    assert " 67 %  2 of 3*    alpha" in onbo("report").out


def test_items_of_enough_customers_come_first_and_ten_at_most() -> None:
    for number in range(6):
        make(f"c{number}")
    put("customers/own.md", PLAN.format(name="Own", segment="SMB", csm="A", kickoff="2026-12-01", achieved="x"))
    edit("own", ("- [ ] alpha", "".join(f"- [ ] own {n}\n" for n in range(12)) + "- [ ] alpha"))
    commit("2026-12-01")
    tick("2026-12-02", "c0", "alpha")
    found = told()["bottlenecks"]
    assert [(entry["text"], entry["late"], entry["customers"]) for entry in found[:4]] == [
        ("beta", 7, 7),
        ("gamma", 7, 7),
        ("delta", 7, 7),
        ("alpha", 6, 7),
    ]
    assert len(found) == 10


# --- Weeks ---


def test_items_done_a_week_and_the_burn_up() -> None:
    # 30 November 2026 is a Monday. a has 5 items from the 1st on, b from the 8th. One tick on the 2nd, two on the 8th
    # and one on the 20th, a Sunday; the week of the 21st has none, today is in it. One item is dropped on the 9th.
    make("a")
    commit("2026-12-01")
    tick("2026-12-02", "a", "alpha")
    make("b")
    tick("2026-12-08", "a", "beta", "gamma")
    edit("b", ("- [ ] delta\n", ""), ("[ ] gamma", "[~] gamma"))
    commit("2026-12-09")
    tick("2026-12-20", "b", "alpha")
    assert told(today="2026-12-22")["weekly"] == [
        {"monday": "2026-11-30", "done": 1, "cumulative": 1, "total": 5},
        {"monday": "2026-12-07", "done": 2, "cumulative": 3, "total": 8},
        {"monday": "2026-12-14", "done": 1, "cumulative": 4, "total": 8},
        {"monday": "2026-12-21", "done": 0, "cumulative": 4, "total": 8},
    ]
    lines = onbo("report", "--today", "2026-12-22").out.split("\n")
    assert "2026-12-07     2  ██████████████████████████████   3 / 8" in lines
    assert len(told("--since", "2026-12-01", today="2026-12-22")["weekly"]) == 4
    assert [entry["monday"] for entry in told("--since", "2026-12-09", today="2026-12-22")["weekly"]] == []


def test_what_two_branches_did_counts_once() -> None:
    make("a")
    commit("2026-12-01")
    git("checkout", "--quiet", "-b", "side")
    tick("2026-12-02", "a", "alpha")
    git("checkout", "--quiet", "main")
    edit("a", ("**CSM:** Ann", "**CSM:** Anna"))
    tick("2026-12-03", "a", "alpha")
    git("merge", "--quiet", "--no-edit", "side")
    [week] = told(today="2026-12-06")["weekly"]
    assert (week["done"], week["cumulative"], week["total"]) == (1, 1, 5)


# --- Forecasts ---


def forecasts(today: str = "2026-12-12") -> dict[str, dict[str, Any]]:
    return {entry["slug"]: entry for entry in told(today=today)["forecasts"]}


def test_forecast_by_the_last_finished_section() -> None:
    # a finished One, due on Day 5, on the 8th, which is Day 8: pace 8 / 5 = 1.6. The plan has 20 days, so it expects
    # Day 32: 1 January. b finished Two, due on Day 10, on Day 5: pace 0.5, Day 10, the 10th; that has passed, so today.
    # c has finished nothing, d has not begun, e is unscheduled, f is complete: it has no forecast.
    for slug in "abcf":
        make(slug)
    make("d", kickoff="2026-12-20")
    make("e", kickoff="[Date]")
    commit("2026-12-01")
    tick("2026-12-05", "b", "alpha", "beta", "gamma", "delta")
    tick("2026-12-08", "a", "alpha", "beta")
    tick("2026-12-09", "f", "signed")
    found = forecasts()
    assert list(found) == ["a", "b", "c", "d"]
    assert (found["a"]["expected"], found["a"]["pace"], found["a"]["section"]) == ("2027-01-01", 1.6, "1 One")
    assert found["a"]["planned"] == "2026-12-20"
    assert (found["b"]["expected"], found["b"]["pace"]) == ("2026-12-12", 0.5)
    assert found["c"]["why_not"] == "no section with days is finished, or it is not known when"
    assert found["d"]["why_not"] == "it has not begun"
    assert "A         2027-01-01  2026-12-20  1.60  1 One" in onbo("report").out


def test_forecast_in_time_and_before_the_plan() -> None:
    # Finished on its very day: the pace is 1, and the forecast the plan's last day. Finished before kickoff: as if on Day 1.
    make("a")
    make("b", kickoff="2026-12-06")
    commit("2026-12-01")
    tick("2026-12-05", "a", "alpha", "beta")
    tick("2026-12-05", "b", "alpha", "beta")
    found = forecasts(today="2026-12-07")
    assert (found["a"]["expected"], found["a"]["pace"]) == ("2026-12-20", 1)
    assert (found["b"]["expected"], found["b"]["pace"]) == ("2026-12-09", 0.2)


def test_no_forecast_without_days_or_calendar() -> None:
    put("customers/a.md", "**Kickoff Date:** 2026-12-01\n\n## S\n\n- [ ] one\n")
    make("z", kickoff="0001-01-01")
    edit("z", ("Days 11-20", "Days 11-99999"))
    commit("2026-12-01")
    tick("2026-12-05", "z", "alpha", "beta")
    found = forecasts()
    assert found["a"]["why_not"] == "the plan names no days"
    assert found["z"]["why_not"] == "the pace leads out of the calendar"


# --- The funnel ---


def test_how_far_they_are() -> None:
    # One: a and b have done something in it, c only something later, which counts as reached. Finished: a alone.
    for slug in "abcd":
        make(slug)
    commit("2026-12-01")
    tick("2026-12-02", "a", "alpha", "beta")
    tick("2026-12-03", "b", "alpha")
    tick("2026-12-04", "c", "gamma")
    put("customers/x.md", "## One\n\n- [x] a\n")
    found = [(p["template"], p["title"], p["reached"], p["finished"], p["customers"]) for p in told()["funnel"]]
    assert found == [
        ("", "One", 1, 1, 1),
        ("small", "One", 3, 1, 4),
        ("small", "Two", 1, 0, 4),
        ("small", "Gate", 0, 0, 4),
    ]


# --- What cannot be known ---


def test_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make("a", achieved="2026-12-03")
    report = told()
    assert report["figures"][0]["first_value"] == figure(2, 1)
    assert (report["weekly"], report["sections"]) == ([], [])
    assert report["notes"] == [
        "this is not in a git repository: fields tell their dates, and of ticks nothing is known"
    ]
    assert onbo("report").err == f"note: {report['notes'][0]}\n"


def test_nothing_committed_and_nothing_there() -> None:
    assert onbo("report").out == "no customers to report on\n"
    make("a")
    assert told()["notes"] == ["nothing is committed yet, so nothing is known of what happened when"]
    assert told()["weekly"] == [{"monday": "2026-12-07", "done": 0, "cumulative": 0, "total": 5}]


def test_not_committed_is_today() -> None:
    make("a")
    commit("2026-12-01")
    edit("a", ("[ ] alpha", "[x] alpha"), ("[ ] beta", "[x] beta"))
    report = told()
    assert report["weekly"][-1] == {"monday": "2026-12-07", "done": 2, "cumulative": 2, "total": 5}
    assert report["sections"][0]["days"] == figure(11, 1)


def test_what_cannot_be_read_stops_nothing() -> None:
    make("a")
    Path("customers/b.md").write_bytes("x".encode("utf-16"))
    Path("customers/c.md").symlink_to("/nowhere")
    commit("2026-12-01")
    said = onbo("report")
    assert said.status == 3
    assert said.out.startswith("1 customer: ")
    assert "error: customers/b.md is not UTF-8 text" in said.err
    assert "customers/c.md" in said.err
    assert json.loads(onbo("report", "--json").out)["customers"] == ["a"]
