"""A sample of what `./dev fuzz` looks for; with --long, five minutes of each."""

import pytest

import fuzz

# Traced, it would take twice as long, and it reaches no line that others do not.
pytestmark = pytest.mark.no_cover

# Seconds. Every property gets at least one round of examples.
LONG, SAMPLE = 300.0, 0.0


@pytest.mark.parametrize("wanted", fuzz.PROPERTIES, ids=lambda wanted: wanted.name)
def test_nothing_is_found(wanted: fuzz.Property, request: pytest.FixtureRequest) -> None:
    in_full = bool(request.config.getoption("--long"))
    tried = fuzz.hunt(wanted, LONG if in_full else SAMPLE, first_seed=0)
    assert tried.examples > 0
    assert tried.failures == ()
