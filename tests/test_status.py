"""How customers stand: one, and all."""

import json
from pathlib import Path

import pytest

from runner import onbo
from workspace import PLAN, customer, put

PHASE_1 = ("1.1", "1.2", "1.3", "1.4", "1.5")


def gamma(*ticked: str) -> None:
    onbo("new", "gamma", "--segment", "mid-market", "--kickoff", "2026-12-01")
    for number in ticked:
        assert onbo("check", "gamma", number, "--all").status == 0


def row(*options: str) -> dict[str, object]:
    [found] = json.loads(onbo(*options, "status", "gamma", "--json").out)["customers"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("ticked", "today", "state", "why"),
    [
        ((), "2026-12-12", "off track", "26 of 26 items due are overdue (100 %, off track over 60 %)"),
        (
            ("1.1", "1.2", "1.3.1", "1.3.2", "1.3.3", "1.3.4", "1.3.5"),
            "2026-12-12",
            "at risk",
            "6 of 26 items due are overdue (23 %, at risk from 20 %)",
        ),
        (PHASE_1[:3], "2026-12-12", "on track", "4 of 26 items due are overdue (15 %, at risk from 20 %)"),
        (
            ("1",),
            "2027-01-02",
            "at risk",
            "18 of 49 items due are overdue (37 %, at risk from 20 %); first value was due 2026-12-31",
        ),
        ((), "2026-11-30", "upcoming", "kickoff is 2026-12-01"),
    ],
)
def test_the_state_and_why(ticked: tuple[str, ...], today: str, state: str, why: str) -> None:
    gamma(*ticked)
    found = row("--today", today)
    assert (found["state"], found["why"]) == (state, why)


def test_complete_is_a_ticked_gate_that_its_evidence_bears_out() -> None:
    gamma("4.3.5", "4.3.6")
    onbo("set", "gamma", "Activation Rate=85", "Date Achieved=2026-12-10", "90-Day Health Score=72")
    assert onbo("check", "gamma", "gate", "--all").status == 0
    found = row()
    assert (found["state"], found["why"], found["done"]) == ("complete", "all 8 gate items are done", 10)


def test_a_gate_ticked_against_its_evidence_is_not_complete() -> None:
    gamma()
    onbo("set", "gamma", "Activation Rate=80")
    assert onbo("check", "gamma", "gate", "--all", "--force").status == 0
    found = row()
    assert found["state"] == "off track"
    said = onbo("status", "gamma").out
    assert "gate 5.1 User activation rate above 80%: Activation Rate is 80%, not above 80\n" in said
    assert "gate 5.7 Recurring meeting cadence confirmed: 4.3.6 Confirm ongoing meeting cadence is not done\n" in said


def test_the_day() -> None:
    gamma()
    found = row()
    assert (found["day"], found["length"], found["overdue"], found["next_due"]) == (12, 90, 26, "2026-12-14")
    assert "day 12 of 90, off track" in onbo("status", "gamma").out


def test_due_dates() -> None:
    gamma()
    items = json.loads(onbo("show", "gamma", "--json").out)["items"]
    due = {item["number"]: item["due"] for item in items}
    assert len(due) == 86
    assert {number: due[number] for number in ("1.1.1", "1.2.1", "1.3.7", "1.5.1", "2.3.1", "4.3.7")} == {
        "1.1.1": "2026-11-30",
        "1.2.1": "2026-12-02",
        "1.3.7": "2026-12-07",
        "1.5.1": "2026-12-14",
        "2.3.1": "2026-12-30",
        "4.3.7": "2027-02-28",
    }
    assert [due[f"5.{n}"] for n in range(1, 9)] == [None] * 8


def test_json_of_a_customer() -> None:
    customer()
    assert json.loads(onbo("status", "--json").out) == {
        "schema": 1,
        "kind": "status",
        "today": "2026-12-12",
        "customers": [
            {
                "slug": "acme",
                "name": "Acme Corp",
                "path": "customers/acme.md",
                "template": None,
                "version": None,
                "customer_id": None,
                "segment": "smb",
                "csm": "Dana Doe",
                "state": "unscheduled",
                "why": "no kickoff date",
                "done": 1,
                "total": 4,
                "na": 1,
                "overdue": 0,
                "kickoff": None,
                "day": None,
                "length": None,
                "next_due": None,
                "error": None,
                "phases": [
                    {
                        "number": "1",
                        "title": "Account Setup",
                        "state": "active",
                        "done": 1,
                        "total": 2,
                        "na": 1,
                        "start": None,
                        "due": None,
                        "sections": [],
                    },
                    {
                        "number": "2",
                        "title": "Go-Live Gate",
                        "state": "not started",
                        "done": 0,
                        "total": 2,
                        "na": 0,
                        "start": None,
                        "due": None,
                        "sections": [],
                    },
                ],
                "gate": {"done": 0, "total": 2},
                "last_change": None,
            }
        ],
    }


