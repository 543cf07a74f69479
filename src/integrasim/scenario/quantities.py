"""Numbers of the world: fixed or uncertain, within bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import AfterValidator, Discriminator, Tag
from pydantic_core import core_schema

from integrasim.documents.validation import invalid
from integrasim.documents.wording import plain_number
from integrasim.scenario.dates import YearName
from integrasim.scenario.distributions import BaseDistribution, Distribution

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

__all__ = [
    "LEAST_FLOOR",
    "UNCERTAIN",
    "Amount",
    "Bounds",
    "Budget",
    "Dispersion",
    "EpisodeMonths",
    "Factor",
    "FixedAmount",
    "FixedFactor",
    "FixedGrowthRate",
    "FixedPersons",
    "FixedYearlyPersons",
    "Floor",
    "GrowthRate",
    "HouseholdSize",
    "Months",
    "Multiplier",
    "Number",
    "PartOfYear",
    "Persons",
    "PositivePersons",
    "RankCorrelation",
    "Rate",
    "Share",
    "ShareBelowOne",
    "Sigma",
    "Spread",
    "TailIndex",
    "highest",
    "is_zero",
    "lowest",
]

UNCERTAIN: Final = "may be a distribution"
"""Marks a field that holds a `Number`."""


@dataclass(frozen=True)
class Bounds:
    """
    The values that a number may have, whether fixed or drawn.

    Parameters
    ----------
    low, high
        The ends; None where there is none.
    open_low, open_high
        Whether an end is itself excluded.

    Examples
    --------
    >>> print(Bounds(0, 1, open_high=True))
    at least 0 and below 1
    """

    low: float | None = None
    high: float | None = None
    open_low: bool = False
    open_high: bool = False

    def __str__(self) -> str:
        """Return the bounds in words."""
        ends = (
            ("above" if self.open_low else "at least", self.low),
            ("below" if self.open_high else "at most", self.high),
        )
        return " and ".join(f"{word} {plain_number(end)}" for word, end in ends if end is not None)

    def check(self, number: Number) -> Number:
        """
        Return a number that keeps the bounds.

        Parameters
        ----------
        number
            A number or a distribution, all of whose values must keep them.

        Returns
        -------
        float or Distribution
            The same.

        Raises
        ------
        pydantic_core.PydanticCustomError
            If it does not keep them.

        Examples
        --------
        >>> Bounds(0, 1).check(0.5)
        0.5
        >>> Bounds(0, 1).check(1.5)
        Traceback (most recent call last):
        pydantic_core._pydantic_core.PydanticCustomError: 1.5 is too large
        """
        if isinstance(number, BaseDistribution):
            self._check_distribution(number)
        elif self._below(number, attained=True):
            raise invalid(f"{plain_number(number)} is too small", f"Use a number that is {self}.")
        elif self._above(number, attained=True):
            raise invalid(f"{plain_number(number)} is too large", f"Use a number that is {self}.")
        return number

    def __get_pydantic_core_schema__(
        self,
        source: type,
        handler: GetCoreSchemaHandler,
    ) -> CoreSchema:
        """Have pydantic check the bounds once the type is known to be right."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def _check_distribution(self, number: BaseDistribution) -> None:
        """Refuse a distribution that leaves the bounds."""
        (low, high), (low_attained, high_attained) = number.reach, number.attained
        remedy = f"Every value must be {self}: "
        cut = {"low", "high"} <= set(type(number).model_fields)
        remedy += (
            "set low and high accordingly." if cut else "choose a distribution with low and high."
        )
        if self._below(low, attained=low_attained):
            raise invalid(f"this distribution goes down to {low:.4g}", remedy)
        if self._above(high, attained=high_attained):
            raise invalid(f"this distribution goes up to {high:.4g}", remedy)

    def _below(self, value: float, *, attained: bool) -> bool:
        """Tell whether a value, attained or only approached, is below the bounds."""
        if self.low is None:
            return False
        return value < self.low or (self.open_low and attained and value == self.low)

    def _above(self, value: float, *, attained: bool) -> bool:
        """Tell whether a value, attained or only approached, is above the bounds."""
        if self.high is None:
            return False
        return value > self.high or (self.open_high and attained and value == self.high)


