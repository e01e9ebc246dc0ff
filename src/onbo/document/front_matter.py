"""Front matter: where it is and what it says. Read only; nothing here or elsewhere ever writes YAML."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from onbo.document.model import FrontMatter
from onbo.document.source import Source

# PyYAML is pure Python and slow; nobody's front matter is larger.
MAX_LENGTH = 65_536
# PyYAML takes time that grows with the square of the brackets that are open.
MOST_BRACKETS = 100
# "template: 90-day", 'version: "1.0"': read without the YAML parser, which costs its import.
FLAT_LINE = re.compile(r'([A-Za-z][\w-]*):[ ]+(?:"([\w .:/+-]*)"|([A-Za-z0-9](?:[\w ./+-]*[\w./+-])?))[ ]*$', re.ASCII)
# What YAML 1.2 reads as something other than text.
INTEGER = re.compile(r"[-+]?(?:0|[1-9]\d{0,17})$", re.ASCII)
WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
# What YAML makes of a plain scalar by itself; anything else is a tag that somebody wrote.
SCALARS = ("str", "int", "float", "bool", "null", "timestamp", "value", "merge")


class Values(NamedTuple):
    """What front matter says. `error` and its 1-based `line` in the file where it cannot be read: no values then."""

    values: Mapping[str, Any] = MappingProxyType({})
    error: str | None = None
    line: int | None = None

    def text(self, key: str) -> str | None:
        """A scalar as text, None where it is absent or no scalar."""
        value = self.values.get(key)
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of scalars as texts."""
        value = self.values.get(key)
        return tuple(str(entry) for entry in value if isinstance(entry, str | int)) if isinstance(value, list) else ()


def find(source: Source) -> tuple[FrontMatter | None, int]:
    """The front matter and how many lines it takes: from a first line `---` to the next `---` or `...`."""
    if source.texts[0].rstrip(" \t") != "---":
        return None, 0
    for line, text in enumerate(source.texts[1:], 1):
        if text.rstrip(" \t") in ("---", "..."):
            return FrontMatter("\n".join(source.texts[1:line]), 2, line + 1), line + 1
    return None, 0


def read(front_matter: FrontMatter | None) -> Values:
    """What it says. Never raises: what cannot be read is an error with its line."""
    if front_matter is None or not front_matter.text.strip():
        return Values()
    if len(front_matter.text) > MAX_LENGTH:
        return Values(error=f"front matter is over {MAX_LENGTH // 1024} KB", line=front_matter.line)
    flat = _read_flat(front_matter.text)
    if flat is not None:
        return Values(flat)
    try:
        return Values(_read_yaml(front_matter.text))
    except _UnreadableError as error:
        return Values(error=f"front matter: {error.what}", line=front_matter.line + error.line)
    except RecursionError:
        return Values(error="front matter is nested too deeply to be read", line=front_matter.line)
    except Exception as error:  # noqa: BLE001  PyYAML raises ValueError, TypeError ... on hostile input
        return Values(error=f"front matter cannot be read ({type(error).__name__})", line=front_matter.line)


class _UnreadableError(Exception):
    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.what = what
        self.line = line


def _read_flat(text: str) -> dict[str, Any] | None:
    """`key: scalar` lines; None where a line is anything else or a key comes twice."""
    values: dict[str, Any] = {}
    for line in text.split("\n"):
        match = FLAT_LINE.match(line)
        if match is None or match[1] in values:
            return None
        values[match[1]] = match[2] if match[2] is not None else _scalar(match[3])
    return values


def _scalar(text: str) -> Any:
    if text in WORDS:
        return WORDS[text]
    return int(text) if INTEGER.match(text) else text


def _read_yaml(text: str) -> dict[str, Any]:
    """YAML 1.2 scalars only: `NO`, `1.10`, `007` and dates are text. No aliases, no duplicate keys, no tags."""
    import yaml

    if _bracket_depth(text) > MOST_BRACKETS:
        raise RecursionError
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _UnreadableError(error.problem or "not YAML", mark.line if mark else 0) from error
    except yaml.YAMLError as error:
        raise _UnreadableError("holds a character that YAML does not allow", 0) from error
    if node is None:
        return {}
    if not isinstance(node, yaml.MappingNode):
        raise _UnreadableError("is not a list of `key: value` lines", node.start_mark.line)
    return _mapping(node, set())


def _bracket_depth(text: str) -> int:
    """How deep brackets nest at most, those in texts included."""
    if text.count("[") + text.count("{") <= MOST_BRACKETS:
        return 0
    depth = deepest = 0
    for char in text:
        if char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest


def _value(node: Any, seen: set[int]) -> Any:
    line = node.start_mark.line
    if id(node) in seen:
        raise _UnreadableError("uses an alias; write the value out", line)
    seen.add(id(node))
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    if node.id == "scalar" and (node.style is None or kind == "str"):
        if kind in SCALARS:
            return _scalar(node.value) if node.style is None else node.value
    elif kind == "seq":
        return [_value(entry, seen) for entry in node.value]
    elif kind == "map":
        return _mapping(node, seen)
    raise _UnreadableError(f"holds a tag, {node.tag}", line)


def _mapping(node: Any, seen: set[int]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, entry in node.value:
        if key.id != "scalar":
            raise _UnreadableError("has a key that is no text", key.start_mark.line)
        if key.value in values:
            raise _UnreadableError(f"has the key {key.value!r} twice", key.start_mark.line)
        values[key.value] = _value(entry, seen)
    return values
