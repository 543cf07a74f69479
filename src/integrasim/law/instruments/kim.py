"""Kommunales Integrationsmanagement (KIM, § 9 TIntG): its three parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from integrasim.law.definitions import Label
from integrasim.law.formulas import in_proportion, largest_remainders, per_unit
from integrasim.law.instruments.instrument import Instrument
from integrasim.law.integration_centres import by_bearer, of_centres, to_centres
from integrasim.law.persons_keys import persons_key

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from integrasim.law.account import Account
    from integrasim.law.payment import Payment

__all__ = ["INSTRUMENTS", "half_posts"]

_RATE = "kim.post_rate"
_COORDINATION = "kim.coordination_total"
_COORDINATION_POSTS = "kim.coordination_posts"
_ASSISTANT = "kim.assistant_rate"
_MATERIAL = "kim.coordination_material"
_CASE_MANAGEMENT = "kim.case_management_total"
_CASE_MANAGEMENT_POSTS = "kim.case_management_posts"
_AUTHORITY = "kim.authority_total"
_AUTHORITY_POSTS = "kim.authority_posts"


def half_posts(posts: ArrayLike, *, key: ArrayLike) -> NDArray[np.float64]:
    """Share out posts by a key in steps of half a post, so that none is lost.

    Parameters
    ----------
    posts
        (...,) posts in all.
    key
        (..., centre) shares that sum to 1, or 0 where nobody has one.

    Returns
    -------
    numpy.ndarray
        (..., centre) posts, by largest remainders.

    References
    ----------
    KIM NRW, part 2: posts in proportion to persons, funded in steps of half a post and more.
    Assumption: rounded by largest remainders.

    Examples
    --------
    >>> half_posts(10, key=[0.52, 0.3, 0.18])
    array([5., 3., 2.])
    >>> half_posts(3.5, key=[0.5, 0.25, 0.25])
    array([1.5, 1. , 1. ])
    """
    halves = in_proportion(np.multiply(posts, 2.0), weights=key)
    return largest_remainders(halves, decimals=0) / 2.0


def _coordination(account: Account) -> Payment:
    """Pay part 1: the pot in equal shares; posts, assistant and material of each centre."""
    staff = per_unit(account.by_year(_COORDINATION_POSTS), rate=account.yearly(_RATE))
    each = staff + account.yearly(_ASSISTANT) + account.yearly(_MATERIAL)
    return _to_each(account, pot=account.yearly(_COORDINATION), each=each)


def _case_management(account: Account) -> Payment:
    """Pay part 2: posts of all NRW by persons, and the pot by these posts."""
    basis = account.basis
    places = basis.municipalities
    key = persons_key(of_centres(places, basis.assigned), of_centres(places, basis.residence_bound))
    # Of centres with equal shares the more populous one comes first, not the one listed first.
    order = np.argsort(-of_centres(places, places.population), kind="stable")
    posts = np.empty_like(key)
    posts[..., order] = half_posts(account.by_year(_CASE_MANAGEMENT_POSTS), key=key[..., order])
    pot = in_proportion(account.yearly(_CASE_MANAGEMENT), weights=posts)
    return to_centres(places, pot + per_unit(posts, rate=account.yearly(_RATE)[..., np.newaxis]))


def _authorities(account: Account) -> Payment:
    """Pay part 3: the pot in equal shares; posts in the authorities of each centre's bearer."""
    each = per_unit(account.by_year(_AUTHORITY_POSTS), rate=account.yearly(_RATE))
    return _to_each(account, pot=account.yearly(_AUTHORITY), each=each)


def _to_each(account: Account, *, pot: NDArray[np.float64], each: NDArray[np.float64]) -> Payment:
    """Pay every centre an equal share of a pot and an amount of its own, (draw, year) each."""
    places = account.basis.municipalities
    equal = by_bearer(places, kreis=1.0, city=1.0)
    return to_centres(places, in_proportion(pot, weights=equal) + each[..., np.newaxis] * equal)


