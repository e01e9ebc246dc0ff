"""What every command stands on: the workspace, its settings, the terminal, and today. The only clock."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from onbo.cli.case import Case, warnings, writable
from onbo.cli.terminal import Terminal
from onbo.document import front_matter
from onbo.document.model import Document
from onbo.document.parse import parse
from onbo.document.source import Change, Edit
from onbo.document.syntax import GATE_NUMBER, NUMBERS
from onbo.effects import config, files, git, time_limit, undo
from onbo.effects.workspace import Customer, Workspace, find_root
from onbo.errors import OnboError, SystemFailedError, UnacceptableError, UsageError
from onbo.onboarding.guard import verify
from onbo.onboarding.near import near_or_all
from onbo.onboarding.settings import Settings

if TYPE_CHECKING:
    import typer

    from onbo.effects.revisions import Repository

ATTEMPTS = 20


class Plan(Protocol):
    """What shall change: edits, and by guard's keys what the document shall say then."""

    @property
    def edits(self) -> Sequence[Edit]: ...
    @property
    def expected(self) -> Mapping[tuple[object, ...], Any]: ...


class Applied(NamedTuple):
    """What was read, what the file says now or would after a dry run, and whether it was written."""

    case: Case
    after: Document
    written: bool


class _Given(NamedTuple):
    terminal: Terminal
    directory: str | None = None
    today_given: str | None = None
    words: tuple[str, ...] = ()


