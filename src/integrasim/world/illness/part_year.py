"""For which part of a year a person is counted, given the mean part of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba.extending import register_jitable

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST = 2.0**-53
"""Below every uniform: where all are counted all year, so is each."""


@register_jitable
def whole_year(presence: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of being counted all year, given the mean part of the year."""
    return np.maximum(2.0 * presence - 1.0, 0.0)


@register_jitable
def longest_part(presence: NDArray[np.float64]) -> NDArray[np.float64]:
    """Longest part of the year for those not counted all year, given the mean part."""
    return np.minimum(2.0 * presence, 1.0)


@register_jitable
def part_of_year(
    uniform: NDArray[np.float64], presence: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Part of the year for which a person is counted.

    All of it with probability 2·f - 1, if this is positive, otherwise uniform from 0
    to 1; with a mean part f below one half, uniform from 0 to 2·f.

    Parameters
    ----------
    uniform
        Numbers in (0, 1).
    presence
        Mean part f of the year, above 0 and at most 1.

    Examples
    --------
    >>> part_of_year(np.array([0.3, 0.7, 0.5]), np.array([0.7, 0.7, 0.25])).round(3)
    array([0.5 , 1.  , 0.25])
    """
    partly = np.maximum(1.0 - whole_year(presence), _LEAST)
    return longest_part(presence) * np.minimum(uniform / partly, 1.0)
