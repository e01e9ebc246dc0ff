"""Says what is wrong with a merge, from the four texts; no engine code, and no reader but the one below.

It reads only what `plans` writes: one line is one thing, and nesting is what stands further in.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from difflib import SequenceMatcher
from typing import NamedTuple

ITEM = re.compile(r"([ \t]*)(?:[-*]|\d+\.) \[(.)\] (.*)")
NOTE = re.compile(r"([ \t]+)> ?(.*)")
HEADING = re.compile(r"(#+) (.*)")
FIELD = re.compile(r"\*\*(.+?):\*\* ?(.*)")
TOKEN = re.compile(r"@\w+|due:\S+|\(n/a: not needed\)|<!-- id=\w+ -->")
OWN = re.compile(r"\bk\d+\b")
EDGES = "".join(chr(code) for code in range(33, 127) if not chr(code).isalnum())
BOX = re.compile(r"\[[ x~]\]")
FORM = re.compile(r"\[[^\]]{2,}\]")


class Thing(NamedTuple):
    """kind: item, note, heading, field, row, matter or text. inside: what it stands in, by text. says: the rest."""

    kind: str
    text: str
    inside: str
    says: tuple[str, ...] = ()

    @property
    def own(self) -> str:
        """The word that stands nowhere else; empty where texts collide."""
        match = OWN.search(self.text) or OWN.search(" ".join(self.says))
        return match[0] if match else ""


class Finding(NamedTuple):
    """kind: loss, misplaced, duplicate, resurrected, differs, made-up."""

    kind: str
    what: str


class Parts(NamedTuple):
    """A result. ours, theirs: with each conflict as that side has it. conflicts: all lines of all parts."""

    ours: list[str]
    theirs: list[str]
    conflicts: list[str]
    broken: bool = False


def lines_of(data: bytes) -> list[str]:
    return data.decode().replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")


def parts_of(data: bytes) -> Parts:
    """Cut a result at its markers."""
    sides: dict[str, list[str]] = {"ours": [], "theirs": []}
    conflicts: list[str] = []
    where = ""
    for line in lines_of(data):
        if line.startswith("<<<<<<<"):
            where = "ours"
        elif line.startswith("|||||||") and where:
            where = "base"
        elif line.startswith("=======") and where:
            where = "theirs"
        elif line.startswith(">>>>>>>") and where:
            where = ""
        else:
            if where:
                conflicts.append(line)
            for side in ("ours", "theirs"):
                if where in ("", side):
                    sides[side].append(line)
    return Parts(sides["ours"], sides["theirs"], conflicts, bool(where))


def read(lines: list[str]) -> list[Thing]:
    """The things in a text."""
    return list(_things(lines))


def _things(lines: list[str]) -> Iterator[Thing]:
    heading = ""
    stack: list[tuple[int, str]] = []  # where an item's words begin, its text
    label = ""
    start = 0
    if lines and lines[0] == "---" and "---" in lines[1:]:
        start = lines.index("---", 1) + 1
        for line in lines[1 : start - 1]:
            key, _, value = line.partition(": ")
            yield Thing("matter", key, "", (value,))
    fenced = False
    for line in lines[start:]:
        wide = line.expandtabs(4)
        if not line.strip("> \t"):
            continue
        if line == "```":
            fenced = not fenced
            stack = []
            continue
        item, note = ITEM.match(line), NOTE.match(line)
        indent = len(wide) - len(wide.lstrip())
        if item and not fenced:
            while stack and indent < stack[-1][0]:
                stack.pop()
            tokens = tuple(sorted(TOKEN.findall(item[3])))
            text = " ".join(TOKEN.sub("", item[3]).split())
            yield Thing("item", text, stack[-1][1] if stack else heading, (item[2], *tokens))
            stack.append((indent + (3 if line.lstrip()[0].isdigit() else 2), text))
        elif note and stack and not fenced:
            while len(stack) > 1 and indent < stack[-1][0]:
                stack.pop()
            yield Thing("note", note[2].strip(), stack[-1][1])
        else:
            stack = []
            title, field = HEADING.match(line), FIELD.match(line)
            if title and not fenced:
                heading = f"{title[1]} {title[2]}"
                yield Thing("heading", title[2], title[1])
            elif field and not fenced:
                label = "" if field[2].strip() else field[1]
                yield Thing("field", label, heading, (field[2].strip(),))
            elif line.startswith("|") and not fenced:
                cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
                yield Thing("row", cells[0], heading, cells)
            elif line.startswith("> ") and not fenced:
                yield Thing("text", line, label or heading)
                continue
            else:
                yield Thing("text", line.strip(), heading)
            if not field:
                label = ""


# --- Judging ---


def judge(base: bytes, ours: bytes, theirs: bytes, result: bytes) -> list[Finding]:
    """What is wrong with a result."""
    versions = [lines_of(data) for data in (base, ours, theirs)]
    parts = parts_of(result)
    if parts.broken:
        return [Finding("broken", "a conflict does not end")]
    findings = list(_by_line(versions, parts))
    findings += _by_word(versions, parts)
    things = [read(lines) for lines in versions]
    findings += _untouched(things, parts)
    if any(thing.own for thing in things[0] + things[1] + things[2]):
        findings += _by_own_word(things, parts)
    return findings


def _bounds(b: int, o: int, t: int) -> tuple[int, int]:
    """At least and at most how many of something the result has."""
    if o > b and t > b:
        return max(o, t), o + t - b
    if o < b and t < b:
        return max(0, o + t - b), min(o, t)
    return max(0, o + t - b), max(0, o + t - b)


def _bare(line: str) -> str:
    """A line without indentation; of an item, whatever list it is in."""
    match = ITEM.match(line)
    return f"- [{match[2]}] {match[3]}" if match else line.strip()


def _churned(base: list[str], side: list[str]) -> set[str]:
    """Lines that a side took away in one place and put in another."""
    first, second = ([_bare(line) for line in lines] for lines in (base, side))
    gone: set[str] = set()
    come: set[str] = set()
    for kind, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if kind != "equal":
            gone.update(first[a:b])
            come.update(second[c:d])
    return gone & come


def _by_line(versions: list[list[str]], parts: Parts) -> Iterator[Finding]:
    """Lines, without their indentation, that no side touched or only one."""
    churned = _churned(versions[0], versions[1]) | _churned(versions[0], versions[2])
    counts = [
        Counter(_bare(line) for line in lines if line.strip("> \t")) for lines in (*versions, parts.ours, parts.theirs)
    ]
    shown = Counter(map(_bare, parts.conflicts))
    for line in set().union(*counts):
        b, o, t, one, other = (count[line] for count in counts)
        if b == o == t == 0:
            continue  # put together from both, if its words are right
        merged = any(_is_merged(line, versions, side) for side in (parts.ours, parts.theirs))
        if b == o == t and not one == other == b and not shown[line] and not merged:
            kind = "loss" if min(one, other) < b else "duplicate"
            yield Finding(kind, f"neither side touched {line!r}: {b} times, now {one} and {other}")
        elif shown[line] or (b not in (o, t)) or line in churned:
            continue
        elif not one == other == o + t - b and not merged:
            # A line that one side changed is another line where the other side changed it too: then its words decide.
            kind = "loss" if min(one, other) < o + t - b else "resurrected" if o + t < 2 * b else "duplicate"
            yield Finding(kind, f"{line!r}: {b}, {o} and {t} times, now {one} and {other}")


def _is_merged(line: str, versions: list[list[str]], result: list[str]) -> bool:
    """Whether the result has the line in another form: with what the other side changed in it."""
    words = _line_words(line)
    known = Counter(map(_bare, versions[0]))
    now = Counter(map(_bare, result))
    own = OWN.findall(line)
    if own and any(OWN.findall(other)[-1:] == own[-1:] for other in result):
        return True  # it can be followed by its own word
    return any(
        now[_bare(other)] > known[_bare(other)] and len(words & _line_words(other)) * 2 >= len(words)
        for other in result
        if other.strip()
    )


def _line_words(line: str) -> set[str]:
    match = ITEM.match(line)
    return set(TOKEN.sub("", match[3] if match else line).split())


def _words(lines: list[str]) -> Counter[str]:
    text = BOX.sub(" ", FORM.sub(" ", "\n".join(lines)))
    return Counter(word for raw in text.split() if any(map(str.isalnum, word := raw.strip(EDGES))))


def _by_word(versions: list[list[str]], parts: Parts) -> Iterator[Finding]:
    b_words, o_words, t_words, one, other = (_words(lines) for lines in (*versions, parts.ours, parts.theirs))
    shown = _words(parts.conflicts)
    for word in b_words | o_words | t_words | one | other:
        if shown[word]:
            continue
        b, o, t = b_words[word], o_words[word], t_words[word]
        grown, shrunk = max(0, min(o - b, t - b)), max(0, min(b - o, b - t))
        bases = (b, b + grown, b - shrunk)
        low = min(max(0, o + t - x) for x in bases)
        high = max(max(x, o, t, o + t - x) for x in bases)
        for count in (one[word], other[word]):
            if not low <= count <= high:
                yield Finding("loss" if count < low else "made-up", f"the word {word!r}: {b}, {o}, {t}, now {count}")
                break


def _untouched(things: list[list[Thing]], parts: Parts) -> Iterator[Finding]:
    """Whole things, with what they say and stand in, that all three versions have equally often."""
    counts = [Counter(found) for found in (*things, read(parts.ours), read(parts.theirs))]
    shown = {word for line in parts.conflicts for word in (line.strip(), *_names(line))}
    for thing in counts[0]:
        b, o, t, one, other = (count[thing] for count in counts)
        if b == o == t and (one < b or other < b) and not {thing.text, thing.inside} & shown:
            if thing.inside in _renamed(things) or thing.inside.partition(" ")[2] in shown:
                continue
            yield Finding("misplaced", f"neither side touched {thing}: now {one} and {other} times")


def _names(line: str) -> Iterator[str]:
    match = ITEM.match(line)
    if match:
        yield " ".join(TOKEN.sub("", match[3]).split())
    match = HEADING.match(line)
    if match:
        yield f"{match[1]} {match[2]}"
    match = FIELD.match(line)
    if match:
        yield match[1]


def _renamed(things: list[list[Thing]]) -> set[str]:
    """What something may stand in that a side has under another name, or not at all."""
    names = [
        {t.text for t in found} | {f"{t.inside} {t.text}" for t in found if t.kind == "heading"} for found in things
    ]
    return names[0] - (names[1] & names[2])


# --- Things that can be followed by a word of their own ---


def _by_own_word(things: list[list[Thing]], parts: Parts) -> Iterator[Finding]:
    shown = set(OWN.findall("\n".join(parts.conflicts)))
    known = [_facts(found) for found in things]
    sides = [_facts(read(lines)) for lines in (parts.ours, parts.theirs)]
    for own in sorted(set().union(*known, *sides) - shown):
        before, mine, other = (facts.get(own) for facts in known)
        for now in (facts.get(own) for facts in sides):
            yield from _judge_one(own, before, mine, other, now, sides[0].keys() | sides[1].keys())


Facts = Mapping[str, frozenset[str]]


def _facts(things: list[Thing]) -> dict[str, dict[str, frozenset[str]]]:
    """By a thing's own word: where it stands, what it says, how often it is there."""
    found: dict[str, list[Thing]] = defaultdict(list)
    for thing in things:
        if thing.own:
            found[thing.own].append(thing)
    return {
        own: {
            "count": frozenset([str(len(group))]),
            "inside": frozenset(_place(thing) for thing in group),
            "mark": frozenset(thing.says[0] for thing in group if thing.kind == "item"),
            "tokens": frozenset(" ".join(thing.says[1:]) for thing in group if thing.kind == "item"),
            "text": frozenset(thing.text for thing in group),
            "value": frozenset(" ".join(thing.says) for thing in group if thing.kind in ("field", "row")),
        }
        for own, group in found.items()
    }


