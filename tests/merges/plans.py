"""Plans made at random, as a model that edits change and that is written out as Markdown."""

from copy import deepcopy
from dataclasses import dataclass, field
from random import Random

VERBS = ["Provision", "Configure", "Import", "Book", "Review", "Agree on", "Send", "Check", "Launch", "Name"]
THINGS = ["the workspace", "single sign-on", "old records", "a weekly meeting", "success metrics", "the welcome mail"]
COLLIDING = ["Session", "Session #2", "A > B", "1.1", "Session > A"]
TITLES = ["Setup", "Session", "A", "A > B"]
LABELS = ["CSM", "Sponsor", "Session"]
OWNERS = ["@ann", "@bob"]
DATES = ["due:2026-12-05", "due:2027-01-15"]


@dataclass
class Note:
    text: str


@dataclass
class Item:
    text: str
    mark: str = " "
    owner: str = ""
    due: str = ""
    id: str = ""
    bullet: str = "-"
    notes: list[Note] = field(default_factory=list)
    subs: list["Item"] = field(default_factory=list)


@dataclass
class Prose:
    text: str
    quoted: bool = False
    fenced: bool = False


@dataclass
class Field:
    label: str
    value: str


@dataclass
class Notes:
    label: str
    lines: list[str]


@dataclass
class Table:
    header: list[str]
    rows: list[list[str]]


Block = Item | Prose | Field | Notes | Table


@dataclass
class Section:
    level: int
    title: str
    blocks: list[Block] = field(default_factory=list)


@dataclass
class Plan:
    """indent: what a sub-item is moved in by. end: the line end of the file."""

    matter: dict[str, str]
    sections: list[Section]
    indent: str = "  "
    end: str = "\n"
    closed: bool = True

    def copy(self) -> "Plan":
        return deepcopy(self)

    def all_items(self) -> list[tuple[list[Item] | list[Block], Item]]:
        """Every item with the list that holds it, in order."""
        found: list[tuple[list[Item] | list[Block], Item]] = []

        def walk(holder: list[Item] | list[Block]) -> None:
            for block in holder:
                if isinstance(block, Item):
                    found.append((holder, block))
                    walk(block.subs)

        for section in self.sections:
            walk(section.blocks)
        return found

    def blocks(self, kind: type) -> list[tuple[list[Block], Block]]:
        return [(s.blocks, block) for s in self.sections for block in s.blocks if isinstance(block, kind)]

    def render(self) -> bytes:
        lines: list[str] = []
        if self.matter:
            lines += ["---", *(f"{key}: {value}" for key, value in self.matter.items()), "---"]
        for section in self.sections:
            lines += ["", f"{'#' * section.level} {section.title}"]
            before: Block | None = None
            for block in section.blocks:
                if type(block) is not type(before) or isinstance(block, Prose | Notes | Table):
                    lines.append("")
                lines += _rendered(block, self.indent)
                before = block
        text = self.end.join(lines).lstrip("\r\n")
        return (text + (self.end if self.closed else "")).encode()


def _rendered(block: Block, indent: str) -> list[str]:
    if isinstance(block, Item):
        return _item(block, "", indent)
    if isinstance(block, Prose):
        if block.fenced:
            return ["```", block.text, "```"]
        return [f"> {block.text}" if block.quoted else block.text]
    if isinstance(block, Field):
        return [f"**{block.label}:** {block.value}".rstrip()]
    if isinstance(block, Notes):
        return [f"**{block.label}:**", *(f"> {line}" for line in block.lines)]
    dashes = "|---" * len(block.header) + "|"
    return [f"| {' | '.join(block.header)} |", dashes, *(f"| {' | '.join(row)} |" for row in block.rows)]


