"""The checklist full screen: every key, by what is then to be seen and what the file says."""

import asyncio
import errno
import fcntl
import os
import re
import shutil
from pathlib import Path

import pytest

from onbo.effects import files, locks
from onbo.tui import checklist as module
from onbo.tui.board import Board
from onbo.tui.checklist import Checklist
from onbo.tui.keys import helped
from onbo.tui.rows import Rows
from playing import SMALL, WIDE, Stage, desk, play
from runner import onbo
from workspace import PLAN, customer, git, put

DATED = """\
# Plan

**Customer:** Acme Corp
**Segment:** SMB
**Kickoff Date:** 2026-12-01

## Phase 1: Setup (Days 1-10)

- [x] Sign the contract

### Technical (Days 3-7)

- [ ] Configure SSO @ann waiting:customer
  > Ask their IT early.
- [ ] Invite the users
- [~] Import data (n/a: nothing to import)

## Phase 2: Value (Days 11-30)

- [ ] First report due:2026-12-14
- [ ] [red]Markup[/] [x] {0} %s :smile:
"""


def read(path: Path) -> str:
    return path.read_bytes().decode()


def test_what_is_seen_at_first() -> None:
    customer(text=DATED)

    async def script(stage: Stage) -> None:
        first, second, *_ = stage.lines
        assert first.startswith("Acme Corp · SMB")
        assert first.endswith("1 / 5 done (1 n/a) ██░░░░░░░░")
        assert second.startswith("day 12 of 30, off track: 2 of 3 items due are overdue")
        assert stage.lit.startswith(">     [ ] 1.1.1 Configure SSO")  # the first that is open
        assert stage.lit.endswith("@ann  waits: customer  late 2026-12-07")
        assert "  ▾ 1 Phase 1: Setup" in stage.text
        assert "2 late  ███░░░░░░░   1 / 3" in stage.text
        assert "      [~] 1.1.3 Import data" in stage.text
        assert "n/a: nothing to import" in stage.text
        assert "    [ ] 2.1 First report" in stage.text
        assert "soon 2026-12-14" in stage.text

    play(script)


def test_the_lit_item_is_told_in_full() -> None:
    customer(text=DATED)

    async def script(stage: Stage) -> None:
        assert "overdue  due 2026-12-07 (Monday), 5 days ago  @ann  waiting for customer" in stage.text
        assert "note: Ask their IT early." in stage.text
        text = await stage.press("down", "down")
        assert "n/a  due 2026-12-07 (Monday): nothing to import" in text
        text = await stage.press("home")
        assert "overdue  1 / 3 done (1 n/a)" in text
        assert "2026-12-01 to 2026-12-10" in text
        text = await stage.press("end", "up")
        assert "due soon  due 2026-12-14 (Monday), in 2 days" in text

    play(script)


@pytest.mark.parametrize("size", [SMALL, (60, 15)])
def test_i_opens_a_long_note_whole(size: tuple[int, int]) -> None:
    customer(
        text="# P\n\n## A\n\n- [ ] Call [x]\n"
        + "".join(f"  > line {n} [b]\n" for n in range(1, 40))
        + f"  > {'word ' * 40}last\n"
    )

    async def script(stage: Stage) -> None:
        assert "line 9 [b]" not in stage.text
        assert "line 9 [b]" in await stage.press("i")
        assert "1.1 Call [x]" in stage.text
        assert "last │" in " ".join((await stage.press("end")).split())
        assert "About it" not in await stage.press("i")
        assert "1.1 Call [x]" in stage.lit

    play(script, size)


def test_tips_are_those_of_the_template() -> None:
    onbo("init")
    put("templates/t.md", "# T\n\n## A\n\n- [ ] Call\n  > Mornings are best.\n")
    onbo("new", "acme", "--template", "t")
    onbo("note", "acme", "1.1", "Called twice")

    async def script(stage: Stage) -> None:
        assert "tip: Mornings are best." in stage.text
        assert "note: Called twice" in stage.text

    play(script)


