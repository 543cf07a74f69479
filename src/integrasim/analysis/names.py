"""Units and German and English long names of what :func:`compare` gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from integrasim.analysis.source import View

__all__ = ["attributes"]

_PROBABILITY = "1"
_MONEY = "EUR per year"
_PERSON_YEARS = "person-years"

_DIFFERENCES = {
    "land": ("Cost of the Land", "Kosten des Landes"),
    "kreis": (
        "Transfers to the municipalities of the Kreis",
        "Zahlungen an die Gemeinden des Kreises",
    ),
    "municipality": ("Transfer to the municipality", "Zahlungen an die Gemeinde"),
}

_DIFFERENCE_STATISTICS = {
    "mean": ("mean difference from the baseline", "mittlerer Unterschied zur Vergleichsbasis"),
    "median": (
        "median of the difference from the baseline",
        "Median des Unterschieds zur Vergleichsbasis",
    ),
    "quantile": (
        "quantile of the difference from the baseline",
        "Quantil des Unterschieds zur Vergleichsbasis",
    ),
    "quantile_standard_error": (
        "Monte-Carlo standard error of the quantile of the difference",
        "Monte-Carlo-Standardfehler des Quantils des Unterschieds",
    ),
    "expected_shortfall": (
        "expected shortfall of the difference from the baseline",
        "Expected Shortfall des Unterschieds zur Vergleichsbasis",
    ),
    "standard_error": (
        "Monte-Carlo standard error of the mean difference",
        "Monte-Carlo-Standardfehler des mittleren Unterschieds",
    ),
    "probability_positive": (
        "probability that the difference is positive",
        "Wahrscheinlichkeit eines positiven Unterschieds",
    ),
}

_LEVEL_STATISTICS = {
    "mean": ("mean", "Mittelwert"),
    "median": ("median", "Median"),
    "quantile": ("quantile", "Quantil"),
    "quantile_standard_error": (
        "Monte-Carlo standard error of the quantile",
        "Monte-Carlo-Standardfehler des Quantils",
    ),
    "expected_shortfall": ("expected shortfall", "Expected Shortfall"),
    "standard_error": (
        "Monte-Carlo standard error of the mean",
        "Monte-Carlo-Standardfehler des Mittelwerts",
    ),
}

_OTHERS = {
    "instrument_cost_mean": (
        _MONEY,
        "Cost of the Land by instrument: mean",
        "Kosten des Landes nach Instrument: Mittelwert",
    ),
    "instrument_cost_standard_error": (
        _MONEY,
        "Cost of the Land by instrument: Monte-Carlo standard error of the mean",
        "Kosten des Landes nach Instrument: Monte-Carlo-Standardfehler des Mittelwerts",
    ),
    "kreis_transfer_difference": (
        _MONEY,
        "Transfer to the Kreis itself: mean difference from the baseline",
        "Zahlungen an den Kreis selbst: mittlerer Unterschied zur Vergleichsbasis",
    ),
    "kreis_transfer_difference_standard_error": (
        _MONEY,
        "Monte-Carlo standard error of the mean difference in the transfer to the Kreis itself",
        "Monte-Carlo-Standardfehler des mittleren Unterschieds der Zahlungen an den Kreis selbst",
    ),
    "kreis_transfer_difference_quantile": (
        _MONEY,
        "Transfer to the Kreis itself: quantile of the difference from the baseline",
        "Zahlungen an den Kreis selbst: Quantil des Unterschieds zur Vergleichsbasis",
    ),
    "budget_amount": (
        _MONEY,
        "Budget, in proportion to the simulated months of the year",
        "Haushaltsansatz, anteilig nach den simulierten Monaten des Jahres",
    ),
    "budget_exceedance": (
        _PROBABILITY,
        "Probability that the cost of the Land exceeds the budget",
        "Wahrscheinlichkeit, dass die Kosten des Landes den Ansatz übersteigen",
    ),
    "budget_exceedance_standard_error": (
        _PROBABILITY,
        "Monte-Carlo standard error of the probability of exceedance",
        "Monte-Carlo-Standardfehler der Überschreitungswahrscheinlichkeit",
    ),
    "budget_shortfall_mean": (
        _MONEY,
        "Mean amount missing where the budget is exceeded",
        "Mittlerer Fehlbetrag, wenn der Ansatz überschritten wird",
    ),
    "budget_shortfall_standard_error": (
        _MONEY,
        "Monte-Carlo standard error of the mean amount missing",
        "Monte-Carlo-Standardfehler des mittleren Fehlbetrags",
    ),
    "municipal_share": (
        _PROBABILITY,
        "Share of the gross cost that stays with the municipalities after the FlüAG",
        "Anteil der Bruttokosten, der nach dem FlüAG bei den Gemeinden bleibt",
    ),
    "municipal_share_standard_error": (
        _PROBABILITY,
        "Monte-Carlo standard error of the municipal share",
        "Monte-Carlo-Standardfehler des kommunalen Anteils",
    ),
    "municipality_person_years": (
        _PERSON_YEARS,
        "Mean person-years of the municipality that earn the lump sum",
        "Mittlere Personenjahre der Gemeinde mit Anspruch auf die Pauschale",
    ),
    "municipality_person_years_difference": (
        _PERSON_YEARS,
        "Person-years that earn the lump sum: mean difference from the baseline",
        "Personenjahre mit Anspruch auf die Pauschale: mittlerer Unterschied zur Vergleichsbasis",
    ),
    "municipality_person_years_difference_standard_error": (
        _PERSON_YEARS,
        "Monte-Carlo standard error of the mean difference in person-years",
        "Monte-Carlo-Standardfehler des mittleren Unterschieds der Personenjahre",
    ),
    "municipality_exposure_difference": (
        _MONEY,
        "What stays with the municipality: mean difference from the baseline",
        "Belastung der Gemeinde: mittlerer Unterschied zur Vergleichsbasis",
    ),
    "municipality_exposure_difference_standard_error": (
        _MONEY,
        "Monte-Carlo standard error of the mean difference in what stays with the municipality",
        "Monte-Carlo-Standardfehler des mittleren Unterschieds der Belastung",
    ),
}

_LEVELS = {
    "land_cost": (_MONEY, *_DIFFERENCES["land"]),
    "programme_cost": (
        _MONEY,
        "Cost of the Land by programme",
        "Kosten des Landes nach Programm",
    ),
    "person_years": (
        _PERSON_YEARS,
        "Person-years that earn the lump sum",
        "Personenjahre mit Anspruch auf die Pauschale",
    ),
    "facility_persons": (
        "persons",
        "Persons in Land facilities at the end of the year",
        "Personen in Landeseinrichtungen am Jahresende",
    ),
    "peak_occupancy": (
        "1",
        "Highest occupancy of the planned places in Land facilities at the end of a month",
        "Höchste Belegung der vorgesehenen Plätze in Landeseinrichtungen am Ende eines Monats",
    ),
    "assigned_early": (
        "persons per year",
        "Persons assigned in procedure because places have run short",
        "Personen im Verfahren, die zugewiesen werden, weil Plätze fehlen",
    ),
    "newly_tolerated": (
        "persons per year",
        "Persons whose procedure ends in toleration",
        "Personen, deren Verfahren mit einer Duldung endet",
    ),
}


def _catalogue() -> dict[str, tuple[str, str, str]]:
    """Compose unit, English and German name of every variable."""
    catalogue = dict(_OTHERS)
    for scope, (scope_en, scope_de) in _DIFFERENCES.items():
        for statistic, (en, de) in _DIFFERENCE_STATISTICS.items():
            unit = _PROBABILITY if statistic == "probability_positive" else _MONEY
            catalogue[f"{scope}_{statistic}"] = (unit, f"{scope_en}: {en}", f"{scope_de}: {de}")
    for quantity, (unit, level_en, level_de) in _LEVELS.items():
        for statistic, (en, de) in _LEVEL_STATISTICS.items():
            catalogue[f"{quantity}_{statistic}"] = (unit, f"{level_en}: {en}", f"{level_de}: {de}")
    return catalogue


_CATALOGUE = _catalogue()
_OF_THE_LAND = ("land", "programme", "instrument", "budget")


def attributes(name: str, *, view: View = "accrual") -> dict[str, str]:
    """Attributes of a variable of the comparison.

    Parameters
    ----------
    name
        Name of the variable.
    view
        In which year the Land's money counts.

    Returns
    -------
    dict
        ``units``, ``long_name`` (English) and ``long_name_de``.

    Raises
    ------
    KeyError
        If the comparison has no such variable.

    Examples
    --------
    >>> attributes("land_mean")["long_name_de"]
    'Kosten des Landes: mittlerer Unterschied zur Vergleichsbasis'
    >>> attributes("land_mean", view="cash")["long_name"]
    'Cost of the Land: mean difference from the baseline, in the year of payment'
    """
    unit, english, german = _CATALOGUE[name]
    if view == "cash" and name.partition("_")[0] in _OF_THE_LAND:
        english, german = f"{english}, in the year of payment", f"{german}, im Jahr der Zahlung"
    return {"units": unit, "long_name": english, "long_name_de": german}
