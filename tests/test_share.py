"""What a customer may see: an allow-list. Everything else in a file is a secret here, and must not come out."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from onbo.document.inline import as_read, rendered
from runner import onbo
from workspace import customer as made
from workspace import git, put

TEMPLATE = """\
---
version: "9.SECRET01"
title: SECRET02
internal: [Preparation, Offer an upgrade, "Check the *contract*"]
gate:
  - {item: Signed SECRET03, field: Rate, above: 80}
note: SECRET04
---
# SECRET05 plan

**Customer:** [Customer Name]

## Preparation (Day 0)

- [ ] Read the handoff SECRET06
- [ ] Moved away SECRET07

## Setup

- [ ] Offer an upgrade
- [ ] Give access
  > Tip of the template SECRET08
"""
PLAN = """\
---
template: secret09
version: "1.SECRET10"
base: "{base}"
more: SECRET11
---
# SECRET12 title

Prose SECRET13 [link][ref] and ![image](SECRET14.png)

**Customer:** SHOWN01 *Corp* <!-- SECRET15 -->
**Segment:** SECRET16
**CSM:** SECRET17
**Kickoff Date:** 2026-12-01
**Target Go-Live:** 2027-02-01
**Date Achieved:** 2026-12-24
**Health Score:** 83/100 SECRET18
**Onboarding Status:** SECRET19
**SECRET20:** SECRET21

<!-- SECRET22 -->
<div title="SECRET23">SECRET24</div>

[ref]: https://SECRET25.example.com "SECRET26"

## Preparation (Day 0)

- [ ] SECRET27 in a section that the template lists
  - [ ] SECRET28 nested there

### SHOWN-NOT SECRET29 below it

- [x] SECRET30

## SHOWN02 phase <!-- SECRET31 --> (Days 1-14)

Prose SECRET32

