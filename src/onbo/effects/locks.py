"""One lock for one real file, whatever path or link leads to it: a file of its own in `.onbo/locks/`.

The lock lies in the workspace nearest to the real file, so everybody who writes the file takes the same one. Where it
cannot be had there, the checklist itself is locked. Editors take no notice of either.
"""

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from onbo.effects import git
from onbo.effects.digest import digest
from onbo.effects.renames import claim
from onbo.errors import ConflictError, UnacceptableError
from onbo.onboarding.settings import SETTINGS_FILE

WAIT_SECONDS = 10.0
# No link is followed and nothing is waited for: a repository may hold links, and a directory pipes.
SAFE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
# Kept out of git, and out of git's line-end conversion. Earlier versions kept undo records in undo/.
OWN_FILES = {".gitignore": b"locks/\nundo/\n", ".gitattributes": b"base/* -text\n"}
# What keeps a lock file from being made, but not a tick, which needs no space and no directory.
UNAVAILABLE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT)
# Directories of a workspace that is not marked as one.
HOLDERS = ("customers", "templates", ".onbo")


def own_directory(root: str) -> str:
    """`.onbo`, made with the files that tell git what is this machine's own."""
    path = _own(os.path.join(root, ".onbo"))
    for name, data in OWN_FILES.items():
        own = os.path.join(path, name)
        if not os.path.lexists(own):
            _put(own, data)
    return path


def _own(path: str) -> str:
    """A directory, made where it is missing. Never a link: that could lead our writes out of the workspace."""
    if os.path.islink(path):
        raise UnacceptableError("is a link", path=path, hint="make it a directory")
    try:
        make_directory(path)
    except FileExistsError as error:
        raise UnacceptableError("is not a directory", path=path, hint="remove it") from error
    return path


def make_directory(path: str) -> None:
    """A directory, and those above it that are missing, each as open as the one that it is in, whatever the umask.

    In a workspace that a group shares, one with the mode that the umask gives could be used by whoever made it alone.
    """
    if os.path.isdir(path):
        return
    above = os.path.dirname(path)
    make_directory(above)
    try:
        os.mkdir(path)
    except FileExistsError:
        if not os.path.isdir(path):
            raise
    else:
        status = os.stat(above)
        mode = stat.S_IMODE(status.st_mode)
        if hasattr(os, "chown") and mode & 0o020 and status.st_gid != os.stat(path).st_gid:
            with suppress(PermissionError):  # who is not of that group cannot give it away
                os.chown(path, -1, status.st_gid)
        if mode != stat.S_IMODE(os.stat(path).st_mode):
            os.chmod(path, mode)


def _put(path: str, data: bytes) -> None:
    """The whole file or none: half of one would never be finished."""
    folder, name = os.path.split(path)
    folder = _own(os.path.join(folder, "locks"))  # where git does not look, should we die here
    temporary = os.path.join(folder, f"{name}.{os.getpid()}.onbo-tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | SAFE, 0o644)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        with suppress(FileExistsError):
            claim(temporary, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)


def lock_root(real: str) -> str:
    """The directory whose `.onbo` holds the lock of a real file: the workspace that the file itself lies in.

    It must not depend on how the file was reached, so neither `-C` nor the current directory count.
    """
    folder = os.path.dirname(real)
    if os.path.basename(real) == SETTINGS_FILE:  # it may be about to be made
        return folder
    above = [folder]
    while os.path.dirname(above[-1]) != above[-1]:
        above.append(os.path.dirname(above[-1]))
    for candidate in above:
        if os.path.isfile(os.path.join(candidate, SETTINGS_FILE)):
            return candidate
    top = git.top_level(folder)
    if top is not None:
        return top
    holder = next((candidate for candidate in above if os.path.basename(candidate) in HOLDERS), None)
    return os.path.dirname(holder) if holder is not None else folder


def lock_name(real: str) -> str:
    """The digest tells files apart; the beginning of the name is for whoever looks into the directory."""
    return f"{os.path.basename(real).removesuffix('.md')[:32]}-{digest(os.fsencode(real))}.lock"


@contextmanager
def held(path: str) -> Iterator[str]:
    """Hold the lock of one file. Gives the path of the temporary file, beside the real one, that goes with it.

    Raises ConflictError, naming the holder, after 10 s. The system frees a lock when its holder dies, so there is none
    to be recovered by hand.
    """
    real = os.path.realpath(path)
    try:
        descriptor, writable = _lock_file(real)
    except OSError as error:
        if error.errno not in UNAVAILABLE:
            raise
        # A writable file in a read-only directory, another user's private lock, or a full disk. A tick still works
        # there, so the checklist itself serves as the lock. If somebody else holds a lock file by now, the two do not
        # exclude each other. What protects against editors that save meanwhile then protects here: every write compares
        # before and after, and nobody else uses the temporary file.
        with _checklist_held(real, path):
            yield temporary_name(real, unique=True)
        return
    try:
        _take(descriptor, path)
        if writable:
            os.ftruncate(descriptor, 0)
            with suppress(OSError):  # the note is a courtesy, and needs space that a tick does not
                os.write(descriptor, f"process {os.getpid()}\n".encode())
        yield temporary_name(real)
        if writable:
            with suppress(OSError):  # the write is done, whatever becomes of the note
                os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def temporary_name(path: str, *, unique: bool = False) -> str:
    """A hidden name beside a file. Two files never share one, however much of their names they share.

    unique  for writers that no lock keeps apart
    """
    folder, name = os.path.split(path)
    own = f"{os.getpid()}-{os.urandom(8).hex()}" if unique else digest(os.fsencode(path))
    return os.path.join(folder, f".{name[:32]}.{own}.onbo-tmp")


def _lock_file(real: str) -> tuple[int, bool]:
    """A descriptor of the file's lock, and whether it may be written."""
    root = lock_root(real)
    folder = os.path.join(root, ".onbo", "locks")
    new = not os.path.isdir(folder)
    own_directory(root)
    _own(folder)
    if new:
        _open_to_writers(folder, real, 0o020)
    path = os.path.join(folder, lock_name(real))
    while True:
        found = _open_there(path)
        if found is not None:
            return found
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | SAFE, 0o600)
        except FileExistsError:
            continue
        try:
            _open_to_writers(path, real, 0o066)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor, True


