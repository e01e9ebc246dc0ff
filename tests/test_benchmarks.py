"""What benchmarks write into the docs is what comes out today."""

import runpy
from pathlib import Path

TOP = Path(__file__).parent.parent


def test_the_table_of_merges_is_todays() -> None:
    made = runpy.run_path(str(TOP / "benchmarks" / "merge_table.py"))
    page = (TOP / "docs" / "merging.md").read_bytes().decode()
    table = made["table"]()
    assert made["put_into"](page, table) == page
    assert table.count("| merged |") + 1 > len(made["PAIRS"]) / 2
