"""The cost of a grid of thresholds as a table to print, and as a file."""

from __future__ import annotations

import csv
from typing import IO, TYPE_CHECKING, NamedTuple

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from integrasim.analysis.differences import Settings, sample_statistics
from integrasim.engine.storage import replacing
from integrasim.profiling import stage
from integrasim.reporting.numbers import (
    MISSING,
    format_count,
    format_estimate,
    format_number,
    supported_decimals,
)
from integrasim.reporting.summary import HORIZON

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import xarray as xr
    from numpy.typing import NDArray

    from integrasim.reporting.numbers import Language

__all__ = ["SweepRow", "print_sweep", "save_sweep", "sweep_rows"]

_MILLION = 1e6
_LOW, _HIGH = 0.05, 0.95
_SAMPLE = Settings(np.array([_LOW, _HIGH]), level=0.0, over_horizon=False)


class _Words(NamedTuple):
    """The words of one language."""

    title: str
    heads: tuple[str, str, str, str]
    span: str
    notes: tuple[str, ...]


_WORDS: dict[Language, _Words] = {
    "de": _Words(
        title="Was das Land je Jahr an außergewöhnlichen Krankheitskosten erstattet "
        "(§ 4b FlüAG), Mio. €, Mittel der Jahre {years}",
        heads=("Schwelle, €", "Mittel", "90 % der Zukünfte", "mehr als bei der nächsthöheren"),
        span="{low} bis {high}",
        notes=(
            "Alle Schwellen gelten in denselben Zukünften; sonstige Ausgaben ändern sie nicht.",
            "± ist der Standardfehler des Mittels aus {draws} Ziehungen.",
        ),
    ),
    "en": _Words(
        title="What the Land reimburses of extraordinary illness costs per year (§ 4b FlüAG), "
        "million EUR, mean of the years {years}",
        heads=("threshold, EUR", "mean", "90% of futures", "more than at the next higher one"),
        span="{low} to {high}",
        notes=(
            "All thresholds apply in the same futures; what else is paid stays the same.",
            "± is the standard error of the mean of {draws} draws.",
        ),
    ),
}


class SweepRow(NamedTuple):
    """
    One row of the file; its fields are the columns.

    Parameters
    ----------
    threshold
        EUR per person and calendar year.
    year
        The year, or ``horizon`` for the mean of the years.
    mean, standard_error, low, high
        What the Land reimburses, EUR per year: mean over draws, its Monte-Carlo standard
        error, quantiles at 5 % and 95 %.
    """

    threshold: float
    year: str
    mean: float
    standard_error: float
    low: float
    high: float


def sweep_rows(curve: xr.Dataset) -> Iterator[SweepRow]:
    """Yield what the Land reimburses under each threshold, by year and in the mean of the years.

    Parameters
    ----------
    curve
        From :func:`integrasim.sweep`. Not changed.

    Yields
    ------
    SweepRow
        Thresholds ascending; years ascending, then the mean of the years.

    Examples
    --------
    >>> import integrasim as igs
    >>> curve = igs.sweep(igs.load_scenario("scenarios/toy.yaml"), [25_000, 35_000], draws=8)
    >>> [(row.threshold, row.year) for row in sweep_rows(curve)][:3]
    [(25000.0, '2025'), (25000.0, '2026'), (25000.0, 'horizon')]
    """
    paid = curve["illness_reimbursement"].transpose("threshold", "year", "draw").to_numpy()
    periods = np.concatenate([paid, paid.mean(axis=1, keepdims=True)], axis=1)
    names = [*(str(year) for year in curve["year"].to_numpy()), HORIZON]
    found = sample_statistics(periods, settings=_SAMPLE)
    for row, threshold in enumerate(curve["threshold"].to_numpy()):
        for column, name in enumerate(names):
            low, high = found["quantile"][row, column]
            yield SweepRow(
                threshold=float(threshold),
                year=name,
                mean=float(found["mean"][row, column]),
                standard_error=float(found["standard_error"][row, column]),
                low=float(low),
                high=float(high),
            )


@stage("saving")
def save_sweep(curve: xr.Dataset, path: str | Path) -> None:
    """Write the rows as a CSV file, whole or not at all.

    Parameters
    ----------
    curve
        From :func:`integrasim.sweep`. Not changed.
    path
        The file; one that exists is replaced.

    Raises
    ------
    OSError
        If the file cannot be written.

    Examples
    --------
    ``save_sweep(curve, "sweep.csv")``
    """
    with (
        replacing(path) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(SweepRow._fields)
        writer.writerows(sweep_rows(curve))


@stage("printing")
def print_sweep(
    curve: xr.Dataset, *, language: Language = "de", file: IO[str] | None = None
) -> None:
    """Print what the Land reimburses under each threshold, in the mean of the years.

    Parameters
    ----------
    curve
        From :func:`integrasim.sweep`.
    language
        ``"de"`` or ``"en"``.
    file
        Where to print; standard output if None.

    Examples
    --------
    ``print_sweep(curve, language="en")``
    """
    words = _WORDS[language]
    years = curve["year"].to_numpy()
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in words.heads:
        table.add_column(heading, justify="right", no_wrap=True)
    rows = [row for row in sweep_rows(curve) if row.year == HORIZON]
    for row, step in zip(rows, _steps(curve), strict=True):
        table.add_row(
            format_number(row.threshold, decimals=0, language=language),
            _estimate(row.mean, row.standard_error, language),
            _span(row, words, language),
            MISSING if step is None else _estimate(*step, language),
        )
    draws = format_count(int(curve.attrs["draws"]), language=language)
    console = Console(file=file, markup=False, emoji=False, highlight=False)
    with console.capture() as capture:
        console.print(words.title.format(years="–".join(dict.fromkeys(map(str, years[[0, -1]])))))
        console.print(table)
        for note in words.notes:
            console.print(note.format(draws=draws))
    lines = [line.rstrip(" ") for line in capture.get().splitlines()]
    console.file.write("\n".join([*lines, ""]))


def _steps(curve: xr.Dataset) -> Iterator[tuple[float, float] | None]:
    """Yield what each threshold costs more than the next higher one, and its standard error."""
    paid = curve["illness_reimbursement"].mean("year").transpose("threshold", "draw").to_numpy()
    more: NDArray[np.float64] = -np.diff(paid, axis=0)
    for sample in more:
        error = sample.std(ddof=1) / np.sqrt(sample.size) if sample.size > 1 else np.nan
        yield float(sample.mean()), float(error)
    yield None


def _estimate(value: float, error: float, language: Language) -> str:
    """Format an amount in millions and its standard error."""
    return format_estimate(value / _MILLION, standard_error=error / _MILLION, language=language)


def _span(row: SweepRow, words: _Words, language: Language) -> str:
    """Format the interval to the digits that the mean supports."""
    if not np.isfinite(row.standard_error):
        return MISSING
    decimals = max(0, supported_decimals(row.standard_error / _MILLION) - 1)
    low, high = (
        format_number(bound / _MILLION, decimals=decimals, language=language)
        for bound in (row.low, row.high)
    )
    return words.span.format(low=low, high=high)
