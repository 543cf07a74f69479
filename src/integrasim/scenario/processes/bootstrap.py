"""Arrivals that change as they have changed before."""

import math
from collections.abc import Iterator, Sequence
from datetime import date
from typing import ClassVar, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from integrasim.documents.validation import invalid
from integrasim.region import LogChanges, MonthlySeries
from integrasim.reporting.numbers import Language
from integrasim.scenario.dates import Month
from integrasim.scenario.distributions import BaseDistribution
from integrasim.scenario.processes.base import (
    EVEN,
    FARTHEST_SHOCK,
    BaseProcess,
    ChannelShare,
    Counts,
    CountsDispersion,
    Fault,
    Seasonality,
)
from integrasim.scenario.processes.words import month_words, number_words
from integrasim.scenario.quantities import (
    Months,
    PositivePersons,
    highest,
)
from integrasim.scenario.texts import Words

__all__ = ["Bootstrap"]

_FEWEST: Final = 12
"""Fewer changes than those of a year say too little about chance."""


class Bootstrap(BaseProcess):
    """
    Stationary block bootstrap (Politis and Romano 1994) of observed monthly log changes.

    Key of the file: ``process: bootstrap``.

    References
    ----------
    Politis and Romano (1994), "The Stationary Bootstrap", Journal of the American Statistical
    Association 89.

    Examples
    --------
    >>> bootstrap = Bootstrap.model_validate({"process": "bootstrap", "initial": 14000,
    ...     "series": "de_first_applications_monthly", "from": "2015-01", "block_length": 6,
    ...     "share": 0.21})
    >>> bootstrap.first_month
    datetime.date(2015, 1, 1)
    """

    runaway: ClassVar[tuple[str, str]] = (
        "series",
        "Use a calmer part of the series (from, until), shorter blocks, or another process.",
    )

    process: Literal["bootstrap"]
    series: Words
    """name of a packaged monthly series, such as de_first_applications_monthly, or the path of a
    CSV table with the columns period and value"""
    first_month: Month | None = Field(default=None, alias="from")
    """first month of the series to use, such as 2015-01; without it, from its start"""
    until: Month | None = None
    """last month of the series to use; without it, to its end"""
    block_length: Months
    """mean length of a block in months, at least 1"""
    initial: PositivePersons
    """persons per month in Germany before the first month, without the season"""
    share: ChannelShare
    seasonality: Seasonality = EVEN
    counts: Counts = "poisson"
    dispersion: CountsDispersion = None

    @model_validator(mode="after")
    def _check_window(self) -> Self:
        if self.first_month and self.until and self.until <= self.first_month:
            message = f"until ({self.until:%Y-%m}) is not after from ({self.first_month:%Y-%m})"
            raise invalid(message, "Let until be later than from.", at=("until",))
        return self

    @property
    def shocks(self) -> str:
        """Months drawn from the series, in blocks."""
        return (
            f"draws from {self.series}{self._window('from {:%Y-%m}', 'until {:%Y-%m}')} in blocks "
            f"of mean length {_written(self.block_length)}"
        )

    def changes(self, series: MonthlySeries) -> LogChanges:
        """
        Return the observed changes that are drawn from, without the season of the process.

        Parameters
        ----------
        series
            The observed months.

        Returns
        -------
        LogChanges
            Those within the window; from each, the change of the logarithm of the seasonal factor
            is taken off.

        Examples
        --------
        >>> from integrasim.region import load_history
        >>> bootstrap = Bootstrap.model_validate({"process": "bootstrap", "initial": 14000,
        ...     "series": "de_first_applications_monthly", "from": "2017-01", "until": "2019-12",
        ...     "block_length": 6, "share": 0.21})
        >>> bootstrap.changes(load_history(bootstrap.series)).value.size
        35
        """
        changes = series.between(self.first_month, self.until).log_changes()
        factors = np.log(self.seasonality)
        seasonal = factors - np.roll(factors, 1)
        return changes._replace(value=changes.value - seasonal[changes.calendar_month - 1])

    def log_peak(self, months: int, series: MonthlySeries | None) -> float:
        """
        Return the logarithm of the most persons that a month can bring to Germany.

        The cumulated change goes as far as 8.2 of its standard deviations (normal approximation),
        and no farther than the largest change each month.

        Parameters
        ----------
        months
            Number of months of the horizon.
        series
            The observed months.
        """
        assert series is not None  # faults asks only where there are enough of them
        changes = self.changes(series)
        horizon = np.arange(1, months + 1)
        deviation = np.sqrt(cumulated_variance(changes, highest(self.block_length), months))
        reach = horizon * changes.value.mean() + FARTHEST_SHOCK * deviation
        farthest = np.minimum(reach, horizon * changes.value.max())
        return math.log(highest(self.initial)) + max(0.0, float(farthest.max()))

    def faults(self, months: Sequence[date], series: MonthlySeries | None) -> Iterator[Fault]:
        """
        Yield what is wrong with the process on a horizon.

        Parameters
        ----------
        months
            First day of each month of the horizon.
        series
            The observed months; None where they cannot be read, which is said elsewhere.
        """
        if series is None:
            return
        outside = list(self._outside(series))
        if outside:
            yield from outside
            return
        size = series.between(self.first_month, self.until).log_changes().value.size
        if size < _FEWEST:
            message = f"the series has {size} changes from month to month in this window"
            first, last = series.span
            remedy = f"Use at least {_FEWEST}; the series goes from {first} to {last}, with gaps."
            yield Fault(("series",), message, remedy)
            return
        yield from super().faults(months, series)

    def _outside(self, series: MonthlySeries) -> Iterator[Fault]:
        """Yield the ends of the window that lie before or after the series."""
        first, last = series.span
        for key, month in (("from", self.first_month), ("until", self.until)):
            if month is not None and not first <= f"{month:%Y-%m}" <= last:
                message = (
                    f"{month:%Y-%m} lies outside the series, which goes from {first} to {last}"
                )
                yield Fault((key,), message, "Use a month of the series, or remove this key.")

    def _intensity_words(self, lang: Language) -> str:
        """Say what is drawn from, and in which blocks."""
        block = number_words(self.block_length, lang, {"de": "Monate", "en": "months"}[lang])
        if lang == "de":
            window = self._window("ab {}", "bis {}", lang)
            return (
                f"Vor dem ersten Monat kommen {number_words(self.initial, lang, 'Personen')} im "
                "Monat nach Deutschland. Danach ändert sich die Zahl von Monat zu Monat so, wie es "
                f"in der Reihe {self.series}{window} vorkam; Abschnitte daraus werden zufällig "
                f"aneinandergereiht (mittlere Länge: {block})."
            )
        window = self._window("from {}", "until {}", lang)
        return (
            f"Before the first month {number_words(self.initial, lang, 'persons')} a month arrive "
            "in Germany. Then the number changes from month to month as it did in the series "
            f"{self.series}{window}; blocks of it are put together at random (mean "
            f"length: {block})."
        )

    def _window(self, first: str, last: str, lang: Language | None = None) -> str:
        """Put the window into words, empty without one."""
        parts = [
            form.format(month if lang is None else month_words(month, lang))
            for form, month in ((first, self.first_month), (last, self.until))
            if month is not None
        ]
        return "".join(f" {part}" for part in parts)


