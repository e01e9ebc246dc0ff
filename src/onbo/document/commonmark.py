"""The one module that knows markdown-it, which is the authority on Markdown's structure.

`outline` gives a file's blocks, as far as checklists care, with where they stand; `inline_spans` gives
what brackets, backticks and angle brackets mean within one line's text, on demand.
"""

from collections.abc import Collection, Iterator, Mapping, MutableMapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from onbo.document.outline import Block, Heading, Opaque, Outline, Paragraph, Quote, TableLines, Task
from onbo.document.source import Source
from onbo.document.syntax import BLANKS, BOX, CONTAINERS, PLACEHOLDER
from onbo.errors import UnacceptableError

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

# markdown-it drops everything below this depth without a word (its default is 20), so a file that
# comes near it is refused. 100 lists in one another are nobody's checklist.
MAX_NESTING = 200
# Above this many brackets, CommonMark's link search recurses once for each: the line is plain text then.
MAX_BRACKETS = 300


def outline(source: Source, skip: int, blank: Collection[int] = ()) -> Outline:
    """The blocks of a source in document order; the first `skip` lines (front matter) and `blank` count as blank.

    Raises UnacceptableError for nesting beyond reading: never a part of the file.
    """
    lines = [""] * skip + list(source.texts[skip:])
    for at in blank:
        lines[at] = ""
    env: dict[str, Any] = {}
    try:
        tokens = _block_parser().parse("\n".join(lines), env)
    except RecursionError:
        tokens = None
    if tokens is None or max((token.level for token in tokens), default=0) >= MAX_NESTING - 2:
        raise UnacceptableError(
            "is nested too deeply to be read", path=source.path, hint=f"lists and quotes nest to {MAX_NESTING // 2}"
        )
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    opaque = tuple(Opaque(t.type, *_lines(t)) for t in tokens if t.type in ("fence", "code_block", "html_block"))
    return Outline(tuple(_blocks(tokens, source, starts)), dict(env.get("references", {})), opaque)


def _blocks(tokens: "list[Token]", source: Source, starts: list[int]) -> Iterator[Block]:
    tasks: list[Task] = []
    enclosing: list[tuple[int, int | None]] = []  # list items around: their level, their task's index
    for index, token in enumerate(tokens):
        if token.type == "list_item_open":
            parent = next((at for _, at in reversed(enclosing) if at is not None), None)
            task = _task(tokens, index, source, starts, parent)
            if task is not None:
                tasks.append(task)
                yield task
            enclosing.append((token.level, None if task is None else len(tasks) - 1))
        elif token.type == "list_item_close":
            enclosing.pop()
        elif token.level == 0:
            yield from _top_block(tokens, index)
        elif token.type in ("paragraph_open", "blockquote_open") and enclosing:
            level, at = enclosing[-1]
            if at is not None and token.level == level + 1 and tokens[index - 1].type != "list_item_open":
                tasks[at].notes.extend(_paragraphs(tokens, index))


def _top_block(tokens: "list[Token]", index: int) -> Iterator[Block]:
    """What opens at document level, if it is something that a checklist is made of."""
    token = tokens[index]
    if token.type == "heading_open":
        yield Heading(_lines(token)[0], int(token.tag[1]), tokens[index + 1].content)
    elif token.type == "table_open":
        yield TableLines(*_lines(token))
    elif token.type == "paragraph_open":
        yield Paragraph(*_lines(token))
    elif token.type == "blockquote_open":
        yield _quote(tokens, index)


def _lines(token: "Token") -> tuple[int, int]:
    if token.map is None:
        raise AssertionError(f"{token.type} without lines")
    return token.map[0], token.map[1]


def _task(tokens: "list[Token]", index: int, source: Source, starts: list[int], parent: int | None) -> Task | None:
    """The task that the list item opened at `index` is, if its first block is a paragraph with a box and words."""
    if tokens[index + 1].type != "paragraph_open":
        return None
    inline = tokens[index + 2]
    line, end = _lines(inline)
    column = inline.meta["at"] - starts[line]
    text = source.texts[line]
    box = BOX.match(text, column)
    before = CONTAINERS.match(text, 0, column)
    if box is None or before is None or before.end() != column:
        return None
    words = _words(source, line, box.end(), end)
    if words is None:
        return None
    first, last = _lines(tokens[index])
    while last > first + 1 and not source.texts[last - 1].strip(BLANKS + ">"):
        last -= 1
    return Task(line, column, first, last, words, parent, end, [])


def _words(source: Source, line: int, column: int, end: int) -> tuple[int, int] | None:
    """Where the words after a box begin: on its line after a blank, else on the next; None if there are none."""
    text = source.texts[line]
    rest = text[column:]
    words = rest.lstrip(BLANKS)
    if words:
        return (line, len(text) - len(words)) if len(words) < len(rest) else None
    if line + 1 < end:
        before = CONTAINERS.match(source.texts[line + 1])
        return line + 1, before.end() if before else 0
    return None


def _quote(tokens: "list[Token]", index: int) -> Quote:
    """A block quote with all its text."""
    return Quote(*_lines(tokens[index]), "\n\n".join(part.text for part in _paragraphs(tokens, index)))


def _paragraphs(tokens: "list[Token]", index: int) -> Iterator[Quote]:
    """The paragraphs of a block quote, or the one paragraph that it is."""
    token = tokens[index]
    quoted = token.type == "blockquote_open"
    for inner in tokens[index + 1 :]:
        if inner.type == "inline":
            yield Quote(*_lines(inner), inner.content, quoted)
        if inner.level == token.level:
            break


class InlineSpan(NamedTuple):
    """Characters of one text. kind: code, link, image, autolink, html, placeholder."""

    kind: str
    start: int
    end: int


def inline_spans(text: str, references: Mapping[str, object]) -> list[InlineSpan]:
    """What CommonMark makes of one line's text; placeholders in code or links are left out."""
    if text.count("[") > MAX_BRACKETS:
        return []
    found: list[InlineSpan] = []
    env = {"references": references, "src": text, "found": found}
    try:
        parser = _inline_parser()
        parser.inline.parse(text, parser, env, [])
    except RecursionError:
        return []
    taken = [span for span in found if span.kind != "placeholder"]
    return [
        span
        for span in found
        if span.kind != "placeholder"
        or not any(other.start <= span.start < other.end or other.start < span.end <= other.end for other in taken)
    ]


@cache
def _block_parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import paragraph

    def placed_paragraph(state: "StateBlock", line: int, end: int, silent: bool) -> bool:
        at = state.bMarks[line] + state.tShift[line]
        paragraph(state, line, end, silent)
        state.tokens[-2].meta = {"at": at}
        return True

    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    parser.block.ruler.at("paragraph", placed_paragraph)
    return parser


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