- [x] SHOWN03 `code` **bold** [words](https://SECRET33.example.com "SECRET34") ![SECRET78](SECRET35.png) <!-- id=SECRET36 -->
  > Note SECRET37
- [ ] SHOWN05 &amp; <b title="SECRET38">tag</b> [ref] @SECRET39 <!-- SECRET40 --> due:2026-12-10
  > SHOWN06 note <!-- SECRET41 --> that is *shared* <!-- shared -->

  > SECRET42 another <!-- shared --> mark in the middle
- [ ] SHOWN07 waits waiting:SECRET79
- [~] SHOWN09 none (n/a: SECRET43)
- [ ] SECRET44 marked <!-- internal -->
  - [ ] SECRET45 nested
    - [x] SECRET46 nested deeper
- [ ] SECRET47 written otherwise <!--Internal: SECRET48-->
- [ ] SECRET49 marked on the next line
  <!-- internal -->
- [ ] Offer an upgrade <!-- id=SECRET50 -->
- [ ] check the *contract*
- [ ] Moved away SECRET07
- [ ] SHOWN10 never ends <!-- SECRET51
  SECRET52 -->
- [ ] SHOWN11 outer
  1. [ ] SHOWN12 inner
- [ ] <!-- SECRET53 -->

```
- [ ] SECRET54
```

| Risk | SECRET55 |
|---|---|
| SECRET56 | [ ] SECRET57 |

### SECRET58 marked section <!-- internal -->

- [ ] SECRET59

#### SECRET60 below

- [ ] SECRET61

### SHOWN13 section (Days 3-7)

**Kickoff Notes:**
> SECRET62 in a notes field

- [ ] Give access
  > Tip of the template SECRET08

### SECRET63 spelt otherwise <!--internal-->

- [ ] SECRET64

### SECRET65 said below

<!-- Internal -->

- [ ] SECRET66

### SECRET67 Meeting notes:

- [ ] SECRET68

## Onboarding Completion Gate

- [ ] Signed SECRET69

## Notes

- [ ] SECRET70

### Risks and Blockers

| Risk | Impact | Mitigation | Status |
|---|---|---|---|
| SECRET71 | High | SECRET72 | Open |

### Key Decisions

| Date | Decision | Made By |
|---|---|---|
| 2026-12-01 | SECRET73 | SECRET74 |
"""
SHOWN = {f"SHOWN{number:02}" for number in (1, 2, 3, 5, 6, 7, 9, 10, 11, 12, 13)}


@pytest.fixture
def acme() -> None:
    put("templates/secret09.md", TEMPLATE)
    onbo("new", "made", "--template", "secret09")
    [base] = re.findall(r'base: "(\w+)"', Path("customers/made.md").read_text())
    Path("customers/made.md").unlink()
    put("customers/secret75.md", PLAN.replace("{base}", base))
    customer("other", "# Plan\n\n**Customer:** SECRET76\n\n## A\n\n- [ ] SECRET77\n")


def customer(name: str = "acme", text: str = "## Start\n\n- [x] call\n- [ ] invite\n") -> None:
    """A plan that says that it was made from no template."""
    made(name, text if text.startswith("---") else f"---\ntemplate: none\n---\n{text}")


def share(*words: str, status: int = 0) -> str:
    said = onbo("share", *words)
    assert said.status == status, said.err
    return said.out


def shared(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(share(*words, "--json"))
    return found


def sections(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for section in found.get("phases", found.get("sections", [])):
        yield section
        yield from sections(section)


def titles(found: dict[str, Any]) -> list[str]:
    return [section["title"] for section in sections(found)]


def items(found: dict[str, Any]) -> list[str]:
    return [item["text"] for section in sections(found) for item in section["items"]]


class Words(HTMLParser):
    """What a page shows."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        if self.lasttag not in ("style", "script"):
            self.said.append(data)


def words_of(page: str) -> str:
    reader = Words()
    reader.feed(page)
    return " ".join(" ".join(reader.said).split())


# --- Nothing leaks ---


@pytest.mark.parametrize("how", [(), ("--format", "md"), ("--json",), ("-o", "page.html")])
def test_nothing_internal_comes_out(acme: None, how: tuple[str, ...]) -> None:  # noqa: ARG001
    said = share("secret75", *how)
    text = Path("page.html").read_text() if "-o" in how else said
    assert re.findall(r"(?i)secret.{0,30}", text) == []
    assert set(re.findall(r"SHOWN\d\d", text)) == SHOWN
    for never in ("83", "2026-12-24", "24 Dec", "upgrade", "contract", "Risk", "Gate", "not applicable to"):
        assert never not in text.replace("83.", ""), never
    assert "Give access" in text


def test_marks_are_words(acme: None) -> None:  # noqa: ARG001
    found = shared("secret75")
    assert found["customer"] == "SHOWN01 Corp"
    assert titles(found) == ["SHOWN02 phase", "SHOWN13 section"]
    assert items(found) == [
        "SHOWN03 code bold words",
        "SHOWN05 & tag ref",
        "SHOWN07 waits",
        "SHOWN09 none",
        "SHOWN10 never ends",
        "SHOWN11 outer",
        "SHOWN12 inner",
        "Give access",
    ]
    assert found["phases"][0]["items"][1]["notes"] == ["SHOWN06 note that is shared"]


def test_counts_and_states_are_over_what_is_shown() -> None:
    customer(
        text="**Kickoff Date:** 2026-12-01\n\n## One (Days 1-5)\n\n- [x] a\n- [~] b\n\n### Two <!-- internal -->\n\n- [ ] c\n"
        "\n## Three (Days 6-20)\n\n- [ ] d <!-- internal --> due:2026-12-02\n- [ ] e\n"
    )
    found = shared()
    assert [(s["state"], s["done"], s["total"]) for s in found["phases"]] == [("done", 1, 1), ("active", 0, 1)]
    assert (found["done"], found["total"]) == (1, 2)
    assert [step["text"] for step in found["next"]] == ["e"]


def test_what_waits_and_what_is_next_due_first() -> None:
    lines = [
        "- [ ] whenever",
        "- [ ] late due:2026-12-01 @ann",
        "- [ ] hold due:2026-12-30 waiting:customer",
        "- [x] was waiting:legal",
        "- [ ] paper waiting:legal due:2026-12-02",
        *(f"- [ ] later {number} due:2026-12-2{number}" for number in range(5)),
    ]
    customer(text="\n".join(lines))
    found = shared()
    assert [(step["text"], step["waiting"]) for step in found["waiting"]] == [
        ("paper", "a third party"),
        ("hold", "you"),
    ]
    assert [step["text"] for step in found["next"]] == ["late", "later 0", "later 1", "later 2", "later 3"]
    text = share("--format", "md")
    assert "- hold: waiting on you, due 30 Dec 2026\n" in text
    assert "- paper: waiting on a third party, was due 2 Dec 2026\n" in text
    assert "waiting on you" in words_of(share())


@pytest.mark.parametrize(
    "mark",
    [
        "<!---internal--->",
        "<!--- internal --->",
        "<!-- id=x, internal -->",
        "<!-- only=smb; Internal -->",
        "(internal)",
        "[INTERNAL]",
        "(internal only)",
    ],
)
def test_what_says_that_it_is_internal_in_its_own_way_is_believed(mark: str) -> None:
    customer(text=f"## A\n\n- [ ] a\n- [ ] b {mark}\n\n## {mark} B\n\n- [ ] c\n\n## C {mark}\n\n- [ ] d\n")
    assert items(shared()) == ["a"]


@pytest.mark.parametrize("title", ["Internal", "Internal only:", "**Notes** from sales", "Notes & context"])
def test_a_heading_that_says_that_it_is_internal_is_believed(title: str) -> None:
    customer(text=f"## A\n\n- [ ] a\n\n### {title}\n\n- [ ] b\n")
    assert items(shared()) == ["a"]


@pytest.mark.parametrize(
    "words", ["Internal training", "Their internal (IT) portal", "Noteworthy", "<!-- id=internal -->"]
)
def test_a_word_that_is_about_the_customer_hides_nothing(words: str) -> None:
    customer(text=f"## {words}\n\n- [ ] a {words}\n")
    assert len(items(shared())) == 1


def shown_of(lines: str) -> tuple[list[str], list[str]]:
    """The titles and the items that a plan's page shows."""
    customer(text=lines)
    found = shared()
    return titles(found), items(found)


@pytest.mark.parametrize(
    "between", ["> tip", "| a | b |\n|---|---|\n| c | d |", "```\nx\n```", "<!-- c -->", "Please:"]
)
def test_a_bold_line_ends_what_a_mark_above_it_hides(between: str) -> None:
    text = "**Ours (internal)**\n\n- [ ] secret\n\n**Yours**{}\n\n- [ ] shown\n"
    for end in ("", " (Days 3-7)", " @ann", " <!-- c -->"):
        customer(text=text.format(f"{end}\n{between}"))
        assert items(shared()) == ["shown"]
        customer(text=text.format(f"{end}\n\n{between}"))
        assert items(shared()) == ["shown"]


@pytest.mark.parametrize(
    "lines",
    [
        # on the document's title
        "# Plan <!-- internal -->\n\n- [ ] SECRET\n\n## A\n\n- [ ] SECRET",
        "# (Internal) Plan\n\n- [ ] SECRET\n",
        "# Plan\n<!-- internal -->\n\n- [ ] SECRET\n",
        "Plan <!-- internal -->\n====\n\n- [ ] SECRET\n",
        # on a bullet without a box
        "- Homework <!-- internal -->\n  - [ ] SECRET\n    - [ ] SECRET\n",
        "- (internal) Homework\n  1. more\n     - [ ] SECRET\n",
        "- Internal\n  - [ ] SECRET\n",
        "* Homework\n  <!-- internal -->\n  * [ ] SECRET\n",
        # on what stands above a list
        "**Homework** <!-- internal -->\n- [ ] SECRET\n",
        "**Internal:**\n\n- [ ] SECRET\n",
        "**Our notes**\n\n- [ ] SECRET\n",
        "For us, internal use only:\n- [ ] SECRET (internal)\n",
        "Only we see this <!-- internal -->\n\n1. [ ] SECRET\n",
        "- [ ] SECRET <!-- internal -->\n\n  **More** <!-- internal -->\n  - [ ] SECRET\n",
        # comments on lines of their own
        "<!-- internal -->\n- [ ] SECRET\n",
        "## SECRET\n\n<!-- owner: ann -->\n<!-- internal -->\n\n- [ ] SECRET\n",
        "<!-- internal -->\n## SECRET\n\n- [ ] SECRET\n\n### SECRET\n\n- [ ] SECRET\n",
        "- [ ] SECRET\n<!-- internal -->\n",
        "<!-- internal start -->\n\n- [ ] SECRET\n\n## SECRET\n\n- [ ] SECRET\n\n<!-- internal end -->\n",
        "<!-- internal -->\n\nText\n\n- [ ] SECRET\n\n## SECRET\n\n- [ ] SECRET\n\n<!-- /internal -->\n",
        # comments over several lines
        "- [ ] SECRET <!-- internal -->\n- [ ] SHOWN <!-- from here\n- [ ] SECRET\n- [ ] SECRET -->\n",
        "%%\n- [ ] SECRET\n%%\n",
        "%%\n\n## SECRET\n\n- [ ] SECRET\n",
        "- [ ] SHOWN %% not yet\n- [ ] SECRET %%\n",
        # other words, other comments, other brackets
        "- [ ] SECRET <!-- csm: internal for now --> <!-- id=a -->\n",
        "- [ ] SECRET (internal) <!-- id=a -->\n",
        "- [ ] SECRET (Internal use only) @ann due:2026-12-20\n",
        "- [ ] SECRET \uff08internal\uff09\n",
        "- [ ] SECRET [internal]\n\n[internal]: https://example.com\n",
        "- [ ] SECRET (for internal use)\n- [ ] SECRET [internal: ask Bob]\n- [ ] SECRET {internal}\n",
        "- [ ] Internal: SECRET\n- [ ] **Internal** SECRET\n- [ ] SECRET - internal\n- [ ] SECRET #internal\n",
        "- [ ] SECRET %% internal %%\n- [ ] SECRET <!-- int\u200bernal -->\n",
        "## SECRET (internal use only) (Days 1-5)\n\n- [ ] SECRET\n",
        "## SECRET <!-- id=a --> <!-- internal -->\n\n- [ ] SECRET\n",
        "> ## Ours <!-- internal -->\n>\n> - [ ] SECRET\n",
        # HTML
        "<details><summary>Internal</summary>\n\n- [ ] SECRET\n\n## SECRET\n\n- [ ] SECRET\n\n</details>\n",
        "<div hidden>\n\n<div>\n\n</div>\n\n- [ ] SECRET\n\n</div>\n",
        '<section class="internal">\n\n- [ ] SECRET\n\n</section>\n',
        # notes fields
        "**Call Notes:**\n> - [ ] SECRET\n",
        # behind the words of a heading or a bullet
        "## SECRET <div hidden>\n\n- [ ] SECRET\n\n</div>\n",
        "- Homework <div hidden>\n\n  - [ ] SECRET\n\n</div>\n",
        # bold lines, whatever stands beside them
        "**Risks** @bob\n\n- [ ] SECRET\n\n**Risks** <!-- x -->\n\n- [ ] SECRET\n",
        "**Decision log** (Owner: Bob)\n\n- [ ] SECRET\n\n**Risks** due:2026-12-12\n\n- [ ] SECRET\n",
        "**Risks and blockers**\nAs of today.\n\n- [ ] SECRET\n",
        "**Ours (internal)** @ann\n\n- [ ] SECRET\n\n**Yours** @ann\n\n- [ ] SHOWN\n",
        "**Risks @bob**\n\n- [ ] SECRET\n\n**Risks** ^abc\n\n- [ ] SECRET\n\n**Risks (Day 3)**\n\n- [ ] SECRET\n",
        "Text\n**Notes** @ann\n\n- [ ] SECRET\n\nText\n**Meeting notes due:2026-12-09**\n\n- [ ] SECRET\n",
        "**[Meeting notes](https://x.y)**\n\n- [ ] SECRET\n\n[**Risks**](x)\n\n- [ ] SECRET\n",
        "**[[Meeting notes]]**\n\n- [ ] SECRET\n\n**[[x|Notes]]**\n\n- [ ] SECRET\n\n**Risks [log](x)**\n\n- [ ] SECRET\n",
        "> **Risks [[@Ann]]**\n>\n> - [ ] SECRET\n\n> **Notes**\n\n- [ ] SECRET\n",
        # marks and comments within emphasis
        "## _Plan, internal <!-- Q3 -->_\n\n- [ ] SECRET\n\n## _<!-- z --> INTERNAL Plan_\n\n- [ ] SECRET\n",
        "- [ ] _<!-- z --> SECRET internal_\n- [ ] **<!-- z --> Internal** SECRET\n- [ ] **@ann Internal** SECRET\n",
        # right below a heading
        "## SECRET\nInternal\nFor our own team.\n\n- [ ] SECRET\n\n### SECRET\n\n**B**\n\n- [ ] SECRET\n",
        "## SECRET\n\n%% internal %%\n**Owner:** Bob\n\n- [ ] SECRET\n\n**B**\n\n- [ ] SECRET\n",
        "## SECRET\n%% todo %%\n<!-- internal -->\n\n- [ ] SECRET\n\n### SECRET\n\n- [ ] SECRET\n",
        "## SECRET\n\n{>> todo <<}\n\nInternal\n\n- [ ] SECRET\n\n### SECRET\n\n- [ ] SECRET\n",
        "## A\n\n%% note\n- [ ] SECRET\n%%\n\n1. [ ] SHOWN\n\nWords\n\n- [ ] SHOWN\n",
        # beside lists
        "- [ ] SECRET\n\n  Internal\n  For our own team.\n- [ ] SHOWN\n",
        "- [ ] SHOWN\n\n  %% internal %%\n\n  - [ ] SECRET\n\n  %% /internal %%\n\n  - [ ] SHOWN\n",
        "1. [ ] SECRET\n  <!-- internal -->\n2. [ ] SHOWN\n",
        "- [ ] SECRET\n  - [ ] Internal\n- [ ] SHOWN\n",
        "- [ ] SECRET internal-only\n- [ ] SECRET -internal, ask Bob\n",
        "## Toll gate #todo\n\n- [ ] SECRET\n\n## Go-live gate [x]\n\n- [ ] SECRET\n\n## Risks (us)\n\n- [ ] SECRET\n",
    ],
)
def test_nothing_below_a_mark_is_shown(lines: str) -> None:
    found_titles, found = shown_of(f"{lines}\n\n# Other\n\nText\n\n## SHOWN later\n\n- [ ] SHOWN there\n")
    everywhere = " ".join([*found_titles, *found])
    assert "SECRET" not in everywhere
    if not lines.startswith(("%%\n\n", "# ", "Plan")):
        assert "SHOWN there" in found
    assert lines.count("SHOWN") == sum("SHOWN" in text and text != "SHOWN there" for text in found)
    for how in ((), ("--format", "md"), ("--json",)):
        assert "SECRET" not in share("acme", *how)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("SSO (n/a: too dear for them (see (mail of Bob)))", "SSO"),
        ("SSO (n/a: they are broke", "SSO"),
        ("SSO (n/a: later) (n/a: CFO said no)", "SSO"),
        ("SSO (n/a: they said no :) too dear) now", "SSO now"),
        ("SSO [N/A - too dear] soon", "SSO soon"),
        ("SSO (**n/a**: too dear)", "SSO"),
        (r"SSO \(n/a: too dear\)", "SSO"),
        ("SSO [CSM's view:: dear] soon", "SSO soon"),
        ("SSO (due:2026-03-12) (arr:: dear) soon", "SSO soon"),
        ("SSO `<!-- x -->` @ann (n/a: dear) `<!-- y -->` soon", "SSO soon"),
        ("SSO `<!-- x -->` [arr:: dear] `<!-- y -->` soon", "SSO soon"),
        ("SSO [\U0001f511:: dear] (arr & co:: dear)", "SSO"),
        ("_Call them <!-- x -->_", "Call them"),
        ("SSO &#40;n/a: too dear&#41;", "SSO"),
        ("SSO n/a: too dear", "SSO"),
        ("Call @ann @bob", "Call"),
        ("Call (with @ann, @bob.lee), then wait", "Call (with), then wait"),
        ("Call @ann's team, **@bob** and \uff20cy", "Call team, and"),
        ("Call (Owner: Jane Doe)", "Call"),
        ("Call - Owner: Jane", "Call"),
        ("Call | responsible: Jane", "Call"),
        ("Call [owner:: Jane] [cost:: 5000]", "Call"),
        ("Call @done(2026-12-01 by Jane)", "Call"),
        ("Call waiting:legal due:2026-12-20 \U0001f4c5 2026-12-21", "Call"),
        ("Call <!-- slow --> them <!-- to answer", "Call them"),
        ("Call %% slow %% them %% to answer", "Call"),
        (r"Call \<!-- slow --> them", "Call them"),
        ("Call &lt;!-- slow --&gt; them", "Call them"),
        ("Call {>> slow <<} them[^1] ^[slow]", "Call them"),
        ("Call ![slow](x.png) [them](https://example.com 'slow') ^block", "Call them"),
        ("Call <span hidden>slow</span> them <script>slow", "Call them"),
        ("Call\u200b them", "Call them"),
        # No tokens, and nobody's name
        ("Install @types/node, mail ann@example.com", "Install @types/node, mail ann@example.com"),
        (r"Tell `@channel` and \@here", "Tell @channel and"),
        ("Follow [[@Ann]], @ann@example.social", "Follow, @ann@example.social"),
        ("Read example.com/@ann", "Read example.com/@ann"),
        ("Owner training; owners of the N/A region", "Owner training; owners of the N/A region"),
        (
            "Their internal (IT) portal, [internal](https://example.com) docs",
            "Their internal (IT) portal, internal docs",
        ),
        ("Internal training (internal audit)", "Internal training (internal audit)"),
        ("Invite <b>all</b> of *them* (if applicable): 100%", "Invite all of them (if applicable): 100%"),
        ("\U0001f389", "\U0001f389"),
    ],
)
def test_the_words_of_an_item(text: str, told: str) -> None:
    customer(text=f"- [ ] x\n- [~] {text}\n")
    assert items(shared()) == ["x", told]
    customer(text=f"## {text}\n\n- [ ] x\n")
    assert titles(shared()) == [told]


