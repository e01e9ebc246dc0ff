"""Where links lead: inside the workspace they are followed, out of it never."""

import os

from onbo.errors import UnacceptableError

# What git keeps, and what onbo keeps: a repository can hold links that lead there, and a file written or moved there
# could become a branch, or a snapshot.
KEPT_BY_PROGRAMS = (".git", ".onbo")


def resolve(path: str, root: str | None) -> str:
    """The path itself, or what a link stands for. Raises UnacceptableError where either leaves `root`."""
    if root is not None:
        refuse_escape(path, root)
    if not os.path.islink(path):
        return path
    target = os.path.realpath(path)
    if root is not None:
        _refuse_target(path, target, root, "put the file itself there")
    if not os.path.exists(target):
        raise UnacceptableError("is a link to nothing", path=path, hint="remove it or mend it")
    return target


def refuse_escape(path: str, root: str) -> None:
    """Raise UnacceptableError where a directory between `root` and the path is a link that leaves it.

    `.onbo` and what is below it may not be links at all: what is written there must not appear elsewhere.
    """
    folder = os.path.dirname(path)
    while len(folder) > len(root) and folder.startswith(root):
        if os.path.islink(folder):
            if ".onbo" in os.path.relpath(folder, root).split(os.sep):
                raise UnacceptableError("is a link", path=folder, hint="make it a directory")
            _refuse_target(folder, os.path.realpath(folder), root, "put the directory itself there")
        folder = os.path.dirname(folder)


def _refuse_target(path: str, target: str, root: str, hint: str) -> None:
    top = os.path.realpath(root)
    if os.path.commonpath([top, target]) != top:
        raise UnacceptableError("is a link that leaves the workspace", path=path, hint=hint)
    for part in os.path.relpath(target, top).split(os.sep):
        if part.casefold() in KEPT_BY_PROGRAMS:
            raise UnacceptableError(f"is a link into {part}", path=path, hint=hint)
