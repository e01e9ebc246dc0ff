"""Edits of a plan as people make them: one at a time, on one side."""

from collections.abc import Callable, Sequence
from random import Random

from merges.plans import DATES, OWNERS, Field, Item, Note, Notes, Plan, Prose, Section, Table, Words, new_item

Edit = Callable[[Plan, Random, Words], None]


def edit(plan: Plan, random: Random, words: Words) -> str:
    """Make one edit, in place. Gives its name."""
    chosen = random.choices(EDITS, WEIGHTS)[0]
    chosen(plan, random, words)
    return chosen.__name__


def _item(plan: Plan, random: Random) -> Item | None:
    found = plan.all_items()
    return random.choice(found)[1] if found else None


def tick(plan: Plan, random: Random, words: Words) -> None:
    item = _item(plan, random)
    if item:
        item.mark = random.choice([m for m in " xx~" if m != item.mark])


def token(plan: Plan, random: Random, words: Words) -> None:
    item = _item(plan, random)
    if item and random.random() < 0.5:
        item.owner = random.choice([o for o in (*OWNERS, "") if o != item.owner])
    elif item:
        item.due = random.choice([d for d in (*DATES, "") if d != item.due])


def reword(plan: Plan, random: Random, words: Words) -> None:
    """One word, or a few, or all; a text's own word stays."""
    item = _item(plan, random)
    if item is None:
        return
    if words.colliding:
        item.text = words.item()
        return
    split = item.text.split(" ")
    for _ in range(random.choice([1, 1, 2, len(split)])):
        at = random.randrange(len(split) - 1)
        split[at] = random.choice(["new", "each", "every", "one", "their"]) + str(random.randint(1, 9))
    item.text = " ".join(split)


def add_item(plan: Plan, random: Random, words: Words) -> None:
    holder = _holder(plan, random)
    holder.insert(random.randint(0, len(holder)), new_item(random, words, 1))


def remove_item(plan: Plan, random: Random, words: Words) -> None:
    found = plan.all_items()
    if found:
        holder, item = random.choice(found)
        del holder[_at(holder, item)]


def move_item(plan: Plan, random: Random, words: Words) -> None:
    found = plan.all_items()
    if not found:
        return
    holder, item = random.choice(found)
    del holder[_at(holder, item)]
    target = _holder(plan, random)
    target.insert(random.randint(0, len(target)), item)


def nest_item(plan: Plan, random: Random, words: Words) -> None:
    """Indented below the item above it, or out to where that stands."""
    found = [(holder, item) for holder, item in plan.all_items() if holder and _at(holder, item) > 0]
    if not found:
        return
    holder, item = random.choice(found)
    above = holder[_at(holder, item) - 1]
    if isinstance(above, Item):
        del holder[_at(holder, item)]
        item.bullet = above.subs[0].bullet if above.subs else above.bullet
        above.subs.append(item)


def _holder(plan: Plan, random: Random) -> list:  # type: ignore[type-arg]
    """Where an item may stand: in a section, or below another item."""
    found = plan.all_items()
    if found and random.random() < 0.3:
        return random.choice(found)[1].subs
    return random.choice(plan.sections[1:] or plan.sections).blocks


def _at(holder: Sequence[object], item: object) -> int:
    return next(at for at, other in enumerate(holder) if other is item)


def note(plan: Plan, random: Random, words: Words) -> None:
    item = _item(plan, random)
    if item is None:
        return
    if not item.notes or random.random() < 0.6:
        item.notes.append(Note(words.line()))
    elif random.random() < 0.5:
        item.notes.pop()
    else:
        item.notes[-1] = Note(words.line())


def value(plan: Plan, random: Random, words: Words) -> None:
    found = plan.blocks(Field)
    if not found:
        return
    block = random.choice(found)[1]
    assert isinstance(block, Field)
    if block.value.startswith("[Score]") and random.random() < 0.7:
        block.value = random.choice(["72/100 -- [Green/Yellow/Red]", "[Score]/100 -- Green", "85/100 -- Green"])
    elif "of" in block.value and "[" in block.value:
        which = random.choice(["[Users]", "[Seats]"])
        block.value = block.value.replace(which, str(random.randint(1, 99)))
    else:
        block.value = random.choice([words.cell(), words.cell(), "[Name]"])


