"""What check, uncheck and skip share: find the items, change their marks, say what was done."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from onbo.cli.case import Case
from onbo.cli.context import App, Applied
from onbo.document.identity import ItemKey, normal
from onbo.document.model import Document, Item
from onbo.effects import undo
from onbo.effects.workspace import Customer
from onbo.errors import ConflictError, RefusedError, UsageError
from onbo.onboarding.counts import Counts
from onbo.onboarding.select import Selection, numbers, select_all
from onbo.onboarding.tick import Marking
from onbo.onboarding.typed import as_typed
from onbo.present.counts import done_words
from onbo.present.text import Line, Piece, line

Decide = Callable[[Case, list[Item]], Marking]
STDIN = "-"
ALREADY = {"check": "already done", "uncheck": "already open", "skip": "already n/a"}


class Identity(NamedTuple):
    """What an item is, wherever it stands, and how many share its id or its words."""

    key: ItemKey
    among: int


class Request(NamedTuple):
    """What was asked: the verb, its customer, its items, and how to carry it out."""

    verb: str
    customer: Customer
    keys: tuple[Identity, ...]
    decide: Decide


def choose(
    app: App, words: Sequence[str] | None, *, whole: bool, expect: str | None, finished: bool = True
) -> tuple[Customer, tuple[Identity, ...]]:
    """The customer and the items named. Asks where a name is only nearly right.

    finished  whether a section taken whole includes done and n/a items; items named one by one are always included
    """
    customer, selectors = app.customer_and_rest(words or [])
    return customer, chosen_items(app, customer, selectors, whole=whole, expect=expect, finished=finished)


def chosen_items(
    app: App,
    customer: Customer,
    selectors: Sequence[str],
    *,
    whole: bool,
    expect: str | None,
    finished: bool = True,
) -> tuple[Identity, ...]:
    """As `choose`, once the customer is known."""
    case = app.read_aloud(customer, writing=True)
    if not selectors:
        return identified(case.document, _ask_items(app, case))
    items: dict[str, Item] = {}
    for found in _selections(app, case, selectors, whole=whole):
        if found.fuzzy:
            _confirm(app, found.items[0], " ".join(selectors))
        items |= {item.number: item for item in found.items if finished or found.section is None or item.open}
    if not items:
        app.terminal.message("no open items there")
    for item in items.values():
        if expect is not None and normal(item.text) != normal(expect):
            raise ConflictError(
                f"{item.number} is {item.text!r}, not {expect!r}", path=case.document.source.path, line=item.line
            )
    return identified(case.document, list(items.values()))


def _selections(app: App, case: Case, selectors: Sequence[str], *, whole: bool) -> list[Selection]:
    """What the selectors mean; `-` stands for those on stdin, one a line."""
    found: list[Selection] = []
    words = [word for word in selectors if word != STDIN]
    if len(words) < len(selectors):
        if words:
            raise UsageError(
                "- reads all items from stdin", hint="leave it out, or write a range without blanks: 1.1-1.3"
            )
        for text in app.terminal.lines("items"):
            found += select_all(case.document, [text], case.gate, whole=whole)
        if not found:
            raise UsageError("no items on stdin", hint="give one a line, by number or by words")
    return [*found, *select_all(case.document, words, case.gate, whole=whole)]


def value_last(
    app: App, words: Sequence[str] | None, *, none: bool, is_value: Callable[[str, Sequence[str], Case], bool]
) -> tuple[Customer, list[str], str | None]:
    """The customer, the selectors, and the last word where it is a value such as an owner or a date.

    It is None with --none, and where the last word is meant for an item: a number is no owner.
    is_value  of the last word, given all words behind the customer
    """
    customer, given = app.customer_and_rest(words or [])
    if none or not given or not is_value(given[-1], given, app.read(customer)):
        return customer, given, None
    return customer, given[:-1], given[-1]


def _confirm(app: App, item: Item, selector: str) -> None:
    meant = f"{item.number} {item.text}"
    if not app.terminal.interactive:
        raise UsageError(f"no item matches {selector!r}", hint=f"did you mean {meant!r}?")
    if not app.terminal.confirm(f"{meant}?"):
        raise RefusedError("left as it is")


def _ask_items(app: App, case: Case) -> list[Item]:
    """The open items as a numbered list, to choose from."""
    app.terminal.require_input("name an item", "for example: onbo check acme 1.2")
    listed = [item for item in case.document.items if item.open]
    if not listed:
        raise UsageError("nothing is open", path=case.document.source.path)
    app.terminal.out(line(f"{index:>3}  {item.number} {item.text}") for index, item in enumerate(listed, 1))
    while True:
        answer = app.terminal.ask("Which? (1,3-5; Enter to skip)")
        if not answer:
            raise RefusedError("left as it is")
        named = _named(answer, listed)
        if named:
            return named
        picked = read_choice(answer, len(listed))
        if picked is not None:
            return [listed[index - 1] for index in picked]
        app.terminal.message(f"{answer!r}: numbers from 1 to {len(listed)}, as in 1,3-5", role="warn")


def _named(answer: str, listed: Sequence[Item]) -> list[Item]:
    """The items of an answer by their own numbers, as in `1.1-1.3`; none where it is not that."""
    by_number = {item.number: item for item in listed}
    found: list[Item] = []
    try:
        for word in answer.split():
            for number in numbers(word) or [""]:
                if "." not in number or number not in by_number:
                    return []
                found.append(by_number[number])
    except UsageError:
        return []
    return found


def read_choice(text: str, most: int) -> list[int] | None:
    """`1,3-5` as numbers from 1 to `most`; None where it is not that.

    >>> read_choice("1,3-5", 30)
    [1, 3, 4, 5]
    """
    numbers: list[int] = []
    for part in text.replace(" ", ",").split(","):
        first, dash, last = part.partition("-")
        if not part:
            continue
        if not first.isdecimal() or (dash and not last.isdecimal()):
            return None
        low, high = int(first), int(last or first)
        if not 1 <= low <= high <= most:
            return None
        numbers += [number for number in range(low, high + 1) if number not in numbers]
    return numbers or None


class Marked(NamedTuple):
    """What was made of a request."""

    applied: Applied
    marking: Marking
    counts: Counts


def mark(
    app: App,
    request: Request,
    *,
    dry_run: bool = False,
    commit: bool = False,
    quiet: bool = True,
    recorder: undo.Recorder | None = None,
) -> Marked:
    """Change the marks and say nothing; a dry run shows its diff, unless `quiet`. recorder: as for `App.write`."""
    made: list[Marking] = []

    def plan(case: Case) -> Marking:
        made[:] = [request.decide(case, _still_there(case.document, request.keys))]
        return made[0]

    applied = app.apply(request.customer, plan, dry_run=dry_run, commit=commit, quiet=quiet, recorder=recorder)
    return Marked(applied, made[0], count(applied.after))


def carry_out(app: App, request: Request, *, dry_run: bool, commit: bool, as_json: bool) -> None:
    """Change the marks and say so."""
    marked = mark(app, request, dry_run=dry_run, commit=commit, quiet=as_json)
    applied, marking, counts = marked
    if not as_json and applied.written:  # before a hook may refuse the commit: it is done, and the file says so
        app.terminal.out(told(request, applied.after, marking))
        app.terminal.out([line(Piece(done_words(counts), "strong"))])
    if applied.written:
        app.commit([request.customer.path], commit_message(request, marked), wanted=commit)
    if as_json:
        app.envelope(request.verb, _payload(applied.after, marking, counts))
    elif not applied.written and not marking.edits:
        app.terminal.message("nothing to change")
    elif applied.written:
        _suggest_next(app, request.customer, applied.after)


def _identities(document: Document) -> dict[Identity, Item]:
    counts = Counter(item.key.name for item in document.items)
    return {Identity(item.key, counts[item.key.name]): item for item in document.items}


def identified(document: Document, items: Sequence[Item]) -> tuple[Identity, ...]:
    """What these items are, so that they can be found again in what the file says later."""
    by_number = {item.number: identity for identity, item in _identities(document).items()}
    return tuple(by_number[item.number] for item in items)


def _still_there(document: Document, keys: Sequence[Identity]) -> list[Item]:
    """The items by what they are, not where: the file may have changed since they were chosen."""
    by_key = _identities(document)
    gone = [key for key in keys if key not in by_key]
    if gone:
        raise ConflictError(
            "was changed by somebody else meanwhile and no longer has the item",
            path=document.source.path,
            hint="look at it and try again",
        )
    return [by_key[key] for key in keys]


def count(document: Document) -> Counts:
    """How many items are done, apply, and do not."""
    applying = [item for item in document.items if item.applies]
    return Counts(sum(item.done for item in applying), len(applying), len(document.items) - len(applying))


def commit_message(request: Request, marked: Marked) -> str:
    """acme: check 1.2.3 Configure SSO (12 / 86 done)"""
    counts = marked.counts
    # Where nothing was left to change, an earlier try changed it and was not committed.
    changed = marked.marking.changed or marked.marking.already
    what = f"{changed[0].number} {changed[0].text}" if len(changed) == 1 else ", ".join(i.number for i in changed)
    return f"{request.customer.slug}: {request.verb} {what} ({counts.done} / {counts.total} done)"


def told(request: Request, document: Document, marking: Marking) -> Iterator[Line]:
    """What was done to each item, in the file's own words."""
    by_identity = {item.key: item for item in document.items}
    for item in marking.changed:
        text = f"[{item.mark}] {item.number} {_reads(document, by_identity, item)}"
        due = item.value("due") if request.verb == "due" else None
        yield line(Piece(text, "good" if item.done else ""), Piece(f"  ({_weekday(due)})" if due else "", "muted"))
    for item in marking.already:
        words = ALREADY.get(request.verb, "unchanged")
        yield line(f"{words}: {item.number} {item.text}")


