"""What both screens have: a list, a line for messages, a line that asks, a search, and keys at the foot."""

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from onbo.errors import OnboError
from onbo.present.problem import error_words
from onbo.present.text import Line, Piece, line
from onbo.tui.drawing import content, cut_to
from onbo.tui.keys import foot, help_lines
from onbo.tui.prompt import Prompt
from onbo.tui.rows import Rows, key
from onbo.tui.sheet import Sheet

CHOICES = 3

# Behind the keys of each screen.
LAST = [
    key("question_mark", "help", "?", "this help", hint="help"),
    key("q", "app.quit", "q", "quit", hint="quit"),
]


class Page(Screen[None]):
    """Subclasses give what is above the message (`parts`), draw it (`draw`), and list anew (`relist`)."""

    DEFAULT_CSS = """
    Page {
        layout: vertical;
        #message { height: auto; min-height: 1; max-height: 5; }
        #keys { height: 1; }
        &.-asking #message { display: none; }
        &.-refusing #message { display: block; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.words = ""
        self.rows = Rows(self.drawn, self.moved)
        self.message = Static(id="message")
        self.prompt = Prompt()
        self.foot = Static(id="keys")

    def parts(self) -> ComposeResult:
        raise AssertionError("each screen has its own")

    def draw(self) -> None:
        """All but the rows, which draw themselves by `drawn`."""
        raise AssertionError("each screen has its own")

    def drawn(self, index: int, columns: int) -> Line:
        raise AssertionError("each screen has its own", index, columns)

    def relist(self) -> None:
        """The rows again, as they are now, with the light where it was."""
        raise AssertionError("each screen has its own")

    def compose(self) -> ComposeResult:
        yield from self.parts()
        yield self.message
        yield self.prompt
        yield self.foot

    def on_mount(self) -> None:
        self.set_focus(self.rows)

    def on_resize(self) -> None:
        self.relist()
        columns = self.size.width
        self.foot.update(content([cut_to(foot(self.BINDINGS, columns), columns)]))

    def moved(self) -> None:
        """The user lit another row."""
        self.say("")
        self.draw()

    def say(self, text: str, role: str = "") -> None:
        self.message.update(content([line(Piece(text, role))]))

    def refuse(self, text: str) -> None:
        """Say why not, and wait for Enter: what was typed ahead as an answer must not be taken for keys."""
        self.say(text, "bad")
        self.add_class("-refusing")

        def ended(_: str | None) -> None:
            self.remove_class("-refusing")

        self.prompt.ask("(Enter)", ended)

    def complain(self, error: OnboError) -> None:
        self.say(" | ".join([error_words(error), *error.choices[:CHOICES]]), "bad")

    def searched(self) -> Line:
        """What is searched for, to stand before the rest."""
        return line(Piece(f"/{self.words}  ", "warn")) if self.words else []

    def search(self, words: str) -> None:
        self.words = words
        self.relist()

    def action_search(self) -> None:
        before = self.words

        def ended(answer: str | None) -> None:
            if answer is None:
                self.search(before)

        self.prompt.ask("/", ended, answer=before, live=self.search)

    def action_back(self) -> None:
        """End the search, or leave for the screen that this one was opened from."""
        if self.words:
            self.search("")
        elif len(self.app.screen_stack) > 1:
            self.dismiss()
        else:
            self.say("q quits")

    def action_help(self) -> None:
        self.app.push_screen(Sheet("Keys", help_lines([*self.BINDINGS, *Rows.BINDINGS])))
