"""What the programmes are called: the groups of instruments before the dot in their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrasim.law.definitions import Label

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PROGRAMME_LABELS"]

PROGRAMME_LABELS: Mapping[str, Label] = {
    "fluag": Label(de="FlüAG", en="FlüAG"),
    "tintg": Label(
        de="Teilhabe- und Integrationsgesetz", en="Participation and Integration Act (TIntG)"
    ),
    "ki": Label(de="Kommunale Integrationszentren", en="Municipal integration centres"),
    "kim": Label(de="KIM", en="KIM"),
    "komm_an": Label(de="KOMM-AN NRW", en="KOMM-AN NRW"),
    "agencies": Label(de="Integrationsagenturen", en="Integration agencies"),
    "migrant_organisations": Label(de="Migrantenorganisationen", en="Organisations of migrants"),
    "prevention": Label(de="Präventionspaket", en="Prevention package"),
    "childcare": Label(de="Brückenprojekte der Kinderbetreuung", en="Childcare bridging projects"),
    "model_sites": Label(
        de="Modellstandorte „Einwanderung gestalten NRW“",
        en="Model sites “Einwanderung gestalten NRW”",
    ),
    "further": Label(de="Weitere Programme", en="Further programmes"),
}
"""Name of a programme → what advisers call it."""
