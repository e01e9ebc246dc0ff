"""An abstract plan, in which everything has an identity that the text does not show, and its rendering."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import TypeVar

Token = tuple[str, str]
T = TypeVar("T")

CONSONANTS, VOWELS = "bdfgklmnprstvz", "aeiou"
SYLLABLES = [consonant + vowel for consonant in CONSONANTS for vowel in VOWELS]
VERBS = ["Review", "Confirm", "Send", "Schedule", "Prepare", "Collect"]
NOUNS = ["plan", "meeting", "access", "report", "contract", "data"]
DATES = [f"2026-12-{day:02}" for day in range(1, 29)]
FORMS = ["[Date]", "[Name]", "[CSM Name]", "[#]", "[Value]", "[SE / Implementation team name]"]
SCORE_FORM = "[Score]/100 -- [Green/Yellow/Red]"
PERCENT_FORM = "[___%] of licensed users active"
NOTES_FORMS = ["[Document key takeaways, concerns raised, decisions made]", "[Document configuration decisions]"]
INDENTS = ["  ", "    ", "\t"]
BULLETS = ["-", "*", "1."]
BLOCKS = ("prose", "quote", "field", "notes", "table", "item", "fence")

# What the text of a node is, where it is called otherwise.
SAID = {"quote": "note", "notes": "label", "field": "label", "heading": "title", "code": "prose"}
POOLS = {
    "title": ["Session", "Session #2", "A > B", "1.1", "Setup"],
    "item": ["Session", "Session #2", "A > B", "1.1", "Call Ann"],
    "row": ["Session", "Session #2", "Logins", "1.1"],
    "label": ["Owner", "Session", "Call Notes", "Session #2"],
    "prose": ["Session", "See below.", "1.1", "A > B"],
    "note": ["Session #2", "Ask Ann.", "See below.", "1.1"],
    "value": ["Ann", "Bob", "Session", "12"],
    "column": ["Metric", "Value", "Session", "Status"],
    "name": ["ann", "bob", "session"],
}


def likeness(text: str, other: str) -> float:
    """The share of the longer one's words that both have."""
    own, there = text.casefold().split(), other.casefold().split()
    common = sum(min(own.count(word), there.count(word)) for word in set(own))
    return common / max(len(own), len(there), 1)


class Node:
    """One thing of a plan. `text` is what it is known by: title, words, label, note, key, table's label."""

    __slots__ = ("bullet", "cells", "kids", "kind", "level", "mark", "text", "tokens", "uid", "value")

    def __init__(self, kind: str, uid: int, text: str = "") -> None:
        self.kind = kind
        self.uid = uid
        self.text = text
        self.value = ""
        self.mark = " "
        self.level = 0
        self.bullet = "-"
        self.tokens: list[Token] = []
        self.cells: list[str] = []
        self.kids: list[Node] = []

    def copy(self) -> "Node":
        twin = Node(self.kind, self.uid, self.text)
        twin.value, twin.mark, twin.level, twin.bullet = self.value, self.mark, self.level, self.bullet
        twin.tokens, twin.cells = list(self.tokens), list(self.cells)
        twin.kids = [kid.copy() for kid in self.kids]
        return twin

    def walk(self) -> "Iterator[Node]":
        yield self
        for kid in self.kids:
            yield from kid.walk()

    def parents(self) -> "Iterator[tuple[Node, Node]]":
        """Each node below it, with the node above that."""
        for kid in self.kids:
            yield self, kid
            yield from kid.parents()

    @property
    def signature(self) -> tuple[object, ...]:
        """All that it says itself."""
        return (self.text, self.value, self.mark, tuple(self.tokens), tuple(self.cells))


