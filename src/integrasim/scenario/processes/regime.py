"""Arrivals that switch between calm and surge."""

import math
from typing import ClassVar, Literal

from integrasim.region import MonthlySeries
from integrasim.reporting.numbers import Language
from integrasim.scenario.processes.base import (
    EVEN,
    MONTHLY_SHOCKS,
    BaseProcess,
    ChannelShare,
    Counts,
    CountsDispersion,
    Seasonality,
)
from integrasim.scenario.processes.log_ar1 import widest_deviation
from integrasim.scenario.processes.words import number_words, percent_words
from integrasim.scenario.quantities import (
    Months,
    Multiplier,
    PositivePersons,
    Share,
    ShareBelowOne,
    Spread,
    highest,
    is_zero,
)

__all__ = ["Regime"]


class Regime(BaseProcess):
    """
    Calm and surge take turns; the logarithm approaches the level of the regime that holds.

    x_t = φ·x_(t-1) + (1 - φ)·ln(level of the regime) + σ·ε_t, times the season. From calm to surge
    with probability onset_hazard each month, back with 1 / mean_length. Key of the file:
    ``process: regime``.

    Examples
    --------
    >>> regime = Regime(process="regime", start="calm", initial=9000, calm_level=10000,
    ...                 multiplier=4, onset_hazard=0.02, mean_length=14, persistence=0.7,
    ...                 volatility=0.1, share=0.21)
    >>> regime.counts
    'poisson'
    """

    runaway: ClassVar[tuple[str, str]] = ("volatility", "Use less volatility or persistence.")

    process: Literal["regime"]
    start: Literal["calm", "surge"]
    """calm or surge: the regime before the first month"""
    initial: PositivePersons
    """persons per month in Germany before the first month"""
    calm_level: PositivePersons
    """persons per month in Germany that a calm leads to (median)"""
    multiplier: Multiplier
    """how many times calm_level a surge leads to, 1 to 1000"""
    onset_hazard: Share
    """probability that a surge begins in a month of calm, 0 to 1"""
    mean_length: Months
    """mean length of a surge in months, at least 1"""
    persistence: ShareBelowOne
    """share φ of the distance to the regime's level that is left after a month, at least 0 and
    below 1"""
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

        Parameters
        ----------
        months
            Number of months of the horizon.
        """
        surge = highest(self.calm_level) * highest(self.multiplier)
        start = math.log(max(highest(self.initial), surge))
        return start + widest_deviation(self.persistence, self.volatility, months)

    def _intensity_words(self, lang: Language) -> str:
        """Say how calm and surge differ, and how they take turns."""
        initial, calm = (
            number_words(each, lang, {"de": "Personen", "en": "persons"}[lang])
            for each in (self.initial, self.calm_level)
        )
        hazard = percent_words(self.onset_hazard, lang)
        times, volatility = (
            number_words(each, lang) for each in (self.multiplier, self.volatility)
        )
        kept = percent_words(self.persistence, lang)
        length = number_words(self.mean_length, lang, {"de": "Monate", "en": "months"}[lang])
        if lang == "de":
            state = {"calm": "in ruhiger Lage", "surge": "in einem Hoch"}[self.start]
            return (
                f"Es beginnt {state} mit {initial} im Monat. In ruhiger Lage kommen {calm} im "
                f"Monat nach Deutschland, in einem Hoch ein Vielfaches (Faktor: {times}). "
                f"Wahrscheinlichkeit, dass in einem Monat ein Hoch beginnt: {hazard}; es dauert im "
                f"Mittel {length}. Vom Abstand zum neuen Niveau bleiben nach einem Monat {kept}; "
                f"Standardabweichung eines Monats im Logarithmus: {volatility}."
            )
        state = {"calm": "in a calm", "surge": "in a surge"}[self.start]
        return (
            f"It starts {state} with {initial} a month. In a calm {calm} a month arrive in "
            f"Germany, in a surge a multiple of that (factor: {times}). Probability that a surge "
            f"begins in a month: {hazard}; it lasts {length} on average. Of the distance to the "
            f"new level {kept} are left after a month; standard deviation of a month in "
            f"logarithms: {volatility}."
        )
