"""Looking for trouble at length: `./dev fuzz [SECONDS]`.

Every property gets its share of the time and as many examples as fit into it, other ones at each run. What it finds
becomes a case among the tests.
"""

import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st

import test_properties as known
from onbo.document.model import Document, Item
from onbo.document.parse import parse
from onbo.document.source import Edit, apply_edits
from onbo.errors import OnboError
from onbo.onboarding import guard, notes, tick, tokens
from onbo.onboarding.fill import Filler
from onbo.onboarding.forms import Forms
from onbo.onboarding.labels import split_setting
from onbo.onboarding.settings import Settings
from onbo.onboarding.values import Circumstances
from runner import ENVIRONMENT, onbo

ROUND = 200
SECONDS = 120.0

# --- Files with what onboarding is made of ---

DAYS = st.sampled_from(["", "", " (Day 1-30)", " (Days 31\u201360)", " (day 99999)", " (Day 30-1)", " (Day 0)"])
TITLES = st.sampled_from(["Setup", "Kick-off", "Completion Gate", "Gate", "[Phase]", "日本", "Health", "Risks"])
DATES = st.sampled_from(
    ["2026-12-01", "9999-12-31", "0001-01-01", "2026-02-30", "[Date]", "Dec 1", "\u0662\u0660\u0662\u0666-12-01", ""]
)
VALUES = st.one_of(
    DATES,
    st.sampled_from(
        ["85%", "[___%]", "[Score]/100 -- [Green/Yellow/Red]", "101/100 -- Red", "[+/-]", "SMB", "9" * 400]
    ),
    known.TEXT,
)
LABELS = st.sampled_from(
    [
        *("Kickoff Date", "Target Go-Live", "Go-Live Date", "Target First Value Date", "Date Achieved"),
        *("Customer", "Segment", "CSM", "Onboarding Status", "Completion Date", "Health Score", "A/B", "A=B", "Notes"),
    ]
)
PHASE = st.tuples(st.sampled_from(["# ", "## ", "### "]), TITLES, DAYS).map(lambda parts: ["".join(parts)])
LABELLED = st.tuples(LABELS, VALUES).map(lambda parts: [f"**{parts[0]}:** {parts[1]}".rstrip()])
REGISTER = st.sampled_from(
    [
        ["| Risk | Impact | Mitigation | Status |", "|---|---|---|---|", "| [Risk] | [High/Med/Low] | [x] | [Open] |"],
        ["| Date | Decision | By |", "|---|---|---|", "| 2026-12-01 | Go \\| stop | @ann |", "| [Date] | [D] | [N] |"],
        ["| Metric | Benchmark | Current | Gap |", "|---|---|---|---|", "| [M 1] | 80% | [%] | [+/-] |"],
    ]
)
TOKENS = st.sampled_from(
    [
        "@ann",
        "due:2026-12-24",
        "due:9999-12-31",
        "waiting:customer",
        "(n/a: none)",
        "<!-- id=a -->",
        "[due:: 2026-01-01]",
    ]
)
MARKED = st.tuples(known.BULLET, known.MARK, known.TEXT, TOKENS).map(
    lambda parts: ["".join(parts[:3]) + " " + parts[3]]
)
LIVELY = st.one_of(PHASE, PHASE, LABELLED, LABELLED, REGISTER, MARKED, known.item_list(), known.RARELY_ODD)
YAML = st.lists(
    st.sampled_from(
        [
            *(
                "template: t",
                "template: 90-day",
                "base: abc",
                "base: 000000000000",
                'version: "1.0"',
                "gate_section: Setup",
            ),
            *("gate: [{item: a, field: CSM, above: 80}]", "gate: 3", "gate: [[], {}, 1]", "gate: [{item: [a]}]"),
            *("fields: {CSM: {type: date}}", "fields: [1]", "fields: {CSM: 1}", "internal: x", "segments: {a: 1}"),
            *("default_for: [smb, 1, null]", "&a x: *a", "? [1]", "!!python/object: x", "on: NO", "\t", "a: [", "{}"),
        ]
    ),
    max_size=4,
).map(lambda lines: "\n".join(["---", *lines, "---", ""]).encode())
BODY = known.markdown(LIVELY)
SETTINGS = st.lists(
    st.sampled_from(
        [
            *(
                '[calendar]\nroll = "forward"',
                '[calendar]\nroll = "back"',
                "[health]\ngreen = 1\nyellow = 1",
                "[[git]]",
            ),
            *('[fields]\nCSM = "A/B"', '[fields]\n"Kickoff Date" = "Customer"', "[status]\nat_risk = 0", "a = [[[["),
            *(
                "[status]\ndue_soon = 36500",
                "[status]\nat_risk = nan",
                '[templates]\nsmb = "t"',
                '[templates]\nsmb = "../x"',
            ),
        ]
    ),
    max_size=2,
    unique=True,
).map(lambda lines: "\n".join(lines).encode())
FILE = st.one_of(BODY, st.tuples(YAML, BODY).map(b"".join), known.ANY_BYTES)

