"""What stays, comes and goes in a merge, and where what was moved comes to stand."""

from collections.abc import Callable, Iterator, Sequence

from onbo.document.model import Document, Item
from onbo.merging.chunks import ITEM, Chunk
from onbo.merging.sequence import Policy, Token, delta

Tell = Callable[[str, Token, str], None]


class Placing:
    """The three versions as tokens and chunks; sides are 1 for ours and 2 for theirs, base is 0."""

    def __init__(
        self,
        documents: Sequence[Document],
        cuts: Sequence[Sequence[Chunk]],
        tokens: Sequence[Sequence[Token]],
        chunks: Sequence[dict[Token, Chunk]],
        *,
        template: bool,
    ) -> None:
        self.documents = documents
        self.cuts = cuts
        self.tokens = tokens
        self.chunks = chunks
        self.template = template
        self.deltas = [delta(tokens[0], tokens[side]) for side in (1, 2)]

    def policy(self, tell: Tell) -> Policy:
        """The policy for the merge of the sequences; `tell` hears what becomes of what."""
        moved = [self._moved(side) for side in (1, 2)]
        gone = self._gone()
        for token in moved[0] & moved[1]:
            tell("moved", token, "both moved it; it stands where ours has it")
        added = {token for token in self.tokens[1] if isinstance(token, int) and token not in self.chunks[0]}
        headings = self._headings_needed(gone)
        dropped = {token for token in gone if not self._rescued(token)} - self._parents_needed(gone)
        for token in self.tokens[0]:
            if token in dropped and token in self.chunks[1]:
                tell("removed", token, f"{'the template' if self.template else 'theirs'} removed it")

        def stays(place: int, by_ours: bool, by_theirs: bool) -> bool:
            token = self.tokens[0][place]
            if not (by_ours or by_theirs) or (place in headings and isinstance(token, bytes)):
                return True
            if isinstance(token, bytes) or token in moved[0] or token in moved[1]:
                return False
            return token not in dropped and (token in self.chunks[1] or token in self.chunks[2])

        behind: dict[Token, list[Token]] = {}
        for side, away in ((1, moved[1] - moved[0]), (2, moved[0] - moved[1])):
            for token, before in self._new_behind(side, away):
                behind.setdefault(before, []).append(token)
        attached = {token for tokens in behind.values() for token in tokens}
        return Policy(
            stays,
            not_ours=dropped | attached,
            not_theirs=dropped | attached | added | (moved[0] & moved[1]),
            behind=behind,
        )

    def _moved(self, side: int) -> set[Token]:
        """What stands elsewhere in one side than in base."""
        places = self.deltas[side - 1].deleted
        left_out = {self.tokens[0][place] for place in places}
        return {token for token in left_out if isinstance(token, int) and token in self.chunks[side]}

    def _gone(self) -> set[Token]:
        """What base has and a side no longer has."""
        return {
            token
            for token in self.tokens[0]
            if isinstance(token, int) and not (token in self.chunks[1] and token in self.chunks[2])
        }

    def _rescued(self, token: Token) -> bool:
        """Whether something that one side removed stays, because the other side did something with it."""
        left = [side for side in (1, 2) if token in self.chunks[side]]
        if not left:
            return False
        chunk = self.chunks[left[0]][token]
        return chunk.text != self.chunks[0][token].text or (isinstance(chunk.ref, Item) and not chunk.ref.open)

    def _headings_needed(self, gone: set[Token]) -> set[int]:
        """The places of base's headings that one side removed with its section, while things in it stay."""
        needed: set[int] = set()
        for side, item in self._of_one_side(gone):
            needed |= self._removed_headings(item.path, self.documents[3 - side])
        return needed

    def _parents_needed(self, gone: set[Token]) -> set[Token]:
        """The items above those that stay: without them, what is nested deeply is no item any more."""
        needed: set[Token] = set()
        for side, item in self._of_one_side(gone):
            known = {
                chunk.ref.number: token for token, chunk in self.chunks[side].items() if isinstance(chunk.ref, Item)
            }
            numbers = {other.number: other for other in self.documents[side].items}
            above = item.parent
            while above is not None:
                if above in known:
                    needed.add(known[above])
                above = numbers[above].parent
        return needed

    def _of_one_side(self, gone: set[Token]) -> Iterator[tuple[int, Item]]:
        """The items that stay though only one side has them."""
        for side in (1, 2):
            for token, chunk in self.chunks[side].items():
                stays = token not in self.chunks[0] or (token in gone and self._rescued(token))
                if stays and isinstance(chunk.ref, Item) and token not in self.chunks[3 - side]:
                    yield side, chunk.ref

    def _removed_headings(self, path: tuple[str, ...], other: Document) -> set[int]:
        """Base's headings along a path that the other version has no section for, by name or by its items."""
        lines = {section.path: section.line - 1 for section in self.documents[0].walk()}
        known = {section.path for section in other.walk()}
        here = {token for token, chunk in self.chunks[0].items() if chunk.kind == ITEM}
        found = set()
        for depth in range(1, len(path) + 1):
            titles = path[:depth]
            if titles in known or titles not in lines:
                continue
            inside = [t for t in here if isinstance(ref := self.chunks[0][t].ref, Item) and ref.path[:depth] == titles]
            side = 1 if other is self.documents[1] else 2
            if not any(token in self.chunks[side] for token in inside):  # else it is only called otherwise there
                place = next(at for at, chunk in enumerate(self.cuts[0]) if chunk.line >= lines[titles])
                found |= {place, *self._blanks_around(place)}
        return found

    def _blanks_around(self, place: int) -> set[int]:
        """The empty lines of base right before and behind a place."""
        cut = self.cuts[0]
        return {at for at in (place - 1, place + 1) if 0 <= at < len(cut) and not cut[at].text.strip()}

    def _new_behind(self, side: int, away: set[Token]) -> Iterator[tuple[Token, Token]]:
        """New items of one side that stand behind one which the other side moved: they go with it."""
        before: Token | None = None
        for token in self.tokens[side]:
            if not isinstance(token, int):
                continue
            new = token not in self.chunks[0] and token not in self.chunks[3 - side]
            if new and before in away and before is not None and self.chunks[side][token].kind == ITEM:
                yield token, before
            else:
                before = token
