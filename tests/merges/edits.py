"""Edits of a plan, as people make them. Each takes a hand and a plan, and gives whether it found something to do."""

from collections.abc import Callable

from merges.plans import (
    BULLETS,
    DATES,
    INDENTS,
    NOTES_FORMS,
    NOUNS,
    PERCENT_FORM,
    SAID,
    SCORE_FORM,
    Hand,
    Node,
    Plan,
    Token,
    make_list,
    make_row,
    make_section,
    tidy,
)

Edit = Callable[[Hand, Plan], bool]


def depth_of(plan: Plan, item: Node) -> int:
    """How many items stand above it, and it; 0 for what is no item of the plan."""

    def below(holder: Node, depth: int) -> int:
        for kid in holder.kids:
            if kid is item:
                return depth + (kid.kind == "item")
            deeper = below(kid, depth + (kid.kind == "item"))
            if deeper:
                return deeper
        return 0

    return below(plan.root, 0)


def height(item: Node) -> int:
    return 1 + max((height(kid) for kid in item.kids if kid.kind == "item"), default=0)


def place(holder: Node, at: int, node: Node) -> None:
    holder.kids.insert(min(max(at, 0), len(holder.kids)), node)


# --- Items: marks and tokens ---


def mark_item(marks: str, mark: str) -> Edit:
    def edit(hand: Hand, plan: Plan) -> bool:
        items = [item for item in plan.nodes("item") if item.mark in marks]
        if not items:
            return False
        item = hand.pick(items)
        if item.mark == "~":
            item.tokens = [token for token in item.tokens if token[0] != "reason"]
        item.mark = mark
        if mark == "~" and hand.chance(0.7):
            item.tokens.append(("reason", hand.say("name")))
        return True

    return edit


def add_token(hand: Hand, plan: Plan) -> bool:
    token = hand.token()
    items = [item for item in plan.nodes("item") if all(kind != token[0] for kind, _ in item.tokens)]
    if not items:
        return False
    tokens = hand.pick(items).tokens
    tokens.insert(hand.rng.choice((0, len(tokens))) if token[0] != "id" else len(tokens), token)
    return True


def drop_token(hand: Hand, plan: Plan) -> bool:
    items = [item for item in plan.nodes("item") if item.tokens]
    if not items:
        return False
    tokens = hand.pick(items).tokens
    del tokens[hand.rng.randrange(len(tokens))]
    return True


def change_token(hand: Hand, plan: Plan) -> bool:
    items = [item for item in plan.nodes("item") if any(kind != "id" for kind, _ in item.tokens)]
    if not items:
        return False
    tokens = hand.pick(items).tokens
    at = hand.rng.choice([at for at, (kind, _) in enumerate(tokens) if kind != "id"])
    kind = tokens[at][0]
    changed: Token = (kind, hand.rng.choice(DATES) if kind == "due" else hand.say("name"))
    done = changed != tokens[at]
    tokens[at] = changed
    return done


# --- Words ---


def reworded(hand: Hand, text: str, share: float) -> str:
    """Other words in place of that share of these."""
    words = text.split()
    count = max(1, round(len(words) * share))
    for at in hand.rng.sample(range(len(words)), min(count, len(words))):
        words[at] = hand.rng.choice(NOUNS) if hand.pools is not None and hand.chance(0.5) else hand.fresh()
    return " ".join(words)


def reword(kind: str, share: float) -> Edit:
    """share: of the words; 1: wholly."""

    def edit(hand: Hand, plan: Plan) -> bool:
        nodes = [node for node in plan.nodes(kind) if node.text not in NOTES_FORMS]
        if not nodes:
            return False
        node = hand.pick(nodes)
        text = hand.say(SAID.get(kind, kind)) if share == 1 else reworded(hand, node.text, share)
        changed = text != node.text
        node.text = text
        return changed

    return edit


# --- Adding, removing and moving ---


def add_item(hand: Hand, plan: Plan) -> bool:
    holders = [*plan.nodes("heading"), *(item for item in plan.nodes("item") if depth_of(plan, item) < 3)]
    holder = hand.pick(holders)
    item = hand.node("item")
    if hand.chance(0.6):
        item.mark = " "
    if hand.chance(0.1) and holder.kind == "heading":
        make_list(hand, item, 1, 2)
    places = [at for at, kid in enumerate(holder.kids) if kid.kind in ("item", "note")]
    first = 0 if not places else min(places)
    at = hand.rng.randint(first, max(places) + 1) if places else len(holder.kids)
    if holder.kind == "item":
        notes = [place for place in places if holder.kids[place].kind == "note"]
        at = max(at, max(notes) + 1 if notes else 0)
    place(holder, at, item)
    return True


