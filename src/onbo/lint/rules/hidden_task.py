"""Lines that look like tasks and are read as something else."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from onbo.document.conflicts import blocks_by_line
from onbo.document.outline import Opaque
from onbo.lint.rule import ERROR, Fault, Rule, Subject
from onbo.lint.task_lines import TaskLine, task_lines, unclosed

# HTML in which nobody looks for tasks: "<!-- later", "<pre>", "<?php"
UNREAD = re.compile(r"<(?:[!?]|(?:pre|script|style|textarea)\b)", re.IGNORECASE)


def check(subject: Subject) -> Iterator[Fault]:
    looking = [found for found in task_lines(subject.document) if not found.item and _well_formed(found)]
    lines = [found.line for found in looking]
    block_at = blocks_by_line(subject.document.opaque)
    for block in unclosed(subject.document):
        count = bisect_left(lines, block.end) - bisect_left(lines, block.line)
        if count:
            what = "code fence" if block.kind == "fence" else "comment"
            tasks = f"{count} task{'s' * (count > 1)}"
            yield Fault(subject.line_span(block.line + 1), f"the {what} that begins here never ends and hides {tasks}")
    for found in looking:
        if found.opaque == "code_block":
            yield Fault(subject.line_span(found.line + 1), "indented so far that it is code, not an item")
        elif found.opaque == "html_block" and _swallowed(subject, block_at(found.line)):
            yield Fault(
                subject.line_span(found.line + 1), "is part of the HTML above it; a blank line before it ends that"
            )
        elif found.opaque is None:
            why = "it follows text without a blank line" if found.match["marker"] else "it has no list marker"
            yield Fault(subject.line_span(found.line + 1), f"looks like a task and is none: {why}")


def _well_formed(found: TaskLine) -> bool:
    match = found.match
    if match["mark"] not in (" ", "x", "X") or (match["marker"] and not match["gap"]):
        return False
    return match["rest"][:1] in (" ", "\t") and bool(match["rest"].strip())


def _swallowed(subject: Subject, block: Opaque | None) -> bool:
    """Whether it is such HTML as `<details>`, where people do mean Markdown."""
    return (
        block is not None
        and UNREAD.match(subject.document.source.texts[block.line].lstrip(" \t>-*+0123456789.)")) is None
    )


RULE = Rule(
    "ONB104",
    ERROR,
    "A line that looks like a task and is none: in a fence or comment that never ends, in HTML without a"
    " blank line before it, indented into code, or running on from a paragraph.",
    "It is in no count, and nobody will be reminded of it.",
    check,
    templates=True,
)
