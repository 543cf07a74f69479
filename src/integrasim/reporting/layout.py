"""What all parts of the printed page share: its width, its words, and how numbers stand in it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from rich import box
from rich.table import Table
from rich.text import Text

from integrasim.reporting.labels import WORDS
from integrasim.reporting.numbers import (
    MISSING,
    format_estimate,
    format_exact,
    format_number,
    format_percent,
    format_probability,
    supported_decimals,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr
    from rich.console import RenderableType

    from integrasim.reporting.labels import Words
    from integrasim.reporting.numbers import Language

__all__ = ["NO_BREAK", "Layout", "Unit"]

NO_BREAK = "\N{NO-BREAK SPACE}"
_MILLION, _THOUSAND = 1e6, 1e3
_LONGEST_LABEL = 30


class Unit(NamedTuple):
    """
    A unit of money.

    Parameters
    ----------
    euros
        EUR in one of it.
    name
        What it is called.

    Examples
    --------
    >>> Unit(1e6, "Mio. €").euros
    1000000.0
    """

    euros: float
    name: str


class Layout:
    """
    The form of a page in one language.

    Parameters
    ----------
    yearly
        The comparison that is printed, by year: its options, draws and quantiles.
    language
        ``"de"`` or ``"en"``.
    width
        Columns of the page.

    Attributes
    ----------
    words : Words
        The words of the language.
    labels : dict
        Option → its label.
    short_labels : dict
        Option → its label, cut to 30 characters where it is still told from the others.
    baseline : str
        The option that the others are compared with.
    draws : int
        Number of draws.
    year_name : str
        What a year is called to which the Land's money belongs: its budget year if the comparison
        is that of what is paid in it.
    several_programmes : bool
        Whether more than one programme is settled.

    Examples
    --------
    ``Layout(compare(result), language="de", width=80).table(("Jahr",), ("Mittel",))``
    """

    def __init__(self, yearly: xr.Dataset, *, language: Language, width: int) -> None:
        self.language: Language = language
        self.words: Words = WORDS[language]
        self.width = width
        names = [str(name) for name in yearly["option"].to_numpy()]
        labels = [str(label) for label in yearly[f"option_label_{language}"].to_numpy()]
        self.labels = dict(zip(names, labels, strict=True))
        self.short_labels = dict(zip(names, _shortened(labels), strict=True))
        self.baseline = str(yearly.attrs["baseline"])
        self.draws = int(yearly.attrs["draws"])
        self.quantiles = yearly["quantile"].to_numpy()
        self.year_name = self.words.year_names[yearly.attrs["view"]]
        self.several_programmes = yearly.sizes["programme"] > 1

    @property
    def thousand(self) -> Unit:
        """Thousands of EUR."""
        return Unit(_THOUSAND, self.words.thousand)

    @property
    def coverage(self) -> str:
        """The share of the futures that lie between the outermost quantiles."""
        share = float(self.quantiles.max() - self.quantiles.min())
        return format_percent(share, decimals=0, language=self.language)

    @property
    def interval_heading(self) -> str:
        """The heading of the interval's column."""
        return self.words.interval.format(coverage=self.coverage)

    def unit_for(self, amounts: xr.DataArray) -> Unit:
        """Choose the unit in which the largest of some amounts has digits before the point."""
        if np.any(np.abs(amounts.to_numpy()) >= _MILLION):
            return Unit(_MILLION, self.words.million)
        return self.thousand

    def estimate(self, value: float, error: float, *, scale: float = 1.0) -> str:
        """Format a number and its standard error in units of a scale.

        It stands alone where it is the same in every draw.
        """
        if error == 0.0:
            return format_exact(value / scale, language=self.language)
        return format_estimate(value / scale, standard_error=error / scale, language=self.language)

    def estimate_and_span(self, values: xr.Dataset, quantity: str, unit: Unit) -> tuple[str, str]:
        """Format an amount's mean ± standard error, and its interval."""
        mean = values[f"{quantity}_mean"].item()
        error = values[f"{quantity}_standard_error"].item()
        estimate = self.estimate(mean, error, scale=unit.euros)
        return estimate, self.span(values, quantity, scale=unit.euros)

    def span(
        self, values: xr.Dataset, quantity: str, *, scale: float = 1.0, whole: bool = False
    ) -> str:
        """Format the interval of a quantity to what its own error supports.

        A single draw has no interval, nor has what is not known; what is the same in every
        draw is a single number. Persons are ``whole``.
        """
        if self.draws == 1:
            return MISSING
        outer = [self.quantiles.min(), self.quantiles.max()]
        bounds = values[f"{quantity}_quantile"].sel(quantile=outer).to_numpy() / scale
        doubt = self.doubt(values, quantity) / scale
        if np.isnan(bounds).all():
            return MISSING
        if doubt == 0.0 and bounds[0] == bounds[1]:
            return format_exact(bounds[0], language=self.language)
        decimals = supported_decimals(doubt)
        low, high = (
            format_number(
                bound, decimals=min(0, decimals) if whole else decimals, language=self.language
            )
            for bound in bounds
        )
        return self.words.span.format(low=low, high=high)

    def doubt(self, values: xr.Dataset, quantity: str) -> float:
        """Return the standard error of the interval's bounds, of the larger one."""
        outer = [self.quantiles.min(), self.quantiles.max()]
        errors = values[f"{quantity}_quantile_standard_error"].sel(quantile=outer)
        return float(errors.max())

    def probability(self, share: float, error: float) -> str:
        """Format the probability that an amount passes a mark, such as 0 or a budget.

        It is certain, as is the share of years in which the amount does, where the amount is
        the same in every draw.
        """
        if error == 0.0:
            return format_percent(share, decimals=0, language=self.language)
        return format_probability(share, draws=self.draws, language=self.language)

    def paragraph(self, text: str, *, style: str = "") -> Text:
        """Wrap a text at spaces that may break; Rich would break at any."""
        return Text(textwrap.fill(text, self.width, break_long_words=False), style=style)

    def titled(self, title: str, *parts: RenderableType) -> Iterator[RenderableType]:
        """Put a blank line and a title above some parts."""
        yield Text()
        yield self.paragraph(title, style="bold")
        yield from parts

    @staticmethod
    def table(texts: tuple[str, ...], numbers: tuple[str, ...]) -> Table:
        """Make an empty table: texts to the left and free to wrap, numbers to the right."""
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
        for heading in texts:
            table.add_column(heading)
        for heading in numbers:
            table.add_column(heading, justify="right", no_wrap=True)
        return table


def _shortened(labels: list[str]) -> list[str]:
    """Cut long labels so that they fit a row, unless two would then look the same."""
    short = [
        label
        if len(label) <= _LONGEST_LABEL
        else f"{label[: _LONGEST_LABEL - 1].rstrip(' ,;:(–')}…"
        for label in labels
    ]
    return [
        label if short.count(cut) > 1 else cut for label, cut in zip(labels, short, strict=True)
    ]
