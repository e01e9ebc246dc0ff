"""All rules over one file."""

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from onbo.document.source import Edit
from onbo.lint import rules
from onbo.lint.mend import mendable
from onbo.lint.rule import Finding, Rule, Subject


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code."""
    found = [import_module(f"{rules.__name__}.{module.name}").RULE for module in iter_modules(rules.__path__)]
    return tuple(sorted(found, key=lambda rule: rule.code))


def lint(subject: Subject) -> list[Finding]:
    """What is wrong in a file, by line. Edits that would change anything else are left out."""
    line_at = subject.document.source.line_at
    found = [
        Finding(rule.code, rule.severity, line_at(fault.span.start), fault.span, fault.message, fault.edits)
        for rule in all_rules()
        if rule.templates or not subject.template
        for fault in rule.check(subject)
    ]
    mended = set(mendable(subject.document, mending(found)))
    sure = [finding._replace(edits=tuple(edit for edit in finding.edits if edit in mended)) for finding in found]
    return sorted(sure, key=lambda finding: (finding.line, finding.code))


def mending(findings: Iterable[Finding]) -> list[Edit]:
    """The edits of all findings that can be mended."""
    return [edit for finding in findings for edit in finding.edits]
