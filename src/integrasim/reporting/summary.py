"""summary.csv: every number of the comparison in one tidy table, one number a row."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from integrasim.analysis.persons import PERSON_QUANTITIES
from integrasim.engine.storage import replacing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import xarray as xr
    from numpy.typing import NDArray

__all__ = ["COLUMNS", "HORIZON", "save_summary", "summary_rows"]

COLUMNS = ("scope", "key", "name", "option", "year", "quantity", "statistic", "value", "unit")
"""Header of the table."""
HORIZON = "horizon"
"""What stands in the column ``year`` for the mean of the years."""

Row = tuple[str, str, str, str, str, str, str, str, str]


@dataclass(frozen=True)
class _Column:
    """A variable of the comparison, and what its numbers are called in the table."""

    variable: str
    quantity: str
    statistic: str


_SPREAD = ("mean", "median", "quantile", "expected_shortfall", "standard_error")
_DIFFERENCE = (*_SPREAD, "probability_positive")

_COST = "land_cost"
"""Quantity of what the Land pays; :data:`_PAYMENTS` where it counts in the year of payment."""
_PAYMENTS = "land_payments"
_LAND = (
    *(_Column(f"land_cost_{name}", _COST, name) for name in _SPREAD),
    *(_Column(f"land_{name}", f"{_COST}_difference", name) for name in _DIFFERENCE),
    *(
        _Column(f"{quantity}_{name}", quantity, name)
        for quantity in PERSON_QUANTITIES
        for name in _SPREAD
    ),
    _Column("municipal_share", "municipal_share", "mean"),
    _Column("municipal_share_standard_error", "municipal_share", "standard_error"),
)
_PROGRAMME = tuple(_Column(f"programme_cost_{name}", _COST, name) for name in _SPREAD)
_INSTRUMENT = tuple(
    _Column(f"instrument_cost_{name}", _COST, name) for name in ("mean", "standard_error")
)
_KREIS = (
    *(_Column(f"kreis_{name}", "transfer_difference", name) for name in _DIFFERENCE),
    *(
        _Column(f"kreis_transfer_difference{suffix}", "own_transfer_difference", statistic)
        for suffix, statistic in (
            ("", "mean"),
            ("_quantile", "quantile"),
            ("_standard_error", "standard_error"),
        )
    ),
)
_MUNICIPALITY = (
    *(_Column(f"municipality_{name}", "transfer_difference", name) for name in _DIFFERENCE),
    _Column("municipality_person_years", "person_years", "mean"),
    *(
        _Column(f"municipality_{quantity}{suffix}", quantity, statistic)
        for quantity in ("person_years_difference", "exposure_difference")
        for suffix, statistic in (("", "mean"), ("_standard_error", "standard_error"))
    ),
)
_NAMES = {
    "programme": "programme_label_de",
    "instrument": "instrument_label_de",
    "budget": "budget",
    "kreis": "kreis_name",
    "municipality": "municipality_name",
}
"""Where the names of the places of a scope stand."""
_BUDGET = (
    _Column("budget_amount", "budget", "amount"),
    _Column("budget_exceedance", "budget", "exceedance_probability"),
    _Column("budget_exceedance_standard_error", "budget", "exceedance_standard_error"),
    _Column("budget_shortfall_mean", "budget", "shortfall_mean"),
    _Column("budget_shortfall_standard_error", "budget", "shortfall_standard_error"),
)


def save_summary(yearly: xr.Dataset, *, horizon: xr.Dataset, path: str | Path) -> None:
    """Write the comparison as a CSV file, whole or not at all.

    The format is that of RFC 4180: commas, CRLF, quotation marks where needed; the
    text is UTF-8, and numbers have all their digits.

    Parameters
    ----------
    yearly
        From :func:`integrasim.compare` with ``over="year"``.
    horizon
        From the same result and baseline, with ``over="horizon"``.
    path
        The file; one that exists is replaced.

    Raises
    ------
    OSError
        If the file cannot be written.

    Examples
    --------
    ``save_summary(compare(result), horizon=compare(result, over="horizon"), path="summary.csv")``
    """
    with (
        replacing(path) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(summary_rows(yearly, horizon=horizon))


def summary_rows(yearly: xr.Dataset, *, horizon: xr.Dataset) -> Iterator[Row]:
    """Yield the rows of the table, in an order that does not change between runs.

    The Land comes first, then programmes where there are several, instruments that pay
    anything, budgets, Kreise and municipalities; within each by place, option, year,
    quantity and statistic. What the result cannot tell, such as quantiles of places whose draws
    were not kept, has no row. Where the Land's money counts in the year in which it is paid, its
    quantity is ``land_payments`` instead of ``land_cost``.

    Parameters
    ----------
    yearly
        From :func:`integrasim.compare` with ``over="year"``.
    horizon
        From the same result and baseline, with ``over="horizon"``.

    Yields
    ------
    tuple of str
        One per column of :data:`COLUMNS`. ``key`` is the municipality's or Kreis's
        key, or the name of the programme, the instrument or the budget.

    Examples
    --------
    >>> COLUMNS[:3]
    ('scope', 'key', 'name')
    """
    for scope, columns in (
        ("land", _LAND),
        ("programme", _PROGRAMME if yearly.sizes["programme"] > 1 else ()),
        ("instrument", _INSTRUMENT),
        ("budget", _BUDGET),
        ("kreis", _KREIS),
        ("municipality", _MUNICIPALITY),
    ):
        yield from _scope_rows(scope, columns, yearly, horizon)


def _scope_rows(
    scope: str, columns: tuple[_Column, ...], yearly: xr.Dataset, horizon: xr.Dataset
) -> Iterator[Row]:
    """Yield the rows of the Land, or of all places of one kind."""
    periods = [str(year) for year in yearly["year"].to_numpy()]
    datasets = [yearly.sel(year=year) for year in yearly["year"].to_numpy()]
    if scope != "budget":  # a budget is yearly
        periods.append(HORIZON)
        datasets.append(horizon)
    cells = [
        (_quantity(column, yearly), statistic, unit, values)
        for column in columns
        for statistic, unit, values in _values(column, scope, datasets)
    ]
    options = [str(option) for option in yearly["option"].to_numpy()]
    for place, key, name in _places(yearly, scope):
        for option, option_name in enumerate(options):
            for period, period_name in enumerate(periods):
                for quantity, statistic, unit, values in cells:
                    value = float(values[period, option, place])
                    if not np.isnan(value):
                        yield (
                            *(scope, key, name, option_name, period_name),
                            *(quantity, statistic, repr(value), unit),
                        )


def _quantity(column: _Column, yearly: xr.Dataset) -> str:
    """Name a quantity; the Land's money by the year to which it belongs."""
    if yearly.attrs["view"] == "cash" and column.quantity.startswith(_COST):
        return f"{_PAYMENTS}{column.quantity.removeprefix(_COST)}"
    return column.quantity