class Plan:
    """root: the title, a heading of level 1 with blocks, then sections; front: keys of the front matter."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.front: list[Node] = []
        self.indent = INDENTS[0]
        self.end = "\n"
        self.ended = True

    def copy(self) -> "Plan":
        twin = Plan(self.root.copy())
        twin.front = [key.copy() for key in self.front]
        twin.indent, twin.end, twin.ended = self.indent, self.end, self.ended
        return twin

    def nodes(self, *kinds: str) -> list[Node]:
        return [node for node in self.root.walk() if node.kind in kinds]

    def holders(self, *kinds: str) -> list[tuple[Node, Node]]:
        """Nodes of these kinds, each with the node that holds it."""
        return [(holder, node) for holder, node in self.root.parents() if node.kind in kinds]


def seeded(seed: int | str) -> Random:
    return Random(seed)  # noqa: S311  the same every time, and no secret


def word(number: int) -> str:
    """The number as a word that can be said; different for each number below 343,000."""
    # Scattered, so that neighbours are unlike each other.
    high, low = divmod(number * 7919 % len(SYLLABLES) ** 3, len(SYLLABLES))
    higher, middle = divmod(high, len(SYLLABLES))
    return SYLLABLES[higher % len(SYLLABLES)] + SYLLABLES[middle] + SYLLABLES[low]


class Hand:
    """Who writes: chooses places and words, the same ones for the same seed.

    first  number of the first word that is this hand's own
    focus  where in the plan it likes to work, from 0 to 1; None: anywhere
    """

    def __init__(self, rng: Random, pools: dict[str, list[str]] | None, first: int, focus: float | None = None) -> None:
        self.rng = rng
        self.pools = pools
        self.number = first
        self.uids = first * 1000
        self.focus = focus

    def uid(self) -> int:
        self.uids += 1
        return self.uids

    def fresh(self) -> str:
        self.number += 1
        return word(self.number)

    def pick(self, choices: Sequence[T]) -> T:
        """One of these; where there is a focus, mostly one near it."""
        if self.focus is None or self.rng.random() < 0.25:
            return self.rng.choice(choices)
        at = int(self.focus * len(choices)) + self.rng.choice((-1, 0, 0, 0, 1))
        return choices[min(max(at, 0), len(choices) - 1)]

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def say(self, what: str) -> str:
        """Words for a title, item, row, label, prose, note, value, column or name."""
        if self.pools is not None:
            return self.rng.choice(self.pools[what])
        if what in ("row", "column"):
            return self.fresh().capitalize()
        if what in ("value", "name"):
            return self.fresh()
        if what in ("title", "label"):
            return f"{self.fresh().capitalize()} {self.rng.choice(NOUNS)}"
        if self.chance(0.5):
            return f"{self.rng.choice(VERBS)} the {self.rng.choice(NOUNS)} {self.fresh()} {self.fresh()}"
        return " ".join([self.fresh().capitalize(), *(self.fresh() for _ in range(self.rng.randint(2, 5)))])

    def token(self) -> Token:
        kind = self.rng.choice(("owner", "due", "waiting", "id"))
        if kind == "due":
            return kind, self.rng.choice(DATES)
        return kind, self.fresh() if kind == "id" else self.say("name")

    def node(self, kind: str) -> Node:
        """A new one of that kind, as somebody would write it."""
        node = Node(kind, self.uid(), "" if kind in ("table", "fence") else self.say(SAID.get(kind, kind)))
        MAKERS.get(kind, lambda _hand, _node: None)(self, node)
        return node


def make_item(hand: Hand, node: Node) -> None:
    node.mark = hand.rng.choice("    xx~")
    if node.mark == "~" and hand.chance(0.5):
        node.tokens.append(("reason", hand.say("name")))
    if hand.chance(0.3):
        node.tokens.append(hand.token())
    if hand.chance(0.25):
        node.kids.append(hand.node("note"))


def make_field(hand: Hand, node: Node) -> None:
    node.value = hand.rng.choice([SCORE_FORM, PERCENT_FORM, *FORMS, *FORMS]) if hand.chance(0.5) else hand.say("value")


def make_notes(hand: Hand, node: Node) -> None:
    if hand.chance(0.6):
        node.kids.append(Node("quote", hand.uid(), hand.rng.choice(NOTES_FORMS)))
    else:
        node.kids += [hand.node("quote") for _ in range(hand.rng.randint(1, 2))]


def make_row(hand: Hand, columns: int) -> Node:
    row = Node("row", hand.uid(), "")
    row.cells = [hand.say("row"), *(hand.say("value") for _ in range(columns - 1))]
    row.text = row.cells[0]
    return row


def make_table(hand: Hand, node: Node) -> None:
    node.text = hand.say("label") if hand.chance(0.4) else ""
    node.cells = [hand.say("column") for _ in range(hand.rng.randint(2, 3))]
    if hand.chance(0.3):
        row = Node("row", hand.uid(), f"[{node.cells[0]}]")
        row.cells = [f"[{cell}]" for cell in node.cells]
        node.kids.append(row)
    else:
        node.kids += [make_row(hand, len(node.cells)) for _ in range(hand.rng.randint(1, 3))]


def make_fence(hand: Hand, node: Node) -> None:
    for _ in range(hand.rng.randint(1, 2)):
        node.kids.append(Node("code", hand.uid(), f"- [ ] {hand.say('item')}"))


MAKERS = {
    "item": make_item,
    "field": make_field,
    "notes": make_notes,
    "table": make_table,
    "fence": make_fence,
}


def make_list(hand: Hand, holder: Node, count: int, depth: int) -> None:
    for _ in range(count):
        item = hand.node("item")
        if depth < 3 and hand.chance(0.2):
            make_list(hand, item, hand.rng.randint(1, 2), depth + 1)
        holder.kids.append(item)


def make_section(hand: Hand, level: int) -> Node:
    section = Node("heading", hand.uid(), hand.say("title"))
    section.level = level
    section.bullet = hand.rng.choice("---*") if hand.chance(0.85) else "1."
    for kind in ("prose", "quote", "field", "field", "notes", "table", "fence"):
        if hand.chance({"prose": 0.3, "field": 0.25, "table": 0.2, "notes": 0.2}.get(kind, 0.06)):
            section.kids.append(hand.node(kind))
    make_list(hand, section, hand.rng.randint(0, 4), 1)
    if hand.chance(0.25):
        section.kids.append(hand.node(hand.rng.choice(("field", "notes", "prose", "table"))))
    if level == 2 and hand.chance(0.35):
        section.kids += [make_section(hand, 3) for _ in range(hand.rng.randint(1, 2))]
    return section


def make_plan(rng: Random, pools: dict[str, list[str]] | None) -> Plan:
    """A plan of some 10 to 60 lines."""
    hand = Hand(rng, pools, 0)
    root = Node("heading", hand.uid(), f"Plan {hand.fresh()}")
    root.level = 1
    for label, form in (("Customer", "[Customer Name]"), ("CSM", "[CSM Name]")):
        field = Node("field", hand.uid(), label)
        field.value = form
        root.kids.append(field)
    root.kids += [make_section(hand, 2) for _ in range(rng.randint(1, 3))]
    plan = Plan(root)
    if hand.chance(0.4):
        for key in ("template", "version", "team"):
            front = Node("front", hand.uid(), key)
            front.value = hand.fresh()
            plan.front.append(front)
    plan.indent = rng.choice(INDENTS) if hand.chance(0.3) else INDENTS[0]
    plan.end = "\r\n" if hand.chance(0.15) else "\n"
    plan.ended = hand.chance(0.9)
    tidy(plan)
    return plan


def make_pools(rng: Random) -> dict[str, list[str]]:
    return {what: rng.sample(texts, min(rng.randint(2, 4), len(texts))) for what, texts in POOLS.items()}


def tidy(plan: Plan) -> None:
    """Blocks before sections; no quote below a field or table's label, where it would be that label's notes."""
    for section in plan.nodes("heading"):
        blocks = [kid for kid in section.kids if kid.kind != "heading"]
        after = "heading"
        first: list[Node] = []
        rest: list[Node] = []
        for block in blocks:
            (first if block.kind == "quote" and after in ("field", "notes") else rest).append(block)
            after = block.kind
        section.kids = first + rest + [kid for kid in section.kids if kid.kind == "heading"]


# --- Text ---


def render(plan: Plan) -> bytes:
    lines: list[str] = []
    if plan.front:
        lines += ["---", *(f"{key.text}: {key.value}" for key in plan.front), "---"]
    lines += section_lines(plan, plan.root)
    return (plan.end.join(lines) + (plan.end if plan.ended else "")).encode()


def section_lines(plan: Plan, section: Node) -> list[str]:
    lines = [f"{'#' * section.level} {section.text}"]
    before = None
    number = 0
    for kid in section.kids:
        if kid.kind == "heading":
            lines += ["", *section_lines(plan, kid)]
            continue
        together = kid.kind == before and kid.kind in ("prose", "quote", "field", "item")
        if not together and not (before == "field" and kid.kind == "notes"):
            lines.append("")
            number = 0
        number += 1
        lines += block_lines(plan, section, kid, number)
        before = kid.kind
    return lines


def block_lines(plan: Plan, section: Node, block: Node, number: int) -> list[str]:
    match block.kind:
        case "item":
            return item_lines(plan, section.bullet, block, 0, number)
        case "field":
            return [f"**{block.text}:** {block.value}"]
        case "notes":
            return [f"**{block.text}:**", *(f"> {line.text}" for line in block.kids)]
        case "table":
            label = [f"**{block.text}:**", ""] if block.text else []
            return [*label, row_line(block.cells), "|" + "---|" * len(block.cells), *map(row_text, block.kids)]
        case "fence":
            return ["```", *(line.text for line in block.kids), "```"]
        case "quote":
            return [f"> {block.text}"]
    return [block.text]


def row_line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def row_text(row: Node) -> str:
    return row_line(row.cells)


def token_text(token: Token) -> str:
    kind, value = token
    return {
        "owner": f"@{value}",
        "due": f"due:{value}",
        "waiting": f"waiting:{value}",
        "reason": f"(n/a: {value})",
        "id": f"<!-- id={value} -->",
    }[kind]


def item_lines(plan: Plan, bullet: str, item: Node, depth: int, number: int) -> list[str]:
    unit = "    " if bullet == "1." and plan.indent == "  " else plan.indent
    begin = f"{number}." if bullet == "1." else bullet
    tokens = "".join(f" {token_text(token)}" for token in item.tokens)
    lines = [f"{unit * depth}{begin} [{item.mark}] {item.text}{tokens}"]
    number = 0
    for kid in item.kids:
        if kid.kind == "note":
            lines.append(f"{unit * (depth + 1)}> {kid.text}")
        else:
            number += 1
            lines += item_lines(plan, bullet, kid, depth + 1, number)
    return lines
