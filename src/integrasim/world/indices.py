"""Price levels of the world, which amounts of the law may follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from integrasim.scenario.options import INDICES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.world.assumptions import Assumptions


def price_levels(assumptions: Assumptions, *, years: int) -> dict[str, NDArray[np.float64]]:
    """Price levels against the first year of the horizon.

    Hosting and illness costs rise with the same levels: (1 + inflation)^years.

    Parameters
    ----------
    assumptions
        (draw,) values of every number of the world, the inflations among them.
    years
        Number of calendar years of the horizon.

    Returns
    -------
    dict
        Name of each index → (draw, year) its level, 1 in the first year.

    Examples
    --------
    >>> inflation = np.array([0.02, 0.05])
    >>> drawn = {"costs.inflation": inflation, "illness.inflation": 2.0 * inflation}
    >>> price_levels(drawn, years=3)["world.costs.inflation"]
    array([[1.    , 1.02  , 1.0404],
           [1.    , 1.05  , 1.1025]])
    """
    return {
        index: (1.0 + assumptions[index.removeprefix("world.")][:, np.newaxis]) ** np.arange(years)
        for index in INDICES
    }
