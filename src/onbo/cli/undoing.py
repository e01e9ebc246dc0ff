"""Taking a command back: what becomes of each file that it wrote, and making it so."""

from collections.abc import Sequence
from typing import NamedTuple

from onbo.cli.context import App, short_path, system_words
from onbo.document.source import Change, Edit, Span
from onbo.effects import files, undo
from onbo.effects.digest import digest
from onbo.errors import ConflictError, OnboError
from onbo.present.diff import changed_lines

RESTORED, REMOVED, MOVED, KEPT = "restored", "removed", "moved", "kept"
UNDONE = "nothing was undone"
DIFF_LINES = 12


class Step(NamedTuple):
    """What taking a command back does to one file; paths are absolute.

    target   where a moved file goes
    records  the names of the command's writes to this file
    """

    path: str
    action: str
    records: tuple[str, ...]
    change: Change | None = None
    target: str | None = None

    @property
    def paths(self) -> list[str]:
        return [self.path, self.target] if self.target else [self.path]


class Fault(NamedTuple):
    """Why a file stands in the way."""

    path: str
    message: str
    hint: str = UNDONE
    lines: tuple[str, ...] = ()


class Reversal(NamedTuple):
    """A command, and how to take it back: the steps, last write first. With faults nothing is done at all."""

    command: undo.Command
    steps: tuple[Step, ...]
    faults: tuple[Fault, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing is left to take back: it was done by hand, or the command was killed before it wrote."""
        return not self.faults and all(step.action == KEPT for step in self.steps)


class Files:
    """The files as they are; as they would be, once commands were taken back with `plan`. None: not there."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._known: dict[str, bytes | None] = {}

    def __getitem__(self, path: str) -> bytes | None:
        if path not in self._known:
            try:
                self._known[path] = files.read(path, self.app.workspace.root)
            except (FileNotFoundError, NotADirectoryError):
                self._known[path] = None
        return self._known[path]

    def __setitem__(self, path: str, data: bytes | None) -> None:
        self._known[path] = data

    def like(self, data: bytes) -> str | None:
        """A customer's file with these bytes."""
        customers = self.app.workspace.customers(archived=True)
        return next((customer.path for customer in customers if self._readable(customer.path) == data), None)

    def mentions(self, text: bytes) -> bool:
        """Whether any customer's file has these bytes in it."""
        customers = self.app.workspace.customers(archived=True)
        return any(text in (self._readable(customer.path) or b"") for customer in customers)

    def _readable(self, path: str) -> bytes | None:
        try:
            return self[path]
        except (OnboError, OSError):
            return None


def plan(command: undo.Command, now: Files) -> Reversal:
    """How to take a command back; `now` is then as if it had been."""
    before: dict[str, bytes | None] = {}
    steps: dict[str, Step] = {}
    faults: dict[str, Fault] = {}
    for record in reversed(command.records):
        place = record.target or record.path
        if place in faults:
            continue
        try:
            before.setdefault(place, now[place])
            fault = _fault(record, now)
        except (OnboError, OSError) as error:
            found = error if isinstance(error, OnboError) else system_words(error)
            fault = Fault(place, found.message)
        if fault is not None:
            faults[place] = fault
            continue
        if not _made(record, now):
            continue
        if record.kind == undo.MOVED:
            now[record.path], now[place] = now[place], None
        else:
            now[place] = record.before
        earlier = steps[place].records if place in steps else ()
        steps[place] = _step(record, before[place] or b"", (record.name, *earlier))
    if faults:
        return Reversal(command, (), tuple(faults.values()))
    return Reversal(command, tuple(_keep_needed(step, now) for step in steps.values()), ())


def _step(record: undo.Record, now: bytes, records: tuple[str, ...]) -> Step:
    if record.kind == undo.MOVED:
        return Step(record.target or "", MOVED, records, target=record.path)
    whole = Edit(Span(0, len(now)), record.before or b"")
    back = record.back if len(records) == 1 else (whole,)
    change = Change.edited(record.path, now, back)
    return Step(record.path, REMOVED if record.kind == undo.CREATED else RESTORED, records, change)


def _made(record: undo.Record, now: Files) -> bool:
    """Whether the write is still in the file. If not, and `_fault` found nothing, the file is as it was before it."""
    if record.kind == undo.MOVED:
        return now[record.target or ""] is not None
    return now[record.path] == record.after


def _fault(record: undo.Record, now: Files) -> Fault | None:
    """Why a write cannot be taken back."""
    path = record.target or record.path
    data = now[path]
    if record.kind == undo.MOVED:
        there = now[record.path]
        if data is None:
            return _gone(path, None, now) if there is None else None
        if digest(data).encode() != record.after:
            return Fault(path, "has changed since it was moved")
        return Fault(record.path, "is already there", UNDONE + "; rename one of them") if there is not None else None
    if data is None:
        renamed = record.kind == undo.CREATED and now.like(record.after) is not None
        return _gone(path, record.after, now) if renamed or record.kind == undo.CHANGED else None
    if data in (record.after, record.before):
        return None
    lines = changed_lines(record.after, data, DIFF_LINES)
    return Fault(path, "has changed since the last command wrote it", lines=lines)


def _gone(path: str, data: bytes | None, now: Files) -> Fault:
    other = now.like(data) if data is not None else None
    if other is None:
        return Fault(path, "was renamed or removed", UNDONE + "; put it back first")
    return Fault(path, f"was renamed to {now.app.workspace.shown(other)}", UNDONE + "; rename it back first")


def _keep_needed(step: Step, now: Files) -> Step:
    """A template's snapshot stays where a copy was made from it since: `update` needs it."""
    snapshots = now.app.workspace.path(".onbo", "base", "")
    if step.action != REMOVED or not step.path.startswith(snapshots):
        return step
    hash12 = step.path.removesuffix(".md").rpartition("-")[2]
    return step._replace(action=KEPT, change=None) if now.mentions(hash12.encode()) else step


def refuse_faults(app: App, reversal: Reversal) -> None:
    """Raise ConflictError, with every file that stands in the way."""
    if not reversal.faults:
        return
    first, *others = reversal.faults
    shown = [app.workspace.shown(fault.path) for fault in reversal.faults]
    if not others:
        raise ConflictError(first.message, path=shown[0], hint=first.hint, choices=first.lines)
    raise ConflictError(
        f"{len(shown)} files have changed since `{short(reversal.command.words)}`",
        hint=UNDONE,
        choices=tuple(f"{path}: {fault.message}" for path, fault in zip(shown, reversal.faults, strict=True)),
    )


def take_back(app: App, reversal: Reversal) -> None:
    """Take the steps, and forget the command. Where one fails, the error says which were taken."""
    root = app.workspace.root
    for number, step in enumerate(reversal.steps):
        try:
            if step.action == REMOVED and step.change is not None:
                files.remove(step.path, step.change.before or b"", root)
            elif step.action == MOVED and step.target is not None:
                files.move(step.path, step.target, root)
            elif step.change is not None:
                files.write([step.change], root)
        except (OnboError, OSError) as error:
            raise _half_way(app, error, reversal.steps, number) from error
        undo.forget(root, reversal.command.name, step.records)
    undo.drop(root, reversal.command.name)


def _half_way(app: App, error: OnboError | OSError, steps: Sequence[Step], number: int) -> OnboError:
    """The error, with what was taken back before it and what was not."""
    found = error if isinstance(error, OnboError) else system_words(error)
    if len(steps) == 1:
        return found
    shown = [app.workspace.shown(step.path) for step in steps]
    done = [f"{step.action}: {path}" for step, path in zip(steps[:number], shown, strict=False)]
    left = [f"not {step.action}: {path}" for step, path in zip(steps[number:], shown[number:], strict=False)]
    hint = "fix the cause, then run `onbo undo` again" if done else UNDONE
    return type(found)(found.message, path=short_path(found.path), hint=hint, choices=(*done, *left))


def spoken(words: Sequence[str]) -> str:
    """A command as it could be typed again."""
    from shlex import join

    return join(words)


def short(words: Sequence[str], most: int = 50) -> str:
    """The same in few words, without what changes nothing in files."""
    text = " ".join(spoken([word for word in words if word not in ("--commit", "--json")]).split())
    return text if len(text) <= most else f"{text[: most - 3]}..."
