"""Right results with one thing put wrong: the checker must refuse them."""

from collections import Counter
from random import Random

from merges.hunt import git, triple
from merges.oracle import ITEM, TOKEN, judge, lines_of, read


def mutate(first: int, count: int, alphabet: str) -> tuple[Counter[str], dict[str, int]]:
    """A tally of mutations that change the meaning, from `count` right results; four mutations of each."""
    from onbo.merging.checker import Versions, check

    tally: Counter[str] = Counter()
    seeds: dict[str, int] = {}
    for seed in range(first, first + count):
        case = triple(seed, alphabet)
        right = git(case.base, case.ours, case.theirs)
        if not right.clean or right.data is None or judge(case.base, case.ours, case.theirs, right.data):
            continue
        versions = Versions(case.base, case.ours, case.theirs)
        refusal = check(versions, right.data)
        tally[f"{alphabet} right results {'refused' if refusal else 'accepted'}"] += 1
        if refusal:
            seeds.setdefault(f"{alphabet} right results refused", seed)
            continue
        random = Random(seed)
        for _ in range(4):
            lines = lines_of(right.data)
            name = mutated(lines, random)
            if _meaning(lines) == _meaning(lines_of(right.data)):
                continue
            tally[f"{alphabet} mutations"] += 1
            if check(versions, ("\n".join(lines) + "\n").encode()) is None:
                tally[f"{alphabet} SURVIVED {name}"] += 1
                seeds.setdefault(f"{alphabet} SURVIVED {name}", seed)
    return tally, seeds


def _meaning(lines: list[str]) -> Counter[object]:
    return Counter(read(lines))


def mutated(lines: list[str], random: Random) -> str:
    """Put one thing wrong, in place. Gives what."""
    what = random.choice(
        ["drop", "double", "move", "indent", "untick", "token", "move token", "note", "cell", "word", "cut"]
    )
    full = [at for at, line in enumerate(lines) if line.strip()]
    if not full:
        return what
    at = random.choice(full)
    items = [i for i in full if ITEM.match(lines[i])]
    notes = [i for i in full if lines[i].lstrip().startswith("> ")]
    rows = [i for i in full if lines[i].startswith("| ") and not lines[i].startswith("|---")]
    if what == "drop":
        del lines[at]
    elif what == "double":
        lines.insert(at, lines[at])
    elif what == "move":
        lines.insert(random.randrange(len(lines)), lines.pop(at))
    elif what == "indent" and items:
        at = random.choice(items)
        lines[at] = lines[at][2:] if lines[at].startswith("  ") else f"    {lines[at]}"
    elif what == "untick" and items:
        at = random.choice(items)
        box = lines[at].index("[") + 1
        lines[at] = lines[at][:box] + random.choice([m for m in " x~" if m != lines[at][box]]) + lines[at][box + 1 :]
    elif what in ("token", "move token") and items:
        having = [i for i in items if TOKEN.search(lines[i])]
        if having:
            at = random.choice(having)
            token = TOKEN.findall(lines[at])[0]
            lines[at] = lines[at].replace(f" {token}", "", 1)
            if what == "move token":
                target = random.choice(items)
                lines[target] = f"{lines[target]} {token}"
    elif what == "note" and notes:
        at = random.choice(notes)
        note = lines.pop(at)
        target = random.choice([i for i, line in enumerate(lines) if ITEM.match(line)] or [len(lines) - 1])
        lines.insert(target + 1, note)
    elif what == "cell" and rows:
        at = random.choice(rows)
        cells = lines[at].strip("| ").split(" | ")
        cells[random.randrange(len(cells))] = random.choice(["", "other", cells[0]])
        lines[at] = f"| {' | '.join(cells)} |"
    elif what == "word":
        split = lines[at].split(" ")
        split[random.randrange(len(split))] = random.choice(["", "else"])
        lines[at] = " ".join(split)
    elif what == "cut":
        lines[at] = lines[at][: len(lines[at]) // 2]
    return what
