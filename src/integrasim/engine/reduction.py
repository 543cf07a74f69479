"""Sums over municipalities, and statistics over draws that merge block by block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

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
    grouped = np.argsort(kreis_index, kind="stable")
    starts = np.searchsorted(kreis_index[grouped], np.arange(kreis_index.max() + 1))
    return np.asarray(np.add.reduceat(values[..., grouped], starts, axis=-1))


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
        mean = values.mean(axis=axis, dtype=np.float64)
        squares = np.square(values - np.expand_dims(mean, axis)).sum(axis=axis)
        positive = np.count_nonzero(values > 0, axis=axis)
        return cls(values.shape[axis], mean, squares, np.asarray(positive))

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
