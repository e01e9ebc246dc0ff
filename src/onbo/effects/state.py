"""Where onbo keeps what no repository may bring: `$XDG_STATE_HOME/onbo`, as the XDG base directory specification says."""

import os
import stat
import sys

from onbo.errors import SystemFailedError

PRIVATE = 0o700


def directory() -> str:
    """The directory, which need not exist yet. Raises SystemFailedError where there is no home to keep it in."""
    given = os.environ.get("XDG_STATE_HOME", "")
    if os.path.isabs(given):  # the specification ignores relative ones
        return os.path.join(given, "onbo")
    if sys.platform in ("win32", "darwin"):  # pragma: no cover
        from platformdirs import user_state_dir

        return user_state_dir("onbo", appauthor=False)
    # The same as platformdirs, whose import would be a quarter of the time that a tick takes.
    home = os.environ.get("HOME", "")
    if not os.path.isabs(home):
        raise SystemFailedError("HOME is not set")
    return os.path.join(home, ".local", "state", "onbo")


def private(*names: str) -> str:
    """A directory below `directory()`, made where it is missing; only its owner may use it, and that is the user.

    Raises SystemFailedError where it is a link, belongs to somebody else, or may be written by others.
    """
    path = directory()
    os.makedirs(os.path.dirname(path), PRIVATE, exist_ok=True)
    for name in ("", *names):
        path = os.path.join(path, name) if name else path
        try:
            os.mkdir(path, PRIVATE)
        except FileExistsError:
            _check(path)
    return path


def existing(*names: str) -> str | None:
    """The same directory where it is there already, else None."""
    path = directory()
    for name in ("", *names):
        path = os.path.join(path, name) if name else path
        try:
            _check(path)
        except FileNotFoundError:
            return None
    return path


def _check(path: str) -> None:
    status = os.lstat(path)
    if stat.S_ISLNK(status.st_mode):
        raise SystemFailedError("is a link", path=path)
    if not stat.S_ISDIR(status.st_mode):
        raise SystemFailedError("is not a directory", path=path)
    if not hasattr(os, "geteuid"):  # pragma: no cover  Windows: the profile is the user's own
        return
    if status.st_uid != os.geteuid():
        raise SystemFailedError("belongs to another user", path=path)
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise SystemFailedError("is writable by other users", path=path)


def shown(path: str) -> str:
    """A path with the home directory as `~`."""
    home = os.environ.get("HOME", "")
    if os.path.isabs(home) and len(home) > 1 and path.startswith(os.path.join(home, "")):
        return os.path.join("~", os.path.relpath(path, home))
    return path
