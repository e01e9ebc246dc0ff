"""What the merge checker accepts and refuses: situations, each with a right and a wrong result."""

import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onbo.merging.checker import Versions, check

BASE = """\
# Acme

**CSM:** [Name]
**Health:** [Score]/100 -- [Green/Yellow/Red]

## Setup

Read this first.

- [ ] Provision the account for the customer
- [ ] Configure SSO for the users
  > Ask for the metadata.
  - [ ] Test the sign-on
- [ ] Import the data

**Setup Notes:**
> [Document what was agreed]

## Risks

| Risk | Impact |
|---|---|
| No admin | High |
| [Risk] | [High/Low] |

## Training

- [ ] Book the first session
- [ ] Train the admins
"""
PROVISION, SSO, IMPORT = (
    f"- [ ] {text}"
    for text in ("Provision the account for the customer", "Configure SSO for the users", "Import the data")
)
TICKED = PROVISION.replace("[ ]", "[x]")
Edits = tuple[tuple[str, str], ...]


class Case(NamedTuple):
    """ours, theirs and result as replacements in base. rule: that refuses, empty where it is accepted."""

    name: str
    ours: Edits
    theirs: Edits
    result: Edits
    rule: str = ""
    template: bool = False


def one(old: str, new: str) -> Edits:
    return ((old, new),)


TICK = one(PROVISION, TICKED)
OWNER = one(SSO, f"{SSO} @ann")
NOTE = one("  > Ask for the metadata.\n", "  > Ask for the metadata.\n  >\n  > They use Okta.\n")
GONE = one(f"{IMPORT}\n", "")
CSM = one("[Name]", "Ann")
ROW = one("| No admin | High |", "| No admin | Low |")
NEW = one(f"{IMPORT}\n", f"{IMPORT}\n- [ ] Invite the users\n")
REWORDED = one(SSO, "- [ ] Configure SSO for all the users")
MOVED = (*one("- [ ] Book the first session\n", ""), *one(f"{IMPORT}\n", f"{IMPORT}\n- [ ] Book the first session\n"))
RENAMED = one("## Setup", "## First steps")
SECTION = one("## Risks", "## Launch\n\n- [ ] Go live\n\n## Risks")
NESTED = one(IMPORT, f"  {IMPORT}")

# Two edits, and the result of both; each is refused where either is left out.
PAIRS: dict[str, tuple[Edits, Edits]] = {
    "a tick and an owner": (TICK, OWNER),
    "a tick and a note": (TICK, NOTE),
    "a note and an owner": (NOTE, OWNER),
    "a tick and a removal": (TICK, GONE),
    "a value and a tick": (CSM, TICK),
    "a cell and a tick": (ROW, TICK),
    "a new item and a tick": (NEW, TICK),
    "other words and an owner elsewhere": (REWORDED, one(IMPORT, f"{IMPORT} @bob")),
    "a move and a tick": (MOVED, TICK),
    "a heading renamed and a tick below it": (RENAMED, TICK),
    "a heading renamed and a new item below it": (RENAMED, NEW),
    "a new section and a tick": (SECTION, TICK),
    "indentation and a tick": (NESTED, TICK),
    "prose and a tick": (one("Read this first.", "Read this twice."), TICK),
    "notes and a tick": (one("> [Document what was agreed]", "> They start small."), TICK),
    "a due date and skipping": (
        one(IMPORT, f"{IMPORT} due:2026-12-05"),
        one(SSO, "- [~] Configure SSO for the users (n/a: none)"),
    ),
    "a form's row filled and a tick": (one("| [Risk] | [High/Low] |", "| No time | Low |"), TICK),
    "a score with its colour and a tick": (one("[Score]/100 -- [Green/Yellow/Red]", "72/100 -- Yellow"), TICK),
    "front matter and a tick": (one("# Acme", "---\nowner: me\n---\n# Acme"), TICK),
}

