"""A portfolio is looked through file by file, in more than one process where that pays."""

import json
import os
import sys
from pathlib import Path

import pytest

from onbo.cli import terminal
from onbo.effects import workers
from runner import onbo
from workspace import put

PLAN = b"# {n}\n\n**Kickoff Date:** 2026-12-01\n\n## Setup (Days 1-10)\n\n- [x] Call\n- [ ] Mail\n"


@pytest.fixture
def three_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2}, raising=False)


def portfolio(count: int) -> None:
    Path("customers").mkdir(exist_ok=True)
    for number in range(count):
        Path("customers", f"c-{number:04}.md").write_bytes(PLAN.replace(b"{n}", b"%d" % number))


@pytest.mark.usefixtures("three_processes")
def test_results_come_whole_and_in_order_from_several_processes() -> None:
    seen = list(workers.each(lambda number: (number * number, os.getpid()), range(1000)))
    assert [square for square, _ in seen] == [number * number for number in range(1000)]
    assert len({process for _, process in seen}) == 3


def test_a_few_things_need_no_other_process() -> None:
    assert {process for _, process in workers.each(lambda n: (n, os.getpid()), range(50))} == {os.getpid()}


@pytest.mark.usefixtures("three_processes")
@pytest.mark.parametrize("how", ["dies", "raises"])
def test_the_share_of_a_process_that_fails_is_worked_on_here(how: str) -> None:
    here = os.getpid()

    def work(number: int) -> int:
        if os.getpid() != here and number == 700:
            if how == "dies":
                os._exit(9)
            raise ValueError(number)
        return -number

    assert list(workers.each(work, range(1000))) == [-number for number in range(1000)]


@pytest.mark.usefixtures("three_processes")
def test_no_process_outlives_who_wanted_the_results() -> None:
    results = workers.each(lambda number: number, range(1000))
    assert next(results) == 0
    results.close()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@pytest.mark.usefixtures("three_processes")
@pytest.mark.parametrize("command", [["status", "--json"], ["status"], ["next", "--json"], ["lint"], ["outdated"]])
def test_more_processes_say_the_same_as_one(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    portfolio(260)
    Path("customers/c-0003.md").write_bytes(b"\xff\xfe-\x00 \x00")
    Path("customers/c-0255.md").write_bytes(b"\xff\xfe-\x00 \x00")
    together = onbo("--today", "2026-12-05", *command)
    monkeypatch.setattr(workers, "MOST_PROCESSES", 1)
    alone = onbo("--today", "2026-12-05", *command)
    assert together == alone
    assert together.status == 3
    if command == ["status", "--json"]:
        rows = json.loads(together.out)["customers"]
        assert len(rows) == 260
        assert [row["slug"] for row in rows if row["error"]] == ["c-0003", "c-0255"]
        assert rows[-1]["phases"][0]["done"] == 1


def test_who_waits_sees_a_bar_on_stderr_and_nothing_of_it_in_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    portfolio(60)
    plain = onbo("status")
    monkeypatch.setattr(terminal, "PATIENCE", -1.0)
    monkeypatch.setattr(terminal, "_is_terminal", lambda stream: stream is sys.stderr)
    waited = onbo("status", "--color", "always")
    assert "reading" in waited.err
    assert waited.out.count("c-00") == plain.out.count("c-00") == 60
    assert onbo("-q", "status").err == ""


@pytest.mark.parametrize("form", ["json", "csv", "jsonl"])
@pytest.mark.parametrize("streams", [("stdout", "stderr"), ("stderr",)])
def test_no_bar_takes_a_result_or_a_message_that_is_written_while_files_are_read(
    form: str, streams: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    portfolio(3)
    put("customers/long.md", f"# P\n\n**Customer:** Words{' of words' * 40}\n\n## S\n\n- [ ] a{' b' * 90}\n")
    put("customers/a-bad.md", "---\ncustomer_id: [\n---\n- [ ] a\n")
    plain = onbo("export", "--color", "always", "--format", form)
    monkeypatch.setattr(terminal, "PATIENCE", -1.0)
    monkeypatch.setattr(terminal, "_is_terminal", lambda stream: any(stream is getattr(sys, name) for name in streams))
    waited = onbo("export", "--color", "always", "--format", form, columns=60)
    assert (waited.status, waited.out) == (
        plain.status,
        plain.out.replace("\r\n", "\n" if len(streams) == 2 else "\r\n"),
    )
    assert plain.err in waited.err
    assert ("reading" in waited.err) is (streams == ("stderr",))
