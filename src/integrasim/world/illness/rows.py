"""Rows of a ledger that are drawn kind by kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Rows:
    """Large costs of a person in a calendar year.

    Attributes
    ----------
    draw, year, municipality
        (row,) place in the block.
    cost
        (row,) nominal EUR.
    """

    draw: NDArray[np.int64]
    year: NDArray[np.int64]
    municipality: NDArray[np.int64]
    cost: NDArray[np.float64]

    def chosen(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Self:
        """Give some of the rows."""
        return type(self)(
            self.draw[which], self.year[which], self.municipality[which], self.cost[which]
        )


def in_order(kinds: Sequence[Rows], years: int, size: int) -> Rows:
    """Put rows of several kinds in order of draw, year and municipality.

    Parameters
    ----------
    kinds
        Rows of each kind.
    years, size
        Number of years and municipalities.

    Returns
    -------
    Rows
        All of them; rows of the same cell in the order of the kinds.
    """
    rows = Rows(
        np.concatenate([kind.draw for kind in kinds]),
        np.concatenate([kind.year for kind in kinds]),
        np.concatenate([kind.municipality for kind in kinds]),
        np.concatenate([kind.cost for kind in kinds]),
    )
    return rows.chosen(
        np.argsort((rows.draw * years + rows.year) * size + rows.municipality, kind="stable")
    )