def add_block(kind: str) -> Edit:
    def edit(hand: Hand, plan: Plan) -> bool:
        section = hand.pick(plan.nodes("heading"))
        block = hand.node(kind)
        alike = [at for at, kid in enumerate(section.kids) if kid.kind == kind]
        place(section, hand.rng.choice(alike) + hand.rng.randint(0, 1) if alike else 0, block)
        return True

    return edit


def add_note(hand: Hand, plan: Plan) -> bool:
    items = plan.nodes("item")
    if not items:
        return False
    item = hand.pick(items)
    notes = sum(kid.kind == "note" for kid in item.kids)
    place(item, hand.rng.randint(0, notes), hand.node("note"))
    return True


def removable(node: Node) -> bool:
    return not (node.kind == "field" and node.text == "Customer")


def remove(*kinds: str) -> Edit:
    def edit(hand: Hand, plan: Plan) -> bool:
        pairs = [pair for pair in plan.holders(*kinds) if removable(pair[1])]
        if not pairs:
            return False
        holder, node = hand.pick(pairs)
        if node.kind in ("row", "code") and len(holder.kids) == 1:
            return False
        holder.kids.remove(node)
        return True

    return edit


def move_item(hand: Hand, plan: Plan) -> bool:
    """To another place of its list, below another item, or into another section."""
    pairs = plan.holders("item")
    if not pairs:
        return False
    holder, item = hand.pick(pairs)
    within = set(map(id, item.walk()))
    others = [
        node
        for node in plan.nodes("heading", "item")
        if id(node) not in within and depth_of(plan, node) + height(item) <= 3
    ]
    goal = holder if hand.chance(0.4) else hand.pick(others)
    before = list(holder.kids)
    holder.kids.remove(item)
    places = [at for at, kid in enumerate(goal.kids) if kid.kind == "item"]
    first = next((at for at, kid in enumerate(goal.kids) if kid.kind == "heading"), len(goal.kids))
    place(goal, hand.rng.choice([*places, max(places) + 1]) if places else first, item)
    return goal is not holder or goal.kids != before


def move_in(hand: Hand, plan: Plan) -> bool:
    """Below the item above it: indented, with all that is under it."""
    choices = [
        (holder, at)
        for holder in plan.nodes("heading", "item")
        for at in range(1, len(holder.kids))
        if holder.kids[at].kind == "item" and holder.kids[at - 1].kind == "item"
    ]
    choices = [
        (holder, at) for holder, at in choices if depth_of(plan, holder.kids[at - 1]) + height(holder.kids[at]) <= 3
    ]
    if not choices:
        return False
    holder, at = hand.pick(choices)
    item = holder.kids.pop(at)
    holder.kids[at - 1].kids.append(item)
    return True


def move_out(hand: Hand, plan: Plan) -> bool:
    """To the level of the item above it, directly below that, with all that is under it."""
    above = {id(node): holder for holder, node in plan.root.parents()}
    pairs = [(holder, item) for holder, item in plan.holders("item") if holder.kind == "item"]
    if not pairs:
        return False
    holder, item = hand.pick(pairs)
    top = above[id(holder)]
    after = holder.kids[holder.kids.index(item) + 1 :]
    holder.kids.remove(item)
    if not after or (depth_of(plan, holder) + max(map(height, after)) + 1 <= 3 and not hand.chance(0.5)):
        item.kids += after
        holder.kids = [kid for kid in holder.kids if kid not in after]
    top.kids.insert(top.kids.index(holder) + 1, item)
    return True


def move_block(hand: Hand, plan: Plan) -> bool:
    """A line of text or a quote, to another place or section."""
    pairs = plan.holders("prose", "quote")
    pairs = [(holder, node) for holder, node in pairs if holder.kind == "heading"]
    if not pairs:
        return False
    holder, node = hand.pick(pairs)
    goal = hand.pick(plan.nodes("heading"))
    before = list(holder.kids)
    holder.kids.remove(node)
    blocks = sum(kid.kind != "heading" for kid in goal.kids)
    place(goal, hand.rng.choice((0, blocks)), node)
    tidy(plan)
    return goal is not holder or goal.kids != before


def reorder(kind: str) -> Edit:
    def edit(hand: Hand, plan: Plan) -> bool:
        pairs = [
            (holder, at)
            for holder in plan.root.walk()
            for at in range(1, len(holder.kids))
            if holder.kids[at].kind == kind and holder.kids[at - 1].kind == kind
        ]
        if not pairs:
            return False
        holder, at = hand.pick(pairs)
        holder.kids[at - 1], holder.kids[at] = holder.kids[at], holder.kids[at - 1]
        return True

    return edit


# --- Sections ---


def add_section(hand: Hand, plan: Plan) -> bool:
    above = [node for node in plan.nodes("heading") if node.level == 2]
    level = hand.rng.choice((2, 2, 3)) if above else 2
    holder = plan.root if level == 2 else hand.pick(above)
    section = make_section(hand, level)
    blocks = sum(kid.kind != "heading" for kid in holder.kids)
    place(holder, hand.rng.randint(blocks, len(holder.kids)), section)
    tidy(plan)
    return True


