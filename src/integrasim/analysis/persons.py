"""What becomes of persons in each year, draw by draw: the numbers of every table of persons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import xarray as xr

from integrasim.analysis.samples import reduce_by_draw

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeVar

    Labelled = TypeVar("Labelled", xr.Dataset, xr.DataArray)

__all__ = ["PERSON_QUANTITIES", "PERSON_VARIABLES", "at_year_end", "worlds", "yearly_persons"]

PERSON_VARIABLES = ("person_months", "stock", "occupancy", "flows")
"""The variables of a result that tell of persons."""
PERSON_QUANTITIES = (
    *("person_years", "facility_persons", "peak_occupancy"),
    *("assigned_early", "newly_tolerated"),
)
"""What :func:`yearly_persons` gives of each year."""

_MONTHS_PER_YEAR = 12.0


def worlds(result: xr.Dataset) -> Iterator[tuple[str, xr.Dataset]]:
    """Yield the persons of each world: the one of all options, or that of each option.

    Parameters
    ----------
    result
        A result of :func:`integrasim.simulate`, kept at any level. Not changed.

    Yields
    ------
    option : str
        Name of the option; empty where all options share a world.
    world : xarray.Dataset
        The variables of :data:`PERSON_VARIABLES`, without the dimension ``option``.

    Examples
    --------
    >>> import integrasim as igs
    >>> result = igs.simulate(igs.load_scenario("scenarios/toy.yaml"), draws=2)
    >>> [option for option, _ in worlds(result)]
    ['']
    """
    persons = result[list(PERSON_VARIABLES)]
    if "option" not in persons.dims:
        yield "", persons
        return
    for option in persons["option"].to_numpy():
        yield str(option), persons.sel(option=option, drop=True)


def yearly_persons(result: xr.Dataset) -> xr.Dataset:
    """Sum up the persons of each year.

    Parameters
    ----------
    result
        A result of :func:`integrasim.simulate`, kept at any level, in memory or in a store. Not
        changed.

    Returns
    -------
    xarray.Dataset
        Dimensions ``draw`` and ``year``, and ``option`` where options have worlds of their own:

        - ``person_years`` that earn the lump sum, Σ person-months / 12;
        - ``facility_persons``: persons in Land facilities at the end of the last month;
        - ``peak_occupancy``: the highest share of the planned places that is occupied at the
          end of a month, NaN where no places are planned;
        - ``assigned_early``: persons assigned in procedure because places have run short;
        - ``newly_tolerated``: persons whose procedure ends in toleration.

    Examples
    --------
    >>> import integrasim as igs
    >>> result = igs.simulate(igs.load_scenario("scenarios/toy.yaml"), draws=2)
    >>> yearly_persons(result)["person_years"].sel(year=2025).values.tolist()
    [1650.0, 1650.0]
    """
    return reduce_by_draw(result[list(PERSON_VARIABLES)], _of_years)


def _of_years(persons: xr.Dataset) -> xr.Dataset:
    """Sum up the persons of each year in some draws."""
    months = persons["person_months"]
    local = [dim for dim in ("municipality", "kreis") if dim in months.dims]
    flows = persons["flows"].sel(flow=["assigned_early", "tolerated"])
    of_year = flows.groupby("month.year").sum()
    return xr.Dataset(
        {
            "person_years": months.sum(local) / _MONTHS_PER_YEAR,
            "facility_persons": at_year_end(persons["stock"].sel(status="reception", drop=True)),
            "peak_occupancy": persons["occupancy"].groupby("month.year").max(),
            "assigned_early": of_year.sel(flow="assigned_early", drop=True),
            "newly_tolerated": of_year.sel(flow="tolerated", drop=True),
        }
    )


def at_year_end(monthly: Labelled) -> Labelled:
    """Take what holds at the end of each year.

    Parameters
    ----------
    monthly
        Numbers of the end of each month.

    Returns
    -------
    xarray.Dataset or xarray.DataArray
        As given, with ``year`` in place of ``month``: its last month in the result.

    Examples
    --------
    >>> import numpy as np
    >>> months = np.array(["2025-11", "2025-12", "2026-01"], dtype="datetime64[ns]")
    >>> stock = xr.DataArray([5, 6, 7], {"month": months}, "month")
    >>> at_year_end(stock).to_series().to_dict()
    {2025: 6, 2026: 7}
    """
    last = monthly["month"].groupby("month.year").max()
    at_end = monthly.sel(month=last.to_numpy())
    return at_end.assign_coords(month=last["year"].to_numpy()).rename(month="year")
