"""Persons of § 14 TIntG within two years of their entry, where they live on the reference days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

_REFERENCE_MONTHS = (1, 4, 7, 10)
"""§ 1 Integrationspauschalen-Verordnung: 15 January, 15 April, 15 July, 15 October."""
_MONTHS_ENTITLED = 24
"""§ 17 (1) TIntG: two years from entry."""


def count_newcomers(
    came: NDArray[np.int64],
    *,
    before: NDArray[np.int64],
    months: Sequence[date],
    key: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Count persons within two years of entry on the reference days of each year.

    Entitled on the 15th of January, April, July and October is who came in the 24 months before
    the month of that day, so that everyone counts on eight days. Assumptions: everyone stays; the
    Land's number lives in the municipalities by the allocation key, to the person (§ 16 TIntG
    asks for an even distribution); those of the start came evenly in the two years before.

    Parameters
    ----------
    came
        (draw, month) persons who come within the horizon.
    before
        (draw,) persons who came in the 24 months before its first month.
    months
        First day of each month.
    key
        (month, municipality) allocation key.

    Returns
    -------
    numpy.ndarray
        (draw, year, municipality) persons of the year's reference days, added up.

    Examples
    --------
    Of 240 persons of the start, ten a month, 220 are left in April, as two years are over for those
    of February and March 2023. The ten who have come since join them; who comes in April does
    not count yet:

    >>> from datetime import date
    >>> months = [date(2025, month, 1) for month in (2, 3, 4)]
    >>> count_newcomers(
    ...     np.array([[4, 6, 100]]),
    ...     before=np.array([240]),
    ...     months=months,
    ...     key=np.array([[0.75, 0.25]] * 3),
    ... )
    array([[[173,  57]]])
    """
    years = np.array([month.year for month in months])
    counted = np.zeros((len(came), years[-1] - years[0] + 1, key.shape[1]), dtype=np.int64)
    entitled = _entitled(came, before)
    for position, month in enumerate(months):
        if month.month in _REFERENCE_MONTHS:
            of_year = counted[:, month.year - years[0]]
            _add_spread(entitled[:, position], np.cumsum(key[position]), of_year)
    return counted


def _entitled(came: NDArray[np.int64], before: NDArray[np.int64]) -> NDArray[np.int64]:
    """Persons who came in the 24 months before each month, (draw, month)."""
    # In whole numbers: before · k / 24, rounded, for the end of each of the 24 months.
    steps = np.arange(_MONTHS_ENTITLED + 1)
    earlier = (2 * before[:, np.newaxis] * steps + _MONTHS_ENTITLED) // (2 * _MONTHS_ENTITLED)
    later = earlier[:, -1:] + np.cumsum(came, axis=1)
    until = np.concatenate([earlier, later], axis=1)
    entitled: NDArray[np.int64] = until[:, _MONTHS_ENTITLED:-1] - until[:, : -_MONTHS_ENTITLED - 1]
    return entitled


@numba.njit(nogil=True, cache=True)
def _add_spread(persons, cumulated, counted):
    """Spread whole persons by a key, with an exact total, and add them to (draw, municipality).

    As in :func:`integrasim.world.apportionment.apportion`, with one half for the uniform.
    """
    last = cumulated.size - 1
    for draw in range(persons.size):
        upto = np.int64(0)
        for i in range(last):
            following = np.int64(persons[draw] * cumulated[i] + 0.5)
            counted[draw, i] += following - upto
            upto = following
        # The cumulated key may end a hair beside 1.
        counted[draw, last] += persons[draw] - upto
