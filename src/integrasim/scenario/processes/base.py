"""What all processes of arrival have in common."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, NamedTuple

import numpy as np
from pydantic import AfterValidator, Field

from integrasim.documents.validation import invalid
from integrasim.scenario.distributions import BaseDistribution
from integrasim.scenario.entry import Entry
from integrasim.scenario.quantities import FixedFactor, Number, Share

__all__ = [
    "EVEN",
    "BaseProcess",
    "ChannelShare",
    "Fault",
    "Seasonality",
    "highest",
    "lowest",
]

_MONTHS_PER_YEAR: Final = 12
_MOST_PERSONS: Final = 1e12


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
    >>> issubclass(LogAr1, BaseProcess), LogAr1.has_shocks
    (True, True)
    """

    has_shocks: ClassVar[bool]
    """Whether chance moves the intensity itself, so that two channels can move together."""
    runaway: ClassVar[tuple[str, str]]
    """The key to change where arrivals run away, and how."""

    if TYPE_CHECKING:
        # Each process declares these itself, after the keys of its own: that is the order in which
        # files and messages name them, and in which its numbers own dimensions.
        share: Number
        seasonality: tuple[float, ...]

    @abstractmethod
    def log_peak(self, months: int) -> float:
        """
        Return the logarithm of the most persons that a month can bring to Germany.

        Parameters
        ----------
        months
            Number of months of the horizon.

        Returns
        -------
        float
            Without the season; shocks are taken as far as uniform numbers reach.
        """

    def faults(self, months: Sequence[date]) -> Iterator[Fault]:
        """
        Yield what is wrong with the process on a horizon.

        Parameters
        ----------
        months
            First day of each month of the horizon.
        """
        season = max(self.seasonality) / float(np.mean(self.seasonality))
        if self.log_peak(len(months)) + math.log(season) > math.log(_MOST_PERSONS):
            message = f"arrivals can reach more than {_MOST_PERSONS:.0e} persons a month"
            key, remedy = self.runaway
            yield Fault((key,), message, remedy)


def highest(number: Number) -> float:
    """
    Return the highest value that a number can have.

    Parameters
    ----------
    number
        A number or a distribution.

    Examples
    --------
    >>> highest(0.5)
    0.5
    """
    return number.reach[1] if isinstance(number, BaseDistribution) else number


def lowest(number: Number) -> float:
    """
    Return the lowest value that a number can have.

    Parameters
    ----------
    number
        A number or a distribution.

    Examples
    --------
    >>> lowest(0.5)
    0.5
    """
    return number.reach[0] if isinstance(number, BaseDistribution) else number
