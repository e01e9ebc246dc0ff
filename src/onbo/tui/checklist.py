"""One customer's checklist: ticked, folded and searched by key."""

import asyncio
from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import BindingType
from textual.containers import Container, VerticalScroll
from textual.widgets import Static

from onbo.document.identity import ItemKey
from onbo.document.model import Document, Item
from onbo.errors import OnboError, RefusedError, UsageError
from onbo.present.text import Line, line
from onbo.tui.desk import Desk, Look, Wish
from onbo.tui.details import details
from onbo.tui.drawing import content
from onbo.tui.entries import box_columns
from onbo.tui.outline import Outline, head
from onbo.tui.page import LAST, Page
from onbo.tui.questions import QUESTIONS
from onbo.tui.rows import Rows, key
from onbo.tui.sheet import Sheet

WIDE = 100
LOW = 18
POLL_SECONDS = 1.0
PATIENCE_SECONDS = 0.5


class Checklist(Page):
    DEFAULT_CSS = """
    Checklist {
        #head { height: 2; }
        #body { height: 1fr; layout: vertical; }
        #details { height: 6; border-top: solid ansi_default; scrollbar-size-vertical: 1; }
        #details Static { height: auto; }
        &.-low #details { display: none; }
        &.-wide #body { layout: horizontal; }
        &.-wide #details { display: block; width: 36%; height: 100%; padding: 0 1; border-top: none;
            border-left: solid ansi_default; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        key("space", "tick", "Space", "tick, or open again what is ticked or n/a; a heading folds", hint="tick"),
        key("n", "ask('skip')", "n", "not applicable; asks why", hint="n/a"),
        key("w", "ask('wait')", "w", "waits for somebody; asks whom; once more: no longer", hint="wait"),
        key("o", "ask('assign')", "o", "owner; asks who, nothing for nobody", hint="owner"),
        key("d", "ask('due')", "d", "due date; asks when, nothing for as planned", hint="due"),
        key("u", "undo", "u", "take back the last change made in this screen", hint="undo"),
        key("slash", "search", "/", "find items: words, numbers, @owner, overdue, waiting", hint="find"),
        key("e", "edit", "e", "open your editor at the line", hint="edit"),
        key("i", "about", "i", "all about the item or heading that is lit: tip and notes whole"),
        key("F", "force", "F", "tick what the gate refused, after asking"),
        key("enter", "fold", "Enter", "fold or unfold what is below a heading"),
        key("left,h", "close", "Left, h", "fold; from an item, go to its heading"),
        key("right,l", "open", "Right, l", "unfold"),
        key("f", "fold_all", "f", "fold everything, or unfold it"),
        key("r", "reread", "r", "read the file again"),
        key("escape", "back", "Escape", "end the search; back to the board"),
        *LAST,
    ]

    def __init__(self, desk: Desk, look: Look) -> None:
        super().__init__()
        self.desk = desk
        self.outline = Outline(look)
        self.refused: ItemKey | None = None
        self.writing = asyncio.Lock()
        self.head = Static(id="head")
        self.about = Static()

    def parts(self) -> ComposeResult:
        yield self.head
        with Container(id="body"):
            yield self.rows
            with VerticalScroll(id="details", can_focus=False):
                yield self.about

    def on_mount(self) -> None:
        self.say("; ".join(f"{self.look.row.path}{warning}" for warning in self.look.row.warnings), "warn")
        self.set_interval(POLL_SECONDS, self.poll)

    def on_resize(self) -> None:
        self.set_class(self.size.width >= WIDE, "-wide")
        self.set_class(self.size.height < LOW, "-low")

    # --- What is seen ---

    @property
    def look(self) -> Look:
        return self.outline.look

    def draw(self) -> None:
        self.head.update(content(head(self.look, self.searched(), self.size.width)))
        self.about.update(content(self._about()))

    def _about(self) -> Iterable[Line]:
        """All about what is lit."""
        if entry := self.outline.entry:
            return details(entry, self.look, self.desk.today)
        return [line("no item matches" if self.words else "there is nothing to tick yet; e opens your editor")]

    def drawn(self, index: int, columns: int) -> Line:
        return self.outline.drawn(index, columns)

    def relist(self) -> None:
        self.outline.words = self.words
        self.outline.relist()
        self._show()

    def _show(self) -> None:
        self.rows.show(len(self.outline.found), self.outline.lit)
        self.draw()

    def moved(self) -> None:
        self.outline.light(self.rows.lit)
        self.refused = None
        super().moved()

    async def on_rows_clicked(self, event: Rows.Clicked) -> None:
        entry = self.outline.entry if event.index == self.rows.lit else None
        if entry and entry.section and event.column in range(2 * entry.depth + 2):
            self.action_fold()
        elif entry and entry.item and event.column in box_columns(entry):
            await self.action_tick()

    # --- What the file says ---

    def poll(self) -> None:
        """Read again what was changed outside."""
        if not self.writing.locked() and self.desk.stamp() != self.look.stamp:
            before = self.look.document.source.data
            if self.read() and self.look.document.source.data != before:
                self.say("changed outside: read again", "warn")

    def read(self) -> bool:
        """Read the file; where that cannot be, say so once, and keep what was read before."""
        try:
            self.outline.look = self.desk.look()
        except OnboError as error:
            self.outline.look = self.look._replace(stamp=self.desk.stamp())
            self.complain(error)
            return False
        self.relist()
        return True

    async def write(self, change: Callable[[], str]) -> OnboError | None:
        """Make a change beside the screen, for a lock may be waited for; then read what the file says now."""
        failed: OnboError | None = None
        told = ""
        async with self.writing:
            task = asyncio.ensure_future(asyncio.to_thread(change))
            done, _ = await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
            if not done:
                self.say("waiting for the file ...", "warn")
            try:
                told = await task
            except OnboError as error:
                failed = error
        self._ended(told, failed)
        return failed

    def _ended(self, told: str, failed: OnboError | None) -> None:
        """Read what the file says after a change, and say what was done, or why not."""
        if self.read() and failed is None:
            self.say(told)
        if failed is not None:
            self.complain(failed)

    async def mark(self, item: Item, document: Document, wish: Wish) -> None:
        failed = await self.write(lambda: self.desk.mark(document, item, wish))
        self.refused = item.key if isinstance(failed, RefusedError) else None
        if isinstance(failed, RefusedError):
            self.say(f"{failed.message}; F ticks it anyway", "bad")

    # --- Keys ---

    def _item(self) -> Item | None:
        entry = self.outline.entry
        if entry is None or entry.item is None:
            self.refuse("this is a heading: go to an item")
            return None
        return entry.item

    async def action_tick(self) -> None:
        entry = self.outline.entry
        if entry is None or entry.item is None:
            self.action_fold()
        else:
            await self.mark(entry.item, self.look.document, Wish("check" if entry.item.open else "uncheck"))

    async def action_ask(self, verb: str) -> None:
        """What goes with a verb, and then the verb."""
        item, document, question = self._item(), self.look.document, QUESTIONS[verb]
        if item is None:
            return
        before = item.value(question.token)
        if verb == "wait" and before and item.open:
            await self.mark(item, document, Wish("wait"))
            return
        try:
            question.trial(document, item)
        except UsageError as error:
            self.refuse(f"{error.message}: Space opens it again")
            return

        async def answered(answer: str | None) -> None:
            said = (answer or "").strip()
            if said == (before or "") or answer is None or not (said or question.clears):
                self.say("left as it is")
            else:
                await self.mark(item, document, Wish(verb, said or None))

        self.prompt.ask(question.words.format(item.number), answered, answer=before or "")

    async def action_force(self) -> None:
        item, document = self._item(), self.look.document
        if item is None:
            return
        if self.refused != item.key:
            self.say("nothing was refused here")
            return

        async def answered(answer: str | None) -> None:
            if (answer or "").strip().casefold() in ("y", "yes"):
                await self.mark(item, document, Wish("check", force=True))
            else:
                self.say("left as it is")

        self.prompt.ask(f"Tick {item.number} against its evidence? (y/n)", answered)

    async def action_undo(self) -> None:
        await self.write(self.desk.take_back)

    def action_edit(self) -> None:
        entry = self.outline.entry
        failed: OnboError | None = None
        told = ""
        try:
            with self.app.suspend():
                # The terminal comes back where nothing is raised in here.
                try:
                    told = self.desk.edit(self.outline.line_of(entry) if entry else 1)
                except OnboError as error:
                    failed = error
        except SuspendNotSupported:
            self.say(f"not from here; in a terminal: onbo edit {self.desk.slug}", "warn")
            return
        self._ended(told, failed)

    def action_about(self) -> None:
        self.app.push_screen(Sheet("About it", self._about()))

    def action_reread(self) -> None:
        if self.read():
            self.say("read again")

    def action_fold(self) -> None:
        self.outline.fold()
        self._show()

    def action_open(self) -> None:
        self.outline.open()
        self._show()

    def action_close(self) -> None:
        self.outline.close()
        self._show()

    def action_fold_all(self) -> None:
        self.outline.fold_all()
        self._show()
