"""High risks that nobody does anything about."""

from collections.abc import Iterator

from onbo.document.identity import normal
from onbo.document.syntax import PLACEHOLDER
from onbo.lint.rule import WARNING, Fault, Rule, Subject
from onbo.onboarding.registers import RISK, entries, is_open, registers


def check(subject: Subject) -> Iterator[Fault]:
    found = registers(subject.document, RISK, "risk")
    for entry in (entry for register in found for entry in entries(subject.forms, register)):
        mitigation = entry.cells.get("mitigation", "")
        in_doubt = subject.forms.template is None and PLACEHOLDER.fullmatch(mitigation)
        missing = not mitigation or "mitigation" in entry.empty or in_doubt
        if normal(entry.cells.get("impact", "")) == "high" and is_open(entry) and missing:
            yield Fault(subject.line_span(entry.row.line), f"{entry.cells['risk']}: high, open, and no mitigation")


RULE = Rule(
    "ONB307",
    WARNING,
    "A risk that is High and Open without a mitigation.",
    "A risk that is written down and left alone is still a risk.",
    check,
)
