"""What the law looks at: the quantities of a world on which payments are settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LawBasis", "Ledger", "Periods"]


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
class LawBasis:
    """What a world hands to the law. The law changes none of these arrays.

    Parameters
    ----------
    periods
        Periods of constant law.
    person_months
        (draw, period, municipality) person-months that earn the lump sum.
    newly_tolerated
        (draw, period, municipality) persons whose enforceable duty to leave arose.
    ledger
        Person-years with large illness costs.
    is_kreisfrei
        (municipality,) whether it is a kreisfreie Stadt.
    kreis_count
        Number of Kreise.

    Raises
    ------
    ValueError
        If shapes do not fit, a count is negative, or a ledger row lies outside.
    """

    periods: Periods
    person_months: NDArray[np.integer]
    newly_tolerated: NDArray[np.integer]
    ledger: Ledger
    is_kreisfrei: NDArray[np.bool_]
    kreis_count: int

    def __post_init__(self) -> None:
        """Check that everything fits together."""
        _check_counts(self)
        _check_ledger(self)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Numbers of draws, years and municipalities."""
        draws, _, municipalities = self.person_months.shape
        return draws, len(self.periods.years), municipalities


def _check_counts(basis: LawBasis) -> None:
    """Check shapes and signs of the counts."""
    for name in ("person_months", "newly_tolerated"):
        counts = getattr(basis, name)
        expected = (len(basis.periods.start), basis.is_kreisfrei.size)
        if counts.ndim != 3 or counts.shape[1:] != expected:  # noqa: PLR2004 (axes as documented)
            raise ValueError(
                f"{name} must be (draw, period, municipality) with {expected[0]} periods and "
                f"{expected[1]} municipalities, not {counts.shape}"
            )
        if counts.size and counts.min() < 0:
            raise ValueError(f"{name} must not be negative")
    if basis.person_months.shape != basis.newly_tolerated.shape:
        raise ValueError(
            f"person_months has {basis.person_months.shape[0]} draws and newly_tolerated "
            f"{basis.newly_tolerated.shape[0]}; both must come from one world"
        )
    if basis.kreis_count < 0:
        raise ValueError(f"kreis_count must not be negative, not {basis.kreis_count}")


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
