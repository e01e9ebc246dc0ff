"""What is needed to take back the last writes of this clone: `.onbo/undo/`, not in git.

One file a write, numbered: the length of the head, the head (path, whether it was created, edits; parted by NUL),
then the bytes before. Not JSON: its import would be a good part of what a tick takes.
"""

import os
import stat
from contextlib import suppress
from typing import NamedTuple

from onbo.document.source import Change, Edit, Span, apply_edits
from onbo.effects.locks import SAFE, own_folder

KEPT = 50
LARGEST = 64 * 1024 * 1024


class Record(NamedTuple):
    """A write. before is None for a file that it created. name: the record's own file."""

    name: str
    path: str
    before: bytes | None
    after: bytes
    edits: tuple[Edit, ...] = ()

    @property
    def back(self) -> tuple[Edit, ...]:
        """The edits that make `before` of `after`: byte for byte where the write was, else all of it."""
        before = self.before or b""
        if self.edits and all(edit.span.end - edit.span.start == len(edit.new) for edit in self.edits):
            return tuple(Edit(edit.span, before[edit.span.start : edit.span.end]) for edit in self.edits)
        return (Edit(Span(0, len(self.after)), before),)


def _folder(root: str) -> str:
    return own_folder(root, "undo")


def _names(root: str) -> list[str]:
    """The records, oldest first."""
    try:
        return sorted(name for name in os.listdir(_folder(root)) if name.isdecimal())
    except FileNotFoundError:
        return []


def record(root: str, change: Change) -> str | None:
    """Keep a write that is about to be made, or a creation just made; the oldest beyond 50 go. Gives its name.

    Only writes with known edits and new customers: laying out a workspace is not undone.
    """
    relative = os.path.relpath(change.path, root)
    if change.before is None and not relative.startswith(f"customers{os.sep}"):
        return None
    if change.before is not None and not change.edits:
        return None
    edits = [f"{edit.span.start} {edit.span.end} {edit.new.hex()}".encode() for edit in change.edits]
    head = b"\0".join([os.fsencode(relative), b"created" if change.before is None else b"changed", *edits])
    body = change.after if change.before is None else change.before
    folder = _folder(root)
    names = _names(root)
    number = int(names[-1]) + 1 if names else 1
    while True:
        name = f"{number:08}"
        try:
            descriptor = os.open(os.path.join(folder, name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process, at another file
            number += 1
        else:
            break
    with os.fdopen(descriptor, "wb") as file:
        file.write(b"%d\n%b%b" % (len(head), head, body))
    for old in names[: -(KEPT - 1)]:
        forget(root, old)
    return name


def records(root: str) -> list[Record]:
    """The writes kept, newest first; what cannot be read, as after a full disk, is passed over.

    So is what lies outside the workspace: somebody may have put records into a repository.
    """
    found = []
    for name in reversed(_names(root)):
        length, _, rest = _read(os.path.join(_folder(root), name)).partition(b"\n")
        try:
            path, kind, *edits = rest[: int(length)].split(b"\0")
            body = rest[int(length) :]
            made = [_edit(edit.decode()) for edit in edits]
            where = os.path.normpath(os.path.join(root, os.fsdecode(path)))
            if not where.startswith(os.path.join(root, "")) or not where.endswith(".md"):
                continue
            if kind == b"created":
                found.append(Record(name, where, None, body))
            else:
                found.append(Record(name, where, body, apply_edits(body, made), tuple(made)))
        except ValueError:
            continue
    return found


def _read(path: str) -> bytes:
    """A record's bytes; none for what is no regular file, or is larger than any record."""
    try:
        descriptor = os.open(path, os.O_RDONLY | SAFE | getattr(os, "O_BINARY", 0))
    except OSError:
        return b""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
        os.close(descriptor)
        return b""
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def _edit(text: str) -> Edit:
    start, end, new = text.split(" ")
    return Edit(Span(int(start), int(end)), bytes.fromhex(new))


def forget(root: str, name: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(os.path.join(_folder(root), name))
