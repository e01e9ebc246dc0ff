"""SELECTOR -> items: a number, a range or a list of them, `gate.3`, an id, or words of the text.

Text without a letter must be a number, a range or a list; anything else is refused. A mistyped number must not tick
whatever item happens to contain those characters.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol, TypeVar

from onbo.document.identity import normal
from onbo.document.model import Document, Item, Section
from onbo.document.syntax import GATE_NUMBER, GATE_WORD, NUMBER, NUMBERS, has_letter
from onbo.errors import UsageError
from onbo.onboarding.near import near_or, near_or_all, nearest

# What joins numbers to a list or a range.
JOINTS = (",", "-", "\u2013")
# Fuzzy matching, in percent: what still counts as meant, and how close a second one makes it a tie.
GOOD = 75
TIE = 6
LISTED = 9


class Named(Protocol):
    @property
    def number(self) -> str | None: ...


class Selection(NamedTuple):
    """The items a selector means. `fuzzy`: only nearly, so ask before writing."""

    items: tuple[Item, ...]
    section: Section | None = None
    fuzzy: bool = False


# Finding the gate may need the template: only where a selector speaks of it.
Gate = Callable[[], Section | None]
Thing = TypeVar("Thing", bound=Named)


def select(document: Document, selector: str, gate: Gate, *, whole: bool = False) -> Selection:
    """The item that `selector` names; with `whole`, a section names all items in it.

    Raises UsageError for what is unknown, ambiguous, or a section taken for an item.
    """
    section = section_numbered(document, selector, gate)
    if section is not None:
        if not whole:
            count = sum(1 for _ in section.all_items())
            raise UsageError(
                f"{selector} is a section, {section.title}, with {count} item{'s' * (count != 1)}",
                path=document.source.path,
                hint=f"add --all to take it whole, or name an item: {next(section.all_items()).number}",
            )
        return Selection(tuple(section.all_items()), section)
    if GATE_NUMBER.fullmatch(selector) and gate() is None:
        raise UsageError("there is no gate", path=document.source.path, hint='a gate is a last phase called "gate"')
    number = _number(selector, gate)
    if number is not None:
        found = [item for item in document.items if item.number == number]
        if not found:
            raise _unknown(document, selector)
        return Selection((found[0],))
    return _in_words(document, selector, gate, whole=whole)


def _in_words(document: Document, selector: str, gate: Gate, *, whole: bool) -> Selection:
    """What an id, words of an item or, with `whole`, of a title select."""
    marked = [item for item in document.items if item.attributes.id == selector]
    if len(marked) == 1:
        return Selection((marked[0],))
    if whole and names_a_section(document, selector):
        section = find_section(document, selector, gate)
        return Selection(tuple(section.all_items()), section)
    try:
        item, fuzzy = by_words(document, selector, document.items, lambda item: item.text)
    except UsageError:
        if marked:
            raise _ambiguous(document, selector, marked, lambda item: item.text) from None
        if not whole:
            raise
        section, fuzzy = find_section(document, selector, gate), False
        return Selection(tuple(section.all_items()), section, fuzzy)
    return Selection((item,), None, fuzzy)


def names_a_section(document: Document, selector: str) -> bool:
    """Whether these words are the whole title of a section, and of no item the whole text."""
    wanted = normal(selector)
    titled = any(normal(section.title) == wanted for section in document.walk())
    return titled and not any(normal(item.text) == wanted for item in document.items)


def select_all(document: Document, words: Sequence[str], gate: Gate, *, whole: bool = False) -> Iterator[Selection]:
    """What the words behind a customer's name select, each selection in turn.

    A number, a range, a list, an id or an item's whole text stands alone; all other words are one selector together.
    Raises UsageError as `select` does, and where the words could be read both ways.
    """
    words = _glued(words)
    in_words = [word for word in words if numbers(word) is None]
    joined = " ".join(in_words)
    if in_words and len(in_words) < len(words):
        _refuse_number_in_text(document, words)
    alone = [word for word in in_words if len(in_words) > 1 and _stands_alone(document, word)]
    if alone and _is_one_selector(document, in_words, alone, gate):
        alone = []
    for word in words:
        listed = numbers(word)
        if listed is not None:
            for number in listed:
                yield select(document, number, gate, whole=whole)
        elif word in alone:
            yield select(document, word, gate, whole=whole)
    rest = joined if not alone else " ".join(word for word in in_words if word not in alone)
    if rest or (in_words and not alone):
        yield select(document, rest, gate, whole=whole)


def _refuse_number_in_text(document: Document, words: Sequence[str]) -> None:
    """Raise UsageError where a number among the words is one of an item's own words: `upgrade to 1.1 first`."""
    together = " ".join(words)
    found = _by_their_words(together, document.items, lambda item: item.text)
    if found:
        raise UsageError(
            f"{together!r} could be one item or several",
            path=document.source.path,
            hint="give numbers, or put the words of an item in quotes",
            choices=tuple(f"{item.number}  {item.text}" for item in found[:LISTED]),
        )


