"""Settlement: what the Land pays, by instrument, and what municipalities and Kreise receive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from integrasim.law.account import Account
from integrasim.law.instruments import INSTRUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from integrasim.law.basis import LawBasis
    from integrasim.law.instruments import Instrument
    from integrasim.law.parameters import Law

__all__ = ["Settlement", "parameters_read", "settle"]

_BY_ID = {each.id: each for each in INSTRUMENTS}
_ILLNESS = "fluag.illness"


@dataclass(frozen=True, eq=False)
class Settlement:
    """What is paid under one law, in EUR, nominal, by the year to which a payment belongs.

    Parameters
    ----------
    land_cost
        (draw, year, instrument) what the Land pays, in the order of the instruments settled.
    transfer
        (draw, year, municipality) what each municipality receives.
    kreis_transfer
        (draw, year, kreis) what each Kreis receives for itself, beside its municipalities.
    illness_reimbursement
        (draw, year, municipality) the § 4b part of ``transfer``.
    deferred
        (draw, year, instrument) the part of ``land_cost`` that is paid in the following year only.
    """

    land_cost: NDArray[np.float64]
    transfer: NDArray[np.float64]
    kreis_transfer: NDArray[np.float64]
    illness_reimbursement: NDArray[np.float64]
    deferred: NDArray[np.float64]


def settle(
    law: Law, basis: LawBasis, *, instruments: Sequence[Instrument] = INSTRUMENTS
) -> Settlement:
    """Settle what the Land pays under a law.

    Money belongs to the year for which it is due, not to the one in which it is paid; see
    :func:`integrasim.law.cash.pay_out` for that. An instrument that is not in force pays
    nothing. Where the horizon covers a year only in part, yearly amounts are cut to that part;
    the threshold of § 4b, which applies to a person's costs, is not. The rates of a period are
    those of its first day; what governs a calendar year is that of its 1 January. What the Land
    pays by an instrument is the sum of what is received.

    Parameters
    ----------
    law
        The law that applies.
    basis
        Quantities of a world, left as they are.
    instruments
        What is settled; by default all.

    Returns
    -------
    Settlement
        Payments by draw and year. A draw's payments depend on this draw alone.

    Raises
    ------
    ValueError
        If an illness threshold lies below the floor of the ledger, which then lacks
        cases, or if the law lacks a parameter.

    References
    ----------
    See ``docs/law.md`` and ``docs/programmes.md``.

    Examples
    --------
    100 person-months in a kreisfreie Stadt and a case of illness of 80,000 EUR in 2025:

    >>> from dataclasses import replace
    >>> from datetime import date
    >>> from integrasim.law.basis import Ledger, Municipalities, Periods, nobody
    >>> from integrasim.law.instruments import of_programmes
    >>> from integrasim.statutes import load_statute_book
    >>> one = np.zeros(1, dtype=np.intp)
    >>> city = Municipalities(
    ...     is_kreisfrei=np.array([True]),
    ...     kreis=one,
    ...     is_kreis=np.array([False]),
    ...     population=np.array([1e5]),
    ...     key=np.ones((1, 1)),
    ... )
    >>> periods = Periods(start=(date(2025, 1, 1),), years=(2025,), year_index=one)
    >>> basis = replace(
    ...     nobody(periods, city),
    ...     person_months=np.array([[[100]]]),
    ...     ledger=Ledger(draw=one, year=one, municipality=one, cost=np.array([80e3])),
    ... )
    >>> law = load_statute_book().as_of(date(2025, 1, 1))
    >>> result = settle(law, basis, instruments=of_programmes("fluag")[:3])
    >>> result.land_cost[0, 0]
    array([130300.,      0.,  55000.])
    >>> result.transfer[0, 0]
    array([185300.])
    """
    account = Account(law, basis, _BY_ID)
    draws, years, _ = basis.shape
    land_cost = np.zeros((draws, years, len(instruments)))
    deferred = np.zeros_like(land_cost)
    transfer = np.zeros(basis.shape)
    kreis_transfer = np.zeros((draws, years, basis.municipalities.is_kreis.size))
    for column, instrument in enumerate(instruments):
        payment = account.paid(instrument.id)
        land_cost[:, :, column] = payment.total
        if instrument.lag == "year":
            deferred[:, :, column] = land_cost[:, :, column]
        elif instrument.lag == "month" and payment.december is not None:
            deferred[:, :, column] = payment.december
        if payment.municipalities is not None:
            transfer += payment.municipalities
        if payment.kreise is not None:
            kreis_transfer += payment.kreise
    is_reimbursed = any(instrument.id == _ILLNESS for instrument in instruments)
    illness = account.paid(_ILLNESS).municipalities if is_reimbursed else None
    return Settlement(
        land_cost=land_cost,
        transfer=transfer,
        kreis_transfer=kreis_transfer,
        illness_reimbursement=np.zeros(basis.shape) if illness is None else illness,
        deferred=deferred,
    )


def parameters_read(instruments: Iterable[Instrument]) -> tuple[str, ...]:
    """Return the names of all parameters that some instruments read, each once.

    Parameters
    ----------
    instruments
        The instruments.

    Returns
    -------
    tuple of str
        Only their changes cut periods.

    Examples
    --------
    >>> "fluag.illness_threshold" in parameters_read(INSTRUMENTS)
    True
    """
    return tuple(dict.fromkeys(name for each in instruments for name in each.parameters))
