"""Boxes that are none."""

from collections.abc import Iterator

from onbo.document.source import Edit, encode
from onbo.lint.rule import ERROR, Fault, Rule, Subject
from onbo.lint.task_lines import TaskLine, task_lines
from onbo.onboarding.field_types import TEXT, infer

TICKED = ("x", "X", "✓", "✔", "☑", "√")


def check(subject: Subject) -> Iterator[Fault]:
    for found in task_lines(subject.document):
        if found.item or found.opaque or not found.match["marker"]:
            continue
        mark, rest = found.match["mark"], found.match["rest"]
        if rest.startswith(("(", "[", ":")) or _something_else(subject, found):
            continue
        words = _words(mark, found.match["gap"], rest)
        if words:
            yield Fault(subject.line_span(found.line + 1), words, _mend(subject, found))


def _something_else(subject: Subject, found: TaskLine) -> bool:
    """A reference, a footnote, a placeholder such as `[#]`, or words in asterisks."""
    mark = found.match["mark"].strip()
    if mark and (mark.isalnum() and mark not in "xX"):
        return True
    if mark.startswith("^") or infer(mark) != TEXT or mark.upper() in subject.document.references:
        return True
    return found.match["marker"] == "*" and not found.match["gap"] and "*" in found.match["rest"]


def _words(mark: str, gap: str, rest: str) -> str | None:
    if not mark:
        return "`[]` is no box: it needs a blank inside, `[ ]`"
    if mark in (" ", "x", "X", "~"):
        if not gap:
            return f"`[{mark}]` follows its list marker without a blank"
        return f"`[{mark}]` is followed by text without a blank" if rest[:1].strip(" \t") else None
    return f"`[{mark}]` is no box: it is [ ], [x] or [~]"


def _mend(subject: Subject, found: TaskLine) -> tuple[Edit, ...]:
    """`- [ ] text`, where the mark can mean one thing only and there is a text."""
    match = found.match
    mark = match["mark"].strip()
    if (mark and mark not in (*TICKED, "~")) or not match["rest"].strip():
        return ()
    box = "[x]" if mark in TICKED else f"[{mark or ' '}]"
    start, end = match.end("marker"), match.start("rest")
    gap = match["gap"] or " "
    space = "" if match["rest"][:1] in " \t" else " "
    source = subject.document.source
    return (Edit(source.span(found.line, start, end), encode(f"{gap}{box}{space}")),)


RULE = Rule(
    "ONB101",
    ERROR,
    "A box that is none: `- []`, `-[ ]`, `- [x]text`, `[-]`, `[✓]`.",
    "GitHub shows it as plain text and no count includes it: the item is lost without a word.",
    check,
    "Writes `- [ ]` or `- [x]` where the mark can mean only that; `[-]` and its like are left.",
    templates=True,
)
