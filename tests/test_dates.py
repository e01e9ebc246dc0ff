"""Dates: as people type them, and as the calendar moves them."""

import builtins
import json
import re
from datetime import date
from typing import Any

import pytest

from onbo.errors import UsageError
from onbo.onboarding.dates import add_working_days, read_date, spoken
from onbo.onboarding.schedule import deadline, roll
from onbo.onboarding.settings import Calendar
from runner import onbo
from workspace import customer, put

SATURDAY = date(2026, 12, 12)
KICKOFF = date(2026, 12, 1)


# --- as typed ---


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-31", "2026-12-31"),
        (" 2026-12-31 ", "2026-12-31"),
        ("today", "2026-12-12"),
        ("TODAY", "2026-12-12"),
        ("tomorrow", "2026-12-13"),
        ("fri", "2026-12-18"),
        ("Friday", "2026-12-18"),
        ("sat", "2026-12-19"),
        ("sun", "2026-12-13"),
        ("mon", "2026-12-14"),
        ("next mon", "2026-12-14"),
        ("next  Sunday", "2026-12-20"),
        ("next sat", "2026-12-19"),
        ("+0d", "2026-12-12"),
        ("+3d", "2026-12-15"),
        ("+20d", "2027-01-01"),
        ("+2w", "2026-12-26"),
        ("+0bd", "2026-12-12"),
        ("+1bd", "2026-12-14"),
        ("+5bd", "2026-12-18"),
        ("+6bd", "2026-12-21"),
        ("kickoff", "2026-12-01"),
        ("kickoff+14", "2026-12-15"),
        ("Kickoff + 31", "2027-01-01"),
        ("kickoff-1", "2026-11-30"),
        ("kickoff+455", "2028-02-29"),
        ("2028-02-29", "2028-02-29"),
    ],
)
def test_a_date_as_people_type_it(typed: str, day: str) -> None:
    assert read_date(typed, SATURDAY, KICKOFF).isoformat() == day


@pytest.mark.parametrize(
    ("today", "typed", "day"),
    [
        ("2026-12-31", "tomorrow", "2027-01-01"),
        ("2028-02-28", "tomorrow", "2028-02-29"),
        ("2027-02-28", "tomorrow", "2027-03-01"),
        ("2028-02-28", "+2d", "2028-03-01"),
        ("2026-12-31", "fri", "2027-01-01"),
        ("2026-12-31", "+1bd", "2027-01-01"),
        ("2026-12-14", "mon", "2026-12-21"),
        ("2026-12-14", "next mon", "2026-12-21"),
        ("2026-12-14", "next tue", "2026-12-22"),
        ("2026-12-14", "tue", "2026-12-15"),
    ],
)
def test_across_leap_days_year_ends_and_weeks(today: str, typed: str, day: str) -> None:
    assert read_date(typed, date.fromisoformat(today)).isoformat() == day


@pytest.mark.parametrize(
    "typed",
    ["2026-02-29", "2026-13-01", "2026-00-10", "0000-01-01"],
)
def test_a_day_that_there_is_not(typed: str) -> None:
    with pytest.raises(UsageError, match="there is no such day"):
        read_date(typed, SATURDAY)


@pytest.mark.parametrize(
    "typed",
    [
        *["", "01/12/26", "12.01.2026", "2026-1-1", "20261201", "2026-W50-6", "1 December", "２０２６-12-01"],
        *["+3", "3d", "-3d", "+3m", "+999999d", "next", "next week", "mo", "friyay"],
        *["kickoff14", "kickoff+", "kickoff*2"],
    ],
)
def test_what_is_not_a_date(typed: str) -> None:
    with pytest.raises(UsageError, match="not a date that can be read one way only") as refused:
        read_date(typed, SATURDAY, KICKOFF)
    assert refused.value.hint == "write 2026-03-12, today, tomorrow, fri, next mon, +3d, +2w, +5bd, kickoff+14"


@pytest.mark.parametrize("typed", ["+99999w", "kickoff+99999"])
def test_past_the_end_of_the_calendar(typed: str) -> None:
    with pytest.raises(UsageError):
        read_date(typed, date(9999, 12, 1), date(9999, 12, 1))


def test_kickoff_needs_a_kickoff() -> None:
    with pytest.raises(UsageError, match="needs a kickoff date, and there is none yet"):
        read_date("kickoff+14", SATURDAY)


def test_working_days() -> None:
    calendar = Calendar(weekend=(4,), holidays=frozenset([date(2026, 12, 13)]))
    assert add_working_days(SATURDAY, 1, calendar) == date(2026, 12, 14)
    assert add_working_days(SATURDAY, 5, calendar) == date(2026, 12, 19)
    assert spoken(SATURDAY) == "2026-12-12 (Saturday)"


# --- as the calendar moves them ---


@pytest.mark.parametrize(
    ("way", "day", "moved"),
    [
        ("none", "2026-12-12", "2026-12-12"),
        ("back", "2026-12-12", "2026-12-11"),
        ("back", "2026-12-13", "2026-12-11"),
        ("back", "2026-12-14", "2026-12-14"),
        ("forward", "2026-12-12", "2026-12-14"),
        ("forward", "2026-12-11", "2026-12-11"),
        ("back", "2026-12-27", "2026-12-24"),
        ("forward", "2026-12-25", "2026-12-28"),
        ("forward", "2027-01-01", "2027-01-01"),
    ],
)
def test_rolling(way: str, day: str, moved: str) -> None:
    calendar = Calendar(way, holidays=frozenset([date(2026, 12, 25)]))
    assert roll(date.fromisoformat(day), calendar, way).isoformat() == moved


