"""What the full screen asks for, by the same roads as the commands."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from onbo.cli.context import App, short_path, system_words
from onbo.cli.deciding import pinning, ticking
from onbo.cli.marking import Decide, Request, commit_message, identified, mark, told
from onbo.cli.undoing import Files, plan, refuse_faults, take_back
from onbo.document.model import Document, Item
from onbo.effects import undo
from onbo.effects.settled import SettledWorkspace
from onbo.effects.workspace import Customer, Workspace
from onbo.errors import ConflictError, OnboError, SystemFailedError
from onbo.onboarding import tick, tokens
from onbo.onboarding.gate import Criterion
from onbo.present.counts import plural
from onbo.present.status import Row
from onbo.tui.desk import Look, Stamp, Wish


@contextmanager
def worded() -> Iterator[None]:
    """Whatever stops it is an OnboError, with its path as the user would type it."""
    try:
        yield
    except OnboError as error:
        error.path = short_path(error.path)
        raise
    except OSError as error:
        raise system_words(error) from error


@dataclass
class FileDesk:
    """One customer's file. made: what was written here, each step a command of its own, and what it did."""

    app: App
    customer: Customer
    commit: bool = False
    made: list[tuple[str, str]] = field(default_factory=list)

    @property
    def slug(self) -> str:
        return self.customer.slug

    @property
    def today(self) -> date:
        return self.app.today

    def look(self) -> Look:
        from onbo.cli.commands.status import row_of

        with worded():
            stamp = self.stamp()
            case = self.app.read(self.customer)

            @cache
            def evidence() -> Mapping[str, Criterion]:
                return {found.item.number: found for found in case.criteria(self.app.settings)}

            row, progress = row_of(self.app, case)
            return Look(row, progress, case.document, stamp, case.tips(), evidence)

    def stamp(self) -> Stamp | None:
        try:
            status = os.stat(self.customer.path)
        except OSError:
            return None
        self.app.new_day()
        return self.today, status.st_mtime_ns, status.st_size, status.st_ino

    def mark(self, document: Document, item: Item, wish: Wish) -> str:
        with worded():
            keys = identified(document, [item])
            request = Request(wish.verb, self.customer, keys, _decide(self.app, wish))
            recorder = self.app.new_recorder((wish.verb, self.slug, item.number))
            marked = mark(self.app, request, commit=self.commit, recorder=recorder)
            words = "; ".join(
                "".join(piece.text for piece in pieces)
                for pieces in told(request, marked.applied.after, marked.marking)
            )
            if recorder.command is not None:
                self.made.append((recorder.command, words))
            unkept = f"this change cannot be undone: {recorder.problem}" if recorder.problem else None
            said = self._committed(self.customer.path, commit_message(request, marked))
            return "; ".join(text for text in (words, unkept, said) if text)

    def _committed(self, path: str, message: str) -> str | None:
        """Commit the file, where that is asked for, and give what is to be said.

        There is no place on the screen for all that a hook prints, so an error says the last of it.
        """
        try:
            return self.app.committed([path], message, wanted=self.commit)
        except SystemFailedError as error:
            output = getattr(error, "output", ())
            if output:
                error.message = f"{error.message}: {output[-1].strip()}"
            raise

    def take_back(self) -> str:
        with worded():
            if not self.made:
                return "nothing was changed in this screen"
            name, words = self.made[-1]
            command = undo.read(self.app.workspace.root, name)
            if command is None:
                self.made.pop()
                raise ConflictError(f"what is needed to take back {words!r} is no longer kept")
            reversal = plan(command, Files(self.app))
            refuse_faults(self.app, reversal)
            take_back(self.app, reversal)
            self.made.pop()
            if reversal.empty:
                return f"nothing left to undo: {words}"
            said = self._committed(self.customer.path, f"{self.slug}: take back {words}")
            return f"taken back: {words}; {said}" if said else f"taken back: {words}"

    def edit(self, line: int) -> str:
        from onbo.cli.in_editor import edit

        with worded():
            edited = edit(self.app, self.customer, line)
        if not edited.changed:
            return "the file is as it was"
        if not edited.found:
            return "changed; lint finds nothing new"
        first = edited.found[0]
        return f"changed; lint has {plural(len(edited.found), 'finding')}: line {first.line}: {first.message}"


@dataclass
class FileOffice:
    """All customers of a workspace. settled: the workspace with its templates as they were when all were listed."""

    app: App
    settled: Workspace | None = None

    def customers(self) -> Sequence[Customer]:
        self.app.new_day()
        self.settled = SettledWorkspace(*self.app.workspace)
        with worded():
            return self.app.workspace.customers()

    def row(self, customer: Customer) -> Row:
        from onbo.cli.commands.status import row_of
        from onbo.cli.survey import why_unread

        try:
            return row_of(self.app, self.app.read(customer, self.settled))[0]
        except (OnboError, OSError) as error:
            return Row(customer.slug, self.app.workspace.shown(customer.path), error=why_unread(error))

    def desk(self, customer: Customer) -> FileDesk:
        return FileDesk(self.app, customer)


def _decide(app: App, wish: Wish) -> Decide:
    value = wish.value
    verbs: dict[str, Decide] = {
        "check": ticking(app, force=wish.force),
        "uncheck": lambda case, items: tick.uncheck(case.document, items),
        "skip": lambda case, items: tick.skip(case.document, items, value or ""),
        "wait": lambda case, items: tokens.wait(case.document, items, value),
        "assign": lambda case, items: tokens.assign(case.document, items, value),
        "due": pinning(app, value),
    }
    return verbs[wish.verb]
