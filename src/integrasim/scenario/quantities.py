"""Numbers of the world: fixed or uncertain, within bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Discriminator, Tag
from pydantic_core import core_schema

from integrasim.documents.validation import invalid
from integrasim.documents.wording import plain_number
from integrasim.scenario.distributions import BaseDistribution, Distribution

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

__all__ = [
    "UNCERTAIN",
    "AtLeastOne",
    "Bounds",
    "Count",
    "FixedCount",
    "FixedPositive",
    "GrowthRate",
    "Number",
    "Positive",
    "Rate",
    "Share",
    "ShareBelowOne",
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
        low = f"{'above' if self.open_low else 'at least'} {self.low}"
        high = f"{'below' if self.open_high else 'at most'} {self.high}"
        ends = [end for end, given in ((low, self.low), (high, self.high)) if given is not None]
        return " and ".join(ends)

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

Positive = Annotated[Number, Bounds(0, open_low=True)]
Count = Annotated[Number, Bounds(0)]
AtLeastOne = Annotated[Number, Bounds(1)]
Share = Annotated[Number, Bounds(0, 1)]
ShareBelowOne = Annotated[Number, Bounds(0, 1, open_high=True)]
Rate = Annotated[Number, Bounds(0, 1, open_low=True, open_high=True)]
GrowthRate = Annotated[Number, Bounds(-1, open_low=True)]
FixedPositive = Annotated[float, Bounds(0, open_low=True)]
FixedCount = Annotated[float, Bounds(0)]
