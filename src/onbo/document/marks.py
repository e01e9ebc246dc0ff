"""Marks by which people say that something is not for the customer: `internal`, in a comment, in brackets, before a colon.

Whoever wrote one expects it to be obeyed, so it is looked for in every form in which somebody may have written it. Where
it is not certain that a mark was meant, it was.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

# Characters that nobody sees: they must not keep a mark from being found, or carry words out unseen.
#   zero width space, word joiner, soft hyphen, Unicode's tags
INVISIBLE = re.compile("[\u00ad\u034f\u180e\u200b\u2060-\u2064\ufeff\U000e0000-\U000e007f]")

# Comments as people write them, closed or not: HTML's, Obsidian's, CriticMarkup's, Jinja's.
#   "<!-- slow to answer -->", "<! x -->", "%% slow to answer %%", "{>> really? <<}", "{# not now #}", "<?php x ?>"
COMMENT = re.compile(
    r"\\?<![^\[\w].*?(?:-->|\Z)|%%.*?(?:%%|\Z)|\{>>.*?(?:<<\}|\Z)|\{#.*?(?:\}|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL
)
# `id=` and `only=` in a comment are ours, and say nothing about who may see it: `only=internal` is a segment.
ATTRIBUTE = re.compile(r"\bid=[^\s,;]+|\bonly=[^\s;]+", re.IGNORECASE)
# One pair of brackets without others in it; square ones before `(` or `[` are a link.
BRACKETS = re.compile(r"[(\[{\uff08\u3010]([^()\[\]{}\uff08\uff09\u3010\u3011]*)(?:\](?![(\[])|[)}\uff09\u3011])")
WORD = re.compile(r"[^\W_]+")
# `internal` and more behind a sign that sets it apart, at the beginning or the end of a text.
#   "Internal: ask for budget", "INTERNAL ONLY - pricing", "Setup - internal", "Setup | internal use only"
USE = r"internal(?:[ -]use)?(?:[ -]only)?"
BEFORE = re.compile(rf"\W*{USE}(?: ?[:;|>\u2013\u2014]| - |\W*\Z)")
BEHIND = re.compile(rf"(?:[:;|\u2013\u2014] ?| -+ ){USE}\W*\Z")
# The same in brackets, where more may follow.
#   "(internal, until March)"
FIRST = re.compile(rf"\W*{USE} ?,")
# Whom an item waits for: `waiting:internal` is no mark.
WAITING = re.compile(r"(?<!\S)waiting: ?\S*")
# A tag: "#internal"
TAG = re.compile(r"(?<![\w/&#])#internal(?![^\W_])")
# Emphasis around nothing else, at the beginning or the end.
#   "**Internal** ask for budget"
EMPHASIS = re.compile(rf"\A\W*?(?:\*\*|__){USE}\W?(?:\*\*|__)|(?:\*\*|__){USE}\W?(?:\*\*|__)\W*\Z")
# What else brackets may say that say "internal" and mean just that.
FILLERS = frozenset(
    (  # noqa: SIM905  one a line would be sixty lines
        "a all and are be but by can cannot csm do does don e eyes for from g i is it just keep kept must n no not note "
        "notes of only or our ours please private purely purpose purposes s see share shared sharing show showing shown "
        "still strictly t this to use us with within item items step steps task tasks section confidential"
    ).split()
)
ENDS = frozenset(("end", "ends", "stop", "close"))
STARTS = frozenset(("start", "starts", "begin", "begins"))


class Comment(NamedTuple):
    """A comment in a text. start, end: characters; words: what it says."""

    start: int
    end: int
    words: str


def comments(text: str) -> Iterator[Comment]:
    """The comments in a text. One that is not closed goes to the end."""
    for match in COMMENT.finditer(text):
        yield Comment(match.start(), match.end(), match[0].strip("\\<!->%{}#?\n "))


def without_comments(text: str) -> str:
    return COMMENT.sub(" ", text)


def comment_says_internal(words: str) -> bool:
    """Whether a comment has the word `internal` among its words, unless it ends what another began."""
    found = words_of(ATTRIBUTE.sub(" ", words))
    return "internal" in found and not ends_internal(words)


def ends_internal(words: str) -> bool:
    """Whether a comment ends what is internal.

    >>> [ends_internal(words) for words in ("/internal", "end of internal", "internal: stop", "internal")]
    [True, True, True, False]
    """
    found = words_of(words)
    return "internal" in found and (words.lstrip().startswith("/") or not ENDS.isdisjoint((found[0], found[-1])))


def says_internal(text: str, rendered: str | None = None) -> bool:
    """Whether a text (a heading, an item, a paragraph; Markdown) says that it is internal.

    rendered  what it says to somebody who reads it, where that is known
    """
    if "internal" not in _folded(text) and "internal" not in (rendered or "").casefold():
        return False
    if any(comment_says_internal(comment.words) for comment in comments(text)):
        return True
    bare = _folded(without_comments(text))
    return any(map(_is_marked, [bare] if rendered is None else [bare, _folded(rendered)]))


def is_internal_title(text: str) -> bool:
    """Whether a heading, a bold line or a bullet says that it is internal, and no more."""
    return "internal" in (words := words_of(text)) and set(words) <= {"internal", *FILLERS}


def is_notes_title(text: str) -> bool:
    """Whether a heading or a bold line names notes.

    >>> [is_notes_title(text) for text in ("Meeting notes:", "Notes from sales", "Release notes tool")]
    [True, True, False]
    """
    words = words_of(text)
    return bool(words) and "notes" in (words[0], words[-1])


def _is_marked(text: str) -> bool:
    text = " ".join(WAITING.sub("", text).split())
    if any(_brackets_say_internal(match[1]) for match in BRACKETS.finditer(text)):
        return True
    return any(pattern.search(text) for pattern in (BEHIND, TAG, EMPHASIS)) or BEFORE.match(text) is not None


def _brackets_say_internal(words: str) -> bool:
    found = WORD.findall(words)
    if "internal" not in found:
        return False
    return set(found) <= {"internal", *FILLERS} or any(pattern.match(words) for pattern in (BEFORE, FIRST))


def words_of(text: str) -> list[str]:
    """Its words of letters and digits, folded."""
    return WORD.findall(_folded(text))


def _folded(text: str) -> str:
    """The text as marks are compared: full-width letters as others, without what nobody sees."""
    return unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).casefold()
