"""Intensity whose logarithm returns to a level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.scenario.processes import LogAr1
    from integrasim.world.arrivals.setting import Setting


def log_ar1(_process: LogAr1, setting: Setting) -> NDArray[np.float64]:
    """Persons per month in Germany by a ``log_ar1`` process, (draw, month)."""
    numbers = setting.numbers
    return log_ar1_intensity(
        setting.normals("shocks", len(setting.months)),
        initial=numbers["initial"],
        level=numbers["level"],
        persistence=numbers["persistence"],
        volatility=numbers["volatility"],
    )


def log_ar1_intensity(
    shocks: NDArray[np.float64],
    *,
    initial: NDArray[np.float64],
    level: NDArray[np.float64],
    persistence: NDArray[np.float64],
    volatility: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Monthly intensity whose logarithm returns to a level (AR(1) in logs).

    x_t = φ·x_(t-1) + σ·ε_t with x_(-1) = ln(initial / level); λ_t = level·exp(x_t).
    ``level`` is the long-run median.

    Parameters
    ----------
    shocks
        (draw, month) standard normal numbers ε.
    initial, level
        (draw,) persons per month before the first month, and in the long run.
    persistence
        (draw,) φ in [0, 1).
    volatility
        (draw,) σ ≥ 0, standard deviation of a month's shock in logs.

    Returns
    -------
    numpy.ndarray
        (draw, month) persons per month.

    Examples
    --------
    Without shocks and with φ = 1/2 the distance to the level halves in logs:

    >>> one = np.ones(1)
    >>> log_ar1_intensity(np.zeros((1, 2)), initial=400 * one, level=100 * one,
    ...                   persistence=0.5 * one, volatility=0 * one).round(1)
    array([[200. , 141.4]])
    """
    deviation = np.log(initial / level)
    intensity = np.empty_like(shocks)
    for month in range(shocks.shape[1]):
        deviation = persistence * deviation + volatility * shocks[:, month]
        intensity[:, month] = level * np.exp(deviation)
    return intensity
