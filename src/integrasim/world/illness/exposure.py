"""For how long persons can fall ill at the expense of a municipality."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Exposure(NamedTuple):
    """Person-years of a block, and how they are made up of persons.

    Attributes
    ----------
    counted_years, tolerated_years
        (draw, year, municipality) person-years of counted persons (§ 3 (3) FlüAG),
        whose large costs the Land reimburses, and of tolerated persons.
    presence
        (draw, year) mean part of the year, above 0 and at most 1, for which the
        persons counted in it are counted.
    staying
        (draw, year) share of the persons counted in a year who are still counted
        when the next year begins.
    before
        (draw, municipality) persons counted on the eve of the first year.
    ending
        (draw, year, municipality) persons counted when the year ends.
    remaining
        (draw, year) share of these who are still counted when the next year begins.
    covered
        (year,) share of each calendar year that the horizon covers.
    """

    counted_years: NDArray[np.float64]
    tolerated_years: NDArray[np.float64]
    presence: NDArray[np.float64]
    staying: NDArray[np.float64]
    before: NDArray[np.number]
    ending: NDArray[np.number]
    remaining: NDArray[np.float64]
    covered: NDArray[np.float64]

    @property
    def persons(self) -> NDArray[np.float64]:
        """(draw, year, municipality) persons counted at some time of the year, expected number.

        Of a year that the horizon covers in part, the same part of them.
        """
        return np.asarray(self.counted_years / self.presence[:, :, None])

    @property
    def at_new_year(self) -> NDArray[np.number]:
        """(draw, year + 1, municipality) persons counted on the eve of each year and at the end."""
        return np.concatenate([self.before[:, None], self.ending], axis=1)


@numba.njit(inline="always")
def eve(exposure, draw, year, municipality):
    """Persons counted on the eve of a year."""
    if year == 0:
        return exposure.before[draw, municipality]
    return exposure.ending[draw, year - 1, municipality]


@numba.njit(inline="always")
def carried_over(exposure, draw, year, municipality):
    """Persons counted on the eve of a year who still are when it begins.

    Never more than are counted in the year. Of those counted before the first year, as many
    remain as of those who are counted when it ends.
    """
    remaining = exposure.remaining[draw, max(year - 1, 0)]
    counted = exposure.counted_years[draw, year, municipality]
    counted /= exposure.presence[draw, year] * exposure.covered[year]
    return min(eve(exposure, draw, year, municipality) * remaining, counted)