def _item(item: Item, prefix: str, indent: str) -> list[str]:
    words = [f"{item.bullet} [{item.mark}]", item.text, item.owner, item.due]
    words += ["(n/a: not needed)"] if item.mark == "~" else []
    words += [f"<!-- id={item.id} -->"] if item.id else []
    lines = [prefix + " ".join(filter(None, words))]
    inner = prefix + (indent if item.bullet != "1." or indent == "\t" else "   ")
    for at, note in enumerate(item.notes):
        lines += [f"{inner}>"] * (at > 0) + [f"{inner}> {note.text}"]
    for sub in item.subs:
        lines += _item(sub, inner, indent)
    return lines


class Words:
    """Texts: each with a word of its own (k1, k2 ...), or drawn from very few that are all alike."""

    def __init__(self, random: Random, *, colliding: bool, first: int = 0) -> None:
        self.random, self.colliding, self.count = random, colliding, first

    def own(self) -> str:
        self.count += 1
        return f"k{self.count}"

    def item(self) -> str:
        if self.colliding:
            return self.random.choice(COLLIDING)
        pick, own = self.random.choice, self.own()
        return f"{pick(VERBS)} {own}a {own}b {pick(THINGS)} {own}c {own}"

    def title(self) -> str:
        return self.random.choice(TITLES) if self.colliding else f"Phase {self.own()}"

    def line(self) -> str:
        if self.colliding:
            return self.random.choice(["They start small.", "Session", "See Session #2."])
        return f"Word {self.own()} about {self.random.choice(THINGS)}."

    def label(self) -> str:
        return self.random.choice(LABELS) if self.colliding else f"Label {self.own()}"

    def cell(self) -> str:
        return self.random.choice(["Session", "5", "1.1"]) if self.colliding else f"cell {self.own()}"


def make(random: Random, words: Words) -> Plan:
    """A small plan: 10 to 50 lines."""
    matter = {"template": "plan", "version": '"1.0"'} if random.random() < 0.4 else {}
    sections = [Section(1, words.title(), [_field(random, words) for _ in range(random.randint(0, 3))])]
    for _ in range(random.randint(1, 3)):
        section = Section(random.choice([2, 2, 3]), words.title())
        for _ in range(random.randint(1, 4)):
            section.blocks.append(_block(random, words))
        sections.append(section)
    return Plan(matter, sections, random.choice(["  ", "  ", "    ", "\t"]), closed=random.random() < 0.9)


def _block(random: Random, words: Words) -> Block:
    kind = random.choice(["item"] * 6 + ["prose", "quote", "field", "notes", "table", "fence"])
    if kind == "item":
        return new_item(random, words, 0)
    if kind in ("prose", "quote", "fence"):
        return Prose(words.line(), kind == "quote", kind == "fence")
    if kind == "field":
        return _field(random, words)
    if kind == "notes":
        form = random.random() < 0.6
        return Notes(words.label(), ["[Document what was agreed]"] if form else [words.line()])
    header = ["Name", "Impact", "Owner"]
    rows = [
        [words.cell(), random.choice(["[High/Low]", "High", words.cell()]), "[Who]"]
        for _ in range(random.randint(1, 3))
    ]
    return Table(header, rows)


def _field(random: Random, words: Words) -> Field:
    value = random.choice(["[Name]", "[Date]", words.cell(), "[Score]/100 -- [Green/Yellow/Red]", "[Users] of [Seats]"])
    return Field(words.label(), value)


def new_item(random: Random, words: Words, depth: int) -> Item:
    item = Item(words.item(), random.choice("     x~"), bullet=random.choice(["-", "-", "-", "*", "1."]))
    if random.random() < 0.15:
        item.owner = random.choice(OWNERS)
    if random.random() < 0.1 and not words.colliding:
        item.id = words.own()
    if random.random() < 0.25:
        item.notes = [Note(words.line()) for _ in range(random.randint(1, 2))]
    if depth < 2 and random.random() < 0.3:
        item.subs = [new_item(random, words, depth + 1) for _ in range(random.randint(1, 2))]
        for sub in item.subs:
            sub.bullet = item.subs[0].bullet
    return item
