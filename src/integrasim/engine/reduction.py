"""Sums over municipalities, and statistics over draws that merge block by block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class LocalSums:
    """How municipalities in plan order add up to Kreise.

    Attributes
    ----------
    order
        (municipality,) position in the region of each municipality of the plan.
    kreis_index
        (municipality,) index of the Kreis, in the region's order.
    """

    order: NDArray[np.intp]
    kreis_index: NDArray[np.intp]


def local_sums(
    values: NDArray[np.number], sums: LocalSums, *, level: Literal["kreis", "land"]
) -> NDArray[np.number]:
    """Sum municipalities, in plan order, to Kreise or to the Land.

    Within a Kreis the municipalities are added in plan order, so a sum does not
    depend on their keys.

    Parameters
    ----------
    values
        (..., municipality) in plan order.
    sums
        Membership.
    level
        Level to sum to.

    Returns
    -------
    numpy.ndarray
        (..., kreis) or (...,).
    """
    if level == "land":
        return np.asarray(values.sum(axis=-1))
    member_of = sums.kreis_index[sums.order]
    grouped = np.argsort(member_of, kind="stable")
    starts = np.searchsorted(member_of[grouped], np.arange(member_of.max() + 1))
    return np.add.reduceat(values[..., grouped], starts, axis=-1)


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
