"""Random plans in which every place holds a word of its own, and what the documents say of each: shown, hidden, or not said.

Nothing here knows how `onbo share` works. In the texts below `$S` stands for a word that the customer sees where the line
is shown, `$H` for one that is never shown and that `--explain` names as left out, `$L` for one that is never shown
(where a link leads, what a picture is called), `$M` for one of which docs/sharing.md says nothing. `$E`, `$B` and `$C`
are words shown, written with an entity, with bold letters, and with a comment inside.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import IntEnum
from typing import Any, NamedTuple, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Fate(IntEnum):
    """Of two that hold, the greater one counts."""

    SHOWN = 0
    OPEN = 1
    HIDDEN = 2


SLOT = re.compile(r"\$([SHLMEBC])")
WORD = re.compile(r"zq[a-z]{10}")
# Where a comment stands on its own, and where a region ends; taken out of the text in the end.
OWN, END = "\ue000", "\ue001"


class Piece(NamedTuple):
    """Words in a line, and what they do to the rest of it.

    `rest`: "bracket" (words before another `closer` are in doubt), "open" (not closed: up to `closer`, or all of the rest,
    is hidden), "line" (the rest is hidden), "last" (the rest is in doubt), "end" (it is in doubt itself where anything follows). `doubt`: the whole line is in doubt.
    """

    text: str
    rest: str = ""
    closer: str = ""
    doubt: bool = False


def pieces(*texts: str, rest: str = "", closer: str = "", doubt: bool = False) -> list[Piece]:
    return [Piece(text, rest, closer, doubt) for text in texts]


SHOWN = pieces(
    "$S",
    "**$S**",
    "*$S*",
    "_$S_",
    "~~$S~~",
    "***$S***",
    "**$S** _$S_",
    "`$S`",
    "``$S ` $S``",
    "[$S](https://$L.example/$L)",
    '[$S](https://x.example "$L")',
    "[$S](<$L> '$L')",
    "[$S](/$L (about $L))",
    "[$S][ref]",
    "[**$S** `$S`](/$L)",
    '<a href="https://$L.example" title="$L">$S</a>',
    "$S@example.com",
    "@$S/node",
    "`@$S`",
    "&amp; $S &lt;x&gt;",
    r"\*$S\*",
    r"\#$S \[$S\]",
    "<b>$S</b>",
    '<kbd title="$L">$S</kbd>',
    '<span data-$L="$L">$S</span>',
    "$S<br>$S",
    "1 < 2 $S > 1",
    "($S)",
    "[$S]",
    '"$S"',
    "$S: $S",
    "$S, $S; $S.",
    "$S internally",
    "Their internal (IT) portal $S",
    "an internal review of $S",
    "international $S",
    "internals $S",
    "non-internal $S",
    "#internals $S",
    "\u200b$S\u200b",
    "（$S）",
    "$S！",
    "50% of $S",
    "$S -- $S",
    "@ $S",
    "$E",
    "$B",
    "$C",
    "due $S",
    "Owner $S",
    "$S | $S",
)
LEFT_OUT = [
    *pieces(
        "@$H",
        "@$H @$H",
        "@$H, @$H",
        "**@$H**",
        "waiting:$H",
        "<!-- $H -->",
        "<!--$H-->",
        "<!-- $H > $H -- $H -->",
        "<!-- $H --> $S <!-- $H -->",
        "<!-- id=$H -->",
        "<!-- shared -->",
        "%%$H%%",
        "%% $H $H %%",
        "%%$H%% $S %%$H%%",
        "{>>$H<<}",
        "{>> $H $H <<}",
        "[^$H]",
        "[^f]",
        "**$S <!-- $H -->**",
        "*$S @$H*",
        "due:2026-12-24",
        "📅 2026-12-24",
        '![$L](https://x.example/$L.png "$L")',
        "![$L][ref]",
        "[![$L](/$L.png)](/$L)",
        '<img src="$L" alt="$L" title="$L">',
        "<span hidden>$L</span>",
        "<span hidden><b>$L</b> $L</span> $S",
        '<span style="display: none">$L</span>',
        "<script>$L</script>",
        "<style>$L</style>",
        "<template>$L</template>",
    ),
    *pieces(
        "(@$H)",
        "(Owner: $H)",
        "(owner: $H $H)",
        "(Owner: $H, $H)",
        "(Owner: $H ($H))",
        "(n/a: $H)",
        "(n/a: $H ($H) $H)",
        "(n/a: $H :) $H)",
        "(n/a: [$H](https://$L.example) **$H**)",
        "(n/a: `$H`)",
        "(n/a: `)` $H)",
        "(n/a: <!-- $H --> $H)",
        "(n/a: @$H)",
        "**(n/a: $H)**",
        rest="bracket",
        closer=")",
    ),
    *pieces("[owner:: $H]", "[note:: $H $H]", "[$H:: x]", "[x:: [$H] $H]", rest="bracket", closer="]"),
]
ENDS = [
    *pieces("(n/a: $H", "(n/a: $H ($H", "(Owner: $H", rest="open", closer=")"),
    *pieces("<!-- $H", "<!--$H $H", "<!-- $H -- >", rest="open", closer="-->"),
    *pieces("%%$H", "%% $H", rest="open", closer="%%"),
    *pieces("{>>$H", "{>> $H", rest="open", closer="<<}"),
    *pieces("n/a: $H", "n/a: $H, $H", "- n/a: $H", rest="line"),
    *pieces("- Owner: $H", rest="last"),
    *pieces("^$H", rest="end"),
]
DOUBTFUL = [
    *pieces("https://$M.example", "<https://$M.example>", r"\@$M", "`<!-- $M -->`", "[@$M](/$L)", "#$M", "[[$M]]"),
    *pieces("(internal audit)", "<!-- internally $H -->", "internal", "not internal", doubt=True),
]
# In notes nothing that goes up to the end of the line: the mark stands there.
SAFE = st.sampled_from(SHOWN) | st.sampled_from([piece for piece in LEFT_OUT if "shared" not in piece.text])
BEFORE = st.sampled_from(SHOWN) | st.sampled_from(LEFT_OUT)
AFTER = st.sampled_from([BEFORE] * 14 + [st.sampled_from(ENDS), st.sampled_from(DOUBTFUL)]).flatmap(
    lambda chosen: chosen
)

# docs/sharing.md, "What is internal".
COMMENTS = (
    "<!-- internal -->",
    "<!--internal-->",
    "<!-- INTERNAL -->",
    "<!-- internal: $H -->",
    "<!-- internal $H -->",
    "<!-- $H internal -->",
    "%% internal %%",
    "%%internal%%",
    "%% internal: $H %%",
)
ANYWHERE = (
    *COMMENTS,
    "<!-- id=$H internal -->",
    "<!-- internal --> <!-- $H -->",
    "<!-- $H --> <!-- internal -->",
    "(internal)",
    "(Internal)",
    "[internal only]",
    "(internal use only)",
    "(for internal use)",
    "(internal: $H)",
    "**(internal)**",
    "#internal",
)
FIRST = ("Internal:", "**Internal**", "**Internal:**", "INTERNAL:")
LAST = ("- internal", "- Internal")
ONLY = ("Internal", "**Internal**", "internal")


@dataclass(frozen=True)
class Mark:
    text: str
    where: str  # "first", "middle", "last"


MARKS = (
    st.builds(Mark, st.sampled_from(ANYWHERE), st.sampled_from(["last", "middle", "first"]))
    | st.builds(Mark, st.sampled_from(FIRST), st.just("first"))
    | st.builds(Mark, st.sampled_from(LAST), st.just("last"))
)


def seldom(usual: T, of: st.SearchStrategy[T], one_in: int) -> st.SearchStrategy[T]:
    return st.sampled_from([st.just(usual)] * (one_in - 1) + [of]).flatmap(lambda chosen: chosen)


SELDOM = seldom(None, MARKS, 8)


@dataclass(frozen=True)
class Words:
    """A line: a plain word, with pieces before and after it, and perhaps a mark."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]
    mark: Mark | None


