"""A customer's file in the user's editor, and what lint says of what came back."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from onbo.cli.context import App
from onbo.effects import editor
from onbo.effects.workspace import Customer
from onbo.errors import OnboError
from onbo.lint.rule import ERROR, Finding


class Edited(NamedTuple):
    """found: what stands against the file now that did not before, and every error."""

    changed: bool
    found: tuple[Finding, ...] = ()

    @property
    def errors(self) -> bool:
        return any(finding.severity == ERROR for finding in self.found)


def edit(app: App, customer: Customer, line: int) -> Edited:
    """Open the file at a line and wait. Raises OnboError where the editor fails, or leaves what cannot be read."""
    from onbo.cli.commands.lint import findings

    before = app.workspace.read_bytes(customer.path)
    try:
        known = _counted(findings(app, app.read(customer)))
    except OnboError:
        known = Counter()  # it may be opened for this very reason
    editor.edit(customer.path, line)
    if app.workspace.read_bytes(customer.path) == before:
        return Edited(changed=False)
    found = findings(app, app.read(customer))
    fresh = _counted(found) - known
    return Edited(changed=True, found=tuple(each for each in found if each.severity == ERROR or _what(each) in fresh))


def _what(finding: Finding) -> tuple[str, str]:
    """A finding wherever it stands: lines move."""
    return finding.code, finding.message


def _counted(found: Iterable[Finding]) -> Counter[tuple[str, str]]:
    return Counter(map(_what, found))
