"""Putting a page where the user wants it."""

import os

from onbo.cli.context import App
from onbo.effects import products
from onbo.errors import UsageError
from onbo.present.text import line

SUFFIX = ".html"
STDOUT = "-"


def write_page(app: App, page: bytes, target: str | None, what: str, *, dry_run: bool) -> None:
    """Write a page into a file and say so; to stdout without one, or for `-`.

    what  it holds, in words
    """
    if target is None or target == STDOUT:
        app.terminal.document([page], "html")
        return
    if not target or target.endswith(os.sep):
        raise UsageError(f"{target!r}: is a directory", hint=f"name a file, as in page{SUFFIX}")
    path, root = os.path.abspath(target), app.workspace.root
    if dry_run:
        products.ready(path, SUFFIX, root)
    else:
        products.publish(path, [page], SUFFIX, root)
    app.terminal.out([line(f"{'would write' if dry_run else 'wrote'} {target}: {what}")])
