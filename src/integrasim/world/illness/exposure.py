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

    Examples
    --------
    >>> exposure = Exposure(
    ...     counted_years=np.array([[[90.0], [60.0]]]),
    ...     tolerated_years=np.zeros((1, 2, 1)),
    ...     presence=np.array([[0.9, 0.6]]),
    ...     staying=np.array([[0.8, 0.5]]),
    ... )
    >>> exposure.persons[0, :, 0]
    array([100., 100.])

    Of the 90 person-years, 72 are those of persons who stay, more than the next year has:

    >>> exposure.years_of_stayers[0, :, 0]
    array([72., 60.])
    """

    counted_years: NDArray[np.float64]
    tolerated_years: NDArray[np.float64]
    presence: NDArray[np.float64]
    staying: NDArray[np.float64]

    @property
    def persons(self) -> NDArray[np.float64]:
        """(draw, year, municipality) expected persons counted at some time of the year."""
        return np.asarray(self.counted_years / self.presence[:, :, None])

    @property
    def years_before(self) -> NDArray[np.float64]:
        """(draw, year, municipality) person-years of the year before each.

        The year before the first is taken to be like the first.
        """
        counted = self.counted_years
        return np.concatenate([counted[:, :1], counted[:, :-1]], axis=1)

    @property
    def years_of_stayers(self) -> NDArray[np.float64]:
        """(draw, year, municipality) person-years of the year before by those still counted.

        At most the person-years of the year itself: where numbers fall faster than
        ``staying`` says, fewer have stayed.
        """
        staying = np.concatenate([self.staying[:, :1], self.staying[:, :-1]], axis=1)
        stayed = self.years_before * staying[:, :, None]
        return np.asarray(np.minimum(stayed, self.counted_years))