class App(_Given):
    """What was given in front of the command, and what follows from it. One lives as long as a command runs.

    words       the command line without the options of onbo itself
    paragraphs  what -m adds to the message of each commit
    """

    paragraphs: tuple[str, ...] = ()

    @cached_property
    def workspace(self) -> Workspace:
        try:
            here = os.getcwd()
        except FileNotFoundError as error:
            raise SystemFailedError("the current directory is gone", hint="change to one that is there") from error
        if self.directory is None:
            return Workspace(find_root(here), here)
        root = os.path.abspath(self.directory)
        if not os.path.isdir(root):
            raise UsageError(f"-C {self.directory}: there is no such directory")
        return Workspace(root, here)

    @cached_property
    def at_the_end(self) -> ExitStack:
        """What is to be closed when the command has run."""
        return ExitStack()

    @cached_property
    def repository(self) -> "Repository | None":
        """The git repository that the workspace lies in, for reading its history."""
        from onbo.effects.revisions import Repository

        found = Repository.around(self.workspace.root)
        if found is not None:
            self.at_the_end.callback(found.objects.close)
        return found

    @cached_property
    def settings(self) -> Settings:
        return config.load(self.workspace.root)

    @cached_property
    def today(self) -> date:
        given = self.today_given or os.environ.get("ONBO_TODAY")
        if not given:
            return date.today()  # noqa: DTZ011  a civil date, wherever the user is
        try:
            return date.fromisoformat(given)
        except ValueError as error:
            name = "--today" if self.today_given else "ONBO_TODAY"
            raise UsageError(f"{name}: {given!r} is no date", hint="write 2026-03-12") from error

    def new_customer_id(self, slug: str) -> str:
        """A random id; with ONBO_SEED the same for the same slug."""
        from onbo.onboarding.customer_ids import derived_id, id_from

        seed = os.environ.get("ONBO_SEED")
        return derived_id(slug, seed) if seed else id_from(int.from_bytes(os.urandom(16)))

    @cached_property
    def customer_paths(self) -> Mapping[str, Sequence[str]]:
        """By customer_id, the paths in the workspace of the files that have it, archived ones too."""
        from onbo.onboarding.customer_ids import id_in

        found: dict[str, list[str]] = {}
        for customer in self.workspace.customers(archived=True):
            with suppress(OnboError, OSError):  # a file that cannot be read is reported where it is looked at
                own = id_in(self.workspace.read_bytes(customer.path))
                if own is not None:
                    found.setdefault(own, []).append(self.workspace.inside(customer.path))
        return found

    @cached_property
    def recorder(self) -> undo.Recorder:
        """What keeps the writes of this command, so that all of them can be taken back together."""
        return self.new_recorder(self.words)

    def new_recorder(self, words: Sequence[str]) -> undo.Recorder:
        """For a step that is to be taken back by itself, as in the full screen."""
        now = datetime.now(tz=UTC).astimezone()
        return undo.Recorder(self.workspace.root, tuple(words), now.isoformat(timespec="seconds"))

    def warn_unkept(self) -> None:
        """Say, once, that what this command wrote cannot be taken back."""
        if self.recorder.problem and "_warned" not in self.__dict__:
            self.__dict__["_warned"] = True
            self.terminal.warning(f"this change cannot be undone: {self.recorder.problem}")

    def new_day(self) -> None:
        """Ask the clock again: a screen may stay open overnight."""
        self.__dict__.pop("today", None)

    def read(self, customer: Customer, workspace: Workspace | None = None) -> Case:
        """Raises OnboError where the file cannot be read; a conflict or bad front matter in it is a warning."""
        workspace = workspace or self.workspace
        document = workspace.read(customer)
        values = front_matter.read(document.front_matter)
        return Case(customer, document, values, workspace)

    def require_settings(self) -> None:
        """Raise for settings or a date that cannot be accepted, even where nothing asks for them yet."""
        _ = self.settings, self.today

    def read_aloud(self, customer: Customer, *, writing: bool = False) -> Case:
        """As `read`, and warn of what is wrong in the file. Raises ConflictError where it is to be written.

        What follows in the command, up to its first write, has the file's limit of time.
        """
        self.at_the_end.callback(time_limit.end)
        time_limit.limit_rest(self.workspace.shown(customer.path))
        case = self.read(customer)
        if writing:
            writable(case.document)
        for text in warnings(case):
            self.terminal.warning(f"{case.document.source.path}{text}")
        return case

    def customer(self, name: str) -> Customer:
        found = self.workspace.resolve(name, self.settings)
        if found is None:
            raise self._unknown(name)
        return found

    def only_customer(self, name: str | None) -> Customer:
        """The customer of that name, or, where none is given, the one that need not be named."""
        return self.customer(name) if name is not None else self.customer_and_rest([])[0]

    def customer_and_rest(self, words: Sequence[str]) -> tuple[Customer, list[str]]:
        """The customer that the first word names, or the one that need not be named; and the words that are left."""
        if words and not (_is_number(words[0]) and self.workspace.implied()):
            found = self.workspace.resolve(words[0], self.settings)
            if found is not None:
                return found, list(words[1:])
        implied = self.workspace.implied()
        if implied is not None and not (len(words) > 1 and _is_name(words[0]) and _is_about(words[1])):
            return implied, list(words)
        if words and not _is_number(words[0]):
            raise self._unknown(words[0])
        slugs = [customer.slug for customer in self.workspace.customers()]
        if not slugs:
            raise UsageError("there are no customers here", hint="make one with `onbo new NAME`")
        raise UsageError("name the customer first", hint=f"available: {', '.join(slugs[:9])}")

    def _unknown(self, name: str) -> UsageError:
        slugs = [customer.slug for customer in self.workspace.customers()]
        hint = near_or_all(name, slugs, 9) if slugs else "make one with `onbo new NAME`"
        return UsageError(f"there is no customer {name!r}", hint=hint)

    def apply(
        self,
        customer: Customer,
        plan: "Callable[[Case], Plan]",
        *,
        dry_run: bool,
        commit: bool,
        quiet: bool = False,
        recorder: undo.Recorder | None = None,
    ) -> "Applied":
        """Make the edits that a plan asks for, once the result reads back as it expects.

        Where the file was changed meanwhile, it is read and planned again. A dry run shows the diff, unless `quiet`,
        and writes nothing. Raises ConflictError for a file in a merge conflict, or one that keeps changing.
        """
        self.expect_git(wanted=commit and not dry_run)
        made: list[Applied] = []

        def changes() -> list[Change]:
            with time_limit.limited(self.workspace.shown(customer.path)):
                case = self.read(customer)
                document = writable(case.document)
                planned = plan(case)
                change = Change.edited(customer.path, document.source.data, planned.edits)
                after = parse(document.source.path, change.after)
                if not change.in_place:
                    verify(document, after, planned.expected)
            made[:] = [Applied(case, after, written=False)]
            return [change] if planned.edits else []

        written = self.write(changes, dry_run=dry_run, quiet=quiet, recorder=recorder)
        return made[0]._replace(written=written)

    def write(
        self,
        changes: Callable[[], list[Change]],
        *,
        dry_run: bool,
        quiet: bool = False,
        recorder: undo.Recorder | None = None,
    ) -> bool:
        """Make what `changes` decides; where a file was changed meanwhile, decide again on what it says now.

        Gives False, with the diff shown unless `quiet`, for a dry run. recorder: of a step of its own, whose problem is
        the caller's to tell; otherwise the command's, and a warning where it cannot keep what is written.
        """
        for attempt in range(ATTEMPTS):
            decided = changes()
            if dry_run:
                if not quiet:
                    self.show_diffs(decided)
                return False
            try:
                files.write(decided, self.workspace.root, recorder or self.recorder)
            except files.ChangedUnderneathError:
                if attempt == ATTEMPTS - 1:
                    raise
            else:
                break
        if recorder is None:
            self.warn_unkept()
        return True

    def show_diffs(self, changes: Sequence[Change]) -> None:
        from onbo.present.diff import diff

        for change in changes:
            self.terminal.out(diff(change, os.path.relpath(change.path, self.workspace.root)), whole=True)

    def expect_git(self, *, wanted: bool) -> None:
        """Raise UsageError where a commit is wanted and there is no repository, before anything is written."""
        if self.commits(wanted=wanted) and git.top_level(self.workspace.root) is None:
            raise no_repository(
                self.workspace.root, "--commit: this is not in a git repository", "leave it out, or run `git init`"
            )

    def commits(self, *, wanted: bool) -> bool:
        """Whether what is written is to be committed: by --commit, or by the settings."""
        return wanted or self.settings.commit

    def commit(self, paths: Sequence[str], message: str, *, wanted: bool, again: str | None = None) -> bool:
        """Commit these files, where --commit or the settings ask for it, and say so: see `committing.commit`."""
        from onbo.cli import committing

        return self.commits(wanted=wanted) and committing.commit(self, paths, message, again, asked=wanted)

    def committed(self, paths: Sequence[str], message: str, *, wanted: bool) -> str | None:
        """As `commit`, and give what is to be said; None where no commit was asked for."""
        from onbo.cli import committing

        return committing.committed(self, paths, message, asked=wanted) if self.commits(wanted=wanted) else None

    def envelope(self, kind: str, payload: dict[str, Any]) -> None:
        self.terminal.json({"schema": 1, "kind": kind, "today": self.today.isoformat()} | payload)


