"""Experts' quantiles of the arrivals of each year."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import ClassVar, Final, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import model_validator
from scipy import special

from integrasim.documents.validation import invalid
from integrasim.region import MonthlySeries
from integrasim.reporting.numbers import Language
from integrasim.scenario.dates import YearName
from integrasim.scenario.entry import Entry
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
from integrasim.scenario.processes.words import number_words
from integrasim.scenario.quantities import FixedYearlyPersons, Share

__all__ = ["Expert", "YearQuantiles"]

_TENTH_SCORE: Final = float(special.ndtri(0.9))
_MONTHS_PER_YEAR: Final = 12
_LEAST_RATIO: Final = 1.0001
"""Quantiles nearer to each other than this are one number, which `fixed` is for."""


class YearQuantiles(Entry):
    """
    What experts expect of a year, as the distribution J-QPD-S of Hadlock and Bickel (2017).

    With c = Φ⁻¹(0.9), b = ln(p50/p10), h = ln(p90/p50), m = min(b, h), n = sgn(h - b),
    δ = sinh(arcosh((b + h)/(2·m)))/c and λ = m/(δ·c), the value at the normal score z is
    θ·exp(λ·sinh(arsinh(δ·z) + arsinh(n·c·δ))) with θ = p10 where n = 1, p90 where n = -1. It goes
    through the three quantiles exactly, is positive, has a smooth density and lognormal tails (so
    every moment is finite), and is lognormal where b = h.

    References
    ----------
    Hadlock and Bickel (2017), "Johnson Quantile-Parameterized Distributions", Decision Analysis 14.

    Examples
    --------
    >>> year = YearQuantiles(p10=80_000, p50=120_000, p90=250_000)
    >>> year.at_score(special.ndtri([0.1, 0.5, 0.9])).round(6)
    array([ 80000., 120000., 250000.])
    """

    p10: FixedYearlyPersons
    """persons per year in Germany that are exceeded with probability 90 %"""
    p50: FixedYearlyPersons
    """persons per year in Germany that are exceeded with probability 50 %, above p10"""
    p90: FixedYearlyPersons
    """persons per year in Germany that are exceeded with probability 10 %, above p50"""

    @model_validator(mode="after")
    def _check(self) -> Self:
        for lower, upper in (("p10", "p50"), ("p50", "p90")):
            low, high = getattr(self, lower), getattr(self, upper)
            if low * _LEAST_RATIO > high:
                message = f"{upper} ({high:g}) is not above {lower} ({low:g})"
                raise invalid(message, "Let p10 be below p50, and p50 below p90.", at=(upper,))
        return self

    def at_score(self, scores: ArrayLike) -> NDArray[np.float64]:
        """
        Return the persons of the year at standard normal scores.

        Parameters
        ----------
        scores
            z = Φ⁻¹(probability), any shape.

        Returns
        -------
        numpy.ndarray
            Persons per year, the shape of `scores`.
        """
        below, above = math.log(self.p50 / self.p10), math.log(self.p90 / self.p50)
        narrow = min(below, above)
        scaled = math.sqrt(((below + above) / (2.0 * narrow)) ** 2 - 1.0)  # δ·c = sinh(arcosh(…))
        z = np.asarray(scores, dtype=np.float64) / _TENTH_SCORE
        if scaled == 0.0:
            return np.asarray(self.p50 * np.exp(narrow * z))
        side = math.copysign(1.0, above - below)
        start = self.p10 if side > 0.0 else self.p90
        bent = np.arcsinh(scaled * z) + side * math.asinh(scaled)
        return np.asarray(start * np.exp(narrow / scaled * np.sinh(bent)))


class Expert(BaseProcess):
    """
    Persons of each calendar year by their quantiles; a year's months share it by the season.

    Normal scores of the years: z_y = ρ·z_(y-1) + √(1 - ρ²)·ε_y. Key of the file:
    ``process: expert``.

    Examples
    --------
    >>> expert = Expert(process="expert", share=0.21, persistence=0.8,
    ...                 yearly={"2025": {"p10": 80000, "p50": 120000, "p90": 250000}})
    >>> expert.yearly["2025"].p50
    120000.0
    """

    runaway: ClassVar[tuple[str, str]] = ("yearly", "Use quantiles nearer to each other.")

    process: Literal["expert"]
    yearly: Mapping[YearName, YearQuantiles]
    """persons per year in Germany, {2025: {p10: …, p50: …, p90: …}}, for each year of the
    horizon"""
    persistence: Share
    """correlation ρ of a year with the year before, 0 to 1"""
    share: ChannelShare
    seasonality: Seasonality = EVEN
    counts: Counts = "poisson"
    dispersion: CountsDispersion = None

    @property
    def shocks(self) -> str:
        """Yearly shocks."""
        return "yearly shocks"

    def log_peak(self, _months: int, _series: MonthlySeries | None = None) -> float:
        """Return the logarithm of the most persons that a month can bring to Germany."""
        peaks = [float(year.at_score(FARTHEST_SHOCK)) for year in self.yearly.values()]
        return math.log(max(peaks, default=1.0) / _MONTHS_PER_YEAR)

    def faults(
        self, months: Sequence[date], series: MonthlySeries | None = None
    ) -> Iterator[Fault]:
        """
        Yield what is wrong with the quantiles on a horizon.

        Parameters
        ----------
        months
            First day of each month of the horizon.
        series
            Nothing: expectations draw on no observed months.
        """
        yield from super().faults(months, series)
        years = dict.fromkeys(str(month.year) for month in months)
        missing = [year for year in years if year not in self.yearly]
        if missing:
            remedy = "Write p10, p50 and p90 for every year of the horizon."
            yield Fault(("yearly",), f"the table lacks {', '.join(missing)}", remedy)

    def _intensity_words(self, lang: Language) -> str:
        """Say what is expected of each year."""
        correlation = number_words(self.persistence, lang)
        years = [
            (name, *(number_words(value, lang) for value in (year.p10, year.p50, year.p90)))
            for name, year in sorted(self.yearly.items())
        ]
        if lang == "de":
            each = "; ".join(
                f"{name} im Median {p50} Personen, mit je 10 % Wahrscheinlichkeit weniger als "
                f"{p10} oder mehr als {p90}"
                for name, p10, p50, p90 in years
            )
            return (
                f"Nach Deutschland kommen: {each}. Korrelation eines Jahres mit dem vorigen: "
                f"{correlation}."
            )
        each = "; ".join(
            f"in {name} {p50} persons (median), with a probability of 10% each fewer than {p10} or "
            f"more than {p90}"
            for name, p10, p50, p90 in years
        )
        return (
            f"There arrive in Germany: {each}. Correlation of a year with the year before: "
            f"{correlation}."
        )
