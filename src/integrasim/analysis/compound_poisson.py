"""Distributions of compound Poisson sums by the fast Fourier transform, many at once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["compound_poisson", "points_needed", "unit_jumps"]

_TILT = 12.0
"""Of what lies beyond the grid, e^-12 = 6·10⁻⁶ comes back; rounding errors grow to 10⁻¹⁰."""
_BEYOND = 1e-6
"""Probability with which a sum may exceed its grid."""
_BATCH = 2**16
"""Points that are transformed together, 0.5 MiB: they stay in the cache."""


def unit_jumps(excess: NDArray[np.float64], *, step: float) -> NDArray[np.float64]:
    """Move jumps onto a grid so that no mean changes (local moment matching).

    A jump between two points of the grid is shared by them in proportion to its nearness
    (Gerber 1982). With L(x) = E[Σ (jump - x)⁺] the point j ≥ 1 so gets

        m_j = (L((j - 1)·h) - 2·L(j·h) + L((j + 1)·h)) / h.

    Parameters
    ----------
    excess
        (..., point) L(0), L(h), L(2h), … per unit of exposure; the last two are 0.
    step
        h, distance of the points.

    Returns
    -------
    numpy.ndarray
        (..., point - 1) expected jumps of size 0, h, 2h, …; jumps of size 0 change nothing, their
        number is given as 0.

    References
    ----------
    Gerber, H. U. (1982), "On the numerical evaluation of the distribution of aggregate claims and
    its stop-loss premiums", Insurance: Mathematics and Economics 1.

    Examples
    --------
    Two jumps of 1.25 are one and a half jumps of 1 and half a jump of 2:

    >>> unit_jumps(np.array([2.5, 0.5, 0.0, 0.0]), step=1.0)
    array([0. , 1.5, 0.5])
    """
    jumps = np.zeros((*excess.shape[:-1], excess.shape[-1] - 1))
    jumps[..., 1:] = np.diff(excess, n=2) / step
    return jumps


def points_needed(jumps: NDArray[np.float64], exposure: float) -> int:
    """Give a grid that a compound Poisson sum exceeds once in a million cases at most.

    By Bennett's inequality, P(R ≥ μ + x) ≤ exp(-(σ²/b²)·((1 + u)·ln(1 + u) - u)) with u = b·x/σ²,
    where b is the largest jump.

    Parameters
    ----------
    jumps
        (point,) expected jumps of size 0, 1, 2, … per unit of exposure.
    exposure
        Units of exposure.

    Returns
    -------
    int
        Number of points, a power of two.

    References
    ----------
    Boucheron, Lugosi & Massart (2013), "Concentration Inequalities", section 2.7.

    Examples
    --------
    >>> points_needed(np.array([0.0, 1.0]), 2.0), points_needed(np.array([0.0, 1.0]), 100.0)
    (16, 256)
    """
    sizes = np.arange(jumps.size)
    mean, variance = (exposure * float(jumps @ sizes**order) for order in (1, 2))
    largest = jumps.size - 1
    points: int = 2 ** max(1, math.ceil(math.log2(jumps.size)))
    while _exceedance(points - mean, variance, largest) > _BEYOND:
        points *= 2
    return points


def _exceedance(distance: float, variance: float, largest: int) -> float:
    """Bennett's bound of the probability that a sum exceeds its mean by so much."""
    if distance <= 0.0:
        return 1.0
    if variance == 0.0:
        return 0.0
    u = largest * distance / variance
    return math.exp(-variance / largest**2 * ((1.0 + u) * math.log1p(u) - u))


def compound_poisson(
    jumps: NDArray[np.float64], exposure: NDArray[np.float64], *, out: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Compute the distribution function of a compound Poisson sum for every exposure.

    With the transform φ of the jumps per unit of exposure, that of the sum for an exposure w is

        exp(w · (φ(s) - φ(0))).

    One transform of the jumps serves all exposures. Masses are tilted by e^(-θj) beforehand and
    back afterwards, which keeps what lies beyond the grid from coming back at its beginning.

    Parameters
    ----------
    jumps
        (jump,) expected jumps of size 0, 1, 2, … per unit of exposure, at most as many sizes as
        points.
    exposure
        (cell,) units of exposure, such as person-years.
    out
        (cell, point) where the result is written; the points are 0, 1, 2, …, an even number.

    Returns
    -------
    numpy.ndarray
        (cell, point) ``out``: the probability that the sum is at most so large.

    References
    ----------
    Embrechts, P. & Frei, M. (2009), "Panjer recursion versus FFT for compound distributions",
    Mathematical Methods of Operations Research 69. Grübel, R. & Hermesmeier, R. (1999),
    "Computation of compound distributions I: aliasing errors and exponential tilting", ASTIN
    Bulletin 29.

    Examples
    --------
    Jumps of one give a Poisson distribution:

    >>> from scipy import stats
    >>> found = compound_poisson(np.array([0.0, 1.0]), np.array([0.5, 3.0]), out=np.empty((2, 32)))
    >>> expected = stats.poisson.cdf(np.arange(32), [[0.5], [3.0]])
    >>> bool(np.abs(found - expected).max() < 1e-10)
    True
    """
    points = out.shape[1]
    tilt = np.exp(_TILT / points * np.arange(points))
    transform = np.fft.rfft(jumps / tilt[: jumps.size], n=points) - jumps.sum()
    rows = max(1, _BATCH // points)
    for start in range(0, exposure.size, rows):
        batch = out[start : start + rows]
        weights = exposure[start : start + rows, np.newaxis]
        np.fft.irfft(np.exp(weights * transform), n=points, out=batch)
        batch *= tilt
        np.cumsum(batch, axis=1, out=batch)
        np.clip(batch, 0.0, 1.0, out=batch)  # rounding leads a little below 0 and above 1
    return out