def test_space_ticks_at_once_and_changes_one_byte() -> None:
    path = customer(text=DATED)
    before = path.read_bytes()
    inode = path.stat().st_ino

    async def script(stage: Stage) -> None:
        text = await stage.press("space")
        after = path.read_bytes()
        assert [(a, b) for a, b in zip(before, after, strict=True) if a != b] == [(ord(" "), ord("x"))]
        assert stage.lit.startswith(">     [x] 1.1.1 Configure SSO")
        assert "2 / 5 done (1 n/a) ████░░░░░░" in text
        assert stage.said == "[x] 1.1.1 Configure SSO @ann waiting:customer"
        await stage.press("space")
        assert path.read_bytes() == before
        assert stage.said == "[ ] 1.1.1 Configure SSO @ann waiting:customer"

    play(script)
    assert path.stat().st_ino == inode


def test_space_opens_again_what_is_not_applicable() -> None:
    path = customer(text=DATED)

    async def script(stage: Stage) -> None:
        await stage.press("down", "down", "space")
        assert "- [ ] Import data\n" in read(path)
        await stage.press("u")
        assert read(path) == DATED

    play(script)


def test_n_asks_why_it_does_not_apply() -> None:
    path = customer(text=DATED)

    async def script(stage: Stage) -> None:
        assert "Why does 1.1.1 not apply?" in await stage.press("n")
        await stage.type("self-serve [x]")
        await stage.press("enter")
        assert "- [~] Configure SSO @ann waiting:customer (n/a: self-serve [x])\n" in read(path)
        assert stage.lit.startswith(">     [~] 1.1.1")
        await stage.press("n")
        await stage.type(" plan")  # the reason so far can be edited
        await stage.press("enter")
        assert "(n/a: self-serve [x] plan)\n" in read(path)

    play(script)


@pytest.mark.parametrize("keys", [["escape"], ["enter"]])
def test_no_answer_changes_nothing(keys: list[str]) -> None:
    path = customer(text=DATED)

    async def script(stage: Stage) -> None:
        for key in ("n", "w", "o", "d"):
            await stage.press("down" if key == "w" else "right", key, *keys)
            assert stage.said == "left as it is"
            assert stage.lit  # and the keys are for the list again
        assert read(path) == DATED

    play(script)


@pytest.mark.parametrize("key", ["n", "w"])
def test_what_is_done_is_refused_and_typing_ahead_does_no_harm(key: str) -> None:
    path = customer(text=DATED)

    async def script(stage: Stage) -> None:
        await stage.press("home", "down", key)
        await stage.type("nope due")  # each of these is a key of the list too
        assert stage.said.startswith("1.0.1 Sign the contract is done")
        assert stage.said.endswith(": Space opens it again")
        assert stage.said in stage.text
        await stage.press("enter")
        assert stage.lit.startswith(">   [x] 1.0.1")
        assert read(path) == DATED

    play(script)


def test_w_asks_whom_and_ends_the_waiting() -> None:
    path = customer(text=DATED)

    async def script(stage: Stage) -> None:
        await stage.press("w")
        assert "- [ ] Configure SSO @ann\n" in read(path)
        assert "Whom does 1.1.1 wait for?" in await stage.press("w")
        await stage.type("their IT")
        await stage.press("enter")
        assert "- [ ] Configure SSO @ann waiting:their-IT\n" in read(path)
        assert "waits: their-IT" in stage.lit

    play(script)


def test_o_asks_for_the_owner() -> None:
    path = customer(text=DATED)

    async def script(stage: Stage) -> None:
        await stage.press("down", "o")
        await stage.type("@ben")
        await stage.press("enter")
        assert "- [ ] Invite the users @ben\n" in read(path)
        await stage.press("o", *["backspace"] * 3, "enter")
        assert "- [ ] Invite the users\n" in read(path)
        await stage.press("o")
        await stage.type("two words")
        await stage.press("enter")
        assert stage.said == "'two words' is no owner; write it as @ann: letters, digits, . and -"

    play(script)


def test_d_asks_for_the_due_date() -> None:
    path = customer(text=DATED)

    async def script(stage: Stage) -> None:
        await stage.press("down", "d")
        await stage.type("next mon")
        await stage.press("enter")
        assert "- [ ] Invite the users due:2026-12-14\n" in read(path)
        assert stage.said == "[ ] 1.1.2 Invite the users due:2026-12-14  (Monday)"
        await stage.press("d", *["backspace"] * 10, "enter")
        assert read(path) == DATED
        await stage.press("d")
        await stage.type("someday")
        await stage.press("enter")
        assert stage.said.startswith("'someday': not a date that can be read one way only; write 2026-03-12")

    play(script)


