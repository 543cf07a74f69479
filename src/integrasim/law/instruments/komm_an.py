"""KOMM-AN NRW, 2016 to 2024: integration centres, measures on the spot, Integrationsagenturen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from integrasim.law.definitions import Label
from integrasim.law.formulas import by_band, in_proportion, per_unit
from integrasim.law.instruments.instrument import Instrument
from integrasim.law.integration_centres import of_centres, to_centres
from integrasim.law.payment import to_bearers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.law.account import Account
    from integrasim.law.payment import Payment

__all__ = ["BAND_PARAMETERS", "INSTRUMENTS", "posts_by_band"]

_LIMITS = ("komm_an.band_limit_lower", "komm_an.band_limit_upper")
_POSTS = tuple(f"komm_an.posts_band_{band}" for band in (1, 2, 3))
_MATERIAL = tuple(f"komm_an.material_band_{band}" for band in (1, 2, 3))
_RATE = "komm_an.post_rate"
_LOCAL = "komm_an.local_total"
_AGENCIES = "komm_an.agencies_total"
_BROCHURE = "komm_an.brochure_total"

BAND_PARAMETERS = (*_LIMITS, *_POSTS)
"""Names of the parameters that :func:`posts_by_band` reads."""


def posts_by_band(account: Account) -> NDArray[np.float64]:
    """Return the posts that each integration centre has by the population of its area.

    Parameters
    ----------
    account
        The law and the basis.

    Returns
    -------
    numpy.ndarray
        (draw, year, centre) posts; 0 in years without bands.

    References
    ----------
    KOMM-AN NRW, part I: 1, 1.5 or 2 posts in three bands.
    """
    return _by_band(account, _POSTS)


def _by_band(account: Account, parameters: tuple[str, ...]) -> NDArray[np.float64]:
    """Value of each centre's band, (draw, year, centre); 0 in years without bands."""
    places = account.basis.municipalities
    population = of_centres(places, places.population)
    limits = np.stack([account.by_year(name) for name in _LIMITS], axis=-1)
    each = np.broadcast_arrays(*(account.by_year(name) for name in parameters))
    values = np.stack(each, axis=-1)
    draws = max(limits.shape[0], values.shape[0])
    banded = np.zeros((draws, values.shape[1], population.size))
    years = account.in_force(*_LIMITS)
    banded[:, years] = by_band(population, limits=limits[:, years], values=values[:, years])
    return banded


def _centres(account: Account) -> Payment:
    """Pay for posts and material of the integration centres by band."""
    rate = account.by_year(_RATE)[..., np.newaxis]
    amounts = per_unit(posts_by_band(account), rate=rate) + _by_band(account, _MATERIAL)
    covered = account.basis.periods.covered[:, np.newaxis]
    return to_centres(account.basis.municipalities, amounts * covered)


def _local(account: Account) -> Payment:
    """Pay for measures on the spot, to the centres by the population of their area."""
    places = account.basis.municipalities
    population = of_centres(places, places.population)
    return to_centres(places, in_proportion(account.yearly(_LOCAL), weights=population))


INSTRUMENTS = (
    Instrument(
        id="komm_an.centres",
        label=Label(
            de="Stellen und Sachmittel der Kommunalen Integrationszentren (KOMM-AN NRW, Teil I)",
            en="Posts and material of the integration centres (KOMM-AN NRW, part I)",
        ),
        recipient="integration_centre",
        words=Label(
            de=(
                "Das Land stärkt jedes Kommunale Integrationszentrum durch eine, eineinhalb oder "
                "zwei Stellen und durch Sachmittel, je nach der Einwohnerzahl seines Gebiets. Die "
                "Grenzen der drei Bänder sind nicht veröffentlicht; hier ergeben sie zusammen "
                "4,2 Millionen Euro im Jahr 2016. Seit 2025 stehen die Stellen in der "
                "Grundförderung, die Sachmittel sind entfallen."
            ),
            en=(
                "The Land strengthens each integration centre by one, one and a half or two posts "
                "and by material, according to the population of its area. The limits of the "
                "three bands are not published; here they make 4.2 million EUR in all in 2016. "
                "Since 2025 the posts belong to the base funding, and there is no material."
            ),
        ),
        formula=Label(
            de="Stellen des Bandes × Satz je Stelle + Sachmittel des Bandes",
            en="posts of the band × rate per post + material of the band",
        ),
        parameters=(*BAND_PARAMETERS, *_MATERIAL, _RATE),
        pay=_centres,
    ),
    Instrument(
        id="komm_an.local",
        label=Label(
            de="Bedarfsorientierte Maßnahmen vor Ort (KOMM-AN NRW, Teil II)",
            en="Measures on the spot (KOMM-AN NRW, part II)",
        ),
        recipient="integration_centre",
        words=Label(
            de=(
                "Das Land gibt den Kommunalen Integrationszentren Mittel für Ankommenstreffpunkte "
                "und das Ehrenamt, die diese an Gemeinden und Träger weitergeben. Wie das Geld "
                "verteilt wurde, war nicht zu lesen; das Modell verteilt es nach der "
                "Einwohnerzahl des Gebiets. 2025 wurden die Mittel ersatzlos gestrichen."
            ),
            en=(
                "The Land gives the integration centres funds for meeting points and volunteers, "
                "which they pass on to municipalities and associations. How the money was "
                "distributed was not readable; the model spreads it by the population of the "
                "area. In 2025 the funds were cut without replacement."
            ),
        ),
        formula=Label(
            de="Mittel des Jahres × Anteil des Gebiets an der Einwohnerzahl",
            en="funds of the year × share of the area in the population",
        ),
        parameters=(_LOCAL,),
        pay=_local,
    ),
    Instrument(
        id="komm_an.agencies",
        label=Label(
            de="Stärkung der Integrationsagenturen (KOMM-AN NRW, Teil III)",
            en="Integrationsagenturen (KOMM-AN NRW, part III)",
        ),
        recipient="programme",
        words=Label(
            de=(
                "Das Land fördert zusätzliche Maßnahmen der Integrationsagenturen, die die Freie "
                "Wohlfahrtspflege trägt. Seit 2025 stehen die Mittel im Ansatz der "
                "Integrationsagenturen."
            ),
            en=(
                "The Land funds additional measures of the Integrationsagenturen, which the "
                "welfare associations run. Since 2025 the funds belong to the appropriation of "
                "the Integrationsagenturen."
            ),
        ),
        formula=Label(de="Mittel des Jahres", en="funds of the year"),
        parameters=(_AGENCIES,),
        pay=partial(to_bearers, parameter=_AGENCIES),
    ),
    Instrument(
        id="komm_an.brochure",
        label=Label(
            de="Broschüre zu Werten und Regeln (KOMM-AN NRW, Teil IV)",
            en="Brochure on values and rules (KOMM-AN NRW, part IV)",
        ),
        recipient="programme",
        words=Label(
            de=(
                "Das Ministerium und die Landeszentrale für politische Bildung erarbeiten eine "
                "Broschüre. Ein Betrag ist nicht veröffentlicht; eine Option kann ihn setzen."
            ),
            en=(
                "The ministry and the Landeszentrale für politische Bildung write a brochure. No "
                "amount is published; an option can state one."
            ),
        ),
        formula=Label(de="Mittel des Jahres", en="funds of the year"),
        parameters=(_BROCHURE,),
        pay=partial(to_bearers, parameter=_BROCHURE),
    ),
)
"""The instruments of the programme, in the order of its parts."""
