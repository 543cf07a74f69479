"""What the law looks at: the quantities of a world on which payments are settled."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["DECEMBER", "LawBasis", "Ledger", "Municipalities", "Periods", "nobody"]

DECEMBER = 12
_MONTHS = 12

_COUNTS = {
    "period": ("person_months", "newly_tolerated"),
    "year": ("assigned", "residence_bound", "newcomers"),
}
"""Axis → the counts of a basis that have it, beside draws and municipalities."""


@dataclass(frozen=True, eq=False)
class Periods:
    """Slices of the horizon with constant law inside one calendar year.

    Parameters
    ----------
    start
        First day of each period, ascending.
    years
        Calendar years of the horizon, ascending.
    year_index
        (period,) position in ``years`` of the period's year.
    year_shares
        (year,) share of each calendar year that the horizon covers, to which yearly
        amounts are cut; None for whole years.

    Raises
    ------
    ValueError
        If the periods are not in order, or do not fit the years.

    Examples
    --------
    >>> periods = Periods(
    ...     start=(date(2023, 1, 1), date(2023, 12, 1), date(2024, 1, 1)),
    ...     years=(2023, 2024),
    ...     year_index=np.array([0, 0, 1]),
    ... )
    >>> periods.new_years
    (datetime.date(2023, 1, 1), datetime.date(2024, 1, 1))
    """

    start: tuple[date, ...]
    years: tuple[int, ...]
    year_index: NDArray[np.intp]
    year_shares: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        """Check that periods and years fit."""
        if list(self.start) != sorted(set(self.start)):
            raise ValueError("the periods must be in order of time, each with a day of its own")
        if list(self.years) != sorted({day.year for day in self.start}):
            raise ValueError(f"the years {self.years} are not those of the periods {self.start}")
        expected = [self.years.index(day.year) for day in self.start]
        if self.year_index.tolist() != expected:
            raise ValueError(f"year_index must be {expected}, not {self.year_index.tolist()}")
        shares = self.covered
        if shares.shape != (len(self.years),) or not ((shares > 0.0) & (shares <= 1.0)).all():
            raise ValueError(
                f"year_shares must be one number above 0 and up to 1 for each of the years "
                f"{self.years}, not {self.year_shares}"
            )

    @property
    def covered(self) -> NDArray[np.float64]:
        """Share of each calendar year that the horizon covers, (year,)."""
        return np.ones(len(self.years)) if self.year_shares is None else np.array(self.year_shares)

    @property
    def decembers_stand_alone(self) -> bool:
        """Whether each December within the horizon is a period of its own."""
        first_months = {day.year: day.month for day in reversed(self.start)}
        with_december = {
            year
            for year, share in zip(self.years, self.covered, strict=True)
            if first_months[year] - 1 + round(_MONTHS * share) >= DECEMBER
        }
        return with_december == {day.year for day in self.start if day.month == DECEMBER}

    @property
    def new_years(self) -> tuple[date, ...]:
        """1 January of each year: the day whose law governs a whole calendar year."""
        return tuple(date(year, 1, 1) for year in self.years)


@dataclass(frozen=True, eq=False)
class Ledger:
    """Person-years with large illness costs, one per row.

    A row is the sum of a person's eligible costs (§§ 4 and 6 AsylbLG) of one calendar
    year: § 4b FlüAG applies its threshold to this sum.

    Parameters
    ----------
    draw
        (row,) draw within the block.
    year
        (row,) position of the year in ``Periods.years``.
    municipality
        (row,) position of the municipality.
    cost
        (row,) cost in EUR, nominal.
    floor
        The ledger holds every person-year with a higher cost, EUR. No threshold can be
        settled that lies below. 0 for a ledger of all costs.

    Examples
    --------
    >>> one = np.zeros(1, dtype=np.intp)
    >>> Ledger(draw=one, year=one, municipality=one, cost=np.array([80e3]), floor=15e3).cost
    array([80000.])
    """

    draw: NDArray[np.integer]
    year: NDArray[np.integer]
    municipality: NDArray[np.integer]
    cost: NDArray[np.float64]
    floor: float = 0.0


@dataclass(frozen=True, eq=False)
class Municipalities:
    """The municipalities and Kreise to which the Land pays.

    Parameters
    ----------
    is_kreisfrei
        (municipality,) whether it is a kreisfreie Stadt.
    kreis
        (municipality,) position of its Kreis; a kreisfreie Stadt has a position of its own
        there, or that of the Kreis in which it lies, as Aachen has.
    is_kreis
        (kreis,) whether there is a Kreis at that position, and not a kreisfreie Stadt alone.
    population
        (municipality,) inhabitants.
    key
        (year, municipality) allocation key of § 3 (1) FlüAG; each row sums to 1.

    Raises
    ------
    ValueError
        If shapes do not fit, or a municipality lies in no Kreis.

    Examples
    --------
    A kreisfreie Stadt and two municipalities of a Kreis:

    >>> two_places = Municipalities(
    ...     is_kreisfrei=np.array([True, False, False]),
    ...     kreis=np.array([0, 1, 1]),
    ...     is_kreis=np.array([False, True]),
    ...     population=np.array([60.0, 30.0, 10.0]),
    ...     key=np.array([[0.6, 0.3, 0.1]]),
    ... )
    >>> two_places.of_kreise(two_places.population)
    array([ 0., 40.])
    """

    is_kreisfrei: NDArray[np.bool_]
    kreis: NDArray[np.integer]
    is_kreis: NDArray[np.bool_]
    population: NDArray[np.float64]
    key: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Check that everything fits together."""
        size = self.is_kreisfrei.size
        for name in ("kreis", "population"):
            if getattr(self, name).shape != (size,):
                raise ValueError(f"{name} must have {size} municipalities, like is_kreisfrei")
        if self.key.ndim != 2 or self.key.shape[1] != size:  # noqa: PLR2004 (axes as documented)
            raise ValueError(f"key must be (year, municipality) with {size} municipalities")
        if not ((self.kreis >= 0) & (self.kreis < self.is_kreis.size)).all():
            raise ValueError(f"kreis must lie from 0 to {self.is_kreis.size - 1}")

    @property
    def size(self) -> int:
        """Number of municipalities."""
        return self.is_kreisfrei.size

    def of_kreise(self, amounts: NDArray[np.number]) -> NDArray[np.float64]:
        """Sum what belongs to the kreisangehörige municipalities of each Kreis.

        Parameters
        ----------
        amounts
            (..., municipality) amounts.

        Returns
        -------
        numpy.ndarray
            (..., kreis) sums; 0 for a kreisfreie Stadt, which belongs to no Kreis.
        """
        member = np.flatnonzero(~self.is_kreisfrei)
        sums = np.zeros((*amounts.shape[:-1], self.is_kreis.size))
        np.add.at(np.moveaxis(sums, -1, 0), self.kreis[member], np.moveaxis(amounts, -1, 0)[member])
        return sums