@pytest.mark.parametrize("key", ["n", "w", "o", "d", "F"])
def test_a_heading_is_no_item(key: str) -> None:
    path = customer(text=DATED)

    async def script(stage: Stage) -> None:
        await stage.press("home", key)
        await stage.type("no")
        assert "this is a heading: go to an item" in stage.text
        await stage.press("escape", "down")
        assert stage.said == ""
        assert stage.lit
        assert read(path) == DATED

    play(script)


def test_u_takes_back_the_changes_of_this_screen_one_by_one() -> None:
    path = customer(text=DATED)
    onbo("check", "acme", "2.1")
    before = path.read_bytes()

    async def script(stage: Stage) -> None:
        await stage.press("space", "down", "o")
        await stage.type("ben")
        await stage.press("enter")
        assert "- [ ] Invite the users @ben\n" in read(path)
        await stage.press("u")
        assert stage.said == "taken back: [ ] 1.1.2 Invite the users @ben"
        await stage.press("u")
        assert path.read_bytes() == before
        await stage.press("u")  # what was done before this screen was opened stays
        assert stage.said == "nothing was changed in this screen"
        assert path.read_bytes() == before

    play(script)
    assert onbo("undo").status == 0  # and can be taken back as ever
    assert read(path) == DATED


def test_u_after_somebody_elses_change_takes_nothing_back() -> None:
    path = customer(text=DATED)

    async def script(stage: Stage) -> None:
        await stage.press("space")
        path.write_bytes(path.read_bytes().replace(b"Invite", b"Ask"))
        await stage.press("u")
        assert stage.said.startswith(
            "customers/acme.md has changed since the last command wrote it; nothing was undone | -- [ ] Invite"
        )
        assert "- [x] Configure" in read(path)
        assert "1.1.2 Ask the users" in stage.text  # and what it says now is shown

    play(script)


def test_u_when_the_record_is_gone() -> None:
    path = customer(text=DATED)

    async def script(stage: Stage) -> None:
        await stage.press("space")
        shutil.rmtree(os.environ["XDG_STATE_HOME"])
        await stage.press("u")
        assert "is no longer kept" in stage.said
        await stage.press("u")
        assert stage.said == "nothing was changed in this screen"
        assert "- [x] Configure" in read(path)

    play(script)


def test_a_change_that_cannot_be_undone_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = customer(text=DATED)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))

    async def script(stage: Stage) -> None:
        await stage.press("space")
        assert "this change cannot be undone: " in stage.said
        assert "- [x] Configure" in read(path)
        await stage.press("u")
        assert stage.said == "nothing was changed in this screen"

    play(script)


def test_u_after_a_change_was_taken_back_by_hand() -> None:
    path = customer(text=DATED)

    async def script(stage: Stage) -> None:
        await stage.press("space")
        path.write_text(DATED)
        await stage.press("u")
        assert stage.said.startswith("nothing left to undo: [x] 1.1.1")
        assert read(path) == DATED

    play(script)


def test_folding() -> None:
    customer(text=DATED)

    async def script(stage: Stage) -> None:
        text = await stage.press("left")
        assert stage.lit.startswith(">   ▾ 1.1 Technical")
        text = await stage.press("left")
        assert stage.lit.startswith(">   ▸ 1.1 Technical")
        assert "1.1.1" not in text
        text = await stage.press("right")
        assert "1.1.1" in text
        assert "1.1.1" not in await stage.press("enter")
        assert "1.1.1" in await stage.press("space")
        await stage.press("left", "left")
        assert stage.lit.startswith("> ▾ 1 Phase 1")
        assert "Technical" not in await stage.press("left")
        await stage.press("left")  # nothing is above
        assert stage.lit.startswith("> ▸ 1 Phase 1")

    play(script)


def test_f_puts_the_light_on_the_phase() -> None:
    customer(text=DATED)

    async def script(stage: Stage) -> None:
        await stage.press("end", "f")
        assert stage.lit.startswith("> ▸ 2 Phase 2: Value")
        await stage.press("f", "slash")
        await stage.type("report")
        await stage.press("enter", "left", "left")  # in a search nothing folds
        assert stage.lit.startswith("> ▾ 2 Phase 2: Value")
        assert "2.1 First report" in stage.text

    play(script)


