"""An observed monthly series, checked: whole months in a row, each with a positive number."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, get_args, runtime_checkable

import numpy as np
import xarray as xr

from integrasim.region.months import MONTHS_PER_YEAR, month_name, month_position

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

__all__ = ["Gaps", "Observed", "ObservedMonths", "longest_stretch", "observed_months"]


@runtime_checkable
class _Table(Protocol):
    """A mapping from months to numbers, or a series of pandas, which is none but has the same."""

    def items(self) -> Iterable[tuple[Any, Any]]:
        """Return months and numbers."""


Observed = xr.DataArray | _Table
"""A series by month: labelled as by :func:`~integrasim.region.load_series`, or a plain table."""

Gaps = Literal["error", "last_stretch"]
"""What to do about months that are missing."""

_MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_MOST_NAMED: Final = 6


@dataclass(frozen=True)
class ObservedMonths:
    """Persons by month, without gaps.

    Attributes
    ----------
    first
        The first month, as months since January of the year 0.
    persons
        (month,) persons, all positive.
    """

    first: int
    persons: NDArray[np.float64]

    @property
    def positions(self) -> NDArray[np.int64]:
        """Months since January of the year 0."""
        return np.arange(self.first, self.end, dtype=np.int64)

    @property
    def names(self) -> list[str]:
        """Months as text, "2015-01"."""
        return [month_name(position) for position in range(self.first, self.end)]

    @property
    def calendar_months(self) -> NDArray[np.int64]:
        """Calendar month, 0 for January to 11, of each month."""
        return self.positions % MONTHS_PER_YEAR

    @property
    def end(self) -> int:
        """The month after the last."""
        return self.first + self.persons.size


def observed_months(series: Observed, *, gaps: Gaps = "error") -> ObservedMonths:
    """Check a series and put its months in order.

    Parameters
    ----------
    series
        Persons by month, a :class:`xarray.DataArray` over one dimension with the months as text
        (``2015-01``), or a mapping or :class:`pandas.Series` from such text to numbers.
    gaps
        ``"error"``, or ``"last_stretch"`` to use only the months after the last gap.

    Returns
    -------
    ObservedMonths
        The months in a row.

    Raises
    ------
    TypeError
        If the series is none, or holds anything but numbers.
    ValueError
        If a period is no month, a month stands twice or is missing, or a number is not positive:
        each is named.

    Examples
    --------
    >>> observed_months({"2015-02": 20.0, "2015-01": 10.0}).persons
    array([10., 20.])
    >>> observed_months({"2015-01": 1.0, "2015-03": 2.0})
    Traceback (most recent call last):
    ValueError: the series has no value for 2015-02. Give every month from 2015-01 to 2015-03, or
    take the months after the last gap with gaps="last_stretch".
    """
    if gaps not in get_args(Gaps):
        raise ValueError(f'gaps must be "error" or "last_stretch", not {gaps!r}')
    table = monthly_table(series)
    if not table:
        raise ValueError("the series has no month")
    first, last = min(table), max(table)
    missing = [each for each in range(first, last) if each not in table]
    if missing and gaps == "error":
        raise ValueError(
            f"the series has no value for {_some([month_name(each) for each in missing])}. Give "
            f"every month from {month_name(first)} to {month_name(last)}, or take the months after "
            f'the last gap with gaps="last_stretch".'
        )
    return stretch_until(table, last + 1)


def monthly_table(series: Observed) -> dict[int, float]:
    """Check a series by itself, gaps allowed.

    Parameters
    ----------
    series
        Persons by month; a NaN counts as missing.

    Returns
    -------
    dict
        Position of the month (:func:`month_position`) → persons.

    Raises
    ------
    TypeError
        If the series is none, or holds anything but numbers.
    ValueError
        If a period is no month, a month stands twice, or a number is not positive.

    Examples
    --------
    >>> monthly_table({"2015-01": 10.0, "2015-02": 0.0})
    Traceback (most recent call last):
    ValueError: the series has no positive number for 2015-02. Logarithms need one.
    """
    names, values = _pairs(series)
    wrong = [name for name in names if not _MONTH.fullmatch(name)]
    if wrong:
        raise ValueError(f"{_some(wrong)}: no month. Write year and month, such as 2015-01.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"the series has {_some(twice)} more than once")
    known = {
        name: value for name, value in zip(names, values, strict=True) if not math.isnan(value)
    }
    bad = sorted(name for name, value in known.items() if not 0.0 < value < math.inf)
    if bad:
        raise ValueError(
            f"the series has no positive number for {_some(bad)}. Logarithms need one."
        )
    return {month_position(name): value for name, value in known.items()}


def stretch_until(table: Mapping[int, float], end: int) -> ObservedMonths:
    """Return the months in a row before a month.

    Parameters
    ----------
    table
        Persons by position of the month.
    end
        Position of the first month that is left out.

    Examples
    --------
    >>> stretch_until({1: 10.0, 3: 20.0, 4: 30.0}, 5).persons
    array([20., 30.])
    """
    first = end
    while first - 1 in table:
        first -= 1
    persons = np.array([table[each] for each in range(first, end)], dtype=np.float64)
    return ObservedMonths(first, persons)


def longest_stretch(table: Mapping[int, float]) -> ObservedMonths:
    """Return the most months in a row; of equally many the latest.

    Parameters
    ----------
    table
        Persons by position of the month, at least one.

    Examples
    --------
    >>> longest_stretch({1: 10.0, 2: 20.0, 4: 30.0}).persons
    array([10., 20.])
    """
    ends = [month + 1 for month in table if month + 1 not in table]
    stretches = [stretch_until(table, end) for end in ends]
    return max(stretches, key=lambda each: (each.persons.size, each.first))


def _pairs(series: Observed) -> tuple[list[str], list[float]]:
    """Names and values of a series as they stand."""
    if isinstance(series, str):
        raise TypeError(f'"{series}" is a text, no series. Load it first: load_series("{series}").')
    if not isinstance(series, Observed):
        raise TypeError(
            f"a {type(series).__name__} is no series. Give what load_series returns, or a mapping "
            'or pandas.Series from months to numbers, such as {"2015-01": 1200.0}.'
        )
    if isinstance(series, xr.DataArray):
        if series.ndim != 1:
            raise ValueError(f"the series has {series.ndim} dimensions instead of one")
        pairs = list(zip(series[series.dims[0]].to_numpy(), series.to_numpy(), strict=True))
    else:
        pairs = list(series.items())
    wrong = [f"{name}: {value!r}" for name, value in pairs if not isinstance(value, Real)]
    if wrong:
        raise TypeError(f"the values of the series must be numbers, not {_some(wrong)}")
    return [str(name) for name, _ in pairs], [float(value) for _, value in pairs]


def _some(names: list[str]) -> str:
    """Name the first of a list, and how many more there are."""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