def test_json_of_items_and_fields() -> None:
    customer(
        text="**CSM:** [Name]\n\n## Setup\n\n- [ ] Call @ann due:2026-12-13 waiting:it <!-- id=c -->\n  > note\n- [~] b (n/a: why)\n"
    )
    said = json.loads(onbo("show", "acme", "1", "--json").out)
    assert (said["schema"], said["kind"], said["customer"]) == (1, "show", "acme")
    first, second = said["items"]
    assert first == {
        "number": "1.1",
        "key": "id=c",
        "id": "c",
        "text": "Call",
        "mark": " ",
        "state": "waiting",
        "owner": "ann",
        "due": "2026-12-13",
        "waiting": "it",
        "reason": None,
        "section": "Setup",
        "phase": "Setup",
        "line": 5,
        "tip": None,
        "notes": ["note"],
    }
    assert (second["state"], second["reason"], second["key"]) == ("n/a", "why", "setup > b")
    assert said["fields"] == [{"label": "CSM", "section": None, "value": None, "type": "text", "filled": False}]


def test_show_narrows_to_a_section_or_an_item() -> None:
    customer()
    assert onbo("show", "acme", "go-live").out == (
        "acme  1 / 4 done (1 n/a)\n\n2 Go-Live Gate  0 / 2\n  [ ] 2.1 Users can log in\n  [ ] 2.2 Sponsor confirms\n"
    )
    assert onbo("show", "acme", "sso").out == "[x] 1.2 Configure SSO\n"
    assert onbo("show", "acme", "zebra").status == 2
    assert onbo("show", "acme", "a", "b").err.startswith("error: customers/acme.md: no item 'a b'")


def test_tips_are_the_template_s_and_notes_our_own() -> None:
    onbo("new", "acme", "--segment", "smb")
    path = Path("customers/acme.md")
    path.write_text(path.read_text().replace("useful immediately.\n", "useful immediately.\n\n  Ours.\n"))
    said = onbo("show", "acme", "1.4").out.splitlines()
    assert said[1:] == ["      tip: Imported data makes the product feel useful immediately.", "      note: Ours."]


def test_nested_items_are_shown_below_theirs() -> None:
    customer(text="## A\n\n- [ ] a\n  - [ ] b\n\n### Empty\n\n## C\n\nno items\n\n## B\n\n- [ ] c\n")
    assert onbo("show", "acme").out == (
        "acme  0 / 3 done\n\n1 A  0 / 2\n  [ ] 1.1 a\n    [ ] 1.1.1 b\n\n2 B  0 / 1\n  [ ] 2.1 c\n"
    )


# --- all customers ---


def portfolio() -> None:
    plan = "**Customer:** {}\n**Segment:** {}\n**CSM:** {}\n**Kickoff Date:** {}\n\n## Start (Days 1-20)\n\n- [ ] a due:{}\n- [{}] b\n"
    for slug, *values in (
        ("late", "Late", "SMB", "Ann", "2026-12-01", "2026-12-02", " "),
        ("fine", "Fine", "Mid-Market", "Bob", "2026-12-02", "2026-12-20", "x"),
        ("soon", "Soon", "Enterprise", "Ann Lee", "2027-01-01", "2027-01-03", " "),
        ("none", "None", "SMB", "Bob", "[Date]", "2026-12-30", " "),
    ):
        customer(slug, plan.format(*values))


def names(*options: str) -> list[str]:
    return [line.split()[0] for line in onbo("status", *options).out.splitlines()[1:-1]]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], ["Late", "None", "Fine", "Soon"]),
        (["--sort", "name"], ["Fine", "Late", "None", "Soon"]),
        (["--sort", "done"], ["Late", "None", "Soon", "Fine"]),
        (["--sort", "kickoff"], ["Late", "Fine", "Soon", "None"]),
        (["--sort", "due"], ["Fine", "Late", "None", "Soon"]),
        (["--sort", "overdue"], ["Late", "Fine", "None", "Soon"]),
        (["--segment", "Mid Market"], ["Fine"]),
        (["--csm", "ann"], ["Late", "Soon"]),
        (["--state", "upcoming"], ["Soon"]),
        (["soon", "late"], ["Late", "Soon"]),
    ],
)
def test_order_and_filters(options: list[str], expected: list[str]) -> None:
    portfolio()
    assert names(*options) == expected


def test_totals_come_last() -> None:
    portfolio()
    assert onbo("status").out.splitlines()[-1] == (
        "4 customers: 1 off track, 1 unscheduled, 1 on track, 1 upcoming; 1 / 8 items done"
    )
    assert onbo("status", "--template", "90-day").out == "No customer is like that.\n"


def test_archived_customers_are_left_out() -> None:
    customer()
    customer("archive/old")
    assert onbo("status").out.splitlines()[-1].startswith("1 customer: ")
    assert onbo("status", "old").status == 0


