"""A fitted process as a table for people, in German or English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from babel.dates import get_month_names

from integrasim.reporting.numbers import Language, format_estimate, format_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integrasim.analysis.fitting import Estimate, Fit

__all__ = ["fit_text"]

_HEADING: Final[Mapping[str, str]] = {
    "de": "{process}, geschätzt aus {count} Monaten ({first} bis {last}): Wert ± Standardfehler",
    "en": "{process}, fitted to {count} months ({first} to {last}): estimate ± standard error",
}
_SEASON: Final[Mapping[str, str]] = {"de": "Saisonfaktor {month}", "en": "season, {month}"}
_LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "initial": {
        "de": "Niveau vor dem ersten Monat (Personen im Monat)",
        "en": "level before the first month (persons per month)",
    },
    "level": {
        "de": "langfristiger Median (Personen im Monat)",
        "en": "long-run median (persons per month)",
    },
    "monthly": {
        "de": "Mittel des letzten Jahres (Personen im Monat)",
        "en": "mean of the last year (persons per month)",
    },
    "calm_level": {
        "de": "Niveau in ruhiger Lage (Personen im Monat)",
        "en": "level in a calm (persons per month)",
    },
    "multiplier": {
        "de": "Vielfaches davon in einem Hoch",
        "en": "multiple of it in a surge",
    },
    "onset_hazard": {
        "de": "Wahrscheinlichkeit, dass in einem Monat ein Hoch beginnt",
        "en": "probability that a surge begins in a month",
    },
    "mean_length": {
        "de": "mittlere Dauer eines Hochs (Monate)",
        "en": "mean length of a surge (months)",
    },
    "block_length": {
        "de": "mittlere Länge eines Abschnitts (Monate)",
        "en": "mean length of a block (months)",
    },
    "p10": {
        "de": "10-%-Quantil des ersten Jahres (Personen)",
        "en": "10% quantile of the first year (persons)",
    },
    "p50": {
        "de": "Median des ersten Jahres (Personen)",
        "en": "median of the first year (persons)",
    },
    "p90": {
        "de": "90-%-Quantil des ersten Jahres (Personen)",
        "en": "90% quantile of the first year (persons)",
    },
    "dispersion": {
        "de": "Überstreuung κ der Zählung (Varianz = Mittel + κ·Mittel²)",
        "en": "dispersion κ of counts (variance = mean + κ·mean²)",
    },
    "persistence": {
        "de": "Anteil einer Abweichung, der nach einem Monat bleibt",
        "en": "share of a deviation left after a month",
    },
    "volatility": {
        "de": "Standardabweichung eines Monats (Logarithmus)",
        "en": "standard deviation of a month (logarithm)",
    },
    "smoothing": {
        "de": "Anteil einer Überraschung, der im Niveau bleibt",
        "en": "share of a surprise that stays in the level",
    },
    "decay": {
        "de": "Anteil der Varianz, der nach einem Monat bleibt",
        "en": "share of the variance left after a month",
    },
    "highest_volatility": {
        "de": "höchste Standardabweichung eines Monats (Logarithmus)",
        "en": "highest standard deviation of a month (logarithm)",
    },
}
_DECIMALS: Final = 3
_LARGE: Final = 100.0


def fit_text(fit: Fit, *, language: Language) -> str:
    """Write a fitted process as a table.

    Parameters
    ----------
    fit
        The fitted process.
    language
        ``"de"`` or ``"en"``.

    Returns
    -------
    str
        A heading, a line for every estimate with its standard error, and the season.
    """
    first, last = fit.months
    heading = _HEADING[language].format(
        process=fit.process.process, count=fit.month_count, first=first, last=last
    )
    rows = [(_LABELS[key][language], each) for key, each in fit.estimates.items()]
    months = get_month_names("wide", locale=language)
    rows += [
        (_SEASON[language].format(month=months[number]), each)
        for number, each in enumerate(fit.season, start=1)
        if math.isfinite(each.standard_error)
    ]
    width = max(len(label) for label, _ in rows)
    return "\n".join(
        [heading, *(f"  {label:<{width}}  {_number(e, language)}" for label, e in rows)]
    )


def _number(estimate: Estimate, language: Language) -> str:
    """Write an estimate with its error, or alone to the digits that make sense for its size."""
    value, error = estimate.value, estimate.standard_error
    if math.isfinite(error) and error > 0.0:
        return format_estimate(value, standard_error=error, language=language)
    decimals = 0 if value >= _LARGE else _DECIMALS
    return format_number(value, decimals=decimals, language=language)
