"""Which texts are alike, without comparing every text with every other."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from itertools import chain

# At most this many texts are compared with one text word by word.
MOST_CANDIDATES = 50
# More candidates than this are narrowed down first.
FEW = 4
# Longer texts are not compared letter by letter: that takes the square of their length. Their words tell enough.
LONGEST = 200

Words = Sequence[str]


def likeness(first: Words, second: Words) -> float:
    """The share of the longer text's words that both texts have."""
    longer = max(len(first), len(second))
    return sum((Counter(first) & Counter(second)).values()) / longer if longer else 1.0


def same_letters(first: str, second: str, least: float) -> bool:
    """Whether two short texts have this share of their letters in common, in the same order."""
    if max(len(first), len(second)) > LONGEST:
        return False
    from difflib import SequenceMatcher

    from rapidfuzz.distance import Indel

    # Never less than what difflib finds, and a thousand times as fast.
    if Indel.normalized_similarity(first, second) < least:
        return False
    return SequenceMatcher(None, first, second).ratio() >= least


def any_with_same_letters(text: str, others: Sequence[str], least: float) -> bool:
    """Whether a short text has this share of its letters in common with one of the others."""
    if len(text) > LONGEST:
        return False
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import extract

    near = extract(text, others, scorer=Indel.normalized_similarity, score_cutoff=least, limit=MOST_CANDIDATES)
    return any(same_letters(text, other, least) for other, _, _ in near)


class WordIndex:
    """Texts by their words.

    common  a word that occurs in more texts than this does not help to find one, though it counts once one is found
    """

    def __init__(self, texts: Sequence[Words], common: int) -> None:
        self.texts = texts
        self.common = common
        self.distinct = [set(text) for text in texts]
        self.places: defaultdict[str, list[int]] = defaultdict(list)
        for at, words in enumerate(self.distinct):
            for word in words:
                self.places[word].append(at)

    def likest(self, text: Words, least: float, fits: Callable[[int], bool] | None = None) -> tuple[float, int] | None:
        """How alike the likest text is, and its index; None if none is alike enough, or if several are as alike.

        Texts that share too few words are passed over, and at most MOST_CANDIDATES are looked at. If one of the others
        might be as alike, there is no likest.

        fits  whether a text may be chosen at all
        """
        own = set(text)
        candidates, beyond = self._candidates(text, own, least, fits)
        scores = sorted(((self._likeness(text, own, at), at) for at in candidates), reverse=True)[:2]
        if not scores or scores[0][0] < least or beyond >= scores[0][0]:
            return None
        return scores[0] if len(scores) == 1 or scores[1][0] < scores[0][0] else None

    def has_like(self, text: Words, least: float) -> bool:
        """Whether one of the texts is alike enough, or may be one of those for which there is no room."""
        own = set(text)
        if not own:
            return not all(self.texts)
        candidates, beyond = self._candidates(text, own, least, None)
        return beyond >= least or any(self._likeness(text, own, at) >= least for at in candidates)

    def _candidates(
        self, text: Words, own: set[str], least: float, fits: Callable[[int], bool] | None
    ) -> tuple[list[int], float]:
        """The texts that may be alike enough, and how alike those at most are for which there is no room."""
        found = [self.places[word] for word in own if word in self.places]
        rare = [places for places in found if len(places) <= self.common]
        if not rare:
            return [], 0.0
        shared = Counter(chain.from_iterable(rare))
        # Words of the text that may be shared too: common ones, and rare ones that it has more than once.
        more = len(found) - len(rare) + len(text) - len(own)
        length, texts = len(text), self.texts
        most = [at for at, count in shared.items() if (count + more) / max(length, len(texts[at])) >= least]
        if fits is not None:
            most = [at for at in most if fits(at)]
        if len(most) > FEW and more:
            # To count words that are a little more common is faster than to compare so many texts.
            counted = [places for places in found if len(places) <= self.common * FEW]
            more -= len(counted) - len(rare)
            shared = Counter(chain.from_iterable(counted))
            most = [at for at in most if (shared[at] + more) / max(length, len(texts[at])) >= least]
        beyond = 0.0
        if len(most) > MOST_CANDIDATES:
            most.sort(key=lambda at: (-shared[at], at))
            beyond = max((shared[at] + more) / max(length, len(texts[at])) for at in most[MOST_CANDIDATES:])
        return most[:MOST_CANDIDATES], beyond

    def _likeness(self, text: Words, own: set[str], at: int) -> float:
        other, words = self.texts[at], self.distinct[at]
        if len(own) == len(text) and len(words) == len(other):
            return len(own & words) / max(len(text), len(other))
        return likeness(text, other)
