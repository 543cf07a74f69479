"""Small bases for tests of the law."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from integrasim.law.basis import LawBasis, Ledger, Municipalities, Periods, nobody

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import ArrayLike, NDArray

__all__ = ["basis_of", "periods", "places"]


def periods(*start: date) -> Periods:
    """Periods that begin on these days."""
    years = tuple(sorted({day.year for day in start}))
    index = np.array([years.index(day.year) for day in start], dtype=np.intp)
    return Periods(start=start, years=years, year_index=index)


def places(is_kreisfrei: ArrayLike, *, kreis_count: int = 1, years: int = 1) -> Municipalities:
    """Municipalities of equal size; the Kreise come first, and the first has all members."""
    free = np.asarray(is_kreisfrei, dtype=np.bool_)
    count = max(kreis_count, 1)
    return Municipalities(
        is_kreisfrei=free,
        kreis=np.where(free, count, 0),
        is_kreis=np.arange(count + 1) < kreis_count,
        population=np.full(free.size, 1e4),
        key=np.full((years, free.size), 1.0 / free.size),
    )


def basis_of(
    when: Periods,
    person_months: NDArray[np.integer],
    newly_tolerated: NDArray[np.integer],
    ledger: Ledger,
    is_kreisfrei: ArrayLike,
    *,
    kreis_count: int = 1,
) -> LawBasis:
    """A basis of the quantities of the FlüAG, with nothing that other programmes look at."""
    where = places(is_kreisfrei, kreis_count=kreis_count, years=len(when.years))
    return replace(
        nobody(when, where, draws=person_months.shape[0]),
        person_months=person_months,
        newly_tolerated=newly_tolerated,
        ledger=ledger,
    )
