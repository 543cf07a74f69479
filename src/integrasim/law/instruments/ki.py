"""Base funding of the Kommunale Integrationszentren (§ 8 TIntG)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from integrasim.law.definitions import Label
from integrasim.law.formulas import per_unit
from integrasim.law.instruments.instrument import Instrument
from integrasim.law.instruments.komm_an import BAND_PARAMETERS, posts_by_band
from integrasim.law.integration_centres import by_bearer, to_centres

if TYPE_CHECKING:
    from integrasim.law.account import Account
    from integrasim.law.payment import Payment

__all__ = ["INSTRUMENTS"]

_POSTS_KREIS = "ki.posts_kreis"
_POSTS_CITY = "ki.posts_city"
_RATE = "ki.post_rate"
_ASSISTANT = "ki.assistant_rate"
_INTERPRETERS = "ki.interpreter_pool"
_FORMER_RATE = "ki.former_komm_an_post_rate"


def _base(account: Account) -> Payment:
    """Pay for posts, assistant and interpreters of each centre."""
    places = account.basis.municipalities
    posts = by_bearer(
        places, kreis=account.by_year(_POSTS_KREIS), city=account.by_year(_POSTS_CITY)
    )
    per_centre = account.yearly(_ASSISTANT) + account.yearly(_INTERPRETERS)
    staff = per_unit(posts, rate=account.yearly(_RATE)[..., np.newaxis])
    return to_centres(places, staff + per_centre[..., np.newaxis])


def _former_komm_an(account: Account) -> Payment:
    """Pay for the posts of each centre that belonged to KOMM-AN NRW until 2024."""
    rate = account.yearly(_FORMER_RATE)[..., np.newaxis]
    return to_centres(account.basis.municipalities, per_unit(posts_by_band(account), rate=rate))


INSTRUMENTS = (
    Instrument(
        id="ki.base",
        label=Label(
            de="Grundförderung der Kommunalen Integrationszentren (§ 8 TIntG)",
            en="Base funding of the integration centres (§ 8 TIntG)",
        ),
        recipient="integration_centre",
        words=Label(
            de=(
                "Das Land fördert in jedem der 31 Kreise und in jeder der 23 kreisfreien Städte "
                "ein Kommunales Integrationszentrum: Fachkraftstellen, eine halbe Stelle "
                "Verwaltungsassistenz und Sachmittel für Laiensprachmittler. Die Sätze sind "
                "Höchstbeträge; das Modell setzt alle Zentren und Stellen voll an. Abgeordnete "
                "Lehrkräfte sind nicht enthalten."
            ),
            en=(
                "The Land funds an integration centre in each of the 31 Kreise and of the 23 "
                "kreisfreie Städte: posts of specialists, half a post of an assistant, and "
                "material for lay interpreters. The rates are maximum amounts; the model takes "
                "all centres and posts in full. Seconded teachers are not included."
            ),
        ),
        formula=Label(
            de="Stellen (Kreis oder Stadt) × Satz + Verwaltungsassistenz + Laiensprachmittlerpool",
            en="posts (Kreis or city) × rate + assistant + pool of lay interpreters",
        ),
        parameters=(_POSTS_KREIS, _POSTS_CITY, _RATE, _ASSISTANT, _INTERPRETERS),
        pay=_base,
    ),
    Instrument(
        id="ki.former_komm_an",
        label=Label(
            de="Frühere Stellen aus KOMM-AN NRW, Teil I, in der Grundförderung",
            en="Former posts of KOMM-AN NRW, part I, within the base funding",
        ),
        recipient="integration_centre",
        words=Label(
            de=(
                "Die Stellen, die KOMM-AN NRW bis 2024 in den Kommunalen Integrationszentren "
                "bezahlte, gehören seit 2025 zur Grundförderung; alle bleiben erhalten. Die Zahl "
                "je Zentrum richtet sich weiter nach der Einwohnerzahl seines Gebiets."
            ),
            en=(
                "The posts for which KOMM-AN NRW paid in the integration centres until 2024 have "
                "belonged to the base funding since 2025; all of them are kept. Their number per "
                "centre still follows the population of its area."
            ),
        ),
        formula=Label(
            de="Stellen des Bandes × Satz je Stelle",
            en="posts of the band × rate per post",
        ),
        parameters=(*BAND_PARAMETERS, _FORMER_RATE),
        pay=_former_komm_an,
    ),
)
"""The instruments of the base funding, in the order of the result."""
