"""Reading files, and the one road for writes.

A tick is one byte written in place; any other edit is a new file put in the old one's place. Both happen under
a lock, compare with what was read, and end with the bytes on disk or with an error: exit 0 means they are there.
"""

import errno
import os
import stat
import time
from collections.abc import Iterable
from contextlib import suppress

from onbo.document.source import Change, Edit
from onbo.effects import locks, time_limit, undo
from onbo.effects.links import refuse_escape, resolve
from onbo.effects.locks import SAFE
from onbo.effects.renames import claim, exchange
from onbo.errors import ConflictError, SystemFailedError, UnacceptableError

LARGEST = 10 * 1024 * 1024
EMPTY_LOOKS = 3
EMPTY_PAUSE = 0.01
BINARY = getattr(os, "O_BINARY", 0)
ACL = "system.posix_acl_access"


class ChangedUnderneathError(ConflictError):
    """The file is not as it was read. Deciding again on what it says now may still work."""


def read(path: str, root: str | None = None) -> bytes:
    """A regular file's bytes. A link is followed once, and only inside `root`.

    Raises UnacceptableError for what is no regular file, leaves the root or is over 10 MB; OSError as the system says.
    """
    target = resolve(path, root)
    data = _read_open(_open(target, os.O_RDONLY, path), path)
    for _ in range(EMPTY_LOOKS):
        if data:
            break
        # An editor that saves by truncation leaves the file empty for a moment.
        time.sleep(EMPTY_PAUSE)
        data = _read_open(_open(target, os.O_RDONLY, path), path)
    return data


def _open(path: str, flags: int, shown: str) -> int:
    try:
        descriptor = os.open(path, flags | SAFE | BINARY)
    except OSError as error:
        if error.errno in (errno.EISDIR, errno.ENXIO, errno.ELOOP):
            raise UnacceptableError("is no regular file", path=shown) from error
        raise
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:
        os.close(descriptor)
        raise
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        linked = stat.S_ISDIR(mode) and os.path.islink(shown)
        what = "is a link to a directory, which is not followed" if linked else "is no regular file"
        raise UnacceptableError(what, path=shown)
    return descriptor


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


def write(changes: Iterable[Change], root: str, recorder: undo.Recorder | None = None) -> None:
    """Make each change, or raise: ChangedUnderneathError where a file is no longer what it was, nothing written then.

    recorder  keeps what is needed to take it back
    """
    time_limit.end()
    for change in changes:
        path = resolve(change.path, root)
        if change.before == change.after:
            continue
        if change.before is None:
            locks.make_directory(os.path.dirname(path))
        with locks.held(path) as temporary:
            if change.before is None:
                locks.own_directory(root)
            kept = recorder.keep(change) if recorder else None
            try:
                _make(path, change, temporary)
            except BaseException as error:
                if recorder and kept:
                    recorder.forget(kept)
                if isinstance(error, OSError) and error.filename in (None, temporary):
                    error.filename = path  # the other name means nothing to the user
                if isinstance(error, PermissionError) and change.before is not None and not change.in_place:
                    raise _irreplaceable(path) from error
                raise


def _make(path: str, change: Change, temporary: str) -> None:
    if change.before is None:
        _create(path, change.after, temporary)
    elif change.in_place:
        _write_bytes(path, change)
    else:
        _replace(path, change.before, change.after, temporary)


def _changed(path: str) -> ChangedUnderneathError:
    return ChangedUnderneathError("was changed by somebody else meanwhile", path=path, hint="look at it and try again")


def _irreplaceable(path: str) -> SystemFailedError:
    """The error for a file that may be written, in a directory where it may not be replaced."""
    folder = os.path.dirname(path)
    if os.access(folder, os.W_OK):  # a sticky directory lets only the owners of a file replace it
        what, wanted = "belongs to another user, and its directory is sticky", "are for its owner"
    else:
        what, wanted = "is in a directory that you may not write", "need write access to the directory"
    return SystemFailedError(what, path=path, hint=f"you can tick items, but other changes {wanted}")


def _writable(path: str) -> os.stat_result:
    """What the system says of a file. Raises SystemFailedError for one that is read-only.

    A directory that may be written would let us replace it anyway.
    """
    status = os.stat(path, follow_symlinks=False)
    if not os.access(path, os.W_OK):
        raise SystemFailedError("is read-only", path=path, hint="make it writable first")
    return status


def _write_bytes(path: str, change: Change) -> None:
    """Single bytes in place: against an editor saving at the same time, this loses nothing of the editor's."""
    _writable(path)
    descriptor = _open(path, os.O_RDWR, change.path)
    try:
        status = os.fstat(descriptor)
        if _read_all(descriptor) != change.before:
            raise _changed(change.path)
        for edit in change.edits:
            _write_one(descriptor, change, edit, status)
        os.fsync(descriptor)
        written = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    # The path may by now name another file, or an editor may have written over the byte.
    descriptor = _open(path, os.O_RDONLY, change.path)
    try:
        now = os.fstat(descriptor)
        data = _read_all(descriptor)
    finally:
        os.close(descriptor)
    there = all(_around(data, edit) == _around(change.after, edit) for edit in change.edits)
    if not there or not os.path.samestat(written, now):
        raise _changed(change.path)


def _write_one(descriptor: int, change: Change, edit: Edit, status: os.stat_result) -> None:
    """Look at the box once more, in the last moment, then write the byte between its brackets."""
    os.lseek(descriptor, edit.span.start - 1, os.SEEK_SET)
    around = os.read(descriptor, 3)
    now = os.fstat(descriptor)
    if around != _around(change.before or b"", edit) or now.st_size != status.st_size:
        raise _changed(change.path)
    os.lseek(descriptor, edit.span.start, os.SEEK_SET)
    _write_all(descriptor, edit.new)


