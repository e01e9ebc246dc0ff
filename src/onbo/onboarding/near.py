"""The known word that somebody must have meant."""

from collections.abc import Iterable

# Comparing two words takes time by the product of their lengths; nobody types a longer one.
LONGEST = 100


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to the one typed, without regard to case; None where none is near.

    >>> nearest("chekc", ["check", "uncheck", "add"])
    'check'
    """
    from difflib import get_close_matches

    if len(word) > LONGEST:
        return None
    names = {name.casefold(): name for name in known if len(name) <= LONGEST}
    typed = word.casefold()
    found = get_close_matches(typed, names, 3)
    # The first letter is seldom the wrong one: `cvs` is csv, though ics is as near.
    best = min(found, key=lambda name: name[:1] != typed[:1], default=None)
    return None if best is None else names[best]


def near_or(word: str, known: Iterable[str], otherwise: str) -> str:
    """A hint: the word that was meant, else what there is to say."""
    found = nearest(word, known)
    return f"did you mean {found}?" if found else otherwise


def near_or_all(word: str, known: Iterable[str], most: int = 12) -> str:
    """A hint: the word that was meant, else which there are."""
    names = list(dict.fromkeys(known))
    return near_or(word, names, f"available: {', '.join(names[:most])}{' ...' if len(names) > most else ''}")
