"""Which item, and which customer, a command means."""

import os
from pathlib import Path

import pytest

from runner import onbo
from workspace import PLAN, customer, git, put

MANY = """\
## Technical Setup

- [ ] Configure SSO
- [ ] Configure roles and permissions
- [ ] Set up SSO monitoring
- [ ] Call Zoë's team

## Go-Live Gate

- [ ] First check
  - [ ] Nested check

## Completion gate

- [ ] Sponsor confirms
"""


@pytest.mark.parametrize(
    ("selector", "number"),
    [
        ("1.2", "1.2"),
        ("gate.1", "3.1"),
        ("GATE.1", "3.1"),
        ("2.1.1", "2.1.1"),
        ("sponsor", "3.1"),
        ("configure sso", "1.1"),
        ("CONFIGURE  SSO", "1.1"),
        ("conf rol", "1.2"),
        ("SSO monitoring", "1.3"),
        ("zoë", "1.4"),
        ("nested", "2.1.1"),
    ],
)
def test_a_selector_names_one_item(selector: str, number: str) -> None:
    customer(text=MANY)
    said = onbo("check", "acme", selector)
    assert (said.status, said.err.split(":")[0]) == (0, "next")
    assert said.out.startswith(f"[x] {number} ")


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("9.1", "customers/acme.md: no item '9.1'; numbers run to 3.1; `onbo show acme` lists them"),
        ("gate.7", "customers/acme.md: no item 'gate.7'; numbers run to 3.1; `onbo show acme` lists them"),
        (
            "1",
            "customers/acme.md: 1 is a section, Technical Setup, with 4 items; add --all to take it whole, or name an item: 1.1",
        ),
        (
            "gate",
            "customers/acme.md: gate is a section, Completion gate, with 1 item; add --all to take it whole, or name an item: 3.1",
        ),
        (
            "sso",
            "customers/acme.md: 'sso' matches 2 items; give a number or more words\n  1.1  Configure SSO\n  1.3  Set up SSO monitoring",
        ),
        ("sso configure", "no item matches 'sso configure'; did you mean '1.1 Configure SSO'?"),
        ("zebra", "customers/acme.md: no item 'zebra'; numbers run to 3.1; `onbo show acme` lists them"),
        (" ", "customers/acme.md: the selector is empty; give a number or words"),
    ],
)
def test_a_selector_that_names_none_or_several_writes_nothing(selector: str, message: str) -> None:
    path = customer(text=MANY)
    said = onbo("check", "acme", selector)
    assert (said.status, said.out, said.err) == (2, "", f"error: {message}\n")
    assert path.read_text() == MANY


def test_one_wrong_selector_among_several_writes_nothing() -> None:
    path = customer(text=MANY)
    assert onbo("check", "acme", "1.1", "9.9").status == 2
    assert path.read_text() == MANY


def test_an_id_names_an_item_and_two_of_the_same_do_not() -> None:
    customer()
    assert onbo("check", "acme", "invite").out.startswith("[x] 1.1 Invite the users")
    customer("twice", "- [ ] a <!-- id=x -->\n- [ ] b <!-- id=x -->\n")
    assert onbo("check", "twice", "x").status == 2


def test_a_section_is_ticked_whole_with_all() -> None:
    customer(text=MANY)
    assert onbo("check", "acme", "gate", "--all").out == "[x] 3.1 Sponsor confirms\n1 / 7 done\n"
    assert "[x] 2.1.1 Nested check\n3 / 7 done\n" in onbo("check", "acme", "Go-Live", "--all").out
    assert onbo("check", "acme", "--all", "1", "1.1").out.endswith("7 / 7 done\n")


@pytest.mark.parametrize("words", ["gaet completion", "nothing like it"])
def test_a_section_named_wrongly_is_never_ticked_whole(words: str) -> None:
    path = customer(text=MANY)
    assert onbo("check", "acme", words, "--all").status == 2
    assert path.read_text() == MANY


