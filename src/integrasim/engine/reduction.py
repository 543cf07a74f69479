"""Sums over municipalities, and statistics over draws that merge block by block."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def sum_by_kreis(values: NDArray[np.number], kreis_index: NDArray[np.intp]) -> NDArray[np.number]:
    """Sum municipalities to Kreise, within a Kreis in the order given.

    Parameters
    ----------
    values
        (..., municipality) values.
    kreis_index
        (municipality,) index of the Kreis; every Kreis has a municipality.

    Returns
    -------
    numpy.ndarray
        (..., kreis) sums.

    Examples
    --------
    >>> sum_by_kreis(np.array([1, 20, 3]), np.array([0, 1, 0]))
    array([ 4, 20])
    """
    sums = np.zeros((*values.shape[:-1], kreis_index.max() + 1), dtype=values.dtype)
    _add_up(values.reshape(-1, kreis_index.size), kreis_index, sums.reshape(-1, sums.shape[-1]))
    return sums


@numba.njit(nogil=True, cache=True)
def _add_up(values: NDArray[np.number], place: NDArray[np.intp], sums: NDArray[np.number]) -> None:
    """Add each column of some rows to its place."""
    for row in range(len(values)):
        for column in range(place.size):
            sums[row, place[column]] += values[row, column]


@dataclass(frozen=True)
class Moments:
    """Count, mean, sum of squared deviations and number of positive draws.

    Merging is exact up to rounding and always done in the order of the draws
    (Chan, Golub & LeVeque 1983, "Algorithms for computing the sample variance").
    """

    count: int
    mean: NDArray[np.float64]
    squares: NDArray[np.float64]
    positive: NDArray[np.int64]

    @classmethod
    def of(cls, values: NDArray[np.number], *, axis: int) -> Self:
        """Moments over the draws of one block."""
        before, after = values.shape[:axis], values.shape[axis + 1 :]
        of_draws = values.reshape(math.prod(before), values.shape[axis], math.prod(after))
        mean, squares = (np.zeros((len(of_draws), of_draws.shape[2])) for _ in range(2))
        positive = np.zeros(mean.shape, dtype=np.int64)
        _accumulate(of_draws, mean, squares, positive)
        shape = (*before, *after)
        return cls(
            values.shape[axis], mean.reshape(shape), squares.reshape(shape), positive.reshape(shape)
        )

    def merge(self, other: Self) -> Self:
        """Moments over the draws of both."""
        count = self.count + other.count
        gap = other.mean - self.mean
        return type(self)(
            count,
            self.mean + gap * (other.count / count),
            self.squares + other.squares + gap**2 * (self.count * other.count / count),
            self.positive + other.positive,
        )

    @property
    def sd(self) -> NDArray[np.float64]:
        """Standard deviation over draws; 0 for a single draw."""
        return np.asarray(np.sqrt(self.squares / max(self.count - 1, 1)))


@numba.njit(nogil=True, cache=True)
def _accumulate(
    values: NDArray[np.number],
    mean: NDArray[np.float64],
    squares: NDArray[np.float64],
    positive: NDArray[np.int64],
) -> None:
    """Write moments over the second axis of three."""
    groups, draws, size = values.shape
    for group in range(groups):
        for draw in range(draws):
            for i in range(size):
                mean[group, i] += values[group, draw, i]
                positive[group, i] += values[group, draw, i] > 0
        mean[group] /= draws
        for draw in range(draws):
            for i in range(size):
                squares[group, i] += (values[group, draw, i] - mean[group, i]) ** 2
