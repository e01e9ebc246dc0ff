"""The completion gate of the 90-day template, read from its snapshot."""

import json
from pathlib import Path

import pytest

from onbo.onboarding.gate import read_rule
from runner import onbo

EVIDENCE = ("Activation Rate=85", "Date Achieved=2026-12-31", "90-Day Health Score=50")


@pytest.fixture(autouse=True)
def gamma(own_directory: Path) -> Path:
    onbo("new", "gamma", "--segment", "mid-market", "--kickoff", "2026-12-01")
    return own_directory / "customers" / "gamma.md"


def results() -> list[str]:
    return [criterion["result"] for criterion in json.loads(onbo("gate", "gamma", "--json").out)["criteria"]]


def first(*settings: str) -> tuple[str, str]:
    if settings:
        assert onbo("set", "gamma", *settings).status == 0
    criterion = json.loads(onbo("gate", "gamma", "--json").out)["criteria"][0]
    return criterion["result"], criterion["evidence"]


def test_nothing_filled_is_unknown() -> None:
    assert results() == ["unknown"] * 5 + ["fail", "fail", "unknown"]  # two are ticks, and those are not there
    assert onbo("gate", "gamma").status == 0
    assert onbo("gate", "gamma", "--strict").status == 1


@pytest.mark.parametrize(
    ("rate", "result", "evidence"),
    [
        ("85", "pass", "Activation Rate is 85%, above 80"),
        ("80.1", "pass", "Activation Rate is 80.1%, above 80"),
        ("80", "fail", "Activation Rate is 80%, not above 80"),
        ("0", "fail", "Activation Rate is 0%, not above 80"),
    ],
)
def test_above_is_more_than(rate: str, result: str, evidence: str) -> None:
    assert first(f"Activation Rate={rate}") == (result, evidence)


def test_an_unfilled_field_is_unknown() -> None:
    assert first() == ("unknown", "Activation Rate is not filled")


def test_all_pass(gamma: Path) -> None:
    assert onbo("set", "gamma", *EVIDENCE).status == 0
    assert onbo("check", "gamma", "4.3.5", "4.3.6").status == 0
    assert results() == ["pass", "pass", "unknown", "unknown", "pass", "pass", "pass", "unknown"]
    assert onbo("gate", "gamma", "--strict").status == 1
    assert onbo("check", "gamma", "gate.3", "gate.4", "gate.8").status == 0
    said = onbo("gate", "gamma", "--strict")
    assert said.status == 0
    assert said.out.endswith("8 of 8 pass; 3 / 8 ticked\n")
    assert said.err == "rules from the template it was made from\n"
    assert onbo("skip", "gamma", "gate.8", "--why", "none").status == 2
    onbo("uncheck", "gamma", "gate.8")
    onbo("skip", "gamma", "gate.8", "--why", "none")
    assert len(results()) == 7
    assert "(n/a: none)" in gamma.read_text()


def test_a_contradicted_tick_is_refused_with_its_evidence(gamma: Path) -> None:
    onbo("set", "gamma", "Activation Rate=80")
    before = gamma.read_bytes()
    said = onbo("check", "gamma", "gate.1")
    assert (said.status, said.out) == (1, "")
    assert said.err == (
        "error: customers/gamma.md:189: 5.1 User activation rate above 80%: Activation Rate is 80%, not above 80;"
        " --force ticks it anyway\n"
    )
    assert onbo("check", "gamma", "gate", "--all").status == 1
    assert json.loads(onbo("check", "gamma", "gate.1", "--json").out)["status"] == 1
    assert gamma.read_bytes() == before
    assert onbo("check", "gamma", "gate.1", "--force").status == 0
    assert gamma.read_bytes() == before.replace(b"[ ] User activation rate", b"[x] User activation rate")
    assert first() == ("fail", "Activation Rate is 80%, not above 80")


def test_complete_wants_the_gate_done(gamma: Path) -> None:
    said = onbo("set", "gamma", "Onboarding Status=complete")
    assert (said.status, said.out) == (1, "")
    assert "the gate has open items: 5.1, 5.2, 5.3, 5.4, 5.5, 5.6, 5.7, 5.8" in said.err
    onbo("check", "gamma", "gate", "--all", "--force")
    assert onbo("set", "gamma", "Onboarding Status=complete", "-q").out == "**Onboarding Status:** Complete\n"
    assert "**Onboarding Status:** Complete\n" in gamma.read_text()


def test_the_snapshot_wins_over_a_newer_template() -> None:
    Path("templates").mkdir()
    Path("templates/90-day.md").write_text("---\ngate: []\n---\n- [ ] one\n")
    assert first("Activation Rate=85")[0] == "pass"
    for snapshot in Path(".onbo/base").iterdir():
        snapshot.unlink()
    assert first() == ("unknown", "no rule: a person ticks it")
    assert onbo("gate", "gamma").err == "rules from today's template 90-day\n"


def test_without_the_snapshot_the_built_in_template_has_the_rules() -> None:
    assert first("Activation Rate=85")[0] == "pass"
    for snapshot in Path(".onbo/base").iterdir():
        snapshot.unlink()
    assert first() == ("pass", "Activation Rate is 85%, above 80")


@pytest.mark.parametrize(
    "entry",
    [
        None,
        "text",
        {},
        {"item": 3, "ticked": "x"},
        {"item": "a"},
        {"item": "a", "ticked": 3},
        {"item": "a", "ticked": "x", "above": "1"},
        {"item": "a", "field": "x"},
        {"item": "a", "above": "1"},
        {"item": "a", "field": 3, "above": "1"},
        {"item": "a", "field": "x", "above": "1", "at_least": "2"},
        {"item": "a", "field": "x", "above": "1", "more": "2"},
        {"item": "a", "field": "x", "above": "many"},
        {"item": "a", "field": "x", "above": True},
        {"item": "a", "field": "x", "within_days": "soon"},
        {"item": "a", "field": "x", "below": "1"},
    ],
)
def test_an_entry_that_says_no_rule(entry: object) -> None:
    assert read_rule(entry) is None
