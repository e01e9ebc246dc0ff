"""The full screen in a real terminal: tmux draws it, and takes its keys."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner import ENVIRONMENT
from test_full_screen import DATED
from workspace import customer

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not on PATH")
ONBO = shlex.join([sys.executable, "-c", "from onbo.cli.start import main; main()"])
PATIENCE = 30.0


class Terminal:
    """A tmux session of its own server, in the current directory."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "tmux"

    def run(self, *words: str) -> str:
        command = ["tmux", "-S", str(self.socket), "-f", os.devnull, *words]
        return subprocess.run(command, check=True, capture_output=True, env=clean()).stdout.decode()

    def start(self, words: str, size: tuple[int, int] = (80, 24), **environment: str) -> None:
        """Run onbo; `pid` then holds its number."""
        said = " ".join(f"{key}={shlex.quote(value)}" for key, value in (ENVIRONMENT | environment).items())
        own = shlex.quote(f"echo $$ > pid; exec {ONBO} {words}")
        script = f"unset COLUMNS LINES; sh -c {own}; echo exit $?; sleep 60"
        shell = f"env {said} sh -c {shlex.quote(script)}"
        self.run("new-session", "-d", "-s", "s", "-x", str(size[0]), "-y", str(size[1]), shell)

    def keys(self, *keys: str) -> None:
        self.run("send-keys", "-t", "s", *keys)

    @property
    def screen(self) -> str:
        return self.run("capture-pane", "-p", "-t", "s")

    def until(self, text: str) -> str:
        """What is on the screen once it holds the text."""
        end = time.monotonic() + PATIENCE
        while text not in (screen := self.screen):
            assert time.monotonic() < end, f"no {text!r} in\n{screen}"
            time.sleep(0.05)
        return screen


def clean() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key not in ("TMUX", "COLUMNS", "LINES")}


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path)
    yield made
    subprocess.run(["tmux", "-S", str(made.socket), "kill-server"], check=False, capture_output=True, env=clean())


def test_a_tick_is_one_byte(terminal: Terminal) -> None:
    path = customer(text=DATED)
    before = path.read_bytes()
    terminal.start("check acme")
    screen = terminal.until("q quit")
    assert screen.startswith("Acme Corp · SMB ")
    assert ">     [ ] 1.1.1 Configure SSO" in screen
    terminal.keys("Down", "Space")
    terminal.until(">     [x] 1.1.2 Invite the users")
    after = path.read_bytes()
    assert [(a, b) for a, b in zip(before, after, strict=True) if a != b] == [(ord(" "), ord("x"))]
    assert after == before.replace(b"- [ ] Invite", b"- [x] Invite")
    terminal.keys("u")
    terminal.until("taken back: [x] 1.1.2 Invite the users")
    assert path.read_bytes() == before
    terminal.keys("q")
    assert terminal.until("exit 0").startswith("acme: 1 / 5 done (1 n/a)\nexit 0\n")


def test_what_is_typed_at_once_is_an_answer(terminal: Terminal) -> None:
    path = customer(text=DATED)
    terminal.start("check acme")
    terminal.until("q quit")
    terminal.keys("Down", "n", *"queue due", "Enter")
    terminal.until("(n/a: queue due)")
    assert path.read_bytes() == DATED.replace("[ ] Invite the users", "[~] Invite the users (n/a: queue due)").encode()


def test_keys_that_come_at_once_are_taken_in_order(terminal: Terminal) -> None:
    """As over a slow line: what is deleted, typed, answered, and done after the answer."""
    path = customer(text=DATED)
    terminal.start("check acme")
    terminal.until("q quit")
    terminal.keys("o", "C-u", *"bem", "BSpace", "n", "Enter", "Down", "Space", "/", *"report", "Enter", "Space")
    terminal.until("[x] 2.1 First report")
    now = DATED.replace("@ann", "@ben").replace("[ ] Invite", "[x] Invite").replace("[ ] First", "[x] First")
    assert path.read_bytes() == now.encode()


def test_the_editor_has_the_terminal_and_gives_it_back(terminal: Terminal, own_directory: Path) -> None:
    path = customer(text=DATED)
    script = own_directory / "vim"
    script.write_text('#!/bin/sh\necho "editing $1"\nread line\nprintf "\\n- [ ] %s\\n" "$line" >> "$2"\n')
    script.chmod(0o755)
    terminal.start("check acme", EDITOR=str(script))
    terminal.until("q quit")
    terminal.keys("e")
    terminal.until("editing +13")
    terminal.keys("typed there", "Enter")
    screen = terminal.until("changed; lint finds nothing new")
    assert "1 / 6 done" in screen
    terminal.until("─" * 80)
    assert path.read_bytes().endswith(b"\n- [ ] typed there\n")
    terminal.keys("Space")
    terminal.until("[x] 1.1.1")


