"""What hostile files are made of: a piece of the grammar, or two, again and again, in each place that a text can have."""

from collections.abc import Callable, Mapping
from hashlib import sha256

PIECES: Mapping[str, str] = {
    "blank": " ",
    "tab": "\t",
    "no-break space": "\u00a0",
    "wide blank": "\u3000",
    "combining": "a\u0301",
    "wide": "日",
    "astral": "\U0001f4c5",
    "word": "a",
    "words": "ab cd ",
    "digit": "1",
    "number.": "1.",
    "dot": ".",
    "slash": "/",
    "[": "[",
    "]": "]",
    "[a": "[a",
    "placeholder": "[Date] ",
    "choice": "[Red/Green]",
    "(": "(",
    ")": ")",
    "()": "()",
    "*": "*",
    "*a ": "*a ",
    "**": "**",
    "_": "_",
    "`": "`",
    "` ": "` ",
    "``a`": "``a`",
    "|": "|",
    "|a": "|a ",
    "|-": "|-",
    "<!--": "<!-- ",
    "comment": "<!-- a -->",
    "-->": "-->",
    "attributes": "<!-- id=a only=b -->",
    "internal": "internal ",
    "<": "<",
    "<a ": "<a b=",
    "tag": "<b>",
    "(n/a:": "(n/a: ",
    "(n/a)": "(n/a: x)",
    "@a": "@a ",
    "@a.": "@a.",
    "due:": "due:2026-12-24 ",
    "[due::": "[due:: ",
    "waiting:": "waiting:a ",
    ">": "> ",
    "-": "- ",
    "1.": "1. ",
    "box": "- [ ] ",
    "bare box": "[ ] ",
    "#": "# ",
    "##": "## ",
    "day": "(Day 1-2) ",
    "( day": "( day ",
    "field": "**A:** ",
    "label": "**A",
    ":": ":",
    "key": "a: ",
    "toml key": "a.",
    "toml =": "a = ",
    '"': '"',
    '"""': '"""',
    "'": "'",
    "{": "{",
    "link": "[a](b) ",
    "image": "![a](",
    "reference": "[a]: b ",
    "entity": "&amp;",
    "&": "&",
    "backslash": "\\",
    "escape": "\\*",
    "%%": "%%",
    "---": "---",
    "```": "```",
    "~": "~",
    "=": "=",
    "<<<<<<<": "<<<<<<< ",
    "bad byte": "\udcff",
    "control": "\x01",
}
# Pieces that end a line: each only in places that may have several.
LINES: Mapping[str, str] = {
    "LF": "\n",
    "CR": "\r",
    "CRLF": "\r\n",
    "CR LF CR": "\r\n\r",
    "separator": "\u2028",
    "item": "- [ ] a\n",
    "nested": "  - [ ] a\n",
    "done": "- [x] a @a\n",
    "note": "  > a\n",
    "quote": "> a\n",
    "lazy": "> a\nb\n",
    "heading": "## A\n\n",
    "field line": "**A:** a\n",
    "notes field": "**Notes:**\n> a\n\n",
    "row": "| a | b |\n",
    "table": "| a | b |\n|---|---|\n| a | b |\n\n",
    "risks": "| Risk | Impact |\n|---|---|\n| [a] | High |\n\n",
    "reference line": "[a]: b\n",
    "fence": "```\n",
    "quoted fence": "> ```\n\n",
    "indented": "    - [ ] a\n",
    "div": "<div>\n",
    "open comment": "<!--\n",
    "rule": "---\n",
    "underline": "a\n===\n",
    "conflict": "<<<<<<< a\n",
    "ends": ">>>>>>> a\n",
    "matter": "---\na: b\n",
    "list entry": "- a\n",
    "flow": "[a,\n",
    "header": "[a]\n",
    "number line": "1. a\n",
    "bullet": "\u2022 a\n",
    "malformed": "-[ ] a\n",
}


def repeated(text: str, size: int) -> str:
    """A text again and again, of so many bytes or a little less."""
    return text * max(1, size // len(text.encode("utf-8", "surrogateescape")))


def _plan(body: str) -> str:
    return f"# P\n\n**Customer:** Acme\n\n## S\n\n{body}\n"


def _each(before: str, behind: str = "") -> Callable[[str, int], str]:
    """Many lines, each of a few pieces."""
    return lambda piece, size: _plan(repeated(f"{before}{piece * 3}{behind}\n", size))


def _one(before: str, behind: str = "") -> Callable[[str, int], str]:
    """One long text in its place."""
    return lambda piece, size: _plan(f"- [ ] one\n\n{before}{repeated(piece, size)}x{behind}\n\n- [ ] two")


# Where a text can stand in a checklist: a function of the piece and the size of all of them together.
PLACES: Mapping[str, Callable[[str, int], str]] = {
    "line": _one(""),
    "item": _one("- [ ] a "),
    "nested item": _one("- [ ] a\n  - [ ] b "),
    "heading": _one("## "),
    "value": _one("**Label:** "),
    "label": _one("**L", ":** x"),
    "known value": _one("**Kickoff Date:** "),
    "cell": _one("| a | b |\n|---|---|\n| c ", " | d |"),
    "risk": _one("| Risk | Impact |\n|---|---|\n| c ", " | High |"),
    "header cell": _one("| a", " | b |\n|---|---|\n| c | d |"),
    "note": _one("- [ ] a\n  > "),
    "quote": _one("> "),
    "notes": _one("**Notes:**\n> "),
    "front matter value": lambda piece, size: f"---\na: {repeated(piece, size)}\n---\n{_plan('- [ ] a')}",
    "front matter": lambda piece, size: f"---\n{repeated(piece, size)}\n---\n{_plan('- [ ] a')}",
    "lines": _each(""),
    "items": _each("- [ ] a "),
    "headings": _each("## A "),
    "values": _each("**Label:** "),
    "labels": _each("\n**L", ":** x\n"),
    "rows": lambda piece, size: _plan("| a | b |\n|---|---|\n" + repeated(f"| {piece} | b |\n", size)),
    "quotes": _each("> "),
    "notes of items": _each("- [ ] a\n  > "),
    "notes fields": _each("**Notes:**\n> ", "\n"),
    "tables": _each("| Risk | Impact |\n|---|---|\n| ", " | High |\n"),
    "references": _each("[a]: b\n\n- [ ] a "),
}
SETTINGS: Mapping[str, Callable[[str, int], str]] = {
    "settings": repeated,
    "settings value": lambda piece, size: f'[fields]\nCSM = "{repeated(piece, size)}"\n',
    "settings text": lambda piece, size: f'[fields]\nCSM = """\n{repeated(piece, size)}\n"""\n',
    "settings key": lambda piece, size: f"[status]\n{repeated(piece, size)} = 1\n",
    "settings keys": lambda piece, size: "[fields]\n" + repeated(f"{piece} = 1\n", size),
    "settings table": lambda piece, size: f"[{repeated(piece, size)}]\n",
    "settings list": lambda piece, size: f"[calendar]\nholidays = [{repeated(piece, size)}]\n",
}


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def hash12(data: bytes) -> str:
    """As a copy names the template that it was made from."""
    return sha256(data.replace(b"\r\n", b"\n")).hexdigest()[:12]
