"""The three-way merge of whole checklists: base, ours, theirs -> decisions -> bytes."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from onbo.document.model import Document, Field, Item, normal
from onbo.document.parse import parse
from onbo.document.source import LINE_END
from onbo.merging.align import align
from onbo.merging.chunks import ITEM, LINE, ROW, Chunk, cut
from onbo.merging.content import merge_chunks
from onbo.merging.placing import Placing
from onbo.merging.sequence import Clash, Token, merge
from onbo.merging.sides import Merged, Side

MARKER = 7


class Decision(NamedTuple):
    """What became of one thing and why. action: added, removed, kept, reworded, changed, moved, conflict."""

    action: str
    item: str
    reason: str


class Outcome(NamedTuple):
    """The merged bytes, what was decided, and what is in conflict, by name."""

    data: bytes
    decisions: tuple[Decision, ...]
    conflicts: tuple[str, ...]


class LostError(Exception):
    """The result does not hold every task of the three versions: it must not be used."""


class Three(NamedTuple):
    """Three versions of a checklist, and where in each the part to be merged begins (0-based line)."""

    base: Document
    ours: Document
    theirs: Document
    skip: tuple[int, int, int] = (0, 0, 0)


def merge_bytes(base: bytes, ours: bytes, theirs: bytes, marker: int = MARKER) -> Outcome:
    """Merge three versions of a file, as git gives them. Raises LostError or OnboError where it cannot."""
    if theirs in (ours, base):
        return Outcome(ours, (), ())
    if ours == base:
        return Outcome(theirs, (), ())
    first, second, third = _one_line_end(base, ours, theirs)
    versions = Three(parse("base", first), parse("ours", second), parse("theirs", third))
    return Merger(versions, marker=marker).outcome()


def _one_line_end(*versions: bytes) -> tuple[bytes, ...]:
    """Where one side changed every line end of the file, all versions with its line ends."""
    ends = [set(LINE_END.findall(data)) for data in versions]
    if any(len(found) != 1 for found in ends) or ends[0] == ends[1] == ends[2]:
        return versions
    wanted = (ends[1] if ends[1] != ends[0] else ends[2]).pop()
    return tuple(LINE_END.sub(wanted, data) for data in versions)


class Merger:
    """One merge. keep_state: theirs is a template, whose states mean nothing and whose removals spare what was done."""

    def __init__(
        self, versions: Three, *, marker: int = MARKER, keep_state: bool = False, distinct: Collection[str] = ()
    ) -> None:
        self.documents = versions[:3]
        self.marker = marker
        self.keep_state = keep_state
        self.cuts = [cut(document, skip) for document, skip in zip(self.documents, versions.skip, strict=True)]
        self.uids = align(self.cuts[0], self.cuts[1], self.cuts[2], distinct)
        self.tokens: list[list[Token]] = [
            [chunk.text if uid is None else uid for chunk, uid in zip(chunks, uids, strict=True)]
            for chunks, uids in zip(self.cuts, self.uids, strict=True)
        ]
        if not self.documents[0].source.data.strip():
            self.tokens[0] = _common(self.tokens[1], self.tokens[2])
        self.chunks: list[dict[Token, Chunk]] = [
            {chunk.text if uid is None else uid: chunk for chunk, uid in zip(chunks, uids, strict=True)}
            for chunks, uids in zip(self.cuts, self.uids, strict=True)
        ]
        self.placing = Placing(self.documents, self.cuts, self.tokens, self.chunks, template=keep_state)
        self.decisions: list[Decision] = []
        self.conflicts: list[str] = []
        self.emitted: Counter[tuple[str, str]] = Counter()
        self.unmarked: dict[bytes, bytes] = {}

    def outcome(self) -> Outcome:
        """Raises LostError where the result, read again, does not hold what was put into it.

        It is read with ours in the place of each conflict: markers may end a list, and what is nested behind them
        is read again as it was once they are gone.
        """
        pieces = list(self._pieces())
        data = self._joined(pieces)
        settled = self._joined([self.unmarked.get(piece, piece) for piece in pieces])
        found = Counter((normal(item.text), item.mark.lower()) for item in parse("merged", settled).items)
        if self.emitted - found:
            raise LostError(f"{(self.emitted - found).most_common(1)[0][0][0]!r} would be lost")
        return Outcome(data, tuple(self.decisions), tuple(self.conflicts))

    # What each thing says.

    def _pieces(self) -> Iterator[bytes]:
        base, ours, theirs = self.tokens
        neighbours = {pair for tokens in self.tokens for pair in pairwise(tokens)}
        before: Token | None = None
        for step in merge(base, ours, theirs, self.placing.policy(self._decide)):
            if isinstance(step, Clash):
                yield self._clash(step)
                before = None
                continue
            if before is not None and (before, step.token) not in neighbours and self._parted(before, step.token):
                yield self.documents[1].source.line_end()
            yield self._said(step.token)
            before = step.token

    def _parted(self, before: Token, token: Token) -> bool:
        """Whether an empty line belongs between what stands one behind the other in no version.

        A heading or a field right below a quote might be read as a part of it.
        """
        kinds = [next((side[known].kind for side in self.chunks if known in side), LINE) for known in (before, token)]
        if kinds[0] == kinds[1] and kinds[0] in (ITEM, ROW):
            return False
        if _is_empty(before) or _is_empty(token):
            return False
        return any(_is_empty(first) and second == token for tokens in self.tokens for first, second in pairwise(tokens))

    def _said(self, token: Token) -> bytes:
        """The data of a chunk, with its line end."""
        base, ours, theirs = (chunks.get(token) for chunks in self.chunks)
        if isinstance(token, bytes):
            chunk = ours or theirs or base
            if chunk is None:
                return token + self.documents[1].source.line_end()  # an empty quoted line between two notes
            return chunk.data
        if ours is None or theirs is None:
            return self._one_sided(token, base, ours, theirs)
        merged = merge_chunks(
            Side(self.documents[0], base) if base else None,
            Side(self.documents[1], ours),
            Side(self.documents[2], theirs),
            keep_state=self.keep_state,
        )
        self._report(token, base, ours, theirs, merged)
        if merged.conflict is None:
            self._count(merged.data, ours, theirs)
            return merged.data + self._end_of(ours, theirs)
        return self._marked(merged.ours, merged.base if base else None, merged.theirs)

    def _one_sided(self, token: int, base: Chunk | None, ours: Chunk | None, theirs: Chunk | None) -> bytes:
        chunk = ours or theirs
        if chunk is None:
            raise AssertionError(token)
        data = chunk.data
        if base is not None:
            names = ("the template", "the copy") if self.keep_state else ("theirs", "ours")
            which = names[0] if ours else names[1]
            self._decide("kept", token, f"{which} removed it, and {_why_kept(base, chunk)}")
        elif theirs is not None and ours is None:
            if self.keep_state and isinstance(theirs.ref, Item):
                at = theirs.ref.box.start + 1 - self._start(2, theirs)
                data = data[:at] + b" " + data[at + 1 :]
            self._decide("added", token, "new in the template" if self.keep_state else "new in theirs")
        self._count(data.rstrip(b"\r\n"), chunk)
        return data

    def _start(self, side: int, chunk: Chunk) -> int:
        return 0 if chunk.line == 0 else self.documents[side].source.starts[chunk.line]

    def _count(self, data: bytes, *chunks: Chunk | None) -> None:
        """Remember the task that goes into the result: it must be found there."""
        known = [chunk for chunk in chunks if chunk is not None and isinstance(chunk.ref, Item)]
        same = [chunk.ref for chunk in known if chunk.text == data and isinstance(chunk.ref, Item)]
        for item in same[:1] or (parse("item", data.lstrip(b" \t>")).items[:1] if known else ()):
            self.emitted[normal(item.text), item.mark.lower()] += 1

    def _end_of(self, ours: Chunk, theirs: Chunk) -> bytes:
        for chunk in (ours, theirs):
            if len(chunk.data) > len(chunk.text):
                return chunk.data[len(chunk.text) :]
        return b""

    def _clash(self, step: Clash) -> bytes:
        self.conflicts.append("text")
        texts = [b"".join(self._raw(side, token) for token in tokens) for side, tokens in enumerate(step)]
        self._decide_text(texts[1])
        return self._marked(texts[1], texts[0], texts[2])

    def _raw(self, side: int, token: Token) -> bytes:
        chunk = self.chunks[side].get(token)
        return chunk.text + self.documents[1].source.line_end() if chunk else b""

    def _marked(self, ours: bytes, base: bytes | None, theirs: bytes) -> bytes:
        """diff3 markers, labelled ours, base and theirs."""
        end = self.documents[1].source.line_end()
        sign = {name: name.encode() * self.marker for name in "<|=>"}
        parts = [sign["<"] + b" ours", ours, sign["|"] + b" base", base, sign["="], theirs, sign[">"] + b" theirs"]
        marked = b"".join(part.rstrip(b"\r\n") + end for part in parts if part)
        self.unmarked[marked] = ours.rstrip(b"\r\n") + end if ours else b""
        return marked

    def _joined(self, pieces: Sequence[bytes]) -> bytes:
        """The pieces, a line end between any two; a last one as ours has it, unless theirs changed that."""
        end = self.documents[1].source.line_end()
        data = b"".join(
            piece if index + 1 == len(pieces) or piece.endswith((b"\n", b"\r")) else piece + end
            for index, piece in enumerate(pieces)
        )
        closed = [document.source.data.endswith((b"\n", b"\r")) for document in self.documents]
        wanted = closed[2] if closed[1] == closed[0] else closed[1]
        if wanted and data and not data.endswith((b"\n", b"\r")):
            return data + end
        return data if wanted else data.rstrip(b"\r\n")

    # What is told.

    def _decide(self, action: str, token: Token, reason: str) -> None:
        chunk = next(chunks[token] for chunks in (self.chunks[1], self.chunks[2], self.chunks[0]) if token in chunks)
        self.decisions.append(Decision(action, _name(chunk), reason))

    def _decide_text(self, text: bytes) -> None:
        words = text.decode("utf-8", "replace").strip().split("\n")[0]
        self.decisions.append(Decision("conflict", words, "both changed this text"))

    def _report(self, token: int, base: Chunk | None, ours: Chunk, theirs: Chunk, merged: Merged) -> None:
        if merged.conflict is not None:
            self.conflicts.append(_name(ours))
            self._decide("conflict", token, f"both changed {merged.conflict}")
        elif merged.data != ours.text and isinstance(ours.ref, Item) and isinstance(theirs.ref, Item) and base:
            words = isinstance(base.ref, Item) and theirs.ref.text != base.ref.text
            done = ours.ref.done
            self._decide(
                "reworded" if words else "changed",
                token,
                "reworded after it was ticked" if words and done else "changed there",
            )
        elif merged.data != ours.text:
            self._decide("changed", token, "changed there")


def _common(ours: Sequence[Token], theirs: Sequence[Token]) -> list[Token]:
    """What both have, in order: the base of a file that both added."""
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    return [token for block in blocks for token in ours[block.a : block.a + block.size]]


def _why_kept(base: Chunk, chunk: Chunk) -> str:
    if isinstance(chunk.ref, Item) and not chunk.ref.open:
        return "it is done" if chunk.ref.done else "it is set aside"
    return "it is changed" if chunk.text != base.text else "what is below it stays"


def _is_empty(token: Token) -> bool:
    return isinstance(token, bytes) and not token.strip()


def _name(chunk: Chunk) -> str:
    """What people call it."""
    if isinstance(chunk.ref, Item):
        return chunk.ref.text
    if isinstance(chunk.ref, Field):
        return chunk.ref.label
    return chunk.text.decode("utf-8", "replace").strip()
