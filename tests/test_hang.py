"""No file makes it hang: what is too much is refused with a line, and a slow file stops only itself.

`./dev hang` looks for inputs whose time grows faster than their size.
"""

import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from hang.pieces import LINES, PIECES, PLACES, encoded, repeated
from onbo.cli.commands import lint, status
from onbo.document import commonmark, plain
from onbo.document.inline import InlineSpan, covering, inline_spans
from onbo.document.parse import parse
from onbo.document.source import Source
from onbo.document.words import field_words, item_words
from onbo.effects import config, files, time_limit
from onbo.errors import OutOfTimeError, UnacceptableError
from onbo.onboarding.customer_ids import id_in
from onbo.onboarding.importing import import_list
from onbo.onboarding.near import nearest
from onbo.present.text import cut, width
from runner import onbo
from workspace import PLAN, customer, put

# Traced, it would take twice as long, and it reaches no line that others do not.
pytestmark = pytest.mark.no_cover

KB = 1024
MB = 1024 * KB
SECONDS = 5


def timed(*words: str, seconds: float = SECONDS, program: str = "onbo") -> subprocess.CompletedProcess[bytes]:
    """A run of its own, killed when it has used more processor time than it may."""
    import resource

    limit = int(seconds) + 1  # starting takes some of it
    command = [str(Path(sys.executable).with_name(program)), *words]
    return subprocess.run(
        command,
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit)),
    )


def is_answered(done: subprocess.CompletedProcess[bytes]) -> None:
    """Read or refused: never killed, and never a failure of its own."""
    assert done.returncode in (0, 1, 2, 3, 4), (done.returncode, done.stderr[-300:])
    assert b"onbo itself failed" not in done.stderr


# --- Everything, again and again ---


