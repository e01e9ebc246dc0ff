"""The quick part of the fault harness; `./dev faults` runs the whole."""

import errnos
import full_disk
import kills
import pytest
import races
from driver import spread, wrong_here

WRONG = wrong_here()
with_strace = pytest.mark.skipif(WRONG is not None, reason=WRONG or "")
on_linux = pytest.mark.skipif(WRONG is not None and "Linux" in WRONG, reason=WRONG or "")


@with_strace
def test_killed_at_every_call_of_the_write_path() -> None:
    jobs = [kills.Job(name, first, 4, only_writing=True) for name in ("check", "skip") for first in range(4)]
    done = kills.total(spread(kills.kill_everywhere, jobs))
    assert (done.torn, done.stuck, done.missed) == ((), (), 0)
    assert done.kills > 100


@with_strace
def test_killed_at_the_calls_that_give_a_file_its_name() -> None:
    jobs = [
        kills.Job(name, first, 8, only_writing=True)
        for name in ("new", "archive", "undo of new", "undo of update")
        for first in (0, 5)
    ]
    done = kills.total(spread(kills.kill_everywhere, jobs))
    assert (done.torn, done.stuck, done.missed) == ((), (), 0)


@with_strace
def test_errors_of_the_system() -> None:
    jobs = [errnos.Job(name, ("ENOSPC", "EIO"), first, 8) for name in ("check", "set") for first in (0, 3)]
    done = errnos.total(spread(errnos.fail_everywhere, jobs))
    assert (done.lies, done.bad, done.missed) == ((), (), 0)
    assert done.faults > 30


@with_strace
def test_a_tick_and_a_new_file_on_a_full_disk() -> None:
    wrong = full_disk.wrong_here()
    if wrong:
        pytest.skip(wrong)
    done = full_disk.run_everything(("check", "set", "new"))
    assert done.broken == ()
    assert 0 < done.refused < done.runs
    assert done.warned


@on_linux
@pytest.mark.parametrize("name", ["alone", races.LINKS, *races.EDITORS])
def test_four_processes_tick_at_once(name: str) -> None:
    done = races.race(name, workers=4, ticks=25)
    assert (done.lost, done.lost_saves) == ((), ())
    assert done.ticks == 100


@on_linux
def test_two_customers_whose_names_begin_alike_are_written_at_once() -> None:
    done = races.twins(workers=2, times=10)
    assert done.wrong == ()
    assert done.writes == 40