def test_what_is_due_today() -> None:
    customer(text=DATED.replace("2026-12-14", "2026-12-12"))

    async def script(stage: Stage) -> None:
        assert "due 2026-12-12 (Saturday), today" in await stage.press("end", "up")

    play(script)


def test_sections_without_items_are_left_out() -> None:
    customer(text="# P\n\n## Empty\n\nWords.\n\n## Full\n\n- [ ] one\n")

    async def script(stage: Stage) -> None:
        assert "Empty" not in stage.text
        assert "1 Full" in stage.text

    play(script)


def test_f_folds_everything() -> None:
    customer(text=DATED)

    async def script(stage: Stage) -> None:
        text = await stage.press("f")
        assert stage.lit.startswith("> ▸ 1 Phase 1: Setup")
        assert "▸ 2 Phase 2: Value" in text
        assert "[ ]" not in text
        assert text.count("Technical") == 0
        assert "1.1.1 Configure" in await stage.press("f")

    play(script)


def test_moving() -> None:
    customer(text="# P\n\n## A\n\n" + "".join(f"- [ ] thing {n}\n" for n in range(1, 101)))

    async def script(stage: Stage) -> None:
        assert "1.1 thing 1" in stage.lit
        for keys, lit in (
            (["down", "j"], "1.3 thing 3"),
            (["up", "k"], "1.1 thing 1"),
            (["pagedown"], "1.14 thing 14"),
            (["pageup"], "1.1 thing 1"),
            (["end"], "1.100 thing 100"),
            (["down"], "1.100 thing 100"),
            (["home"], "1 A"),
            (["up"], "1 A"),
            (["G"], "1.100 thing 100"),
            (["g"], "1 A"),
        ):
            await stage.press(*keys)
            assert lit in stage.lit, keys

    play(script)


def test_three_rows_ahead_are_seen() -> None:
    customer(text="# P\n\n## A\n\n" + "".join(f"- [ ] thing {n}\n" for n in range(1, 101)))

    async def script(stage: Stage) -> None:
        await stage.press("pagedown", "pagedown")
        assert "1.27 thing 27" in stage.lit
        assert "1.30 thing 30" in stage.text
        assert "1.31 thing 31" not in stage.text
        await stage.press("pageup", "pageup", "pageup")
        assert "1 A" in stage.lit

    play(script)


def test_a_search_narrows_as_one_types() -> None:
    customer(text=DATED)

    async def script(stage: Stage) -> None:
        await stage.press("slash")
        text = await stage.type("rep")
        assert "2.1 First report" in text
        assert "Configure SSO @ann" not in text
        assert "Phase 1" not in text
        await stage.press("enter")
        assert "2.1 First report" in stage.lit
        assert "/rep" in stage.lines[1]
        text = await stage.press("escape")
        assert "2.1 First report" in stage.lit  # the light stays
        assert "Phase 1" in text
        await stage.press("slash")
        await stage.type("nothing like this")
        assert "no item matches" in stage.text
        await stage.press("escape")  # leaves the search as it was
        assert "Phase 1" in stage.text

    play(script)


@pytest.mark.parametrize(
    ("words", "found"),
    [("@ann", ["1.1.1"]), ("overdue", ["1.1.1", "1.1.2"]), ("2.", ["2.1", "2.2"]), ("users INV", ["1.1.2"])],
)
def test_what_a_search_looks_at(words: str, found: list[str]) -> None:
    customer(text=DATED)

    async def script(stage: Stage) -> None:
        await stage.press("f", "slash")  # folded or not
        await stage.type(words)
        assert [line.split("] ")[1].split(" ")[0] for line in stage.lines[2:16] if "] " in line] == found

    play(script)


def test_a_search_without_items_takes_no_ticks() -> None:
    path = customer(text=DATED)

    async def script(stage: Stage) -> None:
        await stage.press("slash")
        await stage.type("zzz")
        await stage.press("enter", "space", "n", "left", "right", "enter", "f", "home", "end", "u")
        assert read(path) == DATED

    play(script)


