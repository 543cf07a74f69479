"""What all processes of arrival have in common."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal, NamedTuple, Self

import numpy as np
from pydantic import AfterValidator, Field, model_validator
from scipy import special

from integrasim.documents.validation import invalid
from integrasim.region import MonthlySeries
from integrasim.reporting.numbers import Language, check_language
from integrasim.scenario.entry import Entry
from integrasim.scenario.processes.words import number_words, percent_words, seasonal_words
from integrasim.scenario.quantities import (
    UNCERTAIN,
    Dispersion,
    FixedFactor,
    Number,
    Share,
    highest,
)

__all__ = [
    "EVEN",
    "FARTHEST_SHOCK",
    "MONTHLY_SHOCKS",
    "BaseProcess",
    "ChannelShare",
    "Counts",
    "CountsDispersion",
    "Fault",
    "Seasonality",
]

FARTHEST_SHOCK: Final = 8.2
"""As many standard deviations as a uniform number in floating point can lead to."""
MONTHLY_SHOCKS: Final = "monthly shocks"
"""What chance is to a process whose logarithm is shocked every month."""

_MONTHS_PER_YEAR: Final = 12
_MOST_PERSONS: Final = 1e12
_LAST_UNIFORM: Final = 1.0 - 2.0**-53


def _twelve(factors: tuple[float, ...]) -> tuple[float, ...]:
    """Check that there is one factor per calendar month."""
    if len(factors) != _MONTHS_PER_YEAR:
        message = f"{len(factors)} factors are given"
        raise invalid(message, "Write twelve, one per month, January first.")
    return factors


ChannelShare = Annotated[
    Share, Field(description="share of the persons who arrive in the Land, 0 to 1")
]

Seasonality = Annotated[
    tuple[FixedFactor, ...],
    Field(
        strict=False,
        description="twelve factors, January first, of which only the proportions count",
    ),
    AfterValidator(_twelve),
]

EVEN: Final = (1.0,) * _MONTHS_PER_YEAR
"""No seasonality."""

Counts = Annotated[
    Literal["poisson", "negative_binomial"],
    Field(
        description="poisson or negative_binomial: how the persons of a month vary around the "
        "expected ones"
    ),
]

CountsDispersion = Annotated[
    Dispersion | None,
    UNCERTAIN,
    Field(
        description="κ above 0 and at most 10 for counts: negative_binomial, whose variance is "
        "mean + κ·mean²"
    ),
]


class Fault(NamedTuple):
    """
    Something that a process must not say.

    Parameters
    ----------
    path
        Keys from the process down.
    message
        What is wrong, without a full stop at its end.
    remedy
        What would be right, as a whole sentence.
    """

    path: tuple[str | int, ...]
    message: str
    remedy: str


class BaseProcess(Entry, ABC):
    """
    Persons who arrive in Germany month by month, and the share of them that comes to the Land.

    Examples
    --------
    >>> from integrasim.scenario.processes import LogAr1
    >>> issubclass(LogAr1, BaseProcess)
    True
    """

    runaway: ClassVar[tuple[str, str]]
    """The key to change where arrivals run away, and how."""

    if TYPE_CHECKING:
        # Each process declares these itself, after the keys of its own: that is the order in which
        # files and messages name them, and in which its numbers own dimensions.
        share: Number
        seasonality: tuple[float, ...]
        counts: Literal["exact", "poisson", "negative_binomial"]
        dispersion: Number | None

    @property
    @abstractmethod
    def shocks(self) -> str | None:
        """
        What chance moves in the intensity, None if nothing.

        Only processes of which this is the same can be correlated.
        """

    @abstractmethod
    def log_peak(self, months: int, series: MonthlySeries | None) -> float:
        """
        Return the logarithm of the most persons that a month can bring to Germany.

        Parameters
        ----------
        months
            Number of months of the horizon.
        series
            The observed months, of a process that draws on them.

        Returns
        -------
        float
            Without the season; shocks are taken as far as uniform numbers reach.
        """

    @abstractmethod
    def _intensity_words(self, lang: Language) -> str:
        """Say what is assumed about the persons who arrive in Germany."""

    def describe(self, lang: Language) -> str:
        """
        Say in plain sentences what is assumed.

        Parameters
        ----------
        lang
            ``"de"`` or ``"en"``.

        Returns
        -------
        str
            Sentences with the numbers of the process; of an uncertain number, its quantiles at 5
            and 95 %.

        Raises
        ------
        ValueError
            If there is no such language.

        Examples
        --------
        >>> from integrasim.scenario.processes import Fixed
        >>> Fixed(process="fixed", monthly=4000, share=0.25).describe("en")
        'Each month 4,000 persons arrive in Germany. 25% of them come to the Land. Their numbers are
        taken as certain.'
        """
        check_language(lang)
        parts = (
            self._intensity_words(lang),
            seasonal_words(self.seasonality, lang),
            self._share_words(lang),
            self._counts_words(lang),
        )
        return " ".join(part for part in parts if part)

    def faults(self, months: Sequence[date], series: MonthlySeries | None) -> Iterator[Fault]:
        """
        Yield what is wrong with the process on a horizon.

        Parameters
        ----------
        months
            First day of each month of the horizon.
        series
            The observed months, of a process that draws on them.
        """
        season = max(self.seasonality) / float(np.mean(self.seasonality))
        peak = self.log_peak(len(months), series) + math.log(season) + math.log(self._widest())
        if peak > math.log(_MOST_PERSONS):
            message = f"arrivals can reach more than {_MOST_PERSONS:.0e} persons a month"
            key, remedy = self.runaway
            yield Fault((key,), message, remedy)

    @model_validator(mode="after")
    def _check_dispersion(self) -> Self:
        is_dispersed = self.counts == "negative_binomial"
        if is_dispersed and self.dispersion is None:
            message = "counts: negative_binomial needs a dispersion"
            raise invalid(message, "Write dispersion: …, above 0 and at most 10.")
        if self.dispersion is not None and not is_dispersed:
            message = f"a dispersion has no effect with counts: {self.counts}"
            remedy = "Remove it, or write counts: negative_binomial."
            raise invalid(message, remedy, at=("dispersion",))
        return self

    def _widest(self) -> float:
        """Return how far the mean of a month's count can be stretched by its dispersion."""
        if self.dispersion is None:
            return 1.0
        dispersion = highest(self.dispersion)
        return max(1.0, dispersion * float(special.gammaincinv(1.0 / dispersion, _LAST_UNIFORM)))

    def _share_words(self, lang: Language) -> str:
        """Say which share of the persons comes to the Land."""
        share = percent_words(self.share, lang)
        if lang == "de":
            return f"Davon kommen {share} in das Land."
        sentence = f"{share} of them come to the Land."
        return sentence[0].upper() + sentence[1:]

    def _counts_words(self, lang: Language) -> str:
        """Say how the number of persons varies around the expected one."""
        kappa = "" if self.dispersion is None else number_words(self.dispersion, lang)
        if lang == "de":
            return {
                "exact": "Ihre Zahl gilt als sicher.",
                "poisson": "Um diese Erwartung streut die Zahl jedes Monats (Poisson).",
                "negative_binomial": "Um diese Erwartung streut die Zahl jedes Monats weiter als "
                f"bei reinem Zufall (negativ binomial; κ: {kappa}).",
            }[self.counts]
        return {
            "exact": "Their numbers are taken as certain.",
            "poisson": "The number of each month varies around this expectation (Poisson).",
            "negative_binomial": "The number of each month varies around this expectation "
            f"more widely than by pure chance (negative binomial; κ: {kappa}).",
        }[self.counts]
