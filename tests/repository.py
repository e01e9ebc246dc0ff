"""Git repositories that tests make: commits with a day and an author of their own."""

import os
import subprocess

from workspace import git


def commit(day: str, who: str = "Dana Doe", message: str = "Change", committed: str | None = None) -> str:
    """Commit all there is as of a day, and give the commit's id. committed: the committer's day, where it is another."""
    git("add", "--all")
    dated("commit", "--quiet", "--allow-empty", "--message", message, day=day, who=who, committed=committed)
    return git("rev-parse", "HEAD").strip()


def dated(*arguments: str, day: str, who: str = "Dana Doe", committed: str | None = None) -> None:
    """Run git as somebody on some day; `2026-12-01` is noon there, or say `2026-12-01T23:00:00-0800`."""
    moments = [day if "T" in day else f"{day}T12:00:00+0000" for day in (day, committed or day)]
    env = os.environ | {
        "GIT_AUTHOR_DATE": moments[0],
        "GIT_COMMITTER_DATE": moments[1],
        "GIT_AUTHOR_NAME": who,
        "GIT_COMMITTER_NAME": who,
    }
    subprocess.run(["git", *arguments], check=True, capture_output=True, env=env)