@pytest.mark.parametrize(
    "reason",
    ["(n/a) Bob is cheap", "not applicable Bob is cheap", "n/a Bob is cheap", "**N/A**. Bob is cheap"],
)
def test_of_an_item_that_does_not_apply_all_from_the_reason_on_is_left_out(reason: str) -> None:
    customer(text=f"- [~] SSO {reason}\n- [~] Set up the N/A region\n- [ ] Call\n")
    assert items(shared()) == ["SSO", "Set up the N/A region", "Call"]


def test_the_customers_name_has_no_owner_and_no_comment() -> None:
    customer(text="**Customer:** Acme @ann (n/a: x) %% rude %%\n\n- [ ] a\n")
    assert shared()["customer"] == "Acme"
    customer(text="**Customer:** Acme (internal: churns)\n\n- [ ] a\n")
    assert shared()["customer"] is None
    customer(
        text="# Plan\n\n## Facts <!-- internal -->\n\n**Customer:** Acme\n**Kickoff Date:** 2026-12-01\n\n## B\n\n- [ ] a\n"
    )
    assert (shared()["customer"], shared()["kickoff"]) == (None, None)


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("customer", "you"),
        ("Client", "you"),
        ("Acme-Corp", "you"),
        ("acme", "you"),
        ("us", "us"),
        ("internal", "us"),
        ("csm", "us"),
        ("Dana-Doe", "us"),
        ("their-slow-CFO", "a third party"),
        ("legal", "a third party"),
    ],
)
def test_whom_an_item_is_waiting_on_is_told_by_side(who: str, told: str) -> None:
    customer(text=f"**Customer:** Acme Corp\n**CSM:** Dana Doe\n\n- [ ] a waiting:{who}\n")
    assert shared()["waiting"][0]["waiting"] == told
    assert f"waiting on {told}" in words_of(share())
    put("onbo.toml", '[share]\nwaiting = "full"\n')
    assert shared()["waiting"][0]["waiting"] == ("you" if told == "you" else who)
    put("onbo.toml", "[share]\nwaiting = 1\n")
    assert 'setting share.waiting must be "side" or "full"' in onbo("share").err


