"""What published cases say: the likelihood of a sum against simulation, and the posteriors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from scipy import integrate, stats

from integrasim.scenario import evidence
from integrasim.scenario.distributions import BaseDistribution, Distribution
from integrasim.scenario.evidence import excess_sum_likelihood, tail_index_table

ADAPTER: TypeAdapter[BaseDistribution] = TypeAdapter(Distribution)
TOTAL = 2.0e6 / 70_000
PUBLISHED = {
    "dist": "tail_index_posterior",
    "cases": 28,
    "total_excess": 2_000_000,
    "threshold": 70_000,
    "low": 1.05,
    "high": 4,
}


def make(**changes: Any) -> BaseDistribution:
    return ADAPTER.validate_python(PUBLISHED | changes)


def likelihood(index: float, *, cases: int, total: float, rounding: float = 0.0) -> float:
    found = excess_sum_likelihood(np.array([index]), cases=cases, total=total, rounding=rounding)
    return float(found[0])


@pytest.mark.parametrize("index", [1.05, 1.5, 2.0, 3.0])
def test_likelihood_of_the_published_sum_agrees_with_simulation(index: float) -> None:
    """400,000 sums of 28 excesses within half a threshold; 5 standard errors, seed fixed."""
    rng = np.random.default_rng(1)
    sums = (rng.random((400_000, 28)) ** (-1.0 / index) - 1.0).sum(axis=1)
    share = np.mean(np.abs(sums - TOTAL) < 0.5)
    error = np.sqrt(share / sums.size)
    found = likelihood(index, cases=28, total=TOTAL, rounding=0.5)
    assert abs(found - share) < 5 * error


@given(index=st.floats(0.3, 20.0), total=st.floats(0.05, 40.0))
def test_likelihood_of_one_case_is_its_density(index: float, total: float) -> None:
    expected = index * (1.0 + total) ** (-index - 1.0)
    assert likelihood(index, cases=1, total=total) == pytest.approx(expected, rel=1e-3, abs=1e-8)


@pytest.mark.parametrize("index", [1.2, 2.0, 4.0])
@pytest.mark.parametrize("total", [0.5, 2.0, 10.0])
def test_likelihood_of_two_cases_is_the_integral(index: float, total: float) -> None:
    def both(first: float) -> float:
        product = (1.0 + first) * (1.0 + total - first)
        return float(index**2 * product ** (-index - 1.0))

    expected = integrate.quad(both, 0.0, total, epsrel=1e-10)[0]
    assert likelihood(index, cases=2, total=total) == pytest.approx(expected, rel=1e-5)


def test_a_finer_grid_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    indices = np.array([1.05, 1.5, 2.0, 3.0, 4.0])
    coarse = excess_sum_likelihood(indices, cases=28, total=TOTAL, rounding=0.0)
    monkeypatch.setattr(evidence, "_CELLS_PER_CASE", 1024)
    monkeypatch.setattr(evidence, "_MOST_CELLS", 2**16)
    fine = excess_sum_likelihood(indices, cases=28, total=TOTAL, rounding=0.0)
    assert np.allclose(coarse, fine, rtol=1e-4)


def test_rounding_averages_the_likelihood() -> None:
    around = np.linspace(TOTAL - 2.0, TOTAL + 2.0, 201)
    densities = [likelihood(2.0, cases=28, total=total) for total in around]
    expected = integrate.simpson(densities, x=around) / 4.0
    found = likelihood(2.0, cases=28, total=TOTAL, rounding=2.0)
    assert found == pytest.approx(expected, rel=1e-4)


def test_posterior_is_likelihood_times_prior() -> None:
    """Normalised on another grid, with the prior density 1/α."""
    indices = np.linspace(1.05, 4.0, 2_001)
    density = excess_sum_likelihood(indices, cases=28, total=TOTAL, rounding=0.0) / indices
    cumulated = integrate.cumulative_simpson(density, x=indices, initial=0.0)
    cumulated /= cumulated[-1]
    u = np.array([0.01, 0.05, 0.5, 0.95, 0.99])
    assert np.allclose(make().ppf(u), np.interp(u, cumulated, indices), rtol=1e-4)
    mean = integrate.simpson(indices * density, x=indices) / integrate.simpson(density, x=indices)
    assert make().expectation == pytest.approx(mean, rel=1e-5)


def test_quantiles_invert_and_stay_between_the_ends() -> None:
    u = np.linspace(0.0, 1.0, 1_001)
    values = make().ppf(u)
    assert (np.diff(values) > 0.0).all()
    assert (values[0], values[-1]) == (1.05, 4.0)
    assert make().support == make().reach == (1.05, 4.0)
    middle = (np.arange(50_000) + 0.5) / 50_000
    assert make().ppf(middle).mean() == pytest.approx(make().expectation, rel=1e-5)


@pytest.mark.parametrize("factor", [1.05, 1.5, 3.0])
def test_dearer_cases_make_a_heavier_tail(factor: float) -> None:
    u = np.array([0.05, 0.5, 0.95])
    assert (make(total_excess=2e6 * factor).ppf(u) < make().ppf(u)).all()


def test_coverage_of_the_posterior() -> None:
    """90 % intervals hold an index drawn from the prior in 90 % of 200 sums (5 standard errors)."""
    rng = np.random.default_rng(3)
    low, high, runs = 1.2, 3.5, 200
    indices = np.exp(rng.uniform(np.log(low), np.log(high), runs))
    sums = (rng.random((runs, 10)) ** (-1.0 / indices[:, None]) - 1.0).sum(axis=1)
    inside = []
    for index, total in zip(indices, sums, strict=True):
        table = tail_index_table(cases=10, total=total, rounding=0.0, low=low, high=high)
        ends = np.interp([0.05, 0.95], table.cumulated, table.values)
        inside.append(ends[0] < index < ends[1])
    assert abs(np.mean(inside) - 0.9) < 5 * np.sqrt(0.9 * 0.1 / runs)


def test_a_table_is_made_once() -> None:
    tail_index_table.cache_clear()
    for _ in range(3):
        make().ppf(0.5)
    assert tail_index_table.cache_info().misses == 1


def test_a_rate_has_its_gamma_posterior() -> None:
    """The mean of 28.5 cases; nearly the exact Poisson interval of 28, 18.6 to 40.5."""
    rate = ADAPTER.validate_python({"dist": "rate_posterior", "cases": 28, "person_years": 101_740})
    low, high = rate.ppf([0.025, 0.975]) * 101_740
    assert stats.chi2.ppf(0.025, 56) / 2 < low < 19.5
    assert 39.5 < high < stats.chi2.ppf(0.975, 58) / 2
    none = ADAPTER.validate_python({"dist": "rate_posterior", "cases": 0, "person_years": 10})
    assert none.ppf([0.0, 0.5])[0] > 0.0


@pytest.mark.parametrize(
    ("changes", "message", "at"),
    [
        ({"low": 4, "high": 4}, "low (4) is not below high (4)", ()),
        ({"total_excess": 1e9}, "the mean excess is 510 times the threshold", ("total_excess",)),
        ({"total_excess": 1e3}, "the mean excess is 0.00051 times the", ("total_excess",)),
        ({"excess_rounding": 4e6}, "so coarse a rounding says nothing", ("excess_rounding",)),
        ({"low": 40, "high": 50}, "no index from 40 to 50 goes with such a sum", ()),
    ],
)
def test_impossible_evidence_is_refused(
    changes: dict[str, Any], message: str, at: tuple[str, ...]
) -> None:
    with pytest.raises(ValidationError) as caught:
        make(**changes)
    (error,) = caught.value.errors()
    assert message in error["ctx"]["message"]
    assert error["ctx"]["at"] == at


@pytest.mark.parametrize(
    "changes", [{"cases": 0}, {"cases": 201}, {"cases": 2.5}, {"low": 0.05}, {"threshold": 0}]
)
def test_evidence_keeps_its_types_and_limits(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make(**changes)


@pytest.mark.parametrize(
    ("cases", "mean"), [(1, 0.02), (1, 50.0), (28, 0.02), (28, 50.0), (200, 1.0), (200, 50.0)]
)
def test_extreme_evidence_has_a_posterior(cases: int, mean: float) -> None:
    table = tail_index_table(cases=cases, total=cases * mean, rounding=0.0, low=0.1, high=100.0)
    assert np.isfinite(table.cumulated).all()
    assert (np.diff(table.cumulated) >= 0.0).all()


def test_a_large_index_is_the_rate_of_exponential_excesses() -> None:
    """ln(1 + y) is exponential with the rate α, and nearly y: the posterior is about gamma."""
    table = tail_index_table(cases=200, total=4.0, rounding=0.0, low=0.1, high=100.0)
    assert table.mean == pytest.approx(200 / 4.0, rel=0.03)
