"""Amounts that are carried forward with an index, each 1 January."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Amount", "Growth", "Indexed", "IndexedAmount", "Stated", "amount_in", "carried_on"]


@dataclass(frozen=True)
class Indexed:
    """What a later act says who binds an amount to an index.

    Parameters
    ----------
    by
        Yearly growth, above -1 (0.02 for 2 %), or the name of an index of the world.
    value
        The amount on the first day; None for the one that is in force on that day.

    Examples
    --------
    >>> Indexed(0.02)
    Indexed(by=0.02, value=None)
    """

    by: float | str
    value: float | None = None


@dataclass(frozen=True)
class IndexedAmount:
    """An amount that grows with an index on each 1 January.

    Parameters
    ----------
    base
        The amount in the year in which it begins; it may have been indexed before.
    year
        That year.
    by
        Yearly growth, or the name of an index of the world.

    Examples
    --------
    >>> amount = IndexedAmount(1303.0, 2026, 0.02)
    >>> [round(amount_in(amount, year), 2) for year in (2026, 2027, 2028)]
    [1303.0, 1329.06, 1355.64]
    """

    base: Amount
    year: int
    by: float | str

    @property
    def indices(self) -> frozenset[str]:
        """Names of the indices of the world with which it grows, or grew before."""
        own = frozenset({self.by} if isinstance(self.by, str) else ())
        return own | self.base.indices if isinstance(self.base, IndexedAmount) else own


Stated: TypeAlias = float | Indexed
"""What an act says from a day on."""
Amount: TypeAlias = float | IndexedAmount
"""What then holds, until another act says otherwise."""
Growth: TypeAlias = Callable[[str, int, int], float | NDArray[np.float64]]
"""The factor by which an index of the world, named, grows from one year to another."""


def amount_in(
    amount: Amount, year: int, growth: Growth | None = None
) -> float | NDArray[np.float64]:
    """Return an amount in a year.

        amount_y = base · I_y / I_b, with I_y / I_b = (1 + g)^(y - b) for a growth g

    The amount stays the same within a calendar year. It is adjusted for the first time on
    the first 1 January after it has begun, by the growth of a whole year, and is not rounded.

    Parameters
    ----------
    amount
        The amount.
    year
        The year, not before the one b in which an indexed amount begins.
    growth
        Growth of the indices of the world; None where the amount follows none.

    Returns
    -------
    float or numpy.ndarray
        A number, or (draw,) where an index has a level of its own in each draw.

    Raises
    ------
    ValueError
        If the amount follows an index of the world, and no growth is given.

    Examples
    --------
    An amount that follows prices from 2026 on, and grows by a tenth a year from 2028 on:

    >>> prices = {2026: 1.0, 2027: 1.1, 2028: 1.2}
    >>> growth = lambda index, start, end: prices[end] / prices[start]
    >>> bound = carried_on(1000.0, 2026, "prices")
    >>> [amount_in(bound, year, growth) for year in prices]
    [1000.0, 1100.0, 1200.0]
    >>> later = carried_on(bound, 2028, 0.1)
    >>> [round(amount_in(later, year, growth)) for year in (2028, 2029)]
    [1200, 1320]
    """
    if not isinstance(amount, IndexedAmount):
        return amount
    base = amount_in(amount.base, amount.year, growth)
    if not isinstance(amount.by, str):
        return base * (1.0 + amount.by) ** (year - amount.year)
    if growth is None:
        raise ValueError(f"the growth of {amount.by} is missing")
    return base * growth(amount.by, amount.year, year)


def carried_on(amount: Amount, year: int, by: float | str) -> Amount:
    """Bind an amount to an index from a year on.

    Parameters
    ----------
    amount
        What holds in that year, indexed or not.
    year
        The year.
    by
        Yearly growth, or the name of an index of the world.

    Returns
    -------
    Amount
        A fixed amount where nothing grows any more, so that a growth of 0 changes nothing.

    Examples
    --------
    >>> carried_on(1303.0, 2026, 0.0)
    1303.0
    """
    if by != 0.0:
        return IndexedAmount(amount, year, by)
    if isinstance(amount, IndexedAmount) and amount.indices:
        return IndexedAmount(amount, year, by)
    return float(amount_in(amount, year))
