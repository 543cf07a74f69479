"""Counts by inversion: the same quantiles as SciPy, on both sides of every branch."""

from typing import Any

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from integrasim.world.counts import (
    TABLED_TRIALS,
    binomial_count,
    binomial_counts,
    binomial_quantile,
    binomial_tables,
    poisson_counts,
    set_probability,
    workspace,
)

UNIFORMS = st.floats(2.0**-53, 1.0 - 2.0**-53)


def is_quantile(count: int, uniform: float, distribution: Any) -> bool:
    """F(k-1) < u <= F(k), with room for rounding in either distribution function."""
    slack = 1e-9
    below = distribution.cdf(count - 1) if count > 0 else 0.0
    return below <= uniform + slack and distribution.cdf(count) >= uniform - slack


@given(uniform=UNIFORMS, trials=st.integers(0, 5000), probability=st.floats(0.0, 1.0))
@example(uniform=1.0 - 2.0**-53, trials=2000, probability=0.4)
@example(uniform=2.0**-53, trials=2000, probability=0.4)
@example(uniform=0.5, trials=601, probability=0.4999)
@example(uniform=0.5, trials=7, probability=1.0)
@example(uniform=0.999, trials=302, probability=0.99)
@example(uniform=1e-7, trials=299, probability=0.999)
def test_binomial(uniform: float, trials: int, probability: float) -> None:
    count = binomial_quantile(uniform, trials, probability)
    assert 0 <= count <= trials
    assert is_quantile(count, uniform, stats.binom(trials, probability))


@given(uniform=UNIFORMS, mean=st.floats(0.0, 20_000.0))
@example(uniform=1.0 - 2.0**-53, mean=299.0)
@example(uniform=1.0 - 2.0**-53, mean=301.0)
def test_poisson(uniform: float, mean: float) -> None:
    count = int(poisson_counts(np.array([uniform]), np.array([mean]))[0])
    assert is_quantile(count, uniform, stats.poisson(mean))


@given(
    uniform=UNIFORMS,
    trials=st.integers(0, 900),
    probability=st.floats(0.0, 0.99),
    more=st.integers(0, 50),
)
def test_more_persons_never_give_a_smaller_count(
    uniform: float, trials: int, probability: float, more: int
) -> None:
    fewer = binomial_quantile(uniform, trials, probability)
    assert fewer <= binomial_quantile(uniform, trials + more, probability)


def test_agreement_with_scipy_over_a_grid() -> None:
    uniforms = np.random.default_rng(1).random(500)
    cases = [(100, 0.03), (2000, 0.1), (15_000, 0.16), (302, 0.99), (10_000, 0.9999)]
    for trials, probability in cases:
        ours = [binomial_quantile(u, trials, probability) for u in uniforms]
        assert ours == stats.binom.ppf(uniforms, trials, probability).tolist()
    for mean in (0.01, 3.0, 299.0, 301.0, 1e6):
        counts = poisson_counts(uniforms, np.full(500, mean))
        assert np.array_equal(counts, stats.poisson.ppf(uniforms, mean))


def quantiles(uniforms: Any, trials: Any, probability: float) -> Any:
    tables = binomial_tables(1)
    set_probability(tables, 0, probability)
    size = len(uniforms)
    counts = np.empty(size, dtype=np.int32)
    total = binomial_counts(
        np.array(uniforms, dtype=np.float64),
        np.array(trials, dtype=np.int32),
        tables,
        0,
        workspace(size),
        counts,
    )
    assert total == counts.sum()
    return counts


@given(
    pairs=st.lists(st.tuples(UNIFORMS, st.integers(0, 3000)), min_size=1, max_size=20),
    probability=st.floats(0.0, 1.0),
)
@example(pairs=[(1.0 - 2.0**-53, 8191), (0.5, 1), (2.0**-53, 8192)], probability=0.2)
@example(pairs=[(1.0 - 2.0**-53, 9000), (2.0**-53, 9000)], probability=0.999)
@example(pairs=[(0.5, 0), (0.5, 7), (0.5, 9000)], probability=1.0)
@example(pairs=[(0.5, 0), (0.5, 7), (0.5, 9000)], probability=0.0)
@example(pairs=[(1.0 - 2.0**-53, 9), (1.0 - 2.0**-53, 10), (0.5, 11)], probability=0.99)
@example(pairs=[(2.0**-53, 40), (1.0 - 2.0**-53, 40), (0.5, 41)], probability=1.0 - 2.0**-53)
@example(pairs=[(0.5, 8000), (1.0 - 2.0**-53, 8191)], probability=1e-300)
def test_many_binomials(pairs: list[tuple[float, int]], probability: float) -> None:
    uniforms, trials = zip(*pairs, strict=True)
    for count, uniform, persons in zip(
        quantiles(uniforms, trials, probability), uniforms, trials, strict=True
    ):
        assert 0 <= count <= persons
        assert is_quantile(count, uniform, stats.binom(persons, probability))


@given(probability=st.floats(0.0, 1.0))
def test_many_binomials_are_the_single_ones(probability: float) -> None:
    generator = np.random.default_rng(3)
    uniforms = generator.random(300)
    trials = np.where(np.arange(300) % 9, generator.integers(0, 1500, 300), 2 * TABLED_TRIALS)
    tables = binomial_tables(2)
    set_probability(tables, 1, probability)
    together = quantiles(uniforms, trials, probability).tolist()
    pairs = list(zip(uniforms, trials, strict=True))
    assert together == [binomial_count(u, n, tables, 1) for u, n in pairs]
    assert together == [binomial_quantile(u, n, probability) for u, n in pairs]


@given(probability=st.floats(0.0, 1.0), trials=st.lists(st.integers(0, TABLED_TRIALS - 1)))
def test_tables_hold_the_distribution_at_its_mode(probability: float, trials: list[int]) -> None:
    """In whatever order they are filled, up to rounding."""
    tables = binomial_tables(1)
    set_probability(tables, 0, probability)
    for n in trials:
        binomial_count(0.5, n, tables, 0)
    for n in trials:
        distribution = stats.binom(n, probability)
        mode = min(np.floor((n + 1) * probability), n)
        mass, cumulated = tables.at_mode[0, n]
        assert np.isclose(mass, distribution.pmf(mode), rtol=1e-9, atol=1e-12)
        assert np.isclose(cumulated, distribution.cdf(mode), rtol=1e-9, atol=1e-12)
