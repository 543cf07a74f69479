"""Cases about a settlement: what the Land pays some municipalities and Kreise over some months."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from integrasim.casebook.case import BaseCase, Check, Quantity, Some, unknown_names
from integrasim.casebook.payments import Cost, Persons, Type
from integrasim.documents.validation import invalid
from integrasim.documents.wording import shown
from integrasim.law.basis import LawBasis, Ledger, Municipalities, Periods, nobody
from integrasim.law.cash import pay_out
from integrasim.law.definitions import Fault
from integrasim.law.instruments import INSTRUMENTS
from integrasim.law.parameters import Law, StatuteBook
from integrasim.law.settlement import settle
from integrasim.region import KREISFREI
from integrasim.scenario.dates import Month
from integrasim.scenario.entry import Entry

__all__ = ["SettlementCase"]

_IDS: Final = tuple(instrument.id for instrument in INSTRUMENTS)
_MONTHS = 12


def _year(value: str) -> str:
    """Refuse a key that is no year."""
    if not (len(value) == len("2025") and value.isascii() and value.isdigit()):
        raise invalid(f"{shown(value)} is no year", "Write a year, such as 2025.")
    return value


Year = Annotated[str, AfterValidator(_year)]
YearlyAmounts = Annotated[Mapping[Year, float], Some]
YearlyPersons = Annotated[Mapping[Year, Persons], Some]


class Place(Entry):
    """A municipality, where its type alone does not say enough."""

    type: Type
    """kreisfrei or kreisangehörig"""
    kreis: str | None = None
    """name of the Kreis to which it belongs, where that is paid"""
    population: Annotated[float, Field(ge=0.0)] = 0.0
    """inhabitants"""
    key: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    """share of the allocation key of § 3 (1) FlüAG"""


def _as_place(value: object) -> object:
    """Take a type alone as a municipality of that type."""
    return {"type": value} if isinstance(value, str) else value


Places = Annotated[Mapping[str, Annotated[Place, BeforeValidator(_as_place)]], Some]


class Illness(Entry):
    """What the treatment of a person costs in a calendar year."""

    municipality: str
    """where the person lives"""
    year: int
    """calendar year"""
    cost: Cost
    """cost, EUR"""


class Amounts(Entry):
    """What a settlement must give, EUR, by calendar year."""

    land_cost: Mapping[str, YearlyAmounts] = {}
    """what the Land pays by instrument and year"""
    transfer: Mapping[str, YearlyAmounts] = {}
    """what municipalities receive by municipality and year"""
    kreis_transfer: Mapping[str, YearlyAmounts] = {}
    """what Kreise receive for themselves by Kreis and year"""
    land_payments: Mapping[str, YearlyAmounts] = {}
    """what the Land pays out by instrument and calendar year, under the law known at its end"""

    @model_validator(mode="after")
    def _some(self) -> Self:
        """Refuse a case that cannot fail."""
        if not (self.land_cost or self.transfer or self.kreis_transfer or self.land_payments):
            raise invalid("nothing is expected", "Add 'land_cost' or 'transfer'.")
        return self


Monthly = Annotated[tuple[Persons, ...], Field(strict=False)]


class SettlementCase(BaseCase):
    """
    What the Land pays a few municipalities over some months.

    Examples
    --------
    >>> from integrasim.statutes import load_statute_book
    >>> case = SettlementCase(kind="settlement", name="New Year", source="100 · 1,125 and 1,303",
    ...                       start="2023-12", end="2024-01",
    ...                       municipalities={"Adorf": "kreisfrei"},
    ...                       person_months={"Adorf": [100, 100]},
    ...                       expected={"land_cost": {"fluag.lump_sum": {"2023": 112500,
    ...                                                                  "2024": 130300}}})
    >>> [check.passed for check in case.checks(load_statute_book().as_of(date(2025, 1, 1)))]
    [True, True]
    """

    kind: Literal["settlement"]
    """settlement"""
    start: Month
    """first month, such as 2025-01"""
    end: Month
    """last month, such as 2025-12"""
    municipalities: Places
    """by municipality its type, kreisfrei or kreisangehörig, or {type: …, kreis: …, population: …,
    key: …}"""
    kreise: Persons = 0
    """number of Kreise, where municipalities do not name theirs"""
    person_months: Mapping[str, Monthly] = {}
    """person-months by municipality, a list with a number for each month"""
    newly_tolerated: Mapping[str, Monthly] = {}
    """persons whose duty to leave becomes enforceable, in the same form"""
    assigned: Mapping[str, YearlyPersons] = {}
    """persons counted under § 3 FlüAG in the last quarter of the year before, by municipality and
    year"""
    residence_bound: Mapping[str, YearlyPersons] = {}
    """persons under the residence rule on 1 January, by municipality and year"""
    newcomers: Mapping[str, YearlyPersons] = {}
    """persons of § 14 TIntG on the four reference days, added up, by municipality and year"""
    illness_costs: Annotated[tuple[Illness, ...], Field(strict=False)] = ()
    """costs of treatment, a list of {municipality: …, year: …, cost: …}"""
    expected: Amounts
    """what must be paid {land_cost: …, transfer: …}"""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """Refuse an end before the start."""
        if self.end < self.start:
            raise invalid("the end lies before the start", "Let it follow.", at=("end",))
        if self.kreise and self._kreise:
            message = "municipalities name their Kreise already"
            raise invalid(message, "Remove the number.", at=("kreise",))
        return self

    @property
    def first_day(self) -> date:
        """The first day that the case looks at."""
        return self.start

    def checks(self, law: Law) -> Iterator[Check]:
        """Yield what is expected and what the law gives."""
        basis = self._basis()
        result = settle(law, basis)
        names = list(self.municipalities)
        parts: tuple[tuple[Quantity, Mapping[str, Any], Any, Sequence[str]], ...] = (
            ("land_cost", self.expected.land_cost, result.land_cost[0], _IDS),
            ("transfer", self.expected.transfer, result.transfer[0], names),
            (
                "kreis_transfer",
                self.expected.kreis_transfer,
                result.kreis_transfer[0],
                self._kreise,
            ),
            (
                "land_payments",
                self.expected.land_payments,
                pay_out(result, law, basis)[0],
                _IDS,
            ),
        )
        for quantity, amounts, found, labels in parts:
            for name, by_year in amounts.items():
                for year, amount in by_year.items():
                    paid = found[basis.periods.years.index(int(year)), labels.index(name)]
                    yield Check(quantity, amount, float(paid), self.tolerance, of=f"{name}, {year}")

    def faults(self, book: StatuteBook, as_of: date) -> Iterator[Fault]:
        """Yield what the case must not say, besides its form."""
        yield from super().faults(book, as_of)
        for key in ("person_months", "newly_tolerated"):
            yield from self._monthly_faults(key)
        known_years = dict.fromkeys(str(day.year) for day in self._months())
        for key in ("assigned", "residence_bound", "newcomers"):
            counts = getattr(self, key)
            yield from unknown_names((key,), counts, self.municipalities, "municipality")
            for name, numbers in counts.items():
                yield from unknown_names((key, name), numbers, known_years, "month of")
        for position, illness in enumerate(self.illness_costs):
            path = ("illness_costs", position)
            for fault in unknown_names(
                path, {illness.municipality: 0}, self.municipalities, "municipality"
            ):
                yield Fault((*path, "municipality"), fault.message, fault.remedy)
            for fault in unknown_names(path, {str(illness.year): 0}, known_years, "month of"):
                yield Fault((*path, "year"), fault.message, fault.remedy)
        instruments = dict.fromkeys(_IDS)
        for key, known, what in (
            ("land_cost", instruments, "instrument"),
            ("land_payments", instruments, "instrument"),
            ("transfer", self.municipalities, "municipality"),
            ("kreis_transfer", dict.fromkeys(self._kreise), "Kreis"),
        ):
            expected = getattr(self.expected, key)
            yield from unknown_names(("expected", key), expected, known, what)
            for name, by_year in expected.items():
                yield from unknown_names(("expected", key, name), by_year, known_years, "month of")
        yield from self._unknown_payments()

    def _unknown_payments(self) -> Iterator[Fault]:
        """Yield payments of the first year that depend on what was due before it."""
        year = str(self.start.year)
        for name, by_year in self.expected.land_payments.items():
            if year in by_year and any(i.id == name and i.lag != "none" for i in INSTRUMENTS):
                message = f"what is paid in {year} depends on what was due before the first month"
                remedy = "Start a year earlier, or remove it."
                yield Fault(("expected", "land_payments", name, year), message, remedy)

    def _monthly_faults(self, key: str) -> Iterator[Fault]:
        """Yield unknown municipalities, and lists that are not as long as the period."""
        counts: Mapping[str, tuple[int, ...]] = getattr(self, key)
        yield from unknown_names((key,), counts, self.municipalities, "municipality")
        months = len(self._months())
        for name, numbers in counts.items():
            if len(numbers) != months:
                message = f"{len(numbers)} numbers for {months} months"
                yield Fault((key, name), message, "Write one number for each month.")

    def _months(self) -> list[date]:
        """Return the first day of each month."""
        first = _MONTHS * self.start.year + self.start.month - 1
        last = _MONTHS * self.end.year + self.end.month - 1
        return [date(month // _MONTHS, month % _MONTHS + 1, 1) for month in range(first, last + 1)]

    @property
    def _kreise(self) -> list[str]:
        """Names of the Kreise to which municipalities belong, each once."""
        named = (place.kreis for place in self.municipalities.values())
        return list(dict.fromkeys(name for name in named if name is not None))

    def _basis(self) -> LawBasis:
        """Return the quantities as a world of one draw would hand them to the law."""
        months, names = self._months(), list(self.municipalities)
        periods = _periods(months)
        zeros = (0,) * len(months)

        def monthly(counts: Mapping[str, tuple[int, ...]]) -> NDArray[np.int64]:
            columns = (counts.get(name, zeros) for name in names)
            return np.array([[list(row) for row in zip(*columns, strict=True)]])

        def yearly(counts: Mapping[str, Mapping[str, int]]) -> NDArray[np.int64]:
            return np.array(
                [[[counts.get(name, {}).get(str(y), 0) for name in names] for y in periods.years]]
            )

        rows = self.illness_costs
        return replace(
            nobody(periods, self._places(years=len(periods.years))),
            person_months=monthly(self.person_months),
            newly_tolerated=monthly(self.newly_tolerated),
            ledger=Ledger(
                draw=np.zeros(len(rows), dtype=np.intp),
                year=np.array([periods.years.index(row.year) for row in rows], dtype=np.intp),
                municipality=np.array([names.index(row.municipality) for row in rows], np.intp),
                cost=np.array([row.cost for row in rows], dtype=np.float64),
            ),
            assigned=yearly(self.assigned),
            residence_bound=yearly(self.residence_bound),
            newcomers=yearly(self.newcomers),
        )

    def _places(self, *, years: int) -> Municipalities:
        """Return the municipalities and Kreise; who names no Kreis has a position of its own."""
        places = list(self.municipalities.values())
        named, count = self._kreise, len(self._kreise) or self.kreise
        return Municipalities(
            is_kreisfrei=np.array([place.type == KREISFREI for place in places]),
            kreis=np.array(
                [
                    count + index if place.kreis is None else named.index(place.kreis)
                    for index, place in enumerate(places)
                ]
            ),
            is_kreis=np.arange(count + len(places)) < count,
            population=np.array([place.population for place in places]),
            key=np.array([[place.key for place in places]] * years),
        )


def _periods(months: list[date]) -> Periods:
    """Return one period for each month; yearly amounts are cut to the months."""
    years = tuple(sorted({month.year for month in months}))
    return Periods(
        start=tuple(months),
        years=years,
        year_index=np.array([years.index(month.year) for month in months], dtype=np.intp),
        year_shares=tuple(sum(month.year == year for month in months) / _MONTHS for year in years),
    )
