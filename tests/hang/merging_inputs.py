"""Versions of a file that are hard to merge or to compare, at any size.

Each function takes a number and gives base, ours and theirs, of about that many items, rows, notes or words.
"""

import random
from collections.abc import Callable, Iterable
from typing import NamedTuple


class Triple(NamedTuple):
    base: str
    ours: str
    theirs: str


Kind = Callable[[int], Triple]
KINDS: dict[str, Kind] = {}


def kind(make: Kind) -> Kind:
    KINDS[make.__name__.strip("_")] = make
    return make


def items(texts: Iterable[str], mark: str = " ") -> str:
    return "".join(f"- [{mark}] {text}\n" for text in texts)


def plan(body: str) -> str:
    return f"# Plan\n\n{body}"


def ticked(text: str, every: int) -> str:
    """With one box in so many done."""
    lines = text.split("\n")
    boxes = [at for at, line in enumerate(lines) if "[ ]" in line]
    for at in boxes[::every]:
        lines[at] = lines[at].replace("[ ]", "[x]", 1)
    return "\n".join(lines)


def similar(n: int) -> list[str]:
    return [f"Task number {at} for the team" for at in range(n)]


def unique(n: int, seed: int = 1) -> list[str]:
    """Items of five words each, all of which are rare."""
    made = random.Random(seed)  # noqa: S311
    return [" ".join(f"w{made.randrange(20 * n)}" for _ in range(5)) for at in range(n)]