def _glued(words: Sequence[str]) -> list[str]:
    """The words, with lists and ranges that blanks have cut apart put together again.

    >>> _glued(["1.1,", "1.3", "-", "1.4", "call", "2.1"])
    ['1.1, 1.3 - 1.4', 'call', '2.1']
    """
    glued: list[str] = []
    for word in words:
        before = glued[-1] if glued else ""
        cut = before.endswith(JOINTS) or word.startswith(JOINTS)
        if before and cut and not has_letter(before) and not has_letter(word):
            glued[-1] = f"{before} {word}"
        else:
            glued.append(word)
    return glued


def names_an_item(document: Document, words: Sequence[str]) -> bool:
    """Whether the last of these words must be taken for an item's: alone, or together with the others."""
    in_words = [word for word in words if numbers(word) is None]
    together = " ".join(in_words)
    return bool(in_words) and (
        _stands_alone(document, in_words[-1]) or bool(_by_their_words(together, document.items, lambda item: item.text))
    )


def is_numbered(document: Document, word: str) -> bool:
    """Whether a word is the number of an item or a section of the file, or a range or list that begins with one."""
    listed = [NUMBERS.fullmatch(part) for part in word.split(",")]
    known = {item.number for item in document.items} | {section.number for section in document.walk()}
    return all(listed) and listed[0] is not None and listed[0]["first"] in known


def _stands_alone(document: Document, word: str) -> bool:
    return any(item.attributes.id == word or normal(item.text) == normal(word) for item in document.items)


def _is_one_selector(document: Document, words: Sequence[str], alone: Sequence[str], gate: Gate) -> bool:
    """Whether words of which some could stand alone are one selector anyway: those of one item's text.

    Raises UsageError where that would be another item than the one that stands alone.
    """
    together = _by_their_words(" ".join(words), document.items, lambda item: item.text)
    if not together:
        return False
    apart = [select(document, word, gate).items[0] for word in alone]
    if together == apart:
        return True
    raise UsageError(
        f"{' '.join(words)!r} could be one item or several",
        path=document.source.path,
        hint="give numbers, or use one command for each item and put its words in quotes",
        choices=tuple(f"{item.number}  {item.text}" for item in dict.fromkeys([*together, *apart])),
    )


