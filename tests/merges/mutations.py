"""Right results of merges, and wrong ones made of them by one change, for the checker to tell apart."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from difflib import unified_diff
from importlib import import_module
from random import Random
from typing import NamedTuple

from merges import engines, oracle
from merges.combining import combine
from merges.engines import Merged
from merges.plans import NOTES_FORMS, render, seeded
from merges.reader import ITEM, TOKEN, Line, Unit, read
from merges.triples import Spec, build, make_spec

Check = Callable[[bytes, bytes, bytes, bytes], str | None]
FOLDED_FORMS = {form.casefold() for form in NOTES_FORMS}


class Right(NamedTuple):
    """A merge that is right: by construction from what both sides did (made), or git's own that the oracle accepts."""

    spec: Spec
    versions: tuple[bytes, bytes, bytes]
    result: bytes
    made: bool


def right_results(seed: int, alphabet: str) -> Iterator[Right]:
    spec = make_spec(seed, alphabet)
    triple = build(spec)
    versions = triple.render()
    plan = combine(triple)
    made = render(plan) if plan else None
    if made is not None and oracle.is_beyond_doubt(triple, Merged(made, False)):
        yield Right(spec, versions, made, True)
    if all(b"\r" not in data for data in versions):
        git = engines.git_raw(*versions)
        assert git.data is not None
        if not git.conflicts and git.data != made and oracle.is_beyond_doubt(triple, git):
            yield Right(spec, versions, git.data, False)


class Draft:
    """The lines of a result, and what they say, for a mutation to change."""

    def __init__(self, data: bytes, rng: Random) -> None:
        text = data.decode()
        self.end = "\r\n" if "\r\n" in text else "\n"
        self.ended = text.endswith("\n")
        self.lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
        self.units = self.read()
        self.rng = rng

    def read(self) -> list[Unit]:
        return read([Line(line, "") for line in self.lines])

    def data(self) -> bytes:
        return (self.end.join(self.lines) + (self.end if self.ended else "")).encode()

    def of(self, *kinds: str) -> list[Unit]:
        return [unit for unit in self.units if unit.kind in kinds]

    def pick(self, *kinds: str) -> Unit | None:
        units = self.of(*kinds)
        return self.rng.choice(units) if units else None

    def pair(self, *kinds: str) -> tuple[Unit, Unit] | None:
        units = self.of(*kinds)
        if len(units) < 2:
            return None
        first, second = self.rng.sample(units, 2)
        return first, second

    def end_of(self, item: Unit) -> int:
        """The line after an item and all that is nested under it."""
        last = item.line
        for unit in self.units:
            above = unit.parent
            while above is not None and above is not item:
                above = above.parent
            if above is item:
                last = max(last, unit.line)
        return last + 1


Mutation = Callable[[Draft], bool]


def drop(*kinds: str) -> Mutation:
    def mutate(draft: Draft) -> bool:
        unit = draft.pick(*kinds)
        if unit is None:
            return False
        del draft.lines[unit.line]
        return True

    return mutate


def drop_nested(draft: Draft) -> bool:
    item = draft.pick("item")
    if item is None:
        return False
    del draft.lines[item.line : draft.end_of(item)]
    return True


def double(*kinds: str) -> Mutation:
    def mutate(draft: Draft) -> bool:
        unit = draft.pick(*kinds)
        if unit is None:
            return False
        draft.lines.insert(draft.rng.choice((unit.line, draft.rng.randrange(len(draft.lines)))), draft.lines[unit.line])
        return True

    return mutate


def move(*kinds: str) -> Mutation:
    def mutate(draft: Draft) -> bool:
        unit = draft.pick(*kinds)
        if unit is None:
            return False
        line = draft.lines.pop(unit.line)
        draft.lines.insert(draft.rng.randint(0, len(draft.lines)), line)
        return True

    return mutate


def move_nested(draft: Draft) -> bool:
    """An item with what is under it, before another item or heading."""
    item = draft.pick("item")
    if item is None:
        return False
    end = draft.end_of(item)
    block = draft.lines[item.line : end]
    goals = [unit.line for unit in draft.of("item", "heading") if not item.line <= unit.line < end]
    if not goals:
        return False
    goal = draft.rng.choice(goals)
    del draft.lines[item.line : end]
    goal -= len(block) if goal > item.line else 0
    draft.lines[goal:goal] = block
    return True


def swap(*kinds: str) -> Mutation:
    def mutate(draft: Draft) -> bool:
        pair = draft.pair(*kinds)
        if pair is None:
            return False
        first, second = pair[0].line, pair[1].line
        draft.lines[first], draft.lines[second] = draft.lines[second], draft.lines[first]
        return True

    return mutate


