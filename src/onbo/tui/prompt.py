"""One line at the foot of the screen that asks for something."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from onbo.present.text import line
from onbo.tui.drawing import content

# What was answered; None where the question was left.
Then = Callable[[str | None], Awaitable[None] | None]
Live = Callable[[str], None]


class Prompt(Horizontal):
    """Hidden until it asks. Enter answers, Escape leaves."""

    DEFAULT_CSS = """
    Prompt { height: 1; display: none; }
    Prompt Static { width: auto; max-width: 70%; height: 1; margin-right: 1; text-style: bold; }
    Prompt Input { width: 1fr; min-width: 8; height: 1; border: none; padding: 0; background: ansi_default; }
    Prompt Input:focus { border: none; height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "leave the question", key_display="Escape")]

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

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        await self._end(event.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.live is not None:
            self.live(event.value)

    async def action_leave(self) -> None:
        await self._end(None)

    async def _end(self, answer: str | None) -> None:
        then, self.then, self.live = self.then, None, None
        self.display = False
        self.screen.remove_class("-asking")
        self.screen.set_focus(self.screen.query_one("Rows"))
        if then is not None:
            told = then(answer)
            if told is not None:
                await told
