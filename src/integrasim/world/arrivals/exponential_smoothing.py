"""Intensity whose level and volatility follow what comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.scenario.processes import ExponentialSmoothing
    from integrasim.world.arrivals.setting import Setting


def exponential_smoothing(_process: ExponentialSmoothing, setting: Setting) -> NDArray[np.float64]:
    """Persons per month in Germany by an ``exponential_smoothing`` process, (draw, month)."""
    numbers = setting.numbers
    return exponential_smoothing_intensity(
        setting.normals("shocks", len(setting.months)),
        initial=numbers["initial"],
        smoothing=numbers["smoothing"],
        volatility=numbers["volatility"],
        decay=numbers["decay"],
        highest_volatility=numbers["highest_volatility"],
    )


def exponential_smoothing_intensity(
    shocks: NDArray[np.float64],
    *,
    initial: NDArray[np.float64],
    smoothing: NDArray[np.float64],
    volatility: NDArray[np.float64],
    decay: NDArray[np.float64],
    highest_volatility: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Monthly intensity by exponential smoothing in logs with exponentially weighted volatility.

    With the error e_t = σ_t·ε_t: ln λ_t = ℓ_(t-1) + e_t, ℓ_t = ℓ_(t-1) + α·e_t and
    σ²_(t+1) = min(δ·σ²_t + (1 - δ)·e_t², σ²_max), where ℓ_(-1) = ln(initial).
    Simple exponential smoothing in its form with a single source of error is ETS(A,N,N)
    (Hyndman, Koehler, Ord and Snyder 2008, Forecasting with Exponential Smoothing, ch. 3); the
    variance is that of RiskMetrics (J.P. Morgan 1996, Technical Document, 4th ed., ch. 5). As
    long as the limit does not bind, the variance of ln λ after h months is σ²·(1 + α²·(h - 1)).

    Parameters
    ----------
    shocks
        (draw, month) standard normal numbers ε.
    initial
        (draw,) persons per month before the first month.
    smoothing
        (draw,) α in [0, 1]; 1 is a random walk.
    volatility
        (draw,) σ of the first month, at least 0 and cut at ``highest_volatility``.
    decay
        (draw,) δ in [0, 1]; 1 keeps σ as it is.
    highest_volatility
        (draw,) σ_max ≥ 0. Without a limit the mean of λ would be infinite from the fourth month on.

    Returns
    -------
    numpy.ndarray
        (draw, month) persons per month.

    Examples
    --------
    A shock of one standard deviation, of which half stays:

    >>> one = np.ones(1)
    >>> exponential_smoothing_intensity(
    ...     np.array([[1.0, 0.0]]), initial=100 * one, smoothing=0.5 * one,
    ...     volatility=np.log(4) * one, decay=one, highest_volatility=2 * one).round(6)
    array([[400., 200.]])
    """
    level, limit = np.log(initial), highest_volatility**2
    variance = np.minimum(volatility**2, limit)
    intensity = np.empty_like(shocks)
    for month in range(shocks.shape[1]):
        error = np.sqrt(variance) * shocks[:, month]
        intensity[:, month] = np.exp(level + error)
        level = level + smoothing * error
        variance = np.minimum(decay * variance + (1.0 - decay) * error**2, limit)
    return intensity
