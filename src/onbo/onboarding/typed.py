"""Words as a person would type them, in the commands that onbo suggests."""

import re

PLAIN = re.compile(r"[\w@%+=:,./-]+", re.ASCII)


def as_typed(word: str) -> str:
    """A word quoted for a shell where it has to be: a suggestion is there to be pasted, and file names are anybody's.

    >>> as_typed("acme"), as_typed("$(touch x)")
    ('acme', "'$(touch x)'")
    """
    if PLAIN.fullmatch(word):
        return word
    from shlex import quote

    return quote(word)
