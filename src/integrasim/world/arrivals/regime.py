"""Intensity that follows switches between calm and surge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.scenario.processes import Regime
    from integrasim.world.arrivals.setting import Setting


def regime(process: Regime, setting: Setting) -> NDArray[np.float64]:
    """Persons per month in Germany by a ``regime`` process, (draw, month)."""
    numbers, months = setting.numbers, len(setting.months)
    in_surge = surge_months(
        special.ndtr(setting.normals("regime", months)),
        starts_in_surge=process.start == "surge",
        onset_hazard=numbers["onset_hazard"],
        mean_length=numbers["mean_length"],
    )
    return regime_intensity(
        setting.normals("shocks", months),
        in_surge,
        initial=numbers["initial"],
        calm_level=numbers["calm_level"],
        multiplier=numbers["multiplier"],
        persistence=numbers["persistence"],
        volatility=numbers["volatility"],
    )


def surge_months(
    uniforms: NDArray[np.float64],
    *,
    starts_in_surge: bool,
    onset_hazard: NDArray[np.float64],
    mean_length: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Months of surge: a Markov chain of two states.

    A month is one of surge if its uniform lies below the onset hazard h (after a
    month of calm) or below 1 - 1/L (after one of surge), so lengths are geometric
    with mean L, and more hazard or length brings more surge if 1 - 1/L ≥ h.

    Parameters
    ----------
    uniforms
        (draw, month) numbers in (0, 1).
    starts_in_surge
        Whether there is a surge before the first month.
    onset_hazard
        (draw,) h, probability that a surge begins in a month of calm.
    mean_length
        (draw,) L ≥ 1, mean length of a surge in months.

    Returns
    -------
    numpy.ndarray
        (draw, month) whether there is a surge.

    Examples
    --------
    >>> surge_months(np.array([[0.5, 0.01, 0.7, 0.9]]), starts_in_surge=False,
    ...              onset_hazard=np.array([0.02]), mean_length=np.array([4.0]))
    array([[False,  True,  True, False]])
    """
    in_surge = np.empty(uniforms.shape, dtype=np.bool_)
    state = np.full(len(uniforms), starts_in_surge)
    stay = 1.0 - 1.0 / mean_length
    for month in range(uniforms.shape[1]):
        state = uniforms[:, month] < np.where(state, stay, onset_hazard)
        in_surge[:, month] = state
    return in_surge


def regime_intensity(
    shocks: NDArray[np.float64],
    in_surge: NDArray[np.bool_],
    *,
    initial: NDArray[np.float64],
    calm_level: NDArray[np.float64],
    multiplier: NDArray[np.float64],
    persistence: NDArray[np.float64],
    volatility: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Monthly intensity whose logarithm approaches the level of the regime.

    x_t = φ·x_(t-1) + (1 - φ)·s_t·ln(multiplier) + σ·ε_t with s_t = 1 in a surge,
    x_(-1) = ln(initial / calm_level); λ_t = calm_level·exp(x_t).

    Parameters
    ----------
    shocks
        (draw, month) standard normal numbers ε.
    in_surge
        (draw, month) whether there is a surge.
    initial, calm_level
        (draw,) persons per month before the first month, and towards which a calm leads.
    multiplier
        (draw,) how many times as many a surge leads to.
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
    Without shocks and with φ = 1/2, half of the way in logs each month:

    >>> one = np.ones(1)
    >>> regime_intensity(np.zeros((1, 3)), np.array([[True, True, False]]), initial=100 * one,
    ...                  calm_level=100 * one, multiplier=16 * one, persistence=0.5 * one,
    ...                  volatility=0 * one).round(1)
    array([[400. , 800. , 282.8]])
    """
    pull = (1.0 - persistence) * np.log(multiplier)
    deviation = np.log(initial / calm_level)
    intensity = np.empty_like(shocks)
    for month in range(shocks.shape[1]):
        deviation = (
            persistence * deviation + pull * in_surge[:, month] + volatility * shocks[:, month]
        )
        intensity[:, month] = calm_level * np.exp(deviation)
    return intensity
