"""Every question in docs/analytics.md, asked of the example workspace, and what the page says of the dataset."""

import re
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from blocks import Block, blocks, replaced
from runner import onbo

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "analytics.md"


@pytest.fixture
def dataset() -> str:
    """The page, with `data` made by the commands that it shows."""
    shutil.copytree(ROOT / "examples", "examples")
    page = PAGE.read_bytes().decode()
    commands = re.findall(r"^    onbo (.*)$", page, re.MULTILINE)
    assert len(commands) == 2
    for command in commands:
        assert onbo("-C", "examples", *shlex.split(command)).status == 0
    return page


def drawn(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """As aligned text; what is absent is empty."""
    cells = [list(columns), *(["" if cell is None else str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[index]) for row in cells) for index in range(len(columns))]
    lines = ["  ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in cells]
    return [lines[0], "  ".join("-" * wide for wide in widths), *lines[1:]]


def test_each_question_has_the_answer_that_the_page_gives(dataset: str, update_cases: bool) -> None:
    found = blocks(dataset)
    news: dict[Block, list[str]] = {}
    with duckdb.connect(":memory:") as database:
        for question, answer in zip(found, [*found[1:], None], strict=True):
            if question.info != "sql":
                continue
            said = database.execute(question.text)
            if answer is not None and answer.info == "text":
                news[answer] = drawn([column[0] for column in said.description or ()], said.fetchall())
    assert len(news) == dataset.count("```text") >= 8
    if update_cases:
        PAGE.write_bytes(replaced(dataset, news).encode())
    else:
        assert replaced(dataset, news) == dataset


def test_the_files_are_where_the_page_says(dataset: str) -> None:
    made = sorted(str(path) for path in Path("data").rglob("*.parquet"))
    assert made == re.findall(r"^    (data/\S+)$", dataset, re.MULTILINE)


def test_a_wrong_answer_is_noticed() -> None:
    assert drawn(["a", "long name"], [(None, 1), ("text", 22)]) == [
        "a     long name",
        "----  ---------",
        "      1",
        "text  22",
    ]
