"""The portfolio: a row a customer, worst first; Enter opens one."""

import asyncio
import time
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from onbo.document.identity import normal
from onbo.effects.workspace import Customer
from onbo.errors import OnboError
from onbo.present.status import PORTFOLIO, SORTS, Row, portfolio_row, state_words, totals
from onbo.present.text import Line, Piece, layout, line, natural, width
from onbo.tui.checklist import Checklist
from onbo.tui.desk import Office
from onbo.tui.drawing import cleaned, content, cut_to, fit
from onbo.tui.page import LAST, Page
from onbo.tui.rows import GUTTER, Rows, key

LOW = 14
# On a narrow screen the name is what stays longest.
COLUMNS = PORTFOLIO._replace(
    elastic=("Next due", "Phase", "CSM", "Segment", "", "Day", "Overdue", "Done", "State", "Customer")
)
BREATH_SECONDS = 0.03
TELL_SECONDS = 0.25
# While reading, the list is sorted anew when there are so many times more of them, and at first so many.
GROWN = 1.6
FIRST = 200


class Standing(NamedTuple):
    """A customer, read: its row, the cells of it, and what is searched."""

    customer: Customer
    row: Row
    cells: tuple[Piece, ...]
    said: str


def standing(customer: Customer, row: Row) -> Standing:
    cells = tuple(cleaned(portfolio_row(row)))
    return Standing(customer, row, cells, normal(" ".join([row.slug, *(cell.text for cell in cells)])))


class Board(Page):
    DEFAULT_CSS = """
    Board {
        #totals, #columns { height: 1; }
        #why { height: 2; }
        &.-low #why { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter,right,l", "open", "Enter", "open the customer's checklist", hint="open"),
        key("slash", "search", "/", "filter by names, states, segments, CSMs, phases", hint="filter"),
        key("s", "sort", "s", f"sort by {', '.join(SORTS)}", hint="sort"),
        key("r", "reread", "r", "read all files again", hint="read again"),
        key("escape", "back", "Escape", "end the filter"),
        *LAST,
    ]

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self.everybody: list[Standing] = []
        self.kept: list[Standing] = []
        self.order = next(iter(SORTS))
        self.widths = natural(COLUMNS)
        self.laid = layout(COLUMNS, self.widths)
        self.expected = 0
        self.followed: str | None = None
        self.totals = Static(id="totals")
        self.columns = Static(id="columns")
        self.why = Static(id="why")

    def parts(self) -> ComposeResult:
        yield self.totals
        yield self.columns
        yield self.rows
        yield self.why

    def on_mount(self) -> None:
        self.action_reread()

    def on_resize(self) -> None:
        self.set_class(self.size.height < LOW, "-low")

    # --- What is seen ---

    @property
    def standing(self) -> Standing | None:
        return self.kept[self.rows.lit] if self.kept else None

    def moved(self) -> None:
        self._follow()
        super().moved()

    def _follow(self) -> None:
        """Keep the light on this customer wherever it goes; but at the top, on whoever is worst."""
        self.followed = self.standing.customer.path if self.standing and self.rows.lit else None

    def search(self, words: str) -> None:
        self.followed = self.standing.customer.path if self.standing else None
        super().search(words)

    def relist(self) -> None:
        """Filter, sort and lay out."""
        words = normal(self.words).split()
        self.kept = [each for each in self.everybody if all(word in each.said for word in words)]
        self.kept.sort(key=lambda each: SORTS[self.order](each.row))
        self.laid = layout(COLUMNS, self.widths, max(self.size.width - GUTTER - 1, 1))
        there = (at for at, each in enumerate(self.kept) if each.customer.path == self.followed)
        self.rows.show(len(self.kept), next(there, self.rows.lit))
        self.draw()

    def draw(self) -> None:
        columns = self.size.width
        self.totals.update(content([self._totals(columns)]))
        self.columns.update(content([cut_to([Piece(" " * GUTTER), *self.laid.header()], columns)]))
        self.why.update(content(self._why()))

    def _totals(self, columns: int) -> Line:
        if len(self.everybody) < self.expected:
            return line(Piece(f"reading: {len(self.everybody)} of {self.expected} customers", "muted"))
        if not self.everybody:
            return line("No customers yet. Make the first: onbo new acme --segment smb")
        return fit(
            [*self.searched(), *totals([each.row for each in self.kept])],
            line(Piece(f"by {self.order}", "muted")),
            columns,
        )

    def _why(self) -> Iterator[Line]:
        lit = self.standing
        if lit is None:
            yield line("nobody is like that" if self.everybody else "")
            return
        if lit.row.progress is None:
            yield line(Piece(f"{lit.row.path}: {lit.row.error}", "bad"))
            return
        error = line(Piece(f"{lit.row.error}; ", "bad")) if lit.row.error else []
        yield [Piece(f"{lit.row.name}: ", "strong"), *error, *state_words(lit.row.progress)]

    def drawn(self, index: int, columns: int) -> Line:
        return cut_to(self.laid.cells(self.kept[index].cells), columns)

    def on_rows_clicked(self, event: Rows.Clicked) -> None:
        if event.again and event.index == self.rows.lit:
            self.action_open()

    # --- Reading ---

    async def load(self) -> None:
        """Read everybody, bit by bit: keys work meanwhile."""
        self.everybody = []
        try:
            customers = self.office.customers()
        except OnboError as error:
            self.complain(error)
            customers = []
        self.expected = len(customers)
        breath, listed, told = time.monotonic(), 0, 0.0
        for customer in customers:
            self._take(standing(customer, self.office.row(customer)))
            if time.monotonic() - breath > BREATH_SECONDS:
                if len(self.everybody) >= listed * GROWN + FIRST:
                    listed = len(self.everybody)
                    self.relist()
                if breath - told > TELL_SECONDS:
                    told = breath
                    self.draw()
                await asyncio.sleep(0)
                breath = time.monotonic()
        self.relist()

    def _take(self, each: Standing) -> None:
        self.everybody.append(each)
        self.widths = [max(wide, width(cell.text)) for wide, cell in zip(self.widths, each.cells, strict=True)]

    # --- Keys ---

    def action_reread(self) -> None:
        self.run_worker(self.load(), exclusive=True)

    def action_open(self) -> None:
        lit = self.standing
        if lit is None:
            return
        desk = self.office.desk(lit.customer)
        try:
            look = desk.look()
        except OnboError as error:
            self.complain(error)
            return

        def back(_: None) -> None:
            now = standing(lit.customer, self.office.row(lit.customer))
            self.everybody = [now if each.customer == lit.customer else each for each in self.everybody]
            self.followed = lit.customer.path
            self.relist()

        self.app.push_screen(Checklist(desk, look), back)

    def action_sort(self) -> None:
        orders = list(SORTS)
        self.order = orders[(orders.index(self.order) + 1) % len(orders)]
        self.relist()
        self.say(f"sorted by {self.order}")
