"""`onbo.toml` -> Settings."""

import os
import re
from collections.abc import Container
from datetime import date
from typing import Any

from onbo.effects import files
from onbo.errors import UnacceptableError
from onbo.onboarding.settings import SETTINGS_FILE, Settings, read_settings

HEADER = re.compile(r"\s*\[([^\[\]]+)\]")  # [health.smb]
# All settings there are, with a country's holidays for ten years, take 10 KB.
LARGEST = 100 * 1024
MOST_DOTS = 100
KEY = re.compile(r"""\s*("[^"]+"|'[^']+'|[\w.-]+)\s*=""")  # "Kickoff Date" =


def load(root: str) -> Settings:
    """The workspace's settings; defaults where there is no file. Raises UnacceptableError with the key or line."""
    path = os.path.join(root, SETTINGS_FILE)
    try:
        data = files.read(path, root)
    except FileNotFoundError:
        return Settings()
    return read(os.path.relpath(path), data)


def read(shown: str, data: bytes) -> Settings:
    """What such a file says. Raises UnacceptableError with the key or line."""
    if not data.strip():
        return Settings()
    if len(data) > LARGEST:
        raise UnacceptableError(f"is over the {LARGEST // 1024} KB that settings may have; shorten it", path=shown)
    try:
        text = data.decode("utf-8-sig")
        _refuse_dots(text, shown)
        settings = read_settings(shown, values(text), lambda key: key_lines(text).get(key))
    except (ValueError, RecursionError) as error:
        raise UnacceptableError(f"cannot be read as TOML: {error}", path=shown) from error
    if settings.country is None:
        return settings
    holidays = _Holidays(settings.calendar.holidays, _public_holidays(settings.country, shown))
    return settings._replace(calendar=settings.calendar._replace(holidays=holidays))


def _refuse_dots(text: str, shown: str) -> None:
    """Raise UnacceptableError for a key of very many parts: tomllib takes time by the square of their number."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MOST_DOTS and not line.lstrip().startswith("#"):
            raise UnacceptableError(
                f"more than {MOST_DOTS} dots in one line; the name of a setting has one or two",
                path=shown,
                line=number,
            )


def text(root: str) -> str:
    """What onbo.toml says, word for word; nothing where there is none."""
    try:
        return files.read(os.path.join(root, SETTINGS_FILE), root).decode("utf-8-sig")
    except FileNotFoundError:
        return ""


def values(text: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(text)


def key_lines(text: str) -> dict[str, int]:
    """On which line each key stands, as in `status.at_risk`, and each table, as in `[status]`.

    tomllib does not tell; of inline tables and the like nothing is known here.
    """
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), 1):
        if header := HEADER.match(line):
            table = header[1].strip()
            found.setdefault(f"[{table}]", number)
        elif key := KEY.match(line):
            name = key[1].strip("\"'")
            found.setdefault(f"{table}.{name}" if table else name, number)
    return found


class _Holidays:
    """A country's public holidays beside one's own."""

    def __init__(self, own: Container[date], public: Container[date]) -> None:
        self.own = own
        self.public = public

    def __contains__(self, day: object) -> bool:
        return day in self.own or day in self.public


def _public_holidays(country: str, shown: str) -> Container[date]:
    try:
        import holidays
    except ImportError as error:
        raise UnacceptableError(
            "calendar.country needs the holidays extra", path=shown, hint="pip install 'onbo[holidays]'"
        ) from error
    try:
        public: Container[date] = holidays.country_holidays(country)
    except NotImplementedError as error:
        raise UnacceptableError(f"calendar.country: no holidays are known for {country!r}", path=shown) from error
    return public
