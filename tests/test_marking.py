"""check, uncheck and skip: what they write, say, and refuse."""

import json
from pathlib import Path

import pytest

from onbo.cli.marking import read_choice
from runner import onbo
from workspace import PLAN, customer


def test_ticking_twice_is_ticking_once() -> None:
    path = customer()
    assert onbo("check", "acme", "1.1").out == "[x] 1.1 Invite the users <!-- id=invite -->\n2 / 4 done (1 n/a)\n"
    once = path.read_bytes()
    said = onbo("check", "acme", "1.1")
    assert (said.status, said.out) == (0, "already done: 1.1 Invite the users\n2 / 4 done (1 n/a)\n")
    assert path.read_bytes() == once


def test_unticking_twice_is_unticking_once() -> None:
    path = customer()
    assert onbo("uncheck", "acme", "1.2").out == "[ ] 1.2 Configure SSO\n0 / 4 done (1 n/a)\n"
    once = path.read_bytes()
    assert onbo("uncheck", "acme", "1.2").out == "already open: 1.2 Configure SSO\n0 / 4 done (1 n/a)\n"
    assert path.read_bytes() == once


def test_the_same_item_named_twice_counts_once() -> None:
    customer()
    assert (
        onbo("check", "acme", "1.1", "invite", "invite the").out
        == "[x] 1.1 Invite the users <!-- id=invite -->\n2 / 4 done (1 n/a)\n"
    )


def test_what_is_not_applicable_is_not_ticked() -> None:
    path = customer()
    said = onbo("check", "acme", "1.1", "1.3")
    assert said.status == 2
    assert (
        said.err
        == "error: customers/acme.md:11: 1.3 Import data is marked not applicable; first: onbo uncheck acme 1.3\n"
    )
    assert path.read_text() == PLAN


@pytest.mark.parametrize(
    "words", [["check", "acme", "1.1"], ["uncheck", "acme", "1.2"], ["skip", "acme", "1.1", "--why", "x"]]
)
def test_dry_run_shows_the_change_and_writes_nothing(words: list[str]) -> None:
    path = customer()
    said = onbo(*words, "--dry-run")
    assert (said.status, said.err) == (0, "")
    removed, added = [line for line in said.out.splitlines()[2:] if line[:1] in "+-"]
    assert f"\n{removed[1:]}\n" in PLAN
    assert added[:4] == "+- ["
    assert added[4] != removed[4]
    assert path.read_text() == PLAN
    assert not Path(".onbo").exists()


def test_dry_run_of_nothing_shows_nothing() -> None:
    customer()
    said = onbo("check", "acme", "1.2", "-n")
    assert (said.out, said.err) == ("", "nothing to change\n")


def test_a_dry_run_shows_line_ends_and_a_missing_one() -> None:
    Path("customers").mkdir()
    Path("customers/acme.md").write_bytes(b"- [ ] a\r\n- [ ] b")
    assert onbo("check", "acme", "0.2", "-n").out == (
        "--- a/customers/acme.md\n+++ b/customers/acme.md\n@@ -1,2 +1,2 @@\n - [ ] a\\x0d\n-- [ ] b\n+- [x] b\n"
    )


def test_json_says_what_was_changed() -> None:
    customer()
    assert json.loads(onbo("check", "acme", "1.1", "1.2", "--json").out) == {
        "schema": 1,
        "kind": "check",
        "today": "2026-12-12",
        "path": "customers/acme.md",
        "changed": [{"number": "1.1", "text": "Invite the users", "mark": "x"}],
        "already": [{"number": "1.2", "text": "Configure SSO", "mark": "x"}],
        "done": 2,
        "total": 4,
    }
    assert json.loads(onbo("uncheck", "acme", "1.3", "--json").out)["changed"] == [
        {"number": "1.3", "text": "Import data", "mark": " "}
    ]
    skipped = json.loads(onbo("skip", "acme", "2.1", "--why", "none", "--json").out)
    assert (skipped["kind"], skipped["changed"][0]["mark"], skipped["total"]) == ("skip", "~", 4)


def test_dry_run_with_json_prints_one_object() -> None:
    path = customer()
    assert json.loads(onbo("check", "acme", "1.1", "--json", "--dry-run").out)["kind"] == "check"
    assert path.read_text() == PLAN


def test_a_reason_is_one_line() -> None:
    path = customer()
    onbo("skip", "acme", "invite", "--why", " they  have\nnone ")
    assert "- [~] Invite the users (n/a: they have none) <!-- id=invite -->\n" in path.read_text()


@pytest.mark.parametrize("why", ["", "  \n"])
def test_a_reason_is_needed(why: str) -> None:
    path = customer()
    said = onbo("skip", "acme", "1.1", "--why", why)
    assert (said.status, said.err) == (2, 'error: a reason is needed; give --why "self-serve plan"\n')
    assert path.read_text() == PLAN


def test_a_terminal_is_asked_for_the_reason() -> None:
    customer()
    said = onbo("skip", "acme", "1.1", stdin="self-serve\n", tty=True)
    assert said.err.startswith("Why does it not apply?: ")
    assert said.out == "[~] 1.1 Invite the users (n/a: self-serve) <!-- id=invite -->\n1 / 3 done (2 n/a)\n"


# --- no item given ---


def test_off_a_terminal_an_item_is_needed() -> None:
    customer()
    for command in ("check", "uncheck"):
        said = onbo(command, "acme")
        assert (said.status, said.err) == (
            2,
            "error: name an item; for example: onbo check acme 1.2\n",
        )


def test_on_a_terminal_the_open_items_are_listed_to_choose_from() -> None:
    path = customer()
    said = onbo("check", "acme", stdin="9\nx\n1-2-3\n1,3\n", tty=True)
    assert said.status == 0
    assert said.out == (
        "  1  1.1 Invite the users\n  2  2.1 Users can log in\n  3  2.2 Sponsor confirms\n"
        "[x] 1.1 Invite the users <!-- id=invite -->\n[x] 2.2 Sponsor confirms\n3 / 4 done (1 n/a)\n"
    )
    assert said.err.count("numbers from 1 to 3, as in 1,3-5\n") == 3
    assert path.read_text().count("[x]") == 3


def test_choosing_nothing_is_declining() -> None:
    path = customer()
    said = onbo("check", "acme", stdin="\n", tty=True)
    assert (said.status, said.err) == (1, "Which? (1,3-5; Enter to skip): error: left as it is\n")
    assert path.read_text() == PLAN


def test_nothing_open_leaves_nothing_to_choose() -> None:
    customer(text="- [x] a\n")
    said = onbo("check", "acme", tty=True)
    assert (said.status, said.err) == (2, "error: customers/acme.md: nothing is open\n")


def test_leaving_a_prompt_interrupts() -> None:
    customer()
    said = onbo("check", "acme", stdin="", tty=True)
    assert (said.status, said.err) == (130, "Which? (1,3-5; Enter to skip): \n")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1", [1]),
        ("1,3-5", [1, 3, 4, 5]),
        ("3 1 3", [3, 1]),
        ("2-2,", [2]),
        ("0", None),
        ("7", None),
        ("5-3", None),
        ("-", None),
        ("1-", None),
        ("a", None),
        ("1-b", None),
        (",", None),
        ("٣x", None),
    ],
)
def test_choices(text: str, numbers: list[int] | None) -> None:
    assert read_choice(text, 6) == numbers
