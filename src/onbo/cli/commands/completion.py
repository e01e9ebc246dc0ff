"""Print what makes your shell complete commands, customers, items and fields."""

import os
from typing import Annotated

import typer

from onbo.cli.choices import one_of
from onbo.cli.completing import SHELLS
from onbo.cli.context import of

EXAMPLES = """\
source <(onbo completion bash)  # in ~/.bashrc
source <(onbo completion zsh)  # in ~/.zshrc
onbo completion fish > ~/.config/fish/completions/onbo.fish  # once
"""
EXITS: dict[int, str | None] = {}


def run(
    context: typer.Context,
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
) -> None:
    app = of(context)
    one_of("completion", "shell", shell, SHELLS)
    path = os.path.join(os.path.dirname(os.path.dirname(__file__)), "shells", f"completion.{shell}")
    with open(path, "rb") as file:
        app.terminal.document([file.read()])
