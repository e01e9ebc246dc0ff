"""What is asked about an item, for each verb that needs an answer."""

from collections.abc import Callable
from typing import NamedTuple

from onbo.document.model import Document, Item
from onbo.onboarding import tick, tokens


class Question(NamedTuple):
    """
    token   what holds the answer so far
    trial   raises OnboError where the verb can do nothing for this item, whatever the answer
    clears  whether an empty answer takes away what is there; else it leaves it
    """

    words: str
    token: str
    trial: Callable[[Document, Item], object]
    clears: bool = False


QUESTIONS = {
    "skip": Question(
        "Why does {} not apply?", "reason", lambda document, item: tick.skip(document, [item], "some reason")
    ),
    "wait": Question(
        "Whom does {} wait for?", "waiting", lambda document, item: tokens.wait(document, [item], "somebody")
    ),
    "assign": Question("Who owns {}?", "owner", lambda *_: None, clears=True),
    "due": Question("When is {} due? (fri, +3d, 2026-03-12)", "due", lambda *_: None, clears=True),
}