def test_a_complete_customer() -> None:
    customer(text="**Kickoff Date:** 2026-12-01\n\n## A (Day 1)\n\n- [x] a\n- [~] b\n")
    assert onbo("status").out.splitlines()[1] == "acme      complete  1 / 1  ██████████"


def test_the_template_filter() -> None:
    onbo("new", "a", "--segment", "smb")
    customer("b")
    assert names("--template", "essentials") == ["a"]


def test_one_that_cannot_be_read_is_a_row_and_exit_3() -> None:
    portfolio()
    Path("customers/bad.md").write_bytes("x".encode("utf-16"))
    for options in ([], ["--segment", "smb"], ["bad", "fine"]):
        said = onbo("status", *options)
        assert said.status == 3
        assert "bad" in names(*options)
        assert "unreadable" in said.out
        assert "is not UTF-8 text (UTF-16 or binary)" in said.out
        assert len(names(*options)) > 1
    said = onbo("status", "--json")
    assert said.status == 3
    [bad] = [row for row in json.loads(said.out)["customers"] if row["slug"] == "bad"]
    assert bad["error"] == "is not UTF-8 text (UTF-16 or binary)"
    assert bad["state"] is None
    assert bad["phases"] == []
    assert len(json.loads(said.out)["customers"]) == 5


@pytest.mark.parametrize("sort", ["state", "name", "done", "kickoff", "due", "overdue"])
def test_any_order_takes_one_that_cannot_be_read(sort: str) -> None:
    portfolio()
    Path("customers/bad.md").write_bytes("x".encode("utf-16"))
    assert len(names("--sort", sort)) == 5


def test_the_only_one_that_cannot_be_read() -> None:
    Path("customers").mkdir()
    Path("customers/bad.md").write_bytes("x".encode("utf-16"))
    assert onbo("status", "bad").status == 3
    assert onbo("status").status == 3


def test_front_matter_that_cannot_be_read_is_said() -> None:
    put("customers/acme.md", f"---\na: 1\na: 2\n---\n{PLAN}")
    [found] = json.loads(onbo("status", "--json").out)["customers"]
    assert found["error"] == "front matter: has the key 'a' twice"
    assert (found["done"], found["total"]) == (1, 4)
    assert onbo("show", "acme").err == "warning: customers/acme.md:3: front matter: has the key 'a' twice\n"


def test_wide_names_stand_in_line() -> None:
    customer("a", "**Customer:** 株式会社\n\n- [ ] a\n")
    customer("b", "**Customer:** Zoe\u0301\n\n- [ ] a\n")
    first, second = onbo("status", "--sort", "due").out.splitlines()[1:3][::-1]
    assert first.startswith("株式会社  unscheduled")
    assert second.startswith("Zoe\u0301       unscheduled")


def test_explain_marks_the_rule_that_decided() -> None:
    customer()
    said = onbo("status", "acme", "--explain").out
    assert "\n> unscheduled  no kickoff date\n" in said
    assert said.count("\n> ") == 1


@pytest.mark.parametrize("kickoff", ["9999-12-30", "0001-01-01"])
def test_the_ends_of_the_calendar(kickoff: str) -> None:
    customer(text=f"**Kickoff Date:** {kickoff}\n\n## A (Days 0-90)\n\n- [ ] a\n\n## B (Days 1-99999)\n\n- [ ] b\n")
    for words in (["status"], ["status", "acme"], ["show", "acme"]):
        assert onbo(*words).status == 0


def test_a_date_that_does_not_exist_is_no_date() -> None:
    customer(text="**Kickoff Date:** 2026-02-30\n\n- [ ] a\n")
    assert "unscheduled: no kickoff date" in onbo("status", "acme").out


def test_front_matter_too_large_to_be_read() -> None:
    customer(text="---\n" + "a: 1\n" * 20_000 + "---\n- [ ] a\n")
    assert onbo("show", "acme").err == "warning: customers/acme.md:2: front matter is over 64 KB\n"


def test_front_matter_nested_beyond_reading() -> None:
    customer(text=f"---\na: {'[' * 5_000}\n---\n- [ ] a\n")
    said = onbo("show", "acme")
    assert (said.status, said.out.splitlines()[0]) == (0, "acme  0 / 1 done")
    assert said.err.startswith("warning: customers/acme.md:2: front matter ")


def test_a_line_of_brackets_is_plain_text() -> None:
    customer(text=f"**A:** {'[' * 5_000}[Date]{']' * 5_000}\n\n- [ ] {'[' * 5_000}@ann\n- [ ] {'[a](' * 400} @ann\n")
    assert onbo("status", "acme").status == 0
    assert onbo("show", "acme", "--json").status == 0


def test_a_hundred_thousand_brackets_and_backticks_end_soon() -> None:
    customer(text=f"- [ ] {'`[' * 50_000}\n- [ ] {'<' * 100_000}\n- [ ] {'*a _b ' * 20_000}\n")
    assert onbo("show", "acme").status == 0