def test_help_tells_every_key() -> None:
    customer(text=DATED)

    async def script(stage: Stage) -> None:
        text = await stage.press("question_mark")
        for binding in Checklist.BINDINGS:
            assert binding.description[:60] in text  # type: ignore[union-attr]
        text = await stage.press("escape")
        assert "Keys" not in text
        assert stage.lit

    play(script, WIDE)


def test_escape_says_how_to_leave_and_q_leaves() -> None:
    customer(text=DATED)

    async def script(stage: Stage) -> None:
        await stage.press("escape")
        assert stage.said == "q quits"
        await stage.pilot.press("q")
        await stage.pilot.pause()
        assert stage.app._exit

    play(script)


# --- The gate ---

GATED = """\
---
gate:
  - {item: Users are active, field: Activation Rate, above: 80}
---
# T

**Activation Rate:** [___%]

## Setup

- [ ] Invite

## Gate

- [ ] Users are active
"""


def test_the_gate_refuses_with_its_evidence_and_f_forces_after_asking() -> None:
    onbo("init")
    put("templates/t.md", GATED)
    onbo("new", "acme", "--template", "t", "--set", "Activation Rate=60")
    path = Path("customers/acme.md")
    before = path.read_bytes()

    async def script(stage: Stage) -> None:
        await stage.press("F", "end")
        assert "evidence: fail: Activation Rate is 60%, not above 80" in stage.text
        await stage.press("F")
        assert stage.said == "nothing was refused here"
        await stage.press("space")
        assert stage.said == ("2.1 Users are active: Activation Rate is 60%, not above 80; F ticks it anyway")
        assert path.read_bytes() == before
        assert "Tick 2.1 against its evidence? (y/n)" in await stage.press("F")
        await stage.press("n", "enter")
        assert path.read_bytes() == before
        await stage.press("space", "F", "y", "enter")
        assert path.read_bytes() == before.replace(b"- [ ] Users", b"- [x] Users")

    play(script)


# --- Changes from outside, and writes that fail ---


def test_a_change_outside_is_read_again_and_the_place_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 0.02)
    path = customer(text=DATED)

    async def script(stage: Stage) -> None:
        await stage.press("down")
        assert "1.1.2 Invite the users" in stage.lit
        path.write_bytes(path.read_bytes().replace(b"- [ ] Configure", b"- [ ] New\n- [x] Configure"))
        await stage.pilot.pause(0.1)
        await stage.settle()
        assert stage.said == "changed outside: read again"
        assert "1.1.3 Invite the users" in stage.lit
        assert "2 / 6 done" in stage.text
        await stage.press("space")
        assert "- [x] Invite the users\n" in read(path)

    play(script)


def test_the_place_is_found_again_after_an_editor_that_empties_the_file_first() -> None:
    path = customer(text=DATED)

    async def script(stage: Stage) -> None:
        await stage.press("down")
        for now in ("", "# Plan\n\n- [ ] other\n", DATED):
            path.write_bytes(now.encode())
            await stage.press("r")
        assert "1.1.2 Invite the users" in stage.lit
        path.write_bytes(b"# Plan\n\n- [ ] other\n")
        await stage.press("r", "up")
        path.write_bytes(DATED.encode())
        await stage.press("r")
        assert "1 Phase 1: Setup" in stage.lit  # who moved meanwhile is not taken elsewhere

    play(script)


def test_a_tick_right_after_a_change_outside_finds_its_item() -> None:
    path = customer(text=DATED)

    async def script(stage: Stage) -> None:
        path.write_bytes(path.read_bytes().replace(b"- [ ] Configure", b"- [ ] New\n- [ ] Configure"))
        await stage.press("space")
        assert "- [ ] New\n- [x] Configure" in read(path)
        assert "1.1.2 Configure SSO" in stage.lit

    play(script)


def test_an_item_that_is_gone_is_not_ticked() -> None:
    path = customer(text=DATED)

    async def script(stage: Stage) -> None:
        path.write_bytes(path.read_bytes().replace(b"Configure SSO", b"Something else"))
        now = path.read_bytes()
        await stage.press("space")
        assert "was changed by somebody else meanwhile and no longer has the item" in stage.said
        assert path.read_bytes() == now
        assert "Something else" in stage.text

    play(script)


