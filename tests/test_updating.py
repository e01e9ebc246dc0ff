"""Templates that change, and the copies made from them: outdated, update, template, only=."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from onbo.onboarding.importing import import_list
from runner import Result, onbo
from workspace import git, put

FIRST = """\
---
template: plan
version: "1.0"
title: The plan
segments: [smb, mid-market]
gate:
  - {item: Users are active, field: Rate, above: 80}
  - {item: Data is in, ticked: Import the data}
---
# The plan

**Customer:** [Customer Name]
**Segment:** [Mid-Market / SMB]
**CSM:** [CSM Name]
**Rate:** [___%] of users

## Setup (Days 1-5)

- [ ] Provision the account
- [ ] Configure SSO for the users
- [ ] Import the data
- [ ] Order the badges
- [ ] Review the contract <!-- id=review only=mid-market -->

**Setup Notes:**
> [Document it]

## Training <!-- only=mid-market -->

- [ ] Train the admins

## Go-Live Gate

- [ ] Users are active
- [ ] Data is in
"""
# Rewords one that will be ticked, adds one, removes an open one and one that will be ticked.
SECOND = (
    FIRST.replace('"1.0"', '"1.1"')
    .replace("Configure SSO for the users", "Configure SSO for all the users")
    .replace("- [ ] Import the data\n", "- [ ] Invite the users\n")
    .replace("- [ ] Order the badges\n", "")
)
ACME = Path("customers/acme.md")


def new(slug: str = "acme", segment: str = "smb", *words: str) -> str:
    """A copy of the plan; gives its text."""
    if not Path("templates/plan.md").exists():
        put("templates/plan.md", FIRST)
    said = onbo("new", slug, "--template", "plan", "--segment", segment, *words)
    assert said.status == 0, said.err
    return Path(f"customers/{slug}.md").read_text("utf-8")


def ok(*words: str, status: int = 0) -> Result:
    said = onbo(*words)
    assert said.status == status, said.both
    return said


def acme() -> str:
    return ACME.read_text("utf-8")


def lived_in() -> str:
    """A copy with ticks, values and notes."""
    new()
    ok("check", "acme", "Configure SSO for the users", "Order the badges")
    ok("set", "acme", "CSM=Ann", "Rate=85")
    ok("note", "acme", "Configure SSO for the users", "They use Okta")
    ok("note", "acme", "setup", "They start small")
    return acme()


# --- The one that matters ---


def test_a_new_version_comes_into_a_customer_with_ticks_values_and_notes() -> None:
    before = lived_in()
    put("templates/plan.md", SECOND)
    said = ok("update", "acme")
    assert said.out.splitlines() == [
        "acme updated from plan 1.0 to 1.1",
        "  reworded  Configure SSO for the users  (reworded after it was ticked)",
        "  added     Invite the users  (new in the template)",
        "  removed   Import the data  (the template removed it)",
        "  kept      Order the badges  (the template removed it, but it is done)",
    ]
    after = acme()
    snapshots = {path.name: path.read_text("utf-8") for path in Path(".onbo/base").glob("*.md")}
    assert sorted(snapshots.values()) == sorted([FIRST, SECOND])
    newest = next(name for name, text in snapshots.items() if text == SECOND)
    oldest = next(name for name, text in snapshots.items() if text == FIRST)
    assert after == (
        before.replace('version: "1.0"', 'version: "1.1"')
        .replace(oldest[5:17], newest[5:17])
        .replace("[x] Configure SSO for the users\n", "[x] Configure SSO for all the users\n")
        .replace("- [ ] Import the data\n", "- [ ] Invite the users\n")
    )
    assert "  > They use Okta\n" in after
    again = ok("update", "acme")
    assert (again.out, acme()) == ("acme is up to date\n", after)
    assert ok("outdated").err == "every copy is up to date\n"


# --- outdated ---


def test_outdated_lists_who_was_made_from_another_state() -> None:
    new()
    assert ok("outdated").err == "every copy is up to date\n"
    put("templates/plan.md", SECOND)
    new("beta")
    put("customers/raw.md", "- [ ] a\n")
    said = ok("update", "--check", status=1)
    assert ok("outdated", status=1) == said
    assert ok("outdated", "--json", status=1).out == ok("update", "--check", "--json", status=1).out
    assert ok("update", "--check", "beta").err == "every copy is up to date\n"
    assert ok("update", "--check", "--all", status=1) == said
    assert [line.split() for line in said.out.splitlines()][1:] == [["acme", "plan", "1.0", "1.1"]]
    [late] = json.loads(ok("outdated", "acme", "--json", status=1).out)["customers"]
    assert (late["slug"], late["template"], late["from"], late["to"]) == ("acme", "plan", "1.0", "1.1")
    assert len({late["from_hash"], late["to_hash"]}) == 2
    assert ok("outdated", "beta").out == ""


def test_states_of_one_version_are_told_apart_by_their_hashes() -> None:
    new()
    put("templates/plan.md", FIRST.replace("Configure SSO", "Configure the SSO"))
    [row] = json.loads(ok("outdated", "--json", status=1).out)["customers"]
    assert row["from"] in acme()
    assert len(row["to"]) == 12


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_listed() -> None:
    new()
    put("templates/plan.md", SECOND)
    Path("customers/bad.md").write_bytes(b"\xff\xfea")
    said = ok("outdated", status=3)
    assert "customers/bad.md" in said.err
    assert "acme" in said.out


# --- update ---


def test_several_and_all_but_those_that_are_complete() -> None:
    for slug in ("acme", "beta", "gamma", "done"):
        new(slug)
    ok("check", "done", "Import the data")
    ok("check", "done", "gate", "--all", "--force")
    put("customers/raw.md", "- [ ] a\n")
    put("templates/plan.md", SECOND)
    said = ok("update", "acme", "beta")
    assert [line for line in said.out.splitlines() if not line.startswith(" ")] == [
        "acme updated from plan 1.0 to 1.1",
        "beta updated from plan 1.0 to 1.1",
    ]
    said = ok("update", "--all")
    assert [line for line in said.out.splitlines() if not line.startswith(" ")] == [
        "acme is up to date",
        "beta is up to date",
        "gamma updated from plan 1.0 to 1.1",
    ]
    assert 'version: "1.0"' in Path("customers/done.md").read_text("utf-8")
    ok("update", "done")


def test_all_goes_on_past_what_fails() -> None:
    new()
    new("beta")
    put("templates/plan.md", SECOND)
    Path("customers/aaa.md").write_bytes(b"\xff\xfea")
    put("customers/lost.md", acme().replace('base: "', 'base: "f'))
    said = ok("update", "--all", status=3)
    assert "customers/lost.md" in said.err
    assert "customers/aaa.md" in said.err
    assert said.out.count("updated from plan") == 2


def test_a_dry_run_is_the_diff_of_what_would_be_written() -> None:
    before = lived_in()
    put("templates/plan.md", SECOND)
    said = ok("update", "acme", "--dry-run")
    assert acme() == before
    assert len(list(Path(".onbo/base").glob("*.md"))) == 1
    diff = said.out[said.out.index("--- a/customers") : said.out.index("acme would be updated")]
    Path("change.diff").write_text(diff, "utf-8")
    put("copy/customers/acme.md", before)
    git("-C", "copy", "init", "--quiet")
    git("-C", "copy", "apply", "../change.diff")
    ok("update", "acme")
    assert Path("copy/customers/acme.md").read_text("utf-8") == acme()


def test_a_commit_holds_the_copy_and_the_snapshot() -> None:
    git("init", "--quiet")
    new("acme", "smb", "--commit")
    put("templates/plan.md", SECOND)
    ok("update", "acme", "--commit")
    assert git("log", "-1", "--format=%s") == "acme: update from plan 1.1\n"
    names = git("show", "--format=", "--name-only").splitlines()
    assert names[1:] == ["customers/acme.md"]
    assert names[0].startswith(".onbo/base/plan-")


def test_json_says_what_was_decided() -> None:
    lived_in()
    put("templates/plan.md", SECOND)
    [found] = json.loads(ok("update", "acme", "--json").out)["customers"]
    assert (found["slug"], found["from"], found["to"], found["conflicts"]) == ("acme", "1.0", "1.1", [])
    assert {"action": "kept", "item": "Order the badges", "reason": "the template removed it, but it is done"} in found[
        "decisions"
    ]


def test_words_that_both_changed_are_left_to_a_person() -> None:
    new()
    put("customers/acme.md", acme().replace("Configure SSO for the users", "Configure SSO for the users of Okta"))
    put("templates/plan.md", SECOND)
    said = ok("update", "acme", status=4)
    assert "  1 conflict to resolve by hand\n" in said.out
    marked = "<<<<<<< ours\n- [ ] Configure SSO for the users of Okta\n||||||| base\n- [ ] Configure SSO for the users\n=======\n"
    assert f"{marked}- [ ] Configure SSO for all the users\n>>>>>>> theirs\n" in acme()
    assert ok("update", "acme", status=4).err.endswith("holds an unresolved merge conflict; resolve it first\n")


def test_a_plain_file_adopts_a_template() -> None:
    text = "# Acme\n\n**CSM:** Ann\n\n## Setup (Days 1-5)\n\n- [x] Provision the account\n- [x] Buy a cake\n"
    put("customers/acme.md", text)
    put("templates/plan.md", FIRST)
    assert ok("update", "acme", status=2).err.endswith(
        "was not made from a template; adopt one: onbo update acme --template 90-day\n"
    )
    ok("update", "acme", "--template", "plan")
    after = acme()
    assert after.startswith('---\ntemplate: plan\nversion: "1.0"\nbase: "')
    assert after.endswith(text)
    put("templates/plan.md", SECOND)
    assert "added     Invite the users" in ok("update", "acme").out
    assert "- [x] Buy a cake\n" in acme()
    assert "- [x] Provision the account\n" in acme()


def test_a_missing_snapshot_is_refused_with_the_way_out() -> None:
    new()
    for path in Path(".onbo/base").glob("*.md"):
        path.unlink()
    put("templates/plan.md", SECOND)
    before = acme()
    assert "onbo update acme --template plan" in ok("update", "acme", status=2).err
    assert acme() == before
    ok("update", "acme", "--template", "plan")
    assert 'version: "1.1"' in acme()
    assert "- [ ] Configure SSO for the users\n" in acme()


def test_a_template_that_is_gone() -> None:
    new()
    Path("templates/plan.md").unlink()
    assert ok("outdated").out == ""
    assert "there is no template 'plan'" in ok("update", "acme", status=2).err


def test_customers_or_all_and_one_of_them() -> None:
    assert "not both" in ok("update", "acme", "--all", status=2).err
    assert "update needs a customer" in ok("update", status=2).err
    new()
    assert ok("update").out == "acme is up to date\n"


def test_a_result_that_would_lose_something_is_not_written() -> None:
    """The fence would swallow what is new further down."""
    new()
    put("customers/acme.md", acme().replace("# The plan\n", "# The plan\n\n```\n"))
    before = acme()
    put("templates/plan.md", FIRST + "- [ ] Celebrate\n")
    said = ok("update", "acme", status=4)
    assert "cannot be updated: " in said.err
    assert said.err.endswith("nothing was written\n")
    assert acme() == before


@pytest.mark.parametrize(
    "front", ["---\ntemplate: plan\nbase: {}\n---\n", "---\nbase: {}\nowner: me\ntemplate: plan\n...\n"]
)
def test_the_rest_of_the_front_matter_stays(front: str) -> None:
    new()
    body = acme().split("---\n", 2)[2]
    base = acme().split("base: ")[1].split("\n")[0]
    put("customers/acme.md", front.format(base) + body)
    put("templates/plan.md", SECOND)
    ok("update", "acme")
    head = acme().split("\n# The plan")[0]
    assert 'version: "1.1"' in head
    assert base not in head
    assert ("owner: me" in head) == ("owner: me" in front)


# --- Segments ---


def test_a_copy_gets_what_is_for_its_segment() -> None:
    small, middle = new("small", "smb"), new("middle", "mid-market")
    assert "only=" not in small + middle
    for words in ("Review the contract", "## Training", "Train the admins"):
        assert (words in small, words in middle) == (False, True)
    assert "- [ ] Review the contract <!-- id=review -->\n" in middle
    assert "## Training\n" in middle


def test_the_built_in_30_day_plan_has_more_for_the_mid_market() -> None:
    for slug, segment in (("small", "smb"), ("middle", "mid-market")):
        ok("new", slug, "--template", "30-day", "--segment", segment)
    small, middle = (Path(f"customers/{slug}.md").read_text("utf-8") for slug in ("small", "middle"))
    assert "only=" not in small + middle
    assert middle.count("- [ ] ") > small.count("- [ ] ") > 20


def test_another_segment_brings_and_takes_what_is_for_it() -> None:
    new()
    ok("check", "acme", "Configure SSO for the users")
    small = acme()
    ok("set", "acme", "Segment=Mid-Market")
    said = ok("update", "acme")
    assert said.out.count("(new in the template)") == 2
    assert "- [ ] Review the contract <!-- id=review -->\n" in acme()
    assert "\n## Training\n\n- [ ] Train the admins\n" in acme()
    ok("check", "acme", "Train the admins")
    ok("set", "acme", "Segment=SMB")
    said = ok("update", "acme")
    assert "removed   Review the contract" in said.out
    assert "kept      Train the admins" in said.out
    ok("uncheck", "acme", "Train the admins")
    ok("update", "acme")
    assert acme() == small


# --- template ---


def test_list_names_the_workspaces_own_and_the_built_in_ones() -> None:
    put("templates/plan.md", FIRST)
    rows = [line.split() for line in ok("template", "list").out.splitlines()]
    assert [row[0] for row in rows] == ["TEMPLATE", "30-day", "90-day", "essentials", "plan"]
    assert rows[-1] == ["plan", "1.0", "8", "5", "smb,", "mid-market", "templates/plan.md"]


def test_show_tells_the_plan_the_fields_and_the_gate_rules() -> None:
    put("templates/plan.md", FIRST)
    said = ok("template", "show", "plan").out
    for words in (
        "The plan\nplan 1.0 (templates/plan.md): 8 items, 5 days\nfor smb, mid-market\n",
        "1 Setup  5 items  days 1-5\n",
        "  Rate  percent\n",
        "  Users are active  Rate above 80\n",
        "  Data is in  when 'Import the data' is ticked\n",
        "  [ ] 1.2 Configure SSO for the users\n",
    ):
        assert words in said
    gate = json.loads(ok("template", "show", "30-day", "--json").out)["gate"]
    rules = {entry["rule"] for entry in gate}
    assert "Date Achieved within 14 days of kickoff" in rules
    assert "30-Day Health Score at least 50" in rules
    assert ok("template", "show", "nothing", status=2).out == ""


def test_diff_speaks_of_items_and_fields() -> None:
    put("templates/plan.md", FIRST)
    assert "no earlier state of plan is known" in ok("template", "diff", "plan", status=2).err
    new()
    changed = SECOND.replace("**CSM:** [CSM Name]\n", "**Sponsor:** [Name]\n")
    changed = changed.replace("- [ ] Provision the account\n", "").replace(
        "- [ ] Train the admins\n", "- [ ] Train the admins\n- [ ] Provision the account\n"
    )
    put("templates/plan.md", changed)
    assert ok("template", "diff", "plan").out.splitlines() == [
        "moved         Provision the account  (Training)",
        "reworded      Configure SSO for the users -> Configure SSO for all the users  (Setup)",
        "removed       Import the data  (Setup)",
        "removed       Order the badges  (Setup)",
        "added         Invite the users  (Setup)",
        "field added   Sponsor",
        "field removed CSM",
    ]
    put("same.md", changed)
    assert ok("template", "diff", "plan", "--from", "same.md").err == "no item or field differs\n"
    snapshot = next(Path(".onbo/base").glob("*.md")).stem[5:]
    found = json.loads(ok("template", "diff", "plan", "--from", snapshot, "--json").out)
    assert (found["from"], len(found["differences"])) == (snapshot, 7)
    assert "there is no state 'f00'" in ok("template", "diff", "plan", "--from", "f00", status=2).err


def test_diff_compares_an_edited_built_in_one_with_the_built_in_one() -> None:
    ok("init")
    path = Path("templates/essentials.md")
    path.write_text(path.read_text("utf-8").replace("Provision the account", "Provision the new account"), "utf-8")
    assert ok("template", "diff", "essentials").out.startswith("reworded      Provision the account with")


# --- template import ---

PLAIN = """\
Account Setup

