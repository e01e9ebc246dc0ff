"""What could stand where the cursor is: `onbo-complete`, which shells ask at every Tab. No typer, no rich."""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from onbo.cli import streams
from onbo.cli.catalog import command_names, summary
from onbo.cli.option_table import Known, entry
from onbo.effects.workspace import Customer, Workspace, find_root
from onbo.errors import OnboError

ROOT = ""
SHELLS = ("bash", "zsh", "fish")
# What a backslash between double quotes takes its meaning from, in bash; before anything else it is a backslash.
ESCAPED_IN_QUOTES = '\\"$`'


class Candidate(NamedTuple):
    """A word, and what to say of it."""

    word: str
    says: str = ""


class Typed(NamedTuple):
    """A command line so far.

    path     the command and its verb, "" before there is one
    words    what stands behind it that is no option
    option   the option whose value is being typed, None where it is none
    current  the word under the cursor, as far as it goes
    plain    whether it stands behind `--`, and so is no option
    """

    path: str
    words: tuple[str, ...]
    option: Known | None
    current: str
    directory: str | None = None
    plain: bool = False


def read(words: Sequence[str]) -> Typed:
    """The command line from its words; the last is the one being typed."""
    path, given, option, directory = ROOT, list[str](), None, None
    plain = False
    for word in words[:-1]:
        if option is not None:
            directory = word if "-C" in option.names else directory
            option = None
        elif word == "--":
            plain = True
        elif word.startswith("-") and len(word) > 1 and not plain:
            found = _option(path, word)
            option = found if found and found.takes and "=" not in word else None
        elif path == ROOT or entry(path).verbs:
            path = f"{path} {word}".strip()
        else:
            given.append(word)
    return Typed(path, tuple(given), option, words[-1] if words else "", directory, plain)


def _option(path: str, word: str) -> Known | None:
    name = word.partition("=")[0]
    return next((known for known in _options(path) if name in known.names), None)


def _options(path: str) -> Iterator[Known]:
    """The options of a command, and those of onbo itself that may stand anywhere."""
    yield from entry(path).options
    if path != ROOT:
        yield from (known for known in entry(ROOT).options if not {"--help", "--version"} & {*known.names})


def candidates(words: Sequence[str]) -> list[Candidate]:
    """What can stand in place of the last word, whatever its case."""
    typed = read(words)
    if typed.option is None and typed.current.startswith("--") and "=" in typed.current:
        name, _, value = typed.current.partition("=")
        found = _option(typed.path, name)
        inner = typed._replace(option=found, current=value)
        return [Candidate(f"{name}={word}", says) for word, says in _fitting(inner, _values(inner))] if found else []
    return _fitting(typed, _values(typed))


def _fitting(typed: Typed, found: Iterable[Candidate]) -> list[Candidate]:
    start = typed.current.casefold()
    return [candidate for candidate in found if candidate.word.casefold().startswith(start)]


def _values(typed: Typed) -> Iterator[Candidate]:
    if typed.option is not None:
        yield from _values_of(typed, typed.option)
    elif typed.current.startswith("-") and not typed.plain:
        for known in _options(typed.path):
            yield Candidate(known.names[-1], known.says)
    elif typed.path == ROOT:
        yield from (Candidate(name, summary(name)) for name in command_names())
    elif verbs := entry(typed.path).verbs:
        yield from (Candidate(name, says) for name, says in verbs)
    else:
        # A name that begins with a dash would be taken for an option.
        yield from (found for found in _arguments(typed) if typed.plain or not found.word.startswith("-"))


def _values_of(typed: Typed, option: Known) -> Iterator[Candidate]:
    """By what the help calls the value: lower-case choices are those, and some words in capitals are known."""
    choices = option.takes.split("|")
    if "--segment" in option.names:
        from onbo.onboarding.settings import SEGMENTS

        yield from map(Candidate, SEGMENTS)
    elif "--template" in option.names:
        yield from map(Candidate, _workspace(typed).template_names())
    elif "--state" in option.names:
        from onbo.onboarding.status import WORST_FIRST

        yield from (Candidate(state.replace(" ", "-")) for state in WORST_FIRST)
    elif option.takes == "SECTION":
        yield from _sections(typed)
    elif option.takes == "ITEM":
        yield from _items(typed)
    elif not any(choice.isupper() for choice in choices):
        yield from map(Candidate, choices)


def _arguments(typed: Typed) -> Iterator[Candidate]:
    """By what the help calls the arguments, as in `[CUSTOMER] ITEM...`."""
    wanted = entry(typed.path).arguments.replace("[", "").replace("]", "").split()
    place = min(len(typed.words), len(wanted) - 1)
    if not wanted or (len(typed.words) > place and not wanted[place].endswith("...")):
        return
    what = wanted[place].removesuffix("...")
    if what in ("CUSTOMER", "PATH", "FILE"):
        yield from _customers(typed)
    if what == "CUSTOMER" and len(wanted) > 1 and _workspace(typed).implied():
        what = wanted[1].removesuffix("...")
    if what in ("ITEM", "SELECTOR"):
        yield from _items(typed)
        yield from _sections(typed) if what == "SELECTOR" else ()
    elif what == "LABEL=VALUE":
        yield from _labels(typed)
    elif what == "NAME" and typed.path.startswith("template "):
        yield from map(Candidate, _workspace(typed).template_names())
    elif what == "SHELL":
        yield from map(Candidate, SHELLS)


def _workspace(typed: Typed) -> Workspace:
    here = os.getcwd()
    return Workspace(os.path.abspath(typed.directory) if typed.directory else find_root(here), here)


def _customers(typed: Typed) -> Iterator[Candidate]:
    """From the names of files alone."""
    place = _workspace(typed)
    for customer in place.customers(archived=typed.path == "archive"):
        dashed = customer.slug.startswith("-") and not typed.plain
        yield Candidate(place.shown(customer.path) if dashed else customer.slug)


