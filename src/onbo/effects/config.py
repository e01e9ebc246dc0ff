"""`onbo.toml` -> Settings."""

import os

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
    if not data.strip():
        return Settings()
    import tomllib

    try:
        return read_settings(path, tomllib.loads(data.decode("utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnacceptableError(f"cannot be read as TOML: {error}", path=path) from error