def notes_field(plan: Plan, random: Random, words: Words) -> None:
    found = plan.blocks(Notes)
    if not found:
        return
    block = random.choice(found)[1]
    assert isinstance(block, Notes)
    if block.lines[0].startswith("[") and random.random() < 0.6:
        block.lines[0] = words.line()
    elif len(block.lines) > 1 and random.random() < 0.3:
        block.lines.pop()
    else:
        block.lines.append(words.line())


def cell(plan: Plan, random: Random, words: Words) -> None:
    found = plan.blocks(Table)
    if found:
        block = random.choice(found)[1]
        assert isinstance(block, Table)
        if block.rows:
            row = random.choice(block.rows)
            row[random.randint(1, 2)] = words.cell()


def rows(plan: Plan, random: Random, words: Words) -> None:
    found = plan.blocks(Table)
    if not found:
        return
    block = random.choice(found)[1]
    assert isinstance(block, Table)
    if not block.rows or random.random() < 0.5:
        block.rows.insert(random.randint(0, len(block.rows)), [words.cell(), "Low", words.cell()])
    elif random.random() < 0.5 and len(block.rows) > 1:
        block.rows.pop(random.randrange(len(block.rows)))
    else:
        random.shuffle(block.rows)


def prose(plan: Plan, random: Random, words: Words) -> None:
    found = plan.blocks(Prose)
    if not found or random.random() < 0.4:
        holder = random.choice(plan.sections).blocks
        holder.insert(random.randint(0, len(holder)), Prose(words.line(), random.random() < 0.3))
        return
    holder, block = random.choice(found)
    assert isinstance(block, Prose)
    if random.random() < 0.5:
        block.text = words.line()
    else:
        del holder[_at(holder, block)]


def add_field(plan: Plan, random: Random, words: Words) -> None:
    holder = random.choice(plan.sections).blocks
    holder.insert(0, Field(words.label(), random.choice(["[Name]", words.cell()])))


def sections(plan: Plan, random: Random, words: Words) -> None:
    later = plan.sections[1:]
    what = random.choice(["rename", "move", "remove", "add", "add"])
    if what == "add" or not later:
        new = Section(2, words.title(), [new_item(random, words, 1) for _ in range(random.randint(1, 2))])
        plan.sections.insert(random.randint(1, len(plan.sections)), new)
        return
    section = random.choice(later)
    if what == "rename":
        section.title = words.title() if words.colliding else f"New {section.title}"
        return
    del plan.sections[_at(plan.sections, section)]
    if what == "move":
        plan.sections.insert(random.randint(1, len(plan.sections)), section)


def layout(plan: Plan, random: Random, words: Words) -> None:
    """Another indentation, list marker, line end or last line."""
    what = random.choice(["indent", "bullet", "end", "closed"])
    if what == "indent":
        plan.indent = random.choice(["  ", "    ", "\t"])
    elif what == "bullet":
        bullet = random.choice(["-", "*"])
        for _, item in plan.all_items():
            item.bullet = bullet
    elif what == "end":
        plan.end = "\r\n"
    else:
        plan.closed = not plan.closed


def matter(plan: Plan, random: Random, words: Words) -> None:
    plan.matter[random.choice(["version", "owner", "title"])] = f'"{words.cell()}"'


WEIGHTED: dict[Edit, int] = {
    tick: 8,
    token: 3,
    reword: 4,
    add_item: 4,
    remove_item: 2,
    move_item: 2,
    nest_item: 1,
    note: 4,
    value: 3,
    notes_field: 2,
    cell: 2,
    rows: 2,
    prose: 2,
    add_field: 1,
    sections: 2,
    layout: 1,
    matter: 1,
}
EDITS, WEIGHTS = list(WEIGHTED), list(WEIGHTED.values())
