"""The season of a series: twelve factors, drawn towards 1 as far as the data do not bear them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.analysis.fitting.months import ObservedMonths

__all__ = ["Season", "fit_season"]

_MONTHS_PER_YEAR: Final = 12
_LEAST_MONTHS: Final = 36
"""The fewest months that show each calendar month twice beside the mean of the year around it."""


class Season(NamedTuple):
    """Seasonal factors and their standard errors, (12,) January first, with the mean 1."""

    factors: NDArray[np.float64]
    standard_errors: NDArray[np.float64]

    def adjust(self, observed: ObservedMonths) -> NDArray[np.float64]:
        """Return the logarithm of a series without its season, (month,)."""
        factors = self.factors[observed.calendar_months]
        return np.asarray(np.log(observed.persons / factors))


def fit_season(observed: ObservedMonths) -> Season:
    """Estimate seasonal factors by empirical Bayes.

    A month's deviation is that of its logarithm from the mean of the year around it (thirteen
    months, of which the first and last count half). With n_m deviations of calendar month m, their
    mean d_m, the variance w within calendar months and b = max(0, var(d) - w·mean(1/n)) between
    them, the seasonal deviation is s_m = d_m·b / (b + w/n_m), with the standard error
    √(1 / (1/b + n_m/w)): the estimate of James and Stein (Efron and Morris 1973, "Stein's
    estimation rule and its competitors", JASA 68). Factors are exp(s_m), scaled to the mean 1.

    Parameters
    ----------
    observed
        The series.

    Returns
    -------
    Season
        All factors 1 with no error where the series has fewer than 36 months, or where calendar
        months differ no more than chance lets them.
    """
    even = Season(np.ones(_MONTHS_PER_YEAR), np.full(_MONTHS_PER_YEAR, np.nan))
    if observed.persons.size < _LEAST_MONTHS:
        return even
    weights = np.concatenate(([0.5], np.ones(_MONTHS_PER_YEAR - 1), [0.5])) / _MONTHS_PER_YEAR
    logs = np.log(observed.persons)
    trend = np.convolve(logs, weights, mode="valid")
    half = _MONTHS_PER_YEAR // 2
    deviation = logs[half:-half] - trend
    calendar = observed.calendar_months[half:-half]
    count = np.bincount(calendar, minlength=_MONTHS_PER_YEAR)
    mean = np.bincount(calendar, deviation, _MONTHS_PER_YEAR) / count
    within = np.sum((deviation - mean[calendar]) ** 2) / (deviation.size - _MONTHS_PER_YEAR)
    between = mean.var(ddof=1) - within * np.mean(1.0 / count)
    if between <= 0.0:
        return even
    shrunk = (mean - mean.mean()) * between / (between + within / count)
    factors = np.exp(shrunk)
    error = np.sqrt(1.0 / (1.0 / between + count / within)) if within > 0.0 else np.zeros(12)
    return Season(factors / factors.mean(), factors / factors.mean() * error)
