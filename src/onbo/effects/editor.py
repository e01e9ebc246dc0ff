"""The user's own editor, opened at a line."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence

from onbo.errors import SystemFailedError, UsageError

ASKED = ("ONBO_EDITOR", "VISUAL", "EDITOR")
USUAL = ("nano", "vi")
# How editors are told the line; one that is not here gets the file alone.
PLUS = frozenset(
    {"vi", "vim", "nvim", "view", "gvim", "nano", "pico", "micro", "emacs", "emacsclient", "joe", "mcedit"}
)
PLUS |= {"kak", "ne", "mg", "jed", "kate", "gedit", "geany", "sensible-editor", "editor"}
COLON = frozenset({"subl", "zed", "hx", "helix"})
GOTO = frozenset({"code", "codium", "code-insiders", "cursor", "windsurf"})
# These come back at once unless they are told to wait.
WAITS = GOTO | {"subl", "zed", "gedit"}


def command() -> list[str]:
    """The editor's words. Raises UsageError where none is named and none is there, or its name cannot be read."""
    for name in ASKED:
        named = os.environ.get(name, "")
        try:
            words = shlex.split(named, posix=os.name != "nt")
        except ValueError as error:
            raise UsageError(
                f"{name}: {named!r}: a quotation mark or a backslash has no end", hint="write it as in a shell"
            ) from error
        if words:
            return words
    for usual in USUAL:
        if shutil.which(usual):
            return [usual]
    raise UsageError("there is no editor", hint="name yours: export EDITOR=nano")


def at_line(words: Sequence[str], path: str, line: int) -> list[str]:
    """The editor's words for that file at that line (1-based).

    >>> at_line(["vim"], "acme.md", 12)
    ['vim', '+12', 'acme.md']
    >>> at_line(["code"], "acme.md", 12)
    ['code', '--wait', '--goto', 'acme.md:12']
    """
    name = os.path.basename(words[0]).casefold().removesuffix(".exe").removesuffix(".cmd")
    made = list(words)
    if name in WAITS and not {"-w", "--wait"} & set(words):
        made.append("--wait")
    if name in GOTO:
        return [*made, "--goto", f"{path}:{line}"]
    if name in COLON:
        return [*made, f"{path}:{line}"]
    return [*made, f"+{line}", path] if name in PLUS else [*made, path]


def edit(path: str, line: int) -> None:
    """Open the file and wait until the editor ends. Raises OnboError where it cannot start, or fails."""
    words = command()
    try:
        status = subprocess.run(at_line(words, path, line), check=False).returncode
    except OSError as error:
        raise UsageError(
            f"the editor {words[0]!r} cannot be started", hint=f"name another in {', '.join(ASKED)}"
        ) from error
    if status:
        raise SystemFailedError(f"the editor {words[0]!r} ended with {status}", path=path)