CASES = (
    Case("a tick that neither made", TICK, OWNER, (*TICK, *OWNER, *one(IMPORT, "- [x] Import the data")), "parts"),
    Case("a tick on the wrong item", TICK, OWNER, (*OWNER, *one(IMPORT, "- [x] Import the data")), "parts"),
    Case("an item twice", NEW, TICK, (*TICK, *NEW, *one("- [ ] Train the admins", "- [ ] Train the admins\n- [ ] Invite the users")), "counts"),
    Case("a note below another item", NOTE, TICK, (*TICK, *one(TICKED, f"{TICKED}\n  > They use Okta.")), "counts"),
    Case("an item in another section", NEW, TICK, (*TICK, *one("- [ ] Train the admins", "- [ ] Train the admins\n- [ ] Invite the users")), "place"),
    Case("an item at the top that both have nested", TICK, OWNER, (*TICK, *OWNER, *one("  - [ ] Test the sign-on", "- [ ] Test the sign-on")), "place"),
    Case("what one side removed is back", GONE, TICK, TICK, "removal"),
    Case("removed here and ticked there", GONE, one(IMPORT, "- [x] Import the data"), GONE, "removal"),
    Case("removed here and ticked there, kept", GONE, one(IMPORT, "- [x] Import the data"), one(IMPORT, "- [x] Import the data"), "removal"),
    Case("done here, n/a there", TICK, one(PROVISION, PROVISION.replace("[ ]", "[~]")), TICK, "parts"),
    Case("two values", CSM, one("[Name]", "Bob"), CSM, "parts"),
    Case("a value here, another form there", CSM, one("[Name]", "[Name of the CSM]"), CSM),
    Case("a score here, a colour there", one("[Score]", "72"), one("[Green/Yellow/Red]", "Green"), (*one("[Score]", "72"), *one("[Green/Yellow/Red]", "Green")), "parts"),
    Case("a tick on other words, most of them the same", one(SSO, SSO.replace("[ ]", "[x]")), REWORDED, one(SSO, "- [x] Configure SSO for all the users")),
    Case("a tick on other words", one(SSO, SSO.replace("[ ]", "[x]")), one(SSO, "- [ ] Configure SSO for new staff"), one(SSO, "- [x] Configure SSO for new staff"), "parts"),
    Case("words that both changed", REWORDED, one(SSO, "- [ ] Configure SSO for our users"), REWORDED, "parts"),
    Case("the same words by both", REWORDED, REWORDED, REWORDED),
    Case("both added it, done by one", NEW, one(f"{IMPORT}\n", f"{IMPORT}\n- [x] Invite the users\n"), one(f"{IMPORT}\n", f"{IMPORT}\n- [x] Invite the users\n")),
    Case("both added it, open in the result", NEW, one(f"{IMPORT}\n", f"{IMPORT}\n- [x] Invite the users\n"), NEW, "parts"),
    Case("one of the same name added by each in another place", NEW, one("- [ ] Train the admins", "- [ ] Train the admins\n- [ ] Invite the users"), (*NEW, *one("- [ ] Train the admins", "- [ ] Train the admins\n- [ ] Invite the users"))),
    Case("one of the two lost", NEW, one("- [ ] Train the admins", "- [ ] Train the admins\n- [ ] Invite the users"), NEW, "counts"),
    Case("removed here, moved there", one("- [ ] Book the first session\n", ""), MOVED, MOVED),
    Case("removed here, moved there, and gone", one("- [ ] Book the first session\n", ""), MOVED, one("- [ ] Book the first session\n", ""), "removal"),
    Case("notes of both", one("> [Document what was agreed]", "> Small."), one("> [Document what was agreed]", "> In May."), one("> [Document what was agreed]", "> Small.\n> In May.")),
    Case("notes of one", one("> [Document what was agreed]", "> Small."), one("> [Document what was agreed]", "> In May."), one("> [Document what was agreed]", "> Small."), "counts"),
    Case("a section removed with a tick in it", one("## Training\n\n- [ ] Book the first session\n- [ ] Train the admins\n", ""), one("- [ ] Train", "- [x] Train"), one("## Training\n\n- [ ] Book the first session\n- [ ] Train the admins\n", ""), "removal"),
    Case("a section swallowed by a fence", one("Read this first.", "Read this first.\n\n```"), TICK, (*one("Read this first.", "Read this first.\n\n```"), *TICK), "removal"),
    Case("another order", TICK, OWNER, (*TICK, *OWNER, *one("- [ ] Book the first session\n- [ ] Train the admins\n", "- [ ] Train the admins\n- [ ] Book the first session\n")), "place"),
    Case("a word gone from code", one("Read this first.", "Read this first.\n\n```\nmake install\n```"), TICK, (*TICK, *one("Read this first.", "Read this first.\n\n```\nmake\n```")), "counts"),
    Case("an internal item shown", one(f"{IMPORT}\n", f"{IMPORT}\n- [ ] Check the budget <!-- internal -->\n"), TICK, (*TICK, *one(f"{IMPORT}\n", f"{IMPORT}\n- [ ] Check the budget\n")), "parts"),
    Case("an item of an internal section shown", one("## Risks", "## Ours <!-- internal -->\n\n- [ ] Check the budget\n\n## Risks"), TICK, (*TICK, *one("## Risks", "## Ours\n\n- [ ] Check the budget\n\n## Risks")), "parts"),
    Case("a conflict, whole", CSM, one("[Name]", "Bob"), one("**CSM:** [Name]", "<<<<<<< ours\n**CSM:** Ann\n||||||| base\n**CSM:** [Name]\n=======\n**CSM:** Bob\n>>>>>>> theirs")),
    Case("a conflict that shows what is not there", CSM, one("[Name]", "Bob"), one("**CSM:** [Name]", "<<<<<<< ours\n**CSM:** Ann\n||||||| base\n**CSM:** [Name]\n=======\n**CSM:** Bert\n>>>>>>> theirs"), "conflict"),
    Case("a conflict beside a loss", (*CSM, *TICK), one("[Name]", "Bob"), one("**CSM:** [Name]", "<<<<<<< ours\n**CSM:** Ann\n||||||| base\n**CSM:** [Name]\n=======\n**CSM:** Bob\n>>>>>>> theirs"), "parts"),
    Case("a tick merged into a part", TICK, one(PROVISION, PROVISION.replace("[ ]", "[~]")), one(PROVISION, f"<<<<<<< ours\n{TICKED} @ann\n||||||| base\n{PROVISION}\n=======\n{PROVISION.replace('[ ]', '[~]')}\n>>>>>>> theirs"), "conflict"),
    Case("a template's new item", TICK, NEW, (*TICK, *NEW), template=True),
    Case("a template's new item, ticked", TICK, NEW, (*TICK, *one(f"{IMPORT}\n", f"{IMPORT}\n- [x] Invite the users\n")), "parts", template=True),
    Case("a template's new item, missing", TICK, NEW, TICK, "counts", template=True),
    Case("removed from the template, done in the copy", one(IMPORT, "- [x] Import the data"), GONE, one(IMPORT, "- [x] Import the data"), template=True),
    Case("removed from the template, done in the copy, lost", one(IMPORT, "- [x] Import the data"), GONE, GONE, "removal", template=True),
    Case("removed from the template, open in the copy", TICK, GONE, (*TICK, *GONE), template=True),
    Case("deleted from the copy, reworded in the template", one(f"{SSO}\n  > Ask for the metadata.\n  - [ ] Test the sign-on\n", ""), REWORDED, one(f"{SSO}\n  > Ask for the metadata.\n  - [ ] Test the sign-on\n", ""), template=True),
    Case("deleted from the copy, and back", GONE, TICK, TICK, "removal", template=True),
    Case("a value of the copy lost", CSM, NEW, NEW, "parts", template=True),
)  # fmt: skip


