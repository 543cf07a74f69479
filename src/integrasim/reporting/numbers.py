"""Numbers as they are printed in German and English, with no digit that means nothing.

How many digits mean something follows from the standard error, by the rounding
rule of the Particle Data Group (Workman et al. 2022, "Review of Particle
Physics", section 5.3): of the three leading digits of the error, 100 to 354 keep
two, 355 to 949 keep one, and 950 to 999 round up to 1000 and keep two. The value
is rounded to the same place.
"""

from __future__ import annotations

import math
from typing import Literal, get_args

from babel.numbers import format_decimal

from integrasim.analysis.statistics import probability_standard_error
from integrasim.documents.wording import listed

__all__ = [
    "MISSING",
    "Language",
    "check_language",
    "format_count",
    "format_estimate",
    "format_exact",
    "format_million",
    "format_number",
    "format_percent",
    "format_percent_estimate",
    "format_probability",
    "supported_decimals",
]

Language = Literal["de", "en"]

MISSING = "–"
"""What is printed for a number that does not exist."""

_NO_BREAK = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
_MILLION = 1e6
_MOST_DECIMALS = 6
_EXACT_DECIMALS = 3
_DEFAULT_DECIMALS = 1
_RULE_OF_THREE = 3
_MILLION_EURO = {"de": "Mio. €", "en": "million EUR"}
_TWO_DIGITS_UP_TO, _ONE_DIGIT_UP_TO = 354.5, 949.5


def check_language(language: str) -> None:
    """Refuse a language in which nothing is written.

    Parameters
    ----------
    language
        What a caller gave.

    Raises
    ------
    ValueError
        If it is none of `Language`.

    Examples
    --------
    >>> check_language("fr")
    Traceback (most recent call last):
    ValueError: there is no text in the language 'fr'. Use 'de' or 'en'.
    """
    if language not in get_args(Language):
        raise ValueError(
            f"there is no text in the language {language!r}. "
            f"Use {listed(map(repr, get_args(Language)))}."
        )


def supported_decimals(standard_error: float) -> int:
    """Decimals that a standard error supports, by the rule above.

    Parameters
    ----------
    standard_error
        In the unit in which the value is printed.

    Returns
    -------
    int
        Decimals to round to; negative for tens (-1), hundreds (-2) and so on. 3 where
        the error is 0 or lost in rounding (beyond 6 decimals), 1 where it is not
        known (NaN).

    Examples
    --------
    >>> [supported_decimals(error) for error in (0.827, 0.119, 0.367, 0.96, 42.0, 0.0)]
    [1, 2, 1, 1, -1, 3]
    """
    if not math.isfinite(standard_error):
        return _DEFAULT_DECIMALS
    if standard_error <= 0.0:
        return _EXACT_DECIMALS
    exponent = math.floor(math.log10(standard_error))
    leading = standard_error / 10.0 ** (exponent - 2)
    if leading >= _ONE_DIGIT_UP_TO:
        exponent += 1
    keeps_one = _TWO_DIGITS_UP_TO <= leading < _ONE_DIGIT_UP_TO
    decimals = -exponent if keeps_one else 1 - exponent
    return decimals if decimals <= _MOST_DECIMALS else _EXACT_DECIMALS


def format_number(value: float, *, decimals: int, language: Language) -> str:
    """Format a number with grouped thousands and a true minus sign.

    Parameters
    ----------
    value
        The number.
    decimals
        Decimals to print; negative ones round to tens, hundreds and so on.
    language
        ``"de"`` or ``"en"``.

    Returns
    -------
    str
        An en dash where the value is not finite.

    Examples
    --------
    >>> format_number(-1234.56, decimals=1, language="de")
    '−1.234,6'
    >>> format_number(1234.56, decimals=-2, language="en")
    '1,200'
    """
    if not math.isfinite(value):
        return MISSING
    rounded = round(float(value), decimals) + 0.0
    pattern = "#,##0" + ("." + "0" * decimals if decimals > 0 else "")
    return _decimal(rounded, pattern=pattern, language=language)


def format_count(value: float, *, language: Language) -> str:
    """Format a whole number.

    Parameters
    ----------
    value
        The number; it is rounded.
    language
        ``"de"`` or ``"en"``.

    Returns
    -------
    str
        The number with grouped thousands.

    Examples
    --------
    >>> format_count(10000, language="de"), format_count(10000, language="en")
    ('10.000', '10,000')
    """
    return format_number(value, decimals=0, language=language)


def format_exact(value: float, *, language: Language) -> str:
    """Format a number that has no error, as given, to 3 decimals at most.

    Parameters
    ----------
    value
        A finite number.
    language
        ``"de"`` or ``"en"``.

    Examples
    --------
    >>> format_exact(7.5, language="de"), format_exact(660.0, language="en")
    ('7,5', '660')
    """
    return _decimal(value, pattern="#,##0.###", language=language)


