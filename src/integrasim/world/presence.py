"""For which part of a year the persons counted in it are counted, and who goes on to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Presence(NamedTuple):
    """How the person-years of a year are made up of persons, each (draw, year).

    ``presence`` is the mean part of the months simulated, above 0 and at most 1, for
    which the persons counted at some time of the year are counted; ``staying`` the share
    of these persons who are still counted when the next year begins, and ``remaining``
    that of the persons counted in its last month.
    """

    presence: NDArray[np.float64]
    staying: NDArray[np.float64]
    remaining: NDArray[np.float64]


def observe_presence(
    counted: NDArray[np.int64], remaining: NDArray[np.int64], year_end: NDArray[np.int64]
) -> Presence:
    """Read from the monthly numbers how long persons are counted in a year.

    The persons counted at some time of a year are those counted in its first month, and
    those of every later month who were not counted in the month before.

    Parameters
    ----------
    counted, remaining
        (draw, month) persons counted in the month, and those of them who are still counted
        in the next.
    year_end
        (month,) index of the year whose last month it is, -1 for all other months.

    Returns
    -------
    Presence
        1 throughout in a year in which nobody is counted.

    Examples
    --------
    Ten persons all year round, and two who come in the second half and stay:

    >>> counted = np.array([[10] * 6 + [12] * 6])
    >>> observe_presence(counted, counted, np.array([-1] * 11 + [0])).presence
    array([[0.91666667]])
    """
    last = np.flatnonzero(year_end >= 0)
    first = np.concatenate([[0], last[:-1] + 1])
    still = np.minimum(remaining, counted)
    entering = counted.copy()
    entering[:, 1:] -= np.minimum(still[:, :-1], counted[:, 1:])
    entering[:, first] = counted[:, first]
    persons = np.add.reduceat(entering, first, axis=1).astype(np.float64)
    months = np.add.reduceat(counted, first, axis=1)
    whole_year = (last - first + 1) * persons
    one = np.ones_like(persons)
    return Presence(
        presence=np.divide(months, whole_year, out=one.copy(), where=persons > 0.0),
        staying=np.divide(still[:, last], persons, out=one.copy(), where=persons > 0.0),
        remaining=np.divide(still[:, last], counted[:, last], out=one, where=counted[:, last] > 0),
    )
