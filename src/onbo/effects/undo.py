"""What undo needs of the last commands, kept outside the workspace so that no repository can supply its own.

`$XDG_STATE_HOME/onbo/undo/<digest of the workspace's real path>/<number>-<random>/` is one command, and each file in it
is one write of that command, in their order:

    onbo undo 1 <digest of all that follows the line>
    <length of the head> <length of the bytes before>
    <head: kind, path, target, when, how many words, the words of the command, the edits; parted by NUL>
    <the bytes before><what each edit put in, one after the other>

A record is written under another name and renamed when it is complete; one whose digest does not match is ignored. Not
JSON: importing it would be a good part of the time that a tick takes.
"""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from onbo.document.source import Change, Edit, Span, apply_edits
from onbo.effects import state
from onbo.effects.digest import digest
from onbo.effects.locks import SAFE
from onbo.errors import OnboError, SystemFailedError

KEPT = 50
LARGEST = 64 * 1024 * 1024
MAGIC = b"onbo undo 1 "
COMMAND = re.compile(r"([0-9]+)-[0-9a-f]{16}")
RECORD = re.compile(r"[0-9]{8,}")
CHANGED, CREATED, MOVED = "changed", "created", "moved"


class Record(NamedTuple):
    """One write of a command; paths are absolute.

    kind    CHANGED, CREATED, or MOVED (from `path` to `target`)
    before  the bytes before; None for a file that was made or moved
    after   the bytes after; of a moved file their digest
    """

    name: str
    kind: str
    path: str
    target: str | None
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


class Command(NamedTuple):
    """A command as it was given: its words without options of onbo itself, when it began, and its writes in order."""

    name: str
    words: tuple[str, ...]
    when: str
    records: tuple[Record, ...]


class Recorder:
    """Keeps the writes of one command. Where that fails it keeps none of them, and `problem` says why.

    A command of which a part cannot be taken back must not look as if it could be.
    """

    def __init__(self, root: str, words: tuple[str, ...], when: str) -> None:
        self.root = os.path.realpath(root)
        self._given = root
        self._words = words
        self._when = when
        self._folder: str | None = None
        self._count = 0
        self.problem: str | None = None

    @property
    def command(self) -> str | None:
        """The name by which `commands` gives what was kept; None where nothing is."""
        return os.path.basename(self._folder) if self._folder else None

    def keep(self, change: Change) -> str | None:
        """Keep a write that is about to be made. Gives the record's name; None where nothing can be kept."""
        if change.before is None:
            return self._keep(CREATED, change.path, body=change.after)
        edits = change.edits or (Edit(Span(0, len(change.before)), change.after),)
        return self._keep(CHANGED, change.path, body=change.before, edits=edits)

    def keep_move(self, path: str, target: str, data: bytes) -> str | None:
        """Keep that a file with these bytes is about to be moved."""
        return self._keep(MOVED, path, target=target, body=digest(data).encode())

    def _keep(self, kind: str, path: str, *, target: str = "", body: bytes, edits: tuple[Edit, ...] = ()) -> str | None:
        if self.problem is not None:
            return None
        try:
            inside = [self._inside(path), self._inside(target) if target else b""]
            spans = [f"{edit.span.start} {edit.span.end} {len(edit.new)}".encode() for edit in edits]
            words = [os.fsencode(word).replace(b"\0", b" ") for word in self._words]
            fields = [kind.encode(), *inside, self._when.encode(), b"%d" % len(words), *words, *spans]
            head = b"\0".join(fields)
            pieces = [b"%d %d\n" % (len(head), len(body)), head, body, *[edit.new for edit in edits]]
            return self._put(b"".join(pieces))
        except (OSError, OnboError) as error:
            self._give_up(error)
            return None

    def _inside(self, path: str) -> bytes:
        for root in (self._given, self.root):
            relative = os.path.relpath(path, root)
            if relative.split(os.sep)[0] != os.pardir:
                return os.fsencode(relative)
        raise SystemFailedError("outside the workspace", path=min(os.path.relpath(path), path, key=len))

    def _put(self, payload: bytes) -> str:
        folder = self._folder or _new_command(self.root)
        self._folder = folder
        self._count += 1
        name = f"{self._count:08}"
        temporary = os.path.join(folder, f".{os.getpid()}-{name}.onbo-tmp")
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | SAFE | getattr(os, "O_BINARY", 0)
            with os.fdopen(os.open(temporary, flags, 0o600), "wb") as file:
                file.write(b"%b%b\n%b" % (MAGIC, digest(payload).encode(), payload))
            os.rename(temporary, os.path.join(folder, name))
        except BaseException:
            with suppress(OSError):  # what is left of it goes with the command
                os.unlink(temporary)
            raise
        return name

    def forget(self, name: str) -> None:
        """Forget a write that was not made."""
        if self._folder:
            _forget(self._folder, [name])
            if not os.path.isdir(self._folder):
                self._folder = None

    def _give_up(self, error: OSError | OnboError) -> None:
        path = error.filename if isinstance(error, OSError) else error.path
        said = (error.strerror or str(error)).lower() if isinstance(error, OSError) else error.message
        # A record's own name means nothing to the user; the directory that onbo keeps its state in does.
        place = state.directory() if isinstance(error, OSError) else path
        self.problem = f"{state.shown(place)}: {said}" if path is not None and place is not None else said
        if self._folder:
            with suppress(OSError):  # on a disk that fails; what stays then is at most what is still true
                _drop(self._folder)
            self._folder = None


