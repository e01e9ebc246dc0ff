"""A customer's permanent id, `customer_id` in front matter: reading it, making it, deriving it.

It identifies a customer across renames, clones and exports. Two files with the same id are the same customer; files
without ids are told apart by their paths and Customer fields.
"""

import re
from typing import NamedTuple

from onbo.document.model import Document

KEY = "customer_id"
LENGTH = 8
VALID = re.compile(rf"[a-z0-9]{{{LENGTH}}}")
# Matched as text, because YAML would read ids such as `01234567` and `1234e567` as numbers.
# Without quotes, the value is words with blanks between them, none of which begins a comment.
LINE = re.compile(
    rf"^{KEY}:[ \t]*"
    r"(?:(?P<quote>[\"'])(?P<quoted>.*?)(?P=quote)[ \t]*(?:[ \t]#.*)?$"
    r"|(?P<words>(?:[^ \t\n]+(?:[ \t]+(?!#)[^ \t\n]+)*)?))",
    re.MULTILINE,
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SIGNS = LETTERS + "0123456789"
# Front matter is looked for in this many bytes at the start of a file.
HEAD = 8192


class Written(NamedTuple):
    """The text after `customer_id:`, and whether it is a valid id."""

    value: str
    valid: bool


def written_id(document: Document) -> Written | None:
    """A file's `customer_id` as written; None if there is no such line."""
    value = _value_in(document.front_matter.text) if document.front_matter else None
    return Written(value, VALID.fullmatch(value) is not None) if value is not None else None


def customer_id(document: Document) -> str | None:
    """The customer's id; None if it is missing or malformed."""
    written = written_id(document)
    return written.value if written is not None and written.valid else None


def id_in(data: bytes) -> str | None:
    """The same from a file's bytes, without parsing the whole file."""
    head = data[:HEAD].removeprefix(b"\xef\xbb\xbf")
    if not head.startswith(b"---"):
        return None
    text = head.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    matter = re.split(r"^(?:---|\.\.\.)[ \t]*$", text, maxsplit=2, flags=re.MULTILINE)
    value = _value_in(matter[1]) if len(matter) > 2 else None
    return value if value is not None and VALID.fullmatch(value) else None


def _value_in(matter: str) -> str | None:
    """What stands behind the first `customer_id:`, without its quotes and a comment; None where there is none."""
    match = LINE.search(matter)
    if match is None:
        return None
    return match["words"] if match["quoted"] is None else match["quoted"]


def id_from(number: int) -> str:
    """An id from a number of 64 bits or more. It begins with a letter, so that YAML never takes it for a number."""
    number, at = divmod(number, len(LETTERS))
    signs = [LETTERS[at]]
    for _ in range(LENGTH - 1):
        number, at = divmod(number, len(SIGNS))
        signs.append(SIGNS[at])
    return "".join(signs)


def derived_id(path: str, customer: str | None) -> str:
    """An id for a file that has none, the same in every clone.

    path      relative to the workspace, with `/`
    customer  the value of the Customer field; None if it is not filled in
    """
    from hashlib import sha256
    from unicodedata import normalize

    text = normalize("NFC", f"{path}\n{customer or ''}")
    return id_from(int.from_bytes(sha256(text.encode("utf-8", "surrogateescape")).digest()))