@dataclass(frozen=True, eq=False)
class LawBasis:
    """What a world hands to the law. The law changes none of these arrays.

    Parameters
    ----------
    periods
        Periods of constant law.
    municipalities
        Who receives the money.
    person_months
        (draw, period, municipality) person-months that earn the lump sum.
    newly_tolerated
        (draw, period, municipality) persons whose enforceable duty to leave arose.
    ledger
        Person-years with large illness costs.
    assigned
        (draw, year, municipality) persons counted under § 3 FlüAG, mean of October to December
        of the year before.
    residence_bound
        (draw, year, municipality) recognised persons under the residence rule (§ 12a
        AufenthG) on 1 January.
    newcomers
        (draw, year, municipality) persons of § 14 TIntG within two years of entry on the four
        reference days of the year, added up.
    indices
        Name of an index → (draw, year) its level; a rate that is bound to an index grows like it.

    Raises
    ------
    ValueError
        If shapes do not fit, a count is negative, or a ledger row lies outside.

    Examples
    --------
    See :func:`nobody`.
    """

    periods: Periods
    municipalities: Municipalities
    person_months: NDArray[np.integer]
    newly_tolerated: NDArray[np.integer]
    ledger: Ledger
    assigned: NDArray[np.number]
    residence_bound: NDArray[np.number]
    newcomers: NDArray[np.integer]
    indices: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that everything fits together."""
        _check_counts(self)
        _check_ledger(self)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Numbers of draws, years and municipalities."""
        draws, _, municipalities = self.person_months.shape
        return draws, len(self.periods.years), municipalities


