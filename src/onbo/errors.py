"""What can go wrong, in a few kinds, each with the exit status it means. Nothing here prints."""


class OnboError(Exception):
    """One line for the user: what is wrong, where, what to do.

    message  what, without a full stop
    path     the file it is about, as the user would name it
    line     1-based line in that file
    hint     what to do
    choices  what could have been meant, one a line
    """

    status = 5

    def __init__(
        self,
        message: str,
        *,
        path: str | None = None,
        line: int | None = None,
        hint: str | None = None,
        choices: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.hint = hint
        self.choices = choices


class RefusedError(OnboError):
    """A rule says no: a gate without its evidence, a value out of its range, a declined prompt."""

    status = 1


class UsageError(OnboError):
    """The command cannot be carried out as given: unknown, ambiguous, missing, of the wrong type."""

    status = 2


class UnacceptableError(OnboError):
    """A file or setting that cannot be read for what it should be."""

    status = 3


class OutOfTimeError(BaseException):
    """A file takes longer than it may. No Exception, as KeyboardInterrupt is none: nothing on the way may swallow it."""

    def __init__(self, path: str, seconds: float) -> None:
        super().__init__(path)
        self.path = path
        self.seconds = seconds

    def as_unacceptable(self) -> UnacceptableError:
        """As the user is told it."""
        return UnacceptableError(f"takes more than {self.seconds:.0f} s to work through; shorten it", path=self.path)


class ConflictError(OnboError):
    """Somebody else's change stands in the way: changed underneath, locked, not as expected, in conflict."""

    status = 4


class SystemFailedError(OnboError):
    """The machine said no: full, read-only, I/O."""

    status = 5
