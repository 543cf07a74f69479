"""The variables of a result: their dimensions, units and labels, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Keep = Literal["municipality", "kreis", "land"]
"""Finest level at which single draws are kept."""

BELOW: dict[Keep, tuple[str, ...]] = {
    "municipality": (),
    "kreis": ("municipality",),
    "land": ("municipality", "kreis"),
}
"""Levels below the one kept, of which a result holds statistics over draws."""


@dataclass(frozen=True)
class Variable:
    """One variable of the result.

    Attributes
    ----------
    name
        Name in the dataset.
    dims
        Dimensions, ``option`` among them where the law decides.
    dtype
        Type in memory.
    units, label_en, label_de
        Attributes in the dataset.
    of_world
        Whether it belongs to the world, and so carries ``option`` only where
        options have worlds of their own.
    is_quota
        Whether it is a share of an obligation, so that municipalities add up to a mean
        weighted by their keys instead of a sum.
    """

    name: str
    dims: tuple[str, ...]
    dtype: type[np.number]
    units: str
    label_en: str
    label_de: str
    of_world: bool = False
    is_quota: bool = False

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels at which it can be kept above the Land, the finest first."""
        if "municipality" in self.dims:
            return ("municipality", "kreis")
        return ("kreis",) if "kreis" in self.dims else ()


_LOCAL = ("draw", "year", "municipality")
_OPTION_LOCAL = ("option", *_LOCAL)

VARIABLES = (
    Variable(
        "land_cost",
        ("option", "draw", "year", "instrument"),
        np.float64,
        "EUR",
        "What the Land pays, by instrument",
        "Ausgaben des Landes nach Instrument",
    ),
    Variable(
        "land_payments",
        ("option", "draw", "year", "instrument"),
        np.float64,
        "EUR",
        "What the Land pays out in the budget year, by instrument",
        "Auszahlungen des Landes im Haushaltsjahr nach Instrument",
    ),
    Variable(
        "transfer",
        _OPTION_LOCAL,
        np.float64,
        "EUR",
        "What the municipality receives from the Land",
        "Zahlungen des Landes an die Gemeinde",
    ),
    Variable(
        "kreis_transfer",
        ("option", "draw", "year", "kreis"),
        np.float64,
        "EUR",
        "What the Kreis receives from the Land for itself, beside its municipalities",
        "Zahlungen des Landes an den Kreis selbst, neben denen an seine Gemeinden",
    ),
    Variable(
        "illness_reimbursement",
        _OPTION_LOCAL,
        np.float64,
        "EUR",
        "Reimbursement of extraordinary illness costs (§ 4b FlüAG)",
        "Erstattung außergewöhnlicher Krankheitskosten (§ 4b FlüAG)",
    ),
    Variable(
        "municipal_exposure",
        _OPTION_LOCAL,
        np.float64,
        "EUR",
        "What stays with the municipality: gross cost less transfer",
        "Belastung der Gemeinde: Bruttokosten abzüglich Zahlungen des Landes",
    ),
    Variable(
        "gross_cost",
        _LOCAL,
        np.float64,
        "EUR",
        "What hosting costs the municipality before transfers, illness included",
        "Bruttokosten der Aufnahme für die Gemeinde, einschließlich Krankheit",
        of_world=True,
    ),
    Variable(
        "person_months",
        _LOCAL,
        np.int32,
        "person-months",
        "Person-months that earn the lump sum",
        "Personenmonate mit Anspruch auf die Pauschale",
        of_world=True,
    ),
    Variable(
        "residence_rule_months",
        _LOCAL,
        np.int32,
        "person-months",
        "Person-months of recognised persons under the residence rule (§ 12a AufenthG)",
        "Personenmonate anerkannter Personen mit Wohnsitzregelung (§ 12a AufenthG)",
        of_world=True,
    ),
    Variable(
        "fulfilment_quota",
        _LOCAL,
        np.float32,
        "1",
        "Share of its obligation to take persons (§ 3 FlüAG) that a municipality fulfils in the "
        "last month of the year",
        "Erfüllungsquote der Gemeinde (§ 3 FlüAG) im letzten Monat des Jahres",
        of_world=True,
        is_quota=True,
    ),
    Variable(
        "stock",
        ("draw", "month", "status"),
        np.int32,
        "persons",
        "Persons in the Land by status at the end of the month",
        "Personen im Land nach Status am Monatsende",
        of_world=True,
    ),
    Variable(
        "initial_stock",
        ("draw", "status"),
        np.int32,
        "persons",
        "Persons in the Land by status before the first month",
        "Personen im Land nach Status vor dem ersten Monat",
        of_world=True,
    ),
    Variable(
        "arrivals",
        ("draw", "month"),
        np.int32,
        "persons",
        "Persons newly arriving in the Land",
        "Im Land neu ankommende Personen",
        of_world=True,
    ),
    Variable(
        "occupancy",
        ("draw", "month"),
        np.float32,
        "1",
        "Share of the planned places in Land facilities that is occupied at the end of the month",
        "Belegung der vorgesehenen Plätze in Landeseinrichtungen am Monatsende",
        of_world=True,
    ),
    Variable(
        "flows",
        ("draw", "month", "flow"),
        np.int32,
        "persons",
        "Persons who pass from one status to another, or leave",
        "Personen, die ihren Status wechseln oder ausscheiden",
        of_world=True,
    ),
    Variable(
        "departures",
        ("draw", "month"),
        np.int32,
        "persons",
        "Persons who leave all modelled statuses",
        "Personen, die alle betrachteten Status verlassen",
        of_world=True,
    ),
)
"""Every variable of a result kept at municipality level."""

COMPARED = ("transfer", "kreis_transfer", "illness_reimbursement", "municipal_exposure")
"""Variables whose paired difference to the baseline is kept as a statistic."""


def levels_below(variable: Variable, keep: Keep) -> list[str]:
    """Levels below the one kept at which a variable has statistics over draws."""
    return [level for level in BELOW[keep] if level in variable.levels]