def _weekday(due: str) -> str:
    from datetime import date

    from onbo.onboarding.dates import weekday

    return weekday(date.fromisoformat(due))


def _suggest_next(app: App, customer: Customer, document: Document) -> None:
    following = next((item for item in document.items if item.open and item.value("waiting") is None), None)
    following = following or next((item for item in document.items if item.open), None)
    if following is not None:
        app.terminal.suggest(f"onbo check {as_typed(customer.slug)} {following.number}   ({following.text})")
    else:
        app.terminal.suggest(f"onbo archive {as_typed(customer.slug)}   (nothing is open)")


def reads(document: Document, item: Item) -> str:
    """What its line says now, tokens and all."""
    return _reads(document, {other.key: other for other in document.items}, item)


def _reads(document: Document, by_identity: Mapping[ItemKey, Item], item: Item) -> str:
    return document.source.text(by_identity.get(item.key, item).words)


def _payload(document: Document, marking: Marking, counts: Counts) -> dict[str, Any]:
    return {
        "path": document.source.path,
        "changed": [_item(item) for item in marking.changed],
        "already": [_item(item) for item in marking.already],
        "done": counts.done,
        "total": counts.total,
    }


def _item(item: Item) -> dict[str, str]:
    return {"number": item.number, "text": item.text, "mark": item.mark}
