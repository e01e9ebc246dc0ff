"""All rules over one file."""

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from onbo.document.source import Edit
from onbo.lint import rules
from onbo.lint.rule import Finding, Rule, Subject


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code."""
    found = [import_module(f"{rules.__name__}.{module.name}").RULE for module in iter_modules(rules.__path__)]
    return tuple(sorted(found, key=lambda rule: rule.code))


def lint(subject: Subject) -> list[Finding]:
    """What is wrong in a file, by line."""
    line_at = subject.document.source.line_at
    found = [
        Finding(rule.code, rule.severity, line_at(fault.span.start), fault.span, fault.message, fault.edits)
        for rule in all_rules()
        if rule.templates or not subject.template
        for fault in rule.check(subject)
    ]
    return sorted(found, key=lambda finding: (finding.line, finding.code))


def mending(findings: Iterable[Finding]) -> list[Edit]:
    """The edits of all findings that can be mended, without those that overlap an earlier one."""
    edits: list[Edit] = []
    for edit in sorted((edit for finding in findings for edit in finding.edits), key=lambda edit: edit.span):
        if not edits or edit.span.start >= edits[-1].span.end:
            edits.append(edit)
    return edits
