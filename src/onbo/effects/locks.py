"""Sidecar locks in `.onbo/locks/`: the checklist itself is never locked, editors need not know."""

import os
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from onbo.effects.renames import claim
from onbo.errors import ConflictError, UnacceptableError

WAIT_SECONDS = 10.0
# No link is followed and nothing is waited for: a repository may hold links, and a directory pipes.
SAFE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
# Kept out of git, and out of git's line-end conversion.
OWN_FILES = {".gitignore": b"locks/\nundo/\n", ".gitattributes": b"base/* -text\n"}


def own_directory(root: str) -> str:
    """`.onbo`, made with the files that tell git what is this machine's own."""
    path = _own(os.path.join(root, ".onbo"))
    for name, data in OWN_FILES.items():
        own = os.path.join(path, name)
        if not os.path.lexists(own):
            _put(own, data)
    return path


def own_folder(root: str, name: str) -> str:
    """A directory in `.onbo`."""
    return _own(os.path.join(own_directory(root), name))


def _own(path: str) -> str:
    """A directory, made where it is missing. Never a link: that could lead our writes out of the workspace."""
    if os.path.islink(path):
        raise UnacceptableError("is a link", path=path, hint="make it a directory")
    if not os.path.isdir(path):
        os.makedirs(path, exist_ok=True)
    return path


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


@contextmanager
def held(root: str, path: str) -> Iterator[None]:
    """Hold the lock of one file. Raises ConflictError, naming the holder, after 10 s.

    The system frees a lock when its holder dies, so there is none to be recovered by hand.
    """
    folder = own_folder(root, "locks")
    stem = os.path.basename(path).removesuffix(".md")[:64]
    name = f"{stem}-{zlib.crc32(os.fsencode(os.path.realpath(path))):08x}.lock"
    descriptor = os.open(os.path.join(folder, name), os.O_RDWR | os.O_CREAT | SAFE, 0o644)
    try:
        _take(descriptor, path)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"process {os.getpid()}\n".encode())
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: str) -> None:
    until = time.monotonic() + WAIT_SECONDS
    pause = 0.001
    while not _try(descriptor):
        if time.monotonic() > until:
            holder = os.read(descriptor, 200).decode("ascii", "replace").strip() or "another process"
            raise ConflictError(f"is locked by {holder}", path=path, hint="wait for it to end and try again")
        time.sleep(pause)
        pause = min(pause * 2, 0.05)


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
