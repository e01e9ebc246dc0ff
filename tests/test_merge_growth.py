"""No input makes a merge, an update or a comparison hang: samples of tests/hang/merging_growth.py, each with a limit."""

import gc
import os
import resource
import runpy
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# Traced, it would take twice as long, and it reaches no line that others do not.
pytestmark = pytest.mark.no_cover

HERE = Path(__file__).parent / "hang"
LIMIT = 5  # seconds of CPU
HANGS = 60  # seconds after which a run is killed, however busy the machine is

SAMPLES = [
    ("merge", "similar_reworded_on_one_side", 10_000),
    ("merge", "colliding_reworded_on_both", 4000),
    ("merge", "sections_renamed_and_reordered", 1000),
    ("merge", "like_titles_other_items", 2000),
    ("merge", "moved_one_by_one", 2000),
    ("merge", "all_equal_more_on_both", 4000),
    ("merge", "hunk_of_removals_that_clash", 3000),
    ("merge", "mixed_line_ends_of_like_lines", 4000),
    ("merge", "one_refused_among_many", 2000),
    ("merge", "one_line_of_words", 5000),
    ("merge", "nested_under_one", 40_000),
    ("update", "similar_reworded_on_one_side", 300),
    ("update", "copy_deleted_what_changed_in_one", 2000),
    ("update", "deleted_notes_replaced", 4000),
    ("update", "copy_deleted_what_changed_by_hunks", 2000),
    ("compare", "colliding_reworded", 4000),
    ("log", "moved_one_by_one", 10_000),
    ("log", "all_equal", 40_000),
]


@pytest.fixture(scope="module")
def growth() -> dict[str, Any]:
    sys.path.insert(0, str(HERE))
    try:
        return runpy.run_path(str(HERE / "merging_growth.py"))
    finally:
        sys.path.remove(str(HERE))


def in_time(run: Callable[[], object]) -> bool:
    """Whether it ends within the limit, in a process of its own."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))
        signal.alarm(HANGS)
        sys.settrace(None)  # the coverage of these is measured elsewhere, and takes longer than they do
        gc.disable()  # as the commands do
        status = 1
        try:
            run()
            status = 0
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1] == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.parametrize(("mode", "kind", "size"), SAMPLES)
def test_it_ends(growth: dict[str, Any], mode: str, kind: str, size: int) -> None:
    triple = growth["KINDS"][kind](size)
    assert in_time(lambda: growth["MODES"][mode](triple))
