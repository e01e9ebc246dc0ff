"""Show the settings in force, and where each comes from."""

import os
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, NamedTuple

import typer

from onbo.cli.context import App, of
from onbo.cli.environment import VARIABLES
from onbo.cli.options import Json
from onbo.effects import config
from onbo.onboarding.setting_keys import SETTINGS, Setting
from onbo.onboarding.settings import SETTINGS_FILE
from onbo.present import config as present

EXAMPLES = """\
onbo config  # every setting, with where it comes from
onbo config --all  # and what each does
onbo config --json  # for scripts
"""
EXITS: dict[int, str | None] = {}


class Row(NamedTuple):
    """A setting in force. source: default, file or environment; line: where in the file, None where not known."""

    name: str
    value: Any
    source: str
    what: str
    path: str | None = None
    line: int | None = None


def run(
    context: typer.Context,
    whole: Annotated[bool, typer.Option("--all", help="Say what each does, too.")] = False,
    as_json: Json = False,
) -> None:
    app = of(context)
    app.require_settings()
    found = [*_settings(app), *_environment()]
    if as_json:
        told = [row._asdict() | {"value": _plain(row.value)} for row in found]
        app.envelope("config", {"root": app.workspace.root, "settings": told})
        return
    app.terminal.table(present.table(found, whole=whole))
    there = os.path.lexists(app.workspace.path(SETTINGS_FILE))
    if not there:
        app.terminal.message(f"there is no {SETTINGS_FILE} here; onbo init writes one to edit")


def _plain(value: Any) -> Any:
    """As JSON has it: dates are texts there."""
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return value.isoformat() if isinstance(value, date) else value


def _settings(app: App) -> list[Row]:
    """Every fixed key, and of the others those that the file has."""
    text = config.text(app.workspace.root)
    values, lines = config.values(text), config.key_lines(text)
    path = app.workspace.shown(app.workspace.path(SETTINGS_FILE))
    rows = []
    for setting in SETTINGS:
        said = values.get(setting.table, {})
        for key in _own(setting, said) if setting.open else [setting.key]:
            name = f"{setting.table}.{key}"
            if key in said:
                rows.append(Row(name, said[key], "file", setting.what, path, lines.get(name)))
            else:
                default = config.values(f"value = {setting.default}")["value"] if setting.default else None
                rows.append(Row(name, default, "default", setting.what))
    return rows + [
        Row(f"health.{segment}.{key}", value, "file", "", path, lines.get(f"health.{segment}.{key}"))
        for segment, bands in values.get("health", {}).items()
        if isinstance(bands, dict)
        for key, value in bands.items()
    ]


def _own(setting: Setting, said: Mapping[str, Any]) -> list[str]:
    fixed = {other.key for other in SETTINGS if other.table == setting.table}
    return [key for key in said if key not in fixed]


def _environment() -> list[Row]:
    return [Row(name, os.environ[name], "environment", what) for name, what in VARIABLES.items() if name in os.environ]
