"""The merges that are tried: onbo's own, its driver, and plain git."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple


class Merged(NamedTuple):
    """data: the merged text, None where the engine refused; conflicts: whether it says that some are left."""

    data: bytes | None
    conflicts: bool
    refusal: str = ""


Merge = Callable[[bytes, bytes, bytes], Merged]

_own: dict[int, str] = {}


def directory() -> str:
    """A directory of this process, in memory where there is such a place."""
    if os.getpid() not in _own:
        memory = "/dev/shm"  # noqa: S108 - a directory of its own is made in it
        path = tempfile.mkdtemp(prefix="merges-", dir=memory if os.path.isdir(memory) else None)
        _own[os.getpid()] = path
        atexit.register(shutil.rmtree, path, ignore_errors=True)
    return _own[os.getpid()]


def write_versions(base: bytes, ours: bytes, theirs: bytes) -> list[str]:
    """Files of ours, base and theirs, in the order git takes them."""
    paths = []
    for name, data in (("ours", ours), ("base", base), ("theirs", theirs)):
        path = f"{directory()}/{name}"
        with open(path, "wb") as file:
            file.write(data)
        paths.append(path)
    return paths


@cache
def arguments() -> dict[str, Any]:
    """What merges of onbo take beside the texts: git's merge of lines, where they stand on it."""
    if find_spec("onbo.effects.line_merge") is None:
        return {}
    return {"line_merge": import_module("onbo.effects.line_merge").line_merge}


@cache
def refusals() -> tuple[type[Exception], ...]:
    from onbo.errors import OnboError

    engine = import_module("onbo.merging.threeway")
    names = ("LostError", "CannotMergeError")
    return OnboError, *(getattr(engine, name) for name in names if hasattr(engine, name))


def onbo(base: bytes, ours: bytes, theirs: bytes) -> Merged:
    from onbo.merging.threeway import merge_bytes

    try:
        outcome = merge_bytes(base, ours, theirs, **arguments())
    except refusals() as error:
        return Merged(None, True, str(error))
    return Merged(outcome.data, bool(outcome.conflicts))


def update(base: bytes, copy: bytes, theirs: bytes) -> Merged:
    """What `onbo update` makes of a copy whose template was base and is now theirs."""
    from onbo.document.parse import parse
    from onbo.merging.update import Origin
    from onbo.merging.update import update as update_copy
    from onbo.onboarding.template import Template

    try:
        origin = Origin(Template("plan", "base", base), Template("plan", "theirs", theirs))
        outcome = update_copy(parse("copy", copy), origin, None, **arguments())
    except refusals() as error:
        return Merged(None, True, str(error))
    return Merged(outcome.data, bool(outcome.conflicts))


def driver(base: bytes, ours: bytes, theirs: bytes) -> Merged:
    paths = write_versions(base, ours, theirs)
    program = os.path.join(os.path.dirname(sys.executable), "onbo-merge")
    result = subprocess.run(
        [program, paths[1], paths[0], paths[2], "7", "customers/acme.md"], capture_output=True, check=False
    )
    with open(paths[0], "rb") as file:
        data = file.read()
    if result.returncode not in (0, 10):
        assert result.returncode == 20, result
        assert data == ours
        return Merged(None, True, result.stderr.decode("utf-8", "replace"))
    return Merged(data, result.returncode == 10)


def lf(data: bytes) -> bytes:
    """With line feeds, and one at the end."""
    text = data.replace(b"\r\n", b"\n")
    return text if not text or text.endswith(b"\n") else text + b"\n"


def git_raw(base: bytes, ours: bytes, theirs: bytes) -> Merged:
    paths = write_versions(base, ours, theirs)
    labels = ["-L", "ours", "-L", "base", "-L", "theirs"]
    result = subprocess.run(
        ["git", "merge-file", "-p", "--diff3", *labels, *paths], capture_output=True, check=False, close_fds=False
    )
    assert 0 <= result.returncode < 128, result
    return Merged(result.stdout, result.returncode > 0)


def git(base: bytes, ours: bytes, theirs: bytes) -> Merged:
    """Git's merge of the three with line feeds."""
    return git_raw(lf(base), lf(ours), lf(theirs))


ENGINES: dict[str, Merge] = {"onbo": onbo, "driver": driver, "git": git}
