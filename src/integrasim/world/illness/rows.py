"""Rows of a ledger that are drawn kind by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from numpy.typing import NDArray


class Rows(NamedTuple):
    """Large costs of a person in a calendar year.

    Attributes
    ----------
    draw, year, municipality
        (row,) place in the block.
    cost
        (row,) nominal EUR.
    """

    draw: NDArray[np.int32]
    year: NDArray[np.int32]
    municipality: NDArray[np.int32]
    cost: NDArray[np.float64]

    def chosen(self, which: NDArray[np.bool_]) -> Self:
        """Give some of the rows."""
        draw, year, municipality, cost = self
        rows = np.flatnonzero(which)
        return type(self)(
            draw.take(rows), year.take(rows), municipality.take(rows), cost.take(rows)
        )

    @classmethod
    def empty(cls, count: int) -> Self:
        """Give as many rows as asked for, to be filled."""
        draw, year, municipality = (np.empty(count, dtype=np.int32) for _ in range(3))
        return cls(draw, year, municipality, np.empty(count))


def in_order(kinds: Sequence[Rows], draws: int, years: int) -> Rows:
    """Put rows of several kinds in order of draw and year.

    Parameters
    ----------
    kinds
        Rows of each kind.
    draws, years
        Number of draws and years.

    Returns
    -------
    Rows
        All of them; rows of the same draw and year in the order of the kinds.
    """
    # Sorting by counting: where the rows of each year begin follows from how many there are.
    counts = np.zeros((draws, years), dtype=np.int64)
    for kind in kinds:
        _count(kind, counts)
    following = np.cumsum(counts).reshape(counts.shape) - counts
    rows = Rows.empty(int(counts.sum()))
    for kind in kinds:
        _place(kind, following, rows)
    return rows


@numba.njit(nogil=True, cache=True)
def _count(kind, counts):
    """Add the rows of a kind to the number of each draw and year."""
    for row in range(kind.cost.size):
        counts[kind.draw[row], kind.year[row]] += 1


@numba.njit(nogil=True, cache=True)
def _place(kind, following, rows):
    """Write the rows of a kind to the next place of their draw and year."""
    for row in range(kind.cost.size):
        draw, year = kind.draw[row], kind.year[row]
        place = following[draw, year]
        following[draw, year] += 1
        rows.draw[place] = draw
        rows.year[place] = year
        rows.municipality[place] = kind.municipality[row]
        rows.cost[place] = kind.cost[row]