def tuples(of: st.SearchStrategy[T], most: int) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(of, max_size=most).map(tuple)


WORDS = st.builds(Words, tuples(BEFORE, 1), tuples(AFTER, 3), SELDOM)
UNMARKED = st.builds(Words, tuples(BEFORE, 1), tuples(AFTER, 3), st.none())


@dataclass(frozen=True)
class Note:
    """Under an item. `stamp` is before it; `second`, if any, before its last line."""

    lines: tuple[tuple[Piece, ...], ...]
    quote: bool
    shared: str
    stamp: str
    second: str


@dataclass(frozen=True)
class Item:
    box: str  # "" for a bullet
    words: Words
    only: str  # a bullet that says "Internal"
    more: tuple[Piece, ...]  # a second line
    own: str  # a comment on a line of its own right below
    notes: tuple[Note, ...]
    below: "Listing | None"


@dataclass(frozen=True)
class Listing:
    items: tuple[Item, ...]
    marker: str
    loose: bool
    quote: bool


@dataclass(frozen=True)
class Paragraph:
    words: Words
    only: str
    bold: bool
    shared: bool
    tight: bool


@dataclass(frozen=True)
class Verbatim:
    """What is never shown, whatever it says. `neutral`: a comment, which is no paragraph."""

    text: str
    neutral: bool


@dataclass(frozen=True)
class Alone:
    """A comment on a line of its own."""

    text: str
    tight: bool


@dataclass(frozen=True)
class Region:
    text: str
    end: str
    blocks: tuple["Block", ...]


@dataclass(frozen=True)
class Element:
    opening: str
    closing: str
    fate: Fate
    blocks: tuple["Block", ...]


@dataclass(frozen=True)
class Heading:
    level: int
    words: Words
    whole: str  # instead of the words
    style: str
    days: bool


Block = Listing | Paragraph | Verbatim | Alone | Region | Element | Heading


@dataclass(frozen=True)
class Plan:
    heads: str  # "one", "none", "several" headings of level 1
    title: Words
    customer: str
    fields: bool
    intro: tuple[Block, ...]
    sections: tuple[tuple[Heading, tuple[Block, ...]], ...]
    gate: tuple[str, int, tuple[Block, ...]] | None
    tail: str
    crlf: bool

    def __repr__(self) -> str:
        return f"<\n{written(self).text}>"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(repr(self))


SHARED = ("<!-- shared -->", "<!--shared-->", "<!-- shared -->  ")
NOTES = st.builds(
    Note,
    st.lists(tuples(SAFE, 2), min_size=1, max_size=2).map(tuple),
    st.booleans(),
    st.sampled_from([*SHARED, ""]),
    st.sampled_from(["", "", "2026-12-03 @$H: ", "2026-12-03: ", "2026-12-03 "]),
    st.sampled_from(["", "", "", "2026-12-04 @$H: ", "2026-12-04: "]),
)
MARKERS = st.sampled_from(["- ", "* ", "+ ", "1. ", "1) ", "-   ", "10. "])
BOXES = st.sampled_from(["[ ] ", "[ ] ", "[x] ", "[X] ", "[~] ", ""])


def items(below: st.SearchStrategy[Listing | None]) -> st.SearchStrategy[Item]:
    return st.builds(
        Item,
        BOXES,
        WORDS,
        seldom("", st.sampled_from(ONLY), 15),
        seldom((), tuples(AFTER, 2), 4),
        seldom("", st.sampled_from(COMMENTS), 25),
        tuples(NOTES, 2),
        below,
    )


