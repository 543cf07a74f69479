"""Days, months and years as a scenario writes them: 2025-01-31, 2025-01 and 2025."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, PlainSerializer

from integrasim.documents.validation import invalid
from integrasim.documents.wording import shown

__all__ = ["Day", "Month", "MonthName", "YearName", "parse_day", "parse_month"]

_MONTH: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_YEAR: Final = re.compile(r"[0-9]{4}")
# Years outside are misprints: the law begins in 2015, and nobody plans a century ahead.
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def parse_day(value: object) -> date:
    """
    Return a day of the calendar.

    Parameters
    ----------
    value
        Text such as ``2025-01-31``; a date is returned as it is.

    Raises
    ------
    pydantic_core.PydanticCustomError
        If it is no such day.

    Examples
    --------
    >>> parse_day("2024-02-29")
    datetime.date(2024, 2, 29)
    """
    if isinstance(value, date):
        return value
    remedy = "Write year, month and day, such as 2025-01-31."
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:
        raise invalid(f"{shown(value)} is no day of the calendar", remedy)
    return day


def parse_month(value: object) -> date:
    """
    Return the first day of a month.

    Parameters
    ----------
    value
        Text such as ``2025-01``, from 2000 to 2100; a date is returned as it is.

    Raises
    ------
    pydantic_core.PydanticCustomError
        If it is no such month.

    Examples
    --------
    >>> parse_month("2025-01")
    datetime.date(2025, 1, 1)
    """
    if isinstance(value, date):
        return value
    match = _MONTH.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        remedy = "Write year and month, such as 2025-01."
        raise invalid(f"{shown(value)} is no month of the calendar", remedy)
    year, month = map(int, match.groups())
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        remedy = f"Use a year from {_FIRST_YEAR} to {_LAST_YEAR}."
        raise invalid(f"the year {year} is out of reach", remedy)
    return date(year, month, 1)


def _month_name(value: str) -> str:
    """Check the key of a table by month."""
    parse_month(value)
    return value


def _year_name(value: str) -> str:
    """Check the key of a table by year."""
    if not (_YEAR.fullmatch(value) and _FIRST_YEAR <= int(value) <= _LAST_YEAR):
        remedy = f"Write a year from {_FIRST_YEAR} to {_LAST_YEAR}."
        raise invalid(f"{shown(value)} is no year", remedy)
    return value


Day = Annotated[date, BeforeValidator(parse_day)]
Month = Annotated[
    date, BeforeValidator(parse_month), PlainSerializer(lambda month: f"{month:%Y-%m}")
]
MonthName = Annotated[str, AfterValidator(_month_name)]
YearName = Annotated[str, AfterValidator(_year_name)]