# --- What holds ---


def commands_take_everything(data: st.DataObject) -> None:
    """Whatever the customer, the template and the snapshot say, reading commands say something."""
    put("customers/acme.md", data.draw(FILE))
    put("templates/t.md", data.draw(FILE))
    put("onbo.toml", data.draw(SETTINGS))
    put(".onbo/base/t-abc.md", data.draw(FILE))
    words = data.draw(
        st.sampled_from(
            [
                *(["status"], ["status", "acme"], ["status", "--json"], ["status", "--explain"]),
                *(
                    ["share", "acme", "--no-template"],
                    ["share", "acme", "--no-template", "--format", "md"],
                    ["share", "acme", "--no-template", "--json"],
                    ["share", "acme", "--explain"],
                    ["report", "--html", "-"],
                ),
                *(["show", "acme"], ["show", "acme", "--json"], ["show", "acme", "1"], ["show", "acme", "gate"]),
                *(["next"], ["next", "acme", "--json"], ["gate", "acme"], ["gate", "acme", "--json"]),
                *(["lint"], ["lint", "--json"], ["lint", "--fix", "-n"], ["lint", "--format", "github"]),
                *(
                    ["risk", "list", "acme"],
                    ["decision", "list", "acme", "--json"],
                    ["new", "beta", "--template", "t", "-n"],
                ),
                *(["check", "acme", "1.1", "-n"], ["set", "acme", "Kickoff Date=2026-12-01", "-n"]),
            ]
        )
    )
    said = onbo(*words)
    if said.status not in (0, 1, 2, 3, 4) or "onbo itself" in said.err:
        raise AssertionError(f"{words}: {said.status} {said.err}")
    if any(ord(char) < 32 and char not in "\n\t" for char in said.both):
        raise AssertionError(f"{words}: control characters in {said.both!r}")


class Asked(NamedTuple):
    """A decision's edits and what it expects; own: within which bytes it may write, None where it adds lines."""

    edits: Sequence[Edit]
    expected: Any
    number: str | None = None
    token: tuple[str, str | None] | None = None


def decisions_read_back(raw: bytes, data: st.DataObject) -> None:
    """A writing decision is refused, or reads back as asked with nothing else changed."""
    try:
        before = parse("x", raw)
    except OnboError:
        assume(False)
    name = data.draw(st.sampled_from(sorted(DECISIONS)))
    try:
        asked = DECISIONS[name](before, data)
        changed = apply_edits(raw, asked.edits)
        after = parse("x", changed)
        guard.verify(before, after, asked.expected)
    except (OnboError, UnicodeEncodeError):
        return
    _lines_outside_stay(raw, changed, asked.edits)
    _items_stay(before, after, asked)


def _lines_outside_stay(before: bytes, after: bytes, edits: Sequence[Edit]) -> None:
    if not edits:
        return
    start, end = min(edit.span.start for edit in edits), max(edit.span.end for edit in edits)
    tail = len(before) - end
    if before[:start] != after[:start] or (tail and before[-tail:] != after[-tail:]):
        raise AssertionError("bytes outside the edits changed")


