"""What of a checklist is to be seen: what is folded, what is searched, and the rows that are left. No widget."""

from onbo.present.counts import bar, done_words
from onbo.present.status import state_words
from onbo.present.text import Line, Piece, line
from onbo.tui.desk import Look
from onbo.tui.drawing import cut_to, fit
from onbo.tui.entries import Entry, Key, above, entries, left, place, right, section_keys


class Outline:
    """lit: the index of the row that is lit; it follows its entry when rows come and go.

    missed: the entry that was lit and is gone from the file; where it comes back it is lit again.
    """

    def __init__(self, look: Look) -> None:
        self.look = look
        self.folded: set[Key] = set()
        self.words = ""
        self.missed: Key | None = None
        self.found = entries(look, ())
        self.lit = next((at for at, entry in enumerate(self.found) if entry.item and entry.item.open), 0)

    @property
    def entry(self) -> Entry | None:
        return self.found[self.lit] if self.found else None

    def light(self, index: int) -> None:
        """Light a row as the user does."""
        self.lit, self.missed = index, None

    def relist(self, key: Key | None = None) -> None:
        """The rows anew; what was lit stays lit, or the entry of that key."""
        before = key or self.missed or (self.entry.key if self.entry else None)
        self.found = entries(self.look, self.folded, self.words)
        self.lit = place(self.found, before, self.lit)
        there = self.entry is not None and self.entry.key == before
        self.missed = None if there or self.words else before
        if self.words and not there:  # the first that was found, not its heading
            self.lit = next((at for at, entry in enumerate(self.found) if entry.item), 0)

    def fold(self) -> None:
        """Fold the section that is lit, or unfold it."""
        entry = self.entry
        if entry and entry.section:
            self.folded ^= {entry.key}
            self.relist()

    def open(self) -> None:
        entry = self.entry
        if entry and entry.key in self.folded:
            self.fold()

    def close(self) -> None:
        """Fold the section that is lit; from an item, or from what is folded, go to the heading above."""
        entry = self.entry
        if entry and entry.section and entry.key not in self.folded and not self.words:
            self.fold()
        elif entry:
            heading = above(self.found, self.lit)
            self.light(self.lit if heading is None else heading)

    def fold_all(self) -> None:
        """Fold every section, the light on its phase; or, where some are folded, unfold them all."""
        if self.folded:
            self.folded = set()
            self.relist()
            return
        at: int | None = self.lit
        while at is not None and self.found and self.found[at].depth:
            at = above(self.found, at)
        self.folded = set(section_keys(self.look))
        self.relist(self.found[at].key if at is not None and self.found else None)

    def line_of(self, entry: Entry) -> int:
        """Where it stands in the file."""
        if entry.item is not None:
            return entry.item.line
        number = entry.section.number if entry.section else None
        return next((section.line for section in self.look.document.walk() if section.number == number), 1)

    def drawn(self, index: int, columns: int) -> Line:
        entry = self.found[index]
        folded = entry.key in self.folded and not self.words
        return fit(left(entry, folded=folded), right(entry, columns), columns)


def head(look: Look, searched: Line, columns: int) -> list[Line]:
    """Name and counts of the whole; then how it stands, and why."""
    row, counts = look.row, look.progress.counts
    name = " · ".join(part for part in (row.name, look.progress.facts.segment_title, row.template) if part)
    done = line(Piece(f"{done_words(counts)} ", "strong"), Piece(bar(counts)))
    error = line(Piece(f"{row.error}; ", "bad")) if row.error else []
    return [
        fit(line(Piece(name, "strong")), done, columns),
        cut_to([*searched, *error, *state_words(look.progress)], columns),
    ]
