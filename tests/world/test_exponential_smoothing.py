"""Exponential smoothing in logs: moments in closed form, limits, and a walk by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import special

from integrasim.world.arrivals import exponential_smoothing_intensity
from integrasim.world.streams import Stream

DRAWS = 40_000
UNLIMITED = 5.0


def _shocks(draws: int, months: int) -> NDArray[np.float64]:
    return np.asarray(special.ndtri(Stream(3, "test").uniforms(range(draws), months)))


def _intensity(shocks: NDArray[np.float64], **numbers: float) -> NDArray[np.float64]:
    ones = np.ones(shocks.shape[0])
    return exponential_smoothing_intensity(
        shocks, **{name: value * ones for name, value in numbers.items()}
    )


def test_mean_and_variance_of_the_logarithm() -> None:
    """Mean ln(initial), variance σ²·(1 + α²·(h - 1)) whatever the decay: five standard errors.

    The fourth moment of the logarithm, on which the standard error of the variance rests, is
    taken from the draws themselves. Two times 18 comparisons at 6·10⁻⁷ each.
    """
    alpha, sigma = 0.7, 0.2
    logs = np.log(
        _intensity(
            _shocks(DRAWS, 18),
            initial=400.0,
            smoothing=alpha,
            volatility=sigma,
            decay=0.9,
            highest_volatility=UNLIMITED,
        )
    )
    deviations = logs - math.log(400.0)
    variance = sigma**2 * (1.0 + alpha**2 * np.arange(18))
    assert np.all(np.abs(deviations.mean(axis=0)) < 5.0 * np.sqrt(variance / DRAWS))
    error = np.std(deviations**2, axis=0) / math.sqrt(DRAWS)
    assert np.all(np.abs((deviations**2).mean(axis=0) - variance) < 5.0 * error)


def test_variance_of_the_variance() -> None:
    """E(e₂⁴) = 3·σ⁴·(1 + 2·(1 - δ)²): the second error is leptokurtic, as volatility moves."""
    sigma, delta = 0.2, 0.6
    logs = np.log(
        _intensity(
            _shocks(DRAWS, 2),
            initial=1.0,
            smoothing=0.0,
            volatility=sigma,
            decay=delta,
            highest_volatility=UNLIMITED,
        )
    )
    fourth = logs[:, 1] ** 4
    expected = 3.0 * sigma**4 * (1.0 + 2.0 * (1.0 - delta) ** 2)
    assert abs(fourth.mean() - expected) < 5.0 * fourth.std() / math.sqrt(DRAWS)


def test_errors_come_in_clusters() -> None:
    """Cov(e₁², e₂²) = 2·(1 - δ)·σ⁴, as an error raises the next variance: five standard errors."""
    sigma, delta = 0.1, 0.7
    logs = np.log(
        _intensity(
            _shocks(DRAWS, 2),
            initial=1.0,
            smoothing=0.0,
            volatility=sigma,
            decay=delta,
            highest_volatility=UNLIMITED,
        )
    )
    excess = (logs / sigma) ** 2 - 1.0
    products = excess[:, 0] * excess[:, 1]
    assert abs(products.mean() - 2.0 * (1.0 - delta)) < 5.0 * products.std() / math.sqrt(DRAWS)


@given(
    smoothing=st.floats(0.0, 1.0),
    volatility=st.floats(0.0, 0.5),
    decay=st.floats(0.0, 1.0),
    limit=st.floats(0.0, 0.5),
    shocks=st.lists(st.floats(-8.2, 8.2), min_size=1, max_size=40),
)
def test_no_month_leaves_the_stated_reach(
    smoothing: float, volatility: float, decay: float, limit: float, shocks: list[float]
) -> None:
    """Steps between months never exceed what the limit of the volatility allows."""
    row = np.array([shocks])
    logs = np.log(
        _intensity(
            row,
            initial=1000.0,
            smoothing=smoothing,
            volatility=volatility,
            decay=decay,
            highest_volatility=limit,
        )
    )
    errors = limit * np.abs(row)
    assert np.all(np.abs(np.diff(logs)) <= errors[:, 1:] + errors[:, :-1] + 1e-9)


def test_random_walk_is_the_special_case() -> None:
    shocks = _shocks(5, 24)
    walk = _intensity(
        shocks, initial=100.0, smoothing=1.0, volatility=0.2, decay=1.0, highest_volatility=1.0
    )
    assert np.log(walk / 100.0) == pytest.approx(np.cumsum(0.2 * shocks, axis=1))


def test_three_months_by_hand() -> None:
    """σ = 0.1, shocks 2, -1, 1, α = 1/2, δ = 3/4, limit 0.15.

    e₁ = 0.2; ℓ = 0.1; σ² = 0.75·0.01 + 0.25·0.04 = 0.0175, σ = 0.132288.
    e₂ = -0.132288; ℓ = 0.033856; σ² = 0.0175 again. e₃ = 0.132288, so ln λ₃ = 0.166144.
    """
    numbers = {"initial": 1.0, "smoothing": 0.5, "volatility": 0.1, "decay": 0.75}
    logs = np.log(_intensity(np.array([[2.0, -1.0, 1.0]]), highest_volatility=0.15, **numbers))
    assert logs[0] == pytest.approx([0.2, -0.032288, 0.166144], abs=1e-6)
    capped = np.log(_intensity(np.array([[2.0, -1.0]]), highest_volatility=0.12, **numbers))
    assert capped[0] == pytest.approx([0.2, 0.1 - 0.12])
