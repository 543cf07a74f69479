"""The Teilhabe- und Integrationsgesetz (TIntG): lump sums, grants of 2018 and 2019, the floor."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from integrasim.law.definitions import Label
from integrasim.law.formulas import (
    in_proportion,
    indexed,
    largest_remainders,
    per_unit,
    share_out,
    top_up,
)
from integrasim.law.instruments import ki, kim, komm_an, programmes
from integrasim.law.instruments.instrument import Instrument
from integrasim.law.payment import Payment
from integrasim.law.persons_keys import kreis_key, mixed_key

if TYPE_CHECKING:
    from integrasim.law.account import Account
    from integrasim.law.parameters import Law

__all__ = ["FINANCED_FROM_THE_FLOOR", "INSTRUMENTS", "floor_growth"]

_LUMP_SUM = "tintg.lump_sum_per_quarter"
_GRANT = "tintg.grant_total"
_MINIMUM = "tintg.grant_minimum"
_WEIGHT = "tintg.grant_assigned_weight"
_KREISE = "tintg.grant_kreise_total"
_FLOOR = "tintg.floor"
_PAY_WEIGHT = "tintg.floor_pay_weight"
_PAY = "tintg.pay_growth"
_PRICES = "tintg.housing_price_growth"
_WHOLE_EUROS = 0
"""Decimals of the grants. Those that were published are whole euros, such as 640,633 EUR for Moers
and 70,344 EUR for Alpen in 2018 (rp-online.de, 1.7508376)."""


def floor_growth(law: Law, year: int) -> float:
    """Compute by how much the floor has grown since it was set (§ 3 (2) TIntG).

        growth = Π (1 + w_v · pay_v + (1 - w_v) · prices_v), v after the year in which it was set

    Parameters
    ----------
    law
        The law that applies.
    year
        Calendar year.

    Returns
    -------
    float
        Multiple of the amount that was set; 1 in the year in which it was set, and where none is
        in force.

    Notes
    -----
    A later act that sets another amount states it in the money of its first year; it is carried
    forward from the next year on.

    Examples
    --------
    2.8 % and 7.4 % for 2023, 0 % and 5.1 % for 2024, with weights of 80 % and 20 %:

    >>> from integrasim.statutes import load_statute_book
    >>> law = load_statute_book().as_of(date(2025, 1, 1))
    >>> [round(floor_growth(law, year), 6) for year in (2022, 2023, 2024)]
    [1.0, 1.0372, 1.047779]
    """
    changes = law.change_dates(date.min, date(year, 1, 1), [_FLOOR])
    if not changes:
        return 1.0
    days = [date(later, 1, 1) for later in range(changes[-1].year + 1, year + 1)]
    if not days:
        return 1.0
    pay_weight = law.values(_PAY_WEIGHT, days)
    growth = np.stack([law.values(_PAY, days), law.values(_PRICES, days)], axis=-1)
    weights = np.stack([pay_weight, 1.0 - pay_weight], axis=-1)
    return float(indexed(1.0, growth=growth, weights=weights)[-1])


def _lump_sums(account: Account) -> Payment:
    """Lump sums of the municipalities."""
    rate = account.by_year(_LUMP_SUM)[..., np.newaxis]
    return Payment(municipalities=per_unit(account.basis.newcomers, rate=rate))


def _grants(account: Account) -> Payment:
    """Grants of the municipalities, in whole euros; they are not cut to a part of a year.

    Where a total does not suffice for the minimum amounts, everyone receives the same. A year has
    grants if the total and the weight of the key are in force.
    """
    basis = account.basis
    totals, minima, weights = (account.by_year(name) for name in (_GRANT, _MINIMUM, _WEIGHT))
    least = np.minimum(minima, np.floor(totals / basis.municipalities.size))
    payment = np.zeros(basis.shape)
    for year in np.flatnonzero(account.in_force(_GRANT, _WEIGHT) & totals.any(axis=0)):
        key = mixed_key(
            basis.assigned[:, year],
            basis.residence_bound[:, year],
            assigned_weight=float(weights[0, year]),
        )
        shares = share_out(totals[:, year], weights=key, minimum=least[:, year])
        payment[:, year] = largest_remainders(shares, decimals=_WHOLE_EUROS)
    return Payment(municipalities=payment)


def _kreis_grants(account: Account) -> Payment:
    """Grants of the Kreise, in whole euros; they are not cut to a part of a year."""
    basis, places = account.basis, account.basis.municipalities
    key = kreis_key(
        np.add(basis.assigned, basis.residence_bound),
        kreis=np.where(places.is_kreisfrei, -1, places.kreis),
        kreis_count=places.is_kreis.size,
    )
    shares = in_proportion(account.by_year(_KREISE), weights=key)
    return Payment(kreise=largest_remainders(shares, decimals=_WHOLE_EUROS))


def _floor(account: Account) -> Payment:
    """Top-up of what is financed from the floor."""
    growth = [floor_growth(account.law, year) for year in account.basis.periods.years]
    paid = sum(account.paid(each.id).total for each in FINANCED_FROM_THE_FLOOR)
    return Payment(others=top_up(paid, minimum=account.yearly(_FLOOR) * growth))


_INTEGRATION_LUMP_SUM = Instrument(
    id="tintg.lump_sum",
    label=Label(
        de="Integrationspauschale (§ 17 TIntG)",
        en="Integration lump sum (§ 17 TIntG)",
    ),
    recipient="municipality",
    words=Label(
        de=(
            "Das Land zahlt der Gemeinde zwei Jahre lang für jede aufgenommene Person des "
            "§ 14 TIntG einen festen Betrag je Vierteljahr: für Spätausgesiedelte, "
            "Resettlement-Flüchtlinge und andere, die aus dem Ausland aufgenommen werden, "
            "nicht für Asylsuchende. Gezählt wird am 15. Januar, April, Juli und Oktober."
        ),
        en=(
            "For two years the Land pays the municipality a fixed amount per quarter for each "
            "person of § 14 TIntG: Spätaussiedler, resettled refugees and others admitted from "
            "abroad, not asylum seekers. They are counted on the 15th of January, April, July "
            "and October."
        ),
    ),
    formula=Label(
        de="Personen an den vier Stichtagen, zusammengezählt × Pauschale je Vierteljahr",
        en="persons on the four reference days, added up × lump sum per quarter",
    ),
    parameters=(_LUMP_SUM,),
    pay=_lump_sums,
)

_FINANCED = {
    "komm_an.centres",
    "komm_an.agencies",
    "agencies.base",
    "migrant_organisations.base",
}
FINANCED_FROM_THE_FLOOR = (
    _INTEGRATION_LUMP_SUM,
    *ki.INSTRUMENTS,
    *kim.INSTRUMENTS,
    *(each for each in (*komm_an.INSTRUMENTS, *programmes.INSTRUMENTS) if each.id in _FINANCED),
)
"""Instruments that § 3 (2) TIntG finances from the floor: the integration lump sum, integration
centres and integration management, Integrationsagenturen and migrant organisations. Assumption: the
parts of KOMM-AN that went to centres and agencies are such money, as they moved there in 2025."""

INSTRUMENTS = (
    _INTEGRATION_LUMP_SUM,
    Instrument(
        id="tintg.grant",
        label=Label(
            de="Zuweisungen für Integrationsmaßnahmen 2018 und 2019 (§§ 14a, 14c TIntG 2012)",
            en="Grants for integration measures of 2018 and 2019 (§§ 14a, 14c TIntG 2012)",
        ),
        recipient="municipality",
        words=Label(
            de=(
                "Das Land gab 2018 einen Teil und 2019 die ganze Integrationspauschale des Bundes "
                "an die Gemeinden weiter. Verteilt wird nach den Personen, die der Gemeinde nach "
                "dem FlüAG zugewiesen sind (Durchschnitt Oktober bis Dezember des Vorjahres), und "
                "nach denen unter der Wohnsitzregelung (1. Januar); jede Gemeinde erhält einen "
                "Mindestbetrag. Wer darüber liegt, trägt ihn im Modell im Verhältnis seines "
                "Anteils mit. Die Zuweisung gilt dem Jahr und wird nicht auf simulierte Monate "
                "gekürzt."
            ),
            en=(
                "In 2018 the Land passed on a part, in 2019 the whole of the federal lump sum for "
                "integration to the municipalities. It is shared out by the persons who are "
                "assigned under the FlüAG (average of October to December of the year before) and "
                "by those under the residence rule (1 January); each municipality receives a "
                "minimum. In the model, those above it pay for it in proportion to their shares. "
                "The grant is for the year and is not cut to the months that are simulated."
            ),
        ),
        formula=Label(
            de=(
                "Schlüssel = Gewicht × Anteil an den Zugewiesenen + (1 − Gewicht) × Anteil an den "
                "Personen der Wohnsitzregelung; max(Mindestbetrag; λ × Schlüssel), λ so, dass die "
                "Summe stimmt, auf Euro gerundet"
            ),
            en=(
                "key = weight × share in the assigned + (1 − weight) × share in the persons of the "
                "residence rule; max(minimum, λ × key), λ such that the sum is exact, rounded to "
                "euros"
            ),
        ),
        parameters=(_GRANT, _MINIMUM, _WEIGHT),
        pay=_grants,
    ),
    Instrument(
        id="tintg.grant_kreise",
        label=Label(
            de="Zuweisungen an die Kreise 2019 (§ 14c TIntG 2012)",
            en="Grants to the Kreise of 2019 (§ 14c TIntG 2012)",
        ),
        recipient="kreis",
        words=Label(
            de=(
                "Die Kreise erhielten 2019 einen eigenen Betrag für Koordinierung und eigene "
                "Integrationsmaßnahmen, nach den geflüchteten Personen in ihren Gemeinden. "
                "Kreisfreie Städte erhalten daraus nichts. Die Zuweisung gilt dem Jahr und wird "
                "nicht auf simulierte Monate gekürzt."
            ),
            en=(
                "In 2019 the Kreise received an amount of their own for coordination and measures "
                "of their own, by the refugees in their municipalities. Kreisfreie Städte receive "
                "nothing of it. The grant is for the year and is not cut to the months that are "
                "simulated."
            ),
        ),
        formula=Label(
            de=(
                "Betrag × Zugewiesene und Personen der Wohnsitzregelung im Kreis / in allen "
                "Kreisen, auf Euro gerundet"
            ),
            en=(
                "amount × assigned persons and persons of the residence rule in the Kreis / in all "
                "Kreise, rounded to euros"
            ),
        ),
        parameters=(_KREISE,),
        pay=_kreis_grants,
    ),
    Instrument(
        id="tintg.floor",
        label=Label(
            de="Aufstockung auf den Mindestbetrag (§ 3 Abs. 2 TIntG)",
            en="Top-up to the floor (§ 3 (2) TIntG)",
        ),
        recipient="programme",
        words=Label(
            de=(
                "Das Land stellt für die integrationspolitische Infrastruktur jährlich einen "
                "Mindestbetrag bereit: für Kommunale Integrationszentren, Kommunales "
                "Integrationsmanagement, Integrationspauschalen, Integrationsagenturen, "
                "Organisationen von Menschen mit Einwanderungsgeschichte und weitere "
                "institutionelle Förderungen. Was die modellierten Programme davon nicht "
                "ausschöpfen, weist das Modell hier aus; wer es erhält, bestimmt der Haushalt. "
                "Der Betrag wird vom Jahr nach seiner Festsetzung an mit Tarifsteigerung und "
                "Preisen fortgeschrieben."
            ),
            en=(
                "Every year the Land provides a minimum for the infrastructure of integration: for "
                "integration centres, KIM, the integration lump sums, Integrationsagenturen, "
                "organisations of people with a history of immigration, and further institutional "
                "support. What the modelled programmes leave of it is shown here; the budget "
                "decides who receives it. From the year after it is set, the amount is carried "
                "forward with the rise of pay and of prices."
            ),
        ),
        formula=Label(
            de=(
                "max(0; Mindestbetrag × Π (1 + Gewicht × Tarifsteigerung + (1 − Gewicht) × "
                "Preissteigerung) − Zahlungen der finanzierten Programme)"
            ),
            en=(
                "max(0, floor × Π (1 + weight × rise of pay + (1 − weight) × rise of prices) − "
                "payments of the programmes financed from it)"
            ),
        ),
        parameters=(
            _FLOOR,
            _PAY_WEIGHT,
            _PAY,
            _PRICES,
            *dict.fromkeys(name for each in FINANCED_FROM_THE_FLOOR for name in each.parameters),
        ),
        pay=_floor,
    ),
)
"""The instruments of the act, in the order of the result."""
