"""What stands behind the first line that git prints when it fails, and what to do about it."""

import re
from typing import NamedTuple

# rev-parse takes --end-of-options since this version; without it a revision could be taken for an option.
OLDEST = (2, 30)
IDENTITY = (
    "git does not know your name and email",
    "set them with `git config --global user.name NAME` and `git config --global user.email ADDRESS`",
)
BARE = ("this is a bare git repository, which has no files to work on", "work in a clone of it")


class Cause(NamedTuple):
    """fix: what to do, as an instruction. owned_by_another: git found nothing wrong but the owner."""

    message: str
    fix: str
    owned_by_another: bool = False


OWNER = re.compile(r"(?:dubious ownership in repository at|unsafe repository \() ?'([^\n]*)'")
PATTERNS = (
    (r"bad config (?:line|variable)[^\n]*", "git cannot read its configuration: {0}", "correct that line"),
    (r"cannot use bare repository|must be run in a work tree", *BARE),
    (
        r"not a git repository: ([^\n]*)",
        "the repository that .git names is not there: {1}",
        "correct .git, or clone the repository again",
    ),
    (
        r"not a git repository",
        "the git repository is damaged: git does not take .git for one",
        "restore .git/HEAD, or clone the repository again",
    ),
    (
        r"bad object HEAD|current branch appears to be broken|could not parse HEAD",
        "the git repository is damaged: HEAD names a commit that cannot be read",
        "run `git fsck`, or clone the repository again",
    ),
    (
        r"(?:loose object|object file|object) [^\n]*(?:corrupt|empty|could not be read)|unable to read tree[^\n]*",
        "the git repository is damaged: {0}",
        "run `git fsck`, or clone the repository again",
    ),
    (
        r"bad signature [^\n]*|index file (?:corrupt|smaller than expected|open failed)[^\n]*|bad index (?:version|file)[^\n]*",
        "git's index is damaged: {0}",
        "run `rm .git/index`, then `git reset`, which keeps your files as they are",
    ),
    (
        r"unknown repository extensions? found:\s*([^\n]*)",
        "this git does not know an extension that the repository uses: {1}",
        "use a newer git",
    ),
    (r"(?:empty ident name|auto-detect|auto-detection|identity unknown)[^\n]*", *IDENTITY),
)


def cause(stderr: str) -> Cause | None:
    """The cause that git's words tell, if it is one of those known."""
    if owner := OWNER.search(stderr):
        from shlex import quote

        return Cause(
            "git does not use this repository, because another user owns it",
            f"if you trust it, run `git config --global --add safe.directory {quote(owner[1])}`",
            owned_by_another=True,
        )
    for pattern, message, fix in PATTERNS:
        if match := re.search(pattern, stderr, re.IGNORECASE):
            return Cause(message.format(match[0], *match.groups()), fix)
    return None


def version(said: str) -> tuple[int, ...]:
    """The version that `git --version` prints; nothing where it prints something else.

    >>> version("git version 2.39.5 (Apple Git-154)")
    (2, 39, 5)
    """
    match = re.match(r"git version (\d+(?:\.\d+)*)", said)
    return tuple(map(int, match[1].split("."))) if match else ()
