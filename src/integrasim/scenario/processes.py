"""Processes by which persons arrive, month by month."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Discriminator, Field, Tag

from integrasim.documents.validation import invalid
from integrasim.scenario.dates import MonthName
from integrasim.scenario.entry import Entry
from integrasim.scenario.quantities import (
    FixedFactor,
    FixedPersons,
    PositivePersons,
    Share,
    ShareBelowOne,
    Spread,
)

__all__ = ["Fixed", "LogAr1", "Process"]

_MONTHS_PER_YEAR = 12


def _twelve(factors: tuple[float, ...]) -> tuple[float, ...]:
    """Check that there is one factor per calendar month."""
    if len(factors) != _MONTHS_PER_YEAR:
        message = f"{len(factors)} factors are given"
        raise invalid(message, "Write twelve, one per month, January first.")
    return factors


def _monthly_kind(value: object) -> str:
    """Tell the three ways of writing a table of months apart."""
    if isinstance(value, dict) and "dist" not in value:
        return "by_month"
    return "list" if isinstance(value, list | tuple) else "same"


class LogAr1(Entry):
    """
    Mean reversion of the logarithm: x_t = φ·x_(t-1) + σ·ε_t around ln(level), times the season.

    Counts are Poisson around the intensity. Key of the file: ``process: log_ar1``.

    Examples
    --------
    >>> LogAr1(process="log_ar1", initial=500, level=400, persistence=0.9, volatility=0.1,
    ...        share=0.21).seasonality[:2]
    (1.0, 1.0)
    """

    process: Literal["log_ar1"]
    initial: PositivePersons
    """persons per month in Germany before the first month"""
    level: PositivePersons
    """persons per month in Germany to which the process returns in the long run (median)"""
    persistence: ShareBelowOne
    """share φ of a deviation that is left after a month, at least 0 and below 1"""
    volatility: Spread
    """standard deviation σ of a month's shock to the logarithm, 0 to 5"""
    share: Share
    """share of the persons who arrive in the Land, 0 to 1"""
    seasonality: Annotated[
        tuple[FixedFactor, ...], Field(strict=False), AfterValidator(_twelve)
    ] = (1.0,) * _MONTHS_PER_YEAR
    """twelve factors, January first, of which only the proportions count"""


class Fixed(Entry):
    """
    Arrivals given as a table. Key of the file: ``process: fixed``.

    Examples
    --------
    >>> Fixed(process="fixed", monthly={"2025-01": 5, "2025-02": 7}).table(["2025-02"])
    array([7.])
    """

    process: Literal["fixed"]
    monthly: Annotated[
        Annotated[FixedPersons, Tag("same")]
        | Annotated[tuple[FixedPersons, ...], Field(strict=False), Tag("list")]
        | Annotated[Mapping[MonthName, FixedPersons], Tag("by_month")],
        Discriminator(_monthly_kind),
    ]
    """persons per month, as one number, a list for the months of the horizon, or a map by month
    such as {2025-01: 4000}"""
    share: Share = 1.0
    """share of the persons who arrive in the Land, 0 to 1"""
    counts: Literal["exact", "poisson"] = "exact"
    """exact (the table, in whole persons) or poisson (random around it)"""

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


Process = Annotated[LogAr1 | Fixed, Field(discriminator="process")]
"""Any of the processes; the key ``process`` says which."""
