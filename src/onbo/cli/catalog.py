"""Which commands there are, by topic, and which exit statuses they give. Imports none of them."""

import os
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

COMMANDS = os.path.join(os.path.dirname(__file__), "commands")
# In the order of a customer's life, and within a topic in that of use.
TOPICS = {
    "Begin": ("init", "new"),
    "See how it stands": ("status", "next", "show", "gate", "board"),
    "Work through it": ("check", "uncheck", "skip", "wait", "assign", "due", "add", "edit"),
    "Write down": ("set", "fill", "note", "risk", "decision"),
    "Look back, pass on": ("log", "report", "share", "export"),
    "Keep in order": ("lint", "undo", "archive"),
    "Templates": ("template", "outdated", "update"),
    "Together, with git": ("doctor", "resolve", "merge"),
    "Your shell, scripts and agents": ("config", "completion", "agents"),
}
OTHER = "More"
# What an exit status means. A command's own EXITS may say more of what it means there.
STATUSES = {
    0: "done, or nothing to do",
    1: "a rule said no, or you did when asked",
    2: "not possible as given: something named is unknown, wrong or missing",
    3: "a file or setting cannot be accepted; of many customers, the others are done",
    4: "someone else's change is in the way: file changed, locked or in conflict",
    5: "the system failed: disk full, no permission, git said no",
    130: "interrupted",
    141: "stdout was closed, or its reader stopped early, as in `| head`",
}
# What every command may come to; 1 and 4 are in the EXITS of those that can.
ANYWHERE = (0, 2, 3, 5, 130, 141)


def command_names() -> list[str]:
    """One a file in commands/, by the alphabet."""
    return sorted(name[:-3] for name in os.listdir(COMMANDS) if name.endswith(".py") and name != "__init__.py")


def summary(name: str) -> str:
    """The first line of a command's file, read without importing it."""
    with open(os.path.join(COMMANDS, f"{name}.py"), encoding="utf-8") as file:
        return file.readline().strip().strip('"')


def by_topic() -> Iterator[tuple[str, list[str]]]:
    """Every command under its topic."""
    names = command_names()
    for topic, listed in TOPICS.items():
        if here := [name for name in listed if name in names]:
            yield topic, here
    known = {name for listed in TOPICS.values() for name in listed}
    if other := [name for name in names if name not in known]:
        yield OTHER, other


class Example(NamedTuple):
    """A command line as it is typed, and what it does."""

    command: str
    says: str


class Manual(NamedTuple):
    """What the help of a command tells beside its options."""

    examples: tuple[Example, ...]
    exits: Mapping[int, str]


def manual(words: list[str], module: Any) -> Manual:
    """The manual of a command, or of one verb of a group, from its module.

    EXAMPLES  one a line: the command, `#`, what it does
    EXITS     statuses that not every command gives, or that mean more here; None for the usual words
    """
    path = " ".join(["onbo", *words])
    examples = tuple(_example(line) for line in module.EXAMPLES.strip().split("\n"))
    chosen = tuple(example for example in examples if len(words) == 1 or _runs(example.command, path))
    own = module.EXITS
    statuses = sorted({*ANYWHERE, *own})
    return Manual(chosen, {status: own.get(status) or STATUSES[status] for status in statuses})


def _example(line: str) -> Example:
    command, _, says = line.partition(" # ")
    return Example(command.strip(), says.strip())


def _runs(command: str, path: str) -> bool:
    """Whether it runs that verb, at the end of a pipe too."""
    return f"{path} " in f"{command} "
