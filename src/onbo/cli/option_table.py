"""What the help says of options and arguments, from a table beside it: no command is imported for it.

docs/make_reference.py writes the table from the commands, and a test tells when it is behind them.
"""

import os
from functools import cache
from typing import NamedTuple

TABLE = os.path.join(os.path.dirname(__file__), "option_table.tsv")
ARGUMENTS, VERB = "arguments", "verb"


class Known(NamedTuple):
    """An option: its names, what the help calls its value ("" for a switch), and what it is for."""

    names: tuple[str, ...]
    takes: str
    says: str


class Entry(NamedTuple):
    """A command, "" for onbo itself: its options, its arguments as the help has them, its verbs with summaries."""

    options: tuple[Known, ...]
    arguments: str
    verbs: tuple[tuple[str, str], ...]


@cache
def entry(path: str) -> Entry:
    """What is known of `check`, `risk add`, or "" for onbo itself."""
    options, arguments, verbs = list[Known](), "", list[tuple[str, str]]()
    with open(TABLE, encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file if line.startswith(f"{path}\t")]
    for _, name, takes, says in rows:
        if name == ARGUMENTS:
            arguments = takes
        elif name == VERB:
            verbs.append((takes, says))
        else:
            options.append(Known(tuple(name.split()), takes, says))
    return Entry(tuple(options), arguments, tuple(verbs))