def test_words_given_to_wait_are_told_by_side() -> None:
    customer(text="**Customer:** Acme & Sons\n\n- [ ] a\n- [ ] b\n")
    onbo("wait", "acme", "0.1", "--on", "Acme & Sons")
    onbo("wait", "acme", "0.2", "--on", "their lawyer, who never answers")
    assert [step["waiting"] for step in shared()["waiting"]] == ["you", "a third party"]


@pytest.mark.parametrize("how", [(), ("--json",), ("--format", "md"), ("--explain",)])
def test_a_file_that_names_no_template_is_refused(how: tuple[str, ...]) -> None:
    made(text="## A\n\n- [ ] a\n")
    said = onbo("share", "acme", *how)
    assert (said.status, "does not say which template it was made from; if it was made from none" in said.err) == (
        3,
        True,
    )
    assert "- [ ] a" not in said.out
    assert onbo("share", "acme", "--no-template", *how).status == 0


def test_no_template_stands_for_none_and_not_for_one_that_is_gone() -> None:
    made(text="---\ntemplate: gone\n---\n## A\n\n- [ ] a\n")
    assert onbo("share", "acme", "--no-template").status == 3
    made(text='---\ntemplate: none\nbase: "0123456789ab"\n---\n## A\n\n- [ ] a\n')
    assert onbo("share", "acme").status == 3
    made(text="---\ntemplate: none\n---\n## A\n\n- [ ] a\n")
    assert json.loads(onbo("status", "acme", "--json").out)["customers"][0]["template"] is None
    assert onbo("outdated", "acme").status == 0
    assert "template" not in onbo("lint", "acme").out


# --- The explanation ---


def test_explain_says_of_each_part_what_hides_it() -> None:
    customer(
        text="# Plan\n\n**Customer:** Acme\n**CSM:** Dana\n\n## One\n\nProse\n\n- [ ] a @ann <!-- id=x -->\n  > Note\n"
        "  >\n  > Told <!-- shared -->\n- [ ] b <!-- internal -->\n  - [ ] c\n\n## Two\n\n- d\n\n## Notes\n\n- [ ] e\n"
    )
    assert (
        share("acme", "--explain")
        == """\
 1  hidden  ---: front matter is never shown
 4  hidden  # Plan: the title is never shown
 6  shown   **Customer:** Acme
 7  hidden  **CSM:** Dana: this field is never shown
 9  shown   ## One
11  hidden  Prose: prose is never shown
13  shown   - [ ] a @ann <!-- id=x -->: without <!-- id=x -->, @ann
14  hidden  > Note: a note without <!-- shared -->
16  shown   > Told <!-- shared -->: without <!-- shared -->
17  hidden  - [ ] b <!-- internal -->: marked internal
18  hidden  - [ ] c: under "b" (line 17)
20  hidden  ## Two: nothing below it is shown
22  hidden  - d: a bullet without a box is never shown
24  hidden  ## Notes: a section of notes is never shown
26  hidden  - [ ] e: under "Notes" (line 24)
4 shown, 11 hidden
"""
    )
    parts = json.loads(share("acme", "--explain", "--json"))["parts"]
    assert [part["as"] for part in parts if part["shown"]] == ["Acme", "One", "a", "Told"]
    assert all(bool(part["because"]) != part["shown"] for part in parts)


@pytest.mark.parametrize("words", [("-o", "a.html"), ("--format", "md")])
def test_explain_makes_no_page(words: tuple[str, ...]) -> None:
    customer()
    assert "--explain makes no page" in onbo("share", "acme", "--explain", *words).err
    assert not Path("a.html").exists()


def test_a_page_with_nothing_on_it_says_so() -> None:
    customer(text="# Plan <!-- internal -->\n\n- [ ] a\n")
    said = onbo("share", "acme")
    assert (said.status, "note: nothing is shown but the header" in said.err) == (0, True)


# --- The template's list ---


def test_the_built_in_plans_keep_their_preparation_internal() -> None:
    onbo("new", "small", "--template", "essentials")
    found = shared("small")
    assert found["total"] == 25
    assert [text for text in items(found) if re.search("churn|upgrade|Hand off|Re-engage|who has", text)] == []
    assert all(item["notes"] == [] for section in sections(found) for item in section["items"])
    for template in ("90-day", "30-day"):
        onbo("new", template, "--template", template, "--slug", f"c{template}", "--segment", "mid-market")
        found = shared(f"c{template}")
        assert "Pre-Kickoff Preparation" not in titles(found)
        assert [text for text in items(found) if re.search("expansion opp|upgrade", text)] == []
        assert titles(found)[0] == "Phase 1: Welcome and Setup"
        assert "Onboarding Completion Gate" not in titles(found)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Getting ready", "Review signed contract and SOW for scope and commitments"),
        ("pre-kickoff  PREPARATION", "Something of our own"),
        ("Pre-Kickoff **Preparation**", "Something of our own"),
    ],
)
def test_a_section_renamed_is_internal_by_its_items_and_one_spelt_otherwise_by_its_name(title: str, text: str) -> None:
    onbo("new", "acme", "--segment", "enterprise")
    path = Path("customers/acme.md")
    old = path.read_text("utf-8")
    new = old.replace("Pre-Kickoff Preparation", title).replace(
        "Review signed contract and SOW for scope and commitments", text
    )
    path.write_text(new, "utf-8")
    assert titles(shared("acme"))[:2] == ["Phase 1: Welcome and Setup", "Kickoff Meeting"]


def test_a_renamed_section_hides_what_was_added_to_it() -> None:
    put("templates/ours.md", "---\ninternal: [Prep]\n---\n# P\n\n## Prep\n\n- [ ] a\n- [ ] b\n\n## Go\n\n- [ ] c\n")
    onbo("new", "acme", "--template", "ours")
    path = Path("customers/acme.md")
    old = path.read_text()
    path.write_text(old.replace("## Prep", "## Before").replace("- [ ] b\n", "- [ ] new\n"))
    assert items(shared("acme")) == ["c"]
    # Where a section that was there gets one of its items, it is not hidden with it.
    path.write_text(
        old.replace("- [ ] c\n", "- [ ] c\n- [ ] d\n- [ ] a\n").replace("## Prep\n\n- [ ] a\n", "## Before\n\n")
    )
    assert items(shared("acme")) == ["c", "d"]


def test_a_renamed_phase_is_not_internal_for_an_internal_section_in_it() -> None:
    plan = "---\ninternal: [Prep]\n---\n# P\n\n## One\n\n### Prep\n\n- [ ] a\n- [ ] b\n\n### Go\n\n- [ ] c\n"
    put("templates/ours.md", plan)
    onbo("new", "acme", "--template", "ours")
    path = Path("customers/acme.md")
    old = path.read_text()
    path.write_text(old.replace("## One", "## Welcome"))
    assert items(shared("acme")) == ["c"]
    path.write_text(old.replace("## One", "## Welcome").replace("### Prep", "### Before"))
    assert items(shared("acme")) == ["c"]


def test_sections_of_an_internal_one_that_was_renamed_stay_internal() -> None:
    plan = "---\ninternal: [Prep]\n---\n# P\n\n## Prep\n\n### Deal\n\n- [ ] a\n\n## Go\n\n- [ ] c\n"
    put("templates/ours.md", plan)
    onbo("new", "acme", "--template", "ours")
    path = Path("customers/acme.md")
    path.write_text(path.read_text().replace("## Prep", "## Before").replace("- [ ] a\n", "- [ ] a\n- [ ] new\n"))
    assert items(shared("acme")) == ["c"]


