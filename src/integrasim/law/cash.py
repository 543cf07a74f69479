"""The cash view: what the Land pays out in each of its budget years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from integrasim.law.instruments import INSTRUMENTS
from integrasim.law.settlement import settle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from integrasim.law.basis import LawBasis
    from integrasim.law.instruments import Instrument
    from integrasim.law.parameters import Law
    from integrasim.law.settlement import Settlement

__all__ = ["pay_out", "year_end"]


@dataclass(frozen=True, eq=False)
class _Claims:
    """What is due by year under one law, and the part of it that is paid a year later.

    Both are (draw, year, instrument).
    """

    due: NDArray[np.float64]
    deferred: NDArray[np.float64]


def year_end(year: int) -> date:
    """Return the day by whose law a budget year is closed.

    Parameters
    ----------
    year
        A calendar year.

    Returns
    -------
    datetime.date
        Its last day.

    Examples
    --------
    >>> year_end(2024)
    datetime.date(2024, 12, 31)
    """
    return date(year, 12, 31)


def pay_out(
    settlement: Settlement,
    law: Law,
    basis: LawBasis,
    *,
    instruments: Sequence[Instrument] = INSTRUMENTS,
) -> NDArray[np.float64]:
    """Compute what the Land pays out in each calendar year, by instrument.

        paid(Y) = P(Y; law at the end of Y) - P(Y - 1; law at the end of Y - 1)

    P(Y; L) is what is payable by the end of Y under the law L: all that is due for the years up to
    Y, less the amounts for December that are paid in January (lag ``month``), or less all
    that is due for Y itself (lag ``year``). So the money of an act that looks back is paid in the
    year of the act; it can be negative if the act takes something back.

    Parameters
    ----------
    settlement
        What :func:`integrasim.law.settlement.settle` gives for this law, basis and instruments.
    law
        The law that applies. What of it was known at the end of a year follows from its acts; what
        an option puts on top counts as known always.
    basis
        Quantities of a world, left as they are; each December is a period of its own.
    instruments
        What was settled.

    Returns
    -------
    numpy.ndarray
        (draw, year, instrument) EUR. In the first year of the horizon NaN for instruments that are
        paid with a lag, as what was due before it is unknown. What is paid in years after the
        horizon, or brought by acts of these years, is not in it.

    Raises
    ------
    ValueError
        If a December is no period of its own.

    Examples
    --------
    100 person-months in each December and January of a kreisfreie Stadt: those of December 2024 are
    paid in 2025.

    >>> from dataclasses import replace
    >>> from integrasim.law.basis import Municipalities, Periods, nobody
    >>> from integrasim.law.instruments import of_programmes
    >>> from integrasim.statutes import load_statute_book
    >>> city = Municipalities(
    ...     is_kreisfrei=np.array([True]),
    ...     kreis=np.array([0]),
    ...     is_kreis=np.array([False]),
    ...     population=np.array([1e5]),
    ...     key=np.ones((2, 1)),
    ... )
    >>> days = [date(2024, 12, 1), date(2025, 1, 1), date(2025, 12, 1)]
    >>> periods = Periods(
    ...     tuple(days), (2024, 2025), np.array([0, 1, 1]), year_shares=(1 / 12, 1.0)
    ... )
    >>> basis = replace(nobody(periods, city), person_months=np.array([[[100], [100], [100]]]))
    >>> law = load_statute_book().as_of(date(2025, 1, 1))
    >>> lump_sum = of_programmes("fluag")[:1]
    >>> settlement = settle(law, basis, instruments=lump_sum)
    >>> settlement.land_cost[0, :, 0]
    array([130300., 260600.])
    >>> pay_out(settlement, law, basis, instruments=lump_sum)[0, :, 0]
    array([    nan, 260600.])
    """
    if not basis.periods.decembers_stand_alone:
        raise ValueError("each December must be a period of its own, as it is paid in January")
    paid = np.empty_like(settlement.land_cost)
    before = None
    for year, known in enumerate(_claims_by_year(settlement, law, basis, instruments)):
        paid[:, year] = known.due[:, year] - known.deferred[:, year]
        if before is not None:
            back = known.due[:, :year] - before.due[:, :year]
            paid[:, year] += before.deferred[:, year - 1] + back.sum(axis=1)
        before = known
    paid[:, 0, [instrument.lag != "none" for instrument in instruments]] = np.nan
    return paid


def _claims_by_year(
    settlement: Settlement, law: Law, basis: LawBasis, instruments: Sequence[Instrument]
) -> list[_Claims]:
    """Return the claims under the law known at the end of each year; each law is settled once."""
    periods = basis.periods
    start, end = periods.new_years[0], year_end(periods.years[-1])
    settled = _Claims(settlement.land_cost, settlement.deferred)
    claims = {}
    by_year = []
    for year in periods.years:
        known = law.as_known(year_end(year))
        changed = tuple(
            column
            for column, each in enumerate(instruments)
            if known is not law
            if known.excerpt(each.parameters, start, end)
            != law.excerpt(each.parameters, start, end)
        )
        read = [name for column in changed for name in instruments[column].parameters]
        state = known.excerpt(read, start, end)
        if (changed, state) not in claims:
            claims[changed, state] = _restated(settled, known, basis, instruments, changed)
        by_year.append(claims[changed, state])
    return by_year


def _restated(
    settled: _Claims,
    law: Law,
    basis: LawBasis,
    instruments: Sequence[Instrument],
    changed: tuple[int, ...],
) -> _Claims:
    """Return the claims with those of some instruments under another law."""
    if not changed:
        return settled
    other = settle(law, basis, instruments=[instruments[column] for column in changed])
    due, deferred = settled.due.copy(), settled.deferred.copy()
    due[:, :, changed], deferred[:, :, changed] = other.land_cost, other.deferred
    return _Claims(due, deferred)
