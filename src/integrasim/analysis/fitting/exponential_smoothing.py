"""Exponential smoothing with exponentially weighted volatility, fitted to a series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from integrasim.analysis.fitting.estimates import Estimate, Fitted, Sample

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["fit_exponential_smoothing"]

_POINTS: Final = 50
_START: Final = 12
"""Errors whose mean square is the first variance: those of a year."""


def fit_exponential_smoothing(sample: Sample) -> Fitted:
    """Estimate smoothing and decay by their posterior mean, and the level and volatility reached.

    Given α and δ, every error is known: ℓ_0 = x_0, e_t = x_t - ℓ_(t-1), ℓ_t = ℓ_(t-1) + α·e_t,
    and so is its variance: σ²_1 is the mean square of the first twelve errors,
    σ²_(t+1) = δ·σ²_t + (1 - δ)·e_t². The likelihood ∏ φ(e_t / σ_t) / σ_t is evaluated at the
    midpoints of a grid of 50 × 50 cells over the unit square. With all pairs (α, δ) equally likely
    beforehand it is the posterior distribution, whose means and standard deviations are the
    estimates and their standard errors. The maximum of the likelihood will not do: with few years
    it often lies at an end of the range, α = 1 or δ = 1, where a standard error has no meaning.

    Parameters
    ----------
    sample
        The series.

    Returns
    -------
    Fitted
        All keys of the process. ``highest_volatility`` is the highest volatility that the
        series has seen at the estimates; it has no standard error.
    """
    logs = sample.logs
    points = (np.arange(_POINTS) + 0.5) / _POINTS
    alpha, delta = points[:, None], points[None, :]
    level, errors = _errors(logs, alpha)
    variances = _variances(errors, delta)
    spreads = np.sqrt(variances[-1])
    surprise = np.log(variances[:-1]) + errors**2 / variances[:-1]
    log_likelihood = -0.5 * surprise.sum(axis=0)
    weights = np.exp(log_likelihood - log_likelihood.max())
    weights /= weights.sum()
    smoothing, decay = _moments(weights, alpha), _moments(weights, delta)
    at_level, at_errors = _errors(logs, np.array([[smoothing[0]]]))
    at_spread = np.sqrt(_variances(at_errors, np.array([[decay[0]]])))[:, 0, 0]
    initial = float(np.exp(at_level[0, 0]))
    estimates = {
        "initial": Estimate(initial, initial * _moments(weights, level)[1]),
        "smoothing": Estimate(*smoothing, scale="share"),
        "volatility": Estimate(float(at_spread[-1]), _moments(weights, spreads)[1]),
        "decay": Estimate(*decay, scale="share"),
        "highest_volatility": Estimate(float(at_spread.max())),
    }
    return Fitted(estimates)


def _errors(
    logs: NDArray[np.float64], alpha: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Last level (α, 1) and errors (month, α, 1) of the months after the first."""
    level = np.full_like(alpha, logs[0])
    errors = np.empty((logs.size - 1, *alpha.shape))
    for month, value in enumerate(logs[1:]):
        errors[month] = value - level
        level = level + alpha * errors[month]
    return level, errors


def _variances(errors: NDArray[np.float64], delta: NDArray[np.float64]) -> NDArray[np.float64]:
    """Variance before each error and after the last, (month, α, δ)."""
    first = np.mean(errors[:_START] ** 2, axis=0)
    variances = np.empty((len(errors) + 1, len(first), delta.shape[1]))
    variances[0] = first
    for month, error in enumerate(errors):
        variances[month + 1] = delta * variances[month] + (1.0 - delta) * error**2
    return variances


def _moments(weights: NDArray[np.float64], values: NDArray[np.float64]) -> tuple[float, float]:
    """Mean and standard deviation of values under the posterior distribution."""
    mean = float(np.sum(weights * values))
    return mean, float(np.sqrt(np.sum(weights * (values - mean) ** 2)))
