"""Bytes, lines and edits. The only place that knows line ends."""

import re
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from onbo.errors import UnacceptableError

# LF, CRLF and CR end a line and nothing else does: U+2028, U+0085 and form feed are text in Markdown.
LINE_END = re.compile(rb"\r\n|\n|\r")
BOM = b"\xef\xbb\xbf"
UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")


class Span(NamedTuple):
    """Bytes `start` up to, not including, `end`."""

    start: int
    end: int


class Edit(NamedTuple):
    """Put `new` where `span` is. An empty span inserts."""

    span: Span
    new: bytes


class _Read(NamedTuple):
    path: str
    data: bytes
    texts: tuple[str, ...]


class Source(_Read):
    """A file's bytes with its lines found.

    path    as the user would name it
    texts   each line decoded, without its line end; bytes that are not UTF-8 stand as surrogates
    """

    @classmethod
    def of(cls, path: str, data: bytes) -> "Source":
        """Raises UnacceptableError for UTF-16 or UTF-32: a byte offset would mean nothing there."""
        if data.startswith(UTF16_BOMS) or data[:4096].count(0) > max(8, len(data[:4096]) // 8):
            raise UnacceptableError(
                "is not UTF-8 text (UTF-16 or binary)", path=path, hint="save it as UTF-8 and try again"
            )
        text = data.removeprefix(BOM).decode("utf-8", "surrogateescape")
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        return cls(path, data, tuple(text.split("\n")))

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The byte offset of each line (of its first character: a BOM is before line 0). Readers need none."""
        first = len(BOM) if self.data.startswith(BOM) else 0
        if b"\r" in self.data:
            return (first, *(end.end() for end in LINE_END.finditer(self.data, first)))
        lines = self.data.split(b"\n")
        lengths = [len(line) + 1 for line in lines[:-1]]
        if first and lengths:
            lengths[0] -= first
        return tuple(accumulate(lengths, initial=first))

    @property
    def stem(self) -> str:
        """The file's name without its folder and `.md`: a customer's slug."""
        return self.path.replace("\\", "/").rpartition("/")[2].removesuffix(".md")

    def offset(self, line: int, column: int) -> int:
        """The byte offset of character `column` (0-based) of `line` (0-based)."""
        text = self.texts[line]
        if text.isascii():
            return self.starts[line] + column
        return self.starts[line] + len(text[:column].encode("utf-8", "surrogateescape"))

    def span(self, line: int, start: int, end: int) -> Span:
        """Characters `start` up to `end` of `line`, as bytes."""
        if self.texts[line].isascii():
            first = self.starts[line]
            return Span(first + start, first + end)
        return Span(self.offset(line, start), self.offset(line, end))

    def text(self, span: Span) -> str:
        return self.data[span.start : span.end].decode("utf-8", "surrogateescape")

    def line_at(self, offset: int) -> int:
        """The 1-based line that byte `offset` lies in."""
        from bisect import bisect_right

        return bisect_right(self.starts, offset) or 1

    def line_end(self) -> bytes:
        """The file's own line end: its first, else LF."""
        found = LINE_END.search(self.data)
        return found[0] if found else b"\n"


class Change(NamedTuple):
    """What a file shall say instead. before: what was read, None for a file that is not there yet.

    edits  what makes `after` of `before`, where single bytes may be written in place
    """

    path: str
    before: bytes | None
    after: bytes
    edits: tuple[Edit, ...] = ()

    @property
    def in_place(self) -> bool:
        """Whether every edit puts one byte for one byte."""
        return bool(self.edits) and all(edit.span.end - edit.span.start == len(edit.new) == 1 for edit in self.edits)

    @classmethod
    def edited(cls, path: str, before: bytes, edits: "Iterable[Edit]") -> "Change":
        made = tuple(edits)
        return cls(path, before, apply_edits(before, made), made)


def encode(text: str) -> bytes:
    """Text as the bytes it came from."""
    return text.encode("utf-8", "surrogateescape")


def apply_edits(data: bytes, edits: Iterable[Edit]) -> bytes:
    """`data` with `edits` made; they may come in any order and must not overlap.

    >>> apply_edits(b"- [ ] a", [Edit(Span(3, 4), b"x")])
    b'- [x] a'
    """
    pieces = []
    at = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        if not at <= edit.span.start <= edit.span.end <= len(data):
            raise ValueError(f"edit at {edit.span} overlaps another or lies outside the file")
        pieces += [data[at : edit.span.start], edit.new]
        at = edit.span.end
    pieces.append(data[at:])
    return b"".join(pieces)
