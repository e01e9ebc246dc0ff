"""Whatever is misspelt, the word that was meant is in the hint, for people and in JSON."""

import json

import pytest

from onbo.onboarding.near import near_or_all, nearest
from runner import onbo
from workspace import customer, put


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["show", "acem"], "there is no customer 'acem'", "did you mean acme?"),
        (["status", "zzz"], "there is no customer 'zzz'", "available: acme, globex"),
        (["status", "--segment", "smbb"], "--segment smbb: no such segment", "did you mean smb?"),
        (
            ["status", "--segment", "x"],
            "--segment x: no such segment",
            "available: enterprise, mid-market, smb, startup",
        ),
        (["report", "--segment", "startups"], "--segment startups: no such segment", "did you mean startup?"),
        (["status", "--template", "90-days"], "--template 90-days: no such template", "did you mean 90-day?"),
        (["status", "--state", "of-track"], "--state of track: no such state", "did you mean off track?"),
        (["status", "--sort", "names"], "--sort names: no such order", "did you mean name?"),
        (["lint", "--format", "gihub"], "--format gihub: no such format", "did you mean github?"),
        (["template", "show", "esentials"], "there is no template 'esentials'", "did you mean essentials?"),
        (["new", "x", "--template", "90day"], "there is no template '90day'", "did you mean 90-day?"),
        (["new", "x", "--segment", "smbb"], "template 90-day is not for segment 'smbb'", "did you mean smb?"),
        (
            ["set", "acme", "Activation Rat=85"],
            "no field or table cell 'Activation Rat'",
            "did you mean Activation Rate?",
        ),
        (["set", "acme", "Status=Bloked"], "Status: 'Bloked' is not one of its options", "did you mean Blocked?"),
        (["add", "acme", "x", "--in", "Acount Setpu"], "no section 'Acount Setpu'", "did you mean 1 Account Setup?"),
        (["add", "acme", "x", "--in", "zzz"], "no section 'zzz'", "available: Account Setup, Legal, Go-Live"),
        (["add", "acme", "x", "--in", "Leagl"], "no section 'Leagl'", "did you mean Legal?"),
        (["check", "acme", "invte"], "no item 'invte'", "did you mean invite?"),
        (["check", "acme", "configrue"], "no item matches 'configrue'", "did you mean '1.2 Configure SSO'?"),
    ],
)
def test_what_was_meant(words: list[str], message: str, hint: str) -> None:
    customer(
        text="# Acme\n\n**Segment:** SMB\n**Activation Rate:** [___%]\n**Status:** [Open/Blocked]\n\n"
        "## Account Setup\n\n- [ ] Ask everybody <!-- id=invite -->\n- [ ] Configure SSO\n\n"
        "## Legal\n\ntext\n\n## Go-Live\n\n- [ ] Users can log in\n"
    )
    customer("globex", "- [ ] a\n")
    put("templates/starter.md", "---\nsegments: [startup]\n---\n\n- [ ] a\n")
    said = onbo(*words, "--json")
    assert (said.status, said.err.startswith("error: ")) == (2, True)
    told = json.loads(said.out)
    assert (told["message"], told["hint"]) == (message, hint)
    assert f"{message}; {hint}\n" in said.err


def test_a_filter_that_nobody_passes_is_no_slip() -> None:
    customer()
    for words in (["--segment", "enterprise"], ["--template", "90-day"], ["--state", "on-track"]):
        said = onbo("status", *words)
        assert (said.status, said.out) == (0, "No customer is like that.\n")


def test_a_filter_says_nothing_where_there_are_no_customers() -> None:
    assert onbo("status", "--segment", "smbb").status == 0
    assert onbo("report", "--segment", "smbb").status == 0


def test_case_does_not_matter_and_what_is_shown_is_the_word_itself() -> None:
    assert nearest("KICKOF DATE", ["Kickoff Date", "CSM"]) == "Kickoff Date"
    assert nearest("zebra", ["Kickoff Date", "CSM"]) is None
    assert near_or_all("zebra", "abcdef", 3) == "available: a, b, c ..."