REFUSED = "is not a number, a range or a list; write 1.2.3, 1.1-1.4 or 1.1,1.3"


@pytest.mark.parametrize(
    "selector",
    [
        "1.",
        ".1",
        "-",
        "--",
        "1..1",
        "1.1,",
        "1.1,,1.2",
        ",1.1",
        "1.1-",
        "1.1-1.2-1.3",
        "#1",
        "1/1",
        "(1.1)",
        "1.1 1.2",
        "🎉",
        "?",
        "…",
        "١.١",
    ],
)
@pytest.mark.parametrize("command", ["check", "uncheck", "show", "log", "note", "add", "assign"])
def test_what_has_no_letter_is_never_words(selector: str, command: str) -> None:
    text = f"{MANY}- [ ] {selector} fun\n- [ ] 1. {selector}\n"
    path = customer(text=text)
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "plan")
    words = {
        "note": ["note", "acme", "--", selector, "text"],
        "add": ["add", "acme", "text", f"--in={selector}"],
        "assign": ["assign", "acme", "--", selector, "@ann"],
    }.get(command, [command, "acme", "--", selector])
    said = onbo(*words)
    assert said.status == 2
    reads_stdin = selector == "-" and command not in ("show", "log", "note")
    expected = "no section" if command == "add" else "no items on stdin" if reads_stdin else REFUSED
    assert expected in said.err
    assert path.read_bytes() == text.encode()


@pytest.mark.parametrize(
    ("words", "ticked"),
    [
        ("1.1,1.3", "1.1 1.3"),
        ("1.1-1.3", "1.1 1.2 1.3"),
        ("1.1\u20131.3", "1.1 1.2 1.3"),
        ("1.1-1.2,1.4", "1.1 1.2 1.4"),
        ("1.1 1.3-1.4 3.1", "1.1 1.3 1.4 3.1"),
        ("1.2 1.2-1.3,1.2", "1.2 1.3"),
        ("1.1, 1.3", "1.1 1.3"),
        ("1.1 , 1.3 ,2.1", "1.1 1.3 2.1"),
        ("1.1 \u2013 1.3", "1.1 1.2 1.3"),
        ("gate.1-gate.1", "3.1"),
        ("1.1,gate.1", "1.1 3.1"),
        ("2.1.1-2.1.1", "2.1.1"),
        ("configure sso", "1.1"),
        ("conf roles", "1.2"),
        ("set monitoring 1.1", "1.1 1.3"),
        ("set 1.1 monitoring", "1.1 1.3"),
        ("first check", "2.1"),
        ("zoë's team", "1.4"),
    ],
)
def test_ranges_lists_and_words_without_quotes(words: str, ticked: str) -> None:
    customer(text=MANY)
    said = onbo("check", "acme", *words.split(" "))
    assert said.status == 0, said.err
    assert [line.split()[1] for line in said.out.splitlines() if line.startswith("[x]")] == ticked.split()


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("1.3-1.1", "the range '1.3-1.1' runs backwards; write 1.1-1.3"),
        ("1.1-3.1", "the range '1.1-3.1' ends in another section; give a range for each section"),
        ("1.1-gate.1", "the range '1.1-gate.1' ends in another section; give a range for each section"),
        ("1.1-3", "the range '1.1-3' ends in another section; write 1.1-1.3"),
        ("1.1-1.9", "customers/acme.md: no item '1.5'; 1 has items 1.1 to 1.4; `onbo show acme` lists them"),
        ("1.1-1.999999999999", "customers/acme.md: no item '1.5'; 1 has items 1.1 to 1.4; `onbo show acme` lists them"),
    ],
)
def test_a_range_that_cannot_be_taken(word: str, message: str) -> None:
    path = customer(text=MANY)
    assert (onbo("check", "acme", word).err, path.read_text()) == (f"error: {message}\n", MANY)


