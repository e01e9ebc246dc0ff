"""The files that everybody has are plain: what templates say and what commands write is read fast."""

from pathlib import Path

import pytest

from onbo.document import commonmark, front_matter, plain
from onbo.document.part import Outline
from onbo.document.source import Source
from runner import onbo

TOP = Path(__file__).parent.parent
OURS = [*sorted(TOP.glob("templates/*.md")), *sorted(TOP.glob("examples/customers/**/*.md"))]


def outlines(path: Path) -> tuple[Outline | None, Outline]:
    """What the plain reader sees, and what CommonMark says."""
    source = Source.of(str(path), path.read_bytes())
    _, skip = front_matter.find(source)
    return plain.outline(source, skip), commonmark.outline(source, skip)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_our_own_files_are_plain(path: Path) -> None:
    seen, said = outlines(path)
    assert seen == said


def test_what_commands_write_is_plain() -> None:
    path = Path("customers/acme.md")
    for words in (
        ["new", "Acme & Söhne", "--slug", "acme", "--segment", "enterprise", "--kickoff", "2026-12-01"],
        ["check", "acme", "1.1", "--all"],
        ["skip", "acme", "1.3.2", "--why", "no SSO on this plan (yet)"],
        ["assign", "acme", "1.3.1", "ann"],
        ["due", "acme", "1.3.1", "+5bd"],
        ["wait", "acme", "1.3.1", "--on", "customer"],
        ["note", "acme", "1.3.1", "They asked for a second tenant."],
        ["note", "acme", "1.3", "Two paragraphs.\n\nThe second."],
        ["add", "acme", "Call the sponsor", "--in", "Technical Setup", "--after", "1.3.3"],
        ["set", "acme", "Activation Rate=85", "30-Day Health Score=72", "Target Go-Live=kickoff+30"],
        ["set", "acme", "Current vs. Benchmark/Feature Adoption/Current=60%"],
        ["risk", "add", "acme", "Champion leaves", "--impact", "High", "--mitigation", "Find a second"],
        ["decision", "add", "acme", "Go live in two steps", "--by", "Dana"],
    ):
        said = onbo(*words)
        assert said.status == 0, said.both
        seen, authority = outlines(path)
        assert seen == authority, words


def test_a_part_that_ends_in_a_table_is_left_to_commonmark() -> None:
    """A heading ends a table for some readers and is a row of it for others: a blank line says which."""
    for between, plainly in (("\n", True), ("", False)):
        Path("x.md").write_bytes(f"## A\n\n| a |\n|---|\n| b |\n{between}## B\n\n- [ ] c\n".encode())
        seen, said = outlines(Path("x.md"))
        assert (seen is not None) is plainly
        assert seen in (None, said)