def listings(depth: int) -> st.SearchStrategy[Listing]:
    below = st.none() | listings(depth - 1) if depth else st.none()
    return st.builds(
        Listing,
        st.lists(items(below), min_size=1, max_size=3).map(tuple),
        MARKERS,
        st.booleans(),
        st.sampled_from([False, False, False, True]),
    )


TABBED = st.builds(
    Listing,
    st.lists(
        items(
            st.none()
            | st.builds(
                Listing,
                st.lists(items(st.none()), min_size=1, max_size=2).map(tuple),
                st.just("-\t"),
                st.booleans(),
                st.just(False),
            )
        ),
        min_size=1,
        max_size=2,
    ).map(tuple),
    st.just("-\t"),
    st.booleans(),
    st.just(False),
)
LISTINGS = listings(2) | TABBED
NEVER = [
    Verbatim(text, False)
    for text in (
        "**$H:** $H",
        "**CSM:** $H",
        "**Segment:** $H",
        "**$H Notes:**\n> $H",
        "| $H | $H |\n|---|---|\n| $H | $H @$H |",
        "**$H**\n\n| Risk | Impact | Status |\n|---|---|---|\n| $H | High | Open |",
        "```\n- [ ] $H\n# $H\n```",
        "~~~ $H\n$H\n~~~",
        "Words $H\n\n    - [ ] $H",
        "<div>\n- [ ] $H\n</div>",
        '<p align="center">$H</p>',
        '<p><img alt="$H" src="$H"></p>',
        "> $H\n> # $H",
        "> $H <!-- shared -->",
        "![$H](/$H.png '$H')",
        "[$H](/$H)",
        "***\n\n$H",
        "<details><summary>$H</summary>$H</details>",
    )
] + [
    Verbatim(text, True)
    for text in (
        "<!-- $H -->",
        "<!--\n$H\n\n- [ ] $H\n## $H\n-->",
        "<!-- $H\n- [ ] $H -->",
        "%%\n$H\n\n- [ ] $H\n%%",
        "%% $H\n- [ ] $H %%",
        "%%\n## $H\n\n- [ ] $H\n\n%%",
        "[//]: # ($H)",
        '[$H]: https://$H.example "$H"',
        "[^$H]: $H",
    )
]
PARAGRAPHS = st.builds(
    Paragraph,
    st.builds(Words, st.just(()), tuples(SAFE, 2), st.none() | MARKS),
    seldom("", st.sampled_from(ONLY), 8),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
ALONE = st.builds(Alone, st.sampled_from(COMMENTS), st.booleans())
HEADINGS = st.builds(
    Heading,
    st.integers(2, 6),
    WORDS,
    seldom("", st.sampled_from(["Notes", "Meeting notes", "Notes from sales", *ONLY]), 15),
    st.sampled_from(["atx", "atx", "closed", "setext"]),
    st.booleans(),
)
SIMPLE: st.SearchStrategy[Block] = st.sampled_from(
    [LISTINGS] * 10 + [PARAGRAPHS] * 2 + [st.sampled_from(NEVER)] * 2 + [ALONE]
).flatmap(lambda chosen: chosen)
INNER = st.lists(SIMPLE | HEADINGS, min_size=1, max_size=3).map(tuple)
ELEMENTS = [
    ("<details><summary>Internal</summary>", "</details>", Fate.HIDDEN),
    ("<details>\n<summary>Internal</summary>", "</details>", Fate.HIDDEN),
    ("<div hidden>", "</div>", Fate.HIDDEN),
    ('<div class="internal">', "</div>", Fate.HIDDEN),
    ('<div class="a internal" id="$L">', "</div>", Fate.HIDDEN),
    ("<div hidden>\n<div>\n\n</div>", "</div>", Fate.HIDDEN),
    ("<div>", "</div>", Fate.SHOWN),
    ('<div class="wide" title="$L">', "</div>", Fate.SHOWN),
    ("<details><summary>$H</summary>", "</details>", Fate.OPEN),
]
REGIONS = st.builds(
    Region,
    st.sampled_from(["<!-- internal -->", "<!-- internal: $H -->"]),
    st.sampled_from(["<!-- /internal -->", "<!-- end internal -->"]),
    INNER,
)
SET_APART = st.tuples(st.sampled_from(ELEMENTS), INNER).map(lambda pair: Element(*pair[0], pair[1]))
BLOCKS: st.SearchStrategy[Block] = st.sampled_from([SIMPLE] * 12 + [REGIONS, SET_APART]).flatmap(lambda chosen: chosen)
SECTIONS = st.tuples(HEADINGS, tuples(BLOCKS, 4))
ANY_PLAN = st.builds(
    Plan,
    st.sampled_from(["one", "one", "one", "none", "several"]),
    st.builds(Words, tuples(BEFORE, 1), tuples(AFTER, 2), seldom(None, MARKS, 25)),
    st.sampled_from(["$S", "$S $S", "$S <!-- $L -->", "$S & $S"]),
    st.booleans(),
    tuples(BLOCKS, 2),
    tuples(SECTIONS, 4),
    st.none()
    | st.tuples(st.sampled_from(["$H Gate", "Go-live gate $H", "section"]), st.integers(0, 4), tuples(BLOCKS, 2)),
    seldom("", st.sampled_from(["%%\n$H\n\n- [ ] $H\n\n## $H", "%% $H\n- [ ] $H"]), 8),
    st.booleans(),
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A copy, which hypothesis prints as the text; how it was built, it prints in a time that grows with the powers of two."""
    return replace(draw(ANY_PLAN))


PLANS = plans()


@dataclass
class Level:
    level: int
    fate: Fate
    title: list[str]
    alone: bool = False  # hidden by a comment below it, whose reach ends somewhere


@dataclass
class Written:
    """A plan as text, and the fate of each word in it. `named`: words that `--explain` lists as left out of what is shown."""

    text: str
    fates: dict[str, Fate]
    named: set[str]

    def line(self, word: str) -> int:
        return self.text[: self.text.index(word)].count("\n") + 1

    def of(self, fate: Fate) -> list[str]:
        return [word for word, this in self.fates.items() if this is fate]


def coin(number: int) -> str:
    """Words that resemble one another as little as may be: the tool looks for what was reworded."""
    digest = hashlib.md5(str(number).encode(), usedforsecurity=False).digest()
    return "zq" + "".join("bdfkmprtvz"[digest[at] % 10] + "aiou"[digest[at + 5] % 4] for at in range(5))


def is_bare(item: Item) -> bool:
    """Whether it is a bullet that says "Internal", and has nothing below it."""
    return bool(item.only) and not (item.box or item.more or item.own or item.notes or item.below)


@dataclass
class Writer:
    fates: dict[str, Fate] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    spelled: dict[str, str] = field(default_factory=dict)  # how a word is written, and the word
    unclosed: list[tuple[str, str]] = field(default_factory=list)
    levels: list[Level] = field(default_factory=list)
    titles: list[tuple[list[str], list[str]]] = field(default_factory=list)  # words of a heading, of the items below
    around: Fate = Fate.SHOWN  # of the region or the element
    run: Fate = Fate.SHOWN  # after a comment that stands alone, up to a paragraph or heading
    above: Fate = Fate.SHOWN  # of the paragraph above a list
    last: list[list[str]] = field(default_factory=list)  # words of the last item at the top, and of the last line
    behind: str = ""  # what was written last: "item", "heading" or something else
    glued: bool = False  # whether what is written next goes on with a line that says "Internal"
    number: int = 0

    def word(self, fate: Fate, kind: str = "S") -> str:
        word = coin(self.number)
        self.number += 1
        self.fates[word] = fate
        if kind == "H":
            self.named.add(word)
        spelled = {
            "E": f"&#122;{word[1:]}",
            "B": f"z<b>{word[1:4]}</b>{word[4:]}",
            "C": f"{word[:4]}<!-- x -->{word[4:]}",
        }.get(kind, word)
        if spelled != word:
            self.spelled[spelled] = word
        return spelled

    def worse(self, words: Iterable[str], fate: Fate) -> None:
        for word in words:
            self.fates[word] = max(self.fates[word], fate)

    def verbatim(self, text: str) -> str:
        return SLOT.sub(lambda slot: self.word(Fate.OPEN if slot[1] == "M" else Fate.HIDDEN, "L"), text)

    def join(self, parts: Sequence[Piece], fate: Fate) -> tuple[str, list[str]]:  # noqa: C901
        """The line, and the words in it."""
        text, ends = "", []
        for part in parts:
            text += (" " if text else "") + part.text
            ends.append(len(text))
        slots = list(SLOT.finditer(text))
        own = {
            slot.start(): {"H": Fate.HIDDEN, "L": Fate.HIDDEN, "M": Fate.OPEN}.get(slot[1], Fate.SHOWN)
            for slot in slots
        }
        for part, end in zip(parts, ends, strict=True):
            if not part.rest:
                continue
            closing = (
                text.find(part.closer, end) if part.closer in {"-->", "%%", "<<}"} else text.rfind(part.closer, end)
            )
            for at in list(own):
                if at < end:
                    if part.rest == "end" and at > end - len(part.text) and end < len(text):
                        own[at] = Fate.OPEN
                    continue
                if part.rest == "line" or (part.rest == "open" and (closing < 0 or at < closing)):
                    own[at] = max(own[at], Fate.HIDDEN)
                elif part.rest == "open" and part.closer in {"-->", "%%", "<<}"}:
                    own[at] = Fate.OPEN  # what begins in a comment may be none
                elif part.rest in {"open", "last"} or (part.rest == "bracket" and at < closing):
                    own[at] = max(own[at], Fate.OPEN)
        words: list[str] = []

        def fill(slot: re.Match[str]) -> str:
            spelled = self.word(max(own[slot.start()], fate), slot[1])
            words.append(self.spelled.get(spelled, spelled))
            return spelled

        line = SLOT.sub(fill, text)
        for part, end in zip(parts, ends, strict=True):
            if part.rest != "open" or part.closer not in {"-->", "%%"}:
                continue
            if text.count("%%") % 2 if part.closer == "%%" else text.find(part.closer, end) < 0:
                self.unclosed.append((words[sum(slot.start() < end for slot in slots) - 1], part.closer))
        return line, words

    def line(self, words: Words, fate: Fate, extra: Sequence[Piece] = ()) -> tuple[str, list[str], Fate]:
        """The line, the words in it, and the fate of what is nested below."""
        parts = [*words.before, Piece("$S"), *words.after]
        said = " ".join(part.text for part in parts)
        if any(part.doubt for part in parts) or (any(part.rest == "open" for part in parts) and "nternal" in said):
            fate = max(fate, Fate.OPEN)
        if words.mark:
            at = {"first": 0, "last": len(parts), "middle": len(words.before)}[words.mark.where]
            parts.insert(at, Piece(words.mark.text))
            fate = Fate.HIDDEN
        parts.extend(extra)
        text, known = self.join(parts, fate)
        return text, known, fate

    def here(self) -> Fate:
        return max([self.around, self.run, *(level.fate for level in self.levels)])

    # Lists

    def listing(self, listing: Listing, fate: Fate, under: bool) -> list[str]:
        """`under`: it stands under an item."""
        lines: list[str] = []
        for item in listing.items:
            if lines and listing.loose:
                lines.append("")
            made, doubt = self.item(item, listing.marker, fate, under)
            lines.extend(made)
            if doubt:
                fate = max(fate, Fate.OPEN)
        if listing.quote:
            lines = [f"> {line}" if line else ">" for line in lines]
        return lines

    def item(  # noqa: C901, PLR0912
        self, item: Item, marker: str, fate: Fate, under: bool
    ) -> tuple[list[str], bool]:
        start = self.number
        inside = fate
        words: list[str] = []
        if not item.box and item.only:
            text, inside = item.only, Fate.OPEN if item.more else Fate.HIDDEN
        else:
            if item.own:
                fate = inside = Fate.HIDDEN
            text, words, inside = self.line(item.words, inside)
            if not item.box:  # a bullet is never shown
                self.worse(words, Fate.HIDDEN)
                self.named -= set(words)
        first = [coin(number) for number in range(start, self.number)]
        if item.box and self.levels and words:
            for level in self.levels:
                if level.title:
                    self.titles.append((level.title, words))
        body = [item.box + text]
        if item.more:
            more, known = self.join(item.more, max(inside, Fate.OPEN))
            self.named -= set(known)
            if not more.startswith(("-", "#", "%%", "<!--", "@", "[", "<", "1", "~")):
                body.append(more)
            else:
                body.append(f"and {more}")
            if any(part.doubt for part in item.more):
                inside = max(inside, Fate.OPEN)
                self.worse(first, Fate.OPEN)
        if item.own:
            body.append(OWN + self.verbatim(item.own))
        for note in item.notes:
            if not note.quote or item.own or note is not item.notes[0]:
                body.append("")
            body.extend(self.note(note, inside, bool(item.box), under))
            if not note.quote:
                body.append("")
        if item.below:
            if body[-1] and (item.below.marker[0].isdigit() or item.below.quote or item.notes or item.more):
                body.append("")
            body.extend(self.listing(item.below, inside, under or bool(item.box)))
            if any(map(is_bare, item.below.items)):  # it hides what it stands under
                self.worse(map(coin, range(start, self.number)), Fate.HIDDEN if item.box else Fate.OPEN)
        while not body[-1]:
            body.pop()
        self.last = [
            [coin(number) for number in range(start, self.number)],
            first if not (item.below or item.notes) else [],
        ]
        indent = "\t" if marker.endswith("\t") else " " * len(marker)
        return [marker + body[0], *(indent + line if line else "" for line in body[1:])], bool(item.own) or is_bare(
            item
        )

    def note(self, note: Note, fate: Fate, boxed: bool, under: bool) -> list[str]:
        joined = bool(note.second) and len(note.lines) > 1
        if not note.shared or not (boxed or under):
            fate = Fate.HIDDEN
        elif not boxed:
            fate = max(fate, Fate.OPEN)
        lines = []
        for at, parts in enumerate(note.lines):
            stamp = note.stamp if not at else note.second if joined and at == len(note.lines) - 1 else ""
            # The mark holds for its line, and for those above as far as a sentence goes on.
            last = at == len(note.lines) - 1
            text, _ = self.join(
                [Piece("$S"), *parts], fate if last else max(fate, Fate.HIDDEN if joined else Fate.OPEN)
            )
            if any(part.rest == "bracket" for part in parts):  # it may go on in the next line
                fate = max(fate, Fate.OPEN)
            lines.append(self.verbatim(stamp) + text)
        if note.stamp == "2026-12-03 " and ":" in lines[0]:  # what stands before a colon may be a name
            self.worse(WORD.findall(lines[0]), Fate.OPEN)
        lines[-1] += f" {note.shared}" if note.shared else ""
        return [f"> {line}" if note.quote else line for line in lines]

    # Sections

    def blocks(self, blocks: Sequence[Block]) -> list[str]:
        lines: list[str] = []
        for block in blocks:
            if isinstance(block, Alone) and block.tight and block.text.startswith("<") and lines and not lines[-1]:
                lines.pop()
            lines.extend(self.block(block))
        return lines

    def block(self, block: Block) -> list[str]:  # noqa: C901, PLR0912
        match block:
            case Listing():
                fate = max(self.here(), self.above)
                before = self.above
                self.above = Fate.OPEN if before is not Fate.SHOWN else before
                lines = self.listing(block, fate, False)
                if any(map(is_bare, block.items)):
                    self.above = max(self.above, Fate.OPEN)
                    self.run = max(self.run, Fate.OPEN)
                if any(line.lstrip().startswith(OWN) or OWN in line for line in lines):
                    self.run = max(self.run, Fate.OPEN)
                self.behind = "item" if not block.quote else "quote"
                return [*lines, ""]
            case Paragraph():
                glued, self.glued = self.glued, bool(block.only) and block.tight and block.bold
                if block.only and self.behind == "title":
                    self.around = max(self.around, Fate.OPEN)
                self.run = Fate.OPEN if block.only else Fate.SHOWN  # it may mean a heading right below it
                self.behind = "paragraph"
                self.open_up()
                if block.only:
                    self.above = Fate.HIDDEN
                    text = block.only
                else:
                    text, _, fate = self.line(block.words, Fate.HIDDEN)
                    self.above = Fate.HIDDEN if block.words.mark else Fate.SHOWN
                    if text.startswith(("<", "%%")):  # it may be taken for a comment on a line of its own
                        self.run = Fate.OPEN
                    if block.bold and not block.words.mark and not block.words.after:
                        text = f"**{text}**"
                    if block.shared:
                        text += " <!-- shared -->"
                if glued:  # one paragraph with a line that says "Internal"
                    self.above = max(self.above, Fate.OPEN)
                return [text] if block.tight and block.bold else [text, ""]
            case Verbatim():
                self.behind = "never"
                if block.text.startswith("%%\n#"):  # a heading, of which Markdown does not know that it is hidden
                    self.levels = [level for level in self.levels if level.level < 2]
                    self.levels.append(Level(2, Fate.OPEN, []))
                if not block.neutral and self.run is not Fate.SHOWN:
                    self.run = Fate.OPEN
                    self.open_up()
                self.above = Fate.OPEN if self.above is not Fate.SHOWN else Fate.SHOWN
                return ["", *self.verbatim(block.text).split("\n"), ""]
            case Alone():
                if self.behind in {"item", "quote"}:
                    self.worse(self.last[0], Fate.OPEN)
                if self.behind == "item":
                    if block.tight and block.text.startswith("<"):
                        self.worse(self.last[1], Fate.HIDDEN)
                elif self.behind == "heading":
                    self.levels[-1].fate = Fate.HIDDEN
                    self.levels[-1].alone = True
                    self.worse(self.levels[-1].title, Fate.HIDDEN)
                elif self.behind == "title":
                    self.around = max(self.around, Fate.OPEN)
                self.run = Fate.HIDDEN
                self.behind = "alone"
                self.above = Fate.SHOWN
                return [
                    *([] if block.tight and block.text.startswith("<") else [""]),
                    OWN + self.verbatim(block.text),
                    "",
                ]
            case Region():
                if self.behind == "item":
                    self.worse(self.last[0], Fate.OPEN)
                elif self.behind == "title":
                    self.around = max(self.around, Fate.OPEN)
                elif self.behind == "heading":
                    self.worse(self.levels[-1].title, Fate.OPEN)
                    self.levels[-1].fate = max(self.levels[-1].fate, Fate.OPEN)
                return self.within(self.verbatim(block.text), block.blocks, END + block.end, Fate.HIDDEN)
            case Element():
                return self.within(self.verbatim(block.opening), block.blocks, block.closing, block.fate)
            case Heading():
                return self.heading(block)

    def open_up(self) -> None:
        """A paragraph ends what a comment below a heading hides; whether the heading still does, is not said."""
        for level in self.levels:
            if level.alone:
                level.fate = Fate.OPEN

    def within(self, opening: str, blocks: Sequence[Block], closing: str, fate: Fate) -> list[str]:
        around, known = self.around, [id(level) for level in self.levels]
        ran = self.run
        self.around, self.behind, self.above = max(around, fate), "within", min(self.above, Fate.OPEN)
        lines = ["", opening, "", *self.blocks(blocks), "", closing, ""]
        self.around, self.behind, self.above = around, "within", min(self.above, Fate.OPEN)
        if ran is not Fate.SHOWN or self.run is not Fate.SHOWN:
            self.run = Fate.OPEN
        if [id(level) for level in self.levels] != known and fate is not Fate.SHOWN:
            for level in self.levels:
                if id(level) not in known:
                    level.fate = max(level.fate, Fate.OPEN)
        return lines

    def heading(self, heading: Heading, whole: str = "", hidden: bool = False) -> list[str]:
        doubt = min(self.run, Fate.OPEN)  # a comment right above it
        self.run = self.above = Fate.SHOWN
        self.behind = "heading"
        while self.levels and self.levels[-1].level >= heading.level:
            self.levels.pop()
        fate = max(self.here(), doubt)
        days = pieces("(Days 3-7)") if heading.days else []
        words: list[str] = []
        setext = heading.style == "setext" and heading.level <= 2
        if whole or heading.whole:
            text, fate = self.verbatim(whole or heading.whole), Fate.HIDDEN
        else:
            words_ = Words((), heading.words.after, heading.words.mark) if setext else heading.words
            if setext and words_.mark and words_.mark.where != "last":
                words_ = Words((), words_.after, Mark("<!-- internal -->", "last"))
            text, words, fate = self.line(words_, fate, () if heading.words.mark else days)
        if hidden:
            fate = Fate.HIDDEN
            self.worse(words, fate)
        self.levels.append(Level(heading.level, fate, words))
        self.titles.append((words, []))
        if setext:
            return ["", text, "---" if heading.level == 2 else "===", ""]
        closing = " " + "#" * heading.level if heading.style == "closed" else ""
        return ["", f"{'#' * heading.level} {text}{closing}", ""]

    # Documents

    def plan(self, plan: Plan) -> Written:
        front = ["---", "template: none", f"account_id: {self.word(Fate.HIDDEN, 'L')}"]
        body: list[str] = []
        several = plan.heads == "several" and len(plan.sections) > 1
        if plan.heads == "one":
            title, words, _ = self.line(plan.title, Fate.HIDDEN)
            self.named -= set(words)
            self.around = (
                Fate.HIDDEN
                if plan.title.mark
                else Fate.OPEN
                if any(part.doubt for part in (*plan.title.before, *plan.title.after))
                or any(part.rest == "open" for part in plan.title.after)
                else Fate.SHOWN
            )
            body += [f"# {title}", ""]
            self.behind = "title"
        if plan.fields:
            name = SLOT.sub(lambda slot: self.word(Fate.SHOWN if slot[1] == "S" else Fate.HIDDEN, "L"), plan.customer)
            if self.around is not Fate.SHOWN:
                self.worse(WORD.findall(name), Fate.OPEN)
            body += [f"**Customer:** {name}", f"**CSM:** {self.word(Fate.HIDDEN, 'L')}", "**Kickoff Date:** 2026-12-01"]
            body += [f"**Health Score:** {self.word(Fate.HIDDEN, 'L')}", ""]
            self.behind = "paragraph"
        body += self.blocks(plan.intro)
        sections = list(plan.sections)
        for at, (heading, blocks) in enumerate(sections):
            if plan.gate and plan.gate[1] == at:
                body += self.gate(plan, front)
            level = 1 if several and at in {0, len(sections) - 1} else heading.level
            body += self.heading(Heading(level, heading.words, heading.whole, heading.style, heading.days))
            body += self.blocks(blocks)
        if plan.gate and plan.gate[1] >= len(sections):
            body += self.gate(plan, front)
        for text in ('[ref]: https://$H.example "$H"\n\n[^f]: $H', plan.tail):
            body += ["", *self.verbatim(text).split("\n")]
        text = "\n".join([*front, "---", *body, ""])
        return self.finish(re.sub(r"\n{3,}", "\n\n", text), plan.crlf)

    def gate(self, plan: Plan, front: list[str]) -> list[str]:
        assert plan.gate
        level = 1 if plan.heads == "several" and len(plan.sections) > 1 else 2
        named = plan.gate[0]
        if named == "section":
            named = self.word(Fate.HIDDEN, "L")
            front.append(f"gate_section: {named}")
        heading = Heading(level, Words((), (), None), "", "atx", False)
        return [*self.heading(heading, named, True), *self.blocks(plan.gate[2])]

    def finish(self, text: str, crlf: bool) -> Written:
        places = {self.spelled.get(found[0], found[0]): found.start() for found in self.found(text)}
        for word, closer in self.unclosed:
            end = text.find("\n", places[word])
            if text.find(closer, end) >= 0:  # it may go up to there, and which lines it hides is not said
                begin = text.rfind("\n", 0, places[word])
                for that, at in places.items():
                    if begin < at:
                        doubt = closer == "%%"
                        self.fates[that] = Fate.OPEN if doubt else max(self.fates[that], Fate.OPEN)
        for own in re.finditer(OWN, text):
            end = text.rfind(END)
            self.worse((that for that, at in places.items() if own.start() < at < end), Fate.OPEN)
        for title, _ in self.titles:
            below = [word for heading, words in self.titles if heading is title for word in words]
            if not any(self.fates[word] is Fate.SHOWN for word in below):
                self.worse(title, Fate.OPEN)
        text = text.replace(OWN, "").replace(END, "")
        return Written(text.replace("\n", "\r\n") if crlf else text, self.fates, self.named)

    def found(self, text: str) -> Iterable[re.Match[str]]:
        return re.finditer("|".join([*map(re.escape, self.spelled), WORD.pattern]), text)


def written(plan: Plan) -> Written:
    return Writer().plan(plan)


def smaller(value: Any) -> Iterator[Any]:
    """The same with one thing less: a block, an item, a piece of a line, a mark."""
    if isinstance(value, tuple) and not isinstance(value, Piece):
        for at in range(len(value)):
            yield (*value[:at], *value[at + 1 :])
        for at, part in enumerate(value):
            yield from ((*value[:at], less, *value[at + 1 :]) for less in smaller(part))
    elif is_dataclass(value) and not isinstance(value, (type, Mark, Verbatim, Alone, Edit, Wish)):
        for part in fields(value):
            now = getattr(value, part.name)
            if part.name in {"mark", "below", "gate"} and now is not None:
                yield replace(value, **{part.name: None})
            if part.name in {"only", "own", "whole", "stamp", "second", "tail"} and now:
                yield replace(value, **{part.name: ""})
            if part.name in {"loose", "quote", "bold", "shared", "tight", "days", "fields", "crlf"} and now is True:
                yield replace(value, **{part.name: False})
            if not isinstance(now, str):
                yield from (replace(value, **{part.name: less}) for less in smaller(now))


def smallest(value: T, fails: Callable[[T], bool]) -> T:
    """What is left when nothing more can be taken away from what fails: quicker than to have hypothesis do it."""
    found = True
    while found:
        found, at, tries = False, 0, list(smaller(value))
        while at < len(tries):
            if fails(tries[at]):
                found, value = True, tries[at]
                tries = list(smaller(value))
            else:
                at += 1
    return value


# A template, and a copy that was edited.


@dataclass(frozen=True)
class Wish:
    """A name on the template's list. `how`: how it is written there."""

    how: str
    section: int
    item: int | None


@dataclass(frozen=True)
class Edit:
    """What someone did in the copy to a section or an item; numbers beyond the last count from the first again."""

    what: str  # "rename", "move", "add", "reword", "delete", "nest", "promote"
    section: int
    item: int
    to: int


@dataclass(frozen=True)
class Made:
    sections: tuple[tuple[int, int], ...]  # level, items
    wishes: tuple[Wish, ...]
    edits: tuple[Edit, ...]
    gate: bool
    since: bool  # the template was changed after the copy was made


HOW = ("as it is", "upper", "dots", "bold", "beginning", "short")
MADE = st.builds(
    Made,
    st.lists(st.tuples(st.sampled_from([2, 2, 3]), st.integers(1, 5)), min_size=1, max_size=4).map(tuple),
    tuples(st.builds(Wish, st.sampled_from(HOW), st.integers(0, 3), st.none() | st.integers(0, 4)), 3),
    tuples(
        st.builds(
            Edit,
            st.sampled_from(["rename", "move", "add", "reword", "delete", "nest", "promote"]),
            st.integers(0, 3),
            st.integers(0, 4),
            st.integers(0, 3),
        ),
        6,
    ),
    st.booleans(),
    st.booleans(),
)
VERBS = ("Agree on", "Collect", "Draft", "Invite", "Prepare", "Review", "Schedule", "Verify", "Export", "Order")


@dataclass
class Line:
    """An item or a heading: its words, where it stood in the template, and whether the list names it."""

    text: str
    word: str
    home: int | None
    listed: bool = False
    changed: bool = False
    doubt: bool = False
    below: "list[Line]" = field(default_factory=list)


class Copy(NamedTuple):
    template: str
    later: str
    body: str
    plan: Written


def spelled(wish: Wish, text: str) -> tuple[str, bool]:
    """The name as the list has it, and whether it stands for the whole text."""
    words = text.split()
    match wish.how:
        case "upper":
            return text.upper(), True
        case "dots":
            return ", ".join(words) + ".", True
        case "bold":
            return f"**{text}**", True
        case "beginning":
            return " ".join(words[:3]), True
        case "short":  # two words stand for no more than themselves
            return " ".join(words[:2]), len(words) == 2
    return text, True


def made(plan: Made) -> Copy:
    """The template, what it says later on, and the body of the copy after the edits."""
    writer = Writer()

    def line(home: int | None) -> Line:
        number = writer.number
        word = writer.word(Fate.SHOWN)
        return Line(
            f"{word} {VERBS[number % 10].lower()} {coin(number + 5000)[2:]} {coin(number + 6000)[2:]}", word, home
        )

    heads = [line(at) for at in range(len(plan.sections))]
    for at, (_, count) in enumerate(plan.sections):
        heads[at].below = [line(at) for _ in range(count)]
    names = []
    for wish in plan.wishes:
        head = heads[wish.section % len(heads)]
        named = head if wish.item is None else head.below[wish.item % len(head.below)]
        name, whole = spelled(wish, named.text)
        names.append(name)
        named.listed = named.listed or whole
    levels = [2 if not at else level for at, (level, _) in enumerate(plan.sections)]

    def body(lines: Sequence[Line], levels: Sequence[int]) -> str:
        out = ["# Plan", "", "**Customer:** [Name]", ""]
        for level, head in zip(levels, lines, strict=True):
            out += [f"{'#' * level} {head.text}", ""]
            for item in head.below:
                out += [f"- [ ] {item.text}", *(f"  - [ ] {nested.text}" for nested in item.below)]
            out.append("")
        return "\n".join([*out, f"## {gate}", "", f"- [ ] {criterion}", ""])

    gate = writer.word(Fate.HIDDEN, "L") + ("" if plan.gate else " gate")
    criterion = writer.word(Fate.HIDDEN, "L")

    def front(listed: Sequence[str]) -> str:
        quoted = ", ".join('"' + name + '"' for name in listed)
        return f"---\ninternal: [{quoted}]\n" + (f"gate_section: {gate}\n" if plan.gate else "") + "---\n"

    template = front(names) + body(heads, levels)
    later = front(["Something else"]) + body(heads, levels)
    before = {item.word: at for at, head in enumerate(heads) for item in head.below}
    now = list(levels)
    for edit in plan.edits:
        if edit.what == "promote":
            now[edit.section % len(heads)] = 2
        else:
            edited(heads, edit, line)
    decide(heads, levels, now, before, writer)
    text = body(heads, now)
    fates = {word: fate for word, fate in writer.fates.items() if word in text}
    return Copy(template, later, text, Written(text, fates, writer.named))


def edited(heads: list[Line], edit: Edit, line: Callable[[int | None], Line]) -> None:
    head, to = heads[edit.section % len(heads)], heads[edit.to % len(heads)]
    if edit.what == "rename":
        new = line(None)
        head.text, head.word, head.changed = new.text, new.word, True
        return
    if edit.what == "add":
        to.below.append(line(None))
        return
    if not head.below:
        return
    item = head.below[edit.item % len(head.below)]
    if edit.what == "reword":
        new = line(None)
        item.text, item.word, item.changed = new.text, new.word, True
    elif edit.what == "delete":
        head.below.remove(item)
    elif edit.what == "move":
        head.below.remove(item)
        to.below.append(item)
    elif to.below and not item.below and to.below[0] is not item:
        head.below.remove(item)
        to.below[0].below.append(item)


def above(at: int, levels: Sequence[int]) -> int | None:
    """The section that one stands in."""
    return next((other for other in range(at - 1, -1, -1) if levels[other] < levels[at]), None)


def decide(
    heads: Sequence[Line], levels: Sequence[int], now: Sequence[int], before: dict[str, int], writer: Writer
) -> None:
    """docs/sharing.md, on the list in the template. levels, now: of the headings, there and in the copy."""
    internal = {at for at, head in enumerate(heads) if head.listed}
    for at in range(1, len(heads)):  # a section of an internal phase
        if above(at, levels) in internal:
            internal.add(at)
    fates: list[Fate] = []
    by_items: set[int] = set()
    for at, head in enumerate(heads):
        fate = own_fate(at, heads, now, internal, before)
        if head.changed and fate is not Fate.SHOWN:
            by_items.add(at)
        up = above(at, now)
        if up is not None and (head.changed or up not in by_items):
            fate = max(fate, fates[up])
        elif up is not None and above(up, now) is not None:
            fate = max(fate, min(fates[up], Fate.OPEN))
        fates.append(fate)
        shown = False
        for item in head.below:
            own = below(item, fate, internal, writer)
            shown = shown or own is Fate.SHOWN
            for nested in item.below:
                shown = below(nested, own, internal, writer) is Fate.SHOWN or shown
        writer.fates[head.word] = fate if shown or fate is Fate.HIDDEN else Fate.OPEN


def own_fate(at: int, heads: Sequence[Line], levels: Sequence[int], internal: set[int], before: dict[str, int]) -> Fate:
    """Of a section, whatever it stands in."""
    head = heads[at]
    here = sum(before.get(item.word) == at for item in head.below)
    there = sum(home == at for home in before.values())
    fate = Fate.SHOWN
    if at in internal:
        fate = Fate.HIDDEN if not head.changed or (2 * here >= there and there) else Fate.OPEN
    items = own_items(at, heads, levels) if head.changed else []
    known = sum(item.home in internal and not item.changed for item in items)
    if 0 < known < len(items):
        fate = max(fate, Fate.HIDDEN if 2 * known >= len(items) else Fate.OPEN)
    return fate


def own_items(at: int, heads: Sequence[Line], levels: Sequence[int]) -> list[Line]:
    """The items of a section, and of those in it that the template does not have."""
    found = [line for item in heads[at].below for line in (item, *item.below)]
    for inner in range(at + 1, len(heads)):
        if levels[inner] <= levels[at]:
            break
        if heads[inner].changed and above(inner, levels) == at:
            found += own_items(inner, heads, levels)
    return found


def below(item: Line, fate: Fate, internal: set[int], writer: Writer) -> Fate:
    if item.listed or item.home in internal:
        fate = max(fate, Fate.OPEN if item.changed else Fate.HIDDEN)
    writer.fates[item.word] = fate
    return fate