def numbers(word: str) -> Iterator[str] | None:
    """The item numbers that a word lists, as in `1.2.3`, `1.1-1.4`, `1.1,1.3` or `gate.1`; None where it is words.

    Raises UsageError for what has no letter and is none of these.

    >>> list(numbers("1.1-1.3,2.1"))
    ['1.1', '1.2', '1.3', '2.1']
    """
    found = [NUMBERS.fullmatch(part) for part in word.split(",")]
    ranges = [(match["first"], match["last"] or match["first"]) for match in found if match]
    if len(ranges) < len(found):
        if has_letter(word) or not word.strip():
            return None
        raise _no_number(word)
    for first, last in ranges:
        stem = first.rpartition(".")[0]
        if stem and "." not in last:
            raise UsageError(f"the range {word!r} ends in another section", hint=f"write {first}-{stem}.{last}")
        if stem.casefold() != last.rpartition(".")[0].casefold():
            raise UsageError(f"the range {word!r} ends in another section", hint="give a range for each section")
        if _last_part(first) > _last_part(last):
            raise UsageError(f"the range {word!r} runs backwards", hint=f"write {last}-{first}")
    return (number for first, last in ranges for number in _counted(first, last))


def _counted(first: str, last: str) -> Iterator[str]:
    """As they are asked for: the end may be any number, and the first that is not there ends the command."""
    stem = first.rpartition(".")[0]
    for part in range(_last_part(first), _last_part(last) + 1):
        yield f"{stem}.{part}" if stem else str(part)


def _last_part(number: str) -> int:
    return int(number.rpartition(".")[2])


def _no_number(selector: str) -> UsageError:
    return UsageError(f"{selector!r} is not a number, a range or a list", hint="write 1.2.3, 1.1-1.4 or 1.1,1.3")


def find_section(document: Document, selector: str, gate: Gate) -> Section:
    """The section of that number, or whose title these words name."""
    section = section_numbered(document, selector, gate)
    if section is not None:
        return section
    sections = [section for section in document.walk() if section.title]
    try:
        section, fuzzy = by_words(document, selector, sections, lambda section: section.title)
    except UsageError as error:
        if error.choices or not normal(selector):
            raise
        raise _no_section(document, selector, sections, None) from None
    if fuzzy:
        raise _no_section(document, selector, sections, section)
    return section


def find_gate(document: Document, title: str | None = None) -> Section | None:
    """The last phase whose title holds the word "gate", or the one of that title."""
    if title is not None:
        named = [section for section in document.sections if normal(section.title) == normal(title)]
    else:
        named = [section for section in document.sections if GATE_WORD.search(section.title)]
    return named[-1] if named else None


def section_or_item(document: Document, words: Sequence[str], gate: Gate) -> tuple[Section | None, Item | None]:
    """The section or the item that these words name together: a whole text or title wins, an item's before others."""
    selector = " ".join(words)
    section = section_numbered(document, selector, gate)
    if section is None and names_a_section(document, selector):
        section = find_section(document, selector, gate)
    if section is not None:
        return section, None
    try:
        return None, select(document, selector, gate).items[0]
    except UsageError as no_item:
        try:
            return find_section(document, selector, gate), None
        except UsageError:
            raise no_item from None


def section_numbered(document: Document, selector: str, gate: Gate) -> Section | None:
    match = GATE_NUMBER.fullmatch(selector)
    if match and match[1] is None:
        return gate()
    if not NUMBER.fullmatch(selector):
        return None
    return next((section for section in document.walk() if section.number == selector), None)


def _number(selector: str, gate: Gate) -> str | None:
    """The item number that a selector is; `gate.3` counts within the gate."""
    match = GATE_NUMBER.fullmatch(selector)
    if match:
        section = gate()
        return f"{section.number}.{match[1]}" if section else None
    return selector if NUMBER.fullmatch(selector) else None


def by_words(
    document: Document, selector: str, things: Sequence[Thing], text_of: Callable[[Thing], str]
) -> tuple[Thing, bool]:
    """The one thing these words name, and whether only nearly.

    The whole text wins; else each word must begin a word of the text, in order; else the nearest, if none is
    about as near.
    """
    wanted = normal(selector)
    if not wanted:
        raise UsageError("the selector is empty", path=document.source.path, hint="give a number or words")
    if not has_letter(selector):
        if numbers(selector):
            raise UsageError(f"{selector!r} is more than one item", hint="give one number")
        raise _no_number(selector)
    found = _by_their_words(selector, things, text_of)
    if len(found) == 1:
        return found[0], False
    if found:
        raise _ambiguous(document, selector, found, text_of)
    near = _nearest(wanted.split(), things, text_of)
    if len(near) == 1:
        return near[0], True
    if near:
        raise _ambiguous(document, selector, near, text_of)
    raise _unknown(document, selector)


