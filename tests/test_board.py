"""The portfolio full screen, and where there can be none."""

import builtins
import os
import re
from importlib import util
from pathlib import Path

import pytest
from textual.pilot import Pilot

from onbo.cli import screens
from onbo.cli.terminal import Terminal
from onbo.tui import board as module
from onbo.tui.app import FullScreen
from playing import SMALL, WIDE, Stage, play_board
from runner import onbo
from workspace import customer, put

LATE = "# P\n\n**Customer:** {}\n**CSM:** {}\n**Kickoff Date:** {}\n\n## A (Days 1-5)\n\n- [ ] one\n- [x] two\n"


@pytest.fixture
def three() -> None:
    customer("acme", LATE.format("Acme", "Ann", "2026-12-01"))
    customer("beta", LATE.format("Beta :smile:", "Ben", "2026-12-11"))
    customer("gamma", LATE.format("Gamma", "Ann", "2027-01-11"))


@pytest.mark.usefixtures("three")
def test_worst_first_with_why() -> None:
    async def script(stage: Stage) -> None:
        assert stage.lines[0].startswith("3 customers: 1 off track, 1 on track, 1 upcoming; 3 / 6 items done")
        assert stage.lines[0].endswith("by state")
        assert stage.lines[1].split()[:3] == ["CUSTOMER", "STATE", "DONE"]
        assert stage.lit.startswith("> Acme          off track  1 / 2  █████░░░░░        1")
        assert stage.lines[3].startswith("  Beta :smile:  on track ")
        assert stage.lines[4].startswith("  Gamma         upcoming ")
        assert "Acme: day 12 of 5, off track: the plan's last day was 2026-12-05" in stage.text
        text = await stage.press("down", "down")
        assert "Gamma: upcoming: kickoff is 2027-01-11" in text

    play_board(script, (100, 24))


@pytest.mark.usefixtures("three")
def test_enter_opens_escape_comes_back_and_the_row_follows() -> None:
    async def script(stage: Stage) -> None:
        await stage.press("down", "enter")
        assert stage.lines[0].startswith("Beta :smile:")
        await stage.press("space", "escape")
        assert stage.lit.startswith("> Beta")
        assert "2 / 2" in stage.lit
        assert "complete" in stage.lit  # and it went to the end, the light with it
        assert stage.lines[4] == stage.lit

    play_board(script)
    assert b"- [x] one" in Path("customers/beta.md").read_bytes()


@pytest.mark.usefixtures("three")
def test_who_was_opened_at_the_top_is_followed_too() -> None:
    async def script(stage: Stage) -> None:
        await stage.press("enter", "space", "escape")
        assert stage.lit.startswith("> Acme ")
        assert "complete" in stage.lit

    play_board(script)


@pytest.mark.usefixtures("three")
def test_at_the_top_the_light_stays_on_whoever_is_worst() -> None:
    async def script(stage: Stage) -> None:
        await stage.press("down", "up")
        customer("aaa", LATE.format("Aaa", "Ann", "2026-11-01"))
        await stage.press("r")
        assert stage.lit.startswith("> Aaa ")

    play_board(script)


@pytest.mark.usefixtures("three")
def test_r_on_a_new_day(monkeypatch: pytest.MonkeyPatch) -> None:
    async def script(stage: Stage) -> None:
        assert "Acme: day 12 of 5" in stage.text
        monkeypatch.setenv("ONBO_TODAY", "2026-12-13")
        assert "Acme: day 13 of 5" in await stage.press("r")

    play_board(script)


@pytest.mark.usefixtures("three")
def test_the_filter() -> None:
    async def script(stage: Stage) -> None:
        await stage.press("slash")
        text = await stage.type("ann up")
        assert "Gamma" in text
        assert "Acme" not in text
        await stage.press("enter")
        assert stage.lit.startswith("> Gamma")
        assert stage.lines[0].startswith("/ann up  1 customer: 1 upcoming")
        await stage.press("slash")
        assert "nobody is like that" in await stage.type("zz")
        await stage.press("escape")
        assert stage.lit.startswith("> Gamma")
        await stage.press("slash")
        await stage.type("zz")
        await stage.press("enter", "enter", "end")  # nobody to be opened
        text = await stage.press("escape")
        assert "Acme" in text
        await stage.press("escape")
        assert stage.said == "q quits"

    play_board(script)


@pytest.mark.usefixtures("three")
def test_s_goes_through_the_orders() -> None:
    async def script(stage: Stage) -> None:
        for order in ("name", "done", "kickoff", "due", "overdue", "state"):
            await stage.press("s")
            assert stage.said == f"sorted by {order}"
            assert stage.lines[0].endswith(f"by {order}")
            assert stage.lit == stage.lines[2]  # at the top the light stays there
        await stage.press("down")
        name = stage.lit.split()[1]
        for _ in range(6):  # elsewhere it follows its customer
            await stage.press("s")
            assert stage.lit.split()[1] == name

    play_board(script)


