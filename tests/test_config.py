"""The settings in force, where each comes from, and the table of all of them."""

import json
import re
from pathlib import Path

import pytest

from onbo.cli.environment import VARIABLES
from onbo.effects import config
from onbo.onboarding.setting_keys import SETTINGS, tables
from onbo.onboarding.settings import Settings
from runner import onbo
from workspace import put

SOURCES = Path(__file__).parent.parent / "src" / "onbo"
FILE = """\
[templates]
default = "essentials"
[status]
  due_soon = 5
[fields]
"Kickoff Date" = "Start"
[calendar]
holidays = [2026-12-25]
weekend = ["fri", "sat"]
[health.smb]
green = 65
yellow = 40
"""


def test_where_settings_come_from() -> None:
    put("onbo.toml", FILE)
    rows = {row["name"]: row for row in json.loads(onbo("config", "--json", env={"NO_COLOR": "1"}).out)["settings"]}

    def told(name: str) -> tuple[object, ...]:
        return tuple(rows[name][key] for key in ("value", "source", "path", "line"))

    assert told("templates.default") == ("essentials", "file", "onbo.toml", 2)
    assert told("status.due_soon") == (5, "file", "onbo.toml", 4)
    assert told("status.at_risk") == (0.2, "default", None, None)
    assert told("fields.Kickoff Date") == ("Start", "file", "onbo.toml", 6)
    assert told("calendar.holidays") == (["2026-12-25"], "file", "onbo.toml", 8)
    assert told("calendar.country") == (None, "default", None, None)
    assert told("health.green") == (75, "default", None, None)
    assert told("health.smb.yellow") == (40, "file", "onbo.toml", 12)
    assert told("NO_COLOR") == ("1", "environment", None, None)
    assert told("ONBO_TODAY") == ("2026-12-12", "environment", None, None)
    assert rows["status.at_risk"]["what"].startswith("The share of the items due")


def test_as_a_table() -> None:
    put("onbo.toml", FILE)
    said = onbo("config")
    lines = {line.split()[0]: " ".join(line.split()[1:]) for line in said.out.split("\n") if line}
    assert lines["status.due_soon"] == "5 onbo.toml:4"
    assert lines["status.at_risk"] == "0.2 default"
    assert lines["calendar.weekend"] == '["fri", "sat"] onbo.toml:9'
    assert lines["calendar.holidays"] == "[2026-12-25] onbo.toml:8"
    assert lines["ONBO_TODAY"] == "2026-12-12 environment"
    assert said.err == ""
    assert "your editor, before EDITOR" in onbo("config", "--all", env={"VISUAL": "vi"}).out


def test_without_a_file() -> None:
    said = onbo("config")
    assert (said.status, said.err) == (0, "there is no onbo.toml here; onbo init writes one to edit\n")
    put("onbo.toml", "status.due_soon = 9\n[git]\ncommit = true\n")
    assert re.search(r"^status.due_soon +9 +onbo.toml:1$", onbo("config").out, re.MULTILINE)
    put("onbo.toml", "status = { due_soon = 9 }\n")
    assert re.search(r"^status.due_soon +9 +onbo.toml$", onbo("config").out, re.MULTILINE)


def test_the_defaults_of_the_table_are_those_of_the_code() -> None:
    lines = []
    for table in tables():
        lines.append(f"[{table}]")
        lines += [f"{s.key} = {s.default}" for s in SETTINGS if s.table == table and s.default]
    read = config.read("onbo.toml", "\n".join(lines).encode())
    assert read._replace(health={}) == Settings()
    assert dict(read.health) == {"": (75, 50)}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_setting_is_known_by_its_name_in_the_table(setting: object) -> None:
    [found] = [other for other in SETTINGS if other is setting]
    line = found.example or f"{found.key} = {found.default}"
    config.read("onbo.toml", f"[{found.table}]\n{line}\n".encode())
    assert found.what.endswith(".")
    with pytest.raises(Exception, match=re.escape(found.table)):
        config.read("onbo.toml", f"[{found.table}]\n{found.key} = [1.5]\n".encode())


def test_every_variable_of_the_environment_is_in_the_table() -> None:
    text = "".join(path.read_text("utf-8") for path in SOURCES.rglob("*.py") if path.name != "environment.py")
    used = set(re.findall(r'"(ONBO_[A-Z]+|NO_COLOR|FORCE_COLOR|CLICOLOR_FORCE|VISUAL|EDITOR)"', text))
    assert used == set(VARIABLES)
