"""Everything in a file as a tree of blocks, whether it is part of a checklist or not, as markdown-it sees it.

`Document` holds what a checklist is made of. Who decides what may leave the house has to look at the rest as well:
the bullet without a box, the bold line above a list, the comment between two of them.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from onbo.document.commonmark import block_tokens
from onbo.document.marks import comment_says_internal, comments, ends_internal, is_internal_title, is_mark
from onbo.document.source import Source

if TYPE_CHECKING:
    from markdown_it.token import Token

HEADING, PARAGRAPH, LIST, ITEM, QUOTE, TABLE, CODE, HTML = (
    "heading",
    "paragraph",
    "list",
    "item",
    "quote",
    "table",
    "code",
    "html",
)
_OPENING = {
    "heading_open": HEADING,
    "paragraph_open": PARAGRAPH,
    "bullet_list_open": LIST,
    "ordered_list_open": LIST,
    "list_item_open": ITEM,
    "blockquote_open": QUOTE,
    "table_open": TABLE,
}
_LEAVES = {"fence": CODE, "code_block": CODE, "html_block": HTML}


# How a comment is written where Markdown has none: as a link's address that no link has.
#   "[//]: # (internal)", "[comment]: <> (slow to answer)"
REFERENCE = re.compile(
    r"""^([ \t>*+.)\d-]*)\[(?://|comment|_|hidden|note)\]:[ \t]*(?:#|<>|<#>)[ \t]*[("'](.*)[)"'][ \t]*$""",
    re.IGNORECASE,
)
# A comment that begins a line makes HTML of what follows it, and so does one that begins a list's item.
#   "<!-- id=prep --> Account planning", "- <!-- id=prep --> Account planning"
COMMENT_FIRST = re.compile(
    r"(?P<before>[ \t>]*(?P<marker>(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(?P<comments>(?:<!--(?:(?!-->).)*-->[ \t]*)+)"
    r"(?!(?:[-*+]|\d{1,9}[.)])[ \t]|[#>=|]|`{3}|~~~|\[.?\])(?P<words>\S.*)"
)
# What begins a definition of a link's address, in lists and quotes too.
LABEL = re.compile(r"([ \t>*+.)\d-]*)\[([^\[\]]{1,80})\]:")


class Block(NamedTuple):
    """kind: heading, paragraph, list, item (of a list, with a box or without), quote, table, code, html.

    line    where it begins, 1-based; of an item, where its first words stand
    end     the last line of it, 1-based
    level   of a heading
    text    of a heading or paragraph, its inline text; of an item, that of the paragraph or heading it begins with; of
            code and HTML, all of it
    blocks  those in it; an item's first paragraph is its text and not among them
    """

    kind: str
    line: int
    end: int
    level: int = 0
    text: str = ""
    blocks: "tuple[Block, ...]" = ()

    def walk(self) -> "Iterator[Block]":
        yield self
        for block in self.blocks:
            yield from block.walk()


def blocks(source: Source, skip: int) -> tuple[Block, ...]:
    """The blocks at document level; the first `skip` lines (front matter) count as blank.

    Where a mark follows an item or a quote at once and is not indented, Markdown takes it for more of the same paragraph.
    Whoever wrote it meant it as a line of its own, so it is read as the comment that means the same. Words behind a comment
    are read as words.

    Raises UnacceptableError for what `parse` refuses too.
    """
    texts = [""] * skip + [plain_comments(text) for text in source.texts[skip:]]
    texts = [
        _with_comment_last(text, alone=not before.strip()) if "<!--" in text else text
        for before, text in zip(["", *texts], texts, strict=False)
    ]
    found = _read(texts, source.path)
    marks = [line for block in found for line in _marks_that_go_on(block, texts)]
    if not marks:
        return found
    for line in marks:
        text = texts[line - 1]
        end = "/" if any(ends_internal(comment.words) for comment in comments(text)) else ""
        texts[line - 1] = f"{text[: _indent(text)]}<!-- {end}internal -->"
    return _read(texts, source.path)


def _read(texts: Sequence[str], path: str) -> tuple[Block, ...]:
    return tuple(_blocks(iter(block_tokens("\n".join(texts), {}, path))))


def _marks_that_go_on(block: Block, texts: Sequence[str]) -> Iterator[int]:
    """The lines that are marks by themselves, in the paragraphs of lists and quotes, before the paragraph's column."""
    for inner in block.walk() if block.kind in (LIST, QUOTE) else ():
        first, *others = inner.text.split("\n") if inner.kind in (ITEM, PARAGRAPH) else ("",)
        column = texts[inner.line - 1].find(first) if others else 0
        for line, text in enumerate(others, inner.line + 1):
            if _indent(texts[line - 1]) < column and is_mark(text):
                yield line


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" \t>"))


def _blocks(tokens: "Iterator[Token]") -> "Iterator[Block]":
    """The blocks up to the token that closes the one around them."""
    for token in tokens:
        if token.nesting < 0:
            return
        first, end = token.map or (0, 0)
        kind = _OPENING.get(token.type)
        if token.type in _LEAVES:
            yield Block(_LEAVES[token.type], first + 1, end, text=token.content)
        elif kind in (HEADING, PARAGRAPH):
            inline = next(tokens)
            next(tokens)
            level = int(token.tag[1]) if kind == HEADING else 0
            yield Block(kind, first + 1, end, level, inline.content)
        elif kind == TABLE:
            yield Block(TABLE, first + 1, end)
            _skip(tokens)
        elif kind is not None:
            inner = tuple(_blocks(tokens))
            own = inner[0] if kind == ITEM and inner and inner[0].kind in (PARAGRAPH, HEADING) else None
            if own is not None:
                yield Block(kind, own.line, end, text=own.text, blocks=inner[1:])
            else:
                yield Block(kind, first + 1, end, blocks=inner)


def _skip(tokens: "Iterator[Token]") -> None:
    """Past the token that closes the one just opened."""
    depth = 1
    while depth:
        depth += next(tokens).nesting


def plain_comments(text: str) -> str:
    """A line with such a comment as HTML has it; "[internal]: ask Bob" is no address of a link but a mark."""
    if "]:" not in text:
        return text
    label = LABEL.match(text)
    if label is not None and is_internal_title(label[2]):
        return f"{label[1]}\\{text[label.end(1) :]}"
    return REFERENCE.sub(_as_comment, text)


def _with_comment_last(text: str, *, alone: bool) -> str:
    """A line with the comments behind its words that stood before them. alone: whether it begins a paragraph."""
    match = COMMENT_FIRST.fullmatch(text)
    if match is None or not (alone or match["marker"]) or comment_says_internal(match["comments"]):
        return text
    return f"{match['before']}{match['words'].rstrip()} {match['comments'].rstrip()}"


def _as_comment(match: re.Match[str]) -> str:
    return f"{match[1]}<!-- {match[2].replace('-->', '')} -->"