def nobody(periods: Periods, municipalities: Municipalities, *, draws: int = 1) -> LawBasis:
    """Return the basis of a world without persons, to be filled in with `dataclasses.replace`.

    Parameters
    ----------
    periods
        Periods of constant law.
    municipalities
        Who would receive money.
    draws
        Number of draws.

    Returns
    -------
    LawBasis
        Every count is 0, and the ledger is empty.

    Examples
    --------
    >>> from dataclasses import replace
    >>> periods = Periods(start=(date(2025, 1, 1),), years=(2025,), year_index=np.array([0]))
    >>> city = Municipalities(
    ...     is_kreisfrei=np.array([True]),
    ...     kreis=np.array([0]),
    ...     is_kreis=np.array([False]),
    ...     population=np.array([1e5]),
    ...     key=np.array([[1.0]]),
    ... )
    >>> replace(nobody(periods, city), person_months=np.array([[[100]]])).shape
    (1, 1, 1)
    """
    by_period = np.zeros((draws, len(periods.start), municipalities.size), dtype=np.int64)
    by_year = np.zeros((draws, len(periods.years), municipalities.size), dtype=np.int64)
    none = np.zeros(0, dtype=np.intp)
    return LawBasis(
        periods=periods,
        municipalities=municipalities,
        person_months=by_period,
        newly_tolerated=by_period,
        ledger=Ledger(draw=none, year=none, municipality=none, cost=np.zeros(0)),
        assigned=by_year,
        residence_bound=by_year,
        newcomers=by_year,
    )


def _check_counts(basis: LawBasis) -> None:
    """Check shapes and signs of the counts."""
    size = basis.municipalities.size
    draws = basis.person_months.shape[0]
    axes = {"period": len(basis.periods.start), "year": len(basis.periods.years)}
    for axis, names in _COUNTS.items():
        for name in names:
            counts = getattr(basis, name)
            if counts.shape != (draws, axes[axis], size):
                raise ValueError(
                    f"{name} must be (draw, {axis}, municipality) with {draws} draws, as "
                    f"person_months has, {axes[axis]} {axis}s and {size} municipalities, "
                    f"not {counts.shape}"
                )
            if counts.size and counts.min() < 0:
                raise ValueError(f"{name} must not be negative")
    if basis.municipalities.key.shape[0] != axes["year"]:
        raise ValueError(f"key must have a row for each of the {axes['year']} years")
    for name, index in basis.indices.items():
        if index.shape != (draws, axes["year"]):
            raise ValueError(f"the index {name} must be (draw, year), not {index.shape}")


def _check_ledger(basis: LawBasis) -> None:
    """Check that every ledger row lies within the basis; summing would not notice."""
    ledger = basis.ledger
    rows = ledger.cost.shape
    for name, bound in zip(("draw", "year", "municipality"), basis.shape, strict=True):
        index = getattr(ledger, name)
        if index.shape != rows:
            raise ValueError(f"ledger.{name} has {index.shape} rows and ledger.cost {rows}")
        if index.size and not (index.min() >= 0 and index.max() < bound):
            raise ValueError(f"ledger.{name} must lie from 0 to {bound - 1}")
    if not np.isfinite(ledger.cost).all():
        raise ValueError("ledger.cost must be finite")
