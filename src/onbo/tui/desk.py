"""What the screens ask for, and what they get. Whoever provides it raises OnboError and nothing else."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from onbo.document.model import Document, Item
from onbo.effects.workspace import Customer
from onbo.onboarding.gate import Criterion
from onbo.onboarding.status import Progress
from onbo.present.checklist import TellTip
from onbo.present.status import Row

# Today, for what is late depends on it; when a file was changed, its size, and which file it is.
Stamp = tuple[date, int, int, int]


class Look(NamedTuple):
    """A customer's file as it was read.

    progress  with the items
    stamp     of the day and the file, taken before it was read
    evidence  the gate's criteria by item number; worked out when asked for
    """

    row: Row
    progress: Progress
    document: Document
    stamp: Stamp | None
    is_tip: TellTip
    evidence: Callable[[], Mapping[str, Criterion]]


class Wish(NamedTuple):
    """What is to become of an item. verb: check, uncheck, skip, wait, assign or due; value: what goes with it."""

    verb: str
    value: str | None = None
    force: bool = False


class Desk(Protocol):
    """One customer's file. What it says it did is for the user."""

    @property
    def slug(self) -> str: ...
    @property
    def today(self) -> date: ...

    def look(self) -> Look: ...
    def stamp(self) -> Stamp | None:
        """None where the file is not there."""

    def mark(self, document: Document, item: Item, wish: Wish) -> str: ...
    def take_back(self) -> str:
        """Undo the last write made at this desk."""

    def edit(self, line: int) -> str:
        """Open the user's editor; it has the terminal meanwhile."""


class Office(Protocol):
    """All customers."""

    def customers(self) -> Sequence[Customer]: ...
    def row(self, customer: Customer) -> Row:
        """How one stands; what stops it from being read is in the row."""

    def desk(self, customer: Customer) -> Desk: ...