def test_a_renamed_bold_line_hides_what_was_added_below_it() -> None:
    plan = "---\ninternal: [Prep]\n---\n# P\n\n**Prep**\n\n- [ ] a\n- [ ] b\n\n**Go**\n\n- [ ] c\n- [ ] d\n"
    put("templates/ours.md", plan)
    onbo("new", "acme", "--template", "ours")
    path = Path("customers/acme.md")
    old = path.read_text()
    path.write_text(old.replace("**Prep**", "**Before**").replace("- [ ] b\n", "- [ ] b\n- [ ] new\n"))
    assert items(shared("acme")) == ["c", "d"]
    path.write_text(old.replace("**Prep**", "**Before**").replace("- [ ] a\n", "- [ ] new\n"))
    assert items(shared("acme")) == ["c", "d"]
    # A line that the template has hides nothing for the items that were moved below it.
    path.write_text(old.replace("- [ ] a\n- [ ] b\n", "- [ ] e\n").replace("- [ ] d\n", "- [ ] d\n- [ ] a\n- [ ] b\n"))
    assert items(shared("acme")) == ["c", "d"]


@pytest.mark.parametrize(
    ("name", "new"), [("- Prep\n  ", "- Before\n  "), ("- Prep\n  ", "## Before\n\n"), ("## Prep\n\n", "- Before\n  ")]
)
def test_so_does_a_renamed_bullet_whatever_it_becomes(name: str, new: str) -> None:
    listed = "---\ninternal: [Prep]\n---\n# P\n\n## Go\n\n- [ ] c\n\n"
    put("templates/ours.md", f"{listed}{name}- [ ] a\n")
    onbo("new", "acme", "--template", "ours")
    path = Path("customers/acme.md")
    path.write_text(
        path.read_text().replace(f"{name}- [ ] a\n", f"{new}- [ ] a\n{' ' * (new[0] == '-') * 2}- [ ] new\n")
    )
    assert items(shared("acme")) == ["c"]


@pytest.mark.parametrize(
    "label", ["**We** <!-- x -->", "**We** @bob", "**We** (us)", "**Prep** (us)", "**a**", "**We**\n\nWords"]
)
def test_a_renamed_bold_line_may_have_more_beside_it(label: str) -> None:
    put("templates/ours.md", "---\ninternal: [Prep]\n---\n# P\n\n**Prep**\n\n- [ ] a\n\n**Go**\n\n- [ ] c\n")
    onbo("new", "acme", "--template", "ours")
    path = Path("customers/acme.md")
    path.write_text(path.read_text().replace("**Prep**\n\n", f"{label}\n\n- [ ] new\n"))
    assert items(shared("acme")) == ["c"]


NESTED = "---\ninternal: [Prep]\n---\n# P\n\n## Prep\n\n- [ ] a\n  - [ ] b\n\n## Go\n\n- [ ] c\n"


@pytest.mark.parametrize(
    ("prep", "new"),
    [
        ("", "## New\n\n- [ ] a\n  - [ ] b\n- [ ] new\n"),
        ("- [ ] a\n", "## New\n\n- [ ] b\n- [ ] new\n"),
        ("- [ ] a\n", "**New**\n\n- [ ] b\n- [ ] new\n"),
        ("  - [ ] b\n", "### a\n\n- [ ] new\n"),
        ("- [ ] b\n", "- [~] a n/a, they know\n"),
    ],
)
def test_what_was_nested_below_an_internal_heading_counts_too(prep: str, new: str) -> None:
    put("templates/ours.md", NESTED)
    onbo("new", "acme", "--template", "ours")
    path = Path("customers/acme.md")
    path.write_text(path.read_text().replace("- [ ] a\n  - [ ] b\n", prep) + f"\n{new}")
    assert items(shared("acme")) == ["c"]


INSIDE = (
    "---\ninternal: [Prep]\n---\n# P\n\n## Prep\n\n- [ ] a\n\n### Deep\n\n- [ ] b\n- [ ] b2\n\n### Empty\n\n**Bold**\n\n- [ ] e\n\n"
    "- Dot\n  - [ ] f\n\n## Go\n\n- [ ] c\n\n### Own\n\n- [ ] d\n"
)


@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        # moved, with the items or without, promoted, or copied
        ("", "\n### Deep\n\n- [ ] b\n- [ ] new\n"),
        ("", "\n### 2. **deep** (Days 3-4) <!-- id=q -->\n\n- [ ] new\n"),
        ("", "\n### Empty\n\n- [ ] new\n"),
        ("", "\n**Bold**\n\n- [ ] e\n- [ ] new\n"),
        ("", "\n**bold:** @ann\n\n- [ ] new\n"),
        ("", "\n- Dot\n  - [ ] new\n"),
        ("### Deep\n", "## Deep\n\n- [ ] new\n"),
        ("", "\n- [ ] Deep\n  - [ ] new\n- [ ] Bold @ann\n"),
        # below another heading
        ("## Prep\n", "## Before\n"),
        ("## Prep\n\n- [ ] a\n", ""),
        (
            "## Prep\n\n- [ ] a\n\n### Deep\n\n- [ ] b\n",
            "## Before\n\n### Deep\n\n- [ ] new\n- [ ] new 2\n- [ ] new 3\n",
        ),
        ("## Prep\n\n- [ ] a\n", "## Before\n\n- [ ] b\n- [ ] new\n"),
        (
            "## Prep\n\n- [ ] a\n\n### Deep\n",
            "## Before\n\n- [ ] a\n- [ ] new\n\n### Deep\n\n- [ ] new 2\n- [ ] new 3\n",
        ),
        # around a section of which the template says that it is shown
        ("### Own\n", "## New\n\n- [ ] a\n- [ ] new\n\n### Own\n"),
        ("### Own\n", "## New\n\n- [ ] a\n- [ ] b\n- [ ] new\n\n### More\n\n- [ ] new 2\n\n#### Own\n"),
    ],
)
def test_what_was_internal_with_what_it_stood_in_stays_so(old: str, new: str, *, marked: bool) -> None:
    plan = INSIDE
    if marked:
        plan = plan.replace("internal: [Prep]", "title: P").replace("## Prep", "## Prep <!-- internal -->")
    put("templates/ours.md", plan)
    onbo("new", "acme", "--template", "ours")
    path = Path("customers/acme.md")
    text = path.read_text()
    path.write_text(
        text.replace(old.replace("## Prep\n", "## Prep <!-- internal -->\n") if marked else old, new)
        if old
        else text + new
    )
    assert path.read_text() != text
    found = shared("acme")
    assert items(found) == ["c", "d"]
    assert titles(found) == ["Go", "Own"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Kickoff readiness", "Kick-off readiness"),
        ("Kick-off readiness", "Kickoff readiness"),
        ("Pre-Kickoff call", "Pre kickoff call"),
        ("Talk of the go-live price", "Talk of the golive price in May"),
    ],
)
def test_a_name_of_the_list_is_the_same_with_hyphens_and_blanks_or_without(name: str, text: str) -> None:
    customer(text=f"---\ntemplate: none\ninternal: [{name}]\n---\n- [ ] {text}\n- [ ] b\n\n## {text}\n\n- [ ] c\n")
    assert items(shared()) == ["b"]


@pytest.mark.parametrize("mark", ["a (internal)", "Internal: a", "**Internal** a", "a - internal", "a #internal"])
def test_an_item_that_was_marked_in_the_template_stays_internal_without_its_mark(mark: str) -> None:
    put("templates/ours.md", f"# P\n\n## Go\n\n- [ ] {mark}\n- [ ] b\n")
    onbo("new", "acme", "--template", "ours")
    path = Path("customers/acme.md")
    path.write_text(path.read_text().replace(f"- [ ] {mark}\n", "- [ ] a\n"))
    assert items(shared("acme")) == ["b"]


def test_an_internal_item_stays_so_with_more_words_behind_it() -> None:
    plan = "---\ninternal: [Prep]\n---\n# P\n\n## Prep\n\n- [ ] Ask their CFO\n- [ ] Ask Bob\n\n## Go\n\n- [ ] Ask their CFO again\n"
    put("templates/ours.md", plan)
    onbo("new", "acme", "--template", "ours")
    path = Path("customers/acme.md")
    more = "- [ ] Ask their CFO: no (3 Dec)\n- [ ] Ask Bob again\n- Ask their CFO soon\n  - [ ] new\n"
    path.write_text(
        f"{path.read_text()}{more}\n### Ask their CFO (Q1)\n\n- [ ] new\n\n**Ask their CFO soon**\n\n- [ ] new\n"
    )
    assert items(shared("acme")) == ["Ask their CFO again", "Ask Bob again"]


