"""What the shells offer at Tab: the words, and that bash, zsh and fish show them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from onbo.cli import completing
from onbo.cli.catalog import command_names
from onbo.cli.completing import SHELLS, candidates, split
from onbo.effects.workspace import Workspace
from runner import onbo
from workspace import customer, put

BIN = os.path.dirname(sys.executable)
FIELDS = """\
**Kickoff Date:** 2026-12-01
**Rate:** [___%]

## Start

**Owner:** [Name]
**Notes:**
> [Document it]

- [x] done
- [ ] open

## Finish

**Owner:** [Name]

- [ ] last $(touch pwned)
"""


def offered(line: str) -> list[str]:
    return [candidate.word for candidate in candidates(split(line)[0][1:])]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("onbo un", ["uncheck", "undo"]),
        ("onbo CH", ["check"]),
        ("onbo -q --color never sta", ["status"]),
        ("onbo -C nowhere status ", []),
        ("onbo status ", ["acme", "beta"]),
        ("onbo status acme b", ["beta"]),
        ("onbo check ", ["acme", "beta"]),
        ("onbo check acme ", ["1.2", "2.1"]),
        ("onbo check ac 1.2 ", ["2.1"]),
        ("onbo uncheck acme ", ["1.1"]),
        ("onbo due acme 1", ["1.1", "1.2"]),
        ("onbo due acme 1.1 ", []),
        ("onbo show acme ", ["1.1", "1.2", "2.1", "1", "2"]),
        ("onbo show acme 1.1 ", []),
        ("onbo check nobody ", []),
        ("onbo check utf16 ", []),
        ("onbo archive ", ["acme", "beta", "oldco"]),
        ("onbo set acme ", ["Kickoff Date=", "Rate=", "Start/Owner=", "Finish/Owner="]),
        ("onbo set acme kick", ["Kickoff Date="]),
        ('onbo set acme Rate=85 "Kickoff Da', ["Kickoff Date="]),
        ("onbo set acme Rate=8", []),
        ("onbo add acme x --in ", ["1", "2"]),
        ("onbo add acme x --after 2", ["2.1"]),
        ("onbo status --se", ["--segment"]),
        ("onbo status --segment ", ["enterprise", "mid-market", "smb"]),
        ("onbo status --segment=s", ["--segment=smb"]),
        ("onbo status --frob=s", []),
        ("onbo status --state o", ["off-track", "on-track"]),
        ("onbo status --csm ", []),
        ("onbo new x --template ", ["30-day", "90-day", "essentials", "own"]),
        ("onbo template show o", ["own"]),
        ("onbo template ", ["list", "show", "import", "diff"]),
        ("onbo lint --format g", ["github"]),
        ("onbo lint a", ["acme"]),
        ("onbo log acme -", ["--since", "--author", "--limit", "--all", "--json", "--help"]),
        ("onbo log --since ", []),
        ("onbo check acme -- -", []),
        ("onbo completion z", ["zsh"]),
        ("onbo undo ", []),
        ("onbo frob ", []),
    ],
)
def test_what_is_offered(line: str, expected: list[str]) -> None:
    customer(text=FIELDS)
    customer("beta", "- [ ] b\n")
    put("customers/archive/oldco.md", "- [ ] c\n")
    put("templates/own.md", "- [ ] t\n")
    found = [word for word in offered(line) if not (word.startswith("-") and "log" in line and word in GLOBAL)]
    assert found == expected


GLOBAL = ("-C", "--today", "--no-input", "--quiet", "--color")


def test_the_only_customer_need_not_be_named() -> None:
    customer(text=FIELDS)
    assert offered("onbo check ") == ["acme", "1.2", "2.1"]
    assert offered("onbo check 1.2 ") == ["2.1"]
    assert offered("onbo set Ra") == ["Rate="]


def test_every_command_is_offered_with_its_summary() -> None:
    assert offered("onbo ") == command_names()
    assert all(candidate.says for candidate in candidates([""]))


def test_customers_are_known_by_their_files_names_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> bytes:
        raise AssertionError("a file was read")

    customer()
    customer("beta")
    monkeypatch.setattr(Workspace, "read_bytes", refused)
    assert offered("onbo status ") == ["acme", "beta"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", [""]),
        ("onbo ", ["onbo", ""]),
        ("onbo set 'Kick", ["onbo", "set", "Kick"]),
        ("onbo set Kickoff\\ ", ["onbo", "set", "Kickoff "]),
        ("onbo set Kickoff\\", ["onbo", "set", "Kickoff"]),
        ('onbo set "\\`a\\$b\\"c\\d', ["onbo", "set", '`a$b"c\\d']),
        ("onbo set '' \"a'b\"'c\\", ["onbo", "set", "", "a'bc\\"]),
        ("onbo set ''", ["onbo", "set", ""]),
    ],
)
def test_a_line_that_ends_anywhere(line: str, words: list[str]) -> None:
    assert split(line)[0] == words


@pytest.mark.parametrize(
    ("line", "quote"), [("a 'b", "'"), ('a "b \\" c', '"'), ("a\\'", ""), ("'a' \"b\"", ""), ("\"a'", '"'), ("a", "")]
)
def test_a_quotation_mark_that_is_open(line: str, quote: str) -> None:
    assert split(line)[1] == quote


def ask(*arguments: str) -> str:
    done = subprocess.run([f"{BIN}/onbo-complete", *arguments], capture_output=True, check=True)
    assert done.stderr == b""
    return done.stdout.decode()


def test_the_program_that_shells_ask() -> None:
    customer("acme", "- [ ] a\tb \x1b[31m\n")
    assert ask("--line", "ONBO_TODAY=2026-12-12 onbo skip acme ") == "0.1\t[ ] a b \\x1b[31m\n"
    assert ask("onbo", "skip", "acme", "") == "0.1\t[ ] a b \\x1b[31m\n"
    assert ask("--line", "") == ask("onbo", "") != ""
    put("customers/acme.md", "")
    Path("customers/acme.md").write_bytes("x".encode("utf-16"))
    assert ask("onbo", "check", "acme", "") == ""


def test_it_needs_neither_typer_nor_rich() -> None:
    customer(text=FIELDS)
    said = (
        "import sys; from onbo.cli import completing; completing.candidates(['set', 'acme', '']); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, check=True)
    assert not {"typer", "rich", "yaml", "markdown_it"} & set(done.stdout.decode().split())


# --- The shells ---


def shell(program: str, script: str) -> str:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    flags = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[program]
    env = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run([program, *flags, "-c", script], capture_output=True, check=False, env=env)
    assert done.stderr == b""
    return done.stdout.decode()


BASH = """
source <(onbo completion bash)
COMP_LINE=$LINE COMP_POINT=${#LINE}
complete -p onbo
_onbo onbo "$REPLACED"
printf '%s\\n' "${COMPREPLY[@]}"
"""


def in_bash(line: str, *words: str, listing: bool = False) -> list[str]:
    set_up = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
    kind = 63 if listing else 9
    replaced = words[-1].lstrip("'\"")
    script = f"LINE='{line}' REPLACED='{replaced}' COMP_WORDS=({set_up}) COMP_CWORD={len(words) - 1} COMP_TYPE={kind}\n{BASH}"
    first, *replies = shell("bash", script).rstrip("\n").split("\n")
    assert "-F _onbo onbo" in first
    return replies


def test_bash() -> None:
    customer(text=FIELDS)
    customer("beta")
    assert in_bash("onbo un", "onbo", "un") == ["uncheck", "undo"]
    assert in_bash("onbo check acme ", "onbo", "check", "acme", "") == ["1.2", "2.1"]
    listed = in_bash("onbo check acme ", "onbo", "check", "acme", "", listing=True)
    assert listed == ["1.2  [ ] open", "2.1  [ ] last $(touch pwned)"]
    assert in_bash("onbo set acme kick", "onbo", "set", "acme", "kick") == ["Kickoff\\ Date="]
    assert in_bash('onbo set acme "Kick', "onbo", "set", "acme", '"Kick') == ["Kickoff Date="]
    assert in_bash("onbo status --segment=s", "onbo", "status", "--segment", "=", "s") == ["smb"]
    assert in_bash("onbo undo x", "onbo", "undo", "x") == []


def test_what_a_file_says_is_never_run_by_bash() -> None:
    customer(text="**$(touch pwned):** [Name]\n**`touch pwned`:** [Name]\n**two;touch pwned:** [Name]\n")
    replies = in_bash("onbo set acme ", "onbo", "set", "acme", "")
    assert len(replies) == 3
    for reply in replies:
        shell("bash", f"true {reply}")
    assert in_bash('onbo set acme "', "onbo", "set", "acme", '"')[2] == "two;touch pwned="
    assert not Path("pwned").exists()


def test_fish() -> None:
    customer(text=FIELDS)
    customer("beta")
    source = "onbo completion fish | source; complete -C"
    assert shell("fish", f"{source}'onbo un'").split("\n")[0].startswith("uncheck\tOpen items again")
    assert shell("fish", f"{source}'onbo check acme '") == "1.2\t[ ] open\n2.1\t[ ] last $(touch pwned)\n"
    assert shell("fish", f"{source}'onbo set acme \"Kickoff D'").startswith("Kickoff Date=")
    assert shell("fish", f"{source}'onbo lint cust'") == "customers/\n"


ZSH = """
compdef() { true }
_files() { print files }
compadd() { while [[ $1 != -a ]]; do shift; done; print -l -- ${(P)2} }
source <(onbo completion zsh)
words=(WORDS) CURRENT=$#words PREFIX=$words[-1]
_onbo
"""


def test_zsh() -> None:
    customer(text=FIELDS)
    customer("beta")
    assert shell("zsh", ZSH.replace("WORDS", "onbo un")).split() == ["uncheck", "undo"]
    assert shell("zsh", ZSH.replace("WORDS", "onbo set acme 'Kickoff\\ D'")).strip() == "Kickoff Date="
    assert shell("zsh", ZSH.replace("WORDS", "onbo undo ''")).strip() == "files"


@pytest.mark.parametrize("name", SHELLS)
def test_the_script_of_a_shell(name: str) -> None:
    said = onbo("completion", name)
    assert (said.status, said.err) == (0, "")
    assert "onbo-complete " in said.out
    assert f"onbo completion {name}" in said.out.split("\n")[1 if name == "zsh" else 0]


def test_a_shell_that_is_not_known() -> None:
    said = onbo("completion", "bsh")
    assert (said.status, said.err) == (2, "error: completion bsh: no such shell; did you mean bash?\n")


def test_a_directory_that_is_gone_is_no_trouble(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    def gone() -> str:
        raise FileNotFoundError

    monkeypatch.setattr(os, "getcwd", gone)
    monkeypatch.setattr(sys, "argv", ["onbo-complete", "onbo", "status", ""])
    completing.main()
    assert capsysbinary.readouterr().out == b""
