"""What the Land reimburses of illness costs as a function of the threshold (§ 4b FlüAG)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from integrasim.law.basis import Ledger

__all__ = ["QUANTUM", "ThresholdCurve", "rounded", "threshold_curve"]

QUANTUM = 2.0**-10
"""EUR to whose multiples costs are rounded, a tenth of a cent: sums and differences of such
numbers are exact up to 8,000 billion EUR, and so the curve falls and is convex to the bit."""


@dataclass(frozen=True, eq=False)
class ThresholdCurve:
    """Reimbursement over a grid of thresholds, in EUR.

    Parameters
    ----------
    land
        (threshold, draw, year) what the Land reimburses.
    total, squares
        (threshold, year, municipality) sums over draws of what a municipality receives, and of
        its square.
    """

    land: NDArray[np.float64]
    total: NDArray[np.float64]
    squares: NDArray[np.float64]


def rounded(amounts: ArrayLike) -> NDArray[np.float64]:
    """Round amounts to multiples of `QUANTUM`.

    Parameters
    ----------
    amounts
        (...) EUR.

    Returns
    -------
    numpy.ndarray
        (...) EUR, at most half a quantum from the amounts.

    Examples
    --------
    >>> float(rounded(0.3) / QUANTUM)
    307.0
    """
    return np.asarray(np.rint(np.asarray(amounts) / QUANTUM) * QUANTUM)


def threshold_curve(
    ledger: Ledger, thresholds: ArrayLike, *, shape: tuple[int, int, int]
) -> ThresholdCurve:
    """Compute the reimbursement for every threshold of a grid in one pass over the ledger.

        R(T) = Σ over person-years of max(0, cost - T)

    The rows are sorted by cost once. From the highest threshold down, the rows above it join,
    and a municipality's sum in a draw and year grows by

        R(T_j) = R(T_{j+1}) + n_{j+1} · (T_{j+1} - T_j) + Σ (cost - T_j) over the rows that join,

    n being the number of its rows above a threshold. A further threshold so costs what it adds.

    Parameters
    ----------
    ledger
        Person-years with large illness costs. Left as it is.
    thresholds
        (threshold,) EUR per person and calendar year, rising.
    shape
        Numbers of draws, years and municipalities.

    Returns
    -------
    ThresholdCurve
        By threshold, falling and convex in it exactly where the thresholds are equally spaced
        multiples of `QUANTUM`, as whole euros are.

    Raises
    ------
    ValueError
        If the thresholds do not rise, or one lies below the floor of the ledger.

    References
    ----------
    § 4b FlüAG.

    Examples
    --------
    Two persons of one municipality, 20,000 and 50,000 EUR:

    >>> from integrasim.law.basis import Ledger
    >>> zeros = np.zeros(2, dtype=np.intp)
    >>> ledger = Ledger(draw=zeros, year=zeros, municipality=zeros, cost=np.array([2e4, 5e4]))
    >>> threshold_curve(ledger, [15e3, 25e3, 35e3], shape=(1, 1, 1)).land[:, 0, 0]
    array([40000., 25000., 15000.])
    """
    grid = _checked(thresholds, floor=ledger.floor)
    draws, years, municipalities = shape
    cost = rounded(ledger.cost)
    above = np.flatnonzero(cost > grid[0])
    order = above[np.argsort(-cost[above], kind="stable")]
    cost = cost[order]
    cell = np.ravel_multi_index(
        (ledger.draw[order], ledger.year[order], ledger.municipality[order]), shape
    )
    rank, cells, is_first = _ranked(cell, size=math.prod(shape))
    draw_year, place = np.divmod(cells, municipalities)
    year_place = draw_year % years * municipalities + place
    joined = np.searchsorted(-cost, -grid, side="left")  # rows above each threshold
    active = np.concatenate([[0], np.cumsum(is_first)])[joined]

    curve = ThresholdCurve(
        land=np.zeros((grid.size, draws, years)),
        total=np.zeros((grid.size, years, municipalities)),
        squares=np.zeros((grid.size, years, municipalities)),
    )
    rows, sums = np.zeros(cells.size), np.zeros(cells.size)
    before, present, higher = 0, 0, 0.0
    for step in range(grid.size - 1, -1, -1):
        sums[:present] += rows[:present] * (higher - grid[step])
        new = slice(before, joined[step])
        present = active[step]
        sums[:present] += np.bincount(rank[new], cost[new] - grid[step], minlength=present)
        rows[:present] += np.bincount(rank[new], minlength=present)
        received = sums[:present]
        curve.land[step].ravel()[:] = np.bincount(
            draw_year[:present], received, minlength=draws * years
        )
        for out, amounts in ((curve.total, received), (curve.squares, received**2)):
            out[step].ravel()[:] = np.bincount(
                year_place[:present], amounts, minlength=years * municipalities
            )
        before, higher = joined[step], grid[step]
    return curve


def _checked(thresholds: ArrayLike, *, floor: float) -> NDArray[np.float64]:
    """Take thresholds that rise and lie at the floor or above."""
    grid = np.asarray(thresholds, dtype=np.float64)
    if grid.ndim != 1 or grid.size == 0 or not np.isfinite(grid).all():
        raise ValueError("thresholds must be a list of finite numbers")
    if not (np.diff(grid) > 0.0).all():
        raise ValueError("thresholds must rise")
    if grid[0] < floor:
        raise ValueError(
            f"a threshold of {grid[0]:,.0f} EUR lies below the floor of the ledger of illness "
            f"costs, {floor:,.0f} EUR, so that cases are missing"
        )
    return grid


def _ranked(
    cell: NDArray[np.intp], *, size: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]:
    """Give each cell a number, in the order in which they appear first among the rows.

    The cells with a row above a threshold so always are the first ones. Returned are the number of
    each row's cell, the cells in their order, and whether a row is the first one of its cell.
    """
    position = np.arange(cell.size)
    first = np.empty(size, dtype=np.intp)
    first[cell[::-1]] = position[::-1]  # of several writes, the last one stays
    is_first = first[cell] == position
    cells = cell[is_first]
    number = np.empty(size, dtype=np.intp)
    number[cells] = np.arange(cells.size)
    return number[cell], cells, is_first