def colliding(n: int, seed: int = 1) -> list[str]:
    """Items of eight words each from a vocabulary in which every word is in about fifty items."""
    made = random.Random(seed)  # noqa: S311
    vocabulary = max(10, n * 8 // 45)
    return [" ".join(f"v{made.randrange(vocabulary)}" for _ in range(8)) for at in range(n)]


def reworded(texts: Iterable[str], word: str, at: int = 0) -> list[str]:
    """With one word of each replaced."""
    return [" ".join(word if place == at else old for place, old in enumerate(text.split())) for text in texts]


# --- Items ---


@kind
def similar_reworded_on_one_side(n: int) -> Triple:
    base = plan(items(similar(n)))
    return Triple(base, ticked(base, n), base.replace("number", "no."))


@kind
def similar_reworded_on_both(n: int) -> Triple:
    base = plan(items(similar(n)))
    return Triple(base, base.replace("number", "nr"), base.replace("number", "no."))


@kind
def unique_reworded_and_ticked(n: int) -> Triple:
    base = plan(items(unique(n)))
    return Triple(base, ticked(base, 1), plan(items(reworded(unique(n), "new"))))


@kind
def unique_reworded_on_both(n: int) -> Triple:
    base = plan(items(unique(n)))
    return Triple(base, plan(items(reworded(unique(n), "old", 1))), plan(items(reworded(unique(n), "new"))))


@kind
def colliding_reworded(n: int) -> Triple:
    base = plan(items(colliding(n)))
    return Triple(base, ticked(base, 3), plan(items(reworded(colliding(n), "new"))))


@kind
def colliding_reworded_on_both(n: int) -> Triple:
    base = plan(items(colliding(n)))
    return Triple(base, plan(items(reworded(colliding(n), "old", 1))), plan(items(reworded(colliding(n), "new"))))


def long(n: int, vocabulary: int) -> list[str]:
    """Items of thirty words each, about 200 bytes."""
    made = random.Random(1)  # noqa: S311
    return [" ".join(f"w{made.randrange(vocabulary)}" for _ in range(30)) for at in range(n)]


@kind
def long_items_reworded(n: int) -> Triple:
    texts = long(n, 60 * n)
    return Triple(plan(items(texts)), plan(items(texts, "x")), plan(items(reworded(texts, "new", 7))))


@kind
def long_colliding_items_reworded(n: int) -> Triple:
    """Every word is in about forty items."""
    texts = long(n, max(10, n * 30 // 38))
    return Triple(plan(items(texts)), plan(items(reworded(texts, "old", 3))), plan(items(reworded(texts, "new", 7))))


@kind
def long_items_of_common_words_reworded(n: int) -> Triple:
    """Every word is in about 150 items, but for one that is in forty."""
    texts = [f"{text} r{at % max(1, n // 40)}" for at, text in enumerate(long(n, max(10, n * 30 // 150)))]
    return Triple(plan(items(texts)), plan(items(reworded(texts, "old", 3))), plan(items(reworded(texts, "new", 7))))


@kind
def all_equal(n: int) -> Triple:
    base = plan(items(["Call them"] * n))
    return Triple(base, ticked(base, 2), base + items(["Call them"]))


@kind
def all_equal_more_on_both(n: int) -> Triple:
    base = plan(items(["Call them"] * n))
    return Triple(base, base + items(["Call them"] * n), plan(items(["Call them"] * (n // 2))))


@kind
def all_equal_reworded(n: int) -> Triple:
    base = plan(items(["Call them on the phone"] * n))
    return Triple(base, ticked(base, 2), base.replace("phone", "telephone"))


@kind
def equal_items_with_different_notes(n: int) -> Triple:
    def made(word: str) -> str:
        return plan("".join(f"- [ ] Call them\n  - {word} {at}\n" for at in range(n)))

    return Triple(made("note"), ticked(made("note"), 3), made("tip"))


@kind
def moved_one_by_one(n: int) -> Triple:
    """Every other item moved to another section by one side; each ticked by the other."""
    texts = similar(n)
    base = plan("## A\n\n" + items(texts) + "\n## B\n\n" + items(["Last"]))
    moved = plan("## A\n\n" + items(texts[::2]) + "\n## B\n\n" + items(["Last", *texts[1::2]]))
    return Triple(base, moved, ticked(base, 1))


@kind
def moved_with_their_notes(n: int) -> Triple:
    def blocks(at: Iterable[int], mark: str) -> str:
        return "".join(f"- [{mark}] Task {a} w{a}\n  - [{mark}] Part of {a}\n    - tip {a}\n" for a in at)

    def made(first: Iterable[int], second: Iterable[int], mark: str = " ") -> str:
        return plan("## A\n\n" + blocks(first, mark) + "\n## B\n\n- [ ] Last\n" + blocks(second, mark))

    every = range(n // 3)
    ticks = made(every, ()).replace("[ ] Task", "[x] Task").replace("tip", "hint")
    return Triple(made(every, ()), made(every[::2], every[1::2]), ticks)


@kind
def reversed_order(n: int) -> Triple:
    texts = unique(n)
    base = plan(items(texts))
    return Triple(base, plan(items(texts[::-1])), ticked(base, 2))


@kind
def shuffled_on_both(n: int) -> Triple:
    texts = unique(n)
    first, second = list(texts), list(texts)
    random.Random(2).shuffle(first)  # noqa: S311
    random.Random(3).shuffle(second)  # noqa: S311
    return Triple(plan(items(texts)), plan(items(first)), plan(items(second)))


@kind
def ids_everywhere(n: int) -> Triple:
    def made(word: str) -> str:
        return plan("".join(f"- [ ] {word} number {at} {{id=t{at}}}\n" for at in range(n)))

    return Triple(made("Task"), ticked(made("Task"), 2), made("Job"))


@kind
def ids_given_by_one_side(n: int) -> Triple:
    base = plan(items(similar(n)))
    given = plan("".join(f"- [ ] {text} {{id=t{at}}}\n" for at, text in enumerate(similar(n))))
    return Triple(base, ticked(base, 2), given)


@kind
def equal_ids(n: int) -> Triple:
    def made(word: str) -> str:
        return plan("".join(f"- [ ] {word} number {at} {{id=same}}\n" for at in range(n)))

    return Triple(made("Task"), ticked(made("Task"), 2), made("Job"))


@kind
def owners_and_dates_on_both(n: int) -> Triple:
    base = plan(items(similar(n)))
    owned = plan(items(f"{text} @sam" for text in similar(n)))
    dated = plan(items(f"{text} due:2026-12-24" for text in similar(n)))
    return Triple(base, owned, dated)


@kind
def removed_by_one_side(n: int) -> Triple:
    base = plan(items(unique(n)))
    return Triple(base, ticked(base, 2), plan(items(unique(n)[::3])))


@kind
def half_removed_and_half_changed(n: int) -> Triple:
    """Each side replaces what the other keeps."""
    texts = unique(n)
    ours = [text if at % 2 else f"ours {at}" for at, text in enumerate(texts)]
    theirs = [f"theirs {at}" if at % 2 else text for at, text in enumerate(texts)]
    return Triple(plan(items(texts)), plan(items(ours)), plan(items(theirs)))


@kind
def deleted_by_the_copy_and_replaced(n: int) -> Triple:
    """The copy deletes every item; the template corrects a letter in each and adds more."""
    texts = [f"Migrate database{at}" for at in range(n)]
    changed = [f"Migrate databse{at}" for at in range(n)]
    keep = items(["Stays"])
    return Triple(plan(keep + items(texts)), plan(keep), plan(keep + items(changed)))


@kind
def deleted_short_items(n: int) -> Triple:
    """The copy deletes items and adds others; the template adds as many, all of one long word."""
    texts = [f"Setup{'x' * 40}{at}" for at in range(n)]
    ours = [f"Own{'z' * 40}{at}" for at in range(n // 2)]
    theirs = [f"Other{'y' * 40}{at}" for at in range(n)]
    return Triple(plan(items(texts)), plan(items(ours)), plan(items(theirs)))


@kind
def deep_nesting(n: int) -> Triple:
    def made(word: str) -> str:
        lines = [f"{'  ' * (at % 40)}- [ ] {word} {at}\n" for at in range(n)]
        return plan("".join(lines))

    return Triple(made("Task w"), ticked(made("Task w"), 2), made("Task v"))


@kind
def nested_under_one(n: int) -> Triple:
    def made(word: str) -> str:
        return plan("- [ ] All\n" + "".join(f"  - [ ] {word} {at} of them\n" for at in range(n)))

    return Triple(made("Part"), ticked(made("Part"), 2), made("Piece"))


@kind
def nested_under_one_removed_by_one(n: int) -> Triple:
    inner = "".join(f"  - [ ] Part {at} of them\n" for at in range(n))
    base = plan("- [ ] First\n- [ ] All\n" + inner + "- [ ] Last\n")
    return Triple(base, plan("- [ ] First\n- [ ] Last\n"), base.replace("[ ] Part 1 of", "[x] Part 1 of"))


@kind
def sub_items_added_on_both(n: int) -> Triple:
    def made(word: str, mark: str) -> str:
        extra = [f"  - [ ] {word} part of {at}\n" if word else "" for at in range(n // 2)]
        return plan("".join(f"- [{mark}] Task w{at}\n{more}" for at, more in enumerate(extra)))

    return Triple(made("", " "), made("One", "x"), made("Two", "X"))


# --- Sections ---


@kind
def like_sections(n: int) -> Triple:
    """Sections of one title, each with the same few items."""
    base = plan("".join(f"## Week\n\n{items(['Call them', 'Write to them'])}\n" for _ in range(n // 2)))
    return Triple(base, ticked(base, 3), base.replace("Write", "Post"))


@kind
def like_titles_other_items(n: int) -> Triple:
    base = plan("".join(f"## Week\n\n- [ ] Task w{at}\n\n" for at in range(n)))
    return Triple(base, ticked(base, 3), base.replace("Task", "Job"))


@kind
def like_titles_one_less(n: int) -> Triple:
    def made(at: Iterable[int], word: str) -> str:
        return plan("".join(f"## Week\n\n- [ ] {word} w{a}\n\n" for a in at))

    return Triple(made(range(n), "Task"), made(range(1, n), "Task"), made(range(n - 1), "Job"))


@kind
def like_titles_by_the_hundred(n: int) -> Triple:
    """A hundred sections of each title: the most that are still compared by what is in them."""
    base = plan("".join(f"## Week {at // 100}\n\n- [ ] Task w{at}\n\n" for at in range(n)))
    return Triple(base, ticked(base, 3), base.replace("Task", "Job"))


@kind
def numbered_sections(n: int) -> Triple:
    base = plan("".join(f"## Week {at}\n\n- [ ] Task w{at} for all\n\n" for at in range(n)))
    return Triple(base, ticked(base, 3), base.replace("Task", "Job"))


@kind
def sections_renamed(n: int) -> Triple:
    base = plan("".join(f"## Week {at}\n\n- [ ] Task w{at} for all\n\n" for at in range(n)))
    return Triple(base, ticked(base, 3), base.replace("## Week", "## Month"))


@kind
def sections_renamed_and_reordered(n: int) -> Triple:
    def made(at: Iterable[int], title: str) -> str:
        return plan("".join(f"## {title} {a}\n\n- [ ] Task w{a} for all\n- [ ] Common\n\n" for a in at))

    return Triple(made(range(n), "Week"), ticked(made(range(n), "Week"), 3), made(reversed(range(n)), "Month"))


@kind
def sections_moved_to_other_phases(n: int) -> Triple:
    def made(at: Iterable[int]) -> str:
        return plan("".join(f"## Phase {a}\n\n### Week {a % 7}\n\n- [ ] Task w{a} for all\n\n" for a in at))

    base = made(range(n))
    return Triple(base, ticked(base, 3), base.replace("## Phase", "## Part"))


@kind
def empty_sections(n: int) -> Triple:
    base = plan("## Week\n\n" * n)
    return Triple(base, base + items(["One"]), base.replace("Week", "Month"))


@kind
def headings_within_headings(n: int) -> Triple:
    lines = [f"{'#' * (2 + at % 5)} Part {at}\n\n- [ ] Task w{at}\n\n" for at in range(n)]
    base = plan("".join(lines))
    return Triple(base, ticked(base, 2), base.replace("Task", "Job"))


# --- Rows, fields, notes, text ---


def table(rows: Iterable[tuple[str, ...]]) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in (("Name", "Role", "Mail"), ("---", "---", "---"), *rows))


@kind
def rows_on_both(n: int) -> Triple:
    def made(role: str, mail: str) -> str:
        return plan(
            table((f"Name {at}", f"{role} {at}" if role else "", f"{mail}{at}" if mail else "") for at in range(n))
        )

    return Triple(made("", ""), made("Role", ""), made("", "m"))


@kind
def rows_alike_on_both(n: int) -> Triple:
    def made(role: str, mail: str) -> str:
        return plan(table(("Name", role, mail) for _ in range(n)))

    return Triple(made("", ""), made("Role", ""), made("", "m"))


@kind
def many_tables(n: int) -> Triple:
    def made(role: str, mail: str) -> str:
        return plan("".join(f"{table([(f'Name {at}', role, mail)])}\n" for at in range(n // 4)))

    return Triple(made("", ""), made("Role", ""), made("", "m"))


@kind
def one_wide_row(n: int) -> Triple:
    def made(first: str, last: str) -> str:
        cells = [first, *(f"c{at}" for at in range(n)), last]
        lines = [["Head"] * len(cells), ["---"] * len(cells), cells]
        return plan("".join(f"| {' | '.join(line)} |\n" for line in lines))

    return Triple(made("a", "b"), made("x", "b"), made("a", "y"))


@kind
def fields_on_both(n: int) -> Triple:
    def made(odd: str, even: str) -> str:
        return plan("".join(f"**Label {at}**: {odd if at % 2 else even}\n" for at in range(n)))

    return Triple(made("[Name]", "[Name]"), made("Sam", "[Name]"), made("[Name]", "Kim"))


@kind
def fields_of_one_label(n: int) -> Triple:
    def made(value: str) -> str:
        return plan(f"**Owner**: {value}\n" * n)

    return Triple(made("[Name]"), made("Sam"), made("Kim"))


@kind
def one_field_of_many_blanks(n: int) -> Triple:
    def made(first: str, second: str) -> str:
        forms = ", ".join([first, *["[Name]"] * n, second])
        return plan(f"**Contacts**: {forms}\n")

    return Triple(made("[Name]", "[Name]"), made("Sam", "[Name]"), made("[Name]", "Kim"))


@kind
def notes_under_one_item(n: int) -> Triple:
    def made(word: str, extra: str) -> str:
        return plan("- [ ] Task\n" + "".join(f"  - {word} {at}\n" for at in range(n)) + extra)

    return Triple(made("note", ""), made("note", "  - ours\n"), made("tip", ""))


@kind
def notes_added_on_both(n: int) -> Triple:
    def made(word: str) -> str:
        return plan("- [ ] Task\n" + "".join(f"  - {word} {at}\n" for at in range(n if word else 0)) + "- [ ] Next\n")

    return Triple(made(""), made("ours"), made("theirs"))


@kind
def equal_notes(n: int) -> Triple:
    def made(count: int) -> str:
        return plan("- [ ] Task\n" + "  - note\n" * count + "- [ ] Next\n")

    return Triple(made(n), made(n + 1), made(n // 2))


@kind
def notes_field(n: int) -> Triple:
    def made(word: str) -> str:
        return plan("**Notes**:\n\n" + "".join(f"> {word} {at}\n" for at in range(n)) + "\n- [ ] Task\n")

    return Triple(made("note"), made("ours"), made("theirs"))


@kind
def prose_on_both(n: int) -> Triple:
    def made(word: str) -> str:
        return plan("".join(f"{word} {at} of this text.\n" for at in range(n)))

    return Triple(made("Line"), made("Ours"), made("Theirs"))


@kind
def quotes_on_both(n: int) -> Triple:
    def made(word: str) -> str:
        return plan("".join(f"> {word} {at} of this text.\n>\n" for at in range(n // 2)))

    return Triple(made("Line"), made("Ours"), made("Theirs"))


@kind
def blank_lines(n: int) -> Triple:
    base = plan(items(["One"]) + "\n" * n + items(["Two"]))
    ours, theirs = base.replace("[ ] One", "[x] One"), base.replace("One", "One of them")
    return Triple(base, ours, theirs.replace("\n\n\n", "\n\n"))


@kind
def front_matter_lines(n: int) -> Triple:
    def made(value: str) -> str:
        return "---\n" + "".join(f"key{at}: {value}\n" for at in range(n)) + "---\n" + plan(items(["One"]))

    return Triple(made("a"), made("b"), made("c"))


# --- Long lines ---


@kind
def one_line_of_words(n: int) -> Triple:
    """Of twenty times as many words: 1 MB at 8,000."""
    words = [f"word{at % 9973}" for at in range(20 * n)]
    base = plan(items([" ".join(words)]))
    ours = plan(items([" ".join(["first", *words])], "x"))
    return Triple(base, ours, plan(items([" ".join([*words, "last"])])))


@kind
def one_line_of_one_word(n: int) -> Triple:
    base = plan(items(["a" * 120 * n]))
    return Triple(base, plan(items(["b" + "a" * 120 * n])), plan(items(["a" * 120 * n + "c"])))


@kind
def a_deleted_line_replaced(n: int) -> Triple:
    """The copy deletes a long item that its template corrects."""
    text = "".join(f"letters{at % 977}" for at in range(n))
    base, keep = items([text]), items(["Stays"])
    return Triple(plan(keep + base), plan(keep), plan(keep + items([text.replace("letters1", "letter1")])))


@kind
def a_deleted_note_replaced(n: int) -> Triple:
    text = " ".join(f"letters{at % 977}" for at in range(n))
    keep = items(["Stays"])
    return Triple(plan(keep + f"\n> {text}\n"), plan(keep), plan(keep + f"\n> {text.replace('letters', 'numbers')}\n"))


@kind
def deleted_notes_replaced(n: int) -> Triple:
    def made(word: str) -> str:
        return plan("- [ ] Stays\n" + "".join(f"  > {word} number {at}\n" for at in range(n if word else 0)))

    return Triple(made("Notes"), made(""), made("Hints"))


@kind
def one_long_note_on_both(n: int) -> Triple:
    text = " ".join(f"word{at % 9973}" for at in range(20 * n))
    return Triple(*(plan(f"- [ ] Task\n  - {first} {text}\n") for first in ("base", "ours", "theirs")))


# --- One hunk of everything ---


def in_one_hunk(n: int, line: Callable[[int, int], str]) -> Triple:
    """Lines by side and number; git finds none of them alike, and each side has lines that the other lacks."""
    return Triple(*(plan("".join(line(side, at) for at in range(n))) for side in range(3)))


@kind
def hunk_of_tokens(n: int) -> Triple:
    ends = ("", " @sam", " due:2026-12-24")
    return in_one_hunk(n, lambda side, at: f"- [ ] Task w{at} of all{ends[side]}\n")


@kind
def hunk_of_ticks_and_additions(n: int) -> Triple:
    def line(side: int, at: int) -> str:
        return f"- [{' x '[side]}] Task w{at} of all{' @sam' * (side == 2)}\n" + f"- [ ] New {side} n{at}\n" * bool(
            side
        )

    return in_one_hunk(n // 2, line)


@kind
def hunk_of_items_added_by_both(n: int) -> Triple:
    def line(side: int, at: int) -> str:
        return f"- [{' x '[side]}] Task w{at}{' @sam' * (side == 2)}\n" + f"- [{' xX'[side]}] New n{at}\n" * bool(side)

    return in_one_hunk(n // 2, line)


@kind
def hunk_of_removals(n: int) -> Triple:
    def line(side: int, at: int) -> str:
        gone = (side == 1 and at % 3 == 1) or (side == 2 and at % 3 == 2)
        return "" if gone else f"- [ ] Task w{at} of all{('', ' @sam', ' due:2026-12-24')[side]}\n"

    return in_one_hunk(n, line)


@kind
def hunk_of_removals_that_clash(n: int) -> Triple:
    """Each side removes items with sub-items, under which the other adds."""

    def line(side: int, at: int) -> str:
        gone = (side == 1 and at % 3 == 1) or (side == 2 and at % 3 == 2)
        own = f"  - [ ] Added by {side} a{at}\n" if side else ""
        return "" if gone else f"- [ ] Task w{at} of all\n  - [ ] Part p{at}\n{own}"

    return in_one_hunk(n // 3, line)


@kind
def hunk_of_moves(n: int) -> Triple:
    """One side reverses what the other gives owners to."""
    texts = [f"- [ ] Task w{at} of all" for at in range(n)]
    base, moved = plan("\n".join(texts) + "\n"), plan("\n".join(texts[::-1]) + "\n")
    return Triple(base, moved, base.replace("of all", "of all @sam"))


@kind
def hunk_of_sections_removed_and_changed(n: int) -> Triple:
    def line(side: int, at: int) -> str:
        gone = (side == 1 and at % 3 == 1) or (side == 2 and at % 3 == 2)
        text = f"## Week {at}\n\n- [ ] Task w{at} of all{('', ' @sam', ' due:2026-12-24')[side]}\n\n"
        return "" if gone else text

    return in_one_hunk(n, line)


@kind
def hunk_of_equal_items_in_sections(n: int) -> Triple:
    ends = ("", " @sam", " due:2026-12-24")
    return in_one_hunk(n, lambda side, at: f"## Week {at}\n\n- [ ] Call them{ends[side]}\n\n")


@kind
def moved_and_gone_with_notes(n: int) -> Triple:
    """One side moves an item with many notes, of which the other removes half."""
    notes = [f"  - note n{at}\n" for at in range(n)]
    head, rest = "## A\n\n- [ ] Stays\n", "\n## B\n\n- [ ] Last\n"
    base = head + "- [ ] Moves\n" + "".join(notes) + rest
    moved = head + rest + "- [ ] Moves\n" + "".join(notes)
    return Triple(plan(base), plan(moved), plan(head + "- [x] Moves\n" + "".join(notes[::2]) + rest))


@kind
def moved_equal_items(n: int) -> Triple:
    every = items(["Call them"] * n)
    base = "## A\n\n" + every + "\n## B\n\n- [ ] Last\n"
    moved = "## A\n\n## B\n\n- [ ] Last\n" + every
    return Triple(plan(base), plan(moved), plan(ticked(base, 2)))


@kind
def parent_reworded_completely(n: int) -> Triple:
    inner = "".join(f"  - [ ] Part p{at}\n" for at in range(n))
    base = plan("- [ ] First thing\n" + inner + "- [ ] Last\n")
    return Triple(base, base.replace("First thing", "Something else"), ticked(base, 2))


@kind
def copy_deleted_what_changed_by_hunks(n: int) -> Triple:
    """In many places the copy deletes an item that the template corrects, and has items of its own."""

    def made(word: str) -> str:
        return apart(n, lambda at: f"- [ ] {word}{at}" if word else f"- [ ] Own thing o{at}")

    return Triple(made("Migrate-database"), made(""), made("Migrate-databse"))


@kind
def copy_deleted_what_changed_in_one(n: int) -> Triple:
    own = "".join(f"- [ ] Own thing o{at} here\n" for at in range(min(n, 400)))
    base = "".join(f"- [ ] Task w{at} here o{at % 400}\n  - [ ] Part p{at}\n" for at in range(n // 2))
    return Triple(plan(base), plan(own), plan(base.replace("here", "there @sam")))


@kind
def deleted_rows_replaced(n: int) -> Triple:
    def made(word: str) -> str:
        rows = [(f"{word} {at}", "role", "mail") for at in range(n if word else 0)]
        return plan(table([("Stays", "a", "b"), *rows]))

    return Triple(made("Name"), made(""), made("Nome"))


# --- Conflicts ---


def apart(n: int, text: Callable[[int], str]) -> str:
    """Changes far enough apart for git to make a hunk of each: three lines between two."""
    return plan(
        "".join(f"{text(at)}\n- [ ] Between u{at}\n- [ ] Among u{at}\n- [ ] Amid u{at}\n" for at in range(n // 4))
    )


@kind
def conflicts_left_to_a_person(n: int) -> Triple:
    base = apart(n, lambda at: f"Base text {at}")
    return Triple(base, base.replace("Base", "Our"), base.replace("Base", "Their"))


@kind
def conflicts_settled(n: int) -> Triple:
    base = apart(n, lambda at: f"- [ ] Task w{at} of all")
    ours, theirs = base.replace("[ ] Task", "[x] Task"), base.replace("of all", "of all @sam")
    return Triple(base, ours, theirs)


@kind
def conflicts_half_settled(n: int) -> Triple:
    def made(mark: str, word: str) -> str:
        return apart(n, lambda at: f"{word} text {at}" if at % 2 else f"- [{mark}] Task w{at} of all{word[4:]}")

    return Triple(made(" ", "Base"), made("x", "Ours"), made(" ", "Them @sam"))


@kind
def conflicts_that_the_checker_refuses(n: int) -> Triple:
    """Settled one by one, each result is refused: a word goes twice."""

    def text(side: int) -> Callable[[int], str]:
        def made(at: int) -> str:
            head = ["- [ ] Plan k{0} m{0} it", "- [x] Plan k{0} m{0} it", "- [ ] Plan k{0} m{0} it now"][side]
            more = ["", "- [ ] Twin\n", "- [ ] Twin\n"][side]
            return (head + "\n" + more).format(at).rstrip("\n")

        return made

    return Triple(*(apart(n, text(side)) for side in range(3)))


@kind
def one_refused_among_many(n: int) -> Triple:
    """All settle; what some of them do cannot stand together."""

    def text(side: int) -> Callable[[int], str]:
        def made(at: int) -> str:
            line = f"- [{' x '[side]}] Task w{at} of all{['', '', ' @sam'][side]}"
            if at % 10 == 3 and side:
                line += f"\n- [ ] Added g{at // 10} by both"
            if at % 10 == 7 and side == 1:
                line += f"\n- [x] Added g{at // 10} by both"
            return line

        return made

    return Triple(*(apart(n, text(side)) for side in range(3)))


@kind
def whole_file_replaced(n: int) -> Triple:
    return Triple(*(plan(items(unique(n, seed))) for seed in (1, 2, 3)))


@kind
def added_by_both(n: int) -> Triple:
    return Triple("", *(plan(items(unique(n, seed))) for seed in (1, 2)))


@kind
def markers_in_the_text(n: int) -> Triple:
    base = plan("".join(f"    {'<' * 7} {at}\n" for at in range(n)) + items(["One"]))
    return Triple(base, base.replace("[ ] One", "[x] One"), base.replace("One", "One @sam"))


@kind
def mixed_line_ends(n: int) -> Triple:
    def mixed(text: str) -> str:
        return "".join(line + ("\r\n" if at % 3 else "\n") for at, line in enumerate(text.split("\n")))

    base = plan(items(similar(n)))
    return Triple(mixed(base), mixed(ticked(base, 2)), mixed(base.replace("for", "of")))


@kind
def mixed_line_ends_of_like_lines(n: int) -> Triple:
    def mixed(text: str) -> str:
        return "".join(line + ("\r\n" if at % 3 else "\n") for at, line in enumerate(text.split("\n")))

    base = plan(items(["Call", "Write"] * (n // 2)))
    return Triple(mixed(base), mixed(ticked(base, 2)), mixed(base + items(["Call"])))


def of_size(make: Kind, most: int, measure: Callable[[str], int] = len) -> Triple:
    """The largest triple of a kind, by halving, whose versions all measure at most so much."""
    low, high = 1, 2
    while max(map(measure, make(high))) <= most and high < most:
        low, high = high, high * 2
    while high - low > max(1, low // 50):
        middle = (low + high) // 2
        if max(map(measure, make(middle))) <= most:
            low = middle
        else:
            high = middle
    return make(low)
