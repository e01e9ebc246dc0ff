"""A workspace while nothing in it changes."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from onbo.effects.workspace import Workspace

if TYPE_CHECKING:
    from onbo.onboarding.template import Template


class SettledWorkspace(Workspace):
    """A workspace whose templates are read once, for as long as a portfolio is looked through."""

    @cached_property
    def _known(self) -> "dict[tuple[str, ...], Any]":
        return {}

    def template_names(self) -> list[str]:
        if () not in self._known:
            self._known[()] = super().template_names()
        names: list[str] = self._known[()]
        return names

    def template(self, name: str) -> "Template":
        if (name,) not in self._known:
            self._known[name,] = super().template(name)
        template: Template = self._known[name,]
        return template

    def read_snapshot(self, name: str, base: str) -> "Template | None":
        if (name, base) not in self._known:
            self._known[name, base] = super().read_snapshot(name, base)
        template: Template | None = self._known[name, base]
        return template
