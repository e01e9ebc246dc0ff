"""The regular expressions of the tool, and inputs that a slow one would take very long for."""

import ast
import importlib
import pkgutil
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import onbo

METHODS = ("match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")
CALLS = frozenset(f"re.{method}" for method in METHODS)
# What stands for a class of characters.
CATEGORIES = {
    "CATEGORY_DIGIT": "1",
    "CATEGORY_NOT_DIGIT": "a",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_SPACE": "a",
    "CATEGORY_WORD": "a",
    "CATEGORY_NOT_WORD": ".",
}
CANDIDATES = "a 1.([<-x\n\t]|*:Z\u00e9"
MOST_PIECES = 7
MOST_PREFIXES = 3


class Known(NamedTuple):
    """name: its module and variable, `document.syntax.BOX`; of one without a variable, its function and place there."""

    name: str
    pattern: "re.Pattern[Any]"


def discovered() -> Iterator[Known]:
    """Every pattern of the package: those in variables, in tables of such, and those given to `re` as they stand."""
    for info in pkgutil.walk_packages(onbo.__path__, "onbo."):
        module = importlib.import_module(info.name)
        short = info.name.removeprefix("onbo.")
        tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
        imported = _imported(tree)
        compiled = set()
        for name, value in vars(module).items():
            if name not in imported and not isinstance(value, type(re)):
                for place, pattern in _patterns_in(value):
                    compiled.add(pattern.pattern)
                    yield Known(f"{short}.{name}{place}", pattern)
        yield from _literals(short, module, tree, compiled)


def _imported(tree: ast.Module) -> set[str]:
    """The names of a module that belong to others."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom | ast.Import)
        for alias in node.names
    }


def _patterns_in(value: object, place: str = "") -> Iterator[tuple[str, "re.Pattern[Any]"]]:
    if isinstance(value, re.Pattern):
        yield place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _patterns_in(inner, f"[{key!r}]")
    elif isinstance(value, str) and value.startswith("(?m"):  # in a table of such, which `re` is given one by one
        yield place, re.compile(value)
    elif isinstance(value, tuple | list):
        for at, inner in enumerate(value):
            yield from _patterns_in(inner, f"{place}[{at}]")


def _literals(short: str, module: Any, tree: ast.Module, compiled: Iterable[str]) -> Iterator[Known]:
    """Patterns that stand in a call such as `re.sub("...", ...)`, also by the name of a string in the module."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        found = 0
        for node in ast.walk(function):
            if not (isinstance(node, ast.Call) and node.args and ast.unparse(node.func) in CALLS):
                continue
            first = node.args[0]
            text = first.value if isinstance(first, ast.Constant) else None
            if isinstance(first, ast.Name):
                text = getattr(module, first.id, None)
            if isinstance(text, str) and text not in compiled:
                found += 1
                flags = sum(getattr(re, kw.value.attr) for kw in node.keywords if isinstance(kw.value, ast.Attribute))
                yield Known(f"{short}.{function.name}{f' {found}' * (found > 1)}", re.compile(text, flags))


# --- Inputs made of what a pattern itself speaks of ---


def adversaries(pattern: "re.Pattern[Any]", size: int) -> Iterator[str | bytes]:
    """Texts that begin as something it matches, go on with the same few characters for long, and end otherwise."""
    is_bytes = isinstance(pattern.pattern, bytes)
    source = pattern.pattern.decode("latin-1") if isinstance(pattern.pattern, bytes) else pattern.pattern
    tree = _parsed(source, pattern.flags & ~re.UNICODE if not is_bytes else 0)
    sample = _sample(tree)
    step = max(1, len(sample) // MOST_PREFIXES)
    prefixes = list(dict.fromkeys(["", *(sample[:at] for at in range(0, len(sample) + 1, step)), sample]))
    pieces = list(dict.fromkeys([*_pieces(tree), *prefixes[1:]]))[:MOST_PIECES]
    repeated = [*pieces, *("".join(pair) for pair in product(pieces, repeat=2))]
    for text in dict.fromkeys(repeated):
        if not text:
            continue
        body = text * (size // len(text))
        for prefix in prefixes:
            for tail in ("\x00", "a"):
                made = prefix + body + tail
                yield made.encode("latin-1", "replace") if is_bytes else made


def _parsed(source: str, flags: int) -> Any:
    return re._parser.parse(source, flags)  # type: ignore[attr-defined]


def _sample(tree: Any) -> str:
    """A text that it may match, each repeat as short as it can be but at least once."""
    return "".join(_one(str(op), argument) for op, argument in tree)


def _one(op: str, argument: Any) -> str:
    if op == "LITERAL":
        return chr(argument)
    if op == "NOT_LITERAL":
        return "b" if argument == ord("a") else "a"
    if op == "ANY":
        return "a"
    if op == "IN":
        return next(iter(_of_class(argument)), "a")
    if op == "BRANCH":
        return _sample(argument[1][0])
    if op == "SUBPATTERN":
        return _sample(argument[3])
    if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return "".join([_sample(argument[2])] * max(1, argument[0]))
    return _sample(argument) if op == "ATOMIC_GROUP" else ""


def _of_class(members: Sequence[Any]) -> list[str]:
    """Characters of a class, one for each of its parts."""
    if str(members[0][0]) == "NEGATE":
        kept = re.compile("[^" + "".join(map(_member, members[1:])) + "]")
        return [char for char in CANDIDATES if kept.match(char)][:4]
    found = []
    for op, argument in members:
        if str(op) == "LITERAL":
            found.append(chr(argument))
        elif str(op) == "RANGE":
            found.append(chr(argument[0]))
        else:
            found.append(CATEGORIES[str(argument)])
    return found


def _member(part: Any) -> str:
    op, argument = part
    if str(op) == "LITERAL":
        return str(re.escape(chr(argument)))
    if str(op) == "RANGE":
        return f"{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}"
    return {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[str(argument).removeprefix("CATEGORY_").removeprefix("NOT_")]


def _pieces(tree: Any) -> Iterator[str]:
    """What to repeat: the bodies of repeats first, then single characters."""
    singles = []
    for op, argument in tree:
        name = str(op)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            yield _sample(argument[2])
            yield from _pieces(argument[2])
        elif name == "SUBPATTERN":
            yield from _pieces(argument[3])
        elif name == "ATOMIC_GROUP":
            yield from _pieces(argument)
        elif name == "BRANCH":
            for branch in argument[1]:
                yield _sample(branch)
                yield from _pieces(branch)
        elif name in ("ASSERT", "ASSERT_NOT"):
            yield from _pieces(argument[1])
        elif name == "IN":
            singles += _of_class(argument)
        elif name in ("LITERAL", "NOT_LITERAL", "ANY"):
            singles.append(_one(name, argument))
    yield from singles


if __name__ == "__main__":
    for known in discovered():
        sys.stdout.write(f"{known.name}\t{known.pattern.pattern!r}\n")
