"""`status --as-of` and idle days, in real repositories."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from repository import commit, dated
from runner import onbo
from workspace import PLAN, customer, git, put

ACME = Path("customers/acme.md")
DATED = PLAN.replace("**CSM:**", "**Kickoff Date:** 2026-12-01\n**CSM:**")


@pytest.fixture(autouse=True)
def repository(own_directory: Path) -> Path:
    git("init", "--quiet", "--initial-branch=main")
    put("onbo.toml", "")
    customer(text=DATED)
    commit("2026-12-01")
    return own_directory


def tick(text: str, path: Path = ACME) -> None:
    assert f"[ ] {text}" in path.read_text("utf-8")
    path.write_bytes(path.read_bytes().replace(f"[ ] {text}".encode(), f"[x] {text}".encode(), 1))


def rows(*words: str) -> dict[str, dict[str, Any]]:
    said = onbo("status", *words, "--json")
    assert said.status == 0, said.err
    payload = json.loads(said.out)
    return {row["slug"]: row | {"today": payload["today"]} for row in payload["customers"]}


# --- As of ---


def test_a_day_is_its_last_commit() -> None:
    tick("Invite")
    commit("2026-12-03T09:00:00+0000")
    tick("Users")
    commit("2026-12-03T23:30:00-0800")  # the fourth elsewhere
    tick("Sponsor")
    commit("2026-12-05")
    assert [
        rows("--as-of", day)["acme"]["done"] for day in ("2026-12-01", "2026-12-02", "2026-12-03", "2026-12-31")
    ] == [
        1,
        1,
        3,
        4,
    ]


def test_the_committers_day_counts_and_today_is_that_day() -> None:
    tick("Invite")
    commit("2026-12-02", committed="2026-12-06")
    assert rows("--as-of", "2026-12-05")["acme"]["done"] == 1
    row = rows("acme", "--as-of", "2026-12-06")["acme"]
    assert (row["done"], row["today"], row["day"]) == (2, "2026-12-06", 6)
    assert rows("acme", "--as-of", "2026-12-06", "--today", "2026-12-20")["acme"]["today"] == "2026-12-20"
    assert rows("acme", "--as-of", "2026-12-30")["acme"]["today"] == "2026-12-30"


def test_a_revision() -> None:
    git("tag", "begin")
    tick("Invite")
    commit("2026-12-03")
    tick("Users")
    commit("2026-12-05")
    tick("Sponsor")  # not committed, and so not in it
    for name, done, today in (("begin", 1, "01"), ("HEAD~1", 2, "03"), ("HEAD", 3, "05"), ("main@{0}", 3, "05")):
        row = rows("acme", "--as-of", name)["acme"]
        assert (row["done"], row["today"]) == (done, f"2026-12-{today}")
    assert "day 3, " in onbo("status", "acme", "--as-of", "HEAD~1").out


@pytest.mark.parametrize(
    "name", ["nobody", "-n", "--all", "HEAD~99", "", "a b", "HEAD:onbo.toml", "2026-13-01", "x\ny"]
)
def test_no_such_revision(name: str) -> None:
    said = onbo("status", f"--as-of={name}")
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1), said.err


def test_before_the_first_commit() -> None:
    said = onbo("status", "--as-of", "2026-11-30")
    assert (said.status, said.err) == (
        2,
        "error: --as-of 2026-11-30: the first commit in this repository is of 2026-12-01\n",
    )


def test_without_git_or_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    customer()
    assert onbo("status", "--as-of", "HEAD").err == (
        "error: --as-of: this is not in a git repository; it reads what was committed\n"
    )
    git("init", "--quiet")
    said = onbo("status", "--as-of", "HEAD")
    assert (said.status, said.err) == (
        2,
        "error: --as-of HEAD: nothing is committed yet; it reads what was committed\n",
    )


def test_settings_templates_and_snapshots_are_those_of_then() -> None:
    put("onbo.toml", "[status]\nat_risk = 0.90\n")
    put("templates/own.md", "---\ntemplate: own\ngate_section: Finish\n---\n# Own\n\n## Finish\n\n- [ ] a\n")
    onbo("new", "beta", "--template", "own")
    commit("2026-12-03")
    put("onbo.toml", "[fields]\n'CSM' = 'Owner'\n")
    Path("templates/own.md").unlink()
    for snapshot in Path(".onbo/base").iterdir():
        snapshot.unlink()
    commit("2026-12-05")
    assert rows("--as-of", "HEAD~1")["beta"]["gate"] == {"done": 0, "total": 1}
    assert rows("--as-of", "HEAD")["beta"]["gate"] is None
    assert "at risk      90 %" in onbo("status", "acme", "--as-of", "HEAD~1", "--explain").out
    put("onbo.toml", "nonsense\n")
    assert onbo("status").status == 3
    assert rows("--as-of", "HEAD")["acme"]["csm"] == "Dana Doe"
    commit("2026-12-06")
    said = onbo("status", "--as-of", "HEAD")
    assert (said.status, said.err.count("\n")) == (3, 1)


def test_customers_are_those_of_then() -> None:
    customer("beta")
    put("customers/archive/old.md", PLAN)
    put("customers/.hidden.md", PLAN)
    put("customers/deep/er/gamma.md", PLAN)
    put("customers/README.md", PLAN)
    commit("2026-12-03")
    git("rm", "-r", "--quiet", "customers")
    commit("2026-12-05")
    assert set(rows("--as-of", "HEAD~1")) == {"acme", "beta", "gamma"}
    assert set(rows("be", "--as-of", "HEAD~1")) == {"beta"}
    assert set(rows("old", "gamma", "--as-of", "HEAD~1")) == {"old", "gamma"}
    assert onbo("status", "--as-of", "HEAD").out == "There were no customers.\n"
    assert onbo("status", "acme", "--as-of", "HEAD").status == 2


def test_what_cannot_be_read_is_a_row() -> None:
    customer("large", "a\n" * (6 << 20))
    Path("customers/link.md").symlink_to("acme.md")
    Path("customers/wide.md").write_bytes(PLAN.encode("utf-16"))
    commit("2026-12-03")
    said = onbo("status", "--as-of", "HEAD")
    assert said.status == 3
    assert "is too large, or not in this clone, in " in said.out
    assert "is no regular file in " in said.out
    assert "is not UTF-8 text" in said.out
    assert "acme" in said.out.casefold()


def test_of_a_merge_the_first_parent_counts() -> None:
    git("checkout", "--quiet", "-b", "side")
    tick("Invite")
    commit("2026-12-03")
    git("checkout", "--quiet", "main")
    customer("beta")
    commit("2026-12-04")
    dated("merge", "--quiet", "--no-edit", "side", day="2026-12-08")
    assert rows("acme", "--as-of", "2026-12-05")["acme"]["done"] == 1
    assert rows("acme", "--as-of", "2026-12-08")["acme"]["done"] == 2
    assert rows()["acme"]["last_change"] == "2026-12-08"


# --- Idle days ---


def idle() -> dict[str, str | None]:
    return {slug: row["last_change"] for slug, row in rows().items()}


def test_idle_days() -> None:
    for slug, day in (("beta", "2026-12-03"), ("gamma", "2026-12-10"), ("delta", "2026-12-10")):
        customer(slug)
        commit(day)
    customer("new")
    tick("Users", Path("customers/delta.md"))
    assert idle() == {
        "acme": "2026-12-01",
        "beta": "2026-12-03",
        "gamma": "2026-12-10",
        "delta": "2026-12-12",
        "new": "2026-12-12",
    }
    lines = onbo("status", "--sort", "name").out.split("\n")
    at = lines[0].index("IDLE DAYS")
    assert [line[at : at + 9].strip() for line in lines[1:6]] == ["11", "9", "0", "2", "0"]
    assert rows("acme")["acme"]["last_change"] == "2026-12-01"
    assert rows("--as-of", "2026-12-04")["acme"]["last_change"] == "2026-12-01"
    colours = onbo("status", "--sort", "name", "--color", "always", screen=True).out
    assert "\x1b[31m       11\x1b[0m" in colours
    assert "\x1b[33m        9\x1b[0m" in colours


def test_longer_ago_than_looked() -> None:
    customer("beta")
    commit("2027-01-20")
    said = onbo("status", "--today", "2027-01-25").out
    assert "  30+" in said
    assert rows("--today", "2027-01-25")["acme"]["last_change"] is None
    assert "  30+" in onbo("status", "--today", "2027-06-01").out


def test_files_below_folders_and_reverts() -> None:
    put("customers/eu/beta.md", PLAN)
    put("customers/archive/old.md", PLAN)
    commit("2026-12-03")
    tick("Users", Path("customers/eu/beta.md"))
    commit("2026-12-06")
    put("customers/us/gamma.md", PLAN)
    commit("2026-12-08")
    assert idle() == {"acme": "2026-12-01", "beta": "2026-12-06", "gamma": "2026-12-08"}


def test_days_that_go_back_and_forth() -> None:
    for number, day in enumerate(("2026-12-05", "2026-12-04", "2026-12-06")):
        customer(f"beta{number}")
        commit(day)
    assert idle() == {"acme": "2026-12-01", "beta0": "2026-12-04", "beta1": "2026-12-04", "beta2": "2026-12-06"}


def test_a_shallow_clone(tmp_path: Path) -> None:
    customer("beta")
    commit("2026-12-08")
    customer("gamma")
    commit("2026-12-10")
    subprocess.run(["git", "clone", "--quiet", "--depth=2", f"file://{Path.cwd()}", str(tmp_path / "c")], check=True)
    os.chdir(tmp_path / "c")
    assert idle() == {"acme": None, "beta": None, "gamma": "2026-12-10"}
    assert "  4+" in onbo("status").out


def test_one_customer_on_the_screen_does_without_git(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert onbo("status", "acme").err == ""
    customer("beta")
    said = onbo("status")
    assert (said.status, said.err) == (0, "note: idle days are not known: git is not installed\n")
    assert "IDLE" not in said.out