def _customer(typed: Typed) -> Customer | None:
    """The customer that the first word names, as far as file names tell; else the one that need not be named."""
    place = _workspace(typed)
    known = place.customers(archived=True)
    named = [customer for customer in known if typed.words and customer.slug == typed.words[0].casefold()]
    begun = [customer for customer in known if typed.words and customer.slug.startswith(typed.words[0].casefold())]
    found = named or begun
    return found[0] if len(found) == 1 else place.implied()


def _items(typed: Typed) -> Iterator[Candidate]:
    """Those that the command can do something with, with their words."""
    customer = _customer(typed)
    for item in _workspace(typed).read(customer).items if customer else ():
        fits = {"check": item.open, "skip": item.open, "uncheck": not item.open}.get(typed.path, True)
        if fits and item.number not in typed.words:
            yield Candidate(item.number, f"[{item.mark}] {item.text}")


def _sections(typed: Typed) -> Iterator[Candidate]:
    customer = _customer(typed)
    for section in _workspace(typed).read(customer).walk() if customer else ():
        if section.number:
            yield Candidate(section.number, section.title)


def _labels(typed: Typed) -> Iterator[Candidate]:
    """The labels of fields, with `=`; where one stands in several sections, with the section's title."""
    customer = _customer(typed)
    fields = _workspace(typed).read(customer).fields if customer else ()
    labels = [field.label for field in fields]
    for field in fields:
        label = f"{field.section}/{field.label}" if labels.count(field.label) > 1 and field.section else field.label
        if not field.notes:
            yield Candidate(f"{label}=", field.value if field.filled else "not filled")


def split(line: str) -> tuple[list[str], str]:
    r"""The words of a line that may end within a word or within quotes, as bash sees them, and the quotation mark left open.

    >>> split('onbo set acme "Kickoff Da')
    (['onbo', 'set', 'acme', 'Kickoff Da'], '"')
    >>> split("onbo check ")
    (['onbo', 'check', ''], '')
    """
    words: list[str] = []
    word: str | None = None
    quote, escaped = "", False
    for character in line:
        if escaped:
            escaped = False
            kept = "" if not quote or character in ESCAPED_IN_QUOTES else "\\"
            word = f"{word or ''}{kept}{character}"
        elif character == "\\" and quote != "'":
            escaped = True
        elif character == quote:
            quote = ""
        elif quote:
            word = f"{word or ''}{character}"
        elif character in "'\"":
            quote, word = character, word or ""
        elif not character.isspace():
            word = f"{word or ''}{character}"
        elif word is not None:
            words.append(word)
            word = None
    return [*words, word or ""], quote


def for_bash(found: Iterable[Candidate], line: str, replaced: str) -> Iterator[Candidate]:
    """The candidates as bash has to put them in place of the end of the line, quoted.

    replaced  what bash replaces: not all of a word, as it takes `:` and `=` for the ends of words
    """
    words, quote = split(line)
    current = words[-1]
    ends = {end for end in (split(replaced)[0][-1], replaced.lstrip("'\"")) if current.endswith(end)}
    kept = len(current) - len(max(ends, key=len)) if ends else 0
    for word, says in found:
        if (quoted := _quoted(word[kept:], quote)) is not None:
            yield Candidate(quoted, says)


def _quoted(text: str, quote: str) -> str | None:
    """A text for bash, within this quotation mark; None where it cannot stand in one: `!` is obeyed even in quotes."""
    if quote == "'":
        return None if "'" in text else text
    if quote:
        quoted = re.sub(f"([{re.escape(ESCAPED_IN_QUOTES)}])", r"\\\1", text)
        # readline takes a quotation mark at the end for the closing one, even behind a backslash.
        return None if "!" in text else f"{quoted}{quote}" if quoted.endswith(quote) else quoted
    return re.sub(r"([^\w@%+=:,./-])", r"\\\1", text)


def main() -> None:
    """`onbo-complete --bash LINE REPLACED` or `onbo-complete WORD...`: a candidate a line, a tab, what to say of it.

    `--line LINE` is what the script for bash asked before 0.4.0: a shell may still have it.
    """
    streams.open_missing()
    given = sys.argv[1:]
    line = given[1] if given[:1] in (["--line"], ["--bash"]) and len(given) > 1 else None
    words = split(line)[0] if line is not None else given
    while words and "=" in words[0]:
        del words[0]  # ONBO_TODAY=2026-12-12 onbo ...
    try:
        # Leave out words that one line to the shell cannot hold: it would insert a different word.
        found = [candidate for candidate in candidates(words[1:]) if _is_plain(candidate.word)]
        if line is not None and given[0] == "--bash":
            found = list(for_bash(found, line, given[2] if len(given) > 2 else ""))
    except (OnboError, OSError):
        found = []  # a shell that completes has no place for messages
    offers = [f"{word}\t{_flat(says)}\n" for word, says in found]
    if streams.read_by_ci():  # leave out words that the service would obey: changed, they would be other words
        from onbo.present.ci import without_commands

        offers = [offer for offer in offers if offer == without_commands(offer)]
    lines = "".join(offers)
    try:
        sys.stdout.buffer.write(lines.encode("utf-8", "surrogateescape"))
    except OSError:
        streams.drop(sys.stdout)
    streams.settle()


def _is_plain(word: str) -> bool:
    """Whether a word is one line without a tab, and holds nothing that a terminal would obey."""
    from onbo.present.text import visible

    return "\t" not in word and visible(word) == word


def _flat(text: str) -> str:
    """On one line, and nothing in it that a terminal would obey."""
    from onbo.present.text import visible

    return visible(" ".join(text.split()))
