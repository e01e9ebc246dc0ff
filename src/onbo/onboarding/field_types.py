"""The types of fields and cells: what a placeholder's form asks for.

Brackets are also what people type: `[call Bob]`. `looks_like_a_form` says where they surely are no person's, for files
whose template is not known.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple


class FieldType(NamedTuple):
    """kind: date, percent, number, value (a number with an optional unit), choice, text, notes, gap, change.

    options      of a choice
    within_days  of kickoff, for a date
    high         the largest number
    """

    kind: str
    options: tuple[str, ...] = ()
    within_days: int | None = None
    optional: bool = False
    high: int | None = None

    @property
    def computed(self) -> bool:
        return self.kind in ("gap", "change")


TEXT = FieldType("text")
DATE = FieldType("date")
NOTES = FieldType("notes")
# Each of them is looked for in an answer; a form with more is text.
MOST_OPTIONS = 100
KINDS = ("date", "percent", "number", "value", "choice", "text", "notes")
WITHIN = re.compile(r"within (\d{1,4}) days")
PERCENT = re.compile(r"_*\s*%")
# What forms of cells are made of. A person's own words in brackets are seldom made of these alone.
# fmt: off
FORM_WORDS = frozenset(
    [
        "account", "action", "activity", "answer", "area", "assignee", "benchmark", "blocker", "category",
        "comment", "contact", "cost", "count", "csm", "customer", "date", "deadline", "decision", "department",
        "description", "detail", "details", "duration", "email", "event", "feature", "goal", "id", "impact",
        "initiative", "integration", "issue", "item", "kpi", "lead", "likelihood", "link", "made", "metric",
        "milestone", "mitigation", "module", "name", "next", "note", "notes", "number", "objective", "option",
        "outcome", "owner", "person", "phase", "plan", "priority", "probability", "product", "question", "reason",
        "requirement", "response", "result", "risk", "role", "score", "segment", "severity", "source", "stage",
        "stakeholder", "start", "state", "status", "step", "system", "target", "task", "team", "text", "title",
        "topic", "type", "unit", "url", "use", "user", "value", "vendor", "version", "week", "who"
    ]
)
# fmt: on
FORM_WORD = re.compile(r"[A-Za-z]+|\d{1,2}")
# What may be a form or somebody's own word.
SHORT_FORM = re.compile(r"\[[A-Z][A-Za-z]*(?: [A-Za-z]+)?\]")
# Forms of dates, more narrowly than `infer` has them: `[Date of the mail: 3 May]` is somebody's note.
DATE_FORM = re.compile(r"Date(?: -- must be within \d{1,4} days| if [a-z -]{1,40}[A-Z]{0,5})?|YYYY-MM-DD")


@lru_cache(1024)
def infer(form: str, after: str = "") -> FieldType:
    """The type that a placeholder's form means; `after` is the text behind it.

    >>> infer("Green/Yellow/Red").options
    ('Green', 'Yellow', 'Red')
    """
    words = form.strip()
    if re.match(r"date\b", words, re.IGNORECASE):
        within = WITHIN.search(words)
        return FieldType("date", within_days=int(within[1]) if within else None, optional=" if " in words)
    if PERCENT.fullmatch(words):
        return FieldType("percent", high=100)
    if words == "Score" and after.startswith("/100"):
        return FieldType("number", high=100)
    if words in ("#", "Value"):
        return FieldType("number" if words == "#" else "value")
    if words in ("+/-", "% change"):
        return FieldType("gap" if words == "+/-" else "change")
    options = tuple(option.strip() for option in words.split("/"))
    # An option with a lower-case word is prose: "SE / Implementation team name".
    if 1 < len(options) <= MOST_OPTIONS and all(
        option and all(w[0].isupper() for w in option.split()) for option in options
    ):
        return FieldType("choice", options=options)
    return TEXT


def option_in(text: str, options: Sequence[str]) -> tuple[int, int] | None:
    """Where a text says one of the options, among other words: at its beginning, else once in all of it.

    >>> option_in("Yellow (was Red)", ("Green", "Yellow", "Red"))
    (0, 6)
    """
    if not options:
        return None
    longest_first = sorted(options, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    first = pattern.match(text)
    found = [first] if first else list(pattern.finditer(text))
    return found[0].span() if len(found) == 1 else None


def looks_like_a_form(form: str, column: str) -> bool:
    """Whether what is in a cell's brackets surely is no person's: a typed form, the column's name, or general words.

    >>> looks_like_a_form("Metric 1", ""), looks_like_a_form("Ann", "Owner"), looks_like_a_form("call Bob", "Risk")
    (True, False, False)
    """
    words = form.strip()
    kind = infer(words).kind
    if kind not in ("text", "date") or words == "Score" or DATE_FORM.fullmatch(words):
        return True
    if not any(character.isalnum() for character in words):  # `[...]`, `[___]`
        return True
    known = FORM_WORDS | {word.casefold() for word in FORM_WORD.findall(column)}
    found = words.split()
    return (
        0 < len(found) < 4
        and not words[0].islower()
        and all(FORM_WORD.fullmatch(word) and (word.isdigit() or word.casefold() in known) for word in found)
    )


def looks_like_a_prototype(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether most cells of a row, each in brackets, surely are forms, and the others a capitalised word or two.

    >>> looks_like_a_prototype(["[Risk]", "[High/Med/Low]", "[How]"], ["Risk", "Impact", "Mitigation"])
    True
    """
    columns = [*header, *[""] * len(cells)]
    sure = [looks_like_a_form(cell[1:-1], column) for cell, column in zip(cells, columns, strict=False)]
    likely = all(is_sure or SHORT_FORM.fullmatch(cell) for is_sure, cell in zip(sure, cells, strict=True))
    return likely and 2 * sum(sure) > len(sure)