def _kind(value: object) -> str:
    """Tell a distribution, which is a map in the file, from a fixed number."""
    return "distribution" if isinstance(value, dict | BaseDistribution) else "fixed"


Number = Annotated[
    Annotated[float, Tag("fixed")] | Annotated[Distribution, Tag("distribution")],
    Discriminator(_kind),
    UNCERTAIN,
]
"""A fixed number or a distribution."""

# Beyond these upper ends a number is a misprint, and a run would overflow or never end.
_PERSONS: Final = 1e7
_EUR: Final = 1e12
_EUR_PER_YEAR: Final = 1e13
_MONTHS: Final = 1e12
_FACTOR: Final = 1000.0
_SPREAD: Final = 5.0
_DISPERSION: Final = 10.0

LEAST_FLOOR: Final = 100.0
"""EUR; below it nearly every case of illness would be kept by itself."""

Persons = Annotated[Number, Bounds(0, _PERSONS)]
PositivePersons = Annotated[Number, Bounds(0, _PERSONS, open_low=True)]
FixedPersons = Annotated[float, Bounds(0, _PERSONS)]
FixedYearlyPersons = Annotated[float, Bounds(1, 12 * _PERSONS)]
Months = Annotated[Number, Bounds(1, _MONTHS)]
HouseholdSize = Annotated[Number, Bounds(1, 10)]
Share = Annotated[Number, Bounds(0, 1)]
ShareBelowOne = Annotated[Number, Bounds(0, 1, open_high=True)]
PartOfYear = Annotated[Number, Bounds(0, 1, open_low=True)]
Rate = Annotated[Number, Bounds(0, 1, open_low=True, open_high=True)]
GrowthRate = Annotated[Number, Bounds(-1, 1, open_low=True)]
FixedGrowthRate = Annotated[float, Bounds(-1, 1, open_low=True)]
Factor = Annotated[Number, Bounds(0, _FACTOR, open_low=True)]
FixedFactor = Annotated[float, Bounds(0, _FACTOR, open_low=True)]
Multiplier = Annotated[Number, Bounds(1, _FACTOR)]
Dispersion = Annotated[Number, Bounds(0, _DISPERSION, open_low=True)]
RankCorrelation = Annotated[Number, Bounds(-1, 1)]
EpisodeMonths = Annotated[Number, Bounds(0, 12)]
Spread = Annotated[Number, Bounds(0, _SPREAD)]
Sigma = Annotated[Number, Bounds(0.01, _SPREAD)]
TailIndex = Annotated[Number, Bounds(0.2, 50)]
Amount = Annotated[Number, Bounds(0, _EUR, open_low=True)]
FixedAmount = Annotated[float, Bounds(0, _EUR, open_low=True)]
Floor = Annotated[float, Bounds(LEAST_FLOOR, _EUR)]


def _budget_kind(value: object) -> str:
    """Tell amounts by year, which are a map in the file, from one amount for every year."""
    is_table = isinstance(value, dict) and "dist" not in value  # a budget is never uncertain
    return "by_year" if is_table else "every_year"


def _in_order(amounts: Mapping[str, float]) -> Mapping[str, float]:
    """Put years in order, and refuse to have none."""
    if not amounts:
        raise invalid("no year is given", "Write {2025: …}, or a number for every year.")
    return dict(sorted(amounts.items()))


_EurPerYear = Annotated[float, Bounds(0, _EUR_PER_YEAR, open_low=True)]
Budget = Annotated[
    Annotated[_EurPerYear, Tag("every_year")]
    | Annotated[Mapping[YearName, _EurPerYear], AfterValidator(_in_order), Tag("by_year")],
    Discriminator(_budget_kind),
]
"""EUR per year: for every year, or by year for those that have a budget."""


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


def is_zero(number: Number) -> bool:
    """
    Tell whether a number is 0 in every draw.

    Parameters
    ----------
    number
        A number or a distribution.

    Examples
    --------
    >>> is_zero(0.0)
    True
    """
    return not isinstance(number, BaseDistribution) and number == 0.0
