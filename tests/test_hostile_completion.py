"""Tab in real shells, on names that a shell would run or tear: the word itself is put in, and nothing runs.

Each shell has a terminal of its own. A line is typed, then Tab, then Enter; `onbo` is there a function that writes its
arguments down, so that what the shell made of the line can be compared.
"""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from onbo.cli.completing import candidates, for_bash
from runner import onbo
from workspace import put

BIN = os.path.dirname(sys.executable)
NAMES = (
    *("$(touch pwned)", "`touch pwned`", ";touch pwned", "&touch pwned", "|touch pwned", "<(touch pwned)", "(x)"),
    *("a b", "a  b", " lead", "trail ", "it's", 'say "x"', "a'b\"c", "a=b", "=ls", "a:b", ":a:b:", "a:b=c:d", "a\\b"),
    *(
        "*",
        "a?",
        "[ab]",
        "{a,b}",
        "~",
        "~root",
        "a~",
        "!!",
        "a!b",
        "!touch",
        "^a^b",
        "%self",
        "$HOME",
        "${IFS}x",
        "%1",
        "@x",
    ),
    *(
        ">x",
        "<x",
        "a,b",
        "a#b",
        "é",
        "日本 語",
        "e\u0301",
        "-n",
        "--all",
        "--html=x",
        "-- x",
        "a\\",
        "a\\ b",
        "$'x'",
        "-",
    ),
)
# No line of words could hold these: they are not offered.
UNSPEAKABLE = ("a\nb", "a\ttouch pwned", "\x1b[2Jx", "a\rb", "x\u202ey")

SETTING_UP = {
    "bash": """\
PS1='ready> '; set +o history
source <(onbo completion bash)
onbo() { printf '%s\\0' "$@" > "$ARGS.part"; mv "$ARGS.part" "$ARGS"; }
bind 'set enable-bracketed-paste off'; bind 'set bell-style none'; bind 'set completion-query-items 0'
set -o history -o histexpand
""",
    "zsh": """\
PS1='ready> '; unsetopt beep prompt_sp; setopt banghist
source <(onbo completion zsh)
onbo() { printf '%s\\0' "$@" > "$ARGS.part"; mv "$ARGS.part" "$ARGS"; }
zstyle ':completion:*' list-prompt ''
""",
    "fish": """\
function fish_prompt; echo 'ready> '; end
onbo completion fish | source
function onbo; printf '%s\\0' $argv > "$ARGS.part"; mv "$ARGS.part" "$ARGS"; end
""",
}
PROGRAMS = {"bash": ["--norc", "--noprofile", "-i"], "zsh": ["-f", "-i"], "fish": ["--no-config", "-i"]}