@pytest.mark.usefixtures("three")
def test_r_reads_again() -> None:
    async def script(stage: Stage) -> None:
        customer("delta", LATE.format("Delta", "Ann", "2026-12-11"))
        await stage.press("down")
        text = await stage.press("r")
        assert "4 customers" in text
        assert "Delta" in text
        assert stage.lit.startswith("> Beta")

    play_board(script)


@pytest.mark.usefixtures("three")
def test_what_cannot_be_read_is_a_row_and_is_not_opened() -> None:
    Path("customers/bad.md").write_bytes(b"\xff\xfe" + "é".encode("utf-16-le"))
    customer("torn", "# P\n\n- [ ] one\n\n<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n")

    async def script(stage: Stage) -> None:
        assert stage.lit.startswith("> bad")
        assert "unreadable" in stage.lit
        assert "customers/bad.md: is not UTF-8 text" in stage.text
        await stage.press("enter")
        assert stage.said.startswith("customers/bad.md is not UTF-8 text")
        await stage.press("slash")
        await stage.type("torn")
        await stage.press("enter")
        assert "torn: an unresolved merge conflict; unscheduled" in stage.text
        await stage.press("enter", "space")
        assert "holds an unresolved merge conflict; resolve it first" in stage.said

    play_board(script)


@pytest.mark.usefixtures("three")
def test_a_second_click_opens() -> None:
    async def script(stage: Stage) -> None:
        await stage.click(5, 3)
        assert stage.lit.startswith("> Beta")
        await stage.click(5, 3)
        assert stage.lines[0].startswith("Beta")

    play_board(script)


@pytest.mark.usefixtures("three")
def test_help_tells_every_key() -> None:
    async def script(stage: Stage) -> None:
        text = await stage.press("question_mark")
        for binding in module.Board.BINDINGS:
            assert binding.description[:60] in text  # type: ignore[union-attr]

    play_board(script, WIDE)


def test_nobody_yet() -> None:
    async def script(stage: Stage) -> None:
        assert stage.lines[0] == "No customers yet. Make the first: onbo new acme --segment smb"
        await stage.press("enter", "s", "down")

    play_board(script)


