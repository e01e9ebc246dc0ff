"""Fields of a copy whose template is known: types, rules, and the words around the answer."""

import json
from pathlib import Path

import pytest

from onbo.cli.commands.fill import choices
from onbo.onboarding.field_types import FieldType
from runner import Result, onbo
from workspace import customer, put

TEMPLATE = """\
---
fields:
  Plan: {type: choice, options: [Basic, Pro]}
  Seats: {type: number}
  Budget: {type: value}
  Live On: {type: date, within_days: 10, optional: true}
  Odd: {type: whatever}
  Words: text
---
# Plan

**Kickoff Date:** [Date]
**Plan:** [Which plan]
**Seats:** [How many] seats
**Budget:** [How much]
**Live On:** [When]
**Odd:** [Name]
**Words:** [Name]

- [ ] one
"""


@pytest.fixture(autouse=True)
def gamma(own_directory: Path) -> Path:
    onbo("new", "gamma", "--segment", "mid-market", "--kickoff", "2026-12-01")
    return own_directory / "customers" / "gamma.md"


def fill(*settings: str) -> Result:
    return onbo("set", "gamma", *settings)


def reads(*settings: str) -> str:
    said = fill(*settings)
    assert said.status == 0, said.err
    return said.out


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        ("Activation Rate=85", "**Activation Rate:** 85% of licensed users active"),
        ("activation rate=90 %", "**Activation Rate:** 90% of licensed users active"),
        ("Activation Rate=0", "**Activation Rate:** 0% of licensed users active"),
        ("Activation Rate=100%", "**Activation Rate:** 100% of licensed users active"),
        ("30-Day Health Score=72", "**30-Day Health Score:** 72/100 -- Yellow"),
        ("30-Day Health Score=79.5", "**30-Day Health Score:** 79.5/100 -- Green"),
        ("30-Day Health Score=75", "**30-Day Health Score:** 75/100 -- Green"),
        ("30-Day Health Score=74.999", "**30-Day Health Score:** 74.999/100 -- Yellow"),
        ("30-Day Health Score=50", "**30-Day Health Score:** 50/100 -- Yellow"),
        ("30-Day Health Score=49.9", "**30-Day Health Score:** 49.9/100 -- Red"),
        ("Segment=Mid Market", "**Segment:** Mid-Market"),
        ("First Value Milestone=[a] report", "**First Value Milestone:** [a] report"),
        ("Target First Value Date=kickoff+30", "**Target First Value Date:** 2026-12-31  (Thursday)"),
        ("Handoff to Steady-State CSM=next mon", "**Handoff to Steady-State CSM:** 2026-12-14  (Monday)"),
    ],
)
def test_what_a_field_reads(setting: str, line: str, gamma: Path) -> None:
    assert reads(setting) == f"{line}\n"
    again = gamma.read_bytes()
    assert reads(setting) == f"{line}\n"  # in the place of the same: nothing to tell
    assert gamma.read_bytes() == again


def test_a_filled_value_keeps_its_suffix(gamma: Path) -> None:
    before = gamma.read_bytes()
    assert reads("Activation Rate=85") == "**Activation Rate:** 85% of licensed users active\n"
    assert reads("Activation Rate=90%") == (
        "**Activation Rate:** 90% of licensed users active  (was: 85% of licensed users active)\n"
    )
    assert reads("30-Day Health Score=72", "30-Day Health Score=40") == "**30-Day Health Score:** 40/100 -- Red\n"
    assert reads("30-Day Health Score=80") == "**30-Day Health Score:** 80/100 -- Green  (was: 40/100 -- Red)\n"
    assert reads("Segment=smb") == "**Segment:** SMB  (was: Mid-Market)\n"
    assert reads("Segment=Mid Market") == "**Segment:** Mid-Market  (was: SMB)\n"
    assert gamma.read_bytes() == before.replace(b"[___%] of licensed", b"90% of licensed").replace(
        b"[Score]/100 -- [Green/Yellow/Red]", b"80/100 -- Green", 1
    )


