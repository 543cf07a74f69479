"""What few observed cases say about a Pareto tail when only their sum has been published.

The excesses over the threshold t of a Pareto tail with index α, divided by t, have the
density α·(1 + y)^(-α-1). The likelihood of α is the density of the sum of n such
excesses at the observed sum. It has no closed form; here it is computed on a grid by
Fourier transforms of the n-fold convolution, damped against aliasing (Abate & Whitt
1992, "Numerical inversion of probability generating functions", Operations Research
Letters 12; Klugman, Panjer & Willmot, "Loss Models", section 9.6).

The prior is flat in ln α between two ends, which is Jeffreys' prior for the index
(the information of an excess about α is 1/α²): it prefers no α to another whatever
the unit in which tails are measured, be it α or 1/α.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy import fft, integrate, interpolate

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Table", "excess_sum_likelihood", "tail_index_table"]

_INDICES: Final = 129
"""Indices at which the likelihood is computed; between them its logarithm is a cubic spline."""
_FINE: Final = 4097
"""Points of the table of the distribution function."""
_CELLS_PER_CASE: Final = 128
_FEWEST_CELLS: Final = 2048
_MOST_CELLS: Final = 8192
"""Cells of the grid from 0 to the sum: 128 for the mean excess, fewer with many cases."""
_ALIASING: Final = 1e-12
"""Factor by which sums beyond the transform's period are damped."""
_UNHEARD_OF: Final = 1e-6
"""Density of the sum, times the sum, below which rounding makes itself felt."""
_PERIODS: Final = 4
"""Length of the transform in multiples of the observed sum."""


class Table(NamedTuple):
    """A distribution function at points of its variable."""

    values: NDArray[np.float64]
    cumulated: NDArray[np.float64]

    @property
    def mean(self) -> float:
        """Expected value, high - ∫F."""
        area = integrate.trapezoid(self.cumulated, self.values)
        return float(self.values[-1] - area)


def excess_sum_likelihood(
    indices: NDArray[np.float64], *, cases: int, total: float, rounding: float
) -> NDArray[np.float64]:
    """
    Return the density of the sum of excesses at the observed sum.

    Parameters
    ----------
    indices
        (index,) Pareto indices α.
    cases
        Number of excesses n.
    total
        Their sum in multiples of the threshold.
    rounding
        Half the width of the interval around `total` over which the density is averaged,
        because the sum was rounded; 0 for an exact sum.

    Returns
    -------
    numpy.ndarray
        (index,) densities.

    Examples
    --------
    One excess of 1 has the density α / 2^(α + 1):

    >>> excess_sum_likelihood(np.array([1.0, 2.0]), cases=1, total=1.0, rounding=0.0).round(4)
    array([0.25, 0.25])
    """
    cells = min(max(_FEWEST_CELLS, _CELLS_PER_CASE * cases), _MOST_CELLS)
    width = total / cells
    reach = cells + int(np.ceil(rounding / width)) + 1
    period = fft.next_fast_len(_PERIODS * reach, real=True)
    damping = _ALIASING ** (1.0 / period)
    # Each excess is rounded to the middle of its cell, the first cell being half as wide.
    edges = np.concatenate([[0.0], (np.arange(reach + 1) + 0.5) * width])
    beyond = (1.0 + edges) ** -indices[:, None]
    masses = -np.diff(beyond, axis=1) * damping ** np.arange(reach + 1)
    transformed = fft.rfft(masses, n=period, axis=1)
    sums = fft.irfft(transformed**cases, n=period, axis=1)[:, : reach + 1]
    cumulated = np.cumsum(sums / damping ** np.arange(reach + 1), axis=1)
    half = max(rounding, 0.5 * width)
    low, high = (
        interpolate.make_interp_spline(edges[1:], cumulated, k=1, axis=1)(end)
        for end in (total - half, total + half)
    )
    return np.asarray((high - low) / (2.0 * half))


@lru_cache(maxsize=32)
def tail_index_table(
    *, cases: int, total: float, rounding: float, low: float, high: float
) -> Table:
    """
    Return the posterior of the Pareto index given the number and the sum of the excesses.

    Parameters
    ----------
    cases
        Number of excesses.
    total, rounding
        Their sum, and half the width of its rounding, in multiples of the threshold.
    low, high
        Ends of the prior, which is flat in the logarithm.

    Raises
    ------
    ValueError
        If no index from `low` to `high` makes such a sum at all likely.

    Examples
    --------
    >>> table = tail_index_table(cases=10, total=10.0, rounding=0.0, low=1.0, high=8.0)
    >>> table.values[[0, -1]], table.cumulated[[0, -1]]
    (array([1., 8.]), array([0., 1.]))
    """
    coarse = np.linspace(np.log(low), np.log(high), _INDICES)
    likelihood = excess_sum_likelihood(np.exp(coarse), cases=cases, total=total, rounding=rounding)
    if likelihood.max() * total < _UNHEARD_OF:
        raise ValueError(f"no index from {low:g} to {high:g} goes with such a sum")
    log_likelihood = np.log(np.maximum(likelihood, likelihood.max() * _ALIASING))
    fine = np.linspace(coarse[0], coarse[-1], _FINE)
    log_density = interpolate.CubicSpline(coarse, log_likelihood)(fine)
    density = np.exp(log_density - log_density.max())
    cumulated = integrate.cumulative_simpson(density, x=fine, initial=0.0)
    values = np.exp(fine)
    values[[0, -1]] = low, high
    return Table(values=values, cumulated=cumulated / cumulated[-1])