def indent(draft: Draft) -> bool:
    item = draft.pick("item")
    if item is None:
        return False
    line = draft.lines[item.line]
    step = draft.rng.choice(("  ", "    "))
    draft.lines[item.line] = (
        line.removeprefix(step) if line.startswith(step) and draft.rng.random() < 0.5 else step + line
    )
    return True


def mark(draft: Draft) -> bool:
    item = draft.pick("item")
    if item is None:
        return False
    other = draft.rng.choice([mark for mark in " x~" if mark != item.mark])
    draft.lines[item.line] = draft.lines[item.line].replace(f"[{item.mark}]", f"[{other}]", 1)
    return True


def swap_marks(draft: Draft) -> bool:
    pairs = [(own, other) for own in draft.of("item") for other in draft.of("item") if own.mark != other.mark]
    if not pairs:
        return False
    own, other = draft.rng.choice(pairs)
    for item, mark in ((own, other.mark), (other, own.mark)):
        draft.lines[item.line] = draft.lines[item.line].replace(f"[{item.mark}]", f"[{mark}]", 1)
    return True


def token_spans(draft: Draft) -> list[tuple[int, int, int]]:
    """Line, begin and end of each token, the blank before it included."""
    spans = []
    for item in draft.of("item"):
        line = draft.lines[item.line]
        found = ITEM.match(line)
        assert found
        spans += [(item.line, *match.span()) for match in TOKEN.finditer(line, found.start(4))]
    return spans


def drop_token(draft: Draft) -> bool:
    spans = token_spans(draft)
    if not spans:
        return False
    at, begin, end = draft.rng.choice(spans)
    draft.lines[at] = draft.lines[at][:begin] + draft.lines[at][end:]
    return True


def move_token(draft: Draft) -> bool:
    spans = token_spans(draft)
    items = draft.of("item")
    if not spans or len(items) < 2:
        return False
    at, begin, end = draft.rng.choice(spans)
    goal = draft.rng.choice([item.line for item in items if item.line != at])
    token = draft.lines[at][begin:end]
    draft.lines[at] = draft.lines[at][:begin] + draft.lines[at][end:]
    draft.lines[goal] += token
    return True


def change_token(draft: Draft) -> bool:
    spans = token_spans(draft)
    if not spans:
        return False
    at, begin, end = draft.rng.choice(spans)
    token = draft.lines[at][begin:end]
    changed = re.sub(r"-\d\d-\d\d", "-11-30", token) if "due:" in token else re.sub(r"([@:=] ?)\w+", r"\1zzz", token)
    draft.lines[at] = draft.lines[at][:begin] + changed + draft.lines[at][end:]
    return changed != token


def note_to_neighbour(draft: Draft) -> bool:
    notes = [unit for unit in draft.of("quote") if unit.parent is not None and unit.parent.kind == "item"]
    if not notes:
        return False
    note = draft.rng.choice(notes)
    items = [item for item in draft.of("item") if item is not note.parent]
    if not items:
        return False
    goal = min(items, key=lambda item: (abs(item.line - note.line), draft.rng.random()))
    blanks = re.match(r"\s*", draft.lines[goal.line])
    depth = (blanks[0] if blanks else "") + ("    " if re.match(r"\s*\d", draft.lines[goal.line]) else "  ")
    line = depth + draft.lines[note.line].lstrip()
    draft.lines.insert(goal.line + 1, line)
    del draft.lines[note.line + (note.line > goal.line)]
    return True


def change_word(*kinds: str) -> Mutation:
    def mutate(draft: Draft) -> bool:
        unit = draft.pick(*kinds)
        if unit is None:
            return False
        line = draft.lines[unit.line]
        words = [match for match in re.finditer(r"\w{2,}", line) if line[: match.start()].count("](") == 0]
        if not words:
            return False
        match = draft.rng.choice(words)
        draft.lines[unit.line] = line[: match.start()] + "zzz" + line[match.end() :]
        return True

    return mutate


def change_value(draft: Draft) -> bool:
    fields = [field for field in draft.of("field", "front") if field.value]
    if not fields:
        return False
    field = draft.rng.choice(fields)
    other = draft.rng.choice(("Zoe", "", *[field.value for field in fields]))
    draft.lines[field.line] = draft.lines[field.line].replace(field.value, other)
    return other != field.value


def change_cell(draft: Draft) -> bool:
    row = draft.pick("row")
    if row is None or len(row.cells) < 2:
        return False
    cells = list(row.cells)
    at = draft.rng.randrange(1, len(cells))
    cells[at] = draft.rng.choice(("zzz", "", cells[0]))
    draft.lines[row.line] = "| " + " | ".join(cells) + " |"
    return True


