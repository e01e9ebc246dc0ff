"""High risks that nobody does anything about."""

from collections.abc import Iterator

from onbo.document.model import normal
from onbo.document.syntax import PLACEHOLDER
from onbo.errors import UsageError
from onbo.lint.rule import WARNING, Fault, Rule, Subject
from onbo.onboarding.registers import RISK, entries, find_register, is_open


def check(subject: Subject) -> Iterator[Fault]:
    try:
        register = find_register(subject.document, RISK, "risk")
    except UsageError:
        return
    for entry in entries(subject.document, register):
        mitigation = entry.cells.get("mitigation", "").strip()
        missing = not mitigation or PLACEHOLDER.fullmatch(mitigation)
        if normal(entry.cells.get("impact", "")) == "high" and is_open(entry) and missing:
            yield Fault(subject.line_span(entry.row.line), f"{entry.cells['risk']}: high, open, and no mitigation")


RULE = Rule(
    "ONB307",
    WARNING,
    "A risk that is High and Open without a mitigation.",
    "A risk that is written down and left alone is still a risk.",
    check,
)
