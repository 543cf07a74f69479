"""Mean reversion of the logarithm of arrivals."""

import math
from typing import ClassVar, Final, Literal

import numpy as np

from integrasim.scenario.processes.base import (
    EVEN,
    BaseProcess,
    ChannelShare,
    Seasonality,
    highest,
)
from integrasim.scenario.quantities import PositivePersons, ShareBelowOne, Spread

__all__ = ["FARTHEST_SHOCK", "LogAr1"]

FARTHEST_SHOCK: Final = 8.2
"""As many standard deviations as a uniform number in floating point can lead to."""


class LogAr1(BaseProcess):
    """
    Mean reversion of the logarithm: x_t = φ·x_(t-1) + σ·ε_t around ln(level), times the season.

    Counts are Poisson around the intensity. Key of the file: ``process: log_ar1``.

    Examples
    --------
    >>> LogAr1(process="log_ar1", initial=500, level=400, persistence=0.9, volatility=0.1,
    ...        share=0.21).seasonality[:2]
    (1.0, 1.0)
    """

    has_shocks: ClassVar[bool] = True
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

    def log_peak(self, months: int) -> float:
        """
        Return the logarithm of the most persons that a month can bring to Germany.

        The logarithm reaches that of level or initial plus the shocks, whose standard deviation
        is σ·√(1 + φ² + … + φ^(2(T-1))) after T months.

        Parameters
        ----------
        months
            Number of months T of the horizon.
        """
        lags = np.arange(months)
        spread = highest(self.volatility) * math.hypot(*highest(self.persistence) ** lags)
        start = max(highest(self.initial), highest(self.level))
        return math.log(start) + FARTHEST_SHOCK * spread
