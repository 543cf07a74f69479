"""Cases about placement: allocation key, credited places, obligations, fulfilment quota."""

import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field, model_validator

from integrasim.casebook.case import BaseCase, Check, Figures, Quantity, Some, unknown_names
from integrasim.documents.validation import invalid
from integrasim.law.allocation import allocation_key
from integrasim.law.assignment import credited_places, fulfilment_quota, obligations
from integrasim.law.definitions import Fault
from integrasim.law.parameters import Law, StatuteBook
from integrasim.region import load_region
from integrasim.scenario.dates import Day
from integrasim.scenario.entry import Entry

__all__ = ["AllocationKeyCase", "CreditedPlacesCase", "FulfilmentQuotaCase", "ObligationsCase"]

_WEIGHT, _CAP = "fluag.key_population_weight", "fluag.key_cap"

Positive = Annotated[float, Field(gt=0.0)]
Count = Annotated[float, Field(ge=0.0)]


class Size(Entry):
    """Population and area of a municipality."""

    population: Positive
    """inhabitants"""
    area: Positive
    """area in km²"""


class Facilities(Entry):
    """Planned places in facilities of the Land within a municipality."""

    reception_centre: Count = 0.0
    """planned places in reception centres (Erstaufnahmeeinrichtungen)"""
    other_facility: Count = 0.0
    """planned places in other facilities of the Land"""


class Host(Facilities):
    """A municipality with its key, the persons counted there and the places of the Land."""

    key: Count
    """its share of the allocation key; all shares sum to 1"""
    counted: Count = 0.0
    """persons counted there under § 3 (3) FlüAG"""


class AllocationKeyCase(BaseCase):
    """
    The allocation key of some municipalities, or of a packaged region.

    Examples
    --------
    >>> from integrasim.statutes import load_statute_book
    >>> case = AllocationKeyCase(kind="allocation_key", name="toy", source="docs/toy-land.md",
    ...                          day="2025-01-01", region="toy", expected={"00200012": 0.125})
    >>> [check.passed for check in case.checks(load_statute_book().as_of(date(2025, 1, 1)))]
    [True]
    """

    kind: Literal["allocation_key"]
    """allocation_key"""
    day: Day
    """day whose weight and cap count"""
    region: Literal["nrw", "toy"] | None = None
    """a packaged region, whose municipalities go by their AGS"""
    municipalities: Annotated[Mapping[str, Size], Some] | None = None
    """population and area by municipality, instead of a region"""
    expected: Figures | None = None
    """share by municipality; any of them may be left out"""
    at_cap: int | None = Field(default=None, ge=0)
    """number of municipalities whose key is as large as the cap allows"""

    @model_validator(mode="after")
    def _something_to_do(self) -> Self:
        """Refuse a case without municipalities, and one that cannot fail."""
        if (self.region is None) == (self.municipalities is None):
            raise invalid("a key needs a region or municipalities", "State one of the two.")
        if self.expected is None and self.at_cap is None:
            raise invalid("nothing is expected", "Add 'expected' or 'at_cap'.")
        return self

    @property
    def first_day(self) -> date:
        """The first day that the case looks at."""
        return self.day

    def checks(self, law: Law) -> Iterator[Check]:
        """Yield what is expected and what the law gives."""
        names, population, area = self._sizes()
        cap = law.value(_CAP, self.day)
        key = allocation_key(
            population, area, population_weight=law.value(_WEIGHT, self.day), cap=cap
        )
        yield from _by_name("key", self.expected or {}, names, key, self.tolerance)
        if self.at_cap is not None:
            limit = cap * population / population.sum()
            reached = np.count_nonzero(np.isclose(key, limit, rtol=1e-12, atol=0.0))
            yield Check("at_cap", self.at_cap, float(reached))

    def faults(self, book: StatuteBook, as_of: date) -> Iterator[Fault]:
        """Yield what the case must not say, besides its form."""
        yield from super().faults(book, as_of)
        known = dict.fromkeys(self._sizes()[0])
        yield from unknown_names(("expected",), self.expected or {}, known, "municipality")
        if not all(book.as_of(as_of).in_force(name, self.day) for name in (_WEIGHT, _CAP)):
            message = f"the acts up to {as_of} know no allocation key for {self.day}"
            yield Fault(("day",), message, "Use a later day, or a later 'as_of'.")

    def _sizes(self) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64]]:
        """Return names, population and area."""
        if self.region is not None:
            region = load_region(self.region)
            return [str(ags) for ags in region.ags], region.population, region.area_km2
        sizes = self.municipalities or {}
        population = np.array([each.population for each in sizes.values()])
        return list(sizes), population, np.array([each.area for each in sizes.values()])


