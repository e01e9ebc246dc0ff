"""The rows of a checklist: its sections and items, those that are folded away or filtered out left out. Pure."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from onbo.document import identity
from onbo.document.identity import ItemKey, SectionKey, normal
from onbo.document.model import Item, Section
from onbo.onboarding.reckoning import ItemProgress, SectionProgress
from onbo.present.counts import bar, fraction
from onbo.present.text import Line, Piece, line
from onbo.tui.desk import Look

DATE = 15
SPARE = 28
BAR_FROM = 64
FOLDED, UNFOLDED = "▸", "▾"


# What an entry is, and which.
Key = tuple[str, ItemKey | SectionKey]


class Entry(NamedTuple):
    """A row: a section or an item. key: what it is, wherever it stands."""

    key: Key
    depth: int
    section: SectionProgress | None = None
    row: ItemProgress | None = None

    @property
    def item(self) -> Item | None:
        return self.row.item if self.row else None


def entries(look: Look, folded: Collection[Key], words: str = "") -> list[Entry]:
    """What is to be seen. With words, the items that hold them all and the sections above, folded or not."""
    return _Listing(look, folded, words).made


class _Listing:
    def __init__(self, look: Look, folded: Collection[Key], words: str) -> None:
        self.folded = folded
        self.wanted = normal(words).split()
        self.rows = {row.item.number: row for row in look.progress.items}
        self.sections = {found.number: found for found in _all(look.progress.phases)}
        self.keys = {section.line: key for key, section in identity.section_keys(look.document)}
        self.depths: dict[str, int] = {}
        self.made: list[Entry] = []
        for section in look.document.sections:
            self._section(section, 0)

    def _section(self, section: Section, depth: int) -> None:
        if section.number is None:
            return
        entry = Entry(("section", self.keys[section.line]), depth, self.sections[section.number])
        at = len(self.made)
        self.made.append(entry)
        if entry.key not in self.folded or self.wanted:
            for item in section.items:
                self._item(self.rows[item.number], depth + 1)
            for inner in section.sections:
                self._section(inner, depth + 1)
        if self.wanted and len(self.made) == at + 1:
            del self.made[at:]

    def _item(self, row: ItemProgress, depth: int) -> None:
        """An item; one that is nested stands deeper than its parent."""
        deep = self.depths.get(row.item.parent or "", depth - 1) + 1
        self.depths[row.item.number] = deep
        if all(word in _text(row) for word in self.wanted):
            self.made.append(Entry(("item", row.item.key), deep, None, row))


def _all(sections: Collection[SectionProgress]) -> Iterator[SectionProgress]:
    for section in sections:
        yield section
        yield from _all(section.sections)


def _text(row: ItemProgress) -> str:
    """What is searched: number, words, owner, for whom it waits, and its state."""
    item = row.item
    said = (item.number, item.text, f"@{item.value('owner') or ''}", item.value("waiting") or "", row.state)
    return normal(" ".join(said))


def section_keys(look: Look) -> list[Key]:
    """Every section that can be folded."""
    return [entry.key for entry in entries(look, ()) if entry.section]


def place(found: list[Entry], key: Key | None, index: int) -> int:
    """Where the entry of that key is; else what stands where it stood."""
    at = next((at for at, entry in enumerate(found) if entry.key == key), None)
    return at if at is not None else max(0, min(index, len(found) - 1))


def above(found: list[Entry], index: int) -> int | None:
    """The heading above an entry."""
    depth = found[index].depth
    return next((at for at in range(index - 1, -1, -1) if found[at].section and found[at].depth < depth), None)


# --- A row as a line ---


def left(entry: Entry, *, folded: bool) -> Line:
    indent = "  " * entry.depth
    if entry.section is not None:
        title = entry.section.title or "(before the first heading)"
        return line(Piece(f"{indent}{FOLDED if folded else UNFOLDED} {entry.section.number} {title}", "strong"))
    if entry.row is None:
        raise AssertionError("an entry is one or the other")
    item = entry.row.item
    return line(Piece(f"{indent}[{item.mark}] {item.number} {item.text}", _role(entry.row)))


def _role(row: ItemProgress) -> str:
    return {"done": "good", "n/a": "muted"}.get(row.state, "")


def box_columns(entry: Entry) -> range:
    """Where a click means the box."""
    start = 2 * entry.depth
    return range(start, start + 3)


def right(entry: Entry, columns: int) -> Line:
    """Counts of a section; of an item whose it is, for whom it waits, and when it is due, as far as there is room."""
    if entry.section is not None:
        return _tally(entry.section, columns)
    if entry.row is None:
        raise AssertionError("an entry is one or the other")
    row, item = entry.row, entry.row.item
    if not item.open:
        reason = item.value("reason") if not item.applies else None
        return line(Piece(f"n/a: {reason}"[: columns // 3], "muted")) if reason else []
    owner, waiting = item.value("owner"), item.value("waiting")
    parts = [
        Piece(f"@{owner}", "muted") if owner else None,
        Piece(f"waits: {waiting}", "warn") if waiting else None,
        _due(row),
    ]
    kept = [part for part in parts if part is not None]
    while len(kept) > 1 and sum(len(part.text) + 2 for part in kept) + SPARE > columns:
        kept.pop(0)
    return [piece for part in kept for piece in (Piece("  "), part)][1:]


def _due(row: ItemProgress) -> Piece | None:
    if row.due is None:
        return None
    word, role = {"overdue": ("late", "bad"), "due soon": ("soon", "warn")}.get(row.state, ("due", "muted"))
    return Piece(f"{word} {row.due}".rjust(DATE), role)


def _tally(section: SectionProgress, columns: int) -> Line:
    counts = section.counts
    late = f"{counts.overdue} late  " if counts.overdue else ""
    drawn = f"{bar(counts)} " if columns >= BAR_FROM else ""
    return line(Piece(late, "bad"), Piece(drawn, "muted"), Piece(f"{fraction(counts):>7}", "strong"))
