"""What benchmarks write into the docs is what comes out today."""

import runpy
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest

from onbo.document import front_matter, plain
from onbo.document.source import Source

TOP = Path(__file__).parent.parent


def test_the_table_of_merges_is_todays() -> None:
    made = runpy.run_path(str(TOP / "benchmarks" / "merge_table.py"))
    page = (TOP / "docs" / "merging.md").read_bytes().decode()
    table = made["table"]()
    assert made["put_into"](page, table) == page
    assert table.count("| merged |") + 1 > len(made["PAIRS"]) / 2


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(TOP / "benchmarks"))
    for name in ("bench", "chart", "peers", "portfolio", "timing"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return import_module("bench")


def test_the_portfolio_is_the_same_each_time_and_plain(bench: ModuleType) -> None:
    made = list(bench.customers(20))
    assert made == list(bench.customers(20))
    assert len({data for _, data in made}) == 20
    for _, data in made:
        source = Source.of("x", data)
        assert plain.outline(source, front_matter.find(source)[1]) is not None


def test_a_timing_says_how_far_runs_were_apart(bench: ModuleType) -> None:
    timing = bench.Timing.of([1.0, 1.1, 1.2, 1.3, 9.0])
    assert bench.seconds(timing) == f"1.20 ± {timing.spread:.2f}"
    assert timing.spread > 0.2
    assert bench.seconds(bench.Timing.of([0.1234] * 3)) == "0.123 ± 0.000"


def test_the_chart_is_an_svg(bench: ModuleType) -> None:
    drawn = ET.fromstring(bench.chart({"a & b": [(100, 0.1), (1000, 1.0)], "c": [(100, 0.02), (1000, 0.9)]}))  # noqa: S314  our own
    assert [element.text for element in drawn.iter() if element.text == "a & b"]
    assert len(list(drawn.iter("{http://www.w3.org/2000/svg}polyline"))) == 2


def test_tables_stand_where_the_page_wants_them(bench: ModuleType) -> None:
    page = (TOP / "docs" / "performance.md").read_bytes().decode()
    for name in ("start-up", "reading", "portfolio", "memory", "peers"):
        written = bench.put_into(page, {name: "| new |\n"})
        assert f"<!-- {name} -->\n\n| new |\n\n<!-- end -->" in written
