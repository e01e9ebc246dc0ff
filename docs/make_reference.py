"""Writes what is made from the code: `./dev run python docs/make_reference.py`. A test checks that it is current."""

import os
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from onbo.cli.app import build
from onbo.cli.catalog import ANYWHERE, STATUSES, by_topic, command_names, manual, summary
from onbo.cli.environment import VARIABLES
from onbo.cli.option_table import ARGUMENTS, VERB
from onbo.lint.run import all_rules
from onbo.onboarding import setting_keys

LINT = """\
# Lint rules

`onbo lint` checks every customer's file and the workspace's templates, and reports each fault with its line. It exits
with 1 if there are errors, and with 0 if there are only warnings. `onbo lint --fix` fixes only what has a single safe
fix. `--format github` prints annotations for GitHub Actions, `--json` one object.

Codes never change their meaning. This page is generated from the rules in the code.
"""


def lint_page() -> str:
    parts = [LINT, "| code | severity | what | fixed by --fix |", "|---|---|---|---|"]
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


SETTINGS = """\
# Settings: onbo.toml

Every setting is optional, and so is the file. It stands in the workspace's top directory, and marks it. `onbo init`
writes one with everything commented out. A key that onbo does not know is an error that names it and the one you may
have meant, so a slip of the pen is never silently ignored. `onbo config` shows the settings in force, and for each the
line or the environment variable that it comes from.

This page is made from the code. Here is every key with its default, or with an example where it has none:
"""
ENVIRONMENT = """
## Environment

| variable | what it does |
|---|---|
"""


def settings_page() -> str:
    shown = []
    for name in setting_keys.tables():
        shown += ["", f"[{name}]"]
        for setting in setting_keys.SETTINGS:
            if setting.table == name:
                shown.append(f"{setting.key} = {setting.default}" if setting.default else f"# {setting.example}")
    parts = [SETTINGS, "```toml", *shown[1:], "```"]
    for name in setting_keys.tables():
        parts += ["", f"## [{name}]", "", "| key | takes | default | what it does |", "|---|---|---|---|"]
        parts += [
            f"| `{s.key}` | {_cell(s.kind)} | {f'`{s.default}`' if s.default else 'none'} | {_cell(s.what)} |"
            for s in setting_keys.SETTINGS
            if s.table == name
        ]
    names = "".join(f"| `{name}` | {_cell(what)} |\n" for name, what in VARIABLES.items())
    return "\n".join(parts) + "\n" + ENVIRONMENT + names


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


COMMANDS = """\
# Commands

`onbo COMMAND --help` prints the same as this page, which is made from the code. CUSTOMER is a file's name without
`.md`, the beginning of one, a path, or the customer's own name. It may be left out where there is only one, or where
you are in its directory. ITEM is a number (`1.3.2`), `gate.1`, an id, or words of the item's text.

These options go with every command, before it or behind it:
"""
EXITS = """
## Exit status

| status | meaning |
|---|---|
"""


def commands_page() -> str:
    known = dict(commands())
    parts = [COMMANDS + _options(known[""])]
    for topic, names in by_topic():
        parts.append(f"\n{topic}: {', '.join(f'[{name}](#{name})' for name in names)}.\n")
    parts.append(EXITS + "".join(f"| {status} | {means} |\n" for status, means in STATUSES.items()))
    parts.append("\nWith `--json` an error is an object too, with the same exit status: see [json.md](json.md).\n")
    for _, names in by_topic():
        parts += [_section(name, known) for name in names]
    return "".join(parts)


def _section(name: str, known: dict[str, Any]) -> str:
    page = manual([name], import_module(f"onbo.cli.commands.{name}"))
    parts = [f"\n## {name}\n\n{summary(name)}\n"]
    for path, command in known.items():
        if path == name or path.startswith(f"{name} "):
            if path != name:
                parts.append(f"\n### {path}\n\n{command.help}\n")
            if path == name or command.params:
                parts += [_usage(path, command), _options(command)]
    told = [f"{e.command}  # {e.says}" if e.says else e.command for e in page.examples]
    own = [
        f"- {status}: {means}"
        for status, means in page.exits.items()
        if status not in ANYWHERE or means != STATUSES[status]
    ]
    parts.append("\n" + "\n".join(["```sh", *told, "```"]) + "\n")
    parts.append("\nExit status, beside the usual ones:\n\n" + "\n".join(own) + "\n" if own else "")
    return "".join(parts)


def _usage(path: str, command: Any) -> str:
    words = [p.metavar or p.name for p in command.params if p.param_type_name == "argument"]
    words = words or (["VERB"] if getattr(command, "commands", None) else [])
    options = ["[OPTIONS]"] if any(p.param_type_name == "option" for p in command.params) else []
    told = [p for p in command.params if p.param_type_name == "argument" and p.help]
    rows = "".join(f"\n- `{p.metavar}`: {p.help}" for p in told)
    return f"\n    {' '.join(['onbo', path, *options, *words])}\n" + (f"{rows}\n" if rows else "")


def _options(command: Any) -> str:
    rows = [
        f"- `{', '.join(sorted(p.opts, key=len))}{takes}`: {p.help}\n"
        for p in command.params
        if p.param_type_name == "option"
        for takes in ["" if p.is_flag else f" {p.metavar}"]
    ]
    return "\n" + "".join(rows) if rows else ""


PAGES: dict[str, Callable[[], str]] = {
    "docs/commands.md": commands_page,
    "docs/lint.md": lint_page,
    "docs/settings.md": settings_page,
    "src/onbo/cli/option_table.tsv": option_table,
}

if __name__ == "__main__":
    top = os.path.dirname(os.path.dirname(os.path.abspath(sys.argv[0])))
    for name, page in PAGES.items():
        with open(os.path.join(top, *name.split("/")), "wb") as file:
            file.write(page().encode())
