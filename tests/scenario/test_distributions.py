"""Distributions against closed forms and scipy, and their parameters."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from pydantic import TypeAdapter, ValidationError
from scipy import stats

from integrasim.scenario.distributions import BaseDistribution, Distribution

ADAPTER: TypeAdapter[BaseDistribution] = TypeAdapter(Distribution)
U = np.array([1e-12, 1e-6, 0.01, 0.25, 0.5, 0.75, 0.99, 1 - 1e-6, 1 - 1e-12])


def make(dist: str, **parameters: float) -> BaseDistribution:
    return ADAPTER.validate_python({"dist": dist, **parameters})


def complaint(dist: str, **parameters: float) -> tuple[str, str, tuple[str, ...]]:
    with pytest.raises(ValidationError) as caught:
        make(dist, **parameters)
    (error,) = caught.value.errors()
    context = error["ctx"]
    return context["message"], context["remedy"], context["at"]


def between(low: float, high: float, mean: float, sd: float) -> Any:
    """Scipy's beta distribution on an interval, with a given mean and sd."""
    m, s = (mean - low) / (high - low), sd / (high - low)
    size = m * (1 - m) / s**2 - 1
    return stats.beta(m * size, (1 - m) * size, loc=low, scale=high - low)


CASES: list[tuple[dict[str, Any], Any]] = [
    ({"dist": "uniform", "low": -1, "high": 3}, stats.uniform(-1, 4)),
    (
        {"dist": "triangular", "low": 2, "mode": 3, "high": 6},
        stats.triang(0.25, loc=2, scale=4),
    ),
    ({"dist": "triangular", "low": 2, "mode": 2, "high": 6}, stats.triang(0, loc=2, scale=4)),
    ({"dist": "triangular", "low": 2, "mode": 6, "high": 6}, stats.triang(1, loc=2, scale=4)),
    ({"dist": "normal", "mean": 10, "sd": 2}, stats.norm(10, 2)),
    (
        {"dist": "normal", "mean": 10, "sd": 2, "low": 9},
        stats.truncnorm(-0.5, np.inf, loc=10, scale=2),
    ),
    (
        {"dist": "normal", "mean": 10, "sd": 2, "low": 9, "high": 15},
        stats.truncnorm(-0.5, 2.5, loc=10, scale=2),
    ),
    ({"dist": "lognormal", "median": 100, "sigma": 0.5}, stats.lognorm(0.5, scale=100)),
    ({"dist": "gamma", "mean": 6, "sd": 3}, stats.gamma(4, scale=1.5)),
    (
        {"dist": "rate_posterior", "cases": 28, "person_years": 101_740},
        stats.gamma(28.5, scale=1 / 101_740),
    ),
    ({"dist": "beta", "mean": 0.2, "sd": 0.1}, between(0, 1, 0.2, 0.1)),
    ({"dist": "beta", "mean": 3, "sd": 0.5, "low": 2, "high": 5}, between(2, 5, 3, 0.5)),
]


@pytest.mark.parametrize(("written", "frozen"), CASES)
def test_quantiles_support_and_expectation_agree_with_scipy(
    written: dict[str, Any], frozen: Any
) -> None:
    distribution = ADAPTER.validate_python(written)
    # SciPy's truncated normal is no more exact in its upper tail.
    assert_allclose(distribution.ppf(U), frozen.ppf(U), rtol=1e-8)
    assert distribution.support == tuple(frozen.support())
    assert_allclose(distribution.expectation, frozen.mean(), rtol=1e-12)


@pytest.mark.parametrize(
    ("dist", "parameters", "quantiles"),
    [
        ("uniform", {"low": 1, "high": 3}, [1.0, 1.5, 2.0, 2.5, 3.0]),
        # Below the mode √(u·4·1), above it 4 - √((1 - u)·4·3).
        (
            "triangular",
            {"low": 0, "mode": 1, "high": 4},
            [0.0, 1.0, 4 - math.sqrt(6), 4 - math.sqrt(3), 4.0],
        ),
        # With α = 1 and β = 2 the distribution function is 1 - (1 - x)².
        (
            "beta",
            {"mean": 1 / 3, "sd": math.sqrt(1 / 18)},
            [0.0, 1 - math.sqrt(0.75), 1 - math.sqrt(0.5), 0.5, 1.0],
        ),
    ],
)
def test_quantiles_have_their_closed_form(
    dist: str, parameters: dict[str, float], quantiles: list[float]
) -> None:
    computed = make(dist, **parameters).ppf([0.0, 0.25, 0.5, 0.75, 1.0])
    assert_allclose(computed, quantiles, rtol=1e-12, atol=1e-300)


