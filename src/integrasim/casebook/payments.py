"""Cases about one instrument: what it pays for given quantities."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from integrasim.casebook.case import BaseCase, Check, Some
from integrasim.documents.wording import did_you_mean, listed
from integrasim.law.basis import Ledger, Municipalities, Periods, nobody
from integrasim.law.definitions import Fault
from integrasim.law.instruments import INSTRUMENTS, programmes
from integrasim.law.parameters import Law, StatuteBook
from integrasim.law.settlement import settle
from integrasim.region import KREISANGEHOERIG, KREISFREI
from integrasim.scenario.dates import Day

__all__ = ["QUANTITIES", "Cost", "PaymentCase", "Persons", "Type"]

QUANTITIES: Final[Mapping[str, tuple[str, ...]]] = {
    "fluag.lump_sum": ("person_months",),
    "fluag.one_off": ("newly_tolerated",),
    "fluag.illness": ("illness_costs",),
    "fluag.kreis_lump_sum": ("kreise",),
    "fluag.guarantee": ("person_months",),
    "fluag.pool": (),
    "fluag.tolerated_compensation": (),
    "fluag.city_lump_sum": ("cities",),
    "tintg.lump_sum": ("newcomers",),
    "tintg.grant": ("assigned", "residence_bound"),
    "tintg.grant_kreise": ("kreise", "assigned", "residence_bound"),
    "tintg.floor": (),
    "ki.base": ("kreise", "cities"),
    "ki.former_komm_an": ("kreise", "cities", "population"),
    "kim.coordination": ("kreise", "cities"),
    "kim.case_management": ("assigned", "residence_bound"),
    "kim.authorities": ("kreise", "cities"),
    "komm_an.centres": ("kreise", "cities", "population"),
    "komm_an.local": (),
    "komm_an.agencies": (),
    "komm_an.brochure": (),
    **dict.fromkeys((instrument.id for instrument in programmes.INSTRUMENTS), ()),
}
"""The quantities that each instrument looks at; a pot looks at none."""

_IDS: Final = tuple(instrument.id for instrument in INSTRUMENTS)

Persons = Annotated[int, Field(ge=0)]
Cost = Annotated[float, Field(ge=0.0)]
Type = Literal["kreisfrei", "kreisangehörig"]


class PaymentCase(BaseCase):
    """
    What the Land pays by one instrument for given quantities of one month or year.

    Examples
    --------
    >>> from integrasim.statutes import load_statute_book
    >>> case = PaymentCase(kind="payment", name="a year", source="12 · 1,303",
    ...                       instrument="fluag.lump_sum", day="2025-01-01",
    ...                       person_months={"kreisfrei": 12}, expected=15636)
    >>> [check.found for check in case.checks(load_statute_book().as_of(date(2025, 1, 1)))]
    [15636.0]
    """

    kind: Literal["payment"]
    """payment"""
    instrument: str
    """name of the instrument, such as fluag.illness"""
    day: Day
    """day in the month, or in the year, for which is paid"""
    person_months: Mapping[Type, Persons] | None = None
    """person-months by type of municipality {kreisfrei: …, kreisangehörig: …}"""
    newly_tolerated: Persons | None = None
    """persons whose duty to leave becomes enforceable"""
    illness_costs: Annotated[tuple[Cost, ...], Field(strict=False), Some] | None = None
    """costs of a calendar year, one figure per person, EUR"""
    kreise: Persons | None = None
    """number of Kreise"""
    cities: Annotated[int, Field(ge=1)] | None = None
    """number of kreisfreie Städte, at least 1"""
    population: Mapping[Type, Persons] | None = None
    """inhabitants of each kreisfreie Stadt and of each Kreis {kreisfrei: …, kreisangehörig: …}"""
    assigned: Mapping[Type, Persons] | None = None
    """persons counted under § 3 FlüAG in the last quarter of the year before
    {kreisfrei: …, kreisangehörig: …}"""
    residence_bound: Mapping[Type, Persons] | None = None
    """persons under the residence rule on 1 January {kreisfrei: …, kreisangehörig: …}"""
    newcomers: Persons | None = None
    """persons of § 14 TIntG on the four reference days of the year, added up"""
    expected: float
    """what the Land pays, EUR"""

    @property
    def first_day(self) -> date:
        """The first day that the case looks at."""
        return self.day

    def checks(self, law: Law) -> Iterator[Check]:
        """Yield what is expected and what the law gives."""
        costs = np.array(self.illness_costs or (), dtype=np.float64)
        first = np.zeros(costs.size, dtype=np.intp)
        periods = _whole_month(self.day)
        municipalities = self._municipalities()
        basis = replace(
            nobody(periods, municipalities),
            person_months=_by_type(municipalities, self.person_months),
            newly_tolerated=_by_type(municipalities, {KREISFREI: self.newly_tolerated or 0}),
            ledger=Ledger(draw=first, year=first, municipality=first, cost=costs),
            assigned=_by_type(municipalities, self.assigned),
            residence_bound=_by_type(municipalities, self.residence_bound),
            newcomers=_by_type(municipalities, {KREISFREI: self.newcomers or 0}),
        )
        paid = settle(law, basis).land_cost[0, 0, _IDS.index(self.instrument)]
        yield Check("land_cost", self.expected, float(paid), self.tolerance)

    def faults(self, book: StatuteBook, as_of: date) -> Iterator[Fault]:
        """Yield what the case must not say, besides its form."""
        yield from super().faults(book, as_of)
        if self.instrument not in _IDS:
            remedy = did_you_mean(self.instrument, _IDS, otherwise=f"Use {listed(_IDS)}.")
            yield Fault(("instrument",), f"there is no instrument {self.instrument}", remedy)
            return
        needed = QUANTITIES[self.instrument]
        for key in sorted({key for keys in QUANTITIES.values() for key in keys}):
            stated = getattr(self, key) is not None
            if key in needed and not stated:
                message = f"{self.instrument} pays for {key}, which is missing"
                yield Fault(("instrument",), message, f"Add '{key}'.")
            if key not in needed and stated:
                message = f"{self.instrument} does not look at {key}"
                instead = f"; state {listed(needed)} instead" if needed else ""
                yield Fault((key,), message, f"Remove it{instead}.")

    def _municipalities(self) -> Municipalities:
        """Return the kreisfreie Städte, then a municipality of each Kreis; one each at least.

        The first of them stands for all model sites.
        """
        cities, others = self.cities or 1, max(1, self.kreise or 0)
        size = cities + others
        return Municipalities(
            is_kreisfrei=np.arange(size) < cities,
            kreis=np.arange(size),
            # Without a number of Kreise there is none that could be paid.
            is_kreis=(np.arange(size) >= cities) & bool(self.kreise),
            population=self._population(cities, others),
            key=np.full((1, size), 1.0 / size),
            model_sites=(0,),
        )

    def _population(self, cities: int, others: int) -> NDArray[np.float64]:
        """Return the inhabitants of each municipality; 1 each where the case states none."""
        stated = self.population or {KREISFREI: 1, KREISANGEHOERIG: 1}
        numbers = [stated.get(KREISFREI, 0), stated.get(KREISANGEHOERIG, 0)]
        return np.repeat(np.array(numbers, dtype=np.float64), [cities, others])


def _by_type(
    municipalities: Municipalities, numbers: Mapping[Type, int] | None
) -> NDArray[np.int64]:
    """Give the numbers to the first municipality of each type, (draw, year, municipality)."""
    counts = np.zeros((1, 1, municipalities.size), dtype=np.int64)
    for kind, number in (numbers or {}).items():
        counts[0, 0, np.argmax(municipalities.is_kreisfrei == (kind == KREISFREI))] = number
    return counts


def _whole_month(day: date) -> Periods:
    """Return the month of a day as a period for which yearly amounts are not cut."""
    first = day.replace(day=1)
    return Periods(start=(first,), years=(day.year,), year_index=np.zeros(1, dtype=np.intp))
