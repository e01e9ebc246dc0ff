"""Files that are made of a workspace and can be made again: exports and pages.

A product may stand anywhere the user says, and replaces the one made before. What was never a product is not touched.
"""

import os
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress

from onbo.effects import files, links, locks
from onbo.errors import SystemFailedError, UnacceptableError, UsageError
from onbo.onboarding.settings import SETTINGS_FILE


def publish(path: str, pieces: Iterable[bytes], suffix: str, root: str) -> None:
    """Put these bytes in a file, whole or not at all. `ready` says what is refused; another process's file is replaced.

    pieces  taken as they come, after all has been checked that can be
    """
    target, before = ready(path, suffix, root)
    folder = os.path.dirname(target)
    os.makedirs(folder, exist_ok=True)
    temporary = locks.temporary_name(target, unique=True)
    try:
        files.write_new(temporary, pieces, before, target if before else None)
        os.replace(temporary, target)
    except OSError as error:
        if error.filename in (None, temporary):  # a name that means nothing to the user
            error.filename = path
        raise
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
    files.sync_directory(target)


def ready(path: str, suffix: str, root: str) -> tuple[str, os.stat_result | None]:
    """Where a product of this path is to be written, and what stands there; links are followed inside `root` alone.

    Raises UsageError for a directory, a name that the workspace reads, and for a file whose name does not end in
    `suffix`: that is no product of this kind. UnacceptableError for what is no regular file, or a link elsewhere.
    """
    inside = path.startswith(os.path.join(root, ""))
    target = links.resolve(path, root) if inside else path
    if target != path:  # a link may be called what it likes: what it leads to is what would be replaced
        return ready(target, suffix, root)
    try:
        before = os.stat(target, follow_symlinks=False)
    except FileNotFoundError:
        _check_name(path, suffix)
        return target, None
    if stat.S_ISDIR(before.st_mode):
        raise UsageError("is a directory", path=path, hint=f"name a file, as in all{suffix}")
    if stat.S_ISLNK(before.st_mode):
        raise UnacceptableError("is a link", path=path, hint="name the file itself")
    if not stat.S_ISREG(before.st_mode):
        raise UnacceptableError("is no regular file", path=path)
    if not path.endswith(suffix):
        raise UsageError("is there already", path=path, hint=f"only a file named *{suffix} is replaced")
    if not os.access(target, os.W_OK):  # a directory that may be written would let us replace it anyway
        raise SystemFailedError("is read-only", path=path, hint="make it writable first")
    if before.st_nlink > 1:
        raise UnacceptableError("has several hard links; they would part", path=path)
    return target, before


def _check_name(path: str, suffix: str) -> None:
    name = os.path.basename(path)
    if name.lower().endswith(".md") or name == SETTINGS_FILE:
        what = "settings" if name == SETTINGS_FILE else "a checklist"
        raise UsageError(f"is a name for {what}", path=path, hint=f"name it *{suffix}")


def through_file(fill: Callable[[str], object], given: Iterable[bytes] = ()) -> bytes:
    """The bytes of the file `made` that `fill` leaves in a new directory, which holds a file `given` with these."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="onbo-") as folder:
        files.write_new(os.path.join(folder, "given"), given, None)
        fill(folder)
        with open(os.path.join(folder, "made"), "rb") as file:
            return file.read()