def test_a_customers_folder_that_is_no_folder_of_this_workspace(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    os.symlink(tmp_path / "elsewhere", "customers")

    async def script(stage: Stage) -> None:
        assert "customers" in stage.said
        assert stage.said.count("\n") == 0

    play_board(script)


@pytest.mark.parametrize("size", [SMALL, (40, 10), (20, 5), (200, 50), (1, 1)])
@pytest.mark.usefixtures("three")
def test_any_size(size: tuple[int, int]) -> None:
    async def script(stage: Stage) -> None:
        assert all(len(line) <= size[0] for line in stage.lines)
        if size[0] >= 20:
            assert stage.lit.startswith("> Acme")

    play_board(script, size)


def test_many_are_read_bit_by_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(400):
        put(f"customers/c{number:03}.md", LATE.format(f"C{number:03}", "Ann", "2026-12-01"))
    customer(
        "z", LATE.format("Worst", "Ann", "2026-12-01").replace("\n\n## A", "\n**Onboarding Status:** Blocked\n\n## A")
    )
    monkeypatch.setattr(module, "BREATH_SECONDS", 0.0)
    monkeypatch.setattr(module, "FIRST", 10)

    async def script(stage: Stage) -> None:
        assert "401 customers" in stage.lines[0]
        assert stage.lit.startswith("> Worst")  # the light stays at the top, though the worst was read last
        await stage.press("end")
        assert stage.lit.startswith("> C399")
        await stage.press("r")
        assert stage.lit.startswith("> C399")
        await stage.press("slash")
        await stage.type("c123")
        await stage.press("enter", "escape")
        assert stage.lit.startswith("> C123")

    play_board(script)


# --- Where there is no full screen ---


def test_off_a_terminal_the_board_says_what_to_do() -> None:
    customer()
    said = onbo("board")
    assert (said.status, said.out) == (2, "")
    assert said.err == "error: the board needs a terminal of its own; `onbo status` prints the same\n"
    said = onbo("board", tty=True, screen=True, env={"ONBO_ACCESSIBLE": "1"})
    assert (said.status, "`onbo status` prints the same" in said.err) == (2, True)
    assert onbo("board", tty=True, screen=True, env={"TERM": "dumb"}).status == 2
    assert onbo("--no-input", "board", tty=True, screen=True).status == 2


def without_textual(monkeypatch: pytest.MonkeyPatch) -> None:
    found, imported = util.find_spec, builtins.__import__

    def missing(name: str, *arguments: object) -> object:
        return None if name == "textual" else found(name, *arguments)  # type: ignore[arg-type]

    def refused(name: str, *arguments: object, **options: object) -> object:
        assert not name.startswith(("textual", "onbo.tui"))
        return imported(name, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(screens, "find_spec", missing)
    monkeypatch.setattr(builtins, "__import__", refused)


def test_without_the_extra_the_board_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    customer()
    without_textual(monkeypatch)
    said = onbo("board", tty=True, screen=True)
    assert (said.status, said.out) == (2, "")
    assert said.err.endswith("the board needs textual; pip install 'onbo[tui]'; `onbo status` prints the same\n")


def test_without_the_extra_check_asks_by_a_numbered_list(monkeypatch: pytest.MonkeyPatch) -> None:
    path = customer()
    without_textual(monkeypatch)
    said = onbo("check", "acme", tty=True, screen=True, stdin="1\n")
    assert said.status == 0
    assert b"- [x] Invite" in path.read_bytes()


@pytest.mark.parametrize(
    ("words", "env"),
    [
        (["check", "acme"], {"ONBO_ACCESSIBLE": "1"}),
        (["check", "acme"], {"TERM": "dumb"}),
        (["check", "acme", "-n"], {}),
        (["check", "acme", "--json"], {}),
        (["check", "acme", "--force"], {}),
    ],
)
def test_where_check_keeps_to_the_numbered_list(words: list[str], env: dict[str, str]) -> None:
    customer()
    said = onbo(*words, tty=True, screen=True, stdin="1\n", env=env)
    assert said.status == 0, said.err
    assert "  1  1.1 Invite the users" in said.both.replace("\x1b[32m", "")


def test_check_opens_the_full_screen_only_without_an_item(monkeypatch: pytest.MonkeyPatch) -> None:
    path = customer()
    opened: list[str] = []

    def opens(_app: object, found: object, *, commit: bool) -> int:
        opened.append(f"{found.slug} {commit}")  # type: ignore[attr-defined]
        return 0

    monkeypatch.setattr(screens, "open_checklist", opens)
    for words in (["check", "acme"], ["check"], ["check", "--commit"]):
        assert onbo(*words, tty=True, screen=True).status == 0
    assert opened == ["acme False", "acme False", "acme True"]
    assert onbo("check", "acme", "1.1", tty=True, screen=True).status == 0
    assert onbo("check", "1.1", tty=True, screen=True).status == 0
    assert len(opened) == 3
    path.write_bytes(path.read_bytes() + b"<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n")
    assert onbo("check", "acme", tty=True, screen=True).status == 4
    assert len(opened) == 3


@pytest.mark.parametrize(
    ("words", "keys", "status", "out"),
    [
        (["check", "acme"], ["space", "q"], 0, "acme: 2 / 4 done (1 n/a)\n"),
        (["check", "acme"], ["ctrl+c"], 130, "acme: 1 / 4 done (1 n/a)\n"),
        (["board"], ["q"], 0, ""),
        (["board"], ["ctrl+c"], 130, ""),
        (["--color", "never", "board"], ["enter", "space", "q"], 0, ""),
    ],
)
def test_from_the_command_line_and_back(
    monkeypatch: pytest.MonkeyPatch, words: list[str], keys: list[str], status: int, out: str
) -> None:
    path = customer()
    run = FullScreen.run

    async def press(pilot: Pilot[object]) -> None:
        for key in keys:
            await pilot.pause()
            await pilot.press(key)

    def played(shown: FullScreen) -> None:
        run(shown, headless=True, size=(80, 24), auto_pilot=press)

    monkeypatch.setattr(FullScreen, "run", played)
    said = onbo(*words, tty=True, screen=True)
    assert (said.status, said.err) == (status, "")
    assert re.sub(r"\x1b\[[\d;]*m", "", said.out) == out
    assert (b"- [x] Invite" in path.read_bytes()) == ("space" in keys)


@pytest.mark.parametrize("debug", ["", "1"])
def test_what_goes_wrong_inside_is_one_line(monkeypatch: pytest.MonkeyPatch, debug: str) -> None:
    customer()
    run = FullScreen.run

    async def press(pilot: Pilot[object]) -> None:
        await pilot.press("s")

    def played(shown: FullScreen) -> None:
        run(shown, headless=True, size=(80, 24), auto_pilot=press)

    def broken(_: object) -> None:
        raise ValueError("inside")

    monkeypatch.setattr(FullScreen, "run", played)
    monkeypatch.setattr(module.Board, "action_sort", broken)
    said = onbo("board", tty=True, screen=True, env={"ONBO_DEBUG": debug} if debug else {})
    if debug:
        assert "Traceback" in said.both
    else:
        assert said.status == 5
        assert "onbo itself failed (ValueError: inside)" in said.err
        assert "Traceback" not in said.both


def test_a_full_screen_needs_all_three_streams() -> None:
    assert not Terminal().full_screen
