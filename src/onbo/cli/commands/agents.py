"""Print a guide for agents and scripts, to keep in AGENTS.md or a skill file."""

import typer

from onbo.cli.catalog import STATUSES, by_topic, summary
from onbo.cli.context import of
from onbo.present import agents as present

EXAMPLES = """\
onbo agents  # read it
onbo agents >> AGENTS.md  # keep it
"""
EXITS: dict[int, str | None] = {}


def run(context: typer.Context) -> None:
    topics = [(topic, [(name, summary(name)) for name in names]) for topic, names in by_topic()]
    of(context).terminal.document([present.guide(topics, STATUSES).encode()])
