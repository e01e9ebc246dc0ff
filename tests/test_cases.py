"""Readable cases: what a file says, and what a command makes of it.

Under a heading stands `input`, a Markdown file (with `input escaped`, `\\t` and `\\u00a0` mean what they mean in
Python), and `expected`, its outline. With `command`, the input is customers/acme.md, `expected` is what is
printed, and `after`, where it stands, is the file then.

With `base`, `ours` and `theirs`, `merged` is what the merge of the three says and `decisions` what it tells; with
`template` in the place of `theirs`, ours is a customer's copy, base what it was made from, and the template today's.
"""

from pathlib import Path
from typing import NamedTuple

import pytest

from blocks import Block, blocks, replaced
from dump import dump
from onbo.effects.line_merge import line_merge
from onbo.merging.threeway import Outcome, merge_bytes
from onbo.merging.update import merge_template
from transcript import Shell

HERE = Path(__file__).parent / "cases"


class Case(NamedTuple):
    path: Path
    title: str
    parts: dict[str, Block]

    @property
    def name(self) -> str:
        return f"{self.path.relative_to(HERE).with_suffix('')}: {self.title}"


def cases() -> list[Case]:
    found = []
    for path in sorted(HERE.glob("*/*.md")):
        by_title: dict[str, dict[str, Block]] = {}
        for block in blocks(path.read_bytes().decode()):
            by_title.setdefault(block.title, {})[block.info.split(" ")[0]] = block
        found += [Case(path, title, parts) for title, parts in by_title.items()]
    return found


def given(case: Case) -> bytes:
    block = case.parts["input"]
    if block.info == "input escaped":
        return block.text.encode("latin-1", "backslashreplace").decode("unicode_escape").encode("utf-8")
    return block.text.encode()


def merged(case: Case) -> Outcome:
    base, ours = (case.parts[name].text.encode() for name in ("base", "ours"))
    if "template" not in case.parts:
        return merge_bytes(base, ours, case.parts["theirs"].text.encode(), line_merge=line_merge)
    return merge_template(base, ours, case.parts["template"].text.encode(), line_merge=line_merge)


def actual(case: Case) -> dict[str, list[str]]:
    if "base" in case.parts:
        outcome = merged(case)
        told = [f"{found.action}: {found.item} ({found.reason})" for found in outcome.decisions]
        return {"merged": outcome.data.decode().removesuffix("\n").split("\n"), "decisions": told}
    data = given(case)
    if "command" not in case.parts:
        return {"expected": dump(data)}
    path = Path("customers", "acme.md")
    path.parent.mkdir()
    path.write_bytes(data)
    shell = Shell()
    printed = [line for command in case.parts["command"].lines for line in shell.run(command)]
    after = path.read_bytes().decode().removesuffix("\n").split("\n")
    return {"expected": printed} | ({"after": after} if "after" in case.parts else {})


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_case(case: Case, update_cases: bool) -> None:
    found = actual(case)
    if update_cases:
        text = case.path.read_bytes().decode()
        fresh = {block.title + block.info: block for block in blocks(text)}
        news = {fresh[case.title + part]: lines for part, lines in found.items()}
        case.path.write_bytes(replaced(text, news).encode())
    else:
        assert found == {part: list(case.parts[part].lines) for part in found}


def test_there_are_cases_in_every_area() -> None:
    counts = {area.name: 0 for area in HERE.iterdir()}
    for case in cases():
        counts[case.path.parent.name] += 1
    assert min(counts.values()) >= 4
    assert sum(counts.values()) >= 60