def test_of_several_words_an_id_or_a_whole_text_stands_alone() -> None:
    customer(text="## S\n\n- [ ] Invite the users <!-- id=invite -->\n- [ ] Kickoff\n- [ ] Schedule training\n")
    assert onbo("check", "acme", "invite", "schedule", "Kickoff", "train").out == (
        "[x] 1.1 Invite the users <!-- id=invite -->\n[x] 1.2 Kickoff\n[x] 1.3 Schedule training\n3 / 3 done\n"
    )


def test_words_of_one_item_may_hold_its_id() -> None:
    customer(text="- [ ] Configure SSO <!-- id=sso -->\n- [ ] Configure roles\n")
    assert onbo("check", "acme", "configure", "sso").out.startswith("[x] 0.1 Configure SSO <!-- id=sso -->\n1 / 2")


def test_words_that_could_be_one_item_or_several_tick_nothing() -> None:
    text = "- [ ] Kickoff\n- [ ] Schedule kickoff\n- [ ] Schedule call\n"
    path = customer(text=text)
    said = onbo("check", "acme", "schedule", "kickoff")
    assert (said.status, path.read_text()) == (2, text)
    assert said.err.startswith(
        "error: customers/acme.md: 'schedule kickoff' could be one item or several; give numbers"
    )
    assert said.err.endswith("\n  0.2  Schedule kickoff\n  0.1  Kickoff\n")
    assert onbo("check", "acme", "schedule kickoff").out.startswith("[x] 0.2 Schedule kickoff\n1 / 3 done")


def test_items_come_from_stdin() -> None:
    customer(text=MANY)
    said = onbo("check", "acme", "-", stdin="1.1\n\nconfigure roles\n  3.1-3.1\n")
    assert said.out.splitlines()[-1] == "3 / 7 done"
    assert onbo("skip", "acme", "-", "--why", "no", stdin="1.3\n1.4\n").out.splitlines()[-1] == "3 / 5 done (2 n/a)"
    assert (
        onbo("check", "acme", "-", stdin="").err == "error: no items on stdin; give one a line, by number or by words\n"
    )
    assert onbo("check", "acme", "-", stdin="1.4.\n").status == 2
    assert "error: - reads items from stdin" in onbo("check", "acme", "-", tty=True, stdin="1.2\n").err


def test_several_items_where_one_is_wanted() -> None:
    customer(text=MANY)
    for words in (["show", "acme"], ["note", "acme"], ["log", "acme"]):
        git("init", "-q")
        said = onbo(*words, "1.1-1.2", *["text"][: words[0] == "note"])
        assert (said.status, said.err.split(": ", 1)[1]) == (2, "'1.1-1.2' is more than one item; give one number\n")


def test_stdin_goes_with_no_other_selector() -> None:
    path = customer(text=MANY)
    said = onbo("check", "acme", "1.1", "-", "1.3", stdin="1.4\n")
    assert (said.status, path.read_text()) == (2, MANY)
    assert said.err.startswith("error: - reads all items from stdin; ")


def test_a_number_in_an_items_own_words_ticks_nothing() -> None:
    text = "## P\n\n- [ ] Kickoff\n- [ ] Upgrade to 1.1 first\n"
    path = customer(text=text)
    said = onbo("check", "acme", "upgrade", "to", "1.1", "first")
    assert (said.status, path.read_text()) == (2, text)
    assert said.err.startswith("error: customers/acme.md: 'upgrade to 1.1 first' could be one item or several; ")
    assert onbo("check", "acme", "upgrade to 1.1 first").status == 0


