"""A level of arrivals that follows what comes, with a volatility that does the same."""

import math
from collections.abc import Iterator, Sequence
from datetime import date
from typing import ClassVar, Literal

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
    Fault,
    Seasonality,
)
from integrasim.scenario.processes.words import number_words, percent_words
from integrasim.scenario.quantities import (
    PositivePersons,
    Share,
    Spread,
    highest,
    is_zero,
    lowest,
)

__all__ = ["ExponentialSmoothing"]


class ExponentialSmoothing(BaseProcess):
    """
    Exponential smoothing of the logarithm with exponentially weighted volatility.

    The logarithm of a month lies e_t = σ_t·ε_t from the level ℓ_(t-1) and moves the level by the
    share α of this error; its square moves the variance by the share 1 - δ, up to a limit:
    ℓ_t = ℓ_(t-1) + α·e_t and σ²_(t+1) = min(δ·σ²_t + (1 - δ)·e_t², σ²_max), times the season.
    Key of the file: ``process: exponential_smoothing``.

    Examples
    --------
    >>> smoothing = ExponentialSmoothing(
    ...     process="exponential_smoothing", initial=500, smoothing=0.9, volatility=0.15,
    ...     decay=0.95, highest_volatility=0.3, share=0.21)
    >>> round(math.exp(smoothing.log_peak(1)))
    5852
    """

    runaway: ClassVar[tuple[str, str]] = (
        "highest_volatility",
        "Use a lower highest_volatility, or less smoothing.",
    )

    process: Literal["exponential_smoothing"]
    initial: PositivePersons
    """persons per month in Germany that the recent past amounts to (level before the first
    month)"""
    smoothing: Share
    """share α of a month's surprise that stays in the level, 0 to 1; 1 is a random walk"""
    volatility: Spread
    """recent standard deviation σ of a month's surprise in logarithms, 0 to 5"""
    decay: Share
    """share δ of the variance that is left after a month, 0 to 1; 1 keeps the volatility"""
    highest_volatility: Spread
    """standard deviation beyond which the volatility never rises, from volatility to 5"""
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

        The logarithm reaches that of initial plus the surprises, whose standard deviation is at
        most σ_max·√(1 + α²·(T - 1)) after T months.

        Parameters
        ----------
        months
            Number of months T of the horizon.
        """
        spread = math.hypot(1.0, highest(self.smoothing) * math.sqrt(months - 1))
        reach = FARTHEST_SHOCK * highest(self.highest_volatility) * spread
        return math.log(highest(self.initial)) + reach

    def faults(
        self, months: Sequence[date], series: MonthlySeries | None = None
    ) -> Iterator[Fault]:
        """
        Yield what is wrong with the process on a horizon.

        Parameters
        ----------
        months
            First day of each month of the horizon.
        series
            Nothing: level and volatility are numbers of the process.
        """
        yield from super().faults(months, series)
        start, limit = lowest(self.volatility), highest(self.highest_volatility)
        if start > limit:
            message = f"the limit {limit:g} lies below the volatility ({start:g}) in every draw"
            yield Fault(("highest_volatility",), message, f"Use at least {start:g}.")

    def _intensity_words(self, lang: Language) -> str:
        """Say where arrivals start, what stays of a surprise, and how wild months are."""
        stays, left = percent_words(self.smoothing, lang), percent_words(self.decay, lang)
        volatility, limit = (
            number_words(each, lang) for each in (self.volatility, self.highest_volatility)
        )
        if lang == "de":
            return (
                f"Zuletzt kamen {number_words(self.initial, lang, 'Personen')} im Monat nach "
                f"Deutschland. Von der Überraschung eines Monats bleiben {stays} im Niveau; "
                f"Standardabweichung eines Monats im Logarithmus: zuerst {volatility}, höchstens "
                f"{limit}. Vom Quadrat dieser Schwankung bleiben nach einem Monat {left}, der Rest "
                "richtet sich nach der letzten Überraschung."
            )
        return (
            f"Lately {number_words(self.initial, lang, 'persons')} a month have arrived in "
            f"Germany. Of a month's surprise {stays} stay in the level; standard deviation of a "
            f"month in logarithms: {volatility} at first, at most {limit}. Of its square {left} "
            "are left after a month; the rest follows the latest surprise."
        )
