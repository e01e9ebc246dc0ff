"""Moving customers to the archive and back."""

import json
from pathlib import Path

import pytest

from runner import onbo
from workspace import PLAN, customer, git

HOME = Path("customers/acme.md")
ARCHIVED = Path("customers/archive/acme.md")


@pytest.fixture(autouse=True)
def acme(own_directory: Path) -> None:  # noqa: ARG001  it goes there
    customer()


def test_there_and_back() -> None:
    said = onbo("archive", "acme")
    assert (said.status, said.out) == (0, "moved customers/acme.md -> customers/archive/acme.md\n")
    assert said.err == "back: onbo archive acme --undo\n"
    assert ARCHIVED.read_text() == PLAN
    assert not HOME.exists()
    assert onbo("status").out == "No customers but archived ones.\nBring one back: onbo archive acme --undo\n"
    assert onbo("archive", "acme", "--undo").out == "moved customers/archive/acme.md -> customers/acme.md\n"
    assert HOME.read_text() == PLAN
    assert not ARCHIVED.exists()


def test_what_is_archived_can_still_be_named() -> None:
    onbo("archive")
    assert onbo("check", "acme", "1.1").status == 0
    assert "- [x] Invite the users" in ARCHIVED.read_text()


def test_a_dry_run_moves_nothing() -> None:
    said = onbo("archive", "acme", "-n")
    assert said.out == "would move customers/acme.md -> customers/archive/acme.md\n"
    assert HOME.exists()
    assert not ARCHIVED.parent.exists()


def test_as_one_json_object() -> None:
    assert json.loads(onbo("archive", "acme", "--json").out) == {
        "schema": 1,
        "kind": "archive",
        "today": "2026-12-12",
        "from": "customers/acme.md",
        "to": "customers/archive/acme.md",
    }


def test_where_it_is_already() -> None:
    said = onbo("archive", "acme", "--undo")
    assert (said.status, said.err) == (2, "error: customers/acme.md is not in the archive\n")
    onbo("archive", "acme")
    said = onbo("archive", "acme")
    assert (said.status, said.err) == (2, "error: customers/archive/acme.md is in the archive already\n")


def test_never_over_one_that_is_there() -> None:
    ARCHIVED.parent.mkdir()
    ARCHIVED.write_text("older\n")
    said = onbo("archive", "acme")
    assert said.status == 2
    assert said.err == "error: customers/archive/acme.md is there already; rename one of them\n"
    assert (HOME.read_text(), ARCHIVED.read_text()) == (PLAN, "older\n")


def test_the_move_is_committed() -> None:
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "begin")
    assert onbo("archive", "acme", "--commit").status == 0
    assert git("log", "-1", "--format=%s") == "acme: archive\n"
    assert git("show", "--format=", "--name-status", "-M") == "R100\tcustomers/acme.md\tcustomers/archive/acme.md\n"
    assert onbo("archive", "acme", "--undo", "--commit").status == 0
    assert git("log", "-1", "--format=%s") == "acme: back from the archive\n"
    assert git("status", "--porcelain", "--", "customers") == ""


def test_a_commit_outside_a_repository_moves_nothing() -> None:
    said = onbo("archive", "acme", "--commit")
    assert said.status == 2
    assert "this is not in a git repository" in said.err
    assert HOME.exists()


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        (["set", "acme", "CSM=Ann"], "acme: set CSM"),
        (["note", "acme", "1.1", "x"], "acme: note on 1.1"),
        (["add", "acme", "Call", "--in", "1"], "acme: add Call"),
        (["assign", "acme", "1.1", "@ann"], "acme: assign 1.1 Invite the users (1 / 4 done)"),
        (["due", "acme", "1.1", "+3d"], "acme: due 1.1 Invite the users (1 / 4 done)"),
        (["wait", "acme", "1.1", "--on", "legal"], "acme: wait 1.1 Invite the users (1 / 4 done)"),
    ],
)
def test_changes_are_committed_alone(words: list[str], subject: str) -> None:
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "begin")
    Path("customers/beta.md").write_text("- [ ] mine\n")
    git("add", ".")
    said = onbo(*words, "--commit")
    assert said.status == 0
    assert f": {subject}\n" in said.err
    assert git("log", "-1", "--format=%s") == f"{subject}\n"
    assert git("show", "--format=", "--name-only") == "customers/acme.md\n"
    assert "A  customers/beta.md" in git("status", "--porcelain")


def test_a_customer_comes_back_to_its_directory() -> None:
    path = customer("emea/dach/base")
    archived = Path("customers/archive/emea/dach/base.md")
    assert onbo("archive", "base").out == f"moved {path} -> {archived}\n"
    assert '"slug": "base"' not in onbo("status", "--json").out
    assert onbo("check", "base", "1.1").status == 0
    assert onbo("archive", "base", "--undo").out == f"moved {archived} -> {path}\n"
    assert "- [x] Invite the users" in path.read_text()


def test_two_of_one_slug_in_the_archive_are_told_apart() -> None:
    for folder in ("emea", "apac"):
        assert onbo("archive", str(customer(f"{folder}/base"))).status == 0
    assert onbo("archive", "base", "--undo").status == 2
    assert onbo("archive", "customers/archive/apac/base.md", "--undo").status == 0
    assert Path("customers/apac/base.md").exists()
    assert Path("customers/archive/emea/base.md").exists()


def test_only_customers_are_archived() -> None:
    template = Path("templates/mine.md")
    template.parent.mkdir()
    template.write_text(PLAN)
    said = onbo("archive", str(template))
    assert (said.status, said.err) == (
        2,
        "error: templates/mine.md is not in customers/; only customers can be archived\n",
    )
    assert template.exists()
