"""customer_id: made, kept, and what it ties together."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onbo.document.front_matter import read
from onbo.document.parse import parse
from onbo.onboarding.customer_ids import VALID, customer_id, derived_id, id_from, id_in
from repository import commit
from runner import onbo
from workspace import git, put

ACME = Path("customers/acme.md")


def of(name: str) -> str:
    own: str
    [own] = re.findall(r"^customer_id: (\w+)$", Path(f"customers/{name}.md").read_text("utf-8"), re.MULTILINE)
    return own


@given(st.integers(0, 2**128))
def test_an_id_is_text_to_yaml(number: int) -> None:
    own = id_from(number)
    assert VALID.fullmatch(own)
    document = parse("x", f"---\ncustomer_id: {own}\n---\n".encode())
    assert read(document.front_matter).values == {"customer_id": own}
    assert customer_id(document) == own == id_in(document.source.data)


@pytest.mark.parametrize(
    ("line", "own"),
    [
        ("customer_id: abcd1234", "abcd1234"),
        ('customer_id: "01234567"', "01234567"),
        ("customer_id: '1234e567'", "1234e567"),
        ("customer_id: 01234567", "01234567"),
        ("customer_id: 12345678 # as text", "12345678"),
        ("customer_id: ABCD1234", None),
        ("customer_id: abcd12345", None),
        ("customer_id:", None),
        ("x_customer_id: abcd1234", None),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_is_read_as_an_id(line: str, own: str | None, end: str) -> None:
    data = end.join(["---", "template: t", line, "---", "# A", "customer_id: zzzz9999", ""]).encode()
    assert customer_id(parse("x", data)) == own == id_in(data)


def test_new_customers_have_random_ids_and_keep_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONBO_SEED", "")
    for slug in ("acme", "beta", "gamma"):
        assert onbo("new", slug, "--segment", "smb", env={"ONBO_SEED": ""}).status == 0
    assert len({of("acme"), of("beta"), of("gamma")}) == 3
    own = of("acme")
    onbo("check", "acme", "1.1")
    onbo("set", "acme", "CSM=Ann")
    assert of("acme") == own
    assert json.loads(onbo("status", "acme", "--json").out)["customers"][0]["customer_id"] == own
    assert json.loads(onbo("show", "acme", "--json").out)["customer_id"] == own


def test_a_customer_who_sees_a_page_sees_no_id() -> None:
    onbo("new", "acme", "--segment", "smb")
    assert of("acme") not in onbo("share", "acme", "--json").out
    assert of("acme") not in onbo("share", "acme", "--format", "md").out


def test_a_template_gives_nobody_its_id() -> None:
    put("templates/t.md", "---\ncustomer_id: abcd1234\naccount_id: big\n---\n# Plan\n\n- [ ] Call\n")
    onbo("new", "acme", "--template", "t")
    assert of("acme") != "abcd1234"


def test_lint_adds_the_same_id_in_every_clone() -> None:
    text = '---\ntemplate: plan\nbase: "abc"\n---\n# Plan\n\n**Customer:** Acme\n\n- [ ] Call\n'
    found = []
    for folder in ("one", "two"):
        put(f"{folder}/customers/acme.md", text)
        assert onbo("-C", folder, "lint", "--fix").status == 0
        after = Path(folder, "customers/acme.md").read_text("utf-8")
        assert [line for line in after.split("\n") if line not in text.split("\n")] == [
            f"customer_id: {derived_id('customers/acme.md', 'Acme')}"
        ]
        found.append(after)
    assert found[0] == found[1]


# --- Exports ---


def test_uids_are_the_same_whatever_the_directory_is_called() -> None:
    uids = []
    for folder in ("one", "two"):
        put(f"{folder}/customers/acme.md", "# A\n\n- [ ] Call due:2026-12-20\n")
        put(f"{folder}/customers/beta.md", "---\ncustomer_id: abcd1234\n---\n# A\n\n- [ ] Call due:2026-12-20\n")
        rows = [json.loads(line) for line in onbo("-C", folder, "export", "--format", "jsonl").out.splitlines()]
        uids.append([row["uid"] for row in rows])
        onbo("-C", folder, "export", "-o", f"{folder}.ics")
    assert uids[0] == uids[1]
    assert len(set(uids[0])) == 2
    calendars = [Path(f"{folder}.ics").read_text("utf-8") for folder in ("one", "two")]
    found = [re.findall(r"^UID:(.*)$", text, re.MULTILINE) for text in calendars]
    assert found[0] == found[1]
    assert len(set(found[0])) == 4


def test_a_uid_survives_the_renaming_of_the_file() -> None:
    put("customers/acme.md", "---\ncustomer_id: abcd1234\n---\n# A\n\n- [ ] Call\n")
    before = json.loads(onbo("export", "--format", "jsonl").out)["uid"]
    ACME.rename("customers/acme-corp.md")
    assert json.loads(onbo("export", "--format", "jsonl").out)["uid"] == before


def test_an_id_is_never_taken_for_a_path() -> None:
    put("customers/abcd1234.md", "# A\n\n- [ ] Call\n")
    put("customers/beta.md", "---\ncustomer_id: abcd1234\n---\n# A\n\n- [ ] Call\n")
    rows = [json.loads(line) for line in onbo("export", "--format", "jsonl").out.splitlines()]
    assert len({row["uid"] for row in rows}) == 2


# --- Histories ---


def log(*words: str) -> list[tuple[str, str, str]]:
    found = json.loads(onbo("log", *words, "--json").out)["transitions"]
    return [(entry["customer"], entry["text"], entry["after"]) for entry in found]


def plan(own: str, marks: str = "  ", name: str = "Acme") -> str:
    matter = f"---\ncustomer_id: {own}\n---\n" if own else ""
    return f"{matter}# Plan\n\n**Customer:** {name}\n\n- [{marks[0]}] Call\n- [{marks[1]}] Visit\n"


@pytest.fixture
def begun() -> None:
    git("init", "-q")
    put("customers/acme.md", plan("abcd1234"))
    commit("2026-12-01")
    put("customers/acme.md", plan("abcd1234", "x "))
    commit("2026-12-02")


@pytest.mark.usefixtures("begun")
def test_a_history_goes_over_a_file_renamed_and_rewritten() -> None:
    ACME.unlink()
    put("customers/emea/big.md", plan("abcd1234", "xx", "Acme Corporation"))
    commit("2026-12-03")
    assert log("big") == [("big", "Visit", "done"), ("big", "Call", "done")]


@pytest.mark.usefixtures("begun")
def test_a_history_goes_over_two_commits() -> None:
    ACME.unlink()
    commit("2026-12-03")
    put("customers/big.md", plan("abcd1234", "xx", "Big"))
    commit("2026-12-04")
    assert log("big") == [("big", "Visit", "done"), ("big", "Call", "done")]


@pytest.mark.usefixtures("begun")
def test_another_customer_inherits_nothing() -> None:
    """Git would call it a rename: the files differ in two lines."""
    ACME.unlink()
    put("customers/beta.md", plan("efgh5678", "x ", "Acme"))
    commit("2026-12-03")
    assert log("beta") == [("beta", "Call", "done")]
    put("customers/beta.md", plan("efgh5678", "xx", "Acme"))
    commit("2026-12-05")
    assert ("acme", "Call", "done") not in log("beta")
    assert [entry for entry in log() if entry[0] == "acme"] == [("acme", "Call", "done")]


@pytest.mark.usefixtures("begun")
def test_a_path_that_another_customer_gets_keeps_nothing_of_the_first() -> None:
    ACME.rename("customers/acme-2026.md")
    put("customers/acme.md", plan("efgh5678"))
    commit("2026-12-03")
    assert log("acme") == []
    assert log("acme-2026") == [("acme-2026", "Call", "done")]


@pytest.mark.usefixtures("begun")
def test_a_customer_who_takes_the_path_of_one_that_is_gone_inherits_nothing() -> None:
    put("customers/acme.md", plan("efgh5678", " x"))
    commit("2026-12-03")
    assert log("acme") == [("acme", "Visit", "done")]


@pytest.mark.usefixtures("begun")
def test_two_files_that_changed_places_keep_their_histories() -> None:
    put("customers/beta.md", plan("efgh5678", name="Beta"))
    commit("2026-12-03")
    put("customers/beta.md", plan("efgh5678", " x", name="Beta"))
    commit("2026-12-04")
    put("customers/beta.md", plan("abcd1234", "x "))
    put("customers/acme.md", plan("efgh5678", " x", name="Beta"))
    commit("2026-12-05")
    assert log("acme") == [("acme", "Visit", "done")]
    assert log("beta") == [("beta", "Call", "done")]


@pytest.mark.usefixtures("begun")
def test_a_file_renamed_and_not_committed_keeps_its_history() -> None:
    ACME.unlink()
    put("customers/big.md", plan("abcd1234", "xx", "Big"))
    assert log("big") == [("big", "Visit", "done"), ("big", "Call", "done")]


def test_without_ids_a_rename_is_followed_as_before() -> None:
    git("init", "-q")
    put("customers/acme.md", plan("", "x "))
    commit("2026-12-01")
    ACME.rename("customers/big.md")
    commit("2026-12-02")
    put("customers/big.md", plan("", "xx"))
    commit("2026-12-03")
    assert log("big") == [("big", "Visit", "done"), ("big", "Call", "done")]


# --- Merges ---


def test_a_merge_of_two_customers_is_a_conflict_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """One leaves and another comes in one commit, which git takes for a rename."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    git("init", "-q", "-b", "main")
    onbo("init", "--git")
    onbo("new", "acme", "--segment", "smb")
    commit("2026-12-01")
    git("checkout", "-q", "-b", "side")
    onbo("check", "acme", "1.1")
    onbo("note", "acme", "1.1", "short of money")
    commit("2026-12-02")
    git("checkout", "-q", "main")
    ACME.unlink()
    onbo("new", "beta", "--segment", "smb")
    commit("2026-12-03")
    with pytest.raises(subprocess.CalledProcessError):
        git("merge", "-q", "side")
    beta = Path("customers/beta.md").read_text("utf-8")
    mine, _, other = beta.partition("=======\n")
    assert beta.startswith("<<<<<<< ours\n")
    assert "short of money" not in mine
    assert "short of money" in other