@pytest.mark.parametrize(
    "mark",
    ["Ask their CFO (internal)", "Internal: Ask their CFO", "INTERNAL Ask their CFO", "Ask their CFO - internal"],
)
def test_so_does_one_that_lost_its_mark_for_them(mark: str) -> None:
    put("templates/ours.md", f"# P\n\n## Go\n\n- [ ] {mark}\n- [ ] b\n")
    onbo("new", "acme", "--template", "ours")
    path = Path("customers/acme.md")
    path.write_text(path.read_text().replace(mark, "Ask their CFO by Friday"))
    assert items(shared("acme")) == ["b"]


@pytest.mark.parametrize(
    ("begin", "end"), [("<!-- internal -->", "<!-- /internal -->"), ("%% internal %%", "%% /internal %%")]
)
def test_a_list_in_a_stretch_of_the_template_counts_as_below_an_internal_line(begin: str, end: str) -> None:
    plan = f"# P\n\n## Go\n\n- [ ] c\n\n{begin}\n\n**We**\n\n- [ ] a\n- [ ] b\n\n{end}\n\n## End\n\n- [ ] d\n"
    put("templates/ours.md", plan)
    onbo("new", "acme", "--template", "ours")
    path = Path("customers/acme.md")
    text = path.read_text().replace(f"{begin}\n\n", "").replace(f"{end}\n\n", "")
    for label in ("**Staff**", "#### Staff"):
        path.write_text(text.replace("**We**", label).replace("- [ ] b\n", "- [ ] b\n- [ ] new\n"))
        assert items(shared("acme")) == ["c", "d"]


def test_an_internal_item_with_more_words_counts_in_a_new_section() -> None:
    put("templates/ours.md", "# P\n\n## Go\n\n- [ ] c\n\n## Prep <!-- internal -->\n\n- [ ] Ask their CFO\n")
    onbo("new", "acme", "--template", "ours")
    path = Path("customers/acme.md")
    text = path.read_text().split("## Prep")[0]
    path.write_text(f"{text}### Growth\n\n- [x] Ask their CFO - done 3 Dec\n- [ ] new\n")
    assert items(shared("acme")) == ["c"]


@pytest.mark.parametrize(
    "plan",
    [
        "- [ ] Ask their CFO <!-- internal -->\n",
        "## Prep <!-- internal -->\n\n- [ ] Ask their CFO\n",
        "## Prep (INTERNAL)\n\n- [ ] Ask their CFO\n",
        "## Risks\n\n- [ ] Ask their CFO\n",
    ],
)
def test_an_update_marks_what_was_internal_by_a_mark(plan: str) -> None:
    put("templates/ours.md", f"# P\n\n## Go\n\n- [ ] c\n{plan}")
    onbo("new", "acme", "--template", "ours")
    path = Path("customers/acme.md")
    text = path.read_text()
    path.write_text(text[: text.index("- [ ] c\n")] + "- [ ] c\n- [x] Ask their CFO\n")
    assert items(shared("acme")) == ["c"]
    put("templates/ours.md", "# P\n\n## Go\n\n- [ ] c\n- [ ] d\n")
    assert "marked    Ask their CFO  (it was internal in the earlier template)" in onbo("update", "acme").out
    assert items(shared("acme")) == ["c", "d"]


def test_what_was_nested_below_an_internal_item_counts_in_a_section_of_its_own() -> None:
    put("templates/ours.md", "# P\n\n## Go\n\n- [ ] c\n- [ ] p <!-- internal -->\n  - [ ] a\n  - [ ] b\n")
    onbo("new", "acme", "--template", "ours")
    path = Path("customers/acme.md")
    path.write_text(path.read_text().split("- [ ] p")[0] + "\n### p2\n\n- [ ] a\n- [ ] b\n- [ ] new\n")
    assert items(shared("acme")) == ["c"]


def test_a_title_that_the_template_has_shown_too_is_internal_by_its_items() -> None:
    plan = "---\ninternal: [Prep]\n---\n# P\n\n## Prep\n\n### Steps\n\n- [ ] a\n- [ ] b\n\n## Go\n\n### Steps\n\n- [ ] c\n\n## End\n\n- [ ] d\n"
    put("templates/ours.md", plan)
    onbo("new", "acme", "--template", "ours")
    path = Path("customers/acme.md")
    text = path.read_text()
    path.write_text(text.replace("- [ ] c\n", "- [ ] c\n- [ ] new\n") + "\n### Steps\n\n- [ ] a\n- [ ] b\n- [ ] c2\n")
    assert items(shared("acme")) == ["c", "new", "d"]


@pytest.mark.parametrize(
    "bullet", ["<!-- id=x --> Deal desk", "<!-- x --> **Deal desk** @ann", "Deal desk <!-- a\n  b -->", "### Deal desk"]
)
def test_a_bullet_of_a_name_of_the_list_hides_what_is_below_it(bullet: str) -> None:
    customer(text=f"---\ntemplate: none\ninternal: [Deal desk]\n---\n- {bullet}\n  - [ ] a\n- [ ] b\n")
    assert items(shared()) == ["b"]


@pytest.mark.parametrize(
    "above",
    [
        "We do these.\n**Deal desk**\n\n",
        "**Deal desk:** <!-- x -->\nWe do these.\n\n",
        "We do these.\n**Deal desk**\n",
        "- [ ] b\n\n  **Deal desk**\n\n  ",
        "> **Deal desk**\n\n",
        "We do these.\n**Deal desk @ann**\n\n",
        "**Deal desk due:2026-12-09**\nWe do these.\n\n",
        "We do these.\n**Deal desk** ^abc\n\n",
    ],
)
def test_so_does_a_bold_line_wherever_it_stands(above: str) -> None:
    customer(text=f"---\ntemplate: none\ninternal: [Deal desk]\n---\n{above}- [ ] a\n\n**Yours**\n\n- [ ] c\n")
    assert [text for text in items(shared()) if text != "b"] == ["c"]


def test_a_name_of_the_list_is_words() -> None:
    text = '---\ntemplate: none\ninternal: ["Ask **Bob**"]\n---\n- [ ] ask Bob\n- [ ] b\n'
    customer(text=text)
    assert items(shared()) == ["b"]


@pytest.mark.parametrize(
    "text",
    ["introduce expansion \u2013 opportunities, if appropriate.", "Introduce expansion opportunities (Gold plan)"],
)
def test_a_name_of_the_list_is_known_by_its_words_and_with_more_behind_them(text: str) -> None:
    names = '["Introduce expansion opportunities", "Introduce expansion opportunities if appropriate", "Call"]'
    customer(
        text=f"---\ntemplate: none\ninternal: {names}\n---\n- [ ] {text}\n- [ ] Call Bob\n- [ ] Introduce expansion\n- [ ] ...\n"
    )
    assert items(shared()) == ["Call Bob", "Introduce expansion", "..."]


def test_a_name_that_matches_nothing_is_told() -> None:
    onbo("new", "acme", "--segment", "enterprise")
    path = Path("customers/acme.md")
    path.write_text(path.read_text("utf-8").replace("Introduce expansion opportunities", "Talk of expansion"), "utf-8")
    said = onbo("share", "acme", "--json")
    assert said.err == (
        "note: no section or item is called 'Introduce expansion opportunities if appropriate', which is listed as "
        "internal: check the page before you send it\n"
    )


@pytest.mark.parametrize("key", ["internal", "Internal"])
def test_a_file_may_have_a_list_of_its_own(key: str) -> None:
    customer(text=f"---\ntemplate: none\n{key}: Late\n---\n## Early\n\n- [ ] a\n\n## Late (Days 1-2)\n\n- [ ] b\n")
    assert titles(shared()) == ["Early"]


def test_without_its_snapshot_todays_template_tells_what_is_internal() -> None:
    customer(
        text='---\ntemplate: 90-day\nbase: "000000000000"\n---\n## Pre-Kickoff Preparation\n\n- [ ] a\n\n## B\n\n- [ ] b\n'
    )
    said = onbo("share", "--json")
    assert "note: what is internal comes from today's template 90-day: the version it was made from is gone" in said.err
    assert titles(json.loads(said.out)) == ["B"]


