"""Updates of a copy from two states of a template, judged by the oracle."""

from collections import Counter
from collections.abc import Iterator

from merges.hunt import Result
from merges.oracle import OWN, Finding, Thing, lines_of, parts_of, read


def judged_update(base: bytes, ours: bytes, theirs: bytes) -> tuple[list[Finding], Result]:
    """What a copy loses, or gets without reason, by an update."""
    from onbo.effects.line_merge import line_merge
    from onbo.merging.threeway import CannotMergeError
    from onbo.merging.update import merge_template

    base, ours, theirs = (_body(data) for data in (base, ours, theirs))
    try:
        outcome = merge_template(base, ours, theirs, line_merge=line_merge)
    except CannotMergeError:
        return [], Result(None, clean=False)
    told = " ".join(f"{decision.action} {decision.item}" for decision in outcome.decisions)
    findings = list(_judge([read(lines_of(data)) for data in (base, ours, theirs)], outcome.data, told))
    return findings, Result(outcome.data, not outcome.conflicts)


def _body(data: bytes) -> bytes:
    text = data.decode()
    return text.split("---", 2)[2].lstrip("\r\n").encode() if text.startswith("---") else data


def _judge(things: list[list[Thing]], result: bytes, told: str) -> Iterator[Finding]:
    base, ours, theirs = things
    base = [t._replace(says=(" ", *t.says[1:])) if t.kind == "item" else t for t in base]
    parts = parts_of(result)
    now = read(parts.ours)
    lines = {line.strip() for line in parts.ours}
    known = {(t.kind, t.text, t.says) for t in base}
    for thing in ours:
        kept = any(t.kind == thing.kind and t.text == thing.text for t in now)
        if (thing.kind, thing.text, thing.says) in known:
            continue
        words = thing.own or thing.text
        if not kept and words not in " ".join(lines):
            yield Finding("loss", f"the copy's own {thing} is gone")
    # A tick: as many done items as the copy had, and none that it had not.
    done = [t for t in ours if t.kind == "item" and t.says[0] != " "]
    if len([t for t in now if t.kind == "item" and t.says[0] != " "]) != len(done):
        yield Finding("loss", f"{len(done)} items were done or n/a in the copy")
    for thing in done:
        same = [t for t in now if t.kind == "item" and (t.own == thing.own if thing.own else t.text == thing.text)]
        if thing.own and not any(t.says[0] == thing.says[0] for t in same):
            yield Finding("loss", f"{thing} was {thing.says[0]!r} in the copy")
    # What the template has new comes in, open, or the report says that it does not.
    had = {t.text for t in (*base, *ours)}
    for thing in theirs:
        if thing.kind != "item" or thing.text in had or thing.own in {t.own for t in base if t.own}:
            continue
        came = [t for t in now if t.kind == "item" and t.text == thing.text]
        if not came and thing.text not in told and thing.text not in result.decode():
            yield Finding("loss", f"new in the template and not told: {thing}")
        if any(t.says[0] != " " for t in came):
            yield Finding("made-up", f"new in the template, and not open: {thing}")
    # What the copy deleted stays deleted.
    shown = set(OWN.findall("\n".join(parts.conflicts)))
    gone = {t.own for t in base if t.kind == "item"} - {t.own for t in ours} - shown - {""}
    for thing in now:
        if thing.own in gone and _is_reworded(thing, base):
            yield Finding("resurrected", f"deleted from the copy, and back: {thing}")


def _is_reworded(thing: Thing, base: list[Thing]) -> bool:
    """Whether it is the deleted item in other words, rather than another one: most of its words are the same."""
    before = next(t for t in base if t.kind == "item" and t.own == thing.own)
    words = (before.text.split(), thing.text.split())
    common = sum((Counter(words[0]) & Counter(words[1])).values())
    return common >= 0.6 * max(map(len, words))
