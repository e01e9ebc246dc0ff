"""A file's blocks, as far as checklists care, as markdown-it sees them: the authority on Markdown's structure.

This module, `blocks`, and `inline` for what stands within a line are the only ones that know markdown-it.
"""

from collections.abc import Collection, Iterator, Mapping, MutableMapping
from functools import cache
from typing import TYPE_CHECKING, Any

from onbo.document.inline import any_address
from onbo.document.outline import Block, Box, Heading, Lines, Opaque, Paragraph, Quote, TableLines, Task
from onbo.document.part import Outline, parts
from onbo.document.source import Source
from onbo.document.syntax import BLANKS, BOX, CONTAINERS
from onbo.document.words import item_words
from onbo.errors import UnacceptableError

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

# markdown-it drops everything below this depth without a word (its default is 20), so a file that
# comes near it is refused. 100 lists in one another are nobody's checklist.
MAX_NESTING = 200
# It looks at all lines up to the next blank one for each quote that it meets. Where nothing but a fence or a heading ends
# the quotes, that is the square of their number, so the lines that it may look at are limited: so many for each line of
# the file, and for any file.
QUOTED_TIMES = 20
QUOTED_LINES = 50_000


def outline(source: Source, skip: int, blank: Collection[int] = ()) -> Outline:
    """The blocks of a source in document order; the first `skip` lines (front matter) and `blank` count as blank.

    Raises UnacceptableError for nesting beyond reading: never a part of the file.
    """
    lines = [""] * skip + list(source.texts[skip:])
    for at in blank:
        lines[at] = ""
    env: dict[str, Any] = {}
    tokens = block_tokens("\n".join(lines), env, source.path)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    opaque = tuple(Opaque(t.type, *_lines(t)) for t in tokens if t.type in ("fence", "code_block", "html_block"))
    # "[^1]: https://example.com" is a footnote, which CommonMark does not know.
    references = {label: found for label, found in env.get("references", {}).items() if not label.startswith("^")}
    return Outline(parts(_blocks(tokens, source, starts, references), source.texts, skip), references, opaque)


def block_tokens(text: str, env: MutableMapping[str, Any], path: str) -> "list[Token]":
    """markdown-it's tokens for a file's blocks; `env` gets its references.

    Raises UnacceptableError for nesting beyond reading, and for quotes that would take too long.
    """
    env["quoted"] = QUOTED_LINES + QUOTED_TIMES * text.count("\n")
    try:
        tokens = _block_parser().parse(text, env)
    except RecursionError:
        tokens = None
    except _TooManyQuotesError:
        raise UnacceptableError(
            "has quotes that go on into one another in too many places",
            path=path,
            hint="put a blank line behind each quote",
        ) from None
    if tokens is None or max((token.level for token in tokens), default=0) >= MAX_NESTING - 2:
        raise UnacceptableError(
            "is nested too deeply to be read", path=path, hint=f"lists and quotes nest to {MAX_NESTING // 2}"
        )
    return tokens


class _TooManyQuotesError(Exception):
    pass


def _blocks(
    tokens: "list[Token]", source: Source, starts: list[int], references: Mapping[str, object]
) -> tuple[Block, ...]:
    blocks: list[Block] = []
    tasks: list[int] = []  # where they are in blocks
    notes: dict[int, list[Quote]] = {}
    enclosing: list[tuple[int, int | None]] = []  # list items around: their level, their task's index
    for index, token in enumerate(tokens):
        if token.type == "list_item_open":
            parent = next((at for _, at in reversed(enclosing) if at is not None), None)
            task = _task(tokens, index, source, starts, references, parent)
            if task is not None:
                tasks.append(len(blocks))
                blocks.append(task)
            enclosing.append((token.level, None if task is None else len(tasks) - 1))
        elif token.type == "list_item_close":
            enclosing.pop()
        elif token.level == 0:
            blocks += _top_block(tokens, index)
        elif token.type in ("paragraph_open", "blockquote_open") and enclosing:
            level, at = enclosing[-1]
            if at is not None and token.level == level + 1 and tokens[index - 1].type != "list_item_open":
                notes.setdefault(tasks[at], []).extend(_paragraphs(tokens, index))
    return tuple(
        block._replace(notes=tuple(notes.get(at, ()))) if isinstance(block, Task) else block
        for at, block in enumerate(blocks)
    )


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


def _task(
    tokens: "list[Token]",
    index: int,
    source: Source,
    starts: list[int],
    references: Mapping[str, object],
    parent: int | None,
) -> Task | None:
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
    below, start = words
    said = item_words(source.texts[below][start:].rstrip(BLANKS), references)
    lines = Lines(first, below, end, last)
    return Task(
        line,
        Box(column, start, text[column + 1], said),
        parent,
        lines if lines != (line, line, line + 1, line + 1) else None,
    )


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
    for at in range(index + 1, len(tokens)):  # a slice would copy all that follows, for each quote
        inner = tokens[at]
        if inner.type == "inline":
            yield Quote(*_lines(inner), inner.content, quoted)
        if inner.level == token.level:
            break


@cache
def _block_parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import blockquote, paragraph

    def placed_paragraph(state: "StateBlock", line: int, end: int, silent: bool) -> bool:
        at = state.bMarks[line] + state.tShift[line]
        paragraph(state, line, end, silent)
        state.tokens[-2].meta = {"at": at}
        return True

    def seen(state: "StateBlock", line: int, _: int, silent: bool) -> bool:
        """Notes how far the quote has looked that asks whether this line ends it."""
        if silent:
            state.env["seen"] = line
        return False

    def counted_quote(state: "StateBlock", line: int, end: int, silent: bool) -> bool:
        if silent or not state.src.startswith(">", state.bMarks[line] + state.tShift[line]):
            return blockquote(state, line, end, silent)
        around, state.env["seen"] = state.env.get("seen", 0), line
        taken = blockquote(state, line, end, silent)
        last = max(state.env["seen"], state.line)
        state.env["seen"] = max(around, last)  # of a quote around this one
        while last < end and state.src.startswith(">", state.bMarks[last] + state.tShift[last]):
            last += 1
        state.env["quoted"] -= last - line
        if state.env["quoted"] < 0:
            raise _TooManyQuotesError
        return taken

    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table")
    any_address(parser)
    parser.core.ruler.enableOnly(["normalize", "block"])
    parser.block.ruler.at("paragraph", placed_paragraph)
    parser.block.ruler.before("fence", "seen", seen, {"alt": ["blockquote"]})
    parser.block.ruler.at("blockquote", counted_quote, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    return parser