@pytest.mark.parametrize(("editor", "told"), [("/nowhere/vi", "cannot be started"), ("vi '", "EDITOR: ")])
def test_an_editor_that_fails_gives_the_terminal_back(terminal: Terminal, editor: str, told: str) -> None:
    customer(text=DATED)
    terminal.start("check acme", EDITOR=editor)
    terminal.until("q quit")
    terminal.keys("e")
    terminal.until(told)
    terminal.keys("Space")
    terminal.until(">     [x] 1.1.1 Configure SSO")


@pytest.mark.parametrize(("term", "no_color"), [("screen", "1"), ("vt100", ""), ("xterm-256color", "")])
def test_without_colours_all_is_told_by_characters(terminal: Terminal, term: str, no_color: str) -> None:
    customer(text=DATED)
    terminal.start("check acme", TERM=term, NO_COLOR=no_color)
    screen = terminal.until("q quit")
    for told in (">     [ ] 1.1.1", "[~] 1.1.3", "late 2026-12-07", "waits: customer"):
        assert told in screen
    drawn = terminal.run("capture-pane", "-p", "-e", "-t", "s")
    coloured = any(f"\x1b[{code}m" in drawn for code in (31, 32, 33))
    assert coloured is (not no_color)


def test_the_board_opens_a_customer(terminal: Terminal) -> None:
    path = customer(text=DATED)
    customer("beta", DATED.replace("Acme Corp", "Beta").replace("2026-12-01", "2026-12-11"))
    terminal.start("board")
    terminal.until("2 customers: 1 off track")
    terminal.keys("Enter")
    terminal.until(">     [ ] 1.1.1 Configure SSO")
    terminal.keys("Space")
    terminal.until("[x] 1.1.1")
    terminal.keys("Escape")
    terminal.until("by state")
    terminal.keys("q")
    terminal.until("exit 0")
    assert b"- [x] Configure" in path.read_bytes()


def test_ctrl_z_leaves_for_the_shell_and_fg_comes_back(terminal: Terminal) -> None:
    customer(text=DATED)
    terminal.run("new-session", "-d", "-s", "s", "-x", "80", "-y", "24", "bash --norc --noprofile -i")
    terminal.keys(f"clear; ONBO_TODAY=2026-12-12 {ONBO} check acme", "Enter")
    terminal.until("q quit")
    terminal.keys("C-z")
    terminal.until("Stopped")
    terminal.keys("fg", "Enter")
    terminal.until("q quit")
    assert "─" * 80 in terminal.until(">     [ ] 1.1.1 Configure SSO")


def test_ctrl_c_leaves_the_terminal_as_it_was(terminal: Terminal) -> None:
    customer(text=DATED)
    terminal.start("check acme")
    terminal.until("q quit")
    terminal.keys("C-c")
    assert "exit 130" in terminal.until("exit ")


@pytest.mark.parametrize("name", ["INT", "TERM", "HUP"])
def test_a_signal_leaves_the_terminal_as_it_was(terminal: Terminal, name: str) -> None:
    customer(text=DATED)
    terminal.start("check acme")
    terminal.until("q quit")
    modes = "#{alternate_on} #{mouse_any_flag} #{cursor_flag}"
    assert terminal.run("display", "-p", "-t", "s", modes) == "1 1 0\n"
    os.kill(int(Path("pid").read_text()), getattr(signal, f"SIG{name}"))
    terminal.until(f"exit {128 + getattr(signal, f'SIG{name}')}")
    assert terminal.run("display", "-p", "-t", "s", modes) == "0 0 1\n"


def test_an_error_inside_is_one_line(terminal: Terminal) -> None:
    customer(text=DATED)
    broken = "import onbo.tui.checklist as c; c.Checklist.action_fold_all = lambda self: 1 / 0"
    code = f"{broken}; from onbo.cli.start import main; main()"
    script = f"{shlex.join([sys.executable, '-c', code])} check acme; echo exit $?; sleep 60"
    terminal.run("new-session", "-d", "-s", "s", "-x", "80", "-y", "24", f"sh -c {shlex.quote(script)}")
    terminal.until("q quit")
    terminal.keys("f")
    screen = terminal.until("exit ")
    assert "onbo itself failed (ZeroDivisionError: division by zero)" in " ".join(screen.split())
    assert "Traceback" not in screen
    assert "exit 5" in screen
