"""Cases about parameters: a value on a day, and figures that follow from values."""

import math
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from integrasim.casebook.case import BaseCase, Check, Some, unknown_names
from integrasim.documents.validation import invalid
from integrasim.law.changes import governing
from integrasim.law.definitions import Fault
from integrasim.law.parameters import Law, StatuteBook
from integrasim.scenario.dates import Day
from integrasim.scenario.entry import Entry

__all__ = ["Factor", "ProductCase", "ValueCase"]


class ValueCase(BaseCase):
    """
    The value of a parameter on a day.

    Examples
    --------
    >>> from integrasim.statutes import load_statute_book
    >>> case = ValueCase(kind="value", name="rate of 2024", source="StGB NRW, 9.12.2024",
    ...                      parameter="fluag.lump_sum_kreisfrei", day="2024-06-01",
    ...                      expected=1303)
    >>> [check.passed for check in case.checks(load_statute_book().as_of(date(2025, 1, 1)))]
    [True]
    """

    kind: Literal["value"]
    """value"""
    parameter: str
    """name of the parameter, such as fluag.illness_threshold"""
    day: Day
    """the day, such as 2025-01-01"""
    expected: float
    """the value, in the unit of the parameter; 0 where it is not in force"""
    status: Literal["enacted", "assumption"] | None = None
    """whether the value must be enacted or an assumption, if that is part of the case"""

    @property
    def first_day(self) -> date:
        """The first day that the case looks at."""
        return self.day

    def checks(self, law: Law) -> Iterator[Check]:
        """Yield what is expected and what the law gives."""
        yield Check("value", self.expected, law.value(self.parameter, self.day), self.tolerance)
        if self.status is not None:
            values = law.parameters[self.parameter].values
            source = governing(values, self.day, as_of=law.as_of)
            found = source is not None and source.status == self.status
            yield Check("status", 1.0, float(found), of=self.status)

    def faults(self, book: StatuteBook, as_of: date) -> Iterator[Fault]:
        """Yield what the case must not say, besides its form."""
        yield from super().faults(book, as_of)
        for fault in unknown_names((), {self.parameter: None}, book.parameters, "parameter"):
            yield Fault(("parameter",), fault.message, fault.remedy)


def _as_map(value: object) -> object:
    """Take a bare number or a bare name as a factor."""
    if isinstance(value, str):
        return {"parameter": value}
    return {"number": value} if isinstance(value, int | float) else value


class Factor(Entry):
    """
    A number, or the value of a parameter on a day.

    Examples
    --------
    >>> Factor(number=12).number
    12.0
    """

    number: float | None = None
    """a number"""
    parameter: str | None = None
    """name of a parameter"""
    day: Day | None = None
    """day of its value, if another than that of the case"""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        """Refuse a factor that is both, or neither, or a number of a day."""
        both_or_neither = (self.number is None) == (self.parameter is None)
        if both_or_neither or (self.parameter is None and self.day is not None):
            raise invalid(
                "this is neither a number nor a parameter",
                "Write a number, a name, or {parameter: …, day: …}.",
            )
        return self

    def value(self, law: Law, day: date) -> float:
        """
        Return the number, or the value of the parameter.

        Parameters
        ----------
        law
            The law.
        day
            Day of the case.
        """
        if self.parameter is None:
            return 0.0 if self.number is None else self.number
        return law.value(self.parameter, self.day or day)


Factors = Annotated[
    tuple[Annotated[Factor, BeforeValidator(_as_map)], ...], Field(strict=False), Some
]


class ProductCase(BaseCase):
    """
    A figure that follows from values: a product, divided by another.

    Examples
    --------
    >>> from integrasim.statutes import load_statute_book
    >>> case = ProductCase(kind="product", name="three months", source="3 · 866",
    ...                    day="2019-01-01", expected=2598,
    ...                    factors=["fluag.months_after_rejection", "fluag.lump_sum_kreisfrei"])
    >>> [check.found for check in case.checks(load_statute_book().as_of(date(2025, 1, 1)))]
    [2598.0]
    """

    kind: Literal["product"]
    """product"""
    day: Day
    """day whose values count"""
    factors: Factors
    """what is multiplied: numbers, names of parameters, or {parameter: …, day: …}"""
    divisors: Factors | None = None
    """what the product is divided by, if anything: the same"""
    expected: float
    """the result"""

    @property
    def first_day(self) -> date:
        """The first day that the case looks at."""
        return self.day

    def checks(self, law: Law) -> Iterator[Check]:
        """Yield what is expected and what the law gives."""
        above = math.prod(each.value(law, self.day) for each in self.factors)
        below = math.prod(each.value(law, self.day) for each in self.divisors or ())
        yield Check("value", self.expected, above / below if below else math.nan, self.tolerance)

    def faults(self, book: StatuteBook, as_of: date) -> Iterator[Fault]:
        """Yield what the case must not say, besides its form."""
        yield from super().faults(book, as_of)
        for key, factors in (("factors", self.factors), ("divisors", self.divisors or ())):
            for position, factor in enumerate(factors):
                named = {factor.parameter: None} if factor.parameter else {}
                for fault in unknown_names((), named, book.parameters, "parameter"):
                    yield Fault((key, position), fault.message, fault.remedy)
