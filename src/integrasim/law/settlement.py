"""Settlement: what the Land pays, by instrument, and what each municipality receives."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from integrasim.law.basis import LawBasis, Ledger, Periods
from integrasim.law.definitions import Label
from integrasim.law.fluag import additional_amount, rate_by_type
from integrasim.law.formulas import excess, in_proportion, per_unit, top_up

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from numpy.typing import NDArray

    from integrasim.law.parameters import Law

__all__ = [
    "INSTRUMENTS",
    "SETTLEMENT_PARAMETERS",
    "Instrument",
    "LawBasis",
    "Ledger",
    "Periods",
    "Settlement",
    "settle",
]

_KREISFREI = "fluag.lump_sum_kreisfrei"
_KREISANGEHOERIG = "fluag.lump_sum_kreisangehoerig"
_ONE_OFF = "fluag.one_off_tolerated"
_THRESHOLD = "fluag.illness_threshold"
_KREIS_LUMP_SUM = "fluag.kreis_lump_sum"
_MINIMUM = "fluag.guarantee_minimum"
_REFERENCE_KREISFREI = "fluag.guarantee_reference_kreisfrei"
_REFERENCE_KREISANGEHOERIG = "fluag.guarantee_reference_kreisangehoerig"

SETTLEMENT_PARAMETERS = (
    _KREISFREI,
    _KREISANGEHOERIG,
    _ONE_OFF,
    _THRESHOLD,
    _KREIS_LUMP_SUM,
    _MINIMUM,
    _REFERENCE_KREISFREI,
    _REFERENCE_KREISANGEHOERIG,
)
"""Names of the parameters that :func:`settle` reads; only their changes cut periods."""


@dataclass(frozen=True)
class Instrument:
    """A way in which the Land pays.

    Parameters
    ----------
    id
        Name in the result, such as ``fluag.lump_sum``.
    label
        Name for advisers.
    recipient
        Who receives the money.
    """

    id: str
    label: Label
    recipient: Literal["municipality", "kreis"]


INSTRUMENTS = (
    Instrument(
        "fluag.lump_sum",
        Label(de="Kostenpauschale (§ 4 FlüAG)", en="Lump sum per person-month (§ 4 FlüAG)"),
        "municipality",
    ),
    Instrument(
        "fluag.one_off",
        Label(
            de="Einmalzahlung bei vollziehbarer Ausreisepflicht (§ 4 FlüAG)",
            en="One-off amount on an enforceable duty to leave (§ 4 FlüAG)",
        ),
        "municipality",
    ),
    Instrument(
        "fluag.illness",
        Label(
            de="Außergewöhnliche Krankheitskosten (§ 4b FlüAG)",
            en="Extraordinary illness costs (§ 4b FlüAG)",
        ),
        "municipality",
    ),
    Instrument(
        "fluag.kreis_lump_sum",
        Label(de="Pauschale je Kreis", en="Lump sum per Kreis"),
        "kreis",
    ),
    Instrument(
        "fluag.guarantee",
        Label(
            de="Garantierter Mindestmehrbetrag (§ 4 Abs. 2a FlüAG)",
            en="Guaranteed minimum of additional funds (§ 4 (2a) FlüAG)",
        ),
        "municipality",
    ),
)
"""All instruments, in the order of the result."""


@dataclass(frozen=True, eq=False)
class Settlement:
    """What is paid under one law, in EUR, nominal, by the year to which a payment belongs.

    Parameters
    ----------
    land_cost
        (draw, year, instrument) what the Land pays; instruments as in ``INSTRUMENTS``.
    transfer
        (draw, year, municipality) what each municipality receives.
    illness_reimbursement
        (draw, year, municipality) the § 4b part of ``transfer``.
    """

    land_cost: NDArray[np.float64]
    transfer: NDArray[np.float64]
    illness_reimbursement: NDArray[np.float64]


def settle(law: Law, basis: LawBasis) -> Settlement:
    """Settle what the Land pays under a law.

    Money belongs to the year for which it is due, not to the one in which it is paid.
    An instrument that is not in force pays nothing. Where the horizon covers a year only
    in part, yearly amounts are cut to that part; the threshold, which applies to a
    person's costs, is not. The rates of a period are those
    of its first day; the illness threshold, the lump sum per Kreis and the guarantee
    of a calendar year are those of its 1 January. The cost of an instrument
    for municipalities is the sum of what these receive.

    Parameters
    ----------
    law
        The law that applies.
    basis
        Quantities of a world, left as they are.

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
    FlüAG §§ 4, 4b; FlüAG-Änderungs- und Kreisunterstützungsgesetz of 10.12.2024
    (GV. NRW. 2024 S. 1183). See ``docs/law.md``.

    Examples
    --------
    100 person-months in a kreisfreie Stadt and a case of illness of 80,000 EUR in 2025:

    >>> from datetime import date
    >>> from integrasim.statutes import load_statute_book
    >>> one = np.zeros(1, dtype=np.intp)
    >>> basis = LawBasis(
    ...     periods=Periods(start=(date(2025, 1, 1),), years=(2025,), year_index=one),
    ...     person_months=np.array([[[100]]]),
    ...     newly_tolerated=np.array([[[0]]]),
    ...     ledger=Ledger(draw=one, year=one, municipality=one, cost=np.array([80e3])),
    ...     is_kreisfrei=np.array([True]),
    ...     kreis_count=0,
    ... )
    >>> result = settle(load_statute_book().as_of(date(2025, 1, 1)), basis)
    >>> result.land_cost[0, 0]
    array([130300.,      0.,  55000.,      0.,      0.])
    >>> result.transfer[0, 0]
    array([185300.])
    """
    to_municipalities = {name: pay(law, basis) for name, pay in _TO_MUNICIPALITIES.items()}
    to_kreise = {name: pay(law, basis) for name, pay in _TO_KREISE.items()}
    totals = {name: payment.sum(axis=-1) for name, payment in to_municipalities.items()}
    by_draw_and_year = np.zeros(basis.shape[:2])
    totals |= {name: by_draw_and_year + payment for name, payment in to_kreise.items()}
    return Settlement(
        land_cost=np.stack([totals[instrument.id] for instrument in INSTRUMENTS], axis=-1),
        transfer=sum(to_municipalities.values(), start=np.zeros(basis.shape)),
        illness_reimbursement=to_municipalities["fluag.illness"],
    )


def _lump_sums(law: Law, basis: LawBasis) -> NDArray[np.float64]:
    """Lump sums by (draw, year, municipality)."""
    payment = np.zeros(basis.shape)
    for period, (year, rate) in enumerate(
        zip(basis.periods.year_index, _rates(law, basis), strict=True)
    ):
        payment[:, year] += per_unit(basis.person_months[:, period], rate=rate)
    return payment


def _one_off_amounts(law: Law, basis: LawBasis) -> NDArray[np.float64]:
    """One-off amounts by (draw, year, municipality)."""
    payment = np.zeros(basis.shape)
    amounts = law.values(_ONE_OFF, basis.periods.start)
    for period, (year, amount) in enumerate(zip(basis.periods.year_index, amounts, strict=True)):
        payment[:, year] += per_unit(basis.newly_tolerated[:, period], rate=amount)
    return payment


def _illness(law: Law, basis: LawBasis) -> NDArray[np.float64]:
    """Reimbursed illness costs by (draw, year, municipality)."""
    ledger = basis.ledger
    threshold = _thresholds(law, basis)
    cell = np.ravel_multi_index((ledger.draw, ledger.year, ledger.municipality), basis.shape)
    reimbursed = excess(ledger.cost, deductible=threshold[ledger.year])
    size = math.prod(basis.shape)
    sums = np.bincount(cell, weights=reimbursed, minlength=size)
    # Without any row, bincount forgets the weights and counts in integers.
    return np.asarray(sums, dtype=np.float64).reshape(basis.shape)


def _thresholds(law: Law, basis: LawBasis) -> NDArray[np.float64]:
    """Threshold of each year, infinite where § 4b is not in force; none below the floor."""
    days = basis.periods.new_years
    threshold = np.array(
        [law.value(_THRESHOLD, day) if law.in_force(_THRESHOLD, day) else np.inf for day in days]
    )
    for day, value in zip(days, threshold, strict=True):
        if value < basis.ledger.floor:
            raise ValueError(
                f"{_THRESHOLD}: {value:,.0f} EUR in {day.year} lies below the floor of the ledger "
                f"of illness costs, {basis.ledger.floor:,.0f} EUR, so that cases are missing. "
                "Lower the floor or raise the threshold."
            )
    return threshold


def _kreis_lump_sums(law: Law, basis: LawBasis) -> NDArray[np.float64]:
    """Lump sums for all Kreise by year."""
    amount = law.values(_KREIS_LUMP_SUM, basis.periods.new_years) * basis.periods.covered
    return per_unit(basis.kreis_count, rate=amount)


def _guarantee(law: Law, basis: LawBasis) -> NDArray[np.float64]:
    """Top-up to the guaranteed additional amount by (draw, year, municipality).

    A year has a guarantee if the minimum and both reference rates are in force.
    """
    payment = np.zeros(basis.shape)
    rates = _rates(law, basis)
    calendar = zip(basis.periods.new_years, basis.periods.covered, strict=True)
    for year, (day, covered) in enumerate(calendar):
        if not all(
            law.in_force(name, day)
            for name in (_MINIMUM, _REFERENCE_KREISFREI, _REFERENCE_KREISANGEHOERIG)
        ):
            continue
        reference = _rate(law, basis, day, _REFERENCE_KREISFREI, _REFERENCE_KREISANGEHOERIG)
        periods = np.flatnonzero(basis.periods.year_index == year)
        additional = np.zeros(basis.shape[0])
        for period in periods:
            additional += additional_amount(
                basis.person_months[:, period], rate=rates[period], reference=reference
            )
        payment[:, year] = in_proportion(
            top_up(additional, minimum=law.value(_MINIMUM, day) * covered),
            weights=basis.person_months[:, periods].sum(axis=1),
        )
    return payment


def _rates(law: Law, basis: LawBasis) -> list[NDArray[np.float64]]:
    """Lump-sum rates of the municipalities, one array per period."""
    return [_rate(law, basis, day, _KREISFREI, _KREISANGEHOERIG) for day in basis.periods.start]


def _rate(
    law: Law, basis: LawBasis, day: date, kreisfrei: str, kreisangehoerig: str
) -> NDArray[np.float64]:
    """Rates of the municipalities on a day, from one parameter for each type."""
    return rate_by_type(
        basis.is_kreisfrei,
        kreisfrei=law.value(kreisfrei, day),
        kreisangehoerig=law.value(kreisangehoerig, day),
    )


_TO_MUNICIPALITIES: dict[str, Callable[[Law, LawBasis], NDArray[np.float64]]] = {
    "fluag.lump_sum": _lump_sums,
    "fluag.one_off": _one_off_amounts,
    "fluag.illness": _illness,
    "fluag.guarantee": _guarantee,
}
_TO_KREISE: dict[str, Callable[[Law, LawBasis], NDArray[np.float64]]] = {
    "fluag.kreis_lump_sum": _kreis_lump_sums,
}
