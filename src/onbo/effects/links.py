"""Where links lead: inside the workspace they are followed, out of it never."""

import os

from onbo.errors import UnacceptableError


def resolve(path: str, root: str | None) -> str:
    """The path itself, or what a link stands for. Raises UnacceptableError where either leaves `root`."""
    if root is not None:
        refuse_escape(path, root)
    if not os.path.islink(path):
        return path
    target = os.path.realpath(path)
    if root is not None and not _inside(target, root):
        raise UnacceptableError("is a link that leaves the workspace", path=path, hint="put the file itself there")
    if not os.path.exists(target):
        raise UnacceptableError("is a link to nothing", path=path, hint="remove it or mend it")
    return target


def refuse_escape(path: str, root: str) -> None:
    """Raise UnacceptableError where a directory between `root` and the path is a link that leaves it."""
    folder = os.path.dirname(path)
    while len(folder) > len(root) and folder.startswith(root):
        if os.path.islink(folder) and not _inside(os.path.realpath(folder), root):
            raise UnacceptableError(
                "is a link that leaves the workspace", path=folder, hint="put the directory itself there"
            )
        folder = os.path.dirname(folder)


def _inside(target: str, root: str) -> bool:
    top = os.path.realpath(root)
    return os.path.commonpath([top, target]) == top
