"""Files of every sort are read as they stand, and a tick changes one byte of them."""

import re
from pathlib import Path

import pytest

from onbo.document.parse import parse
from onbo.document.source import Source
from runner import onbo

FILES = sorted((Path(__file__).parent / "bytes").iterdir())


def customer(data: bytes, slug: str = "acme") -> Path:
    path = Path("customers", f"{slug}.md")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("raw", FILES, ids=lambda path: path.name)
def test_tick_and_untick_give_the_original_bytes(raw: Path) -> None:
    before = raw.read_bytes()
    path = customer(before)
    [item] = [item for item in parse("raw", before).items if item.open]
    assert onbo("check", "acme", item.number).status == 0
    ticked = path.read_bytes()
    differing = [at for at in range(len(before)) if before[at] != ticked[at]]
    assert len(ticked) == len(before)
    assert differing == [item.box.start + 1]
    assert ticked[item.box.start : item.box.end] == b"[x]"
    assert onbo("uncheck", "acme", item.number).status == 0
    assert path.read_bytes() == before


@pytest.mark.parametrize("raw", FILES, ids=lambda path: path.name)
def test_setting_aside_and_back_gives_the_original_bytes(raw: Path) -> None:
    before = raw.read_bytes()
    path = customer(before)
    [item] = [item for item in parse("raw", before).items if item.open]
    assert onbo("skip", "acme", item.number, "--why", "ゼロ").status == 0
    assert " (n/a: ゼロ)".encode() in path.read_bytes()
    assert onbo("uncheck", "acme", item.number).status == 0
    assert path.read_bytes() == before


@pytest.mark.parametrize("raw", FILES, ids=lambda path: path.name)
def test_what_is_shown_is_text(raw: Path) -> None:
    customer(raw.read_bytes())
    for command in (["show", "acme"], ["status", "acme"], ["show", "acme", "--json"]):
        said = onbo(*command)
        assert said.status == 0
        assert "\x00" not in said.both
        assert "\r" not in said.both


def test_crlf_is_kept_and_counted() -> None:
    body = Path(__file__).parent.parent.joinpath("templates", "90-day.md").read_bytes().split(b"---\n", 2)[2]
    assert b"\r" not in body
    path = customer(body.replace(b"\n", b"\r\n"), "x")
    assert onbo("status", "x").out.startswith("x ")
    assert "0 / 86 done" in onbo("status", "x").out
    assert onbo("check", "x", "1.1", "--all").status == 0
    said = onbo("status", "x").out
    assert "7 / 86 done" in said
    assert re.search(r"1\.1 Pre-Kickoff Preparation +done +7 / 7", said)
    assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n") == body.count(b"\n")


@pytest.mark.parametrize(
    "data",
    [
        "# Plan\n\n- [ ] a\n".encode("utf-16"),
        "# Plan\n\n- [ ] a\n".encode("utf-16-be"),
        b"\xfe\xff" + "# Plan\n\n- [ ] a\n".encode("utf-16-be"),
        "# Plan\n\n- [ ] a\n".encode("utf-32"),
        b"\x7fELF" + bytes(200),
    ],
    ids=["utf-16 with mark", "utf-16 without", "utf-16-be with mark", "utf-32", "binary"],
)
def test_other_than_utf_8_is_refused(data: bytes) -> None:
    path = customer(data)
    said = onbo("check", "acme", "0.1")
    assert said.status == 3
    assert said.err == "error: customers/acme.md is not UTF-8 text (UTF-16 or binary); save it as UTF-8 and try again\n"
    assert path.read_bytes() == data


def test_bytes_that_are_no_text_are_shown_as_codes() -> None:
    customer(b"- [ ] caf\xe9 \x1b[31m\xe2\x80\xae\n")
    assert onbo("show", "acme", "0.1").out == "[ ] 0.1 caf\\xe9 \\x1b[31m\\u202e\n"


def test_every_byte_has_its_place() -> None:
    source = Source.of("x", "\ufeffä\r\nb\rc\n\u2028".encode())
    assert source.texts == ("ä", "b", "c", "\u2028")
    assert source.starts == (3, 7, 9, 11)
    assert [source.line_at(at) for at in (0, 3, 6, 7, 8, 9, 10, 11, 13)] == [1, 1, 1, 2, 2, 3, 3, 4, 4]
    assert source.offset(0, 1) == 5
    assert source.line_end() == b"\r\n"
    assert Source.of("x", b"one").line_end() == b"\n"