def row_to_another_table(draft: Draft) -> bool:
    row, table = draft.pick("row"), draft.pick("table")
    if row is None or table is None or row.parent is table:
        return False
    line = draft.lines[row.line]
    draft.lines.insert(table.line + 2, line)
    del draft.lines[row.line + (row.line > table.line)]
    return True


def note_to_another_field(draft: Draft) -> bool:
    notes = [unit for unit in draft.of("quote") if unit.parent is not None and unit.parent.kind == "field"]
    fields = [field for field in draft.of("field") if not field.value]
    if not notes or len(fields) < 2:
        return False
    note = draft.rng.choice(notes)
    field = draft.rng.choice([field for field in fields if field is not note.parent])
    line = draft.lines[note.line]
    draft.lines.insert(field.line + 1, line)
    del draft.lines[note.line + (note.line > field.line)]
    return True


def heading_level(draft: Draft) -> bool:
    heading = draft.pick("heading")
    if heading is None:
        return False
    line = draft.lines[heading.line]
    draft.lines[heading.line] = line[1:] if line.startswith("###") else "#" + line
    return True


def cut(draft: Draft) -> bool:
    """A line ends half way."""
    units = [unit for unit in draft.units if len(draft.lines[unit.line]) > 8]
    if not units:
        return False
    at = draft.rng.choice(units).line
    draft.lines[at] = draft.lines[at][: len(draft.lines[at]) // 2].rstrip()
    return True


def cut_file(draft: Draft) -> bool:
    del draft.lines[draft.rng.randrange(1, len(draft.lines)) :]
    return True


MUTATIONS: dict[str, Mutation] = {
    "drop item": drop("item"),
    "drop nested": drop_nested,
    "drop note": drop("quote"),
    "drop heading": drop("heading"),
    "drop field": drop("field"),
    "drop row": drop("row"),
    "drop prose": drop("prose"),
    "drop front": drop("front"),
    "drop code": drop("code"),
    "drop table head": drop("table"),
    "double item": double("item"),
    "double note": double("quote"),
    "double row": double("row"),
    "double line": double("heading", "field", "prose"),
    "move item": move("item"),
    "move nested": move_nested,
    "move note": move("quote"),
    "move line": move("heading", "field", "prose", "row", "front", "code"),
    "swap items": swap("item"),
    "swap notes": swap("quote"),
    "swap lines": swap("heading", "field", "prose", "row"),
    "indent": indent,
    "mark": mark,
    "swap marks": swap_marks,
    "drop token": drop_token,
    "move token": move_token,
    "change token": change_token,
    "note to neighbour": note_to_neighbour,
    "note to another field": note_to_another_field,
    "change item word": change_word("item"),
    "change note word": change_word("quote"),
    "change prose word": change_word("prose", "heading", "code"),
    "change value": change_value,
    "change cell": change_cell,
    "row to another table": row_to_another_table,
    "heading level": heading_level,
    "cut line": cut,
    "cut file": cut_file,
}
NAMES = list(MUTATIONS)


def meaning(units: list[Unit]) -> Counter[tuple[object, ...]]:
    """What is said, and under what; equal texts under equal ones are as good as each other, and order says nothing."""
    chains: dict[int, tuple[object, ...]] = {}
    said: Counter[tuple[object, ...]] = Counter()
    for unit in units:
        above = chains[id(unit.parent)] if unit.parent else ()
        own = " ".join(unit.text.casefold().split())
        chains[id(unit)] = (*above, (unit.kind, own))
        tokens = tuple(sorted(unit.tokens))
        said[above, unit.kind, own, unit.mark, unit.value.casefold(), tokens, unit.cells[1:]] += 1
    return said


class Mutant(NamedTuple):
    """A wrong result. seen: whether the oracle finds it wrong as well."""

    name: str
    right: Right
    result: bytes
    seen: bool


def mutants(right: Right, rng: Random, count: int) -> Iterator[Mutant]:
    before = meaning(Draft(right.result, rng).units)
    triple = build(right.spec)
    sides = [
        meaning(read([Line(line, "") for line in engines.lf(data).decode().split("\n")])) for data in right.versions
    ]
    for _ in range(count * 3):
        name = rng.choice(NAMES)
        draft = Draft(right.result, rng)
        if not MUTATIONS[name](draft):
            continue
        after = meaning(draft.read())
        if after == before or after in sides[1:] or only_forms(before, after):
            continue
        seen = bool(oracle.judge(triple, Merged(draft.data(), False)))
        yield Mutant(name, right, draft.data(), seen)
        count -= 1
        if not count:
            return


def only_forms(before: Counter[tuple[object, ...]], after: Counter[tuple[object, ...]]) -> bool:
    """Whether nothing but a form is another: a value may take its place at any time."""
    changed = [*(before - after), *(after - before)]
    return all(str(fact[2]) in FOLDED_FORMS or str(fact[4]).startswith("[") for fact in changed)


class Trial(NamedTuple):
    """refused, by mutation: those that the checker refuses, and all; survivors and false alarms: some examples."""

    refused: Counter[str]
    mutants: Counter[str]
    unseen: Counter[str]
    survivors: list[Mutant]
    rights: Counter[str]
    alarms: list[tuple[Right, str]]

    @classmethod
    def empty(cls) -> "Trial":
        return cls(Counter(), Counter(), Counter(), [], Counter(), [])

    def add(self, other: "Trial") -> None:
        for own, there in ((self.refused, other.refused), (self.mutants, other.mutants), (self.unseen, other.unseen)):
            own.update(there)
        self.rights.update(other.rights)
        self.survivors.extend(other.survivors)
        self.alarms.extend(other.alarms)

    @property
    def share_refused(self) -> float:
        return self.refused.total() / max(1, self.mutants.total())

    @property
    def share_of_false_alarms(self) -> float:
        refused = sum(count for name, count in self.rights.items() if name.endswith("refused"))
        return refused / max(1, self.rights.total() - refused)

    def tell(self, examples: int) -> str:
        """Tallies by kind, then the first examples of what the checker took wrongly, either way."""
        lines = [
            f"mutants: {self.mutants.total()}, refused {self.share_refused:.2%}",
            *(
                f"  {name:22} {self.mutants[name] - self.refused[name]:5} of {self.mutants[name]:5} survive"
                + (f"; of these the oracle accepts {self.unseen[name]}" if self.unseen[name] else "")
                for name in NAMES
                if self.mutants[name] > self.refused[name]
            ),
            f"right results: {dict(sorted(self.rights.items()))}",
        ]
        shown: Counter[str] = Counter()
        for mutant in self.survivors:
            shown[mutant.name] += 1
            if shown[mutant.name] <= examples:
                lines.append(f"\nSURVIVES: {mutant.name}{'' if mutant.seen else ' (the oracle accepts it too)'}")
                lines += tell_right(mutant.right, mutant.result)
        for right, refusal in self.alarms[:examples]:
            lines += [f"\nREFUSED though right: {refusal}", *tell_right(right, right.result)]
        return "\n".join(lines)


def tell_right(right: Right, result: bytes) -> list[str]:
    """The edits, and what each side and the result change in the base."""
    ours, theirs = (", ".join(step.name for step in steps) for steps in (right.spec.ours, right.spec.theirs))
    lines = [f"seed {right.spec.seed}, {right.spec.alphabet}; ours: {ours}; theirs: {theirs}"]
    if result != right.result:
        lines += changes("right result", right.result, "this", result)
    for name, data in zip(("ours", "theirs"), right.versions[1:], strict=True):
        lines += changes("base", right.versions[0], name, data)
    return lines if result != right.result else [*lines, *changes("base", right.versions[0], "result", result)]


def changes(name: str, data: bytes, other_name: str, other: bytes) -> list[str]:
    before, after = (engines.lf(text).decode().split("\n") for text in (data, other))
    return list(unified_diff(before, after, name, other_name, lineterm="", n=2))


def try_checker(seeds: range, alphabet: str, check: Check, each: int = 5, most: int = 100) -> Trial:
    """Each right result as it is, then that many mutants of it."""
    trial = Trial.empty()
    for seed in seeds:
        for right in right_results(seed, alphabet):
            refusal = check(*right.versions, right.result)
            name = f"{alphabet}, {'made' if right.made else 'git'}"
            trial.rights[name] += 1
            if refusal is not None:
                trial.rights[f"{name}, refused"] += 1
                if len(trial.alarms) < most:
                    trial.alarms.append((right, refusal))
                continue
            for mutant in mutants(right, seeded(seed), each):
                trial.mutants[mutant.name] += 1
                if check(*right.versions, mutant.result) is not None:
                    trial.refused[mutant.name] += 1
                    continue
                trial.unseen[mutant.name] += not mutant.seen
                if len(trial.survivors) < most:
                    trial.survivors.append(mutant)
    return trial


def checker(base: bytes, ours: bytes, theirs: bytes, result: bytes) -> str | None:
    """What the checker says against a result, or None."""
    module = import_module("onbo.merging.checker")
    refusal = module.check(module.Versions(base, ours, theirs), result)
    return None if refusal is None else str(refusal)
