"""Reading files, and the one road for writes.

A tick is one byte written in place; any other edit is a new file put in the old one's place. Both happen under
a lock, compare with what was read, and end with the bytes on disk or with an error: exit 0 means they are there.
"""

import errno
import os
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress

from onbo.document.source import Change
from onbo.effects import locks
from onbo.errors import ConflictError, UnacceptableError

LARGEST = 10 * 1024 * 1024
# Not every system has these; none is needed for what a regular file says.
SAFE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
BINARY = getattr(os, "O_BINARY", 0)


class ChangedUnderneathError(ConflictError):
    """The file is not as it was read. Deciding again on what it says now may still work."""


def read(path: str, root: str | None = None) -> bytes:
    """A regular file's bytes. A link is followed once, and only inside `root`.

    Raises UnacceptableError for what is no regular file, leaves the root or is over 10 MB; OSError as the system says.
    """
    return _read_open(*_open(resolve(path, root), os.O_RDONLY, path))


def resolve(path: str, root: str | None) -> str:
    """The path itself, or what a link stands for."""
    if not os.path.islink(path):
        return path
    target = os.path.realpath(path)
    inside = root is None or os.path.commonpath([os.path.realpath(root), target]) == os.path.realpath(root)
    if not inside:
        raise UnacceptableError("is a link that leaves the workspace", path=path, hint="put the file itself there")
    if not os.path.exists(target):
        raise UnacceptableError("is a link to nothing", path=path, hint="remove it or mend it")
    return target


def _open(path: str, flags: int, shown: str) -> tuple[int, str]:
    try:
        descriptor = os.open(path, flags | SAFE | BINARY)
    except OSError as error:
        if error.errno in (errno.EISDIR, errno.ENXIO, errno.ELOOP):
            raise UnacceptableError("is no regular file", path=shown) from error
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnacceptableError("is no regular file", path=shown)
    return descriptor, shown


def _read_open(descriptor: int, shown: str) -> bytes:
    try:
        size = os.fstat(descriptor).st_size
        if size > LARGEST:
            raise UnacceptableError(
                f"is {size / 1024 / 1024:.0f} MB, over the {LARGEST // 1024 // 1024} MB that a checklist may have",
                path=shown,
            )
        return _read_all(descriptor)
    finally:
        os.close(descriptor)


def _read_all(descriptor: int) -> bytes:
    pieces = []
    while piece := os.read(descriptor, 1 << 20):
        pieces.append(piece)
    return b"".join(pieces)


def write(changes: Iterable[Change], root: str) -> None:
    """Make each change, or raise: ChangedUnderneathError where a file is no longer what it was, nothing written then."""
    for change in changes:
        path = resolve(change.path, root)
        if change.before is None:
            locks.own_directory(root)
            _create(path, change.after)
            continue
        with locks.held(root, path):
            if change.in_place:
                _write_bytes(path, change)
            elif change.before != change.after:
                _replace(path, change.before, change.after)


def _changed(path: str) -> ChangedUnderneathError:
    return ChangedUnderneathError("was changed by somebody else meanwhile", path=path, hint="look at it and try again")


def _write_bytes(path: str, change: Change) -> None:
    """Single bytes in place: against an editor saving at the same time, this loses nothing of the editor's."""
    descriptor, _ = _open(path, os.O_RDWR, change.path)
    try:
        if _read_all(descriptor) != change.before:
            raise _changed(change.path)
        for edit in change.edits:
            os.lseek(descriptor, edit.span.start, os.SEEK_SET)
            _write_all(descriptor, edit.new)
        os.fsync(descriptor)
        written = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    # The path may by now name another file, or an editor may have written over the byte.
    descriptor, _ = _open(path, os.O_RDONLY, change.path)
    try:
        now = os.fstat(descriptor)
        data = _read_all(descriptor)
    finally:
        os.close(descriptor)
    there = all(
        data[edit.span.start - 1 : edit.span.end + 1] == change.after[edit.span.start - 1 : edit.span.end + 1]
        for edit in change.edits
    )
    if not there or not os.path.samestat(written, now):
        raise _changed(change.path)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _replace(path: str, before: bytes, after: bytes) -> None:
    """A new file beside the old one, exchanged with it; the old bytes are looked at once more on the way out."""
    status = os.stat(path, follow_symlinks=False)
    if status.st_nlink > 1:
        raise UnacceptableError("has several hard links; only ticks are written to it", path=path)
    temporary = _temporary(path, after, stat.S_IMODE(status.st_mode))
    try:
        if read(path) != before:
            raise _changed(path)
        if exchange(temporary, path):
            if read(temporary) != before:
                exchange(temporary, path)
                raise _changed(path)
        else:
            os.replace(temporary, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
    _sync_directory(path)


def _create(path: str, data: bytes) -> None:
    """A file that was not there. Never over one that is."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    temporary = _temporary(path, data, 0o666 & ~_umask())
    try:
        os.link(temporary, path)
    except FileExistsError as error:
        raise ConflictError("is there already", path=path) from error
    finally:
        os.unlink(temporary)
    _sync_directory(path)


def move(path: str, target: str, root: str) -> None:
    """Give a file another name, never that of one that is there."""
    if os.path.islink(path):
        raise UnacceptableError("is a link; move it yourself", path=path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with locks.held(root, path):
        try:
            os.link(path, target)
        except FileExistsError as error:
            raise ConflictError("is there already", path=target) from error
        os.unlink(path)
    _sync_directory(target)
    _sync_directory(path)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _temporary(path: str, data: bytes, mode: int) -> str:
    """A synced file with these bytes in the same directory; a dotfile, so nobody takes it for a customer."""
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name[:64]}.{os.getpid()}-{os.urandom(4).hex()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | SAFE | BINARY, 0o600)
    try:
        _write_all(descriptor, data)
        os.chmod(temporary, mode)
        os.fsync(descriptor)
    except BaseException:
        os.close(descriptor)
        os.unlink(temporary)
        raise
    os.close(descriptor)
    return temporary


def _sync_directory(path: str) -> None:
    if os.name == "nt":  # pragma: no cover  directories cannot be opened there
        return
    descriptor = os.open(os.path.dirname(path), os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def exchange(first: str, second: str) -> bool:
    """Swap two files atomically where the system can (Linux's renameat2); False where it cannot."""
    rename = _renameat2()
    if rename is None:
        return False
    at_cwd, swap = -100, 2
    if rename(at_cwd, os.fsencode(first), at_cwd, os.fsencode(second), swap) == 0:
        return True
    import ctypes

    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), second)


def _renameat2() -> "Callable[..., int] | None":
    import ctypes

    try:
        function = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return None
    function.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    return function


def make_directory(path: str) -> bool:
    """Make a directory and its parents; False where it was there."""
    if os.path.isdir(path):
        return False
    os.makedirs(path)
    return True