def _places(yearly: xr.Dataset, scope: str) -> list[tuple[int, str, str]]:
    """List positions, keys and names of the places of a scope; of instruments that pay."""
    if scope == "land":
        return [(0, "", "")]
    keys = yearly[scope].to_numpy()
    names = yearly[_NAMES[scope]].to_numpy()
    shown = np.ones(keys.size, dtype=np.bool_)
    if scope == "instrument":
        paid = yearly["instrument_cost_mean"].fillna(0.0) != 0.0
        shown = paid.any(("option", "year")).to_numpy()
    return [(int(place), str(keys[place]), str(names[place])) for place in np.flatnonzero(shown)]


def _values(
    column: _Column, scope: str, datasets: list[xr.Dataset]
) -> Iterator[tuple[str, str, NDArray[np.float64]]]:
    """Yield name, unit and values (period, option, place) of each statistic of a variable."""
    place = {} if scope == "land" else {scope: datasets[0].sizes[scope]}
    shape = {"option": datasets[0].sizes["option"], **place}
    unit = str(datasets[0][column.variable].attrs["units"])
    found = [dataset[column.variable] for dataset in datasets]
    if column.statistic == "quantile":
        for probability in datasets[0]["quantile"].to_numpy():
            chosen = [values.sel(quantile=probability) for values in found]
            yield f"quantile_{probability:g}", unit, _stacked(chosen, shape)
        return
    name = column.statistic
    if name == "expected_shortfall":
        name = f"{name}_{datasets[0].attrs['expected_shortfall_level']:g}"
    yield name, unit, _stacked(found, shape)


def _stacked(periods: list[xr.DataArray], shape: dict[str, int]) -> NDArray[np.float64]:
    """Stack periods to (period, option, place), with a single place for the Land."""
    sizes = tuple(shape.values())
    arrays = [
        np.broadcast_to(values.transpose(*shape, missing_dims="ignore").to_numpy(), sizes)
        for values in periods
    ]
    return np.stack(arrays).reshape(len(periods), shape["option"], -1)
