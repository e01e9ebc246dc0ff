"""Every `console` block of the transcripts, the READMEs and the docs does what it says."""

import shutil
from pathlib import Path

import pytest

from blocks import blocks, replaced
from transcript import Shell, matches, play, steps

HERE = Path(__file__).parent
ROOT = HERE.parent
FILES = [
    *sorted(HERE.glob("transcripts/*.md")),
    ROOT / "README.md",
    ROOT / "examples" / "README.md",
    *sorted(ROOT.glob("docs/**/*.md")),
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_transcript(path: Path, update_cases: bool) -> None:
    text = path.read_bytes().decode()
    if "examples/replay.py" in text:
        shutil.copytree(ROOT / "examples", "examples")
    shell = Shell()
    news = {}
    wrong = []
    for block in blocks(text):
        if block.info == "console":
            news[block], differing = play(block, shell)
            wrong += differing
    if update_cases:
        path.write_bytes(replaced(text, news).encode())
    else:
        assert not wrong, "\n\n".join(wrong)


def test_a_wrong_transcript_is_noticed() -> None:
    text = "```console\n$ echo one; echo two; exit 3\none\n[exit 3]\n```\n"
    [block] = blocks(text)
    lines, wrong = play(block, Shell())
    assert len(wrong) == 1
    assert lines == ["$ echo one; echo two; exit 3", "one", "two", "[exit 3]"]
    assert replaced(text, {block: lines}) == text.replace("one\n[", "one\ntwo\n[")


@pytest.mark.parametrize(
    ("expected", "actual", "right"),
    [
        (["a", "...", "c"], ["a", "b", "b", "c"], True),
        (["a", "..."], ["a"], True),
        (["...", "c"], ["a", "c"], True),
        (["a", "...", "c"], ["a", "b"], False),
        (["a.c"], ["abc"], False),
        ([], ["a"], False),
    ],
)
def test_dots_stand_for_any_lines(expected: list[str], actual: list[str], right: bool) -> None:
    assert matches(tuple(expected), actual) is right


def test_blank_lines_between_commands_are_for_the_eye() -> None:
    [block] = blocks("```console\n$ echo a\na\n\n$ echo b\nb\n```\n")
    assert [(step.command, step.expected, step.gap) for step in steps(block)] == [
        ("echo a", ("a",), 1),
        ("echo b", ("b",), 0),
    ]


def test_export_and_cd_hold_for_what_follows() -> None:
    shell = Shell()
    assert shell.run("export NAME='two words'") == []
    assert shell.run("mkdir sub") == []
    assert shell.run("cd sub") == []
    assert shell.run('echo "$NAME"; basename "$PWD"') == ["two words", "sub"]


def test_onbo_in_a_pipe_is_run_by_the_shell() -> None:
    shell = Shell()
    assert shell.run("onbo --version | wc -l") == ["1"]
    assert shell.run("onbo --version > version.txt") == []
    assert shell.run("onbo status 'a | b'") == shell.run("onbo status 'a | b' | cat; exit 2")