def _items_stay(before: Document, after: Document, asked: Asked) -> None:
    """Seen apart from the guard: the items that were there say the same, but for the one that was meant."""
    old = [(item.text, item.mark, item.tokens and [(t.kind, t.value) for t in item.tokens]) for item in before.items]
    new = [(item.text, item.mark, item.tokens and [(t.kind, t.value) for t in item.tokens]) for item in after.items]
    if asked.number is None:
        left = iter(new)
        if not all(any(entry == other for other in left) for entry in old):
            raise AssertionError("an item is gone or says something else")
        return
    if len(old) != len(new) or [item.number for item in before.items] != [item.number for item in after.items]:
        raise AssertionError("items came or went")
    for item, was, now in zip(after.items, old, new, strict=True):
        if item.number == asked.number:
            if asked.token and item.value(asked.token[0]) != asked.token[1]:
                raise AssertionError(f"{asked.token} is not there")
            if was[0] != now[0]:
                raise AssertionError("its text changed")
        elif was != now:
            raise AssertionError(f"{item.number} changed too")


def _item(document: Document, data: st.DataObject) -> Item:
    assume(document.items)
    return data.draw(st.sampled_from(document.items))


def _marking(made: tick.Marking, item: Item, token: tuple[str, str | None] | None = None) -> Asked:
    return Asked(made.edits, made.expected, item.number, token)


def _check(document: Document, data: st.DataObject) -> Asked:
    item = _item(document, data)
    return _marking(tick.check(document, [item]), item)


def _uncheck(document: Document, data: st.DataObject) -> Asked:
    item = _item(document, data)
    return _marking(tick.uncheck(document, [item]), item)


def _skip(document: Document, data: st.DataObject) -> Asked:
    item, why = _item(document, data), data.draw(st.one_of(known.WORDS, st.text(max_size=20)))
    return _marking(tick.skip(document, [item], why), item, ("reason", " ".join(why.split())))


def _assign(document: Document, data: st.DataObject) -> Asked:
    item, who = _item(document, data), data.draw(st.sampled_from(["ann", "bob.b", "日本", None]))
    return _marking(tokens.assign(document, [item], who), item, ("owner", who) if who else None)


def _due(document: Document, data: st.DataObject) -> Asked:
    item, day = _item(document, data), data.draw(st.one_of(st.none(), st.dates()))
    return _marking(tokens.pin(document, [item], day), item, ("due", day.isoformat()) if day else None)


def _wait(document: Document, data: st.DataObject) -> Asked:
    item, who = _item(document, data), data.draw(st.sampled_from(["customer", "it@x.com", None]))
    return _marking(tokens.wait(document, [item], who), item, ("waiting", who) if who else None)


def _note(document: Document, data: st.DataObject) -> Asked:
    text = data.draw(st.one_of(known.WORDS, st.lists(known.WORDS, max_size=3).map("\n".join), st.text(max_size=30)))
    sections = list(document.walk())
    into_section: bool = data.draw(st.booleans())
    if sections and into_section:
        made = notes.note_section(Forms(document, None, {}, Settings()), data.draw(st.sampled_from(sections)), text)
    else:
        made = notes.note_item(document, _item(document, data), text)
    return Asked(made.edits, made.expected)


def _add(document: Document, data: st.DataObject) -> Asked:
    assume(document.sections)
    section = data.draw(st.sampled_from(list(document.walk())))
    after = data.draw(st.sampled_from([None, *section.items]))
    made = notes.add_item(document, section, data.draw(st.one_of(known.TEXT, st.text(max_size=20))), after)
    return Asked(made.edits, made.expected)


