"""The headline table of a result: what an adviser asks first, few enough rows to read."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from integrasim.analysis.compare import compare
from integrasim.analysis.differences import Settings, place_statistics, sample_statistics
from integrasim.analysis.persons import at_year_end, worlds, yearly_persons
from integrasim.analysis.samples import each_column, reduce_by_draw
from integrasim.analysis.source import Source
from integrasim.engine.storage import replacing
from integrasim.reporting.summary import HORIZON

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import xarray as xr
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Headline", "headline_rows", "save_headline"]

_LOW, _HIGH = 0.05, 0.95
_SIGNIFICANT_DIGITS = 6
_SAMPLE = Settings(np.array([_LOW, _HIGH]), level=0.0, over_horizon=False)


class Headline(NamedTuple):
    """
    One row of the table; its fields are the columns.

    Parameters
    ----------
    quantity
        ``draws``, ``seed``, ``land_cost``, ``land_cost_difference``, ``municipal_share``,
        ``municipalities_gaining``, ``municipalities_losing``, ``budget_exceedance``,
        ``person_years``, ``stock`` or ``occupancy``.
    key
        Instrument, programme, budget or status; empty where the quantity has a single row.
    option
        Name of the option; empty where all options share a world.
    year
        The year, or ``horizon`` for the mean of the years.
    value
        Mean over draws, or a probability.
    standard_error
        Its Monte-Carlo standard error.
    low, high
        Quantiles at 5 % and 95 %.
    unit
        As in the result.

    Examples
    --------
    >>> Headline("draws", "", "", "", "256", "", "", "", "1").value
    '256'
    """

    quantity: str
    key: str
    option: str
    year: str
    value: str
    standard_error: str
    low: str
    high: str
    unit: str


def save_headline(result: xr.Dataset, path: str | Path) -> None:
    """Write the headline table as a CSV file, whole or not at all.

    Parameters
    ----------
    result
        A result of :func:`integrasim.simulate`, kept at any level. Not changed.
    path
        The file; one that exists is replaced.

    Raises
    ------
    OSError
        If the file cannot be written.

    Examples
    --------
    ``save_headline(result, "headline.csv")``
    """
    with (
        replacing(path) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Headline._fields)
        writer.writerows(headline_rows(result))


def headline_rows(result: xr.Dataset) -> Iterator[Headline]:
    """Yield the rows of the headline table, in an order that does not change between runs.

    What the Land pays by instrument, by programme where there are several, and in all; the
    difference from the scenario's baseline, the share of the gross cost that stays with the
    municipalities, how many of them receive more or less in the mean, and how probably a budget
    is exceeded, as :func:`integrasim.compare` has them; then eligible person-years, and persons
    by status and occupancy at the end of each year. An instrument or programme that pays nothing,
    a year without a budget, the share where the FlüAG is not settled, and the baseline's
    difference from itself have no row.

    Parameters
    ----------
    result
        A result of :func:`integrasim.simulate`, kept at any level. Not changed.

    Yields
    ------
    Headline
        Numbers have six significant digits.

    Examples
    --------
    >>> import integrasim as igs
    >>> result = igs.simulate(igs.load_scenario("scenarios/toy.yaml"), draws=8, keep="land")
    >>> rows = list(headline_rows(result))
    >>> [row[:5] for row in rows if row.key == "fluag.kreis_lump_sum"][0]
    ('land_cost', 'fluag.kreis_lump_sum', 'threshold_35k', '2025', '500000')
    """
    for fact in ("draws", "seed"):
        yield Headline(fact, "", "", "", str(result.attrs[fact]), "", "", "", "1")
    yearly = compare(result, quantiles=(_LOW, _HIGH))
    horizon = compare(result, over="horizon", quantiles=(_LOW, _HIGH))
    periods = [
        *((str(year), yearly.sel(year=year)) for year in yearly["year"].to_numpy()),
        (HORIZON, horizon),
    ]
    source = Source(result, baseline=None)
    for option in source.options:
        yield from _instruments(source, option)
        if yearly.sizes["programme"] > 1:
            yield from _programmes(periods, option)
        own = [(period, table.sel(option=option)) for period, table in periods]
        yield from _comparison(own, option, is_baseline=option == yearly.attrs["baseline"])
        yield from _budgets(yearly.sel(option=option), option)
    yield from _world(result)


def _instruments(source: Source, option: str) -> Iterator[Headline]:
    """Yield what the Land pays by each instrument that pays anything in the year."""
    costs = source.costs(option=source.options.index(option))
    instruments = source.result["instrument"].to_numpy()
    table = place_statistics(
        lambda _: costs,
        options=1,
        baseline=None,
        members=each_column(instruments.size),
        settings=_SAMPLE,
    )
    pays = (table["mean"][0] != 0.0) | (table["standard_error"][0] > 0.0)
    for year, instrument in np.argwhere(pays):
        found = {name: values[0, year, instrument] for name, values in table.items()}
        year_name = str(source.result["year"].to_numpy()[year])
        labels = ("land_cost", str(instruments[instrument]), option, year_name)
        yield _statistics_row(labels, found, "EUR per year")


def _programmes(periods: list[tuple[str, xr.Dataset]], option: str) -> Iterator[Headline]:
    """Yield what the Land pays by each programme that pays anything."""
    for period, table in periods:
        for programme in table["programme"].to_numpy():
            own = table.sel(option=option, programme=programme)
            mean, error = own["programme_cost_mean"], own["programme_cost_standard_error"]
            if mean != 0.0:
                low, high = own["programme_cost_quantile"].to_numpy()
                labels = ("land_cost", str(programme), option, period)
                yield _row(labels, mean, error, low=low, high=high, unit=mean.attrs["units"])


def _comparison(
    periods: list[tuple[str, xr.Dataset]], option: str, *, is_baseline: bool
) -> Iterator[Headline]:
    """Yield what the comparison says of an option, quantity by quantity."""
    quantities = {"land_cost": "land_cost", "land_cost_difference": "land"}
    if is_baseline:
        del quantities["land_cost_difference"]
    for quantity, prefix in quantities.items():
        for period, table in periods:
            low, high = table[f"{prefix}_quantile"].to_numpy()
            mean, error = table[f"{prefix}_mean"], table[f"{prefix}_standard_error"]
            labels = (quantity, "", option, period)
            yield _row(labels, mean, error, low=low, high=high, unit=mean.attrs["units"])
    for period, table in periods:
        share = table["municipal_share"]
        error = table["municipal_share_standard_error"]
        if share.notnull():
            yield _row(("municipal_share", "", option, period), share, error, unit="1")
    if not is_baseline:
        period, table = periods[-1]
        gain = table["municipality_mean"].to_numpy()
        for name, chosen in (("gaining", gain > 0.0), ("losing", gain < 0.0)):
            labels = (f"municipalities_{name}", "", option, period)
            yield _row(labels, np.count_nonzero(chosen), unit="1")


def _budgets(yearly: xr.Dataset, option: str) -> Iterator[Headline]:
    """Yield the probability that the budgets are exceeded."""
    for budget in yearly["budget"].to_numpy():
        for year in yearly["year"].to_numpy():
            cell = yearly.sel(budget=budget, year=year)
            labels = ("budget_exceedance", str(budget), option, str(year))
            error = cell["budget_exceedance_standard_error"]
            if cell["budget_amount"].notnull():
                yield _row(labels, cell["budget_exceedance"], error, unit="1")


def _world(result: xr.Dataset) -> Iterator[Headline]:
    """Yield person-years, and persons and occupancy at the end of each year."""
    rows = [row for option, world in worlds(result) for row in _world_rows(option, world)]
    order = list(dict.fromkeys((row.quantity, row.key) for row in rows))
    yield from sorted(rows, key=lambda row: order.index((row.quantity, row.key)))


def _world_rows(option: str, world: xr.Dataset) -> Iterator[Headline]:
    """Yield the rows of one world by quantity and year."""
    at_end = reduce_by_draw(world[["stock", "occupancy"]], at_year_end)
    quantities = [("person_years", "", yearly_persons(world)["person_years"], "person-years")]
    for status in world["status"].to_numpy():
        stock = at_end["stock"].sel(status=status)
        quantities.append(("stock", str(status), stock, "persons"))
    quantities.append(("occupancy", "", at_end["occupancy"], "1"))
    for quantity, key, values, unit in quantities:
        for year in values["year"].to_numpy():
            sample = values.sel(year=year).to_numpy().astype(np.float64)
            found = sample_statistics(sample, settings=_SAMPLE)
            yield _statistics_row((quantity, key, option, str(year)), found, unit)


def _statistics_row(
    labels: tuple[str, str, str, str], found: dict[str, NDArray[np.float64]], unit: str
) -> Headline:
    """Summarise what was found of the draws of a number."""
    low, high = found["quantile"]
    return _row(labels, found["mean"], found["standard_error"], low=low, high=high, unit=unit)


def _row(
    labels: tuple[str, str, str, str],
    value: ArrayLike,
    error: ArrayLike = np.nan,
    *,
    low: ArrayLike = np.nan,
    high: ArrayLike = np.nan,
    unit: str,
) -> Headline:
    """Format the numbers of a row; what does not exist is left empty."""
    return Headline(*labels, _digits(value), _digits(error), _digits(low), _digits(high), unit)


def _digits(number: ArrayLike) -> str:
    """Format a number to six significant digits, without an exponent."""
    value = float(np.asarray(number))
    if not np.isfinite(value):
        return ""
    return np.format_float_positional(
        value, precision=_SIGNIFICANT_DIGITS, unique=False, fractional=False, trim="-"
    )
