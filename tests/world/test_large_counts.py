"""Large counts in step: the same quantiles as SciPy's and as those found one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from integrasim.world.counts import binomial_quantile
from integrasim.world.large_counts import large_binomial_counts, large_poisson_counts

UNIFORMS = st.floats(2.0**-53, 1.0 - 2.0**-53)
EXTREME = np.array([2.0**-53, 1e-12, 0.5, 1.0 - 1e-12, 1.0 - 2.0**-53])


@pytest.mark.parametrize("probability", [0.004, 0.16, 0.5, 0.97, 0.9999, 1.0])
def test_binomials_are_those_of_scipy(probability: float) -> None:
    generator = np.random.default_rng(5)
    uniforms = generator.random(400)
    trials = generator.integers(0, 30_000, 400)
    found = large_binomial_counts(uniforms, trials, np.full(400, probability))
    expected = np.asarray(stats.binom.ppf(uniforms, trials, probability))
    assert np.array_equal(found, expected.clip(0))


def test_poissons_are_those_of_scipy() -> None:
    generator = np.random.default_rng(6)
    means = np.exp(generator.uniform(-3.0, 12.0, (4, 200)))
    uniforms = generator.random(means.shape)
    assert np.array_equal(large_poisson_counts(uniforms, means), stats.poisson.ppf(uniforms, means))


@given(
    rows=st.lists(
        st.tuples(UNIFORMS, st.integers(0, 50_000), st.floats(0.0, 1.0)), min_size=1, max_size=20
    )
)
def test_a_count_does_not_depend_on_those_beside_it(rows: list[tuple[float, int, float]]) -> None:
    uniforms, trials, chances = (np.array(column) for column in zip(*rows, strict=True))
    together = large_binomial_counts(uniforms, trials, chances)
    for row in range(len(rows)):
        one = slice(row, row + 1)
        alone = large_binomial_counts(uniforms[one], trials[one], chances[one])
        assert alone[0] == together[row]


def test_the_ends_are_reached() -> None:
    """Where rounding leaves the uniform out of reach, the walk ends all the same."""
    trials, chances = np.full(5, 20_000), np.full(5, 0.3)
    found = large_binomial_counts(EXTREME, trials, chances)
    assert (np.diff(found) >= 0).all()
    singly = [binomial_quantile(u, 20_000, 0.3) for u in EXTREME]
    assert abs(found - singly).max() <= 2
    counts = large_poisson_counts(EXTREME, np.full(5, 7_000.0))
    assert (counts[:4] == stats.poisson.ppf(EXTREME[:4], 7_000.0)).all()
    assert counts[3] <= counts[4] < 8_000
    assert (large_poisson_counts(EXTREME, np.zeros(5)) == 0).all()
    wide = large_binomial_counts(
        np.append(EXTREME, 0.5), np.append(trials, 2_000_000), np.append(chances, 0.5)
    )
    assert np.array_equal(wide[:5], found)
