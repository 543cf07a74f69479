"""The table of persons: how many earn the lump sum, stay in facilities, are assigned early."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrasim.analysis.persons import PERSON_QUANTITIES
from integrasim.reporting.layout import NO_BREAK
from integrasim.reporting.numbers import (
    format_count,
    format_number,
    format_percent,
    supported_decimals,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr
    from rich.console import RenderableType
    from rich.table import Table

    from integrasim.reporting.layout import Layout

__all__ = ["person_parts"]


def person_parts(yearly: xr.Dataset, *, layout: Layout) -> Iterator[RenderableType]:
    """Yield the persons of each year: once where all options have the same, else by option.

    Parameters
    ----------
    yearly
        From :func:`integrasim.compare` with ``over="year"``.
    layout
        Form of the page.

    Yields
    ------
    rich.console.RenderableType
        Titles, tables and sentences.

    Examples
    --------
    ``list(person_parts(compare(result), layout=layout))``
    """
    words = layout.words
    if _is_shared(yearly):
        yield from _block(words.persons, yearly.isel(option=0), layout)
    else:
        for option, label in layout.labels.items():
            title = words.persons_with.format(option=label)
            yield from _block(title, yearly.sel(option=option), layout)
    yield layout.paragraph(words.note_persons)


def _is_shared(yearly: xr.Dataset) -> bool:
    """Tell whether the persons are the same under all options."""
    names = [
        f"{name}_{statistic}" for name in PERSON_QUANTITIES for statistic in ("mean", "quantile")
    ]
    first, *others = (
        yearly[names].isel(option=option).reset_coords(drop=True)
        for option in range(yearly.sizes["option"])
    )
    return all(first.equals(other) for other in others)


def _block(title: str, persons: xr.Dataset, layout: Layout) -> Iterator[RenderableType]:
    """Yield the table of one world."""
    yield from layout.titled(title, _table(persons, layout))
    early = [
        f"{year}:{NO_BREAK}{_mean(values, layout)}"
        for year in persons["year"].to_numpy()
        if (values := persons.sel(year=year))["assigned_early_mean"] > 0.0
    ]
    if early:
        yield layout.paragraph(layout.words.assigned_early.format(numbers="; ".join(early)))


def _mean(values: xr.Dataset, layout: Layout) -> str:
    """Format the mean of those assigned early; where all draws have as many, it is a count."""
    mean = values["assigned_early_mean"].item()
    error = values["assigned_early_standard_error"].item()
    if error > 0.0:
        return layout.estimate(mean, error)
    return format_count(mean, language=layout.language)


def _table(persons: xr.Dataset, layout: Layout) -> Table:
    """Tabulate the medians of a world by year."""
    words = layout.words
    headings = (
        words.person_years,
        layout.interval_heading,
        words.facility_persons,
        words.peak_occupancy,
        words.newly_tolerated,
    )
    table = layout.table((words.year,), headings)
    for year in persons["year"].to_numpy():
        values = persons.sel(year=year)
        occupancy = values["peak_occupancy_median"].item()
        table.add_row(
            str(year),
            _median(values, "person_years", layout),
            layout.span(values, "person_years", whole=True),
            _median(values, "facility_persons", layout),
            format_percent(occupancy, decimals=0, language=layout.language),
            _median(values, "newly_tolerated", layout),
        )
    return table


def _median(values: xr.Dataset, quantity: str, layout: Layout) -> str:
    """Format a median to the digits that the error of the interval's bounds supports."""
    decimals = min(0, supported_decimals(layout.doubt(values, quantity)))
    median = values[f"{quantity}_median"].item()
    return format_number(median, decimals=decimals, language=layout.language)
