"""What every draw of a world shares: region, calendar and placement law as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from integrasim.law.allocation import allocation_key
from integrasim.law.assignment import credited_places
from integrasim.law.settlement import Periods
from integrasim.world.arrivals import ArrivalPlan, plan_arrivals
from integrasim.world.residence import Placement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from integrasim.law.parameters import Law
    from integrasim.region import Region
    from integrasim.scenario import Scenario


@dataclass(frozen=True)
class WorldPlan:
    """Arrays that all draws of a world share.

    Municipalities stand in canonical order (by area, not by their keys), so that
    neither labels nor the order of a table can influence a result; ``order`` leads
    from there to the region's order: ``by_ags[order] = by_plan``.
    """

    order: NDArray[np.intp]
    is_kreisfrei: NDArray[np.bool_]
    kreis_count: int
    months: tuple[date, ...]
    periods: Periods
    period_of_month: NDArray[np.intp]
    placement: Placement
    arrivals: ArrivalPlan

    def by_year(self, by_period: NDArray[np.integer]) -> NDArray[np.int64]:
        """Sum (draw, period, municipality) to calendar years."""
        starts = np.searchsorted(self.periods.year_index, np.arange(len(self.periods.years)))
        return np.add.reduceat(by_period, starts, axis=1, dtype=np.int64)


def law_periods(months: Sequence[date], changes: Sequence[date]) -> Periods:
    """Cut the horizon into periods of constant law within one calendar year.

    Parameters
    ----------
    months
        First day of each month of the horizon.
    changes
        Days on which any parameter of any option changes. A change within a month
        takes effect for the whole of the next month.

    Returns
    -------
    Periods
        Periods in order of time.

    Examples
    --------
    >>> from datetime import date
    >>> months = [date(2025, m, 1) for m in (11, 12)] + [date(2026, 1, 1)]
    >>> law_periods(months, [date(2025, 12, 1)]).start
    (datetime.date(2025, 11, 1), datetime.date(2025, 12, 1), datetime.date(2026, 1, 1))
    """
    starts = [months[0]]
    for before, month in pairwise(months):
        changed = any(before < change <= month for change in changes)
        if changed or month.year != before.year:
            starts.append(month)
    years = tuple(sorted({month.year for month in months}))
    index = np.array([years.index(start.year) for start in starts], dtype=np.intp)
    shares = tuple(sum(month.year == year for month in months) / 12 for year in years)
    return Periods(start=tuple(starts), years=years, year_index=index, year_shares=shares)


def plan_world(scenario: Scenario, region: Region, law: Law, periods: Periods) -> WorldPlan:
    """Lay out a world's region, calendar and placement law.

    Parameters
    ----------
    scenario
        Horizon and planned places in Land facilities.
    region
        Municipalities.
    law
        Law whose placement rules shape this world.
    periods
        Periods of constant law over all options.

    Returns
    -------
    WorldPlan
        Arrays in canonical order.
    """
    order = region.canonical_order()
    months = scenario.horizon.months
    starts = np.array(periods.start, dtype="datetime64[D]")
    days = np.array(months, dtype="datetime64[D]")
    return WorldPlan(
        order=order,
        is_kreisfrei=region.is_kreisfrei[order],
        kreis_count=region.kreis_count,
        months=tuple(months),
        periods=periods,
        period_of_month=(np.searchsorted(starts, days, side="right") - 1).astype(np.intp),
        placement=_placement(scenario, region, law, months, order),
        arrivals=plan_arrivals(scenario),
    )


def _placement(
    scenario: Scenario,
    region: Region,
    law: Law,
    months: Sequence[date],
    order: NDArray[np.intp],
) -> Placement:
    """Placement law by month; the key is that of 1 January (§ 3 (2) FlüAG)."""
    population, area = region.population[order], region.area_km2[order]
    own_places = scenario.places(region)
    totals = scenario.world.reception.places
    key = np.empty((len(months), region.size))
    credited = np.empty_like(key)
    keys = {
        new_year: allocation_key(
            population,
            area,
            population_weight=law.value("fluag.key_population_weight", new_year),
            cap=law.value("fluag.key_cap", new_year),
        )
        for new_year in {month.replace(month=1) for month in months}
    }
    for row, month in enumerate(months):
        key[row] = keys[month.replace(month=1)]
        centre, other = (
            (totals.reception_centre * key[row], totals.other_facility * key[row])
            if own_places is None
            else (own_places[0][order], own_places[1][order])
        )
        credited[row] = credited_places(law, month, reception_centre=centre, other_facility=other)
    counts = law.values("fluag.temporary_protection_counted", months) > 0.0
    return Placement(key=key, credited=credited, temporary_protection_counts=counts)