class CreditedPlacesCase(BaseCase):
    """
    Places credited to municipalities for facilities of the Land.

    Examples
    --------
    >>> from integrasim.statutes import load_statute_book
    >>> case = CreditedPlacesCase(kind="credited_places", name="70 percent", source="ministry",
    ...                           day="2023-04-01", expected={"Unna": 70},
    ...                           municipalities={"Unna": {"reception_centre": 100}})
    >>> [check.passed for check in case.checks(load_statute_book().as_of(date(2025, 1, 1)))]
    [True]
    """

    kind: Literal["credited_places"]
    """credited_places"""
    day: Day
    """day whose credits count"""
    municipalities: Annotated[Mapping[str, Facilities], Some]
    """planned places by municipality"""
    expected: Figures
    """credited places by municipality; any of them may be left out"""

    @property
    def first_day(self) -> date:
        """The first day that the case looks at."""
        return self.day

    def checks(self, law: Law) -> Iterator[Check]:
        """Yield what is expected and what the law gives."""
        credited = _credited(law, self.day, self.municipalities)
        names = list(self.municipalities)
        yield from _by_name("credited_places", self.expected, names, credited, self.tolerance)

    def faults(self, book: StatuteBook, as_of: date) -> Iterator[Fault]:
        """Yield what the case must not say, besides its form."""
        yield from super().faults(book, as_of)
        yield from unknown_names(("expected",), self.expected, self.municipalities, "municipality")


class _HostsCase(BaseCase):
    """A case on municipalities with key, counted persons and places of the Land."""

    day: Day
    """day whose credits count"""
    municipalities: Annotated[Mapping[str, Host], Some]
    """key, counted persons and planned places by municipality"""
    expected: Figures
    """figure by municipality; any of them may be left out"""

    @property
    def first_day(self) -> date:
        """The first day that the case looks at."""
        return self.day

    def faults(self, book: StatuteBook, as_of: date) -> Iterator[Fault]:
        """Yield what the case must not say, besides its form."""
        yield from super().faults(book, as_of)
        yield from unknown_names(("expected",), self.expected, self.municipalities, "municipality")
        total = math.fsum(each.key for each in self.municipalities.values())
        if not math.isclose(total, 1.0, abs_tol=1e-6):
            message = f"the keys sum to {total:.6g}, not to 1"
            remedy = "State all municipalities; put the rest of the Land into one of them."
            yield Fault(("municipalities",), message, remedy)

    def _shares(self) -> list[float]:
        """Return the keys."""
        return [each.key for each in self.municipalities.values()]

    def _counted(self) -> list[float]:
        """Return the persons counted."""
        return [each.counted for each in self.municipalities.values()]


class ObligationsCase(_HostsCase):
    """
    How many more persons each municipality has to take.

    Examples
    --------
    >>> from integrasim.statutes import load_statute_book
    >>> case = ObligationsCase(kind="obligations", name="by hand", source="half of 60, less 20",
    ...                        day="2025-01-01", expected={"A": 10}, to_assign=20,
    ...                        municipalities={"A": {"key": 0.5, "counted": 20},
    ...                                        "B": {"key": 0.5, "other_facility": 20}})
    >>> [check.passed for check in case.checks(load_statute_book().as_of(date(2025, 1, 1)))]
    [True]
    """

    kind: Literal["obligations"]
    """obligations"""
    to_assign: Count = 0.0
    """persons to assign"""

    def checks(self, law: Law) -> Iterator[Check]:
        """Yield what is expected and what the law gives."""
        credited = _credited(law, self.day, self.municipalities)
        owed = obligations(self._shares(), self._counted(), credited, self.to_assign)
        names = list(self.municipalities)
        yield from _by_name("obligation", self.expected, names, owed, self.tolerance)


class FulfilmentQuotaCase(_HostsCase):
    """
    The share of its obligation that each municipality fulfils.

    Examples
    --------
    >>> from integrasim.statutes import load_statute_book
    >>> case = FulfilmentQuotaCase(kind="fulfilment_quota", name="by hand", source="30 of 20",
    ...                            day="2025-01-01", expected={"A": 1.5},
    ...                            municipalities={"A": {"key": 0.5, "counted": 30},
    ...                                            "B": {"key": 0.5, "other_facility": 10}})
    >>> [check.passed for check in case.checks(load_statute_book().as_of(date(2025, 1, 1)))]
    [True]
    """

    kind: Literal["fulfilment_quota"]
    """fulfilment_quota"""

    def checks(self, law: Law) -> Iterator[Check]:
        """Yield what is expected and what the law gives."""
        credited = _credited(law, self.day, self.municipalities)
        quota = fulfilment_quota(self._shares(), self._counted(), credited)
        names = list(self.municipalities)
        yield from _by_name("fulfilment_quota", self.expected, names, quota, self.tolerance)


def _credited(law: Law, day: date, municipalities: Mapping[str, Facilities]) -> NDArray[np.float64]:
    """Credit the places of each municipality."""
    hosts = municipalities.values()
    return credited_places(
        law,
        day,
        [each.reception_centre for each in hosts],
        [each.other_facility for each in hosts],
    )


def _by_name(
    quantity: Quantity, expected: Figures, names: list[str], found: ArrayLike, tolerance: float
) -> Iterator[Check]:
    """Yield a check for each expected figure."""
    figures = dict(zip(names, np.asarray(found, dtype=np.float64).tolist(), strict=True))
    for name, figure in expected.items():
        yield Check(quantity, figure, figures[name], tolerance, of=name)
