"""Shares of municipalities in a whole, from checked figures and with sums free of order."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["positive", "same_municipalities", "shares_of"]


def positive(values: ArrayLike, *, name: str) -> NDArray[np.float64]:
    """Take finite positive numbers, one per municipality, or say which is wrong.

    Examples
    --------
    >>> positive([3, 1], name="population")
    array([3., 1.])
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"{name} must be a one-dimensional, non-empty array, not {array.shape}")
    wrong = np.flatnonzero(~(np.isfinite(array) & (array > 0.0)))
    if wrong.size:
        raise ValueError(
            f"{name} must be finite and positive; municipality {wrong[0]} has {array[wrong[0]]}"
        )
    return array


def same_municipalities(**figures: NDArray[np.generic]) -> None:
    """Refuse arrays, given by name, that cannot list the same municipalities.

    Examples
    --------
    >>> same_municipalities(population=np.ones(2), area=np.ones(2))
    """
    (first, array), *others = figures.items()
    for name, other in others:
        if other.shape != array.shape:
            raise ValueError(
                f"{first} has {array.size} and {name} has {other.size} municipalities; "
                "both must list the same ones"
            )


def shares_of(amounts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide by the sum, which is exact (fsum) and hence does not depend on the order.

    Examples
    --------
    >>> shares_of(np.array([3.0, 1.0]))
    array([0.75, 0.25])
    """
    return amounts / math.fsum(amounts)