def test_a_number_is_no_owner_and_no_date() -> None:
    path = customer(text=MANY)
    for date in ("24.12.", "24.12.2026", "9.9.9"):
        assert onbo("due", "acme", "1.1", date).err.startswith(f"error: '{date}': "), date
    for words in (["1.1", "1.2"], ["1.1"], ["gate.1", "gate.1"], ["configure", "sso"], ["Configure SSO"], ["1.1,1.2"]):
        for command, missing in (("assign", "an owner"), ("due", "a date")):
            said = onbo(command, "acme", *words)
            assert said.status == 2
            assert said.err.startswith(f"error: {command} needs {missing}; for example: onbo {command} acme 1.2 "), (
                words
            )
    assert path.read_text() == MANY
    asked = onbo("assign", "acme", "1.1-1.2", tty=True, stdin="ann\n")
    assert asked.out.startswith("[ ] 1.1 Configure SSO @ann\n[ ] 1.2 Configure roles and permissions @ann\n")
    asked = onbo("due", "acme", "configure", "sso", tty=True, stdin="2026-12-24\n")
    assert asked.out.startswith("[ ] 1.1 Configure SSO @ann due:2026-12-24  (Thursday)\n")
    assert onbo("due", "acme", "1.1", "next", "fri").out.startswith(
        "[ ] 1.1 Configure SSO @ann due:2026-12-18  (Friday)\n"
    )
    assert onbo("assign", "acme", "set", "monitoring", "bob").out.startswith("[ ] 1.3 Set up SSO monitoring @bob\n")


def test_a_section_is_assigned_where_it_is_open() -> None:
    path = customer()
    assert onbo("assign", "acme", "1", "--all", "@ann").status == 0
    assert path.read_text().count("@ann") == 1
    assert onbo("assign", "acme", "1", "--all", "--done", "@ann").status == 0
    assert path.read_text().count("@ann") == 3
    assert onbo("assign", "acme", "1.2", "@bob").out.startswith("[x] 1.2 Configure SSO @bob\n")
    assert onbo("wait", "acme", "1", "--all", "--on", "customer").out.startswith("[ ] 1.1 Invite the users")
    onbo("check", "acme", "1.1")
    said = onbo("due", "acme", "1", "--all", "2026-12-24")
    assert (said.status, said.err.split("\n")[0]) == (0, "no open items there")


def test_titles_and_texts_that_look_alike_when_glued() -> None:
    path = customer(text="# P\n\n## A > B\n\n- [ ] C\n\n## A\n\n### B\n\n- [ ] C\n\n## id=x\n\n- [ ] a <!-- id=x -->\n")
    for number in ("1.1", "2.1.1", "3.1"):
        assert onbo("check", "acme", number).out.startswith(f"[x] {number} ")
    assert onbo("skip", "acme", "1.1", "--why", "no").status == 2
    assert onbo("uncheck", "acme", "1.1").status == 0
    assert onbo("skip", "acme", "1.1", "--why", "no").out.startswith("[~] 1.1 C (n/a: no)\n")
    assert path.read_text().count("- [x]") == 2


def test_a_ticked_parent_ticks_itself_alone() -> None:
    customer(text=MANY)
    assert onbo("check", "acme", "2.1").out == "[x] 2.1 First check\n1 / 7 done\n"


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("gate", 'there is no gate; a gate is a last phase called "gate"'),
        ("gate.1", 'there is no gate; a gate is a last phase called "gate"'),
        ("7.1", "no item '7.1'; numbers run to 0.1; `onbo show acme` lists them"),
    ],
)
def test_without_a_gate_gate_names_nothing(selector: str, message: str) -> None:
    customer(text="- [ ] a\n")
    said = onbo("check", "acme", selector)
    assert (said.status, said.err) == (2, f"error: customers/acme.md: {message}\n")
    assert onbo("check", "acme", "gate", "--all").status == 2


def test_front_matter_names_another_gate() -> None:
    customer(text=f"---\ngate_section: Technical Setup\n---\n{MANY}")
    assert onbo("check", "acme", "gate.2").out.startswith("[x] 1.2 Configure roles")


def test_the_template_names_the_gate_of_its_copies() -> None:
    put("templates/mine.md", "---\ngate_section: Ready\n---\n## Ready\n\n- [ ] a\n\n## gate\n\n- [ ] b\n")
    assert onbo("new", "acme", "--template", "mine").status == 0
    assert onbo("check", "acme", "gate.1").out.startswith("[x] 1.1 a")


