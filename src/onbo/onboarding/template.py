"""A template: its name, where it is from, and its bytes."""

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from onbo.document import front_matter
from onbo.document.model import Document
from onbo.document.parse import parse

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

    @property
    def version(self) -> str | None:
        return self.values.text("version")

    @property
    def declared(self) -> Mapping[str, object]:
        fields = self.values.values.get("fields")
        return fields if isinstance(fields, dict) else {}


def hash12(data: bytes) -> str:
    """The first 12 digits of the SHA-256 of a raw template: the name of its snapshot."""
    import hashlib

    return hashlib.sha256(data).hexdigest()[:12]