def _set(document: Document, data: st.DataObject) -> Asked:
    labels = [field.label for field in document.fields]
    cells = [
        f"{t.name}/{row.cells[0].text}/{h.text}" for t in document.tables for row in t.rows for h in t.header.cells
    ]
    assume(labels or cells)
    value = data.draw(
        st.one_of(known.TEXT, st.sampled_from(["85", "2026-12-01", "Green", "a|b", "\\"]), st.text(max_size=9))
    )
    setting = split_setting(document, f"{data.draw(st.sampled_from(labels + cells))}={value}")
    defaults = Settings()
    filler = Filler(
        document, Forms(document, None, {}, defaults), defaults, Circumstances(TODAY, None, defaults.calendar)
    )
    filler.set_all([setting])
    made = filler.finish()
    return Asked(made.edits, made.expected)


TODAY = date(2026, 12, 12)
Decision = Callable[[Document, st.DataObject], Asked]
DECISIONS: dict[str, Decision] = {
    "check": _check,
    "uncheck": _uncheck,
    "skip": _skip,
    "assign": _assign,
    "due": _due,
    "wait": _wait,
    "note": _note,
    "add": _add,
    "set": _set,
}


def put(path: str, data: bytes) -> None:
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


# --- Trying ---


class Property(NamedTuple):
    name: str
    holds: Callable[..., None]
    inputs: tuple[st.SearchStrategy[Any], ...]


def inner(test: Any) -> Callable[..., None]:
    """The function that hypothesis would call."""
    function: Callable[..., None] = test.hypothesis.inner_test
    return function


MARKDOWN = st.one_of(known.markdown(), BODY, known.markdown(known.USUAL))
PROPERTIES = (
    Property("lines rejoin", inner(known.test_lines_and_their_ends_rejoin_to_the_file), (FILE,)),
    Property("edits rejoin", inner(known.test_edits_touch_nothing_outside_themselves), (st.data(),)),
    Property("reading", inner(known.test_reading_raises_nothing_but_our_own), (FILE,)),
    Property("plain reader", inner(known.test_the_plain_reader_declines_or_sees_what_commonmark_sees), (MARKDOWN,)),
    Property("tick, untick", inner(known.test_a_tick_is_one_byte_and_an_untick_takes_it_back), (MARKDOWN, st.data())),
    Property("decisions", decisions_read_back, (FILE, st.data())),
    Property("commands", commands_take_everything, (st.data(),)),
)


class Tried(NamedTuple):
    examples: int
    failures: tuple[str, ...]


def hunt(wanted: Property, seconds: float, first_seed: int) -> Tried:
    """Examples of one property until its time is over, a round of them at least; a failure, made small, ends a round."""
    examples = 0
    failures: dict[str, None] = {}
    until = time.monotonic() + seconds

    def counted(*values: Any) -> None:
        nonlocal examples
        examples += 1
        wanted.holds(*values)

    rounds = 0
    while rounds == 0 or time.monotonic() < until:
        rounds += 1
        searching = settings(
            max_examples=ROUND,
            deadline=None,
            database=None,
            print_blob=False,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        # given() names the arguments after the function's own, of which a variadic one has none.
        trial = seed(first_seed + rounds)(searching(given(st.tuples(*wanted.inputs))(lambda values: counted(*values))))
        try:
            trial()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001  hypothesis gives several failures as a group
            failures["".join(traceback.format_exception(error, limit=-3))[-3000:]] = None
    return Tried(examples, tuple(failures))


def main(arguments: Sequence[str]) -> int:
    seconds = float(arguments[0]) if arguments else SECONDS
    first_seed = int(arguments[1]) if len(arguments) > 1 else time.time_ns() % 1_000_000_000
    os.environ |= ENVIRONMENT
    failed = 0
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as state:
        os.environ["XDG_STATE_HOME"] = state
        os.chdir(folder)
        for wanted in PROPERTIES:
            tried = hunt(wanted, seconds / len(PROPERTIES), first_seed)
            failed += len(tried.failures)
            sys.stdout.write(f"{wanted.name:14}{tried.examples:>10} examples  {len(tried.failures)} failures\n")
            for text in tried.failures:
                sys.stdout.write(f"\n{text}\n")
            sys.stdout.flush()
        os.chdir("/")
    sys.stdout.write(f"seed {first_seed}\n")
    return int(failed > 0)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main(sys.argv[1:]))
