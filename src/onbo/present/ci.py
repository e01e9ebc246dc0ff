r"""Keeping CI services from taking the text of files for commands.

GitHub Actions obeys `::name::` at the start of a line, after blanks, and `##[name]` anywhere in it; Azure Pipelines
`##vso[name]` and `##[name]`. Both read what a program prints, and end lines at `\n` and `\r` alone.
https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs (TryParseV2 and TryParse)
"""

import re
from collections.abc import Callable
from typing import NamedTuple

# The last character matched is where the command is broken.
HASH = r"#(?=#(?:vso)?\[)"
COMMAND = re.compile(rf"(?<![^\r\n])[^\S\r\n]*:(?=:)|{HASH}", re.IGNORECASE)
HASHES = re.compile(HASH, re.IGNORECASE)
COLONS = re.compile(r"(?<![^\r\n])[^\S\r\n]*:(?=:)(:*)")
# What is certainly a command: by chance, binary data have the above.
WHOLE = re.compile(rb"(?:\A|[\r\n])[^\S\r\n]*::[a-z-]+[^\r\n]*?::|##(?:vso)?\[[a-z-]+[^\]\r\n]*\]", re.IGNORECASE)


def without_commands(text: str) -> str:
    r"""Text with a backslash in what would be a command.

    >>> without_commands("  ::error::x"), without_commands("a ##[group]b")
    ('  :\\:error::x', 'a #\\#[group]b')
    """
    return COMMAND.sub(lambda match: f"{match[0]}\\", text)


def without_hashes(text: str) -> str:
    """The same for a line that is itself meant to be a command."""
    return HASHES.sub(r"#\\", text)


def _json(text: str) -> str:
    """Hash signs only ever stand in a string, where they may be written as a code."""
    return HASHES.sub(r"\\u0023", text)


def _html(text: str) -> str:
    """As character references. In our own styles and scripts, which have none, there is nothing to be replaced."""
    return COMMAND.sub(lambda match: f"{match[0][:-1]}&#{ord(match[0][-1])};", text)


def _ics(text: str) -> str:
    """Folded once more (RFC 5545, 3.1): readers take a line end and a blank away."""
    fold = "\r\n "
    text = HASHES.sub(f"#{fold}", text)
    return COLONS.sub(lambda match: match[0].replace(":", f":{fold}").removesuffix(fold), text)


class Guard(NamedTuple):
    """exact: whether readers of the format get the same text as without it."""

    apply: Callable[[str], str]
    exact: bool = True


GUARDS = {
    "json": Guard(_json),
    "jsonl": Guard(_json),
    "html": Guard(_html),
    "ics": Guard(_ics),
    "md": Guard(without_commands),  # a backslash before punctuation is Markdown's own escape
}
ANY_TEXT = Guard(without_commands, exact=False)