def _by_their_words(selector: str, things: Sequence[Thing], text_of: Callable[[Thing], str]) -> list[Thing]:
    """The things of that whole text; where there are none, those that hold these words, or begin with them, in order."""
    wanted = normal(selector)
    whole = [thing for thing in things if normal(text_of(thing)) == wanted]
    return whole or [thing for thing in things if _in_order(wanted.split(), normal(text_of(thing)).split())]


def _in_order(wanted: Sequence[str], words: Iterable[str]) -> bool:
    left = iter(words)
    return all(any(_bare(word).startswith(_bare(part)) for word in left) for part in wanted)


def _bare(word: str) -> str:
    """Without the brackets and quotes that stand around a word in prose; a mere mark stays."""
    return word.strip("()[]\"'*_`,.;:") or word


def _nearest(wanted: Sequence[str], things: Sequence[Thing], text_of: Callable[[Thing], str]) -> list[Thing]:
    """The nearest things by the mean over the words of the best prefix ratio; several where they are about as near."""
    from rapidfuzz.fuzz import ratio

    def score(thing: Thing) -> float:
        words = [_bare(word) for word in normal(text_of(thing)).split()]
        best = [max((ratio(part, word[: len(part)]) for word in words), default=0.0) for part in wanted]
        return sum(best) / len(best)

    scores = sorted(((score(thing), index) for index, thing in enumerate(things)), reverse=True)
    if not scores or scores[0][0] < GOOD:
        return []
    return [things[index] for value, index in sorted(scores, key=lambda s: -s[0]) if value > scores[0][0] - TIE]


def _ambiguous(
    document: Document, selector: str, found: Sequence[Thing], text_of: Callable[[Thing], str]
) -> UsageError:
    listed = tuple(f"{thing.number or '-'}  {text_of(thing)}" for thing in found[:LISTED])
    more = (f"and {len(found) - LISTED} more",) if len(found) > LISTED else ()
    return UsageError(
        f"{selector!r} matches {len(found)} {'sections' if isinstance(found[0], Section) else 'items'}",
        path=document.source.path,
        hint="give a number or more words",
        choices=listed + more,
    )


def _unknown(document: Document, selector: str) -> UsageError:
    show = f"`onbo show {document.source.stem}` lists them"
    stem = selector.rpartition(".")[0]
    beside = [item.number for item in document.items if item.number.rpartition(".")[0] == stem]
    if NUMBER.fullmatch(selector) and stem and beside:
        hint = f"{stem} has items {beside[0]} to {beside[-1]}; {show}" if beside[1:] else f"{stem} has only {beside[0]}"
    elif document.items:
        hint = f"numbers run to {document.items[-1].number}; {show}"
    else:
        hint = "the file has no items"
    ids = [item.attributes.id for item in document.items if item.attributes.id]
    return UsageError(f"no item {selector!r}", path=document.source.path, hint=near_or(selector, ids, hint))


def _no_section(document: Document, selector: str, sections: Sequence[Section], meant: Section | None) -> UsageError:
    titles = [section.title for section in sections]
    near = meant.title if meant else nearest(selector, titles)
    numbered = next((section.number for section in sections if section.title == near), None)
    called = f"{numbered} {near}" if numbered else near
    listed = near_or_all(selector, titles) if titles else "the file has no sections"
    hint = f"did you mean {called}?" if near else listed
    return UsageError(f"no section {selector!r}", path=document.source.path, hint=hint)