@pytest.mark.parametrize(("way", "last"), [("none", "2026-12-27"), ("back", "2026-12-25"), ("forward", "2026-12-25")])
def test_within_days_of_kickoff_never_moves_forward(way: str, last: str) -> None:
    assert deadline(date(2026, 11, 27), 30, Calendar(way)) == date.fromisoformat(last)


def test_a_deadline_past_the_end_of_the_calendar_is_none() -> None:
    assert deadline(date(9999, 12, 31), 1, Calendar()) is None


def due(number: str) -> str | None:
    items = json.loads(onbo("show", "gamma", "--json").out)["items"]
    found: str | None = next(item["due"] for item in items if item["number"] == number)
    return found


@pytest.mark.parametrize(
    ("calendar", "day"),
    [
        ("", "2026-12-27"),  # a Sunday
        ('roll = "none"', "2026-12-27"),
        ('roll = "back"', "2026-12-25"),
        ('roll = "forward"', "2026-12-28"),
        ('roll = "back"\nholidays = [2026-12-25]', "2026-12-24"),
        ('roll = "forward"\nholidays = [2026-12-28]', "2026-12-29"),
        ('roll = "back"\nweekend = ["fri", "sat"]', "2026-12-27"),
        ('roll = "back"\nweekend = []', "2026-12-27"),
        ('roll = "back"\ncountry = "DE"', "2026-12-24"),
        ('roll = "back"\ncountry = "de"\nholidays = [2026-12-24]', "2026-12-23"),
    ],
)
def test_due_dates_by_the_calendar_of_settings(calendar: str, day: str) -> None:
    put("onbo.toml", f"[calendar]\n{calendar}\n")
    onbo("new", "gamma", "--segment", "mid-market", "--kickoff", "2026-12-08")
    assert due("2.1.1") == day


def test_a_pinned_date_is_not_moved() -> None:
    put("onbo.toml", '[calendar]\nroll = "back"\n')
    onbo("new", "gamma", "--segment", "mid-market", "--kickoff", "2026-12-08")
    onbo("due", "gamma", "2.1.1", "2026-12-27")
    assert (due("2.1.1"), due("2.1.2")) == ("2026-12-27", "2026-12-25")


def test_public_holidays_are_no_working_days() -> None:
    put("onbo.toml", '[calendar]\ncountry = "DE"\n')
    customer(text="- [ ] a\n")
    said = onbo("--today", "2026-12-24", "due", "acme", "a", "+1bd")
    assert said.out.startswith("[ ] 0.1 a due:2026-12-28  (Monday)\n")


def test_a_country_without_known_holidays() -> None:
    put("onbo.toml", '[calendar]\ncountry = "XX"\n')
    customer()
    said = onbo("status")
    assert (said.status, said.err) == (3, "error: onbo.toml: calendar.country: no holidays are known for 'XX'\n")


def test_a_country_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name == "holidays":
            raise ImportError(name)
        return imported(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    put("onbo.toml", '[calendar]\ncountry = "DE"\n')
    customer()
    said = onbo("status")
    assert said.status == 3
    assert said.err == "error: onbo.toml: calendar.country needs the holidays extra; pip install 'onbo[holidays]'\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[calendar]\nroll = "up"', 'setting calendar.roll must be "none", "back" or "forward"'),
        ('[calendar]\nweekend = "sun"', "setting calendar.weekend must list at most six of mon, tue"),
        ('[calendar]\nholidays = ["2026-12-25"]', "setting calendar.holidays must list dates, as in [2026-12-25]"),
        ("[calendar]\nholidays = 2026-12-25", "setting calendar.holidays must list dates, as in [2026-12-25]"),
        ('[calendar]\ncountry = "Germany"', 'setting calendar.country must be a two-letter code, as in "DE"'),
        ("[calendar]\ncountry = 49", 'setting calendar.country must be a two-letter code, as in "DE"'),
        ("[calendar]\nrole = 1", "setting calendar.role is unknown; did you mean roll?"),
        ("[health]\ngreen = 75.5", "setting [health] takes green and yellow, whole numbers"),
        ("[health]\ngreen = true", "setting [health] takes green and yellow, whole numbers"),
        ("[health]\ngreen = 40", "setting [health] takes green and yellow, whole numbers"),  # below yellow
        ("[health]\ngreen = 101", "setting [health] takes green and yellow, whole numbers"),
        ("[health]\nred = 10", "setting [health] takes green and yellow, whole numbers"),
        ("[health.smb]\nyellow = 80", "setting [health.smb] takes green and yellow, whole numbers"),
        ("[health.smb]\nyellow = -1", "setting [health.smb] takes green and yellow, whole numbers"),
        ("[[health]]\ngreen = 1", "setting health is not a setting"),
    ],
)
def test_settings_of_calendar_and_health_that_cannot_be_accepted(text: str, why: str) -> None:
    put("onbo.toml", text)
    customer()
    for words in (["status"], ["set", "acme", "CSM=Ann"], ["next"]):
        said = onbo(*words)
        assert said.status == 3
        assert re.match(rf"error: onbo\.toml(:[12])?: {re.escape(why)}", said.err)
