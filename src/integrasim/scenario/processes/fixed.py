"""Arrivals given as a table."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, ClassVar, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Discriminator, Field, Tag

from integrasim.region import MonthlySeries
from integrasim.reporting.numbers import Language
from integrasim.scenario.dates import MonthName
from integrasim.scenario.processes.base import (
    EVEN,
    BaseProcess,
    ChannelShare,
    CountsDispersion,
    Fault,
    Seasonality,
)
from integrasim.scenario.processes.words import number_words
from integrasim.scenario.quantities import FixedPersons

__all__ = ["Fixed"]

_MOST_NAMED: Final = 3
_PERSONS: Final = {"de": "Personen", "en": "persons"}


def _monthly_kind(value: object) -> str:
    """Tell the three ways of writing a table of months apart."""
    if isinstance(value, dict) and "dist" not in value:
        return "by_month"
    return "list" if isinstance(value, list | tuple) else "same"


class Fixed(BaseProcess):
    """
    Arrivals given as a table. Key of the file: ``process: fixed``.

    Examples
    --------
    >>> Fixed(process="fixed", monthly={"2025-01": 5, "2025-02": 7}).table(["2025-02"])
    array([7.])
    """

    runaway: ClassVar[tuple[str, str]] = ("monthly", "Use smaller numbers.")

    process: Literal["fixed"]
    monthly: Annotated[
        Annotated[FixedPersons, Tag("same")]
        | Annotated[tuple[FixedPersons, ...], Field(strict=False), Tag("list")]
        | Annotated[Mapping[MonthName, FixedPersons], Tag("by_month")],
        Discriminator(_monthly_kind),
    ]
    """persons per month, as one number, a list for the months of the horizon, or a map by month
    such as {2025-01: 4000}"""
    share: ChannelShare = 1.0
    seasonality: Seasonality = EVEN
    counts: Literal["exact", "poisson", "negative_binomial"] = "exact"
    """exact (the table, in whole persons), poisson or negative_binomial (random around it)"""
    dispersion: CountsDispersion = None

    @property
    def shocks(self) -> None:
        """Nothing: the table is what is expected."""

    def table(self, months: Sequence[str]) -> NDArray[np.float64]:
        """
        Return the persons per month, before the share is taken.

        Parameters
        ----------
        months
            The months of the horizon, such as ``2025-01``.

        Returns
        -------
        numpy.ndarray
            (month,) persons.

        Raises
        ------
        ValueError
            If the table does not have these months; a loaded scenario has been checked for it.

        Examples
        --------
        >>> Fixed(process="fixed", monthly=250).table(["2025-01", "2025-02"])
        array([250., 250.])
        """
        missing = self.missing_months(months)
        if missing:
            raise ValueError(f"the table of arrivals lacks {', '.join(missing)}")
        if isinstance(self.monthly, Mapping):
            return np.array([self.monthly[month] for month in months], dtype=np.float64)
        return np.broadcast_to(np.asarray(self.monthly, dtype=np.float64), len(months)).copy()

    def missing_months(self, months: Sequence[str]) -> list[str]:
        """
        Return the months of the horizon that a table by month lacks.

        Parameters
        ----------
        months
            The months of the horizon, such as ``2025-01``.

        Examples
        --------
        >>> Fixed(process="fixed", monthly={"2025-01": 5}).missing_months(["2025-01", "2025-02"])
        ['2025-02']
        """
        if not isinstance(self.monthly, Mapping):
            return []
        return [month for month in months if month not in self.monthly]

    def log_peak(self, _months: int, _series: MonthlySeries | None = None) -> float:
        """Return the logarithm of the largest number of the table."""
        largest = max(self._written_numbers(), default=0.0)
        return math.log(largest) if largest > 0.0 else -math.inf

    def faults(
        self, months: Sequence[date], series: MonthlySeries | None = None
    ) -> Iterator[Fault]:
        """
        Yield what is wrong with the table on a horizon.

        Parameters
        ----------
        months
            First day of each month of the horizon.
        series
            Nothing: a table draws on no observed months.
        """
        yield from super().faults(months, series)
        names = [f"{month:%Y-%m}" for month in months]
        span = f"{names[0]} to {names[-1]}"
        if isinstance(self.monthly, tuple) and len(self.monthly) != len(names):
            message = f"the list has {len(self.monthly)} months, the horizon {len(names)}"
            yield Fault(("monthly",), message, f"Write one number for each month from {span}.")
        missing = self.missing_months(names)
        if missing:
            named = ", ".join(missing[:_MOST_NAMED])
            more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
            remedy = f"Write a number for every month from {span}."
            yield Fault(("monthly",), f"the table lacks {named}{more}", remedy)

    def _written_numbers(self) -> tuple[float, ...]:
        """Return the numbers of the table as they are written."""
        if isinstance(self.monthly, Mapping):
            return tuple(self.monthly.values())
        return self.monthly if isinstance(self.monthly, tuple) else (self.monthly,)

    def _intensity_words(self, lang: Language) -> str:
        """Say how many persons arrive in Germany."""
        numbers = self._written_numbers()
        low, high = (
            number_words(pick(numbers, default=0.0), lang, _PERSONS[lang]) for pick in (min, max)
        )
        if lang == "de":
            each = low if low == high else f"nach einer Tabelle mindestens {low}, höchstens {high}"
            return f"Jeden Monat kommen {each} nach Deutschland."
        each = low if low == high else f"by a table at least {low} and at most {high}"
        return f"Each month {each} arrive in Germany."
