"""The only regular expressions for our own marks. Block structure is CommonMark's business, not theirs."""

import re

# A task box at the start of a paragraph; [~] is "not applicable". What follows decides whether it is an item.
#   "[ ] Call", "[x] Call", "[~] Call (n/a: no phone)"
BOX = re.compile(r"\[([ xX~])\]")
# What CommonMark may put before the box on its line: quote marks, list markers, indentation.
#   "> 1. - "
CONTAINERS = re.compile(r"[ \t>*+\-.)0-9]*")
# What becomes a blank in what stands before a box, for a line nested under it.
#   "> 1. " -> ">    "
NESTED = re.compile(r"[^>\t]")
# White space as GFM means it: not NBSP, not U+3000.
BLANKS = " \t\v\f"

# A heading's day range, in any case, hyphen or en dash.
#   "(Day 0)", "(Day 1-2)", "(days 10-14)"; "(90-Day)" is none
DAY_RANGE = re.compile(r"\(\s*days?\s+(\d{1,5})(?:\s*[-\u2013]\s*(?:day\s+)?(\d{1,5}))?\s*\)", re.IGNORECASE)

# Invisible attributes: only our keys, else it is a comment like any other.
#   "<!-- id=sso only=enterprise,mid-market internal -->"
ATTRIBUTES = re.compile(r"<!--((?:\s+(?:id=[\w.-]+|only=[\w,.-]+|internal))+)\s*-->")

# The mark at the end of a note that a customer may see.
#   "They want SSO first. <!-- shared -->"
SHARED = re.compile(r"(?<!\\)<!--\s*shared\s*-->\s*\Z", re.IGNORECASE)
# As onbo writes it.
SHARED_MARK = "<!-- shared -->"
# A thematic break.
#   "---", "* * *", "____"
RULE = re.compile(r" {0,3}([-_*])(?:[ \t]*\1){2,}[ \t]*$")

# The tokens of an item's first line. White space around a reason is in the group: a repeat of its own for it could
# share the blanks with the next one in as many ways as there are blanks.
#   "@ann" but not "ann@example.com"; "due:2026-03-12"; "waiting:customer"; "(n/a: no SSO (on this plan))"
TOKEN = re.compile(
    r"(?<![\w@/.+\-])@(?P<owner>\w(?:[\w.\-]*\w)?)"
    r"|(?<![^\s(])(?:due:|\U0001f4c5\s*)(?P<due>\d{4}-\d\d-\d\d)(?![\w-])"
    r"|\[due::\s*(?P<boxed_due>\d{4}-\d\d-\d\d)\s*\]"
    r"|(?<![^\s(])waiting:(?P<waiting>\w(?:[\w.@\-]*\w)?)"
    r"|\(n/a:(?P<reason>[^()]*(?:\([^()]*\)[^()]*)*)\)",
    re.IGNORECASE,
)

# A field is a line "**Label:** value".
#   "**Kickoff Date:** [Date]", "**Kickoff Meeting Notes:**"
FIELD = re.compile(r" {0,3}\*\*(?P<label>[^\s*:](?:[^*]*[^\s*])?):\*\*(?=[^\w]|$)[ \t]*(?P<value>(?:.*[^ \t])?)[ \t]*$")

# A placeholder, before CommonMark has its say about links and code. "[^1]" is a footnote.
#   "[Date -- must be within 30 days]", "[Green/Yellow/Red]"
PLACEHOLDER = re.compile(r"\[(?!\^)(?=[^\[\]]*[^\s\[\]])[^\[\]]+\]")
# How a template asks for notes: the beginning of a quote that is one placeholder. Anything else in brackets may be
# somebody's own words.
#   "[Document key takeaways, concerns raised]" but not "[Mr Orr] wants SSO"
NOTES_FORM = re.compile(
    r"\[(?:Add|Capture|Describe|Document|Enter|Fill|Insert|List|Notes|Outline|Record|Summari[sz]e|Write)\b"
)
# What stands before the words of a quoted line, at the first level.
#   "> ", ">", "   > "
QUOTE_MARK = re.compile(r"[ ]{0,3}>")
# A backslash before ASCII punctuation is not text, in Markdown.
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
# What would begin a block where a line of prose should: a list, heading, quote, fence, table, HTML.
#   "- call them", "# 1", "2. visit", "<b>"
BLOCK_START = re.compile(r"(?=[-+*#>=~`|<])|(?<=^)\d{1,9}(?=[.)](?:\s|$))")
# Anything that could make CommonMark read brackets otherwise: links, code, escapes, HTML.
NOT_PLAIN = re.compile(r"\]\(|[`\\<]|\]\[")

# Items whose number is typed by a person: "1", "1.2.3", "0.1"
NUMBER = re.compile(r"\d+(?:\.\d+)*", re.ASCII)
GATE_NUMBER = re.compile(r"gate(?:\.(\d+(?:\.\d+)*))?", re.IGNORECASE | re.ASCII)
# A number, or a range of them with a hyphen or an en dash, in digits or counted within the gate.
#   "1.1", "1.1-1.4", "gate.1-gate.3"
NUMBERS = re.compile(
    r"\s*(?P<first>(?:gate\.)?\d+(?:\.\d+)*)\s*(?:[-\u2013]\s*(?P<last>(?:gate\.)?\d+(?:\.\d+)*)\s*)?",
    re.IGNORECASE | re.ASCII,
)

# The last phase so called is the gate.
#   "Onboarding Completion Gate", "Go-live gate:"
GATE_WORD = re.compile(r"\bgate\b", re.IGNORECASE)

# A customer's file name without ".md".
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def escape(text: str) -> str:
    r"""Prose as Markdown that says just that: `\[` where brackets would read as a placeholder. Links stay links.

    >>> escape("[red] & Co")
    '\\[red] & Co'
    """
    text = ESCAPED.sub(r"\\\\\1", text)
    return PLACEHOLDER.sub(lambda m: m[0] if text.startswith(("(", "["), m.end()) else "\\" + m[0], text)


def has_letter(text: str) -> bool:
    """Whether there is a letter of any script in it: what has none is never taken for words.

    >>> has_letter("1.2-3"), has_letter("\u65e5"), has_letter("-")
    (False, True, False)
    """
    return any(map(str.isalpha, text))


def unescape(text: str) -> str:
    """What escaped text says."""
    return ESCAPED.sub(r"\1", text)
