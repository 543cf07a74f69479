"""For how long persons can fall ill at the expense of a municipality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Exposure:
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
    before: NDArray[np.float64]
    ending: NDArray[np.float64]
    remaining: NDArray[np.float64]
    covered: NDArray[np.float64]

    @property
    def persons(self) -> NDArray[np.float64]:
        """(draw, year, municipality) persons counted at some time of the year, expected number.

        Of a year that the horizon covers in part, the same part of them.
        """
        return np.asarray(self.counted_years / self.presence[:, :, None])

    @property
    def at_new_year(self) -> NDArray[np.float64]:
        """(draw, year + 1, municipality) persons counted on the eve of each year and at the end."""
        return np.concatenate([self.before[:, None], self.ending], axis=1)

    @property
    def carried_over(self) -> NDArray[np.float64]:
        """(draw, year, municipality) persons counted on its eve who still are when it begins.

        Never more than are counted in the year.
        """
        remaining = np.concatenate([self.remaining[:, :1], self.remaining[:, :-1]], axis=1)
        counted = self.persons / self.covered[:, None]
        return np.asarray(np.minimum(self.at_new_year[:, :-1] * remaining[:, :, None], counted))
