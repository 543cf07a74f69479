"""The Flüchtlingsaufnahmegesetz (FlüAG NRW): its instruments, and what is peculiar to it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from integrasim.law.basis import DECEMBER
from integrasim.law.definitions import Label
from integrasim.law.formulas import excess, in_proportion, per_unit, top_up
from integrasim.law.instruments.instrument import Instrument
from integrasim.law.payment import Payment

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from integrasim.law.account import Account

__all__ = ["INSTRUMENTS", "additional_amount", "rate_by_type"]

_KREISFREI = "fluag.lump_sum_kreisfrei"
_KREISANGEHOERIG = "fluag.lump_sum_kreisangehoerig"
_ONE_OFF = "fluag.one_off_tolerated"
_THRESHOLD = "fluag.illness_threshold"
_KREIS_LUMP_SUM = "fluag.kreis_lump_sum"
_CITY_LUMP_SUM = "fluag.city_lump_sum"
_MINIMUM = "fluag.guarantee_minimum"
_REFERENCES = (
    "fluag.guarantee_reference_kreisfrei",
    "fluag.guarantee_reference_kreisangehoerig",
)
_POOL = "fluag.pool"
_COMPENSATION = "fluag.tolerated_compensation"


def rate_by_type(
    is_kreisfrei: ArrayLike, *, kreisfrei: ArrayLike, kreisangehoerig: ArrayLike
) -> NDArray[np.float64]:
    """Give each municipality the rate of its type.

    Parameters
    ----------
    is_kreisfrei
        (municipality,) whether it is a kreisfreie Stadt.
    kreisfrei, kreisangehoerig
        (...,) rates in EUR.

    Returns
    -------
    numpy.ndarray
        (..., municipality) rates in EUR.

    Examples
    --------
    >>> rate_by_type([True, False], kreisfrei=1303.0, kreisangehoerig=1013.0)
    array([1303., 1013.])
    """
    city, other = (
        np.asarray(rate, dtype=np.float64)[..., np.newaxis] for rate in (kreisfrei, kreisangehoerig)
    )
    return np.where(is_kreisfrei, city, other)


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
        (..., municipality) present and former rate, EUR per person-month.

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


def _lump_sums(account: Account) -> Payment:
    """Lump sums of the municipalities."""
    rates = _rates(account, account.by_period, _KREISFREI, _KREISANGEHOERIG)
    return _monthly(account, account.basis.person_months, rates)


def _one_off_amounts(account: Account) -> Payment:
    """One-off amounts of the municipalities."""
    amounts = account.by_period(_ONE_OFF)[..., np.newaxis]
    return _monthly(account, account.basis.newly_tolerated, amounts)


def _monthly(account: Account, units: NDArray[np.integer], rates: NDArray[np.float64]) -> Payment:
    """Pay for units of each period, (draw, period, municipality), at the rates of the period."""
    basis = account.basis
    payment = np.zeros(basis.shape)
    december = np.zeros(basis.shape[:2])
    for period, (start, year) in enumerate(
        zip(basis.periods.start, basis.periods.year_index, strict=True)
    ):
        due = per_unit(units[:, period], rate=rates[:, period])
        payment[:, year] += due
        if start.month == DECEMBER:
            december[:, year] = due.sum(axis=-1)
    return Payment(municipalities=payment, december=december)


def _illness(account: Account) -> Payment:
    """Reimbursed illness costs of the municipalities."""
    ledger, shape = account.basis.ledger, account.basis.shape
    threshold = np.broadcast_to(_thresholds(account), shape[:2])
    # Most costs lie below every threshold.
    above = np.flatnonzero(ledger.cost > threshold.min(initial=np.inf))
    draw_year = ledger.draw.take(above).astype(np.intp) * shape[1] + ledger.year.take(above)
    cell = draw_year * shape[2] + ledger.municipality.take(above)
    deductible = threshold.ravel().take(draw_year)
    reimbursed = excess(ledger.cost.take(above), deductible=deductible)
    sums = np.bincount(cell, weights=reimbursed, minlength=math.prod(shape))
    # Without any row, bincount forgets the weights and counts in integers.
    return Payment(municipalities=np.asarray(sums, dtype=np.float64).reshape(shape))


def _thresholds(account: Account) -> NDArray[np.float64]:
    """Threshold of each year, (draw, year), infinite where § 4b is not in force; none too low."""
    threshold = np.where(account.in_force(_THRESHOLD), account.by_year(_THRESHOLD), np.inf)
    floor = account.basis.ledger.floor
    for day, value in zip(account.basis.periods.new_years, threshold.min(axis=0), strict=True):
        if value < floor:
            raise ValueError(
                f"{_THRESHOLD}: {value:,.0f} EUR in {day.year} lies below the floor of the ledger "
                f"of illness costs, {floor:,.0f} EUR, so that cases are missing. "
                "Lower the floor or raise the threshold."
            )
    return threshold


def _kreis_lump_sums(account: Account) -> Payment:
    """Lump sums of the Kreise."""
    amount = account.yearly(_KREIS_LUMP_SUM)[..., np.newaxis]
    return Payment(kreise=per_unit(account.basis.municipalities.is_kreis, rate=amount))


def _guarantee(account: Account) -> Payment:
    """Top-up of the municipalities to the guaranteed additional amount.

    A year has a guarantee if the minimum and both reference rates are in force.
    """
    basis = account.basis
    rates = _rates(account, account.by_period, _KREISFREI, _KREISANGEHOERIG)
    references = _rates(account, account.by_year, *_REFERENCES)
    minimum = account.yearly(_MINIMUM)
    guaranteed = np.flatnonzero(account.in_force(_MINIMUM, *_REFERENCES))
    if guaranteed.size == 0:
        return Payment()
    payment = np.zeros(basis.shape)
    for year in guaranteed:
        periods = np.flatnonzero(basis.periods.year_index == year)
        additional = np.zeros(basis.shape[0])
        for period in periods:
            additional += additional_amount(
                basis.person_months[:, period],
                rate=rates[:, period],
                reference=references[:, year],
            )
        payment[:, year] = in_proportion(
            top_up(additional, minimum=minimum[:, year]),
            weights=basis.person_months[:, periods].sum(axis=1),
        )
    return Payment(municipalities=payment)


def _by_key(account: Account, parameter: str) -> Payment:
    """Distribute an amount per year among the municipalities by the allocation key."""
    key = account.basis.municipalities.key
    return Payment(municipalities=in_proportion(account.yearly(parameter), weights=key))


def _pool(account: Account) -> Payment:
    """Shares of the municipalities in the yearly pool."""
    return _by_key(account, _POOL)


def _compensation(account: Account) -> Payment:
    """Compensation of the municipalities for persons tolerated before 2021."""
    return _by_key(account, _COMPENSATION)


def _city_lump_sums(account: Account) -> Payment:
    """Lump sums of the kreisfreie Städte."""
    amount = account.yearly(_CITY_LUMP_SUM)[..., np.newaxis]
    cities = account.basis.municipalities.is_kreisfrei
    return Payment(municipalities=per_unit(cities, rate=amount))


def _rates(
    account: Account,
    read: Callable[[str], NDArray[np.float64]],
    kreisfrei: str,
    kreisangehoerig: str,
) -> NDArray[np.float64]:
    """Rates of the municipalities, (draw, period or year, municipality)."""
    return rate_by_type(
        account.basis.municipalities.is_kreisfrei,
        kreisfrei=read(kreisfrei),
        kreisangehoerig=read(kreisangehoerig),
    )


INSTRUMENTS = (
    Instrument(
        id="fluag.lump_sum",
        label=Label(
            de="Kostenpauschale (§ 4 FlüAG)",
            en="Lump sum per person-month (§ 4 FlüAG)",
        ),
        recipient="municipality",
        words=Label(
            de=(
                "Das Land zahlt der Gemeinde für jede Person und jeden Monat einen festen "
                "Betrag. Gezählt wird, wer Leistungen nach dem AsylbLG erhält und in der "
                "Gemeinde wohnt, nicht in einer Landeseinrichtung. Der Betrag hängt davon ab, ob "
                "die Gemeinde eine kreisfreie Stadt ist oder zu einem Kreis gehört. Er wird im "
                "Folgemonat gezahlt. Bis 2016 gab es stattdessen die pauschalierte "
                "Landeszuweisung (fluag.pool)."
            ),
            en=(
                "The Land pays the municipality a fixed amount for each person and month. A "
                "person counts who receives AsylbLG benefits and lives in the municipality, not "
                "in a Land facility. The amount depends on whether the municipality is a "
                "kreisfreie Stadt or belongs to a Kreis. It is paid in the following month. Until "
                "2016 there was a yearly pool instead (fluag.pool)."
            ),
        ),
        formula=Label(
            de="Personenmonate × Pauschale der Art der Gemeinde",
            en="person-months × lump sum of the type of municipality",
        ),
        parameters=("fluag.lump_sum_kreisfrei", "fluag.lump_sum_kreisangehoerig"),
        pay=_lump_sums,
        lag="month",
    ),
    Instrument(
        id="fluag.one_off",
        label=Label(
            de="Einmalzahlung bei vollziehbarer Ausreisepflicht (§ 4 FlüAG)",
            en="One-off amount on an enforceable duty to leave (§ 4 FlüAG)",
        ),
        recipient="municipality",
        words=Label(
            de=(
                "Das Land zahlt der Gemeinde einmal je Person, wenn deren Ausreisepflicht "
                "vollziehbar wird, während sie in der Gemeinde zählt. Von da an gibt es keine "
                "monatliche Pauschale mehr. Im Modell wird einmal je Person gezahlt und nichts "
                "zurückgefordert."
            ),
            en=(
                "The Land pays the municipality once per person when the duty to leave becomes "
                "enforceable while the person is counted there. From then on there is no monthly "
                "lump sum. The model pays once per person and reclaims nothing."
            ),
        ),
        formula=Label(
            de="Personen, deren Ausreisepflicht im Zeitraum vollziehbar wird × Betrag",
            en="persons whose duty to leave becomes enforceable in the period × amount",
        ),
        parameters=("fluag.one_off_tolerated",),
        pay=_one_off_amounts,
        lag="month",
    ),
    Instrument(
        id="fluag.illness",
        label=Label(
            de="Außergewöhnliche Krankheitskosten (§ 4b FlüAG)",
            en="Extraordinary illness costs (§ 4b FlüAG)",
        ),
        recipient="municipality",
        words=Label(
            de=(
                "Das Land erstattet der Gemeinde, was die Behandlung einer Person in einem "
                "Kalenderjahr über eine Schwelle hinaus kostet. Es zählen die Kosten nach §§ 4 "
                "und 6 AsylbLG von Personen, die zur Zeit der Behandlung nach § 3 Abs. 3 zählen. "
                "Was unter der Schwelle liegt, trägt die Gemeinde."
            ),
            en=(
                "The Land reimburses the municipality for what the treatment of a person costs "
                "beyond a threshold in a calendar year. Costs under §§ 4 and 6 AsylbLG count, of "
                "persons who are counted under § 3 (3) at the time of treatment. What lies below "
                "the threshold stays with the municipality."
            ),
        ),
        formula=Label(
            de=(
                "Summe über die Personen: max(0; Kosten des Kalenderjahres − Schwelle am 1. Januar)"
            ),
            en="sum over persons: max(0, cost of the calendar year − threshold of 1 January)",
        ),
        parameters=("fluag.illness_threshold",),
        pay=_illness,
        lag="year",
    ),
    Instrument(
        id="fluag.kreis_lump_sum",
        label=Label(
            de="Pauschale je Kreis",
            en="Lump sum per Kreis",
        ),
        recipient="kreis",
        words=Label(
            de=(
                "Das Land zahlt jedem Kreis einen festen Betrag je Jahr für Koordinierung und "
                "Unterstützung seiner Gemeinden. Kreisfreie Städte erhalten nichts. Die "
                "Städteregion Aachen zählt als Kreis."
            ),
            en=(
                "The Land pays each Kreis a fixed amount per year for coordinating and "
                "supporting its municipalities. Kreisfreie Städte receive nothing. The "
                "Städteregion Aachen counts as a Kreis."
            ),
        ),
        formula=Label(
            de="Zahl der Kreise × Betrag am 1. Januar",
            en="number of Kreise × amount of 1 January",
        ),
        parameters=("fluag.kreis_lump_sum",),
        pay=_kreis_lump_sums,
    ),
    Instrument(
        id="fluag.guarantee",
        label=Label(
            de="Garantierter Mindestmehrbetrag (§ 4 Abs. 2a FlüAG)",
            en="Guaranteed minimum of additional funds (§ 4 (2a) FlüAG)",
        ),
        recipient="municipality",
        words=Label(
            de=(
                "Das Land sichert den Gemeinden zu, dass die höheren Pauschalen zusammen "
                "mindestens einen bestimmten Mehrbetrag bringen. Fehlt etwas daran, stockt es "
                "auf. Das Modell verteilt die Aufstockung nach Personenmonaten."
            ),
            en=(
                "The Land guarantees the municipalities that the raised lump sums bring at least "
                "a certain additional amount in total. If something is missing, it tops up. The "
                "model distributes the top-up in proportion to person-months."
            ),
        ),
        formula=Label(
            de=("max(0; Mindestmehrbetrag − Σ Personenmonate × (Pauschale − Vergleichspauschale))"),
            en="max(0, minimum − Σ person-months × (lump sum − reference rate))",
        ),
        parameters=(
            "fluag.guarantee_minimum",
            "fluag.guarantee_reference_kreisfrei",
            "fluag.guarantee_reference_kreisangehoerig",
            "fluag.lump_sum_kreisfrei",
            "fluag.lump_sum_kreisangehoerig",
        ),
        pay=_guarantee,
        lag="year",
    ),
    Instrument(
        id="fluag.pool",
        label=Label(
            de="Pauschalierte Landeszuweisung (§ 4 FlüAG, bis 2016)",
            en="Yearly pool (§ 4 FlüAG, until 2016)",
        ),
        recipient="municipality",
        words=Label(
            de=(
                "Bis 2016 verteilte das Land einen Jahresbetrag nach dem Zuweisungsschlüssel auf "
                "die Gemeinden, gleich wie viele Personen dort lebten. Er wurde in vier Teilen "
                "im Lauf des Jahres gezahlt. Seit 2017 gibt es stattdessen die Kostenpauschale."
            ),
            en=(
                "Until 2016 the Land distributed a yearly amount among the municipalities by the "
                "allocation key, however many persons lived there. It was paid in four parts in "
                "the course of the year. Since 2017 there is the lump sum per person instead."
            ),
        ),
        formula=Label(
            de="Jahresbetrag × Zuweisungsschlüssel der Gemeinde",
            en="amount of the year × allocation key of the municipality",
        ),
        parameters=("fluag.pool",),
        pay=_pool,
    ),
    Instrument(
        id="fluag.tolerated_compensation",
        label=Label(
            de="Ausgleichszahlungen für Bestandsgeduldete (Gesetz vom 9.11.2021)",
            en="Compensation for persons tolerated before 2021 (act of 9.11.2021)",
        ),
        recipient="municipality",
        words=Label(
            de=(
                "Für Personen, die schon bis Ende 2020 geduldet waren, gibt es keine "
                "Einmalzahlung. Stattdessen zahlte das Land den Gemeinden vier Jahre lang feste "
                "Summen, nach ihrem Anteil an den Pauschalen für Geduldete der Jahre 2018 bis "
                "2020. Dieser Anteil ist nicht veröffentlicht; das Modell nimmt den "
                "Zuweisungsschlüssel."
            ),
            en=(
                "For persons who had been tolerated by the end of 2020 there is no one-off "
                "amount. The Land paid the municipalities fixed sums in four years instead, by "
                "their share in the lump sums for tolerated persons of 2018 to 2020. That share "
                "is not published; the model takes the allocation key."
            ),
        ),
        formula=Label(
            de="Summe des Jahres × Zuweisungsschlüssel der Gemeinde",
            en="sum of the year × allocation key of the municipality",
        ),
        parameters=("fluag.tolerated_compensation",),
        pay=_compensation,
    ),
    Instrument(
        id="fluag.city_lump_sum",
        label=Label(
            de="Pauschale je kreisfreie Stadt (nur als Option)",
            en="Lump sum per kreisfreie Stadt (only as an option)",
        ),
        recipient="municipality",
        words=Label(
            de=(
                "Eine Pauschale, wie sie die Kreise erhalten, gibt es für kreisfreie Städte "
                "nicht. Als Option zahlt das Land jeder von ihnen einen festen Betrag je Jahr."
            ),
            en=(
                "There is no lump sum for kreisfreie Städte like that of the Kreise. As an "
                "option, the Land pays each of them a fixed amount per year."
            ),
        ),
        formula=Label(
            de="Betrag am 1. Januar für jede kreisfreie Stadt",
            en="amount of 1 January for each kreisfreie Stadt",
        ),
        parameters=("fluag.city_lump_sum",),
        pay=_city_lump_sums,
    ),
)
"""The instruments of the act, in the order of the result."""
