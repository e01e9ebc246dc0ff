"""The documentation hangs together: every page is reached, every link leads somewhere, and what is YAML is YAML."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml
from markdown_it import MarkdownIt

from blocks import blocks

ROOT = Path(__file__).parent.parent
STARTS = (ROOT / "README.md", ROOT / "docs" / "README.md")
PAGES = sorted((ROOT / "docs").rglob("*.md"))
FILES = sorted({*ROOT.glob("*.md"), *PAGES, ROOT / "examples" / "README.md"})
ON_GITHUB = ROOT / "docs" / "how-to" / "github-actions.md"
WORKFLOWS = (ON_GITHUB, ROOT / "docs" / "how-to" / "weekly-report.md")


def links(path: Path) -> Iterator[str]:
    """Where the links and pictures of a Markdown file lead."""
    for block in MarkdownIt().enable("table").parse(path.read_text(encoding="utf-8")):
        for token in block.children or ():
            where = token.attrGet("href") or token.attrGet("src")
            if isinstance(where, str):
                yield unquote(where)


def relative(path: Path) -> Iterator[tuple[Path, str]]:
    """The links into this repository: file and anchor."""
    for link in links(path):
        if not re.match(r"[a-z]+:", link):
            where, _, anchor = link.partition("#")
            yield (path.parent / where).resolve() if where else path, anchor


def anchors(path: Path) -> set[str]:
    """As GitHub makes them: lower case, punctuation gone, blanks to hyphens."""
    tokens = MarkdownIt().enable("table").parse(path.read_text(encoding="utf-8"))
    titles = [
        "".join(token.content for token in tokens[index + 1].children or ())
        for index, token in enumerate(tokens)
        if token.type == "heading_open"
    ]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for target, anchor in relative(path):
        assert target.exists(), target
        assert ROOT in (target, *target.parents), target
        if anchor:
            assert anchor in anchors(target), f"{target}#{anchor}"


def test_every_page_is_reached_from_the_readme_or_the_index() -> None:
    assert STARTS[1] in {target for target, _ in relative(STARTS[0])}
    reached = {target for start in STARTS for target, _ in relative(start)}
    assert [path for path in PAGES if path not in reached and path not in STARTS] == []


def test_there_is_something_to_look_at() -> None:
    assert len(PAGES) > 20
    assert sum(len(list(relative(path))) for path in FILES) > 100
    assert "five-minutes" in anchors(STARTS[0])


def yaml_of(path: Path) -> list[Any]:
    """What the YAML blocks of a page say."""
    found = [block for block in blocks(path.read_text(encoding="utf-8")) if block.info == "yaml"]
    return [said for block in found for said in yaml.safe_load_all(block.text)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_yaml_is_yaml(path: Path) -> None:
    assert len(yaml_of(path)) >= path.read_text(encoding="utf-8").count("```yaml\n")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_are_workflows(path: Path) -> None:
    [workflow] = [said for said in yaml_of(path) if "jobs" in said]
    assert workflow["permissions"] == {"contents": "read"}
    # YAML 1.1, as this reader has it, takes `on` for true.
    assert workflow[True]
    for job in workflow["jobs"].values():
        assert job["runs-on"]
        assert all(("uses" in step) != ("run" in step) for step in job["steps"])
        assert job["steps"][0]["uses"].startswith("actions/checkout@")


def test_the_hooks_on_the_page_are_ours() -> None:
    [ours] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    [published, local] = [said["repos"][0]["hooks"][0] for said in yaml_of(ON_GITHUB) if "repos" in said]
    assert published["id"] == local["id"] == ours["id"]
    assert (local["entry"], local["files"]) == (ours["entry"], ours["files"])