@pytest.mark.parametrize(
    ("matter", "told"),
    [
        ("template: gone", "the template 'gone' is gone; it tells what is internal"),
        ("a: [", ":2: front matter:"),
        (
            "internal: {Notes: yes}",
            "`internal:` is no list of sections and items; write internal: [Title of a section]",
        ),
        ("internal: []", "does not say which template it was made from; if it was made from none, write `template:"),
        ("internal: [true]", "`internal:` is no list of sections and items"),
        ('base: "0123456789ab"', "no longer says which template it was made from; it tells what is internal"),
        ("template: [90-day]", "no longer says which template it was made from; it tells what is internal"),
        ("template:", "no longer says which template it was made from; it tells what is internal"),
    ],
)
def test_where_nobody_can_tell_what_is_internal_nothing_is_shared(matter: str, told: str) -> None:
    customer(text=f"---\n{matter}\n---\n## Early\n\n- [ ] a\n")
    said = onbo("share", "acme")
    assert (said.status, said.out) == (3, "")
    assert told in said.err


@pytest.mark.parametrize(
    "start",
    [
        "\n---\ntemplate: 90-day\n---\n",
        "---\ntemplate: 90-day\n",
        "\n \n---\ninternal: [B]\n---\n",
        "---\ntemplate: none\n---\n<!-- lint -->\n---\ninternal: [B]\n---\n",
        "---\ntemplate: none\n---\n# Plan\n\n---\ninternal: [B]\n---\n",
        "---\ntemplate: none\n---\n\n ---\ninternal: [B]\n---\n",
        "---\ntemplate: none\n---\n\n______\n\n## internal: [B]\n",
    ],
)
def test_nothing_is_shared_by_front_matter_that_is_none(start: str) -> None:
    made(text=f"{start}\n## B\n\n- [ ] a\n")
    said = onbo("share", "acme")
    assert (said.status, said.out) == (3, "")
    assert "has front matter that does not begin on the first line, does not end, or comes twice; it" in said.err


@pytest.mark.parametrize("start", ["\n---\n", "\n```\n---\ninternal: [B]\n```\n", "\nA\n---\ninternal: b\n"])
def test_a_rule_above_a_plan_is_no_front_matter(start: str) -> None:
    customer(text=f"{start}\n## B\n\n- [ ] a\n")
    assert titles(shared())[-1:] == ["B"]


@pytest.mark.parametrize("before", ["<!-- lint -->\n", " ", "# Plan\n\n"])
def test_nor_is_anything_shared_by_a_template_whose_front_matter_is_none(before: str) -> None:
    put("templates/t.md", f"{before}---\ninternal: [Prep]\n---\n# P\n\n## Prep\n\n- [ ] a\n")
    onbo("new", "acme", "--template", "t")
    said = onbo("share", "acme")
    assert (said.status, said.out) == (3, "")
    assert "has front matter that does not begin on the first line" in said.err


def test_a_gate_that_is_not_there_is_told() -> None:
    customer(text="---\ntemplate: none\ngate_section: Launch redy\n---\n## Launch ready\n\n- [ ] a\n")
    assert "note: no section is called 'Launch redy', which is set as the gate: check the page" in onbo("share").err


def test_nothing_is_shared_by_a_template_that_cannot_be_read() -> None:
    customer(text='---\ntemplate: ours\nbase: "0123456789ab"\n---\n- [ ] a\n')
    put(".onbo/base/ours-0123456789ab.md", "---\ninternal: [\n---\n- [ ] a\n")
    assert onbo("share").status == 3


@pytest.mark.parametrize("data", ["", "# Acme\n\n- [ ] a\n"])
def test_nothing_is_shared_by_a_snapshot_that_was_changed(data: str) -> None:
    onbo("new", "acme", "--segment", "enterprise")
    [snapshot] = Path(".onbo/base").glob("*.md")
    snapshot.write_text(data)
    said = onbo("share", "acme")
    assert (said.status, said.out) == (3, "")
    assert f".onbo/base/{snapshot.name} is not the template it was; it tells what is internal" in said.err


def test_a_snapshot_whose_line_ends_git_has_changed_tells_what_is_internal() -> None:
    onbo("new", "acme", "--segment", "enterprise")
    [snapshot] = Path(".onbo/base").glob("*.md")
    snapshot.write_bytes(snapshot.read_bytes().replace(b"\n", b"\r\n"))
    assert titles(shared("acme"))[:2] == ["Phase 1: Welcome and Setup", "Kickoff Meeting"]


def test_a_gate_called_otherwise_is_internal_by_its_items() -> None:
    onbo("new", "acme", "--segment", "enterprise")
    path = Path("customers/acme.md")
    path.write_text(path.read_text("utf-8").replace("Onboarding Completion Gate", "Finish line"), "utf-8")
    assert "Finish line" not in titles(shared("acme"))


@pytest.mark.parametrize("kept", [True, False])
def test_a_gate_that_the_template_names_is_internal(*, kept: bool) -> None:
    matter = "---\ngate_section: Ready to launch\n---\n"
    put(
        "templates/ours.md", f"{matter}## A\n\n- [ ] a\n\n## Ready to launch\n\n- [ ] b\n\n## Gate keepers\n\n- [ ] c\n"
    )
    onbo("new", "acme", "--template", "ours")
    path = Path("customers/acme.md")
    path.write_text(path.read_text().replace("- [ ] b", "- [ ] our own words"))
    for snapshot in [] if kept else Path(".onbo/base").glob("*.md"):
        snapshot.unlink()
    assert titles(shared("acme")) == ["A", "Gate keepers"]


def test_a_conflict_is_not_shared() -> None:
    customer(text="<<<<<<< a\n- [ ] ours\n=======\n- [ ] theirs\n>>>>>>> b\n")
    assert share(status=4) == ""


# --- Notes ---


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("> Both come <!-- shared -->", ["Both come"]),
        ("> Both\n  > come <!--Shared-->", ["Both come"]),
        ("> 2026-12-01 @dana: Come <!-- shared -->", ["Come"]),
        ("> [2026-12-01 09:30] Come @ann <!-- shared -->", ["Come"]),
        ("> 2026-12-01 is the day <!-- shared -->", ["2026-12-01 is the day"]),
        ("> Dec 3, 2026 14:30 Dana: Come <!-- shared -->", ["Come"]),
        ("> 3 Dec 2:30 pm - Dana: Come <!-- shared -->", ["Come"]),
        ("> 2026-12-01: They pay late\n  > 2026-12-02: Come <!-- shared -->", ["Come"]),
        ("> They pay late\n  > Please come <!-- shared -->", ["Please come"]),
        ("> They pay late\n  > @bob: come <!-- shared -->", ["come"]),
        ("> b\n  > 2026-12-1 they pay late\n  > come <!-- shared -->", ["come"]),
        ("> Owner: Jane\n  > come <!-- shared -->", ["come"]),
        *(
            (f"> {start} they pay late and\n  > come <!-- shared -->", ["come"])
            for start in (
                "3 Dec",
                "Mon 3 Dec,",
                "_Dec 3_",
                "20261203",
                "2026\u201112\u201103",
                "Monday",
                "Dana -",
                "(Dana)",
            )
        ),
        ("> they pay late and\n  > <b>Dana</b>: come <!-- shared -->", ["Dana: come"]),
        ("> They pay late and\n  > [here](x) they come <!-- shared -->", ["They pay late and here they come"]),
        ("> Please send us the\n  > file by Friday <!-- shared -->", ["Please send us the file by Friday"]),
        ("> Come (internal) <!-- shared -->", []),
        ("\n  A paragraph <!-- shared -->", ["A paragraph"]),
        ("> One <!-- shared -->\n  >\n  > Two\n  >\n  > Three <!-- shared -->", ["One", "Three"]),
        ("> None", []),
        ("> <!-- shared --> before", []),
        ("> In the <!-- shared --> middle", []),
        ("> In `code <!-- shared -->`", []),
        (r"> Escaped \<!-- shared -->", []),
        ("> In another <!-- comment <!-- shared -->", []),
        ("> <!-- secret --> <!-- shared -->", []),
        ("- Nested <!-- shared -->", []),
    ],
)
def test_a_note_is_shared_by_its_mark_at_its_end(note: str, told: list[str]) -> None:
    customer(text=f"- [ ] Call\n  {note}\n")
    [item] = shared()["phases"][0]["items"]
    assert item["notes"] == told