- Confirm the signup
\u2022 Help import data.Imported data makes it useful.
* Use Node.JS and v2.Next

Welcome:
1. Mail them
2) Call them
0 / 30 done
"""


def test_import_makes_a_template_of_a_plain_list() -> None:
    said = onbo("template", "import", "-", stdin=PLAIN)
    assert said.status == 0
    body = said.out.split("**Target Go-Live:** [Date]\n")[1]
    assert said.out.startswith('---\nversion: "1.0"\n---\n# Customer Onboarding\n\n**Customer:** [Customer Name]\n')
    assert body == (
        "\n## Account Setup\n\n- [ ] Confirm the signup\n- [ ] Help import data.\n  > Imported data makes it useful.\n"
        "- [ ] Use Node.JS and v2.Next\n\n## Welcome\n\n- [ ] Mail them\n- [ ] Call them\n"
    )
    told = "2 sections, 5 items, 1 tip; left out, it is computed: 0 / 30 done"
    assert said.err == f"{told}\nnext: the same with -o templates/NAME.md\n"


def test_import_writes_with_o_and_never_over_anything() -> None:
    put("list.md", PLAIN)
    assert ok("template", "import", "list.md", "-o", "templates/mine.md").out == "wrote templates/mine.md\n"
    before = Path("templates/mine.md").read_bytes()
    assert b"# list\n" in before
    said = ok("template", "import", "list.md", "-o", "templates/mine.md", status=2)
    assert "templates/mine.md is there already" in said.err
    assert Path("templates/mine.md").read_bytes() == before
    ok("new", "acme", "--template", "mine")
    assert acme().count("- [ ] ") == 5


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("# Title\n\n## One\n- [x] done\n- [ ] open\n", "# Title\n\n{}\n## One\n\n- [ ] done\n- [ ] open\n"),
        ("# Title\n\n### One\n- a\n", "# Title\n\n{}\n## One\n\n- [ ] a\n"),
        ("# One\n- a\n# Two\n- b\n", "# T\n\n{}\n## One\n\n- [ ] a\n\n## Two\n\n- [ ] b\n"),
        ("### One\n- a\n#### Two\n- b\n", "# T\n\n{}\n## One\n\n- [ ] a\n\n### Two\n\n- [ ] b\n"),
        ("- a\n  - b\n    > tip\n", "# T\n\n{}\n- [ ] a\n  - [ ] b\n  > tip\n"),
        ("\ufeff1. a\r\n2. b\r\n", "# T\n\n{}\n- [ ] a\n- [ ] b\n"),
        ("**Customer:** x\n\n- a\n", "# T\n\n**Customer:** x\n\n- [ ] a\n"),
        ("\u2022\ta\no\tb\n\uf0b7\tc\n", "# T\n\n{}\n- [ ] a\n- [ ] b\n- [ ] c\n"),  # Word
        ("\u25cf a\n   \u25cb b\n", "# T\n\n{}\n- [ ] a\n  - [ ] b\n"),  # Google Docs
        ("Setup\n\u2610 a\n* \u2611 b\n", "# T\n\n{}\n## Setup\n\n- [ ] a\n- [ ] b\n"),  # drawn boxes
        ("- a\n\no a word\n", "# T\n\n{}\n- [ ] a\n\no a word\n"),
        ("Words.\n\nCalls:\n- a (now).Then b\n", "# T\n\n{}\nWords.\n\n## Calls\n\n- [ ] a (now).\n  > Then b\n"),
    ],
)
def test_forms_of_lists(text: str, body: str) -> None:
    fields = "**Customer:** [Customer Name]\n**Segment:** [Enterprise / Mid-Market / SMB]\n**CSM:** [CSM Name]\n"
    fields += "**Kickoff Date:** [Date]\n**Target Go-Live:** [Date]\n"
    assert import_list(text, "T").text == '---\nversion: "1.0"\n---\n' + body.format(fields)


@pytest.mark.parametrize("text", ["", "Nothing here.\n", "# Title\n\n0 / 30 done\n"])
def test_what_is_no_list_is_refused(text: str) -> None:
    said = onbo("template", "import", "-", stdin=text)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("error: there is no list in it")


def test_an_item_of_another_segment_is_no_rewording() -> None:
    plan = (
        '---\nversion: "1.0"\nsegments: [smb, enterprise]\n---\n# Plan\n\n**Segment:** [Enterprise / SMB]\n\n## Start\n\n'
        "- [ ] first\n- [ ] smb thing <!-- only=smb -->\n- [ ] ent thing <!-- only=enterprise -->\n"
    )
    put("templates/own.md", plan)
    ok("new", "Sm", "--segment", "smb", "--template", "own")
    ok("check", "sm", "smb thing")
    ok("set", "sm", "Segment=Enterprise")
    ok("update", "sm")
    text = Path("customers/sm.md").read_text("utf-8")
    assert "- [x] smb thing\n" in text
    assert "- [ ] ent thing\n" in text


# --- Line ends ---


def test_a_copy_is_up_to_date_in_a_clone_with_other_line_ends() -> None:
    """As git checks it out with core.autocrlf."""
    lived_in()
    files = [ACME, Path("templates/plan.md"), *Path(".onbo/base").glob("*.md")]
    for path in files:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert ok("outdated").err == "every copy is up to date\n"
    before = ACME.read_bytes()
    assert ok("update", "acme").out == "acme is up to date\n"
    assert ACME.read_bytes() == before
    assert len(list(Path(".onbo/base").glob("*.md"))) == 1


@pytest.mark.parametrize("made_with", [b"\n", b"\r\n"])
@pytest.mark.parametrize("now", [b"\n", b"\r\n"])
def test_an_update_keeps_the_line_ends_of_the_copy(made_with: bytes, now: bytes) -> None:
    new()
    ACME.write_bytes(ACME.read_bytes().replace(b"\n", made_with))
    Path("templates/plan.md").write_bytes(SECOND.encode().replace(b"\n", now))
    ok("update", "acme")
    data = ACME.read_bytes()
    assert b"Invite the users" in data
    assert data.count(b"\n") == data.count(made_with)
    assert data.count(b"\r") == (data.count(b"\n") if made_with == b"\r\n" else 0)
    assert ok("update", "acme").out == "acme is up to date\n"


def test_a_copy_that_was_made_from_a_template_with_crlf_by_an_older_version() -> None:
    """Its hash was of the bytes as they were checked out."""
    new()
    old = sha256(FIRST.replace("\n", "\r\n").encode()).hexdigest()[:12]
    [snapshot] = Path(".onbo/base").glob("*.md")
    put("customers/acme.md", acme().replace(snapshot.stem[-12:], old))
    snapshot.rename(snapshot.with_name(f"plan-{old}.md"))
    before = acme()
    assert ok("outdated").err == "every copy is up to date\n"
    assert ok("update", "acme").out == "acme is up to date\n"
    assert acme() == before
    put("templates/plan.md", SECOND)
    ok("update", "acme")
    assert "Invite the users" in acme()
    assert ok("outdated").err == "every copy is up to date\n"


# --- Several copies ---


def test_one_bad_copy_stops_only_itself_and_is_reported() -> None:
    for slug in ("acme", "beta", "gamma"):
        new(slug)
    put("templates/plan.md", SECOND)
    Path("customers/beta.md").write_bytes(b"\xff\xfea")
    put("customers/gamma.md", acme().replace("Configure SSO for the users", "Configure SSO for our users"))
    said = ok("update", "--all", "--json", status=4)
    printed = json.loads(said.out)
    assert [(copy["slug"], copy["conflicts"]) for copy in printed["customers"]] == [
        ("acme", []),
        ("gamma", ["Configure SSO for our users"]),
    ]
    [failed] = printed["failed"]
    assert (failed["slug"], failed["path"]) == ("beta", "customers/beta.md")
    assert failed["error"] in said.err
    assert 'version: "1.1"' in acme()


def test_a_copy_that_cannot_be_read_decides_the_exit_status() -> None:
    new()
    put("templates/plan.md", SECOND)
    Path("customers/beta.md").write_bytes(b"\xff\xfea")
    ok("update", "--all", status=3)
    assert 'version: "1.1"' in acme()


def test_front_matter_that_cannot_be_read_is_told() -> None:
    new()
    put("customers/acme.md", acme().replace('version: "1.0"', 'version: "1.0'))
    put("templates/plan.md", SECOND)
    assert "customers/acme.md: front matter" in ok("outdated", status=3).err
    assert "customers/acme.md: front matter" in ok("update", "--all", status=3).err
    assert "customers/acme.md:4: front matter" in ok("update", "acme", status=3).err


def test_a_damaged_state_of_a_template_is_not_used() -> None:
    new()
    (base,) = Path(".onbo/base").glob("*.md")
    base.write_text(base.read_text("utf-8")[:-20], "utf-8")
    put("templates/plan.md", SECOND)
    before = acme()
    assert f"git checkout HEAD -- {base.as_posix()}" in ok("update", "acme", status=3).err
    assert acme() == before


def test_what_is_kept_of_a_template_has_the_same_bytes_in_each_clone() -> None:
    Path("templates").mkdir(exist_ok=True)
    Path("templates/plan.md").write_bytes(FIRST.replace("\n", "\r\n").encode())
    new()
    Path("templates/plan.md").write_bytes(SECOND.replace("\n", "\r\n").encode())
    ok("update", "acme")
    assert all(b"\r" not in path.read_bytes() for path in Path(".onbo/base").glob("*.md"))


# Lists a section and two items; below, what becomes of them in the next version.
LISTING = """\
---
template: plan
version: "1.0"
internal: [Account planning, Ask for a reference, Draft the renewal offer]
---
# The plan

