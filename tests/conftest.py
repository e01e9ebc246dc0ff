"""What every test stands on: an empty directory of its own, one date, and a quiet environment."""

import atexit
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from runner import ENVIRONMENT, FOREIGN

# Examples of each property: the same few in every run, or others each time, and many.
SAMPLE, LONG = 120, 5000


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-cases", action="store_true", help="rewrite what cases and transcripts expect")
    parser.addoption("--long", action="store_true", help="properties and fuzzers in full, not samples of them")


def pytest_configure(config: pytest.Config) -> None:
    in_full = bool(config.getoption("--long"))
    settings.register_profile(
        "onbo",
        max_examples=LONG if in_full else SAMPLE,
        deadline=None,
        derandomize=not in_full,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    settings.load_profile("onbo")


@atexit.register
def leave_quietly() -> None:
    """The last line is pytest's: duckdb's bindings would count on stderr what of their own is left at the end."""
    if "duckdb" in sys.modules:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


@pytest.fixture
def update_cases(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-cases"))


@pytest.fixture(autouse=True)
def own_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory of the test, empty at its start."""
    for name in FOREIGN:
        monkeypatch.delenv(name, raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", str(tmp_path / "nowhere"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    here = tmp_path / "work"
    here.mkdir()
    monkeypatch.chdir(here)
    return here
