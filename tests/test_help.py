"""Help teaches: each command has examples that run, and the exit statuses that it gives."""

import json
import re
import shutil
from importlib import import_module
from pathlib import Path

import pytest

from onbo.cli.catalog import ANYWHERE, STATUSES, TOPICS, by_topic, command_names, manual, summary
from onbo.cli.option_table import entry
from runner import onbo
from transcript import Shell
from workspace import git, put

COMMANDS = command_names()
OPTIONS = {name for path in ("", *COMMANDS, "risk add") for known in entry(path).options for name in known.names}
# Examples that cannot run here, and why.
NOT_RUN = {
    "source <(onbo completion zsh)": "is for zsh; test_completion.py runs it",
    "onbo completion fish > ~/.config/fish/completions/onbo.fish": "writes into the home directory",
    "onbo board": "draws a full screen",
    "onbo check acme": "draws a full screen, or asks",
    "onbo edit acme": "opens an editor at a terminal",
    "onbo edit acme 1.3.2": "opens an editor at a terminal",
    "onbo fill acme": "asks at a terminal",
}
# Commands whose status 1 is an answer and no failure.
ANSWERS = ("gate", "lint", "outdated", "update", "doctor")
PLAN = "Setup\n- Invite the users\n- Configure SSO\n"


def examples(name: str) -> list[str]:
    return [example.command for example in manual([name], import_module(f"onbo.cli.commands.{name}")).examples]


ALL = [(name, command) for name in COMMANDS for command in examples(name)]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prepared") / "plans"