## Setup

- [ ] Invite the users
- [ ] Ask for a reference @ann
- [ ] Draft the renewal offer <!-- id=renewal -->

## Account planning

- [ ] Map the stakeholders
"""
UNLISTED = (
    LISTING.replace('"1.0"', '"1.1"').replace(", Draft the renewal offer]", "]").replace("Account planning, ", "")
)
NEXT = {
    "drops it": UNLISTED.replace("[Ask for a reference]", "[]").replace("- [ ] Ask for a reference @ann\n", ""),
    "rewords it": LISTING.replace('"1.0"', '"1.1"').replace("Ask for a reference", "Find somebody to recommend us"),
    "drops the section": UNLISTED.split("## Account")[0].replace("Ask for a reference @ann", "Ask for a reference"),
    "lists it no longer": LISTING.replace('"1.0"', '"1.1"').replace("Ask for a reference, ", ""),
}


@pytest.mark.parametrize(
    ("change", "item", "hidden"),
    [
        ("drops it", "Ask for a reference", True),
        ("rewords it", "Ask for a reference", True),
        ("drops the section", "Account planning", True),
        ("lists it no longer", "Ask for a reference", False),
    ],
)
def test_what_was_listed_as_internal_stays_so(change: str, item: str, hidden: bool) -> None:
    put("templates/plan.md", LISTING)
    ok("new", "acme", "--template", "plan")
    for number in ("1.1", "1.2", "1.3", "2.1"):
        ok("check", "acme", number)
    assert item not in ok("share", "acme", "--format", "md").out
    put("templates/plan.md", NEXT[change])
    said = ok("update", "acme").out
    assert (item not in ok("share", "acme", "--format", "md").out) is hidden
    assert (f"  marked    {item}  (it was internal in the earlier template)" in said) is hidden
    assert acme().count("<!-- internal -->") == said.count("marked  ")
    assert "Invite the users" in ok("share", "acme", "--format", "md").out
    if change == "drops the section":
        assert "## Account planning <!-- internal -->\n" in acme()
        ok("add", "acme", "Ask Bob how low we can go", "--in", "2")
        assert "how low" not in ok("share", "acme", "--format", "md").out
    before = acme()
    ok("update", "acme")
    assert acme() == before


@pytest.mark.parametrize(
    ("heading", "marked"),
    [
        ("## Account planning ##", "## Account planning <!-- internal --> ##"),
        ("## Account planning <!-- id=plan -->", "## Account planning <!-- internal --> <!-- id=plan -->"),
        ("## Account planning (Days 1-3) \t", "## Account planning (Days 1-3) <!-- internal --> \t"),
    ],
)
def test_a_heading_is_marked_whatever_follows_its_words(heading: str, marked: str) -> None:
    put("templates/plan.md", LISTING.replace("## Account planning", heading))
    ok("new", "acme", "--template", "plan", "--segment", "smb")
    put("customers/acme.md", acme().replace("Map the stakeholders", "Map all of the stakeholders"))
    put("templates/plan.md", NEXT["drops the section"])
    ok("update", "acme")
    assert f"{marked}\n" in acme()
    assert "Map all" not in ok("share", "acme", "--format", "md").out
