"""Which item, field or row of one version is which of another: by id, by key, by its words, by their likeness."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher

from onbo.document.model import Item, normal
from onbo.merging.chunks import ITEM, Chunk

# How like two texts must be to be one item reworded, and how much less like the second best must be.
LIKE = 0.6
CLEARLY = 0.1

Uid = int
Uids = list[Uid | None]


def align(
    base: Sequence[Chunk], ours: Sequence[Chunk], theirs: Sequence[Chunk], distinct: Collection[str] = ()
) -> tuple[Uids, Uids, Uids]:
    """A number for each named chunk, the same for the same thing in all three; None for lines.

    distinct  normalised texts of items of theirs that are known to be no rewording of another
    """
    counter = iter(range(len(base) + len(ours) + len(theirs)))
    first: Uids = [next(counter) if chunk.name else None for chunk in base]
    second = _numbered(base, first, ours, ())
    third = _numbered(base, first, theirs, distinct)
    # What both added under one name is one thing.
    known = {chunk.name: at for at, chunk in enumerate(ours) if chunk.name and second[at] is None}
    for at, chunk in enumerate(theirs):
        if third[at] is None and chunk.name in known:
            place = known[chunk.name]
            if second[place] is None:
                second[place] = next(counter)
            third[at] = second[place]
    for uids, chunks in ((second, ours), (third, theirs)):
        for at, chunk in enumerate(chunks):
            if chunk.name and uids[at] is None:
                uids[at] = next(counter)
    return first, second, third


def _numbered(base: Sequence[Chunk], uids: Uids, side: Sequence[Chunk], distinct: Collection[str]) -> Uids:
    """Base's numbers for the chunks of one side that are paired with them."""
    pairs: dict[int, int] = {}  # side -> base
    taken: set[int] = set()

    def pair(there: int, here: int) -> None:
        pairs[there] = here
        taken.add(here)

    by_name = {chunk.name: at for at, chunk in enumerate(base) if chunk.name}
    for at, chunk in enumerate(side):
        if chunk.name in by_name:
            pair(at, by_name[chunk.name])
    for there, here in _by_words(base, side, pairs, taken):
        pair(there, here)
    for there, here in _by_likeness(base, side, pairs, taken, distinct):
        pair(there, here)
    return [uids[pairs[at]] if at in pairs else None for at in range(len(side))]


def _left(chunks: Sequence[Chunk], used: set[int] | dict[int, int]) -> list[tuple[int, Item]]:
    return [
        (at, chunk.ref)
        for at, chunk in enumerate(chunks)
        if chunk.kind == ITEM and at not in used and isinstance(chunk.ref, Item)
    ]


def _by_words(
    base: Sequence[Chunk], side: Sequence[Chunk], pairs: dict[int, int], taken: set[int]
) -> list[tuple[int, int]]:
    """Items of the same words wherever they went, where just one on each side is left."""
    here: defaultdict[str, list[int]] = defaultdict(list)
    there: defaultdict[str, list[int]] = defaultdict(list)
    for found, chunks, used in ((here, base, taken), (there, side, pairs)):
        for at, item in _left(chunks, used):
            found[normal(item.text)].append(at)
    return [(there[words][0], at[0]) for words, at in here.items() if len(at) == 1 == len(there.get(words, []))]


def _by_likeness(
    base: Sequence[Chunk], side: Sequence[Chunk], pairs: dict[int, int], taken: set[int], distinct: Collection[str]
) -> list[tuple[int, int]]:
    """Reworded items: the clearly nearest text among what is left of the same section."""
    homes = _sections(base, side, pairs)
    left = [(at, item) for at, item in _left(base, taken) if normal(item.text) not in distinct]
    scored = []
    for there, item in _left(side, pairs):
        if normal(item.text) in distinct:
            continue
        for here, other in left:
            near = other.path == item.path or other.path in homes[item.path]
            if near and other.attributes.id == item.attributes.id:
                score = SequenceMatcher(None, normal(item.text), normal(other.text), autojunk=False).ratio()
                if score >= LIKE:
                    scored.append((score, there, here))
    found: list[tuple[int, int]] = []
    for score, there, here in sorted(scored, reverse=True):
        rivals = [s for s, t, h in scored if (t == there) != (h == here) and s > score - CLEARLY]
        if not rivals and all(there != t and here != h for t, h in found):
            found.append((there, here))
    return found


def _sections(
    base: Sequence[Chunk], side: Sequence[Chunk], pairs: dict[int, int]
) -> defaultdict[tuple[str, ...], set[tuple[str, ...]]]:
    """By a section's titles in the side: those that items now in it had in base."""
    homes: defaultdict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    for there, here in pairs.items():
        new, old = side[there].ref, base[here].ref
        if isinstance(new, Item) and isinstance(old, Item):
            homes[new.path].add(old.path)
    return homes
