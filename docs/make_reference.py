"""Writes what is made from the code: `./dev run python docs/make_reference.py`. A test checks that it is current."""

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from onbo.cli.app import build
from onbo.cli.catalog import command_names
from onbo.cli.option_table import ARGUMENTS, VERB
from onbo.lint.run import all_rules

LINT = """\
# Lint rules

`onbo lint` reads every customer's file and the workspace's templates and says what is wrong, with the line. It exits
1 where there is an error, 0 where there are warnings only. `onbo lint --fix` mends what has one safe reading, and
nothing else. `--format github` prints annotations for GitHub Actions, `--json` one object.

Codes never change their meaning. This page is made from the rules in the code.
"""


def lint_page() -> str:
    parts = [LINT, "| code | severity | what | mended by --fix |", "|---|---|---|---|"]
    cell = "| {0.code} | {0.severity} | {1} | {2} |"
    parts += [cell.format(rule, rule.what.replace("|", "\\|"), "yes" if rule.fix else "no") for rule in all_rules()]
    for rule in all_rules():
        scope = "Customers' files and templates." if rule.templates else "Customers' files."
        parts += ["", f"## {rule.code}", "", rule.what, "", f"Why: {rule.why}"]
        parts += ["", f"`--fix`: {rule.fix}"] if rule.fix else []
        parts += ["", scope]
    return "\n".join(parts) + "\n"


def commands() -> Iterator[tuple[str, Any]]:
    """Onbo itself, each command and each verb, as the parser knows them."""
    root = build()
    yield "", root
    for name in command_names():
        command = root.get_command(None, name)
        yield name, command
        for verb, inner in getattr(command, "commands", {}).items():
            yield f"{name} {verb}", inner


def option_table() -> str:
    """For completion: a line an option, an argument, a verb; path, names, value, help."""
    rows = []
    for path, command in commands():
        for parameter in command.params:
            if parameter.param_type_name == "argument":
                continue
            takes = "" if parameter.is_flag else parameter.metavar or parameter.type.name.upper()
            rows.append((path, " ".join(sorted(parameter.opts, key=len)), takes, parameter.help or ""))
        rows.append((path, "-h --help", "", "Show this message and exit."))
        words = " ".join(p.metavar or p.name for p in command.params if p.param_type_name == "argument")
        rows += [(path, ARGUMENTS, words, "")] if words else []
        rows += [(path, VERB, verb, inner.help) for verb, inner in getattr(command, "commands", {}).items() if path]
    return "".join("\t".join(row) + "\n" for row in rows)


PAGES: dict[str, Callable[[], str]] = {
    "docs/lint.md": lint_page,
    "src/onbo/cli/option_table.tsv": option_table,
}

if __name__ == "__main__":
    top = os.path.dirname(os.path.dirname(os.path.abspath(sys.argv[0])))
    for name, page in PAGES.items():
        with open(os.path.join(top, *name.split("/")), "wb") as file:
            file.write(page().encode())
