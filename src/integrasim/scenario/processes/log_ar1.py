"""Mean reversion of the logarithm of arrivals."""

import math
from typing import ClassVar, Literal

import numpy as np

from integrasim.region import MonthlySeries
from integrasim.reporting.numbers import Language
from integrasim.scenario.processes.base import (
    EVEN,
    FARTHEST_SHOCK,
    MONTHLY_SHOCKS,
    BaseProcess,
    ChannelShare,
    Counts,
    CountsDispersion,
    Seasonality,
)
from integrasim.scenario.processes.words import number_words, percent_words
from integrasim.scenario.quantities import (
    Number,
    PositivePersons,
    ShareBelowOne,
    Spread,
    highest,
    is_zero,
)

__all__ = ["LogAr1", "widest_deviation"]


class LogAr1(BaseProcess):
    """
    Mean reversion of the logarithm: x_t = φ·x_(t-1) + σ·ε_t around ln(level), times the season.

    Key of the file: ``process: log_ar1``.

    Examples
    --------
    >>> LogAr1(process="log_ar1", initial=500, level=400, persistence=0.9, volatility=0.1,
    ...        share=0.21).seasonality[:2]
    (1.0, 1.0)
    """

    runaway: ClassVar[tuple[str, str]] = ("volatility", "Use less volatility or persistence.")

    process: Literal["log_ar1"]
    initial: PositivePersons
    """persons per month in Germany before the first month"""
    level: PositivePersons
    """persons per month in Germany to which the process returns in the long run (median)"""
    persistence: ShareBelowOne
    """share φ of a deviation that is left after a month, at least 0 and below 1"""
    volatility: Spread
    """standard deviation σ of a month's shock to the logarithm, 0 to 5"""
    share: ChannelShare
    seasonality: Seasonality = EVEN
    counts: Counts = "poisson"
    dispersion: CountsDispersion = None

    @property
    def shocks(self) -> str | None:
        """Monthly shocks, unless they have no size."""
        return None if is_zero(self.volatility) else MONTHLY_SHOCKS

    def log_peak(self, months: int, _series: MonthlySeries | None = None) -> float:
        """
        Return the logarithm of the most persons that a month can bring to Germany.

        The logarithm reaches that of level or initial plus the shocks, see `widest_deviation`.

        Parameters
        ----------
        months
            Number of months of the horizon.
        """
        start = max(highest(self.initial), highest(self.level))
        return math.log(start) + widest_deviation(self.persistence, self.volatility, months)

    def _intensity_words(self, lang: Language) -> str:
        """Say where arrivals start, where they return to, and how fast and wildly."""
        initial, level = (
            number_words(each, lang, {"de": "Personen", "en": "persons"}[lang])
            for each in (self.initial, self.level)
        )
        kept = percent_words(self.persistence, lang)
        volatility = number_words(self.volatility, lang)
        if lang == "de":
            return (
                f"Vor dem ersten Monat kommen {initial} im Monat nach Deutschland, langfristig im "
                f"Median {level}. Von einer Abweichung bleiben nach einem Monat {kept}; "
                f"Standardabweichung eines Monats im Logarithmus: {volatility}."
            )
        return (
            f"Before the first month {initial} a month arrive in Germany, in the long run, as a "
            f"median, {level}. Of a deviation {kept} are left after a month; standard deviation of "
            f"a month in logarithms: {volatility}."
        )


def widest_deviation(persistence: Number, volatility: Number, months: int) -> float:
    """
    Return how far shocks can carry the logarithm of arrivals.

    Parameters
    ----------
    persistence
        Share φ of a deviation that is left after a month.
    volatility
        Standard deviation σ of a month's shock.
    months
        Number of months T of the horizon.

    Returns
    -------
    float
        8.2 standard deviations of their sum, each σ·√(1 + φ² + … + φ^(2(T-1))).

    Examples
    --------
    >>> widest_deviation(0.0, 0.1, 12)
    0.82
    """
    lags = np.arange(months)
    return FARTHEST_SHOCK * highest(volatility) * math.hypot(*highest(persistence) ** lags)
