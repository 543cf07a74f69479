"""The few kinds of formula of which the funding law is made, one pure function each.

An instrument is dated parameters plus one of these; what is peculiar to an act stands in
its own module. Nothing here knows an act, a day or a municipality.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "by_band",
    "excess",
    "in_proportion",
    "indexed",
    "largest_remainders",
    "per_unit",
    "share_out",
    "top_up",
]


def per_unit(units: ArrayLike, *, rate: ArrayLike) -> NDArray[np.float64]:
    """Compute an amount per unit: a person-month, an event, a Kreis, a post, a quarter.

        amount = units · rate

    Parameters
    ----------
    units
        (...) units, broadcast against the rate.
    rate
        (...) EUR per unit.

    Returns
    -------
    numpy.ndarray
        (...) EUR.

    References
    ----------
    § 4 FlüAG (monthly Kostenpauschale, one-off amount), lump sum per Kreis, § 17 TIntG
    (Integrationspauschale per quarter), posts of KI and KIM.

    Examples
    --------
    Person-months of a kreisfreie Stadt and a kreisangehörige Gemeinde at the rates of 2024:

    >>> per_unit([100, 10], rate=[1303.0, 1013.0])
    array([130300.,  10130.])

    31 Kreise without and with their lump sum:

    >>> per_unit(31, rate=[0.0, 500_000.0])
    array([       0., 15500000.])
    """
    return np.asarray(units) * np.asarray(rate, dtype=np.float64)


def excess(cost: ArrayLike, *, deductible: ArrayLike) -> NDArray[np.float64]:
    """Compute what lies above a deductible.

        excess = max(0, cost - deductible)

    Parameters
    ----------
    cost
        (...) EUR, such as the eligible illness costs of a person in a calendar year.
    deductible
        (...) EUR that stay with whoever bears the cost; infinite where nothing is paid.

    Returns
    -------
    numpy.ndarray
        (...) EUR.

    References
    ----------
    § 4b FlüAG: the Land pays the part of the cost above the threshold.

    Examples
    --------
    >>> excess([30_000.0, 80_000.0], deductible=35_000.0)
    array([    0., 45000.])
    """
    return np.maximum(np.subtract(cost, deductible), 0.0)


def top_up(amount: ArrayLike, *, minimum: ArrayLike) -> NDArray[np.float64]:
    """Compute what is missing to a guaranteed amount.

        top-up = max(0, minimum - amount)

    Parameters
    ----------
    amount
        (...) EUR paid without the guarantee.
    minimum
        (...) guaranteed EUR.

    Returns
    -------
    numpy.ndarray
        (...) EUR.

    References
    ----------
    § 4 (2a) FlüAG (guaranteed additional funds of 2024), § 3 (2) TIntG (floor).

    Examples
    --------
    >>> top_up([60.5e6, 80e6], minimum=70.5e6)
    array([10000000.,        0.])
    """
    return np.maximum(np.subtract(minimum, amount), 0.0)


def in_proportion(total: ArrayLike, *, weights: ArrayLike) -> NDArray[np.float64]:
    """Spread a total over recipients in proportion to weights.

        share_i = total · weight_i / Σ weight

    Parameters
    ----------
    total
        (...,) EUR.
    weights
        (..., recipient) non-negative weights, such as a key or persons.

    Returns
    -------
    numpy.ndarray
        (..., recipient) EUR; 0 where all weights are 0, as then no one can receive.

    Examples
    --------
    >>> in_proportion([100.0, 100.0], weights=[[3, 1], [0, 0]])
    array([[75., 25.],
           [ 0.,  0.]])
    """
    weight = np.asarray(weights, dtype=np.float64)
    sums = weight.sum(axis=-1, keepdims=True)
    shares = np.divide(weight, sums, out=np.zeros_like(weight), where=sums > 0.0)
    spread: NDArray[np.float64] = np.asarray(total, dtype=np.float64)[..., np.newaxis] * shares
    return spread


def share_out(pot: ArrayLike, *, weights: ArrayLike, minimum: ArrayLike) -> NDArray[np.float64]:
    """Share out a pot by a key, with a minimum amount for everyone.

        share_i = max(minimum, λ · weight_i), with λ such that Σ share = pot

    Who would fall below the minimum receives it; the others share the rest in proportion to
    their weights. Where that takes one of them below the minimum, the same is done again.

    Parameters
    ----------
    pot
        (...,) EUR.
    weights
        (..., recipient) non-negative weights, such as a key or persons.
    minimum
        (...,) EUR that every recipient receives at least.

    Returns
    -------
    numpy.ndarray
        (..., recipient) EUR. Where all weights are 0, everyone receives the minimum and
        the rest stays in the pot, as nothing says whose it is.

    Raises
    ------
    ValueError
        If a pot does not suffice for the minimum amounts.

    References
    ----------
    § 14a TIntG 2012 (100 million EUR, at least 50,000 EUR each), § 14c TIntG 2012
    (400 million EUR, at least 100,000 EUR each). Assumption: those above the minimum pay
    for it in proportion, as the acts say who receives it and what the total is.

    Examples
    --------
    The last one would receive 2 of 100; it receives 10, and the others share 90 as 80 to 18:

    >>> share_out(100.0, weights=[80, 18, 2], minimum=10.0).round(2)
    array([73.47, 16.53, 10.  ])
    """
    weight = np.asarray(weights, dtype=np.float64)
    amount, least = np.broadcast_arrays(
        np.asarray(pot, dtype=np.float64), np.asarray(minimum, dtype=np.float64)
    )
    missing = least * weight.shape[-1] - amount
    if (missing > 0.0).any():
        worst = np.unravel_index(np.argmax(missing), missing.shape)
        raise ValueError(
            f"a pot of {amount[worst]:,.2f} EUR does not suffice for {weight.shape[-1]} "
            f"recipients with at least {least[worst]:,.2f} EUR each "
            f"({least[worst] * weight.shape[-1]:,.2f} EUR)"
        )
    each = least[..., np.newaxis]
    at_minimum = np.zeros(weight.shape, dtype=np.bool_)
    while True:
        rest = amount - least * np.count_nonzero(at_minimum, axis=-1)
        shares = in_proportion(rest, weights=np.where(at_minimum, 0.0, weight))
        below = ~at_minimum & (shares < each)
        if not below.any():
            return np.where(at_minimum, each, shares)
        at_minimum |= below


def largest_remainders(amounts: ArrayLike, *, decimals: int) -> NDArray[np.float64]:
    """Round amounts to whole cents or euros so that their total stays exact.

    Every amount is rounded down; the units that are then missing to the total go, one each,
    to the largest remainders, among equal ones to the larger amount, then to the one
    listed first (Hare's quota, in Germany Hare-Niemeyer). The total is the sum of the amounts,
    itself rounded to a whole unit.

    Parameters
    ----------
    amounts
        (..., recipient) non-negative EUR.
    decimals
        Decimals to keep: 2 for cents, 0 for euros.

    Returns
    -------
    numpy.ndarray
        (..., recipient) EUR, less than one unit from the amounts; a whole amount stays as it
        is, and no larger amount becomes the smaller one.

    References
    ----------
    Balinski and Young (1982), "Fair Representation", Yale University Press, chapter 2.
    Assumption: the acts do not say how shares are rounded.

    Examples
    --------
    >>> largest_remainders([33.336, 33.331, 33.333], decimals=2)
    array([33.34, 33.33, 33.33])
    >>> largest_remainders([50.5, 25.25, 24.25], decimals=0)
    array([51., 25., 24.])
    """
    scale = 10.0**decimals
    units = np.multiply(amounts, scale)
    whole = np.floor(units)
    remainder = units - whole
    missing = np.rint(remainder.sum(axis=-1, keepdims=True))
    # Keys of lexsort stand in the order from least to most important.
    order = np.lexsort((-units, -remainder), axis=-1)
    rank = np.argsort(order, axis=-1)
    rounded: NDArray[np.float64] = (whole + (rank < missing)) / scale
    return rounded


def indexed(base: ArrayLike, *, growth: ArrayLike, weights: ArrayLike) -> NDArray[np.float64]:
    """Carry an amount forward with the weighted growth of indices.

        amount_y = base · Π_{v ≤ y} (1 + Σ_j weight_j · growth_{v, j})

    Parameters
    ----------
    base
        (...,) EUR of the year before the first one.
    growth
        (..., year, index) growth of each index over the year before, 0.03 for 3 %.
    weights
        (index,) weight of each index, or (year, index) where they change.

    Returns
    -------
    numpy.ndarray
        (..., year) EUR.

    References
    ----------
    § 3 (2) TIntG: 130 million EUR, from 2023 carried forward with the rise of pay under the TV-L
    (80 %) and of the consumer price index for Wohnung, Wasser, Strom, Gas und andere
    Brennstoffe (20 %).

    Examples
    --------
    Pay rises by 2 % and 5 %, prices by 10 % and 0 %:

    >>> indexed(130e6, growth=[[0.02, 0.10], [0.05, 0.0]], weights=[0.8, 0.2]).round()
    array([1.346800e+08, 1.400672e+08])
    """
    yearly = np.multiply(growth, weights).sum(axis=-1)
    factor = np.cumprod(1.0 + yearly, axis=-1)
    amount: NDArray[np.float64] = np.asarray(base, dtype=np.float64)[..., np.newaxis] * factor
    return amount


def by_band(measure: ArrayLike, *, limits: ArrayLike, values: ArrayLike) -> NDArray[np.float64]:
    """Give each recipient the value of the band in which its measure lies.

        value = value_b, where b limits are at most the measure

    Parameters
    ----------
    measure
        (..., recipient) measure of each recipient, such as inhabitants.
    limits
        (..., band - 1) lower limits of all bands but the first, rising; a measure that equals a
        limit lies above it.
    values
        (..., band) value of each band.

    Returns
    -------
    numpy.ndarray
        (..., recipient) values.

    Raises
    ------
    ValueError
        If there is not one value more than limits, or if the limits do not rise.

    References
    ----------
    KOMM-AN NRW, part I: integration centres in three bands receive 1, 1.5 or 2 posts and
    10,000, 15,000 or 20,000 EUR for material. Assumption: a measure that equals a limit lies in
    the upper band.

    Examples
    --------
    Posts of three integration centres, with limits chosen for the example:

    >>> by_band([150_000, 300_000, 600_000], limits=[200_000, 400_000], values=[1, 1.5, 2])
    array([1. , 1.5, 2. ])

    The same in a second year, in which the limits are lower:

    >>> limits = [[200_000, 400_000], [100_000, 200_000]]
    >>> by_band([150_000, 300_000, 600_000], limits=limits, values=[1, 1.5, 2])
    array([[1. , 1.5, 2. ],
           [1.5, 2. , 2. ]])
    """
    edges = np.asarray(limits, dtype=np.float64)
    value = np.asarray(values, dtype=np.float64)
    if value.shape[-1] != edges.shape[-1] + 1:
        raise ValueError(
            f"{edges.shape[-1]} limits part {edges.shape[-1] + 1} bands, but there are "
            f"{value.shape[-1]} values"
        )
    if not (np.diff(edges, axis=-1) > 0.0).all():
        raise ValueError(f"limits must rise, not {edges.tolist()}")
    reached = np.asarray(measure)[..., np.newaxis] >= edges[..., np.newaxis, :]
    band = np.count_nonzero(reached, axis=-1)
    leading = np.broadcast_shapes(band.shape[:-1], value.shape[:-1])
    banded: NDArray[np.float64] = np.take_along_axis(
        np.broadcast_to(value, (*leading, value.shape[-1])),
        np.broadcast_to(band, (*leading, band.shape[-1])),
        axis=-1,
    )
    return banded