def edited(edits: Edits) -> bytes:
    text = BASE
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_situation(case: Case) -> None:
    versions = Versions(BASE.encode(), edited(case.ours), edited(case.theirs))
    refusal = check(versions, edited(case.result), template=case.template)
    assert (refusal.rule if refusal else "") == case.rule, refusal


@pytest.mark.parametrize("template", [False, True])
@pytest.mark.parametrize("name", PAIRS)
def test_both_edits_are_wanted(name: str, template: bool) -> None:
    ours, theirs = PAIRS[name]
    if template:
        ours, theirs = theirs, ours
    sides = (edited(ours), edited(theirs))
    versions = Versions(BASE.encode(), *sides)
    both = edited((*ours, *theirs))
    if not template or "front matter" not in name:
        assert check(versions, both) is None
        assert check(Versions(versions.base, versions.theirs, versions.ours), both) is None
    assert check(versions, sides[0]) is not None
    assert check(versions, sides[1]) is not None


# --- Names that are alike ---

ALIKE = [
    ("three sessions", "- [ ] Session\n- [ ] Session\n- [ ] Session #2\n", "- [ ] Session\n- [x] Session\n- [ ] Session #2\n", "- [x] Session\n- [ ] Session\n- [x] Session #2\n"),
    ("a title that looks like a path", "## SSO\n\n- [ ] Enable\n\n## Other\n\n- [ ] SSO > Enable\n", "## SSO\n\n- [x] Enable\n\n## Other\n\n- [ ] SSO > Enable\n", "## SSO\n\n- [ ] Enable\n\n## Other\n\n- [x] SSO > Enable\n"),
    ("the same item in two sections", "## A\n\n- [ ] Call\n\n## B\n\n- [ ] Call\n", "## A\n\n- [x] Call\n\n## B\n\n- [ ] Call\n", "## A\n\n- [ ] Call\n\n## B\n\n- [x] Call\n"),
    ("two sections of one title", "## A\n\n- [ ] Call\n- [ ] One\n\n## A\n\n- [ ] Call\n- [ ] Two\n", "## A\n\n- [x] Call\n- [ ] One\n\n## A\n\n- [ ] Call\n- [ ] Two\n", "## A\n\n- [ ] Call\n- [ ] One\n\n## A\n\n- [x] Call\n- [ ] Two\n"),
    ("two tables with one first cell", "| M | V |\n|---|---|\n| Logins | 5 |\n\nTargets:\n\n| M | V |\n|---|---|\n| Logins | 90 |\n", "| M | V |\n|---|---|\n| Logins | 6 |\n\nTargets:\n\n| M | V |\n|---|---|\n| Logins | 90 |\n", "| M | V |\n|---|---|\n| Logins | 90 |\n\nTargets:\n\n| M | V |\n|---|---|\n| Logins | 6 |\n"),
    ("one label in two sections", "## A\n\n**Notes:** [x1]\n\n## B\n\n**Notes:** [x1]\n", "## A\n\n**Notes:** yes\n\n## B\n\n**Notes:** [x1]\n", "## A\n\n**Notes:** [x1]\n\n## B\n\n**Notes:** yes\n"),
    ("a tick on one of two", "- [ ] S\n- [ ] B\n- [ ] S\n", "- [x] S\n- [ ] B\n- [ ] S\n", "- [ ] S\n- [ ] B\n- [x] S\n"),
    ("a note on one of two", "- [ ] S\n- [ ] B\n- [ ] S\n", "- [ ] S\n  > Why\n- [ ] B\n- [ ] S\n", "- [ ] S\n- [ ] B\n- [ ] S\n  > Why\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "base", "right", "wrong"), ALIKE, ids=lambda value: value[:20] if value.isprintable() else ""
)
def test_what_was_done_with_one_is_not_done_with_its_namesake(name: str, base: str, right: str, wrong: str) -> None:
    other = f"{base}\nA word.\n"
    versions = Versions(base.encode(), right.encode(), other.encode())
    assert check(versions, f"{right}\nA word.\n".encode()) is None, name
    assert check(versions, f"{wrong}\nA word.\n".encode()) is not None, name
    assert check(versions, other.encode()) is not None, name


def test_each_of_two_alike_keeps_its_tick() -> None:
    base, ours, theirs, both = (
        f"- [{first}] Session\n- [ ] Break\n- [{second}] Session\n".encode()
        for first, second in ((" ", " "), ("x", " "), (" ", "x"), ("x", "x"))
    )
    assert check(Versions(base, ours, theirs), both) is None
    assert check(Versions(base, ours, theirs), ours) is not None
    assert check(Versions(base, ours, theirs), theirs) is not None


# --- Customers ---


def of(customer_id: str | None, name: str) -> str:
    matter = f"---\ncustomer_id: {customer_id}\n---\n" if customer_id else ""
    return f"{matter}# Plan\n\n**Customer:** {name}\n\n- [ ] Call\n"


@pytest.mark.parametrize(
    ("ours", "theirs", "alike"),
    [
        (("abcd1234", "Acme"), ("abcd1234", "Acme Inc"), True),
        (("abcd1234", "Acme"), ("abcd1234", "Beta"), True),
        (("abcd1234", "Acme"), ("efgh5678", "Acme"), False),
        ((None, "Acme"), (None, "Beta"), False),
        ((None, "Acme"), (None, "Acme Corp"), True),
        ((None, "Acme"), (None, "[Customer Name]"), True),
        ((None, "Acme"), ("efgh5678", "Beta"), False),
        ((None, "Acme"), ("efgh5678", "acme"), True),
        (("00012345", "Acme"), ("12345000", "Acme"), False),
    ],
)
def test_two_customers_never_become_one(
    ours: tuple[str | None, str], theirs: tuple[str | None, str], alike: bool
) -> None:
    base, mine, other = of(*ours), of(*ours) + "\nWord.\n", of(*theirs).replace("[ ]", "[x]")
    result = of(*theirs).replace("[ ]", "[x]") + "\nWord.\n"
    refusal = check(Versions(base.encode(), mine.encode(), other.encode()), result.encode())
    assert (refusal is None or refusal.rule != "customer") == alike
    whole = f"<<<<<<< ours\n{mine}||||||| base\n{base}=======\n{other}>>>>>>> theirs\n"
    assert check(Versions(base.encode(), mine.encode(), other.encode()), whole.encode()) is None


# --- What holds for any texts ---

LINES = st.lists(
    st.sampled_from(["- [ ] A", "- [x] A", "  - [ ] B", "  > note", "## A", "## B > C", "word", "", "**L:** v", "| a | b |", "|---|---|", "```"]),
    max_size=12,
).map(lambda lines: "".join(f"{line}\n" for line in lines).encode())  # fmt: skip


@given(LINES, LINES)
def test_what_one_side_did_is_accepted(base: bytes, other: bytes) -> None:
    assert check(Versions(base, base, other), other) is None
    assert check(Versions(base, other, base), other) is None


@given(LINES, LINES)
def test_what_both_did_is_accepted(base: bytes, other: bytes) -> None:
    assert check(Versions(base, other, other), other) is None


@given(LINES, LINES, LINES)
def test_a_whole_conflict_is_accepted(base: bytes, ours: bytes, theirs: bytes) -> None:
    whole = b"<<<<<<< ours\n%b||||||| base\n%b=======\n%b>>>>>>> theirs\n" % (ours, base, theirs)
    assert check(Versions(base, ours, theirs), whole) is None


def test_line_ends_play_no_part(tmp_path: Path) -> None:
    ours, theirs = edited(TICK).replace(b"\n", b"\r\n"), edited(OWNER)
    for name, data in (("ours", edited(TICK)), ("base", BASE.encode()), ("theirs", theirs)):
        (tmp_path / name).write_bytes(data)
    names = [str(tmp_path / name) for name in ("ours", "base", "theirs")]
    merged = subprocess.run(["git", "merge-file", "-p", *names], check=False, capture_output=True).stdout
    versions = Versions(BASE.encode(), ours, theirs)
    if b"<<<<<<<" not in merged:
        assert check(versions, merged.replace(b"\n", b"\r\n")) is None
    assert check(versions, edited((*TICK, *OWNER)).replace(b"\n", b"\r\n")) is None
