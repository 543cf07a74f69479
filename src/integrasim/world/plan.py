"""What every draw of a world shares: region, calendar and placement law as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from integrasim.law.allocation import allocation_key
from integrasim.law.assignment import TEMPORARY_PROTECTION_CUT_OFF, credited_places
from integrasim.law.basis import Municipalities, Periods
from integrasim.law.integration_key import INTEGRATION_KEY_PARAMETERS, integration_key
from integrasim.region import Places, model_sites
from integrasim.world.arrivals import ArrivalPlan, plan_arrivals
from integrasim.world.residence import Calendar, Placement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from integrasim.law.parameters import Law
    from integrasim.region import Region
    from integrasim.scenario import Scenario


_DECEMBER = 12
_LAST_QUARTER = 10


@dataclass(frozen=True)
class WorldPlan:
    """Arrays that all draws of a world share.

    Municipalities stand in canonical order (by area, not by their keys), so that
    neither labels nor the order of a table can influence a result; ``order`` leads
    from there to the region's order: ``by_ags[order] = by_plan``. ``is_late`` is
    (month,) whether it lies after the cut-off date of temporary protection,
    ``capacity`` (month,) the planned places in all Land facilities.
    """

    order: NDArray[np.intp]
    municipalities: Municipalities
    months: tuple[date, ...]
    periods: Periods
    calendar: Calendar
    placement: Placement
    is_late: NDArray[np.bool_]
    capacity: NDArray[np.float64]
    arrivals: ArrivalPlan

    @property
    def year_ends(self) -> NDArray[np.intp]:
        """Index of the last month of each year."""
        return np.flatnonzero(self.calendar.year_end >= 0)

    @property
    def key_at_year_end(self) -> NDArray[np.float64]:
        """Allocation key in the last month of each year, (year, municipality)."""
        return self.placement.key[self.year_ends]

    def by_year(self, by_period: NDArray[np.integer]) -> NDArray[np.int32]:
        """Sum (draw, period, municipality) to calendar years."""
        draws, _, size = by_period.shape
        sums = np.zeros((draws, len(self.periods.years), size), dtype=np.int32)
        for period, year in enumerate(self.periods.year_index):
            sums[:, year] += by_period[:, period]
        return sums


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
        Periods in order of time. A December stands alone: its lump sums are paid in the next
        year.

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
        if changed or month.year != before.year or month.month == _DECEMBER:
            starts.append(month)
    years = tuple(sorted({month.year for month in months}))
    index = np.array([years.index(start.year) for start in starts], dtype=np.intp)
    shares = tuple(sum(month.year == year for month in months) / 12 for year in years)
    return Periods(start=tuple(starts), years=years, year_index=index, year_shares=shares)


def plan_world(
    scenario: Scenario,
    region: Region,
    law: Law,
    periods: Periods,
    *,
    others: Iterable[Law] = (),
) -> WorldPlan:
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
    others
        Laws of the scenario's other options. Whom one of them counts is followed in the
        municipalities of all worlds, so that these stay comparable.

    Returns
    -------
    WorldPlan
        Arrays in canonical order.
    """
    order = region.canonical_order()
    months = scenario.horizon.months
    key = _monthly_key(region, law, months, order)
    places, capacity = _planned_places(scenario, region, key, order)
    return WorldPlan(
        order=order,
        municipalities=_municipalities(region, key, months, order),
        months=tuple(months),
        periods=periods,
        calendar=_calendar(months, periods),
        placement=_placement(
            law,
            months,
            (key, _residence_key(region, law, months, key, order)),
            places,
            counted_by=(law, *others),
        ),
        is_late=np.array([month > TEMPORARY_PROTECTION_CUT_OFF for month in months]),
        capacity=capacity,
        arrivals=plan_arrivals(scenario),
    )


def _municipalities(
    region: Region,
    key: NDArray[np.float64],
    months: Sequence[date],
    order: NDArray[np.intp],
) -> Municipalities:
    """Who is paid, with the allocation key of each calendar year."""
    first = [row for row, month in enumerate(months) if row == 0 or month.month == 1]
    sites = model_sites(region)
    return Municipalities(
        is_kreisfrei=region.is_kreisfrei[order],
        kreis=region.kreis_index[order],
        is_kreis=region.is_kreis,
        population=region.population[order].astype(np.float64),
        key=key[first],
        model_sites=tuple(np.flatnonzero(sites.municipalities[order]).tolist()),
        model_kreise=tuple(np.flatnonzero(sites.kreise).tolist()),
    )