@pytest.mark.parametrize("filled", [False, True])
@pytest.mark.parametrize(
    ("setting", "status"),
    [
        ("Target First Value Date=kickoff+45", 1),
        ("Target First Value Date=2026-11-30", 1),
        ("30-Day Health Score/2=Red", None),
        ("Onboarding Status=Complete", 1),
        ("Kickoff Date=2026-02-30", 2),
        ("Kickoff Date=01/12/26", 2),
        ("Segment=Gigantic", 2),
        ("Activation Rate=180", 2),
        ("Activation Rate=", 2),
        ("30-Day Health Score=101", 2),
        ("30-Day Health Score/2=Blue", 2),
        ("30-Day Health Score/3=Red", 2),
        ("Completion Date=soon", 2),
        ("Nonsense=1", 2),
        ("CSM=a\x1bb", 2),
        ("CSM=a\u202eb", 2),
    ],
)
def test_what_is_refused_leaves_the_file_untouched(setting: str, status: int | None, filled: bool, gamma: Path) -> None:
    if filled:
        reads(
            *("Target First Value Date=kickoff+30", "30-Day Health Score=80", "Onboarding Status=In Progress"),
            *("Activation Rate=85", "Completion Date=fri", "CSM=Ann"),
        )
    elif status is None:
        return  # without a score every colour is as good
    before = gamma.read_bytes()
    said = fill("First Value Milestone=x", setting)
    assert (said.status, said.out) == (status or 1, "")
    assert said.err.startswith("error: ")
    assert gamma.read_bytes() == before


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        ("Target First Value Date=kickoff+45", "**Target First Value Date:** 2027-01-15  (Friday)"),
        ("Onboarding Status=Complete", "**Onboarding Status:** Complete"),
    ],
)
def test_force_writes_what_breaks_its_rule(setting: str, line: str, gamma: Path) -> None:
    assert onbo("set", "gamma", setting, "--force").out == f"{line}\n"
    assert f"\n{line.split('  ', maxsplit=1)[0]}\n" in gamma.read_text()


def test_force_does_not_write_what_is_not_of_its_type(gamma: Path) -> None:
    before = gamma.read_bytes()
    assert onbo("set", "gamma", "Segment=Gigantic", "--force").status == 2
    assert gamma.read_bytes() == before


def test_a_value_edited_by_hand_is_replaced_whole(gamma: Path) -> None:
    text = gamma.read_text()
    gamma.write_text(text.replace("[___%] of licensed users active", "about half, Ann says"))
    assert reads("Activation Rate=55") == (
        "**Activation Rate:** 55% of licensed users active  (was: about half, Ann says)\n"
    )
    gamma.write_text(text.replace("[Score]/100 -- [Green/Yellow/Red]", "good", 1))
    assert reads("30-Day Health Score=80") == "**30-Day Health Score:** 80/100 -- Green  (was: good)\n"


def test_the_rules_of_the_template_hold(own_directory: Path) -> None:
    put("templates/plan.md", TEMPLATE)
    onbo("new", "delta", "--template", "plan", "--kickoff", "2026-12-01")
    (own_directory / "templates" / "plan.md").unlink()

    def said(setting: str) -> tuple[int, str]:
        result = onbo("set", "delta", setting, "-q")
        return result.status, result.both

    assert said("Plan=pro") == (0, "**Plan:** Pro\n")
    assert said("Plan=Gold") == (2, "error: Plan: 'Gold' is not one of its options; choose Basic, Pro\n")
    assert said("Seats=12") == (0, "**Seats:** 12 seats\n")
    assert said("Seats=many") == (2, "error: Seats: 'many' is not a number\n")
    assert said("Seats=-3.5") == (0, "**Seats:** -3.5 seats  (was: 12 seats)\n")
    assert said("Budget=$1,200 a year") == (0, "**Budget:** $1,200 a year\n")
    assert said("Budget=lots") == (2, "error: Budget: 'lots' is not a number, with or without a unit\n")
    assert said("Live On=kickoff+11")[0] == 1
    assert said("Live On=kickoff+10") == (0, "**Live On:** 2026-12-11  (Friday)\n")
    assert said("Odd=anything") == (0, "**Odd:** anything\n")
    assert said("Words=anything") == (0, "**Words:** anything\n")


