"""Numbers and sentences in which processes describe themselves, in German and English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from integrasim.reporting.numbers import format_number, format_percent
from integrasim.scenario.distributions import BaseDistribution

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from integrasim.reporting.numbers import Language
    from integrasim.scenario.quantities import Number

__all__ = ["month_words", "number_words", "percent_words", "seasonal_words"]

_TAILS: Final = (0.05, 0.95)
_DIGITS: Final = 3
_MOST_DECIMALS: Final = 8
_MONTH_NAMES: Final = {
    "de": (
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


def number_words(number: Number, lang: Language, unit: str = "") -> str:
    r"""
    Return a number in words: as it is, or between which values nine in ten of its draws lie.

    Parameters
    ----------
    number
        A number or a distribution.
    lang
        ``"de"`` or ``"en"``.
    unit
        What is counted.

    Examples
    --------
    >>> from integrasim.scenario.distributions import Uniform
    >>> number_words(14500.0, "de")
    '14.500'
    >>> number_words(Uniform(dist="uniform", low=4000, high=16000), "de", "Personen")
    'zwischen 4.600 und 15.400 Personen (in 90\xa0% der Fälle)'
    """
    return _words(number, lang, _plain, f" {unit}" if unit else "")


def percent_words(number: Number, lang: Language) -> str:
    r"""
    Return a share in words, as a percentage.

    Parameters
    ----------
    number
        A number or a distribution; 1 is 100 %.
    lang
        ``"de"`` or ``"en"``.

    Examples
    --------
    >>> percent_words(0.211, "de"), percent_words(0.9, "en")
    ('21,1\xa0%', '90%')
    """
    return _words(number, lang, _percent, "")


def seasonal_words(factors: Sequence[float], lang: Language) -> str:
    """
    Return a sentence about the season: its strongest and its weakest month; empty without one.

    Parameters
    ----------
    factors
        Twelve factors, January first.
    lang
        ``"de"`` or ``"en"``.

    Examples
    --------
    >>> seasonal_words([1.5] + [1.0] * 10 + [0.5], "en")
    'By season, January lies 50% above and December 50% below the mean of the year.'
    """
    if max(factors) == min(factors):
        return ""
    mean = math.fsum(factors) / len(factors)
    (high, top), (low, bottom) = (
        (pick(range(12), key=lambda month: factors[month]), pick(factors) / mean)
        for pick in (max, min)
    )
    above, below = (_percent(_rounded(part), lang) for part in (top - 1.0, 1.0 - bottom))
    names = _MONTH_NAMES[lang]
    if lang == "de":
        return (
            f"Nach der Jahreszeit liegt der {names[high]} um {above} über und der {names[low]} "
            f"um {below} unter dem Jahresmittel."
        )
    return (
        f"By season, {names[high]} lies {above} above and {names[low]} {below} below the mean of "
        "the year."
    )


def month_words(month: date, lang: Language) -> str:
    """
    Return a month in words.

    Parameters
    ----------
    month
        A day in it.
    lang
        ``"de"`` or ``"en"``.

    Examples
    --------
    >>> from datetime import date
    >>> month_words(date(2025, 3, 1), "de")
    'März 2025'
    """
    return f"{_MONTH_NAMES[lang][month.month - 1]} {month.year}"


def _words(
    number: Number, lang: Language, form: Callable[[float, Language], str], unit: str
) -> str:
    """Put a number or the middle nine tenths of a distribution into words."""
    if not isinstance(number, BaseDistribution):
        return f"{form(number, lang)}{unit}"
    low, high = (form(_rounded(float(end)), lang) for end in number.ppf(_TAILS))
    if lang == "de":
        return f"zwischen {low} und {high}{unit} (in {_percent(0.9, lang)} der Fälle)"
    return f"between {low} and {high}{unit} (in {_percent(0.9, lang)} of cases)"


def _rounded(value: float) -> float:
    """Round to the digits that a reader takes in."""
    if value == 0.0:
        return value
    return round(value, _DIGITS - 1 - math.floor(math.log10(abs(value))))


def _plain(value: float, lang: Language) -> str:
    """Format a number with the decimals that it has."""
    return format_number(value, decimals=_decimals(value), language=lang)


def _percent(value: float, lang: Language) -> str:
    """Format a share with the decimals that its percentage has."""
    return format_percent(value, decimals=_decimals(100.0 * value), language=lang)


def _decimals(value: float) -> int:
    """Count the decimals that a number has, but for rounding in floating point."""
    return next(
        (
            places
            for places in range(_MOST_DECIMALS)
            if math.isclose(round(value, places), value, rel_tol=1e-12)
        ),
        _MOST_DECIMALS,
    )
