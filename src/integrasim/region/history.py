"""Monthly series of what was observed: packaged ones, and tables that a user brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from integrasim.region.cells import parse_month, parse_positive
from integrasim.region.months import MONTHS_PER_YEAR, month_name, month_position
from integrasim.region.series import load_series, series_names
from integrasim.region.tables import read_table, table_source

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray

    from integrasim.region.tables import TableFile

__all__ = ["LogChanges", "MonthlySeries", "load_history", "packaged_histories"]


class LogChanges(NamedTuple):
    """
    Changes of the logarithm from month to month; arrays of shape (change,), in order of time.

    Parameters
    ----------
    calendar_month
        Calendar month, 1 to 12, in which each change ends.
    value
        ln of a month's value less ln of the value of the month before.
    following
        Place of the change that comes next: that of the next month, or, where the next month was
        not observed, the first change of the same stretch of months without a gap.
    """

    calendar_month: NDArray[np.int64]
    value: NDArray[np.float64]
    following: NDArray[np.int64]


@dataclass(frozen=True)
class MonthlySeries:
    """
    Positive values of months, which need not be complete.

    Parameters
    ----------
    name
        What the series is called.
    months
        (observation,) months since January of the year 0, ascending.
    values
        (observation,) values above 0.

    Examples
    --------
    >>> series = load_history("de_first_applications_monthly")
    >>> series.span
    ('2012-07', '2025-10')
    """

    name: str
    months: NDArray[np.int64]
    values: NDArray[np.float64]

    @property
    def span(self) -> tuple[str, str]:
        """The first and the last month, such as ``2015-01``."""
        first, last = (month_name(int(self.months[place])) for place in (0, -1))
        return first, last

    def between(self, first: date | None, last: date | None) -> MonthlySeries:
        """
        Return the part of the series within a window.

        Parameters
        ----------
        first, last
            A day in the first and one in the last month; None for no limit.

        Examples
        --------
        >>> from datetime import date
        >>> series = load_history("de_first_applications_monthly")
        >>> series.between(date(2015, 1, 1), date(2015, 3, 1)).values
        array([21679., 22775., 28681.])
        """
        kept = np.ones(self.months.size, dtype=np.bool_)
        if first is not None:
            kept &= self.months >= month_position(f"{first:%Y-%m}")
        if last is not None:
            kept &= self.months <= month_position(f"{last:%Y-%m}")
        return MonthlySeries(self.name, self.months[kept], self.values[kept])

    def log_changes(self) -> LogChanges:
        """
        Return the changes of the logarithm from each month to the next.

        A gap is never bridged: there is a change only where both months were observed.

        Examples
        --------
        The change from February to March is not known here:

        >>> series = MonthlySeries("a", np.array([0, 1, 3, 4, 5]), np.exp([0.0, 1, 2, 4, 7]))
        >>> changes = series.log_changes()
        >>> changes.value, changes.calendar_month, changes.following
        (array([1., 2., 3.]), array([2, 5, 6]), array([0, 2, 1]))
        """
        has_change = np.diff(self.months) == 1
        month = self.months[1:][has_change]
        value = np.diff(np.log(self.values))[has_change]
        place = np.arange(month.size)
        starts = np.diff(month, prepend=-1) != 1
        first_of_stretch = np.maximum.accumulate(np.where(starts, place, 0))
        ends = np.append(starts[1:], np.ones(min(month.size, 1), dtype=np.bool_))
        following = np.where(ends, first_of_stretch, place + 1)
        return LogChanges(month % MONTHS_PER_YEAR + 1, value, following)


def load_history(source: str | Path | TableFile) -> MonthlySeries:
    r"""
    Load a monthly series.

    Parameters
    ----------
    source
        The name of a packaged series (:func:`packaged_histories`), or the path of a CSV table
        with the columns ``period`` (2015-01) and ``value`` (above 0), in any order of columns and
        rows. A month without a value is left out.

    Returns
    -------
    MonthlySeries
        The observations in order of time.

    Raises
    ------
    InputError
        With all that is wrong at once, each problem with its file, line and column.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     table = Path(folder) / "entries.csv"
    ...     _ = table.write_text("period,value\n2024-02,110\n2024-01,100\n")
    ...     load_history(table).values
    array([100., 110.])
    """
    if isinstance(source, str) and source in packaged_histories():
        return _packaged(source)
    table = read_table(table_source(source), required=("period", "value"), each="month")
    periods = table.parse("period", _parse_period)
    values = table.parse("value", parse_positive)
    table.forbid_doubled("period", periods)
    table.finish()
    return _in_order(
        table_source(source).stem, [str(period) for period in periods], np.array(values)
    )


def _parse_period(text: str) -> str:
    """Read a month as it is written in a series."""
    return parse_month(text).isoformat()[:7]


def packaged_histories() -> tuple[str, ...]:
    """
    Name the packaged series that :func:`load_history` takes.

    Examples
    --------
    >>> packaged_histories()[0]
    'de_first_applications_monthly'
    """
    return tuple(name for name in series_names() if name.endswith("_monthly"))


def _packaged(name: str) -> MonthlySeries:
    """Load a packaged series."""
    series = load_series(name)
    return _in_order(name, [str(period) for period in series.period.values], series.values)


def _in_order(name: str, months: list[str], values: NDArray[np.float64]) -> MonthlySeries:
    """Put observations in order of time."""
    numbers = np.array([month_position(month) for month in months])
    order = np.argsort(numbers)
    return MonthlySeries(name, numbers[order], values.astype(np.float64)[order])
