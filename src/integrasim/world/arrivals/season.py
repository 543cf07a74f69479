"""The season of arrivals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


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