@pytest.fixture
def plans(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fresh copy of a workspace in git with a few customers."""
    if not prepared.exists():
        prepared.mkdir()
        monkeypatch.chdir(prepared)
        _prepare()
    shutil.copytree(prepared, "plans", symlinks=True)
    monkeypatch.chdir(Path("plans").absolute())


def _prepare() -> None:
    git("init", "-q", "-b", "main")
    for words in (
        ("init",),
        ("new", "Acme", "--segment", "enterprise", "--kickoff", "2026-12-01", "--csm", "Dana Doe"),
        ("new", "Globex", "--segment", "smb"),
        ("new", "Oldco", "--segment", "smb"),
        ("archive", "oldco"),
        ("check", "acme", "1.1.1"),
        ("wait", "acme", "1.3.4", "--on", "customer"),
        ("risk", "add", "acme", "No sponsor"),
    ):
        assert onbo(*words).status == 0
    put("plan.txt", PLAN)
    for version in ("base", "ours", "theirs"):
        put(f"{version}.md", "# Plan\n\n- [ ] a\n")
    git("add", "-A")
    git("commit", "-qm", "plans")
    assert onbo("check", "acme", "1.1.2", "--commit").status == 0
    template = Path("templates/90-day.md")
    template.write_bytes(template.read_bytes().replace(b"kickoff meeting with", b"kickoff with"))


def in_conflict() -> None:
    """Leave customers/acme.md as git leaves a file that two people changed in one place."""
    path = Path("customers/acme.md")
    first = path.read_bytes()
    for branch, line in (("theirs", b"- [x] Prepare welcome"), ("main", b"- [x] Create")):
        git("checkout", "-q", "-B", branch, "main")
        path.write_bytes(first.replace(line.replace(b"x", b" ", 1), line, 1))
        git("commit", "-qam", branch)
        if branch == "theirs":
            git("checkout", "-q", "main")
    Shell().run("git merge -q theirs")


@pytest.mark.parametrize(("name", "command"), [pair for pair in ALL if pair[1] not in NOT_RUN], ids=lambda text: text)
@pytest.mark.usefixtures("plans")
def test_an_example_runs(name: str, command: str) -> None:
    if name == "resolve":
        in_conflict()
    printed = Shell().run(f"env {command}" if ">>" in command else command)
    fine = {"[exit 1]"} if name in ANSWERS else set()
    failed = [line for line in printed if line.startswith("[exit")]
    assert not set(failed) - fine, "\n".join(printed)


def test_what_is_not_run_is_an_example() -> None:
    assert NOT_RUN.keys() <= {command for _, command in ALL}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_teaches(name: str) -> None:
    module = import_module(f"onbo.cli.commands.{name}")
    assert getattr(module, "EXAMPLES", ""), f"{name}.py: EXAMPLES: one a line, as `onbo {name} acme  # what it does`"
    assert isinstance(getattr(module, "EXITS", None), dict), f"{name}.py: EXITS: see catalog.manual"
    assert module.EXITS.keys() <= STATUSES.keys()
    assert any(name in listed for listed in TOPICS.values()), f"catalog.py: TOPICS does not name {name}"
    page = manual([name], module)
    assert all(f"onbo {name}" in e.command or f"onbo un{name}" in e.command or name == "skip" for e in page.examples)
    assert all(len(e.command) <= 96 and len(e.says) <= 72 for e in page.examples)
    assert {*ANYWHERE} <= page.exits.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_shows_examples_as_they_are_typed(name: str) -> None:
    said = onbo(name, "--help", env={"COLUMNS": "60"}).out
    for command in examples(name):
        assert re.search(rf"^  {re.escape(command)}(?:$| +# )", said, re.MULTILINE), command
    assert "\nExit status:\n  0    " in said


def test_a_verb_shows_its_own_examples() -> None:
    said = onbo("risk", "close", "--help").out
    assert "  onbo risk close acme 1  # resolved\n" in said
    assert "risk add" not in said
    assert "Exit status:" in said


def test_commands_stand_by_topic() -> None:
    said = onbo("--help").out
    places = [said.index(f"\n{topic}:\n") for topic, _ in by_topic()]
    assert places == sorted(places)
    assert said.index("  check ") < said.index("  uncheck ") < said.index("  skip ")
    for name in COMMANDS:
        assert said.count(f"\n  {name} ") == 1, name
        assert summary(name).split()[0] in said


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["chekc"], "there is no command 'chekc'", "did you mean check?"),
        (["CHECK", "acme", "1"], "there is no command 'CHECK'", "did you mean check?"),
        (["frob"], "there is no command 'frob'", "`onbo --help` lists them"),
        (["risk", "ad"], "there is no command 'risk ad'", "did you mean add?"),
        (["check", "--froce"], "no such option: --froce", "did you mean --force?"),
    ],
)
def test_a_command_or_option_misspelt(words: list[str], message: str, hint: str) -> None:
    said = onbo(*words)
    assert (said.status, said.err) == (2, f"error: {message}; {hint}\n")


# --- The guide for agents ---


def guided() -> list[str]:
    blocks_of_it = re.findall(r"```sh\n(.*?)```", onbo("agents").out, re.DOTALL)
    return [command for block in blocks_of_it for command in block.rstrip("\n").split("\n")]


@pytest.mark.usefixtures("plans")
def test_the_commands_of_the_guide_for_agents_run() -> None:
    commands = guided()
    assert len(commands) > 10
    shell = Shell()
    for command in commands:
        printed = shell.run(command.partition(" # ")[0])
        assert not any(line.startswith("[exit") for line in printed), f"{command}\n" + "\n".join(printed)
        if "--json" in command:
            assert json.loads("\n".join(printed))["schema"] == 1


def test_the_guide_for_agents_names_every_command_and_status() -> None:
    guide = onbo("agents").out
    for name in COMMANDS:
        assert f"`onbo {name}`: {summary(name)}\n" in guide
    for status, means in STATUSES.items():
        assert f"\n- {status}: {means}\n" in guide
    for option in re.findall(r"`(--[a-z-]+)", guide):
        assert option in OPTIONS, option


def test_a_command_that_no_topic_names_is_listed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onbo.cli.catalog.TOPICS", {"Begin": ("init", "not-there")})
    topics = dict(by_topic())
    assert topics["Begin"] == ["init"]
    assert sorted([*topics["Begin"], *topics["More"]]) == COMMANDS
