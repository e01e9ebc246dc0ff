"""One line at the foot of the screen that asks for something."""

from collections.abc import Awaitable, Callable

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Input, Static

from onbo.present.text import line
from onbo.tui.drawing import content

# What was answered; None where the question was left.
Then = Callable[[str | None], Awaitable[None] | None]
Live = Callable[[str], None]
# What the keys that move and delete do in a field.
EDITING = {
    key: binding.action for binding in Input.BINDINGS if isinstance(binding, Binding) for key in binding.key.split(",")
}


class Prompt(Horizontal):
    """Hidden until it asks. Enter answers, Escape leaves."""

    DEFAULT_CSS = """
    Prompt { height: 1; display: none; }
    Prompt Static { width: auto; max-width: 70%; height: 1; margin-right: 1; text-style: bold; }
    Prompt Input { width: 1fr; min-width: 8; height: 1; border: none; padding: 0; background: ansi_default; }
    Prompt Input:focus { border: none; height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.question = Static()
        self.field = Input(compact=True, select_on_focus=False)
        self.field.cursor_blink = False
        self.then: Then | None = None
        self.live: Live | None = None

    def compose(self) -> ComposeResult:
        yield self.question
        yield self.field

    @property
    def asking(self) -> bool:
        return self.then is not None

    def ask(self, question: str, then: Then, *, answer: str = "", live: Live | None = None) -> None:
        """Ask, with an answer to begin with; `live` is told of it as it is typed."""
        self.then, self.live = then, live
        self.question.update(content([line(question)]))
        self.field.value = answer
        self.field.cursor_position = len(answer)
        self.display = True
        self.screen.add_class("-asking")
        self.screen.set_focus(self.field)

    async def take(self, event: events.Key | events.Paste) -> None:
        """What was typed, in the order in which it was: left to itself, the field would do after what follows it
        what is bound to a key, and send what it holds later still.
        """
        before = self.field.value
        if isinstance(event, events.Paste):
            self._insert(event.text.replace("\r", "\n").split("\n")[0])
        elif event.key == "enter":
            await self._end(before)
        elif event.key == "escape":
            await self._end(None)
        elif event.key in EDITING:
            await self.field.run_action(EDITING[event.key])
        elif event.is_printable and event.character:
            self._insert(event.character)
        if self.live is not None and self.field.value != before:
            self.live(self.field.value)

    def _insert(self, text: str) -> None:
        self.field.replace(text, *self.field.selection)

    async def _end(self, answer: str | None) -> None:
        then, self.then, self.live = self.then, None, None
        self.display = False
        self.screen.remove_class("-asking")
        self.screen.set_focus(self.screen.query_one("Rows"))
        if then is not None:
            told = then(answer)
            if told is not None:
                await told