def test_a_file_that_changes_during_the_write_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    path = customer(text=DATED)
    write, before = files.write, [b"- [ ] Invite"]

    def meddled(*arguments: object, **options: object) -> None:
        if before:
            path.write_bytes(path.read_bytes().replace(before.pop(), b"- [x] Invite"))
        write(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "write", meddled)

    async def script(stage: Stage) -> None:
        await stage.press("space")
        assert "- [x] Configure" in read(path)
        assert "- [x] Invite" in read(path)
        assert "3 / 5 done" in stage.text

    play(script)


def test_conflict_markers_are_told_and_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 0.02)
    path = customer(text=DATED)
    conflict = DATED + "\n<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n"

    async def script(stage: Stage) -> None:
        path.write_bytes(conflict.encode())
        await stage.pilot.pause(0.1)
        await stage.press("space")
        assert stage.said == "customers/acme.md:23 holds an unresolved merge conflict; resolve it first"
        assert stage.lines[1].startswith("an unresolved merge conflict; ")
        assert read(path) == conflict

    play(script)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_what_the_system_refuses_is_told(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    path = customer(text=DATED)

    def refused(*_: object) -> None:
        raise OSError(number, os.strerror(number), str(path.absolute()))

    async def script(stage: Stage) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(files, "_write_one", refused)
            await stage.press("space")
        assert stage.said == f"customers/acme.md: {os.strerror(number).lower()}"
        assert stage.lit.startswith(">     [ ] 1.1.1")
        assert read(path) == DATED

    play(script)


def test_a_lock_is_waited_for_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    path = customer(text=DATED)
    onbo("check", "acme", "1.1.2")
    before = path.read_bytes()
    [lock] = Path(".onbo/locks").glob("*.lock")
    monkeypatch.setattr(locks, "WAIT_SECONDS", 1.5)
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.05)

    async def script(stage: Stage) -> None:
        with lock.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            pressed = asyncio.create_task(stage.pilot.press("space"))
            for _ in range(120):
                if stage.said:
                    break
                await asyncio.sleep(0.01)
            assert stage.said == "waiting for the file ..."
            await pressed
            await stage.settle()
            assert "is locked by another process" in stage.said
        assert path.read_bytes() == before
        await stage.press("space")
        assert "- [x] Configure" in read(path)

    play(script)


def test_a_new_day_is_seen_by_a_screen_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 0.02)
    customer(text=DATED)

    async def script(stage: Stage) -> None:
        assert "5 days ago" in stage.text
        monkeypatch.setenv("ONBO_TODAY", "2026-12-13")
        await stage.pilot.pause(0.1)
        await stage.settle()
        assert "6 days ago" in stage.text
        assert stage.lines[1].startswith("day 13 of 30")
        assert stage.said == ""

    play(script)


def test_a_file_that_is_gone_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 0.02)
    path = customer(text=DATED)

    async def script(stage: Stage) -> None:
        path.unlink()
        await stage.pilot.pause(0.1)
        assert stage.said == "customers/acme.md: no such file or directory"
        assert "1.1.1 Configure SSO" in stage.text
        await stage.press("down")
        await stage.pilot.pause(0.1)
        assert stage.said == ""
        await stage.press("space")
        assert stage.said == "customers/acme.md: no such file or directory"
        await stage.press("r")
        path.write_bytes(DATED.encode())
        await stage.press("r")
        assert stage.said == "read again"

    play(script)


def test_an_error_inside_leaves_and_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    customer(text=DATED)
    own = desk()

    def broken(*_: object) -> str:
        raise ValueError("inside")

    monkeypatch.setattr(own, "mark", broken)

    async def script(stage: Stage) -> None:
        await stage.pilot.press("space")
        await stage.pilot.pause(0.1)

    with pytest.raises(ValueError, match="inside"):
        play(script, at=own)


# --- Git ---


def test_with_commit_each_change_is_a_commit() -> None:
    git("init", "--quiet")
    customer(text=DATED)
    git("add", ".")
    git("commit", "--quiet", "-m", "start")

    async def script(stage: Stage) -> None:
        await stage.press("space")
        assert stage.said.startswith("[x] 1.1.1 Configure SSO @ann waiting:customer; committed ")

    play(script, at=desk(commit=True))
    assert git("log", "-1", "--format=%s").strip() == "acme: check 1.1.1 Configure SSO (2 / 5 done)"


