"""Statistics against closed forms, NumPy and the definitions written out."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from integrasim.analysis.statistics import (
    exceedance_probability,
    expected_shortfall,
    mean_excess,
    mean_excess_standard_error,
    ordered_expected_shortfall,
    ordered_quantile_standard_error,
    ordered_quantiles,
    probability_standard_error,
    quantiles,
    ratio_standard_error,
    standard_error,
)

if TYPE_CHECKING:
    from collections.abc import Callable

amounts = st.floats(-1e9, 1e9, allow_subnormal=False)
samples = hnp.arrays(np.float64, st.integers(1, 40), elements=amounts)
levels = st.floats(0.0, 0.99)


@given(draws=hnp.arrays(np.float64, st.tuples(st.integers(1, 30), st.just(3)), elements=amounts))
def test_quantiles_are_those_of_numpy(draws: np.ndarray) -> None:
    probabilities = [0.0, 0.05, 0.25, 1 / 3, 0.5, 0.95, 1.0]
    expected = np.quantile(draws, probabilities, axis=0).T
    found = quantiles(draws, probabilities=probabilities)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-6)


@given(draws=samples, probability=st.floats(0.0, 1.0))
def test_quantiles_lie_between_their_neighbours(draws: np.ndarray, probability: float) -> None:
    ordered = np.sort(draws)
    position = (draws.size - 1) * probability
    found = ordered_quantiles(ordered, probabilities=probability)[0]
    assert ordered[math.floor(position)] <= found <= ordered[math.ceil(position)]


def exact_shortfall(draws: list[int], level: Fraction) -> Fraction:
    """Integrate the step quantile function over (level, 1) in fractions."""
    ordered, n = sorted(draws), len(draws)
    total = Fraction(0)
    for rank, value in enumerate(ordered):
        low, high = max(Fraction(rank, n), level), Fraction(rank + 1, n)
        total += max(high - low, Fraction(0)) * value
    return total / (1 - level)


@given(
    draws=st.lists(st.integers(-1000, 1000), min_size=1, max_size=25),
    level=st.fractions(0, Fraction(99, 100), max_denominator=100),
)
def test_expected_shortfall_is_the_tail_integral(draws: list[int], level: Fraction) -> None:
    found = expected_shortfall(np.array(draws, dtype=float), level=float(level))
    assert float(found) == pytest.approx(float(exact_shortfall(draws, level)), abs=1e-7)


@given(draws=samples, level=levels)
def test_expected_shortfall_is_at_least_the_quantile(draws: np.ndarray, level: float) -> None:
    quantile = quantiles(draws, probabilities=level)[0]
    shortfall = expected_shortfall(draws, level=level)
    assert shortfall >= quantile - 1e-9 * abs(quantile) - 1e-6


@given(draws=samples)
def test_expected_shortfall_at_level_zero_is_the_mean(draws: np.ndarray) -> None:
    assert float(expected_shortfall(draws, level=0.0)) == pytest.approx(draws.mean(), abs=1e-3)


@given(value=amounts, count=st.integers(1, 50), level=levels)
def test_statistics_of_a_constant_are_exact(value: float, count: int, level: float) -> None:
    draws = np.full(count, value)
    assert float(expected_shortfall(draws, level=level)) == value
    assert quantiles(draws, probabilities=[0.05, 0.5, 0.95]).tolist() == [value] * 3


def test_expected_shortfall_takes_whole_draws_where_the_level_is_not_a_binary_fraction() -> None:
    """0.29 · 100 is 28.999999999999996 in binary; the tail is still 71 draws."""
    ordered = np.arange(100.0)
    ordered[28] = -1e12
    ordered.sort()
    assert float(ordered_expected_shortfall(ordered, level=0.29)) == np.arange(29, 100).mean()


def ratio_error(draws: np.ndarray, *, axis: int) -> np.ndarray:
    """Take the standard error of the ratio of some draws and others made from them."""
    return ratio_standard_error(draws, 9.0 + draws**2, axis=axis)


@pytest.mark.parametrize(
    "statistic",
    [
        partial(quantiles, probabilities=[0.1, 0.9]),
        partial(expected_shortfall, level=0.9),
        standard_error,
        partial(exceedance_probability, threshold=0.3),
        partial(mean_excess, threshold=0.3),
        partial(mean_excess_standard_error, threshold=0.3),
        ratio_error,
    ],
)
def test_axis_is_the_axis_of_the_draws(statistic: Callable[..., np.ndarray]) -> None:
    draws = np.random.default_rng(1).normal(size=(4, 50, 3))
    expected = np.stack([statistic(part, axis=0) for part in draws])
    np.testing.assert_allclose(statistic(draws, axis=1), expected, rtol=1e-12)


def test_statistics_leave_their_draws_alone() -> None:
    draws = np.array([3.0, 1.0, 2.0])
    quantiles(draws, probabilities=0.5)
    expected_shortfall(draws, level=0.5)
    assert draws.tolist() == [3.0, 1.0, 2.0]


def test_standard_error_matches_its_sampling_distribution() -> None:
    """The error of means of 100 exponential draws is 0.1; 20,000 repetitions."""
    repetitions = np.random.default_rng(2).exponential(size=(20_000, 100))
    spread = repetitions.mean(axis=1).std()
    typical = np.sqrt((standard_error(repetitions, axis=1) ** 2).mean())
    assert spread == pytest.approx(0.1, rel=0.02)
    assert typical == pytest.approx(0.1, rel=0.02)


def test_standard_error_of_one_draw_is_unknown() -> None:
    assert np.isnan(standard_error(np.ones((1, 2)))).tolist() == [True, True]


@given(draws=samples, threshold=amounts)
def test_exceedance_counts_draws_strictly_above(draws: np.ndarray, threshold: float) -> None:
    above = [value for value in draws if value > threshold]
    assert float(exceedance_probability(draws, threshold=threshold)) == len(above) / draws.size
    excess = mean_excess(draws, threshold=threshold)
    if above:
        expected = sum(value - threshold for value in above) / len(above)
        assert float(excess) == pytest.approx(expected)
    else:
        assert np.isnan(excess)


@given(draws=samples, threshold=amounts)
def test_error_of_the_mean_excess_is_that_of_the_exceeding_draws(
    draws: np.ndarray, threshold: float
) -> None:
    above = draws[draws > threshold] - threshold
    found = mean_excess_standard_error(draws, threshold=threshold)
    if above.size < 2:
        assert np.isnan(found)
    else:
        expected = above.std(ddof=1) / above.size**0.5
        assert float(found) == pytest.approx(expected, rel=1e-9, abs=1e-6)


def test_probability_standard_error_is_binomial() -> None:
    found = probability_standard_error([0.0, 0.1, 1.0], draws=900)
    np.testing.assert_allclose(found, [0.0, 0.01, 0.0])


def test_ratio_standard_error_matches_its_sampling_distribution() -> None:
    rng = np.random.default_rng(3)
    cost = rng.lognormal(size=(4000, 400))
    paid = cost * 0.6 + rng.normal(0.0, 0.5, size=cost.shape)
    ratios = paid.mean(axis=1) / cost.mean(axis=1)
    typical = np.sqrt((ratio_standard_error(paid, cost, axis=1) ** 2).mean())
    assert typical == pytest.approx(ratios.std(), rel=0.05)


def test_ratio_to_nothing_is_unknown() -> None:
    assert np.isnan(ratio_standard_error(np.ones(3), np.zeros(3)))


@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan")])
def test_probabilities_outside_the_unit_interval_are_refused(probability: float) -> None:
    with pytest.raises(ValueError, match=r"probabilities must lie in \[0, 1\]"):
        quantiles(np.ones(3), probabilities=probability)


@pytest.mark.parametrize("level", [-0.1, 1.0, float("nan")])
def test_levels_outside_the_unit_interval_are_refused(level: float) -> None:
    with pytest.raises(ValueError, match=r"level must lie in \[0, 1\)"):
        expected_shortfall(np.ones(3), level=level)


@pytest.mark.parametrize(
    "statistic",
    [
        lambda x: quantiles(x, probabilities=0.5),
        lambda x: expected_shortfall(x, level=0.5),
        standard_error,
        exceedance_probability,
        lambda x: mean_excess(x, threshold=0.0),
        lambda x: mean_excess_standard_error(x, threshold=0.0),
        lambda x: ratio_standard_error(x, x),
    ],
)
def test_no_draws_are_refused(statistic: Callable[[np.ndarray], object]) -> None:
    with pytest.raises(ValueError, match="no draw"):
        statistic(np.empty((0, 2)))


def test_quantile_standard_error_is_the_spread_of_repeated_samples() -> None:
    """Known for normal draws: √(p(1-p)/n) / φ(z_p); 4,000 repetitions give it to 5 %."""
    draws, repetitions = 2_000, 4_000
    probabilities = np.array([0.05, 0.5, 0.95])
    density = stats.norm.pdf(stats.norm.ppf(probabilities))
    expected = np.sqrt(probabilities * (1 - probabilities) / draws) / density
    sample = np.sort(np.random.default_rng(5).standard_normal((repetitions, draws)), axis=-1)
    spread = quantiles(sample.T, probabilities=probabilities).std(axis=0)
    estimated = ordered_quantile_standard_error(sample, probabilities=probabilities).mean(axis=0)
    assert np.allclose(spread, expected, rtol=0.05)
    assert np.allclose(estimated, expected, rtol=0.05)
