"""The programmes beside the acts: yearly pots, paid to those who apply."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from integrasim.law.definitions import Label
from integrasim.law.formulas import in_proportion
from integrasim.law.instruments.instrument import Instrument
from integrasim.law.payment import Payment, to_bearers

if TYPE_CHECKING:
    from integrasim.law.account import Account

__all__ = ["INSTRUMENTS"]

_MODEL_SITES = "model_sites.total"


class _Pot(NamedTuple):
    """A pot of the budget: the parameter with its amount, and what it is for."""

    id: str
    parameter: str
    label: Label
    words: Label


def _to_model_sites(account: Account) -> Payment:
    """Pay the model sites in equal parts: municipalities, and Kreise for themselves."""
    where = account.basis.municipalities
    is_site = np.zeros(where.size + where.is_kreis.size)
    is_site[list(where.model_sites)] = 1.0
    is_site[[where.size + position for position in where.model_kreise]] = 1.0
    shares = in_proportion(account.yearly(_MODEL_SITES), weights=is_site)
    return Payment(municipalities=shares[..., : where.size], kreise=shares[..., where.size :])


_POTS = (
    _Pot(
        id="agencies.base",
        parameter="agencies.total",
        label=Label(
            de="Integrationsagenturen und Antidiskriminierung",
            en="Integration agencies and anti-discrimination offices",
        ),
        words=Label(
            de=(
                "Das Land fördert Integrationsagenturen und Servicestellen für "
                "Antidiskriminierungsarbeit in Trägerschaft der Freien Wohlfahrtspflege. Seit "
                "2025 enthält der Betrag die Mittel von KOMM-AN NRW, Teil III."
            ),
            en=(
                "The Land funds integration agencies and anti-discrimination offices that "
                "welfare associations run. Since 2025 the amount contains the funds of KOMM-AN "
                "NRW, part III."
            ),
        ),
    ),
    _Pot(
        id="migrant_organisations.base",
        parameter="migrant_organisations.total",
        label=Label(de="Migrantenorganisationen und ZemaC", en="Migrant organisations"),
        words=Label(
            de=(
                "Das Land fördert Selbstorganisationen von Migrantinnen und Migranten und das "
                "zivilgesellschaftliche Engagement muslimischer und alevitischer Communities "
                "(ZemaC); 2025 wurden beide Programme zusammengelegt."
            ),
            en=(
                "The Land funds organisations of migrants and the civic engagement of Muslim and "
                "Alevi communities (ZemaC); the two programmes were merged in 2025."
            ),
        ),
    ),
    _Pot(
        id="prevention.counselling",
        parameter="prevention.counselling",
        label=Label(
            de="Prävention: Beratung in Unterkünften",
            en="Prevention: counselling in accommodation",
        ),
        words=Label(
            de=(
                "Das Land baut die psychosoziale und soziale Beratung in "
                "Unterbringungseinrichtungen aus. Die Beratung unbegleiteter Minderjähriger, für "
                "die ein Teil der Mittel bestimmt ist, steht für sich."
            ),
            en=(
                "The Land extends psychosocial and social counselling in accommodation. The "
                "counselling of unaccompanied minors, for which part of the funds is meant, "
                "stands by itself."
            ),
        ),
    ),
    _Pot(
        id="prevention.counselling_minors",
        parameter="prevention.counselling_minors",
        label=Label(
            de="Prävention: Beratung unbegleiteter Minderjähriger",
            en="Prevention: counselling of unaccompanied minors",
        ),
        words=Label(
            de=(
                "Das Land sichert die Asylverfahrensberatung für unbegleitete minderjährige "
                "Geflüchtete, im Rahmen der Mittel für Beratung."
            ),
            en=(
                "The Land secures the counselling of unaccompanied minors in the asylum "
                "procedure, within the funds for counselling."
            ),
        ),
    ),
    _Pot(
        id="prevention.violence_protection",
        parameter="prevention.violence_protection",
        label=Label(
            de="Prävention: Netzwerk der Gewaltschutzkoordination",
            en="Prevention: network of protection against violence",
        ),
        words=Label(
            de=(
                "Das Land vernetzt die Gewaltschutzkoordination seiner Unterkünfte mit "
                "Sicherheitsbehörden und Beratungsstellen."
            ),
            en=(
                "The Land connects the coordinators for protection against violence in its "
                "facilities with security authorities and counselling offices."
            ),
        ),
    ),
    _Pot(
        id="prevention.engagement",
        parameter="prevention.engagement",
        label=Label(
            de="Prävention: bürgerschaftliches Engagement", en="Prevention: civic engagement"
        ),
        words=Label(
            de=(
                "Das Land fördert Ehrenamt, Demokratiebildung und die interkulturelle "
                "Väterarbeit der Kommunalen Integrationszentren. Ein Teil des Betrags gehörte "
                "schon vor dem Präventionspaket zum Haushalt."
            ),
            en=(
                "The Land funds volunteers, democracy and the work with fathers of the "
                "integration centres. Part of the amount was in the budget before the prevention "
                "package."
            ),
        ),
    ),
    _Pot(
        id="prevention.participation",
        parameter="prevention.participation",
        label=Label(
            de="Prävention: Teilhabe, Demokratiebildung und Extremismusprävention",
            en="Prevention: participation, democracy and against extremism",
        ),
        words=Label(
            de=(
                "Das Land unterstützt Kommunen auf Antrag bei Angeboten für junge Geflüchtete und "
                "schult Fachkräfte. Welche Kommune wie viel erhält, ist nicht modelliert."
            ),
            en=(
                "The Land supports municipalities on application in what they offer young "
                "refugees, and trains professionals. Which municipality receives how much is not "
                "modelled."
            ),
        ),
    ),
    _Pot(
        id="prevention.radicalisation",
        parameter="prevention.radicalisation",
        label=Label(
            de="Prävention: Projekte gegen islamistische Radikalisierung",
            en="Prevention: projects against Islamist radicalisation",
        ),
        words=Label(
            de="Das Land fördert Projekte, die sich vor allem an Jugendliche richten.",
            en="The Land funds projects that turn to young people above all.",
        ),
    ),
    _Pot(
        id="prevention.facilities",
        parameter="prevention.facilities",
        label=Label(
            de="Prävention: Arbeit in den Landesunterkünften",
            en="Prevention: work in the facilities of the Land",
        ),
        words=Label(
            de="Das Land schult und sensibilisiert die Mitarbeitenden seiner Unterkünfte.",
            en="The Land trains the staff of its facilities.",
        ),
    ),
    _Pot(
        id="prevention.muslim_aktiv",
        parameter="prevention.muslim_aktiv",
        label=Label(
            de="Prävention: „Muslim aktiv und weltoffen“",
            en="Prevention: “Muslim aktiv und weltoffen”",
        ),
        words=Label(
            de="Das Land fördert Projekte des interkulturellen Dialogs und unter Gleichaltrigen.",
            en="The Land funds projects of intercultural dialogue and among peers.",
        ),
    ),
    _Pot(
        id="prevention.grenzgaenger",
        parameter="prevention.grenzgaenger",
        label=Label(
            de="Prävention: Beratungsnetzwerk „Grenzgänger“",
            en="Prevention: counselling network “Grenzgänger”",
        ),
        words=Label(
            de="Das Land weitet das Projekt des Vereins IFAK gegen Radikalisierung aus.",
            en="The Land extends the project of the association IFAK against radicalisation.",
        ),
    ),
    _Pot(
        id="childcare.bridging",
        parameter="childcare.bridging",
        label=Label(de="Brückenprojekte", en="Bridging projects in childcare"),
        words=Label(
            de=(
                "Das Land fördert niedrigschwellige Angebote, die Kinder aus Flüchtlingsfamilien "
                "an die Kindertagesbetreuung heranführen."
            ),
            en="The Land funds first steps of refugee children into childcare.",
        ),
    ),
    _Pot(
        id="further.ifkuf",
        parameter="further.ifkuf",
        label=Label(
            de="Integrationschancen für Kinder und Familien (IfKuF)",
            en="Integration opportunities for children and families (IfKuF)",
        ),
        words=Label(
            de="Das Land fördert Gruppen für Kinder und Eltern in den Integrationszentren.",
            en="The Land funds groups of children and parents at the integration centres.",
        ),
    ),
    _Pot(
        id="further.suedosteuropa",
        parameter="further.suedosteuropa",
        label=Label(de="Zuwanderung aus Südosteuropa", en="Immigration from South-Eastern Europe"),
        words=Label(
            de="Das Land unterstützt Kommunen mit viel Zuwanderung aus Südosteuropa.",
            en="The Land supports municipalities with much immigration from South-Eastern Europe.",
        ),
    ),
    _Pot(
        id="further.konfliktmanagement",
        parameter="further.konfliktmanagement",
        label=Label(de="Kommunales Konfliktmanagement", en="Municipal conflict management"),
        words=Label(
            de="Das Land fördert die Bearbeitung von Konflikten in den Kommunen.",
            en="The Land funds the management of conflicts in municipalities.",
        ),
    ),
    _Pot(
        id="further.durchstarten",
        parameter="further.durchstarten",
        label=Label(
            de="Durchstarten in Ausbildung und Arbeit", en="Durchstarten: training and work"
        ),
        words=Label(
            de="Das Land fördert Sprache, Abschlüsse und Coaching junger Geflüchteter.",
            en="The Land funds language, certificates and coaching of young refugees.",
        ),
    ),
)

_TO_BEARERS = tuple(
    Instrument(
        id=pot.id,
        label=pot.label,
        recipient="programme",
        words=pot.words,
        formula=Label(de="Betrag des Jahres", en="amount of the year"),
        parameters=(pot.parameter,),
        pay=partial(to_bearers, parameter=pot.parameter),
    )
    for pot in _POTS
)

INSTRUMENTS = (
    *_TO_BEARERS,
    Instrument(
        id="model_sites.einwanderung_gestalten",
        label=Label(
            de="Modellstandorte „Einwanderung gestalten NRW“",
            en="Model sites “Einwanderung gestalten NRW”",
        ),
        recipient="municipality",
        words=Label(
            de=(
                "Das Land hat an zwölf Standorten erprobt, wie Behörden bei der Integration "
                "zusammenarbeiten: in zehn Städten und zwei Kreisen, dem Kreis Lippe und dem "
                "Rheinisch-Bergischen Kreis. Daraus wurde das Kommunale Integrationsmanagement. "
                "Eine Region ohne einen dieser Standorte erhält nichts."
            ),
            en=(
                "At twelve sites the Land tried out how authorities work together in "
                "integration: in ten towns and two Kreise, Lippe and Rheinisch-Bergischer Kreis. "
                "Municipal integration management (KIM) grew out of it. A region without any of "
                "these sites receives nothing."
            ),
        ),
        formula=Label(
            de="Betrag des Jahres / Zahl der Standorte, für jeden Standort",
            en="amount of the year / number of sites, for each site",
        ),
        parameters=(_MODEL_SITES,),
        pay=_to_model_sites,
    ),
)
