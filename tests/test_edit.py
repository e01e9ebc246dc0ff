"""`onbo edit`: the user's editor at the line, and lint on return."""

import shutil
import stat
from contextlib import nullcontext
from pathlib import Path

import pytest

from onbo.effects import editor
from onbo.errors import OnboError
from onbo.tui.app import FullScreen
from playing import Stage, desk, play
from runner import onbo
from workspace import PLAN, customer


def an_editor(monkeypatch: pytest.MonkeyPatch, does: str, name: str = "vim") -> Path:
    """A program of that name that notes its arguments in `asked`, then does something with the file, `$file`."""
    path = Path("bin", name).absolute()
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {path.parent}/asked\nfor file; do :; done\n{does}\n')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("ONBO_EDITOR", str(path))
    return path.parent / "asked"


@pytest.mark.parametrize(
    ("selector", "line"),
    [([], 1), (["1.1"], 9), (["invite"], 9), (["gate.2"], 16), (["2"], 13), (["account setup"], 7)],
)
def test_it_opens_at_the_line(monkeypatch: pytest.MonkeyPatch, selector: list[str], line: int) -> None:
    path = customer()
    asked = an_editor(monkeypatch, "")
    said = onbo("edit", "acme", *selector, tty=True)
    assert (said.status, said.out, said.err) == (0, "", "customers/acme.md is as it was\n")
    assert asked.read_text().split("\n")[:2] == [f"+{line}", str(path.absolute())]


def test_lint_tells_what_came_new(monkeypatch: pytest.MonkeyPatch) -> None:
    customer()
    an_editor(monkeypatch, """printf '\\n- [] odd\\n' >> "$file" """)
    said = onbo("edit", "acme", tty=True)
    assert said.status == 1
    assert said.out.startswith("customers/acme.md:18: error ")
    an_editor(monkeypatch, """sed -i 's/odd/even/' "$file" """)
    assert onbo("edit", "acme", tty=True).status == 1  # an error stays one
    an_editor(monkeypatch, """sed -i 's/- \\[\\] even/- [ ] even/' "$file" """)
    said = onbo("edit", "acme", tty=True)
    assert (said.status, said.out) == (0, "changed customers/acme.md: no new findings\n")


def test_a_file_that_cannot_be_read_can_be_edited(monkeypatch: pytest.MonkeyPatch) -> None:
    path = customer()
    path.write_bytes(PLAN.encode("utf-16"))
    an_editor(monkeypatch, """printf '# P\\n\\n- [ ] one\\n' > "$file" """)
    assert onbo("edit", "acme", tty=True).status == 0
    an_editor(monkeypatch, """printf '\\377\\376' > "$file" """)
    said = onbo("edit", "acme", tty=True)
    assert said.status == 3
    assert said.err.startswith("error: customers/acme.md is not UTF-8 text")


@pytest.mark.parametrize(
    ("words", "does", "status", "message"),
    [
        (["edit", "acme"], "exit 1", 5, "ended with 1"),
        (["edit", "acme", "9.9"], "", 2, "no item '9.9'"),
        (["edit", "acme", "one", "two"], "", 2, "no item 'one two'"),
        (["edit", "nobody"], "", 2, "there is no customer 'nobody'"),
        (["--no-input", "edit", "acme"], "", 2, "needs a terminal"),
    ],
)
def test_what_is_refused(
    monkeypatch: pytest.MonkeyPatch, words: list[str], does: str, status: int, message: str
) -> None:
    customer()
    customer("beta")
    an_editor(monkeypatch, does)
    said = onbo(*words, tty=True)
    assert (said.status, said.out) == (status, "")
    assert message in said.err
    assert said.err.count("\n") == 1


def test_off_a_terminal_no_editor_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    customer()
    asked = an_editor(monkeypatch, "")
    assert onbo("edit", "acme").status == 2
    assert not asked.exists()


def test_an_editor_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    customer()
    monkeypatch.setenv("ONBO_EDITOR", "/nowhere/editor")
    said = onbo("edit", "acme", tty=True)
    assert said.status == 2
    assert "the editor '/nowhere/editor' cannot be started; name another in ONBO_EDITOR, VISUAL, EDITOR" in said.err