def _open_there(path: str) -> tuple[int, bool] | None:
    """The same of a lock file that is there, which may be another user's: flock needs no right to write.

    Raises UnacceptableError for what is no regular file: a repository or an archive brought it.
    """
    try:
        try:
            descriptor, writable = os.open(path, os.O_RDWR | SAFE), True
        except PermissionError:
            descriptor, writable = os.open(path, os.O_RDONLY | SAFE), False
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO):
            raise _no_lock_file(path) from error
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _no_lock_file(path)
    return descriptor, writable


def _no_lock_file(path: str) -> UnacceptableError:
    return UnacceptableError("is no regular file", path=path, hint="remove it")


def _open_to_writers(path: str, real: str, bits: int) -> None:
    """Let those use our own file or directory, just made, who may write the real file: `bits` of its mode, its group."""
    try:
        wanted = os.stat(real)
    except FileNotFoundError:  # it is about to be made
        wanted = os.stat(os.path.dirname(real))
    status = os.stat(path, follow_symlinks=False)
    mode = stat.S_IMODE(status.st_mode) | (wanted.st_mode & bits)
    if hasattr(os, "chown") and mode & 0o020 and status.st_gid != wanted.st_gid:
        try:
            os.chown(path, -1, wanted.st_gid)
        except PermissionError:  # we write it as its owner and are not of its group
            mode |= 0o004
    if mode != stat.S_IMODE(status.st_mode):
        os.chmod(path, mode)


@contextmanager
def _checklist_held(real: str, path: str) -> Iterator[None]:
    """Hold a lock on the checklist itself; nothing is locked where it is about to be made."""
    while True:
        try:
            descriptor = os.open(real, os.O_RDONLY | SAFE)
        except FileNotFoundError:
            yield
            return
        try:
            _take(descriptor, path)
            if not _is_still(descriptor, real):
                continue  # another file was put in its place while we waited
            yield
        finally:
            os.close(descriptor)
        return


def _is_still(descriptor: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False


def _take(descriptor: int, path: str) -> None:
    until = time.monotonic() + WAIT_SECONDS
    pause = 0.001
    while not _try(descriptor):
        if time.monotonic() > until:
            raise ConflictError(
                f"is locked by {_holder(descriptor)}", path=path, hint="wait for it to end and try again"
            )
        time.sleep(pause)
        pause = min(pause * 2, 0.05)


def _holder(descriptor: int) -> str:
    """Who holds a lock, as its note says; of a note that nobody alive has written nothing is known."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    word, _, number = os.read(descriptor, 40).decode("ascii", "replace").strip().partition(" ")
    if word != "process" or not number.isdecimal():
        return "another process"
    if os.name == "nt":  # pragma: no cover  signal 0 would be Ctrl-C there
        return f"process {number}"
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return "another process"
    except PermissionError:
        pass  # of another user
    return f"process {number}"


def _try(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:  # pragma: no cover  Windows
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
