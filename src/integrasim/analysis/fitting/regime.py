"""Switches between calm and surge, fitted to a series."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import optimize

from integrasim.analysis.fitting.estimates import Estimate, Fitted, Sample, standard_errors

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["fit_regime"]

_HALF: Final = 0.5
_LOG_TWO_PI: Final = math.log(2.0 * math.pi)
_BOUNDS: Final = (
    (math.log(1.5), math.log(20.0)),  # multiplier: less is no surge, more no month of the series
    (1 / 240, 1 / 4),  # a surge begins at least every 20 years, and calm lasts 4 months on average
    (1 / 120, 1 / 4),  # a surge lasts 4 months to 10 years on average
    (0.0, 0.9),  # two thirds of the way to a regime's level are gone within ten months
    (math.log(0.02), math.log(1.0)),  # volatility
)
"""What makes a regime a regime; of multiplier, onset, end, persistence and volatility."""
_STARTS: Final = ((0.5, 0.2), (0.8, 0.2), (0.5, 0.5), (0.8, 0.5))
"""Starting points of the search: persistence, and share of the months in surge."""
_AT_BOUND: Final = 1e-6


def fit_regime(sample: Sample) -> Fitted:
    """Estimate a Markov switching autoregression by maximum likelihood within bounds.

    The likelihood of x_t = φ·x_(t-1) + (1 - φ)·(ln calm + s_t·ln multiplier) + σ·ε_t is that of
    Hamilton's filter (Hamilton 1989, "A new approach to the economic analysis of nonstationary time
    series and the business cycle", Econometrica 57), given the first month and started in the
    chain's equilibrium. It is written out here since the models of statsmodels take no bounds,
    and without them the likelihood of a short series is highest where one odd month is a regime
    and the rest a random walk. So a surge lasts at least 4 months on average, brings at least 1.5
    times as many persons, and persistence stays at or below 0.9; all bounds stand in the module.
    The search (L-BFGS-B) starts from four fixed points and keeps the highest likelihood. Standard
    errors come from the numerical Hessian over the parameters inside their bounds; one that lies on
    a bound has none.

    Parameters
    ----------
    sample
        The series.

    Returns
    -------
    Fitted
        All keys of the process. ``start`` is the regime that is likelier in the last month.
    """
    logs = sample.logs
    bounds = [(float(logs.min()), float(logs.max())), *_BOUNDS]

    def loss(parameters: NDArray[np.float64]) -> float:
        return -_filter(logs, parameters)[0]

    searches = [
        optimize.minimize(loss, _start(logs, *start, bounds), method="L-BFGS-B", bounds=bounds)
        for start in _STARTS
    ]
    found = np.asarray(min(searches, key=lambda each: float(each.fun)).x)
    inside = np.array(
        [
            low + _AT_BOUND < value < high - _AT_BOUND
            for value, (low, high) in zip(found, bounds, strict=True)
        ]
    )
    errors = standard_errors(lambda each: -loss(each), found, inside)
    calm, multiplier, spread = (math.exp(found[place]) for place in (0, 1, 5))
    length = 1.0 / float(found[3])
    return Fitted(
        {
            "initial": Estimate(math.exp(logs[-1])),
            "calm_level": Estimate(calm, calm * errors[0], most=1e7),
            "multiplier": Estimate(multiplier, multiplier * errors[1], least=1.0, most=1000.0),
            "onset_hazard": Estimate(float(found[2]), errors[2], "share"),
            "mean_length": Estimate(length, length**2 * errors[3], least=1.0),
            "persistence": Estimate(float(found[4]), errors[4], "share"),
            "volatility": Estimate(spread, spread * errors[5], most=5.0),
        },
        {"start": "surge" if _filter(logs, found)[1] > _HALF else "calm"},
    )


def _filter(logs: NDArray[np.float64], parameters: NDArray[np.float64]) -> tuple[float, float]:
    """Log likelihood of the months after the first, and probability of surge in the last."""
    calm, gain, onset, end, persistence, log_spread = (float(each) for each in parameters)
    error = logs[1:] - persistence * logs[:-1] - (1.0 - persistence) * calm
    scale = math.exp(-2.0 * log_spread)
    quiet = np.exp(-0.5 * scale * error**2)
    loud = np.exp(-0.5 * scale * (error - (1.0 - persistence) * gain) ** 2)
    surge, likelihood = onset / (onset + end), 0.0
    for in_calm, in_surge in zip(quiet.tolist(), loud.tolist(), strict=True):
        ahead = surge * (1.0 - end) + (1.0 - surge) * onset
        density = max((1.0 - ahead) * in_calm + ahead * in_surge, 1e-300)
        likelihood += math.log(density)
        surge = ahead * in_surge / density
    return likelihood - error.size * (log_spread + 0.5 * _LOG_TWO_PI), surge


def _start(
    logs: NDArray[np.float64],
    persistence: float,
    surge: float,
    bounds: list[tuple[float, float]],
) -> NDArray[np.float64]:
    """Return a starting point with a surge in the highest part of the months."""
    low, high = np.quantile(logs, [(1.0 - surge) / 2.0, 1.0 - surge / 2.0])
    spread = 0.5 * math.log(max(float(np.var(np.diff(logs))), 1e-4))
    start = np.array([low, high - low, 0.03, 0.08, persistence, spread])
    return np.asarray(np.clip(start, *np.array(bounds).T))