def test_with_commit_taking_back_is_a_commit_too() -> None:
    git("init", "--quiet")
    path = customer(text=DATED)
    git("add", ".")
    git("commit", "--quiet", "-m", "start")

    async def script(stage: Stage) -> None:
        await stage.press("down", "space", "u")
        assert stage.said.startswith("taken back: [x] 1.1.2 Invite the users; committed ")
        await stage.press("u")
        assert stage.said == "nothing was changed in this screen"

    play(script, at=desk(commit=True))
    assert git("log", "-1", "--format=%s").strip() == "acme: take back [x] 1.1.2 Invite the users"
    assert git("show", "HEAD:./customers/acme.md") == read(path) == DATED


def test_a_hook_that_refuses_has_the_last_word() -> None:
    git("init", "--quiet")
    path = customer(text=DATED)
    git("add", ".")
    git("commit", "--quiet", "-m", "start")
    hook = put(".git/hooks/pre-commit", "#!/bin/sh\necho checking; echo no tickets; exit 1\n")
    hook.chmod(0o755)

    async def script(stage: Stage) -> None:
        await stage.press("space")
        assert stage.said.startswith("git commit failed: the pre-commit hook refused it: no tickets; customers/acme.md")

    play(script, at=desk(commit=True))
    assert "- [x] Configure SSO" in read(path)


def test_an_answer_that_is_so_already_is_said() -> None:
    path = customer(text=DATED)

    async def script(stage: Stage) -> None:
        await stage.press("o")
        await stage.type("x")
        path.write_bytes(path.read_bytes().replace(b"@ann", b"@annx"))
        await stage.press("enter")
        assert stage.said == "unchanged: 1.1.1 Configure SSO"
        await stage.press("u")
        assert stage.said == "nothing was changed in this screen"

    play(script)


# --- What files may say, and screens ---


def test_markup_and_control_characters_are_text() -> None:
    evil = "\x1b[2J\u202e\x07\x9b31m"
    text = DATED.replace("Invite the users", f"Invite\tthe {evil} users") + f"  > Note [bold]b[/] {evil}\n"
    customer(text=text.replace("Acme Corp", f"Acme {evil}"))

    async def script(stage: Stage) -> None:
        assert "[red]Markup[/] [x] {0} %s :smile:" in await stage.press("end")
        assert r"note: Note [bold]b[/] \x1b[2J\u202e\x07\x9b31m" in stage.text
        assert r"Invite the \x1b[2J\u202e\x07\x9b31m users" in stage.text
        assert r"Acme \x1b[2J\u202e\x07\x9b31m" in stage.lines[0]
        assert not any(character in stage.text for character in evil if character not in "[2J31m")
        await stage.press("space")
        assert stage.said == "[x] 2.2 [red]Markup[/] [x] {0} %s :smile:"

    play(script)


def test_wide_characters_keep_the_right_end_in_place() -> None:
    customer(text=DATED.replace("Configure SSO", "設定" * 30 + " 🙂 ✓"))

    async def script(stage: Stage) -> None:
        assert stage.lit.endswith("@ann  waits: customer  late 2026-12-07")
        assert "…" in stage.lit

    play(script)


@pytest.mark.parametrize("size", [SMALL, WIDE, (40, 10), (20, 5), (300, 100), (1, 1)])
def test_any_size(size: tuple[int, int]) -> None:
    path = customer(text=DATED)

    async def script(stage: Stage) -> None:
        assert all(len(line) <= size[0] for line in stage.lines)
        assert len(stage.lines) == size[1]
        await stage.press("space", "question_mark", "escape", "o")
        await stage.type("x")
        await stage.press("enter")
        assert "- [x] Configure SSO @annx" in read(path)
        if size[0] >= 40:
            assert "[x] 1.1.1" in stage.lit
            assert stage.lines[-1].startswith("Space tick")
            assert stage.lines[-1].endswith("q quit")
        await stage.pilot.resize_terminal(60, 20)
        await stage.settle()
        assert "1.1.1 Configure" in stage.lit

    play(script, size)