def test_a_gamma_distribution_with_mean_equal_to_sd_is_exponential() -> None:
    u = np.array([0.1, 0.5, 0.9])
    assert_allclose(make("gamma", mean=7, sd=7).ppf(u), -7 * np.log1p(-u), rtol=1e-12)


def test_a_cut_lognormal_has_its_closed_form() -> None:
    cut = make("lognormal", median=100, sigma=0.5, low=80, high=200)
    a, b = stats.norm.cdf(np.log([0.8, 2.0]) / 0.5)
    assert_allclose(cut.ppf(U), 100 * np.exp(0.5 * stats.norm.ppf(a + U * (b - a))), rtol=1e-9)
    assert cut.support == (80.0, 200.0)
    middle = (np.arange(200_000) + 0.5) / 200_000
    assert_allclose(cut.expectation, cut.ppf(middle).mean(), rtol=1e-8)


def test_a_lognormal_cut_at_zero_is_not_cut() -> None:
    whole, cut = (make("lognormal", median=3, sigma=1, **low) for low in ({}, {"low": 0.0}))
    assert_allclose(whole.ppf(U), cut.ppf(U), rtol=0)
    assert (whole.support, whole.attained) == (cut.support, cut.attained)


def test_cutting_far_out_in_a_tail_stays_exact() -> None:
    """Mean excess over 8 standard deviations by Mills' ratio: 8 + 1/8 - 2/8³ + …"""
    tail = make("normal", mean=0, sd=1, low=0).ppf(1 - 1e-15)
    assert_allclose(tail, stats.norm.isf(0.5e-15), rtol=1e-3)


@st.composite
def distributions(draw: st.DrawFn) -> BaseDistribution:
    middle = st.floats(0.01, 100)
    low = draw(st.floats(-100, 100))
    width = draw(st.floats(0.01, 100))
    high = low + width
    inside = low + width * draw(st.floats(0.01, 0.99))
    largest = math.sqrt((inside - low) * (high - inside))
    return draw(
        st.sampled_from(
            [
                make("uniform", low=low, high=high),
                make("triangular", low=low, mode=inside, high=high),
                make("normal", mean=inside, sd=draw(middle)),
                make("normal", mean=inside, sd=draw(middle), low=low, high=high),
                make("lognormal", median=draw(middle), sigma=draw(st.floats(0.01, 3))),
                make("gamma", mean=draw(middle), sd=draw(middle)),
                make(
                    "beta",
                    mean=inside,
                    sd=largest * draw(st.floats(0.05, 0.95)),
                    low=low,
                    high=high,
                ),
            ]
        )
    )


