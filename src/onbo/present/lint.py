"""Findings for people, for machines, and as GitHub's annotations."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from onbo.lint.rule import ERROR, Finding
from onbo.present.counts import plural
from onbo.present.text import Line, Piece, line


class Located(NamedTuple):
    """A finding in its file."""

    path: str
    finding: Finding


def text_lines(found: Sequence[Located]) -> Iterator[Line]:
    for path, finding in found:
        role = "bad" if finding.severity == ERROR else "warn"
        yield line(
            f"{path}:{finding.line}: ",
            Piece(f"{finding.severity} {finding.code}", role),
            f" {finding.message}",
            Piece("  (--fix)" if finding.edits else "", "muted"),
        )
    yield line(Piece(_summary(found), "strong"))


def _summary(found: Sequence[Located]) -> str:
    if not found:
        return "no findings"
    errors = sum(entry.finding.severity == ERROR for entry in found)
    fixable = sum(bool(entry.finding.edits) for entry in found)
    words = f"{plural(errors, 'error')}, {plural(len(found) - errors, 'warning')}"
    return words + (f"; {fixable} fixable with --fix" if fixable else "")


def github_lines(found: Sequence[Located]) -> Iterator[Line]:
    """An annotation for each finding."""
    for path, finding in found:
        yield github_annotation(finding.severity, path, finding, finding.message)


def github_annotation(severity: str, path: str, finding: Finding | None, message: str) -> Line:
    """A workflow command, escaped as GitHub asks; about the whole file where there is no finding."""
    where = f",line={finding.line},title={finding.code}" if finding else ""
    return line(f"::{severity} file={_property(path)}{where}::{_data(message)}")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def findings_json(found: Sequence[Located]) -> dict[str, Any]:
    errors = sum(entry.finding.severity == ERROR for entry in found)
    return {
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity,
                "path": path,
                "line": finding.line,
                "message": finding.message,
                "fixable": bool(finding.edits),
            }
            for path, finding in found
        ],
        "errors": errors,
        "warnings": len(found) - errors,
    }