def _new_command(root: str) -> str:
    """A directory for one more command; the oldest beyond 50 go."""
    own = state.private(*_place(root))
    names = _names(own)
    number = _number(names[-1]) + 1 if names else 1
    path = os.path.join(own, f"{number:08}-{os.urandom(8).hex()}")
    os.mkdir(path, state.PRIVATE)
    for old in names[: -(KEPT - 1)]:
        _drop(os.path.join(own, old))
    return path


def _names(own: str) -> list[str]:
    """The commands, oldest first: by number, as text would put 100000000 before 99999999."""
    return sorted((name for name in os.listdir(own) if COMMAND.fullmatch(name)), key=lambda name: (_number(name), name))


def _number(name: str) -> int:
    return int(name.partition("-")[0])


def commands(root: str) -> Iterator[Command]:
    """The commands kept, newest first, each read when it is asked for.

    Raises SystemFailedError where what is there is not the user's own.
    """
    own = state.existing(*_place(root))
    for name in reversed(_names(own)) if own else ():
        command = read(root, name)
        if command is not None:
            yield command


def read(root: str, name: str) -> Command | None:
    """The command of that name; None where it, or any of its writes, is no longer kept whole."""
    own = state.existing(*_place(root))
    path = os.path.join(own or "", name)
    try:
        entries = sorted((entry for entry in os.listdir(path) if RECORD.fullmatch(entry)), key=int) if own else []
    except (FileNotFoundError, NotADirectoryError):
        return None
    found = [_parse(root, entry, _read(os.path.join(path, entry))) for entry in entries]
    whole = [command for command in found if command is not None]
    if not whole or len(whole) < len(found):
        return None
    return whole[0]._replace(name=name, records=tuple(record for command in whole for record in command.records))


def _parse(root: str, name: str, data: bytes) -> Command | None:
    """One record, as a command of one write; None for what is damaged or lies outside the workspace."""
    first, _, payload = data.partition(b"\n")
    if not first.startswith(MAGIC) or first[len(MAGIC) :] != digest(payload).encode():
        return None
    lengths, _, rest = payload.partition(b"\n")
    head_length, body_length = map(int, lengths.split())
    fields = rest[:head_length].split(b"\0")
    kind, path, target, when = (os.fsdecode(each) for each in fields[:4])
    spans = 5 + int(fields[4])
    words = tuple(os.fsdecode(word) for word in fields[5:spans])
    body = rest[head_length : head_length + body_length]
    edits = _edits(fields[spans:], rest[head_length + body_length :])
    places = [os.path.normpath(os.path.join(root, place)) for place in (path, target) if place]
    if not all(place.startswith(os.path.join(root, "")) for place in places):
        return None
    before, after = (body, apply_edits(body, edits)) if kind == CHANGED else (None, body)
    record = Record(name, kind, places[0], places[1] if target else None, before, after, edits)
    return Command("", words, when, (record,))


def _edits(spans: list[bytes], data: bytes) -> tuple[Edit, ...]:
    edits = []
    at = 0
    for span in spans:
        start, end, length = map(int, span.split())
        edits.append(Edit(Span(start, end), data[at : at + length]))
        at += length
    return tuple(edits)


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


def forget(root: str, command: str, names: Iterable[str]) -> None:
    """Forget writes of a command that were taken back, and the command with its last one."""
    own = state.existing(*_place(root))
    if own:
        _forget(os.path.join(own, command), names)


def drop(root: str, command: str) -> None:
    """Forget a command."""
    own = state.existing(*_place(root))
    if own:
        _drop(os.path.join(own, command))


def _forget(path: str, names: Iterable[str]) -> None:
    for name in names:
        with suppress(FileNotFoundError):  # another process did it
            os.unlink(os.path.join(path, name))
    with suppress(OSError):  # where writes are left
        os.rmdir(path)


def _drop(path: str) -> None:
    """A command's directory, with what a killed process left in it."""
    with suppress(FileNotFoundError):  # another process drops the same
        _forget(path, os.listdir(path))


def _place(root: str) -> tuple[str, str]:
    """By the real path, as a workspace may be reached by several."""
    return "undo", digest(os.fsencode(os.path.realpath(root)))
