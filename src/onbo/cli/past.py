"""Commands on a workspace as it was."""

from functools import cached_property
from typing import TYPE_CHECKING

from onbo.cli.context import App, no_repository
from onbo.effects.workspace import Workspace
from onbo.onboarding.settings import Settings

if TYPE_CHECKING:
    from onbo.effects.past import Past


class PastApp(App):
    """Reads a commit instead of the directory."""

    past: "Past"

    @cached_property
    def workspace(self) -> Workspace:
        return self.past

    @cached_property
    def settings(self) -> Settings:
        return self.past.settings()


def as_of(app: App, when: str) -> PastApp:
    """The same on the workspace as of a day or revision; that day is today, unless --today says otherwise."""
    from onbo.effects.past import Past

    if app.repository is None:
        raise no_repository(
            app.workspace.root, "--as-of: this is not in a git repository", "it reads what was committed"
        )
    past = Past.at(app.workspace, app.repository, when)
    then = PastApp(app.terminal, app.directory, app.today_given or past.day.isoformat())
    then.past = past
    return then
