"""Cases about money: one instrument on given quantities, and a settlement over some months."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final, Literal, Self

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from integrasim.casebook.case import BaseCase, Check, Quantity, Some, unknown_names
from integrasim.documents.validation import invalid
from integrasim.documents.wording import did_you_mean, listed, shown
from integrasim.law.definitions import Fault
from integrasim.law.parameters import Law, StatuteBook
from integrasim.law.settlement import INSTRUMENTS, LawBasis, Ledger, Periods, settle
from integrasim.region import KREISANGEHOERIG, KREISFREI
from integrasim.scenario.dates import Day, Month
from integrasim.scenario.entry import Entry

__all__ = ["QUANTITIES", "PaymentCase", "SettlementCase"]

QUANTITIES: Final[Mapping[str, str]] = {
    "fluag.lump_sum": "person_months",
    "fluag.one_off": "newly_tolerated",
    "fluag.illness": "illness_costs",
    "fluag.kreis_lump_sum": "kreise",
    "fluag.guarantee": "person_months",
}
"""The quantity that each instrument pays for."""

_IDS: Final = tuple(instrument.id for instrument in INSTRUMENTS)
_MONTHS = 12
_TYPES: Final = (KREISFREI, KREISANGEHOERIG)

Persons = Annotated[int, Field(ge=0)]
Cost = Annotated[float, Field(ge=0.0)]
Type = Literal["kreisfrei", "kreisangehörig"]


def _year(value: str) -> str:
    """Refuse a key that is no year."""
    if not (len(value) == len("2025") and value.isascii() and value.isdigit()):
        raise invalid(f"{shown(value)} is no year", "Write a year, such as 2025.")
    return value


YearlyAmounts = Annotated[Mapping[Annotated[str, AfterValidator(_year)], float], Some]


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
    expected: float
    """what the Land pays, EUR"""

    @property
    def first_day(self) -> date:
        """The first day that the case looks at."""
        return self.day

    def checks(self, law: Law) -> Iterator[Check]:
        """Yield what is expected and what the law gives."""
        months = self.person_months or {}
        costs = np.array(self.illness_costs or (), dtype=np.float64)
        first = np.zeros(costs.size, dtype=np.intp)
        basis = LawBasis(
            periods=_periods([self.day.replace(day=1)], whole_years=True),
            person_months=np.array([[[months.get(KREISFREI, 0), months.get(KREISANGEHOERIG, 0)]]]),
            newly_tolerated=np.array([[[self.newly_tolerated or 0, 0]]]),
            ledger=Ledger(draw=first, year=first, municipality=first, cost=costs),
            is_kreisfrei=np.array([True, False]),
            kreis_count=self.kreise or 0,
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
        for key in sorted(set(QUANTITIES.values())):
            stated = getattr(self, key) is not None
            if key == needed and not stated:
                message = f"{self.instrument} pays for {key}, which is missing"
                yield Fault(("instrument",), message, f"Add '{key}'.")
            if key != needed and stated:
                message = f"{self.instrument} does not look at {key}"
                yield Fault((key,), message, f"Remove it; state {needed} instead.")


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

    @model_validator(mode="after")
    def _some(self) -> Self:
        """Refuse a case that cannot fail."""
        if not (self.land_cost or self.transfer):
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
    municipalities: Annotated[Mapping[str, Type], Some]
    """type by municipality, kreisfrei or kreisangehörig"""
    kreise: Persons = 0
    """number of Kreise"""
    person_months: Mapping[str, Monthly] = {}
    """person-months by municipality, a list with a number for each month"""
    newly_tolerated: Mapping[str, Monthly] = {}
    """persons whose duty to leave becomes enforceable, in the same form"""
    illness_costs: Annotated[tuple[Illness, ...], Field(strict=False)] = ()
    """costs of treatment, a list of {municipality: …, year: …, cost: …}"""
    expected: Amounts
    """what must be paid {land_cost: …, transfer: …}"""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """Refuse an end before the start."""
        if self.end < self.start:
            raise invalid("the end lies before the start", "Let it follow.", at=("end",))
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
            ("transfer", self.municipalities, "municipality"),
        ):
            expected = getattr(self.expected, key)
            yield from unknown_names(("expected", key), expected, known, what)
            for name, by_year in expected.items():
                yield from unknown_names(("expected", key, name), by_year, known_years, "month of")

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

    def _basis(self) -> LawBasis:
        """Return the quantities as a world of one draw would hand them to the law."""
        months, names = self._months(), list(self.municipalities)
        periods = _periods(months, whole_years=False)
        zeros = (0,) * len(months)

        def monthly(counts: Mapping[str, tuple[int, ...]]) -> list[list[int]]:
            columns = (counts.get(name, zeros) for name in names)
            return [list(row) for row in zip(*columns, strict=True)]

        rows = self.illness_costs
        return LawBasis(
            periods=periods,
            person_months=np.array([monthly(self.person_months)]),
            newly_tolerated=np.array([monthly(self.newly_tolerated)]),
            ledger=Ledger(
                draw=np.zeros(len(rows), dtype=np.intp),
                year=np.array([periods.years.index(row.year) for row in rows], dtype=np.intp),
                municipality=np.array([names.index(row.municipality) for row in rows], np.intp),
                cost=np.array([row.cost for row in rows], dtype=np.float64),
            ),
            is_kreisfrei=np.array([kind == KREISFREI for kind in self.municipalities.values()]),
            kreis_count=self.kreise,
        )


def _periods(months: list[date], *, whole_years: bool) -> Periods:
    """Return one period for each month; yearly amounts are cut to the months unless told not to."""
    years = tuple(sorted({month.year for month in months}))
    covered = tuple(sum(month.year == year for month in months) / _MONTHS for year in years)
    return Periods(
        start=tuple(months),
        years=years,
        year_index=np.array([years.index(month.year) for month in months], dtype=np.intp),
        year_shares=None if whole_years else covered,
    )