def test_an_editor_whose_quotes_do_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    customer()
    monkeypatch.setenv("VISUAL", "vi 'x")
    said = onbo("edit", "acme", tty=True)
    assert said.status == 2
    assert said.err == (
        """error: VISUAL: "vi 'x": a quotation mark or a backslash has no end; write it as in a shell\n"""
    )


def test_which_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/vi" if name == "vi" else None)
    assert editor.command() == ["vi"]
    for name in reversed(editor.ASKED):
        monkeypatch.setenv(name, f"{name.lower()} --flag")
        assert editor.command() == [name.lower(), "--flag"]
    monkeypatch.setenv("ONBO_EDITOR", " ")
    assert editor.command()[0] == "visual"
    for name in editor.ASKED:
        monkeypatch.delenv(name)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(OnboError, match="there is no editor"):
        editor.command()


@pytest.mark.parametrize(
    ("words", "made"),
    [
        (["/usr/bin/nano"], ["/usr/bin/nano", "+7", "a b.md"]),
        (["emacsclient", "-t"], ["emacsclient", "-t", "+7", "a b.md"]),
        (["code"], ["code", "--wait", "--goto", "a b.md:7"]),
        (["code", "-w"], ["code", "-w", "--goto", "a b.md:7"]),
        (["subl"], ["subl", "--wait", "a b.md:7"]),
        (["hx"], ["hx", "a b.md:7"]),
        (["gedit"], ["gedit", "--wait", "+7", "a b.md"]),
        (["unheard-of"], ["unheard-of", "a b.md"]),
        (["C:/x/Code.cmd"], ["C:/x/Code.cmd", "--wait", "--goto", "a b.md:7"]),
    ],
)
def test_how_editors_are_told_the_line(words: list[str], made: list[str]) -> None:
    assert editor.at_line(words, "a b.md", 7) == made


# --- From the full screen ---


def test_where_the_screen_cannot_be_left_the_command_is_named() -> None:
    customer()

    async def script(stage: Stage) -> None:
        await stage.press("e")
        assert stage.said == "not from here; in a terminal: onbo edit acme"

    play(script)


@pytest.mark.parametrize(
    ("keys", "does", "line", "said"),
    [
        ([], """printf '\\n- [ ] more\\n' >> "$file" """, 9, "changed; lint finds nothing new"),
        (["home"], "", 7, "the file is as it was"),
        (["end"], "exit 3", 16, "ended with 3"),
        ([], """printf '\\377\\376' > "$file" """, 9, "customers/acme.md is not UTF-8 text"),
    ],
)
def test_e_opens_the_editor_at_the_row_that_is_lit(
    monkeypatch: pytest.MonkeyPatch, keys: list[str], does: str, line: int, said: str
) -> None:
    customer()
    asked = an_editor(monkeypatch, does)
    monkeypatch.setattr(FullScreen, "suspend", lambda _: nullcontext())

    async def script(stage: Stage) -> None:
        await stage.press(*keys, "e")
        assert asked.read_text().startswith(f"+{line}\n")
        assert said in stage.said
        assert "Invite the users" in stage.text  # what was read before is still there

    play(script)


def test_what_the_desk_says_of_an_edit(monkeypatch: pytest.MonkeyPatch) -> None:
    customer()
    asked = an_editor(monkeypatch, "")
    assert desk().edit(9) == "the file is as it was"
    assert asked.read_text().startswith("+9\n")
    an_editor(monkeypatch, """printf '\\n- [ ] more\\n' >> "$file" """)
    assert desk().edit(9) == "changed; lint finds nothing new"
    an_editor(monkeypatch, """printf '\\n- [] odd\\n' >> "$file" """)
    assert desk().edit(9).startswith("changed; lint has 1 finding: line 20: ")
    an_editor(monkeypatch, "exit 3")
    with pytest.raises(OnboError, match="ended with 3"):
        desk().edit(9)