def everywhere(piece: str, size: int) -> bytes:
    """A checklist with a piece in every place, so many bytes in all."""
    places = ("item", "heading", "value", "cell", "note", "line")
    return encoded("".join(PLACES[place](piece, size // len(places)) for place in places))


@pytest.mark.parametrize("names", [list(PIECES)[at::9] for at in range(9)], ids=range(9))
def test_a_piece_again_and_again_is_read(names: list[str]) -> None:
    """Each by itself, 200 KB: `lint` reads all that there is to read."""
    for name in names:
        for data in (everywhere(PIECES[name], 100 * KB), encoded(repeated(PIECES[name] * 7 + "\n", 100 * KB))):
            path = customer()
            path.write_bytes(data)
            stop_after(SECONDS, lambda: onbo("lint", "acme"), name)


@pytest.mark.parametrize("names", [list(LINES)[at::4] for at in range(4)], ids=range(4))
def test_a_line_again_and_again_is_read(names: list[str]) -> None:
    for name in names:
        path = customer()
        path.write_bytes(encoded(repeated(LINES[name], 100 * KB)))
        stop_after(SECONDS, lambda: onbo("lint", "acme"), name)


@pytest.mark.parametrize("at", range(6))
def test_a_piece_again_and_again_is_shared(at: int, request: pytest.FixtureRequest) -> None:
    """`share` reads the words of all that it shows. A sample of it, for it takes long; with --long, 200 KB each."""
    size = (200 if request.config.getoption("--long") else 20) * KB
    pieces = list({**PIECES, **LINES}.items())[at::6]
    for name, piece in pieces:
        for data in (everywhere(piece, size), encoded(repeated(piece * 7 + "\n", size))):
            customer().write_bytes(data)
            stop_after(SECONDS, lambda: onbo("share", "acme", "--no-template"), name)


def stop_after(seconds: float, work: object, name: str) -> None:
    """Fail where it takes more processor time. The tool's own limit has another timer."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt(name)

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        said = work()  # type: ignore[operator]
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    assert said.status in (0, 1, 3, 4), f"{name}: {said.err[-300:]}"


# --- The limits ---


@pytest.mark.parametrize(
    "line", ["- [ ] a (n/a:{} b", "**A:** x{}y", "- [ ] [a]{}", "## a{}b", "{}x", "- [ ] `{}", "&a{}"]
)
def test_a_line_of_1_mb_is_read(line: str) -> None:
    customer(text=f"# P\n\n- [ ] one\n\n{line.format(' ' * MB)}\n")
    is_answered(timed("lint", "acme"))


@pytest.mark.parametrize("text", ["- [ ] a\n", "| a | b |\n"], ids=repr)
def test_a_file_of_2_mb_is_read_or_refused(text: str) -> None:
    customer(text="# P\n\n- [ ] one\n\n\\* not plain\n\n" + repeated(text, 2 * MB - 100))
    is_answered(timed("status"))


def test_above_2_mb_only_plain_files_are_read() -> None:
    text = "# P\n\n## S\n\n" + "- [ ] one more thing to call them about\n" * 60_000
    assert len(text) > 2 * MB
    path = customer(text=text)
    assert " 0 / 60000 done" in onbo("status", "acme").out
    path.write_text(f"{text}\n~ Call\n\n~~~\ncode\n~~~\n")
    said = onbo("status", "acme")
    assert (said.status, said.out) == (3, "")
    assert said.err == (
        "error: customers/acme.md is 2.3 MB; over 2 MB a checklist must be of plain lines, and line 60006 is not: "
        "split it, or make that plain\n"
    )
    path.write_text(text + "a\n---\n")
    assert "and some of it is not" in onbo("status", "acme").err
    customer("zz-other")
    said = onbo("status")
    assert (said.status, "zz-other" in said.out or "Acme Corp" in said.out) == (3, True)
    assert "over 2 MB a checklist must be of plain lines" in said.out


def test_settings_of_100_kb_are_read_and_larger_ones_refused() -> None:
    customer()
    put("onbo.toml", "# a\n" * (25 * KB))
    assert onbo("status").status == 0
    put("onbo.toml", "# a\n" * (25 * KB) + "\n")
    said = onbo("status")
    assert (said.status, said.err) == (
        3,
        "error: onbo.toml is over the 100 KB that settings may have; shorten it\n",
    )


@pytest.mark.parametrize(
    "key", ["a" + ".a" * 50_000 + " = 1", "[a" + ".a" * 50_000 + "]", "x = {a" + ".a" * 40_000 + "=1}"]
)
def test_a_key_of_very_many_parts_is_refused(key: str) -> None:
    customer()
    put("onbo.toml", f"# dots: {'.' * 200}\n{key}\n")
    said = onbo("status")
    assert said.status == 3
    assert said.err == "error: onbo.toml:2: more than 100 dots in one line; the name of a setting has one or two\n"


def test_where_a_key_stands_is_found_at_once() -> None:
    start = time.process_time()
    for text in ("[" + " " * 90_000, "[" * 90_000, " " * 90_000 + "a", '"' * 90_000, "a" * 90_000):
        config.key_lines(text)
    assert time.process_time() - start < 1
    assert config.key_lines("[ a.b ]\nc = 1\n [d]\n") == {"[a.b]": 1, "a.b.c": 2, "[d]": 3}


# --- What was slow ---


def test_a_reason_may_have_many_blanks() -> None:
    assert item_words("a (n/a:" + " " * MB + "b").text.startswith("a (n/a:")
    words = item_words("a (n/a:" + " " * MB + "b (c) )")
    assert (words.text, words.marks[0].value) == ("a", "b (c)")
    assert item_words("(n/a: (" * 100_000).marks == ()
    assert item_words("(n/a:)" * 10_000).marks[0].value == ""


def test_a_value_may_have_many_blanks() -> None:
    words = field_words("**A:** \t x" + " " * MB + "y \t ")
    assert words is not None
    assert (words.value[0], words.value[-1], len(words.value), words.start) == ("x", "y", MB + 2, 9)
    assert field_words("**A:**" + " " * MB) is not None
    assert field_words("**A:**  ") == ("A", "a", "", 8, 8, False)


def test_many_tokens_beside_much_code() -> None:
    start = time.process_time()
    item_words("@a `b` " * 14_000)
    inline_spans("`b` [c](d) " * 250 + "`b` " * 10_000, {})
    assert time.process_time() - start < SECONDS


def test_covered_places() -> None:
    spans = [InlineSpan("link", 2, 9), InlineSpan("code", 4, 6), InlineSpan("html", 12, 14), InlineSpan("html", 14, 15)]
    is_covered = covering(spans)
    assert [at for at in range(20) if is_covered(at)] == [*range(2, 9), 12, 13, 14]
    assert not covering([])(0)


def test_what_the_markdown_parser_would_take_long_for_is_plain_text() -> None:
    assert inline_spans("`a` " + "b" * 99_000, {})
    assert not inline_spans("`a` " + "b" * 100_000, {})
    assert inline_spans("`a` " + "[b" * 29 + "c" * 90_000, {})
    assert not inline_spans("`a` " + "[b" * 40 + "c" * 90_000, {})


def test_many_quotes_and_notes() -> None:
    start = time.process_time()
    assert len(parse("x", b"# P\n\n- [ ] a\n\n" + b"> a\n" * 100_000).items) == 1
    assert plain.outline(Source.of("x", b"> a\n" * 50_000), 0) is not None
    quotes = commonmark.outline(Source.of("x", b"> a\n\n" * 8_000), 0)
    assert len(quotes.parts[0].part.blocks) == 8_000
    notes = parse("x", b"# P\n\n- [ ] a\n" + b"\n  b\n" * 10_000 + b"\n~~~\n~~~\n").items[0].notes
    assert len(notes) == 10_000
    assert time.process_time() - start < 4 * SECONDS


@pytest.mark.parametrize("ends", ["```\n[a", "# b\na", "- b\nc", "***\na", "<b>\na"])
def test_many_quotes_that_something_else_ends(ends: str) -> None:
    """Each quote looks at all lines below it, up to the next blank one."""
    customer(text=f"# P\n\n- [ ] a\n\n{f'> {ends}{chr(10)}' * 4000}\n")
    is_answered(timed("status", "acme"))


def test_many_quotes_as_people_write_them() -> None:
    for text in (
        "- [ ] a\n  > b\n",
        "> a\nb\n\n",
        "> - [ ] a\n> - [x] b\n",
        "> > a\n> b\nc\n\n",
        "> ```\n> a\n> ```\n",
    ):
        assert commonmark.outline(Source.of("x", text.encode() * 4000), 0) is not None


def test_many_lines_that_cannot_be_mended() -> None:
    """Whether a line can be mended is found by reading the file as it would be: not once for each."""
    customer(text="# P\n\n- [ ] a\n\n| b" + "-[ ] a\n" * 1500 + "x | c |\n|---|---|\n| d | e |\n")
    done = timed("lint", "acme")
    assert done.returncode == 1
    assert done.stdout.count(b"ONB101") == 1499


def test_a_name_may_have_many_words() -> None:
    """Each of its beginnings is the customer's name too."""
    customer(text=f"# P\n\n**Customer:** {'a ' * 7000}\n**CSM:** {'b ' * 7000}\n\n- [ ] a waiting:c\n")
    done = timed("share", "acme", "--format", "md", "--no-template")
    assert (done.returncode, b"third party" in done.stdout) == (0, True)


def test_many_fences_and_marks_of_conflicts() -> None:
    customer(text=PLAN + "\n" + "> ```\n\n" * 8000 + "~~~\n~~~\n\n- [ ] a\nb\n- []\n\n<<<<<<< a\n\n" * 2000)
    is_answered(timed("lint", "acme"))


def test_an_id_may_have_many_blanks() -> None:
    head = b"---\ncustomer_id: "
    start = time.process_time()
    for value in (b"a" + b" " * 8000 + b"b", b'"' + b" '" * 4000, b'"' + b'" ' * 3000 + b"x", b" #" * 4000):
        assert id_in(head + value + b"\n---\n") is None
    assert time.process_time() - start < 1
    for written in (b"ab12cd34", b'"ab12cd34"', b"'ab12cd34' # a", b"ab12cd34 \t # a", b"ab12cd34  "):
        assert id_in(head + written + b"\n---\n") == "ab12cd34"
    for written in (b"ab12cd34#a", b"#ab12cd34", b"'ab12cd34", b"'ab12cd34'x", b"ab12 cd34", b""):
        assert id_in(head + written + b"\n---\n") is None


def test_a_long_list_is_imported() -> None:
    blanks = " " * 300_000
    text = (
        f"# A{blanks}#{blanks}#\n- a\n-{blanks}\n- b{blanks}c\n- [ ]{blanks}\n[ ]{blanks}\n{blanks}x\n" + "\n" * 100_000
    )
    start = time.process_time()
    made = import_list(text, "T")
    assert time.process_time() - start < SECONDS
    assert made.items == 3
    made = import_list("# A ## \n## B#\n### # #\n- c\n", "T")
    assert [line for line in made.text.split("\n") if line.startswith("#")] == ["# A", "## B", "### #"]


def test_a_long_text_is_cut_at_once() -> None:
    start = time.process_time()
    assert cut("日" * 500_000, 11) == "日" * 5 + "…"
    assert cut("a" * MB, 11) == "a" * 10 + "…"
    assert width(cut("a\u0301" * MB, 11)) == 11
    assert time.process_time() - start < SECONDS
    assert (cut("abc", 0), cut("abc", 3), cut("abcd", 3), cut("abc", 1)) == ("", "abc", "ab…", "…")


def test_a_word_too_long_to_be_typed_is_like_none() -> None:
    assert nearest("a" * 50_000, ["a" * 50_001, "ab"]) is None
    assert nearest("chekc", ["check", "c" * 50_000]) == "check"


def test_many_fields_of_one_label_and_rows_of_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy whose template has as many: which tells of which is looked up, not searched for."""
    from hang.pieces import hash12

    body = "# P\n\n## S\n\n- [ ] a\n\n" + "**A:** [Red/Green] b\n" * 4000
    body += "\n| Risk | Impact | Mitigation |\n|---|---|---|\n" + "| [a] | [High] | [b] |\n" * 3000
    data = body.encode()
    put(f".onbo/base/t-{hash12(data)}.md", body)
    put("templates/t.md", body)
    customer(text=f"---\ntemplate: t\nbase: {hash12(data)}\n---\n{body}".replace("[Red/Green] b", "Red b"))
    monkeypatch.setattr(time_limit, "SMALLEST", 100 * MB)
    for words in (["lint", "acme"], ["risk", "list", "acme"], ["new", "beta", "--template", "t", "-n"]):
        is_answered(timed(*words))


# --- A file that takes long stops only itself ---


@pytest.fixture
def short_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_limit, "SECONDS", 0.2)
    monkeypatch.setattr(time_limit, "SECONDS_PER_MB", 0.0)
    monkeypatch.setattr(time_limit, "AGAIN", 0.05)


def weigh_and_never_end(size: int = MB) -> None:
    time_limit.weigh(size)
    forever()


def forever() -> None:
    while True:
        re.fullmatch(r"(?:a|aa)*b", "a" * 28)


# Over the size from which time is measured, and read at once.
LONG = PLAN + "\n" + "a" * (150 * KB) + "\n"


@pytest.mark.usefixtures("short_limit")
def test_a_slow_file_stops_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    customer("acme", LONG)
    customer("beta", PLAN.replace("Acme", "Beta"))
    honest = status.row_of

    def slow(app: object, case: object, *rest: object) -> object:
        if len(case.document.source.data) > 100 * KB:  # type: ignore[attr-defined]
            forever()
        return honest(app, case, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(status, "row_of", slow)
    said = onbo("status")
    assert said.status == 3
    assert "takes more than 0 s to work through; shorten it" in said.out
    assert "Beta" in said.out
    assert '"error": "takes more than 0 s to work through; shorten it"' in onbo("status", "--json").out
    said = onbo("status", "acme")
    assert (said.status, said.err) == (3, "error: customers/acme.md: takes more than 0 s to work through; shorten it\n")
    assert onbo("status", "beta").status == 0
    monkeypatch.setattr(lint, "findings", lambda *_: forever())
    said = onbo("lint", "acme")
    assert (said.status, said.err) == (3, "error: customers/acme.md: takes more than 0 s to work through; shorten it\n")


@pytest.mark.usefixtures("short_limit")
def test_a_slow_file_among_many_in_several_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(220):
        customer(f"c{number:03}")
    customer("c100", LONG)
    honest = commonmark.outline

    def slow(source: Source, *rest: object) -> object:
        if len(source.data) > 100 * KB:
            forever()
        return honest(source, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(plain, "outline", lambda *_: None)
    monkeypatch.setattr(commonmark, "outline", slow)
    said = onbo("status", "--json")
    assert said.status == 3
    assert said.out.count('"slug"') == 220
    assert said.out.count("takes more than 0 s to work through") == 1


@pytest.mark.usefixtures("short_limit")
def test_no_time_is_measured_for_small_files_nor_in_other_threads() -> None:
    with time_limit.limited("a"):
        time_limit.weigh(16 * KB - 1)
        assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] == 0
        time_limit.weigh(1)
        assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] > 0
    assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] == 0

    def work() -> None:
        with time_limit.limited("a"):
            time_limit.weigh(MB)
            assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] == 0
            done.append(True)

    done: list[bool] = []
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


@pytest.mark.usefixtures("short_limit")
def test_a_limit_within_another_is_the_outer_one() -> None:
    def within() -> None:
        time_limit.weigh(MB)
        with time_limit.limited("inner"):
            weigh_and_never_end()

    with pytest.raises(UnacceptableError, match="takes more than 0 s") as raised, time_limit.limited("outer"):
        within()
    assert raised.value.path == "outer"
    with time_limit.limited("again"):
        time_limit.weigh(MB)
    time_limit.end()


def test_more_that_is_read_gives_more_time() -> None:
    with time_limit.limited("a"):
        time_limit.weigh(MB)
        assert 3 < signal.getitimer(signal.ITIMER_VIRTUAL)[0] < 4.1
        time_limit.weigh(4 * MB)
        assert 9 < signal.getitimer(signal.ITIMER_VIRTUAL)[0] < 10.1


@pytest.mark.usefixtures("short_limit")
def test_nothing_is_interrupted_while_it_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    path = customer("acme", LONG)
    honest = files._write_all

    def slow(descriptor: int, data: bytes) -> None:
        end = time.process_time() + 0.5
        while time.process_time() < end:
            pass
        honest(descriptor, data)

    monkeypatch.setattr(files, "_write_all", slow)
    said = onbo("check", "acme", "1.1")
    assert said.status == 0, said.err
    assert "[x] Invite" in path.read_text()


@pytest.mark.usefixtures("short_limit")
def test_a_module_that_writes_is_let_go_on() -> None:
    names = {"__name__": "onbo.effects.locks", "time": time}
    exec("def write():\n    end = time.process_time() + 0.5\n    while time.process_time() < end: pass", names)  # noqa: S102
    written = []

    def writes_and_goes_on() -> None:
        time_limit.weigh(MB)
        names["write"]()  # type: ignore[operator]
        written.append(True)
        forever()

    with pytest.raises(UnacceptableError), time_limit.limited("a"):
        writes_and_goes_on()
    assert written == [True]


@pytest.mark.usefixtures("short_limit")
def test_the_rest_of_a_command_has_the_limit_up_to_its_first_write() -> None:
    time_limit.limit_rest("a")
    time_limit.weigh(MB)
    with pytest.raises(OutOfTimeError):
        forever()
    time_limit.end()
    time_limit.limit_rest("a")
    time_limit.weigh(MB)
    files.write_new("new", [b"a"], None)
    assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] == 0