def _around(data: bytes, edit: Edit) -> bytes:
    """The three bytes of a box."""
    return data[edit.span.start - 1 : edit.span.end + 1]


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _replace(path: str, before: bytes, after: bytes, temporary: str) -> None:
    """A new file beside the old one, exchanged with it; the old bytes are looked at once more on the way out."""
    status = _writable(path)
    if status.st_nlink > 1:
        raise UnacceptableError("has several hard links; only ticks are written to it", path=path)
    _clear(temporary)
    write_new(temporary, [after], status, path)
    try:
        if read(path) != before:
            raise _changed(path)
        if exchange(temporary, path):
            if read(temporary) != before:
                exchange(temporary, path)
                if read(temporary) != after:  # and somebody saved once more in between: that is the newest
                    exchange(temporary, path)
                raise _changed(path)
        else:
            os.replace(temporary, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
    sync_directory(path)


def _create(path: str, data: bytes, temporary: str) -> None:
    """A file that was not there. Never over one that is."""
    _clear(temporary)
    write_new(temporary, [data], None)
    try:
        _share(temporary)
        claim(temporary, path)
    except FileExistsError as error:
        raise ConflictError("is there already", path=path) from error
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
    sync_directory(path)


def _clear(temporary: str) -> None:
    """Take away what a process left that died: the name goes with the lock, and that is ours."""
    with suppress(FileNotFoundError):
        os.unlink(temporary)


def remove(path: str, expected: bytes, root: str) -> None:
    """Take away a file that says what is expected."""
    time_limit.end()
    refuse_escape(path, root)
    with locks.held(path):
        if read(path, root) != expected:
            raise _changed(path)
        os.unlink(path)
    sync_directory(path)


def move(path: str, target: str, root: str, recorder: undo.Recorder | None = None) -> None:
    """Give a file another name, never that of one that is there. recorder: keeps what is needed to move it back."""
    time_limit.end()
    if os.path.islink(path):
        raise UnacceptableError("is a link; move it yourself", path=path)
    refuse_escape(path, root)
    refuse_escape(target, root)
    folder = os.path.dirname(target)
    new = not os.path.isdir(folder)
    locks.make_directory(folder)
    with locks.held(path):
        kept = recorder.keep_move(path, target, read(path, root)) if recorder else None
        try:
            claim(path, target)
        except BaseException as error:
            if recorder and kept:
                recorder.forget(kept)
            if new:
                with suppress(OSError):  # somebody uses it already
                    os.rmdir(folder)
            if isinstance(error, FileExistsError):
                raise ConflictError("is there already", path=target) from error
            raise
    sync_directory(target)
    sync_directory(path)


def write_new(path: str, pieces: Iterable[bytes], like: os.stat_result | None, old: str | None = None) -> None:
    """A new file with these bytes, piece by piece, on the disk; with the mode and, if allowed, the owner of another.

    old  the path of that other file, for its extended attributes and access control list
    """
    time_limit.end()
    # The system takes the umask off; a dotfile, so nobody takes it for a customer meanwhile.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | SAFE | BINARY, 0o666)
    try:
        try:
            for data in pieces:
                _write_all(descriptor, data)
            if like is not None:
                _give_to(path, like, old or path)
                os.chmod(path, stat.S_IMODE(like.st_mode))
                _copy_attributes(old, path)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except BaseException:
        with suppress(OSError):
            os.unlink(path)
        raise


def _give_to(path: str, like: os.stat_result, shown: str) -> None:
    """The owner and the group of another file, as far as that is allowed: the group alone is worth having.

    Raises UnacceptableError where the group could do something with the file, and would not be able to any longer.
    """
    if not hasattr(os, "chown"):  # pragma: no cover  Windows
        return
    for owner in (like.st_uid, -1):
        with suppress(PermissionError):
            os.chown(path, owner, like.st_gid)
            return
    if os.stat(path).st_gid != like.st_gid and like.st_mode & 0o070 & ~(like.st_mode << 3):
        raise UnacceptableError(
            "belongs to a group that you are not in", path=shown, hint="you can tick items, but not make other changes"
        )


def _copy_attributes(old: str | None, path: str) -> None:
    """Extended attributes, access control lists among them, as far as that is allowed."""
    if old is None or not hasattr(os, "listxattr"):  # only Linux has them here
        return
    with suppress(OSError):
        names = os.listxattr(old)
        for name in names:
            with suppress(OSError):
                os.setxattr(path, name, os.getxattr(old, name))
        if ACL not in names:  # a new file may have got one from its directory
            os.removexattr(path, ACL)


def _share(path: str) -> None:
    """Let the group of a new file's directory write it if it can write the directory, whatever the umask.

    In a workspace that a group shares, a file that its maker alone can write would be of no use to the others.
    """
    above, status = os.stat(os.path.dirname(path)), os.stat(path)
    if not hasattr(os, "chown") or not above.st_mode & 0o020:
        return
    if above.st_gid != status.st_gid:
        try:
            os.chown(path, -1, above.st_gid)
        except PermissionError:  # who is not of that group cannot give it away
            return
    if not status.st_mode & 0o020:
        os.chmod(path, stat.S_IMODE(status.st_mode) | 0o060)


def sync_directory(path: str) -> None:
    if os.name == "nt":  # pragma: no cover  directories cannot be opened there
        return
    descriptor = os.open(os.path.dirname(path), os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