def _place(thing: Thing) -> str:
    """What it stands in, by that one's own word, so that a rewording is no move."""
    match = OWN.search(thing.inside)
    return match[0] if match else thing.inside


def _judge_one(
    own: str,
    before: Facts | None,
    mine: Facts | None,
    other: Facts | None,
    now: Facts | None,
    present: AbstractSet[str],
) -> Iterator[Finding]:
    if mine is None and other is None:
        if now is not None and before is not None:
            yield Finding("resurrected", f"{own} was removed by both")
        elif now is not None:
            yield Finding("made-up", f"{own} is on neither side")
    elif before is not None and (mine is None or other is None):
        left = mine or other
        if now is not None and left == before:
            yield Finding("resurrected", f"{own} was removed by one side and left alone by the other")
        elif now is None and left != before:
            yield Finding("loss", f"{own} was removed by one side and changed by the other")
    elif now is None:
        yield Finding("loss", f"{own} is gone")
    else:
        yield from _judge_facts(own, before, mine, other, now, present)


def _judge_facts(
    own: str, before: Facts | None, mine: Facts | None, other: Facts | None, now: Facts, present: AbstractSet[str]
) -> Iterator[Finding]:
    for fact in ("count", "inside", "mark", "tokens", "text", "value"):
        b, o, t = (facts[fact] if facts else None for facts in (before, mine, other))
        allowed = [o] if t is None or t in (o, b) else [t] if o is None or o == b else None
        if fact == "inside" and allowed is None:
            allowed = [o, t]
        if allowed is None or now[fact] in allowed:
            continue
        if fact == "inside" and any(
            OWN.fullmatch(place) and place not in present for found in allowed for place in found or ()
        ):
            continue  # what it stood in went
        if fact in ("tokens", "value") and b not in (o, t):
            continue
        kind = {"count": "duplicate", "inside": "misplaced"}.get(fact, "loss")
        yield Finding(kind, f"{own}: {fact} was {b}, {o} and {t}, now {now[fact]}")
