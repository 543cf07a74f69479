"""The comparison as a page to print: tables and sentences, in German or English."""

from __future__ import annotations

import json
from datetime import date
from typing import IO, TYPE_CHECKING

import numpy as np
from babel.dates import format_date
from babel.lists import format_list
from rich.console import Console
from rich.text import Text

from integrasim.profiling import stage
from integrasim.reporting.kreise import kreis_parts
from integrasim.reporting.layout import NO_BREAK, Layout
from integrasim.reporting.municipalities import municipality_parts
from integrasim.reporting.numbers import (
    MISSING,
    Language,
    format_count,
    format_million,
    format_percent_estimate,
)
from integrasim.reporting.period import horizon_words, listed_years, partial_years_note
from integrasim.reporting.persons import person_parts
from integrasim.reporting.programmes import programme_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr
    from rich.console import RenderableType
    from rich.table import Table

__all__ = ["print_comparison"]

_WIDEST = 100


@stage("printing")
def print_comparison(
    yearly: xr.Dataset,
    *,
    horizon: xr.Dataset,
    language: Language = "de",
    file: IO[str] | None = None,
) -> None:
    """Print what the options cost, how they differ, and what that means for whom.

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
    layout = Layout(yearly, language=language, width=console.width)
    with console.capture() as capture:
        for part in _Page(yearly, horizon, layout).parts():
            console.print(part)
    lines = [line.rstrip(" ") for line in capture.get().splitlines()]
    console.file.write("\n".join([*lines, ""]))


class _Page:
    """The parts of the page, in the order in which they are printed."""

    def __init__(self, yearly: xr.Dataset, horizon: xr.Dataset, layout: Layout) -> None:
        self._yearly = yearly
        self._horizon = horizon
        self._layout = layout
        self._words = layout.words
        self._language = layout.language
        self._periods = [
            *((str(year), yearly.sel(year=year)) for year in yearly["year"].to_numpy()),
            (layout.words.per_year, horizon),
        ]

    def parts(self) -> Iterator[RenderableType]:
        """Yield everything there is to print."""
        yield from self._head()
        yield from self._changes()
        others = [name for name in self._layout.labels if name != self._layout.baseline]
        for option in others:
            yield from self._difference(option)
        yield from self._land_cost()
        if self._layout.several_programmes:
            yield from programme_parts(self._yearly, horizon=self._horizon, layout=self._layout)
        else:
            for budget in self._yearly["budget"].to_numpy():
                yield from self._budget(str(budget))
        if self._yearly["municipal_share"].notnull().any():
            yield from self._municipal_share()
        yield from person_parts(self._yearly, layout=self._layout)
        for option in others:
            yield from municipality_parts(
                self._yearly, horizon=self._horizon, option=option, layout=self._layout
            )
            yield from kreis_parts(self._horizon, option=option, layout=self._layout)
        yield from self._notes()

    def _head(self) -> Iterator[RenderableType]:
        """Yield title, purpose, horizon, draws, seed, law date, baseline, and any year in part."""
        attrs, words = self._yearly.attrs, self._words
        law = date.fromisoformat(str(attrs["law_as_of"]))
        facts = (
            words.period.format(months=horizon_words(self._yearly, language=self._language)),
            words.one_draw
            if self._layout.draws == 1
            else words.draws.format(
                count=format_count(self._layout.draws, language=self._language)
            ),
            words.seed.format(seed=attrs["seed"]),
            words.law.format(date=format_date(law, words.date_format, locale=self._language)),
        )
        yield self._layout.paragraph(str(attrs[words.title_attribute]), style="bold")
        yield self._layout.paragraph(str(attrs[words.purpose_attribute]))
        yield self._layout.paragraph(" · ".join(fact.replace(" ", NO_BREAK) for fact in facts))
        moved_from = str(attrs.get("moved_from", ""))
        if moved_from:
            month = format_date(date.fromisoformat(moved_from), "LLLL y", locale=self._language)
            yield self._layout.paragraph(words.start_elsewhere.format(month=month))
        if len(self._layout.labels) > 1:
            baseline = self._layout.labels[self._layout.baseline]
            yield self._layout.paragraph(words.baseline.format(option=baseline))
        note = partial_years_note(self._yearly, language=self._language)
        if note is not None:
            yield self._layout.paragraph(note)
        if attrs["view"] == "cash":
            yield from self._cash()

    def _changes(self) -> Iterator[RenderableType]:
        """Yield what each option changes in the law, in words, where there is a choice."""
        name = f"option_change_{self._language}"
        if len(self._layout.labels) == 1 or name not in self._yearly.coords:
            return
        yield Text()
        yield self._layout.paragraph(self._words.changes, style="bold")
        for option, label in self._layout.labels.items():
            for sentence in str(self._yearly[name].sel(option=option).item()).split("\n"):
                whole = sentence.replace("§ ", f"§{NO_BREAK}")
                yield self._layout.paragraph(f"{label}: {whole}")

    def _cash(self) -> Iterator[RenderableType]:
        """Yield what the Land's budget year means, and in which years it is not known."""
        yield Text()
        yield self._layout.paragraph(self._words.cash)
        years, known = self._yearly["year"].to_numpy(), self._yearly["cost_known"].to_numpy()
        if not known.all():
            note = self._words.cash_unknown.format(
                years=listed_years(years[~known], language=self._language),
                known=listed_years(years[known], language=self._language),
            )
            yield self._layout.paragraph(note)

    def _land_cost(self) -> Iterator[RenderableType]:
        """Tabulate what the Land pays, by period and option."""
        words = self._words
        unit = self._layout.unit_for(self._yearly["land_cost_mean"])
        table = self._layout.table(
            (words.year, words.option), (words.mean, self._layout.interval_heading)
        )
        for period, values in self._periods:
            shown = period
            for option, label in self._layout.short_labels.items():
                cells = self._layout.estimate_and_span(values.sel(option=option), "land_cost", unit)
                table.add_row(shown, label, *cells)
                shown = ""
            self._end_period(table)
        yield from self._layout.titled(
            words.land_cost.format(unit=unit.name, year=self._layout.year_name), table
        )

    def _difference(self, option: str) -> Iterator[RenderableType]:
        """Tabulate what the Land pays more under an option, by period."""
        words = self._words
        unit = self._layout.unit_for(self._yearly["land_mean"].sel(option=option))
        headings = (words.mean, self._layout.interval_heading, words.costs_more)
        table = self._layout.table((words.year,), headings)
        for period, values in self._periods:
            difference = values.sel(option=option)
            cells = self._layout.estimate_and_span(difference, "land", unit)
            share = difference["land_probability_positive"].item()
            error = difference["land_standard_error"].item()
            table.add_row(period, *cells, self._layout.probability(share, error))
        title = words.difference.format(
            option=self._layout.labels[option],
            baseline=self._layout.labels[self._layout.baseline],
            unit=unit.name,
            year=self._layout.year_name,
        )
        yield from self._layout.titled(title, table)

    def _budget(self, budget: str) -> Iterator[RenderableType]:
        """Tabulate how probably a budget is exceeded, and by how much it then is."""
        words = self._words
        of_budget = self._yearly.sel(budget=budget)
        table = self._layout.table((words.year, words.option), (words.exceeded, words.shortfall))
        amounts = self._amounts(budget)
        if not amounts:
            return
        for year in amounts:
            shown = str(year)
            for option, label in self._layout.short_labels.items():
                cell = of_budget.sel(year=year, option=option)
                exceeded = self._layout.probability(
                    cell["budget_exceedance"].item(), self._paid_error(budget, cell)
                )
                table.add_row(shown, label, exceeded, self._shortfall(cell))
                shown = ""
            self._end_period(table)
        name = str(of_budget[f"budget_label_{self._language}"].item())
        if isinstance(json.loads(self._yearly.attrs["budgets"])[budget], dict):
            by_year = [f"{year}:{NO_BREAK}{self._million(each)}" for year, each in amounts.items()]
            title = words.budget_by_year.format(budget=name, amounts="; ".join(by_year))
        else:
            amount = self._million(next(iter(amounts.values())))
            title = words.budget.format(budget=name, amount=amount)
        yield from self._layout.titled(title, table, *self._partial_years(of_budget, amounts))

    @staticmethod
    def _paid_error(budget: str, cell: xr.Dataset) -> float:
        """Return the standard error of what a budget pays for: a programme or an instrument."""
        kind = "instrument" if "." in budget else "programme"
        return float(cell[f"{kind}_cost_standard_error"].sel({kind: budget}).item())

    def _amounts(self, budget: str) -> dict[int, float]:
        """Return the amount of each year that has a budget, for a whole year."""
        written = json.loads(self._yearly.attrs["budgets"])[budget]
        years = [int(year) for year in self._yearly["year"].to_numpy()]
        if not isinstance(written, dict):
            return dict.fromkeys(years, float(written))
        return {year: float(written[str(year)]) for year in years if str(year) in written}

    def _million(self, amount: float) -> str:
        """Format an amount without an error in million EUR."""
        return format_million(amount, language=self._language)

    def _end_period(self, table: Table) -> None:
        """Set periods apart where each has several options."""
        if len(self._layout.labels) > 1:
            table.add_section()

    def _partial_years(
        self, of_budget: xr.Dataset, amounts: dict[int, float]
    ) -> Iterator[RenderableType]:
        """Yield what is compared with the cost of years that are not simulated in full."""
        for year, full in amounts.items():
            amount = of_budget["budget_amount"].sel(year=year).item()
            if amount != full:
                note = self._words.note_partial_year.format(year=year, amount=self._million(amount))
                yield self._layout.paragraph(note)

    def _shortfall(self, cell: xr.Dataset) -> str:
        """Format the mean amount missing; one draw alone gives no mean to speak of."""
        mean = cell["budget_shortfall_mean"].item()
        error = cell["budget_shortfall_standard_error"].item()
        if not np.isfinite(mean):
            return MISSING
        if not np.isfinite(error):
            return f"{MISSING} ({self._words.one_draw})".replace(" ", NO_BREAK)
        return format_million(mean, standard_error=error or None, language=self._language)

    def _municipal_share(self) -> Iterator[RenderableType]:
        """Tabulate the share of the cost that stays with the municipalities."""
        table = self._layout.table((self._words.option,), (self._words.share,))
        for option, label in self._layout.labels.items():
            values = self._horizon.sel(option=option)
            share = format_percent_estimate(
                values["municipal_share"].item(),
                standard_error=values["municipal_share_standard_error"].item(),
                language=self._language,
            )
            table.add_row(label, share)
        yield from self._layout.titled(
            self._words.municipal_share, table, *self._missing_lump_sums()
        )
        if self._layout.several_programmes:
            yield self._layout.paragraph(self._words.note_other_programmes)

    def _missing_lump_sums(self) -> Iterator[RenderableType]:
        """Yield where the Land pays no lump sums, so that nobody trusts the share."""
        paid = self._yearly["lump_sum_paid"].transpose("option", "year").to_numpy()
        years = self._yearly["year"].to_numpy()
        missing = [
            format_list([str(year) for year in years[~of_option]], locale=self._language)
            for of_option in paid
        ]
        if len(set(missing)) == 1 and missing[0]:
            yield self._layout.paragraph(self._words.note_no_lump_sum.format(years=missing[0]))
            return
        for label, listed in zip(self._layout.labels.values(), missing, strict=True):
            if listed:
                note = self._words.note_no_lump_sum_with.format(option=label, years=listed)
                yield self._layout.paragraph(note)

    def _notes(self) -> Iterator[RenderableType]:
        """Yield what the interval and the standard error mean; one draw has neither."""
        if self._layout.draws == 1:
            return
        interval = self._words.note_interval.format(coverage=self._layout.coverage)
        yield Text()
        yield self._layout.paragraph(f"{self._words.note_error} {interval}")
        yield self._layout.paragraph(self._words.note_sobol)