INSTRUMENTS = (
    Instrument(
        id="kim.coordination",
        label=Label(
            de="KIM, Baustein 1: strategisches Management (§ 9 TIntG)",
            en="KIM, part 1: strategic management (§ 9 TIntG)",
        ),
        recipient="integration_centre",
        words=Label(
            de=(
                "Das Land bezahlt in jedem Kreis und jeder kreisfreien Stadt Stellen, die das "
                "Integrationsmanagement koordinieren, dazu eine halbe Stelle Verwaltungsassistenz "
                "und Sachmittel. Für 2020 und 2021 gibt es nur die Mittel für ganz NRW; das "
                "Modell teilt sie gleich auf. Weitere Stellen für kreisangehörige Kommunen mit "
                "eigener Ausländerbehörde und die Einrichtung von Arbeitsplätzen sind nicht "
                "modelliert, weil ihre Zahl nicht veröffentlicht ist."
            ),
            en=(
                "The Land pays, in each Kreis and kreisfreie Stadt, for posts that coordinate the "
                "integration management, for half a post of an assistant, and for material. For "
                "2020 and 2021 only the funds for all of NRW are known; the model divides them "
                "equally. Further posts for kreisangehörige municipalities with an authority of "
                "their own and the set-up of workplaces are not modelled, as no number of them is "
                "published."
            ),
        ),
        formula=Label(
            de="Mittel ÷ Zahl der Zentren + Stellen × Satz + Verwaltungsassistenz + Sachmittel",
            en="funds ÷ number of centres + posts × rate + assistant + material",
        ),
        parameters=(_COORDINATION, _COORDINATION_POSTS, _RATE, _ASSISTANT, _MATERIAL),
        pay=_coordination,
    ),
    Instrument(
        id="kim.case_management",
        label=Label(
            de="KIM, Baustein 2: Case-Management (§ 9 TIntG)",
            en="KIM, part 2: case management (§ 9 TIntG)",
        ),
        recipient="integration_centre",
        words=Label(
            de=(
                "Das Land bezahlt Stellen für die Beratung Einzelner, verteilt nach den Personen, "
                "die nach dem FlüAG zugewiesen sind oder unter die Wohnsitzregelung fallen. Das "
                "Modell nimmt die Zugewiesenen von Oktober bis Dezember des Vorjahres und die "
                "Personen mit Wohnsitzregelung am 1. Januar, zählt sie für das Gebiet jedes "
                "Zentrums zusammen und rundet auf halbe Stellen. Das Geld folgt den Stellen."
            ),
            en=(
                "The Land pays for posts that advise persons one by one, shared out by the persons "
                "who are assigned under the FlüAG or live under the residence rule. The model "
                "takes those assigned from October to December of the year before and those under "
                "the residence rule on 1 January, adds them up for the area of each centre, and "
                "rounds to half posts. The money follows the posts."
            ),
        ),
        formula=Label(
            de=(
                "Stellen des Zentrums × (Mittel ÷ Stellen in NRW + Satz); Stellen des Zentrums = "
                "Stellen in NRW × Anteil an den Personen, in halben Stellen"
            ),
            en=(
                "posts of the centre × (funds ÷ posts in NRW + rate); posts of the centre = posts "
                "in NRW × share of the persons, in half posts"
            ),
        ),
        parameters=(_CASE_MANAGEMENT, _CASE_MANAGEMENT_POSTS, _RATE),
        pay=_case_management,
    ),
    Instrument(
        id="kim.authorities",
        label=Label(
            de="KIM, Baustein 3: Ausländer- und Einbürgerungsbehörden (§ 9 TIntG)",
            en="KIM, part 3: immigration and naturalisation authorities (§ 9 TIntG)",
        ),
        recipient="integration_centre",
        words=Label(
            de=(
                "Das Land bezahlt Stellen in den Ausländer- und Einbürgerungsbehörden, damit gut "
                "integrierte Menschen rechtlich Fuß fassen. Für 2020 und 2021 gibt es nur die "
                "Mittel für ganz NRW; das Modell teilt sie gleich auf. Behörden kreisangehöriger "
                "Kommunen sind nicht eigens modelliert."
            ),
            en=(
                "The Land pays for posts in the immigration and naturalisation authorities, so "
                "that well integrated persons gain a firm legal footing. For 2020 and 2021 only "
                "the funds for all of NRW are known; the model divides them equally. Authorities "
                "of kreisangehörige municipalities are not modelled on their own."
            ),
        ),
        formula=Label(
            de="Mittel ÷ Zahl der Zentren + Stellen × Satz",
            en="funds ÷ number of centres + posts × rate",
        ),
        parameters=(_AUTHORITY, _AUTHORITY_POSTS, _RATE),
        pay=_authorities,
    ),
)
"""The instruments of KIM, in the order of its parts."""
