"""A page from its template: escaped, with style and script by their hashes and everything else forbidden."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from onbo.present.sharing import day_words, span_words
from onbo.present.text import ROLES, visible

if TYPE_CHECKING:
    from jinja2 import Environment

PACKAGE = "onbo.present.pages"
# What templates leave where they had something to say to themselves.
BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")


def render(name: str, values: Mapping[str, Any], script: str | None = None) -> bytes:
    """The page of that name. values: what its template speaks of; script: the file of the one script it may run."""
    page = _environment().get_template(f"{name}.html.j2").render(dict(values) | _own(script))
    return f"{_closed(page)}\n".encode()


def stream(name: str, values: Mapping[str, Any]) -> Iterator[bytes]:
    """As `render`, in pieces of whole lines, as what the values hold comes."""
    rest = ""
    for text in _environment().get_template(f"{name}.html.j2").generate(dict(values) | _own(None)):
        lines, end, rest = f"{rest}{text}".rpartition("\n")
        if end:
            yield f"{_closed(lines)}\n".encode()
    yield f"{rest}\n".encode()


def _own(script: str | None) -> dict[str, Any]:
    """What every page speaks of: style, script, and the policy that allows these two and nothing else."""
    from markupsafe import Markup

    style, run = _closed(_file("page.css")), _closed(_file(script)) if script else ""
    policy = ["default-src 'none'", f"style-src {_source(style)}"]
    policy += [f"script-src {_source(run)}"] if run else []
    policy += ["base-uri 'none'", "form-action 'none'"]
    # Both are our own files, and stand where nothing is escaped.
    return {"policy": "; ".join(policy), "style": Markup(style), "script": Markup(run)}  # noqa: S704


def _closed(text: str) -> str:
    """Without blank lines. Style and script first, so that their hashes are those of what stands in the page."""
    return BLANK_LINES.sub("\n", text)


def _source(text: str) -> str:
    """What a content security policy calls a text that may stand in the page."""
    from base64 import b64encode
    from hashlib import sha256

    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@cache
def _file(name: str) -> str:
    from pkgutil import get_data

    data = get_data(PACKAGE, name)
    if data is None:
        raise AssertionError(f"{name} is not in the package")
    # As HTML counts line ends, and so the hash.
    return data.decode().replace("\r\n", "\n")


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(_file),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_said,
    )
    environment.filters["day"] = day_words
    environment.filters["role"] = lambda state: ROLES.get(state, "plain")
    environment.globals["span"] = span_words
    return environment


def _said(value: Any) -> Any:
    """What stands in a page: text with each character that would reorder it as its code, nothing for None."""
    if value is None:
        return ""
    return value if hasattr(value, "__html__") else visible(str(value))