def test_a_copy_whose_snapshot_is_gone_takes_text() -> None:
    reads("Activation Rate=85")
    for snapshot in Path(".onbo/base").iterdir():
        snapshot.unlink()
    assert reads("Activation Rate=most") == "**Activation Rate:** most  (was: 85% of licensed users active)\n"
    assert fill("Kickoff Date=soon").status == 2  # its label means a date wherever it stands


def test_types_of_cells_come_from_the_snapshot(gamma: Path) -> None:
    table = "Current vs. Benchmark"
    reads(f"{table}/Feature Adoption/Current=62", f"{table}/Feature Adoption/Benchmark=70")
    assert "| Feature Adoption | 62% | 70% | -8 pp |\n" in gamma.read_text()
    assert reads(f"{table}/Feature Adoption/Current=71.5") == "Feature Adoption | 71.5% | 70% | +1.5 pp  (was: 62%)\n"
    assert fill(f"{table}/Feature Adoption/Current=171").status == 2
    assert fill(f"{table}/Feature Adoption/Gap=1").status == 2
    reads("ROI Summary/Hours/Baseline=0")
    assert reads("ROI Summary/Hours/Current=5") == "Hours | 0 | 5 | n/a\n"
    reads("ROI Summary/Cost/Baseline=200", "ROI Summary/Cost/Current=150")
    assert reads("ROI Summary/Tickets/Baseline=30", "ROI Summary/Tickets/Current=40") == "Tickets | 30 | 40 | +33.3%\n"
    assert "| Cost | 200 | 150 | -25% |\n| Tickets | 30 | 40 | +33.3% |\n\n" in gamma.read_text()


def test_a_row_added_behind_prototypes_keeps_the_placeholders_of_the_template(gamma: Path) -> None:
    for name in ("a", "b", "c"):
        reads(f"ROI Summary/{name}/Current=1")
    assert "| c | [Value] | 1 | [% change] |\n" in gamma.read_text()
    assert reads("ROI Summary/c/Baseline=2") == "c | 2 | 1 | -50%\n"


def test_moving_the_kickoff_shows_old_and_new_dates(gamma: Path) -> None:
    onbo("due", "gamma", "1.2.1", "2026-12-20")
    before = gamma.read_bytes()
    dry = onbo("set", "gamma", "Kickoff Date=2026-12-08", "--dry-run")
    assert "-**Kickoff Date:** 2026-12-01\n+**Kickoff Date:** 2026-12-08\n" in dry.out
    assert "2.1 User Activation           2026-12-20  2026-12-27\n" in dry.out
    assert dry.out.endswith("stays, pinned: 1.2.1 Conduct kickoff meeting with customer stakeholders  due 2026-12-20\n")
    assert gamma.read_bytes() == before
    said = json.loads(onbo("set", "gamma", "Kickoff Date=2026-12-08", "--json").out)
    assert said["changed"] == [{"label": "Kickoff Date", "reads": "**Kickoff Date:** 2026-12-08", "was": "2026-12-01"}]
    moved = {entry["number"]: (entry["before"], entry["after"]) for entry in said["moved"]}
    assert len(moved) == 18
    assert moved["1.1"] == ("2026-11-30", "2026-12-07")
    assert [entry["number"] for entry in said["pinned"]] == ["1.2.1"]
    assert gamma.read_bytes() == before.replace(b"Date:** 2026-12-01", b"Date:** 2026-12-08")


def test_the_same_kickoff_moves_nothing() -> None:
    assert reads("Kickoff Date=2026-12-01") == "**Kickoff Date:** 2026-12-01  (Tuesday)\n"


def test_setting_several_is_one_write(gamma: Path) -> None:
    said = onbo("set", "gamma", "CSM=Ann", "Activation Rate=85", "--dry-run")
    assert said.out.count("--- a/") == 1
    assert "[CSM Name]" in gamma.read_text()


