"""Three versions of a sequence -> one, token by token: what stays, what comes in, what goes, and where.

A token is equal where it is the same thing: a number for what has a name, its bytes for a line. What a named
thing says is merged elsewhere.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

Token = int | bytes


class Stays(NamedTuple):
    """A token that stands here."""

    token: Token


class Clash(NamedTuple):
    """Both sides put other prose here, in the place of the same of base's."""

    base: tuple[Token, ...]
    ours: tuple[Token, ...]
    theirs: tuple[Token, ...]


Step = Stays | Clash


class Delta(NamedTuple):
    """What one side made of base: the places it left out, and by gap (before that place) what it put in."""

    deleted: frozenset[int]
    inserted: Mapping[int, tuple[Token, ...]]


class Policy(NamedTuple):
    """What is known beyond the sequences.

    stays         whether base's token at a place stays that one side or both left out there
    not_ours      tokens not to be put in where ours has them; not_theirs likewise
    behind        tokens that follow another, wherever that comes to stand
    """

    stays: Callable[[int, bool, bool], bool] = lambda _place, by_ours, by_theirs: not (by_ours or by_theirs)
    not_ours: Collection[Token] = ()
    not_theirs: Collection[Token] = ()
    behind: Mapping[Token, Sequence[Token]] = {}


def delta(base: Sequence[Token], side: Sequence[Token]) -> Delta:
    deleted: set[int] = set()
    inserted: dict[int, tuple[Token, ...]] = {}
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, base, side, autojunk=False).get_opcodes():
        if tag != "equal":
            deleted.update(range(i1, i2))
            if j2 > j1:
                inserted[i1] = tuple(side[j1:j2])
    return Delta(frozenset(deleted), inserted)


def merge(
    base: Sequence[Token], ours: Sequence[Token], theirs: Sequence[Token], policy: Policy | None = None
) -> Iterator[Step]:
    """The merged sequence, in order."""
    policy = policy or Policy()
    mine, other = delta(base, ours), delta(base, theirs)
    for place in range(len(base) + 1):
        first = tuple(token for token in mine.inserted.get(place, ()) if token not in policy.not_ours)
        second = tuple(token for token in other.inserted.get(place, ()) if token not in policy.not_theirs)
        yield from _followed(_gap(_replaced(base, place, mine, other), first, second), policy)
        if place < len(base) and policy.stays(place, place in mine.deleted, place in other.deleted):
            yield from _followed([Stays(base[place])], policy)


def _followed(steps: Sequence[Step], policy: Policy) -> Iterator[Step]:
    for step in steps:
        yield step
        if isinstance(step, Stays):
            yield from _followed([Stays(token) for token in policy.behind.get(step.token, ())], policy)


def _replaced(base: Sequence[Token], place: int, mine: Delta, other: Delta) -> tuple[Token, ...]:
    """Base's tokens from here on that both sides left out."""
    end = place
    while end < len(base) and end in mine.deleted and end in other.deleted:
        end += 1
    return tuple(base[place:end])


def _gap(replaced: tuple[Token, ...], ours: tuple[Token, ...], theirs: tuple[Token, ...]) -> list[Step]:
    """What both put in at one place: what is the same once; what has a name, and quotes, one after the other."""
    if ours == theirs or not theirs:
        return [Stays(token) for token in ours]
    if not ours:
        return [Stays(token) for token in theirs]
    if any(map(_is_prose, ours)) and any(map(_is_prose, theirs)):
        return [Clash(replaced, ours, theirs)]
    found: list[Token] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        found += ours[i1:i2]
        if tag != "equal":
            found += _parted(found, theirs[j1:j2])
    return [Stays(token) for token in found]


def _parted(before: Sequence[Token], after: Sequence[Token]) -> list[Token]:
    """Quoted lines behind quoted lines, with an empty quoted line between: two notes are two paragraphs."""
    if not before or not after:
        return list(after)
    last, first = before[-1], after[0]
    if not (isinstance(last, bytes) and isinstance(first, bytes) and is_quoted(last) and is_quoted(first)):
        return list(after)
    mark = first[: first.index(b">") + 1]
    empty = first.strip() == b">" or last.strip() == b">"
    return list(after) if empty else [mark, *after]


def is_quoted(line: bytes) -> bool:
    return line.lstrip(b" \t").startswith(b">")


def _is_prose(token: Token) -> bool:
    return isinstance(token, bytes) and bool(token.strip()) and not is_quoted(token)
