"""Arrivals: moments of the AR(1) in closed form, exact tables, Poisson counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrasim.world.arrivals import (
    fixed_arrivals,
    log_ar1_intensity,
    normal_shocks,
    poisson_arrivals,
    seasonal_factors,
)


def test_log_ar1_moments() -> None:
    """Mean and variance of the log at every horizon, within five standard errors."""
    draws, months = 20_000, 24
    phi, sigma, initial, level = 0.8, 0.2, 400.0, 100.0
    ones = np.ones(draws)
    shocks = normal_shocks("test", seed=4, draws=range(draws), months=months)
    logs = np.log(
        log_ar1_intensity(
            shocks,
            initial=initial * ones,
            level=level * ones,
            persistence=phi * ones,
            volatility=sigma * ones,
        )
    )
    horizon = np.arange(1, months + 1)
    mean = np.log(level) + phi**horizon * np.log(initial / level)
    variance = sigma**2 * (1 - phi ** (2 * horizon)) / (1 - phi**2)
    assert np.all(np.abs(logs.mean(axis=0) - mean) < 5 * np.sqrt(variance / draws))
    assert np.allclose(logs.var(axis=0), variance, rtol=5 * np.sqrt(2 / draws))
    lagged = np.corrcoef(logs[:, -2], logs[:, -1])[0, 1]
    assert lagged == pytest.approx(phi, abs=0.02)


def test_poisson_arrivals_have_the_stated_mean_and_variance() -> None:
    intensity = np.full((20_000, 2), 50.0)
    counts = poisson_arrivals(intensity, name="test", seed=1, draws=range(20_000))
    standard_error = np.sqrt(50.0 / counts.size)
    assert abs(counts.mean() - 50.0) < 5 * standard_error
    assert counts.var() == pytest.approx(50.0, rel=0.05)


@given(
    monthly=st.lists(st.floats(0.0, 5000.0), min_size=1, max_size=36),
    share=st.floats(0.0, 1.0),
)
def test_fixed_arrivals_keep_the_total(monthly: list[float], share: float) -> None:
    arrivals = fixed_arrivals(np.array(monthly), np.array([share, share]))
    assert arrivals.min() >= 0
    assert np.all(np.abs(arrivals - share * np.array(monthly)) <= 1.0 + 1e-6)
    assert np.all(np.abs(arrivals.sum(axis=1) - share * sum(monthly)) <= 0.5 + 1e-6)


@given(st.lists(st.floats(0.1, 5.0), min_size=12, max_size=12))
def test_seasonal_factors_average_one(factors: list[float]) -> None:
    scaled = seasonal_factors(factors, list(range(1, 13)))
    assert scaled.mean() == pytest.approx(1.0)
    assert scaled[3] / scaled[7] == pytest.approx(factors[3] / factors[7])
