"""Months as whole numbers, so that they can be counted and compared."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["MONTHS_PER_YEAR", "month_name", "month_position"]

MONTHS_PER_YEAR = 12
_MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def month_position(name: str) -> int:
    """
    Count the months since January of the year 0.

    Parameters
    ----------
    name
        A month such as ``2015-01``.

    Examples
    --------
    >>> month_position("2015-02") - month_position("2014-12")
    2
    """
    if not _MONTH.fullmatch(name):
        raise ValueError(f'"{name}" is no month. Write year and month, such as 2015-01.')
    year, month = map(int, name.split("-"))
    return MONTHS_PER_YEAR * year + month - 1


def month_name(position: int) -> str:
    """
    Name a month by its position.

    Parameters
    ----------
    position
        Months since January of the year 0.

    Examples
    --------
    >>> month_name(month_position("2015-12") + 1)
    '2016-01'
    """
    year, month = divmod(position, MONTHS_PER_YEAR)
    return f"{year:04d}-{month + 1:02d}"
