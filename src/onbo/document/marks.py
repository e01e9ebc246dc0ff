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

# Comments as people write them, closed or not: HTML's, Obsidian's, CriticMarkup's with what it deletes, Jinja's,
# kramdown's attributes.
#   "<!-- slow to answer -->", "<! x -->", "%% slow to answer %%", "{>> really? <<}", "{--them--}", "{~~them~>us~~}",
#   "{# not now #}", "{: .internal}", "<?php x ?>"; "<-- slow -->" and "< !-- slow -->" only where they are closed
COMMENT = re.compile(
    r"\\?<![^\[\w].*?(?:-->|\Z)"
    r"|(?<!%)%%(?!%).*?(?:%%|\Z)"
    r"|\{>>.*?(?:<<\}|\Z)|\{--.*?(?:--\}|\Z)|\{~~.*?(?:~~\}|\Z)|\{[#:.].*?(?:\}|\Z)"
    r"|<\?.*?(?:\?>|\Z)"
    r"|< ?!?--[^<>]*-->",
    re.DOTALL,
)
# `id=` and `only=` in a comment are ours, and say nothing about who may see it: `only=internal` is a segment.
ATTRIBUTE = re.compile(r"\bid=[^\s,;]+|\bonly=[^\s;]+", re.IGNORECASE)
# One pair of brackets without others in it; square ones before `(` or `[` are a link, unless they are a picture.
BRACKETS = re.compile(
    r"(?P<picture>!)?[(\[{\u3010](?P<words>[^()\[\]{}\u3010\u3011]*)(?P<close>[)\]}\u3011]|\Z)(?P<link>[(\[])?"
)
WORD = re.compile(r"[^\W_]+")
# What sets apart one part of a text from the next.
#   "Internal: ask for budget", "INTERNAL ONLY - pricing", "Setup - internal", "Setup | internal use only"
SEPARATOR = re.compile(r"(?P<colon>\s?:\s|:\Z)|\s-+\s|[\u2013\u2014|\u00b7\u2192;>]|\.\s")
# The same in brackets, where more may follow.
#   "(internal, until March)", "(internal - ask Bob)"
FIRST = re.compile(r"\W*internal(?:[ -](?:use|only|note))* ?(?:[,:;|\u2013\u2014]|-+ )")
# Whom an item waits for: `waiting:internal` is no mark.
WAITING = re.compile(r"(?<!\S)waiting: ?\S*")
# Tags: "#internal", "#team/internal"
TAG = re.compile(r"(?<![\w&#])#(?:[\w-]{1,40}/)?internal(?![^\W_])")
# Emphasis or an element around nothing else, at the beginning or the end.
#   "**Internal** ask for budget", "<kbd>internal</kbd> Ask", "Ask `internal`"
USE = r"internal(?:[ -]use)?(?:[ -]only)?\W?"
SIGNS = r"(?:[*_`]{1,3}|==|~~|<[a-z]{1,8}(?: [^<>]*)?>|</[a-z]{1,8}>)"
EMPHASIS = re.compile(rf"\A\W*?{SIGNS}{USE}{SIGNS}|{SIGNS}{USE}{SIGNS}\W*\Z")
# In capitals, before or behind words that are not.
#   "INTERNAL Ask for budget"
CAPITALS = re.compile(r"\A\W*INTERNAL\b|\bINTERNAL\W*\Z")
# What is seen of an element that is folded up.
SUMMARY = re.compile(r"<summary[^<>]*>([^<]*)", re.IGNORECASE)
# What else may stand in brackets or titles that say "internal" and mean just that.
FILLERS = frozenset(
    (  # noqa: SIM905  one a line would be sixty lines
        "a all and are be but by can cannot csm do does don e eyes for from g i is it just keep kept must n no not note "
        "notes of only or our ours please private purely purpose purposes s see share shared sharing show showing shown "
        "still strictly t this to use us with within item items step steps task tasks section confidential todo warning"
    ).split()
)
ENDS = frozenset(("end", "ends", "stop", "close", "endinternal"))
STARTS = frozenset(("start", "starts", "begin", "begins"))