def test_a_note_written_by_the_command_can_be_shared() -> None:
    customer(text="- [ ] Call\n")
    onbo("note", "acme", "0.1", "On Tuesdays <!-- shared -->")
    assert shared()["phases"][0]["items"][0]["notes"] == ["On Tuesdays"]


@pytest.mark.parametrize(
    "text",
    [
        *("a <!-- b", "a `b\nc` d", "```\na\n```", "[a\nb](c)", "a %%b\n\nc <!-- d"),
        *("50%% of it", "a {>> b", "{>>a", "a {-- b", "a %%b\nc%% d"),
    ],
)
def test_a_note_whose_mark_would_not_be_read_is_refused(text: str) -> None:
    customer(text="- [ ] Call\n")
    said = onbo("note", "acme", "0.1", "-", "--shared", stdin=text)
    assert (said.status, said.out) == (2, "")
    assert "cannot be shared: a comment, code or a link in it is not closed" in said.err
    assert "close it in the same line" in said.err


def test_a_note_with_a_comment_that_is_closed_can_be_shared() -> None:
    customer(text="- [ ] Call\n")
    onbo("note", "acme", "0.1", "-", "--shared", stdin="100% of {>>x<<} it %%y%%\n<!-- z --> all {--b--}")
    assert shared()["phases"][0]["items"][0]["notes"] == ["100% of it all"]


def test_each_line_of_a_note_is_shared() -> None:
    customer(text="- [ ] Call\n")
    onbo("note", "acme", "0.1", "-", "--shared", stdin="Come `a` [b](c)\n# Early\n\nAnd <!-- x --> late\n")
    assert shared()["phases"][0]["items"][0]["notes"] == ["Come a b # Early", "And late"]


# --- The page and the text ---


def test_the_page_tells_dates_and_the_day() -> None:
    onbo("new", "acme", "--segment", "enterprise", "--kickoff", "2026-12-01", "--set", "Target Go-Live=2027-02-01")
    onbo("set", "acme", "Customer=Acme & Sons")
    page = share("acme")
    text = words_of(page)
    assert "Acme & Sons" in text
    assert "Kickoff 1 Dec 2026 Target go-live 1 Feb 2027 As of 12 Dec 2026" in text
    assert "today, 12 Dec 2026" in text
    assert "Phase 1: Welcome and Setup overdue 0 / 24 1 Dec to 14 Dec 2026" in text
    assert page.count('class="today"') == 4 + 1
    assert "Phase 3: Adoption upcoming 0 / 14 31 Dec 2026 to 29 Jan 2027" in text


@pytest.mark.parametrize("kickoff", ["2026-11-02", "2027-01-04"])
@pytest.mark.parametrize("mark", [" ", "x"])
def test_today_is_on_the_timeline_of_a_plan_that_is_over_or_has_not_begun_unless_it_is_done(
    kickoff: str, mark: str
) -> None:
    customer(text=f"**Kickoff Date:** {kickoff}\n\n## One (Days 1-5)\n\n- [{mark}] a\n")
    assert ("today, 12 Dec 2026" in words_of(share())) == (mark == " ")


def test_a_plan_without_dates_has_no_timeline_to_draw() -> None:
    customer(text="# Plan\n\n**Customer:** [Name]\n\n## One\n\n- [ ] a\n\n## Two (Days 1-2)\n\n- [~] b\n")
    page = share()
    assert '<svg class="lane"' not in page
    assert "Your onboarding" in words_of(page)
    assert "acme" not in page
    assert "does not apply" in words_of(page)
    assert share("--format", "md").startswith("# Onboarding plan\n\n0 / 1 done as of 12 Dec 2026\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Nothing is planned yet."),
        ("- [x] a", "Everything is done."),
        ("- [ ] a waiting:it", "Everything that is open is waiting on somebody."),
    ],
)
def test_without_next_steps_the_page_says_why(text: str, told: str) -> None:
    customer(text=text)
    assert told in words_of(share())


def test_a_phase_with_a_day_too_few_still_has_a_page() -> None:
    customer(
        text="**Kickoff Date:** 2026-12-01\n\n## A (Days 9-3)\n\n- [ ] a\n\n## B\n\n- [ ] b\n\n## C (Day 2)\n\n- [ ] c\n"
    )
    page = share()
    assert page.count('<svg class="lane"') == 1
    assert "2 Dec 2026" in words_of(page)


def test_markdown_says_just_what_it_says() -> None:
    customer(
        text="**Customer:** *A* \\# <i>\n\n## 1. One\n\n- [ ] Use \\`a\\` \\[b\\](javascript:c) \\<script>\n  - [~] # c\n"
    )
    assert share("--format", "md").split("\n") == [
        "# Onboarding plan: A #",
        "",
        "0 / 1 done as of 12 Dec 2026",
        "",
        "## Next steps",
        "",
        r"- Use \`a\` \[b\](javascript:c) \<script\>",
        "",
        r"## 1\. One",
        "",
        "0 / 1 done · not started",
        "",
        r"- [ ] Use \`a\` \[b\](javascript:c) \<script\>",
        r"  - [~] \# c: does not apply",
        "",
    ]


def test_what_is_rendered() -> None:
    seen = rendered("a  *b*\n`c`\\\nd", {})
    assert seen is not None
    assert as_read(seen) == "a  b\nc\nd"
    assert rendered("<!-- a -->", {}) == ""
    assert rendered("[" * 301, {}) is None
    assert rendered("*a*" + "![" * 150 + "*b*" + "](c)" * 150, {}) == "a"


# --- Where it goes ---


def test_a_page_replaces_a_page_alone() -> None:
    customer()
    assert share("-o", "out/acme.html") == "wrote out/acme.html: 1 / 2 done\n"
    first = Path("out/acme.html").read_bytes()
    assert first == onbo("share").out.encode()
    onbo("check", "acme", "invite")
    assert share("-o", "out/acme.html", "-n") == "would write out/acme.html: 2 / 2 done\n"
    assert Path("out/acme.html").read_bytes() == first
    share("-o", "out/acme.html")
    assert Path("out/acme.html").read_bytes() != first
    before = Path("customers/acme.md").read_bytes()
    for target in ("customers/acme.md", "customers", "out/", ""):
        assert share("-o", target, status=2) == ""
    assert share("-o", "-") == share()
    assert Path("customers/acme.md").read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [
        ("--format", "pdf"),
        ("--format", "md", "-o", "a.md"),
        ("--format", "md", "--json"),
        ("--json", "-o", "a.html"),
        ("nobody",),
    ],
)
def test_what_cannot_be_done_is_refused(words: tuple[str, ...]) -> None:
    customer()
    said = onbo("share", *words)
    assert said.status == 2
    assert said.err.count("\n") == 1
    assert not Path("a.md").exists()


def test_the_page_of_the_portfolio() -> None:
    git("init", "--quiet", "--initial-branch=main")
    put("onbo.toml", "")
    assert "No customers to report on." in words_of(onbo("report", "--html", "-").out)
    customer()
    Path("customers/beta.md").write_bytes(b"\xff\xfea")
    said = onbo("report", "--html", "r.html")
    assert said.status == 3
    assert said.out == "wrote r.html: 1 customer\n"
    assert "customers/beta.md" in said.err
    text = words_of(Path("r.html").read_text())
    assert "1 unreadable 1 unscheduled" in text
    assert "nothing is committed" not in said.err
    assert onbo("report", "--html", "r.html", "-n").out == "would write r.html: 1 customer\n"
    for words in (("--html", "customers/acme.md"), ("--html", "r.html", "--json"), ("--html", "")):
        assert onbo("report", *words).status == 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_of_a_note_are_shared_whatever_their_line_ends(end: str) -> None:
    text = "# P\n\n- [ ] Call\n  > One. <!-- shared -->\n  > Two. \\<!-- shared -->\n  > Three. <!-- shared -->\n"
    customer()
    Path("customers/acme.md").write_bytes(f"---\ntemplate: none\n---\n{text}".replace("\n", end).encode())
    [item] = shared()["phases"][0]["items"]
    assert item["notes"] == ["One. Three."]
