"""A template: its name, where it is from, and its bytes."""

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from onbo.document import front_matter
from onbo.document.model import Document
from onbo.document.parse import parse
from onbo.document.source import LINE_END

BUILT_IN = "built-in"


class _Raw(NamedTuple):
    name: str
    origin: str
    data: bytes


class Template(_Raw):
    """A template, read as far as somebody asks. `name` is its file's; `origin` says where from: built-in, or a path."""

    @cached_property
    def document(self) -> Document:
        return parse(f"template {self.name}" if self.origin == BUILT_IN else self.origin, self.data)

    @cached_property
    def values(self) -> front_matter.Values:
        return front_matter.read(self.document.front_matter)

    @property
    def hash12(self) -> str:
        return hash12(self.data)

    def is_base(self, base: str | None) -> bool:
        """Whether a copy that names this hash was made from this text.

        onbo 0.1 and 0.2 hashed templates with the line ends of their checkout.
        """
        if base == self.hash12:
            return True
        text = LINE_END.sub(b"\n", self.data)
        return base in (_sha12(self.data), _sha12(text.replace(b"\n", b"\r\n")))

    @property
    def kept(self) -> bytes:
        """The text as .onbo/base keeps it, with LF line ends: the same in every clone."""
        return LINE_END.sub(b"\n", self.data)

    @property
    def version(self) -> str | None:
        return self.values.text("version")

    @property
    def declared(self) -> Mapping[str, object]:
        fields = self.values.values.get("fields")
        return fields if isinstance(fields, dict) else {}


def hash12(data: bytes) -> str:
    """The first 12 digits of the SHA-256 of a template's text with LF line ends: the name of its snapshot.

    Line ends are no part of it: git may check the same template out with others (`core.autocrlf`).
    """
    return _sha12(LINE_END.sub(b"\n", data))


def _sha12(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()[:12]