def test_a_fuzzy_match_asks_on_a_terminal() -> None:
    path = customer(text=MANY)
    said = onbo("check", "acme", "confgure roles", stdin="n\n", tty=True)
    assert (said.status, said.out) == (1, "")
    assert said.err == "1.2 Configure roles and permissions? (y/n) [n]: error: left as it is\n"
    assert path.read_text() == MANY
    said = onbo("check", "acme", "confgure roles", stdin="y\n", tty=True)
    assert said.status == 0
    assert said.out == "[x] 1.2 Configure roles and permissions\n1 / 7 done\n"


@pytest.mark.parametrize("how", [{}, {"tty": True, "stdin": "y\n"}])
def test_a_fuzzy_match_is_refused_off_a_terminal(how: dict[str, bool]) -> None:
    path = customer(text=MANY)
    said = onbo("--no-input", "check", "acme", "confgure roles", **how)  # type: ignore[arg-type]
    assert said.status == 2
    assert said.err == "error: no item matches 'confgure roles'; did you mean '1.2 Configure roles and permissions'?\n"
    assert path.read_text() == MANY


def test_a_near_tie_lists_the_candidates_even_on_a_terminal() -> None:
    customer(text="- [ ] Configure alpha\n- [ ] Configure alphb\n")
    said = onbo("check", "acme", "confgure alph", stdin="y\n", tty=True)
    assert said.status == 2
    assert "matches 2 items" in said.err


def test_more_candidates_than_fit_are_counted() -> None:
    customer(text="".join(f"- [ ] Call number {n}\n" for n in range(12)))
    said = onbo("check", "acme", "call")
    assert said.err.count("\n") == 11
    assert said.err.endswith("  and 3 more\n")


def test_expect_guards_against_another_item() -> None:
    path = customer()
    said = onbo("check", "acme", "1.1", "--expect", "Configure SSO")
    assert said.status == 4
    assert said.err == "error: customers/acme.md:9: 1.1 is 'Invite the users', not 'Configure SSO'\n"
    assert path.read_text() == PLAN
    assert onbo("check", "acme", "1.1", "--expect", "invite  the USERS").status == 0


# --- customers ---


def test_a_customer_by_slug_path_prefix_and_name() -> None:
    customer("acme")
    customer("beta-corp", "**Customer:** The Betas\n\n- [ ] b\n")
    customer("archive/old", "- [ ] o\n")
    for name in ("beta-corp", "BETA-CORP", "customers/beta-corp.md", "./customers/beta-corp.md", "beta", "the betas"):
        assert onbo("show", name, "--json").out.find('"customer": "beta-corp"') > 0, name
    assert '"customer": "old"' in onbo("show", "old", "--json").out
    os.chdir("customers")
    assert '"customer": "beta-corp"' in onbo("show", "beta-corp.md", "--json").out


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "acm",
            "'acm' could be 2 customers; give more of the name, or the path\n  customers/acme-eu.md\n  customers/acme-us.md",
        ),
        ("akme-eu", "there is no customer 'akme-eu'; did you mean acme-eu?"),
        ("zzz", "there is no customer 'zzz'; available: acme-eu, acme-us"),
    ],
)
def test_a_customer_unknown_or_ambiguous(name: str, message: str) -> None:
    customer("acme-eu")
    customer("acme-us")
    for command in (["status", name], ["check", name, "1.1"]):
        said = onbo(*command)
        assert (said.status, said.err) == (2, f"error: {message}\n")


def test_the_same_slug_in_two_directories_needs_the_path() -> None:
    customer("eu/acme")
    customer("us/acme")
    assert onbo("check", "acme", "1.1").status == 2
    assert onbo("check", "customers/us/acme.md", "1.1").status == 0
    assert "- [x] Invite" in Path("customers/us/acme.md").read_text()


def test_the_only_customer_need_not_be_named() -> None:
    customer()
    assert onbo("check", "1.1").status == 0
    assert onbo("check", "sponsor").status == 0
    assert onbo("show", "1.1").status == 0


