"""The horizon in words: whole years, or its months where a year is simulated in part."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.lists import format_list

from integrasim.reporting.labels import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import xarray as xr

    from integrasim.reporting.numbers import Language

__all__ = ["horizon_words", "listed_years", "partial_years", "partial_years_note"]

_MONTHS_PER_YEAR = 12
_SPAN = 3


def horizon_words(yearly: xr.Dataset, *, language: Language) -> str:
    """
    Say which months are simulated: the years alone where all of them are whole.

    Parameters
    ----------
    yearly
        A comparison by year: ``year``, ``first_month`` and ``last_month``.
    language
        ``"de"`` or ``"en"``.

    Examples
    --------
    >>> import xarray as xr
    >>> months = {"year": [2026], "first_month": ("year", [4]), "last_month": ("year", [12])}
    >>> horizon_words(xr.Dataset(coords=months), language="de")
    'April bis Dezember 2026'
    """
    years = [int(year) for year in yearly["year"].to_numpy()]
    if not partial_years(yearly):
        return "–".join(dict.fromkeys((str(years[0]), str(years[-1]))))
    start = date(years[0], int(yearly["first_month"][0]), 1)
    end = date(years[-1], int(yearly["last_month"][-1]), 1)
    last = format_date(end, "LLLL y", locale=language)
    if start == end:
        return last
    pattern = "LLLL" if start.year == end.year else "LLLL y"
    first = format_date(start, pattern, locale=language)
    return WORDS[language].span.format(low=first, high=last)


def partial_years_note(yearly: xr.Dataset, *, language: Language) -> str | None:
    """
    Say how many months the years hold that are simulated in part, and what that means.

    Parameters
    ----------
    yearly
        A comparison by year: ``year``, ``first_month`` and ``last_month``.
    language
        ``"de"`` or ``"en"``.

    Returns
    -------
    str or None
        A note; None where all years are whole.

    Examples
    --------
    >>> import xarray as xr
    >>> months = {"year": [2026], "first_month": ("year", [4]), "last_month": ("year", [12])}
    >>> partial_years_note(xr.Dataset(coords=months), language="en").partition(".")[0]
    'Simulated in part: 2026 (9 months)'
    """
    words = WORDS[language]
    listed = [
        f"{year} ({words.one_month if count == 1 else words.months.format(count=count)})"
        for year, count in partial_years(yearly).items()
    ]
    if not listed:
        return None
    return words.note_months.format(years=format_list(listed, locale=language))


def listed_years(years: Iterable[int], *, language: Language) -> str:
    """
    List years in a sentence; three or more that follow each other as a span.

    Parameters
    ----------
    years
        In order.
    language
        ``"de"`` or ``"en"``.

    Examples
    --------
    >>> listed_years([2026, 2027], language="de"), listed_years([2026, 2027, 2028], language="en")
    ('2026 und 2027', '2026–2028')
    """
    listed = [int(year) for year in years]
    if len(listed) >= _SPAN and listed == list(range(listed[0], listed[-1] + 1)):
        return f"{listed[0]}–{listed[-1]}"
    return format_list([str(year) for year in listed], locale=language)


def partial_years(yearly: xr.Dataset) -> dict[int, int]:
    """
    Return the number of months of each year that is not whole.

    Parameters
    ----------
    yearly
        A comparison by year: ``year``, ``first_month`` and ``last_month``.

    Examples
    --------
    >>> import xarray as xr
    >>> months = {"year": [2026], "first_month": ("year", [4]), "last_month": ("year", [12])}
    >>> partial_years(xr.Dataset(coords=months))
    {2026: 9}
    """
    counts = (yearly["last_month"] - yearly["first_month"] + 1).to_numpy()
    return {
        int(year): int(count)
        for year, count in zip(yearly["year"].to_numpy(), counts, strict=True)
        if count < _MONTHS_PER_YEAR
    }