def test_a_renamed_label_and_the_built_in_one() -> None:
    put("onbo.toml", '[fields]\n"Kickoff Date" = "Start"\n')
    assert json.loads(onbo("status", "gamma", "--json").out)["customers"][0]["kickoff"] == "2026-12-01"
    customer("beta", "**Start:** [Date]\n**Kickoff Date:** 2026-12-01\n\n- [ ] a\n")
    assert json.loads(onbo("status", "beta", "--json").out)["customers"][0]["kickoff"] is None
    assert onbo("set", "beta", "Start=today", "-q").out == "**Start:** 2026-12-12  (Saturday)\n"
    assert json.loads(onbo("status", "beta", "--json").out)["customers"][0]["kickoff"] == "2026-12-12"


# --- fill ---


FORM = """\
# Acme

**Kickoff Date:** [Date]
**Activation Rate:** [___%] of users
**Segment:** [Enterprise / Mid-Market / SMB]
**CSM:** Ann

## Setup

**Owner:** [Name]
**Setup Notes:**
> [Document it]

## Training

**Owner:** [Name]
"""


def test_fill_asks_for_what_is_not_filled() -> None:
    path = customer(text=FORM)
    said = onbo("fill", "acme", stdin="2026-12-01\n180\n85\n\n\nAll is well.\nBob\n", tty=True)
    assert said.status == 0
    dates = "2026-03-12, today, tomorrow, fri, next mon, +3d, +2w, +5bd, kickoff+14"
    for question in (
        f"Kickoff Date (a date: {dates}; Enter to skip): ",
        "Activation Rate (a percentage from 0 to 100; Enter to skip): ",
        "Segment (Enterprise, Mid-Market, SMB; Enter to skip): ",
        "Setup/Owner (text; Enter to skip): ",
        "Setup Notes (text; Enter to skip): ",
        "Training/Owner (text; Enter to skip): ",
    ):
        assert said.err.count(question) == 1 + question.startswith("Activation"), question
    assert "error: Activation Rate: '180' is not a percentage from 0 to 100\n" in said.err
    assert path.read_text() == (
        FORM.replace("[Date]", "2026-12-01")
        .replace("[___%]", "85%")
        .replace("[Document it]", "All is well.")
        .replace("## Training\n\n**Owner:** [Name]", "## Training\n\n**Owner:** Bob")
    )


def test_fill_asks_again_where_a_rule_says_no() -> None:
    path = customer(text="**Kickoff Date:** 2026-12-01\n**Value On:** [Date -- must be within 30 days]\n")
    said = onbo("fill", "acme", stdin="kickoff+31\nsoon\nkickoff+30\n", tty=True)
    assert said.status == 0
    assert said.err.count("Value On (a date: 2026-03-12") == 3
    assert "within 30 days of kickoff; Enter to skip" in said.err
    assert path.read_text().endswith("**Value On:** 2026-12-31\n")


def test_fill_with_nothing_to_fill() -> None:
    customer(text="**CSM:** Ann\n")
    assert onbo("fill", "acme", tty=True).both == "every field is filled\nnext: onbo status acme\n"


def test_fill_stops_where_the_user_leaves() -> None:
    path = customer(text=FORM)
    said = onbo("fill", "acme", stdin="today\n", tty=True)
    assert said.status == 130
    assert path.read_text() == FORM.replace("[Date]", "2026-12-12")


@pytest.mark.parametrize("words", [["fill", "acme"], ["--no-input", "fill", "acme"]])
def test_fill_needs_a_terminal(words: list[str]) -> None:
    path = customer(text=FORM)
    said = onbo(*words, stdin="today\n", tty=len(words) == 3)
    assert (said.status, said.err) == (2, "error: fill asks questions; off a terminal use onbo set\n")
    assert path.read_text() == FORM


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (FieldType("choice", options=("High", "Low")), "High, Low"),
        (FieldType("number", high=100), "a number from 0 to 100"),
        (FieldType("number"), "a number"),
        (FieldType("value"), "a number, with a unit if you like"),
        (FieldType("text"), "text"),
    ],
)
def test_choices(kind: FieldType, words: str) -> None:
    assert choices(kind) == words
