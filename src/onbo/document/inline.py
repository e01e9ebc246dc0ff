"""What brackets, backticks and angle brackets mean within one line's text, as markdown-it sees it, on demand."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from onbo.document.syntax import PLACEHOLDER

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

MAX_NESTING = 200  # as in commonmark, though one line nests little
# Above this many brackets, CommonMark's link search recurses once for each: the line is plain text then.
MAX_BRACKETS = 300
# Each bracket that nothing closes costs a look at all that follows it, so their number times the length is limited too,
# to about half a second.
MAX_WORK = 3_000_000
# Longer texts are plain too: the parser takes 2 s for a megabyte, and a line is looked at more than once.
LONGEST = 100_000
# What a text has that is more than words.
MARKED = re.compile(r"[\\`*_\[\]<>&\n]")
TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)")
# Elements whose contents a browser does not show as text.
UNSHOWN = frozenset(
    (  # noqa: SIM905  one a line would be twenty lines
        "script style template title textarea iframe noscript noframes noembed xmp object svg math select datalist head "
        "audio video canvas dialog rp progress meter internal private hidden"
    ).split()
)
# Elements that have no contents.
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905
# Attributes by which an element is not shown, or not meant for everybody.
#   <span hidden>, <span style="display: none">, <b class="internal">; a style that is written oddly hides too
UNSHOWN_BY = re.compile(
    r"\s(?:hidden|inert)\b|\binternal\b|\bstyle\s*=[^<>]*?(?:display|visibility|opacity|font-size|position|clip|indent|white"
    r"|transparent|transform|[&\\])",
    re.IGNORECASE,
)


# What stands for ASCII characters that are no part of any token, in code: those of a plane for private use. A text that
# has them already is shown without.
PRIVATE = 0xF0000
IN_CODE = {char: chr(PRIVATE + char) for char in range(0x21, 0x7F)}
OUT_OF_CODE = {PRIVATE + char: chr(char) for char in IN_CODE}
GONE = dict.fromkeys(OUT_OF_CODE)
# What stands for the signs around emphasis and code.
STRESS = "\x0e"
STRESSING = re.compile(r"</?(?:b|strong|em|i|u|mark|kbd|code|ins)\b", re.IGNORECASE)
EMPHASIS = ("em_open", "em_close", "strong_open", "strong_close", "s_open", "s_close")


class InlineSpan(NamedTuple):
    """Characters of one text. kind: code, link, image, autolink, html, placeholder."""

    kind: str
    start: int
    end: int


def inline_spans(text: str, references: Mapping[str, object]) -> list[InlineSpan]:
    """What CommonMark makes of one line's text; placeholders in code or links are left out."""
    if is_too_much(text):
        return []
    found: list[InlineSpan] = []
    env = {"references": references, "src": text, "found": found}
    try:
        parser = _inline_parser()
        parser.inline.parse(text, parser, env, [])
    except RecursionError:
        return []
    is_taken = covering(span for span in found if span.kind != "placeholder")
    return [
        span for span in found if span.kind != "placeholder" or not (is_taken(span.start) or is_taken(span.end - 1))
    ]


def is_too_much(text: str) -> bool:
    """Whether a line is taken as plain text because reading its brackets, or all of it, could take very long."""
    brackets = text.count("[")
    return brackets > MAX_BRACKETS or len(text) > LONGEST or brackets * len(text) > MAX_WORK


def covering(spans: Iterable[InlineSpan]) -> Callable[[int], bool]:
    """Whether a place in the text lies in one of the spans, which may nest. Asking takes logarithmic time."""
    starts: list[int] = []
    ends: list[int] = []
    for _, start, end in sorted(spans, key=lambda span: span.start):
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)

    def is_covered(at: int) -> bool:
        index = bisect_right(starts, at) - 1
        return index >= 0 and at < ends[index]

    return is_covered