def no_repository(root: str, message: str, hint: str) -> UsageError:
    """The error where no repository is found; in a bare one, which git would find, it says so."""
    if git.is_bare(root):
        from onbo.effects.git_causes import BARE

        return UsageError(BARE[0], hint=BARE[1])
    return UsageError(message, hint=hint)


def of(context: "typer.Context") -> App:
    app = context.obj
    if not isinstance(app, App):
        raise AssertionError("the root callback makes it")
    return app


def _is_name(word: str) -> bool:
    """Whether a word before an item's number must have been meant for a customer."""
    return not _is_number(word) and not GATE_NUMBER.fullmatch(word) and " " not in word and "=" not in word


def _is_about(word: str) -> bool:
    """Whether a word is an item's number or a setting, and so stands behind a customer's name."""
    return _is_number(word) or "=" in word


def _is_number(word: str) -> bool:
    """Whether it is an item's number, or a range or a list of them."""
    return all(NUMBERS.fullmatch(part) for part in word.split(","))


def system_words(error: OSError) -> SystemFailedError | UnacceptableError:
    """What the system said, in one line."""
    path = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else None
    return SystemFailedError((error.strerror or str(error)).lower(), path=short_path(path))


def short_path(path: str | None) -> str | None:
    """A path as the user would type it: from here, where that is shorter."""
    if path is None or not os.path.isabs(path):
        return path
    return min(os.path.relpath(path), path, key=len)
