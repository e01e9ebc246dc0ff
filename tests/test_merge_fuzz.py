"""A sample of random merges, updates and mutations, judged by an oracle; much more with --long.

`PYTHONPATH=tests ./dev run python -m merges --triples 200000` looks on for hours, and shows what it finds.
"""

from collections import Counter

import pytest

from merges.hunt import hunt
from merges.mutations import mutate

ALPHABETS = ["unique", "colliding"]


def times(request: pytest.FixtureRequest, sample: int, in_full: int) -> int:
    return in_full if request.config.getoption("--long") else sample


@pytest.mark.parametrize("alphabet", ALPHABETS)
@pytest.mark.parametrize(
    ("kind", "sample", "in_full"), [("triples", 300, 20_000), ("updates", 150, 5_000), ("driver", 10, 500)]
)
def test_nothing_is_lost_doubled_or_misplaced(
    alphabet: str, kind: str, sample: int, in_full: int, request: pytest.FixtureRequest
) -> None:
    tally, seeds = hunt(kind, 0, times(request, sample, in_full), alphabet)
    assert {name: seed for name, seed in seeds.items() if "FOUND" in name} == {}
    assert tally[f"{alphabet} clean"] > tally[f"{alphabet} conflict"] > 0


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_the_checker_refuses_what_is_put_wrong(alphabet: str, request: pytest.FixtureRequest) -> None:
    """At least 99% of what changes the meaning; and it accepts nearly all that is right."""
    tally, _ = mutate(0, times(request, 200, 6_000), alphabet)
    survivors = Counter({name: count for name, count in tally.items() if "SURVIVED" in name})
    assert tally[f"{alphabet} mutations"] > 100
    assert survivors.total() <= tally[f"{alphabet} mutations"] / 100, survivors
    right = tally[f"{alphabet} right results accepted"]
    assert tally[f"{alphabet} right results refused"] <= right / (1000 if alphabet == "unique" else 50)