def remove_section(hand: Hand, plan: Plan) -> bool:
    pairs = plan.holders("heading")
    if len(pairs) < 2:
        return False
    holder, section = hand.pick(pairs)
    if section.level == 2 and sum(kid.kind == "heading" for kid in holder.kids) < 2:
        return False
    holder.kids.remove(section)
    return True


def move_section(hand: Hand, plan: Plan) -> bool:
    pairs = plan.holders("heading")
    if len(pairs) < 2:
        return False
    holder, section = hand.pick(pairs)
    goals = [node for node in plan.nodes("heading") if node.level == section.level - 1]
    goal = holder if hand.chance(0.7) else hand.pick(goals)
    before = list(holder.kids)
    holder.kids.remove(section)
    blocks = sum(kid.kind != "heading" for kid in goal.kids)
    place(goal, hand.rng.randint(blocks, len(goal.kids)), section)
    return goal is not holder or goal.kids != before


# --- Fields and notes ---


def is_form(text: str) -> bool:
    return text.startswith("[") or text == PERCENT_FORM


def fill_field(hand: Hand, plan: Plan) -> bool:
    fields = [field for field in plan.nodes("field") if is_form(field.value)]
    if not fields:
        return False
    field = hand.pick(fields)
    if field.value == SCORE_FORM:
        field.value = f"{hand.rng.randint(1, 100)}/100 -- {hand.rng.choice(('Green', 'Yellow', 'Red'))}"
    elif field.value == PERCENT_FORM:
        field.value = f"{hand.rng.randint(1, 100)}% of licensed users active"
    else:
        field.value = hand.rng.choice(DATES) if field.value == "[Date]" else hand.say("value")
    return True


def change_field(hand: Hand, plan: Plan) -> bool:
    fields = [field for field in plan.nodes("field") if not is_form(field.value) and removable(field)]
    if not fields:
        return False
    field = hand.pick(fields)
    value = f"{hand.say('value')} {hand.fresh()}" if hand.chance(0.3) else hand.say("value")
    done = value != field.value
    field.value = value
    return done


def clear_field(hand: Hand, plan: Plan) -> bool:
    fields = [field for field in plan.nodes("field") if not is_form(field.value) and removable(field)]
    if not fields:
        return False
    hand.pick(fields).value = hand.rng.choice(("[Name]", "[Date]", "[Value]"))
    return True


def part_of_field(hand: Hand, plan: Plan) -> bool:
    """One part of a value of two, where it is still to fill in."""
    fields = [field for field in plan.nodes("field") if field.value == SCORE_FORM]
    if not fields:
        return False
    field = hand.pick(fields)
    if hand.chance(0.5):
        field.value = field.value.replace("[Score]", str(hand.rng.randint(1, 100)))
    else:
        field.value = field.value.replace("[Green/Yellow/Red]", hand.rng.choice(("Green", "Yellow", "Red")))
    return True


def fill_notes(hand: Hand, plan: Plan) -> bool:
    """Notes in place of the form."""
    fields = [node for node in plan.nodes("notes") if any(kid.text in NOTES_FORMS for kid in node.kids)]
    if not fields:
        return False
    hand.pick(fields).kids = [hand.node("quote") for _ in range(hand.rng.randint(1, 2))]
    return True


def add_to_notes(hand: Hand, plan: Plan) -> bool:
    fields = plan.nodes("notes")
    if not fields:
        return False
    field = hand.pick(fields)
    place(field, hand.rng.randint(0, 1) * len(field.kids), hand.node("quote"))
    return True


def clear_notes(hand: Hand, plan: Plan) -> bool:
    fields = [node for node in plan.nodes("notes") if all(kid.text not in NOTES_FORMS for kid in node.kids)]
    if not fields:
        return False
    hand.pick(fields).kids = [Node("quote", hand.uid(), hand.rng.choice(NOTES_FORMS))]
    return True


# --- Tables ---


def change_cell(hand: Hand, plan: Plan) -> bool:
    rows = [row for row in plan.nodes("row") if not is_form(row.text)]
    if not rows:
        return False
    cells = hand.pick(rows).cells
    at = hand.rng.randrange(1, len(cells))
    value = hand.say("value")
    done = value != cells[at]
    cells[at] = value
    return done


def add_row(hand: Hand, plan: Plan) -> bool:
    tables = plan.nodes("table")
    if not tables:
        return False
    table = hand.pick(tables)
    place(table, hand.rng.choice((0, len(table.kids), len(table.kids))), make_row(hand, len(table.cells)))
    return True