@given(distributions(), st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_quantiles_rise_within_a_finite_reach(
    distribution: BaseDistribution, probabilities: list[float]
) -> None:
    u = np.sort(np.array([0.0, *probabilities, 1.0]))
    values = distribution.ppf(u)
    assert values.shape == u.shape
    assert np.isfinite(values).all()
    # The inverse of the incomplete beta function is monotone only to rounding.
    assert (np.diff(values) >= -1e-9 * (1 + np.abs(values[1:]))).all()
    (low, high), (low_attained, high_attained) = distribution.reach, distribution.attained
    assert values[0] >= low if low_attained else values[0] > low
    assert values[-1] <= high if high_attained else values[-1] < high


@pytest.mark.parametrize("probability", [2.2250738585e-313, 2.8e-307, 1e-200, 1e-100])
def test_a_tiny_probability_has_a_quantile(probability: float) -> None:
    distribution = make("beta", mean=0.015625, sd=0.007751224544134543)
    assert 0.0 < float(distribution.ppf(probability)) < 1e-10


@given(distributions())
def test_an_expectation_is_the_mean_of_the_quantiles(distribution: BaseDistribution) -> None:
    u = (np.arange(50_000) + 0.5) / 50_000
    values = distribution.ppf(u)
    spread = float(values.std())
    assert abs(values.mean() - distribution.expectation) <= 0.05 * spread


def test_quantiles_keep_the_shape_of_the_probabilities() -> None:
    uniform = make("uniform", low=0, high=2)
    assert uniform.ppf(np.full((2, 3), 0.5)).tolist() == [[1.0] * 3] * 2
    assert float(uniform.ppf(0.25)) == 0.5


@pytest.mark.parametrize("u", [-0.1, 1.1, math.nan])
def test_only_probabilities_have_quantiles(u: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        make("uniform", low=0, high=1).ppf([0.5, u])


FIXED = "Let low be below high; for a fixed value write it alone."


@pytest.mark.parametrize(
    ("written", "message", "remedy", "at"),
    [
        ({"dist": "uniform", "low": 2, "high": 2}, "low (2) is not below high (2)", FIXED, ()),
        (
            {"dist": "triangular", "low": 3, "mode": 2, "high": 1},
            "low (3) is not below high (1)",
            FIXED,
            (),
        ),
        (
            {"dist": "triangular", "low": 1, "mode": 0.5, "high": 2},
            "the mode 0.5 lies below low",
            "Use at least 1.",
            ("mode",),
        ),
        (
            {"dist": "triangular", "low": 1, "mode": 2.5, "high": 2},
            "the mode 2.5 lies above high",
            "Use at most 2.",
            ("mode",),
        ),
        (
            {"dist": "normal", "mean": 0, "sd": 1, "low": 1, "high": 0.5},
            "low (1) is not below high (0.5)",
            FIXED,
            (),
        ),
        (
            {"dist": "normal", "mean": 0, "sd": 1, "high": -1},
            "the mean 0 lies above high",
            "Use at most -1.",
            ("mean",),
        ),
        (
            {"dist": "lognormal", "median": 5, "sigma": 1, "low": 6},
            "the median 5 lies below low",
            "Use at least 6.",
            ("median",),
        ),
        (
            {"dist": "beta", "mean": 0.5, "sd": 0.1, "low": 1, "high": 1},
            "low (1) is not below high (1)",
            FIXED,
            (),
        ),
        (
            {"dist": "beta", "mean": 1, "sd": 0.1},
            "the mean 1 is not possible",
            "Use a mean above 0 and below 1.",
            ("mean",),
        ),
        (
            {"dist": "beta", "mean": 0.2, "sd": 0.4},
            "no beta distribution with this mean has the sd 0.4",
            "Use an sd below 0.4.",
            ("sd",),
        ),
    ],
)
def test_impossible_parameters_are_refused(
    written: dict[str, Any], message: str, remedy: str, at: tuple[str, ...]
) -> None:
    assert complaint(**written) == (message, remedy, at)


@pytest.mark.parametrize(
    "written",
    [
        {"dist": "normal", "mean": 0, "sd": 0},
        {"dist": "lognormal", "median": 0, "sigma": 1},
        {"dist": "lognormal", "median": 1, "sigma": -1},
        {"dist": "lognormal", "median": 1, "sigma": 1, "low": -1},
        {"dist": "gamma", "mean": 0, "sd": 1},
        {"dist": "gamma", "mean": 1, "sd": 0},
        {"dist": "beta", "mean": 0.5, "sd": 0},
        {"dist": "uniform", "low": 0, "high": math.inf},
        {"dist": "uniform", "low": "0", "high": 1},
        {"dist": "uniform", "low": False, "high": 1},
    ],
)
def test_parameters_keep_their_types_and_limits(written: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make(**written)


@pytest.mark.parametrize("low", [0.0, -1e-13, -1e-8, -0.1, -1.0, -5.0])
def test_the_upper_end_of_a_distribution_cut_below_is_finite(low: float) -> None:
    """SciPy's truncated normal has infinite or no quantiles there."""
    distribution = make("normal", mean=0.0, sd=1.0, low=low)
    # What is left of the normal, and of that 2⁻⁵³.
    assert distribution.reach[1] == pytest.approx(stats.norm.isf(stats.norm.sf(low) * 2.0**-53))
    quantiles = distribution.ppf([0.0, 0.5, 1.0 - 1e-12])
    assert quantiles[0] == pytest.approx(low, abs=1e-15)
    assert quantiles[1] == pytest.approx(stats.norm.isf(stats.norm.sf(low) / 2), abs=1e-9)
    assert quantiles[2] == pytest.approx(stats.norm.isf(stats.norm.sf(low) * 1e-12), rel=1e-4)


def test_a_normal_distribution_cut_to_a_sliver_is_refused() -> None:
    assert make("normal", mean=0.0, sd=1.0, low=0.0, high=1e-4).expectation == pytest.approx(5e-5)
    with pytest.raises(ValidationError, match="too near to each other for the sd 1"):
        make("normal", mean=0.0, sd=1.0, low=0.0, high=4e-5)