class Shell:
    """A shell at a terminal, in which `onbo` only writes its arguments down."""

    def __init__(self, name: str, home: Path) -> None:
        self.name = name
        self.args = home / "args"
        set_up = home / f"set-up.{name}"
        set_up.write_text(SETTING_UP[name])
        home.joinpath("home").mkdir(exist_ok=True)
        program = shutil.which(name)
        if program is None:
            pytest.skip(f"{name} is not installed")
        env = os.environ | {
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "ARGS": str(self.args),
            "HOME": str(home / "home"),
            "XDG_CONFIG_HOME": str(home / "home"),
            "XDG_DATA_HOME": str(home / "home"),
            "TERM": "dumb" if name != "fish" else "xterm",
            "LC_ALL": "C.UTF-8",
            "HISTFILE": os.devnull,
        }
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:  # pragma: no cover
            os.execve(program, [name, *PROGRAMS[name]], env)  # noqa: S606
        self.seen = ""
        self.type(f"source {set_up}\n")
        assert self.run("one 'a b'\n") == ["one", "a b"]

    def type(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def run(self, line: str) -> list[str]:
        """Type a line that begins with `onbo`, and give the arguments that it came to."""
        self.args.unlink(missing_ok=True)
        for part in re.split("(?<=\t)", f"onbo {line}"):
            self.type(part)
            self.drain(0)
        until = time.monotonic() + 20
        while not self.args.exists():
            self.drain(0.02)
            assert time.monotonic() < until, (line, self.seen[-2000:])
        return self.args.read_bytes().decode("utf-8", "surrogateescape").split("\0")[:-1]

    def drain(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and select.select([self.terminal], [], [], left)[0]:
            try:
                self.seen += os.read(self.terminal, 1 << 16).decode("utf-8", "replace")
            except OSError:
                return

    def close(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


@pytest.fixture(params=["bash", "zsh", "fish"])
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shell]:
    found = Shell(request.param, tmp_path)
    yield found
    found.close()
    assert list(tmp_path.rglob("pwned")) == []


def go(shell: Shell, folder: str) -> None:
    shell.type(f"cd {folder}\n")


def field(label: str) -> str:
    return f"**{label}:** [Name]\n\n- [ ] a\n"


def test_a_customers_name_is_put_in_as_it_is(shell: Shell, own_directory: Path) -> None:
    for number, name in enumerate((*NAMES, *UNSPEAKABLE)):
        put(f"{number}/customers/{name}.md", "- [ ] a\n")
        put(f"{number}/onbo.toml", "")
    for number, name in enumerate((*NAMES, *UNSPEAKABLE)):
        go(shell, str(own_directory / str(number)))
        if name in UNSPEAKABLE:
            wanted = ["", "customers/", "onbo.toml"]  # what the shell itself completes
            assert (shell.run("status \t\n")[1:] or [""])[0] in wanted
        elif not name.startswith("~"):  # what editors leave is no customer
            word = f"customers/{name}.md" if name.startswith("-") else name
            offered = () if (shell.name, name) == ("fish", "%self") else (word,)  # fish does not quote that
            assert shell.run("status \t\n") == ["status", *offered], name


def test_within_quotes(shell: Shell) -> None:
    for number, name in enumerate(NAMES):
        put(f"customers/w{number:02}.{name}.md", "- [ ] a\n")
    for number, name in enumerate(NAMES):
        begun, word = f"w{number:02}.", f"w{number:02}.{name}"
        for quote in ("'", '"'):
            got = shell.run(f"status {quote}{begun}\t{closing(shell, word, quote)}\n")
            # What cannot stand in these quotes is not put in: then the line has what was typed.
            assert got in (["status", word], ["status", begun]), (word, quote)
            if not set("'!\"\\$`") & set(name):
                assert got == ["status", word], (word, quote)


def test_a_word_is_gone_on_with_within_quotes(shell: Shell) -> None:
    """In double quotes, bash reads a backslash before some characters and no others."""
    for name in ("`tick", "$(one", "back\\slash", "(round"):
        put(f"customers/{name}.md", "- [ ] a\n")
    begun = {'"\\$(o': "$(one", '"back\\\\s': "back\\slash", '"(r': "(round"}
    if shell.name == "bash":
        begun['"\\`t'] = "`tick"
    for typed, wanted in begun.items():
        got = shell.run(f"status {typed}\t{closing(shell, wanted, chr(34))}\n")
        assert got == ["status", wanted], typed


def closing(shell: Shell, word: str, quote: str) -> str:
    """What a person has to type where the shell does not end the word."""
    if shell.name == "fish":
        return quote if word[-1] in "/=@:.,-" else ""  # as more may follow these
    return "" if shell.name == "zsh" or for_bash_has(word, quote) else quote


def for_bash_has(word: str, quote: str) -> bool:
    return bool(list(for_bash(candidates(["status", word[:4]]), f"onbo status {quote}{word[:4]}", word[:4])))


def test_a_word_begun_before_a_colon_or_an_equals_sign(shell: Shell) -> None:
    """bash takes both for the end of a word."""
    for name in ("one:two three:four", "five=six seven=eight", "nine:ten=eleven"):
        put(f"customers/{name}.md", "- [ ] a\n")
    for begun, wanted in (
        ("one:", "one:two three:four"),
        ("one:t", "one:two three:four"),
        ("one:two\\ three:", "one:two three:four"),
        ("five=s", "five=six seven=eight"),
        ("five=six\\ seven=", "five=six seven=eight"),
        ("nine:ten=e", "nine:ten=eleven"),
        ("'one:t", "one:two three:four"),
        ('"five=six sev', "five=six seven=eight"),
    ):
        assert shell.run(f"status {begun}\t\n") == ["status", wanted], begun


def test_a_fields_label_is_put_in_as_it_is(shell: Shell) -> None:
    labels = [name.strip() for name in NAMES if candidates_of_label(name.strip())]
    assert len(labels) > 30
    put("customers/acme.md", "".join(f"**k{number:02}{label}:** [Name]\n" for number, label in enumerate(labels)))
    for number, label in enumerate(labels):
        offered = [each.word for each in candidates(["set", "acme", f"k{number:02}"])]
        assert len(offered) == 1, label
        assert shell.run(f"set acme k{number:02}\tv\n") == ["set", "acme", f"{offered[0]}v"], label


def candidates_of_label(label: str) -> bool:
    """Whether Markdown leaves this much of a label a label."""
    put("customers/acme.md", f"**k{label}:** [Name]\n")
    found = [each.word for each in candidates(["set", "acme", "k"])]
    Path("customers/acme.md").unlink()
    return found == [f"k{label}="]


def test_a_templates_name_is_put_in_as_it_is(shell: Shell) -> None:
    for number, name in enumerate(NAMES):
        put(f"templates/w{number:02}.{name}.md", "- [ ] a\n")
    for number, name in enumerate(NAMES):
        begun, word = f"w{number:02}", f"w{number:02}.{name}"
        if number % 2:
            assert shell.run(f"new x --template {begun}\t\n") == ["new", "x", "--template", word]
        else:
            assert shell.run(f"new x --template={begun}\t\n") == ["new", "x", f"--template={word}"]


def test_items_and_sections_are_only_shown(shell: Shell) -> None:
    put("customers/acme.md", "".join(f"## {name}\n\n- [ ] {name}\n- [ ] {name} again\n\n" for name in NAMES))
    assert shell.run("check acme 9.\t\t1\n")[:2] == ["check", "acme"]
    assert shell.run("add acme x --in 1\t\n")[:3] == ["add", "acme", "x"]
    assert "\x1b[2J" not in shell.seen or shell.name == "fish"


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith(("-", "~"))], ids=ascii)
def test_a_suggested_command_names_the_customer(name: str) -> None:
    put(f"customers/{name}.md", "- [ ] a\n- [ ] b\n")
    suggested = onbo("set", f"customers/{name}.md", "x=y").err, onbo("check", f"customers/{name}.md", "0.1").err
    for said, words in zip(suggested, ("onbo status", "onbo check"), strict=True):
        for line in said.splitlines():
            if line.startswith(f"next: {words} "):
                command = line.removeprefix("next: ").split("   (")[0]
                done = subprocess.run(
                    ["bash", "-c", f'onbo() {{ printf "%s\\0" "$@"; }}; {command}'], capture_output=True, check=True
                )
                assert done.stdout.decode().split("\0")[1] == name
    assert "next: onbo check " in suggested[1]
    assert not Path("pwned").exists()