def fill_row(hand: Hand, plan: Plan) -> bool:
    """A row in the place of one that is a form."""
    pairs = [(table, row) for table, row in plan.holders("row") if is_form(row.text)]
    if not pairs:
        return False
    table, row = hand.pick(pairs)
    table.kids[table.kids.index(row)] = make_row(hand, len(table.cells))
    return True


# --- The whole file ---


def change_bullets(hand: Hand, plan: Plan) -> bool:
    section = hand.pick(plan.nodes("heading"))
    section.bullet = hand.rng.choice([bullet for bullet in BULLETS if bullet != section.bullet])
    return any(kid.kind == "item" for kid in section.kids)


def indent_file(hand: Hand, plan: Plan) -> bool:
    plan.indent = hand.rng.choice([indent for indent in INDENTS if indent != plan.indent])
    return any(item.kids for item in plan.nodes("item"))


def change_ends(_hand: Hand, plan: Plan) -> bool:
    plan.end = "\n" if plan.end == "\r\n" else "\r\n"
    return True


def change_last_end(_hand: Hand, plan: Plan) -> bool:
    plan.ended = not plan.ended
    return True


def change_front(hand: Hand, plan: Plan) -> bool:
    if not plan.front:
        return False
    hand.pick(plan.front).value = hand.fresh()
    return True


def add_front(hand: Hand, plan: Plan) -> bool:
    key = Node("front", hand.uid(), f"key-{hand.fresh()}")
    key.value = hand.fresh()
    plan.front.insert(hand.rng.randint(0, len(plan.front)), key)
    return True


def remove_front(hand: Hand, plan: Plan) -> bool:
    if len(plan.front) < 2:
        return False
    plan.front.remove(hand.pick(plan.front))
    return True


# How often people do it, what a template may change (state is the copy's own), and how.
ALL: list[tuple[int, bool, str, Edit]] = [
    (10, False, "tick", mark_item(" ~", "x")),
    (2, False, "untick", mark_item("x", " ")),
    (3, False, "skip", mark_item(" x", "~")),
    (6, True, "add token", add_token),
    (2, True, "drop token", drop_token),
    (3, True, "change token", change_token),
    (3, True, "reword 1 of 5", reword("item", 0.2)),
    (2, True, "reword 2 of 5", reword("item", 0.4)),
    (2, True, "reword wholly", reword("item", 1)),
    (7, True, "add item", add_item),
    (4, True, "remove item", remove("item")),
    (5, True, "move item", move_item),
    (2, True, "move in", move_in),
    (2, True, "move out", move_out),
    (2, True, "reorder items", reorder("item")),
    (5, True, "add note", add_note),
    (2, True, "remove note", remove("note")),
    (2, True, "change note", reword("note", 0.3)),
    (5, True, "fill field", fill_field),
    (3, True, "change field", change_field),
    (1, True, "clear field", clear_field),
    (2, True, "part of field", part_of_field),
    (1, True, "add field", add_block("field")),
    (1, True, "remove field", remove("field")),
    (3, True, "fill notes", fill_notes),
    (3, True, "add to notes", add_to_notes),
    (1, True, "clear notes", clear_notes),
    (1, True, "remove notes", remove("notes")),
    (3, True, "change cell", change_cell),
    (3, True, "add row", add_row),
    (1, True, "remove row", remove("row")),
    (1, True, "reorder rows", reorder("row")),
    (3, True, "fill row", fill_row),
    (1, True, "add table", add_block("table")),
    (1, True, "remove table", remove("table")),
    (2, True, "add prose", add_block("prose")),
    (1, True, "remove prose", remove("prose")),
    (2, True, "change prose", reword("prose", 0.4)),
    (1, True, "add quote", add_block("quote")),
    (1, True, "change quote", reword("quote", 0.4)),
    (2, True, "move block", move_block),
    (2, True, "rename section", reword("heading", 0.5)),
    (1, True, "retitle section", reword("heading", 1)),
    (3, True, "move section", move_section),
    (2, True, "remove section", remove_section),
    (2, True, "add section", add_section),
    (1, True, "change code", reword("code", 0.3)),
    (1, True, "change bullets", change_bullets),
    (1, True, "indent file", indent_file),
    (1, False, "change ends", change_ends),
    (1, False, "change last end", change_last_end),
    (1, False, "change front", change_front),
    (1, False, "add front", add_front),
    (1, False, "remove front", remove_front),
]
BY_NAME: dict[str, Edit] = {name: edit for _, _, name, edit in ALL}
NAMES = [name for often, _, name, _ in ALL for _ in range(often)]
TEMPLATE_NAMES = [name for often, in_template, name, _ in ALL if in_template for _ in range(often)]


def apply(name: str, hand: Hand, plan: Plan) -> bool:
    done = BY_NAME[name](hand, plan)
    if done:
        tidy(plan)
    return done