def cumulated_variance(
    changes: LogChanges, block_length: float, months: int
) -> NDArray[np.float64]:
    """
    Variance of the cumulated change after each month.

    Two months that are k apart lie in one block with probability (1 - 1/L)^k, and are independent
    otherwise; so their covariance is that probability times the circular autocovariance of the
    observed changes at lag k (Politis and Romano 1994, Lemma 1).

    Parameters
    ----------
    changes
        The changes that are drawn from.
    block_length
        Mean length L of a block in months.
    months
        Number of months T.

    Returns
    -------
    numpy.ndarray
        (T,) variances.

    Examples
    --------
    Without blocks the changes are independent:

    >>> changes = LogChanges(np.arange(4), np.array([-1.0, 1, -1, 1]), np.array([1, 2, 3, 0]))
    >>> cumulated_variance(changes, 1.0, 3)
    array([1., 2., 3.])
    """
    centred = changes.value - changes.value.mean()
    place = np.arange(centred.size)
    covariance = np.empty(months)
    for lag in range(months):
        covariance[lag] = (1.0 - 1.0 / block_length) ** lag * np.mean(centred * centred[place])
        place = changes.following[place]
    # Σ_(i,j≤T) c_|i-j| grows by c_0 + 2·(c_1 + … + c_(T-1)) with the T-th month.
    variance = np.cumsum(2.0 * np.cumsum(covariance) - covariance[0])
    return np.asarray(np.maximum(variance, 0.0))


def _written(number: float | BaseDistribution) -> str:
    """Write a number as the file has it."""
    return str(number) if isinstance(number, BaseDistribution) else f"{number:g}"