def _calendar(months: Sequence[date], periods: Periods) -> Calendar:
    """Period of each month, and the year that it ends."""
    starts = np.array(periods.start, dtype="datetime64[D]")
    days = np.array(months, dtype="datetime64[D]")
    year = np.array([periods.years.index(month.year) for month in months])
    is_last = np.diff(year, append=len(periods.years)) > 0
    return Calendar(
        period=np.searchsorted(starts, days, side="right") - 1,
        year_end=np.where(is_last, year, -1),
        last_quarter=np.where([month.month >= _LAST_QUARTER for month in months], year, -1),
    )


def _monthly_key(
    region: Region, law: Law, months: Sequence[date], order: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Allocation key of each month, (month, municipality): that of 1 January (§ 3 (2) FlüAG)."""
    population, area = region.population[order], region.area_km2[order]
    keys = {
        new_year: allocation_key(
            population,
            area,
            population_weight=law.value("fluag.key_population_weight", new_year),
            cap=law.value("fluag.key_cap", new_year),
        )
        for new_year in {month.replace(month=1) for month in months}
    }
    return np.array([keys[month.replace(month=1)] for month in months])


def _residence_key(
    region: Region,
    law: Law,
    months: Sequence[date],
    key: NDArray[np.float64],
    order: NDArray[np.intp],
) -> NDArray[np.float64]:
    """Key of recognised persons in each month, (month, municipality).

    The integration key of § 4 AWoV where it is in force, otherwise the allocation key.
    """
    own = key.copy()
    known: dict[tuple[float, ...], NDArray[np.float64]] = {}
    for row, month in enumerate(months):
        if not all(law.in_force(name, month) for name in INTEGRATION_KEY_PARAMETERS):
            continue
        values = tuple(law.value(name, month) for name in INTEGRATION_KEY_PARAMETERS)
        if values not in known:
            of_population, of_area, reduction = values
            known[values] = integration_key(
                region.population[order],
                region.area_km2[order],
                region.labour_market[order],
                rent_capped=region.rent_capped[order],
                eu_recipients=region.eu_recipients[order],
                weights=(of_population, of_area, max(0.0, 1.0 - of_population - of_area)),
                reduction=reduction,
            )
        own[row] = known[values]
    return own


def _planned_places(
    scenario: Scenario, region: Region, key: NDArray[np.float64], order: NDArray[np.intp]
) -> tuple[Places, NDArray[np.float64]]:
    """Planned places by type, (month, municipality) each, and of the whole Land, (month,)."""
    own = scenario.own_places(region)
    if own is not None:
        by_plan = Places(*(places[:, order] for places in own))
        return by_plan, by_plan.reception_centre.sum(axis=1) + by_plan.other_facility.sum(axis=1)
    totals = scenario.world.reception.total_places(scenario.horizon.months)
    sites = scenario.site_shares(region)
    shares = Places(key, key) if sites is None else Places(*(share[order] for share in sites))
    spread = Places(*(total[:, None] * share for total, share in zip(totals, shares, strict=True)))
    return spread, totals.reception_centre + totals.other_facility


def _placement(
    law: Law,
    months: Sequence[date],
    keys: tuple[NDArray[np.float64], NDArray[np.float64]],
    places: Places,
    *,
    counted_by: Sequence[Law],
) -> Placement:
    """Placement law by month, from the allocation key and the key of recognised persons."""
    key, residence_key = keys
    credited = np.empty_like(key)
    for row, (month, centre, other) in enumerate(zip(months, *places, strict=True)):
        credited[row] = credited_places(law, month, reception_centre=centre, other_facility=other)
    return Placement(
        key=key,
        residence_key=residence_key,
        credited=credited,
        temporary_protection_counts=_counted(law, months),
        temporary_protection_local=np.any([_counted(each, months) for each in counted_by], (0, 1)),
        months_after_rejection=law.values("fluag.months_after_rejection", months).astype(np.int64),
        months_after_recognition=law.values("fluag.months_after_recognition", months).astype(
            np.int64
        ),
    )


def _counted(law: Law, months: Sequence[date]) -> NDArray[np.bool_]:
    """Whether persons with temporary protection count, (month, 2): early and late ones."""
    names = ("fluag.temporary_protection_counted", "fluag.temporary_protection_late_counted")
    return np.stack([law.values(name, months) > 0.0 for name in names], axis=-1)
