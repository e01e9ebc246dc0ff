"""Transcripts: commands with what they print, run one after the other in one directory."""

import os
import re
import shlex
import subprocess
import sys
from typing import NamedTuple
from unittest.mock import patch

from blocks import Block
from runner import onbo

ANY_LINES = "..."


class Step(NamedTuple):
    """A command and the lines it is to print; `gap` blank lines stood behind them for the eye."""

    command: str
    expected: tuple[str, ...]
    gap: int


def steps(block: Block) -> list[Step]:
    found: list[list[str]] = []
    for line in block.lines:
        if line.startswith("$ "):
            found.append([line[2:]])
        elif found:
            found[-1].append(line)
        else:
            raise ValueError(f"{line!r} comes before any command")
    result = []
    for command, *lines in found:
        kept = _without_last_blanks(lines)
        result.append(Step(command, tuple(kept), len(lines) - len(kept)))
    return result


def _without_last_blanks(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[:end]


def _onbo_alone(command: str) -> bool:
    """Whether it is onbo and nothing else: no pipe, no redirection, no other command."""
    words = shlex.shlex(command, posix=True, punctuation_chars=True)
    words.whitespace_split = True
    first, *others = words
    return first == "onbo" and not any(word and set(word) <= set("|&;<>") for word in others)


class Shell:
    """Runs commands; `onbo` within this process, anything else with bash. Keeps directory and environment."""

    def __init__(self) -> None:
        self.env = {"PATH": f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}"}

    def run(self, command: str) -> list[str]:
        """The lines printed to either stream, and `[exit N]` where that is not 0."""
        if command.startswith("export "):
            name, value = shlex.split(command)[1].split("=", 1)
            self.env[name] = value
            return []
        if command.startswith("cd "):
            os.chdir(shlex.split(command)[1])
            return []
        if _onbo_alone(command):
            said = onbo(*shlex.split(command)[1:], env=self.env)
            status, printed = said.status, said.both
        else:
            status, printed = self._bash(command)
        lines = _without_last_blanks([line.rstrip("\r") for line in printed.split("\n")])
        return [*lines, f"[exit {status}]"] if status else lines

    def _bash(self, command: str) -> tuple[int, str]:
        with patch.dict(os.environ, self.env):
            done = subprocess.run(
                ["bash", "-c", command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                check=False,
            )
        return done.returncode, done.stdout.decode("utf-8", "replace")


def matches(expected: tuple[str, ...], actual: list[str]) -> bool:
    """Whether the lines are those expected; a line `...` stands for any number of them."""
    pattern = "".join("(?:[^\n]*\n)*?" if line == ANY_LINES else re.escape(f"{line}\n") for line in expected)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in actual)) is not None


def play(block: Block, shell: Shell) -> tuple[list[str], list[str]]:
    """Run a block's commands. Gives its lines as they should be, and the commands that printed something else."""
    lines: list[str] = []
    wrong: list[str] = []
    for step in steps(block):
        actual = shell.run(step.command)
        right = matches(step.expected, actual)
        lines += [f"$ {step.command}", *(step.expected if right else actual), *[""] * step.gap]
        if not right:
            wrong.append("\n".join([f"$ {step.command}", *actual, "-- expected --", *step.expected]))
    return lines, wrong
