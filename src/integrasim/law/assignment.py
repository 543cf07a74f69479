"""Assignment under § 3 FlüAG: obligations, credits for Land facilities, fulfilment."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from integrasim.law.parameters import Law

__all__ = [
    "TEMPORARY_PROTECTION_CUT_OFF",
    "credited_places",
    "fulfilment_quota",
    "obligations",
]

TEMPORARY_PROTECTION_CUT_OFF = date(2025, 3, 31)
"""Persons with temporary protection first admitted after this day are to receive AsylbLG benefits
again (draft Leistungsrechtsanpassungsgesetz, federal cabinet, 19.11.2025)."""


def credited_places(
    law: Law, day: date, reception_centre: ArrayLike, other_facility: ArrayLike
) -> NDArray[np.float64]:
    """Credit the planned places of Land facilities to the municipalities that host them.

    The credit is EAE credit · EAE places + other credit · other places. It counts planned
    places (vorgesehene Aufnahmeplätze), not the persons in them.

    Parameters
    ----------
    law
        Law with ``fluag.credit_reception_centre`` and ``fluag.credit_other_facility``.
    day
        Day whose credits apply.
    reception_centre
        (..., municipality) planned places in reception centres (Erstaufnahmeeinrichtung, EAE).
    other_facility
        (..., municipality) planned places in other Land facilities (Zentrale
        Unterbringungseinrichtung, ZUE, and Notunterkunft, NU).

    Returns
    -------
    numpy.ndarray
        (..., municipality) credited places.

    References
    ----------
    § 3 (5) FlüAG; 11th amendment of 31.10.2023 (GV. NRW. S. 1182): 100 % from 1.12.2023.

    Examples
    --------
    >>> from datetime import date
    >>> from integrasim.statutes import load_statute_book
    >>> law = load_statute_book().as_of(date(2025, 1, 1))
    >>> credited_places(law, date(2023, 11, 1), [100, 0], [0, 100])
    array([70., 50.])
    >>> credited_places(law, date(2023, 12, 1), [100, 0], [0, 100])
    array([100., 100.])
    """
    centre = np.asarray(reception_centre, dtype=np.float64)
    other = np.asarray(other_facility, dtype=np.float64)
    return (
        law.value("fluag.credit_reception_centre", day) * centre
        + law.value("fluag.credit_other_facility", day) * other
    )


def obligations(
    key: ArrayLike, counted: ArrayLike, credited_places: ArrayLike, to_assign: ArrayLike
) -> NDArray[np.float64]:
    """Compute how many more persons each municipality is obliged to take.

    The obligation rests on the stock, not on the flow:

        obligation_i = key_i · (Σ counted + Σ credited + to assign) - counted_i - credited_i

    Parameters
    ----------
    key
        (municipality,) allocation key; sums to 1.
    counted
        (..., municipality) persons counted under § 3 (3) FlüAG.
    credited_places
        (..., municipality) credited places of Land facilities.
    to_assign
        (...,) persons to assign.

    Returns
    -------
    numpy.ndarray
        (..., municipality) persons; negative where a municipality has more than its
        share. The obligations sum to the persons to assign.

    References
    ----------
    § 3 (1), (3) and (5) FlüAG; Bezirksregierung Arnsberg on the computation of 2016.

    Examples
    --------
    >>> obligations([0.5, 0.5], counted=[40, 20], credited_places=[0, 10], to_assign=30)
    array([10., 20.])
    """
    have = np.asarray(counted, dtype=np.float64) + np.asarray(credited_places, dtype=np.float64)
    basis = have.sum(axis=-1) + np.asarray(to_assign, dtype=np.float64)
    owed: NDArray[np.float64] = np.asarray(key, dtype=np.float64) * basis[..., np.newaxis]
    return owed - have


def fulfilment_quota(
    key: ArrayLike, counted: ArrayLike, credited_places: ArrayLike
) -> NDArray[np.float64]:
    """Compute the share of its obligation that each municipality fulfils (Erfüllungsquote).

        quota_i = (counted_i + credited_i) / (key_i · (Σ counted + Σ credited))

    Parameters
    ----------
    key
        (municipality,) allocation key; sums to 1.
    counted
        (..., municipality) persons counted under § 3 (3) FlüAG.
    credited_places
        (..., municipality) credited places of Land facilities.

    Returns
    -------
    numpy.ndarray
        (..., municipality) quota, 1 where a municipality has just its share; their mean
        weighted by the key is 1. NaN where nobody is counted and no place credited
        anywhere: there is then no obligation.

    Examples
    --------
    >>> fulfilment_quota([0.5, 0.5], counted=[40, 20], credited_places=[0, 20])
    array([1., 1.])
    """
    have = np.asarray(counted, dtype=np.float64) + np.asarray(credited_places, dtype=np.float64)
    share = np.asarray(key, dtype=np.float64) * have.sum(axis=-1, keepdims=True)
    quota: NDArray[np.float64] = np.full(have.shape, np.nan)
    np.divide(have, share, out=quota, where=share > 0.0)
    return quota