class Comment(NamedTuple):
    """A comment in a text. start, end: characters; words: what it says."""

    start: int
    end: int
    words: str


def comments(text: str) -> Iterator[Comment]:
    """The comments in a text. One that is not closed goes to the end."""
    for match in COMMENT.finditer(text):
        yield Comment(match.start(), match.end(), match[0].strip("\\<!->%{}#?~:\n "))


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
    if not found or not {"internal", "endinternal"} & {*found}:
        return False
    return words.lstrip().startswith(("/", "\\")) or not ENDS.isdisjoint((found[0], found[-1]))


def says_internal(text: str, words: str | None = None) -> bool:
    """Whether a text (a heading, an item, a line; Markdown) says that it is internal.

    words  what is left of it to read without tokens, where that is known
    """
    if "internal" not in _folded(text) and "internal" not in (words or "").casefold():
        return False
    if any(comment_says_internal(comment.words) for comment in comments(text)):
        return True
    bare = without_comments(text)
    return any(map(_is_marked, [bare] if words is None else [bare, words]))


def is_internal_title(text: str) -> bool:
    """Whether a heading, a bold line or a bullet says that it is internal, and no more.

    >>> [is_internal_title(text) for text in ("Internal", "For internal use only:", "1.2 Internal", "Internal audit")]
    [True, True, True, False]
    """
    words = words_of(text)
    return "internal" in words and all(word in FILLERS or word == "internal" or word.isdecimal() for word in words)


def is_notes_title(text: str) -> bool:
    """Whether a heading or a bold line names notes.

    >>> texts = ("Meeting notes:", "Notes from sales", "Call notes 2026-12-01", "Handover notes (draft)", "Release notes tool")
    >>> [is_notes_title(text) for text in texts]
    [True, True, True, True, False]
    """
    words = [word for word in words_of(BRACKETS.sub(" ", text)) if not word.isdecimal()]
    return bool(words) and ("notes" in (words[0], words[-1]) or words == ["note"])


def is_gate_title(text: str) -> bool:
    """Whether a heading names a gate by its last word."""
    return words_of(text)[-1:] in (["gate"], ["gates"])


def words_of(text: str) -> list[str]:
    """Its words of letters and digits, folded."""
    return WORD.findall(_folded(text))


def _is_marked(text: str) -> bool:
    if CAPITALS.search(text) and text != text.upper():
        return True
    text = " ".join(WAITING.sub("", _folded(text)).split())
    if any(_brackets_say_internal(match) for match in BRACKETS.finditer(text)):
        return True
    if any(is_internal_title(match[1]) for match in SUMMARY.finditer(text)):
        return True
    return TAG.search(text) is not None or EMPHASIS.search(text) is not None or _is_set_apart(text)


def _brackets_say_internal(match: re.Match[str]) -> bool:
    if match["close"] == "]" and match["link"] and not match["picture"]:
        return False
    return is_internal_title(match["words"]) or (
        "internal" in match["words"] and FIRST.match(match["words"]) is not None
    )


def _is_set_apart(text: str) -> bool:
    """Whether the first or the last part of a text says internal and no more, or one before a colon."""
    text = _without_tags(text)
    at, first = 0, True
    for match in SEPARATOR.finditer(text):
        part = text[at : match.start()]
        if "internal" in part and (first or match["colon"]) and is_internal_title(BRACKETS.sub(" ", part)):
            return True
        first = first and not words_of(part)  # an emoji or a sign may stand before the first words
        at = match.end()
    return is_internal_title(text[at:])


def _without_tags(text: str) -> str:
    words = text.split(" ")
    while words and words[-1].startswith("#"):
        words.pop()
    return " ".join(words)


def _folded(text: str) -> str:
    """The text as marks are compared: full-width letters as others, without what nobody sees."""
    return unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).casefold()
