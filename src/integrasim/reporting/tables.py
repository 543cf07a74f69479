"""The comparison as a page to print: tables and sentences, in German or English."""

from __future__ import annotations

import json
import textwrap
from datetime import date
from typing import IO, TYPE_CHECKING, NamedTuple

import numpy as np
from babel.dates import format_date
from babel.lists import format_list
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from integrasim.reporting.labels import WORDS
from integrasim.reporting.numbers import (
    MISSING,
    Language,
    format_count,
    format_estimate,
    format_million,
    format_number,
    format_percent,
    format_percent_estimate,
    format_probability,
    supported_decimals,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr
    from numpy.typing import NDArray
    from rich.console import RenderableType

    from integrasim.reporting.labels import Words

__all__ = ["print_comparison"]

_WIDEST = 100
_TOP = 10
_MILLION, _THOUSAND = 1e6, 1e3
_HALF = 0.5
_NO_BREAK = "\N{NO-BREAK SPACE}"


def print_comparison(
    yearly: xr.Dataset,
    *,
    horizon: xr.Dataset,
    language: Language = "de",
    file: IO[str] | None = None,
) -> None:
    """Print what the options cost, how they differ, and which municipalities gain.

    At most 100 columns wide; 80 where the output is no terminal, and then without
    colours or any other control character.

    Parameters
    ----------
    yearly
        From :func:`integrasim.compare` with ``over="year"``.
    horizon
        From the same result and baseline, with ``over="horizon"``.
    language
        ``"de"`` or ``"en"``.
    file
        Where to print; standard output if None.

    Examples
    --------
    ``print_comparison(compare(result), horizon=compare(result, over="horizon"))``
    """
    console = Console(file=file, markup=False, emoji=False, highlight=False)
    console.width = min(console.width, _WIDEST)
    for part in _Page(yearly, horizon, language=language, width=console.width).parts():
        console.print(part)


class _Unit(NamedTuple):
    """A unit of money: EUR in one of it, and its name."""

    euros: float
    name: str


class _Page:
    """The parts of the page, in the order in which they are printed."""

    def __init__(
        self, yearly: xr.Dataset, horizon: xr.Dataset, *, language: Language, width: int
    ) -> None:
        self._yearly = yearly
        self._horizon = horizon
        self._language: Language = language
        self._words: Words = WORDS[language]
        self._width = width
        names = [str(name) for name in yearly["option"].to_numpy()]
        labels = yearly[f"option_label_{language}"].to_numpy()
        self._labels = dict(zip(names, map(str, labels), strict=True))
        self._baseline = str(yearly.attrs["baseline"])
        self._draws = int(yearly.attrs["draws"])
        self._periods = [
            *((str(year), yearly.sel(year=year)) for year in yearly["year"].to_numpy()),
            (self._words.per_year, horizon),
        ]

    def parts(self) -> Iterator[RenderableType]:
        """Yield everything there is to print."""
        yield from self._head()
        others = [name for name in self._labels if name != self._baseline]
        for option in others:
            yield from self._difference(option)
        yield from self._land_cost()
        for budget in self._yearly["budget"].to_numpy():
            yield from self._budget(str(budget))
        yield from self._municipal_share()
        for option in others:
            yield from self._municipalities(option)
        yield from self._notes()

    def _head(self) -> Iterator[RenderableType]:
        """Yield title, horizon, draws, seed, law date and baseline."""
        attrs, words = self._yearly.attrs, self._words
        years = [str(year) for year in self._yearly["year"].to_numpy()]
        law = date.fromisoformat(str(attrs["law_as_of"]))
        facts = (
            words.period.format(years="–".join(dict.fromkeys((years[0], years[-1])))),
            words.one_draw
            if self._draws == 1
            else words.draws.format(count=format_count(self._draws, language=self._language)),
            words.seed.format(seed=attrs["seed"]),
            words.law.format(date=format_date(law, words.date_format, locale=self._language)),
        )
        yield self._paragraph(str(attrs[words.title_attribute]), style="bold")
        yield self._paragraph(" · ".join(fact.replace(" ", _NO_BREAK) for fact in facts))
        yield self._paragraph(words.baseline.format(option=self._labels[self._baseline]))

    def _land_cost(self) -> Iterator[RenderableType]:
        """Tabulate what the Land pays, by period and option."""
        words = self._words
        unit = self._unit_for(self._yearly["land_cost_mean"])
        table = self._table((words.year, words.option), (words.mean, self._interval_heading()))
        for period, values in self._periods:
            shown = period
            for option, label in self._labels.items():
                cells = self._estimate_and_span(values.sel(option=option), "land_cost", unit)
                table.add_row(shown, label, *cells)
                shown = ""
            table.add_section()
        yield from self._titled(words.land_cost.format(unit=unit.name), table)

    def _difference(self, option: str) -> Iterator[RenderableType]:
        """Tabulate what the Land pays more under an option, by period."""
        words = self._words
        unit = self._unit_for(self._yearly["land_mean"].sel(option=option))
        headings = (words.mean, self._interval_heading(), words.costs_more)
        table = self._table((words.year,), headings)
        for period, values in self._periods:
            difference = values.sel(option=option)
            cells = self._estimate_and_span(difference, "land", unit)
            share = difference["land_probability_positive"].item()
            error = difference["land_standard_error"].item()
            table.add_row(period, *cells, self._probability(share, error))
        title = words.difference.format(
            option=self._labels[option], baseline=self._labels[self._baseline], unit=unit.name
        )
        yield from self._titled(title, table)

    def _budget(self, budget: str) -> Iterator[RenderableType]:
        """Tabulate how probably a budget is exceeded, and by how much it then is."""
        words = self._words
        of_budget = self._yearly.sel(budget=budget)
        table = self._table((words.year, words.option), (words.exceeded, words.shortfall))
        for year in of_budget["year"].to_numpy():
            shown = str(year)
            for option, label in self._labels.items():
                cell = of_budget.sel(year=year, option=option)
                exceeded = format_probability(
                    cell["budget_exceedance"].item(), draws=self._draws, language=self._language
                )
                table.add_row(shown, label, exceeded, self._shortfall(cell))
                shown = ""
            table.add_section()
        name = str(of_budget[f"budget_label_{self._language}"].item())
        full = float(json.loads(self._yearly.attrs["budgets"])[budget])
        title = words.budget.format(
            budget=words.groups.get(budget, name),
            amount=format_million(full, language=self._language),
        )
        yield from self._titled(title, table, *self._partial_years(of_budget, full=full))

    def _partial_years(self, of_budget: xr.Dataset, *, full: float) -> Iterator[RenderableType]:
        """Yield what is compared with the cost of years that are not simulated in full."""
        for year in of_budget["year"].to_numpy():
            amount = of_budget["budget_amount"].sel(year=year).item()
            if amount != full:
                part = format_million(amount, language=self._language)
                note = self._words.note_partial_year.format(year=year, amount=part)
                yield self._paragraph(note)

    def _shortfall(self, cell: xr.Dataset) -> str:
        """Format the mean amount missing; one draw alone gives no mean to speak of."""
        mean = cell["budget_shortfall_mean"].item()
        error = cell["budget_shortfall_standard_error"].item()
        if not np.isfinite(mean):
            return MISSING
        if not np.isfinite(error):
            return f"{MISSING} ({self._words.one_draw})".replace(" ", _NO_BREAK)
        return format_million(mean, standard_error=error, language=self._language)

    def _municipal_share(self) -> Iterator[RenderableType]:
        """Tabulate the share of the cost that stays with the municipalities."""
        table = self._table((self._words.option,), (self._words.share,))
        for option, label in self._labels.items():
            values = self._horizon.sel(option=option)
            share = format_percent_estimate(
                values["municipal_share"].item(),
                standard_error=values["municipal_share_standard_error"].item(),
                language=self._language,
            )
            table.add_row(label, share)
        yield from self._titled(self._words.municipal_share, table, *self._missing_lump_sums())

    def _missing_lump_sums(self) -> Iterator[RenderableType]:
        """Yield which years' lump sums are not modelled, so that nobody trusts the share."""
        years = self._yearly["year"].to_numpy()[~self._yearly["lump_sum_paid"].to_numpy()]
        if years.size:
            listed = format_list([str(year) for year in years], locale=self._language)
            yield self._paragraph(self._words.note_no_lump_sum.format(years=listed))

    def _municipalities(self, option: str) -> Iterator[RenderableType]:
        """Yield how many municipalities gain under an option, and those that gain most."""
        gain = self._horizon["municipality_mean"].sel(option=option).to_numpy()
        by_year = self._yearly["municipality_probability_positive"].sel(option=option)
        chance = by_year.mean("year").to_numpy()
        counts = {
            "all": gain.size,
            "gaining": int(np.count_nonzero(gain > 0.0)),
            "losing": int(np.count_nonzero(gain < 0.0)),
            "half": int(np.count_nonzero(chance >= _HALF)),
        }
        texts = {name: format_count(n, language=self._language) for name, n in counts.items()}
        title = self._words.municipalities.format(
            option=self._labels[option], baseline=self._labels[self._baseline]
        )
        yield from self._titled(title, self._paragraph(self._words.gains.format(**texts)))
        if counts["gaining"]:
            yield Text()
            yield self._top(option, gain, chance)

    def _top(
        self, option: str, gain: NDArray[np.float64], chance: NDArray[np.float64]
    ) -> RenderableType:
        """Tabulate the highest mean gains; equal ones in the order of the keys."""
        words = self._words
        unit = _Unit(_THOUSAND, words.thousand)
        headings = (words.gain.format(unit=unit.name), words.years_with_gain)
        table = self._table((words.municipality,), headings)
        names = self._horizon["municipality_name"].to_numpy()
        error = self._horizon["municipality_standard_error"].sel(option=option).to_numpy()
        order = np.argsort(-gain, kind="stable")[:_TOP]
        for index in order[gain[order] > 0.0]:
            estimate = self._estimate(gain[index], error[index], unit)
            share = self._probability(chance[index], error[index])
            table.add_row(str(names[index]), estimate, share)
        return table

    def _notes(self) -> Iterator[RenderableType]:
        """Yield what the interval and the standard error mean; one draw has neither."""
        if self._draws == 1:
            return
        interval = self._words.note_interval.format(coverage=self._coverage())
        yield Text()
        yield self._paragraph(f"{self._words.note_error} {interval}")
        yield self._paragraph(self._words.note_sobol)

    def _probability(self, share: float, error: float) -> str:
        """Format the probability of a gain; it is certain where the gain has no error."""
        if error == 0.0 and share in {0.0, 1.0}:
            return format_percent(share, decimals=0, language=self._language)
        return format_probability(share, draws=self._draws, language=self._language)

    def _estimate_and_span(self, values: xr.Dataset, quantity: str, unit: _Unit) -> tuple[str, str]:
        """Format mean ± standard error, and the interval to what its own error supports.

        A single draw has no interval.
        """
        error = values[f"{quantity}_standard_error"].item()
        estimate = self._estimate(values[f"{quantity}_mean"].item(), error, unit)
        if self._draws == 1:
            return estimate, MISSING
        probabilities = values["quantile"]
        outer = values.sel(quantile=[probabilities.min(), probabilities.max()])
        bounds = outer[f"{quantity}_quantile"].to_numpy() / unit.euros
        doubt = outer[f"{quantity}_quantile_standard_error"].max().item() / unit.euros
        decimals = supported_decimals(doubt)
        low, high = (
            format_number(bound, decimals=decimals, language=self._language) for bound in bounds
        )
        return estimate, self._words.span.format(low=low, high=high)

    def _estimate(self, euros: float, error: float, unit: _Unit) -> str:
        """Format an amount and its standard error in a unit."""
        return format_estimate(
            euros / unit.euros, standard_error=error / unit.euros, language=self._language
        )

    def _unit_for(self, amounts: xr.DataArray) -> _Unit:
        """Choose the unit in which the largest of some amounts has digits before the point."""
        if np.abs(amounts.to_numpy()).max() >= _MILLION:
            return _Unit(_MILLION, self._words.million)
        return _Unit(_THOUSAND, self._words.thousand)

    def _coverage(self) -> str:
        """Format the share of the futures that lie between the outermost quantiles."""
        quantiles = self._yearly["quantile"].to_numpy()
        coverage = float(quantiles.max() - quantiles.min())
        return format_percent(coverage, decimals=0, language=self._language)

    def _interval_heading(self) -> str:
        """Return the heading of the interval's column."""
        return self._words.interval.format(coverage=self._coverage())

    def _paragraph(self, text: str, *, style: str = "") -> Text:
        """Wrap a text at spaces that may break; Rich would break at any."""
        return Text(textwrap.fill(text, self._width, break_long_words=False), style=style)

    def _titled(self, title: str, *parts: RenderableType) -> Iterator[RenderableType]:
        """Put a blank line and a title above some parts."""
        yield Text()
        yield self._paragraph(title, style="bold")
        yield from parts

    @staticmethod
    def _table(texts: tuple[str, ...], numbers: tuple[str, ...]) -> Table:
        """Make an empty table: texts to the left and free to wrap, numbers to the right."""
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
        for heading in texts:
            table.add_column(heading)
        for heading in numbers:
            table.add_column(heading, justify="right", no_wrap=True)
        return table
