"""Arrivals: moments of the AR(1) in closed form, exact tables, Poisson counts."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrasim.world.arrivals import log_ar1_intensity, seasonal_factors, whole_persons
from integrasim.world.arrivals.persons import count_persons
from integrasim.world.arrivals.setting import Setting


def setting(draws: int, months: int, *, seed: int, **numbers: float) -> Setting:
    """A channel with the given numbers, the same in every draw."""
    return Setting(
        path="test",
        months=tuple(date(2025 + month // 12, month % 12 + 1, 1) for month in range(months)),
        numbers={name: np.full(draws, value) for name, value in numbers.items()},
        seed=seed,
        draws=range(draws),
    )


def test_log_ar1_moments() -> None:
    """Mean and variance of the log at every horizon, within five standard errors."""
    draws, months = 20_000, 24
    phi, sigma, initial, level = 0.8, 0.2, 400.0, 100.0
    ones = np.ones(draws)
    shocks = setting(draws, months, seed=4).shocks()
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
    counts = count_persons("poisson", intensity, setting(20_000, 2, seed=1, share=1.0))
    standard_error = np.sqrt(50.0 / counts.size)
    assert abs(counts.mean() - 50.0) < 5 * standard_error
    assert counts.var() == pytest.approx(50.0, rel=0.05)


@given(
    monthly=st.lists(st.floats(0.0, 5000.0), min_size=1, max_size=36),
    share=st.floats(0.0, 1.0),
)
def test_whole_persons_keep_the_total(monthly: list[float], share: float) -> None:
    arrivals = whole_persons(np.array([monthly]), np.array([[share]]))
    assert arrivals.min() >= 0
    assert np.all(np.abs(arrivals - share * np.array(monthly)) <= 1.0 + 1e-6)
    assert np.all(np.abs(arrivals.sum(axis=1) - share * sum(monthly)) <= 0.5 + 1e-6)


@given(st.lists(st.floats(0.1, 5.0), min_size=12, max_size=12))
def test_seasonal_factors_average_one(factors: list[float]) -> None:
    scaled = seasonal_factors(factors, list(range(1, 13)))
    assert scaled.mean() == pytest.approx(1.0)
    assert scaled[3] / scaled[7] == pytest.approx(factors[3] / factors[7])