def test_the_directory_names_its_customer() -> None:
    customer("acme")
    customer("eu/beta", "- [ ] zap\n")
    put("onbo.toml", "")
    os.chdir("customers/eu")
    assert onbo("check", "zap").out == "[x] 0.1 zap\n1 / 1 done\n"
    os.chdir("../..")
    Path("acme").mkdir()
    os.chdir("acme")
    assert onbo("check", "1.1").status == 0


def test_a_phase_taken_for_an_item_is_told_a_real_one() -> None:
    customer(text="## Phase\n\n### Part\n\n- [ ] a\n")
    assert onbo("check", "acme", "1").err.endswith("with 1 item; add --all to take it whole, or name an item: 1.1.1\n")


def test_several_customers_and_none_named() -> None:
    customer("acme")
    customer("beta")
    for words in (["check"], ["show"]):
        said = onbo(*words)
        assert (said.status, said.err) == (2, "error: name the customer first; available: acme, beta\n")
    assert onbo("check", "1.1").err == "error: name the customer first; available: acme, beta\n"


def test_no_customers_at_all() -> None:
    assert onbo("check").err == "error: there are no customers here; make one with `onbo new NAME`\n"
    assert onbo("check", "x").err == "error: there is no customer 'x'; make one with `onbo new NAME`\n"


def test_a_directory_called_archive_above_the_workspace_is_no_matter() -> None:
    customer("archive/plans/customers/acme".removeprefix("customers/"), PLAN)
    os.chdir("customers/archive/plans")
    put("onbo.toml", "")
    customer("archive/old", "- [ ] o\n")
    assert onbo("next", "ac").status == 0
    assert onbo("check", "ac", "1.1").status == 0
    assert '"customer": "old"' in onbo("show", "old", "--json").out
    assert onbo("status", "ol").status == 2


def test_a_number_is_never_the_beginning_of_a_customer() -> None:
    customer("1password")
    customer("2.1-labs".replace(".", "-"))
    assert onbo("check", "1").err.startswith("error: name the customer first; available: 1password")


def test_what_is_no_customer_is_not_listed() -> None:
    for name in (
        ".hidden.md",
        ".#acme.md",
        "acme.md~",
        "README.md",
        "readme.md",
        "#acme.md#",
        "~acme.md",
        "notes.txt",
        "acme.sync-conflict-20261201-1.md",
        "acme (conflicted copy).md",
        "acme_BACKUP_123.md",
        "acme_REMOTE_123.md",
        ".git/x.md",
        "upper.MD",
    ):
        put(f"customers/{name}", PLAN)
    Path("customers/directory.md").mkdir()
    customer("real")
    assert [line.split()[0] for line in onbo("status").out.splitlines()[1:-1]] == ["Acme"]
    assert '"slug": "real"' in onbo("status", "--json").out
    assert onbo("status", "--json").out.count('"slug"') == 1


def test_a_sections_whole_title_comes_before_words_of_an_item() -> None:
    text = "## Training\n\n- [ ] Train the admins\n\n## Handover\n\n- [ ] Training plan agreed\n"
    customer(text=text)
    assert onbo("check", "acme", "training", "--all").out.startswith("[x] 1.1 Train the admins")
    assert onbo("note", "acme", "Training", "Two hours").status == 0
    training, handover = Path("customers/acme.md").read_text("utf-8").split("## Handover")
    assert "Two hours" in training
    assert "Two hours" not in handover


def test_a_section_of_a_title_that_stands_twice_is_refused() -> None:
    customer(text="## Training\n\n- [ ] One\n\n## Training\n\n- [ ] Two\n\n## Later\n\n- [ ] Training plan agreed\n")
    said = onbo("check", "acme", "Training", "--all")
    assert (said.status, "matches 2 sections" in said.err) == (2, True)


def test_an_id_that_stands_twice_is_ambiguous() -> None:
    customer(text="- [ ] One <!-- id=q -->\n- [ ] Two <!-- id=q -->\n")
    said = onbo("check", "acme", "q")
    assert (said.status, "'q' matches 2 items" in said.err) == (2, True)
