"""`onbo.toml` -> Settings."""

import os
from collections.abc import Container
from datetime import date

from onbo.effects import files
from onbo.errors import UnacceptableError
from onbo.onboarding.settings import SETTINGS_FILE, Settings, read_settings


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
    import tomllib

    try:
        settings = read_settings(shown, tomllib.loads(data.decode("utf-8-sig")))
    except (ValueError, RecursionError) as error:
        raise UnacceptableError(f"cannot be read as TOML: {error}", path=shown) from error
    if settings.country is None:
        return settings
    holidays = _Holidays(settings.calendar.holidays, _public_holidays(settings.country, shown))
    return settings._replace(calendar=settings.calendar._replace(holidays=holidays))


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