def format_estimate(value: float, *, standard_error: float, language: Language) -> str:
    r"""Format a value and its standard error, both to the digits that the error supports.

    Parameters
    ----------
    value, standard_error
        In the unit in which they are printed.
    language
        ``"de"`` or ``"en"``.

    Returns
    -------
    str
        ``value ± error``; the error is left out where it is not known, and a 0 without
        any error is a plain 0.

    Examples
    --------
    >>> format_estimate(1234.5678, standard_error=0.827, language="de")
    '1.234,6\xa0±\xa00,8'
    >>> format_estimate(12.0, standard_error=0.0, language="en")
    '12.000\xa0±\xa00.000'
    >>> format_estimate(0.0, standard_error=0.0, language="en")
    '0'
    """
    if value == 0.0 and not standard_error > 0.0:
        return "0"
    decimals = supported_decimals(standard_error)
    text = format_number(value, decimals=decimals, language=language)
    if not (math.isfinite(value) and math.isfinite(standard_error)):
        return text
    error = format_number(standard_error, decimals=decimals, language=language)
    return f"{text}{_NO_BREAK}±{_NO_BREAK}{error}"


def format_million(euros: float, *, language: Language, standard_error: float | None = None) -> str:
    r"""Format an amount in million EUR, with its standard error if it has one.

    Parameters
    ----------
    euros
        The amount in EUR.
    language
        ``"de"`` or ``"en"``.
    standard_error
        Of the amount, in EUR (see :func:`format_estimate`). An amount without one,
        such as a budget, is printed as given, to 3 decimals at most.

    Returns
    -------
    str
        The amount with its unit, which a line break cannot part.

    Examples
    --------
    >>> format_million(1.2345e9, language="de", standard_error=8.0e5)
    '1.234,5\xa0±\xa00,8\xa0Mio.\xa0€'
    >>> format_million(660e6, language="en")
    '660\xa0million\xa0EUR'
    """
    amount = euros / _MILLION
    if standard_error is None:
        number = format_exact(amount, language=language)
    else:
        number = format_estimate(
            amount, standard_error=standard_error / _MILLION, language=language
        )
    return f"{number} {_MILLION_EURO[language]}".replace(" ", _NO_BREAK)


def format_percent(share: float, *, decimals: int, language: Language) -> str:
    r"""Format a share as a percentage.

    Parameters
    ----------
    share
        1 is 100 %.
    decimals
        Decimals of the percentage.
    language
        ``"de"`` or ``"en"``.

    Returns
    -------
    str
        An en dash where the share is not finite.

    Examples
    --------
    >>> format_percent(0.1234, decimals=1, language="de")
    '12,3\xa0%'
    >>> format_percent(0.1234, decimals=1, language="en")
    '12.3%'
    """
    if not math.isfinite(share):
        return MISSING
    return f"{format_number(100.0 * share, decimals=decimals, language=language)}{_sign(language)}"


def format_percent_estimate(share: float, *, standard_error: float, language: Language) -> str:
    r"""Format a percentage and its standard error.

    Parameters
    ----------
    share, standard_error
        1 is 100 %.
    language
        ``"de"`` or ``"en"``.

    Returns
    -------
    str
        ``share ± error %``; the share alone where its error is not known.

    Examples
    --------
    >>> format_percent_estimate(0.1234, standard_error=0.0041, language="de")
    '12,3\xa0±\xa00,4\xa0%'
    >>> format_percent_estimate(0.5, standard_error=float("nan"), language="en")
    '50.0%'
    """
    if not math.isfinite(share):
        return MISSING
    estimate = format_estimate(
        100.0 * share, standard_error=100.0 * standard_error, language=language
    )
    return f"{estimate}{_sign(language)}"


def format_probability(share: float, *, draws: int, language: Language) -> str:
    r"""Format a probability estimated as a share of draws, with its standard error.

    Where no draw or every draw is counted, the standard error √(p·(1 - p) / n) is 0
    and says nothing. The 95 % bound 3/n is printed instead: the "rule of three" of
    Hanley and Lippman-Hand (1983), "If nothing goes wrong, is everything all
    right?", JAMA 249(13). Three draws or fewer bound nothing.

    Parameters
    ----------
    share
        Share of the draws, in [0, 1]; or the mean of such shares over years, for which
        the standard error is an upper bound.
    draws
        Number of draws.
    language
        ``"de"`` or ``"en"``.

    Returns
    -------
    str
        ``share ± error %``, or the bound; an en dash where there is none.

    Examples
    --------
    >>> format_probability(0.25, draws=10_000, language="de")
    '25,0\xa0±\xa00,4\xa0%'
    >>> format_probability(0.0, draws=10_000, language="de")
    '<\xa00,03\xa0%'
    >>> format_probability(1.0, draws=1000, language="en")
    '>\xa099.7%'
    """
    if draws <= _RULE_OF_THREE:
        return MISSING
    if 0.0 < share < 1.0:
        error = float(probability_standard_error(share, draws=draws))
        return format_percent_estimate(share, standard_error=error, language=language)
    bound = _RULE_OF_THREE / draws
    decimals = max(0, -math.floor(math.log10(100.0 * bound)))
    if share == 0.0:
        return f"<{_NO_BREAK}{format_percent(bound, decimals=decimals, language=language)}"
    if share == 1.0:
        return f">{_NO_BREAK}{format_percent(1.0 - bound, decimals=decimals, language=language)}"
    return MISSING


def _decimal(number: float, *, pattern: str, language: Language) -> str:
    """Format by a pattern; the locales have a hyphen where typography has a minus sign."""
    text = str(format_decimal(number, format=pattern, locale=language))
    return text.replace("-", _MINUS)


def _sign(language: Language) -> str:
    """Return the per-cent sign; in German after a space that does not break."""
    return f"{_NO_BREAK}%" if language == "de" else "%"