def test_on_a_narrow_screen_the_date_stays_last() -> None:
    customer(text=DATED)

    async def script(stage: Stage) -> None:
        assert "@ann" not in stage.lit
        assert stage.lit.endswith("late 2026-12-07")

    play(script, (60, 15))


def test_beside_on_a_wide_screen_and_below_on_a_narrow_one() -> None:
    customer(text=DATED)

    async def wide(stage: Stage) -> None:
        assert stage.lines[2].split("│")[1].strip() == "1.1.1 Configure SSO"

    async def narrow(stage: Stage) -> None:
        at = stage.lines.index("─" * 80)
        assert stage.lines[at + 1] == "1.1.1 Configure SSO"

    play(wide, WIDE)
    play(narrow, SMALL)


def test_a_click_on_the_box_ticks_and_elsewhere_lights() -> None:
    path = customer(text=DATED)

    async def script(stage: Stage) -> None:
        row = next(at for at, line in enumerate(stage.lines) if "1.1.2 Invite" in line)
        await stage.click(stage.lines[row].index("Invite"), row)
        assert "1.1.2 Invite" in stage.lit
        assert read(path) == DATED
        await stage.click(stage.lines[row].index("["), row)
        assert "- [x] Invite" in read(path)
        await stage.click(2, 2)
        assert "▸ 1 Phase 1" in stage.lit
        await stage.click(12, 2)  # on its title
        assert "▸ 1 Phase 1" in stage.lit
        await stage.click(2, 12)  # below all rows
        assert "▸ 1 Phase 1" in stage.lit

    play(script)


def test_items_before_any_heading_and_nested_ones() -> None:
    path = customer(text="- [ ] first\n  - [ ] nested\n    - [ ] deeper\n- [ ] last\n")

    async def script(stage: Stage) -> None:
        assert "▾ 0 (before the first heading)" in stage.text
        assert "      [ ] 0.1.1 nested" in stage.text
        await stage.press("down", "down", "space")
        assert "    - [x] deeper" in read(path)
        assert stage.lines[1].startswith("unscheduled: no kickoff date")

    play(script)


def test_two_items_of_the_same_words_are_told_apart() -> None:
    path = customer(text="## A\n\n- [ ] same\n- [ ] same\n\n## A\n\n- [ ] same\n")

    async def script(stage: Stage) -> None:
        await stage.press("down", "space")
        assert read(path) == "## A\n\n- [ ] same\n- [x] same\n\n## A\n\n- [ ] same\n"
        await stage.press("home", "left")
        assert stage.text.count("same") == 1

    play(script)


def test_nothing_to_tick() -> None:
    path = customer(text="# Plan\n\nNothing yet.\n")

    async def script(stage: Stage) -> None:
        assert "there is nothing to tick yet; e opens your editor" in stage.text
        await stage.press("space", "n", "f", "left", "right", "u", "end")
        assert read(path) == "# Plan\n\nNothing yet.\n"

    play(script)


def test_five_thousand_items() -> None:
    text = "# Big\n\n" + "".join(
        f"## Phase {p} (Days 1-90)\n\n" + "".join(f"- [ ] thing {p}.{n} @ann\n" for n in range(500)) for p in range(10)
    )
    path = customer(text=text)

    async def script(stage: Stage) -> None:
        await stage.press("end")
        assert "10.500 thing 9.499" in stage.lit
        await stage.press("space", "f", "slash")
        await stage.type("3.25")
        await stage.press("escape", "f", "end")
        assert stage.lit.startswith(">   [x] 10.500 thing 9.499")

    play(script)
    assert read(path) == text[::-1].replace("] [ -", "]x[ -", 1)[::-1]


def test_a_plan_with_warnings_says_so_at_first() -> None:
    customer(text=PLAN + "\n```\nnever closed\n")

    async def script(stage: Stage) -> None:
        assert stage.said == "customers/acme.md:18: a code fence that is never closed hides everything after it"

    play(script)


# --- The page about it ---


def test_the_page_lists_every_key() -> None:
    page = (Path(__file__).parent.parent / "docs" / "full-screen.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (?!key )(.+?) \| (.+) \|$", page, re.MULTILINE)
    bound = [*Checklist.BINDINGS, *Board.BINDINGS, *Rows.BINDINGS]
    assert listed == [tuple(key) for key in helped(bound)]
