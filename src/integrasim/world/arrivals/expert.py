"""Intensity by experts' quantiles of each year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.scenario.processes import Expert
    from integrasim.world.arrivals.setting import Setting

_MONTHS_PER_YEAR = 12


def expert(process: Expert, setting: Setting) -> NDArray[np.float64]:
    """Persons per month in Germany by an ``expert`` process, (draw, month).

    A month has a twelfth of its year, before the season; so a year that the horizon
    holds in part brings its part of the year's persons.
    """
    years = list(dict.fromkeys(month.year for month in setting.months))
    scores = yearly_scores(setting.normals("shocks", len(years)), setting.numbers["persistence"])
    yearly = np.stack(
        [process.yearly[str(year)].at_score(scores[:, place]) for place, year in enumerate(years)],
        axis=1,
    )
    year_of_month = [years.index(month.year) for month in setting.months]
    return np.asarray(yearly[:, year_of_month] / _MONTHS_PER_YEAR)


def yearly_scores(
    shocks: NDArray[np.float64], persistence: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Correlate the standard normal scores of each year with those of the year before.

    z_y = ρ·z_(y-1) + √(1 - ρ²)·ε_y, z_0 = ε_0: every score is standard normal.

    Parameters
    ----------
    shocks
        (draw, year) standard normal numbers ε.
    persistence
        (draw,) correlation ρ in [0, 1].

    Returns
    -------
    numpy.ndarray
        (draw, year) scores.

    Examples
    --------
    >>> yearly_scores(np.array([[1.0, 0.0, 1.0]]), np.array([0.6]))
    array([[1.  , 0.6 , 1.16]])
    """
    scores = np.empty_like(shocks)
    own = np.sqrt(1.0 - persistence**2)
    scores[:, 0] = shocks[:, 0]
    for year in range(1, shocks.shape[1]):
        scores[:, year] = persistence * scores[:, year - 1] + own * shocks[:, year]
    return scores
