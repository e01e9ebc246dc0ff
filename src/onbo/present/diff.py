"""A change as a unified diff of exactly what would be written."""

from collections.abc import Iterator

from onbo.document.source import LINE_END, Change
from onbo.present.text import Line, Piece

ROLES = {"+": "good", "-": "bad", "@": "muted"}


def diff(change: Change, shown: str) -> Iterator[Line]:
    from difflib import unified_diff

    before = "/dev/null" if change.before is None else f"a/{shown}"
    lines = unified_diff(_lines(change.before or b""), _lines(change.after), before, f"b/{shown}", lineterm="")
    for text in lines:
        yield [Piece(text, ROLES.get(text[:1], ""))]


def changed_lines(before: bytes, after: bytes, most: int) -> tuple[str, ...]:
    """The lines that differ, marked - and +, at most so many."""
    from difflib import unified_diff

    lines = list(unified_diff(_lines(before), _lines(after), n=0, lineterm=""))[2:]
    found = [text for text in lines if not text.startswith("@@")]
    return (*found[:most], *([f"... and {len(found) - most} lines more"] if len(found) > most else []))


def _lines(data: bytes) -> list[str]:
    """Lines without their LF; a CR stays, so that a changed line end is seen."""
    lines = []
    at = 0
    for end in LINE_END.finditer(data):
        lines.append(data[at : end.end()].removesuffix(b"\n").decode("utf-8", "surrogateescape"))
        at = end.end()
    if at < len(data):
        lines.append(data[at:].decode("utf-8", "surrogateescape"))
    return lines
