"""The words of a text that its customer may read: without tokens, and without what looks like one.

It starts from what somebody reads who sees the text as a page, so that no escape, entity or emphasis can hide a token.
What is taken for an owner, a reason or a comment, and is not closed, goes with all that follows it.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from onbo.document.inline import STRESS, as_read, inline_spans, rendered
from onbo.document.marks import INVISIBLE, comments

OPENING = "([{\uff08\u3010"
CLOSING = ")]}\uff09\u3011"
# How a value ends that goes no further.
CLOSED = "\"'\u201d)"
PAIRS = dict(zip(CLOSING, OPENING, strict=True))
PERSON = r"(?:(?:co-)?owner(?:s|\(s\))?|owned by|assignees?|assigned to|responsible|accountable|dri|csm|lead)"
COLON = "[:\uff1a]"
SLASH = "[/\uff0f\u2044\u2215]"
OWNER = r"(?:co-)?owner(?:s|\(s\))?"
TOKEN = re.compile(
    rf"""
    # What takes all that follows it.
    #   "SSO n/a: too dear", "SSO (n/a) - too dear", "Call them - Owner: Jane", "Contract waiting: their lawyer"
    (?P<rest>
        (?<![^\W_])n\ ?{SLASH}\ ?a(?:\ ?{COLON}|\ [\u2013\u2014-]\ |\ ?\(|\ (?:because|since|due\ to)\b)
      | [(\[]n\ ?{SLASH}\ ?a[)\]]
      | (?<=[-\u2013\u2014|;,]\ )(?:{PERSON}\ ?{COLON}|{OWNER}\ [\u2013\u2014-]\ |{OWNER}\ (?-i:[A-Z])|owned\ by\b)
      | (?<=[|;]){PERSON}\ ?{COLON}
      | (?<!\w){PERSON}::
      | (?<=\S\ )(?:waiting(?:\ on|\ for)?|(?-i:O(?:wner|WNER)))\ ?{COLON}[ ]
    )
    # Brackets that begin a token: they go whole, whatever is in them and however deep.
    #   "(n/a: too dear (see mail))", "[Owner: Jane]", "[cost:: 5000]", "(due 2026-12-05)", "^[a footnote]"
    | (?P<bracket>[{OPENING}])[ {STRESS}]?(?:
        (?:n\ ?{SLASH}\ ?a|n\.a\.?|not\ applicable|does\ not\ apply|skipped|owned\ by|assigned\ to)(?![^\W_])
      | na\ ?[:\uff1a\u2013\u2014-]
      | (?:[\w-]{{1,12}}(?:[/&,]\ ?|\ )){{0,2}}{PERSON}(?:[/&][\w-]{{1,12}})?[ {STRESS}]?{COLON}
      | {OWNER}\ ?(?:=|\ [\u2013\u2014-]\ |(?-i:\ [A-Z]))
      | (?:(?<=[\[\u3010])|(?<=[\[\u3010]\ ))[^\[\]]{{1,60}}?::
      | [^()\[\]]{{1,60}}?::
      | (?:due|waiting(?:\ on|\ for)?|until|needs)\ ?{COLON}
      | due\ \d{{4}}-\d\d-\d\d
      | \^
    )
    | (?P<footnote>\^)(?=\[)
    # Who is responsible, at the beginning: up to what is set apart from it.
    #   "Owner: Jane - call them"
    | (?P<first>\A(?:owners?|owned\ by|assignees?|assigned\ to)\ ?{COLON}(?:(?!\ -)[^|;\u2013\u2014])*)
    # The beginning of a tag that never ends.
    #   '<a href="https://crm.example/acme"'
    | (?P<tag><[A-Za-z][A-Za-z0-9-]*\ [\w:.-]{{1,40}}\ ?=[^<>]*\Z)
    # What Obsidian shows as a picture; a person in brackets or quotes, with @ before or behind the first.
    #   "![[plan.png]]", "[[@Jane Doe]]", "@[[Jane Doe]]", '@"Jane Doe"'
    | (?P<linked>
        !\[\[[^\[\]]*(?:\]\]|\Z)
      | \[\[[@\uff20](?:[^\[\]]*\]\]|.*\Z)
      | [@\uff20](?:\[\[[^\[\]]*\]\]|\[[^\[\]]*\]|"[^"]*")
    )
    # A name behind @; which of them are owners is for `_end_of_owner` to say.
    | (?<![\w@\uff20])[@\uff20](?P<name>\w[\w.\-]*)
    # Tokens that end by themselves.
    #   "due:2026-12-05", "waiting:customer", "\U0001f4c5 2026-12-05", "^block-id"
    | (?P<alone>
        (?<![^\s(])(?:(?:due|waiting|until|needs|owner){COLON}|{OWNER}=)
        (?:\ ?\d{{4}}-\d\d-\d\d|"[^"]*"|'[^']*'|\u201c[^\u201d]*\u201d|\([^()]*\)|[^\s()"]+(?:\([^\s()]*\)?)?)
      | [\U0001f4c5\u2705\u23f3\U0001f6eb]\ufe0f?\ ?\d{{4}}-\d\d-\d\d
      | [\U0001f194\u26d4]\ufe0f?\ ?[\w-]+
      | (?<!\S)\^[\w-]+(?=[.,;:!?)]*(?:\s|\Z))
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Others that follow at once.
NAMES = re.compile("(?:[@\uff20][\\w.\\-]+)+")
REST_OF_NAME = re.compile(r"['\u2019]\w[\w-]*")
# The server of an address such as "@ann@example.social".
SERVER = re.compile(r"@[\w-]+\.\w")
# A link of Obsidian's with words of its own: only these are seen.
#   "[[accounts/acme|their account]]"
ALIAS = re.compile(r"(?<!!)\[\[(?!@)[^\[\]|]*\|([^\[\]|]*)\]\]")
# Somebody as other tools write it, of whom Markdown would show half.
#   "@[Jane Doe](user:1)", "<@U1|jane>"
MENTION = re.compile(r"[@\uff20]\[([^\[\]]{1,80})\]\([^()]{0,200}\)|<@([^<>]{1,80})>")
# What may begin something that goes on in the next line.
GOING_ON = re.compile(r"[\[<]")
AT_RULES = frozenset(
    [
        "charset",
        "container",
        "font-face",
        "import",
        "keyframes",
        "layer",
        "media",
        "namespace",
        "page",
        "property",
        "supports",
        "tailwind",
    ]
)
# Faces end in what looks like a bracket.
#   "they said no :)", "too dear ;-("
FACE = re.compile(r"[:;=]['o-]?[()]")
# What says that an item does not apply, with the reason behind it, in an item that does not. Not "the N/A region".
#   "SSO, n/a, because they owe us", "SSO n/a as they are too small", "SSO n/a -- too small"
NOT_APPLICABLE = re.compile(
    rf"(?<!\bthe )(?<!\ban )(?<!\bof )(?<!\bin )(?<!\bour )(?<!\byour )(?<!\btheir )(?<![^\W_])(?:n ?{SLASH} ?a|n\.a\.?|not applicable|does not apply)(?![^\W_])",
    re.IGNORECASE,
)
# Signs around what is struck out, highlighted or put in, which a token may stand between.
#   "~~waiting:legal~~", "==Owner: Jane==", "{++due:2026-12-05++}"
AROUND = re.compile(r"\{\+\+|\+\+\}|\{==|==\}|~~|==")
# Signs of emphasis, which may begin or end at a comment.
SIGNS = ("*", "_", "~", "=", "`")
# What is left of a sentence around what was taken out.
EMPTY_BRACKETS = re.compile(r"\(\)|\[\]|\{\}")
COMMAS = re.compile(r"[ ,;]+")
EDGES = " ,;:|/&+\u2013\u2014-"
# When a note was written, at its beginning, and what sets that apart from who wrote it.
#   "2026-12-01: ", "[2026-12-01 09:30] ", "1 Dec 2026 - ", "[[2026-12-01]] "
MONTH = r"""(?:
    jan(?:uary|uari|uar|vier|v)?|feb(?:ruary|ruari|ruar|brero|braio)?|mar(?:ch|s|zo|t)?|apr(?:il|ile)?|may|june?|july?
    |aug(?:ust|ustus)?|sept?(?:ember)?|oct(?:ober|obre|ubre)?|nov(?:ember|embre|iembre)?|dec(?:ember)?
    |m\u00e4rz|mai|juni|juli|okt(?:ober)?|dez(?:ember)?|maart|mrt|mei
    |f\u00e9vr?(?:ier)?|avr(?:il)?|juin|juil(?:let)?|ao\u00fbt|septembre|d\u00e9c(?:embre)?
    |enero|abr(?:il)?|mayo|junio|julio|agosto|septiembre|dic(?:iembre|embre)?
    |gennaio|maggio|giugno|luglio|settembre|ottobre)(?![^\W_])\.?"""
WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
DAY = rf"""(?:{WEEKDAY}[.,]?\ )?(?:\d{{4}}[-/._\u2010-\u2015]\d{{1,2}}[-/._\u2010-\u2015]\d{{1,2}}(?:[T\ ]\d\d:\d\d(?::\d\d)?Z?)?
    |20\d{{6}}|\d{{1,2}}[-./]\d{{1,2}}[-./]\d{{2,4}}|\d{{1,2}}\.\d{{1,2}}\.|\d{{1,2}}/\d{{1,2}}
    |\d{{1,2}}(?:st|nd|rd|th)?\.?(?:[ -]|\ of\ ){MONTH}(?:,?[ -]\d{{4}}|-\d\d)?|{MONTH}[ -]\d{{1,2}}(?:st|nd|rd|th)?(?:,?[ -]\d{{4}})?)
    (?:,?\ (?:at\ )?\d\d?:\d\d(?::\d\d)?(?:\ ?[ap]m)?(?!\S))?"""
STAMP = re.compile(
    rf"""[^\w\[(]{{0,3}}(?:\[\[?{DAY}[^\[\]]{{0,60}}\]\]?|\({DAY}[^()]{{0,60}}\)|{DAY})(?:\ ?(?P<apart>[:\u2013\u2014-](?!\S)|[,.;](?!\S))|(?!\S))\ ?""",
    re.VERBOSE | re.IGNORECASE,
)
# Who wrote it, up to what sets that apart, and what the names may have between them.
#   "Dana Doe (CSM): ", "Dana & Bob - ", "[[Dana]]: "
WRITER = re.compile(
    r"(?P<who>[^:\uff1a\u2013\u2014]{1,80}?)\ ?(?P<apart>[:\u2013\u2014](?!\S)|\uff1a|(?<=\ )-(?!\S))\ ?|(?P<alone>\([^()]{1,40}\))\ "
)
# What somebody is, behind the name.
#   "Dana (CSM, us)"
REMARK = re.compile(r"(?<=\S) \([^()]*\)")
PART_OF_NAME = re.compile(r"[(\[\"'`@]{0,3}[^\W\d_]")
BETWEEN_NAMES = frozenset(
    ("and", "und", "et", "y", "e", "von", "van", "de", "der", "den", "da", "di", "la", "le", "by", "from", "via")
)
# Whose name the next line begins with.
OWNER_FOLLOWS = re.compile(rf"(?<!\w){PERSON}\ ?{COLON}\s*\Z", re.IGNORECASE)


class Words(NamedTuple):
    """text: what the customer may read; left_out: what was taken out, as it was written."""

    text: str
    left_out: tuple[str, ...] = ()


def shown_words(text: str, references: Mapping[str, object], *, applies: bool = True) -> Words:
    """What the customer may read of a text; nothing where it has too much in it to be read. Blanks are single.

    applies  whether it is no item that does not apply: of one that does not, the reason goes in whatever form
    """
    seen, left_out = _read(text, references)
    words, tokens = _without_tokens_within_signs(seen)
    if not applies and (reason := NOT_APPLICABLE.search(words)) is not None:
        words, tokens = words[: reason.start()].rstrip(f"{EDGES}{OPENING}"), (*tokens, words[reason.start() :])
    return _finished(words, (*left_out, *tokens))


def shown_note(text: str, references: Mapping[str, object]) -> Words:
    """The same of a note's paragraph, without the day on which it was written, and without who wrote it."""
    seen, left_out = _read(text, references)
    end = _end_of_stamp(seen)
    words, tokens = _without_tokens_within_signs(seen[end:].lstrip(EDGES))
    return _finished(words, (*filter(None, [seen[:end].strip()]), *left_out, *tokens))


def _read(text: str, references: Mapping[str, object]) -> tuple[str, tuple[str, ...]]:
    """The words of a text as a page shows them, with its tokens, and what was taken out."""
    bare, left_out = _without_comments(text)
    seen = rendered(MENTION.sub(_as_person, bare), references)
    if seen is None:
        return "", (*left_out, bare)
    # What reads as a comment was meant as one, although a backslash or an entity made text of it.
    words, more = _without_comments(ALIAS.sub(r"\1", INVISIBLE.sub("", seen)))
    return " ".join(words.split()), (*left_out, *more)


def _as_person(match: re.Match[str]) -> str:
    name = (match[1] or match[2]).replace('"', "")
    return f'@"{name}"'


def _finished(words: str, left_out: tuple[str, ...]) -> Words:
    words, left_out = as_read(words), tuple(map(as_read, left_out))
    if left_out and not any(map(str.isalnum, words)):  # a bracket or a dash that stood beside a token
        return Words("", left_out)
    return Words(words, left_out)


def stressed_words(text: str, references: Mapping[str, object]) -> str:
    """The same as they are looked through for marks: with STRESS before and after what is emphasised or in code."""
    seen = rendered(_without_comments(text)[0], references, stress=True)
    if seen is None:
        return ""
    words, _ = _without_tokens_within_signs(" ".join(INVISIBLE.sub("", seen).split()))
    # The signs keep a token from being found that is emphasised itself: "*due:2026-12-05* **Internal**".
    # Where one was taken out beside the signs, a blank is left that is no part of what they stand around.
    parts = [_without_tokens(part)[0] if part.strip() else part for part in words.split(STRESS)]
    return as_read(STRESS.join(part.strip() if at % 2 else part for at, part in enumerate(parts)))


def first_line(text: str, references: Mapping[str, object]) -> str:
    """A paragraph's first line, with the rest of what begins in it and goes on: a link, a picture, a tag."""
    first, newline, _ = text.partition("\n")
    if not newline or not GOING_ON.search(first):
        return first
    at = len(first)
    end = max(
        (
            span.end
            for span in inline_spans(text, references)
            if span.start < at < span.end and span.kind not in ("placeholder", "code")
        ),
        default=at,
    )
    return text[:end]


def _end_of_stamp(words: str) -> int:
    """Behind the day that begins a note, and who wrote it; 0 where there is none."""
    stamp = STAMP.match(words)
    if stamp is None:
        return 0
    writer = WRITER.match(words, stamp.end())
    if writer is not None:
        same = stamp["apart"] == writer["apart"] != ":"
        if _is_name(as_read(writer["who"] or writer["alone"]), surely=same or stamp["apart"] in (None, ",")):
            return writer.end()
    # A day that nothing sets apart begins a sentence: "2026-12-01 is the day".
    return stamp.end() if stamp["apart"] or not words[0].isalnum() else 0


def _is_name(text: str, *, surely: bool) -> bool:
    """Whether a text can be somebody's name, or those of several. surely: whether a word or two are one in any case."""
    if any(text.count(opening) != text.count(closing) for opening, closing in ("()", "[]")):
        return False  # what begins in the bracket is an owner, a reason or a remark
    text = REMARK.sub("", text)
    words = [word for word in re.split(r"[\s,&/+]+", text) if word and word not in BETWEEN_NAMES]
    return (surely and len(words) <= 2) or all(map(_is_part_of_name, words))


def _is_part_of_name(word: str) -> bool:
    found = PART_OF_NAME.match(word)
    return found is not None and (word.startswith("@") or found[0][-1].isupper())


def _without_comments(text: str) -> tuple[str, tuple[str, ...]]:
    found = list(comments(text))
    if not found:
        return text, ()
    starts = [0, *(comment.end for comment in found)]
    ends = [*(comment.start for comment in found), len(text)]
    bare = ""
    for start, end in zip(starts, ends, strict=True):
        part = text[start:end]
        # Signs of emphasis stand at words: "_call them <!-- x -->_", "_<!-- x --> call them_".
        if part[:1] in SIGNS and bare[-1:] == " ":
            bare = bare.rstrip(" ")
        elif bare[-1:] in SIGNS and part[:1] == " ":
            part = part.lstrip(" ")
        # What is left of code that held a comment and nothing else would begin another.
        while bare[-1:] == part[:1] == "`":
            bare, part = bare[:-1], part[1:]
        bare += part
    return bare, tuple(text[comment.start : comment.end] for comment in found)


def _without_tokens(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without its tokens, and these."""
    if TOKEN.search(text) is None:  # nearly all
        return text, ()
    begun = [match.start("bracket") for match in TOKEN.finditer(text) if match["bracket"]]
    closings = _closings(text, begun)
    kept: list[str] = []
    tokens: list[str] = []
    at = 0
    while (match := TOKEN.search(text, at)) is not None:
        start, end = match.span()
        if match["name"]:
            end = _end_of_owner(text, match, closings)
        elif match["bracket"]:
            end = closings(start)
        elif match["footnote"]:
            end = closings(start + 1)
        elif match["alone"] and text[end - 1] not in CLOSED:  # "waiting:bob(their lawyer)"
            end = max((closings(place) for place in range(start, end) if text[place] in OPENING), default=end)
        elif match["rest"]:
            end = len(text)
        kept.append(text[at : max(start, at)])
        if end > start:
            tokens.append(text[start:end])
        else:
            kept.append(match[0])
        at = max(end, match.end())
    kept.append(text[at:])
    return (_tidied("".join(kept)) if tokens else text), tuple(tokens)


def _without_tokens_within_signs(text: str) -> tuple[str, tuple[str, ...]]:
    """The same, where signs such as `~~` stand between what is struck out and other words."""
    words, tokens = _without_tokens(text)
    if AROUND.search(words) is None:
        return words, tokens
    bare, more = _without_tokens(AROUND.sub("", text))
    return (words, tokens) if more == tuple(AROUND.sub("", token) for token in tokens) else (bare, more)


def _end_of_owner(text: str, match: re.Match[str], closings: Callable[[int], int]) -> int:
    """Where an owner ends; its start where it is none.

    No owners: "@types/node", "@ann@example.social", "example.com/@ann", "@2026-12-05", "@media".
    """
    name = match["name"].rstrip(".-")
    end = match.start("name") + len(name)
    following = text[end : end + 2]
    if (
        (following[:1] == "/" and following[1:].isalnum())
        or SERVER.match(text, end)
        or _is_in_address(text, match.start())
        or name[:4].isdecimal()
        or name.casefold() in AT_RULES
    ):
        return match.start()
    if following[:1] == "(":  # "@done(2026-12-05)"
        return closings(end)
    more = NAMES.match(text, end)
    end = more.end() if more else end
    rest = REST_OF_NAME.match(text, end)  # "@o'brien", "@ann's"
    return rest.end() if rest else end


def _is_in_address(text: str, at: int) -> bool:
    """Whether what stands there goes on an address: "example.com/@ann" but not "@ann/@bob"."""
    before = text[max(at - 200, 0) : at].rpartition(" ")[2]
    return before.endswith("/") and "." in before.partition("/")[0] + before.partition("//")[2]


def _closings(text: str, tokens: Sequence[int]) -> Callable[[int], int]:
    """From an opening bracket to the end of what it holds: behind the bracket that closes it, else the text's end.

    A closing bracket too many shows that the token before it went on: "(n/a: they said no (twice)) too dear)", and so does
    one that closes what was opened in it: "(n/a: they said [no) twice]". Faces such as ":)" are no brackets.

    tokens  where the brackets stand that begin one
    """
    opened: list[int] = []
    closed: dict[int, int] = {}
    further: dict[int, int] = {}
    kinds: Counter[str] = Counter()  # how many of each are open
    cut: dict[str, int] = {}  # of each kind, the bracket around the last that was not closed in it
    faces = {match.end() - 1 for match in FACE.finditer(text)}
    for at, char in enumerate(text):
        if at in faces:
            continue
        if char in OPENING:
            opened.append(at)
            kinds[char] += 1
        elif (kind := PAIRS.get(char)) is None:
            continue
        elif kinds[kind]:
            *unclosed, last = _up_to(kind, opened, text)
            kinds.subtract([kind, *(text[other] for other in unclosed)])
            cut |= {text[other]: last for other in unclosed}
            closed[last] = at + 1
        elif kind in cut:
            further[cut[kind]] = at + 1
        elif (before := bisect_left(tokens, at)) and text[tokens[before - 1]] == kind:
            further[tokens[before - 1]] = at + 1

    def closing(start: int) -> int:
        return max(closed.get(start, len(text)), further.get(start, 0))

    return closing


def _up_to(kind: str, opened: list[int], text: str) -> Iterator[int]:
    """The places of the brackets opened last, up to the last of a kind, taken out."""
    last = opened.pop()
    while text[last] != kind:
        yield last
        last = opened.pop()
    yield last


def _tidied(text: str) -> str:
    text = EMPTY_BRACKETS.sub("", COMMAS.sub(_fewer_commas, text))
    return " ".join(text.split()).strip(EDGES)


def _fewer_commas(match: re.Match[str]) -> str:
    """What stands between words, less what was there for the sake of a token: "(with , )", "a , , b", "soon ."."""
    run, text, end = match[0], match.string, match.end()
    before = text[match.start() - 1] if match.start() else "-"
    following = f"{text[end : end + 2]}--"
    after, next_after = following[0], following[1]
    if before in OPENING or after in CLOSING:
        return ""
    if run == " ":
        return "" if after in ".!?:" and next_after in " -" else run
    return run if len(run.rstrip(" ")) < 2 else f"{run.strip(' ')[0]} "
