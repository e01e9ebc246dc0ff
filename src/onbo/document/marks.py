"""Marks by which people say that something is not for the customer: `internal`, in a comment, in brackets, before a colon.

Whoever wrote one expects it to be obeyed, so it is looked for in every form in which somebody may have written it. Where
it is not certain that a mark was meant, it was.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from onbo.document.inline import STRESS, VOID, hides_contents

# As onbo writes one.
INTERNAL_MARK = "<!-- internal -->"

# Characters that nobody sees: they must not keep a mark from being found, or carry words out unseen.
#   zero width space, marks of direction, word joiner, soft hyphen, Unicode's tags
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)

# Comments as people write them, closed or not: HTML's, Obsidian's, CriticMarkup's with what it deletes, Jinja's,
# kramdown's attributes.
#   "<!-- slow to answer -->", "<! x -->", "%% slow to answer %%", "{>> really? <<}", "{--them--}", "{~~them~>us~~}",
#   "{# not now #}", "{: .internal}", "<?php x ?>", "<!x>"; "<-- slow -->" and "< !-- slow -->" only where they are closed
COMMENT = re.compile(
    r"(?P<html>\\?<![^\[\w].*?(?:-->|\Z))"
    r"|(?<!%)%%(?!%).*?(?:%%|\Z)"
    r"|(?P<said>\{>>.*?(?:<<\}|\Z))|(?P<deleted>\{--.*?(?:--\}|\Z))|(?P<replaced>\{~~.*?(?:~>|~~\}|\Z))"
    r"|\{[#:.].*?(?:\}|\Z)"
    r"|<\?.*?(?:\?>|\Z)|<![\[\w][^<>]*(?:>|\Z)"
    r"|< ?!?--[^<>]*-->",
    re.DOTALL,
)
# How those begin and end that go on over several lines, and that may stand in one another, or seem to.
PAIRS = {"<!--": "-->", "{>>": "<<}", "{--": "--}", "{~~": "~~}"}
NESTING = {"html": "<!--", "said": "{>>", "deleted": "{--"}
# What else may begin in a comment and go on behind it, or hides what is in it: of two pairs that cross, both count.
#   "%% see <!-- %% mail -->", "{>> <span hidden> <<} too dear </span>"
OPENING = re.compile(r"<!--|\{>>|\{--|\{~~|(?<!%)%%(?!%)|<(?P<element>[A-Za-z][A-Za-z0-9-]*)[^<>]*>")
CLOSING = re.compile(r"-->|<<\}|--\}|~~\}|%%|</(?P<element>[A-Za-z][A-Za-z0-9-]*)[^<>]*>")
PERCENTS = re.compile(r"(?<!%)%%(?!%)")
HTML_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# `id=` and `only=` in a comment are ours, and say nothing about who may see it: `only=internal` is a segment.
ATTRIBUTE = re.compile(r"\bid=[^\s,;]+|\bonly=[^\s;]+", re.IGNORECASE)
# Brackets that say it first, whatever else is in them.
#   "(internal: ask Bob (CFO))", "[internal only (see mail)]"
OPENED = re.compile(
    r"[(\[{\u3010]\W?(?:for )?internal(?:[ -](?:use|only|note|cs|csm|sales|team)){0,3} ?(?:[,.:;|\u2013\u2014(\[]|-+ )"
)
# Or last.
#   "(ask Bob, internal)"
CLOSED = re.compile(r"[,;:|/\u2013\u2014-] ?internal(?:[ -]use)?(?:[ -]only)?\W?[)\]}\u3011]")
# One pair of brackets without others in it; square ones before `(` or `[` are a link, unless they are a picture.
BRACKETS = re.compile(
    r"(?P<picture>!)?[(\[{\u3010](?P<words>[^()\[\]{}\u3010\u3011]*)(?P<close>[)\]}\u3011]|\Z)(?P<link>[(\[])?"
)
WORD = re.compile(r"[^\W_]+")
# What sets apart one part of a text from the next.
#   "Internal: ask for budget", "INTERNAL ONLY - pricing", "Setup - internal", "Setup | internal use only"
SEPARATOR = re.compile(r"(?P<colon>\s?:\s|:\Z)|(?P<dash>\s-+\s|[\u2010\u2012-\u2015\u2212|\u00b7])|[\u2192;>]|\.\s")
# One that needs no blank: "Internal:ask for budget", "ask for budget -internal"
CLOSE_BY = re.compile(r"\A\W*internal(?:[ -]use)?(?:[ -]only)?:(?!//)|\s-internal(?:[ -]only)?(?:\W*\Z|[,;:])")
# As the last words.
#   "Ask legal, internal use only"
LAST = re.compile(r"\binternal(?:[ -]use)?(?:[ -]only)?\W*\Z")
# The same where more may follow, after what sets it apart.
#   "Ask for budget - internal, until March"
FIRST = re.compile(r"\W*internal(?:[ -](?:use|only|note))* ?[,;:]")
# Whom an item waits for: `waiting:internal` is no mark.
WAITING = re.compile(r"(?<!\S)waiting: ?\S*")
# Tokens and tags that may stand beside a mark on a line of its own.
BESIDE = re.compile(r"(?<!\S)(?:@|due:|waiting:)\S+|<[^<>]*>")
# The words of a mark.
MARKING = re.compile(r"\b(?:for )?internal(?:[ -]use)?(?:[ -]only)?\b", re.IGNORECASE)
# Tags: "#internal", "#team/internal"
TAG = re.compile(r"(?<![\w&#])#(?:[\w-]{1,40}/)?internal(?![^\W_])")
HASHTAG = re.compile(r"(?<![\w&#/])#[\w/-]+")
# Emphasis or an element around nothing else, at the beginning or the end.
#   "**Internal** ask for budget", "<kbd>internal</kbd> Ask", "Ask `internal`"
USE = r"internal(?:[ -](?:use|only|cs|csm|sales|team)){0,2}\W?"
SIGNS = rf"(?:[*_`{STRESS}]{{1,3}}|==|~~|<[a-z]{{1,8}}(?: [^<>]*)?>|</[a-z]{{1,8}}>)"
EMPHASIS = re.compile(
    rf"\A(?:#\S{{1,60}} |\d{{1,4}}(?:\.\d{{1,4}}){{0,3}}[.)]? )?\W*?{SIGNS}{USE}{SIGNS}|{SIGNS}{USE}{SIGNS}\W*(?:#\S{{1,60}})?\Z"
)
# In capitals, before or behind other words.
#   "INTERNAL Ask for budget", "2. INTERNAL prep"
CAPITALS = re.compile(r"\A(?:#\S{1,60} )?[\W\d]*INTERNAL\b|\bINTERNAL(?:[ -]USE)?(?:[ -]ONLY)?\W*\Z")
# What else may stand in brackets or titles that say "internal" and mean just that.
FILLERS = frozenset(
    (  # noqa: SIM905  one a line would be sixty lines
        "a all and are be but by can cannot csm do does don e eyes for from g i is it just keep kept must n no not note "
        "notes of only or our ours please private purely purpose purposes s see share shared sharing show showing shown "
        "still strictly t this to use us with within item items step steps task tasks section confidential todo warning"
    ).split()
)
# What is seen of an element that is folded up, and what tags have in quotes: there `>` ends nothing.
SUMMARY = re.compile(r"<summary(?![\w-])[^<>]*>(.*?)(?:</summary|\Z)", re.IGNORECASE | re.DOTALL)
QUOTED = re.compile(r"""=\s?(?:"[^"]*"|'[^']*')""")
SIGN_OF_TAG = re.compile(r"[<>]")
ANY_TAG = re.compile(r"<[^<>]*>")
# And beside "only", or before a colon: whose it is.
#   "Internal CS: ask for budget", "(internal team only)"
OURS = frozenset(
    (  # noqa: SIM905
        "ae am cs csm eng engineering finance legal ops product revops sales se staff support team teams"
    ).split()
)
# What notes are of, and what sets them apart from more words.
#   "Meeting notes from the kickoff", "Sales notes | Acme"
MEETINGS = frozenset(
    (  # noqa: SIM905
        "account ae call cs csm customer daily demo discovery ebr hand handover interview internal kick kickoff meeting my "
        "onboarding our project qbr sales session standup status sync team training visit weekly workshop"
    ).split()
)
APART = re.compile(r"\s[-|]+\s|[\u2010-\u2015\u2212:|,;(\[]")
# What a register is of, and what else may stand in its title.
REGISTERED = frozenset(("risk", "risks", "decision", "decisions", "raid"))
BESIDE_REGISTERED = frozenset(
    (  # noqa: SIM905
        "and assumptions blockers churn concerns current dependencies escalations identified issue issues key known list log made main "
        "management matrix mitigation mitigations open our overview project record records register summary table the to top "
        "tracker updated "
        "jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october nov "
        "november dec december"
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
    """The comments in a text. One that is not closed goes to the end.

    An end too many shows that the comment before it went on: "{>> they {>> really <<} said no <<}". So does the end of
    something else that begins in it. With an odd number of `%%`, the first is taken not to be closed.
    """
    at = 0
    ends: dict[str, list[int]] | None = None
    # Of an odd number, nobody can tell which begins a comment.
    odd = "%%" in text and len(PERCENTS.findall(text)) % 2 == 1
    while (match := COMMENT.search(text, at)) is not None:
        start, at = match.span()
        opening = NESTING.get(match.lastgroup or "")
        if opening and text.endswith(PAIRS[opening], start, at):
            at = _last_end(text, at, opening, PAIRS[opening])
        if odd and text.find("%%", start, at) >= 0:
            at = len(text)
        if OPENING.search(text, start + 2, at) is not None:
            ends = _ends(text) if ends is None else ends
            at = _end_of_all(text, start + 2, at, ends)
        yield Comment(start, at, text[start:at].strip("\\<!->%{}#?~:\n "))
        if match["replaced"] and match[0].endswith("~>") and (end := text.find("~~}", at)) >= 0:
            yield Comment(end, end + len("~~}"), "")  # what stands before it replaces what was deleted
            at = end + len("~~}")


def _last_end(text: str, at: int, opening: str, closing: str) -> int:
    """Behind the last closing sign before the next opening one, or `at` itself."""
    following = text.find(opening, at)
    last = text.rfind(closing, at, following if following >= 0 else len(text))
    return at if last < 0 else last + len(closing)


def _ends(text: str) -> dict[str, list[int]]:
    """Where each sign ends that closes something, in order; of elements, by their names."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for match in CLOSING.finditer(text):
        found[(match["element"] or match[0]).casefold()].append(match.end())
    return found


def _end_of_all(text: str, start: int, end: int, ends: Mapping[str, Sequence[int]]) -> int:
    """Behind all that begins from `start` on, before what is hidden ends, and is hidden itself."""
    for match in OPENING.finditer(text, start):
        if match.end() >= end:
            break
        name = match["element"]
        if name is None:
            closing = ends.get(PAIRS.get(match[0], match[0]), ())
        elif name.casefold() not in VOID and (name.casefold() == "details" or hides_contents(match[0])):
            closing = ends.get(name.casefold(), ())
        else:
            continue
        # Signs are two characters or more, so the next end that is one character on is no part of this one.
        at = bisect_left(closing, match.end() + 1)
        if at < len(closing):
            end = max(end, closing[at])
    return end


def without_comments(text: str) -> str:
    """The text with a blank for each of its comments."""
    kept: list[str] = []
    at = 0
    for comment in comments(text):
        kept.append(text[at : comment.start])
        at = comment.end
    return " ".join([*kept, text[at:]])


def blanked_comments(html: str) -> str:
    """HTML with blanks for its comments, as long as it was."""
    return HTML_COMMENT.sub(lambda match: " " * len(match[0]), html)


def comment_says_internal(words: str) -> bool:
    """Whether a comment has the word `internal` among its words, unless it ends what another began."""
    found = words_of(ATTRIBUTE.sub(" ", words))
    return "internal" in found and not ends_internal(words)


def without_quoted_signs(html: str) -> str:
    """HTML whose tags end where they seem to, as long as it was.

    >>> without_quoted_signs('<a title="x > y">')
    '<a title="x   y">'
    """
    return QUOTED.sub(lambda match: SIGN_OF_TAG.sub(" ", match[0]), html)


def summaries(html: str) -> Iterator[tuple[int, tuple[str, str]]]:
    """Where each summary of a folded part begins, and what is in it: without its tags, and with them."""
    for match in SUMMARY.finditer(html):
        yield match.start(), (ANY_TAG.sub(" ", match[1]).strip(), match[1].strip())


def without_summaries(html: str) -> str:
    """HTML without what is seen of folded parts: a mark in that hides the part alone."""
    return SUMMARY.sub(" ", html) if "<" in html else html


def ends_internal(words: str) -> bool:
    """Whether a comment ends what is internal.

    >>> [ends_internal(words) for words in ("/internal", "end of internal", "internal: stop", "internal")]
    [True, True, True, False]
    """
    found = words_of(words)
    if not found or not {"internal", "endinternal"} & {*found}:
        return False
    return words.lstrip().startswith(("/", "\\")) or not ENDS.isdisjoint((found[0], found[-1]))


def mentions_internal(text: str) -> bool:
    """Whether the word is in it at all."""
    return "internal" in _folded(text)


def says_internal(text: str, *words: str) -> bool:
    """Whether a text (a heading, an item, a line; Markdown) says that it is internal.

    words  what is left of it to read without tokens, in one or more ways, where that is known
    """
    if not any(map(mentions_internal, (text, *words))):
        return False
    if any(comment_says_internal(comment.words) for comment in comments(text)):
        return True
    return _is_marked(without_comments(text), is_read=False) or any(_is_marked(each, is_read=True) for each in words)


def without_internal(text: str) -> str:
    """A text without the words that may mark it, wherever they stand.

    >>> [without_internal(text).split() for text in ("Call (internal)", "For internal use only: call")]
    [['Call', '(', ')'], [':', 'call']]
    """
    return MARKING.sub(" ", text)


def is_internal_title(text: str, more: Collection[str] = ()) -> bool:
    """Whether a heading, a bold line or a bullet says that it is internal, and no more.

    more  other words that may stand in it

    >>> [is_internal_title(text) for text in ("Internal", "For internal use only:", "1.2 Internal", "Internal audit")]
    [True, True, True, False]
    """
    words = words_of(text)
    if "only" in words:
        more = OURS
    return "internal" in words and all(
        word in FILLERS or word in more or word == "internal" or word.isdecimal() for word in words
    )


def is_mark(text: str) -> bool:
    """Whether a line is a mark by itself, or a label with one: of what is below it, or of the end of that.

    >>> [is_mark(text) for text in ("Internal:", "%% /internal %%", "**Our tasks (internal)**", "Internal: ask Bob")]
    [True, True, True, False]
    """
    if not mentions_internal(text):
        return False
    bare = without_comments(text)
    if not bare.strip():
        return any(comment_says_internal(found.words) or ends_internal(found.words) for found in comments(text))
    text = BESIDE.sub(" ", bare)
    return is_internal_title(text) or (is_label(text) and says_internal(text))


def is_label(text: str) -> bool:
    """Whether a text is one bold line and nothing else, or ends with a colon: it names the list below it."""
    return text.rstrip().endswith(":") or ("\n" not in text.strip() and bool(bold_title(text)))


def bold_title(line: str) -> str:
    """What a bold line says; "" where it is none. Tokens, comments and brackets may stand beside it.

    >>> [bold_title(line) for line in ("**Risks** @ann", "**Days:** (1-3) <!-- x -->", "**CSM:** Dana")]
    ['Risks', 'Days:', '']
    """
    if "**" not in line and "__" not in line:
        return ""
    words = _stripped(BESIDE.sub(" ", without_comments(line)))
    while words.endswith((")", "]")) and (at := max(words.rfind("("), words.rfind("["))) > 0:
        words = _stripped(words[:at])
    is_one = len(words) > 4 and words[:2] in ("**", "__") and words[-2:] == words[:2]
    return words[2:-2] if is_one else ""


def _stripped(text: str) -> str:
    """Without the blanks, signs and emoji around it, but with its emphasis and brackets."""
    first, last = 0, len(text)
    while first < last and not (text[first].isalnum() or text[first] in "*_"):
        first += 1
    while last > first and not (text[last - 1].isalnum() or text[last - 1] in "*_)]"):
        last -= 1
    return text[first:last]


def is_notes_title(text: str) -> bool:
    """Whether a heading or a bold line names notes.

    >>> texts = ("Notes from sales", "Call notes - kickoff", "Handover notes (draft)", "Meeting notes 3 Dec", "Release notes tool")
    >>> [is_notes_title(text) for text in texts]
    [True, True, True, True, False]
    """
    for part in (text, APART.split(text)[0]):
        words = [word for word in words_of(BRACKETS.sub(" ", part)) if not word.isdecimal()]
        if words and ("notes" in (words[0], words[-1]) or words == ["note"]):
            return True
        if "notes" in words[1:3] and words[0] in MEETINGS:
            return True
    return False


def is_register_title(text: str) -> bool:
    """Whether a heading names risks or decisions, and no more.

    >>> [is_register_title(text) for text in ("Risks and blockers", "Decision log", "Risk assessment of the data")]
    [True, True, False]
    """
    return any(
        not REGISTERED.isdisjoint(words)
        and all(word in REGISTERED or word in BESIDE_REGISTERED or word.isdecimal() for word in words)
        for words in map(words_of, (text, without_brackets(text), without_hashtags(text)))
    )


def is_gate_title(text: str) -> bool:
    """Whether a heading names a gate by its last word."""
    text = without_hashtags(text)
    return any(words[-1:] in (["gate"], ["gates"]) for words in (words_of(text), words_of(without_brackets(text))))


def without_brackets(text: str) -> str:
    return BRACKETS.sub(" ", text)


def without_hashtags(text: str) -> str:
    return HASHTAG.sub(" ", text) if "#" in text else text


def words_of(text: str) -> list[str]:
    """Its words of letters and digits, folded."""
    return WORD.findall(_folded(text))


def _is_marked(text: str, *, is_read: bool) -> bool:
    """is_read: whether these are words as they are read, and brackets before others therefore no link."""
    if CAPITALS.search(text):
        return True
    text = " ".join(WAITING.sub("", _folded(text)).split())
    if "<" in text and any(
        is_internal_title(words) or says_internal(words)
        for _, said in summaries(without_quoted_signs(text))
        for words in said
    ):
        return True
    brackets = list(BRACKETS.finditer(text))
    linked = {match.start() for match in brackets if match["link"] and not match["picture"]} if not is_read else ()
    if any(match.start() not in linked for match in OPENED.finditer(text)):
        return True
    if any(_brackets_say_internal(match, is_read=is_read) for match in brackets):
        return True
    if is_read and LAST.search(text):
        return True
    return any(pattern.search(text) for pattern in (TAG, EMPHASIS, CLOSED, CLOSE_BY)) or _is_set_apart(text)


def _brackets_say_internal(match: re.Match[str], *, is_read: bool) -> bool:
    is_link = not is_read and match["close"] == "]" and match["link"] and not match["picture"]
    return is_internal_title(match["words"], OURS) and not (is_link and words_of(match["words"]) == ["internal"])


def _is_set_apart(text: str) -> bool:
    """Whether the first or the last part of a text says internal and no more, or one before a colon; or its last word."""
    text = _without_tags(text)
    at, apart = 0, True  # the first part is, and what stands behind a dash
    for match in SEPARATOR.finditer(text):
        part = BRACKETS.sub(" ", text[at : match.start()])
        if (apart or match["colon"]) and is_internal_title(part, OURS if match["colon"] else ()):
            return True
        if apart and at > 0 and FIRST.match(text, at) is not None:
            return True
        # An emoji, a sign or a number may stand before the first words.
        apart = bool(match["dash"]) or (apart and all(map(str.isdecimal, words_of(part))))
        at = match.end()
    last = BRACKETS.sub(" ", text[at:])
    return is_internal_title(last) or LAST.search(last) is not None or (at > 0 and FIRST.match(text, at) is not None)


def _without_tags(text: str) -> str:
    words = text.split(" ")
    first, last = 0, len(words)
    while first < last and words[first].startswith("#"):
        first += 1
    while last > first and words[last - 1].startswith("#"):
        last -= 1
    return " ".join(words[first:last])


def _folded(text: str) -> str:
    """The text as marks are compared: full-width letters as others, without what nobody sees."""
    return unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).casefold()
