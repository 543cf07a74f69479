"""Persons newly arriving in the Land, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from integrasim.world.counts import poisson_counts
from integrasim.world.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from integrasim.world.assumptions import Assumptions


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


def seasonal_factors(factors: Sequence[float], months: Sequence[int]) -> NDArray[np.float64]:
    """Seasonal factor of each month of the horizon, scaled to a yearly mean of 1.

    Parameters
    ----------
    factors
        Twelve positive numbers, January first.
    months
        (month,) calendar months 1–12 of the horizon.

    Returns
    -------
    numpy.ndarray
        (month,) factors.

    Examples
    --------
    >>> seasonal_factors([3.0] + [1.0] * 11, [1, 2]).round(3)
    array([2.571, 0.857])
    """
    twelve = np.asarray(factors, dtype=np.float64)
    return np.asarray((twelve / twelve.mean())[np.asarray(months) - 1])


def fixed_arrivals(monthly: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.int64]:
    """Arrivals given as a table: whole persons, the same total in every draw.

    The fraction of a person left over in one month is carried to the next, so the
    sum over the horizon is the sum of the table to the nearest person.

    Parameters
    ----------
    monthly
        (month,) persons per month.
    share
        (draw,) share of them that arrives in the Land.

    Returns
    -------
    numpy.ndarray
        (draw, month) persons.

    Examples
    --------
    >>> fixed_arrivals(np.array([2.5, 2.5, 2.5]), np.ones(1))
    array([[2, 3, 3]])
    """
    cumulated = np.rint(np.multiply.outer(share, np.cumsum(monthly)))
    return np.diff(cumulated, axis=1, prepend=0.0).astype(np.int64)


def poisson_arrivals(
    intensity: NDArray[np.float64], *, name: str, seed: int, draws: range
) -> NDArray[np.int64]:
    """Poisson counts of persons around an intensity.

    Parameters
    ----------
    intensity
        (draw, month) expected persons.
    name
        Channel, which names the stream.
    seed, draws
        Seed of the run and the block of draws.

    Returns
    -------
    numpy.ndarray
        (draw, month) persons.
    """
    uniforms = Stream(seed, f"arrivals.{name}.counts").uniforms(draws, intensity.shape[1])
    return poisson_counts(uniforms, intensity)


def normal_shocks(name: str, *, seed: int, draws: range, months: int) -> NDArray[np.float64]:
    """Draw the standard normal shocks of a channel, (draw, month)."""
    uniforms = Stream(seed, f"arrivals.{name}.shocks").uniforms(draws, months)
    return np.asarray(special.ndtri(uniforms))


def channel_assumptions(assumptions: Assumptions, prefix: str) -> Assumptions:
    """Assumptions of one channel, named without the channel's path."""
    return {
        path.removeprefix(prefix + "."): values
        for path, values in assumptions.items()
        if path.startswith(prefix + ".")
    }