def rendered(text: str, references: Mapping[str, object], *, stress: bool = False) -> str | None:
    """What a text says to somebody who reads it as a page; None where it has too much in it to be read.

    Words alone: no marks, tags or comments, no pictures, no addresses of links, nothing from elements that a browser
    does not show. What is in code is no token: there ASCII characters are others, which `as_read` turns back.

    stress  whether STRESS stands before and after what is emphasised or in code
    """
    if not text.isascii():
        text = text.translate(GONE)
    if not MARKED.search(text):
        return text
    if is_too_much(text):
        return None
    tokens: list[Token] = []
    parser = _inline_parser()
    try:
        parser.inline.parse(text, parser, {"references": references, "src": text, "found": []}, tokens)
    except RecursionError:
        return None
    return "".join(_seen(tokens, STRESS if stress else ""))


def as_read(text: str) -> str:
    """The words that `rendered` gives, with the characters that it keeps from being taken for tokens."""
    return text.translate(OUT_OF_CODE)


def _seen(tokens: "Iterable[Token]", stress: str) -> Iterator[str]:
    hidden: list[str] = []  # the elements around whose contents are not shown
    for token in tokens:
        if token.type == "html_inline":
            _enter_or_leave(token.content, hidden)
            if not hidden and STRESSING.match(token.content):
                yield stress
            if token.content[:3].casefold() == "<br" and not hidden:
                yield " "
        elif hidden or token.type == "image":
            continue
        elif token.type in ("softbreak", "hardbreak"):
            yield "\n"
        elif token.type == "code_inline":
            yield f"{stress}{token.content.translate(IN_CODE)}{stress}"
        elif token.type in EMPHASIS:
            yield stress
        else:
            yield token.content


def _enter_or_leave(tag: str, hidden: list[str]) -> None:
    """Keep count of the elements around whose contents are not shown, and of all that are nested in one."""
    match = TAG.match(tag)
    if match is None:  # a comment or a declaration
        return
    name = match["name"].casefold()
    if match["end"]:
        if name in hidden:
            del hidden[len(hidden) - 1 - hidden[::-1].index(name) :]
    elif name not in VOID and (hidden or name == "details" or hides_contents(tag)):
        hidden.append(name)  # a slash at its end closes nothing in HTML


def hides_contents(tag: str) -> bool:
    """Whether an opening tag begins an element whose contents are not shown, or not meant for everybody."""
    match = TAG.match(tag)
    return match is not None and (match["name"].casefold() in UNSHOWN or UNSHOWN_BY.search(tag) is not None)


def any_address(parser: "MarkdownIt") -> None:
    """With links to `file:` and `javascript:` too, as CommonMark has them. They lead nowhere: no link is ever made of one."""
    parser.validateLink = _any  # type: ignore[method-assign]


def _any(url: str) -> bool:  # noqa: ARG001  so markdown-it names it
    return True


@cache
def _inline_parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import autolink, backtick, html_inline, image, link

    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING})
    any_address(parser)
    watched = {"backticks": backtick, "link": link, "image": image, "autolink": autolink, "html_inline": html_inline}
    for name, rule in watched.items():
        parser.inline.ruler.at(name, _watching(rule, {"backticks": "code", "html_inline": "html"}.get(name, name)))
    parser.inline.ruler.push("placeholder", _placeholder)
    return parser


def _watching(rule: Any, kind: str) -> Any:
    """The rule, which now also notes the characters it took, in the outermost text only."""

    def watching(state: "StateInline", silent: bool) -> bool:
        start = state.pos
        taken: bool = rule(state, silent)
        env: MutableMapping[str, Any] = state.env
        # A backtick run that closes nothing is taken too, as text waiting to be written.
        if taken and not silent and not state.pending and state.src is env["src"]:
            env["found"].append(InlineSpan(kind, start, state.pos))
        return taken

    return watching


def _placeholder(state: "StateInline", silent: bool) -> bool:
    """Notes brackets that no rule before made a link, an image or code of; what is in them is read on."""
    if not silent and state.src is state.env["src"]:
        match = PLACEHOLDER.match(state.src, state.pos, state.posMax)
        if match is not None:
            state.env["found"].append(InlineSpan("placeholder", match.start(), match.end()))
    return False
