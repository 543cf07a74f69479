"""What the Land pays by programme, with budgets beside it, where there is more than the FlüAG."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
from babel.lists import format_list
from rich.padding import Padding
from rich.text import Text

from integrasim.reporting.numbers import MISSING
from integrasim.reporting.period import partial_years

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr
    from rich.console import RenderableType
    from rich.table import Table

    from integrasim.reporting.layout import Layout, Unit

__all__ = ["programme_parts"]

_INDENT = (0, 0, 0, 2)
_SECTION: Final = re.compile(r" \(§[^)]*\)$")
"""The section of an act at the end of a label, for which a row has no room."""


def programme_parts(
    yearly: xr.Dataset, *, horizon: xr.Dataset, layout: Layout
) -> Iterator[RenderableType]:
    """Yield what the Land pays by programme: the baseline's, and what differs with other options.

    By year there are the programmes that pay anything or have a budget, and instruments that have
    one; in the mean year, the last part, all instruments that pay anything, unless theirs is all
    that the programme pays. Labels are without the sections of acts.

    Parameters
    ----------
    yearly, horizon
        From :func:`integrasim.compare`, by year and over the horizon.
    layout
        Form of the page.

    Yields
    ------
    rich.console.RenderableType
        Titles, tables and sentences.

    Examples
    --------
    ``list(programme_parts(yearly, horizon=horizon, layout=layout))``
    """
    words = layout.words
    unit = layout.unit_for(yearly["programme_cost_mean"])
    baseline = layout.labels[layout.baseline]
    for option in sorted(layout.labels, key=lambda name: name != layout.baseline):
        programmes = _shown(yearly, option, layout)
        if not programmes:
            continue
        if len(layout.labels) == 1:
            title = words.programmes
        elif option == layout.baseline:
            title = words.programmes_with
        else:
            title = words.programmes_changed
        filled = title.format(
            option=layout.labels[option], baseline=baseline, unit=unit.name, year=layout.year_name
        )
        page = _Programmes(yearly.sel(option=option), horizon.sel(option=option), layout, unit)
        yield from layout.titled(filled, page.table(programmes))
    yield from _partial_budgets(yearly, layout)


def _shown(yearly: xr.Dataset, option: str, layout: Layout) -> list[str]:
    """List the programmes to show: all of the baseline, those that differ of other options."""
    names = [str(name) for name in yearly["programme"].to_numpy()]
    if option == layout.baseline:
        return names
    statistics = ("mean", "standard_error")
    return [
        name
        for name in names
        if any(
            not np.array_equal(
                costs.sel(option=option), costs.sel(option=layout.baseline), equal_nan=True
            )
            for costs in (
                yearly[f"programme_cost_{each}"].sel(programme=name) for each in statistics
            )
        )
    ]


def _partial_budgets(yearly: xr.Dataset, layout: Layout) -> Iterator[RenderableType]:
    """Yield in which years budgets count in proportion only."""
    partial = [
        str(year)
        for year in partial_years(yearly)
        if yearly["budget_amount"].sel(year=year).notnull().any()
    ]
    if partial:
        years = format_list(partial, locale=layout.language)
        yield layout.paragraph(layout.words.note_partial_budgets.format(years=years))


class _Programmes:
    """The table of one option."""

    def __init__(self, yearly: xr.Dataset, horizon: xr.Dataset, layout: Layout, unit: Unit) -> None:
        self._yearly = yearly
        self._horizon = horizon
        self._layout = layout
        self._unit = unit
        self._budgets = {str(name) for name in yearly["budget"].to_numpy()}
        paid = yearly["instrument_cost_mean"].fillna(0.0).any("year")
        self._paying = {str(name) for name in yearly["instrument"].to_numpy()[paid]}

    def table(self, programmes: list[str]) -> Table:
        """Tabulate some programmes by year, and in the mean year with their instruments."""
        words = self._layout.words
        headings = (words.mean, words.budget_column, words.exceeded, words.shortfall_column)
        shown = headings if self._budgets else headings[:1]
        table = self._layout.table((words.programme,), shown)
        table.columns[0].overflow = "fold"
        years = self._yearly["year"].to_numpy()[self._yearly["cost_known"].to_numpy()]
        is_single = years.size == 1
        for year in years:
            values = self._yearly.sel(year=year)
            self._period(table, str(year), values, programmes, is_detailed=is_single)
        if not is_single:
            self._period(table, words.per_year, self._horizon, programmes, is_detailed=True)
        return table

    def _period(
        self,
        table: Table,
        name: str,
        values: xr.Dataset,
        programmes: list[str],
        *,
        is_detailed: bool,
    ) -> None:
        """Add the rows of a year, or of the mean year."""
        table.add_row(Text(name, style="bold"))
        for programme in programmes:
            paid = values["programme_cost_mean"].sel(programme=programme).item()
            if paid == 0.0 and not self._has_budget(programme, values):
                continue
            table.add_row(*self._cells("programme", programme, values))
            paying = [each for each in self._instruments(programme) if each in self._paying]
            detailed = paying if is_detailed and len(paying) > 1 else []
            for instrument in self._instruments(programme):
                if instrument in detailed or self._has_budget(instrument, values):
                    label, *numbers = self._cells("instrument", instrument, values)
                    table.add_row(Padding(label, _INDENT), *numbers)
        table.add_section()

    def _instruments(self, programme: str) -> list[str]:
        """List the instruments of a programme."""
        names = [str(name) for name in self._yearly["instrument"].to_numpy()]
        return [name for name in names if name.partition(".")[0] == programme]

    def _has_budget(self, name: str, values: xr.Dataset) -> bool:
        """Tell whether a programme or instrument has a budget; the mean year has none."""
        if name not in self._budgets or "year" in values.dims:
            return False
        return bool(np.isfinite(values["budget_amount"].sel(budget=name).item()))

    def _cells(self, kind: str, name: str, values: xr.Dataset) -> tuple[str, ...]:
        """Format a row: label, mean and, where any has one, budget and its overrun."""
        own = values.sel({kind: name})
        label = _SECTION.sub("", str(own[f"{kind}_label_{self._layout.language}"].item()))
        error = own[f"{kind}_cost_standard_error"].item()
        mean = self._amount(own[f"{kind}_cost_mean"].item(), error)
        if not self._has_budget(name, values):
            return (label, mean, "", "", "") if self._budgets else (label, mean)
        budget = values.sel(budget=name)
        return (
            label,
            mean,
            self._amount(budget["budget_amount"].item(), 0.0),
            self._layout.probability(budget["budget_exceedance"].item(), error),
            self._shortfall(budget),
        )

    def _shortfall(self, budget: xr.Dataset) -> str:
        """Format the mean amount missing; one draw alone gives no mean to speak of."""
        mean = budget["budget_shortfall_mean"].item()
        error = budget["budget_shortfall_standard_error"].item()
        return self._amount(mean, error) if np.isfinite(error) else MISSING

    def _amount(self, value: float, error: float) -> str:
        """Format an amount in the table's unit."""
        return self._layout.estimate(value, error, scale=self._unit.euros)
