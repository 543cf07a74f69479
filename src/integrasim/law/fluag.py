"""What is peculiar to the Flüchtlingsaufnahmegesetz (FlüAG NRW) among the formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from integrasim.law.formulas import per_unit

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["additional_amount", "rate_by_type"]


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
    additional: NDArray[np.float64] = per_unit(
        person_months, rate=np.subtract(rate, reference)
    ).sum(axis=-1)
    return additional
