"""A sample of what `PYTHONPATH=tests ./dev run python -m merges` looks for; with --long, much more of it.

What is found is shown small: the edits of each side, the versions and the result.
"""

import pytest

from merges import engines, mutations
from merges.engines import Merge
from merges.running import FAULTS, Finding, shrink, try_seeds
from merges.triples import ALPHABETS, build, make_spec

# Traced, it would take twice as long, and it reaches no line that others do not.
pytestmark = pytest.mark.no_cover

# Merges, through the driver, updates and wrong results, for each alphabet.
SAMPLE, DRIVER, UPDATES, MUTANTS = 300, 8, 50, 200
LONG = 20
# Of right results, the share that may be refused. Where equal words stand for several things, a result can be right
# by what each side did, and wrong by all that the texts say.
FALSE_ALARMS = {"unique": 0.02, "colliding": 0.1}


@pytest.fixture
def times(request: pytest.FixtureRequest) -> int:
    """How many times the sample is tried."""
    return LONG if request.config.getoption("--long") else 1


def faults(merge: Merge, alphabet: str, count: int, *, template: bool = False) -> list[str]:
    """One finding of each kind, small and in full; nothing where nothing is wrong."""
    tally = try_seeds(range(count), merge, alphabet, template=template, most=1)
    assert tally.counts["merges"] == count
    findings: list[Finding] = [tally.examples[kind][0] for kind in FAULTS if kind in tally.examples]
    return [shrink(finding, merge, 300).tell() for finding in findings]


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_merges_lose_nothing(alphabet: str, times: int) -> None:
    assert faults(engines.onbo, alphabet, SAMPLE * times) == []


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_updates_lose_nothing(alphabet: str, times: int) -> None:
    assert faults(engines.update, alphabet, UPDATES * times, template=True) == []


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_the_driver_merges_as_the_engine_does(alphabet: str, times: int) -> None:
    for seed in range(DRIVER * times):
        versions = build(make_spec(seed, alphabet)).render()
        there = engines.driver(*versions)
        here = engines.onbo(*versions)
        assert (there.data, there.conflicts) == (here.data, here.conflicts)


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_the_checker_refuses_what_is_wrong_and_takes_what_is_right(alphabet: str, times: int) -> None:
    trial = mutations.Trial.empty()
    seed = 0
    while trial.mutants.total() < MUTANTS * times and seed < MUTANTS * times:
        trial.add(mutations.try_checker(range(seed, seed + 10), alphabet, mutations.checker))
        seed += 10
    told = trial.tell(examples=2)
    assert trial.mutants.total() >= MUTANTS * times, told
    assert trial.share_refused >= 0.99, told
    assert trial.share_of_false_alarms <= FALSE_ALARMS[alphabet], told
