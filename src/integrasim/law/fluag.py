"""Formulas of the Flüchtlingsaufnahmegesetz (FlüAG NRW), one pure function each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "additional_amount",
    "excess",
    "guarantee_top_up",
    "in_proportion",
    "kreis_lump_sum",
    "lump_sum",
    "one_off",
    "rate_by_type",
]


def rate_by_type(
    is_kreisfrei: ArrayLike, *, kreisfrei: float, kreisangehoerig: float
) -> NDArray[np.float64]:
    """Give each municipality the rate of its type.

    Parameters
    ----------
    is_kreisfrei
        (municipality,) whether it is a kreisfreie Stadt.
    kreisfrei, kreisangehoerig
        Rates in EUR.

    Returns
    -------
    numpy.ndarray
        (municipality,) rates in EUR.

    Examples
    --------
    >>> rate_by_type([True, False], kreisfrei=1303.0, kreisangehoerig=1013.0)
    array([1303., 1013.])
    """
    return np.where(is_kreisfrei, kreisfrei, kreisangehoerig)


def lump_sum(person_months: ArrayLike, *, rate: ArrayLike) -> NDArray[np.float64]:
    """Compute the lump sum (monatliche Kostenpauschale) of § 4 FlüAG.

        lump sum = person-months · rate

    Parameters
    ----------
    person_months
        (..., municipality) eligible person-months.
    rate
        (municipality,) EUR per person-month.

    Returns
    -------
    numpy.ndarray
        (..., municipality) EUR.

    Examples
    --------
    >>> lump_sum([100, 10], rate=[1303.0, 1013.0])
    array([130300.,  10130.])
    """
    return np.asarray(person_months) * np.asarray(rate, dtype=np.float64)


def one_off(newly_tolerated: ArrayLike, *, amount: float) -> NDArray[np.float64]:
    """Compute the one-off amount for persons newly under an enforceable duty to leave.

        one-off = persons · amount

    Parameters
    ----------
    newly_tolerated
        (..., municipality) persons whose enforceable duty to leave (vollziehbare
        Ausreisepflicht) arose while they were counted there.
    amount
        EUR per person; 12,000 since 1.1.2021.

    Returns
    -------
    numpy.ndarray
        (..., municipality) EUR.

    Examples
    --------
    >>> one_off([3, 0], amount=12_000.0)
    array([36000.,     0.])
    """
    return np.asarray(newly_tolerated) * np.float64(amount)


def excess(cost: ArrayLike, *, threshold: ArrayLike) -> NDArray[np.float64]:
    """Compute what the Land reimburses of a person's illness costs of a year (§ 4b FlüAG).

        reimbursement = max(0, cost - threshold)

    Parameters
    ----------
    cost
        (row,) eligible cost of a person in a calendar year, EUR.
    threshold
        (row,) threshold of that year, EUR; infinite where § 4b is not in force.

    Returns
    -------
    numpy.ndarray
        (row,) EUR.

    Examples
    --------
    >>> excess([30_000.0, 80_000.0], threshold=35_000.0)
    array([    0., 45000.])
    """
    return np.maximum(np.subtract(cost, threshold), 0.0)


def kreis_lump_sum(amount: ArrayLike, *, kreis_count: int) -> NDArray[np.float64]:
    """Compute what the Land pays the Kreise for coordination and support.

        payment = amount · number of Kreise

    Parameters
    ----------
    amount
        (year,) EUR per Kreis and year; 500,000 from 2025.
    kreis_count
        Number of Kreise; 31 in NRW, the Städteregion Aachen included.

    Returns
    -------
    numpy.ndarray
        (year,) EUR.

    Examples
    --------
    >>> kreis_lump_sum([0.0, 500_000.0], kreis_count=31)
    array([       0., 15500000.])
    """
    return np.asarray(amount, dtype=np.float64) * kreis_count


def additional_amount(
    person_months: ArrayLike, *, rate: ArrayLike, reference: ArrayLike
) -> NDArray[np.float64]:
    """Compute what higher rates bring all municipalities over the former ones (§ 4 (2a) FlüAG).

        additional amount = Σ_i person-months_i · (rate_i - reference_i)

    Parameters
    ----------
    person_months
        (..., municipality) eligible person-months.
    rate, reference
        (municipality,) present and former rate, EUR per person-month.

    Returns
    -------
    numpy.ndarray
        (...,) EUR.

    Examples
    --------
    >>> float(additional_amount([100, 10], rate=[1303, 1013], reference=[1125, 875]))
    19180.0
    """
    additional: NDArray[np.float64] = lump_sum(
        person_months, rate=np.subtract(rate, reference)
    ).sum(axis=-1)
    return additional


def guarantee_top_up(additional: ArrayLike, *, minimum: float) -> NDArray[np.float64]:
    """Compute what is missing to the guaranteed additional amount of § 4 (2a) FlüAG.

        top-up = max(0, minimum - additional amount)

    Parameters
    ----------
    additional
        (...,) additional amount of the year over all municipalities, EUR.
    minimum
        Guaranteed minimum, EUR; 70.5 million for 2024.

    Returns
    -------
    numpy.ndarray
        (...,) EUR.

    Examples
    --------
    >>> guarantee_top_up([60.5e6, 80e6], minimum=70.5e6)
    array([10000000.,        0.])
    """
    return np.maximum(np.subtract(minimum, additional), 0.0)


def in_proportion(total: ArrayLike, *, weights: ArrayLike) -> NDArray[np.float64]:
    """Spread a total over the municipalities in proportion to weights.

        share_i = total · weight_i / Σ weight

    Parameters
    ----------
    total
        (...,) EUR.
    weights
        (..., municipality) non-negative weights.

    Returns
    -------
    numpy.ndarray
        (..., municipality) EUR; 0 where all weights are 0, as then no one can receive.

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
