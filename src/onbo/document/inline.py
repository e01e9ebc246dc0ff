"""What brackets, backticks and angle brackets mean within one line's text, as markdown-it sees it, on demand."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from onbo.document.syntax import COMMENT, PLACEHOLDER

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
# What a line has that is more than words.
MARKED = re.compile(r"[\\`*_\[\]<>&\n]")


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


def plain_text(text: str, references: Mapping[str, object]) -> str:
    """What a text says to somebody who sees it rendered: words, without marks, tags, comments or addresses of links.

    White space is single blanks. A text that CommonMark would recurse on keeps its marks.
    """
    text = COMMENT.sub("", text)
    if MARKED.search(text) and not is_too_much(text):
        tokens: list[Token] = []
        parser = _inline_parser()
        try:
            parser.inline.parse(text, parser, {"references": references, "src": text, "found": []}, tokens)
            text = "".join(_words(tokens))
        except RecursionError:
            pass
    return " ".join(text.split())


def _words(tokens: "Iterable[Token]") -> Iterator[str]:
    for token in tokens:
        if token.type == "image":
            yield from _words(token.children or ())
        elif token.type in ("softbreak", "hardbreak"):
            yield " "
        elif token.type != "html_inline":
            yield token.content


@cache
def _inline_parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import autolink, backtick, html_inline, image, link

    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING})
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
